/* The tape: everything that the engine did through its owner's functions during one operation, in order. The recorder
 * in test_model.c writes it; the model reads it. It knows neither the engine nor the model. */
#ifndef TESTS_MODEL_TAPE_H
#define TESTS_MODEL_TAPE_H

#include "selkie/selkie.h"

#include <stdio.h>

#define ID_MAX 16u
#define PACKET_MAX 2048u
#define KEY_MAX 8u
#define SEEN_MAX 512u

/* An identity by value; bytes past the type's size are zero. */
struct id {
    _Alignas(16) unsigned char bytes[ID_MAX];
};

/* What the engine said of itself from inside a callback. */
struct glimpse {
    struct id self;
    uint16_t incarnation;
    int connection;
    uint32_t active, members, updates, broadcasts;
};

/* A notification's member, taken out of its borrowed memory. */
struct told_member {
    bool named, accused;
    struct id id, accuser;
    uint16_t incarnation;
    uint8_t state, flags;
    uint32_t slot;
};

/* A header, decoded or told, by value. */
struct header {
    struct id source, destination, peer;
    bool has_peer;
    uint16_t incarnation;
    uint8_t message, number, flags;
};

enum event_kind { EVENT_NOTIFY, EVENT_SEND, EVENT_SUBMIT, EVENT_RECEIVE, EVENT_WANTS, EVENT_RENEW, EVENT_DONE };

struct event {
    enum event_kind kind;
    struct glimpse glimpse;
    struct id id;    /* SEND: to whom. WANTS: about whom. RECEIVE: from whom. RENEW: what was to be renewed */
    struct id other; /* NOTIFY: the old identity. RENEW: the renewed one */
    bool has_id;     /* RECEIVE: there was a sender */
    bool has_other;  /* NOTIFY: there was an old identity */
    bool has_header; /* NOTIFY */
    bool answer;     /* SUBMIT: kept. WANTS, RENEW: what was answered */
    int notification;
    int verdict; /* RECEIVE. DONE: why it is queued no more */
    uint8_t probe_number;
    struct told_member member;
    struct header header;
    struct selkie_timer timer;
    uint64_t delay_us;
    unsigned char key[KEY_MAX]; /* RECEIVE, DONE */
    size_t seen_count;          /* SUBMIT: the first members by slot, as they could be seen at that point */
    size_t size;                /* SEND, RECEIVE */
    unsigned char bytes[PACKET_MAX];
    struct told_member seen[SEEN_MAX];
};

struct tape {
    struct event *events;
    size_t count, room;
    size_t next; /* the first that the model has not accounted for */
};

/* Forget what was recorded; memory is kept. */
void tape_rewind(struct tape *tape);
void tape_free(struct tape *tape);

/* Append an event of this kind, cleared but for its bytes. */
struct event *tape_add(struct tape *tape, enum event_kind kind);

/* The event `ahead` places after the next one; NULL: there is none. */
const struct event *tape_peek(const struct tape *tape, size_t ahead);

/* Print all events in words, with a mark at the next one. */
void tape_print(const struct tape *tape, size_t id_size, FILE *to);

/* Write an identity as hexadecimal digits. `text` has room for 2 * ID_MAX + 1 characters; returns it. */
char *id_text(const struct id *id, size_t id_size, char *text);

#endif
