/* The simulator's journal: a ring of entries. */
#include "sim/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void write_numbered(struct journal *journal, uint64_t number, size_t size) {
    unsigned char bytes[5000];
    memset(bytes, (int)(number % 251), sizeof bytes);
    journal_write(journal, &(struct journal_entry){.time_us = number, .kind = JOURNAL_SENT}, bytes, size);
}

static void assert_bytes(const struct journal_entry *entry) {
    const unsigned char *bytes = (const void *)(entry + 1);
    for (uint32_t i = 0; i < entry->size; i++) {
        assert_int_equal(bytes[i], entry->time_us % 251);
    }
}

static void an_empty_journal_has_nothing_to_tell(void **state) {
    (void)state;
    struct journal journal;
    uint64_t position = 0;
    journal_init(&journal, 1);
    assert_null(journal_next(&journal, &position));
    journal_free(&journal);
}

static void what_was_written_last_is_there_without_a_gap_and_whole(void **state) {
    (void)state;
    struct journal journal;
    uint64_t random = 1;
    journal_init(&journal, 8192);
    for (uint64_t number = 0; number < 3000; number++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        write_numbered(&journal, number, (size_t)(random >> 40) % (number % 50 == 0 ? 2048 : 150));
        uint64_t position = 0, count = 0, kept = 0, last = 0;
        for (const struct journal_entry *entry; (entry = journal_next(&journal, &position)) != NULL; count++) {
            assert_true(count == 0 || entry->time_us == last + 1);
            assert_bytes(entry);
            kept += sizeof *entry + entry->size;
            last = entry->time_us;
        }
        assert_int_equal(last, number);
        assert_true(count == number + 1 || kept >= 8192 - 2 * 2048 - 32 * count);
    }
    journal_free(&journal);
}

static void what_would_take_most_of_the_room_is_cut_off(void **state) {
    (void)state;
    struct journal journal;
    uint64_t position = 0;
    journal_init(&journal, 4096);
    write_numbered(&journal, 1, 1024);
    write_numbered(&journal, 2, 5000);
    assert_int_equal(journal_next(&journal, &position)->size, 1024);
    const struct journal_entry *entry = journal_next(&journal, &position);
    assert_int_equal(entry->time_us, 2);
    assert_int_equal(entry->size, 1024);
    assert_bytes(entry);
    journal_free(&journal);
}

static void a_closed_journal_stays_as_it_is(void **state) {
    (void)state;
    struct journal journal;
    uint64_t position = 0;
    journal_init(&journal, 4096);
    write_numbered(&journal, 1, 10);
    journal.closed = true;
    write_numbered(&journal, 2, 10);
    assert_int_equal(journal_next(&journal, &position)->time_us, 1);
    assert_null(journal_next(&journal, &position));
    journal_free(&journal);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_journal_has_nothing_to_tell),
        cmocka_unit_test(what_was_written_last_is_there_without_a_gap_and_whole),
        cmocka_unit_test(what_would_take_most_of_the_room_is_cut_off),
        cmocka_unit_test(a_closed_journal_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
