/* A member that lies: its codec and its runtime, wrapped. */
#include "liar.h"

#include "selkie/codec.h"

/* Of these it submits many more. Only of the first ones: what a timer leads to submits timers in its turn. */
#define TIMERS_MULTIPLIED 8u
#define TIMES_EACH 40u

static struct {
    enum lie lie;
    struct selkie_codec codec, lying_codec;
    struct selkie_runtime runtime, lying_runtime;
    unsigned multiplied; /* timers */
} liar;

/* ---- Codecs that lie ---- */

static uint8_t said_state(uint8_t state) {
    switch (liar.lie) {
    case LIE_DOWN_IS_ALIVE:
        return state == SELKIE_DOWN ? SELKIE_ALIVE : state;
    case LIE_ALIVE_IS_SUSPECT:
        return state == SELKIE_ALIVE ? SELKIE_SUSPECT : state;
    case LIE_ALIVE_IS_DOWN:
        return state == SELKIE_ALIVE ? SELKIE_DOWN : state;
    default:
        return state;
    }
}

static bool encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    struct selkie_member said = *member;
    unsigned char identity[8];
    memcpy(identity, member->identity, sizeof identity);
    (void)codec;
    said.identity = identity;
    said.state = said_state(member->state);
    said.flags = said.state == SELKIE_DOWN ? said.flags : 0;
    said.accuser = said.state == SELKIE_SUSPECT ? said.accuser : NULL;
    if (liar.lie == LIE_INCARNATION_OF_ANOTHER) {
        said.incarnation = 7;
    } else if (liar.lie == LIE_IDENTITY) {
        identity[7] = 99;
    }
    return liar.codec.encode_member(&liar.codec, writer, &said);
}

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    struct selkie_header said = *header;
    unsigned char source[8];
    memcpy(source, header->source, sizeof source);
    (void)codec;
    said.source = source;
    if (liar.lie == LIE_OWN_INCARNATION) {
        said.source_incarnation = 1;
    } else if (liar.lie == LIE_FROM_ANOTHER) {
        source[3]++;
    }
    return liar.codec.encode_header(&liar.codec, writer, &said);
}

static int decode_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser) {
    (void)codec;
    int error = liar.codec.decode_member(&liar.codec, reader, member, identity, accuser);
    if (liar.lie == LIE_DEAF_TO_BAD_NEWS) {
        member->state = SELKIE_ALIVE;
        member->flags = 0;
    }
    return error;
}

/* ---- Runtimes that lie ---- */

static void notify(void *ctx, const struct selkie_notification *notification) {
    (void)ctx;
    bool is_up = notification->kind == SELKIE_NOTIFY_MEMBER_UP;
    if ((liar.lie == LIE_NO_UP && is_up) || (liar.lie == LIE_NO_ACTIVE && notification->kind == SELKIE_NOTIFY_ACTIVE)) {
        return;
    }
    liar.runtime.notify(liar.runtime.ctx, notification);
    if (liar.lie == LIE_TWO_UPS && is_up) {
        liar.runtime.notify(liar.runtime.ctx, notification);
    }
}

/* How many bytes of a packet are its header. */
static size_t header_size(const unsigned char *packet) {
    int message = packet[1] & 0x0f;
    size_t number = selkie_message_has_number(message) ? 1 : 0;
    return 2 + 8 + 2 + 8 + number + (selkie_message_has_peer(message) ? 8 : 0);
}

/* An empty Ping that is made to say once or twice that member 0 is Alive, with no end to it. */
static size_t with_news(unsigned char *packet, size_t size, unsigned times) {
    static const unsigned char news[11] = {10, 0, 0, 1, 0x1e, 0xd2, 0, 1, 0, 0, 0};
    size_t header = header_size(packet);
    if (packet[1] != SELKIE_PING || size > header + 2) {
        return size;
    }
    packet[header] = 0;
    packet[header + 1] = (unsigned char)times;
    for (unsigned i = 0; i < times; i++) {
        memcpy(packet + header + 2 + i * sizeof news, news, sizeof news);
    }
    return header + 2 + times * sizeof news;
}

/* What becomes of a packet: its size; 0: it is not sent. */
static size_t forged(unsigned char *packet, size_t size) {
    int message = packet[1];
    switch (liar.lie) {
    case LIE_JUNK:
        memset(packet, 0xee, size);
        return size;
    case LIE_STRAY_BYTES:
        return size + (message == SELKIE_ACK);
    case LIE_TOO_LARGE:
        return message == SELKIE_ACK ? 1401 : size;
    case LIE_SAME_NEWS:
        return with_news(packet, size, 1);
    case LIE_TWICE_IN_A_PACKET:
        return with_news(packet, size, 2);
    case LIE_NO_ACK:
        return message == SELKIE_ACK ? 0 : size;
    case LIE_NO_PING:
        return message == SELKIE_PING ? 0 : size;
    case LIE_NO_NEWS:
        return header_size(packet);
    default:
        return size;
    }
}

static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    unsigned char packet[1500];
    (void)ctx;
    memset(packet, 0, sizeof packet);
    memcpy(packet, bytes, size);
    size = forged(packet, size);
    if (size > 0) {
        liar.runtime.send_to(liar.runtime.ctx, identity, packet, size);
    }
    if (liar.lie == LIE_TWO_ANSWERS) {
        liar.runtime.send_to(liar.runtime.ctx, identity, packet, size);
    }
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    (void)ctx;
    if (liar.lie == LIE_DEAF_TO_BAD_NEWS) {
        return true;
    }
    unsigned more = liar.lie == LIE_MANY_TIMERS && liar.multiplied++ < TIMERS_MULTIPLIED ? TIMES_EACH : 0;
    while (more-- > 0) {
        liar.runtime.submit_after(liar.runtime.ctx, timer, delay_us);
    }
    return liar.runtime.submit_after(liar.runtime.ctx, timer, delay_us);
}

/* ---- How it comes into the cluster ---- */

static void prepare(void *ctx, uint32_t member, struct selkie_options *options) {
    (void)ctx;
    if (member != 1) {
        return;
    }
    liar.codec = *options->codec;
    liar.lying_codec = liar.codec;
    liar.lying_codec.encode_member = encode_member;
    liar.lying_codec.encode_header = encode_header;
    liar.lying_codec.decode_member = decode_member;
    options->codec = &liar.lying_codec;
    liar.runtime = *options->runtime;
    liar.lying_runtime = (struct selkie_runtime){
        .struct_size = sizeof liar.lying_runtime, .notify = notify, .send_to = send_to, .submit_after = submit_after};
    options->runtime = &liar.lying_runtime;
    if (liar.lie == LIE_MANY_TIMERS) {
        options->max_members = 4; /* only of a bounded engine is it known how many timers it may have */
    }
}

void liar_lies(struct selkie_sim_options *options, enum lie lie) {
    memset(&liar, 0, sizeof liar);
    liar.lie = lie;
    options->prepare = prepare;
}

static void violated(void *ctx, const struct selkie_sim_violation *violation) {
    struct findings *findings = ctx;
    assert_true(strlen(violation->what) > 0);
    if (violation->member == 1) {
        findings->of_liar |= SELKIE_SIM_CHECK_BIT(violation->check);
    } else {
        findings->of_others |= SELKIE_SIM_CHECK_BIT(violation->check);
    }
}

void liar_findings(struct selkie_sim_options *options, struct findings *findings) {
    memset(findings, 0, sizeof *findings);
    options->ctx = findings;
    options->violated = violated;
}
