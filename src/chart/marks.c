/* Marks lie in lanes above the plot: each text in the lowest in which it covers none before it. */
#include "chart/marks.h"

#include "chart/text.h"

#include <math.h>

enum { LANES = 3 };
#define LANE_PX 16.0
#define BESIDE 4.0
#define BETWEEN 10.0

struct lanes {
    double until[LANES]; /* up to where each is taken */
    size_t used;
};

struct place {
    size_t lane; /* LANES: nowhere, or there is no text */
    double start, width;
};

static bool is_shown(const struct plot *plot, const struct chart_mark *mark) {
    return isfinite(mark->x) && mark->x >= plot->x.low && mark->x <= plot->x.high;
}

/* A text stands to the right of its line, or, where it would leave the plot, to its left. */
static double start_of(const struct plot *plot, double x, double width) {
    return x + BESIDE + width <= plot->right ? x + BESIDE : fmax(plot->left, x - BESIDE - width);
}

static struct place find_place(struct lanes *lanes, const struct plot *plot, const struct chart_mark *mark) {
    if (mark->text[0] == '\0') {
        return (struct place){.lane = LANES};
    }
    double width = fmin(text_width(mark->text, STYLE_STRONG_PX), plot->right - plot->left);
    struct place place = {0, start_of(plot, scale_at(&plot->x, mark->x), width), width};
    while (place.lane < LANES && lanes->until[place.lane] > place.start) {
        place.lane++;
    }
    if (place.lane < LANES) {
        lanes->until[place.lane] = place.start + width + BETWEEN;
        lanes->used = place.lane >= lanes->used ? place.lane + 1 : lanes->used;
    }
    return place;
}

static size_t lanes_needed(const struct chart *chart, const struct plot *plot) {
    struct lanes lanes = {{0}, 0};
    for (size_t i = 0; i < chart->mark_count; i++) {
        if (is_shown(plot, &chart->marks[i])) {
            find_place(&lanes, plot, &chart->marks[i]);
        }
    }
    return lanes.used;
}

void marks_make_room(const struct chart *chart, struct plot *plot) {
    size_t lanes = lanes_needed(chart, plot);
    plot->head += lanes > 0 ? (double)lanes * LANE_PX + 2 : 0;
}

static void draw_line(const struct plot *plot, const struct svg *svg, double x, struct place place) {
    double above = place.lane < LANES ? (double)place.lane * LANE_PX + LANE_PX - 2 : 0;
    svg_line(svg, "mark", x, plot->top - above, x, plot->bottom);
}

static void draw_text(const struct plot *plot, const struct svg *svg, const char *text, struct place place) {
    if (place.lane < LANES) {
        svg_text(svg, "t-small t-strong t-halo", SVG_START, place.start, plot->top - (double)place.lane * LANE_PX - 5,
                 STYLE_STRONG_PX, place.width + 1, text);
    }
}

/* All lines, and then all texts over them. */
void marks_draw(const struct chart *chart, const struct plot *plot, const struct svg *svg) {
    for (int texts = 0; texts < 2; texts++) {
        struct lanes lanes = {{0}, 0};
        for (size_t i = 0; i < chart->mark_count; i++) {
            const struct chart_mark *mark = &chart->marks[i];
            if (!is_shown(plot, mark)) {
                continue;
            }
            struct place place = find_place(&lanes, plot, mark);
            if (texts) {
                draw_text(plot, svg, mark->text, place);
            } else {
                draw_line(plot, svg, scale_at(&plot->x, mark->x), place);
            }
        }
    }
}
