/* What the checks do with what they find: the names of the checks, and the way from a violation to the user. */
#include "sim/check.h"

#include "sim/state.h"

#include <stdarg.h>
#include <string.h>

static const struct {
    const char *name, *text;
} checks[] = {
#define SELKIE_X(name, text) {#name, text},
    SELKIE_SIM_CHECKS(SELKIE_X)
#undef SELKIE_X
};

const char *selkie_sim_check_name(enum selkie_sim_check check) {
    return (unsigned)check < SELKIE_SIM_CHECK_COUNT ? checks[check].name : "unknown";
}

const char *selkie_sim_check_text(enum selkie_sim_check check) {
    return (unsigned)check < SELKIE_SIM_CHECK_COUNT ? checks[check].text : "there is no such check";
}

bool check_is_on(const selkie_sim *sim, enum selkie_sim_check check) {
    return (sim->options.checks_off & SELKIE_SIM_CHECK_BIT(check)) == 0;
}

static void keep_first(selkie_sim *sim, const struct selkie_sim_violation *violation) {
    if (sim->counters.violations++ == 0) {
        memcpy(sim->first_what, violation->what, strlen(violation->what) + 1);
        sim->first = *violation;
        sim->first.what = sim->first_what;
        sim->journal.closed = true;
    }
}

void check_failed(selkie_sim *sim, enum selkie_sim_check check, uint32_t member, uint32_t about, const char *format,
                  ...) {
    if (!check_is_on(sim, check)) {
        return;
    }
    char what[sizeof sim->first_what];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    struct selkie_sim_violation violation = {.struct_size = sizeof violation,
                                             .check = check,
                                             .time_us = sim->now_us,
                                             .member = member,
                                             .about = about,
                                             .what = what};
    keep_first(sim, &violation);
    if (sim->options.violated != NULL) {
        sim->options.violated(sim->options.ctx, &violation);
        return;
    }
    selkie_sim_report(sim, stderr);
    selkie_panic(selkie_sim_check_text(check));
}
