/* How news of what happened to a member spreads: subjects and their observers. */
#ifndef SELKIE_COMMAND_DETECT_H
#define SELKIE_COMMAND_DETECT_H

#include "command/result.h"

/* A subject that may still be heard of. */
struct open_subject;

struct detect {
    uint32_t members;
    struct open_subject **open; /* of each member; NULL: none */
    uint32_t *opened;           /* the members that have one */
    uint32_t opened_count;
    struct subject *subjects;
    uint32_t count;
    size_t room;
};

void detect_init(struct detect *detect, uint32_t members);
void detect_free(struct detect *detect); /* but not the subjects */

/* Something happens to a member. generation: of its identity then; ends_life: it is over with that. `observes` says of
 * each other member whether it is an observer. */
void detect_begin(struct detect *detect, const struct subject *subject, uint32_t generation, bool ends_life,
                  bool (*observes)(void *ctx, uint32_t observer, uint32_t member), void *ctx);

/* An event is over for a member, which is a subject of it or, meanwhile, of another one; it lives again. */
void detect_over(struct detect *detect, uint32_t event, uint32_t member, uint64_t now_us);
void detect_lives(struct detect *detect, uint32_t member, uint64_t now_us);

/* Somebody pings it. */
void detect_ping(struct detect *detect, uint32_t member, uint64_t now_us);

/* An observer holds it for Suspect, or for Down. */
void detect_notice(struct detect *detect, uint32_t observer, uint32_t member, uint32_t generation, bool is_down,
                   uint64_t now_us);

/* A member is no observer any more of what it has not learned of. */
void detect_lose(struct detect *detect, uint32_t observer);

/* That was all. */
void detect_finish(struct detect *detect);

#endif
