#include "command/report.h"

#include "command/directives.h"
#include "command/happen.h"
#include "command/memory.h"
#include "command/show.h"
#include "command/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *plural(uint64_t count) {
    return count == 1 ? "" : "s";
}

/* ---- What was asked for ---- */

static void print_link(FILE *out, const struct selkie_sim_link *link) {
    char low[TEXT_MOST], high[TEXT_MOST], chance[TEXT_MOST];
    text_print_duration(low, link->latency_us);
    text_print_duration(high, link->latency_high_us);
    if (link->latency == SELKIE_SIM_CONSTANT) {
        fprintf(out, "a packet takes %s", low);
    } else if (link->latency == SELKIE_SIM_UNIFORM) {
        fprintf(out, "a packet takes %s to %s", low, high);
    } else {
        fprintf(out, "half of the packets take up to %s, 99 of 100 up to %s", low, high);
    }
    if (link->loss_ppm > 0) {
        fprintf(out, ", %s are lost", text_print_chance(chance, link->loss_ppm));
    }
    if (link->duplicate_ppm > 0) {
        fprintf(out, ", %s arrive twice", text_print_chance(chance, link->duplicate_ppm));
    }
    if (link->reorder_ppm > 0) {
        fprintf(out, ", %s are held back", text_print_chance(chance, link->reorder_ppm));
    }
    fprintf(out, "\n");
}

static void print_scenario(FILE *out, const struct scenario *scenario, const struct selkie_config *config) {
    char members[SHOW_MOST], duration[TEXT_MOST], text[HAPPEN_TEXT_MOST], period[TEXT_MOST];
    fprintf(out, "%s members for %s, %s, a probe each %s; ", show_count(members, scenario->members),
            text_print_duration(duration, scenario->duration_us), preset_name(scenario->preset),
            text_print_duration(period, config->probe_period_us));
    print_link(out, &scenario->link);
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        fprintf(out, "  %s %s\n", event_name(scenario->events[event].kind),
                happen_print(text, scenario, &scenario->events[event]));
    }
}

/* ---- Tables ---- */

static void print_head(FILE *out, const char *title) {
    fprintf(out, "\n%-42s %10s %10s %10s %10s %8s\n", title, "median", "90 %", "99 %", "most", "never");
}

static void print_row(FILE *out, const char *name, struct sample *sample,
                      const char *(*show)(char text[SHOW_MOST], double value)) {
    char text[4][SHOW_MOST], never[SHOW_MOST];
    size_t count = sample_never(sample);
    fprintf(out, "  %-40s %10s %10s %10s %10s %8s\n", name, show(text[0], sample_at(sample, 0.5)),
            show(text[1], sample_at(sample, 0.9)), show(text[2], sample_at(sample, 0.99)),
            show(text[3], sample_at(sample, 1)), count == 0 ? "-" : show_count(never, count));
}

static void print_detection(FILE *out, struct summary *summary) {
    char title[100], count[SHOW_MOST], observers[SHOW_MOST];
    struct sample *samples = summary->samples;
    if (summary->subjects == 0) {
        return;
    }
    snprintf(title, sizeof title, "Time since the event: %s member%s", show_count(count, summary->subjects),
             plural(summary->subjects));
    print_head(out, title);
    print_row(out, "until the first Ping to it", &samples[SAMPLE_first_ping], show_time);
    print_row(out, "until somebody suspects it", &samples[SAMPLE_first_suspect], show_time);
    print_row(out, "until all suspect it", &samples[SAMPLE_all_suspect], show_time);
    print_row(out, "until somebody holds it for Down", &samples[SAMPLE_first_down], show_time);
    print_row(out, "until half of the others do", &samples[SAMPLE_half_down], show_time);
    print_row(out, "until 99 of 100 do", &samples[SAMPLE_most_down], show_time);
    print_row(out, "until all do", &samples[SAMPLE_all_down], show_time);
    if (summary->informed < summary->observers) {
        fprintf(out, "  %s of %s views of them came to be Down\n", show_count(count, summary->informed),
                show_count(observers, summary->observers));
    }
}

static void print_load(FILE *out, struct summary *summary, struct sample *bucket_bytes) {
    struct sample *samples = summary->samples;
    char number[SHOW_MOST], bytes[SHOW_MOST], largest[SHOW_MOST];
    print_head(out, "Load of each member, a second");
    print_row(out, "packets sent", &samples[SAMPLE_sent_packets], show_number);
    print_row(out, "bytes sent", &samples[SAMPLE_sent_bytes], show_bytes);
    print_row(out, "packets received", &samples[SAMPLE_received_packets], show_number);
    print_row(out, "bytes received", &samples[SAMPLE_received_bytes], show_bytes);
    if (bucket_bytes != NULL) {
        print_row(out, "bytes sent, in each second", bucket_bytes, show_bytes);
    }
    fprintf(out, "  %s packets, %s in all; the largest packet has %s\n", show_count(number, summary->packets),
            show_bytes(bytes, (double)summary->bytes), show_bytes(largest, (double)summary->largest_packet));
}

static void print_messages(FILE *out, const struct summary *summary) {
    char number[SHOW_MOST];
    fprintf(out, "  of those:");
    bool first = true;
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        if (summary->packets_of[message] > 0) {
            fprintf(out, "%s %s %s", first ? "" : ",", show_count(number, summary->packets_of[message]),
                    selkie_message_name(message));
            first = false;
        }
    }
    fprintf(out, "%s\n", first ? " none" : "");
}

/* ---- Verdicts of one run ---- */

static void print_verdicts(FILE *out, const struct verdicts *verdicts) {
    const struct alarms *all = &verdicts->every_false, *healthy = &verdicts->healthy_false;
    char a[SHOW_MOST], b[SHOW_MOST], c[SHOW_MOST];
    fprintf(out, "\nFalse alarms, about healthy members\n");
    fprintf(out, "  called Down: %s time%s", show_count(a, all->downs), plural(all->downs));
    if (all->downs > 0) {
        fprintf(out, ", %s of them by healthy members; %s member%s concerned", show_count(b, healthy->downs),
                show_count(c, verdicts->members_hit), plural(verdicts->members_hit));
    }
    fprintf(out, "\n  suspected: %s time%s", show_count(a, all->suspects), plural(all->suspects));
    if (all->suspects > 0) {
        fprintf(out, ", %s of them by healthy members", show_count(b, healthy->suspects));
    }
    fprintf(out, "\n");
    if (verdicts->impaired.suspects + verdicts->impaired.downs > 0) {
        fprintf(out, "  impaired members: suspected %s time%s, called Down %s, taken back %s, by healthy members\n",
                show_count(a, verdicts->impaired.suspects), plural(verdicts->impaired.suspects),
                show_count(b, verdicts->impaired.downs), show_count(c, verdicts->impaired.returns));
    }
    if (verdicts->renewals > 0) {
        fprintf(out,
                "  members that ran learned that they were Down, and went on under a renewed identity: %s time%s\n",
                show_count(a, verdicts->renewals), plural(verdicts->renewals));
    }
}

static void print_undelivered(FILE *out, const struct load *load) {
    const struct {
        uint64_t count;
        const char *what;
    } causes[] = {{load->lost, "lost on the way"},
                  {load->cut, "cut off"},
                  {load->overflowed, "no room in the inbox"},
                  {load->throttled, "over the bandwidth"},
                  {load->unheard, "nobody ran there"}};
    bool first = true;
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        char number[SHOW_MOST];
        if (causes[i].count > 0) {
            fprintf(out, "%s%s %s", first ? "  did not arrive: " : ", ", show_count(number, causes[i].count),
                    causes[i].what);
            first = false;
        }
    }
    fprintf(out, "%s", first ? "" : "\n");
}

static void print_end(FILE *out, const struct result *result) {
    char running[SHOW_MOST], time[SHOW_MOST], sizes[SHOW_MOST];
    fprintf(out, "\nIn the end, at %s: %s members run, and ", show_time(time, (double)result->duration_us),
            show_count(running, result->running));
    if (!result->agreed) {
        fprintf(out, "do not agree on who is there\n");
    } else if (result->agreed_us == NEVER) {
        fprintf(out, "agree on who is there, each side for itself\n");
    } else {
        fprintf(out, "agree on who is there, since %s\n", show_time(time, (double)result->agreed_us));
    }
    if (result->scenario.join == JOIN_TOGETHER || result->scenario.join == JOIN_SEQUENTIAL) {
        fprintf(out, "  all knew all for the first time: %s\n",
                show_time(time, result->joined_us == NEVER ? (double)INFINITY : (double)result->joined_us));
    }
    fprintf(out, "  different sizes of the cluster that members saw: %s\n", show_count(sizes, result->sizes));
}

static void print_violations(FILE *out, const struct result *result) {
    char count[SHOW_MOST];
    if (result->violation != NULL) {
        fprintf(out, "\nA check failed %s time%s, first at %.6f s: %s: %s\n", show_count(count, result->violations),
                plural(result->violations), (double)result->violation_us / 1e6,
                selkie_sim_check_name(result->violation_check), result->violation);
    } else if (result->scenario.checks) {
        fprintf(out, "\nAll checks held.\n");
    }
}

void report_result(FILE *out, const struct result *result) {
    static const struct sweep none;
    struct summary *summary = memory_zeroed(1, sizeof *summary);
    struct sample bucket_bytes = {.count = 0};
    summary_add_result(summary, result);
    sample_add_all(&bucket_bytes, &result->load.bucket_bytes);
    print_scenario(out, &result->scenario, &result->config);
    print_detection(out, summary);
    print_verdicts(out, &result->verdicts);
    print_load(out, summary, result->series.step_us == SELKIE_S(1) ? &bucket_bytes : NULL);
    print_messages(out, summary);
    print_undelivered(out, &result->load);
    print_end(out, result);
    print_violations(out, result);
    fprintf(out, "\nAgain: selkie sim");
    directives_print_flags(out, &result->scenario, &none);
    fprintf(out, "\n");
    sample_free(&bucket_bytes);
    summary_free(summary);
    free(summary);
}

/* ---- Sweeps: a line for each point ---- */

/* What a column shows of a point. */
struct column {
    const char *head[2];
    double share; /* negative: the mean */
    const char *(*show)(char text[SHOW_MOST], double value);
    enum summary_sample sample;
    bool about_subjects;
};

static const struct column columns[] = {
    {{"first", "suspect"}, 0.5, show_time, SAMPLE_first_suspect, true},
    {{"first", "Down"}, 0.5, show_time, SAMPLE_first_down, true},
    {{"all Down", "median"}, 0.5, show_time, SAMPLE_all_down, true},
    {{"all Down", "99 %"}, 0.99, show_time, SAMPLE_all_down, true},
    {{"FP", "a run"}, -1, show_number, SAMPLE_false_downs, false},
    {{"FP-", "a run"}, -1, show_number, SAMPLE_healthy_false_downs, false},
    {{"false susp.", "a run"}, -1, show_number, SAMPLE_false_suspects, false},
    {{"flaps", "a run"}, -1, show_number, SAMPLE_flaps, false},
    {{"packets/s", "a member"}, -1, show_number, SAMPLE_sent_packets, false},
    {{"bytes/s", "a member"}, -1, show_bytes, SAMPLE_sent_bytes, false},
};
#define COLUMNS (sizeof columns / sizeof *columns)

static unsigned axis_width(const struct axis *axis) {
    size_t width = strlen(axis->name);
    for (uint32_t value = 0; value < axis->count; value++) {
        size_t length = strlen(axis->values[value]);
        width = length > width ? length : width;
    }
    return width > 60 ? 60 : (unsigned)width;
}

static void print_heads(FILE *out, const struct outcome *outcome, bool has_subjects) {
    const struct sweep *sweep = outcome->sweep;
    for (unsigned line = 0; line < 2; line++) {
        for (uint32_t axis = 0; axis < sweep->axis_count; axis++) {
            fprintf(out, "%-*s  ", (int)axis_width(&sweep->axes[axis]), line == 1 ? sweep->axes[axis].name : "");
        }
        for (size_t i = 0; i < COLUMNS; i++) {
            if (has_subjects || !columns[i].about_subjects) {
                fprintf(out, "%12s", columns[i].head[line]);
            }
        }
        fprintf(out, "%8s\n", line == 0 ? "" : "agreed");
    }
}

static void print_point(FILE *out, const struct outcome *outcome, struct point *point, bool has_subjects) {
    const struct sweep *sweep = outcome->sweep;
    for (uint32_t axis = 0; axis < sweep->axis_count; axis++) {
        fprintf(out, "%-*s  ", (int)axis_width(&sweep->axes[axis]), sweep->axes[axis].values[point->at[axis]]);
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        char text[SHOW_MOST];
        struct sample *sample = &point->summary.samples[columns[i].sample];
        if (has_subjects || !columns[i].about_subjects) {
            double value = columns[i].share < 0 ? sample_mean(sample) : sample_at(sample, columns[i].share);
            fprintf(out, "%12s", columns[i].show(text, value));
        }
    }
    fprintf(out, "  %" PRIu32 "/%" PRIu32 "\n", point->summary.runs_agreed, point->summary.runs);
}

static void print_violated(FILE *out, const struct outcome *outcome) {
    uint64_t violations = 0;
    for (uint32_t point = 0; point < outcome->count; point++) {
        violations += outcome->points[point].summary.violations;
    }
    if (violations > 0) {
        fprintf(out, "\nChecks failed %" PRIu64 " time%s: run a single seed with --checks to see how\n", violations,
                plural(violations));
    }
}

void report_outcome(FILE *out, const struct scenario *scenario, struct outcome *outcome) {
    struct selkie_config config;
    uint64_t subjects = 0;
    uint32_t runs = 0;
    scenario_config(scenario, &config);
    for (uint32_t point = 0; point < outcome->count; point++) {
        subjects += outcome->points[point].summary.subjects;
        runs += outcome->points[point].summary.runs;
    }
    print_scenario(out, scenario, &config);
    fprintf(out, "%" PRIu32 " point%s, %" PRIu32 " run%s\n\n", outcome->count, plural(outcome->count), runs,
            plural(runs));
    print_heads(out, outcome, subjects > 0);
    for (uint32_t point = 0; point < outcome->count; point++) {
        print_point(out, outcome, &outcome->points[point], subjects > 0);
    }
    if (outcome->count == 1) {
        print_detection(out, &outcome->points[0].summary);
        print_load(out, &outcome->points[0].summary, NULL);
    }
    print_violated(out, outcome);
    fprintf(out, "\nAgain: selkie sim");
    directives_print_flags(out, scenario, outcome->sweep);
    fprintf(out, "\n");
}
