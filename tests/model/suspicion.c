/* Suspicions: when each is over, who agreed with it, and the places that they have. */
#include "model.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

bool suspicions_shrink(const struct model *model) {
    return model->config.suspicion_max_factor > 1 && model->config.suspicion_confirmations != 0;
}

/* ---- times ---- */

/* The power of `base` that `number` is; 0: it is none. */
static unsigned power_of(unsigned base, unsigned number) {
    unsigned power = 0;
    for (; number % base == 0; number /= base)
        power++;
    return number == 1 ? power : 0;
}

/* The part log(a) / log(b) of `whole`, rounded up: exact where the quotient is rational, and otherwise nothing that
 * is near enough to a whole number to depend on the last bits. */
static uint64_t log_part(const struct model *model, uint64_t whole, unsigned a, unsigned b) {
    for (unsigned base = 2; base <= 3; base++) {
        uint64_t above = power_of(base, a), below = power_of(base, b);
        if (above && below)
            return (whole * above + below - 1) / below;
    }
    long double part = (long double)whole * logl(a) / logl(b), up = ceill(part);
    long double doubt = (part + 1) * 16 * LDBL_EPSILON;
    DEMAND(model, up - part > doubt && up - part < 1 - doubt, "(model) a time that cannot be told");
    return (uint64_t)up;
}

/* After what time is a suspicion over that so many others agreed with? */
static uint64_t time_of(const struct model *model, const struct suspicion *suspicion, unsigned confirmed) {
    unsigned most = suspicion->confirmations;
    if (most == confirmed)
        return suspicion->min_us;
    if (confirmed == 0)
        return suspicion->max_us;
    return suspicion->max_us - log_part(model, suspicion->max_us - suspicion->min_us, confirmed + 1, most + 1);
}

static bool time_has_passed(const struct suspicion *suspicion) {
    return suspicion->due > 0 && suspicion->confirmed + suspicion->due >= suspicion->confirmations + 1;
}

/* ---- places ---- */

static size_t places(const struct model *model) {
    if (model->max_suspicions)
        return model->max_suspicions;
    if (model->max_members == 0)
        return SIZE_MAX;
    return model->max_members < 64 ? model->max_members : model->max_members / 4 > 64 ? model->max_members / 4 : 64;
}

static struct suspicion *add_place(struct model *model) {
    model->suspicions = realloc(model->suspicions, (model->suspicion_count + 1) * sizeof *model->suspicions);
    if (!model->suspicions)
        abort();
    return &model->suspicions[model->suspicion_count++];
}

static void end_place(struct model *model, struct suspicion *suspicion) {
    *suspicion = model->suspicions[--model->suspicion_count];
}

static struct suspicion *place_of_timer(const struct model *model, uint64_t timer) {
    for (size_t i = 0; i < model->suspicion_count; i++)
        if (model->suspicions[i].timer == timer)
            return &model->suspicions[i];
    return NULL;
}

/* Is this member still the suspect? */
static bool is_held(const struct model *model, const struct suspicion *suspicion, const struct record *record) {
    return record && record->is.state == SELKIE_SUSPECT && suspicion->incarnation == record->is.incarnation &&
           same_id(model, &suspicion->id, &record->is.id);
}

/* The suspicion of this member that runs, and has a place: the last one that began, or one of a former life of the
 * record's that speaks of the same. */
static struct suspicion *running(const struct model *model, const struct record *record) {
    struct suspicion *found = NULL;
    for (size_t i = 0; i < model->suspicion_count; i++) {
        struct suspicion *suspicion = &model->suspicions[i];
        if (suspicion->token != model->token || !is_held(model, suspicion, record))
            continue;
        if (suspicion->begun == record->suspicion || (!found && record->suspicion == 0))
            found = suspicion;
    }
    return found;
}

/* Submit the timer of a suspicion that has a place. Without one there is no suspicion any more. */
static void submit_for(struct model *model, struct suspicion *suspicion, uint64_t delay_us) {
    size_t which = (size_t)(suspicion - model->suspicions);
    struct update about = {.id = suspicion->id, .incarnation = suspicion->incarnation};
    uint64_t timer = expect_submit(model, CHANGE_SUSPECT_TO_DOWN, &about, delay_us);
    model->suspicions[which].timer = timer;
    if (timer == 0)
        end_place(model, &model->suspicions[which]);
}

/* Whom is this member's suspicion known to come from, of those whom others can know? */
const struct id *model_accuser(const struct model *model, const struct update *held) {
    const struct record *record = held->state == SELKIE_SUSPECT ? model_find(model, &held->id) : NULL;
    const struct suspicion *suspicion = record && suspicions_shrink(model) ? running(model, record) : NULL;
    if (!suspicion || suspicion->accuser_count == 0)
        return NULL;
    const struct id *last = &suspicion->accusers[suspicion->accuser_count - 1];
    const struct record *accuser = model_find(model, last);
    bool known = accuser && same_id(model, &accuser->is.id, last) &&
                 (accuser->life == suspicion->accuser_life || accuser->slot == suspicion->accuser_slot);
    return known || same_id(model, last, &model->self) ? last : NULL;
}

/* Only whose address is known when he accuses is ever named: while the member in that slot has that identity. */
static void note_accuser(struct model *model, struct suspicion *suspicion, const struct id *accuser) {
    const struct record *record = model_find(model, accuser);
    suspicion->accusers[suspicion->accuser_count++] = *accuser;
    suspicion->accuser_life = record ? record->life : 0;
    suspicion->accuser_slot = SELKIE_NO_SLOT - 1;
}

void forget_accuser(struct model *model, const struct record *accuser) {
    for (size_t i = 0; i < model->suspicion_count; i++)
        if (model->suspicions[i].accuser_life == accuser->life)
            model->suspicions[i].accuser_slot = accuser->slot;
}

/* ---- suspicions without a place ---- */

static struct untracked *untracked_at(const struct model *model, uint32_t slot) {
    for (size_t i = 0; i < model->untracked_count; i++)
        if (model->untracked[i].slot == slot)
            return &model->untracked[i];
    return NULL;
}

static void submit_untracked(struct model *model, uint32_t slot, const struct update *about) {
    DEMAND(model, slot != SELKIE_NO_SLOT, "(model) a suspect whose slot is not known");
    if (untracked_at(model, slot))
        return;
    uint64_t timer = expect_submit(model, CHANGE_SUSPECT_TO_DOWN, about, model->config.suspect_to_down_after_us);
    if (timer == 0)
        return;
    model->untracked = realloc(model->untracked, (model->untracked_count + 1) * sizeof *model->untracked);
    if (!model->untracked)
        abort();
    model->untracked[model->untracked_count++] =
        (struct untracked){.slot = slot, .token = model->token, .timer = timer, .pauses = model->pauses};
}

/* ---- beginning ---- */

static unsigned confirmations_possible(const struct model *model) {
    unsigned wanted = model->config.suspicion_confirmations;
    if (!(model->codec.can & SELKIE_CAN_ACCUSER) || model_active_count(model) < wanted + 2)
        return 0;
    return wanted;
}

/* Find a place for a suspicion. `confirmations`: K, if it finds one. */
static struct begun begin(struct model *model, const struct record *record, const struct update *about,
                          unsigned confirmations) {
    if (model->suspicion_count >= places(model)) {
        model->stats.suspicions_untracked += same_id(model, &record->is.id, &about->id);
        return (struct begun){.any = true};
    }
    uint64_t min_us = model->config.suspect_to_down_after_us;
    *add_place(model) = (struct suspicion){.id = about->id,
                                           .incarnation = about->incarnation,
                                           .token = model->token,
                                           .min_us = min_us,
                                           .max_us = min_us * model->config.suspicion_max_factor,
                                           .confirmations = confirmations};
    return (struct begun){.any = true, .tracked = true, .place = model->suspicion_count - 1};
}

/* Begin one of a member that we hold for Suspect, with the rules about accusers on. Its timer comes later. */
struct begun begin_suspicion(struct model *model, struct record *record, const struct id *accuser) {
    struct begun begun = begin(model, record, &record->is, confirmations_possible(model));
    struct suspicion *suspicion = begun.tracked ? &model->suspicions[begun.place] : NULL;
    record->suspicion = ++model->serials;
    if (suspicion)
        suspicion->begun = record->suspicion;
    if (suspicion && accuser && !same_id(model, accuser, &record->is.id))
        note_accuser(model, suspicion, accuser);
    return begun;
}

void time_suspicion(struct model *model, const struct record *record, struct begun begun) {
    if (begun.tracked)
        submit_for(model, &model->suspicions[begun.place], model->suspicions[begun.place].min_us);
    else if (begun.any)
        submit_untracked(model, record->slot, &record->is);
}

/* With the rules about accusers off, each failed probe of an active member has a timer. */
void time_failed_probe(struct model *model, const struct update *suspicion) {
    struct record *record = model_find(model, &suspicion->id);
    if (!record || !is_active(&record->is))
        return;
    struct begun begun = begin(model, record, suspicion, 0);
    record->suspicion = ++model->serials;
    if (begun.tracked)
        model->suspicions[begun.place].begun = record->suspicion;
    if (begun.tracked)
        time_suspicion(model, record, begun);
    else if (same_id(model, &record->is.id, &suspicion->id))
        submit_untracked(model, record->slot, suspicion);
}

/* ---- accusations ---- */

static bool was_heard(const struct model *model, const struct suspicion *suspicion, const struct id *accuser) {
    for (unsigned i = 0; i < suspicion->accuser_count; i++)
        if (same_id(model, &suspicion->accusers[i], accuser))
            return true;
    return false;
}

static void over_at_once(struct model *model, const struct record *record) {
    struct update down = {.id = record->is.id, .incarnation = record->is.incarnation, .state = SELKIE_DOWN};
    model_apply(model, &down, true);
    model->stats.suspicions_expired++;
    model->suspect_down = true;
    if (model->config.notify_down_members)
        expect_send(model, SELKIE_TURN_UNDEAD, &down.id, NULL, 0);
}

/* Somebody says what we hold already: that this member is Suspect. */
void accuse(struct model *model, struct record *record, const struct update *heard, bool disseminate) {
    if (!suspicions_shrink(model))
        return;
    bool named = heard->accused && !same_id(model, &heard->accuser, &record->is.id);
    struct suspicion *suspicion = running(model, record);
    const struct untracked *other = untracked_at(model, record->slot);
    if (!suspicion && other)
        return;
    if (!suspicion) {
        time_suspicion(model, record, begin_suspicion(model, record, named ? &heard->accuser : NULL));
        return;
    }
    if (!named || suspicion->confirmed >= suspicion->confirmations || was_heard(model, suspicion, &heard->accuser))
        return;
    note_accuser(model, suspicion, &heard->accuser);
    suspicion->confirmed++;
    model->stats.suspicions_confirmed++;
    if (disseminate)
        queue_record(model, record);
    if (time_has_passed(suspicion))
        over_at_once(model, record);
}

/* ---- timers ---- */

/* The time to object is over. */
static void change_suspect_to_down(struct model *model, const struct timer *timer) {
    if (!model_find(model, &timer->id))
        return;
    struct update down = {.id = timer->id, .incarnation = timer->incarnation, .state = SELKIE_DOWN};
    bool changed = model_apply_if(model, &down, timer->incarnation) == CHANGED;
    model->stats.suspicions_expired += changed;
    model_adjust(model);
    if (changed && model->config.notify_down_members)
        expect_send(model, SELKIE_TURN_UNDEAD, &timer->id, NULL, 0);
}

static void tracked_due(struct model *model, struct suspicion *suspicion, const struct timer *timer) {
    if (suspicion->debt_us) {
        uint64_t debt_us = suspicion->debt_us;
        suspicion->debt_us = 0;
        submit_for(model, suspicion, debt_us);
        return;
    }
    suspicion->due++;
    if (time_has_passed(suspicion)) {
        end_place(model, suspicion);
        change_suspect_to_down(model, timer);
    } else if (is_held(model, suspicion, model_find(model, &suspicion->id))) {
        unsigned next = suspicion->confirmations - suspicion->due;
        submit_for(model, suspicion, time_of(model, suspicion, next) - time_of(model, suspicion, next + 1));
    } else {
        end_place(model, suspicion);
    }
}

/* The timer of a slot: of the suspicion there, or of one that was there. */
static void untracked_due(struct model *model, const struct untracked *was, const struct timer *timer) {
    struct record *record = NULL;
    for (size_t i = 0; i < model->member_count; i++)
        if (model->members[i].slot == was->slot)
            record = &model->members[i];
    if (!record)
        return;
    bool own = record->is.incarnation == timer->incarnation && same_id(model, &record->is.id, &timer->id);
    bool suspect = record->is.state == SELKIE_SUSPECT, stale = timer->token != model->token;
    bool untimed = suspect && !(suspicions_shrink(model) && running(model, record));
    if (stale ? suspicions_shrink(model) && untimed : own ? was->pauses != model->pauses : untimed)
        submit_untracked(model, was->slot, &record->is);
    else if (!stale && own)
        change_suspect_to_down(model, timer);
}

/* An engine may have forgotten what a timer was about if its member was forgotten since. */
static bool was_ignored(const struct model *model, const struct timer *timer) {
    return model_outlived(model, timer) && !tape_peek(model->tape, 0);
}

void suspicion_due(struct model *model, const struct timer *timer) {
    struct suspicion *suspicion = place_of_timer(model, timer->serial);
    if (suspicion && (timer->token != model->token || was_ignored(model, timer)))
        end_place(model, suspicion);
    else if (suspicion)
        tracked_due(model, suspicion, timer);
    for (size_t i = 0; i < model->untracked_count; i++) {
        struct untracked was = model->untracked[i];
        if (was.timer != timer->serial)
            continue;
        model->untracked[i] = model->untracked[--model->untracked_count];
        if (!was_ignored(model, timer))
            untracked_due(model, &was, timer);
        return;
    }
}

void revive_suspicions(struct model *model) {
    model->suspicion_count = 0;
    if (!suspicions_shrink(model))
        return;
    for (uint32_t slot = 0; slot < model->most_members; slot++)
        for (size_t i = 0; i < model->member_count; i++) {
            struct record *record = &model->members[i];
            if (record->slot != slot || record->is.state != SELKIE_SUSPECT)
                continue;
            time_suspicion(model, record, begin_suspicion(model, record, NULL));
        }
}
