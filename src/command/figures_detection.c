/* How long it took until others knew of what happened to a member. */
#include "command/figures_inside.h"

#include "command/words.h"

enum { NAME_MOST = 96, ROWS_MOST = 3 * HAPPENS_COUNT, SUBJECTS_TOLD = 200 };

/* ---- Kinds of events, each with its subjects ---- */

enum event_kind kind_of(const struct result *result, const struct subject *subject) {
    return result->scenario.events[subject->event].kind;
}

size_t kind_count(const struct result *result, enum event_kind kind) {
    size_t count = 0;
    for (uint32_t i = 0; i < result->subject_count; i++) {
        count += kind_of(result, &result->subjects[i]) == kind && result->subjects[i].observers > 0;
    }
    return count;
}

size_t kinds_count(const struct result *result) {
    size_t kinds = 0;
    for (unsigned kind = 0; kind < HAPPENS_COUNT; kind++) {
        kinds += kind_count(result, (enum event_kind)kind) > 0;
    }
    return kinds;
}

/* ---- Rows of the distribution ---- */

enum stage { STAGE_SUSPECTED, STAGE_DOWN, STAGE_ALL, STAGE_COUNT };

static const struct {
    const char *name;
    enum chart_colour colour;
} stages[STAGE_COUNT] = {
    [STAGE_SUSPECTED] = {"somebody suspected it", CHART_SUSPECT},
    [STAGE_DOWN] = {"somebody held it for Down", CHART_DOWN},
    [STAGE_ALL] = {"all held it for Down", CHART_BLUE},
};

static uint64_t time_of(const struct subject *subject, enum stage stage) {
    switch (stage) {
    case STAGE_SUSPECTED:
        return subject->suspected.first_us;
    case STAGE_DOWN:
        return subject->down.first_us;
    default:
        return subject->down.all_us;
    }
}

struct rows {
    struct chart_sample samples[ROWS_MOST];
    struct numbers numbers[ROWS_MOST];
    char names[ROWS_MOST][NAME_MOST];
    size_t count;
};

static void add_row(struct rows *rows, const struct result *result, enum event_kind kind, enum stage stage,
                    bool with_kind) {
    struct numbers *numbers = &rows->numbers[rows->count];
    *numbers = numbers_make(result->subject_count);
    for (uint32_t i = 0; i < result->subject_count; i++) {
        const struct subject *subject = &result->subjects[i];
        if (kind_of(result, subject) == kind && subject->observers > 0) {
            numbers_add_time(numbers, time_of(subject, stage));
        }
    }
    numbers_sort(numbers);
    char *name = rows->names[rows->count];
    snprintf(name, NAME_MOST, "%s%s%s", with_kind ? event_name(kind) : "", with_kind ? ": " : "", stages[stage].name);
    rows->samples[rows->count++] = (struct chart_sample){name, stages[stage].colour, numbers->count, numbers->values};
}

/* Each kind of event has a row for each stage; nobody suspects who says farewell. */
static void make_rows(struct rows *rows, const struct result *result) {
    bool with_kind = kinds_count(result) > 1;
    rows->count = 0;
    for (unsigned kind = 0; kind < HAPPENS_COUNT; kind++) {
        if (kind_count(result, (enum event_kind)kind) == 0) {
            continue;
        }
        for (unsigned stage = kind == HAPPENS_LEAVE ? STAGE_DOWN : STAGE_SUSPECTED; stage < STAGE_COUNT; stage++) {
            add_row(rows, result, (enum event_kind)kind, (enum stage)stage, with_kind);
        }
    }
}

static void free_rows(struct rows *rows) {
    for (size_t i = 0; i < rows->count; i++) {
        numbers_free(&rows->numbers[i]);
    }
}

void draw_detection(FILE *out, struct chart *chart, struct result *result) {
    struct rows rows;
    make_rows(&rows, result);
    chart->x = (struct chart_axis){.label = "since it happened", .format = CHART_SECONDS, .from_zero = true};
    chart_distribution(out, chart, rows.samples, rows.count);
    free_rows(&rows);
}

/* ---- The numbers behind it ---- */

static void tell_subject(FILE *out, const struct result *result, const struct subject *subject) {
    char text[WORDS_MOST];
    snprintf(text, sizeof text, "member %u", (unsigned)subject->member);
    html_row_open(out, text);
    html_cell(out, event_name(kind_of(result, subject)));
    html_cell_time(out, subject->at_us);
    html_cell_time(out, subject->first_ping_us);
    html_cell_time(out, subject->suspected.first_us);
    html_cell_time(out, subject->down.first_us);
    html_cell_time(out, subject->down.half_us);
    html_cell_time(out, subject->down.most_us);
    html_cell_time(out, subject->down.all_us);
    snprintf(text, sizeof text, "%u of %u", (unsigned)subject->informed, (unsigned)subject->observers);
    html_cell(out, text);
    html_row_close(out);
}

static void tell_subjects(FILE *out, const struct result *result) {
    static const char *const columns[] = {"who",        "what", "at",   "first Ping", "first suspected",
                                          "first Down", "half", "99 %", "all",        "knew"};
    html_details_open(out, "Each member to which something happened");
    html_element(out, "p", "note",
                 "Times but the first count from what happened. The columns from \"first Down\" on say "
                 "when so many of the others held it for Down.");
    html_table_open(out, NULL, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < result->subject_count && i < SUBJECTS_TOLD; i++) {
        tell_subject(out, result, &result->subjects[i]);
    }
    html_table_close(out);
    if (result->subject_count > SUBJECTS_TOLD) {
        html_element(out, "p", "note", "These are the first 200; --json has all of them.");
    }
    html_details_close(out);
}

void tell_detection(FILE *out, struct result *result) {
    struct rows rows;
    make_rows(&rows, result);
    if (rows.count > 0) {
        html_table_open(out, "Until ...", spread_columns, SPREAD_COLUMNS);
        for (size_t i = 0; i < rows.count; i++) {
            spread_row(out, rows.names[i], rows.numbers[i].values, rows.numbers[i].count, CHART_SECONDS);
        }
        html_table_close(out);
        tell_subjects(out, result);
    }
    free_rows(&rows);
}
