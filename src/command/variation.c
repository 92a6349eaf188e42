/* Axes of a sweep as axes of a chart. */
#include "command/variation.h"

#include "command/memory.h"
#include "command/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOG_FROM 20.0 /* how many times the least the most is, for a logarithmic axis */

/* ---- Numbers ---- */

/* A value that is a duration, a share or a number. Not all texts that can be read as one are of the same kind: the kind
 * is that of the whole axis. */
typedef bool read_value(const char *text, double *value);

static bool read_count(const char *text, double *value) {
    uint64_t count;
    bool good = text_count(text, 0, UINT64_MAX, &count, &(struct complaint){{0}});
    *value = good ? (double)count : 0;
    return good;
}

static bool read_duration(const char *text, double *value) {
    uint64_t us;
    bool good = text_duration(text, &us, &(struct complaint){{0}});
    *value = good ? (double)us : 0;
    return good;
}

static bool read_chance(const char *text, double *value) {
    uint32_t ppm;
    bool good = text_chance(text, &ppm, &(struct complaint){{0}});
    *value = good ? ppm : 0;
    return good;
}

/* The numbers of all values, in a rising order, or false. */
static bool read_all(const struct axis *axis, read_value *read, double *places) {
    for (uint32_t i = 0; i < axis->count; i++) {
        if (!read(axis->values[i], &places[i]) || (i > 0 && places[i] <= places[i - 1])) {
            return false;
        }
    }
    return axis->count > 1;
}

static void find_places(struct variation *variation) {
    static read_value *const kinds[] = {read_count, read_duration, read_chance};
    const struct axis *axis = &variation->outcome->sweep->axes[variation->axis];
    double *places = memory_zeroed(axis->count, sizeof *places);
    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        if (read_all(axis, kinds[kind], places)) {
            variation->places = places;
            variation->log = places[0] > 0 && places[axis->count - 1] / places[0] >= LOG_FROM;
            return;
        }
    }
    free(places);
}

/* ---- Which is x ---- */

/* The one with the most values; of several the first. */
void variation_make(struct variation *variation, const struct outcome *outcome) {
    const struct sweep *sweep = outcome->sweep;
    *variation = (struct variation){.outcome = outcome, .width = 1};
    for (uint32_t i = 0; i < sweep->axis_count; i++) {
        if (sweep->axes[i].count > variation->width) {
            variation->axis = i;
            variation->width = sweep->axes[i].count;
        }
    }
    variation->lines = outcome->count / variation->width;
    if (sweep->axis_count > 0) {
        find_places(variation);
    }
}

void variation_free(struct variation *variation) {
    free(variation->places);
}

/* How many points the axis takes to turn by one. */
static uint32_t stride_of(const struct variation *variation) {
    const struct sweep *sweep = variation->outcome->sweep;
    uint32_t stride = 1;
    for (uint32_t i = sweep->axis_count; i-- > variation->axis + 1;) {
        stride *= sweep->axes[i].count;
    }
    return stride;
}

struct point *variation_point(const struct variation *variation, uint32_t line, uint32_t x) {
    uint32_t stride = stride_of(variation);
    return &variation->outcome->points[line / stride * stride * variation->width + x * stride + line % stride];
}

/* ---- Names ---- */

/* What is at a point, but for one axis. */
static const char *name_but(const struct outcome *outcome, const struct point *point, uint32_t but,
                            char text[VARIATION_NAME_MOST]) {
    size_t size = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < outcome->sweep->axis_count; i++) {
        const struct axis *axis = &outcome->sweep->axes[i];
        if (i != but && size < VARIATION_NAME_MOST) {
            size += (size_t)snprintf(text + size, VARIATION_NAME_MOST - size, "%s%s %s", size > 0 ? ", " : "",
                                     axis->name, axis->values[point->at[i]]);
        }
    }
    return text;
}

const char *variation_line_name(const struct variation *variation, uint32_t line, char text[VARIATION_NAME_MOST]) {
    return name_but(variation->outcome, variation_point(variation, line, 0), variation->axis, text);
}

const char *variation_point_name(const struct outcome *outcome, const struct point *point,
                                 char text[VARIATION_NAME_MOST]) {
    if (outcome->sweep->axis_count == 0) {
        snprintf(text, VARIATION_NAME_MOST, "all seeds");
        return text;
    }
    return name_but(outcome, point, AXES_MOST, text);
}

/* ---- The axis ---- */

double variation_place(const struct variation *variation, uint32_t x) {
    return variation->places != NULL ? variation->places[x] : x;
}

struct chart_axis variation_axis(const struct variation *variation) {
    static const char *const nothing[] = {"all seeds"};
    if (variation->outcome->sweep->axis_count == 0) {
        return (struct chart_axis){.names = nothing, .name_count = 1};
    }
    const struct axis *axis = &variation->outcome->sweep->axes[variation->axis];
    struct chart_axis chart = {.label = axis->name, .log = variation->log, .places = variation->places};
    chart.names = (const char *const *)axis->values;
    chart.name_count = axis->count;
    if (variation->places != NULL) { /* some room at both ends */
        double low = variation->places[0], high = variation->places[axis->count - 1];
        chart.low = variation->log ? low / pow(high / low, 0.06) : low - (high - low) * 0.06;
        chart.high = variation->log ? high * pow(high / low, 0.06) : high + (high - low) * 0.06;
    }
    return chart;
}
