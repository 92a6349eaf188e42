/* Small multiples of a sweep. */
#include "command/multiples.h"

#include "command/memory.h"
#include "command/variation.h"

#include <math.h>
#include <stdlib.h>

enum { BANDS_MOST = 3 }; /* more lines have none: they would hide each other */

/* What is measured. */
static const struct measure {
    const char *title, *label;
    double unit; /* of the sample's values in that of the chart */
    enum summary_sample sample;
    enum chart_format format;
    bool mean; /* the mean rather than the median: of counts that are mostly 0 */
} measures[] = {
    {"Until somebody called it Down", "median, since it happened", 1e-6, SAMPLE_first_down, CHART_SECONDS, false},
    {"Until all called it Down", "median, since it happened", 1e-6, SAMPLE_all_down, CHART_SECONDS, false},
    {"False alarms", "mean of a run", 1, SAMPLE_false_downs, CHART_RATE, true},
    {"False alarms of healthy members", "mean of a run", 1, SAMPLE_healthy_false_downs, CHART_RATE, true},
    {"False suspicions", "mean of a run", 1, SAMPLE_false_suspects, CHART_RATE, true},
    {"Members that came back after Down", "mean of a run", 1, SAMPLE_flaps, CHART_RATE, true},
    {"Until all knew all", "median", 1e-6, SAMPLE_joined, CHART_SECONDS, false},
    {"Packets sent", "median, a second and member", 1, SAMPLE_sent_packets, CHART_RATE, false},
    {"Bytes sent", "median, a second and member", 1, SAMPLE_sent_bytes, CHART_BYTES, false},
};
enum { MEASURES = sizeof measures / sizeof measures[0] };

/* One line of a panel. */
struct line {
    double *x, *y, *low, *high;
    char name[VARIATION_NAME_MOST];
};

static void fill_line(struct line *line, const struct variation *variation, uint32_t number,
                      const struct measure *measure) {
    for (uint32_t x = 0; x < variation->width; x++) {
        struct sample *sample = &variation_point(variation, number, x)->summary.samples[measure->sample];
        line->x[x] = variation_place(variation, x);
        line->y[x] = (measure->mean ? sample_mean(sample) : sample_at(sample, 0.5)) * measure->unit;
        line->low[x] = sample_at(sample, 0.05) * measure->unit;
        line->high[x] = sample_at(sample, 0.95) * measure->unit;
    }
    variation_line_name(variation, number, line->name);
}

static void make_series(struct chart_series *series, const struct line *line, uint32_t number, uint32_t lines,
                        uint32_t width) {
    static const enum chart_colour colours[VARIATION_LINES_MOST] = {
        CHART_BLUE, CHART_VERMILION, CHART_GREEN, CHART_PURPLE, CHART_AMBER, CHART_SKY, CHART_ROSE, CHART_GREY};
    *series = (struct chart_series){.colour = colours[number], .count = width, .x = line->x, .y = line->y};
    series->dots = true;
    series->name = line->name[0] != '\0' ? line->name : NULL;
    if (lines <= BANDS_MOST) {
        series->low = line->low;
        series->high = line->high;
        series->band = lines == 1 ? "from 5 % to 95 %" : NULL;
    }
}

/* Something to see: a panel of nothing but gaps and zeros is left out. */
static bool is_interesting(const struct line *lines, uint32_t count, uint32_t width) {
    for (uint32_t line = 0; line < count; line++) {
        for (uint32_t x = 0; x < width; x++) {
            if (isfinite(lines[line].y[x]) && lines[line].y[x] > 0) {
                return true;
            }
        }
    }
    return false;
}

struct panel_room {
    struct line lines[VARIATION_LINES_MOST];
    struct chart_series series[VARIATION_LINES_MOST];
    double *values;
};

static bool make_panel(struct chart_panel *panel, struct panel_room *room, const struct variation *variation,
                       const struct measure *measure) {
    uint32_t width = variation->width;
    uint32_t count = variation->lines < VARIATION_LINES_MOST ? variation->lines : VARIATION_LINES_MOST;
    room->values = memory_zeroed((size_t)count * width * 4, sizeof *room->values);
    for (uint32_t i = 0; i < count; i++) {
        double *values = room->values + (size_t)i * width * 4;
        struct line *line = &room->lines[i];
        line->x = values;
        line->y = values + width;
        line->low = values + 2 * (size_t)width;
        line->high = values + 3 * (size_t)width;
        fill_line(line, variation, i, measure);
        make_series(&room->series[i], line, i, count, width);
    }
    *panel = (struct chart_panel){.title = measure->title, .series = room->series, .series_count = count};
    panel->x = variation_axis(variation);
    panel->y = (struct chart_axis){.label = measure->label, .format = measure->format, .from_zero = true};
    return is_interesting(room->lines, count, width);
}

void multiples_draw(FILE *out, struct chart *chart, struct outcome *outcome) {
    struct variation variation;
    struct chart_panel panels[MEASURES];
    struct panel_room *rooms = memory_zeroed(MEASURES, sizeof *rooms);
    size_t count = 0;
    variation_make(&variation, outcome);
    for (size_t i = 0; i < MEASURES; i++) {
        count += make_panel(&panels[count], &rooms[i], &variation, &measures[i]);
    }
    chart_panels(out, chart, panels, count);
    for (size_t i = 0; i < MEASURES; i++) {
        free(rooms[i].values);
    }
    free(rooms);
    variation_free(&variation);
}
