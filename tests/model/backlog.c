/* The two backlogs of the model, and which fillings of a packet they allow. The order among entries that are equal by
 * the rules is the engine's; here it is only demanded that nothing worse went before something better, and that what
 * stayed behind did not fit. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

/* ---- updates ---- */

static size_t write_member(const struct model *model, const struct update *update, const struct id *accuser,
                           unsigned char *bytes, size_t room) {
    struct selkie_writer writer = {.next = bytes, .left = room};
    struct selkie_member member = {.struct_size = sizeof member,
                                   .identity = &update->id,
                                   .accuser = accuser,
                                   .incarnation = update->incarnation,
                                   .state = update->state,
                                   .flags = model->codec.can & SELKIE_CAN_LEFT ? update->flags : 0,
                                   .slot = SELKIE_NO_SLOT};
    bool written = model->codec.encode_member(&model->codec, &writer, &member);
    DEMAND(model, written, "the test's codec cannot write a member");
    return room - writer.left;
}

/* The accuser that a record is written with. */
static const struct id *written_accuser(const struct model *model, const struct update *held) {
    return model->codec.can & SELKIE_CAN_ACCUSER ? model_accuser(model, held) : NULL;
}

size_t encoded_size(const struct model *model, const struct update *held) {
    unsigned char bytes[PACKET_MAX];
    return write_member(model, held, written_accuser(model, held), bytes, sizeof bytes);
}

size_t plain_size(const struct model *model, const struct update *update) {
    unsigned char bytes[PACKET_MAX];
    return write_member(model, update, NULL, bytes, sizeof bytes);
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

static void note_most_updates(struct model *model) {
    if (model->update_count > model->stats.updates_backlog_most)
        model->stats.updates_backlog_most = model->update_count;
}

void queue_record(struct model *model, const struct record *record) {
    queue_update(model, &record->is, false);
    note_most_updates(model);
}

bool record_is_queued(const struct model *model, const struct record *record) {
    for (size_t i = 0; i < model->update_count; i++)
        if (!model->updates[i].whole && same_address(model, &model->updates[i].is.id, &record->is.id))
            return true;
    return false;
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
    note_most_updates(model);
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

/* Demand that the next member of a packet is this one, written as it should be. Returns its size. */
size_t match_member(const struct model *model, const struct update_section *section, const struct update *is) {
    unsigned char wanted[PACKET_MAX];
    size_t length = write_member(model, is, written_accuser(model, is), wanted, sizeof wanted);
    DEMAND(model, length <= section->size && memcmp(wanted, section->bytes, length) == 0,
           "an update in the packet that is not what is known now: state %u incarnation %u flags %u", is->state,
           is->incarnation, is->flags);
    return length;
}

static size_t read_member(const struct model *model, const struct update_section *section, struct id *id) {
    struct selkie_reader reader = {.next = section->bytes, .left = section->size};
    struct selkie_member member = {.struct_size = sizeof member};
    struct id accuser;
    *id = (struct id){{0}};
    int error = model->codec.decode_member(&model->codec, &reader, &member, id, &accuser);
    DEMAND(model, error == 0, "an update in the packet does not decode");
    return section->size - reader.left;
}

size_t size_of_updates(const struct model *model, const struct update_section *section) {
    struct update_section rest = *section;
    struct id id;
    for (; rest.count > 0; rest.count--) {
        size_t length = read_member(model, &rest, &id);
        rest.bytes += length;
        rest.size -= length;
    }
    return section->size - rest.size;
}

/* Find the entry that the next update of a packet is, and demand that it is written as it should be. */
static struct queued_update *match_update(struct model *model, const struct update_section *section, size_t *length) {
    struct id id;
    size_t read = read_member(model, section, &id);
    struct queued_update *entry = find_update(model, &id);
    DEMAND(model, entry, "an update in the packet that is not queued");
    struct update now = present(model, entry);
    *length = match_member(model, section, &now);
    DEMAND(model, *length == read, "an update in the packet that has more to it than is known");
    return entry;
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

/* What the packet says of a member already, ahead of all others, is not to be said again, and not used up. */
static struct queued_update *excepted(struct model *model, const struct record *except, bool *sent) {
    struct queued_update *entry = except ? find_update(model, &except->is.id) : NULL;
    if (!entry || entry->whole)
        return NULL;
    sent[entry - model->updates] = true;
    return entry;
}

/* Demand that these updates are a filling of what is left for them by the rules, and count them as sent. Returns the
 * bytes that they take. */
size_t take_updates(struct model *model, struct update_section section, const struct record *except) {
    bool *sent = calloc(model->update_count + 1, sizeof *sent);
    if (!sent)
        abort();
    const struct queued_update *said = excepted(model, except, sent), *last = NULL;
    size_t taken = 0;
    for (; section.count > 0; section.count--) {
        size_t length = 0;
        const struct queued_update *entry = match_update(model, &section, &length);
        DEMAND(model, !sent[entry - model->updates], "an update twice in one packet");
        DEMAND(model, !last || update_order(last, entry) <= 0, "updates in the wrong order");
        check_updates_skipped(model, sent, entry, section.left);
        DEMAND(model, size_needed(model, entry) <= section.left, "an update that does not fit");
        sent[entry - model->updates] = true;
        taken += length;
        section.bytes += length;
        section.size -= length;
        section.left -= length;
        last = entry;
    }
    check_updates_skipped(model, sent, NULL, section.left);
    for (size_t i = model->update_count; i-- > 0;)
        if (sent[i] && &model->updates[i] != said && --model->updates[i].left == 0)
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

/* It is queued no more, which the handler is to hear of soon. */
static void drop_broadcast(struct model *model, size_t which) {
    model->ended = realloc(model->ended, (model->ended_count + 1) * sizeof *model->ended);
    if (!model->ended)
        abort();
    memcpy(model->ended[model->ended_count++], model->queued[which].key, KEY_MAX);
    free(model->queued[which].bytes);
    model->queued[which] = model->queued[--model->queued_count];
    if (model->queued_count == 0)
        model->share_kept = 0;
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
    expect_done(model, SELKIE_BROADCAST_REPLACED);
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
    if (model->queued_count > model->stats.broadcasts_backlog_most)
        model->stats.broadcasts_backlog_most = model->queued_count;
}

static int broadcast_order(const struct queued_broadcast *a, const struct queued_broadcast *b) {
    if (a->priority != b->priority)
        return a->priority > b->priority ? -1 : 1;
    if (a->left != b->left)
        return a->left > b->left ? -1 : 1;
    return a->size == b->size ? 0 : a->size > b->size ? -1 : 1;
}

size_t first_broadcast_size(const struct model *model) {
    const struct queued_broadcast *first = &model->queued[0];
    for (size_t i = 1; i < model->queued_count; i++)
        if (broadcast_order(&model->queued[i], first) < 0)
            first = &model->queued[i];
    return first->size;
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

struct broadcast_filling begin_broadcasts(const struct model *model, const unsigned char *bytes, size_t size) {
    struct broadcast_filling filling = {
        .bytes = bytes, .size = size, .sent = calloc(model->queued_count + 1, sizeof(bool))};
    if (!filling.sent)
        abort();
    return filling;
}

static bool any_fits(const struct model *model, const bool *sent, size_t left) {
    for (size_t i = 0; i < model->queued_count; i++)
        if (!sent[i] && model->queued[i].size + 2 <= left)
            return true;
    return false;
}

/* Demand that the next bytes are broadcasts that fill `left` bytes by the rules. Returns how many bytes they take. */
size_t take_some_broadcasts(struct model *model, struct broadcast_filling *filling, size_t left) {
    const struct queued_broadcast *last = NULL;
    size_t taken = 0;
    while (any_fits(model, filling->sent, left)) {
        size_t length = filling->size >= 2 ? (size_t)(filling->bytes[0] << 8 | filling->bytes[1]) : 0;
        DEMAND(model, length > 0, "a broadcast that would have fit is missing");
        DEMAND(model, length + 2 <= filling->size, "a broadcast with a wrong length");
        size_t which = match_broadcast(model, filling->sent, filling->bytes + 2, length);
        const struct queued_broadcast *entry = &model->queued[which];
        DEMAND(model, !last || broadcast_order(last, entry) <= 0, "broadcasts in the wrong order");
        DEMAND(model, length + 2 <= left, "a broadcast that does not fit");
        check_broadcasts_skipped(model, filling->sent, entry, left);
        filling->sent[which] = true;
        filling->bytes += length + 2;
        filling->size -= length + 2;
        left -= length + 2;
        taken += length + 2;
        last = entry;
    }
    return taken;
}

/* Count them as sent; there are no more in the packet. */
void end_broadcasts(struct model *model, struct broadcast_filling *filling) {
    DEMAND(model, filling->size == 0, "%zu stray bytes in a packet", filling->size);
    for (size_t i = model->queued_count; i-- > 0;)
        if (filling->sent[i] && --model->queued[i].left == 0)
            drop_broadcast(model, i);
    free(filling->sent);
}

/* ---- both ---- */

/* All updates gain as much, and all broadcasts, as long as none has more than a byte can say. */
void gain_transmissions(struct model *model, unsigned more) {
    unsigned for_updates = more, for_broadcasts = more;
    for (size_t i = 0; i < model->update_count; i++)
        if (model->updates[i].left + for_updates > UINT8_MAX)
            for_updates = UINT8_MAX - model->updates[i].left;
    for (size_t i = 0; i < model->queued_count; i++)
        if (model->queued[i].left + for_broadcasts > UINT8_MAX)
            for_broadcasts = UINT8_MAX - model->queued[i].left;
    for (size_t i = 0; i < model->update_count; i++)
        model->updates[i].left += for_updates;
    for (size_t i = 0; i < model->queued_count; i++)
        model->queued[i].left += for_broadcasts;
}
