/* Numbers as people read them: "12,000", "2.5 %", "250 ms", "1.2 MB". The same in every locale. */
#ifndef SELKIE_CHART_NUMBER_H
#define SELKIE_CHART_NUMBER_H

#include "chart/chart.h"

enum { NUMBER_TEXT_MOST = 48 };

/* In which unit the values of an axis up to `most` are written: how much one is, and what it is called. */
struct number_unit {
    double size;
    const char *name; /* with the space before it; "" where there is none */
};
struct number_unit number_unit_for(enum chart_format format, double most);

/* Write a value in a unit with so many decimals. What is not a number is a dash. */
void number_text_in(char text[NUMBER_TEXT_MOST], double value, struct number_unit unit, int decimals);

/* Write a coordinate: at most two decimals, and a full stop between. Needs a finite number of less than 10^15. */
void number_write(FILE *out, double value);

#endif
