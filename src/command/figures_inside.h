/* What the files of the figures share: each figure is drawn by one function and told by another. */
#ifndef SELKIE_COMMAND_FIGURES_INSIDE_H
#define SELKIE_COMMAND_FIGURES_INSIDE_H

#include "command/figures.h"

/* Numbers of a figure's own, in seconds where they are times, INFINITY for what never happened; to be freed. */
struct numbers {
    double *values;
    size_t count;
};
struct numbers numbers_make(size_t room);
void numbers_add_time(struct numbers *numbers, uint64_t us);
void numbers_sort(struct numbers *numbers);
void numbers_free(struct numbers *numbers);

/* A row of what is usually asked of a sample, which goes from the least to the most: how many, how many never, least,
 * median, 90 %, 99 %, most. */
enum { SPREAD_COLUMNS = 8 };
extern const char *const spread_columns[SPREAD_COLUMNS];
void spread_row(FILE *out, const char *name, const double *sorted, size_t count, enum chart_format format);

/* Kinds of events: that of a subject, how many subjects of a kind there are that anybody could observe, and how many
 * kinds have some. */
enum event_kind kind_of(const struct result *result, const struct subject *subject);
size_t kind_count(const struct result *result, enum event_kind kind);
size_t kinds_count(const struct result *result);

/* figures_detection.c */
void draw_detection(FILE *out, struct chart *chart, struct result *result);
void tell_detection(FILE *out, struct result *result);

/* figures_spread.c */
void draw_informed(FILE *out, struct chart *chart, struct result *result);
void tell_informed(FILE *out, struct result *result);
void draw_spread(FILE *out, struct chart *chart, struct result *result);
void tell_spread(FILE *out, struct result *result);

/* figures_timeline.c */
void draw_timeline(FILE *out, struct chart *chart, struct result *result);
void tell_timeline(FILE *out, struct result *result);

/* figures_time.c */
void draw_false_positives(FILE *out, struct chart *chart, struct result *result);
void tell_false_positives(FILE *out, struct result *result);
void draw_false_suspicions(FILE *out, struct chart *chart, struct result *result);
void tell_false_suspicions(FILE *out, struct result *result);
void draw_size(FILE *out, struct chart *chart, struct result *result);
void tell_size(FILE *out, struct result *result);
void draw_load_over_time(FILE *out, struct chart *chart, struct result *result);
void tell_load_over_time(FILE *out, struct result *result);
void draw_bytes_over_time(FILE *out, struct chart *chart, struct result *result);
void tell_bytes_over_time(FILE *out, struct result *result);

/* figures_load.c */
void draw_load(FILE *out, struct chart *chart, struct result *result);
void tell_load(FILE *out, struct result *result);
void draw_bytes(FILE *out, struct chart *chart, struct result *result);
void tell_bytes(FILE *out, struct result *result);

#endif
