/* How the news of what happened to a member spread among the others. */
#include "command/figures_inside.h"

#include "command/memory.h"

#include <math.h>
#include <stdlib.h>

enum { GRID = 200, NAME_MOST = 96 };

/* Which share of the observers knew of it so long after. */
static double share_informed(const struct spread *spread, uint32_t observers, uint64_t after_us) {
    uint32_t known = 0, end = spread->known;
    while (known < end) { /* those before `known` are not after that time, those from `end` on are */
        uint32_t middle = known + (end - known) / 2;
        if (spread->times_us[middle] <= after_us) {
            known = middle + 1;
        } else {
            end = middle;
        }
    }
    return (double)known / observers;
}

/* When so many per cent of the observers knew, rounded up. */
static uint64_t time_of_share(const struct spread *spread, uint32_t observers, unsigned percent) {
    uint64_t wanted = ((uint64_t)observers * percent + 99) / 100;
    return wanted > 0 && wanted <= spread->known ? spread->times_us[wanted - 1] : NEVER;
}

static const struct spread *spread_of(const struct subject *subject, bool down) {
    return down ? &subject->down : &subject->suspected;
}

/* From when on times count: from what happened, or from the moment at which the first knew. */
enum origin { SINCE_IT_HAPPENED, SINCE_THE_FIRST };

static uint64_t origin_of(const struct spread *spread, enum origin origin) {
    return origin == SINCE_THE_FIRST ? spread->first_us : 0;
}

/* How long it took until the last thing that anybody learned, of what is drawn; 0 if nobody did. */
static uint64_t last_news_us(const struct result *result, enum origin origin) {
    uint64_t last_us = 0;
    bool only_down = kinds_count(result) > 1;
    for (uint32_t i = 0; i < result->subject_count; i++) {
        for (int down = only_down; down < 2; down++) {
            const struct spread *spread = spread_of(&result->subjects[i], down);
            uint64_t took_us = spread->known > 0 ? spread->times_us[spread->known - 1] - origin_of(spread, origin) : 0;
            last_us = took_us > last_us ? took_us : last_us;
        }
    }
    return last_us;
}

/* Curves over a grid of times: the mean over the subjects of a kind, the least and the most of them. */
struct curves {
    double x[GRID + 1], mean[GRID + 1], low[GRID + 1], high[GRID + 1];
    char name[NAME_MOST];
};

/* How far the news is: since the first knew, of that of which anybody knew at all. */
static void fill_point(struct curves *curves, size_t point, const struct result *result, enum event_kind kind,
                       bool down, enum origin origin, uint64_t after_us) {
    double sum = 0, low = 1, high = 0, count = 0;
    for (uint32_t i = 0; i < result->subject_count; i++) {
        const struct subject *subject = &result->subjects[i];
        const struct spread *spread = spread_of(subject, down);
        if (kind_of(result, subject) == kind && subject->observers > 0 &&
            (origin == SINCE_IT_HAPPENED || spread->known > 0)) {
            double share = share_informed(spread, subject->observers, origin_of(spread, origin) + after_us);
            sum += share;
            low = fmin(low, share);
            high = fmax(high, share);
            count++;
        }
    }
    curves->x[point] = (double)after_us / 1e6;
    curves->mean[point] = sum / count; /* a gap, if there is none */
    curves->low[point] = count > 0 ? low : NAN;
    curves->high[point] = count > 0 ? high : NAN;
}

static struct chart_series make_one(struct curves *own, const struct result *result, enum event_kind kind, bool down,
                                    enum origin origin, uint64_t end_us) {
    for (size_t point = 0; point <= GRID; point++) {
        fill_point(own, point, result, kind, down, origin, end_us / GRID * point);
    }
    bool several = kinds_count(result) > 1, band = kind_count(result, kind) > 1;
    snprintf(own->name, NAME_MOST, "%s%s%s", several ? event_name(kind) : "", several ? ": " : "",
             down ? "held it for Down" : "suspected it");
    return (struct chart_series){.name = own->name,
                                 .colour = down ? CHART_DOWN : CHART_SUSPECT,
                                 .count = GRID + 1,
                                 .x = own->x,
                                 .y = own->mean,
                                 .low = band ? own->low : NULL,
                                 .high = band ? own->high : NULL};
}

/* One kind of event: those who suspected and those who held for Down. Several: Down alone, a line for each kind. */
static size_t make_series(struct chart_series *series, struct curves *curves, const struct result *result,
                          enum origin origin, uint64_t end_us) {
    static const enum chart_colour colours[] = {CHART_DOWN,  CHART_BLUE, CHART_GREEN, CHART_PURPLE,
                                                CHART_AMBER, CHART_SKY,  CHART_ROSE,  CHART_GREY};
    bool several = kinds_count(result) > 1;
    size_t count = 0;
    for (unsigned kind = 0; kind < HAPPENS_COUNT; kind++) {
        if (kind_count(result, (enum event_kind)kind) == 0) {
            continue;
        }
        for (int down = 1; down >= (several || kind == HAPPENS_LEAVE ? 1 : 0); down--) {
            series[count] = make_one(&curves[count], result, (enum event_kind)kind, down, origin, end_us);
            if (several) {
                series[count].colour = colours[count % 8];
            }
            count++;
        }
    }
    return count;
}

static void draw(FILE *out, struct chart *chart, const struct result *result, enum origin origin) {
    struct chart_series series[HAPPENS_COUNT + 1];
    struct curves *curves = memory_zeroed(HAPPENS_COUNT + 1, sizeof *curves);
    uint64_t last_us = last_news_us(result, origin);
    size_t count = last_us > 0 ? make_series(series, curves, result, origin, last_us + last_us / 20 + GRID) : 0;
    chart->x = (struct chart_axis){.format = CHART_SECONDS, .from_zero = true};
    chart->x.label = origin == SINCE_THE_FIRST ? "since the first one knew" : "since it happened";
    chart->y = (struct chart_axis){.label = "of the others", .format = CHART_SHARE, .low = 0, .high = 1};
    chart_lines(out, chart, series, count);
    free(curves);
}

void draw_informed(FILE *out, struct chart *chart, struct result *result) {
    draw(out, chart, result, SINCE_IT_HAPPENED);
}

void draw_spread(FILE *out, struct chart *chart, struct result *result) {
    draw(out, chart, result, SINCE_THE_FIRST);
}

/* ---- The numbers behind it ---- */

/* When so much of the observers knew, over all subjects of a kind. */
static void tell_shares(FILE *out, const struct result *result, enum event_kind kind, enum origin origin) {
    static const unsigned percents[] = {1, 25, 50, 75, 90, 99, 100};
    char caption[NAME_MOST], name[16];
    struct numbers numbers = numbers_make(result->subject_count);
    snprintf(caption, sizeof caption, "%s: until so many of the others held it for Down", event_name(kind));
    html_table_open(out, caption, spread_columns, SPREAD_COLUMNS);
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
        numbers.count = 0;
        for (uint32_t n = 0; n < result->subject_count; n++) {
            const struct subject *subject = &result->subjects[n];
            uint64_t from_us = origin_of(&subject->down, origin);
            if (kind_of(result, subject) == kind && subject->observers > 0 && from_us != NEVER) {
                uint64_t at_us = time_of_share(&subject->down, subject->observers, percents[i]);
                numbers_add_time(&numbers, at_us == NEVER ? NEVER : at_us - from_us);
            }
        }
        numbers_sort(&numbers);
        snprintf(name, sizeof name, "%u %%", percents[i]);
        spread_row(out, name, numbers.values, numbers.count, CHART_SECONDS);
    }
    html_table_close(out);
    numbers_free(&numbers);
}

static void tell(FILE *out, const struct result *result, enum origin origin) {
    if (last_news_us(result, origin) == 0) {
        return;
    }
    html_details_open(out, "The numbers");
    for (unsigned kind = 0; kind < HAPPENS_COUNT; kind++) {
        if (kind_count(result, (enum event_kind)kind) > 0) {
            tell_shares(out, result, (enum event_kind)kind, origin);
        }
    }
    html_details_close(out);
}

void tell_informed(FILE *out, struct result *result) {
    tell(out, result, SINCE_IT_HAPPENED);
}

void tell_spread(FILE *out, struct result *result) {
    tell(out, result, SINCE_THE_FIRST);
}
