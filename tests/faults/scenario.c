/* The steps, in their order. Peers are numbered from 1: 1 to FRIENDS speak to the engine, those from CROWD on are only
 * spoken of. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"

enum { FRIENDS = 6, CROWD = 1000, STRANGER = 900, LATE_CROWD = 50000 };

static struct letter to_us(const struct world *world, uint32_t source, enum selkie_message message) {
    return letter_to(selkie_identity(world->engine), source, message, 0, NULL);
}

static int announce(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    return selkie_announce(world->engine, identity_of(1, 0).bytes);
}

/* The answer to it: our first packet. */
static int be_fed(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    struct letter letter = to_us(world, 1, SELKIE_FEED);
    for (uint32_t friend = 2; friend <= FRIENDS; friend ++) {
        letter_add_member(&letter, identity_of(friend, 0).bytes, 0, SELKIE_ALIVE);
    }
    return world_deliver(world, &letter);
}

static int hear_of_crowd(struct world *world, uint32_t turn, uint32_t scale) {
    struct letter letter = to_us(world, 1 + turn % FRIENDS, SELKIE_GOSSIP);
    for (uint32_t i = 0; i < scale; i++) {
        enum selkie_state state = i % 9 == 8 ? SELKIE_DOWN : i % 5 == 4 ? SELKIE_SUSPECT : SELKIE_ALIVE;
        letter_add_member(&letter, identity_of(CROWD + turn * scale + i, 1).bytes, 3, state);
    }
    letter_say(&letter, (uint8_t)turn, 1, 20);
    return world_deliver(world, &letter);
}

static int say(struct world *world, uint32_t turn, uint32_t scale) {
    unsigned char said[200] = {(unsigned char)(100 + turn % 60), (unsigned char)(1 + turn / 60)};
    return selkie_add_broadcast(world->engine, said, 10 + turn * scale % 150, turn % 4);
}

static int hear_broadcasts(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    struct letter letter = to_us(world, 2, SELKIE_BROADCAST);
    for (uint32_t i = 0; i < 3; i++) {
        letter_say(&letter, (uint8_t)(50 + turn * 3 + i), 1, 12 + 9 * i);
    }
    return world_deliver(world, &letter);
}

static int let_time_pass(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    return world_next_timer(world);
}

static int ack(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    const unsigned char *pinged = world->last_to[SELKIE_PING].bytes;
    uint32_t number = (uint32_t)pinged[3] << 8 | pinged[4];
    if (number == 0 || pinged[7] != 0) { /* nobody was pinged, or somebody who does not write */
        number = 1;
    }
    struct letter letter = letter_to(selkie_identity(world->engine), number, SELKIE_ACK, world->last_number, NULL);
    return world_deliver(world, &letter);
}

static int relay(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    static const enum selkie_message messages[] = {SELKIE_PING,         SELKIE_PING_REQ,      SELKIE_INDIRECT_PING,
                                                   SELKIE_INDIRECT_ACK, SELKIE_FORWARDED_ACK, SELKIE_ANNOUNCE};
    struct identity_bytes third = identity_of(STRANGER, 0);
    struct letter letter = letter_to(selkie_identity(world->engine), 1 + turn % FRIENDS, messages[turn % 6],
                                     world->last_number, third.bytes);
    return world_deliver(world, &letter);
}

static int ask_for_a_nack(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    struct identity_bytes third = identity_of(STRANGER, 0);
    struct letter letter =
        letter_to(selkie_identity(world->engine), 1 + turn % FRIENDS, SELKIE_PING_REQ, (uint8_t)turn, third.bytes);
    letter_want_nack(&letter);
    return world_deliver(world, &letter);
}

/* Somebody is suspected by ever more of his friends, and objects or not. */
static int accuse(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    struct identity_bytes suspect = identity_of(4, 0);
    struct letter letter = to_us(world, 1, SELKIE_GOSSIP);
    letter_accuse(&letter, suspect.bytes, (uint16_t)(turn + 10), identity_of(5, 0).bytes);
    letter_accuse(&letter, suspect.bytes, (uint16_t)(turn + 10), identity_of(6, 0).bytes);
    if (turn % 2 == 0) {
        letter_add_member(&letter, suspect.bytes, (uint16_t)(turn + 11), SELKIE_ALIVE);
    }
    return world_deliver(world, &letter);
}

/* Whoever is first in the table. */
static int evict(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    struct identity_bytes identity;
    while (selkie_next(world->engine, &cursor, &member)) {
        if (member.state != SELKIE_DOWN) {
            memcpy(identity.bytes, member.identity, sizeof identity.bytes);
            return selkie_evict(world->engine, identity.bytes);
        }
    }
    return 0;
}

static int pause_for_a_while(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    world->now_us += SELKIE_MS(700) * turn;
    return selkie_paused(world->engine, SELKIE_MS(700) * turn + 1);
}

static int hear_of_renamed(struct world *world, uint32_t turn, uint32_t scale) {
    struct letter letter = to_us(world, 3, SELKIE_GOSSIP);
    for (uint32_t i = 0; i < scale; i++) {
        letter_add_member(&letter, identity_of(CROWD + i, (uint16_t)(2 + turn)).bytes, 0,
                          i % 3 == 0 ? SELKIE_DOWN : SELKIE_ALIVE);
    }
    return world_deliver(world, &letter);
}

static int be_suspected(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    struct letter letter = to_us(world, 2, SELKIE_GOSSIP);
    letter_add_member(&letter, selkie_identity(world->engine), (uint16_t)turn, SELKIE_SUSPECT);
    return world_deliver(world, &letter);
}

static int be_declared_down(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    struct letter letter = to_us(world, 2, SELKIE_GOSSIP);
    letter_add_member(&letter, selkie_identity(world->engine), 0, SELKIE_DOWN);
    return world_deliver(world, &letter);
}

/* A packet of somebody whom we hold for Down. */
static int hear_from_the_dead(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    struct letter letter = to_us(world, STRANGER, SELKIE_PING);
    while (selkie_next(world->engine, &cursor, &member)) {
        const unsigned char *identity = member.identity;
        if (member.state == SELKIE_DOWN && identity[7] == 0) {
            letter = to_us(world, (uint32_t)identity[3] << 8 | identity[4], SELKIE_PING);
        }
    }
    return world_deliver(world, &letter);
}

static int apply_crowd(struct world *world, uint32_t turn, uint32_t scale) {
    struct selkie_member members[128];
    struct identity_bytes identities[128];
    uint32_t count = scale * 2 < 128 ? scale * 2 : 128;
    for (uint32_t i = 0; i < count; i++) {
        identities[i] = identity_of(LATE_CROWD + turn * count + i, 0);
        members[i] = (struct selkie_member){
            .struct_size = sizeof members[i], .identity = identities[i].bytes, .state = (uint8_t)(i % 4 % 3)};
    }
    return selkie_apply_many(world->engine, members, count, turn % 2 == 0);
}

static int grow_config(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    struct selkie_config config;
    selkie_get_config(world->engine, &config);
    config.max_packet_size = 800 + 300 * turn;
    config.num_indirect_probes = (uint8_t)(4 + turn);
    config.max_transmissions = (uint8_t)(6 + turn * 4);
    return selkie_set_config(world->engine, &config);
}

static int gossip(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    return selkie_gossip(world->engine);
}

static int broadcast(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    return selkie_broadcast(world->engine);
}

static int change_identity(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    return selkie_change_identity(world->engine, identity_of(turn * 90000, (uint16_t)(700 + turn)).bytes);
}

static int revive(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    return selkie_revive(world->engine);
}

static int leave(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    return selkie_leave(world->engine);
}

static int reuse(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    return selkie_reuse_down_identity(world->engine);
}

static int turn_undead(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    struct letter letter = to_us(world, 2, SELKIE_TURN_UNDEAD);
    return world_deliver(world, &letter);
}

/* Everybody but our next packet's sender is said to be Down, and then that one too. */
static int bury_all(struct world *world, uint32_t turn, uint32_t scale) {
    (void)turn, (void)scale;
    uint32_t count = 0;
    struct selkie_cursor cursor = {0};
    struct selkie_member *members = calloc(selkie_member_count(world->engine) + 1, sizeof *members);
    assert_non_null(members);
    members[count].struct_size = sizeof *members;
    while (selkie_next(world->engine, &cursor, &members[count])) {
        members[count++].state = SELKIE_DOWN;
        members[count].struct_size = sizeof *members;
    }
    int result = selkie_apply_many(world->engine, members, count, true);
    free(members);
    return result;
}

/* News of somebody new, after all the others: brings the connection back. */
static int meet(struct world *world, uint32_t turn, uint32_t scale) {
    (void)scale;
    struct letter letter = to_us(world, STRANGER + 1 + turn, SELKIE_PING);
    return world_deliver(world, &letter);
}

static const struct {
    int (*take)(struct world *world, uint32_t turn, uint32_t scale);
    uint32_t turns;
} steps[] = {
    {announce, 1},
    {be_fed, 1},
    {relay, 6},
    {ask_for_a_nack, 18},
    {hear_of_crowd, 16},
    {accuse, 5},
    {say, 70},
    {hear_broadcasts, 8},
    {let_time_pass, 25},
    {ack, 1},
    {let_time_pass, 3},
    {pause_for_a_while, 2},
    {evict, 2},
    {gossip, 2},
    {broadcast, 3},
    {hear_of_renamed, 2},
    {be_suspected, 3},
    {hear_from_the_dead, 1},
    {apply_crowd, 4},
    {grow_config, 3},
    {let_time_pass, 20},
    {ack, 1},
    {change_identity, 2},
    {meet, 1},
    {relay, 6},
    {be_declared_down, 2},
    {meet, 1},
    {accuse, 2},
    {ask_for_a_nack, 3},
    {revive, 1},
    {let_time_pass, 20},
    {bury_all, 1},
    {meet, 2},
    {leave, 2},
    {hear_broadcasts, 1},
    {let_time_pass, 10},
    {reuse, 1},
    {meet, 1},
    {turn_undead, 1},
    {meet, 3},
    {say, 10},
    {let_time_pass, 40},
};

enum { KINDS = sizeof steps / sizeof *steps };

uint32_t scenario_length(void) {
    uint32_t length = 0;
    for (uint32_t i = 0; i < KINDS; i++) {
        length += steps[i].turns;
    }
    return length;
}

/* How often the same kind of step came before, so that no turn of it is like another. */
static uint32_t turns_before(uint32_t kind) {
    uint32_t turns = 0;
    for (uint32_t i = 0; i < kind; i++) {
        turns += steps[i].take == steps[kind].take ? steps[i].turns : 0;
    }
    return turns;
}

/* The kind of a step; *turn: how many of that kind came before it in a row. */
static uint32_t kind_of(uint32_t step, uint32_t *turn) {
    uint32_t kind = 0;
    while (step >= steps[kind].turns) {
        step -= steps[kind++].turns;
    }
    *turn = step;
    return kind;
}

int scenario_take(struct world *world, uint32_t step, uint32_t scale) {
    uint32_t turn, kind = kind_of(step, &turn);
    return steps[kind].take(world, turns_before(kind) + turn, scale);
}

bool scenario_is_timer(uint32_t step) {
    uint32_t turn;
    return steps[kind_of(step, &turn)].take == let_time_pass;
}

void scenario_play(struct world *world, uint32_t scale) {
    for (uint32_t step = 0; step < scenario_length(); step++) {
        int result = scenario_take(world, step, scale);
        if (result < 0) {
            fail_msg("step %u: %s", (unsigned)step, selkie_strerror(result));
        }
    }
}

void scenario_check_usable(struct world *world) {
    unsigned char said[40] = {250, 250};
    if (selkie_connection(world->engine) == SELKIE_UNDEAD) {
        assert_int_equal(selkie_reuse_down_identity(world->engine), 0);
    }
    assert_int_equal(selkie_announce(world->engine, identity_of(1, 0).bytes), 0);
    struct letter letter = to_us(world, STRANGER + 50, SELKIE_PING);
    for (uint32_t i = 0; i < 10; i++) { /* enough not to be alone before the end, though nobody answers */
        letter_add_member(&letter, identity_of(STRANGER + 60 + i, 0).bytes, 0, SELKIE_ALIVE);
    }
    uint32_t acks = world->sent[SELKIE_ACK], pings = world->sent[SELKIE_PING];
    assert_int_equal(world_deliver(world, &letter), 0);
    assert_int_equal(world->sent[SELKIE_ACK], acks + 1);
    assert_int_equal(selkie_connection(world->engine), SELKIE_CONNECTED);
    assert_int_equal(selkie_add_broadcast(world->engine, said, sizeof said, 0), 1);
    uint32_t gossips = world->sent[SELKIE_GOSSIP], announces = world->sent[SELKIE_ANNOUNCE];
    world_run(world, SELKIE_S(8), SELKIE_OK);
    assert_true(world->sent[SELKIE_PING] >= pings + 3);
    assert_true(world->sent[SELKIE_GOSSIP] > gossips && world->sent[SELKIE_ANNOUNCE] > announces);
    uint32_t defuncts = world->notified[SELKIE_NOTIFY_DEFUNCT];
    assert_int_equal(selkie_leave(world->engine), 0);
    assert_int_equal(world->notified[SELKIE_NOTIFY_DEFUNCT], defuncts + 1);
    world_run(world, SELKIE_S(60), SELKIE_OK); /* what is Down is forgotten */
}
