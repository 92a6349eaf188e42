/* Tests of the calls of engine.c: life, announcing, broadcasts of one's own, batches of the caller's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "text.h"

/* ---- announcing ---- */

/* Rules: P15.1 */
static void announcing_sends_one_packet_in_every_state_and_changes_nothing(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 4);
    assert_int_equal(selkie_announce(f->engine, "B7"), SELKIE_OK);
    expect(f, "> announce from A1@0 to B7");
    expect_members(f, "");
    know(f, "C1@0 alive");
    assert_int_equal(selkie_announce(f->engine, "B7"), SELKIE_OK);
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    assert_int_equal(selkie_announce(f->engine, "B7"), SELKIE_OK);
    assert_int_equal(count_lines(f, "> announce from A1@0 to B7"), 2);
    expect_members(f, "C1@0 alive");
}

/* ---- broadcasts ---- */

/* Rules: P12.1, P12.2 */
static void offering_a_broadcast_asks_the_handler_and_sends_nothing(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(broadcast(f, "x"), 1);
    assert_int_equal(broadcast(f, "?"), 0);
    assert_int_equal(broadcast(f, "!"), SELKIE_E_CUSTOM_BROADCAST);
    expect(f, "offered \"x\"", "offered \"?\"", "offered \"!\"", "= CUSTOM_BROADCAST");
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 1);
}

/* Rules: P12.2, P17.2 */
static void a_broadcast_that_cannot_be_is_not_offered(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart_in_place(f, 4);
    char big[1500] = "x";
    unsigned char *before = remember(f);
    assert_int_equal(selkie_add_broadcast(f->engine, "", 0, 0), SELKIE_E_MALFORMED_PACKET);
    assert_int_equal(selkie_add_broadcast(f->engine, big, 1401, 0), SELKIE_E_DATA_TOO_BIG);
    assert_int_equal(selkie_add_broadcast(f->engine, "x", 1, 4), SELKIE_E_INVALID_CONFIG);
    expect_unchanged(f, before);
    expect_nothing(f);
    assert_int_equal(selkie_add_broadcast(f->engine, "x", 1, 3), 1);
}

/* Rules: P19.4 */
static void a_full_queue_refuses_before_the_handler_is_asked(void **state) {
    struct fixture *f = *state;
    struct selkie_stats stats;
    f->with_broadcasts = true;
    f->options.max_broadcasts = 2;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(broadcast(f, "x"), 1);
    assert_int_equal(broadcast(f, "y"), 1);
    forget(f);
    assert_int_equal(broadcast(f, "z"), SELKIE_E_FULL);
    expect(f, "= FULL");
    assert_int_equal(hear(f, "gossip from B1@0 () \"z\" \"x2\""), SELKIE_OK);
    expect(f, "heard \"z\" from B1", "heard \"x2\" from B1"); /* the second replaces one, and has room */
    SELKIE_INIT(&stats);
    selkie_get_stats(f->engine, &stats);
    assert_int_equal(stats.broadcasts_not_relayed, 1);
    assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
    assert_int_equal(count_lines(f, "> broadcast from A1@0 to B1 \"x2\" \"y\""), 1);
}

/* Rules: P19.4 */
static void bytes_have_a_bound_of_their_own(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->options.max_broadcast_bytes = 6;
    restart(f);
    assert_int_equal(broadcast(f, "xxxx"), 1);
    assert_int_equal(broadcast(f, "yyy"), SELKIE_E_FULL);
    assert_int_equal(broadcast(f, "yy"), 1);
    assert_int_equal(broadcast(f, "z"), SELKIE_E_FULL);
}

/* ---- batches ---- */

/* Rules: P15.11, P17.2 */
static void a_batch_with_anything_invalid_has_no_effect(void **state) {
    struct fixture *f = *state;
    struct selkie_member members[2];
    restart_in_place(f, 4);
    assert_int_equal(text_to_members("B1@0 alive, C1@0 alive", members, 2), 2);
    unsigned char *before = remember(f);
    members[1].state = 3;
    assert_int_equal(selkie_apply_many(f->engine, members, 2, true), SELKIE_E_INVALID_CONFIG);
    members[1].state = SELKIE_ALIVE;
    members[1].identity = NULL;
    assert_int_equal(selkie_apply_many(f->engine, members, 2, true), SELKIE_E_INVALID_CONFIG);
    expect_unchanged(f, before);
    expect_nothing(f);
}

/* Rules: P15.11, P15.4 */
static void a_flag_that_does_not_go_with_its_state_is_left_out(void **state) {
    struct fixture *f = *state;
    struct selkie_member members[2];
    assert_int_equal(text_to_members("B1@0 alive, C1@0 down", members, 2), 2);
    members[0].flags = SELKIE_LEFT;
    members[1].flags = 0xfe;
    assert_int_equal(selkie_apply_many(f->engine, members, 2, false), SELKIE_OK);
    expect_members(f, "B1@0 alive, C1@0 down");
}

/* Rules: P15.11 */
static void what_one_engines_members_say_gives_another_the_same_table(void **state) {
    struct fixture *f = *state;
    struct selkie_member members[8];
    struct selkie_cursor cursor = {0};
    size_t count = 0;
    know(f, "B1@5 alive, C2@0 suspect, D1@3 down, E1@0 down left");
    SELKIE_INIT(&members[0]);
    while (selkie_next_(f->engine, &cursor, &members[count], sizeof members[count])) {
        count++;
    }
    void *other = NULL;
    assert_int_equal(fixture_setup(&other), 0);
    struct fixture *g = other;
    know(g, "C3@0 alive, D1@9 alive, F1@0 alive");
    assert_int_equal(selkie_apply_many(g->engine, members, count, false), SELKIE_OK);
    expect_members(g, "C3@0 alive, D1@3 down, F1@0 alive, B1@5 alive, E1@0 down left");
    fixture_teardown(&other);
}

/* Rules: P26.13, P17.2 */
static void a_member_that_no_packet_has_room_for_is_refused_with_its_whole_batch(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 8);
    know(f, "B1@0 alive");
    uint32_t enough = (uint32_t)f->codec.header_max + 2 + 5; /* an update, without an accuser, takes 5 bytes */
    set_packet_size(f, enough - 1);
    unsigned char *before = remember(f);
    assert_int_equal(learn_and_tell(f, "B1@0 down, C1@0 alive"), SELKIE_E_DATA_TOO_BIG);
    assert_int_equal(learn(f, "B1@0 suspect by C1"), SELKIE_E_DATA_TOO_BIG);
    assert_int_equal(did(f, selkie_change_identity(f->engine, "A2")), SELKIE_E_DATA_TOO_BIG);
    expect_unchanged(f, before);
    expect(f, "= DATA_TOO_BIG", "= DATA_TOO_BIG", "= DATA_TOO_BIG");
    set_packet_size(f, enough);
    assert_int_equal(learn(f, "B1@0 suspect by C1"), SELKIE_OK);
    assert_int_equal(did(f, selkie_change_identity(f->engine, "A2")), SELKIE_OK);
}

static bool encode_long_d(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    struct selkie_codec packed;
    selkie_codec_packed(&packed, codec->identity_size);
    return packed.encode_member(&packed, writer, member) &&
           (*(const char *)member->identity != 'D' || member->incarnation < 9 || selkie_put(writer, "!!", 2));
}

/* Rules: P26.13 */
static void it_is_measured_as_it_is_offered(void **state) {
    struct fixture *f = *state;
    f->codec.encode_member = encode_long_d;
    restart(f);
    set_packet_size(f, (uint32_t)f->codec.header_max + 2 + 5);
    assert_int_equal(learn(f, "C1@9 alive, D1@8 alive"), SELKIE_OK);
    assert_int_equal(learn(f, "D1@9 alive"), SELKIE_E_DATA_TOO_BIG);
    expect_members(f, "C1@9 alive, D1@8 alive");
}

/* ---- eviction ---- */

/* Rules: P26.1, P18.1 */
static void a_member_can_be_declared_down_by_decision(void **state) {
    struct fixture *f = *state;
    for (int notify = 0; notify <= 1; notify++) {
        f->config.notify_down_members = notify == 1;
        restart(f);
        know(f, "B1@4 suspect, C1@0 alive");
        assert_int_equal(did(f, selkie_evict(f->engine, "B1")), SELKIE_OK);
        if (notify == 1) {
            expect(f, "timer remove in 86400000 ms", "member-down B1@4 down", "> turn-undead from A1@0 to B1");
        } else {
            expect(f, "timer remove in 86400000 ms", "member-down B1@4 down");
        }
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
        expect(f, "> gossip from A1@0 to C1 (B1@4 down)");
        assert_int_equal(counted(f, members_evicted), 1);
    }
}

/* Rules: P26.1, P5.2 */
static void evicting_the_last_one_makes_us_idle_before_it_is_told(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    restart(f);
    know(f, "B1@4 alive");
    assert_int_equal(did(f, selkie_evict(f->engine, "B1")), SELKIE_OK);
    expect(f, "timer remove in 86400000 ms", "member-down B1@4 down", "idle", "> turn-undead from A1@0 to B1");
}

/* Rules: P26.1, P17.2 */
static void nobody_else_can_be_evicted_and_nothing_happens(void **state) {
    struct fixture *f = *state;
    static const char *const nobodies[] = {"X1", "C1", "B2", "B0", "A1"};
    restart_in_place(f, 8);
    know(f, "B1@0 alive, C1@0 down, A2@0 alive");
    for (size_t i = 0; i < sizeof nobodies / sizeof *nobodies; i++) {
        unsigned char *before = remember(f);
        assert_int_equal(selkie_evict(f->engine, nobodies[i]), SELKIE_E_UNKNOWN_MEMBER);
        expect_unchanged(f, before);
        expect_nothing(f);
    }
    assert_int_equal(counted(f, error_unknown_member), 5);
}

/* Rules: P26.1 */
static void an_identity_to_evict_may_be_the_one_that_the_table_gave(void **state) {
    struct fixture *f = *state;
    struct selkie_member member = {.struct_size = sizeof member};
    know(f, "B1@0 alive");
    assert_true(selkie_find(f->engine, "B", &member));
    assert_int_equal(selkie_evict(f->engine, member.identity), SELKIE_OK);
    expect_members(f, "B1@0 down");
}

/* ---- life ---- */

static void freeing_nothing_is_fine(void **state) {
    (void)state;
    assert_int_equal(selkie_free(NULL), SELKIE_OK);
}

static void an_allocator_that_is_none_is_refused(void **state) {
    struct fixture *f = *state;
    selkie *engine = NULL;
    struct selkie_allocator allocator = f->engine_allocator;
    assert_int_equal(selkie_new_with(&engine, NULL, &f->options), SELKIE_E_INVALID_CONFIG);
    allocator.struct_size--;
    assert_int_equal(selkie_new_with(&engine, &allocator, &f->options), SELKIE_E_INVALID_CONFIG);
    allocator = f->engine_allocator;
    allocator.resize = NULL;
    assert_int_equal(selkie_new_with(&engine, &allocator, &f->options), SELKIE_E_INVALID_CONFIG);
    assert_null(engine);
}

/* Rules: P19.6, P17.5 */
static void a_failed_start_leaks_nothing(void **state) {
    struct fixture *f = *state;
    selkie *engine = NULL;
    struct selkie_allocator allocator = f->engine_allocator;
    size_t out = f->bytes_out;
    for (unsigned fail = 1;; fail++) {
        f->fail_allocation = f->allocations + fail;
        int result = selkie_new_with(&engine, &allocator, &f->options);
        if (result == SELKIE_OK) {
            assert_true(fail > 2);
            break;
        }
        assert_int_equal(result, SELKIE_E_NO_MEMORY);
        assert_null(engine);
        assert_int_equal(f->bytes_out, out);
    }
    f->fail_allocation = 0;
    assert_int_equal(selkie_free(engine), SELKIE_OK);
    assert_int_equal(f->bytes_out, out);
}

/* Rules: P19.7 */
static void the_seed_decides_every_choice(void **state) {
    struct fixture *f = *state;
    static char first[TEXT_MAX], again[TEXT_MAX], other[TEXT_MAX];
    char *traces[] = {first, again, other};
    for (int run = 0; run < 3; run++) {
        f->options.seed[0] = (uint8_t)(run == 2 ? 9 : 8);
        restart(f);
        learn(f, "B1@0 alive, C1@0 alive, D1@0 alive, E1@0 alive, F1@0 alive, G1@0 alive");
        for (int i = 0; i < 20; i++) {
            assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
        }
        for (unsigned i = 0; i < f->line_count; i++) {
            text_add(traces[run], "%s\n", f->lines[i]);
        }
    }
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(announcing_sends_one_packet_in_every_state_and_changes_nothing),
        test_of_one(offering_a_broadcast_asks_the_handler_and_sends_nothing),
        test_of_one(a_broadcast_that_cannot_be_is_not_offered),
        test_of_one(a_full_queue_refuses_before_the_handler_is_asked),
        test_of_one(bytes_have_a_bound_of_their_own),
        test_of_one(a_batch_with_anything_invalid_has_no_effect),
        test_of_one(a_flag_that_does_not_go_with_its_state_is_left_out),
        test_of_one(what_one_engines_members_say_gives_another_the_same_table),
        test_of_one(a_member_that_no_packet_has_room_for_is_refused_with_its_whole_batch),
        test_of_one(it_is_measured_as_it_is_offered),
        test_of_one(a_member_can_be_declared_down_by_decision),
        test_of_one(evicting_the_last_one_makes_us_idle_before_it_is_told),
        test_of_one(nobody_else_can_be_evicted_and_nothing_happens),
        test_of_one(an_identity_to_evict_may_be_the_one_that_the_table_gave),
        cmocka_unit_test(freeing_nothing_is_fine),
        test_of_one(an_allocator_that_is_none_is_refused),
        test_of_one(a_failed_start_leaks_nothing),
        test_of_one(the_seed_decides_every_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
