/* What is asked for: a cluster, its network, and what happens to it when. A plain value: it may be copied, and a sweep
 * changes a copy. What it looks like as text is in directives.h. Times and durations are microseconds, chances parts per
 * million. */
#ifndef SELKIE_COMMAND_SCENARIO_H
#define SELKIE_COMMAND_SCENARIO_H

#include "command/complaint.h"
#include "command/settings.h"
#include "selkie/sim.h"

#define NEVER SELKIE_SIM_NEVER

enum scenario_preset { PRESET_LAN, PRESET_WAN, PRESET_SIMPLE, PRESET_LAN_PLAIN, PRESET_WAN_PLAIN, PRESET_COUNT };

/* How they come to know each other. */
enum scenario_join {
    JOIN_ACQUAINTED, /* all know all from the start, and their periods begin at moments of their own */
    JOIN_ALIGNED,    /* the same, but all periods begin together */
    JOIN_TOGETHER,   /* member 0 is alone for join_wait_us, then all others join through it at once */
    JOIN_SEQUENTIAL, /* member 0 begins, and each join_wait_us the next one joins through it */
    JOIN_COUNT
};

/* ---- Who ---- */

#define GROUPS_MOST 16u
#define GROUP_NAME_MOST 24u

enum who_kind {
    WHO_NOBODY, /* of what concerns no member in particular */
    WHO_COUNT,  /* so many, drawn by seed; nobody twice while there are others, and never member 0 */
    WHO_SHARE,  /* so much of all, drawn likewise: at least one */
    WHO_RANGE,  /* from first to last */
    WHO_GROUP,  /* those of a group */
    WHO_ALL
};

struct who {
    enum who_kind kind;
    uint32_t count;       /* COUNT */
    uint32_t share_ppm;   /* SHARE */
    uint32_t first, last; /* RANGE */
    uint32_t group;       /* GROUP: which */
};

/* Members that several events are about. */
struct group {
    char name[GROUP_NAME_MOST];
    struct who who; /* COUNT, SHARE, RANGE or ALL */
};

/* ---- What happens ---- */

#define EVENTS_MOST 64u

/* name, word, what the members do or are then. What else there is to say of an event (`for`, `gap`, ...) is in happen.h. */
#define SCENARIO_EVENTS(X)                                                                                             \
    X(CRASH, "crash", "end without a word; after `for` they start again and join")                                     \
    X(RESTART, "restart", "end without a word and start again at once, under a renewed identity")                      \
    X(LEAVE, "leave", "say farewell and end; after `for` they start again and join")                                   \
    X(PAUSE, "pause", "stop as by SIGSTOP, and go on after `for`; with wake=yes they notice that they were stopped")   \
    X(BLOCK, "block", "block in what they send and receive: it arrives when `for` is over; their timers go on")        \
    X(SLOW, "slow", "take by=TIME for each packet and each timer")                                                     \
    X(CLOCK, "clock", "have clocks that run fast by=PERCENT, or slow if that is negative")                             \
    X(ISOLATE, "isolate", "neither hear nor are heard")                                                                \
    X(DEAF, "deaf", "hear nobody")                                                                                     \
    X(MUTE, "mute", "are heard by nobody")                                                                             \
    X(CUT, "cut", "reach no member of with=WHO, nor these them; with oneway=yes they are only not heard")              \
    X(SPLIT, "split", "reach only each other")                                                                         \
    X(LOSSY, "lossy", "lose by=PERCENT of what they send and receive; or only side=send, side=receive")                \
    X(BANDWIDTH, "bandwidth", "send at most by=BYTES a second; queue=BYTES wait at most, more is lost")                \
    X(HEAL, "heal", "ends what cuts members off; it is about nobody in particular: --heal @40s")

enum event_kind {
#define SELKIE_X(name, word, text) HAPPENS_##name,
    SCENARIO_EVENTS(SELKIE_X)
#undef SELKIE_X
        HAPPENS_COUNT
};

enum lossy_side { SIDE_BOTH, SIDE_SEND, SIDE_RECEIVE };

struct scenario_event {
    enum event_kind kind;
    struct who who;
    uint64_t at_us;
    uint64_t for_us;     /* for how long. NEVER: until the end */
    uint64_t gap_us;     /* and again after so long. NEVER: once */
    uint64_t until_us;   /* of what repeats: no more from then on, and what is on ends. NEVER: to the end of the run */
    uint64_t stagger_us; /* each member so much later than the one before */
    uint64_t by;         /* SLOW: microseconds; LOSSY: ppm; BANDWIDTH: bytes a second */
    int32_t clock_ppm;   /* CLOCK */
    uint64_t queue;      /* BANDWIDTH: bytes */
    enum lossy_side side;
    bool wake;       /* PAUSE */
    bool one_way;    /* CUT */
    struct who with; /* CUT */
};

/* ---- All of it ---- */

struct scenario {
    uint32_t members;
    uint64_t duration_us;
    uint64_t seed;
    bool until_agreed; /* after the last event, end once all agree on who is there */
    uint32_t about;    /* a bit for each event_kind: subjects are only those to which one of these happens. 0: all */
    enum scenario_join join;
    uint64_t join_wait_us;
    enum scenario_preset preset;
    uint64_t values[SETTINGS_MOST]; /* of settings, where they are not the preset's */
    bool is_set[SETTINGS_MOST];
    struct selkie_sim_link link;
    uint32_t inbox_packets;
    bool renews; /* whoever learns that it is Down goes on under a renewed identity; otherwise it ends */
    bool checks;
    struct group groups[GROUPS_MOST];
    uint32_t group_count;
    struct scenario_event events[EVENTS_MOST];
    uint32_t event_count;
};

/* 100 members of the lan preset that know each other, for a minute, on the simulator's usual network. */
void scenario_init(struct scenario *scenario);

/* The configuration of its engines: the preset for that many members, and what was set. To set max_transmissions or
 * suspect_to_down_after turns adapt_multiplier off, unless that is set as well. Where probe_period is set to no more than
 * the preset's probe_rtt, that follows it, unless it is set as well. */
void scenario_config(const struct scenario *scenario, struct selkie_config *config);

/* That of the preset alone. */
void scenario_preset_config(const struct scenario *scenario, struct selkie_config *config);

/* Does it make sense as a whole? If so it can be run: nothing in it makes the simulator panic. */
bool scenario_check(const struct scenario *scenario, struct complaint *complaint);

/* Are those to which this happens subjects (result.h), if others may notice it? */
bool scenario_is_about(const struct scenario *scenario, enum event_kind kind);

const char *preset_name(enum scenario_preset preset);
const char *event_name(enum event_kind kind);

#endif
