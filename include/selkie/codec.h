/* Codecs: how headers and members become bytes.
 *
 * A packet is `header | u16 number of members (big-endian) | members | broadcasts`, each broadcast with a u16 length
 * (big-endian) before it. The frame is the engine's; how a header and a member are written is the codec's. All members
 * of a cluster use the same codec.
 *
 * Writing one of your own takes four short functions on the readers and writers of selkie/bytes.h. They must be pure:
 * the engine may decode the same bytes twice. */
#ifndef SELKIE_CODEC_H
#define SELKIE_CODEC_H

#include "selkie/bytes.h"
#include "selkie/selkie.h"

#ifdef __cplusplus
extern "C" {
#endif

struct selkie_codec;
struct selkie_format; /* how a serde format writes numbers; the library's own */

/* What a codec can carry beyond identity, incarnation and state. The engine does without what it cannot. */
enum selkie_codec_can {
    SELKIE_CAN_LEFT = 1u,    /* members: SELKIE_LEFT */
    SELKIE_CAN_ACCUSER = 2u, /* members: who suspects them */
    SELKIE_CAN_NACK = 4u     /* headers: the message Nack, and SELKIE_NACK_WANTED */
};

/* A member in brief, as shortcuts read and write it: its identity, its incarnation (2 bytes, little-endian) and a byte
 * of bits, one after the other, and not aligned. Most of what members are is moved from packet to table and back without
 * a look at it. */
enum selkie_brief_bits {
    SELKIE_BRIEF_STATE = 3u, /* enum selkie_state */
    SELKIE_BRIEF_LEFT = 4u   /* SELKIE_LEFT; what the other bits are counts for nothing */
};

enum { SELKIE_BRIEF_TAIL = 3 }; /* bytes after the identity */

struct selkie_brief {
    const unsigned char *bytes;   /* identity_size + SELKIE_BRIEF_TAIL */
    const unsigned char *accuser; /* identity_size; NULL: there is none */
};

/* Faster ways to do what encode_member and decode_member do; NULL where there is none. They are taken for those very
 * functions alone, which are named here once more: where somebody puts another in the place of one of them, nothing
 * passes it by. */
struct selkie_shortcuts {
    bool (*encode_member)(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member);
    int (*decode_member)(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser);

    /* Write what encode_member writes, for one of `count` members after the other, until one cannot be written. What the
     * codec cannot carry is left out. How many were: the writer is behind the last of them, and has not failed. */
    uint32_t (*put_members)(const struct selkie_codec *codec, struct selkie_writer *writer,
                            const struct selkie_brief *members, uint32_t count);

    /* The bytes that put_members takes for a member. */
    size_t (*member_size)(const struct selkie_codec *codec, const struct selkie_brief *member);

    /* Read past `count` members. 0, or what decode_member has for the first that it does not take: each packet is gone
     * through once before it has any effect. */
    int (*skip_members)(const struct selkie_codec *codec, struct selkie_reader *reader, uint32_t count);

    /* Read what decode_member reads, `count` times or until it would not take one, and fill `members`: nobody has cleared
     * them. What they point to may be the bytes that were read, or `room`, which has room for that: count x
     * (2 x identity_size + SELKIE_BRIEF_TAIL) bytes. How many were read: the reader is behind the last of them, and has
     * not failed. */
    uint32_t (*take_members)(const struct selkie_codec *codec, struct selkie_reader *reader,
                             struct selkie_brief *members, uint32_t count, void *room);
};

struct selkie_codec {
    size_t struct_size;
    void *ctx;                          /* yours */
    const struct selkie_format *format; /* of the codecs that foca speaks; NULL in yours */
    uint32_t can;                       /* of enum selkie_codec_can */
    uint16_t identity_size;             /* bytes of the identities that it writes: must be the identity type's size */
    uint16_t header_max;                /* most bytes that a header without a third party takes */
    uint16_t member_min;                /* least bytes that a member takes, at least 1 */
    uint16_t member_max;                /* most bytes that a member takes */

    /* Write. False: it did not fit, or cannot be written. */
    bool (*encode_header)(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header);
    bool (*encode_member)(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member);

    /* Read. 0, or SELKIE_E_DECODE or SELKIE_E_VERSION. decode_header fills source_incarnation, message, probe_number
     * and flags of *header, and writes the identities (each identity_size bytes): `peer` only for messages that have
     * one. decode_member fills incarnation, state and flags of *member and writes `identity`; if it names an accuser,
     * it writes that to `accuser` and points member->accuser to it. What they are given is cleared before. */
    int (*decode_header)(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer);
    int (*decode_member)(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser);

    const struct selkie_shortcuts *shortcuts; /* NULL: none; must outlive every engine that uses the codec */
};

/* Does this message name a third party (header.peer), and does it carry a probe number? */
SELKIE_API bool selkie_message_has_peer(int message);
SELKIE_API bool selkie_message_has_number(int message);

/* Fill *codec with the packed codec, selkie's own: identities as they are, fixed little-endian integers, a version
 * byte. An update takes identity_size + 3 bytes. identity_size: 1 to SELKIE_IDENTITY_MAX; any other makes a codec
 * that no engine takes. docs/protocol.md draws it byte by byte. */
#define selkie_codec_packed(codec, identity_size) selkie_codec_packed_((codec), sizeof *(codec), (identity_size))
SELKIE_API void selkie_codec_packed_(struct selkie_codec *codec, size_t struct_size, size_t identity_size);

/* ---- Codecs that foca speaks ------------------------------------------------------------------------------------- */

/* The Rust library foca lets its users choose a serde format. To live in one cluster with it, describe your identity
 * once, field by field, in the order of the Rust struct; each of these codecs writes it from that description. In
 * memory the identity is its fields one after the other without a gap, all numbers big-endian, so that the default
 * `wins` and selkie_renew_by_one fit a generation at its end. docs/interop.md tells which codec goes with which
 * foca. */
enum selkie_field_kind {
    SELKIE_FIELD_END,         /* ends the table */
    SELKIE_FIELD_U8,          /* 1 byte */
    SELKIE_FIELD_U16,         /* 2 bytes */
    SELKIE_FIELD_U32,         /* 4 bytes */
    SELKIE_FIELD_U64,         /* 8 bytes */
    SELKIE_FIELD_BYTES,       /* [u8; size] */
    SELKIE_FIELD_STRING,      /* String of at most `size` bytes of UTF-8, none of them 0; in memory zeros fill it up */
    SELKIE_FIELD_IPV4,        /* Ipv4Addr: 4 bytes */
    SELKIE_FIELD_IPV6,        /* Ipv6Addr: 16 bytes */
    SELKIE_FIELD_IP,          /* IpAddr: 16 bytes, IPv4 as IPv4-mapped IPv6 */
    SELKIE_FIELD_SOCKADDR_V4, /* SocketAddrV4: address 4 bytes, port 2 */
    SELKIE_FIELD_SOCKADDR_V6, /* SocketAddrV6: address 16 bytes, port 2 */
    SELKIE_FIELD_SOCKADDR     /* SocketAddr: address 16 bytes, IPv4 as IPv4-mapped IPv6, port 2 */
};

struct selkie_field {
    uint16_t kind; /* enum selkie_field_kind */
    uint16_t size; /* of SELKIE_FIELD_BYTES and SELKIE_FIELD_STRING: bytes in memory; otherwise 0 */
};

/* The bytes of memory that these fields take. 0: there are none, or the table is wrong (a kind that does not exist, a
 * size where none belongs or none where one does, more than 65,535 bytes). */
SELKIE_API size_t selkie_fields_size(const struct selkie_field *fields);

/* Fill *codec. `fields` must outlive every engine that uses it. INVALID_CONFIG: selkie_fields_size(fields) is not 1 to
 * SELKIE_IDENTITY_MAX; *codec is untouched. None of them can carry what foca does not know (enum selkie_codec_can).
 *   bincode1        bincode 1, DefaultOptions: integers of variable length
 *   bincode1_fixed  bincode 1, bincode::serialize: integers of fixed length
 *   bincode2        bincode 2, config::standard()
 *   postcard        postcard 1 */
#define selkie_codec_bincode1(codec, fields) selkie_codec_bincode1_((codec), sizeof *(codec), (fields))
#define selkie_codec_bincode1_fixed(codec, fields) selkie_codec_bincode1_fixed_((codec), sizeof *(codec), (fields))
#define selkie_codec_bincode2(codec, fields) selkie_codec_bincode2_((codec), sizeof *(codec), (fields))
#define selkie_codec_postcard(codec, fields) selkie_codec_postcard_((codec), sizeof *(codec), (fields))
SELKIE_API int selkie_codec_bincode1_(struct selkie_codec *codec, size_t struct_size,
                                      const struct selkie_field *fields) SELKIE_CHECK;
SELKIE_API int selkie_codec_bincode1_fixed_(struct selkie_codec *codec, size_t struct_size,
                                            const struct selkie_field *fields) SELKIE_CHECK;
SELKIE_API int selkie_codec_bincode2_(struct selkie_codec *codec, size_t struct_size,
                                      const struct selkie_field *fields) SELKIE_CHECK;
SELKIE_API int selkie_codec_postcard_(struct selkie_codec *codec, size_t struct_size,
                                      const struct selkie_field *fields) SELKIE_CHECK;

/* Write a record of your own (a custom broadcast, say) as the codec writes numbers, text and addresses; the packed
 * codec and codecs of one's own copy its bytes as they are. False: it does not fit, holds text that is no UTF-8, or
 * selkie_fields_size(fields) is 0. */
SELKIE_API bool selkie_put_fields(const struct selkie_codec *codec, struct selkie_writer *writer,
                                  const struct selkie_field *fields, const void *record);

/* Read one: selkie_fields_size(fields) bytes to *record. 0, or DECODE: what *record holds then is not defined. */
SELKIE_API int selkie_get_fields(const struct selkie_codec *codec, struct selkie_reader *reader,
                                 const struct selkie_field *fields, void *record);

#ifdef __cplusplus
}
#endif
#endif
