/* The table on the screen, and the same as JSON. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

static bool any_shown;

void bench_show_begin(const struct bench_choice *choice) {
    any_shown = false;
    if (choice->once) {
        return;
    }
    if (choice->json) {
        printf("{\"results\": [");
    } else {
        printf("%-20s %-9s %8s %12s %12s %12s %12s %10s%s\n", "ns, or what it says", "codec", "members", "median",
               "least", "most", "reference", "floor", choice->compare ? "    ratio" : "");
    }
}

/* To the value of the earlier run; negative: it is not known. */
static double ratio(const struct bench_choice *choice, const struct bench_figure *figure) {
    double before = choice->compare != NULL ? bench_earlier(figure) : -1;
    return before > 0 ? figure->value / before : -1;
}

static void show_number(const char *name, double value) {
    if (value < 0) {
        printf(", \"%s\": null", name);
    } else {
        printf(", \"%s\": %.3f", name, value);
    }
}

static void show_json(const struct bench_choice *choice, const struct bench_figure *figure) {
    printf("%s\n{\"op\": \"%s\", \"codec\": \"%s\", \"n\": %" PRIu32, any_shown ? "," : "", figure->name, figure->codec,
           figure->members);
    if (figure->is_operation) {
        show_number("median_ns", figure->value);
        show_number("min_ns", figure->least);
        show_number("max_ns", figure->most);
        show_number("reference_ns", figure->reference);
        show_number("floor_ns", figure->floor);
    } else {
        show_number(figure->name, figure->value);
    }
    if (figure->note != NULL) {
        printf(", \"call\": \"%s\"", figure->note);
    }
    if (choice->compare != NULL) {
        show_number("ratio", ratio(choice, figure));
    }
    printf("}");
}

static void show_cell(int width, double value) {
    value < 0 ? printf(" %*s", width, "-") : printf(" %*.1f", width, value);
}

static void show_row(const struct bench_choice *choice, const struct bench_figure *figure) {
    double none = -1, compared = ratio(choice, figure);
    printf("%-20s %-9s %8" PRIu32, figure->name, figure->codec, figure->members);
    show_cell(12, figure->value);
    show_cell(12, figure->is_operation ? figure->least : none);
    show_cell(12, figure->is_operation ? figure->most : none);
    show_cell(12, figure->is_operation ? figure->reference : none);
    show_cell(10, figure->is_operation ? figure->floor : none);
    if (choice->compare != NULL) {
        compared < 0 ? printf(" %8s", "-") : printf(" %8.3f", compared);
    }
    printf("%s%s\n", figure->note ? "  " : "", figure->note ? figure->note : "");
}

void bench_show(const struct bench_choice *choice, const struct bench_figure *figure) {
    if (choice->json) {
        show_json(choice, figure);
    } else {
        show_row(choice, figure);
    }
    any_shown = true;
    fflush(stdout);
}

void bench_show_end(const struct bench_choice *choice) {
    if (choice->json && !choice->once) {
        printf("\n]}\n");
    }
}
