#include "made_up.h"

#include "command/memory.h"

#include <math.h>
#include <string.h>

enum { MEMBERS = 1000, CRASHES = 10, PAUSES = 5, OBSERVERS = 985, SECONDS = 60, STEPS = 240 };

static void make_scenario(struct scenario *scenario) {
    scenario_init(scenario);
    scenario->members = MEMBERS;
    scenario->seed = 7;
    scenario->duration_us = SELKIE_S(SECONDS);
    scenario->event_count = 2;
    scenario->events[0] = (struct scenario_event){.kind = HAPPENS_CRASH,
                                                  .who = {.kind = WHO_COUNT, .count = CRASHES},
                                                  .at_us = SELKIE_S(20),
                                                  .for_us = NEVER,
                                                  .gap_us = NEVER,
                                                  .until_us = NEVER};
    scenario->events[1] = scenario->events[0];
    scenario->events[1].kind = HAPPENS_PAUSE;
    scenario->events[1].who.count = PAUSES;
    scenario->events[1].at_us = SELKIE_S(40);
    scenario->events[1].for_us = SELKIE_S(8);
}

/* News that somebody knows first and that then spreads. */
static void make_spread(struct spread *spread, uint64_t first_us, uint32_t known) {
    *spread = (struct spread){NEVER, NEVER, NEVER, NEVER, memory_zeroed(known + 1, sizeof(uint64_t)), known};
    for (uint32_t i = 0; i < known; i++) {
        spread->times_us[i] =
            first_us + (uint64_t)(400000.0 * log((i + 1.0) / (OBSERVERS + 0.5 - i) * (OBSERVERS + 0.5)));
    }
    if (known > 0) {
        spread->first_us = spread->times_us[0];
    }
    if (known == OBSERVERS) {
        spread->half_us = spread->times_us[OBSERVERS / 2];
        spread->most_us = spread->times_us[OBSERVERS - 10];
        spread->all_us = spread->times_us[OBSERVERS - 1];
    }
}

static void make_subject(struct subject *subject, uint32_t number) {
    bool crash = number < CRASHES;
    uint64_t begins_us = SELKIE_MS(300) + SELKIE_MS(1) * ((uint64_t)number * 7919 % 1900);
    *subject = (struct subject){.member = 17 + 31 * number, .event = crash ? 0 : 1, .observers = OBSERVERS};
    subject->at_us = crash ? SELKIE_S(20) : SELKIE_S(40);
    subject->until_us = crash ? NEVER : SELKIE_S(48);
    subject->first_ping_us = begins_us;
    subject->informed = crash ? OBSERVERS : number == CRASHES ? 400 : 0;
    make_spread(&subject->suspected, begins_us + SELKIE_MS(500), OBSERVERS);
    make_spread(&subject->down, begins_us + SELKIE_MS(4700), subject->informed);
}

static void make_series(struct series *series) {
    series->step_us = SELKIE_MS(500);
    series->count = 2 * SECONDS;
    series->buckets = memory_zeroed(series->count, sizeof *series->buckets);
    for (uint32_t i = 0; i < series->count; i++) {
        struct bucket *bucket = &series->buckets[i];
        bool after = i >= 40;
        bucket->running = after ? MEMBERS - CRASHES : MEMBERS;
        bucket->packets = 2900 + i * 37 % 50 + (i > 48 && i < 60 ? 900u : 0u);
        bucket->bytes = bucket->packets * (i > 48 && i < 60 ? 200u : 60u);
        bucket->least_size = i > 56 ? MEMBERS - CRASHES : MEMBERS - (i > 50 ? CRASHES : 0);
        bucket->most_size = i > 58 ? MEMBERS - CRASHES : MEMBERS;
        bucket->middle_size = i > 53 ? MEMBERS - CRASHES : MEMBERS;
        bucket->false_suspects = i * i % 7 == 1 ? i % 5 : 0;
        bucket->healthy_false_downs = i == 97 ? 2 : 0;
        bucket->false_downs = bucket->healthy_false_downs + (i == 97 || i == 98 ? 40 : 0);
    }
}

static uint32_t known_by(const struct spread *spread, uint64_t after_us) {
    uint32_t known = 0;
    while (known < spread->known && spread->times_us[known] <= after_us) {
        known++;
    }
    return known;
}

static void make_seen(struct seen *seen, const struct subject *subject, uint64_t now_us) {
    bool on = now_us > subject->at_us && now_us <= subject->until_us;
    seen->down = on ? known_by(&subject->down, now_us - subject->at_us) : 0;
    seen->suspect = on ? known_by(&subject->suspected, now_us - subject->at_us) - seen->down : 0;
    seen->alive = OBSERVERS - seen->suspect - seen->down;
}

static void make_timeline(struct timeline *timeline, const struct result *result) {
    timeline->step_us = SELKIE_MS(250);
    timeline->steps = STEPS;
    timeline->count = result->subject_count;
    for (uint32_t i = 0; i < timeline->count; i++) {
        const struct subject *subject = &result->subjects[i];
        struct track *track = &timeline->tracks[i];
        track->member = subject->member;
        track->first = i; /* not all from the beginning */
        track->seen = memory_zeroed(STEPS - i, sizeof *track->seen);
        for (uint32_t step = i; step < STEPS; step++) {
            make_seen(&track->seen[step - i], subject, step * timeline->step_us);
        }
    }
}

static void make_load(struct load *load) {
    static const uint64_t packets[SELKIE_MESSAGE_COUNT] = {
        [SELKIE_PING] = 100000, [SELKIE_ACK] = 99000, [SELKIE_GOSSIP] = 150000};
    for (unsigned i = 0; i < SELKIE_MESSAGE_COUNT; i++) {
        load->packets_of[i] = packets[i];
        load->bytes_of[i] = packets[i] * 64;
        load->packets += packets[i];
        load->bytes += packets[i] * 64;
    }
    load->largest_packet = 512;
    load->member_seconds = MEMBERS * SECONDS;
    load->lost = 7013;
    load->unheard = 412;
    for (uint32_t i = 0; i < MEMBERS; i++) {
        double rate = 5.6 + sin(i) * 0.3 + sin(7.0 * i) * 0.3;
        sample_add(&load->sent_packets, rate);
        sample_add(&load->received_packets, rate * 0.97 + sin(3.0 * i) * 0.4);
        sample_add(&load->sent_bytes, rate * 64);
        sample_add(&load->received_bytes, rate * 62);
        sample_add(&load->bucket_bytes, rate * 70);
    }
}

void made_up_result(struct result *result) {
    *result = (struct result){.duration_us = SELKIE_S(SECONDS), .hash = 0x1234567890abcdef, .agreed = true};
    make_scenario(&result->scenario);
    scenario_config(&result->scenario, &result->config);
    result->subject_count = CRASHES + PAUSES;
    result->subjects = memory_zeroed(result->subject_count, sizeof *result->subjects);
    for (uint32_t i = 0; i < result->subject_count; i++) {
        make_subject(&result->subjects[i], i);
    }
    make_series(&result->series);
    make_timeline(&result->timeline, result);
    make_load(&result->load);
    result->verdicts.every_false = (struct alarms){240, 82, 41};
    result->verdicts.healthy_false = (struct alarms){200, 2, 1};
    result->verdicts.members_hit = 2;
    result->agreed_us = SELKIE_MS(50250);
    result->sizes = 7;
    result->running = MEMBERS - CRASHES;
}

void made_up_nothing(struct result *result) {
    *result = (struct result){.agreed = true};
    scenario_init(&result->scenario);
    result->scenario.members = 3;
    scenario_config(&result->scenario, &result->config);
    result->joined_us = NEVER;
}
