/* What events do to the network, where they overlap: the simulator's report says what is in force. */
#define _POSIX_C_SOURCE 200809L

#include "command/conditions.h"

#include "asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct stage {
    struct scenario *scenario;
    struct cast cast;
    struct collect collect;
    struct play play;
    selkie_sim *sim;
};

static void open_stage(struct stage *stage, const char *flags) {
    struct selkie_config config;
    stage->scenario = asked(flags);
    scenario_config(stage->scenario, &config);
    struct selkie_sim_options options = {.struct_size = sizeof options,
                                         .members = stage->scenario->members,
                                         .config = &config,
                                         .link = &stage->scenario->link,
                                         .checks_off = UINT32_MAX,
                                         .ctx = &stage->collect,
                                         .notified = collect_notified,
                                         .sent = collect_sent};
    collect_init(&stage->collect, stage->scenario);
    cast_draw(&stage->cast, stage->scenario);
    stage->sim = selkie_sim_new(&options);
    play_begin(&stage->play, stage->scenario, &stage->cast, &stage->collect, stage->sim);
}

static void close_stage(struct stage *stage) {
    struct result *result = calloc(1, sizeof *result);
    assert_non_null(result);
    collect_finish(&stage->collect, result);
    done(result);
    selkie_sim_free(stage->sim);
    play_free(&stage->play);
    collect_free(&stage->collect);
    cast_free(&stage->cast);
    free(stage->scenario);
}

/* Let time pass to there. Then each of the lines has to be in the report, and those with a ! must not. */
static void expect(struct stage *stage, uint64_t at_us, const char *const *lines) {
    char *text = NULL;
    size_t size = 0;
    selkie_sim_run(stage->sim, at_us - selkie_sim_now(stage->sim));
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    selkie_sim_report(stage->sim, out);
    fclose(out);
    for (; *lines != NULL; lines++) {
        bool wanted = **lines != '!';
        if ((strstr(text, *lines + !wanted) != NULL) != wanted) {
            fail_msg("at %u ms %s\n%s", (unsigned)(at_us / 1000), *lines, text);
        }
    }
    free(text);
}
#define EXPECT(stage, at_us, ...) expect((stage), (at_us), (const char *const[]){__VA_ARGS__, NULL})

static void cuts_end_each_at_its_own_time(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage,
               "--members 4 --cut m1@1s,with=m2,for=4s --cut m2@2s,with=m3,for=1s,oneway=yes --mute m0@2s,for=2s");
    EXPECT(&stage, SELKIE_MS(1500), "cut: m1 > m2, m2 > m1\n");
    EXPECT(&stage, SELKIE_MS(2500), "m1 > m2", "m2 > m1", "m2 > m3", "!m3 > m2", "m0 > m1", "m0 > m3", "!m1 > m0");
    EXPECT(&stage, SELKIE_MS(3500), "m1 > m2", "!m2 > m3", "m0 > m1");
    EXPECT(&stage, SELKIE_MS(4500), "cut: m1 > m2, m2 > m1\n");
    EXPECT(&stage, SELKIE_MS(5500), "!cut: ");
    close_stage(&stage);
}

static void who_is_split_off_and_isolated_is_alone_until_that_is_over(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "--members 5 --isolate m1@1s,for=2s --split m1-2@2s,for=3s --deaf m4@1s,for=5s");
    EXPECT(&stage, SELKIE_MS(1500), "m1 is isolated", "!m2 on side", "m0 > m4", "m3 > m4", "!m4 > m3");
    EXPECT(&stage, SELKIE_MS(2500), "m1 is isolated", "m2 on side 2");
    EXPECT(&stage, SELKIE_MS(3500), "!isolated", "m1 on side 2", "m2 on side 2", "m0 > m4");
    EXPECT(&stage, SELKIE_MS(5500), "!side", "m0 > m4");
    EXPECT(&stage, SELKIE_MS(6500), "!cut: ");
    close_stage(&stage);
}

static void a_heal_ends_what_divides_and_what_repeats_divides_again(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "--members 5 --isolate m1@1s --deaf m2@1s,for=2s,gap=1s --heal @2s --slow m3@1s,by=5ms");
    EXPECT(&stage, SELKIE_MS(1500), "m1 is isolated", "m0 > m2", "m3, takes 5000 us");
    EXPECT(&stage, SELKIE_MS(2500), "!isolated", "!cut: ", "m3, takes 5000 us");
    EXPECT(&stage, SELKIE_MS(4500), "!isolated", "m0 > m2");
    close_stage(&stage);
}

/* Each side of a link loses on its own, and the network besides: 1 - 0.8 * 0.5 = 0.6, and 1 - 0.8 * 0.5 * 0.5 = 0.8. */
static void losses_add_up_on_both_ends(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "--members 5 --loss 20% --lossy m1-2@1s,by=50%,for=3s --lossy m3@2s,by=25%,side=receive,for=4s "
                       "--lossy all@3s,by=50%,for=2s");
    EXPECT(&stage, SELKIE_MS(500), "link all > all: 1000 to 3000 us, 200000 ppm lost\n", "!link m1");
    EXPECT(&stage, SELKIE_MS(1500), "link m1 > all: 1000 to 3000 us, 600000 ppm",
           "link all > m1: 1000 to 3000 us, 600000 ppm", "link m1 > m2: 1000 to 3000 us, 800000 ppm", "!> m3");
    EXPECT(&stage, SELKIE_MS(2500), "link all > m3: 1000 to 3000 us, 400000 ppm", "!link m3 > all",
           "link m1 > m3: 1000 to 3000 us, 700000 ppm");
    EXPECT(&stage, SELKIE_MS(3500), "link all > all: 1000 to 3000 us, 600000 ppm",
           "link m1 > all: 1000 to 3000 us, 800000 ppm", "link m1 > m2: 1000 to 3000 us, 900000 ppm");
    EXPECT(&stage, SELKIE_MS(4500), "link all > all: 1000 to 3000 us, 600000 ppm", "!link m1", "!link all > m1",
           "link all > m3: 1000 to 3000 us, 700000 ppm");
    EXPECT(&stage, SELKIE_MS(6500), "link all > all: 1000 to 3000 us, 200000 ppm lost\n", "!> m3");
    close_stage(&stage);
}

static void what_is_done_to_members_ends_with_the_event(void **state) {
    struct stage stage;
    (void)state;
    open_stage(&stage, "--members 5 --slow m1@1s,by=5ms,for=2s --clock m2@1s,by=-2%,for=2s "
                       "--bandwidth m3@1s,by=2kB,queue=500,for=2s --pause m4@1s,for=2s,wake=yes");
    EXPECT(&stage, SELKIE_MS(1500), "m1, takes 5000 us for each event", "m2, its clock is 20000 ppm slow",
           "m3, sends 2000 bytes a second", "m4 is paused");
    EXPECT(&stage, SELKIE_MS(3500), "nothing else");
    assert_int_equal(stage.collect.verdicts.every_false.downs, 0);
    struct selkie_stats stats;
    SELKIE_INIT(&stats);
    selkie_get_stats(selkie_sim_engine(stage.sim, 4), &stats);
    assert_int_equal(stats.pauses, 1); /* it noticed */
    close_stage(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(cuts_end_each_at_its_own_time),
                                       cmocka_unit_test(who_is_split_off_and_isolated_is_alone_until_that_is_over),
                                       cmocka_unit_test(a_heal_ends_what_divides_and_what_repeats_divides_again),
                                       cmocka_unit_test(losses_add_up_on_both_ends),
                                       cmocka_unit_test(what_is_done_to_members_ends_with_the_event)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
