/* The two backlogs of the model, and which fillings of a packet they allow. The order among entries that are equal by
 * the rules is the engine's; here it is only demanded that nothing worse went before something better, and that what
 * stayed behind did not fit. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

/* ---- updates ---- */

static size_t write_member(const struct model *model, const struct update *update, unsigned char *bytes, size_t room) {
    struct selkie_writer writer = {.next = bytes, .left = room};
    struct selkie_member member = {.struct_size = sizeof member,
                                   .identity = &update->id,
                                   .incarnation = update->incarnation,
                                   .state = update->state,
                                   .flags = model->codec.can & SELKIE_CAN_LEFT ? update->flags : 0,
                                   .slot = SELKIE_NO_SLOT};
    bool written = model->codec.encode_member(&model->codec, &writer, &member);
    DEMAND(model, written, "the test's codec cannot write a member");
    return room - writer.left;
}

size_t encoded_size(const struct model *model, const struct update *update) {
    unsigned char bytes[PACKET_MAX];
    return write_member(model, update, bytes, sizeof bytes);
}

static struct queued_update *find_update(const struct model *model, const struct id *address) {
    for (size_t i = 0; i < model->update_count; i++)
        if (same_address(model, &model->updates[i].is.id, address))
            return &model->updates[i];
    return NULL;
}

static void drop_update(struct model *model, struct queued_update *entry) {
    *entry = model->updates[--model->update_count];
}

static void queue_update(struct model *model, const struct update *update, bool whole) {
    struct queued_update *entry = find_update(model, &update->id);
    if (!entry) {
        model->updates = realloc(model->updates, (model->update_count + 1) * sizeof *model->updates);
        if (!model->updates)
            abort();
        entry = &model->updates[model->update_count++];
    }
    *entry = (struct queued_update){.serial = ++model->serials,
                                    .is = *update,
                                    .whole = whole,
                                    .left = model->config.max_transmissions,
                                    .size = encoded_size(model, update)};
}

void queue_record(struct model *model, const struct record *record) {
    queue_update(model, &record->is, false);
}

void queue_whole(struct model *model, const struct update *update) {
    queue_update(model, update, true);
    struct queued_update *oldest = NULL;
    size_t count = 0;
    for (size_t i = 0; i < model->update_count; i++) {
        struct queued_update *entry = &model->updates[i];
        if (!entry->whole)
            continue;
        count++;
        if (!oldest || entry->serial < oldest->serial)
            oldest = entry;
    }
    if (model->max_members && count > WHOLE_MAX)
        drop_update(model, oldest);
}

/* The record at this address goes away, and with it what was to be told of it; what is kept whole stays. */
void drop_queued_record(struct model *model, const struct id *address) {
    struct queued_update *entry = find_update(model, address);
    if (entry && !entry->whole)
        drop_update(model, entry);
}

/* The update as it would be sent now. */
static struct update present(const struct model *model, const struct queued_update *entry) {
    if (entry->whole)
        return entry->is;
    const struct record *record = model_find(model, &entry->is.id);
    DEMAND(model, record, "(model) a queued update without a record");
    return record->is;
}

static size_t size_needed(const struct model *model, const struct queued_update *entry) {
    struct update now = present(model, entry);
    size_t size = encoded_size(model, &now);
    return size > entry->size ? size : entry->size;
}

/* Negative if `a` goes before `b`, 0 if either may. */
static int update_order(const struct queued_update *a, const struct queued_update *b) {
    if (a->left != b->left)
        return a->left > b->left ? -1 : 1;
    return a->size == b->size ? 0 : a->size > b->size ? -1 : 1;
}

/* Find the entry that the next update of a packet is, and demand that it is written as it should be. */
static size_t match_update(struct model *model, const unsigned char *bytes, size_t size, size_t *length) {
    struct selkie_reader reader = {.next = bytes, .left = size};
    struct selkie_member member = {.struct_size = sizeof member};
    struct id id = {{0}}, accuser;
    int error = model->codec.decode_member(&model->codec, &reader, &member, &id, &accuser);
    DEMAND(model, error == 0, "an update in the packet does not decode");
    struct queued_update *entry = find_update(model, &id);
    DEMAND(model, entry, "an update in the packet that is not queued");
    unsigned char wanted[PACKET_MAX];
    struct update now = present(model, entry);
    *length = write_member(model, &now, wanted, sizeof wanted);
    DEMAND(model, *length == size - reader.left && memcmp(wanted, bytes, *length) == 0,
           "an update in the packet that is not what is known now: state %u incarnation %u flags %u, not %u, %u, %u",
           member.state, member.incarnation, member.flags, now.state, now.incarnation, now.flags);
    return (size_t)(entry - model->updates);
}

/* Everything that stayed behind and goes before `entry` (NULL: everything) must not have fit into `left`. */
static void check_updates_skipped(const struct model *model, const bool *sent, const struct queued_update *entry,
                                  size_t left) {
    for (size_t i = 0; i < model->update_count; i++) {
        const struct queued_update *other = &model->updates[i];
        if (sent[i] || (entry && update_order(other, entry) >= 0))
            continue;
        DEMAND(model, size_needed(model, other) > left,
               "an update with %u transmissions left and %zu bytes was passed over", other->left, other->size);
    }
}

/* Demand that these `count` updates are a filling of `left` bytes by the rules, and count them as sent. Returns the
 * bytes that they take. */
size_t take_updates(struct model *model, const unsigned char *bytes, size_t size, unsigned count, size_t left) {
    bool *sent = calloc(model->update_count + 1, sizeof *sent);
    if (!sent)
        abort();
    const struct queued_update *last = NULL;
    size_t taken = 0;
    for (unsigned i = 0; i < count; i++) {
        size_t length = 0;
        size_t which = match_update(model, bytes + taken, size - taken, &length);
        const struct queued_update *entry = &model->updates[which];
        DEMAND(model, !sent[which], "an update twice in one packet");
        DEMAND(model, !last || update_order(last, entry) <= 0, "updates in the wrong order");
        check_updates_skipped(model, sent, entry, left);
        DEMAND(model, size_needed(model, entry) <= left, "an update that does not fit");
        sent[which] = true;
        taken += length;
        left -= length;
        last = entry;
    }
    check_updates_skipped(model, sent, NULL, left);
    for (size_t i = model->update_count; i-- > 0;)
        if (sent[i] && --model->updates[i].left == 0)
            drop_update(model, &model->updates[i]);
    free(sent);
    return taken;
}

/* ---- broadcasts ---- */

static bool invalidates(const struct model *model, const unsigned char *newer, const unsigned char *queued) {
    if (model->broadcasts.invalidates)
        return model->broadcasts.invalidates(model->broadcasts.ctx, newer, queued);
    return memcmp(newer, queued, model->broadcasts.key_size) == 0;
}

static void drop_broadcast(struct model *model, size_t which) {
    free(model->queued[which].bytes);
    model->queued[which] = model->queued[--model->queued_count];
}

bool model_broadcasts_full(const struct model *model, size_t more) {
    size_t bytes = more;
    for (size_t i = 0; i < model->queued_count; i++)
        bytes += model->queued[i].size;
    return (model->max_broadcasts && model->queued_count >= model->max_broadcasts) ||
           (model->max_broadcast_bytes && bytes > model->max_broadcast_bytes);
}

void queue_broadcast(struct model *model, const unsigned char *key, const unsigned char *bytes, size_t size,
                     unsigned priority) {
    for (size_t i = model->queued_count; i-- > 0;)
        if (invalidates(model, key, model->queued[i].key))
            drop_broadcast(model, i);
    if (model_broadcasts_full(model, size)) {
        model->stats.broadcasts_not_relayed++;
        return;
    }
    model->queued = realloc(model->queued, (model->queued_count + 1) * sizeof *model->queued);
    struct queued_broadcast entry = {
        .size = size, .left = model->config.max_transmissions, .priority = priority, .bytes = malloc(size)};
    if (!model->queued || !entry.bytes)
        abort();
    memcpy(entry.bytes, bytes, size);
    memcpy(entry.key, key, KEY_MAX);
    model->queued[model->queued_count++] = entry;
}

static int broadcast_order(const struct queued_broadcast *a, const struct queued_broadcast *b) {
    if (a->priority != b->priority)
        return a->priority > b->priority ? -1 : 1;
    if (a->left != b->left)
        return a->left > b->left ? -1 : 1;
    return a->size == b->size ? 0 : a->size > b->size ? -1 : 1;
}

/* Of queued broadcasts with these bytes that are not in the packet yet, the first by the rules. */
static size_t match_broadcast(struct model *model, const bool *sent, const unsigned char *bytes, size_t size) {
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < model->queued_count; i++) {
        const struct queued_broadcast *entry = &model->queued[i];
        if (sent[i] || entry->size != size || memcmp(entry->bytes, bytes, size) != 0)
            continue;
        if (found == SIZE_MAX || broadcast_order(entry, &model->queued[found]) < 0)
            found = i;
    }
    DEMAND(model, found != SIZE_MAX, "a broadcast in the packet that is not queued, or there twice");
    return found;
}

static void check_broadcasts_skipped(const struct model *model, const bool *sent, const struct queued_broadcast *entry,
                                     size_t left) {
    for (size_t i = 0; i < model->queued_count; i++) {
        const struct queued_broadcast *other = &model->queued[i];
        if (sent[i] || (entry && broadcast_order(other, entry) >= 0))
            continue;
        DEMAND(model, other->size + 2 > left,
               "a broadcast of priority %u with %u transmissions left and %zu bytes was passed over", other->priority,
               other->left, other->size);
    }
}

/* Demand that these bytes, all of them, are broadcasts that fill `left` bytes by the rules, and count them as sent. */
void take_broadcasts(struct model *model, const unsigned char *bytes, size_t size, size_t left) {
    bool *sent = calloc(model->queued_count + 1, sizeof *sent);
    if (!sent)
        abort();
    const struct queued_broadcast *last = NULL;
    while (size > 0) {
        size_t length = size >= 2 ? (size_t)(bytes[0] << 8 | bytes[1]) : 0;
        DEMAND(model, length > 0 && length + 2 <= size, "a broadcast with a wrong length");
        size_t which = match_broadcast(model, sent, bytes + 2, length);
        const struct queued_broadcast *entry = &model->queued[which];
        DEMAND(model, !last || broadcast_order(last, entry) <= 0, "broadcasts in the wrong order");
        check_broadcasts_skipped(model, sent, entry, left);
        sent[which] = true;
        bytes += length + 2;
        size -= length + 2;
        left -= length + 2;
        last = entry;
    }
    check_broadcasts_skipped(model, sent, NULL, left);
    for (size_t i = model->queued_count; i-- > 0;)
        if (sent[i] && --model->queued[i].left == 0)
            drop_broadcast(model, i);
    free(sent);
}
