/* What happened in each stretch of time: false alarms, the size of the cluster, the load. */
#include "command/figures_inside.h"

#include "command/memory.h"
#include "command/moments.h"
#include "command/words.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS_TOLD = 60, CELLS_MOST = 4 };

static double step_s(const struct result *result) {
    return (double)result->series.step_us / 1e6;
}

/* The axis of time, and what happened on it. */
static void set_time(struct chart *chart, const struct result *result, struct moments *moments) {
    moments_make(moments, &result->scenario, result->duration_us);
    chart->marks = moments->marks;
    chart->mark_count = moments->count;
    chart->x = (struct chart_axis){.label = "since the start", .format = CHART_SECONDS};
    chart->x.high = (double)result->duration_us / 1e6;
}

/* ---- Values of a bucket ---- */

typedef double value_of(const struct bucket *bucket, double seconds);

static double healthy_downs(const struct bucket *bucket, double seconds) {
    (void)seconds;
    return (double)bucket->healthy_false_downs;
}

static double other_downs(const struct bucket *bucket, double seconds) {
    (void)seconds;
    return (double)(bucket->false_downs - bucket->healthy_false_downs);
}

static double suspects(const struct bucket *bucket, double seconds) {
    (void)seconds;
    return (double)bucket->false_suspects;
}

static double running(const struct bucket *bucket, double seconds) {
    (void)seconds;
    return bucket->running;
}

static double least_size(const struct bucket *bucket, double seconds) {
    (void)seconds;
    return bucket->running > 0 ? (double)bucket->least_size : NAN;
}

static double middle_size(const struct bucket *bucket, double seconds) {
    (void)seconds;
    return bucket->running > 0 ? (double)bucket->middle_size : NAN;
}

static double most_size(const struct bucket *bucket, double seconds) {
    (void)seconds;
    return bucket->running > 0 ? (double)bucket->most_size : NAN;
}

static double packets_each(const struct bucket *bucket, double seconds) {
    return bucket->running > 0 ? (double)bucket->packets / bucket->running / seconds : NAN;
}

static double bytes_each(const struct bucket *bucket, double seconds) {
    return bucket->running > 0 ? (double)bucket->bytes / bucket->running / seconds : NAN;
}

/* All of them, to be freed. One more than there are buckets: the last again, for steps that go to the end. */
static double *collect(const struct result *result, value_of *value) {
    uint32_t count = result->series.count;
    double *values = memory_zeroed((size_t)count + 1, sizeof *values);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = value(&result->series.buckets[i], step_s(result));
    }
    values[count] = count > 0 ? values[count - 1] : NAN;
    return values;
}

/* When the buckets begin, and the end of the last. */
static double *collect_times(const struct result *result) {
    double *times = memory_zeroed((size_t)result->series.count + 1, sizeof *times);
    for (uint32_t i = 0; i <= result->series.count; i++) {
        times[i] = fmin(i * step_s(result), (double)result->duration_us / 1e6);
    }
    return times;
}

/* ---- Numbers behind them ---- */

/* A row for each bucket; if there are many of them, each so manieth. */
static void tell_over_time(FILE *out, const struct result *result, const char *const *columns, value_of *const *values,
                           size_t count, enum chart_format format) {
    uint32_t every = (result->series.count + ROWS_TOLD - 1) / ROWS_TOLD;
    if (result->series.count == 0) {
        return;
    }
    html_details_open(out, "The numbers");
    html_table_open(out, every > 1 ? "Some of the moments; --json has all of them" : NULL, columns, count + 1);
    for (uint32_t i = 0; i < result->series.count; i += every) {
        char from[WORDS_MOST];
        html_row_open(out, words_duration(from, i * result->series.step_us));
        for (size_t cell = 0; cell < count; cell++) {
            html_cell_number(out, values[cell](&result->series.buckets[i], step_s(result)), format);
        }
        html_row_close(out);
    }
    html_table_close(out);
    html_details_close(out);
}

/* ---- False alarms ---- */

static void draw_kinds(FILE *out, struct chart *chart, const struct result *result, const struct chart_kind *kinds,
                       size_t count) {
    struct moments moments;
    char label[96], step[WORDS_MOST];
    snprintf(label, sizeof label, "in each %.40s", words_duration(step, result->series.step_us));
    set_time(chart, result, &moments);
    chart->y = (struct chart_axis){.label = label, .from_zero = true, .whole = true};
    chart_columns(out, chart, &(struct chart_columns){0, step_s(result), result->series.count, kinds, count});
}

void draw_false_positives(FILE *out, struct chart *chart, struct result *result) {
    double *healthy = collect(result, healthy_downs), *others = collect(result, other_downs);
    const struct chart_kind kinds[] = {{"raised by healthy members", CHART_DOWN, healthy},
                                       {"raised by members that were not well", CHART_GREY, others}};
    draw_kinds(out, chart, result, kinds, 2);
    free(healthy);
    free(others);
}

void tell_false_positives(FILE *out, struct result *result) {
    static const char *const columns[] = {"", "suspected", "called Down", "came back"};
    const struct verdicts *verdicts = &result->verdicts;
    const struct alarms *rows[] = {&verdicts->every_false, &verdicts->healthy_false, &verdicts->impaired};
    static const char *const names[] = {"about healthy members", "of those, raised by healthy members",
                                        "about members that were not well, raised by healthy ones"};
    html_table_open(out, "In the whole run", columns, 4);
    for (size_t i = 0; i < 3; i++) {
        html_row_open(out, names[i]);
        html_cell_number(out, (double)rows[i]->suspects, CHART_NUMBER);
        html_cell_number(out, (double)rows[i]->downs, CHART_NUMBER);
        html_cell_number(out, (double)rows[i]->returns, CHART_NUMBER);
        html_row_close(out);
    }
    html_table_close(out);
}

void draw_false_suspicions(FILE *out, struct chart *chart, struct result *result) {
    double *counts = collect(result, suspects);
    draw_kinds(out, chart, result, &(struct chart_kind){"suspicions of healthy members", CHART_SUSPECT, counts}, 1);
    free(counts);
}

void tell_false_suspicions(FILE *out, struct result *result) {
    static const char *const columns[] = {"from", "Down, by healthy members", "Down, by others", "suspicions"};
    value_of *const values[] = {healthy_downs, other_downs, suspects};
    tell_over_time(out, result, columns, values, 3, CHART_NUMBER);
}

/* ---- Size ---- */

/* What holds at the end of a bucket is drawn there, and stays until the end of the next. */
void draw_size(FILE *out, struct chart *chart, struct result *result) {
    double *times = collect_times(result), *run = collect(result, running), *middle = collect(result, middle_size);
    double *low = collect(result, least_size), *high = collect(result, most_size);
    size_t count = result->series.count;
    const struct chart_series series[] = {{.name = "as the member in the middle saw it",
                                           .colour = CHART_BLUE,
                                           .shape = CHART_STEPS,
                                           .count = count,
                                           .x = times + 1,
                                           .y = middle,
                                           .low = low,
                                           .high = high,
                                           .band = "from the fewest to the most"},
                                          {.name = "members that ran",
                                           .colour = CHART_VERMILION,
                                           .shape = CHART_STEPS,
                                           .count = count,
                                           .x = times + 1,
                                           .y = run}};
    struct moments moments;
    set_time(chart, result, &moments);
    chart->y = (struct chart_axis){.label = "members", .whole = true};
    chart_lines(out, chart, series, 2);
    double *const all[] = {times, run, middle, low, high};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        free(all[i]);
    }
}

void tell_size(FILE *out, struct result *result) {
    static const char *const columns[] = {"in what begins at", "ran", "fewest", "in the middle", "most"};
    value_of *const values[] = {running, least_size, middle_size, most_size};
    tell_over_time(out, result, columns, values, 4, CHART_NUMBER);
}

/* ---- Load ---- */

static void draw_rate(FILE *out, struct chart *chart, const struct result *result, value_of *value, const char *label,
                      enum chart_format format) {
    double *x = collect_times(result), *y = collect(result, value);
    size_t count = (size_t)result->series.count + (result->series.count > 0);
    struct moments moments;
    set_time(chart, result, &moments);
    chart->y = (struct chart_axis){.label = label, .format = format, .from_zero = true};
    chart->height = 150;
    chart_lines(out, chart,
                &(struct chart_series){.colour = CHART_BLUE, .shape = CHART_STEPS, .count = count, .x = x, .y = y}, 1);
    free(x);
    free(y);
}

void draw_load_over_time(FILE *out, struct chart *chart, struct result *result) {
    draw_rate(out, chart, result, packets_each, "packets a second and member", CHART_RATE);
}

void draw_bytes_over_time(FILE *out, struct chart *chart, struct result *result) {
    draw_rate(out, chart, result, bytes_each, "a second and member", CHART_BYTES);
}

void tell_load_over_time(FILE *out, struct result *result) {
    static const char *const columns[] = {"from", "packets a second and member"};
    value_of *const values[] = {packets_each};
    tell_over_time(out, result, columns, values, 1, CHART_RATE);
}

void tell_bytes_over_time(FILE *out, struct result *result) {
    static const char *const columns[] = {"from", "a second and member"};
    value_of *const values[] = {bytes_each};
    tell_over_time(out, result, columns, values, 1, CHART_BYTES);
}
