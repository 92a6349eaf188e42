/* Title, caption, legend, and nothing. */
#include "chart/frame.h"

#include "chart/text.h"

#include <math.h>

#define WIDTH 720.0
#define WIDTH_LEAST 280.0
#define TITLE_ROW 23.0
#define TEXT_ROW 18.0
#define BELOW_TEXT 10.0
#define EMPTY_HEIGHT 58.0

/* Draw a text in lines, if there is something to draw on; returns how high they are. */
static double lay_out(const struct svg *svg, const char *text, const char *class, double font_px, double row,
                      double left, double top, double width) {
    double y = 0;
    const char *rest = text, *line;
    for (size_t bytes; (bytes = text_take_line(&rest, &line, font_px, width)) > 0;) {
        if (svg != NULL) {
            fprintf(svg->out, "<text class=\"%s\"", class);
            fprintf(svg->out, " x=\"%d\" y=\"%d\">", (int)left, (int)(top + y + font_px));
            text_write_part(svg->out, line, bytes);
            fputs("</text>\n", svg->out);
        }
        y += row;
    }
    return y;
}

/* Title and caption, which a page has as text of its own. */
static double lay_out_words(const struct frame *frame, const struct svg *svg) {
    const struct chart *chart = frame->chart;
    if (chart->inside) {
        return 0;
    }
    double y = lay_out(svg, chart->title, "t-title", STYLE_TITLE_PX, TITLE_ROW, frame->edge, frame->edge, frame->inner);
    if (chart->caption != NULL) {
        y += lay_out(svg, chart->caption, "t-quiet", STYLE_TEXT_PX, TEXT_ROW, frame->edge, frame->edge + y,
                     frame->inner);
    }
    return y + BELOW_TEXT;
}

void frame_make(struct frame *frame, const struct chart *chart, const struct legend_item *items, size_t count) {
    *frame = (struct frame){.chart = chart, .items = items, .item_count = count};
    frame->edge = chart->inside ? 0 : FRAME_EDGE;
    frame->width = chart->width > 0 ? fmax(chart->width, WIDTH_LEAST) : WIDTH;
    frame->inner = frame->width - 2 * frame->edge;
    frame->top = frame->edge + lay_out_words(frame, NULL) + legend_height(items, count, frame->inner);
}

void frame_open(struct frame *frame, FILE *out, double height) {
    const char *told = frame->chart->caption != NULL ? frame->chart->caption : frame->chart->title;
    svg_open(&frame->svg, out, frame->chart, frame->width, frame->top + height + frame->edge, told);
    double y = frame->edge + lay_out_words(frame, &frame->svg);
    legend_draw(&frame->svg, frame->items, frame->item_count, frame->edge, y, frame->inner);
}

void frame_close(struct frame *frame) {
    svg_close(&frame->svg);
}

void frame_draw_empty(struct frame *frame, FILE *out) {
    const char *text = frame->chart->empty != NULL ? frame->chart->empty : "There is nothing to show.";
    frame->item_count = 0;
    frame->top = frame->edge + lay_out_words(frame, NULL);
    double height = lay_out(NULL, text, "", STYLE_TEXT_PX, TEXT_ROW, 0, 0, frame->inner - 40);
    frame_open(frame, out, fmax(EMPTY_HEIGHT, height + 40));
    svg_rect(&frame->svg, "ground", "", frame->edge, frame->top, frame->inner, fmax(EMPTY_HEIGHT, height + 40), NULL);
    lay_out(&frame->svg, text, "t-quiet", STYLE_TEXT_PX, TEXT_ROW, frame->edge + 20,
            frame->top + (fmax(EMPTY_HEIGHT, height + 40) - height) / 2, frame->inner - 40);
    frame_close(frame);
}
