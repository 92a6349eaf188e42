/* Types and codecs that are wrong in one way each. The identities are 4 bytes: address 2, generation 2 big-endian. */
#include "faulty.h"

#include <string.h>

enum { SIZE = 4, ADDR_SIZE = 2, LIVES = 8 };

struct faulty {
    enum faulty_type_fault type_fault;
    enum faulty_codec_fault codec_fault;
    unsigned calls;
    uint16_t remembered;
    unsigned char elsewhere[SIZE];
};

static unsigned generation_of(const void *identity) {
    const unsigned char *bytes = identity;
    return (unsigned)bytes[2] << 8 | bytes[3];
}

static void set_generation(void *identity, unsigned generation) {
    unsigned char *bytes = identity;
    bytes[2] = (unsigned char)(generation >> 8);
    bytes[3] = (unsigned char)generation;
}

/* ---- The type ---- */

static bool wins(void *ctx, const void *a, const void *b) {
    struct faulty *faulty = ctx;
    const unsigned char *left = a, *right = b;
    unsigned ours = generation_of(a), theirs = generation_of(b);
    switch (faulty->type_fault) {
    case TYPE_WINS_LITTLE_ENDIAN:
        return (left[3] << 8 | left[2]) > (right[3] << 8 | right[2]);
    case TYPE_WINS_IN_PART:
        return left[2] > right[2];
    case TYPE_WINS_ALWAYS:
        return true;
    case TYPE_WINS_OR_EQUAL:
        return ours >= theirs;
    case TYPE_WINS_IN_A_CIRCLE:
        return ours % 3 == theirs % 3 ? ours > theirs : ours % 3 == (theirs + 1) % 3;
    case TYPE_WINS_AT_RANDOM:
        return ++faulty->calls % 7 == 0 ? ours < theirs : ours > theirs;
    case TYPE_WINS_WRITES:
        set_generation((void *)(uintptr_t)b, 0);
        return ours > theirs;
    default:
        return ours > theirs;
    }
}

static bool renew(void *ctx, void *identity) {
    struct faulty *faulty = ctx;
    unsigned char *bytes = identity;
    unsigned generation = generation_of(identity);
    switch (faulty->type_fault) {
    case TYPE_RENEW_CHANGES_ADDRESS:
        bytes[1]++;
        break;
    case TYPE_RENEW_DOES_NOTHING:
        return true;
    case TYPE_RENEW_GOES_BACK:
        set_generation(identity, generation - 1);
        return true;
    case TYPE_RENEW_WRAPS:
        set_generation(identity, (generation + 1) % 512);
        return true;
    case TYPE_RENEW_FAILS_AND_WRITES:
        set_generation(identity, generation + 1);
        return generation % 256 != 3;
    case TYPE_RENEW_WRITES_PAST_THE_END:
        bytes[SIZE] = 0;
        break;
    default:
        break;
    }
    if (generation == UINT16_MAX) {
        return false;
    }
    set_generation(identity, generation + 1);
    return true;
}

static void make_identity(void *ctx, uint32_t n, void *identity) {
    struct faulty *faulty = ctx;
    enum faulty_type_fault fault = faulty->type_fault;
    unsigned char *bytes = identity;
    bytes[0] = 7;
    bytes[1] = fault == TYPE_MAKE_ONE_ADDRESS ? 0 : (unsigned char)(n / LIVES);
    bytes[3] = (unsigned char)(n % LIVES + (fault == TYPE_MAKE_DIFFERS ? ++faulty->calls : 0));
    if (fault != TYPE_MAKE_LEAVES_PADDING) {
        bytes[2] = 0;
    }
    if (fault == TYPE_MAKE_WRITES_PAST_THE_END) {
        bytes[SIZE] = 1;
    }
}

bool faulty_type_conforms(enum faulty_type_fault fault, char text[300]) {
    struct faulty faulty = {.type_fault = fault};
    struct selkie_identity_type type = {
        .struct_size = sizeof type, .ctx = &faulty, .size = SIZE, .addr_size = ADDR_SIZE, .renew = renew, .wins = wins};
    struct selkie_sim_conformance what = {
        .struct_size = sizeof what, .type = &type, .make_identity = make_identity, .ctx = &faulty};
    return selkie_sim_conforms(&what, text, 300);
}

/* ---- The codec: message, source, incarnation, destination, number, peer; identity, incarnation, bits, accuser ---- */

enum { BIT_LEFT = 4, BIT_ACCUSED = 8, BIT_UNUSED = 16, BIT_NACK_WANTED = 64, FAT = 1400 };

static enum faulty_codec_fault fault_of(const struct selkie_codec *codec) {
    return ((const struct faulty *)codec->ctx)->codec_fault;
}

static void put_identity(const struct selkie_codec *codec, struct selkie_writer *writer, const void *identity) {
    (void)selkie_put(writer, identity, fault_of(codec) == CODEC_CUTS_IDENTITY ? SIZE - 1 : SIZE);
}

static void get_identity(const struct selkie_codec *codec, struct selkie_reader *reader, void *identity) {
    unsigned char bytes[SIZE] = {0};
    enum faulty_codec_fault fault = fault_of(codec);
    (void)selkie_get(reader, bytes, fault == CODEC_CUTS_IDENTITY ? SIZE - 1 : SIZE);
    memcpy(identity, bytes, fault == CODEC_LEAVES_IDENTITY ? SIZE - 1 : SIZE);
    if (fault == CODEC_OVERRUNS_IDENTITY) {
        ((unsigned char *)identity)[SIZE] = 0;
    }
}

static void put_incarnation(const struct selkie_codec *codec, struct selkie_writer *writer, uint16_t incarnation) {
    struct faulty *faulty = codec->ctx;
    if (faulty->codec_fault == CODEC_LOSES_INCARNATION) {
        incarnation &= 0x7fff;
    } else if (faulty->codec_fault == CODEC_COUNTS_WRITES) {
        incarnation = (uint16_t)(incarnation ^ (++faulty->calls & 1));
    }
    (void)selkie_put_u16(writer, incarnation);
}

static bool written(const struct selkie_codec *codec, struct selkie_writer *writer) {
    switch (fault_of(codec)) {
    case CODEC_SHORT_WRITER:
        writer->failed = false;
        return true;
    case CODEC_OVERRUNS_WRITER:
        if (writer->failed) {
            writer->next[writer->left] = 0;
        }
        return !writer->failed;
    case CODEC_SKIPS_BYTES:
        if (!writer->failed && writer->left > 0) {
            writer->next++;
            writer->left--;
            return true;
        }
        return false;
    default:
        return !writer->failed;
    }
}

static int was_read(const struct selkie_codec *codec, struct selkie_reader *reader) {
    unsigned char skipped;
    switch (fault_of(codec)) {
    case CODEC_SHORT_READER:
        reader->failed = false;
        return 0;
    case CODEC_READS_THE_REST:
        reader->next += reader->left;
        reader->left = 0;
        break;
    case CODEC_SKIPS_BYTES:
        (void)selkie_get_u8(reader, &skipped);
        break;
    case CODEC_ODD_ERROR:
        return reader->failed ? -1000 : 0;
    default:
        break;
    }
    return reader->failed ? SELKIE_E_DECODE : 0;
}

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    enum faulty_codec_fault fault = fault_of(codec);
    if (header->message >= SELKIE_MESSAGE_COUNT && fault != CODEC_ANY_MESSAGE) {
        return false;
    }
    if (fault == CODEC_REFUSES_A_MESSAGE && header->message == SELKIE_TURN_UNDEAD) {
        return false;
    }
    bool wanted = (header->flags & SELKIE_NACK_WANTED) != 0 && fault != CODEC_LOSES_NACK_WANTED;
    (void)selkie_put_u8(writer, (uint8_t)(header->message | (wanted ? BIT_NACK_WANTED : 0)));
    put_identity(codec, writer, header->source);
    put_incarnation(codec, writer, header->source_incarnation);
    put_identity(codec, writer, header->destination);
    (void)selkie_put_u8(writer, fault == CODEC_LOSES_NUMBER ? header->probe_number & 0x7f : header->probe_number);
    if (selkie_message_has_peer(header->message)) {
        put_identity(codec, writer, header->peer);
    }
    for (unsigned i = 0; i < FAT && fault == CODEC_LARGER_THAN_PACKETS; i++) {
        (void)selkie_put_u8(writer, 0);
    }
    return written(codec, writer);
}

static int decode_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer) {
    enum faulty_codec_fault fault = fault_of(codec);
    struct selkie_reader whole = *reader;
    uint8_t fat;
    (void)selkie_get_u8(reader, &header->message);
    if (header->message == (SELKIE_PING_REQ | BIT_NACK_WANTED)) {
        header->message = SELKIE_PING_REQ;
        header->flags = SELKIE_NACK_WANTED;
    }
    get_identity(codec, reader, fault == CODEC_SWAPS_IDENTITIES ? destination : source);
    (void)selkie_get_u16(reader, &header->source_incarnation);
    get_identity(codec, reader, fault == CODEC_SWAPS_IDENTITIES ? source : destination);
    (void)selkie_get_u8(reader, &header->probe_number);
    if (header->message >= SELKIE_MESSAGE_COUNT && fault != CODEC_ANY_MESSAGE) {
        return SELKIE_E_DECODE;
    }
    if (selkie_message_has_peer(header->message)) {
        get_identity(codec, reader, peer);
    }
    for (unsigned i = 0; i < FAT && fault == CODEC_LARGER_THAN_PACKETS; i++) {
        (void)selkie_get_u8(reader, &fat);
    }
    if (fault == CODEC_OVERRUNS_READER && reader->failed) {
        whole.left += 1;
        *reader = whole;
        header->message = 0;
    }
    return was_read(codec, reader);
}

static bool encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    enum faulty_codec_fault fault = fault_of(codec);
    bool left = (member->flags & SELKIE_LEFT) != 0 && fault != CODEC_LOSES_LEFT;
    bool accused = member->accuser != NULL && fault != CODEC_LOSES_ACCUSER;
    if (member->state > SELKIE_DOWN && fault != CODEC_ANY_STATE) {
        return false;
    }
    if (fault == CODEC_REFUSES_A_STATE && member->state == SELKIE_SUSPECT) {
        return false;
    }
    if (fault == CODEC_READS_WHAT_IT_REFUSES && left && member->state != SELKIE_DOWN) {
        return false;
    }
    put_identity(codec, writer, member->identity);
    put_incarnation(codec, writer, member->incarnation);
    (void)selkie_put_u8(writer, (uint8_t)(member->state | (left ? BIT_LEFT : 0) | (accused ? BIT_ACCUSED : 0)));
    if (accused) {
        put_identity(codec, writer, member->accuser);
    }
    return written(codec, writer);
}

static void remember(struct faulty *faulty, struct selkie_member *member, const struct selkie_reader *reader) {
    if (faulty->codec_fault == CODEC_REMEMBERS) {
        uint16_t incarnation = member->incarnation;
        member->incarnation = faulty->remembered == 0 ? incarnation : faulty->remembered;
        faulty->remembered = incarnation;
    } else if (faulty->codec_fault == CODEC_LOOKS_AHEAD && reader->left > 0 && reader->next[0] == 0xff) {
        member->incarnation ^= 1;
    }
}

static int decode_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser) {
    struct faulty *faulty = codec->ctx;
    uint8_t bits = 0;
    get_identity(codec, reader, identity);
    (void)selkie_get_u16(reader, &member->incarnation);
    (void)selkie_get_u8(reader, &bits);
    remember(faulty, member, reader);
    member->state = bits & 3;
    member->flags = (bits & BIT_LEFT) != 0 ? SELKIE_LEFT : 0;
    if (faulty->codec_fault == CODEC_READS_WHAT_IT_LOSES && (bits & BIT_UNUSED) != 0) {
        member->flags |= BIT_UNUSED;
    }
    if (member->state > SELKIE_DOWN && faulty->codec_fault != CODEC_ANY_STATE) {
        return SELKIE_E_DECODE;
    }
    if ((bits & BIT_ACCUSED) != 0) {
        get_identity(codec, reader, accuser);
        memcpy(faulty->elsewhere, accuser, SIZE);
        member->accuser = faulty->codec_fault == CODEC_ODD_ACCUSER ? faulty->elsewhere : accuser;
    }
    return was_read(codec, reader);
}

static size_t member_size(const struct selkie_codec *codec, const struct selkie_brief *member) {
    bool named = member->accuser != NULL && fault_of(codec) != CODEC_MISJUDGES_SIZE;
    return (named ? SIZE : 0) + SIZE + 2 + 1;
}

static int skip_members(const struct selkie_codec *codec, struct selkie_reader *reader, uint32_t count) {
    enum faulty_codec_fault fault = fault_of(codec);
    for (; count > 0; count--) {
        unsigned char identity[SIZE + 1], accuser[SIZE + 1]; /* some faults write past the end */
        struct selkie_member member = {.struct_size = sizeof member};
        struct selkie_reader before = *reader;
        int error = decode_member(codec, reader, &member, identity, accuser);
        if (error != SELKIE_OK && fault != CODEC_SKIPS_ANYTHING) {
            return error;
        }
        if (fault == CODEC_SKIPS_TOO_LITTLE && error == SELKIE_OK && before.left - reader->left > SIZE + 2 + 1) {
            *reader = (struct selkie_reader){before.next + SIZE + 2 + 1, before.left - SIZE - 2 - 1, false};
        }
        reader->failed &= fault != CODEC_SKIPS_ANYTHING;
    }
    return SELKIE_OK;
}

static struct selkie_member of_brief(const struct selkie_codec *codec, const struct selkie_brief *brief) {
    const unsigned char *tail = brief->bytes + SIZE;
    unsigned mask = fault_of(codec) == CODEC_PUTS_ALL_BITS ? 0xfb : SELKIE_BRIEF_STATE;
    bool left = (tail[2] & SELKIE_BRIEF_LEFT) != 0 && fault_of(codec) != CODEC_PUTS_OTHERWISE;
    return (struct selkie_member){.struct_size = sizeof(struct selkie_member),
                                  .identity = brief->bytes,
                                  .accuser = brief->accuser,
                                  .incarnation = (uint16_t)(tail[0] | tail[1] << 8),
                                  .state = (uint8_t)(tail[2] & mask),
                                  .flags = left ? SELKIE_LEFT : 0,
                                  .slot = SELKIE_NO_SLOT};
}

static bool put_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                       const struct selkie_brief *brief) {
    enum faulty_codec_fault fault = fault_of(codec);
    struct selkie_writer before = *writer;
    struct selkie_member member = of_brief(codec, brief);
    if (encode_member(codec, writer, &member)) {
        return true;
    }
    *writer = before;
    writer->failed = fault == CODEC_PUTS_IN_PART;
    return fault == CODEC_PUTS_ANYTHING;
}

static uint32_t put_members(const struct selkie_codec *codec, struct selkie_writer *writer,
                            const struct selkie_brief *members, uint32_t count) {
    uint32_t put = 0;
    count = fault_of(codec) == CODEC_PUTS_ONE ? 1 : count;
    while (put < count && put_member(codec, writer, &members[put])) {
        put++;
    }
    return put;
}

static void to_brief(const struct selkie_codec *codec, const struct selkie_member *member, struct selkie_brief *brief,
                     unsigned char *room) {
    bool left = member->flags != 0 && fault_of(codec) != CODEC_TAKES_OTHERWISE;
    room[SIZE] = (unsigned char)(member->incarnation & 0xff);
    room[SIZE + 1] = (unsigned char)(member->incarnation >> 8);
    room[SIZE + 2] = (unsigned char)(member->state | (left ? SELKIE_BRIEF_LEFT : 0));
    brief->bytes = room;
    if (member->accuser != NULL || fault_of(codec) != CODEC_TAKES_FOR_GRANTED) {
        brief->accuser = member->accuser;
    }
}

static bool take_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_brief *brief,
                        unsigned char *room) {
    enum faulty_codec_fault fault = fault_of(codec);
    struct selkie_reader before = *reader;
    struct selkie_member member = {.struct_size = sizeof member};
    int error = decode_member(codec, reader, &member, room, room + SIZE + SELKIE_BRIEF_TAIL);
    to_brief(codec, &member, brief, room);
    if (fault == CODEC_TAKES_TOO_LITTLE && error == SELKIE_OK && before.left - reader->left > SIZE + 2 + 1) {
        *reader = (struct selkie_reader){before.next + SIZE + 2 + 1, before.left - SIZE - 2 - 1, false};
    }
    if (fault == CODEC_TAKES_ANYTHING) {
        reader->failed = false;
        brief->accuser = NULL;
        return true;
    }
    if (error != SELKIE_OK) {
        *reader = before;
        reader->failed = fault == CODEC_TAKES_IN_PART;
    }
    return error == SELKIE_OK;
}

static uint32_t take_members(const struct selkie_codec *codec, struct selkie_reader *reader,
                             struct selkie_brief *members, uint32_t count, void *room) {
    bool together = fault_of(codec) == CODEC_TAKES_ALL_INTO_ONE;
    unsigned char *place = room;
    uint32_t taken = 0;
    while (taken < count && take_member(codec, reader, &members[together ? 0 : taken], place)) {
        taken++;
        place += 2 * SIZE + SELKIE_BRIEF_TAIL;
    }
    return taken;
}

/* The others are tried without: they are faults of the functions themselves. */
static bool has_shortcuts(enum faulty_codec_fault fault) {
    return fault == CODEC_WELL || fault >= CODEC_MISJUDGES_SIZE;
}

bool faulty_codec_conforms(enum faulty_codec_fault fault, char text[300]) {
    struct faulty faulty = {.codec_fault = fault};
    struct selkie_identity_type type = {
        .struct_size = sizeof type, .size = SIZE, .addr_size = ADDR_SIZE, .renew = selkie_renew_by_one};
    static const struct selkie_shortcuts shortcuts = {.encode_member = encode_member,
                                                      .decode_member = decode_member,
                                                      .put_members = put_members,
                                                      .member_size = member_size,
                                                      .skip_members = skip_members,
                                                      .take_members = take_members};
    struct selkie_codec codec = {.struct_size = sizeof codec,
                                 .ctx = &faulty,
                                 .shortcuts = has_shortcuts(fault) ? &shortcuts : NULL,
                                 .can = SELKIE_CAN_LEFT | SELKIE_CAN_ACCUSER | SELKIE_CAN_NACK,
                                 .identity_size = SIZE,
                                 .header_max = 1 + SIZE + 2 + SIZE + 1,
                                 .member_min = SIZE + 2 + 1,
                                 .member_max = SIZE + 2 + 1 + SIZE,
                                 .encode_header = encode_header,
                                 .encode_member = encode_member,
                                 .decode_header = decode_header,
                                 .decode_member = decode_member};
    codec.header_max = (uint16_t)(codec.header_max - (fault == CODEC_HEADER_MAX_TOO_SMALL) +
                                  (fault == CODEC_SKIPS_BYTES) + (fault == CODEC_LARGER_THAN_PACKETS ? FAT : 0));
    codec.member_min = (uint16_t)(codec.member_min + (fault == CODEC_MEMBER_MIN_TOO_LARGE));
    codec.member_max = (uint16_t)(codec.member_max - (fault == CODEC_MEMBER_MAX_TOO_SMALL));
    codec.identity_size = (uint16_t)(codec.identity_size + (fault == CODEC_WRONG_IDENTITY_SIZE));
    codec.can &= fault == CODEC_UNCLAIMED_LEFT   ? ~(uint32_t)SELKIE_CAN_LEFT
                 : fault == CODEC_UNCLAIMED_NACK ? ~(uint32_t)SELKIE_CAN_NACK
                                                 : UINT32_MAX;
    struct selkie_sim_conformance what = {.struct_size = sizeof what, .type = &type, .codec = &codec};
    return selkie_sim_conforms(&what, text, 300);
}
