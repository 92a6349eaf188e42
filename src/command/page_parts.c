/* Heads, verdicts, key figures, sections. */
#include "command/page_parts.h"

#include "command/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* Each flag stays in one line with its value, where there is room. */
static void write_command(FILE *out, const char *flags) {
    fputs("<pre><span>selkie sim</span>", out);
    while (*flags != '\0') {
        flags += strspn(flags, " \n");
        const char *next = strstr(flags, " --");
        size_t size = next != NULL ? (size_t)(next - flags) : strcspn(flags, "\n");
        fputs(" <span>", out);
        chart_text_part(out, flags, size);
        fputs("</span>", out);
        flags += size + strspn(flags + size, "\n");
    }
    fputs("</pre>\n", out);
}

void part_head(FILE *out, const char *kicker, const struct scenario *scenario, const char *notes, const char *flags) {
    char text[WORDS_MOST];
    words_title(text, scenario);
    html_open(out, text);
    html_element(out, "p", "kicker", kicker);
    html_element(out, "h1", NULL, text);
    fputs("<p class=\"note\">", out);
    chart_text(out, words_join(text, scenario));
    putc(' ', out);
    chart_text(out, words_network(text, scenario));
    fputs("</p>\n", out);
    if (!words_title_says_all(scenario)) {
        fputs("<ul class=\"note\">\n", out);
        for (uint32_t i = 0; i < scenario->event_count; i++) {
            html_element(out, "li", NULL, words_event(text, scenario, &scenario->events[i]));
        }
        fputs("</ul>\n", out);
    }
    if (notes != NULL) {
        html_element(out, "p", "note", notes);
    }
    write_command(out, flags);
}

/* ---- Verdict and key figures ---- */

void part_verdict_open(FILE *out) {
    fputs("<div class=\"verdict\">\n", out);
}

void part_say(FILE *out, bool good, const char *format, ...) {
    char text[3 * WORDS_MOST];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    html_element(out, "p", good ? "good" : "bad", text);
}

void part_verdict_close(FILE *out) {
    fputs("</div>\n", out);
}

void part_keys_open(FILE *out) {
    fputs("<dl class=\"key\">\n", out);
}

void part_key(FILE *out, const char *label, const char *value, const char *format, ...) {
    char more[2 * WORDS_MOST];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(more, sizeof more, format, arguments);
    va_end(arguments);
    fputs("<div>", out);
    html_element(out, "dt", NULL, label);
    html_element(out, "dd", "value", value);
    html_element(out, "dd", "more", more);
    fputs("</div>\n", out);
}

void part_keys_close(FILE *out) {
    fputs("</dl>\n", out);
}

/* ---- Figures ---- */

void part_contents_open(FILE *out) {
    fputs("<nav aria-label=\"Contents\">\n", out);
}

void part_link(FILE *out, const char *name, const char *title) {
    fprintf(out, "<a href=\"#%s\">", name);
    chart_text(out, title);
    fputs("</a>\n", out);
}

void part_contents_close(FILE *out) {
    fputs("</nav>\n", out);
}

void part_figure_open(FILE *out, const char *name, const char *title, const char *caption) {
    fprintf(out, "<section id=\"%s\">\n", name);
    html_element(out, "h2", NULL, title);
    fputs("<figure>\n", out);
    html_element(out, "figcaption", NULL, caption);
    fputs("<div class=\"wide\">\n", out);
}

void part_figure_narrow(FILE *out) {
    fputs("</div>\n<div class=\"narrow\">\n", out);
}

void part_figure_tell(FILE *out) {
    fputs("</div>\n</figure>\n", out);
}

void part_figure_close(FILE *out) {
    fputs("</section>\n", out);
}

/* ---- Configuration and foot ---- */

static void print_setting(char text[CHART_NUMBER_MOST], enum setting_kind kind, uint64_t value) {
    switch (kind) {
    case SETTING_DURATION:
        chart_duration(text, (double)value / 1e6);
        break;
    case SETTING_FLAG:
        snprintf(text, CHART_NUMBER_MOST, "%s", value != 0 ? "yes" : "no");
        break;
    case SETTING_PERCENT:
        snprintf(text, CHART_NUMBER_MOST, "%" PRIu64 " %%", value);
        break;
    default:
        chart_number(text, (double)value, CHART_NUMBER);
    }
}

/* Some are not what the preset says, for they follow from others that were set. */
static const char *whose(const struct scenario *scenario, const struct selkie_config *config, unsigned setting) {
    struct selkie_config preset;
    scenario_preset_config(scenario, &preset);
    return scenario->is_set[setting]                                         ? "set"
           : settings_get(config, setting) == settings_get(&preset, setting) ? "the preset's"
                                                                             : "follows";
}

void part_config(FILE *out, const struct scenario *scenario, const struct selkie_config *config) {
    static const char *const columns[] = {"setting", "value", "whose", "what it is"};
    fputs("<section id=\"configuration\">\n", out);
    html_element(out, "h2", NULL, "The configuration");
    html_details_open(out, "All settings");
    html_table_open(out, NULL, columns, 4);
    for (unsigned i = 0; i < settings_count; i++) {
        char value[CHART_NUMBER_MOST];
        print_setting(value, settings[i].kind, settings_get(config, i));
        html_row_open(out, settings[i].name);
        html_cell(out, value);
        html_cell(out, whose(scenario, config, i));
        html_cell_text(out, settings[i].text);
        html_row_close(out);
    }
    html_table_close(out);
    html_details_close(out);
    fputs("</section>\n", out);
}

void part_foot(FILE *out, const char *made) {
    fputs("<footer>\n", out);
    html_element(out, "p", NULL, made);
    html_element(
        out, "p", NULL,
        "Healthy: a member that runs and to which nothing was done that may make it unreachable or slow. Down: "
        "what others call a member that they take for dead. A false alarm: a healthy member that somebody calls "
        "Down.");
    fputs("</footer>\n", out);
    html_close(out);
}
