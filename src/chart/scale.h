/* From values to pixels, and the round values between that get a tick. */
#ifndef SELKIE_CHART_SCALE_H
#define SELKIE_CHART_SCALE_H

#include "chart/number.h"

#include <stdbool.h>

enum { TICKS_MOST = 24 };

struct scale {
    bool log;
    double low, high; /* low < high, both finite; above 0 if `log` */
    double from_px, to_px;
};

struct ticks {
    size_t count;
    double at[TICKS_MOST];
    char text[TICKS_MOST][NUMBER_TEXT_MOST];
    double widest_px; /* of the texts */
};

/* What values an axis has to show, seen so far. What is not finite, or not above 0 on a log axis, is not shown. */
struct extent {
    bool log;
    double low, high; /* low > high: nothing yet */
};
struct extent extent_of_nothing(bool log);
void extent_add(struct extent *extent, double value);
bool extent_is_empty(const struct extent *extent);
bool extent_shows(const struct extent *extent, double value);

/* Make a scale that shows an extent: some room around a single value, 0 to 1 for nothing. */
struct scale scale_for(const struct extent *extent);

/* Widen a scale so that it begins and ends at round values, about `count` steps apart. */
void scale_round(struct scale *scale, enum chart_format format, size_t count);

/* Where a value is, always between the two ends. */
double scale_at(const struct scale *scale, double value);

/* The largest of 1, 2, 5 times a power of ten that is at most `most` > 0, and the smallest that is at least that. */
double scale_step_down(double most);
double scale_step_up(double least);

/* Choose round values within a scale: about `count` of them, and so few that their texts do not touch each other if they
 * stand side by side (`gap_px` > 0 is what is between them, at least). */
void ticks_choose(struct ticks *ticks, const struct scale *scale, enum chart_format format, size_t count,
                  double gap_px);

#endif
