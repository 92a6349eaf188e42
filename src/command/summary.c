#include "command/summary.h"

#include "command/counters.h"
#include "command/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct summary_sample_about summary_samples[SUMMARY_SAMPLE_COUNT] = {
#define SELKIE_X(name, unit, text) {#name, UNIT_##unit, text},
    SUMMARY_SAMPLES(SELKIE_X)
#undef SELKIE_X
};

/* ---- Curves ---- */

double curve_end_us(unsigned bin) {
    return CURVE_FROM_US * exp2(((double)bin + 1) / 16);
}

static unsigned bin_of(double us) {
    double bin = us <= CURVE_FROM_US ? 0 : floor(log2(us / CURVE_FROM_US) * 16);
    return bin < CURVE_BINS ? (unsigned)bin : CURVE_BINS - 1;
}

double curve_share(const struct curve *curve, unsigned bin) {
    uint64_t knew = 0;
    for (unsigned i = 0; i <= bin && i < CURVE_BINS; i++) {
        knew += curve->count[i];
    }
    return curve->pairs == 0 ? 0 : (double)knew / (double)curve->pairs;
}

/* ---- One run ---- */

static void add(struct summary *summary, enum summary_sample sample, double value) {
    sample_add(&summary->samples[sample], value);
}

static double time_of(uint64_t us) {
    return us == NEVER ? (double)INFINITY : (double)us;
}

static double between(uint64_t from_us, uint64_t to_us) {
    return to_us == NEVER ? (double)INFINITY : (double)(to_us - from_us);
}

static void add_spread(struct summary *summary, const struct spread *spread, enum summary_curve since_event,
                       enum summary_curve since_first) {
    summary->curves[since_event].pairs += spread->observers;
    summary->curves[since_first].pairs += spread->observers;
    for (uint32_t i = 0; i < spread->known; i++) {
        summary->curves[since_event].count[bin_of((double)spread->times_us[i])]++;
        summary->curves[since_first].count[bin_of((double)(spread->times_us[i] - spread->first_us))]++;
    }
}

void summary_add_subject(struct summary *summary, const struct subject *subject) {
    summary->subjects++;
    summary->observers += subject->observers;
    summary->informed += subject->informed;
    if (subject->observers == 0) {
        summary->unnoticeable++;
        return;
    }
    add(summary, SAMPLE_first_ping, time_of(subject->first_ping_us));
    add(summary, SAMPLE_first_suspect, time_of(subject->suspected.first_us));
    add(summary, SAMPLE_all_suspect, time_of(subject->suspected.all_us));
    add(summary, SAMPLE_first_down, time_of(subject->down.first_us));
    add(summary, SAMPLE_half_down, time_of(subject->down.half_us));
    add(summary, SAMPLE_most_down, time_of(subject->down.most_us));
    add(summary, SAMPLE_all_down, time_of(subject->down.all_us));
    add(summary, SAMPLE_spread_suspect, between(subject->suspected.first_us, subject->suspected.half_us));
    add(summary, SAMPLE_spread_down, between(subject->down.first_us, subject->down.all_us));
    add_spread(summary, &subject->suspected, CURVE_SUSPECTED, CURVE_SUSPECT_SPREAD);
    add_spread(summary, &subject->down, CURVE_DOWN, CURVE_DOWN_SPREAD);
}

static void add_verdicts(struct summary *summary, const struct verdicts *verdicts) {
    add(summary, SAMPLE_false_downs, (double)verdicts->every_false.downs);
    add(summary, SAMPLE_healthy_false_downs, (double)verdicts->healthy_false.downs);
    add(summary, SAMPLE_false_suspects, (double)verdicts->every_false.suspects);
    add(summary, SAMPLE_healthy_false_suspects, (double)verdicts->healthy_false.suspects);
    add(summary, SAMPLE_members_hit, verdicts->members_hit);
    add(summary, SAMPLE_impaired_downs, (double)verdicts->impaired.downs);
    add(summary, SAMPLE_flaps, (double)(verdicts->healthy_false.returns + verdicts->impaired.returns));
    add(summary, SAMPLE_renewals, (double)verdicts->renewals);
}

static void add_load(struct summary *summary, const struct load *load) {
    summary->member_seconds += load->member_seconds;
    summary->packets += load->packets;
    summary->bytes += load->bytes;
    for (unsigned message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        summary->packets_of[message] += load->packets_of[message];
        summary->bytes_of[message] += load->bytes_of[message];
    }
    summary->largest_packet =
        load->largest_packet > summary->largest_packet ? load->largest_packet : summary->largest_packet;
    counters_add(&summary->counters, &load->counters);
    sample_add_all(&summary->samples[SAMPLE_sent_packets], &load->sent_packets);
    sample_add_all(&summary->samples[SAMPLE_sent_bytes], &load->sent_bytes);
    sample_add_all(&summary->samples[SAMPLE_received_packets], &load->received_packets);
    sample_add_all(&summary->samples[SAMPLE_received_bytes], &load->received_bytes);
}

/* ---- Series ---- */

static void add_bucket(struct bucket *to, const struct bucket *from, bool is_first) {
    to->packets += from->packets;
    to->bytes += from->bytes;
    to->running += from->running;
    to->false_downs += from->false_downs;
    to->healthy_false_downs += from->healthy_false_downs;
    to->false_suspects += from->false_suspects;
    to->downs += from->downs;
    to->least_size = is_first || from->least_size < to->least_size ? from->least_size : to->least_size;
    to->most_size = from->most_size > to->most_size ? from->most_size : to->most_size;
    to->middle_size += from->middle_size;
}

/* A run that ended early adds nothing to what comes later. */
static void add_series(struct series *to, const struct series *from) {
    if (from->count > to->count) {
        to->buckets = memory_resize(to->buckets, from->count, sizeof *to->buckets);
        memset(to->buckets + to->count, 0, (from->count - to->count) * sizeof *to->buckets);
    }
    for (uint32_t i = 0; i < from->count; i++) {
        add_bucket(&to->buckets[i], &from->buckets[i], i >= to->count);
    }
    to->step_us = from->step_us;
    to->count = from->count > to->count ? from->count : to->count;
}

void summary_add_result(struct summary *summary, const struct result *result) {
    summary->runs++;
    summary->runs_agreed += result->agreed;
    summary->violations += result->violations;
    summary->probe_period_us = (double)result->config.probe_period_us;
    for (uint32_t i = 0; i < result->subject_count; i++) {
        summary_add_subject(summary, &result->subjects[i]);
    }
    add_verdicts(summary, &result->verdicts);
    add(summary, SAMPLE_joined, time_of(result->joined_us));
    add(summary, SAMPLE_agreed, time_of(result->agreed_us));
    add(summary, SAMPLE_sizes, result->sizes);
    add_load(summary, &result->load);
    add_series(&summary->series, &result->series);
}

/* ---- Several ---- */

static void add_curves(struct summary *to, const struct summary *from) {
    for (unsigned curve = 0; curve < CURVE_COUNT; curve++) {
        to->curves[curve].pairs += from->curves[curve].pairs;
        for (unsigned bin = 0; bin < CURVE_BINS; bin++) {
            to->curves[curve].count[bin] += from->curves[curve].count[bin];
        }
    }
}

void summary_add(struct summary *summary, const struct summary *other) {
    summary->runs += other->runs;
    summary->runs_agreed += other->runs_agreed;
    summary->subjects += other->subjects;
    summary->unnoticeable += other->unnoticeable;
    summary->observers += other->observers;
    summary->informed += other->informed;
    summary->violations += other->violations;
    summary->probe_period_us = other->probe_period_us;
    summary->member_seconds += other->member_seconds;
    summary->packets += other->packets;
    summary->bytes += other->bytes;
    for (unsigned message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        summary->packets_of[message] += other->packets_of[message];
        summary->bytes_of[message] += other->bytes_of[message];
    }
    summary->largest_packet =
        other->largest_packet > summary->largest_packet ? other->largest_packet : summary->largest_packet;
    counters_add(&summary->counters, &other->counters);
    for (unsigned sample = 0; sample < SUMMARY_SAMPLE_COUNT; sample++) {
        sample_add_all(&summary->samples[sample], &other->samples[sample]);
    }
    add_curves(summary, other);
    add_series(&summary->series, &other->series);
}

void summary_free(struct summary *summary) {
    for (unsigned sample = 0; sample < SUMMARY_SAMPLE_COUNT; sample++) {
        sample_free(&summary->samples[sample]);
    }
    free(summary->series.buckets);
    *summary = (struct summary){.runs = 0};
}
