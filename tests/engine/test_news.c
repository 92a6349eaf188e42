/* Tests of the news queue: one piece an address, farewells kept whole, and that none is lost or doubled against a plain
 * list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/news.h"
#include "memory.h"
#include "seed.h"

static struct seed seed;

enum { ADDRESSES = 20, SIZE = 5, NEVER = 0 };

struct world {
    struct selkie_allocator allocator;
    struct selkie_identity_type type;
    struct random random;
    struct members members;
    struct news news;
    unsigned left[ADDRESSES]; /* transmissions of what is queued of this address */
    bool farewell[ADDRESSES]; /* it is one */
};

static void begin(struct world *world, uint32_t max_members) {
    struct hash_key key = {{seed_next(&seed), seed_next(&seed)}};
    memset(world, 0, sizeof *world);
    memset(&world->members, 0xa5, sizeof world->members);
    memset(&world->news, 0xa5, sizeof world->news);
    world->allocator = memory_of_the_c_library();
    world->type = (struct selkie_identity_type){sizeof world->type, NULL, 2, 1, NULL, NULL};
    random_init(&world->random, &key);
    members_init(&world->members, &world->type, &world->allocator, &world->random, &key, max_members);
    news_init(&world->news, &world->type, &world->allocator, &world->random, max_members, 3);
}

static void end(struct world *world) {
    news_free(&world->news);
    members_free(&world->members);
}

static uint32_t slot_of(const struct world *world, uint32_t address) {
    unsigned char identity[2] = {(unsigned char)address, '1'};
    return members_find(&world->members, identity);
}

/* Have this address in the table, Down. */
static uint32_t know(struct world *world, uint32_t address) {
    unsigned char identity[2] = {(unsigned char)address, '1'};
    struct identity replaced;
    struct selkie_member member;
    SELKIE_INIT(&member);
    member.identity = identity;
    member.state = SELKIE_DOWN;
    assert_true(members_reserve(&world->members, 1));
    struct members_change change;
    uint32_t slot = members_find(&world->members, member.identity);
    enum members_standing standing = members_compare(&world->members, slot, &member);
    members_apply(&world->members, slot, standing, &member, MEMBERS_ANY, &change, &replaced);
    return slot_of(world, address);
}

static void tell(struct world *world, uint32_t address, unsigned transmissions) {
    unsigned char identity[2] = {(unsigned char)address, '1'};
    uint32_t slot = know(world, address);
    assert_true(news_reserve(&world->news, 1, world->members.records.capacity, 255));
    news_tell(&world->news, slot, identity, transmissions, SIZE);
    world->left[address] = transmissions;
    world->farewell[address] = false;
}

static void tell_farewell(struct world *world, uint32_t address, unsigned transmissions) {
    unsigned char farewell[] = {(unsigned char)address, '9', 0, 0, SELKIE_DOWN | SELKIE_BRIEF_LEFT};
    assert_true(news_reserve(&world->news, 1, world->members.records.capacity, 255));
    news_tell_farewell(&world->news, farewell, slot_of(world, address), transmissions, SIZE);
    world->left[address] = transmissions;
    world->farewell[address] = true;
}

static void forget(struct world *world, uint32_t address) {
    uint32_t slot = slot_of(world, address);
    if (slot != SELKIE_NO_SLOT) {
        news_forget(&world->news, slot);
        members_forget(&world->members, slot);
        world->left[address] = world->farewell[address] ? world->left[address] : NEVER;
    }
}

static void describe(const struct world *world, uint32_t item, struct selkie_member *member) {
    const unsigned char *farewell = news_farewell(&world->news, item);
    if (farewell) {
        brief_read(member, farewell, world->news.type->size);
    } else {
        members_describe(&world->members, item, member);
    }
}

static void expect_described(const struct world *world, uint32_t item) {
    struct selkie_member member;
    describe(world, item, &member);
    const unsigned char *identity = member.identity;
    assert_true(identity[0] < ADDRESSES && world->left[identity[0]] > 0);
    assert_int_equal(identity[1], world->farewell[identity[0]] ? '9' : '1');
    assert_int_equal(member.flags, world->farewell[identity[0]] ? SELKIE_LEFT : 0);
    assert_int_equal(member.state, SELKIE_DOWN);
}

/* One packet with room for `count` of them. */
static void send(struct world *world, uint32_t count) {
    struct backlog_fill fill = backlog_fill_begin(&world->news.backlog);
    bool sent[ADDRESSES] = {false};
    struct backlog_candidates candidates;
    uint32_t item;
    while (count-- > 0 && backlog_fill_next(&fill, SIZE, &candidates) && backlog_candidate(&candidates, &item)) {
        struct selkie_member member;
        expect_described(world, item);
        describe(world, item, &member);
        assert_false(sent[*(const unsigned char *)member.identity]);
        sent[*(const unsigned char *)member.identity] = true;
        backlog_fill_take(&fill, &candidates, 1);
    }
    news_settle(&world->news, &fill);
    for (uint32_t address = 0; address < ADDRESSES; address++) {
        world->left[address] -= sent[address];
    }
}

static void expect_count(const struct world *world) {
    uint32_t queued = 0;
    for (uint32_t address = 0; address < ADDRESSES; address++) {
        queued += world->left[address] > 0;
    }
    assert_int_equal(world->news.backlog.count, queued);
}

/* Rules: P11.2, P11.3, P11.6, P11.8, P11.9 */
static void the_queue_is_what_a_list_would_be(void **state) {
    (void)state;
    struct world world;
    begin(&world, MEMBERS_NO_LIMIT);
    for (int step = 0; step < 20000; step++) {
        uint32_t address = seed_below(&seed, ADDRESSES), what = seed_below(&seed, 8);
        if (what < 3) {
            tell(&world, address, 1 + seed_below(&seed, 4));
        } else if (what == 3) {
            tell_farewell(&world, address, 1 + seed_below(&seed, 4));
        } else if (what == 4) {
            forget(&world, address);
        } else {
            send(&world, seed_below(&seed, 8));
        }
        expect_count(&world);
    }
    end(&world);
}

/* Rules: P11.9 */
static void in_a_bounded_queue_the_oldest_farewell_gives_way(void **state) {
    (void)state;
    struct world world;
    begin(&world, 4);
    for (uint32_t address = 0; address < NEWS_FAREWELLS; address++) {
        tell_farewell(&world, address, 9);
    }
    expect_count(&world);
    tell_farewell(&world, 0, 9); /* again: now 1 is the oldest */
    tell_farewell(&world, 10, 9);
    world.left[1] = 0;
    expect_count(&world);
    send(&world, 10);
    for (uint32_t address = 0; address <= 10; address++) {
        assert_int_equal(world.left[address], address == 10 || (address < 4 && address != 1) ? 8 : 0);
    }
    end(&world);
}

static void a_farewell_takes_the_place_of_news_of_that_address_and_the_other_way_round(void **state) {
    (void)state;
    struct world world;
    begin(&world, MEMBERS_NO_LIMIT);
    tell(&world, 3, 5);
    tell_farewell(&world, 3, 5);
    expect_count(&world);
    send(&world, 9);
    tell(&world, 3, 5);
    expect_count(&world);
    send(&world, 9);
    assert_int_equal(world.left[3], 4);
    end(&world);
}

int main(int argc, char **argv) {
    seed = seed_take(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_is_what_a_list_would_be),
        cmocka_unit_test(in_a_bounded_queue_the_oldest_farewell_gives_way),
        cmocka_unit_test(a_farewell_takes_the_place_of_news_of_that_address_and_the_other_way_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
