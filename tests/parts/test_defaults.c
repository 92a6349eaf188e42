/* Entropy, the clock, and the panic of the hosted library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "selkie/schedule.h"
#include "selkie/selkie.h"

/* Takes the place of the library's, which would end the program. */
static const char *panicked_with;

void selkie_panic(const char *what) {
    panicked_with = what;
}

static void a_seed_is_never_the_same_twice(void **state) {
    (void)state;
    uint8_t zero[16] = {0}, one[16] = {0}, other[16] = {0};
    assert_true(selkie_seed(one));
    assert_true(selkie_seed(other));
    assert_memory_not_equal(one, zero, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
}

static void the_clock_does_not_go_back(void **state) {
    (void)state;
    uint64_t last = selkie_clock_us();
    for (int i = 0; i < 1000; i++) {
        uint64_t now = selkie_clock_us();
        assert_true(now >= last);
        last = now;
    }
}

static void a_program_can_have_a_panic_of_its_own(void **state) {
    (void)state;
    void (*volatile panic)(const char *) = selkie_panic;
    panic("a test");
    assert_string_equal(panicked_with, "a test");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_is_never_the_same_twice),
        cmocka_unit_test(the_clock_does_not_go_back),
        cmocka_unit_test(a_program_can_have_a_panic_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
