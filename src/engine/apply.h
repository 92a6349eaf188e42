/* News of one member is applied to the table, with all that follows from a change. */
#ifndef SELKIE_ENGINE_APPLY_H
#define SELKIE_ENGINE_APPLY_H

#include "base/inline.h"
#include "engine/state.h"
#include "engine/suspicion.h"

/* Have memory for news of `heard` members, `unknown` of them with addresses that we do not know, and for a farewell. */
static INLINE bool apply_reserve(selkie *engine, uint32_t heard, uint32_t unknown) {
    uint32_t news = heard < UINT32_MAX - 1 ? heard + 1 : heard;
    return members_reserve(&engine->members, unknown) &&
           news_reserve(&engine->news, news, engine->members.records.capacity, engine->config.max_transmissions);
}

/* Have room to queue news of this member. Its encoded size; 0: it cannot be queued, which is noted or counted. */
size_t apply_room_to_tell(selkie *engine, const struct selkie_brief *member);

/* Queue the member in this slot to be told on, afresh. */
void apply_tell(selkie *engine, uint32_t slot);

/* Apply news that may be of anybody but ourselves. The identity need not be aligned. */
struct members_change apply_news(selkie *engine, const struct selkie_member *news, enum members_condition condition,
                                 bool disseminate);

/* The time of a suspicion is over: the member goes Down, if it still has the suspicion's incarnation. Outside a batch of
 * updates the connection is adjusted to that. */
struct members_change apply_verdict(selkie *engine, const struct suspect *suspect, bool in_batch);

/* Apply an update of somebody else's. `slot`: of its address, or SELKIE_NO_SLOT. Did it change anything? */
bool apply_update(selkie *engine, uint32_t slot, const struct selkie_brief *update, bool disseminate);

/* The timer RemoveDown. */
void apply_remove_down(selkie *engine, const struct timer *timer);

/* Submit RemoveDown for all Down members for which none is outstanding: the runtime refused it. */
void apply_lost_removals(selkie *engine);

#endif
