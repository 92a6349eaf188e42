/* Suspicions: whom we suspect or hear suspected, for how long, and who agrees. */
#ifndef SELKIE_ENGINE_SUSPICION_H
#define SELKIE_ENGINE_SUSPICION_H

#include "engine/members.h"
#include "engine/suspicions.h"
#include "engine/timer.h"

/* How many an engine with these bounds tracks at once. `max_members` 0: no bound; `max_suspicions` 0: the default. */
uint32_t suspicion_limit(uint32_t max_members, uint32_t max_suspicions);

/* Does agreement shorten suspicions? Then each suspicion that is heard has a timer here, too. */
bool suspicion_agreement(const selkie *engine);

/* A probe of ours failed, and agreement shortens nothing: the member (aligned) has suspect_to_down_after to refute. */
void suspicion_start(selkie *engine, const void *identity, uint16_t incarnation);

/* With agreement, the member in this slot has become Suspect, by the word of `accuser` (NULL: unnamed). First
 * track it, so that its accuser is known; when all else that follows has happened, let its time run. */
void suspicion_track(selkie *engine, uint32_t slot, const void *accuser);
void suspicion_run(selkie *engine, uint32_t slot);

/* With agreement, somebody accuses the member in this slot, which is Suspect just so already. */
enum suspicion_verdict {
    SUSPICION_AS_BEFORE,
    SUSPICION_CONFIRMED, /* one more accuses it */
    SUSPICION_OVER       /* and now its time is over: it is to go Down */
};
enum suspicion_verdict suspicion_accuse(selkie *engine, uint32_t slot, const void *accuser);

/* The member in this slot, with who accuses it as far as that is known: in brief, and described. What is pointed to is
 * borrowed from the table and not aligned. */
struct selkie_brief suspicion_brief(const selkie *engine, uint32_t slot);
void suspicion_describe(const selkie *engine, uint32_t slot, struct selkie_member *member);

/* The timer ChangeSuspectToDown. True: the time of *suspect is over, and it is to go Down. */
struct suspect {
    struct identity identity;
    uint16_t incarnation;
};
bool suspicion_timeout(selkie *engine, const struct timer *timer, bool stale, struct suspect *suspect);

/* This process did not run: whoever is suspected has so much more time. */
void suspicion_prolong(selkie *engine, uint64_t duration_us);

/* Their timers were lost. With agreement, the time of all who are Suspect runs anew. */
void suspicion_revive(selkie *engine);

#endif
