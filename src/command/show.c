#include "command/show.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *show_count(char text[SHOW_MOST], uint64_t count) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count), at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

/* How many digits behind the point make three that matter. */
static int decimals(double number) {
    double size = fabs(number);
    return size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
}

const char *show_number(char text[SHOW_MOST], double number) {
    if (isnan(number)) {
        return "-";
    }
    if (number >= 999.5 && number < 1e18) {
        return show_count(text, (uint64_t)llround(number));
    }
    snprintf(text, SHOW_MOST, "%.*f", number == floor(number) ? 0 : decimals(number), number);
    return text;
}

static const char *with_unit(char text[SHOW_MOST], double number, const char *unit) {
    snprintf(text, SHOW_MOST, "%.*f %s", number == 0 ? 0 : decimals(number), number, unit);
    return text;
}

const char *show_time(char text[SHOW_MOST], double us) {
    if (isnan(us)) {
        return "-";
    }
    if (isinf(us)) {
        return "never";
    }
    double s = us / 1e6;
    return s < 0.9995    ? with_unit(text, us / 1e3, "ms")
           : s < 999.5   ? with_unit(text, s, "s")
           : s < 99.95e3 ? with_unit(text, s / 60, "min")
                         : with_unit(text, s / 3600, "h");
}

const char *show_bytes(char text[SHOW_MOST], double bytes) {
    if (isnan(bytes)) {
        return "-";
    }
    return bytes < 999.5     ? with_unit(text, bytes, "B")
           : bytes < 999.5e3 ? with_unit(text, bytes / 1e3, "kB")
           : bytes < 999.5e6 ? with_unit(text, bytes / 1e6, "MB")
                             : with_unit(text, bytes / 1e9, "GB");
}

const char *show_share(char text[SHOW_MOST], double share) {
    if (isnan(share)) {
        return "-";
    }
    snprintf(text, SHOW_MOST, "%.*f %%", share == floor(share * 100) / 100 ? 0 : 2, share * 100);
    return text;
}
