/* An hour of churn with each codec: members crash, restart and leave while packets get lost, and at the end all agree.
 * The harness counts every packet that an engine could not read. */
#include "scenario.h"

enum { MEMBERS = 12 };

/* A foca identity of variable length: { name: String, addr: SocketAddr, generation: u64 }. */
struct named {
    unsigned char name[16];
    unsigned char addr[18];
    unsigned char generation[8];
};

static const struct selkie_field named_fields[] = {
    {SELKIE_FIELD_STRING, 16}, {SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U64, 0}, {SELKIE_FIELD_END, 0}};

/* Names of 1 to 12 characters, every other address IPv4. */
static void make_named(void *ctx, uint32_t member, void *identity) {
    static const unsigned char mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0};
    (void)ctx;
    struct named named;
    memset(&named, 0, sizeof named);
    memset(named.name, 'a' + (int)member, member % 12 + 1);
    if (member % 2 == 0) {
        memcpy(named.addr, mapped, sizeof mapped);
    }
    named.addr[15] = (unsigned char)(member + 1);
    named.addr[16] = 0x1f;
    named.generation[7] = 1;
    memcpy(identity, &named, sizeof named);
}

static void live_through_an_hour(const struct selkie_codec *codec) {
    struct selkie_identity_type type;
    SELKIE_INIT(&type);
    type.size = sizeof(struct named);
    type.addr_size = offsetof(struct named, generation);
    type.renew = selkie_renew_by_one;
    struct selkie_sim_options options = {
        .struct_size = sizeof options, .members = MEMBERS, .type = &type, .codec = codec};
    options.make_identity = make_named;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, &options);
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(5));
    selkie_sim_duplicates(sim, SELKIE_SIM_PERCENT(2));
    for (uint32_t minute = 0; minute < 60; minute++) {
        uint32_t member = minute * 5 % MEMBERS;
        if (minute % 3 == 0) {
            selkie_sim_leave(sim, member);
        }
        selkie_sim_run(sim, SELKIE_S(20));
        selkie_sim_restart(sim, member);
        selkie_sim_run(sim, SELKIE_S(40));
    }
    selkie_sim_loss(sim, 0);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(300)) != SELKIE_SIM_NEVER);
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.errors == 0 && counters.renames > 0);
    finish(sim);
}

static void an_hour_of_churn_with_the_packed_codec(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, sizeof(struct named));
    live_through_an_hour(&codec);
}

/* Rules: P23.1 */
static void an_hour_of_churn_with_bincode_1(void **state) {
    (void)state;
    struct selkie_codec codec;
    assert_int_equal(selkie_codec_bincode1(&codec, named_fields), 0);
    live_through_an_hour(&codec);
}

static void an_hour_of_churn_with_fixed_bincode_1(void **state) {
    (void)state;
    struct selkie_codec codec;
    assert_int_equal(selkie_codec_bincode1_fixed(&codec, named_fields), 0);
    live_through_an_hour(&codec);
}

static void an_hour_of_churn_with_bincode_2(void **state) {
    (void)state;
    struct selkie_codec codec;
    assert_int_equal(selkie_codec_bincode2(&codec, named_fields), 0);
    live_through_an_hour(&codec);
}

static void an_hour_of_churn_with_postcard(void **state) {
    (void)state;
    struct selkie_codec codec;
    assert_int_equal(selkie_codec_postcard(&codec, named_fields), 0);
    live_through_an_hour(&codec);
}

SCENARIOS(cmocka_unit_test(an_hour_of_churn_with_the_packed_codec), cmocka_unit_test(an_hour_of_churn_with_bincode_1),
          cmocka_unit_test(an_hour_of_churn_with_fixed_bincode_1), cmocka_unit_test(an_hour_of_churn_with_bincode_2),
          cmocka_unit_test(an_hour_of_churn_with_postcard))
