/* The identities and codecs that clusters of the swarm are made with. */
#include "identities.h"

#include "own_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct selkie_field inet_fields[] = {
    {SELKIE_FIELD_IPV4, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_U16, 0}, {0, 0}};
static const struct selkie_field tiny_fields[] = {{SELKIE_FIELD_U8, 0}, {SELKIE_FIELD_U16, 0}, {0, 0}};
static const struct selkie_field uuid_fields[] = {{SELKIE_FIELD_BYTES, 16}, {SELKIE_FIELD_U64, 0}, {0, 0}};
static const struct selkie_field long_fields[] = {{SELKIE_FIELD_BYTES, 200}, {SELKIE_FIELD_U32, 0}, {0, 0}};
static const struct selkie_field text_fields[] = {{SELKIE_FIELD_STRING, 40}, {SELKIE_FIELD_U16, 0}, {0, 0}};
static const struct selkie_field socket_fields[] = {{SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U64, 0}, {0, 0}};

const struct identity_kind identity_kinds[] = {
    {"inet", inet_fields, 6, false},   {"tiny", tiny_fields, 1, false},  {"uuid", uuid_fields, 16, false},
    {"long", long_fields, 200, false}, {"text", text_fields, 40, false}, {"socket", socket_fields, 18, false},
    {"falling", inet_fields, 6, true},
};
const unsigned identity_kinds_count = sizeof identity_kinds / sizeof *identity_kinds;

/* ---- Types ---- */

/* Of two generations, the smaller wins. */
static bool smaller_wins(void *ctx, const void *a, const void *b) {
    const struct identity_kind *kind = ctx;
    size_t tail = selkie_fields_size(kind->fields) - kind->addr_size;
    return memcmp((const unsigned char *)a + kind->addr_size, (const unsigned char *)b + kind->addr_size, tail) < 0;
}

static bool renew_downwards(void *ctx, void *identity) {
    const struct identity_kind *kind = ctx;
    unsigned char *bytes = identity;
    for (size_t i = selkie_fields_size(kind->fields); i > kind->addr_size; i--) {
        if (bytes[i - 1]-- != 0) {
            return true;
        }
    }
    return false;
}

void identities_type(const struct identity_kind *kind, struct selkie_identity_type *type) {
    SELKIE_INIT(type);
    type->ctx = (void *)(uintptr_t)kind;
    type->size = (uint16_t)selkie_fields_size(kind->fields);
    type->addr_size = kind->addr_size;
    type->renew = kind->falling ? renew_downwards : selkie_renew_by_one;
    type->wins = kind->falling ? smaller_wins : NULL;
}

/* ---- Identities ---- */

/* Text of 2 to 40 characters. */
static void make_text(uint32_t member, unsigned char *text) {
    char number[16];
    size_t digits = (size_t)snprintf(number, sizeof number, "m%u", (unsigned)member);
    memset(text, '-', member * 7 % 38 + 2);
    memcpy(text, number, digits);
}

/* IPv4 and IPv6 in turns. */
static void make_socket(uint32_t member, unsigned char *address) {
    const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (member % 2 == 0) {
        memcpy(address, mapped, sizeof mapped);
    } else {
        memset(address, 0xfd, 12);
    }
    const unsigned char rest[6] = {10, 0, (unsigned char)(member >> 8), (unsigned char)member, 0x1f, 0x90};
    memcpy(address + 12, rest, sizeof rest);
}

static void make_bytes(uint32_t member, unsigned char *address, size_t size) {
    memset(address, 0x5a, size);
    address[size - 1] = (unsigned char)member;
    if (size > 1) {
        address[0] = (unsigned char)(member >> 8);
    }
}

void identities_make(const struct identity_kind *kind, uint32_t member, unsigned char *identity) {
    size_t size = selkie_fields_size(kind->fields);
    memset(identity, 0, size);
    if (kind->fields == text_fields) {
        make_text(member, identity);
    } else if (kind->fields == socket_fields) {
        make_socket(member, identity);
    } else {
        make_bytes(member, identity, kind->addr_size);
    }
    identity[size - 2] = kind->falling ? 0x10 : 0; /* far from where generations end */
    identity[size - 1] = 1;
}

/* ---- Codecs ---- */

const char *codec_kind_name(enum codec_kind kind) {
    static const char *const names[CODEC_KINDS] = {"packed",         "own",      "bincode1",
                                                   "bincode1_fixed", "bincode2", "postcard"};
    return names[kind];
}

void identities_codec(const struct identity_kind *kind, enum codec_kind codec_kind, struct selkie_codec *codec) {
    int error = SELKIE_OK;
    SELKIE_INIT(codec);
    switch (codec_kind) {
    case CODEC_PACKED:
        selkie_codec_packed(codec, selkie_fields_size(kind->fields));
        break;
    case CODEC_OWN:
        own_codec(codec, (uint16_t)selkie_fields_size(kind->fields));
        break;
    case CODEC_BINCODE1:
        error = selkie_codec_bincode1(codec, kind->fields);
        break;
    case CODEC_BINCODE1_FIXED:
        error = selkie_codec_bincode1_fixed(codec, kind->fields);
        break;
    case CODEC_BINCODE2:
        error = selkie_codec_bincode2(codec, kind->fields);
        break;
    case CODEC_POSTCARD:
        error = selkie_codec_postcard(codec, kind->fields);
        break;
    }
    if (error != SELKIE_OK) {
        selkie_panic("swarm: a codec does not fit its identities");
    }
}
