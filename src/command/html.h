/* The parts of a page: its head and foot, tables, and what may be opened. All text is escaped. */
#ifndef SELKIE_COMMAND_HTML_H
#define SELKIE_COMMAND_HTML_H

#include "chart/chart.h"

#include <stdint.h>

void html_open(FILE *out, const char *title);
void html_close(FILE *out);

/* <element>text</element>; `class`: NULL, or what stands there */
void html_element(FILE *out, const char *element, const char *class, const char *text);

/* A table: open it with its caption (NULL: none) and the names of its columns, write rows of cells, close it. */
void html_table_open(FILE *out, const char *caption, const char *const *columns, size_t count);
void html_table_close(FILE *out);
void html_row_open(FILE *out, const char *name); /* the first cell, which names the row */
void html_row_close(FILE *out);
void html_cell(FILE *out, const char *text);
void html_cell_text(FILE *out, const char *text); /* words rather than a number: from the left, and broken into lines */
void html_cell_number(FILE *out, double value, enum chart_format format);
void html_cell_time(FILE *out, uint64_t us); /* NEVER: "never" */

/* A number as pages show it: a time that is INFINITY is "never", and what is no number a dash. */
const char *html_number(char text[CHART_NUMBER_MOST], double value, enum chart_format format);

/* What is folded up at first. */
void html_details_open(FILE *out, const char *summary);
void html_details_close(FILE *out);

#endif
