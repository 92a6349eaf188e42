/* Which figures there are, and what they share. */
#include "command/figures_inside.h"

#include "command/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NARROW_PX 344.0

static const struct about {
    const char *name, *title, *caption, *empty;
    void (*draw)(FILE *out, struct chart *chart, struct result *result);
    void (*tell)(FILE *out, struct result *result);
} figures[FIGURE_COUNT] = {
#define SELKIE_X(id, name, title, caption, empty) {name, title, caption, empty, draw_##id, tell_##id},
    FIGURES(SELKIE_X)
#undef SELKIE_X
};

const char *figure_name(enum figure figure) {
    return figures[figure].name;
}

const char *figure_title(enum figure figure) {
    return figures[figure].title;
}

const char *figure_caption(enum figure figure) {
    return figures[figure].caption;
}

enum figure figure_find(const char *name) {
    unsigned figure = 0;
    while (figure < FIGURE_COUNT && strcmp(figures[figure].name, name) != 0) {
        figure++;
    }
    return (enum figure)figure;
}

/* ---- Drawing ---- */

static void draw(FILE *out, enum figure figure, struct result *result, struct chart *chart) {
    chart->title = figures[figure].title;
    chart->caption = figures[figure].caption;
    chart->empty = figures[figure].empty;
    figures[figure].draw(out, chart, result);
}

void figure_write(FILE *out, enum figure figure, struct result *result) {
    draw(out, figure, result, &(struct chart){.id = figures[figure].name});
}

void figure_draw(FILE *out, enum figure figure, struct result *result, bool narrow) {
    char id[64];
    snprintf(id, sizeof id, "chart-%s%s", figures[figure].name, narrow ? "-narrow" : "");
    draw(out, figure, result, &(struct chart){.id = id, .inside = true, .width = narrow ? NARROW_PX : 0});
}

void figure_tell(FILE *out, enum figure figure, struct result *result) {
    figures[figure].tell(out, result);
}

/* ---- Numbers ---- */

struct numbers numbers_make(size_t room) {
    return (struct numbers){memory_zeroed(room > 0 ? room : 1, sizeof(double)), 0};
}

void numbers_add_time(struct numbers *numbers, uint64_t us) {
    numbers->values[numbers->count++] = us == NEVER ? INFINITY : (double)us / 1e6;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void numbers_sort(struct numbers *numbers) {
    qsort(numbers->values, numbers->count, sizeof numbers->values[0], by_value);
}

void numbers_free(struct numbers *numbers) {
    free(numbers->values);
}

/* ---- Rows ---- */

const char *const spread_columns[SPREAD_COLUMNS] = {"", "of", "never", "least", "median", "90 %", "99 %", "most"};

void spread_row(FILE *out, const char *name, const double *sorted, size_t count, enum chart_format format) {
    size_t finite = count;
    while (finite > 0 && !isfinite(sorted[finite - 1])) {
        finite--;
    }
    html_row_open(out, name);
    html_cell_number(out, (double)count, CHART_NUMBER);
    html_cell_number(out, (double)(count - finite), CHART_NUMBER);
    const double shares[] = {0, 0.5, 0.9, 0.99, 1};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        html_cell_number(out, chart_quantile(sorted, count, shares[i]), format);
    }
    html_row_close(out);
}
