/* Marks of events, in the order of time. */
#include "command/moments.h"

#include "command/words.h"

static void add(struct moments *moments, uint64_t at_us, const char *text, const char *more) {
    if (moments->count == MOMENTS_MOST) {
        return;
    }
    char *copy = moments->texts[moments->count];
    snprintf(copy, MOMENT_TEXT_MOST, "%.70s%s", text, more);
    struct chart_mark mark = {(double)at_us / 1e6, copy};
    size_t place = moments->count++;
    for (; place > 0 && moments->marks[place - 1].x > mark.x; place--) {
        moments->marks[place] = moments->marks[place - 1];
    }
    moments->marks[place] = mark;
}

/* What repeats: as often as it begins in the run. */
static void add_repeats(struct moments *moments, const struct scenario_event *event, uint64_t duration_us) {
    uint64_t end_us = event->until_us < duration_us ? event->until_us : duration_us;
    uint64_t every_us = event->gap_us + (event->for_us == NEVER ? 0 : event->for_us);
    if (event->gap_us == NEVER || every_us == 0) {
        return;
    }
    for (uint64_t at_us = event->at_us + every_us; at_us < end_us && moments->count < MOMENTS_MOST; at_us += every_us) {
        add(moments, at_us, "", "");
    }
}

void moments_make(struct moments *moments, const struct scenario *scenario, uint64_t duration_us) {
    moments->count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        char text[WORDS_MOST];
        words_event_briefly(text, scenario, event);
        bool repeats = event->gap_us != NEVER;
        add(moments, event->at_us, text, repeats ? ", again and again" : "");
        if (event->for_us != NEVER && !repeats) {
            add(moments, event->at_us + event->for_us, text, ": over");
        }
    }
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        add_repeats(moments, &scenario->events[i], duration_us);
    }
}
