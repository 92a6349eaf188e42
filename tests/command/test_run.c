/* What a run yields is what the simulator itself says of the same run. */
#include "command/run.h"

#include "asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- The same run by hand ---- */

struct by_hand {
    selkie_sim *sim;
    uint32_t watched;
    uint64_t first_ping_us; /* of a Ping to it */
    bool watching;
};

static void sent(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                 size_t size) {
    struct by_hand *hand = ctx;
    (void)from, (void)bytes, (void)size;
    if (hand->watching && to == hand->watched && header->message == SELKIE_PING && hand->first_ping_us == NEVER) {
        hand->first_ping_us = selkie_sim_now(hand->sim);
    }
}

static void begin_by_hand(struct by_hand *hand, const struct scenario *scenario, struct selkie_config *config) {
    scenario_config(scenario, config);
    *hand = (struct by_hand){.first_ping_us = NEVER};
    struct selkie_sim_options options = {.struct_size = sizeof options,
                                         .members = scenario->members,
                                         .seed = scenario->seed,
                                         .config = config,
                                         .link = &scenario->link,
                                         .checks_off = UINT32_MAX,
                                         .ctx = hand,
                                         .sent = sent};
    hand->sim = selkie_sim_new(&options);
}

static void detection_is_what_the_simulator_says_in_the_same_run(void **state) {
    (void)state;
    for (unsigned seed = 1; seed <= 5; seed++) {
        char flags[100];
        snprintf(flags, sizeof flags, "--members 30 --loss 3%% --crash m7@10s --seed %u", seed);
        struct scenario *scenario = asked(flags);
        struct result *result = ran(flags);
        struct selkie_config config;
        struct by_hand hand;
        begin_by_hand(&hand, scenario, &config);
        selkie_sim_acquaint(hand.sim, config.probe_period_us);
        selkie_sim_run(hand.sim, SELKIE_S(10));
        selkie_sim_crash(hand.sim, 7);
        hand.watched = 7;
        hand.watching = true;
        uint64_t suspect_us = selkie_sim_until_any_sees(hand.sim, 7, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(40));
        uint64_t down_us = suspect_us + selkie_sim_until_any_sees(hand.sim, 7, SELKIE_SIM_SEES_DOWN, SELKIE_S(40));
        uint64_t all_us = down_us + selkie_sim_until_all_see(hand.sim, 7, SELKIE_SIM_SEES_DOWN, SELKIE_S(40));
        assert_int_equal(result->subject_count, 1);
        const struct subject *subject = &result->subjects[0];
        assert_int_equal(subject->member, 7);
        assert_int_equal(subject->at_us, SELKIE_S(10));
        assert_int_equal(subject->observers, 29);
        assert_int_equal(subject->informed, 29);
        assert_int_equal(subject->first_ping_us, hand.first_ping_us - SELKIE_S(10));
        assert_int_equal(subject->suspected.first_us, suspect_us);
        assert_int_equal(subject->down.first_us, down_us);
        assert_int_equal(subject->down.all_us, all_us);
        selkie_sim_run(hand.sim, SELKIE_S(60) - selkie_sim_now(hand.sim));
        assert_true(result->hash == selkie_sim_hash(hand.sim)); /* to look on changes nothing */
        selkie_sim_free(hand.sim);
        free(scenario);
        done(result);
    }
}

static void the_load_adds_up(void **state) {
    struct result *result = ran("--members 20 --loss 5% --duration 12500ms");
    uint64_t packets = 0, bytes = 0, of = 0;
    double sum = 0, received = 0, in_buckets = 0;
    (void)state;
    for (uint32_t i = 0; i < result->series.count; i++) {
        packets += result->series.buckets[i].packets;
        bytes += result->series.buckets[i].bytes;
    }
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        of += result->load.packets_of[message];
    }
    assert_int_equal(result->series.step_us, SELKIE_S(1));
    assert_int_equal(result->series.count, 13);
    assert_int_equal(packets, result->load.packets);
    assert_int_equal(bytes, result->load.bytes);
    assert_int_equal(of, result->load.packets);
    assert_int_equal(result->load.counters.ping_sent, result->load.packets_of[SELKIE_PING]);
    assert_int_equal(result->load.counters.gossip_sent_bytes, result->load.bytes_of[SELKIE_GOSSIP]);
    assert_int_equal(result->load.sent_packets.count, 20);
    for (size_t i = 0; i < 20; i++) {
        sum += result->load.sent_packets.values[i] * 12.5;
        received += result->load.received_packets.values[i] * 12.5;
    }
    assert_int_equal((uint64_t)(sum + 0.5), packets);
    assert_in_range(packets - result->load.lost - (uint64_t)(received + 0.5), 0, 3); /* still on their way */
    assert_int_equal((uint64_t)(result->load.member_seconds + 0.5), 250);
    assert_int_equal(result->load.bucket_bytes.count, 13 * 20);
    for (size_t i = 0; i < 13 * 20; i++) { /* the last bucket is half a second */
        in_buckets += result->load.bucket_bytes.values[i] * (i < 12 * 20 ? 1 : 0.5);
    }
    assert_int_equal((uint64_t)(in_buckets + 0.5), bytes);
    done(result);
}

static void a_member_that_comes_back_has_run_before(void **state) {
    struct result *result = ran("--members 5 --crash m3@5s,for=5s --duration 20s");
    (void)state;
    assert_int_equal((uint64_t)(result->load.member_seconds + 0.5), 4 * 20 + 15);
    assert_int_equal(result->load.sent_packets.count, 5);
    done(result);
}

/* It is the one through whom others join; it joins through another. */
static void member_0_comes_back_too(void **state) {
    struct result *result = ran("--members 5 --crash m0@5s,for=1s --duration 10s");
    (void)state;
    assert_true(result->agreed);
    assert_in_range(result->agreed_us, SELKIE_S(6), SELKIE_S(7));
    done(result);
}

/* Two Pings and Acks each, and nothing else, where nothing happens: SWIM's constant load. */
static void a_quiet_cluster_pings_once_a_period(void **state) {
    struct result *result = ran("--members 20 --set periodic_announce.every=0 --duration 20s --join aligned");
    (void)state;
    assert_in_range(result->load.packets_of[SELKIE_PING], 20 * 20 - 20, 20 * 20 + 20);
    assert_int_equal(result->load.packets, result->load.packets_of[SELKIE_PING] + result->load.packets_of[SELKIE_ACK]);
    assert_int_equal(result->verdicts.every_false.suspects, 0);
    assert_int_equal(result->sizes, 1);
    assert_int_equal(result->agreed_us, 0);
    assert_true(result->agreed);
    done(result);
}

/* ---- Verdicts ---- */

static void what_is_said_of_a_paused_member_is_no_false_alarm(void **state) {
    struct result *result = ran("--members 10 --pause m3@5s,for=30s --duration 90s");
    (void)state;
    assert_int_equal(result->verdicts.every_false.downs, 0);
    assert_int_equal(result->verdicts.impaired.downs, 9);
    assert_int_equal(result->verdicts.impaired.returns, 9);
    assert_int_equal(result->verdicts.renewals, 1);
    assert_int_equal(result->subjects[0].informed, 9);
    assert_int_equal(result->subjects[0].until_us, SELKIE_S(35));
    assert_true(result->agreed);
    assert_in_range(result->agreed_us, SELKIE_S(35), SELKIE_S(50));
    done(result);
}

/* Who hears nobody calls all others Down: FP of Lifeguard. Who believes it adds to FP-. */
static void what_a_deaf_member_says_of_others_is_false_and_what_healthy_ones_repeat_is_told_apart(void **state) {
    struct result *result = ran("--members 10 --deaf m3@5s --duration 120s --preset lan-plain");
    (void)state;
    assert_true(result->verdicts.every_false.downs >= 9);
    assert_in_range(result->verdicts.healthy_false.downs, 0, result->verdicts.every_false.downs - 9);
    assert_int_equal(result->verdicts.members_hit, 9);
    assert_int_equal(result->subjects[0].informed, 9);
    uint64_t in_buckets = 0, healthy_in_buckets = 0;
    for (uint32_t i = 0; i < result->series.count; i++) {
        in_buckets += result->series.buckets[i].false_downs;
        healthy_in_buckets += result->series.buckets[i].healthy_false_downs;
    }
    assert_int_equal(in_buckets, result->verdicts.every_false.downs);
    assert_int_equal(healthy_in_buckets, result->verdicts.healthy_false.downs);
    done(result);
}

/* Where all are as bad as the others, nobody is to blame, and so what is said of them is false. */
static void conditions_that_all_share_excuse_nobody(void **state) {
    struct result *result = ran("--members 20 --lossy all@1s,by=40% --preset lan-plain --duration 60s");
    (void)state;
    assert_int_equal(result->subject_count, 0);
    assert_true(result->verdicts.every_false.suspects > 0);
    assert_int_equal(result->verdicts.every_false.suspects, result->verdicts.healthy_false.suspects);
    assert_int_equal(result->verdicts.impaired.suspects, 0);
    done(result);
}

/* A crash that all noticed, and then another life: that it is up again is no flapping, and nothing false was said. */
static void who_comes_back_from_a_crash_does_not_flap(void **state) {
    struct result *result = ran("--members 10 --crash m3@5s,for=30s --duration 60s");
    (void)state;
    assert_int_equal(result->subjects[0].informed, 9);
    assert_int_equal(result->subjects[0].until_us, SELKIE_S(35));
    assert_int_equal(result->verdicts.every_false.downs + result->verdicts.every_false.returns, 0);
    assert_int_equal(result->verdicts.impaired.downs + result->verdicts.impaired.returns, 0);
    assert_int_equal(result->running, 10);
    assert_true(result->agreed);
    done(result);
}

static void a_restart_that_nobody_missed_is_no_subject(void **state) {
    struct result *result = ran("--members 10 --restart all@5s,stagger=3s --duration 60s --checks");
    (void)state;
    assert_int_equal(result->subject_count, 0);
    assert_int_equal(result->verdicts.every_false.downs, 0);
    assert_int_equal(result->running, 10);
    assert_int_equal(result->violations, 0);
    assert_true(result->agreed);
    done(result);
}

static void who_leaves_says_so_and_ends(void **state) {
    struct result *result = ran("--members 20 --leave 2@5s --duration 30s --checks");
    (void)state;
    assert_int_equal(result->subject_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(result->subjects[i].informed, result->subjects[i].observers);
        assert_in_range(result->subjects[i].down.all_us, 1, SELKIE_S(2));
    }
    assert_int_equal(result->running, 18);
    assert_in_range((uint64_t)result->load.member_seconds, 18 * 30 + 2 * 5, 18 * 30 + 2 * 7); /* they do not linger */
    assert_true(result->agreed);
    assert_int_equal(result->violations, 0);
    done(result);
}

static void only_those_are_subjects_that_it_is_about(void **state) {
    struct result *all = ran("--members 20 --crash m3@5s --slow m4@1s,by=1ms");
    struct result *one = ran("--members 20 --crash m3@5s --slow m4@1s,by=1ms --about crash");
    (void)state;
    assert_int_equal(all->subject_count, 2);
    assert_int_equal(one->subject_count, 1);
    assert_int_equal(one->subjects[0].member, 3);
    assert_int_equal(one->subjects[0].observers, 18); /* who is slow is no observer all the same */
    assert_int_equal(one->subjects[0].down.all_us, all->subjects[1].down.all_us);
    assert_int_equal(one->timeline.count, all->timeline.count);
    assert_true(one->hash == all->hash);
    done(all);
    done(one);
}

/* What happens to a crashed member does not happen: it does not crash again, nor stop. */
static void what_cannot_happen_does_not(void **state) {
    struct result *result = ran("--members 5 --crash m3@5s --crash m3@6s --pause m3@7s,for=1s --leave m3@8s "
                                "--pause m2@10s,for=5s --pause m2@11s,for=1s --leave m2@11500ms --crash m1@20s,for=1s "
                                "--restart m3@30s --duration 60s --checks");
    (void)state;
    assert_int_equal(result->running, 5);
    assert_int_equal(result->violations, 0);
    done(result);
}

/* That somebody is slow no more says nothing of a crash, nor that it is back. */
static void an_event_ends_what_it_began_and_nothing_else(void **state) {
    struct result *result = ran("--members 10 --slow m3@5s,by=10ms,for=15s --crash m3@10s --slow m4@5s,by=10ms "
                                "--crash m4@6s,for=5s --slow m4@20s,by=20ms --restart m4@25s --duration 30s");
    (void)state;
    assert_int_equal(result->subject_count, 5);
    assert_int_equal(result->subjects[0].until_us, SELKIE_S(10)); /* it happened again */
    assert_int_equal(result->subjects[2].until_us, SELKIE_S(11)); /* m4 is back */
    assert_int_equal(result->subjects[3].member, 3);
    assert_true(result->subjects[3].until_us == NEVER); /* m3 is not */
    assert_true(result->subjects[4].until_us == NEVER); /* m4 is as slow after its restart */
    done(result);
}

static void who_is_stopped_says_no_farewell(void **state) {
    struct result *result = ran("--members 10 --pause m3@5s,for=10s --leave m3@8s --duration 30s");
    (void)state;
    assert_int_equal(result->subject_count, 1);
    assert_int_equal(result->running, 10);
    done(result);
}

static uint64_t hash_of(const char *flags) {
    struct result *result = ran(flags);
    uint64_t hash = result->hash;
    done(result);
    return hash;
}

/* What begins and ends while the same lasts changes nothing. */
static void what_lasts_is_not_ended_by_another_event_of_its_kind(void **state) {
    (void)state;
    static const struct {
        const char *lasts, *within;
    } cases[] = {{"--members 10 --duration 40s --pause m3@5s,for=20s", "--pause m3@8s,for=2s"},
                 {"--members 10 --duration 40s --slow m3@5s,by=300ms", "--slow m3@8s,by=300ms,for=2s"},
                 {"--members 10 --duration 40s --clock m3@5s,by=30%", "--clock m3@8s,by=30%,for=2s"},
                 {"--members 10 --duration 40s --bandwidth m3@5s,by=40", "--bandwidth m3@8s,by=40,for=2s"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char flags[200];
        snprintf(flags, sizeof flags, "%s %s", cases[i].lasts, cases[i].within);
        assert_true(hash_of(flags) == hash_of(cases[i].lasts));
    }
}

/* ---- Time ---- */

static void what_repeats_happens_until_it_is_to_end(void **state) {
    struct result *result = ran("--members 10 --pause m3@5s,for=500ms,gap=1500ms,until=11s --duration 20s");
    (void)state;
    assert_int_equal(result->subject_count, 3); /* at 5, 7 and 9 s */
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(result->subjects[i].at_us, SELKIE_S(5 + 2 * i));
        assert_int_equal(result->subjects[i].until_us, SELKIE_S(5 + 2 * i) + SELKIE_MS(500));
    }
    done(result);
}

static void until_ends_what_is_on(void **state) {
    struct result *result = ran("--members 10 --pause m3@5s,for=3s,gap=1s,until=10s --duration 20s");
    (void)state;
    assert_int_equal(result->subject_count, 2);
    assert_int_equal(result->subjects[1].at_us, SELKIE_S(9));
    assert_int_equal(result->subjects[1].until_us, SELKIE_S(10));
    done(result);
}

static void staggered_members_follow_each_other(void **state) {
    struct result *result = ran("--members 10 --crash m3-5@5s,stagger=2s --duration 20s");
    (void)state;
    assert_int_equal(result->subject_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(result->subjects[i].member, 3 + i);
        assert_int_equal(result->subjects[i].at_us, SELKIE_S(5 + 2 * i));
    }
    done(result);
}

/* Members that die together do not wait for each other. */
static void those_that_die_together_are_no_observers_of_each_other(void **state) {
    struct result *result = ran("--members 20 --crash 5@5s --duration 40s");
    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(result->subjects[i].observers, 15);
        assert_int_equal(result->subjects[i].informed, 15);
    }
    done(result);
}

static void who_dies_before_it_learned_is_no_observer_any_more(void **state) {
    struct result *result = ran("--members 20 --crash m3@5s --crash m4@6s --isolate m5@7s --duration 40s");
    (void)state;
    assert_int_equal(result->subjects[0].observers, 17); /* 19 without those two */
    assert_int_equal(result->subjects[0].informed, 17);
    assert_int_equal(result->subjects[1].observers, 17); /* 18 without m5 */
    assert_int_equal(result->subjects[2].observers, 17);
    done(result);
}

static void a_run_may_end_when_all_agree(void **state) {
    struct result *result = ran("--members 10 --crash m3@5s --duration 300s --until agreed");
    (void)state;
    uint64_t all_us = SELKIE_S(5) + result->subjects[0].down.all_us;
    assert_int_equal(result->agreed_us, all_us);
    assert_in_range(result->duration_us, all_us + SELKIE_S(2),
                    all_us + SELKIE_S(3)); /* two periods, and the next event */
    done(result);
}

static void they_may_join_one_after_the_other(void **state) {
    struct result *result = ran("--members 6 --join sequential@2s --duration 30s --checks");
    (void)state;
    assert_in_range(result->joined_us, SELKIE_S(10), SELKIE_S(12));
    assert_int_equal(result->sizes, 6);
    assert_int_equal(result->violations, 0);
    assert_int_equal(result->series.buckets[0].running, 1);
    assert_int_equal(result->series.buckets[29].running, 6);
    assert_int_equal(result->series.buckets[29].middle_size, 6);
    done(result);
}

static void they_may_join_all_at_once_after_a_while(void **state) {
    struct result *result = ran("--members 6 --join together@5s --duration 30s");
    (void)state;
    assert_in_range(result->joined_us, SELKIE_S(5), SELKIE_S(8));
    assert_true(result->agreed);
    done(result);
}

/* A member that was stopped takes its probe up again; one that is blocked goes on probing, and hears no answer. */
static void who_is_blocked_accuses_and_who_is_stopped_does_not(void **state) {
    static const char flags[] =
        "--members 20 --preset lan-plain --duration 60s --%s m3@10500ms,for=4s,gap=2s,until=40s";
    char stopped[200], blocked[200];
    (void)state;
    snprintf(stopped, sizeof stopped, flags, "pause");
    snprintf(blocked, sizeof blocked, flags, "block");
    struct result *one = ran(stopped), *other = ran(blocked);
    assert_int_equal(one->verdicts.every_false.suspects, 0);
    assert_true(other->verdicts.every_false.suspects > 0);
    assert_true(other->verdicts.impaired.suspects > 0);
    assert_true(other->agreed); /* it is over, and was put right */
    done(one);
    done(other);
}

static void what_is_blocked_is_late_and_not_lost(void **state) {
    struct result *result =
        ran("--members 6 --preset lan-plain --duration 60s --block m2@10s,for=300ms,gap=700ms,until=50s");
    (void)state;
    assert_int_equal(result->load.lost + result->load.cut + result->load.overflowed, 0);
    assert_int_equal(result->load.counters.probes_failed, 0);
    assert_int_equal(result->verdicts.every_false.suspects, 0);
    done(result);
}

/* All fields of the link are in force again, and so are the losses of members. */
static void losses_last_through_a_block(void **state) {
    struct result *result = ran("--members 6 --duration 60s --lossy m2@5s,by=100% --block m2@10s,for=2s");
    (void)state;
    assert_int_equal(result->subject_count, 2);
    assert_int_equal(result->subjects[1].informed, 5);
    assert_false(result->agreed);
    done(result);
}

/* Two fifths of it are lost, and whoever is suspected has hardly time to object. */
#define HARSH "--members 20 --preset lan-plain --loss 40% --set suspect_to_down_after=1s --duration 60s"

static void who_is_told_that_it_is_down_goes_on_or_ends(void **state) {
    struct result *renewing = ran(HARSH), *ending = ran(HARSH " --renew no");
    (void)state;
    assert_true(renewing->verdicts.renewals > 0);
    assert_int_equal(renewing->running, 20);
    assert_int_equal(ending->verdicts.renewals, 0);
    assert_true(ending->running < 20);
    assert_int_equal(ending->load.counters.rejoins, 0);
    done(renewing);
    done(ending);
}

static void who_leaves_ends_as_it_would_where_nobody_renews(void **state) {
    static const char flags[] = "--members 10 --leave m3@5s,for=10s --duration 40s";
    char same[100];
    (void)state;
    snprintf(same, sizeof same, "%s --renew no", flags);
    struct result *one = ran(flags), *other = ran(same);
    assert_true(one->hash == other->hash);
    assert_int_equal(other->running, 10);
    assert_true(other->agreed);
    done(one);
    done(other);
}

static void a_member_alone_is_a_cluster(void **state) {
    struct result *result = ran("--members 1 --duration 10s --crash m0@1s,for=1s --pause all@5s,for=1s");
    (void)state;
    assert_int_equal(result->running, 1);
    assert_int_equal(result->load.packets, 0);
    assert_int_equal(result->subjects[0].observers, 0);
    done(result);
    done(ran("--members 1 --join sequential --duration 1s"));
}

/* ---- Timeline ---- */

static void the_timeline_shows_who_holds_a_member_for_what(void **state) {
    struct result *result = ran("--members 10 --crash m3@5s --duration 20s");
    const struct timeline *timeline = &result->timeline;
    (void)state;
    assert_int_equal(timeline->count, 1);
    assert_int_equal(timeline->tracks[0].member, 3);
    assert_int_equal(timeline->step_us, SELKIE_MS(100));
    assert_int_equal(timeline->steps, 200);
    const struct subject *subject = &result->subjects[0];
    for (uint32_t i = 0; i < timeline->steps; i++) {
        const struct seen *seen = &timeline->tracks[0].seen[i];
        uint64_t at_us = (i + 1) * timeline->step_us;
        assert_int_equal(seen->alive + seen->suspect + seen->down, 9);
        assert_int_equal(seen->unknown, 0);
        assert_int_equal(seen->alive == 9, at_us < SELKIE_S(5) + subject->suspected.first_us);
        assert_int_equal(seen->down == 9, at_us > SELKIE_S(5) + subject->down.all_us);
    }
    done(result);
}

static void the_same_seed_gives_the_same_run_and_another_one_another(void **state) {
    struct result *once = ran("--members 20 --crash 2@3s --seed 4 --duration 20s"),
                  *again = ran("--members 20 --crash 2@3s --seed 4 --duration 20s"),
                  *other = ran("--members 20 --crash 2@3s --seed 5 --duration 20s");
    (void)state;
    assert_true(once->hash == again->hash);
    assert_true(once->hash != other->hash);
    done(once);
    done(again);
    done(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(detection_is_what_the_simulator_says_in_the_same_run),
        cmocka_unit_test(the_load_adds_up),
        cmocka_unit_test(a_quiet_cluster_pings_once_a_period),
        cmocka_unit_test(what_is_said_of_a_paused_member_is_no_false_alarm),
        cmocka_unit_test(what_a_deaf_member_says_of_others_is_false_and_what_healthy_ones_repeat_is_told_apart),
        cmocka_unit_test(conditions_that_all_share_excuse_nobody),
        cmocka_unit_test(who_comes_back_from_a_crash_does_not_flap),
        cmocka_unit_test(a_restart_that_nobody_missed_is_no_subject),
        cmocka_unit_test(who_leaves_says_so_and_ends),
        cmocka_unit_test(only_those_are_subjects_that_it_is_about),
        cmocka_unit_test(what_cannot_happen_does_not),
        cmocka_unit_test(an_event_ends_what_it_began_and_nothing_else),
        cmocka_unit_test(who_is_stopped_says_no_farewell),
        cmocka_unit_test(what_lasts_is_not_ended_by_another_event_of_its_kind),
        cmocka_unit_test(what_repeats_happens_until_it_is_to_end),
        cmocka_unit_test(until_ends_what_is_on),
        cmocka_unit_test(staggered_members_follow_each_other),
        cmocka_unit_test(those_that_die_together_are_no_observers_of_each_other),
        cmocka_unit_test(a_member_that_comes_back_has_run_before),
        cmocka_unit_test(member_0_comes_back_too),
        cmocka_unit_test(who_dies_before_it_learned_is_no_observer_any_more),
        cmocka_unit_test(a_run_may_end_when_all_agree),
        cmocka_unit_test(they_may_join_one_after_the_other),
        cmocka_unit_test(they_may_join_all_at_once_after_a_while),
        cmocka_unit_test(who_is_blocked_accuses_and_who_is_stopped_does_not),
        cmocka_unit_test(what_is_blocked_is_late_and_not_lost),
        cmocka_unit_test(losses_last_through_a_block),
        cmocka_unit_test(who_is_told_that_it_is_down_goes_on_or_ends),
        cmocka_unit_test(who_leaves_ends_as_it_would_where_nobody_renews),
        cmocka_unit_test(a_member_alone_is_a_cluster),
        cmocka_unit_test(the_timeline_shows_who_holds_a_member_for_what),
        cmocka_unit_test(the_same_seed_gives_the_same_run_and_another_one_another)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
