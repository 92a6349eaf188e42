/* How the others saw the members to which something happened, over time. */
#include "command/figures_inside.h"

#include "command/memory.h"
#include "command/moments.h"
#include "command/words.h"

#include <stdlib.h>

enum { ROW_MARKS_MOST = 16, ROW_TEXT_MOST = 64 };

/* One row: what of it goes into the chart. */
struct row {
    const double *down, *suspect, *alive;
    char name[ROW_TEXT_MOST];
    struct chart_mark marks[ROW_MARKS_MOST];
    char texts[ROW_MARKS_MOST][ROW_TEXT_MOST];
    size_t mark_count;
};

static void add_mark(struct row *row, uint64_t at_us, const char *what, const char *more) {
    if (row->mark_count < ROW_MARKS_MOST && at_us != NEVER) {
        char at[WORDS_MOST];
        char *text = row->texts[row->mark_count];
        snprintf(text, ROW_TEXT_MOST, "%s%s at %.20s", what, more, words_duration(at, at_us));
        row->marks[row->mark_count++] = (struct chart_mark){(double)at_us / 1e6, text};
    }
}

static void add_marks(struct row *row, const struct result *result, uint32_t member) {
    for (uint32_t i = 0; i < result->subject_count; i++) {
        const struct subject *subject = &result->subjects[i];
        if (subject->member == member) {
            const char *what = event_name(result->scenario.events[subject->event].kind);
            add_mark(row, subject->at_us, what, "");
            add_mark(row, subject->until_us, what, " ends");
        }
    }
}

static void fill_row(struct row *row, const struct result *result, const struct track *track, double *room) {
    uint32_t steps = result->timeline.steps;
    double *down = room, *suspect = room + steps, *alive = room + 2 * (size_t)steps;
    *row = (struct row){.down = down, .suspect = suspect, .alive = alive};
    snprintf(row->name, sizeof row->name, "member %u", (unsigned)track->member);
    for (uint32_t i = track->first; i < steps; i++) {
        const struct seen *seen = &track->seen[i - track->first];
        double all = (double)seen->alive + seen->suspect + seen->down + seen->unknown;
        down[i] = all > 0 ? seen->down / all : 0;
        suspect[i] = all > 0 ? seen->suspect / all : 0;
        alive[i] = all > 0 ? seen->alive / all : 0;
    }
    add_marks(row, result, track->member);
}

void draw_timeline(FILE *out, struct chart *chart, struct result *result) {
    static const struct chart_layer layers[] = {
        {"held it for Down", CHART_DOWN}, {"suspected it", CHART_SUSPECT}, {"held it for alive", CHART_ALIVE}};
    const struct timeline *timeline = &result->timeline;
    size_t room = (size_t)timeline->steps * 3;
    double *values = memory_zeroed(timeline->count * room + 1, sizeof *values);
    struct row *rows = memory_zeroed(timeline->count + 1, sizeof *rows);
    struct chart_strip strips[TRACKED_MOST];
    for (uint32_t i = 0; i < timeline->count; i++) {
        fill_row(&rows[i], result, &timeline->tracks[i], values + i * room);
        strips[i] = (struct chart_strip){
            rows[i].name, {rows[i].down, rows[i].suspect, rows[i].alive}, rows[i].marks, rows[i].mark_count};
    }
    struct moments moments;
    moments_make(&moments, &result->scenario, result->duration_us);
    chart->marks = moments.marks;
    chart->mark_count = moments.count;
    chart->x = (struct chart_axis){.label = "since the start", .format = CHART_SECONDS};
    chart_strips(out, chart,
                 &(struct chart_strips){0, (double)timeline->step_us / 1e6, timeline->steps, layers, 3, strips,
                                        timeline->count});
    free(rows);
    free(values);
}

/* ---- The numbers behind it ---- */

static void tell_track(FILE *out, const struct track *track, uint32_t steps) {
    uint32_t suspect = 0, down = 0, count = steps - track->first;
    for (uint32_t i = 0; i < count; i++) {
        suspect = track->seen[i].suspect > suspect ? track->seen[i].suspect : suspect;
        down = track->seen[i].down > down ? track->seen[i].down : down;
    }
    const struct seen *last = &track->seen[count - 1];
    const uint32_t cells[] = {suspect, down, last->alive, last->suspect, last->down, last->unknown};
    char name[ROW_TEXT_MOST];
    snprintf(name, sizeof name, "member %u", (unsigned)track->member);
    html_row_open(out, name);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        html_cell_number(out, cells[i], CHART_NUMBER);
    }
    html_row_close(out);
}

void tell_timeline(FILE *out, struct result *result) {
    static const char *const columns[] = {
        "", "most that suspected it", "most that held it for Down", "at the end: alive", "suspect", "Down", "unknown"};
    const struct timeline *timeline = &result->timeline;
    if (timeline->count == 0 || timeline->steps == 0) {
        return;
    }
    html_details_open(out, "The numbers");
    html_table_open(out, "How many others, at once", columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < timeline->count; i++) {
        if (timeline->tracks[i].first < timeline->steps) {
            tell_track(out, &timeline->tracks[i], timeline->steps);
        }
    }
    html_table_close(out);
    html_details_close(out);
}
