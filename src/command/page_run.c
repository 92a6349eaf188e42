/* The page of one run: what was asked for, what came of it in a few sentences and figures, then the charts. */
#include "command/page.h"

#include "command/figures.h"
#include "command/memory.h"
#include "command/page_parts.h"
#include "command/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static void write_head(FILE *out, const struct result *result, const char *flags) {
    const struct scenario *scenario = &result->scenario;
    char kicker[2 * WORDS_MOST], duration[CHART_NUMBER_MOST];
    chart_duration(duration, (double)result->duration_us / 1e6);
    snprintf(kicker, sizeof kicker,
             "selkie sim \xc2\xb7 preset %s \xc2\xb7 seed %" PRIu64 " \xc2\xb7 %s of the cluster's time",
             preset_name(scenario->preset), scenario->seed, duration);
    part_head(out, kicker, scenario, NULL, flags);
}

/* ---- What came of it ---- */

/* Ends: who crashed or left, and how many of those were known to all in the end. */
struct ends {
    uint32_t count, known;
    uint64_t last_us; /* how long it took until the last of those was known to all */
};

static bool is_end(const struct result *result, const struct subject *subject) {
    enum event_kind kind = result->scenario.events[subject->event].kind;
    return subject->observers > 0 && (kind == HAPPENS_CRASH || kind == HAPPENS_LEAVE);
}

static struct ends count_ends(const struct result *result) {
    struct ends ends = {0};
    for (uint32_t i = 0; i < result->subject_count; i++) {
        const struct subject *subject = &result->subjects[i];
        if (is_end(result, subject)) {
            bool known = subject->down.all_us != NEVER;
            ends.count++;
            ends.known += known;
            ends.last_us = known && subject->down.all_us > ends.last_us ? subject->down.all_us : ends.last_us;
        }
    }
    return ends;
}

static void say_ends(FILE *out, const struct ends *ends) {
    char time[WORDS_MOST];
    words_about(time, ends->last_us);
    if (ends->count == 1 && ends->known == 1) {
        part_say(out, true, "All others knew within %s that the member was gone.", time);
    } else if (ends->count > 0 && ends->known == ends->count) {
        part_say(out, true, "All others knew of each of the %u members that went, of the last after %s.",
                 (unsigned)ends->count, time);
    } else if (ends->count > 0) {
        part_say(out, false, "Of the %u members that went, %u were not known to be gone by all others.",
                 (unsigned)ends->count, (unsigned)(ends->count - ends->known));
    }
}

static void say_false_alarms(FILE *out, const struct verdicts *verdicts) {
    char all[CHART_NUMBER_MOST], healthy[CHART_NUMBER_MOST];
    if (verdicts->every_false.downs == 0) {
        part_say(out, true, "No healthy member was called Down.");
        return;
    }
    chart_number(all, (double)verdicts->every_false.downs, CHART_NUMBER);
    chart_number(healthy, (double)verdicts->healthy_false.downs, CHART_NUMBER);
    part_say(out, false, "%u healthy %s called Down: %s false alarms, %s of them raised by healthy members.",
             (unsigned)verdicts->members_hit, verdicts->members_hit == 1 ? "member was" : "members were", all, healthy);
}

static void say_agreement(FILE *out, const struct result *result) {
    char time[WORDS_MOST];
    if (result->joined_us != 0 && result->joined_us != NEVER) {
        part_say(out, true, "All knew all for the first time after %s.", words_about(time, result->joined_us));
    } else if (result->joined_us == NEVER) {
        part_say(out, false, "At no time did all know all.");
    }
    if (result->agreed && result->agreed_us == 0) {
        part_say(out, true, "All agreed on who is there all the time.");
    } else if (result->agreed) {
        part_say(out, true, "At the end all agree on who is there, since %s.", words_about(time, result->agreed_us));
    } else {
        part_say(out, false, "At the end they do not agree on who is there.");
    }
    if (result->violations > 0) {
        part_say(out, false,
                 "%" PRIu64 " of the simulator's checks failed: this is a bug, please report it. See below.",
                 result->violations);
    }
}

static void write_verdict(FILE *out, const struct result *result) {
    struct ends ends = count_ends(result);
    part_verdict_open(out);
    say_ends(out, &ends);
    say_false_alarms(out, &result->verdicts);
    say_agreement(out, result);
    part_verdict_close(out);
}

/* ---- Key figures ---- */

static double first_down(const struct subject *subject) {
    return subject->down.first_us == NEVER ? INFINITY : (double)subject->down.first_us / 1e6;
}

static double all_down(const struct subject *subject) {
    return subject->down.all_us == NEVER ? INFINITY : (double)subject->down.all_us / 1e6;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Of those that went; if nobody did, of all to whom something happened. */
static void write_key_time(FILE *out, const struct result *result, const char *label,
                           double (*time_of)(const struct subject *subject)) {
    double *times = memory_zeroed((size_t)result->subject_count + 1, sizeof *times);
    bool ends = count_ends(result).count > 0;
    size_t count = 0;
    for (uint32_t i = 0; i < result->subject_count; i++) {
        const struct subject *subject = &result->subjects[i];
        if (subject->observers > 0 && (!ends || is_end(result, subject))) {
            times[count++] = time_of(subject);
        }
    }
    if (count > 0) {
        char median[CHART_NUMBER_MOST], late[CHART_NUMBER_MOST], most[CHART_NUMBER_MOST];
        qsort(times, count, sizeof times[0], by_value);
        html_number(median, chart_quantile(times, count, 0.5), CHART_SECONDS);
        html_number(late, chart_quantile(times, count, 0.99), CHART_SECONDS);
        html_number(most, times[count - 1], CHART_SECONDS);
        part_key(out, label, median, "median of %zu; 99 %% %s, most %s", count, late, most);
    }
    free(times);
}

static void write_key_load(FILE *out, const char *label, struct sample *sample, enum chart_format format) {
    char mean[CHART_NUMBER_MOST], most[CHART_NUMBER_MOST];
    chart_number(mean, sample_mean(sample), format);
    chart_number(most, sample_at(sample, 1), format);
    part_key(out, label, mean, "sent, on average; most by one %s", most);
}

static void write_keys(FILE *out, struct result *result) {
    const struct verdicts *verdicts = &result->verdicts;
    char text[WORDS_MOST];
    part_keys_open(out);
    write_key_time(out, result, "Somebody knew after", first_down);
    write_key_time(out, result, "All knew after", all_down);
    chart_number(text, (double)verdicts->every_false.downs, CHART_NUMBER);
    part_key(out, "False alarms", text, "%" PRIu64 " raised by healthy members", verdicts->healthy_false.downs);
    write_key_load(out, "Packets a second and member", &result->load.sent_packets, CHART_RATE);
    write_key_load(out, "Bytes a second and member", &result->load.sent_bytes, CHART_BYTES);
    part_key(out, "All agree at the end", result->agreed ? "yes" : "no",
             "different sizes of the cluster seen: %" PRIu32, result->sizes);
    part_keys_close(out);
}

/* ---- Figures ---- */

static void write_contents(FILE *out) {
    part_contents_open(out);
    for (unsigned figure = 0; figure < FIGURE_COUNT; figure++) {
        part_link(out, figure_name((enum figure)figure), figure_title((enum figure)figure));
    }
    part_contents_close(out);
}

static void write_figure(FILE *out, enum figure figure, struct result *result) {
    part_figure_open(out, figure_name(figure), figure_title(figure), figure_caption(figure));
    figure_draw(out, figure, result, false);
    part_figure_narrow(out);
    figure_draw(out, figure, result, true);
    part_figure_tell(out);
    figure_tell(out, figure, result);
    part_figure_close(out);
}

/* ---- The end ---- */

static void write_violation(FILE *out, const struct result *result) {
    char time[WORDS_MOST], text[2 * WORDS_MOST];
    if (result->violation == NULL) {
        return;
    }
    fputs("<section id=\"violation\">\n", out);
    html_element(out, "h2", NULL, "The check that failed first");
    snprintf(text, sizeof text, "%s, at %s: %s.", selkie_sim_check_name(result->violation_check),
             words_duration(time, result->violation_us), selkie_sim_check_text(result->violation_check));
    html_element(out, "p", NULL, text);
    html_element(out, "pre", NULL, result->violation);
    fputs("</section>\n", out);
}

static void write_foot(FILE *out, const struct result *result) {
    char made[WORDS_MOST];
    snprintf(
        made, sizeof made,
        "Made by selkie %s from a run of real engines under virtual time. The same command gives the same page; the "
        "run's hash is %016" PRIx64 ".",
        selkie_version(), result->hash);
    part_foot(out, made);
}

void page_write_run(FILE *out, struct result *result, const char *flags) {
    write_head(out, result, flags);
    write_verdict(out, result);
    write_keys(out, result);
    write_contents(out);
    for (unsigned figure = 0; figure < FIGURE_COUNT; figure++) {
        write_figure(out, (enum figure)figure, result);
    }
    part_config(out, &result->scenario, &result->config);
    write_violation(out, result);
    write_foot(out, result);
}
