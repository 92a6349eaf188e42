/* Calls on an engine from inside the functions that it was given. All that change something are refused and change
 * nothing; all that look see an engine that is whole. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "scenario.h"

/* ---- the calls that change something ---- */

static int call_free(struct world *world) {
    return selkie_free(world->engine);
}

static int call_set_config(struct world *world) {
    struct selkie_config config = world->config;
    config.max_packet_size = 5000;
    return selkie_set_config(world->engine, &config);
}

static int call_handle_data(struct world *world) {
    struct letter letter = letter_to(selkie_identity(world->engine), 60000, SELKIE_PING, 1, NULL);
    return selkie_handle_data(world->engine, letter.bytes, letter.size);
}

static int call_handle_timer(struct world *world) {
    struct selkie_timer timer = {{0}};
    return selkie_handle_timer(world->engine, &timer);
}

static int call_announce(struct world *world) {
    return selkie_announce(world->engine, identity_of(1, 0).bytes);
}

static int call_gossip(struct world *world) {
    return selkie_gossip(world->engine);
}

static int call_add_broadcast(struct world *world) {
    return selkie_add_broadcast(world->engine, "\xff\xff", 2, 0);
}

static int call_broadcast(struct world *world) {
    return selkie_broadcast(world->engine);
}

static int call_leave(struct world *world) {
    return selkie_leave(world->engine);
}

static int call_change_identity(struct world *world) {
    return selkie_change_identity(world->engine, identity_of(60001, 1).bytes);
}

static int call_reuse_down_identity(struct world *world) {
    return selkie_reuse_down_identity(world->engine);
}

static int call_apply_many(struct world *world) {
    struct identity_bytes identity = identity_of(60002, 0);
    struct selkie_member member = {.struct_size = sizeof member, .identity = identity.bytes};
    return selkie_apply_many(world->engine, &member, 1, true);
}

static int call_evict(struct world *world) {
    return selkie_evict(world->engine, identity_of(1, 0).bytes);
}

static int call_paused(struct world *world) {
    return selkie_paused(world->engine, SELKIE_S(10));
}

static int call_revive(struct world *world) {
    return selkie_revive(world->engine);
}

static const struct {
    const char *name;
    int (*call)(struct world *world);
} changing[] = {
    {"selkie_free", call_free},
    {"selkie_set_config", call_set_config},
    {"selkie_handle_data", call_handle_data},
    {"selkie_handle_timer", call_handle_timer},
    {"selkie_announce", call_announce},
    {"selkie_gossip", call_gossip},
    {"selkie_add_broadcast", call_add_broadcast},
    {"selkie_broadcast", call_broadcast},
    {"selkie_leave", call_leave},
    {"selkie_change_identity", call_change_identity},
    {"selkie_reuse_down_identity", call_reuse_down_identity},
    {"selkie_apply_many", call_apply_many},
    {"selkie_evict", call_evict},
    {"selkie_paused", call_paused},
    {"selkie_revive", call_revive},
};

enum { CHANGING = sizeof changing / sizeof *changing };

/* The calls that look: look_at_all makes each of them. */
static const char *const looking[] = {
    "selkie_identity",     "selkie_incarnation",      "selkie_connection",         "selkie_active_count",
    "selkie_member_count", "selkie_updates_backlog",  "selkie_broadcasts_backlog", "selkie_broadcast_limit",
    "selkie_awareness",    "selkie_farewell_pending", "selkie_get_config_",        "selkie_find_",
    "selkie_next_",        "selkie_get_stats_",
};

enum { LOOKING = sizeof looking / sizeof *looking };

/* ---- the table of calls is complete ---- */

static char *text_of_header(void) {
    char path[1024];
    const char *source = getenv("SELKIE_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/include/selkie/selkie.h", source ? source : ".");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 200000);
    assert_non_null(text);
    assert_in_range(fread(text, 1, 199999, file), 10000, 199998);
    fclose(file);
    return text;
}

static bool is_known(const char *name) {
    for (size_t i = 0; i < CHANGING; i++) {
        if (strcmp(changing[i].name, name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < LOOKING; i++) {
        if (strcmp(looking[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Does this list of parameters have an engine in it (and not only a place for one)? */
static bool takes_engine(const char *parameters, const char *end) {
    for (const char *at = parameters; (at = strstr(at, "selkie *")) && at < end; at++) {
        bool whole_word = !isalnum((unsigned char)at[-1]) && at[-1] != '_';
        if (whole_word && at[strlen("selkie *")] != '*') {
            return true;
        }
    }
    return false;
}

static void a_call_that_is_new_is_tested_here_too(void **state) {
    (void)state;
    char *text = text_of_header();
    size_t found = 0;
    for (char *at = text; (at = strstr(at, "SELKIE_API ")); at++) {
        char *open = strchr(at, '('), *end = strchr(at, ';');
        if (!open || !end || open > end || !takes_engine(open, end)) {
            continue;
        }
        char *name = open;
        while (isalnum((unsigned char)name[-1]) || name[-1] == '_') {
            name--;
        }
        *open = '\0';
        if (!is_known(name)) {
            fail_msg("%s is declared and not tested here", name);
        }
        *open = '(';
        found++;
    }
    free(text);
    assert_int_equal(found, CHANGING + LOOKING);
}

/* ---- inside ---- */

/* Each member that is gone through is found, and the counts are right. */
static void check_members(const selkie *engine) {
    uint32_t count = 0, active = 0, next_slot = 0;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member}, found = member;
    while (selkie_next(engine, &cursor, &member)) {
        assert_true(selkie_find(engine, member.identity, &found));
        assert_ptr_equal(found.identity, member.identity);
        assert_int_equal(found.slot, member.slot);
        assert_int_equal(found.state, member.state);
        assert_int_equal(found.incarnation, member.incarnation);
        assert_true(member.slot >= next_slot); /* none twice */
        next_slot = member.slot + 1;
        count++;
        active += member.state != SELKIE_DOWN ? 1 : 0;
    }
    assert_int_equal(count, selkie_member_count(engine));
    assert_int_equal(active, selkie_active_count(engine));
}

static void look_at_all(struct world *world) {
    struct selkie_member member = {.struct_size = sizeof member};
    check_members(world->engine);
    struct snapshot snapshot = snapshot_take(world->engine);
    assert_false(selkie_find(world->engine, identity_of(60003, 0).bytes, &member));
    assert_in_range(snapshot.connection, SELKIE_DISCONNECTED, SELKIE_UNDEAD);
    assert_true(snapshot.config.probe_period_us == world->config.probe_period_us);
    assert_true(snapshot.limit < snapshot.config.max_packet_size);
}

static void try_all(struct world *world) {
    for (size_t i = 0; i < CHANGING; i++) {
        int result = changing[i].call(world);
        if (result != SELKIE_E_REENTRANT) {
            fail_msg("%s: %s", changing[i].name, selkie_strerror(result));
        }
    }
}

/* A block of the engine itself is being given back: after that there is nothing to look at any more. */
static bool is_over(const struct world *world, enum place place) {
    return place == PLACE_RESIZE_AFTER && world->being_freed == world->engine;
}

static void look_and_try(struct world *world, enum place place) {
    bool allocator = place == PLACE_RESIZE_BEFORE || place == PLACE_RESIZE_AFTER;
    if (is_over(world, place) || (!allocator && world->visits[place] > 100 && world->visits[place] % 53 != 0)) {
        return;
    }
    look_at_all(world);
    struct snapshot before = snapshot_take(world->engine);
    uint32_t outputs = world->outputs;
    try_all(world);
    struct snapshot after = snapshot_take(world->engine);
    snapshot_check_equal(&before, &after);
    assert_int_equal(outputs, world->outputs);
}

struct outcome {
    uint64_t trace;
    uint32_t visits[PLACE_COUNT];
    struct snapshot end;
};

/* The scenario, once with equal keys and once without, and a part in which our identity cannot be renewed. */
static struct outcome live(bool by_equal_keys, uint32_t scale, void (*inside)(struct world *, enum place)) {
    struct world world;
    world_init(&world, by_equal_keys);
    world.inside = inside;
    assert_int_equal(world_start(&world), 0);
    scenario_play(&world, scale);
    struct outcome outcome = {.end = snapshot_take(world.engine)};
    scenario_check_usable(&world);
    outcome.trace = world.trace;
    world_end(&world);
    memcpy(outcome.visits, world.visits, sizeof outcome.visits);
    return outcome;
}

static void compare(bool by_equal_keys, uint32_t scale) {
    struct outcome quiet = live(by_equal_keys, scale, NULL);
    struct outcome looked_at = live(by_equal_keys, scale, look_and_try);
    assert_true(quiet.trace == looked_at.trace);
    snapshot_check_equal(&quiet.end, &looked_at.end);
    for (int place = 0; place < PLACE_COUNT; place++) {
        assert_int_equal(quiet.visits[place], looked_at.visits[place]);
        if (looked_at.visits[place] == 0 && !(place == PLACE_INVALIDATES && by_equal_keys)) {
            fail_msg("place %d was never visited", place);
        }
    }
}

/* Rules: P15.14, P15.15 */
static void calls_from_inside_change_nothing_and_see_a_whole_engine(void **state) {
    (void)state;
    compare(false, SCENARIO_SMALL);
}

/* Rules: P15.15 */
static void that_holds_while_the_tables_grow(void **state) {
    (void)state;
    compare(true, SCENARIO_LARGE);
}

/* Rules: P15.15 */
static void after_the_call_the_engine_can_be_called_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world, true);
    assert_int_equal(world_start(&world), 0);
    world.inside = look_and_try;
    assert_int_equal(selkie_announce(world.engine, identity_of(1, 0).bytes), 0);
    assert_true(world.visits[PLACE_SEND_TO] > 0);
    for (size_t i = 1; i < CHANGING; i++) { /* all but selkie_free */
        int result = changing[i].call(&world);
        assert_true(result != SELKIE_E_REENTRANT);
    }
    world_end(&world);
}

/* Rules: P15.15 */
static void a_call_from_inside_does_not_hide_what_the_outer_one_has_to_say(void **state) {
    (void)state;
    struct world world;
    world_init(&world, true);
    assert_int_equal(world_start(&world), 0);
    world.inside = look_and_try;
    world.refuse_at = 1;
    struct letter letter = letter_to(selkie_identity(world.engine), 1, SELKIE_PING, 1, NULL);
    assert_int_equal(world_deliver(&world, &letter), SELKIE_E_TIMER_LOST);
    assert_int_equal(world.notified[SELKIE_NOTIFY_ACTIVE], 1); /* after the timer: there was somebody to call in */
    world_end(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_is_new_is_tested_here_too),
        cmocka_unit_test(calls_from_inside_change_nothing_and_see_a_whole_engine),
        cmocka_unit_test(that_holds_while_the_tables_grow),
        cmocka_unit_test(a_call_from_inside_does_not_hide_what_the_outer_one_has_to_say),
        cmocka_unit_test(after_the_call_the_engine_can_be_called_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
