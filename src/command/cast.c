#include "command/cast.h"

#include "command/memory.h"
#include "command/who.h"

#include <stdlib.h>
#include <string.h>

/* ---- Drawing ---- */

/* All members but member 0, shuffled; those before `next` have been drawn. */
struct deck {
    uint32_t *members;
    uint32_t count, next;
    uint64_t random;
};

/* splitmix64: Steele, Lea, Flood 2014. */
static uint64_t next_random(struct deck *deck) {
    uint64_t z = deck->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Evenly: what would favour the low ones is drawn again. */
static uint32_t below(struct deck *deck, uint32_t bound) {
    uint64_t most = UINT64_MAX - UINT64_MAX % bound, drawn;
    do {
        drawn = next_random(deck);
    } while (drawn >= most);
    return (uint32_t)(drawn % bound);
}

/* Those from `from` on. */
static void shuffle(struct deck *deck, uint32_t from) {
    for (uint32_t left = deck->count; left > from + 1; left--) {
        uint32_t other = from + below(deck, left - from), member = deck->members[left - 1];
        deck->members[left - 1] = deck->members[other];
        deck->members[other] = member;
    }
}

static void deck_init(struct deck *deck, const struct scenario *scenario) {
    *deck = (struct deck){.random = scenario->seed ^ UINT64_C(0x73656c6b69652121), .count = scenario->members - 1};
    deck->members = memory_zeroed(deck->count, sizeof *deck->members);
    for (uint32_t i = 0; i < deck->count; i++) {
        deck->members[i] = i + 1;
    }
    shuffle(deck, 0);
}

/* Where there are too few that were not drawn yet, those come first, and then others. */
static void draw(struct deck *deck, uint32_t *members, uint32_t count) {
    uint32_t fresh = deck->count - deck->next;
    if (fresh >= count) {
        memcpy(members, deck->members + deck->next, count * sizeof *members);
        deck->next += count;
        return;
    }
    for (uint32_t i = 0; i < fresh; i++) { /* to the front, so that they count as drawn */
        uint32_t member = deck->members[deck->next + i];
        deck->members[deck->next + i] = deck->members[i];
        deck->members[i] = member;
    }
    shuffle(deck, fresh);
    memcpy(members, deck->members, count * sizeof *members);
    deck->next = count;
}

/* ---- Crowds ---- */

static void copy(struct crowd *crowd, const struct crowd *of) {
    crowd->count = of->count;
    crowd->members = memory_resize(NULL, of->count, sizeof *crowd->members);
    memcpy(crowd->members, of->members, of->count * sizeof *crowd->members);
}

static void fill(struct crowd *crowd, const struct cast *cast, const struct scenario *scenario, const struct who *who,
                 struct deck *deck) {
    if (who->kind == WHO_GROUP) {
        copy(crowd, &cast->groups[who->group]);
        return;
    }
    crowd->count = who_count(scenario, who);
    crowd->members = memory_zeroed(crowd->count, sizeof *crowd->members);
    if (who->kind == WHO_COUNT || who->kind == WHO_SHARE) {
        draw(deck, crowd->members, crowd->count);
        return;
    }
    for (uint32_t i = 0; i < crowd->count; i++) {
        crowd->members[i] = i + (who->kind == WHO_RANGE ? who->first : 0);
    }
}

void cast_draw(struct cast *cast, const struct scenario *scenario) {
    struct deck deck;
    memset(cast, 0, sizeof *cast);
    deck_init(&deck, scenario);
    for (uint32_t group = 0; group < scenario->group_count; group++) {
        fill(&cast->groups[group], cast, scenario, &scenario->groups[group].who, &deck);
    }
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        fill(&cast->events[event], cast, scenario, &scenario->events[event].who, &deck);
        fill(&cast->withs[event], cast, scenario, &scenario->events[event].with, &deck);
    }
    free(deck.members);
}

void cast_free(struct cast *cast) {
    for (uint32_t group = 0; group < GROUPS_MOST; group++) {
        free(cast->groups[group].members);
    }
    for (uint32_t event = 0; event < EVENTS_MOST; event++) {
        free(cast->events[event].members);
        free(cast->withs[event].members);
    }
}
