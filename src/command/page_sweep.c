/* The page of many runs: what was varied, what came of it at each point, as charts and as tables. */
#include "command/page.h"

#include "command/figures_sweep.h"
#include "command/page_parts.h"
#include "command/variation.h"
#include "command/words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { POINTS_LISTED = 500, POINTS_TOLD = 60 };

/* ---- What was asked for ---- */

static void describe_axes(char *text, size_t size, const struct sweep *sweep) {
    size_t used = (size_t)snprintf(text, size, "What is varied:");
    for (uint32_t i = 0; i < sweep->axis_count; i++) {
        const struct axis *axis = &sweep->axes[i];
        for (uint32_t value = 0; value < axis->count && used < size; value++) {
            used += (size_t)snprintf(text + used, size - used, "%s%s%s",
                                     value == 0 && i > 0 ? "; "
                                     : value == 0        ? " "
                                                         : ", ",
                                     value == 0 ? axis->name : "", value == 0 ? " = " : "");
            if (used < size) {
                used += (size_t)snprintf(text + used, size - used, "%s", axis->values[value]);
            }
        }
    }
    if (used + 1 < size) {
        snprintf(text + used, size - used, ".");
    }
}

static uint64_t count_runs(const struct outcome *outcome) {
    uint64_t runs = 0;
    for (uint32_t i = 0; i < outcome->count; i++) {
        runs += outcome->points[i].summary.runs;
    }
    return runs;
}

static void write_head(FILE *out, const struct outcome *outcome, const char *flags) {
    char kicker[WORDS_MOST], notes[2 * WORDS_MOST];
    snprintf(kicker, sizeof kicker, "selkie sim \xc2\xb7 %" PRIu32 " %s \xc2\xb7 %" PRIu64 " runs", outcome->count,
             outcome->count == 1 ? "point" : "points", count_runs(outcome));
    describe_axes(notes, sizeof notes, outcome->sweep);
    part_head(out, kicker, &outcome->points[0].scenario, outcome->sweep->axis_count > 0 ? notes : NULL, flags);
}

/* ---- What came of it ---- */

struct totals {
    uint64_t runs, agreed, subjects, observers, informed, violations;
    double false_downs;
    uint32_t points_with_false_downs;
};

static struct totals add_up(const struct outcome *outcome) {
    struct totals totals = {0};
    for (uint32_t i = 0; i < outcome->count; i++) {
        const struct summary *summary = &outcome->points[i].summary;
        const struct sample *alarms = &summary->samples[SAMPLE_false_downs];
        double sum = 0;
        for (size_t run = 0; run < alarms->count; run++) {
            sum += alarms->values[run];
        }
        totals.runs += summary->runs;
        totals.agreed += summary->runs_agreed;
        totals.subjects += summary->subjects;
        totals.observers += summary->observers;
        totals.informed += summary->informed;
        totals.violations += summary->violations;
        totals.false_downs += sum;
        totals.points_with_false_downs += sum > 0;
    }
    return totals;
}

static void write_verdict(FILE *out, const struct outcome *outcome) {
    struct totals totals = add_up(outcome);
    char count[CHART_NUMBER_MOST];
    part_verdict_open(out);
    if (totals.false_downs > 0) {
        chart_number(count, totals.false_downs, CHART_NUMBER);
        part_say(out, false, "%s false alarms in all runs; %" PRIu32 " of %" PRIu32 " points had some.", count,
                 totals.points_with_false_downs, outcome->count);
    } else {
        part_say(out, true, "No healthy member was called Down in any run.");
    }
    if (totals.agreed == totals.runs) {
        part_say(out, true, "At the end of every run all agreed on who was there.");
    } else {
        part_say(out, false, "In %" PRIu64 " of %" PRIu64 " runs they did not agree at the end on who was there.",
                 totals.runs - totals.agreed, totals.runs);
    }
    if (totals.violations > 0) {
        part_say(out, false, "%" PRIu64 " of the simulator's checks failed: this is a bug, please report it.",
                 totals.violations);
    }
    part_verdict_close(out);
}

/* ---- The points ---- */

static struct sample *sample_of(struct point *point, enum summary_sample which) {
    return &point->summary.samples[which];
}

/* The value on each axis; the first names the row. */
static void tell_place(FILE *out, const struct sweep *sweep, const struct point *point) {
    html_row_open(out, sweep->axis_count > 0 ? sweep->axes[0].values[point->at[0]] : "all seeds");
    for (uint32_t i = 1; i < sweep->axis_count; i++) {
        html_cell(out, sweep->axes[i].values[point->at[i]]);
    }
}

static void tell_point(FILE *out, const struct outcome *outcome, struct point *point) {
    char text[VARIATION_NAME_MOST];
    tell_place(out, outcome->sweep, point);
    snprintf(text, sizeof text, "%" PRIu32 " of %" PRIu32, point->summary.runs_agreed, point->summary.runs);
    html_cell(out, text);
    html_cell_number(out, sample_at(sample_of(point, SAMPLE_first_down), 0.5) / 1e6, CHART_SECONDS);
    html_cell_number(out, sample_at(sample_of(point, SAMPLE_all_down), 0.5) / 1e6, CHART_SECONDS);
    html_cell_number(out, sample_at(sample_of(point, SAMPLE_all_down), 0.99) / 1e6, CHART_SECONDS);
    html_cell_number(out, sample_mean(sample_of(point, SAMPLE_false_downs)), CHART_NUMBER);
    html_cell_number(out, sample_mean(sample_of(point, SAMPLE_healthy_false_downs)), CHART_NUMBER);
    html_cell_number(out, sample_mean(sample_of(point, SAMPLE_sent_packets)), CHART_RATE);
    html_cell_number(out, sample_mean(sample_of(point, SAMPLE_sent_bytes)), CHART_BYTES);
    html_row_close(out);
}

static void open_points(FILE *out, const struct sweep *sweep) {
    static const char *const measured[] = {"agreed",       "first Down, median", "all, median", "all, 99\xc2\xa0%",
                                           "false alarms", "by healthy members", "packets",     "bytes"};
    enum { MEASURED = sizeof measured / sizeof measured[0] };
    const char *columns[AXES_MOST + 1 + MEASURED] = {""};
    uint32_t axes = sweep->axis_count > 0 ? sweep->axis_count : 1;
    for (uint32_t i = 0; i < sweep->axis_count; i++) {
        columns[i] = sweep->axes[i].name;
    }
    for (uint32_t i = 0; i < MEASURED; i++) {
        columns[axes + i] = measured[i];
    }
    html_table_open(out, NULL, columns, axes + MEASURED);
}

static void write_points(FILE *out, struct outcome *outcome) {
    fputs("<section id=\"points\">\n", out);
    html_element(out, "h2", NULL, "The points");
    html_element(
        out, "p", "note",
        "Times count from what happened to the moment at which somebody, or all, called the member Down. False "
        "alarms are means of a run; packets and bytes are what a member sends a second, on average.");
    open_points(out, outcome->sweep);
    for (uint32_t i = 0; i < outcome->count && i < POINTS_LISTED; i++) {
        tell_point(out, outcome, &outcome->points[i]);
    }
    html_table_close(out);
    if (outcome->count > POINTS_LISTED) {
        html_element(out, "p", "note", "These are the first 500 points; --json has all of them.");
    }
    fputs("</section>\n", out);
}

/* ---- All samples of a point ---- */

static enum chart_format format_of(enum summary_sample which) {
    switch (summary_samples[which].unit) {
    case UNIT_TIME:
        return CHART_SECONDS;
    case UNIT_RATE:
        return which == SAMPLE_sent_bytes || which == SAMPLE_received_bytes ? CHART_BYTES : CHART_RATE;
    default:
        return CHART_NUMBER;
    }
}

static void tell_sample(FILE *out, struct point *point, enum summary_sample which) {
    static const double shares[] = {0, 0.5, 0.9, 0.99, 1};
    struct sample *sample = sample_of(point, which);
    double unit = summary_samples[which].unit == UNIT_TIME ? 1e-6 : 1;
    html_row_open(out, summary_samples[which].text);
    html_cell_number(out, (double)sample->count, CHART_NUMBER);
    html_cell_number(out, (double)sample_never(sample), CHART_NUMBER);
    html_cell_number(out, sample_mean(sample) * unit, format_of(which));
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        html_cell_number(out, sample_at(sample, shares[i]) * unit, format_of(which));
    }
    html_row_close(out);
}

static void tell_samples(FILE *out, const struct outcome *outcome, struct point *point) {
    static const char *const columns[] = {"", "of", "never", "mean", "least", "median", "90 %", "99 %", "most"};
    char name[VARIATION_NAME_MOST];
    html_details_open(out, variation_point_name(outcome, point, name));
    html_table_open(out, NULL, columns, sizeof columns / sizeof columns[0]);
    for (unsigned which = 0; which < SUMMARY_SAMPLE_COUNT; which++) {
        if (sample_of(point, (enum summary_sample)which)->count > 0) {
            tell_sample(out, point, (enum summary_sample)which);
        }
    }
    html_table_close(out);
    html_details_close(out);
}

static void write_samples(FILE *out, struct outcome *outcome) {
    fputs("<section id=\"numbers\">\n", out);
    html_element(out, "h2", NULL, "All that was measured");
    for (uint32_t i = 0; i < outcome->count && i < POINTS_TOLD; i++) {
        tell_samples(out, outcome, &outcome->points[i]);
    }
    if (outcome->count > POINTS_TOLD) {
        html_element(out, "p", "note", "These are the first 60 points; --json has all of them.");
    }
    fputs("</section>\n", out);
}

/* ---- All of it ---- */

static void write_contents(FILE *out) {
    part_contents_open(out);
    part_link(out, "points", "The points");
    for (unsigned figure = 0; figure < SWEEP_FIGURE_COUNT; figure++) {
        part_link(out, sweep_figure_name((enum sweep_figure)figure), sweep_figure_title((enum sweep_figure)figure));
    }
    part_link(out, "numbers", "All that was measured");
    part_contents_close(out);
}

static void write_figure(FILE *out, enum sweep_figure figure, struct outcome *outcome) {
    part_figure_open(out, sweep_figure_name(figure), sweep_figure_title(figure), sweep_figure_caption(figure));
    sweep_figure_draw(out, figure, outcome, false);
    part_figure_narrow(out);
    sweep_figure_draw(out, figure, outcome, true);
    part_figure_tell(out);
    if (figure != SWEEP_FIGURE_multiples && outcome->count > SWEEP_POINTS_DRAWN) {
        html_element(out, "p", "note", "The first 16 points are drawn, as far as something happened there.");
    }
    part_figure_close(out);
}

void page_write_sweep(FILE *out, struct outcome *outcome, const char *flags) {
    struct selkie_config config;
    char made[WORDS_MOST];
    write_head(out, outcome, flags);
    write_verdict(out, outcome);
    write_contents(out);
    write_points(out, outcome);
    for (unsigned figure = 0; figure < SWEEP_FIGURE_COUNT; figure++) {
        write_figure(out, (enum sweep_figure)figure, outcome);
    }
    write_samples(out, outcome);
    scenario_config(&outcome->points[0].scenario, &config);
    part_config(out, &outcome->points[0].scenario, &config);
    snprintf(
        made, sizeof made,
        "Made by selkie %s from %" PRIu64
        " runs of real engines under virtual time. The same command gives the same page. The configuration above is "
        "that of the first point.",
        selkie_version(), count_runs(outcome));
    part_foot(out, made);
}
