/* Extents, scales and ticks. */
#include "chart/scale.h"

#include "chart/style.h"
#include "chart/text.h"

#include <math.h>

#define MOST 1e300 /* beyond these, a number cannot be reckoned with */
#define LEAST 1e-300

/* ---- Extents ---- */

struct extent extent_of_nothing(bool log) {
    return (struct extent){log, INFINITY, -INFINITY};
}

bool extent_shows(const struct extent *extent, double value) {
    return isfinite(value) && fabs(value) < MOST && (!extent->log || value > LEAST);
}

void extent_add(struct extent *extent, double value) {
    if (extent_shows(extent, value)) {
        extent->low = fmin(extent->low, value);
        extent->high = fmax(extent->high, value);
    }
}

bool extent_is_empty(const struct extent *extent) {
    return extent->low > extent->high;
}

/* ---- Scales ---- */

struct scale scale_for(const struct extent *extent) {
    struct scale scale = {.log = extent->log, .low = extent->low, .high = extent->high};
    if (extent_is_empty(extent)) {
        scale.low = extent->log ? 1 : 0;
        scale.high = extent->log ? 10 : 1;
    } else if (!(scale.high - scale.low > fmax(1e-12 * fmax(fabs(scale.low), fabs(scale.high)), LEAST))) {
        double room = extent->log || scale.low == 0 ? 1 : fabs(scale.low) / 2;
        scale.low = extent->log ? scale.low / 2 : scale.low < 0 || scale.low > 0 ? scale.low - room : 0;
        scale.high = extent->log ? scale.high * 2 : scale.high + room;
    }
    return scale;
}

double scale_step_down(double most) {
    double power = pow(10, floor(log10(most)));
    double units = most / power * (1 + 1e-9);
    return power * (units >= 10 ? 10 : units >= 5 ? 5 : units >= 2 ? 2 : 1);
}

double scale_step_up(double least) {
    double power = pow(10, floor(log10(least)));
    double units = least / power * (1 - 1e-9);
    return power * (units <= 1 ? 1 : units <= 2 ? 2 : units <= 5 ? 5 : 10);
}

void scale_round(struct scale *scale, enum chart_format format, size_t count) {
    if (scale->log) {
        scale->low = scale_step_down(scale->low);
        scale->high = scale_step_up(scale->high);
        return;
    }
    double unit = number_unit_for(format, scale->high).size;
    double step = scale_step_up((scale->high - scale->low) / unit / (double)count) * unit;
    scale->low = floor(scale->low / step + 1e-9) * step;
    scale->high = ceil(scale->high / step - 1e-9) * step;
}

double scale_at(const struct scale *scale, double value) {
    if (!(value > scale->low)) {
        return scale->from_px;
    }
    if (!(value < scale->high)) {
        return scale->to_px;
    }
    double share = scale->log ? log(value / scale->low) / log(scale->high / scale->low)
                              : (value - scale->low) / (scale->high - scale->low);
    return scale->from_px + share * (scale->to_px - scale->from_px);
}

/* ---- Ticks ---- */

static void add_tick(struct ticks *ticks, double at, struct number_unit unit, int decimals) {
    if (ticks->count == TICKS_MOST) {
        return;
    }
    char *text = ticks->text[ticks->count];
    number_text_in(text, at, unit, decimals);
    ticks->widest_px = fmax(ticks->widest_px, text_width(text, STYLE_SMALL_PX));
    ticks->at[ticks->count++] = at;
}

static void choose_linear(struct ticks *ticks, const struct scale *scale, enum chart_format format, double count) {
    struct number_unit unit = number_unit_for(format, fmax(fabs(scale->low), fabs(scale->high)));
    double step = scale_step_up((scale->high - scale->low) / unit.size / count);
    int decimals = (int)fmax(0, -floor(log10(step) + 1e-9));
    double first = ceil(scale->low / unit.size / step - 1e-9);
    double last = floor(scale->high / unit.size / step + 1e-9);
    for (int i = 0; i < TICKS_MOST && first + i <= last; i++) {
        add_tick(ticks, (first + i) * step * unit.size, unit, decimals);
    }
}

/* How many powers of ten are between ticks, and how many ticks are in each; the next coarser one of those that come. */
static void choose_log(struct ticks *ticks, const struct scale *scale, enum chart_format format, double count) {
    static const double steps[] = {1, 2, 5};
    double decades = log10(scale->high / scale->low);
    bool all = decades * 3 <= count;
    double apart = fmax(1, ceil(decades / count - 1e-9));
    double first = floor(log10(scale->low) + 1e-9), last = floor(log10(scale->high) + 1e-9);
    for (int n = 0; n < TICKS_MOST && first + n * apart <= last; n++) {
        for (size_t i = 0; i < (all ? 3 : 1); i++) {
            double at = steps[i] * pow(10, first + n * apart);
            if (at >= scale->low * (1 - 1e-9) && at <= scale->high * (1 + 1e-9)) {
                struct number_unit unit = number_unit_for(format, at);
                add_tick(ticks, at, unit, (int)fmax(0, -floor(log10(at / unit.size) + 1e-9)));
            }
        }
    }
}

static void choose(struct ticks *ticks, const struct scale *scale, enum chart_format format, double count) {
    ticks->count = 0;
    ticks->widest_px = 0;
    (scale->log ? choose_log : choose_linear)(ticks, scale, format, count);
    if (scale->log && ticks->count < 3) { /* the axis is short, and powers of ten are not enough */
        ticks->count = 0;
        ticks->widest_px = 0;
        choose_linear(ticks, scale, format, count);
    }
}

static bool are_apart(const struct ticks *ticks, const struct scale *scale, double gap_px) {
    for (size_t i = 1; i < ticks->count; i++) {
        double between = fabs(scale_at(scale, ticks->at[i]) - scale_at(scale, ticks->at[i - 1]));
        double half_texts =
            (text_width(ticks->text[i - 1], STYLE_SMALL_PX) + text_width(ticks->text[i], STYLE_SMALL_PX)) / 2;
        if (between < half_texts + gap_px) {
            return false;
        }
    }
    return true;
}

void ticks_choose(struct ticks *ticks, const struct scale *scale, enum chart_format format, size_t count,
                  double gap_px) {
    double wanted = fmin(fmax((double)count, 1), TICKS_MOST - 2);
    choose(ticks, scale, format, wanted);
    while (wanted > 1 && gap_px > 0 && !are_apart(ticks, scale, gap_px)) {
        wanted--;
        choose(ticks, scale, format, wanted);
    }
}
