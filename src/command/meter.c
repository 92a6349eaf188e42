#include "command/meter.h"

#include "command/bits.h"
#include "command/counters.h"
#include "command/memory.h"

#include <stdlib.h>
#include <string.h>

#define SECOND SELKIE_S(1)

/* ---- Steps ---- */

/* A round number, at least so long. Up to a second it is a part of a second, above it whole seconds. */
static uint64_t round_step(uint64_t least_us) {
    static const uint64_t rounds[] = {10000, 20000, 50000, 100000, 200000, 500000};
    static const uint64_t seconds[] = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600};
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        if (rounds[i] >= least_us) {
            return rounds[i];
        }
    }
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        if (SELKIE_S(seconds[i]) >= least_us) {
            return SELKIE_S(seconds[i]);
        }
    }
    return (least_us + SELKIE_S(3600) - 1) / SELKIE_S(3600) * SELKIE_S(3600);
}

void meter_init(struct meter *meter, uint32_t members, uint64_t duration_us) {
    uint64_t step_us = round_step(duration_us / 300);
    *meter = (struct meter){.members = members};
    meter->timeline.step_us = step_us;
    meter->series.step_us = step_us > SECOND ? step_us : SECOND;
    meter->tick_us = step_us < SECOND ? step_us : SECOND;
    meter->next_size_us = SECOND;
    meter->next_step_us = step_us;
    meter->of = memory_zeroed(members, sizeof *meter->of);
    meter->sizes_seen = memory_zeroed(1, bits_bytes(members));
    meter->scratch = memory_zeroed(members + 1u, sizeof *meter->scratch);
}

void meter_free(struct meter *meter) {
    free(meter->of);
    free(meter->sizes_seen);
    free(meter->scratch);
}

/* ---- Members ---- */

void meter_starts(struct meter *meter, uint32_t member, uint64_t now_us) {
    meter->of[member].since_us = now_us;
    meter->of[member].runs = true;
    meter->running++;
}

static void add_received(struct usage *usage, const struct selkie_stats *stats) {
    struct {
        uint64_t packets, bytes;
    } received[] = {{stats->ping_received, stats->ping_received_bytes},
                    {stats->ack_received, stats->ack_received_bytes},
                    {stats->ping_req_received, stats->ping_req_received_bytes},
                    {stats->indirect_ping_received, stats->indirect_ping_received_bytes},
                    {stats->indirect_ack_received, stats->indirect_ack_received_bytes},
                    {stats->forwarded_ack_received, stats->forwarded_ack_received_bytes},
                    {stats->announce_received, stats->announce_received_bytes},
                    {stats->feed_received, stats->feed_received_bytes},
                    {stats->gossip_received, stats->gossip_received_bytes},
                    {stats->broadcast_received, stats->broadcast_received_bytes},
                    {stats->turn_undead_received, stats->turn_undead_received_bytes},
                    {stats->nack_received, stats->nack_received_bytes}};
    _Static_assert(sizeof received / sizeof *received == SELKIE_MESSAGE_COUNT, "every message is counted");
    for (size_t message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        usage->received_packets += received[message].packets;
        usage->received_bytes += received[message].bytes;
    }
}

void meter_ends(struct meter *meter, uint32_t member, const selkie *engine, uint64_t now_us) {
    struct usage *usage = &meter->of[member];
    struct selkie_stats stats;
    SELKIE_INIT(&stats);
    selkie_get_stats(engine, &stats);
    add_received(usage, &stats);
    counters_add(&meter->load.counters, &stats);
    usage->ran_us += now_us - usage->since_us;
    usage->runs = false;
    meter->running--;
}

void meter_track(struct meter *meter, uint32_t member) {
    struct timeline *timeline = &meter->timeline;
    for (uint32_t i = 0; i < timeline->count; i++) {
        if (timeline->tracks[i].member == member) {
            return;
        }
    }
    if (timeline->count < TRACKED_MOST) {
        struct track *track = &timeline->tracks[timeline->count++];
        track->member = member;
        track->first = timeline->steps;
    }
}

void meter_sent(struct meter *meter, uint32_t from, unsigned message, size_t size) {
    struct usage *usage = &meter->of[from];
    struct load *load = &meter->load;
    usage->packets++;
    usage->bytes += size;
    usage->bucket_bytes += size;
    load->packets++;
    load->bytes += size;
    load->packets_of[message]++;
    load->bytes_of[message] += size;
    load->largest_packet = size > load->largest_packet ? size : load->largest_packet;
    meter->now.packets++;
    meter->now.bytes += size;
}

/* ---- Looking ---- */

static void look_at_sizes(struct meter *meter, const struct views *views) {
    for (uint32_t member = 0; member < meter->members; member++) {
        if (views->of[member].live) {
            uint32_t size = views->of[member].size; /* without itself */
            bits_put(meter->sizes_seen, size, true);
        }
    }
}

uint32_t meter_sizes(const struct meter *meter) {
    uint32_t sizes = 0;
    for (uint32_t size = 0; size < meter->members; size++) {
        sizes += bits_get(meter->sizes_seen, size);
    }
    return sizes;
}

static void look_at_tracks(struct meter *meter, const struct views *views) {
    struct timeline *timeline = &meter->timeline;
    for (uint32_t i = 0; i < timeline->count; i++) {
        struct track *track = &timeline->tracks[i];
        const struct regard *of = &views->of[track->member];
        uint32_t others = views->live - of->live;
        uint32_t step = timeline->steps - track->first;
        track->seen = memory_for_one_more(track->seen, step, &track->room, sizeof *track->seen);
        track->seen[step] = (struct seen){.alive = of->holders - of->suspects,
                                          .suspect = of->suspects,
                                          .down = of->downs,
                                          .unknown = others - of->holders - of->downs};
    }
    timeline->steps++;
}

/* The least, the most and the one in the middle of the sizes that live members see. */
static void sum_up_sizes(struct meter *meter, const struct views *views, struct bucket *bucket) {
    uint32_t seen = 0;
    memset(meter->scratch, 0, (meter->members + 1u) * sizeof *meter->scratch);
    for (uint32_t member = 0; member < meter->members; member++) {
        if (views->of[member].live) {
            meter->scratch[views->of[member].size + 1]++;
        }
    }
    for (uint32_t size = 0; size <= meter->members; size++) {
        uint32_t before = seen;
        seen += meter->scratch[size];
        if (seen > before) {
            bucket->least_size = before == 0 ? size : bucket->least_size;
            bucket->most_size = size;
        }
        if (before * 2 < views->live && seen * 2 >= views->live) {
            bucket->middle_size = size;
        }
    }
}

/* A bucket that is cut short, by the end of the run, is measured by how long it was. */
static void end_bucket(struct meter *meter, const struct views *views, uint64_t now_us) {
    double seconds = (double)(now_us - meter->bucket_since_us) / 1e6;
    for (uint32_t member = 0; member < meter->members; member++) {
        struct usage *usage = &meter->of[member];
        if (usage->runs || usage->bucket_bytes > 0) {
            sample_add(&meter->load.bucket_bytes, (double)usage->bucket_bytes / seconds);
        }
        usage->bucket_bytes = 0;
    }
    meter->now.running = meter->running;
    sum_up_sizes(meter, views, &meter->now);
    struct series *series = &meter->series;
    series->buckets = memory_for_one_more(series->buckets, series->count, &meter->series_room, sizeof *series->buckets);
    series->buckets[series->count++] = meter->now;
    meter->now = (struct bucket){.packets = 0};
    meter->bucket_since_us = now_us;
}

void meter_tick(struct meter *meter, const struct views *views, uint64_t now_us) {
    if (now_us >= meter->next_size_us) {
        look_at_sizes(meter, views);
        meter->next_size_us += SECOND;
    }
    if (now_us >= meter->next_step_us) {
        look_at_tracks(meter, views);
        meter->next_step_us += meter->timeline.step_us;
    }
    if (now_us >= meter->bucket_since_us + meter->series.step_us) {
        end_bucket(meter, views, now_us);
    }
}

/* ---- The end ---- */

void meter_finish(struct meter *meter) {
    struct load *load = &meter->load;
    for (uint32_t member = 0; member < meter->members; member++) {
        const struct usage *usage = &meter->of[member];
        double seconds = (double)usage->ran_us / 1e6;
        if (usage->ran_us > 0) {
            load->member_seconds += seconds;
            sample_add(&load->sent_packets, (double)usage->packets / seconds);
            sample_add(&load->sent_bytes, (double)usage->bytes / seconds);
            sample_add(&load->received_packets, (double)usage->received_packets / seconds);
            sample_add(&load->received_bytes, (double)usage->received_bytes / seconds);
        }
    }
}

void meter_last_bucket(struct meter *meter, const struct views *views, uint64_t now_us) {
    if (now_us > meter->bucket_since_us) {
        end_bucket(meter, views, now_us);
    }
}
