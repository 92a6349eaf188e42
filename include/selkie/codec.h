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

/* What a codec can carry beyond identity, incarnation and state. The engine does without what it cannot. */
enum selkie_codec_can {
    SELKIE_CAN_LEFT = 1u,   /* members: SELKIE_LEFT */
    SELKIE_CAN_ACCUSER = 2u /* members: who suspects them */
};

struct selkie_codec {
    size_t struct_size;
    void *ctx;              /* yours */
    uint32_t can;           /* of enum selkie_codec_can */
    uint16_t identity_size; /* bytes of the identities that it writes: must be the identity type's size */
    uint16_t header_max;    /* most bytes that a header without a third party takes */
    uint16_t member_min;    /* least bytes that a member takes, at least 1 */
    uint16_t member_max;    /* most bytes that a member takes */

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
};

/* Does this message name a third party (header.peer), and does it carry a probe number? */
SELKIE_API bool selkie_message_has_peer(int message);
SELKIE_API bool selkie_message_has_number(int message);

/* Fill *codec with the packed codec, selkie's own: identities as they are, fixed little-endian integers, a version
 * byte. An update takes identity_size + 3 bytes. identity_size: 1 to SELKIE_IDENTITY_MAX; any other makes a codec
 * that no engine takes. docs/protocol.md draws it byte by byte. */
#define selkie_codec_packed(codec, identity_size) selkie_codec_packed_((codec), sizeof *(codec), (identity_size))
SELKIE_API void selkie_codec_packed_(struct selkie_codec *codec, size_t struct_size, size_t identity_size);

#ifdef __cplusplus
}
#endif
#endif
