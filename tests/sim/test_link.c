/* The links of a network. */
#include "sim/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void each_kind_of_latency_stays_in_its_bounds(void **state) {
    (void)state;
    const struct selkie_sim_link *kinds[] = {
        SELKIE_SIM_LINK(.latency_us = 70),
        SELKIE_SIM_LINK(.latency = SELKIE_SIM_UNIFORM, .latency_us = 10, .latency_high_us = 19),
        SELKIE_SIM_LINK(.latency = SELKIE_SIM_LOG_NORMAL, .latency_us = 1000, .latency_high_us = 2000),
    };
    static const uint64_t least[] = {70, 10, 200}, most[] = {70, 19, 5000};
    uint64_t random = 1;
    for (size_t kind = 0; kind < 3; kind++) {
        struct links links;
        links_make(&links, 3, kinds[kind]);
        uint64_t shortest = UINT64_MAX, longest = 0, above = 0;
        for (unsigned i = 0; i < 100000; i++) {
            uint64_t latency_us = link_latency(links_between(&links, 1, 2), &random);
            shortest = latency_us < shortest ? latency_us : shortest;
            longest = latency_us > longest ? latency_us : longest;
            above += latency_us > kinds[kind]->latency_high_us;
        }
        assert_in_range(shortest, least[kind], most[kind]);
        assert_in_range(longest, least[kind], most[kind]);
        if (kind == 1) {
            assert_true(shortest == 10 && longest == 19);
        } else if (kind == 2) {
            assert_in_range(above, 900, 1100); /* one in a hundred is above the 99th percentile */
        }
        links_free(&links);
    }
}

static void a_constant_latency_draws_nothing(void **state) {
    (void)state;
    struct links links;
    uint64_t random = 1;
    links_make(&links, 2, SELKIE_SIM_LINK(.latency_us = 5));
    assert_int_equal(link_latency(links_between(&links, 0, 1), &random), 5);
    assert_int_equal(random, 1);
    links_free(&links);
}

static void a_link_that_makes_no_sense_is_refused(void **state) {
    (void)state;
    const struct selkie_sim_link *senseless[] = {
        &(struct selkie_sim_link){.latency_us = 5},
        SELKIE_SIM_LINK(.latency = (enum selkie_sim_latency)3),
        SELKIE_SIM_LINK(.latency_us = 5, .latency_high_us = 9),
        SELKIE_SIM_LINK(.latency = SELKIE_SIM_UNIFORM, .latency_us = 5, .latency_high_us = 4),
        SELKIE_SIM_LINK(.latency = SELKIE_SIM_LOG_NORMAL, .latency_us = 5, .latency_high_us = 4),
        SELKIE_SIM_LINK(.latency = SELKIE_SIM_LOG_NORMAL, .latency_high_us = 4),
        SELKIE_SIM_LINK(.latency_us = SELKIE_S(3600) + 1),
        SELKIE_SIM_LINK(.latency = SELKIE_SIM_UNIFORM, .latency_high_us = SELKIE_S(3600) + 1),
        SELKIE_SIM_LINK(.reorder_ppm = 1, .reorder_by_us = SELKIE_S(3600) + 1),
        SELKIE_SIM_LINK(.loss_ppm = 1000001),
        SELKIE_SIM_LINK(.duplicate_ppm = 1000001),
        SELKIE_SIM_LINK(.reorder_ppm = 1000001, .reorder_by_us = 1),
        SELKIE_SIM_LINK(.reorder_ppm = 1),
    };
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++) {
        assert_non_null(link_complaint(senseless[i]));
    }
    assert_null(link_complaint(SELKIE_SIM_LINK(0)));
    assert_null(
        link_complaint(SELKIE_SIM_LINK(.latency = SELKIE_SIM_LOG_NORMAL, .latency_us = 1,
                                       .latency_high_us = SELKIE_S(3600), .loss_ppm = 1000000, .duplicate_ppm = 1000000,
                                       .reorder_ppm = 1000000, .reorder_by_us = SELKIE_S(3600))));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_latency_stays_in_its_bounds),
        cmocka_unit_test(a_constant_latency_draws_nothing),
        cmocka_unit_test(a_link_that_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
