#include "command/detect.h"

#include "command/bits.h"
#include "command/memory.h"

#include <stdlib.h>
#include <string.h>

/* Who knows, and since when. */
struct news {
    uint8_t *known; /* a bit for each member */
    uint64_t *times;
    uint32_t count;
    size_t room;
};

struct open_subject {
    uint32_t subject;
    uint32_t generation;
    bool ends_life;
    uint8_t *observers; /* a bit for each member */
    uint32_t observer_count;
    uint32_t lost_suspecting; /* those that are none any more, but had suspected it */
    struct news suspected, down;
};

static size_t bytes_of(const struct detect *detect) {
    return bits_bytes(detect->members);
}

void detect_init(struct detect *detect, uint32_t members) {
    *detect = (struct detect){.members = members};
    detect->open = memory_zeroed(members, sizeof(void *));
    detect->opened = memory_zeroed(members, sizeof *detect->opened);
}

/* ---- Ending ---- */

/* When `count` of them knew. */
static uint64_t when(const struct news *news, uint64_t count) {
    return count > 0 && count <= news->count ? news->times[count - 1] : NEVER;
}

/* So many of all, rounded up: whoever stands for a part of a member stands for it. */
static uint64_t share(uint32_t all, uint64_t numerator, uint64_t denominator) {
    return (all * numerator + denominator - 1) / denominator;
}

static void sum_up(struct spread *spread, const struct news *news, uint32_t observers) {
    spread->observers = observers;
    spread->first_us = when(news, 1);
    spread->half_us = when(news, share(observers, 1, 2));
    spread->most_us = when(news, share(observers, 99, 100));
    spread->all_us = when(news, observers);
    spread->times_us = news->times;
    spread->known = news->count;
}

static void close_open(struct detect *detect, struct open_subject *open) {
    struct subject *subject = &detect->subjects[open->subject];
    subject->observers = open->observer_count;
    subject->informed = open->down.count;
    sum_up(&subject->suspected, &open->suspected, open->observer_count + open->lost_suspecting);
    sum_up(&subject->down, &open->down, open->observer_count);
    free(open->observers);
    free(open->suspected.known);
    free(open->down.known);
    free(open);
}

void detect_finish(struct detect *detect) {
    for (uint32_t i = 0; i < detect->opened_count; i++) {
        close_open(detect, detect->open[detect->opened[i]]);
        detect->open[detect->opened[i]] = NULL;
    }
    detect->opened_count = 0;
}

void detect_free(struct detect *detect) {
    detect_finish(detect);
    free(detect->open);
    free(detect->opened);
}

/* ---- Beginning ---- */

static struct open_subject *reopen(struct detect *detect, uint32_t member, uint64_t now_us) {
    if (detect->open[member] != NULL) {
        detect_over(detect, member, now_us);
        close_open(detect, detect->open[member]);
    } else {
        detect->opened[detect->opened_count++] = member;
    }
    return detect->open[member] = memory_zeroed(1, sizeof *detect->open[member]);
}

void detect_begin(struct detect *detect, const struct subject *subject, uint32_t generation, bool ends_life,
                  bool (*observes)(void *ctx, uint32_t observer, uint32_t member), void *ctx) {
    struct open_subject *open = reopen(detect, subject->member, subject->at_us);
    detect->subjects = memory_for_one_more(detect->subjects, detect->count, &detect->room, sizeof *detect->subjects);
    detect->subjects[detect->count] = *subject;
    detect->subjects[detect->count].until_us = detect->subjects[detect->count].first_ping_us = NEVER;
    open->subject = detect->count++;
    open->generation = generation;
    open->ends_life = ends_life;
    open->observers = memory_zeroed(1, bytes_of(detect));
    open->suspected.known = memory_zeroed(1, bytes_of(detect));
    open->down.known = memory_zeroed(1, bytes_of(detect));
    for (uint32_t observer = 0; observer < detect->members; observer++) {
        if (observer != subject->member && observes(ctx, observer, subject->member)) {
            bits_put(open->observers, observer, true);
            open->observer_count++;
        }
    }
}

/* ---- Meanwhile ---- */

void detect_over(struct detect *detect, uint32_t member, uint64_t now_us) {
    const struct open_subject *open = detect->open[member];
    if (open != NULL && detect->subjects[open->subject].until_us == NEVER) {
        detect->subjects[open->subject].until_us = now_us;
    }
}

void detect_ping(struct detect *detect, uint32_t member, uint64_t now_us) {
    const struct open_subject *open = detect->open[member];
    if (open != NULL && detect->subjects[open->subject].first_ping_us == NEVER) {
        detect->subjects[open->subject].first_ping_us = now_us - detect->subjects[open->subject].at_us;
    }
}

static void learn(struct news *news, uint32_t observer, uint64_t after_us) {
    if (!bits_get(news->known, observer)) {
        bits_put(news->known, observer, true);
        news->times = memory_for_one_more(news->times, news->count, &news->room, sizeof *news->times);
        news->times[news->count++] = after_us;
    }
}

void detect_notice(struct detect *detect, uint32_t observer, uint32_t member, uint32_t generation, bool is_down,
                   uint64_t now_us) {
    struct open_subject *open = detect->open[member];
    if (open == NULL || !bits_get(open->observers, observer) || generation < open->generation ||
        (open->ends_life && generation != open->generation)) {
        return;
    }
    uint64_t after_us = now_us - detect->subjects[open->subject].at_us;
    learn(&open->suspected, observer, after_us);
    if (is_down) {
        learn(&open->down, observer, after_us);
    }
}

void detect_lose(struct detect *detect, uint32_t observer) {
    for (uint32_t i = 0; i < detect->opened_count; i++) {
        struct open_subject *open = detect->open[detect->opened[i]];
        if (bits_get(open->observers, observer) && !bits_get(open->down.known, observer)) {
            bits_put(open->observers, observer, false);
            open->observer_count--;
            open->lost_suspecting += bits_get(open->suspected.known, observer);
        }
    }
}
