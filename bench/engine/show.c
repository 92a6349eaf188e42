/* The table on the screen, and the same as JSON. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

static bool any_shown;

void bench_show_begin(const struct bench_choice *choice) {
    any_shown = false;
    if (choice->json) {
        printf("{\"results\": [");
    } else {
        printf("%-20s %-9s %8s %12s %12s %12s %12s %10s\n", "operation", "codec", "members", "median", "least", "most",
               "reference", "floor");
    }
}

static void show_number(const char *name, double value) {
    if (value < 0) {
        printf(", \"%s\": null", name);
    } else {
        printf(", \"%s\": %.2f", name, value);
    }
}

static void show_json(const struct bench_figure *figure) {
    printf("%s\n{\"op\": \"%s\", \"codec\": \"%s\", \"n\": %" PRIu32, any_shown ? "," : "", figure->operation,
           figure->codec, figure->members);
    show_number("median_ns", figure->median);
    show_number("min_ns", figure->least);
    show_number("max_ns", figure->most);
    show_number("reference_ns", figure->reference);
    show_number("floor_ns", figure->floor);
    printf("}");
}

static void show_row(const struct bench_figure *figure) {
    printf("%-20s %-9s %8" PRIu32 " %12.1f %12.1f %12.1f", figure->operation, figure->codec, figure->members,
           figure->median, figure->least, figure->most);
    figure->reference < 0 ? printf(" %12s", "-") : printf(" %12.1f", figure->reference);
    figure->floor < 0 ? printf(" %10s", "-") : printf(" %10.1f", figure->floor);
    printf("\n");
}

void bench_show(const struct bench_choice *choice, const struct bench_figure *figure) {
    if (choice->json) {
        show_json(figure);
    } else {
        show_row(figure);
    }
    any_shown = true;
    fflush(stdout);
}

void bench_show_end(const struct bench_choice *choice) {
    if (choice->json) {
        printf("\n]}\n");
    }
}
