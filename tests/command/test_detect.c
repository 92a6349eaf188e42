/* How news of what happened to a member spreads. */
#include "command/detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool all_but_nine(void *ctx, uint32_t observer, uint32_t member) {
    (void)ctx, (void)member;
    return observer != 9;
}

static void begin(struct detect *detect, uint32_t member, uint64_t at_us, bool ends_life) {
    struct subject subject = {.member = member, .at_us = at_us};
    detect_begin(detect, &subject, 5, ends_life, all_but_nine, NULL);
}

static void finish(struct detect *detect) {
    for (uint32_t i = 0; i < detect->count; i++) {
        free(detect->subjects[i].suspected.times_us);
        free(detect->subjects[i].down.times_us);
    }
    free(detect->subjects);
    detect_free(detect);
}

static void times_count_from_the_event_and_observers_once(void **state) {
    struct detect detect;
    (void)state;
    detect_init(&detect, 10);
    begin(&detect, 3, 1000, true);
    detect_ping(&detect, 3, 1100);
    detect_ping(&detect, 3, 1200);
    detect_notice(&detect, 0, 3, 5, false, 1500);
    detect_notice(&detect, 0, 3, 5, true, 2000); /* the same one: Down now */
    detect_notice(&detect, 0, 3, 5, true, 2100);
    for (uint32_t observer = 1; observer < 9; observer++) {
        detect_notice(&detect, observer, 3, 5, true, 3000 + observer);
    }
    detect_notice(&detect, 9, 3, 5, true, 9000); /* that is none of them */
    detect_finish(&detect);
    const struct subject *subject = &detect.subjects[0];
    assert_int_equal(subject->observers, 8); /* 10 without itself and number 9 */
    assert_int_equal(subject->informed, 8);
    assert_int_equal(subject->first_ping_us, 100);
    assert_int_equal(subject->suspected.first_us, 500);
    assert_int_equal(subject->down.first_us, 1000);
    assert_int_equal(subject->down.half_us, 2004); /* the fourth of eight: 0, 1, 2, then 4, for 3 is the subject */
    assert_int_equal(subject->down.most_us, 2008);
    assert_int_equal(subject->down.all_us, 2008);
    assert_int_equal(subject->suspected.all_us, 2008);
    assert_true(subject->until_us == NEVER);
    finish(&detect);
}

static void what_not_all_learn_never_is_known_to_all(void **state) {
    struct detect detect;
    (void)state;
    detect_init(&detect, 10);
    begin(&detect, 3, 0, true);
    detect_notice(&detect, 0, 3, 5, true, 10);
    detect_finish(&detect);
    assert_int_equal(detect.subjects[0].down.first_us, 10);
    assert_true(detect.subjects[0].down.half_us == NEVER && detect.subjects[0].down.all_us == NEVER);
    assert_true(detect.subjects[0].first_ping_us == NEVER);
    finish(&detect);
}

static void who_is_lost_before_it_learned_is_no_observer(void **state) {
    struct detect detect;
    (void)state;
    detect_init(&detect, 10);
    begin(&detect, 3, 0, true);
    detect_notice(&detect, 0, 3, 5, true, 10);
    detect_lose(&detect, 0); /* it knew */
    for (uint32_t observer = 1; observer < 9; observer++) {
        detect_lose(&detect, observer);
        detect_notice(&detect, observer, 3, 5, true, 20);
    }
    detect_finish(&detect);
    assert_int_equal(detect.subjects[0].observers, 1);
    assert_int_equal(detect.subjects[0].informed, 1);
    assert_int_equal(detect.subjects[0].down.all_us, 10);
    finish(&detect);
}

static void who_is_lost_while_it_suspects_is_an_observer_of_the_suspicion_alone(void **state) {
    struct detect detect;
    (void)state;
    detect_init(&detect, 10);
    begin(&detect, 3, 0, true);
    detect_notice(&detect, 0, 3, 5, false, 10);
    for (uint32_t observer = 0; observer < 9; observer++) {
        detect_lose(&detect, observer);
    }
    detect_finish(&detect);
    assert_int_equal(detect.subjects[0].observers, 0);
    assert_int_equal(detect.subjects[0].suspected.observers, 1);
    assert_int_equal(detect.subjects[0].suspected.all_us, 10);
    assert_int_equal(detect.subjects[0].down.observers, 0);
    assert_true(detect.subjects[0].down.all_us == NEVER);
    finish(&detect);
}

/* Of who crashed, only the life that ended; of who was paused, all that follow. */
static void other_lives_are_other_matters(void **state) {
    struct detect detect;
    (void)state;
    detect_init(&detect, 10);
    begin(&detect, 3, 0, true);
    begin(&detect, 4, 0, false);
    for (uint32_t member = 3; member <= 4; member++) {
        detect_notice(&detect, 0, member, 4, true, 10); /* a former one */
        detect_notice(&detect, 1, member, 6, true, 20); /* a later one */
    }
    detect_notice(&detect, 1, 7, 5, true, 30); /* to whom nothing happened */
    detect_finish(&detect);
    assert_int_equal(detect.subjects[0].informed, 0);
    assert_int_equal(detect.subjects[1].informed, 1);
    assert_int_equal(detect.subjects[1].down.first_us, 20);
    finish(&detect);
}

static void the_next_event_of_a_member_is_a_subject_of_its_own(void **state) {
    struct detect detect;
    (void)state;
    detect_init(&detect, 10);
    begin(&detect, 3, 0, false);
    detect_notice(&detect, 0, 3, 5, true, 10);
    detect_over(&detect, 1, 3, 40); /* of another event */
    detect_over(&detect, 0, 3, 50);
    detect_over(&detect, 0, 3, 60); /* it was over */
    begin(&detect, 3, 100, false);
    detect_notice(&detect, 0, 3, 5, true, 130);
    begin(&detect, 3, 200, false);
    detect_finish(&detect);
    assert_int_equal(detect.count, 3);
    assert_int_equal(detect.subjects[0].until_us, 50);
    assert_int_equal(detect.subjects[0].down.first_us, 10);
    assert_int_equal(detect.subjects[1].until_us, 200);
    assert_int_equal(detect.subjects[1].down.first_us, 30);
    assert_int_equal(detect.subjects[2].informed, 0);
    finish(&detect);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_count_from_the_event_and_observers_once),
        cmocka_unit_test(what_not_all_learn_never_is_known_to_all),
        cmocka_unit_test(who_is_lost_before_it_learned_is_no_observer),
        cmocka_unit_test(who_is_lost_while_it_suspects_is_an_observer_of_the_suspicion_alone),
        cmocka_unit_test(other_lives_are_other_matters),
        cmocka_unit_test(the_next_event_of_a_member_is_a_subject_of_its_own)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
