/* What one run yields, in full (struct result). What several runs yield together is in summary.h.
 *
 * All times and durations are microseconds. NEVER stands for what did not happen. Who fills this in is collect.c; the
 * report, the JSON and the charts read it and change nothing.
 *
 * Words: a member is *impaired* from the first event on that is about it and that is not about `all` (crash, restart and
 * leave excepted: who came back from those is as good as new). It is *healthy* while it runs and is not impaired. The
 * *observers* of an event are the members that were healthy and held the subject for active when it happened; who
 * crashes or becomes impaired before it learned of the event is none any more. */
#ifndef SELKIE_COMMAND_RESULT_H
#define SELKIE_COMMAND_RESULT_H

#include "command/sample.h"
#include "command/scenario.h"

/* ---- Detection ---- */

/* How a piece of news about a subject reached its observers. Each time counts from the event. */
struct spread {
    uint64_t first_us;  /* somebody knew */
    uint64_t half_us;   /* half of the observers did */
    uint64_t most_us;   /* 99 of 100 did */
    uint64_t all_us;    /* all did */
    uint32_t observers; /* how many there were; of a suspicion also those that suspected it and learned no more */
    uint64_t *times_us; /* when each of those learned of it that did, in order: the fraction informed over time */
    uint32_t known;     /* how many those are */
};

/* A member to which something happened that others may notice, and that the scenario is about: it crashed, left, was paused,
 * ... */
struct subject {
    uint32_t member;
    uint32_t event;    /* which of scenario.events */
    uint64_t at_us;    /* since the start of the run */
    uint64_t until_us; /* when that ended, or it happened again. NEVER: it did not */
    uint32_t observers;
    uint32_t informed;       /* of those, by the end */
    uint64_t first_ping_us;  /* since at_us: the first Ping that was sent to it */
    struct spread suspected; /* observers that held it for Suspect or Down */
    struct spread down;      /* observers that held it for Down */
};

/* ---- What was wrong ---- */

/* Notifications of members about others. Each is counted where it is raised: one for each observer and subject. */
struct alarms {
    uint64_t suspects; /* MemberSuspect */
    uint64_t downs;    /* MemberDown */
    uint64_t returns;  /* MemberUp of a member that had been Down there, in the same life: it flaps */
};

/* Lifeguard's measures: false alarms are about healthy members; "FP" is every_false.downs, "FP-" healthy_false.downs. */
struct verdicts {
    struct alarms every_false;   /* about healthy members, raised by anybody */
    struct alarms healthy_false; /* of those, raised by healthy members */
    struct alarms impaired;      /* about impaired members (not crashed ones), raised by healthy members */
    uint32_t members_hit;        /* different healthy members that somebody called Down */
    uint64_t renewals;           /* how often a member that ran was told that it is Down, and went on under a new
                                    identity */
};

/* ---- Load ---- */

struct load {
    uint64_t packets, bytes; /* sent by all */
    uint64_t packets_of[SELKIE_MESSAGE_COUNT], bytes_of[SELKIE_MESSAGE_COUNT];
    uint64_t largest_packet;
    double member_seconds; /* how long members ran, together */
    /* Of each member that ran: a second, on average over its life. Received is what its engine took in. */
    struct sample sent_packets, sent_bytes, received_packets, received_bytes;
    struct sample bucket_bytes;                /* sent in a second: of each member in each bucket in which it ran */
    uint64_t lost, cut, overflowed, throttled; /* packets that did not arrive, by cause */
    struct selkie_stats counters;              /* of all engines together (counters.h) */
    uint64_t unheard;                          /* nobody ran where they arrived */
};

/* ---- Over time ---- */

/* One bucket of time. */
struct bucket {
    uint64_t packets, bytes;        /* sent by all */
    uint32_t running;               /* members that ran at its end */
    uint64_t false_downs;           /* verdicts.every_false.downs in it */
    uint64_t healthy_false_downs;   /* verdicts.healthy_false.downs */
    uint64_t false_suspects;        /* verdicts.every_false.suspects */
    uint64_t downs;                 /* all MemberDown, true and false */
    uint32_t least_size, most_size; /* of the cluster, as its members saw it at the end of the bucket */
    uint32_t middle_size;           /* the median of those */
};

struct series {
    uint64_t step_us; /* how long a bucket is */
    struct bucket *buckets;
    uint32_t count;
};

#define TRACKED_MOST 24u

/* How many others, of those who ran and were not stopped, held a member for what: at the end of step first + i. Alive
 * and suspect together are those that held it for active. */
struct track {
    uint32_t member;
    uint32_t first; /* the step with which it begins */
    struct seen {
        uint32_t alive, suspect, down, unknown;
    } * seen; /* steps - first of them */
    size_t room;
};

/* The members to which something happens, as far as there is room, then those that were called Down falsely. */
struct timeline {
    uint64_t step_us;
    uint32_t steps;
    struct track tracks[TRACKED_MOST];
    uint32_t count;
};

/* ---- All of it ---- */

struct result {
    struct scenario scenario;    /* what was asked for */
    struct selkie_config config; /* of the engines, at the start */
    uint64_t duration_us;        /* how long it ran */
    uint64_t hash;               /* selkie_sim_hash at the end */

    struct subject *subjects;
    uint32_t subject_count;
    struct verdicts verdicts;
    struct load load;
    struct series series;
    struct timeline timeline;

    uint64_t joined_us;  /* when all that ran held all that ran for active, for the first time. Acquainted: 0 */
    uint64_t agreed_us;  /* since when, at the end, all hold those that run for active and nobody else. NEVER: they
                                  do not */
    bool agreed;         /* do they */
    uint32_t sizes;      /* different sizes of the cluster that members saw, looked at each second */
    uint32_t running;    /* at the end */
    uint64_t violations; /* of the simulator's checks, if they were on */
    char *violation;     /* the first one: what was wrong. NULL: nothing */
    enum selkie_sim_check violation_check;
    uint64_t violation_us;
};

void result_free(struct result *result);

#endif
