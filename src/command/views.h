/* Who holds whom for what, as the engines' notifications told it, in numbers that are always up to date. */
#ifndef SELKIE_COMMAND_VIEWS_H
#define SELKIE_COMMAND_VIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of one member. */
struct regard {
    bool live;                         /* it runs, and is not stopped */
    uint32_t size;                     /* how many others it holds for active */
    uint32_t holders;                  /* live others that hold it for active */
    uint32_t suspects;                 /* of those, how many suspect it */
    uint32_t downs;                    /* live others that called it Down, and not active again since */
    uint8_t *suspected_by, *downed_by; /* a bit for each member; NULL: nobody ever did */
};

struct views {
    uint32_t members;
    size_t stride;   /* bytes of a row */
    uint8_t *active; /* a row for each member: by whom it is held for active */
    struct regard *of;
    uint32_t live;     /* how many are */
    uint64_t wrong;    /* pairs of live members of which one does not hold the other for active, or of a live one that
                          holds one for active that is not */
    uint64_t suspects; /* pairs of which one suspects the other, both live or not */
};

void views_init(struct views *views, uint32_t members);
void views_free(struct views *views);

/* All are live and hold each other for active. */
void views_acquaint(struct views *views);

void views_set_live(struct views *views, uint32_t member, bool live);
void views_forget(struct views *views, uint32_t observer); /* it, which is not live, knows nobody any more */
void views_renew(struct views *views, uint32_t member);    /* what was said of it is of a former life */

/* What an observer notified. views_up: had it called it Down before? */
bool views_up(struct views *views, uint32_t observer, uint32_t member);
void views_down(struct views *views, uint32_t observer, uint32_t member);
void views_suspect(struct views *views, uint32_t observer, uint32_t member, bool suspect);

#endif
