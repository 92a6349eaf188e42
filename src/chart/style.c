/* The palette and the style sheet.
 *
 * The colours that mean nothing are those of Okabe and Ito, lighter on dark ground. Suspicion is amber and death a dark
 * red on light ground, a light one on dark ground: they differ in lightness and not in hue alone. */
#include "chart/style.h"

#define COLOURS(X)                                                                                                     \
    X(BLUE, "blue", "#0072b2", "#56b4e9")                                                                              \
    X(VERMILION, "vermilion", "#d55e00", "#ff8a4c")                                                                    \
    X(GREEN, "green", "#00795a", "#2bc79a")                                                                            \
    X(PURPLE, "purple", "#8e4585", "#d793ce")                                                                          \
    X(AMBER, "amber", "#c28400", "#f0c05a")                                                                            \
    X(SKY, "sky", "#3d9bd0", "#9ad4f5")                                                                                \
    X(ROSE, "rose", "#b8477a", "#f29bbd")                                                                              \
    X(GREY, "grey", "#6b7680", "#9aa5ae")                                                                              \
    X(ALIVE, "alive", "#cfe3ea", "#27414d")                                                                            \
    X(SUSPECT, "suspect", "#e8a317", "#f2c14e")                                                                        \
    X(DOWN, "down", "#a3241c", "#f2594b")

struct colour {
    const char *name, *class, *light, *dark;
};

static const struct colour colours[CHART_COLOURS] = {
#define X(id, name, light, dark) [CHART_##id] = {name, "c-" name, light, dark},
    COLOURS(X)
#undef X
};

const char *style_class(enum chart_colour colour) {
    return colours[colour < CHART_COLOURS ? colour : CHART_GREY].class;
}

static void write_palette(FILE *out, bool dark) {
    for (size_t i = 0; i < CHART_COLOURS; i++) {
        fprintf(out, "--%s:%s;", colours[i].name, dark ? colours[i].dark : colours[i].light);
    }
}

void chart_style(FILE *out) {
    fputs(":root{color-scheme:light dark;--paper:#ffffff;--ink:#1b2227;--quiet:#5a656e;--line:#dfe5e9;--soft:#f4f7f8;",
          out);
    write_palette(out, false);
    fputs("}\n@media screen and (prefers-color-scheme:dark){"
          ":root{--paper:#12181c;--ink:#e6ebee;--quiet:#9eabb4;--line:#2c363d;--soft:#1a2227;",
          out);
    write_palette(out, true);
    fprintf(out,
            "}}\n.chart{display:block;background:var(--paper);font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,"
            "Helvetica,Arial,sans-serif;font-size:%dpx;font-variant-numeric:tabular-nums}\n"
            ".chart text{fill:var(--ink)}\n"
            ".chart .t-title{font-size:%dpx;font-weight:600}\n"
            ".chart .t-small{font-size:%dpx}\n"
            ".chart .t-quiet{fill:var(--quiet)}\n"
            ".chart .t-strong{font-weight:600}\n"
            ".chart .t-halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}\n",
            STYLE_TEXT_PX, STYLE_TITLE_PX, STYLE_SMALL_PX);
    fputs(".chart .paper{fill:var(--paper)}\n"
          ".chart .ground{fill:var(--soft)}\n"
          ".chart .grid{stroke:var(--line);fill:none}\n"
          ".chart .axis{stroke:var(--quiet);fill:none}\n"
          ".chart .mark{stroke:var(--quiet);stroke-dasharray:2 3;fill:none}\n"
          ".chart .mark-foot{fill:var(--ink)}\n"
          ".chart .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\n"
          ".chart .dash-1{stroke-dasharray:7 4}\n"
          ".chart .dash-2{stroke-dasharray:1.5 4.5}\n"
          ".chart .dash-3{stroke-dasharray:9 4 1.5 4}\n"
          ".chart .band{stroke:none;fill-opacity:.18}\n"
          ".chart .fill{stroke:none}\n",
          out);
    for (size_t i = 0; i < CHART_COLOURS; i++) {
        fprintf(out, ".chart .%s{color:var(--%s)}\n", colours[i].class, colours[i].name);
    }
    fputs(".chart .line{stroke:currentColor}\n.chart .band,.chart .fill{fill:currentColor}\n", out);
}
