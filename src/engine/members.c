/* The member table. A record is `the member in brief | round | link of the index (4 bytes)`, at its slot for as long as
 * the member is known. One array of slots, parted by two borders, serves probing and all random picks:
 *
 *     [ probed this round | still to come | Down ]
 *       0                   probed          active   count
 *
 * The next to probe is a random one of the middle part, which then moves to the first. A newcomer goes to the middle
 * part, and so gets a random place among those still to come; who was Down goes back to the part that it came from.
 * Knows nothing of packets and timers but for two marks: see members_mark. */
#include "engine/members.h"

#include "base/inline.h"
#include "base/memory.h"
#include "base/panic.h"
#include "base/prefetch.h"

/* The byte of a record that holds the state. */
enum {
    STATE_FREE = SELKIE_BRIEF_STATE, /* no member in this slot */
    STATE_MARKS = MEMBERS_REMOVE_TIMER | MEMBERS_SUSPICION_TIMER
};

enum { RECORD_TAIL = SELKIE_BRIEF_TAIL + 1 };

static size_t record_bytes(const struct selkie_identity_type *type) {
    return (size_t)type->size + RECORD_TAIL + INDEX_LINK_BYTES;
}

static unsigned char *record(const struct members *members, uint32_t slot) {
    return (unsigned char *)pages_at(&members->records, slot);
}

static unsigned char *record_tail(const struct members *members, uint32_t slot) {
    return record(members, slot) + members->type->size;
}

static unsigned char *record_state(const struct members *members, uint32_t slot) {
    return record_tail(members, slot) + 2;
}

static uint8_t slot_state(const struct members *members, uint32_t slot) {
    return brief_state(record_tail(members, slot));
}

/* The round, modulo 256, in which the member in this slot was last probed. */
static unsigned char *record_round(const struct members *members, uint32_t slot) {
    return record_tail(members, slot) + 3;
}

static void record_name(struct members *members, uint32_t slot, const void *identity) {
    small_copy(record(members, slot), identity, members->type->size);
}

static void record_write(struct members *members, uint32_t slot, const struct selkie_member *news) {
    unsigned char *tail = record_tail(members, slot);
    unsigned char marks = tail[2] & STATE_MARKS;
    brief_put_tail(tail, news->incarnation, marks | brief_bits(news->state, news->flags));
}

void members_init(struct members *members, const struct selkie_identity_type *type,
                  const struct selkie_allocator *allocator, struct random *random, const struct hash_key *hash_key,
                  uint32_t limit) {
    members->type = type;
    members->random = random;
    pages_init(&members->records, allocator, record_bytes(type), limit);
    pages_init(&members->order, allocator, sizeof(uint32_t), limit);
    pages_init(&members->position, allocator, sizeof(uint32_t), limit);
    index_init(&members->index, &members->records, type->addr_size, (size_t)type->size + RECORD_TAIL, hash_key);
    members->probed = 0;
    members->round = 0;
    members->active = 0;
    members->count = 0;
    members->used_slots = 0;
    members->free_slot = SELKIE_NO_SLOT;
    members->limit = limit;
}

/* An empty table first: somebody may look at it from inside the allocator. */
void members_free(struct members *members) {
    members->probed = 0;
    members->active = 0;
    members->count = 0;
    members->used_slots = 0;
    index_free(&members->index);
    pages_free(&members->position);
    pages_free(&members->order);
    pages_free(&members->records);
}

uint64_t members_bytes(const struct selkie_identity_type *type, uint32_t limit) {
    return pages_bytes(record_bytes(type), limit) + 2 * pages_bytes(sizeof(uint32_t), limit) + index_bytes(limit);
}

uint32_t members_room(const struct members *members) {
    return members->limit - members->count;
}

/* The records come last: where there is one, there is all that goes with it. */
bool members_grow(struct members *members, uint32_t more) {
    uint32_t room = members_room(members);
    uint32_t needed = members->count + (more < room ? more : room);
    return pages_reserve(&members->order, needed) && pages_reserve(&members->position, needed) &&
           index_reserve(&members->index, members->order.capacity) && pages_reserve(&members->records, needed);
}

_Static_assert(SELKIE_NO_SLOT == INDEX_NONE, "what the index does not find has no slot");

uint32_t members_find(const struct members *members, const void *address) {
    return index_find(&members->index, address);
}

const unsigned char *members_look_up(const struct members *members, const void *address, uint32_t *slot) {
    struct index_item item = index_look_up(&members->index, address);
    *slot = item.number;
    return item.bytes;
}

uint32_t members_find_hashed(const struct members *members, const void *address, uint64_t hash) {
    return index_find_hashed(&members->index, address, hash);
}

void members_find_several(const struct members *members, const struct selkie_brief *news, uint32_t count,
                          uint64_t *hashes, uint32_t *slots) {
    const void *addresses[MEMBERS_TOGETHER];
    uint32_t i = 0;
    do {
        addresses[i] = news[i].bytes;
    } while (++i < count);
    index_find_several(&members->index, addresses, count, hashes, slots);
}

bool members_has(const struct members *members, uint32_t slot) {
    return slot < members->used_slots && slot_state(members, slot) != STATE_FREE;
}

const unsigned char *members_brief(const struct members *members, uint32_t slot) {
    return record(members, slot);
}

void members_describe(const struct members *members, uint32_t slot, struct selkie_member *member) {
    brief_read(member, record(members, slot), members->type->size);
    member->slot = slot;
}

bool members_is_active(const struct members *members, uint32_t slot) {
    return slot_state(members, slot) <= SELKIE_SUSPECT;
}

bool members_is_marked(const struct members *members, uint32_t slot, enum members_mark mark) {
    return slot < members->used_slots && (*record_state(members, slot) & mark) != 0;
}

void members_mark(struct members *members, uint32_t slot, enum members_mark mark, bool outstanding) {
    unsigned char *state = record_state(members, slot);
    *state = (unsigned char)(outstanding ? *state | mark : *state & ~mark);
}

/* ---- the order array ---- */

static uint32_t order_at(const struct members *members, uint32_t place) {
    return *pages_u32(&members->order, place);
}

static void order_put(struct members *members, uint32_t place, uint32_t slot) {
    *pages_u32(&members->order, place) = slot;
    *pages_u32(&members->position, slot) = place;
}

static INLINE void order_swap(struct members *members, uint32_t a, uint32_t b) {
    uint32_t slot_a = order_at(members, a), slot_b = order_at(members, b);
    order_put(members, a, slot_b);
    order_put(members, b, slot_a);
}

/* From Down to still to come or, if it was probed in this round before it went down, to those probed. */
static void order_raise(struct members *members, uint32_t slot) {
    uint32_t place = *pages_u32(&members->position, slot);
    if (place != members->active) {
        order_swap(members, place, members->active);
    }
    members->active++;
    if (*record_round(members, slot) == members->round) {
        order_swap(members, members->active - 1, members->probed);
        members->probed++;
    }
}

/* From either active part to Down. */
static void order_sink(struct members *members, uint32_t slot) {
    uint32_t place = *pages_u32(&members->position, slot);
    if (place < members->probed) {
        members->probed--;
        order_swap(members, place, members->probed);
        place = members->probed;
    }
    members->active--;
    order_swap(members, place, members->active);
}

/* ---- slots ---- */

static uint32_t take_slot(struct members *members) {
    uint32_t slot = members->free_slot;
    if (slot != SELKIE_NO_SLOT) {
        members->free_slot = *pages_u32(&members->position, slot);
        return slot;
    }
    SELKIE_ASSERT(members->used_slots < members->records.capacity);
    return members->used_slots++;
}

static uint32_t insert(struct members *members, const struct selkie_member *news) {
    uint32_t slot = take_slot(members);
    record_name(members, slot, news->identity);
    record_write(members, slot, news);
    *record_round(members, slot) = (unsigned char)(members->round - 1);
    index_insert(&members->index, slot);
    order_put(members, members->count, slot);
    members->count++;
    if (news->state != SELKIE_DOWN) {
        order_raise(members, slot);
    }
    return slot;
}

void members_forget(struct members *members, uint32_t slot) {
    SELKIE_ASSERT(slot_state(members, slot) == SELKIE_DOWN);
    index_remove(&members->index, slot);
    members->count--;
    order_swap(members, *pages_u32(&members->position, slot), members->count);
    *record_state(members, slot) |= STATE_FREE;
    *pages_u32(&members->position, slot) = members->free_slot;
    members->free_slot = slot;
}

/* ---- news ---- */

/* Does news of the very identity in this slot change its record? */
static bool precedes(const struct members *members, uint32_t slot, const struct selkie_member *news) {
    const unsigned char *tail = record_tail(members, slot);
    uint16_t incarnation = brief_incarnation(tail);
    uint8_t known = brief_state(tail);
    if (known == SELKIE_DOWN) {
        return false;
    }
    if (news->state == SELKIE_DOWN) {
        return true;
    }
    if (known == SELKIE_ALIVE && news->state == SELKIE_SUSPECT) {
        return news->incarnation >= incarnation;
    }
    return news->incarnation > incarnation;
}

static void change_nothing(struct members_change *change, enum members_outcome outcome, uint32_t slot) {
    memset(change, 0, sizeof *change);
    change->outcome = outcome;
    change->slot = slot;
}

static void apply_unknown(struct members *members, const struct selkie_member *news, enum members_condition condition,
                          struct members_change *change) {
    change_nothing(change, MEMBERS_UNCHANGED, SELKIE_NO_SLOT);
    if (condition != MEMBERS_ANY) {
        return;
    }
    /* An unknown Down member never takes the last free slot. */
    uint32_t needed = news->state == SELKIE_DOWN && members->limit != MEMBERS_NO_LIMIT ? 2 : 1;
    if (members_room(members) < needed) {
        change->outcome = MEMBERS_REFUSED;
        return;
    }
    change->outcome = MEMBERS_CHANGED;
    change->slot = insert(members, news);
    change->is_active = news->state != SELKIE_DOWN;
}

/* Write what was heard over the record, and move the member to the part of `order` that it belongs to now. */
static void overwrite(struct members *members, uint32_t slot, const struct selkie_member *news,
                      struct members_change *change) {
    uint8_t was = slot_state(members, slot);
    change->outcome = MEMBERS_CHANGED;
    change->slot = slot;
    change->was_active = was <= SELKIE_SUSPECT;
    change->was_suspect = was == SELKIE_SUSPECT;
    change->is_active = news->state != SELKIE_DOWN;
    change->is_suspect = news->state == SELKIE_SUSPECT;
    record_write(members, slot, news);
    if (change->was_active && !change->is_active) {
        order_sink(members, slot);
    } else if (!change->was_active && change->is_active) {
        order_raise(members, slot);
    }
}

enum members_standing members_compare(const struct members *members, uint32_t slot, const struct selkie_member *news) {
    if (slot == SELKIE_NO_SLOT) {
        return MEMBERS_UNKNOWN;
    }
    if (!identity_equal(members->type, record(members, slot), news->identity)) {
        return MEMBERS_OTHER;
    }
    return precedes(members, slot, news) ? MEMBERS_NEWER : MEMBERS_HELD;
}

bool members_holds(const struct members *members, uint32_t slot, const unsigned char *news) {
    size_t size = members->type->size;
    const unsigned char *held = record(members, slot);
    return small_equal(held, news, size + 2) && brief_state(held + size) == brief_state(news + size);
}

bool members_is_at(const struct members *members, uint32_t slot, const void *address) {
    return members_has(members, slot) && identity_same_address(members->type, record(members, slot), address);
}

void members_apply(struct members *members, uint32_t slot, enum members_standing standing,
                   const struct selkie_member *news, enum members_condition condition, struct members_change *change,
                   struct identity *replaced) {
    if (standing == MEMBERS_UNKNOWN) {
        apply_unknown(members, news, condition, change);
        return;
    }
    const unsigned char *known = record(members, slot);
    bool renamed = standing == MEMBERS_OTHER;
    bool loses = standing == MEMBERS_HELD || (renamed && identity_wins(members->type, known, news->identity));
    if (loses ||
        (condition == MEMBERS_SAME_INCARNATION && brief_incarnation(record_tail(members, slot)) != news->incarnation)) {
        change_nothing(change, MEMBERS_UNCHANGED, slot);
        return;
    }
    change->renamed = renamed;
    if (renamed) { /* the address stays: the index need not know */
        identity_copy(members->type, replaced, known);
        record_name(members, slot, news->identity);
    }
    overwrite(members, slot, news, change);
}

/* ---- picks ---- */

uint32_t members_next_probe(struct members *members) {
    if (members->active == 0) {
        return SELKIE_NO_SLOT;
    }
    if (members->probed == members->active) {
        members->probed = 0;
        members->round++;
    }
    uint32_t choice = members->probed + random_below(members->random, members->active - members->probed);
    order_swap(members, choice, members->probed);
    uint32_t slot = order_at(members, members->probed++);
    *record_round(members, slot) = members->round;
    return slot;
}

uint32_t members_random_down(const struct members *members) {
    if (members->count == members->active) {
        return SELKIE_NO_SLOT;
    }
    return order_at(members, members->active + random_below(members->random, members->count - members->active));
}

struct members_sample members_sample_active(struct members *members) {
    struct members_sample sample = {members, {0, members->probed}, {members->probed, members->active}};
    return sample;
}

struct members_sample members_sample_down(struct members *members) {
    struct members_sample sample = {members, {members->active, members->count}, {members->count, members->count}};
    return sample;
}

static uint32_t left_in(const struct members_sample *sample) {
    return sample->end[0] - sample->begin[0] + (sample->end[1] - sample->begin[1]);
}

/* The place of one that is left, and of the first one in its part, which is left no longer: a part has no order of its
 * own, so what was drawn may move to its front. In which of the two it is, no processor guesses: no branch depends on
 * that. */
static INLINE uint32_t choose(struct members_sample *sample, struct random *random, uint32_t *front) {
    uint32_t choice = random_below(random, left_in(sample)), first = sample->begin[0], second = sample->begin[1];
    uint32_t in_second = choice >= sample->end[0] - first, mask = 0u - in_second;
    *front = first + (mask & (second - first));
    sample->begin[0] = first + 1 - in_second;
    sample->begin[1] = second + in_second;
    return first + choice + (mask & (second - sample->end[0]));
}

static INLINE uint32_t draw(struct members_sample *sample, struct random *random) {
    uint32_t front, place = choose(sample, random, &front);
    uint32_t slot = order_at(sample->members, place);
    order_swap(sample->members, place, front);
    return slot;
}

uint32_t members_sample_next(struct members_sample *sample) {
    return left_in(sample) > 0 ? draw(sample, sample->members->random) : SELKIE_NO_SLOT;
}

/* Where they are is known before any is drawn. What was drawn before may have moved one of them: it is missed then. */
static OUTLINE void fetch_drawn(struct members_sample sample, uint32_t most) {
    const struct members *members = sample.members;
    struct random random = *members->random;
    uint32_t places[MEMBERS_TOGETHER], front, count = 0;
    for (; count < most && left_in(&sample) > 0; count++) {
        places[count] = choose(&sample, &random, &front);
        prefetch(pages_u32(&members->order, places[count]));
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = order_at(members, places[i]);
        prefetch(pages_u32(&members->position, slot));
        prefetch(record(members, slot));
    }
}

void members_sample_get_ready(const struct members_sample *sample, uint32_t most) {
    if (sample->members->count >= FETCH_FROM) {
        fetch_drawn(*sample, most < MEMBERS_TOGETHER ? most : (uint32_t)MEMBERS_TOGETHER);
    }
}

uint32_t members_sample_several(struct members_sample *sample, uint32_t *slots, uint32_t most) {
    struct members_sample here = *sample; /* copies: no write to the table may be one to them */
    struct random random = *here.members->random;
    uint32_t count = 0;
    members_sample_get_ready(sample, most);
    for (; count < most && left_in(&here) > 0; count++) {
        slots[count] = draw(&here, &random);
    }
    *here.members->random = random;
    *sample = here;
    return count;
}
