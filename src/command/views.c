#include "command/views.h"

#include "command/bits.h"
#include "command/memory.h"

#include <stdlib.h>
#include <string.h>

/* NULL: nobody is in it. */
static bool has(const uint8_t *row, uint32_t observer) {
    return row != NULL && bits_get(row, observer);
}

static uint8_t *row_of(const struct views *views, uint32_t member) {
    return views->active + member * views->stride;
}

void views_init(struct views *views, uint32_t members) {
    *views = (struct views){.members = members, .stride = bits_bytes(members)};
    views->active = memory_zeroed(members, views->stride);
    views->of = memory_zeroed(members, sizeof *views->of);
}

void views_free(struct views *views) {
    for (uint32_t member = 0; member < views->members; member++) {
        free(views->of[member].suspected_by);
        free(views->of[member].downed_by);
    }
    free(views->of);
    free(views->active);
}

void views_acquaint(struct views *views) {
    memset(views->active, 0xff, views->members * views->stride);
    for (uint32_t member = 0; member < views->members; member++) {
        bits_put(row_of(views, member), member, false);
        views->of[member].live = true;
        views->of[member].size = views->of[member].holders = views->members - 1;
    }
    views->live = views->members;
    views->wrong = 0;
}

/* ---- Who counts ---- */

/* How much of a live observer's view is wrong; it is added to the numbers about others, or taken from them. */
static uint64_t count_view(struct views *views, uint32_t observer, uint32_t sign) {
    uint64_t wrong = 0;
    for (uint32_t member = 0; member < views->members; member++) {
        struct regard *of = &views->of[member];
        bool active = bits_get(row_of(views, member), observer);
        of->holders += active ? sign : 0;
        of->suspects += has(of->suspected_by, observer) ? sign : 0;
        of->downs += has(of->downed_by, observer) ? sign : 0;
        wrong += member != observer && active != of->live;
    }
    return wrong;
}

void views_set_live(struct views *views, uint32_t member, bool live) {
    struct regard *of = &views->of[member];
    if (of->live == live) {
        return;
    }
    if (!live) {
        views->wrong -= count_view(views, member, UINT32_MAX); /* minus one */
        views->live--;
    }
    uint64_t right_if_live = of->holders, others = views->live;
    views->wrong += live ? others - right_if_live : right_if_live;
    views->wrong -= live ? right_if_live : others - right_if_live;
    of->live = live;
    if (live) {
        views->wrong += count_view(views, member, 1);
        views->live++;
    }
}

void views_forget(struct views *views, uint32_t observer) {
    for (uint32_t member = 0; member < views->members; member++) {
        struct regard *of = &views->of[member];
        bits_put(row_of(views, member), observer, false);
        if (of->suspected_by != NULL) {
            views->suspects -= has(of->suspected_by, observer);
            bits_put(of->suspected_by, observer, false);
        }
        if (of->downed_by != NULL) {
            bits_put(of->downed_by, observer, false);
        }
    }
    views->of[observer].size = 0;
}

void views_renew(struct views *views, uint32_t member) {
    struct regard *of = &views->of[member];
    if (of->downed_by != NULL) {
        memset(of->downed_by, 0, views->stride);
        of->downs = 0;
    }
}

/* ---- What observers say ---- */

static void mark(struct views *views, uint8_t **row, uint32_t observer, bool on, uint32_t *count) {
    if (has(*row, observer) == on) {
        return;
    }
    if (*row == NULL) {
        *row = memory_zeroed(1, views->stride);
    }
    bits_put(*row, observer, on);
    *count += !views->of[observer].live ? 0 : on ? 1 : UINT32_MAX;
}

static void set_active(struct views *views, uint32_t observer, uint32_t member, bool active) {
    struct regard *of = &views->of[member], *from = &views->of[observer];
    uint8_t *row = row_of(views, member);
    if (bits_get(row, observer) == active) {
        return;
    }
    bits_put(row, observer, active);
    from->size += active ? 1 : UINT32_MAX;
    if (from->live) {
        of->holders += active ? 1 : UINT32_MAX;
        views->wrong += active == of->live ? UINT64_MAX : 1;
    }
}

bool views_up(struct views *views, uint32_t observer, uint32_t member) {
    bool was_down = has(views->of[member].downed_by, observer);
    set_active(views, observer, member, true);
    mark(views, &views->of[member].downed_by, observer, false, &views->of[member].downs);
    return was_down;
}

void views_down(struct views *views, uint32_t observer, uint32_t member) {
    views_suspect(views, observer, member, false);
    set_active(views, observer, member, false);
    mark(views, &views->of[member].downed_by, observer, true, &views->of[member].downs);
}

void views_suspect(struct views *views, uint32_t observer, uint32_t member, bool suspect) {
    struct regard *of = &views->of[member];
    bool was = has(of->suspected_by, observer);
    mark(views, &of->suspected_by, observer, suspect, &of->suspects);
    views->suspects += suspect == was ? 0 : suspect ? 1 : UINT64_MAX;
}
