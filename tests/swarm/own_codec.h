/* A codec as a user would write one: everything in the plainest way, big-endian, LEFT but no accusers. */
#ifndef SWARM_OWN_CODEC_H
#define SWARM_OWN_CODEC_H

#include "selkie/codec.h"

void own_codec(struct selkie_codec *codec, uint16_t identity_size);

#endif
