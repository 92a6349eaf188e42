/* The updates of a batch: which are about ourselves, which about a former self, which about others. */
#include "engine/update.h"

#include "engine/apply.h"
#include "engine/ourselves.h"

/* Whatever is said of our address under another identity: it is a former self. */
static void hear_of_former_self(selkie *engine, const struct selkie_member *update, bool disseminate) {
    struct selkie_member down = *update;
    down.incarnation = 0;
    down.state = SELKIE_DOWN;
    down.flags = 0;
    down.accuser = NULL;
    apply_news(engine, &down, MEMBERS_ANY, disseminate);
}

void update_hear(selkie *engine, const struct selkie_member *update, bool disseminate) {
    if (!state_has_our_address(engine, update->identity)) {
        bool changed = apply_update(engine, update, disseminate);
        count(engine, changed ? COUNTER_updates_applied : COUNTER_updates_ignored);
    } else if (!state_is_us(engine, update->identity)) {
        hear_of_former_self(engine, update, disseminate);
    } else if (update->state == SELKIE_SUSPECT) {
        ourselves_suspected(engine, update->incarnation);
    } else if (update->state == SELKIE_DOWN) {
        ourselves_declared_down(engine);
    }
}
