/* Waiting for a condition ends at the very event at which it comes true. The simulator looks at as little as it can;
 * here the same run is gone through step by step, and everything is looked at after each. */
#include "scenario.h"

#define MEMBERS 7u
#define WAIT_US SELKIE_S(40)

static uint64_t mixed(uint64_t *random) {
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33;
}

/* What happens to the cluster before the wait and in the midst of it. */
struct trouble {
    uint64_t random;
    uint32_t side_of[MEMBERS];
    bool is_paused[MEMBERS];
};

static void split_at(selkie_sim *sim, struct trouble *trouble, uint32_t first_of_second) {
    selkie_sim_split(sim, first_of_second);
    for (uint32_t member = 0; member < MEMBERS; member++) {
        trouble->side_of[member] = member >= first_of_second;
    }
}

static void pause_or_resume(selkie_sim *sim, struct trouble *trouble, uint32_t member) {
    if (selkie_sim_engine(sim, member) != NULL && !trouble->is_paused[member]) {
        selkie_sim_pause(sim, member);
        trouble->is_paused[member] = true;
    } else if (trouble->is_paused[member]) {
        selkie_sim_resume(sim, member);
        trouble->is_paused[member] = false;
    }
}

static void make_trouble(selkie_sim *sim, void *ctx) {
    struct trouble *trouble = ctx;
    uint32_t member = (uint32_t)(mixed(&trouble->random) % MEMBERS);
    switch (mixed(&trouble->random) % 6) {
    case 0:
        trouble->is_paused[member] = false;
        selkie_sim_restart(sim, member);
        break;
    case 1:
        if (selkie_sim_engine(sim, member) != NULL) {
            trouble->is_paused[member] = false;
            selkie_sim_crash(sim, member);
        }
        break;
    case 2:
    case 3:
        pause_or_resume(sim, trouble, member);
        break;
    case 4:
        split_at(sim, trouble, member);
        break;
    default:
        selkie_sim_heal(sim);
        memset(trouble->side_of, 0, sizeof trouble->side_of);
        break;
    }
}

static selkie_sim *troubled_cluster(struct watch *watch, struct trouble *trouble, uint64_t seed) {
    *trouble = (struct trouble){.random = seed};
    struct selkie_config config = lan(MEMBERS);
    config.suspect_to_down_after_us = SELKIE_MS(1500);
    selkie_sim *sim = watch_cluster(watch, SELKIE_SIM_OPTIONS(.members = MEMBERS, .config = &config));
    selkie_sim_acquaint(sim, SELKIE_S(1));
    for (unsigned i = 0; i < 4; i++) {
        make_trouble(sim, trouble);
        selkie_sim_run(sim, mixed(&trouble->random) % SELKIE_S(4));
    }
    for (unsigned i = 0; i < 8; i++) {
        selkie_sim_at(sim, selkie_sim_now(sim) + mixed(&trouble->random) % WAIT_US, make_trouble, trouble);
    }
    return sim;
}

/* ---- The conditions, as the header says them ---- */

struct wish {
    enum { ALL_SEE, ANY_SEES, ALL_KNOW_ALL, AGREED, WISHES } kind;
    uint32_t member;
    unsigned ways;
};

static bool sees(const selkie_sim *sim, uint32_t observer, uint32_t member, unsigned ways) {
    return (selkie_sim_view(sim, observer, member) & ways) != 0;
}

static bool does_anybody_see(const selkie_sim *sim, const struct wish *wish) {
    for (uint32_t observer = 0; observer < MEMBERS; observer++) {
        if (observer != wish->member && selkie_sim_is_live(sim, observer) &&
            sees(sim, observer, wish->member, wish->ways)) {
            return true;
        }
    }
    return false;
}

static bool do_all_see(const selkie_sim *sim, const struct wish *wish) {
    for (uint32_t observer = 0; observer < MEMBERS; observer++) {
        if (observer != wish->member && selkie_sim_is_live(sim, observer) &&
            !sees(sim, observer, wish->member, wish->ways)) {
            return false;
        }
    }
    return true;
}

static bool knows_whom_it_should(const selkie_sim *sim, const struct trouble *trouble, uint32_t observer,
                                 bool own_side) {
    uint32_t should = 0;
    for (uint32_t member = 0; member < MEMBERS; member++) {
        bool same_side = trouble->side_of[member] == trouble->side_of[observer];
        if (member != observer && selkie_sim_is_live(sim, member) && (same_side || !own_side)) {
            should++;
            if (!sees(sim, observer, member, SELKIE_SIM_SEES_ACTIVE)) {
                return false;
            }
        }
    }
    return !own_side || selkie_active_count(selkie_sim_engine(sim, observer)) == should;
}

static bool is_true(const selkie_sim *sim, const struct trouble *trouble, const struct wish *wish) {
    if (wish->kind == ALL_SEE || wish->kind == ANY_SEES) {
        return wish->kind == ALL_SEE ? do_all_see(sim, wish) : does_anybody_see(sim, wish);
    }
    for (uint32_t observer = 0; observer < MEMBERS; observer++) {
        if (selkie_sim_is_live(sim, observer) && !knows_whom_it_should(sim, trouble, observer, wish->kind == AGREED)) {
            return false;
        }
    }
    return true;
}

/* ---- The two ways ---- */

static uint64_t wait_for(selkie_sim *sim, const struct wish *wish) {
    switch (wish->kind) {
    case ALL_SEE:
        return selkie_sim_until_all_see(sim, wish->member, wish->ways, WAIT_US);
    case ANY_SEES:
        return selkie_sim_until_any_sees(sim, wish->member, wish->ways, WAIT_US);
    case ALL_KNOW_ALL:
        return selkie_sim_until_all_know_all(sim, WAIT_US);
    default:
        return selkie_sim_until_agreed(sim, WAIT_US);
    }
}

static void nothing(selkie_sim *sim, void *ctx) {
    (void)sim, (void)ctx;
}

/* A step to the end of the wait, where nothing happens, is none too far. */
static uint64_t step_to(selkie_sim *sim, const struct trouble *trouble, const struct wish *wish) {
    uint64_t start_us = selkie_sim_now(sim);
    selkie_sim_at(sim, start_us + WAIT_US + 1, nothing, NULL);
    while (selkie_sim_now(sim) <= start_us + WAIT_US) {
        if (is_true(sim, trouble, wish)) {
            return selkie_sim_now(sim) - start_us;
        }
        selkie_sim_step(sim);
    }
    return SELKIE_SIM_NEVER;
}

static void every_wait_ends_at_the_event_at_which_its_condition_comes_true(void **state) {
    (void)state;
    static const unsigned ways[] = {SELKIE_SIM_SEES_NOTHING, SELKIE_SIM_SEES_ALIVE,  SELKIE_SIM_SEES_SUSPECT,
                                    SELKIE_SIM_SEES_DOWN,    SELKIE_SIM_SEES_FORMER, SELKIE_SIM_SEES_ACTIVE};
    unsigned at_once = 0, later = 0, never = 0;
    for (uint64_t seed = 0; seed < 1500; seed++) {
        uint64_t random = scenario_seed() * 1000 + seed;
        struct wish wish = {
            .kind = seed % WISHES, .member = (uint32_t)(mixed(&random) % MEMBERS), .ways = ways[mixed(&random) % 6]};
        struct watch watches[2];
        struct trouble troubles[2];
        selkie_sim *waiting = troubled_cluster(&watches[0], &troubles[0], random);
        selkie_sim *stepping = troubled_cluster(&watches[1], &troubles[1], random);
        uint64_t took_us = wait_for(waiting, &wish), expected_us = step_to(stepping, &troubles[1], &wish);
        check_between(waiting, took_us, expected_us, expected_us);
        at_once += took_us == 0;
        never += took_us == SELKIE_SIM_NEVER;
        later += took_us != 0 && took_us != SELKIE_SIM_NEVER;
        selkie_sim_free(waiting);
        selkie_sim_free(stepping);
    }
    assert_true(at_once > 100 && later > 100 && never > 100);
}

/* ---- What comes true by a call alone, with no news for anybody ---- */

static void resume_two(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_resume(sim, 2);
}

static void heal(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_heal(sim);
}

static void a_short_pause_and_a_short_split_are_over_when_they_end(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = MEMBERS));
    selkie_sim_acquaint(sim, SELKIE_S(1));
    selkie_sim_run(sim, SELKIE_S(5));
    selkie_sim_pause(sim, 2);
    selkie_sim_at(sim, selkie_sim_now(sim) + 777, resume_two, NULL);
    check_between(sim, selkie_sim_until_agreed(sim, WAIT_US), 777, 777);
    selkie_sim_split(sim, 3);
    selkie_sim_at(sim, selkie_sim_now(sim) + 777, heal, NULL);
    check_between(sim, selkie_sim_until_agreed(sim, WAIT_US), 777, 777);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(every_wait_ends_at_the_event_at_which_its_condition_comes_true),
          cmocka_unit_test(a_short_pause_and_a_short_split_are_over_when_they_end))
