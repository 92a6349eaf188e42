/* Units, digits, and the commas between them. */
#include "chart/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define SPACE "\xc2\xa0" /* that does not break: a number and its unit stay in one line */
#define DASH "\xe2\x80\x93"
#define TOO_LARGE 1e15 /* for a number with all its digits */
enum { DECIMALS_MOST = 6 };

struct number_unit number_unit_for(enum chart_format format, double most) {
    most = fabs(most);
    switch (format) {
    case CHART_SHARE:
        return (struct number_unit){0.01, SPACE "%"};
    case CHART_SECONDS:
        if (most < 1e-3) {
            return (struct number_unit){1e-6, SPACE "\xc2\xb5s"};
        }
        if (most < 1) {
            return (struct number_unit){1e-3, SPACE "ms"};
        }
        return most <= 600    ? (struct number_unit){1, SPACE "s"}
               : most <= 7200 ? (struct number_unit){60, SPACE "min"}
                              : (struct number_unit){3600, SPACE "h"};
    case CHART_BYTES:
        return most < 1e3   ? (struct number_unit){1, SPACE "B"}
               : most < 1e6 ? (struct number_unit){1e3, SPACE "kB"}
               : most < 1e9 ? (struct number_unit){1e6, SPACE "MB"}
                            : (struct number_unit){1e9, SPACE "GB"};
    default:
        return (struct number_unit){1, ""};
    }
}

/* A whole number with commas between thousands; returns how many characters. */
static size_t put_whole(char *text, uint64_t whole) {
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, whole);
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0) {
            text[size++] = ',';
        }
        text[size++] = digits[i];
    }
    return size;
}

static void put_number(char text[NUMBER_TEXT_MOST], double value, int decimals, const char *unit) {
    uint64_t power = 1;
    for (int i = 0; i < decimals; i++) {
        power *= 10;
    }
    uint64_t scaled = (uint64_t)llround(fabs(value) * (double)power);
    size_t size = 0;
    if (value < 0 && scaled > 0) {
        text[size++] = '-';
    }
    size += put_whole(text + size, scaled / power);
    if (decimals > 0) {
        size += (size_t)snprintf(text + size, NUMBER_TEXT_MOST - size, ".%0*" PRIu64, decimals, scaled % power);
    }
    snprintf(text + size, NUMBER_TEXT_MOST - size, "%s", unit);
}

void number_text_in(char text[NUMBER_TEXT_MOST], double value, struct number_unit unit, int decimals) {
    double units = value / unit.size;
    bool too_small = decimals > DECIMALS_MOST && fabs(units) > 0;
    if (!isfinite(units)) {
        snprintf(text, NUMBER_TEXT_MOST, DASH);
    } else if (fabs(units) >= TOO_LARGE || too_small) {
        snprintf(text, NUMBER_TEXT_MOST, "%.0e%s", units, unit.name);
    } else {
        int room = fabs(units) >= 1e9 || decimals < 0 ? 0 : decimals;
        put_number(text, units, room > DECIMALS_MOST ? 0 : room, unit.name);
    }
}

void chart_number(char text[CHART_NUMBER_MOST], double value, enum chart_format format) {
    struct number_unit unit = number_unit_for(format, value);
    double units = fabs(value / unit.size);
    bool whole = units == floor(units) && format != CHART_SECONDS && format != CHART_RATE;
    int decimals = whole || !(units > 0) || units >= 99.95 ? 0 : 2 - (int)floor(log10(units) + 1e-9);
    number_text_in(text, value, unit, decimals);
}

void chart_duration(char text[CHART_NUMBER_MOST], double seconds) {
    struct number_unit unit = number_unit_for(CHART_SECONDS, seconds);
    char digits[NUMBER_TEXT_MOST];
    number_text_in(digits, seconds, (struct number_unit){unit.size, ""}, DECIMALS_MOST);
    size_t size = strlen(digits);
    if (strchr(digits, '.') != NULL) {
        while (digits[size - 1] == '0' || digits[size - 1] == '.') {
            bool point = digits[--size] == '.';
            digits[size] = '\0';
            if (point) {
                break;
            }
        }
    }
    snprintf(text, CHART_NUMBER_MOST, "%.20s%s", digits, seconds > 0 ? unit.name : SPACE "s");
}

void number_write(FILE *out, double value) {
    long long hundredths = llround(value * 100);
    if (hundredths < 0) {
        putc('-', out);
        hundredths = -hundredths;
    }
    fprintf(out, "%lld", hundredths / 100);
    if (hundredths % 100 != 0) {
        fprintf(out, hundredths % 10 == 0 ? ".%lld" : ".%02lld",
                hundredths % 10 == 0 ? hundredths % 100 / 10 : hundredths % 100);
    }
}
