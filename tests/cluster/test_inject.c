/* Packets that come from outside. */
#include "scenario.h"

/* The last Announce that was sent, as bytes. */
struct overheard {
    unsigned char bytes[64];
    size_t size;
};

static void overhear(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                     size_t size) {
    struct overheard *overheard = ctx;
    (void)from;
    (void)to;
    if (header->message == SELKIE_ANNOUNCE && size <= sizeof overheard->bytes) {
        memcpy(overheard->bytes, bytes, size);
        overheard->size = size;
    }
}

static selkie_sim *pair(struct overheard *overheard) {
    memset(overheard, 0, sizeof *overheard);
    selkie_sim *sim =
        selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 3, .seed = scenario_seed(), .ctx = overheard, .sent = overhear));
    selkie_sim_start(sim, 0);
    selkie_sim_join(sim, 1, 0);
    check(sim, selkie_sim_until_all_know_all(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    return sim;
}

static void junk_is_refused_and_changes_nothing(void **state) {
    (void)state;
    struct overheard overheard;
    selkie_sim *sim = pair(&overheard);
    assert_int_equal(selkie_sim_inject(sim, 0, NULL, 0), SELKIE_E_DECODE);
    assert_int_equal(selkie_sim_inject(sim, 0, "junk", 4), SELKIE_E_VERSION);
    assert_int_equal(selkie_sim_inject(sim, 0, overheard.bytes, overheard.size - 1), SELKIE_E_DECODE);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, selkie_sim_is_agreed(sim) && selkie_member_count(selkie_sim_engine(sim, 0)) == 1);
    finish(sim);
}

static void bytes_are_handled_as_a_packet_at_once(void **state) {
    (void)state;
    struct overheard overheard;
    selkie_sim *sim = pair(&overheard);
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    assert_int_equal(selkie_sim_inject(sim, 0, overheard.bytes, overheard.size), SELKIE_OK);
    selkie_sim_get_counters(sim, &after);
    check(sim, after.sent[SELKIE_FEED] == before.sent[SELKIE_FEED] + 1);
    assert_int_equal(selkie_sim_inject(sim, 1, overheard.bytes, overheard.size), SELKIE_E_DATA_FROM_OURSELVES);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(junk_is_refused_and_changes_nothing),
          cmocka_unit_test(bytes_are_handled_as_a_packet_at_once))
