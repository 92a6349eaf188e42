/* How values are spread. Each sample has a row: its name and its figures in words, and below them a dot for each value,
 * or columns where there are too many for dots, on an axis that all rows share. */
#include "chart/frame.h"
#include "chart/marks.h"
#include "chart/text.h"

#include <math.h>

#define DOT " \xc2\xb7 "
enum { BINS_MOST = 256 };
#define DOTS_MOST 60u
#define DOT_PX 4.0
#define COLUMN_PX 13.0 /* about */
#define ROW_PX 58.0
#define ROW_LEAST_PX 24.0
#define WORDS_PX 20.0
#define BETWEEN 14.0

double chart_quantile(const double *sorted, size_t count, double share) {
    if (count == 0) {
        return NAN;
    }
    double rank = ceil(share * (double)count - 1e-9);
    return sorted[rank < 1 ? 0 : rank > (double)count ? count - 1 : (size_t)rank - 1];
}

/* How many values happened at all, and can be shown: they come first. */
static size_t happened(const struct chart_sample *sample) {
    struct extent any = extent_of_nothing(false);
    size_t count = 0;
    while (count < sample->count && extent_shows(&any, sample->values[count])) {
        count++;
    }
    return count;
}

/* ---- Words ---- */

static void say_figures(char *text, size_t size, const struct chart_sample *sample, const struct chart_axis *axis) {
    size_t count = happened(sample);
    char median[CHART_NUMBER_MOST], most[CHART_NUMBER_MOST], late[CHART_NUMBER_MOST], never[64] = "";
    if (count < sample->count) {
        snprintf(never, sizeof never, "%zu of %zu never", sample->count - count, sample->count);
    }
    if (count == 0) {
        snprintf(text, size, "%s", sample->count > 0 ? never : "none");
        return;
    }
    chart_number(median, chart_quantile(sample->values, count, 0.5), axis->format);
    chart_number(late, chart_quantile(sample->values, count, 0.99), axis->format);
    chart_number(most, sample->values[count - 1], axis->format);
    snprintf(text, size, "%s%smedian %s" DOT "99 %% %s" DOT "most %s", never, never[0] != '\0' ? DOT : "", median, late,
             most);
}

/* How many lines name and figures take: both stand in one if they fit for all rows. */
static size_t lines_of_words(const struct frame *frame, const struct chart_sample *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char figures[256];
        say_figures(figures, sizeof figures, &samples[i], &frame->chart->x);
        if (text_width(samples[i].name, STYLE_STRONG_PX) + 14 + text_width(figures, STYLE_SMALL_PX) > frame->inner) {
            return 2;
        }
    }
    return 1;
}

static void draw_words(const struct frame *frame, const struct chart_sample *sample, double top, size_t lines) {
    char figures[256];
    say_figures(figures, sizeof figures, sample, &frame->chart->x);
    double left = frame->edge, beside = lines == 1 ? text_width(sample->name, STYLE_STRONG_PX) + 14 : 0;
    svg_rect(&frame->svg, "fill", style_class(sample->colour), left, top + 4, 9, 9, NULL);
    svg_text(&frame->svg, "t-small t-strong", SVG_START, left + 15, top + 13, STYLE_STRONG_PX, frame->inner - 15,
             sample->name);
    svg_text(&frame->svg, "t-small t-quiet", SVG_START, left + 15 + beside,
             top + 13 + (lines == 1 ? 0 : STYLE_SMALL_PX + 4), STYLE_SMALL_PX, frame->inner - beside - 15, figures);
}

/* ---- Bins ---- */

struct bins {
    double left_px, width_px;
    size_t count, highest;
    size_t in[BINS_MOST];
};

static void fill_bins(struct bins *bins, const struct chart_sample *sample, const struct plot *plot, double width_px) {
    double span = plot->right - plot->left;
    *bins = (struct bins){.left_px = plot->left};
    bins->count = (size_t)fmin(fmax(1, floor(span / width_px)), BINS_MOST);
    bins->width_px = span / (double)bins->count;
    for (size_t i = 0, end = happened(sample); i < end; i++) {
        size_t bin = (size_t)((scale_at(&plot->x, sample->values[i]) - plot->left) / bins->width_px);
        bin = bin < bins->count ? bin : bins->count - 1;
        bins->in[bin]++;
        bins->highest = bins->in[bin] > bins->highest ? bins->in[bin] : bins->highest;
    }
}

static double middle_of(const struct bins *bins, size_t bin) {
    return bins->left_px + ((double)bin + 0.5) * bins->width_px;
}

/* Dots that would lie on each other are stacked. */
static void draw_dots(const struct chart_sample *sample, const struct plot *plot, const struct svg *svg,
                      double bottom) {
    struct bins bins;
    fill_bins(&bins, sample, plot, 2 * DOT_PX + 1);
    double radius = fmin(DOT_PX, (ROW_PX - 4) / (2.0 * (double)bins.highest));
    for (size_t bin = 0, next = 0; bin < bins.count; bin++) {
        for (size_t i = 0; i < bins.in[bin]; i++) {
            char tip[CHART_NUMBER_MOST];
            chart_number(tip, sample->values[next++], plot->x_axis->format);
            svg_dot(svg, style_class(sample->colour), middle_of(&bins, bin), bottom - 2 - radius * (2 * (double)i + 1),
                    radius, tip);
        }
    }
}

static void draw_columns(const struct chart_sample *sample, const struct plot *plot, const struct svg *svg,
                         double bottom) {
    struct bins bins;
    fill_bins(&bins, sample, plot, COLUMN_PX);
    for (size_t bin = 0; bin < bins.count; bin++) {
        if (bins.in[bin] > 0) {
            char tip[64];
            double height = fmax(1, (ROW_PX - 6) * (double)bins.in[bin] / (double)bins.highest);
            snprintf(tip, sizeof tip, "%zu of %zu", bins.in[bin], sample->count);
            svg_rect(svg, "fill", style_class(sample->colour), middle_of(&bins, bin) - bins.width_px / 2,
                     bottom - height, bins.width_px - 1, height, tip);
        }
    }
}

/* How high the rows have to be: lower if there are few dots in all of them. */
static double height_of_rows(const struct chart_sample *samples, size_t count, const struct plot *plot) {
    double most = ROW_LEAST_PX;
    for (size_t i = 0; i < count; i++) {
        struct bins bins;
        fill_bins(&bins, &samples[i], plot, 2 * DOT_PX + 1);
        bool dots = happened(&samples[i]) <= DOTS_MOST;
        most = fmax(most, dots ? (double)bins.highest * 2 * DOT_PX + 4 : ROW_PX);
    }
    return fmin(most, ROW_PX);
}

/* ---- All of it ---- */

static void draw_row(const struct chart_sample *sample, const struct plot *plot, const struct svg *svg, double bottom) {
    size_t count = happened(sample);
    svg_line(svg, "axis", plot->left, bottom, plot->right, bottom);
    if (count > 0) {
        (count <= DOTS_MOST ? draw_dots : draw_columns)(sample, plot, svg, bottom);
        double median = scale_at(&plot->x, chart_quantile(sample->values, count, 0.5));
        svg_rect(svg, "mark-foot", "", fmax(median - 1, 0), bottom, 2, 6, "median");
    }
}

static void draw_grid(const struct plot *plot, const struct svg *svg, double top, double bottom) {
    for (size_t i = 0; i < plot->x_ticks.count; i++) {
        double x = scale_at(&plot->x, plot->x_ticks.at[i]);
        svg_line(svg, "grid", x, top, x, bottom);
    }
}

static void draw_all(struct frame *frame, FILE *out, const struct chart_sample *samples, size_t count,
                     const struct plot_axis *x) {
    size_t lines = lines_of_words(frame, samples, count);
    struct plot plot;
    plot_make(&plot, x, NULL, frame->edge, frame->edge + frame->inner, ROW_PX, 1);
    double words = WORDS_PX + (double)(lines - 1) * (STYLE_SMALL_PX + 4);
    double height = height_of_rows(samples, count, &plot), row = words + height + BETWEEN;
    plot_make(&plot, x, NULL, frame->edge, frame->edge + frame->inner, row * (double)count - BETWEEN, 1);
    plot_place(&plot, frame->top);
    frame_open(frame, out, plot_height(&plot));
    for (size_t i = 0; i < count; i++) {
        double top = plot.top + row * (double)i, bottom = top + words + height;
        draw_grid(&plot, &frame->svg, top + words, bottom);
        draw_words(frame, &samples[i], top, lines);
        draw_row(&samples[i], &plot, &frame->svg, bottom);
    }
    plot_draw(&plot, &frame->svg);
    frame_close(frame);
}

void chart_distribution(FILE *out, const struct chart *chart, const struct chart_sample *samples, size_t count) {
    struct plot_axis x = plot_axis(&chart->x);
    size_t shown = 0;
    for (size_t i = 0; i < count; i++) {
        size_t end = happened(&samples[i]);
        for (size_t value = 0; value < end; value++) {
            extent_add(&x.extent, samples[i].values[value]);
        }
        shown += end;
    }
    struct frame frame;
    frame_make(&frame, chart, NULL, 0);
    if (shown == 0) {
        frame_draw_empty(&frame, out);
    } else {
        draw_all(&frame, out, samples, count, &x);
    }
}
