/* Tests of an engine that knows so many members that it looks ahead in batches: what it makes of them is what it makes
 * of one after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/update.h"
#include "selkie/codec.h"

enum { MANY = 70000, BATCH = 125, SIZE = 8, NEWS = 40, PACKET = 1400 };

struct many {
    selkie *engine;
    struct selkie_codec codec;
    struct selkie_codec packed; /* what `codec` does */
    unsigned decoded;           /* members, by `codec` */
    unsigned refused_from;      /* how many it decodes */
    char news[NEWS][32];        /* what was notified: "up 7" */
    unsigned news_count;
};

struct name {
    unsigned char bytes[SIZE];
};

static struct name name_of(uint32_t number) {
    struct name name = {
        {10, (unsigned char)(number >> 16), (unsigned char)(number >> 8), (unsigned char)number, 0x1f, 0x90, 0, 1}};
    return name;
}

static uint32_t number_of(const void *identity) {
    const unsigned char *bytes = identity;
    return (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* ---- the engine's surroundings ---- */

static void drop(void *ctx, const void *identity, const void *bytes, size_t size) {
    (void)ctx, (void)identity, (void)bytes, (void)size;
}

static bool forget(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    (void)ctx, (void)timer, (void)delay_us;
    return true;
}

static void note(void *ctx, const struct selkie_notification *notification) {
    struct many *many = ctx;
    if (notification->kind != SELKIE_NOTIFY_MEMBER_UP && notification->kind != SELKIE_NOTIFY_MEMBER_DOWN) {
        return;
    }
    assert_int_equal((uintptr_t)notification->member.identity % _Alignof(max_align_t), 0);
    if (many->news_count < NEWS) {
        snprintf(many->news[many->news_count], sizeof *many->news, "%s %u",
                 notification->kind == SELKIE_NOTIFY_MEMBER_UP ? "up" : "down",
                 (unsigned)number_of(notification->member.identity));
    }
    many->news_count++;
}

static int decode_some(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                       void *identity, void *accuser) {
    struct many *many = codec->ctx;
    if (many->decoded++ >= many->refused_from) {
        return SELKIE_E_DECODE;
    }
    return many->packed.decode_member(&many->packed, reader, member, identity, accuser);
}

static void apply(struct many *many, uint32_t first, uint32_t count) {
    struct name names[BATCH];
    struct selkie_member members[BATCH];
    memset(members, 0, sizeof members);
    for (uint32_t i = 0; i < count; i++) {
        names[i] = name_of(first + i);
        members[i].struct_size = sizeof members[i];
        members[i].identity = &names[i];
    }
    assert_int_equal(selkie_apply_many(many->engine, members, count, false), SELKIE_OK);
}

static void make(struct many *many, bool own_decoder) {
    static const struct selkie_identity_type type = {.struct_size = sizeof type, .size = SIZE, .addr_size = 6};
    struct name us = name_of(0);
    struct selkie_config config;
    struct selkie_runtime runtime = {
        .struct_size = sizeof runtime, .ctx = many, .notify = note, .send_to = drop, .submit_after = forget};
    struct selkie_options options = {.struct_size = sizeof options, .seed = {1}};
    memset(many, 0, sizeof *many);
    many->refused_from = UINT32_MAX;
    selkie_codec_packed(&many->packed, SIZE);
    many->codec = many->packed;
    if (own_decoder) {
        many->codec.ctx = many;
        many->codec.decode_member = decode_some;
    }
    selkie_config_simple(&config);
    options.type = &type;
    options.identity = &us;
    options.runtime = &runtime;
    options.codec = &many->codec;
    options.config = &config;
    assert_int_equal(selkie_new(&many->engine, &options), SELKIE_OK);
    for (uint32_t first = 1; first <= MANY; first += BATCH) {
        apply(many, first, BATCH);
    }
    many->news_count = 0;
}

/* ---- packets ---- */

struct update {
    uint32_t number;
    uint8_t state;
    uint16_t incarnation;
};

static void hear(struct many *many, const struct update *updates, uint32_t count) {
    unsigned char bytes[PACKET];
    struct selkie_writer writer = {bytes, sizeof bytes, false};
    struct name source = name_of(1), us = name_of(0);
    struct selkie_header header = {.struct_size = sizeof header, .message = SELKIE_GOSSIP};
    header.source = &source;
    header.destination = &us;
    assert_true(many->packed.encode_header(&many->packed, &writer, &header));
    selkie_put_u8(&writer, (uint8_t)(count >> 8));
    selkie_put_u8(&writer, (uint8_t)count);
    for (uint32_t i = 0; i < count; i++) {
        struct name name = name_of(updates[i].number);
        struct selkie_member member = {.struct_size = sizeof member, .identity = &name};
        member.state = updates[i].state;
        member.incarnation = updates[i].incarnation;
        assert_true(many->packed.encode_member(&many->packed, &writer, &member));
    }
    many->decoded = 0;
    assert_int_equal(selkie_handle_data(many->engine, bytes, sizeof bytes - writer.left), SELKIE_OK);
}

static void expect_member(const struct many *many, uint32_t number, uint8_t state, uint16_t incarnation) {
    struct name name = name_of(number);
    struct selkie_member member = {.struct_size = sizeof member};
    assert_true(selkie_find(many->engine, &name, &member));
    assert_int_equal(member.state, state);
    assert_int_equal(member.incarnation, incarnation);
    assert_memory_equal(member.identity, &name, SIZE);
}

/* ---- tests ---- */

static void all_that_were_applied_in_batches_are_known(void **state) {
    struct many many;
    (void)state;
    make(&many, false);
    assert_int_equal(selkie_active_count(many.engine), MANY);
    for (uint32_t number = 1; number <= MANY; number++) {
        expect_member(&many, number, SELKIE_ALIVE, 0);
    }
    apply(&many, MANY - 3, 3 + 1 + 3); /* some known, some not, and fewer than are looked ahead */
    assert_int_equal(selkie_active_count(many.engine), MANY + 3);
    assert_int_equal(many.news_count, 3);
    assert_int_equal(selkie_free(many.engine), SELKIE_OK);
}

static void updates_that_follow_each_other_closely_build_on_each_other(void **state) {
    static const struct update updates[] = {
        {5, SELKIE_SUSPECT, 0},    {5, SELKIE_ALIVE, 1},     {5, SELKIE_SUSPECT, 1}, {80001, SELKIE_ALIVE, 4},
        {80001, SELKIE_DOWN, 4},   {0, SELKIE_SUSPECT, 0},   {7, SELKIE_DOWN, 0},    {80002, SELKIE_ALIVE, 2},
        {80001, SELKIE_ALIVE, 9},  {80002, SELKIE_ALIVE, 3}, {8, SELKIE_ALIVE, 0},   {9, SELKIE_DOWN, 3},
        {80003, SELKIE_SUSPECT, 1}};
    static const char *const news[] = {"up 80001", "down 80001", "down 7", "up 80002", "down 9", "up 80003"};
    struct many many;
    (void)state;
    make(&many, false);
    hear(&many, updates, sizeof updates / sizeof *updates);
    expect_member(&many, 5, SELKIE_SUSPECT, 1);
    expect_member(&many, 80001, SELKIE_DOWN, 4);
    expect_member(&many, 80002, SELKIE_ALIVE, 3);
    expect_member(&many, 7, SELKIE_DOWN, 0);
    expect_member(&many, 80003, SELKIE_SUSPECT, 1);
    assert_int_equal(selkie_incarnation(many.engine), 1); /* we objected */
    assert_int_equal(many.news_count, sizeof news / sizeof *news);
    for (unsigned i = 0; i < many.news_count; i++) {
        assert_string_equal(many.news[i], news[i]);
    }
    assert_int_equal(selkie_free(many.engine), SELKIE_OK);
}

static void a_batch_may_be_of_any_length(void **state) {
    struct update updates[2 * UPDATES_TOGETHER + 1];
    struct many many;
    (void)state;
    make(&many, false);
    for (uint32_t count = 0; count <= 2 * UPDATES_TOGETHER + 1; count++) {
        for (uint32_t i = 0; i < count; i++) {
            updates[i] = (struct update){100 + i, SELKIE_ALIVE, (uint16_t)(count + 1)};
        }
        hear(&many, updates, count);
        for (uint32_t i = 0; i < count; i++) {
            expect_member(&many, 100 + i, SELKIE_ALIVE, (uint16_t)(count + 1));
        }
        expect_member(&many, 100 + count, SELKIE_ALIVE, 0);
    }
    assert_int_equal(selkie_free(many.engine), SELKIE_OK);
}

/* It took them all a moment before: that is how it is seen to have changed its mind. */
static void what_a_codec_decoded_before_it_changed_its_mind_is_heard(void **state) {
    enum { COUNT = 2 * UPDATES_TOGETHER };
    struct update updates[COUNT];
    struct many many;
    (void)state;
    make(&many, true);
    for (unsigned good = 0; good <= COUNT; good++) {
        for (uint32_t i = 0; i < COUNT; i++) {
            updates[i] = (struct update){100 + i, SELKIE_ALIVE, (uint16_t)(good + 1)};
        }
        many.refused_from = COUNT + good;
        hear(&many, updates, COUNT);
        for (uint32_t i = 0; i < COUNT; i++) { /* those before were heard up to one less each time */
            uint16_t heard = i < good ? (uint16_t)(good + 1) : 0;
            expect_member(&many, 100 + i, SELKIE_ALIVE, heard);
        }
    }
    assert_int_equal(selkie_free(many.engine), SELKIE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_were_applied_in_batches_are_known),
        cmocka_unit_test(updates_that_follow_each_other_closely_build_on_each_other),
        cmocka_unit_test(a_batch_may_be_of_any_length),
        cmocka_unit_test(what_a_codec_decoded_before_it_changed_its_mind_is_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
