/* In which order members probe each other: everybody, evenly, and within a bound. */
#include "scenario.h"

#define MEMBERS 9u
#define OTHERS (MEMBERS - 1)
#define PINGS 800u

/* Whom each member pinged, one after the other, and when each was pinged last. */
struct pings {
    selkie_sim *cluster;
    uint32_t count[MEMBERS];
    uint32_t target[MEMBERS][PINGS];
    uint64_t at_us[MEMBERS][PINGS];
    uint8_t number[MEMBERS][PINGS];
};

static void note_ping(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                      size_t size) {
    struct pings *pings = ctx;
    (void)bytes;
    (void)size;
    if (header->message == SELKIE_PING && pings->count[from] < PINGS) {
        uint32_t at = pings->count[from]++;
        pings->target[from][at] = to;
        pings->number[from][at] = header->probe_number;
        pings->at_us[from][at] = selkie_sim_now(pings->cluster);
    }
}

static selkie_sim *record_pings(struct pings *pings) {
    memset(pings, 0, sizeof *pings);
    selkie_sim *sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = MEMBERS, .seed = scenario_seed(), .ctx = pings, .sent = note_ping));
    pings->cluster = sim;
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(30)); /* those who came during a round are part of the next one */
    memset(pings->count, 0, sizeof pings->count);
    selkie_sim_run(sim, SELKIE_S(PINGS - 50));
    return sim;
}

static uint32_t next_of(const struct pings *pings, uint32_t prober, uint32_t at) {
    uint32_t next = at + 1;
    while (next < pings->count[prober] && pings->target[prober][next] != pings->target[prober][at]) {
        next++;
    }
    return next;
}

/* Rules: P6.5, P6.6, P6.7 */
static void each_member_is_probed_again_within_two_rounds_less_one(void **state) {
    (void)state;
    static struct pings pings;
    selkie_sim *sim = record_pings(&pings);
    for (uint32_t prober = 0; prober < MEMBERS; prober++) {
        for (uint32_t at = 0; at + 2 * OTHERS < pings.count[prober]; at++) {
            uint32_t next = next_of(&pings, prober, at);
            check(sim, next - at <= 2 * OTHERS - 1);
            check(sim, pings.at_us[prober][next] - pings.at_us[prober][at] == (next - at) * SELKIE_S(1));
        }
    }
    finish(sim);
}

static bool is_a_round(const struct pings *pings, uint32_t prober, uint32_t from) {
    bool seen[MEMBERS] = {false};
    for (uint32_t at = from; at < from + OTHERS; at++) {
        if (seen[pings->target[prober][at]]) {
            return false;
        }
        seen[pings->target[prober][at]] = true;
    }
    return true;
}

static bool all_are_rounds(const struct pings *pings, uint32_t prober, uint32_t from) {
    for (; from + OTHERS <= pings->count[prober]; from += OTHERS) {
        if (!is_a_round(pings, prober, from)) {
            return false;
        }
    }
    return true;
}

/* Rules: P6.7 */
static void each_member_is_probed_exactly_once_a_round(void **state) {
    (void)state;
    static struct pings pings;
    selkie_sim *sim = record_pings(&pings);
    for (uint32_t prober = 0; prober < MEMBERS; prober++) {
        uint32_t beginnings = 0;
        for (uint32_t offset = 0; offset < OTHERS; offset++) {
            beginnings += all_are_rounds(&pings, prober, offset);
        }
        check(sim, beginnings == 1); /* more would be the same order each time */
    }
    finish(sim);
}

/* Rules: P6.8 */
static void each_round_has_an_order_of_its_own(void **state) {
    (void)state;
    static struct pings pings;
    selkie_sim *sim = record_pings(&pings);
    for (uint32_t prober = 0; prober < MEMBERS; prober++) {
        unsigned followers[MEMBERS][MEMBERS] = {{0}};
        for (uint32_t at = 0; at + 1 < pings.count[prober]; at++) {
            followers[pings.target[prober][at]][pings.target[prober][at + 1]]++;
        }
        for (uint32_t a = 0; a < MEMBERS; a++) {
            for (uint32_t b = 0; b < MEMBERS; b++) {
                bool possible = a != prober && b != prober && a != b;
                check(sim,
                      !possible || (followers[a][b] > 0 && followers[a][b] < 40)); /* about 13 are to be expected */
            }
        }
    }
    finish(sim);
}

/* Rules: P6.1 */
static void probe_numbers_go_up_by_one_and_wrap(void **state) {
    (void)state;
    static struct pings pings;
    selkie_sim *sim = record_pings(&pings);
    for (uint32_t prober = 0; prober < MEMBERS; prober++) {
        check(sim, pings.count[prober] > 2 * 256);
        for (uint32_t at = 1; at < pings.count[prober]; at++) {
            check(sim, pings.number[prober][at] == (uint8_t)(pings.number[prober][at - 1] + 1));
        }
    }
    finish(sim);
}

/* Rules: P6.9 */
static void a_newcomer_is_probed_by_all_in_the_round_in_which_it_comes(void **state) {
    (void)state;
    static struct pings pings;
    struct selkie_config config = talkative(MEMBERS);
    memset(&pings, 0, sizeof pings);
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = MEMBERS, .seed = scenario_seed(), .config = &config,
                                                        .ctx = &pings, .sent = note_ping));
    pings.cluster = sim;
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < MEMBERS - 1; member++) {
        selkie_sim_join(sim, member, 0);
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(20));
    memset(pings.count, 0, sizeof pings.count);
    selkie_sim_join(sim, MEMBERS - 1, 3);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(3)) != SELKIE_SIM_NEVER);
    uint32_t meanwhile[MEMBERS];
    memcpy(meanwhile, pings.count, sizeof meanwhile);
    selkie_sim_run(sim, SELKIE_S(2 * OTHERS));
    for (uint32_t prober = 0; prober < MEMBERS - 1; prober++) {
        uint32_t at = 0;
        while (at < pings.count[prober] && pings.target[prober][at] != MEMBERS - 1) {
            at++;
        }
        check(sim, at < meanwhile[prober] + OTHERS);
    }
    finish(sim);
}

SCENARIOS(cmocka_unit_test(each_member_is_probed_again_within_two_rounds_less_one),
          cmocka_unit_test(each_member_is_probed_exactly_once_a_round),
          cmocka_unit_test(each_round_has_an_order_of_its_own), cmocka_unit_test(probe_numbers_go_up_by_one_and_wrap),
          cmocka_unit_test(a_newcomer_is_probed_by_all_in_the_round_in_which_it_comes))
