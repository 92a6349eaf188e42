/* Tables and queues that are full: who makes room for whom, who is refused, what a stranger gets, and what is
 * counted. */
#include <string.h>

#include "cmocka_all.h"
#include "world.h"

enum { ROOM = 5 };

/* An engine for ROOM members. */
static void begin(struct world *world) {
    world_init(world, true);
    world->options.max_members = ROOM;
    world->config.reconnect_at_once = false;
    assert_int_equal(world_start(world), 0);
}

static struct selkie_stats stats_of(const struct world *world) {
    struct selkie_stats stats = {.struct_size = sizeof stats};
    selkie_get_stats(world->engine, &stats);
    return stats;
}

/* Hear of one member. */
static void hear(struct world *world, uint32_t number, enum selkie_state state, bool disseminate) {
    struct identity_bytes identity = identity_of(number, 0);
    struct selkie_member member = {.struct_size = sizeof member, .identity = identity.bytes, .state = (uint8_t)state};
    assert_int_equal(selkie_apply_many(world->engine, &member, 1, disseminate), 0);
}

static void hear_of(struct world *world, uint32_t number, enum selkie_state state) {
    hear(world, number, state, true);
}

static bool knows(const struct world *world, uint32_t number) {
    struct selkie_member member = {.struct_size = sizeof member};
    return selkie_find(world->engine, identity_of(number, 0).bytes, &member);
}

static int hear_from(struct world *world, uint32_t number, enum selkie_message message) {
    struct identity_bytes third = identity_of(800, 0);
    struct letter letter = letter_to(selkie_identity(world->engine), number, message, 9, third.bytes);
    return world_deliver(world, &letter);
}

/* Rules: P19.1 */
static void a_new_member_takes_the_place_of_a_dead_one_in_silence(void **state) {
    (void)state;
    struct world world;
    begin(&world);
    hear_of(&world, 20, SELKIE_DOWN);
    for (uint32_t number = 1; number <= 4; number++) {
        hear_of(&world, number, SELKIE_ALIVE);
    }
    assert_int_equal(selkie_updates_backlog(world.engine), 5);
    uint32_t ups = world.notified[SELKIE_NOTIFY_MEMBER_UP];
    hear(&world, 5, SELKIE_SUSPECT, false);
    assert_true(knows(&world, 5) && !knows(&world, 20));
    assert_int_equal(stats_of(&world).members_displaced, 1);
    assert_int_equal(world.notified[SELKIE_NOTIFY_MEMBER_UP], ups + 1);
    assert_int_equal(world.notified[SELKIE_NOTIFY_MEMBER_DOWN], 0);
    assert_int_equal(selkie_updates_backlog(world.engine), 4); /* the dead one's news went with it */
    world_end(&world);
}

/* Rules: P19.1 */
static void which_of_the_dead_gives_way_is_a_matter_of_chance(void **state) {
    (void)state;
    bool gave_way[4] = {false};
    for (uint8_t seed = 1; seed <= 60; seed++) {
        struct world world;
        world_init(&world, true);
        world.options.max_members = ROOM;
        world.options.seed[5] = seed;
        assert_int_equal(world_start(&world), 0);
        for (uint32_t number = 20; number < 24; number++) {
            hear_of(&world, number, SELKIE_DOWN);
        }
        hear_of(&world, 1, SELKIE_ALIVE);
        hear_of(&world, 2, SELKIE_ALIVE);
        for (uint32_t number = 20; number < 24; number++) {
            gave_way[number - 20] |= !knows(&world, number);
        }
        world_end(&world);
    }
    assert_true(gave_way[0] && gave_way[1] && gave_way[2] && gave_way[3]);
}

/* Rules: P19.1, P19.2 */
static void a_table_full_of_the_living_refuses_news_of_others(void **state) {
    (void)state;
    struct world world;
    begin(&world);
    for (uint32_t number = 1; number <= ROOM; number++) {
        hear_of(&world, number, number % 2 ? SELKIE_ALIVE : SELKIE_SUSPECT);
    }
    uint32_t outputs = world.outputs;
    hear_of(&world, 6, SELKIE_ALIVE);
    hear_of(&world, 7, SELKIE_SUSPECT);
    hear_of(&world, 8, SELKIE_DOWN);
    assert_int_equal(stats_of(&world).members_refused, 3);
    assert_int_equal(stats_of(&world).members_displaced, 0);
    assert_int_equal(world.outputs, outputs);
    assert_int_equal(selkie_active_count(world.engine), ROOM);
    for (uint32_t number = 1; number <= ROOM; number++) {
        assert_true(knows(&world, number));
    }
    hear_of(&world, 3, SELKIE_DOWN); /* news of those who are known is taken in as ever */
    hear_of(&world, 6, SELKIE_ALIVE);
    assert_true(knows(&world, 6) && !knows(&world, 3));
    world_end(&world);
}

/* Rules: P19.2 */
static void the_dead_never_take_the_last_place(void **state) {
    (void)state;
    struct world world;
    begin(&world);
    for (uint32_t number = 20; number < 20 + ROOM; number++) {
        hear_of(&world, number, SELKIE_DOWN);
        assert_int_equal(knows(&world, number), number < 20 + ROOM - 1);
    }
    assert_int_equal(stats_of(&world).members_refused, 1);
    hear_of(&world, 1, SELKIE_ALIVE);
    assert_int_equal(selkie_member_count(world.engine), ROOM);
    assert_int_equal(stats_of(&world).members_displaced, 0);
    world_end(&world);
}

/* Rules: P19.3 */
static void a_stranger_is_answered_but_not_listened_to(void **state) {
    (void)state;
    static const enum selkie_message asked[] = {SELKIE_PING,     SELKIE_PING_REQ,     SELKIE_INDIRECT_PING,
                                                SELKIE_ANNOUNCE, SELKIE_INDIRECT_ACK, SELKIE_FORWARDED_ACK,
                                                SELKIE_GOSSIP,   SELKIE_ACK,          SELKIE_NACK};
    static const enum selkie_message answers[] = {SELKIE_ACK, SELKIE_INDIRECT_PING, SELKIE_INDIRECT_ACK, SELKIE_FEED};
    struct world world;
    begin(&world);
    for (uint32_t number = 1; number <= ROOM; number++) {
        hear_of(&world, number, SELKIE_ALIVE);
    }
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        uint32_t before = world.notified[SELKIE_NOTIFY_DATA_SENT];
        assert_int_equal(hear_from(&world, 50, asked[i]), 0);
        assert_int_equal(world.notified[SELKIE_NOTIFY_DATA_SENT] - before, i < 4 ? 1 : 0);
        assert_true(i >= 4 || world.sent[answers[i]] == 1);
    }
    struct letter letter = letter_to(selkie_identity(world.engine), 50, SELKIE_GOSSIP, 0, NULL);
    letter_add_member(&letter, identity_of(1, 0).bytes, 0, SELKIE_DOWN);
    letter_say(&letter, 1, 1, 10);
    assert_int_equal(world_deliver(&world, &letter), 0);
    assert_int_equal(selkie_active_count(world.engine), ROOM);
    assert_int_equal(world.visits[PLACE_RECEIVE], 0);
    assert_int_equal(world.sent[SELKIE_TURN_UNDEAD], 0);
    assert_false(knows(&world, 50));
    world_end(&world);
}

/* Rules: P19.3 */
static void a_stranger_may_tell_us_that_we_are_down(void **state) {
    (void)state;
    struct world world;
    begin(&world);
    for (uint32_t number = 1; number <= ROOM; number++) {
        hear_of(&world, number, SELKIE_ALIVE);
    }
    assert_int_equal(hear_from(&world, 50, SELKIE_TURN_UNDEAD), 0);
    assert_int_equal(world.notified[SELKIE_NOTIFY_REJOIN], 1);
    world.renewable = false;
    assert_int_equal(selkie_connection(world.engine), SELKIE_DISCONNECTED);
    assert_int_equal(hear_from(&world, 50, SELKIE_PING), 0); /* not Connected: no answer, no adjustment */
    assert_int_equal(world.sent[SELKIE_ACK], 0);
    assert_int_equal(selkie_connection(world.engine), SELKIE_DISCONNECTED);
    assert_int_equal(hear_from(&world, 50, SELKIE_TURN_UNDEAD), 0);
    assert_int_equal(world.notified[SELKIE_NOTIFY_DEFUNCT], 1);
    world_end(&world);
}

static int say(struct world *world, uint8_t subject, uint8_t version, size_t size) {
    unsigned char said[100] = {subject, version};
    return selkie_add_broadcast(world->engine, said, size, 0);
}

static void begin_with_broadcasts(struct world *world, uint32_t count, uint32_t bytes) {
    world_init(world, true);
    world->options.max_broadcasts = count;
    world->options.max_broadcast_bytes = bytes;
    assert_int_equal(world_start(world), 0);
}

/* Rules: P19.4 */
static void a_full_queue_refuses_a_broadcast_without_asking_the_handler(void **state) {
    (void)state;
    struct world world;
    begin_with_broadcasts(&world, 3, 1000);
    for (uint8_t subject = 1; subject <= 3; subject++) {
        assert_int_equal(say(&world, subject, 1, 10), 1);
    }
    assert_int_equal(say(&world, 4, 1, 10), SELKIE_E_FULL);
    assert_int_equal(world.visits[PLACE_RECEIVE], 3);
    assert_int_equal(selkie_broadcasts_backlog(world.engine), 3);
    world_end(&world);
}

/* Rules: P19.4 */
static void bytes_are_bounded_to_the_last_one(void **state) {
    (void)state;
    struct world world;
    begin_with_broadcasts(&world, 10, 100);
    assert_int_equal(say(&world, 1, 1, 60), 1);
    assert_int_equal(say(&world, 2, 1, 41), SELKIE_E_FULL);
    assert_int_equal(say(&world, 2, 1, 40), 1);
    assert_int_equal(say(&world, 3, 1, 2), SELKIE_E_FULL);
    world_end(&world);
}

/* Rules: P19.4 */
static void a_broadcast_that_is_heard_with_a_full_queue_is_delivered_and_counted(void **state) {
    (void)state;
    struct world world;
    begin_with_broadcasts(&world, 1, 1000);
    struct letter letter = letter_to(selkie_identity(world.engine), 1, SELKIE_BROADCAST, 0, NULL);
    letter_say(&letter, 1, 1, 20);
    letter_say(&letter, 2, 1, 20); /* no room */
    letter_say(&letter, 1, 2, 20); /* takes the place of the first */
    letter_say(&letter, 1, 2, 20); /* known: not counted */
    assert_int_equal(world_deliver(&world, &letter), 0);
    assert_int_equal(world.visits[PLACE_RECEIVE], 4);
    assert_int_equal(selkie_broadcasts_backlog(world.engine), 1);
    assert_int_equal(stats_of(&world).broadcasts_not_relayed, 1);
    world_end(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_member_takes_the_place_of_a_dead_one_in_silence),
        cmocka_unit_test(which_of_the_dead_gives_way_is_a_matter_of_chance),
        cmocka_unit_test(a_table_full_of_the_living_refuses_news_of_others),
        cmocka_unit_test(the_dead_never_take_the_last_place),
        cmocka_unit_test(a_stranger_is_answered_but_not_listened_to),
        cmocka_unit_test(a_stranger_may_tell_us_that_we_are_down),
        cmocka_unit_test(a_full_queue_refuses_a_broadcast_without_asking_the_handler),
        cmocka_unit_test(bytes_are_bounded_to_the_last_one),
        cmocka_unit_test(a_broadcast_that_is_heard_with_a_full_queue_is_delivered_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
