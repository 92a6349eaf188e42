/* Tests of the table of suspicions on its own: who is found, whose timer it is, what is stale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/suspicions.h"
#include "memory.h"

enum { ACCUSERS = 4 };

static const struct selkie_identity_type type = {.struct_size = sizeof type, .size = 2, .addr_size = 1};
static struct selkie_allocator allocator;

/* With room for the hashes of so many accusers. */
static void table_of(struct suspicions *table, uint32_t limit, uint32_t accusers) {
    static const struct hash_key key = {{1, 2}};
    allocator = memory_of_the_c_library();
    suspicions_init(table, &type, &allocator, &key, limit, accusers);
}

static void a_new_suspicion_runs_and_knows_nothing_yet(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, UINT32_MAX, ACCUSERS);
    uint32_t number = suspicions_add(&table, "B1", 7);
    const struct suspicion *suspicion = suspicions_at(&table, number);
    assert_memory_equal(suspicions_identity(&table, number), "B1", 2);
    assert_int_equal(suspicion->incarnation, 7);
    assert_int_equal(suspicion->accuser, SELKIE_NO_SLOT);
    assert_int_equal(suspicion->debt_ms | suspicion->confirmed | suspicion->stage | suspicion->confirmations, 0);
    assert_true(suspicion->runs);
    for (int i = 0; i < ACCUSERS; i++) {
        assert_int_equal(suspicions_accusers(&table, number)[i], 0);
    }
    suspicions_free(&table);
}

static void it_is_found_by_its_very_identity_at_its_incarnation(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, UINT32_MAX, ACCUSERS);
    uint32_t number = suspicions_add(&table, "B1", 7), other = suspicions_add(&table, "C1", 7);
    assert_int_not_equal(number, other);
    assert_int_equal(suspicions_find(&table, "B1", 7), number);
    assert_int_equal(suspicions_find(&table, "C1", 7), other);
    assert_int_equal(suspicions_find(&table, "B1", 8), SUSPICIONS_NONE);
    assert_int_equal(suspicions_find(&table, "B2", 7), SUSPICIONS_NONE);
    assert_int_equal(suspicions_find(&table, "D1", 7), SUSPICIONS_NONE);
    suspicions_remove(&table, number);
    assert_int_equal(suspicions_find(&table, "B1", 7), SUSPICIONS_NONE);
    suspicions_free(&table);
}

static void of_an_address_the_latest_is_found_and_the_others_still_run(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, UINT32_MAX, ACCUSERS);
    uint32_t former = suspicions_add(&table, "B1", 7), latest = suspicions_add(&table, "B1", 8);
    assert_int_equal(suspicions_find(&table, "B1", 7), SUSPICIONS_NONE);
    assert_int_equal(suspicions_find(&table, "B1", 8), latest);
    uint32_t serial = suspicions_at(&table, former)->serial;
    assert_int_equal(suspicions_of_timer(&table, former, serial), former);
    suspicions_remove(&table, former);
    assert_int_equal(suspicions_find(&table, "B1", 8), latest);
    suspicions_remove(&table, latest);
    assert_int_equal(suspicions_find(&table, "B1", 8), SUSPICIONS_NONE);
    suspicions_free(&table);
}

static void a_timer_names_one_and_not_who_has_its_place_later(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, UINT32_MAX, ACCUSERS);
    uint32_t number = suspicions_add(&table, "B1", 7), serial = suspicions_at(&table, number)->serial;
    assert_int_equal(suspicions_of_timer(&table, number, serial + 1), SUSPICIONS_NONE);
    assert_int_equal(suspicions_of_timer(&table, number + 1, serial), SUSPICIONS_NONE);
    assert_int_equal(suspicions_of_timer(&table, UINT32_MAX, serial), SUSPICIONS_NONE);
    suspicions_remove(&table, number);
    assert_int_equal(suspicions_of_timer(&table, number, serial), SUSPICIONS_NONE);
    assert_int_equal(suspicions_add(&table, "C1", 7), number); /* the place is used again */
    assert_int_equal(suspicions_of_timer(&table, number, serial), SUSPICIONS_NONE);
    suspicions_free(&table);
}

/* Rules: P25.10 */
static void there_are_no_more_than_the_limit_and_then_none_of_that_address_is_found(void **state) {
    (void)state;
    enum { LIMIT = 300 }; /* more than a page */
    struct suspicions table;
    table_of(&table, LIMIT, ACCUSERS);
    for (uint16_t i = 0; i < LIMIT; i++) {
        assert_int_equal(suspicions_add(&table, "B1", i), i);
    }
    assert_int_equal(suspicions_find(&table, "B1", LIMIT - 1), LIMIT - 1);
    assert_int_equal(suspicions_add(&table, "B1", LIMIT), SUSPICIONS_NONE);
    assert_int_equal(suspicions_find(&table, "B1", LIMIT - 1), SUSPICIONS_NONE);
    suspicions_remove(&table, 17);
    assert_int_equal(suspicions_add(&table, "C1", 0), 17);
    suspicions_free(&table);
}

static void what_was_there_when_all_ended_is_stale_and_keeps_its_place(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, UINT32_MAX, ACCUSERS);
    uint32_t stale = suspicions_add(&table, "B1", 7), serial = suspicions_at(&table, stale)->serial;
    suspicions_end_all(&table);
    assert_int_equal(suspicions_find(&table, "B1", 7), SUSPICIONS_NONE);
    assert_int_equal(suspicions_next(&table, 0), SUSPICIONS_NONE);
    uint32_t fresh = suspicions_add(&table, "C1", 7);
    assert_int_not_equal(fresh, stale);
    assert_int_equal(suspicions_find(&table, "C1", 7), fresh);
    assert_int_equal(suspicions_next(&table, 0), fresh);
    assert_int_equal(suspicions_of_timer(&table, stale, serial), stale); /* until its timer is back */
    suspicions_free(&table);
}

static void serials_may_wrap(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, UINT32_MAX, ACCUSERS);
    table.serial = table.oldest_serial = UINT32_MAX - 1;
    uint32_t before = suspicions_add(&table, "B1", 0);
    suspicions_end_all(&table); /* UINT32_MAX is the oldest that counts */
    uint32_t last = suspicions_add(&table, "C1", 0), first = suspicions_add(&table, "D1", 0);
    assert_int_equal(suspicions_at(&table, first)->serial, 0);
    assert_int_equal(suspicions_find(&table, "B1", 0), SUSPICIONS_NONE);
    assert_int_equal(suspicions_find(&table, "C1", 0), last);
    assert_int_equal(suspicions_find(&table, "D1", 0), first);
    assert_int_equal(suspicions_next(&table, before), last);
    assert_int_equal(suspicions_next(&table, last + 1), first);
    assert_int_equal(suspicions_next(&table, first + 1), SUSPICIONS_NONE);
    suspicions_free(&table);
}

static void clearing_gives_all_places_back(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, 3, ACCUSERS);
    for (int round = 0; round < 3; round++) {
        assert_int_not_equal(suspicions_add(&table, "B1", 0), SUSPICIONS_NONE);
        assert_int_not_equal(suspicions_add(&table, "C1", 0), SUSPICIONS_NONE);
        assert_int_not_equal(suspicions_add(&table, "B1", 1), SUSPICIONS_NONE);
        assert_int_equal(suspicions_add(&table, "D1", 0), SUSPICIONS_NONE);
        suspicions_clear(&table);
        assert_int_equal(suspicions_find(&table, "C1", 0), SUSPICIONS_NONE);
        assert_int_equal(suspicions_next(&table, 0), SUSPICIONS_NONE);
    }
    suspicions_free(&table);
}

static void without_accusers_none_is_found_and_timers_name_them_all_the_same(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, UINT32_MAX, 0);
    uint32_t first = suspicions_add(&table, "B1", 7), second = suspicions_add(&table, "B1", 7);
    assert_int_equal(suspicions_find(&table, "B1", 7), SUSPICIONS_NONE);
    assert_int_equal(suspicions_of_timer(&table, first, suspicions_at(&table, first)->serial), first);
    assert_int_equal(suspicions_of_timer(&table, second, suspicions_at(&table, second)->serial), second);
    suspicions_free(&table);
}

static void there_is_room_for_the_hashes_of_all_accusers(void **state) {
    (void)state;
    struct suspicions table;
    table_of(&table, 600, 16);
    for (uint16_t i = 0; i < 600; i++) {
        uint32_t number = suspicions_add(&table, "B1", i);
        for (uint32_t accuser = 0; accuser < 16; accuser++) {
            suspicions_accusers(&table, number)[accuser] = i * 16u + accuser;
        }
    }
    for (uint32_t number = 0; number < 600; number++) {
        assert_int_equal(suspicions_at(&table, number)->incarnation, number);
        for (uint32_t accuser = 0; accuser < 16; accuser++) {
            assert_int_equal(suspicions_accusers(&table, number)[accuser], number * 16 + accuser);
        }
    }
    suspicions_free(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_suspicion_runs_and_knows_nothing_yet),
        cmocka_unit_test(it_is_found_by_its_very_identity_at_its_incarnation),
        cmocka_unit_test(of_an_address_the_latest_is_found_and_the_others_still_run),
        cmocka_unit_test(a_timer_names_one_and_not_who_has_its_place_later),
        cmocka_unit_test(there_are_no_more_than_the_limit_and_then_none_of_that_address_is_found),
        cmocka_unit_test(what_was_there_when_all_ended_is_stale_and_keeps_its_place),
        cmocka_unit_test(serials_may_wrap),
        cmocka_unit_test(clearing_gives_all_places_back),
        cmocka_unit_test(without_accusers_none_is_found_and_timers_name_them_all_the_same),
        cmocka_unit_test(there_is_room_for_the_hashes_of_all_accusers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
