/* Makes happen what a scenario asks for, at its time. */
#ifndef SELKIE_COMMAND_PLAY_H
#define SELKIE_COMMAND_PLAY_H

#include "command/cast.h"
#include "command/collect.h"

/* One occurrence of an event: its members together, or one of them where they are staggered. */
struct act {
    struct play *play;
    uint32_t event;
    const uint32_t *members;
    uint32_t count;
    bool on;           /* it lasts */
    uint64_t until_us; /* of a BLOCK that is on */
};

struct farewell;

struct play {
    const struct scenario *scenario;
    const struct cast *cast;
    struct collect *collect;
    selkie_sim *sim;
    struct act *acts;
    uint32_t act_count;
    bool *paused;               /* each member: is it stopped */
    bool *leaving;              /* it has left, and its engine still tells so */
    struct farewell *farewells; /* of each member */
    uint32_t next;              /* who joins next, where they do so one after the other */
    uint32_t *send_ppm; /* each member: how much of what it sends is lost on the way out; then of what it receives */
    uint32_t *receive_ppm;
    bool links_set; /* some links are not those of all */
};

/* The cluster begins, and all that is to happen is asked for. */
void play_begin(struct play *play, const struct scenario *scenario, const struct cast *cast, struct collect *collect,
                selkie_sim *sim);
/* A member's engine has just become defunct. If it did not leave, it has been told that it is Down, and ends. */
void play_defunct(struct play *play, uint32_t member);

void play_free(struct play *play);

/* From when on nothing new happens. NEVER: it goes on to the end. */
uint64_t play_ends_us(const struct scenario *scenario);

#endif
