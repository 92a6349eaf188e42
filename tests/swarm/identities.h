/* The identities and codecs that clusters of the swarm are made with: short and long ones, ones whose members differ in
 * size, ones with a `wins` of their own; the packed codec, those of foca, and one of the swarm's own. */
#ifndef SWARM_IDENTITIES_H
#define SWARM_IDENTITIES_H

#include "selkie/codec.h"

struct identity_kind {
    const char *name;
    const struct selkie_field *fields;
    uint16_t addr_size;
    bool falling; /* the smaller generation wins */
};

extern const struct identity_kind identity_kinds[];
extern const unsigned identity_kinds_count;

enum codec_kind { CODEC_PACKED, CODEC_OWN, CODEC_BINCODE1, CODEC_BINCODE1_FIXED, CODEC_BINCODE2, CODEC_POSTCARD };
#define CODEC_KINDS 6u
const char *codec_kind_name(enum codec_kind kind);

void identities_type(const struct identity_kind *kind, struct selkie_identity_type *type);
void identities_make(const struct identity_kind *kind, uint32_t member, unsigned char *identity);
void identities_codec(const struct identity_kind *kind, enum codec_kind codec_kind, struct selkie_codec *codec);

#endif
