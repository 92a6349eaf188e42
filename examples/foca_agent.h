/* What udp_agent.c has in common with foca's example agent, so that the two can live in one cluster: the codecs by
 * name, the fields of an identity, and the broadcast with which agents greet each other. */
#ifndef FOCA_AGENT_H
#define FOCA_AGENT_H

#include "selkie/codec.h"
#include "selkie/inet.h"

#include <ctype.h>
#include <string.h>

/* Who says it, its version in the place of the generation, and a text that zeros fill up. Of two with the same address
 * the one with the larger version is newer. */
struct hello {
    struct selkie_inet key;
    char text[128];
};

static const struct selkie_field identity_fields[] = {
    {SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U64, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field hello_fields[] = {
    {SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U64, 0}, {SELKIE_FIELD_STRING, 128}, {SELKIE_FIELD_END, 0}};

/* Fill *codec with the one of this name. False: there is none. */
static inline bool codec_by_name(struct selkie_codec *codec, const char *name) {
    selkie_codec_packed(codec, sizeof(struct selkie_inet));
    return strcmp(name, "packed") == 0     ? true
           : strcmp(name, "bincode1") == 0 ? selkie_codec_bincode1(codec, identity_fields) == 0
           : strcmp(name, "bincode2") == 0 ? selkie_codec_bincode2(codec, identity_fields) == 0
           : strcmp(name, "postcard") == 0 ? selkie_codec_postcard(codec, identity_fields) == 0
                                           : false;
}

/* The generation to start with: foca's agents count seconds, ours milliseconds. */
static inline uint64_t first_generation(const struct selkie_codec *codec) {
    return selkie_inet_generation_now() / (codec->format == NULL ? 1 : 1000);
}

/* Write a hello to `bytes`. Its size; 0: it does not fit. */
static inline size_t hello_write(const struct selkie_codec *codec, const struct hello *hello, void *bytes,
                                 size_t room) {
    struct selkie_writer writer = {.next = bytes, .left = room};
    return selkie_put_fields(codec, &writer, hello_fields, hello) ? room - writer.left : 0;
}

/* Read one; what strangers wrote may steer a terminal, and becomes '?'. False: it is none. */
static inline bool hello_read(const struct selkie_codec *codec, const void *bytes, size_t size, struct hello *hello) {
    struct selkie_reader reader = {.next = bytes, .left = size};
    if (selkie_get_fields(codec, &reader, hello_fields, hello) != 0 || reader.left != 0)
        return false;
    for (size_t i = 0; i < sizeof hello->text && hello->text[i] != '\0'; i++)
        if (!isprint((unsigned char)hello->text[i]))
            hello->text[i] = '?';
    return true;
}

#endif
