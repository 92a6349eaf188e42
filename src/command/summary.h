/* What runs yield together: one run, or all seeds of a point of a sweep. It can be merged with others, written into a
 * pipe, and is the same whatever the order in which runs came to an end. */
#ifndef SELKIE_COMMAND_SUMMARY_H
#define SELKIE_COMMAND_SUMMARY_H

#include "command/result.h"

/* What the values of a sample are. */
enum unit { UNIT_TIME, UNIT_COUNT, UNIT_RATE };

/* name, unit, what it is */
#define SUMMARY_SAMPLES(X)                                                                                             \
    /* of each subject that had observers, since the event */                                                          \
    X(first_ping, TIME, "from the event to the first Ping that was sent to the subject")                               \
    X(first_suspect, TIME, "until somebody suspected it")                                                              \
    X(all_suspect, TIME, "until all observers suspected it, or held it for Down")                                      \
    X(first_down, TIME, "until somebody held it for Down")                                                             \
    X(half_down, TIME, "until half of the observers did")                                                              \
    X(most_down, TIME, "until 99 of 100 did")                                                                          \
    X(all_down, TIME, "until all did")                                                                                 \
    X(spread_suspect, TIME, "from the first observer that suspected it to the one in the middle")                      \
    X(spread_down, TIME, "from the first observer that held it for Down to the last")                                  \
    /* of each run */                                                                                                  \
    X(false_downs, COUNT, "MemberDown about healthy members, raised anywhere (FP)")                                    \
    X(healthy_false_downs, COUNT, "of those, raised by healthy members (FP-)")                                         \
    X(false_suspects, COUNT, "MemberSuspect about healthy members, raised anywhere")                                   \
    X(healthy_false_suspects, COUNT, "of those, raised by healthy members")                                            \
    X(members_hit, COUNT, "healthy members that somebody called Down")                                                 \
    X(impaired_downs, COUNT, "MemberDown about impaired members, raised by healthy members")                           \
    X(flaps, COUNT, "members that came back after they were called Down, at each healthy member")                      \
    X(renewals, COUNT, "times that a member learned that it was Down and went on under a renewed identity")            \
    X(joined, TIME, "until all members knew all others for the first time")                                            \
    X(agreed, TIME, "since when all agree on who is there")                                                            \
    X(sizes, COUNT, "different sizes of the cluster that members saw")                                                 \
    /* of each member, a second of its life */                                                                         \
    X(sent_packets, RATE, "packets sent by each member, a second")                                                     \
    X(sent_bytes, RATE, "bytes sent by each member, a second")                                                         \
    X(received_packets, RATE, "packets taken in by each member, a second")                                             \
    X(received_bytes, RATE, "bytes taken in by each member, a second")

enum summary_sample {
#define SELKIE_X(name, unit, text) SAMPLE_##name,
    SUMMARY_SAMPLES(SELKIE_X)
#undef SELKIE_X
        SUMMARY_SAMPLE_COUNT
};

struct summary_sample_about {
    const char *name;
    enum unit unit;
    const char *text;
};
extern const struct summary_sample_about summary_samples[SUMMARY_SAMPLE_COUNT];

/* How many knew by when: pairs of an observer and a subject, by how long it took, on a scale that grows by a sixteenth
 * of an octave from CURVE_FROM_US. Pairs that never came about are in `pairs` alone. */
#define CURVE_FROM_US 1000.0
#define CURVE_BINS 400u
struct curve {
    uint64_t count[CURVE_BINS];
    uint64_t pairs;
};

enum summary_curve {
    CURVE_SUSPECTED,      /* since the event */
    CURVE_DOWN,           /* since the event */
    CURVE_SUSPECT_SPREAD, /* since the first one suspected it */
    CURVE_DOWN_SPREAD,    /* since the first one held it for Down */
    CURVE_COUNT
};

double curve_end_us(unsigned bin);                           /* the end of a bin */
double curve_share(const struct curve *curve, unsigned bin); /* how many of all pairs knew by then: 0 to 1 */

struct summary {
    uint32_t runs, runs_agreed;
    uint64_t subjects, observers, informed; /* observers: pairs of one and a subject */
    uint64_t unnoticeable;                  /* subjects without an observer: of those there are no times */
    uint64_t violations;
    double probe_period_us;
    double member_seconds;
    uint64_t packets, bytes;
    uint64_t packets_of[SELKIE_MESSAGE_COUNT], bytes_of[SELKIE_MESSAGE_COUNT];
    uint64_t largest_packet;
    struct selkie_stats counters; /* of all engines of all runs */
    struct sample samples[SUMMARY_SAMPLE_COUNT];
    struct curve curves[CURVE_COUNT];
    struct series series; /* sums over the runs; sizes: the least, the most, and of the middle ones the sum */
};

void summary_add_subject(struct summary *summary, const struct subject *subject);
void summary_add_result(struct summary *summary, const struct result *result);
void summary_add(struct summary *summary, const struct summary *other);
void summary_free(struct summary *summary);

#endif
