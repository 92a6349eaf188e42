/* Why members are suspected and held for Down, whether they answer, probe, and tell what they hear: each claim is seen
 * to fail where member 1 is made to break it, by a wrapper around its engine's runtime or codec, and to hold where it is
 * not. */
#include "scenario.h"

#define MEMBERS 5u

enum fault {
    NO_FAULT,
    DROPS_ACKS,
    DROPS_INDIRECT_PINGS,
    DROPS_FEEDS,
    DROPS_GOSSIP,
    DROPS_PING_REQS,
    DROPS_PINGS_TO_2,
    DROPS_TURN_UNDEAD,
    DROPS_ANNOUNCES,
    SENDS_TURN_UNDEAD,
    SUSPECTS_FOR_HALF_THE_TIME,
    SHORT_PERIODS,
    ASKS_LATE,
    LOSES_SUSPICIONS,
    LOSES_PERIODS,
    NEVER_KNOCKS,
    MISREADS_ACKS,
    FANCIES_ACKS,
    READS_TURN_UNDEAD,
    MISREADS_TURN_UNDEAD,
    READS_NO_INCARNATION,
    READS_ALL_AS_ALIVE,
    SAYS_DOWN_FOR_SUSPECT,
    NAMES_MEMBER_3,
    READS_NO_ACCUSER,
    FANCIES_ACCUSERS,
    HURRIES_SUSPICIONS,
    NACKS_UNASKED,
    NACKS_EARLY,
    DROPS_NACKS,
    ASKS_FOR_NO_NACK,
    PINGS_WITHOUT_NEWS, /* of the one that is pinged */
    SUSPECTS_IN_SILENCE,
    REMOVES_WHO_STAYS
};

struct world {
    enum fault fault;
    bool everybody; /* not only member 1 */
    unsigned found; /* SELKIE_SIM_CHECK_BIT of what failed */
    bool only;      /* of one check is written down what it says */
    enum selkie_sim_check wanted;
    const char *says; /* and only what has this in it; NULL: any */
    char what[300];   /* the first of it */
    uint8_t pinged;   /* the number of the last Ping of a wrapped engine, and to whom it went */
    unsigned char target[8];
    unsigned char fancied; /* accusers that there never were */
    struct selkie_config config;
    struct selkie_codec codec, wrapped_codec;
    struct selkie_runtime runtime[MEMBERS], wrapped[MEMBERS];
};

static struct world world; /* codecs are pure and have no state to find it through */

/* ---- A runtime that does not do what it should ---- */

static bool drops(const unsigned char *packet, const unsigned char *identity) {
    switch (world.fault) {
    case DROPS_ACKS:
        return packet[1] == SELKIE_ACK;
    case DROPS_INDIRECT_PINGS:
        return packet[1] == SELKIE_INDIRECT_PING;
    case DROPS_FEEDS:
        return packet[1] == SELKIE_FEED;
    case DROPS_GOSSIP:
        return packet[1] == SELKIE_GOSSIP;
    case DROPS_PING_REQS:
        return (packet[1] & 0x0f) == SELKIE_PING_REQ;
    case DROPS_NACKS:
        return packet[1] == SELKIE_NACK;
    case DROPS_TURN_UNDEAD:
        return packet[1] == SELKIE_TURN_UNDEAD;
    case DROPS_ANNOUNCES:
        return packet[1] == SELKIE_ANNOUNCE;
    case DROPS_PINGS_TO_2:
        return packet[1] == SELKIE_PING && identity[3] == 3;
    default:
        return false;
    }
}

static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    const struct selkie_runtime *runtime = ctx;
    unsigned char packet[1500];
    memset(packet, 0, sizeof packet);
    memcpy(packet, bytes, size);
    if (world.fault == SENDS_TURN_UNDEAD && packet[1] == SELKIE_ACK) {
        packet[1] = SELKIE_TURN_UNDEAD;
        size = 20;
    }
    const size_t ping = 4 + 2 * 8 + 1; /* its header; then a count, and identities */
    if (world.fault == PINGS_WITHOUT_NEWS && packet[1] == SELKIE_PING && memcmp(packet + ping + 2, identity, 8) == 0) {
        size = ping;
    }
    if (!drops(packet, identity)) {
        runtime->send_to(runtime->ctx, identity, packet, size);
    }
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    const struct selkie_runtime *runtime = ctx;
    bool suspicion = delay_us == world.config.suspect_to_down_after_us;
    bool period = delay_us == world.config.probe_period_us;
    if ((world.fault == LOSES_SUSPICIONS && suspicion) || (world.fault == LOSES_PERIODS && period) ||
        (world.fault == NEVER_KNOCKS && delay_us == world.config.periodic_announce_to_down_members.every_us)) {
        return true;
    }
    if (world.fault == SUSPECTS_FOR_HALF_THE_TIME && suspicion) {
        delay_us /= 2;
    }
    if (world.fault == HURRIES_SUSPICIONS && delay_us % SELKIE_MS(1) != 0) { /* only those are no round number */
        delay_us /= 4;
    }
    if (world.fault == NACKS_EARLY && delay_us == world.config.probe_rtt_us / 5 * 4) {
        delay_us /= 2;
    }
    if (world.fault == SHORT_PERIODS && period) {
        delay_us -= SELKIE_MS(100);
    }
    if (world.fault == ASKS_LATE && delay_us == world.config.probe_rtt_us) {
        delay_us += SELKIE_MS(100);
    }
    return runtime->submit_after(runtime->ctx, timer, delay_us);
}

/* ---- A codec that does not say, or not read, what it should ---- */

static bool encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    struct selkie_member said = *member;
    (void)codec;
    if (world.fault == SAYS_DOWN_FOR_SUSPECT && said.state == SELKIE_SUSPECT) {
        said.state = SELKIE_DOWN;
        said.accuser = NULL;
    }
    if (world.fault == NAMES_MEMBER_3 && said.state == SELKIE_SUSPECT) {
        static const unsigned char third[8] = {10, 0, 0, 4, 0x1e, 0xd2, 0, 1};
        said.accuser = third;
    }
    return world.codec.encode_member(&world.codec, writer, &said);
}

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    (void)codec;
    if (header->message == SELKIE_PING) {
        world.pinged = header->probe_number;
        memcpy(world.target, header->destination, sizeof world.target);
    }
    struct selkie_header said = *header;
    if (world.fault == NACKS_UNASKED && header->message == SELKIE_PING) {
        said.message = SELKIE_NACK;
        said.peer = header->source;
    } else if (world.fault == ASKS_FOR_NO_NACK) {
        said.flags = 0;
    }
    return world.codec.encode_header(&world.codec, writer, &said);
}

static int decode_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer) {
    (void)codec;
    int error = world.codec.decode_header(&world.codec, reader, header, source, destination, peer);
    bool answer = header->message == SELKIE_ACK || header->message == SELKIE_FORWARDED_ACK;
    if (world.fault == MISREADS_ACKS && answer) {
        header->probe_number++;
    } else if (world.fault == FANCIES_ACKS && header->message == SELKIE_PING) {
        header->message = SELKIE_ACK;
        header->probe_number = world.pinged;
        memcpy(source, world.target, sizeof world.target);
    } else if (world.fault == READS_TURN_UNDEAD && header->message == SELKIE_ACK) {
        header->message = SELKIE_TURN_UNDEAD;
    } else if (world.fault == MISREADS_TURN_UNDEAD && header->message == SELKIE_TURN_UNDEAD) {
        header->message = SELKIE_GOSSIP;
    } else if (world.fault == READS_NO_INCARNATION) {
        header->source_incarnation = 0;
    }
    return error;
}

static int decode_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser) {
    (void)codec;
    int error = world.codec.decode_member(&world.codec, reader, member, identity, accuser);
    if (world.fault == READS_ALL_AS_ALIVE || world.fault == LOSES_SUSPICIONS) {
        member->state = SELKIE_ALIVE;
        member->flags = 0;
    }
    if (world.fault == READS_NO_ACCUSER) {
        member->accuser = NULL;
    } else if (world.fault == FANCIES_ACCUSERS && member->accuser != NULL) {
        ((unsigned char *)accuser)[0] = ++world.fancied;
    }
    return error;
}

static void notify(void *ctx, const struct selkie_notification *notification) {
    const struct selkie_runtime *runtime = ctx;
    if (world.fault == SUSPECTS_IN_SILENCE && notification->kind == SELKIE_NOTIFY_MEMBER_SUSPECT) {
        return;
    }
    runtime->notify(runtime->ctx, notification);
    if (world.fault == REMOVES_WHO_STAYS && notification->kind == SELKIE_NOTIFY_MEMBER_DOWN) {
        struct selkie_notification removed = *notification;
        removed.kind = SELKIE_NOTIFY_MEMBER_REMOVED;
        runtime->notify(runtime->ctx, &removed);
    }
}

static void prepare(void *ctx, uint32_t member, struct selkie_options *options) {
    (void)ctx;
    if (member != 1 && !world.everybody) {
        return;
    }
    world.codec = *options->codec;
    world.wrapped_codec = world.codec;
    world.wrapped_codec.encode_member = encode_member;
    world.wrapped_codec.encode_header = encode_header;
    world.wrapped_codec.decode_header = decode_header;
    world.wrapped_codec.decode_member = decode_member;
    options->codec = &world.wrapped_codec;
    world.runtime[member] = *options->runtime;
    world.wrapped[member] = (struct selkie_runtime){.struct_size = sizeof(struct selkie_runtime),
                                                    .ctx = &world.runtime[member],
                                                    .notify = notify,
                                                    .send_to = send_to,
                                                    .submit_after = submit_after};
    options->runtime = &world.wrapped[member];
}

/* ---- Running ---- */

static void violated(void *ctx, const struct selkie_sim_violation *violation) {
    (void)ctx;
    bool noted = !world.only || (violation->check == world.wanted &&
                                 (world.says == NULL || strstr(violation->what, world.says) != NULL));
    if (noted && world.what[0] == 0) {
        strncpy(world.what, violation->what, sizeof world.what - 1);
    }
    world.found |= SELKIE_SIM_CHECK_BIT(violation->check);
}

/* The faults of the runtime go by how long its timers take: those must stay the same. */
static struct selkie_config fault_config(uint32_t members) {
    struct selkie_config config = lan(members);
    config.adapt_multiplier = 0;
    config.suspicion_confirmations = 2; /* that many others there are */
    return config;
}

static selkie_sim *formed(enum fault fault, bool everybody, uint32_t members, uint32_t checks_off) {
    memset(&world, 0, sizeof world);
    world.everybody = everybody;
    world.config = fault_config(members);
    if (fault == FANCIES_ACCUSERS) {
        world.config.suspect_to_down_after_us = SELKIE_MS(2300); /* too short for all to accuse by themselves */
    }
    selkie_sim *sim =
        selkie_sim_new(SELKIE_SIM_OPTIONS(.members = members, .seed = scenario_seed(), .config = &world.config,
                                          .checks_off = checks_off, .prepare = prepare, .violated = violated));
    if (fault == NEVER_KNOCKS) {
        world.fault = fault; /* from the first time that it could */
    }
    assert_int_not_equal(selkie_sim_form(sim), SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(20)); /* what there is to tell is told */
    world.fault = fault;
    return sim;
}

static void nothing(selkie_sim *sim) {
    selkie_sim_run(sim, SELKIE_S(60));
}

static void member_2_crashes(selkie_sim *sim) {
    selkie_sim_crash(sim, 2);
    selkie_sim_run(sim, SELKIE_S(30));
}

static void all_others_crash(selkie_sim *sim) {
    for (uint32_t member = 0; member < MEMBERS; member++) {
        if (member != 1) {
            selkie_sim_crash(sim, member);
        }
    }
    selkie_sim_run(sim, SELKIE_S(30));
}

static void member_2_comes_and_goes(selkie_sim *sim) {
    for (unsigned i = 0; i < 20; i++) {
        selkie_sim_crash(sim, 2);
        selkie_sim_run(sim, SELKIE_S(8));
        selkie_sim_restart(sim, 2);
        selkie_sim_run(sim, SELKIE_S(5));
    }
}

static void member_2_is_new(selkie_sim *sim) {
    selkie_sim_restart(sim, 2);
    selkie_sim_run(sim, SELKIE_S(20));
}

static void member_2_joins_through_1(selkie_sim *sim) {
    selkie_sim_crash(sim, 2);
    selkie_sim_join(sim, 2, 1);
    selkie_sim_run(sim, SELKIE_S(5));
}

static void members_are_paused_in_turn(selkie_sim *sim) {
    for (uint32_t i = 0; i < 3 * MEMBERS; i++) {
        selkie_sim_pause(sim, i % MEMBERS);
        selkie_sim_run(sim, SELKIE_MS(2500));
        selkie_sim_resume(sim, i % MEMBERS);
        selkie_sim_run(sim, SELKIE_S(2));
    }
}

static void member_1_is_paused_for_long(selkie_sim *sim) {
    selkie_sim_pause(sim, 1);
    selkie_sim_run(sim, SELKIE_S(30));
    selkie_sim_resume(sim, 1);
    selkie_sim_run(sim, SELKIE_S(30));
}

static void all_but_member_1_are_cut_off_from_each_other(selkie_sim *sim) {
    for (uint32_t a = 0; a < MEMBERS; a++) {
        for (uint32_t b = 0; b < a; b++) {
            if (a != 1 && b != 1) {
                selkie_sim_cut(sim, a, b);
            }
        }
    }
    selkie_sim_run(sim, SELKIE_S(10));
}

static void member_1_leaves(selkie_sim *sim) {
    selkie_sim_leave(sim, 1);
    selkie_sim_run(sim, SELKIE_S(30));
}

static const struct {
    enum fault fault;
    void (*happens)(selkie_sim *sim);
    enum selkie_sim_check check;
    const char *says; /* a part of it */
} cases[] = {
    {DROPS_ACKS, nothing, SELKIE_SIM_CHECK_ANSWER, "whom it holds for active, and sent no ack"},
    {DROPS_FEEDS, member_2_joins_through_1, SELKIE_SIM_CHECK_ANSWER, "and sent no feed"},
    {DROPS_INDIRECT_PINGS, all_but_member_1_are_cut_off_from_each_other, SELKIE_SIM_CHECK_ANSWER,
     "and sent no indirect-ping"},
    {DROPS_GOSSIP, members_are_paused_in_turn, SELKIE_SIM_CHECK_ANSWER, NULL},
    {DROPS_GOSSIP, member_2_is_new, SELKIE_SIM_CHECK_TELLING, NULL},
    {DROPS_GOSSIP, member_1_leaves, SELKIE_SIM_CHECK_TELLING, "m1 left, and told 0 of it, not 3"},
    {DROPS_PING_REQS, member_2_crashes, SELKIE_SIM_CHECK_SUSPICION, "failed without all the helpers that there were"},
    {DROPS_PINGS_TO_2, nothing, SELKIE_SIM_CHECK_PROBING, "m1 made "},
    {DROPS_PINGS_TO_2, nothing, SELKIE_SIM_CHECK_PROBING, " has number "},
    {DROPS_TURN_UNDEAD, all_others_crash, SELKIE_SIM_CHECK_TELLING, "m1 declared m"},
    {DROPS_GOSSIP, member_2_is_new, SELKIE_SIM_CHECK_TELLING, "gossip too few when it was time for them"},
    {DROPS_ANNOUNCES, nothing, SELKIE_SIM_CHECK_TELLING, "announce too few when it was time for them"},
    {ASKS_LATE, nothing, SELKIE_SIM_CHECK_TIMERS, "which is no duration of its configuration"},
    {SENDS_TURN_UNDEAD, nothing, SELKIE_SIM_CHECK_DOWN, "m1 sends turn-undead to m"},
    {SUSPECTS_FOR_HALF_THE_TIME, all_others_crash, SELKIE_SIM_CHECK_DOWN, "for Down at incarnation 0, "},
    {SHORT_PERIODS, member_2_crashes, SELKIE_SIM_CHECK_SUSPICION, "of m2 failed before its period was over"},
    {ASKS_LATE, member_2_crashes, SELKIE_SIM_CHECK_SUSPICION, "m1 asked others to probe m2 at"},
    {LOSES_SUSPICIONS, member_2_crashes, SELKIE_SIM_CHECK_PROBING, "m1's suspicion of m2 was over at"},
    {LOSES_PERIODS, nothing, SELKIE_SIM_CHECK_PROBING, "m1 made no probe for more than two periods"},
    {MISREADS_ACKS, nothing, SELKIE_SIM_CHECK_SUSPICION, "failed although it was answered"},
    {FANCIES_ACKS, member_2_comes_and_goes, SELKIE_SIM_CHECK_PROBING,
     "m1's probe of m2 was not answered, and did not fail"},
    {DROPS_GOSSIP, member_1_is_paused_for_long, SELKIE_SIM_CHECK_TELLING,
     "m1 has another identity, and told 0 that the former one is Down, not"},
    {READS_TURN_UNDEAD, nothing, SELKIE_SIM_CHECK_DOWN, "m1 is told to be rejoin, and nobody told it that it is Down"},
    {MISREADS_TURN_UNDEAD, member_1_is_paused_for_long, SELKIE_SIM_CHECK_ANSWER, NULL},
    {READS_NO_INCARNATION, members_are_paused_in_turn, SELKIE_SIM_CHECK_ANSWER, NULL},
    {READS_ALL_AS_ALIVE, members_are_paused_in_turn, SELKIE_SIM_CHECK_ANSWER, "m1 heard that m"},
    {READS_ALL_AS_ALIVE, members_are_paused_in_turn, SELKIE_SIM_CHECK_TELLING, "m1 has news of m"},
    {SAYS_DOWN_FOR_SUSPECT, members_are_paused_in_turn, SELKIE_SIM_CHECK_DOWN, "m1 says that m"},
    {NAMES_MEMBER_3, members_are_paused_in_turn, SELKIE_SIM_CHECK_SUSPICION, "m1 says that m3 suspects m"},
    {READS_NO_ACCUSER, member_2_comes_and_goes, SELKIE_SIM_CHECK_PROBING, "m1 goes on with its suspicion of m2"},
    {FANCIES_ACCUSERS, member_2_comes_and_goes, SELKIE_SIM_CHECK_DOWN, "by a suspicion that runs until"},
    {HURRIES_SUSPICIONS, all_others_crash, SELKIE_SIM_CHECK_DOWN, "for Down at incarnation 0, "},
    {NACKS_UNASKED, nothing, SELKIE_SIM_CHECK_ANSWER, "that it was not asked for"},
    {NACKS_EARLY, member_2_comes_and_goes, SELKIE_SIM_CHECK_ANSWER, "before four fifths of its probe_rtt"},
    {DROPS_NACKS, member_2_comes_and_goes, SELKIE_SIM_CHECK_ANSWER, "m1 owed somebody nack #"},
    {ASKS_FOR_NO_NACK, member_2_comes_and_goes, SELKIE_SIM_CHECK_PROBING,
     "asked others to probe m2, and not for a nack"},
    {PINGS_WITHOUT_NEWS, members_are_paused_in_turn, SELKIE_SIM_CHECK_TELLING,
     "pinged a suspect, and did not tell it that it is suspected"},
    {SUSPECTS_IN_SILENCE, members_are_paused_in_turn, SELKIE_SIM_CHECK_NEWS,
     "MemberRefuted without a MemberSuspect before"},
    {REMOVES_WHO_STAYS, member_2_crashes, SELKIE_SIM_CHECK_NEWS, "MemberRemoved of a member that it still knows"},
};

static void each_claim_fails_where_a_member_breaks_it(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        selkie_sim *sim = formed(cases[i].fault, false, MEMBERS, 0);
        world.only = true;
        world.wanted = cases[i].check;
        world.says = cases[i].says;
        cases[i].happens(sim);
        if ((world.found & SELKIE_SIM_CHECK_BIT(cases[i].check)) == 0 || world.what[0] == 0) {
            print_error("case %zu found %x, but not: %s\n", i, world.found, cases[i].says);
            fail();
        }
        selkie_sim_free(sim);
    }
}

static void none_fails_where_nobody_does(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        selkie_sim *sim = formed(NO_FAULT, false, MEMBERS, 0);
        cases[i].happens(sim);
        assert_string_equal(world.what, "");
        selkie_sim_free(sim);
    }
}

/* ---- Forged news ---- */

/* Tell member 1, in the name of member 0, that member 2 is in this state. */
static void forge(selkie_sim *sim, uint8_t state) {
    unsigned char bytes[200] = {0};
    struct selkie_codec codec = {.struct_size = sizeof codec};
    struct selkie_writer writer = {.next = bytes, .left = sizeof bytes};
    selkie_codec_packed(&codec, 8);
    assert_true(codec.encode_header(&codec, &writer,
                                    &(struct selkie_header){.struct_size = sizeof(struct selkie_header),
                                                            .source = selkie_sim_identity(sim, 0),
                                                            .destination = selkie_sim_identity(sim, 1),
                                                            .message = SELKIE_GOSSIP}));
    assert_true(selkie_put_u8(&writer, 0) && selkie_put_u8(&writer, 1));
    assert_true(codec.encode_member(&codec, &writer,
                                    &(struct selkie_member){.struct_size = sizeof(struct selkie_member),
                                                            .identity = selkie_sim_identity(sim, 2),
                                                            .state = state}));
    assert_int_equal(selkie_sim_inject(sim, 1, bytes, sizeof bytes - writer.left), SELKIE_OK);
    selkie_sim_run(sim, SELKIE_S(3));
}

static unsigned found_after_forging(uint8_t state, uint32_t excused) {
    selkie_sim *sim = formed(NO_FAULT, false, MEMBERS, 0);
    if (excused != SELKIE_SIM_NOBODY) {
        selkie_sim_excuse(sim, excused);
    }
    forge(sim, state);
    selkie_sim_free(sim);
    return world.found;
}

static void forged_news_has_no_cause_unless_the_scenario_says_so(void **state) {
    (void)state;
    unsigned down = SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_DOWN);
    unsigned suspicion = SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_SUSPICION);
    assert_true(found_after_forging(SELKIE_DOWN, SELKIE_SIM_NOBODY) & down);
    assert_true(found_after_forging(SELKIE_SUSPECT, SELKIE_SIM_NOBODY) & suspicion);
    assert_true(found_after_forging(SELKIE_DOWN, 3) & down);
    assert_int_equal(found_after_forging(SELKIE_DOWN, 2), 0);
    assert_int_equal(found_after_forging(SELKIE_SUSPECT, 2), 0);
}

static void whoever_is_evicted_is_down_for_a_cause(void **state) {
    (void)state;
    selkie_sim *sim = formed(NO_FAULT, false, MEMBERS, 0);
    unsigned char identity[8];
    memcpy(identity, selkie_sim_identity(sim, 2), sizeof identity);
    assert_int_equal(selkie_evict(selkie_sim_engine(sim, 1), identity), SELKIE_OK);
    assert_int_equal(selkie_evict(selkie_sim_engine(sim, 1), identity), SELKIE_E_UNKNOWN_MEMBER);
    assert_int_not_equal(selkie_sim_until_agreed(sim, SELKIE_S(60)), SELKIE_SIM_NEVER);
    assert_memory_not_equal(selkie_sim_identity(sim, 2), identity, sizeof identity);
    assert_string_equal(world.what, "");
    selkie_sim_free(sim);
}

/* Not even the program of an engine that has evicted somebody may give it another out for Down. */
static void an_eviction_is_no_cause_for_another_member(void **state) {
    (void)state;
    selkie_sim *sim = formed(NO_FAULT, false, MEMBERS, 0);
    unsigned char identity[8];
    struct selkie_member lie = {.struct_size = sizeof lie, .state = SELKIE_DOWN};
    memcpy(identity, selkie_sim_identity(sim, 2), sizeof identity);
    lie.identity = selkie_sim_identity(sim, 3);
    assert_int_equal(selkie_evict(selkie_sim_engine(sim, 1), identity), SELKIE_OK);
    assert_int_equal(selkie_apply_many(selkie_sim_engine(sim, 1), &lie, 1, true), SELKIE_OK);
    selkie_sim_run(sim, SELKIE_S(1));
    assert_string_equal(world.what, "m1 holds m3 for Down at incarnation 0, and nobody had cause to");
    selkie_sim_free(sim);
}

static void everybody_can_be_excused(void **state) {
    (void)state;
    selkie_sim *sim = formed(NO_FAULT, false, MEMBERS, 0);
    selkie_sim_excuse(sim, SELKIE_SIM_ALL);
    forge(sim, SELKIE_DOWN);
    assert_int_equal(world.found, 0);
    selkie_sim_free(sim);
}

/* ---- What a calm cluster owes ---- */

static const uint32_t conduct_off =
    SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_PROBING) | SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_ANSWER) |
    SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_TABLE) | SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_INCARNATION) |
    SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_TELLING);

static void a_crash_has_to_be_known_within_the_bound_and_not_before(void **state) {
    (void)state;
    selkie_sim *sim = formed(LOSES_SUSPICIONS, false, MEMBERS, conduct_off);
    uint64_t bound_us = selkie_sim_detection_bound_us(sim);
    assert_int_equal(bound_us, SELKIE_S((2 * (MEMBERS - 1) + 2) * 9 + 6 * 4));
    selkie_sim_run(sim, 3 * bound_us);
    selkie_sim_crash(sim, 2);
    uint64_t crashed_us = selkie_sim_now(sim);
    selkie_sim_run(sim, bound_us - 1);
    assert_int_equal(world.found, 0);
    selkie_sim_run(sim, SELKIE_S(1));
    assert_int_equal(world.found, SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_DETECTION));
    char expected[100];
    snprintf(expected, sizeof expected, "m1 holds m2 for Suspect at 0, although that ended at %llu us",
             (unsigned long long)crashed_us);
    assert_string_equal(world.what, expected);
    selkie_sim_free(sim);
}

static void a_disturbance_puts_detection_off(void **state) {
    (void)state;
    selkie_sim *sim = formed(LOSES_SUSPICIONS, false, MEMBERS, conduct_off);
    uint64_t bound_us = selkie_sim_detection_bound_us(sim);
    selkie_sim_crash(sim, 2);
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(1));
    selkie_sim_run(sim, 6 * bound_us);
    selkie_sim_loss(sim, 0);
    selkie_sim_run(sim, 3 * bound_us - 1);
    assert_int_equal(world.found, 0);
    selkie_sim_run(sim, SELKIE_S(1));
    assert_int_equal(world.found, SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_DETECTION));
    selkie_sim_free(sim);
}

static void halves_meet_again(selkie_sim *sim) {
    selkie_sim_split(sim, 2);
    selkie_sim_run(sim, SELKIE_S(60));
    selkie_sim_heal(sim);
}

static void halves_that_never_find_each_other_break_the_convergence_bound(void **state) {
    (void)state;
    selkie_sim *sim = formed(NEVER_KNOCKS, true, 4, 0);
    halves_meet_again(sim);
    selkie_sim_run(sim, selkie_sim_convergence_bound_us(sim) - 1);
    assert_string_equal(world.what, "");
    selkie_sim_run(sim, SELKIE_S(2));
    assert_int_equal(world.found, SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_CONVERGENCE));
    assert_non_null(strstr(world.what, "m0 holds m2 for Down at 0, which is live; 8 such pairs, calm since"));
    selkie_sim_free(sim);
}

static void halves_that_heal_agree_within_the_convergence_bound(void **state) {
    (void)state;
    selkie_sim *sim = formed(NO_FAULT, true, 4, 0);
    halves_meet_again(sim);
    assert_int_not_equal(selkie_sim_until_agreed(sim, selkie_sim_convergence_bound_us(sim)), SELKIE_SIM_NEVER);
    selkie_sim_run(sim, 2 * selkie_sim_convergence_bound_us(sim));
    assert_string_equal(world.what, "");
    selkie_sim_free(sim);
}

static uint64_t convergence_of(const struct selkie_config *config) {
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 4, .config = config));
    selkie_sim_start(sim, 0);
    uint64_t bound_us = selkie_sim_convergence_bound_us(sim);
    selkie_sim_free(sim);
    return bound_us;
}

static void nothing_is_promised_where_nothing_heals(void **state) {
    (void)state;
    struct selkie_config config = lan(4);
    assert_int_not_equal(convergence_of(&config), SELKIE_SIM_NEVER);
    config.notify_down_members = false;
    assert_int_equal(convergence_of(&config), SELKIE_SIM_NEVER);
    config = lan(4);
    config.periodic_announce.every_us = 0;
    assert_int_equal(convergence_of(&config), SELKIE_SIM_NEVER);
    config = lan(4);
    config.periodic_announce_to_down_members.every_us = 0;
    assert_int_equal(convergence_of(&config), SELKIE_SIM_NEVER);
    config = lan(4);
    config.remove_down_after_us = SELKIE_S(30);
    assert_int_equal(convergence_of(&config), SELKIE_SIM_NEVER);
    selkie_config_simple(&config);
    assert_int_equal(convergence_of(&config), SELKIE_SIM_NEVER);
}

/* Two who were never introduced to each other owe each other nothing. */
static void strangers_do_not_have_to_agree(void **state) {
    (void)state;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 4, .seed = scenario_seed(), .violated = violated));
    memset(&world, 0, sizeof world);
    selkie_sim_start(sim, 0);
    selkie_sim_join(sim, 1, 0);
    selkie_sim_start(sim, 2);
    selkie_sim_join(sim, 3, 2);
    selkie_sim_run(sim, 2 * selkie_sim_convergence_bound_us(sim));
    assert_string_equal(world.what, "");
    selkie_sim_free(sim);
}

SCENARIOS(cmocka_unit_test(each_claim_fails_where_a_member_breaks_it), cmocka_unit_test(none_fails_where_nobody_does),
          cmocka_unit_test(forged_news_has_no_cause_unless_the_scenario_says_so),
          cmocka_unit_test(whoever_is_evicted_is_down_for_a_cause),
          cmocka_unit_test(an_eviction_is_no_cause_for_another_member), cmocka_unit_test(everybody_can_be_excused),
          cmocka_unit_test(a_crash_has_to_be_known_within_the_bound_and_not_before),
          cmocka_unit_test(a_disturbance_puts_detection_off),
          cmocka_unit_test(halves_that_never_find_each_other_break_the_convergence_bound),
          cmocka_unit_test(halves_that_heal_agree_within_the_convergence_bound),
          cmocka_unit_test(nothing_is_promised_where_nothing_heals), cmocka_unit_test(strangers_do_not_have_to_agree))
