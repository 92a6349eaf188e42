/* Trying an identity type: is `wins` an order among the lives of an address, and does what `renew` makes win? */
#include "sim/conform.h"

#include <string.h>

enum { RENEW_FILL = 0xc3 };

static bool same_address(const struct conform *conform, const void *a, const void *b) {
    return memcmp(a, b, conform->type.addr_size) == 0;
}

static const char *tail_hex(const struct conform *conform, const unsigned char *identity, char text[CONFORM_HEX_SIZE]) {
    return conform_hex(identity + conform->type.addr_size, (size_t)conform->type.size - conform->type.addr_size, text);
}

/* ---- wins ---- */

static bool ask_wins(struct conform *conform, const void *a, const void *b) {
    const struct selkie_identity_type *type = &conform->type;
    if (type->wins == NULL) {
        return memcmp(a, b, type->size) > 0;
    }
    memcpy(conform->exact[0], a, type->size);
    memcpy(conform->exact[1], b, type->size);
    return type->wins(type->ctx, conform->exact[0], conform->exact[1]);
}

/* Ask, and see whether the answer stays the same and the identities too. */
static bool try_wins(struct conform *conform, const unsigned char *a, const unsigned char *b, bool *answer) {
    size_t size = conform->type.size;
    char left[CONFORM_HEX_SIZE], right[CONFORM_HEX_SIZE];
    *answer = ask_wins(conform, a, b);
    if (conform->type.wins == NULL) {
        return true;
    }
    if (memcmp(conform->exact[0], a, size) != 0 || memcmp(conform->exact[1], b, size) != 0) {
        return conform_wrong(conform, "wins: changed an identity that it was asked about");
    }
    return ask_wins(conform, a, b) == *answer ||
           conform_wrong(conform, "wins: asked twice, gave two answers; after the address the two were %s and %s",
                         tail_hex(conform, a, left), tail_hex(conform, b, right));
}

static bool try_pair(struct conform *conform, const unsigned char *a, const unsigned char *b, bool *first) {
    bool second;
    char left[CONFORM_HEX_SIZE], right[CONFORM_HEX_SIZE];
    if (!try_wins(conform, a, b, first) || !try_wins(conform, b, a, &second)) {
        return false;
    }
    return *first != second ||
           conform_wrong(conform,
                         "wins: of two identities with the same address %s wins over the other, expected exactly "
                         "one; after the address they are %s and %s",
                         *first ? "each" : "neither", tail_hex(conform, a, left), tail_hex(conform, b, right));
}

static bool try_itself(struct conform *conform, const unsigned char *identity) {
    bool answer;
    char text[CONFORM_HEX_SIZE];
    if (!try_wins(conform, identity, identity, &answer)) {
        return false;
    }
    return !answer || conform_wrong(conform, "wins: an identity wins over itself; after the address it is %s",
                                    tail_hex(conform, identity, text));
}

/* Of any two one wins: then there is no circle exactly if whoever wins over another wins over more than that one
 * does. Where that is not so, somebody over whom the loser wins and who wins over the winner closes the circle. */
static bool try_circle(struct conform *conform, const unsigned char *winner, const unsigned char *loser) {
    char first[CONFORM_HEX_SIZE], second[CONFORM_HEX_SIZE], third[CONFORM_HEX_SIZE];
    for (uint32_t i = 0; i < conform->sample_count; i++) {
        const unsigned char *other = conform_sample(conform, i);
        if (other != winner && other != loser && same_address(conform, other, loser) &&
            ask_wins(conform, loser, other) && ask_wins(conform, other, winner)) {
            return conform_wrong(conform,
                                 "wins: goes in a circle: after the same address %s wins over %s, that over %s, and "
                                 "that over the first",
                                 tail_hex(conform, winner, first), tail_hex(conform, loser, second),
                                 tail_hex(conform, other, third));
        }
    }
    return true;
}

static bool try_winner_of(struct conform *conform, uint32_t i, uint32_t j, const uint16_t *victories) {
    const unsigned char *a = conform_sample(conform, i), *b = conform_sample(conform, j);
    bool first = ask_wins(conform, a, b);
    uint32_t winner = first ? i : j, loser = first ? j : i;
    return victories[winner] > victories[loser] || try_circle(conform, first ? a : b, first ? b : a);
}

/* Go through all pairs of samples with the same address. */
static bool try_order(struct conform *conform) {
    uint16_t victories[CONFORM_SAMPLES * (1 + CONFORM_RENEWALS)] = {0};
    for (uint32_t i = 0; i < conform->sample_count; i++) {
        const unsigned char *a = conform_sample(conform, i);
        bool first;
        if (!try_itself(conform, a)) {
            return false;
        }
        for (uint32_t j = 0; j < i; j++) {
            const unsigned char *b = conform_sample(conform, j);
            if (!same_address(conform, a, b)) {
                continue;
            }
            if (!try_pair(conform, a, b, &first)) {
                return false;
            }
            victories[first ? i : j]++;
        }
    }
    for (uint32_t i = 0; i < conform->sample_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (same_address(conform, conform_sample(conform, i), conform_sample(conform, j)) &&
                !try_winner_of(conform, i, j, victories)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- renew ---- */

static bool try_renewed(struct conform *conform, const unsigned char *old, const unsigned char *renewed) {
    char before[CONFORM_HEX_SIZE], after[CONFORM_HEX_SIZE];
    bool over, under;
    if (!same_address(conform, old, renewed)) {
        return conform_wrong(conform, "renew: changed the address, from %s to %s",
                             conform_hex(old, conform->type.addr_size, before),
                             conform_hex(renewed, conform->type.addr_size, after));
    }
    if (memcmp(old, renewed, conform->type.size) == 0) {
        return conform_wrong(conform,
                             "renew: returned true and left the identity as it was; after the address it is %s",
                             tail_hex(conform, old, before));
    }
    if (!try_wins(conform, renewed, old, &over) || !try_wins(conform, old, renewed, &under)) {
        return false;
    }
    return (over && !under) ||
           conform_wrong(conform, "renew: the result %s; after the address it went from %s to %s",
                         over ? "and what it replaces win over each other" : "does not win over what it replaces",
                         tail_hex(conform, old, before), tail_hex(conform, renewed, after));
}

/* Renew *identity in place. *renewed: it could be. */
static bool try_renewal(struct conform *conform, unsigned char *identity, bool *renewed) {
    struct selkie_identity_type *type = &conform->type;
    unsigned char *memory = conform->guarded[0];
    conform_set_guard(memory, (size_t)type->size + CONFORM_GUARD, RENEW_FILL);
    memcpy(memory, identity, type->size);
    *renewed = type->renew(type->renew == selkie_renew_by_one ? type : type->ctx, memory);
    if (!conform_guard_holds(memory + type->size, CONFORM_GUARD, RENEW_FILL)) {
        return conform_wrong(conform, "renew: wrote past the %u bytes of the identity", (unsigned)type->size);
    }
    if (!*renewed) {
        return memcmp(memory, identity, type->size) == 0 ||
               conform_wrong(conform, "renew: returned false and changed the identity all the same");
    }
    if (!try_renewed(conform, identity, memory)) {
        return false;
    }
    memcpy(identity, memory, type->size);
    return true;
}

static bool try_renewals(struct conform *conform, uint32_t sample, uint32_t times, bool keep) {
    unsigned char identity[SELKIE_IDENTITY_MAX];
    bool renewed = true;
    memcpy(identity, conform_sample(conform, sample), conform->type.size);
    for (uint32_t i = 0; i < times && renewed; i++) {
        if (!try_renewal(conform, identity, &renewed)) {
            return false;
        }
        if (keep) {
            conform_add_sample(conform, identity);
        }
    }
    return true;
}

bool conform_type(struct conform *conform) {
    uint32_t made = conform->sample_count;
    for (uint32_t i = 0; i < made && conform->type.renew != NULL; i++) {
        if (!try_renewals(conform, i, CONFORM_RENEWALS, true)) {
            return false;
        }
    }
    if (conform->type.renew != NULL && !try_renewals(conform, 0, conform->order.rounds, false)) {
        return false;
    }
    return try_order(conform);
}
