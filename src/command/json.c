#include "command/json.h"

#include "command/counters.h"
#include "command/directives.h"
#include "command/memory.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 12 /* of a number that is not whole: a microsecond of a day */

/* ---- Values ---- */

/* Where there is no memory for a value, jansson has NULL, and refuses to put that into an object or a list. */
static void put(json_t *object, const char *name, json_t *value) {
    if (json_object_set_new(object, name, value) != 0) {
        memory_none();
    }
}

static void append(json_t *list, json_t *value) {
    if (json_array_append_new(list, value) != 0) {
        memory_none();
    }
}

static json_t *number(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *seconds(uint64_t us) {
    return us == NEVER ? json_null() : json_real((double)us / 1e6);
}

static json_t *whole(uint64_t value) {
    return json_integer((json_int_t)value);
}

/* ---- What was asked for ---- */

static json_t *lines_of(char *text) {
    json_t *lines = json_array();
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        append(lines, json_string(line));
    }
    return lines;
}

/* As a file would say it, a line each. */
static json_t *scenario_lines(const struct scenario *scenario, const struct sweep *sweep) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out != NULL) {
        directives_print(out, scenario, sweep);
        fclose(out);
    }
    if (text == NULL) {
        memory_none();
    }
    json_t *lines = lines_of(text);
    free(text);
    return lines;
}

static json_t *config_of(const struct selkie_config *config) {
    json_t *object = json_object();
    for (unsigned setting = 0; setting < settings_count; setting++) {
        uint64_t value = settings_get(config, setting);
        char name[80];
        bool is_time = settings[setting].kind == SETTING_DURATION;
        snprintf(name, sizeof name, "%s%s", settings[setting].name, is_time ? "_s" : "");
        put(object, name,
            settings[setting].kind == SETTING_FLAG ? json_boolean(value != 0)
            : is_time                              ? seconds(value)
                                                   : whole(value));
    }
    return object;
}

/* ---- Distributions ---- */

static json_t *distribution(const struct sample *of, double scale) {
    static const struct {
        const char *name;
        double share;
    } shares[] = {{"min", 0}, {"p10", 0.1}, {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1}};
    struct sample sorted = {.count = 0};
    json_t *object = json_object();
    sample_add_all(&sorted, of);
    put(object, "count", whole(of->count));
    put(object, "never", whole(sample_never(of)));
    put(object, "mean", number(sample_mean(of) * scale));
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        put(object, shares[i].name, number(sample_at(&sorted, shares[i].share) * scale));
    }
    sample_free(&sorted);
    return object;
}

static json_t *samples_of(const struct summary *summary) {
    static const char *const suffixes[] = {[UNIT_TIME] = "_s", [UNIT_COUNT] = "", [UNIT_RATE] = "_per_s"};
    json_t *object = json_object();
    for (unsigned sample = 0; sample < SUMMARY_SAMPLE_COUNT; sample++) {
        const struct summary_sample_about *about = &summary_samples[sample];
        char name[80];
        snprintf(name, sizeof name, "%s%s", about->name, suffixes[about->unit]);
        put(object, name, distribution(&summary->samples[sample], about->unit == UNIT_TIME ? 1e-6 : 1));
    }
    return object;
}

/* Where it rises: pairs of a time and a share. */
static json_t *curve(const struct curve *of) {
    json_t *points = json_array();
    uint64_t knew = 0;
    for (unsigned bin = 0; bin < CURVE_BINS; bin++) {
        knew += of->count[bin];
        if (of->count[bin] > 0) {
            append(points, json_pack("[f,f]", curve_end_us(bin) / 1e6, (double)knew / (double)of->pairs));
        }
    }
    return points;
}

static json_t *curves_of(const struct summary *summary) {
    json_t *object = json_object();
    put(object, "suspected", curve(&summary->curves[CURVE_SUSPECTED]));
    put(object, "down", curve(&summary->curves[CURVE_DOWN]));
    put(object, "suspected_after_first", curve(&summary->curves[CURVE_SUSPECT_SPREAD]));
    put(object, "down_after_first", curve(&summary->curves[CURVE_DOWN_SPREAD]));
    return object;
}

/* ---- Load ---- */

static json_t *messages(const uint64_t counts[SELKIE_MESSAGE_COUNT]) {
    json_t *object = json_object();
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        put(object, selkie_message_name(message), whole(counts[message]));
    }
    return object;
}

static json_t *traffic_of(const struct summary *summary) {
    json_t *object = json_object();
    put(object, "packets", whole(summary->packets));
    put(object, "bytes", whole(summary->bytes));
    put(object, "largest_packet", whole(summary->largest_packet));
    put(object, "member_seconds", number(summary->member_seconds));
    put(object, "packets_of", messages(summary->packets_of));
    put(object, "bytes_of", messages(summary->bytes_of));
    return object;
}

static json_t *counters_of(const struct selkie_stats *stats) {
    json_t *object = json_object();
    for (unsigned counter = 0; counter < counters_count; counter++) {
        uint64_t value;
        memcpy(&value, (const char *)stats + counters[counter].offset, sizeof value);
        put(object, counters[counter].name, whole(value));
    }
    return object;
}

/* Of each run or point: what is in struct summary. */
static void put_summary(json_t *object, const struct summary *summary) {
    put(object, "runs", whole(summary->runs));
    put(object, "runs_agreed", whole(summary->runs_agreed));
    put(object, "subjects", whole(summary->subjects));
    put(object, "observers", whole(summary->observers));
    put(object, "informed", whole(summary->informed));
    put(object, "distributions", samples_of(summary));
    put(object, "curves", curves_of(summary));
    put(object, "traffic", traffic_of(summary));
    put(object, "counters", counters_of(&summary->counters));
}

/* ---- Over time ---- */

static const struct {
    const char *name;
    size_t offset; /* in struct bucket */
    size_t size;   /* of a uint64_t or a uint32_t */
} columns[] = {
#define COLUMN(name)                                                                                                   \
    { #name, offsetof(struct bucket, name), sizeof((struct bucket *)0)->name }
    COLUMN(packets),        COLUMN(bytes),       COLUMN(running),
    COLUMN(downs),          COLUMN(false_downs), COLUMN(healthy_false_downs),
    COLUMN(false_suspects), COLUMN(least_size),  COLUMN(middle_size),
    COLUMN(most_size)
#undef COLUMN
};

static uint64_t number_at(const char *at, size_t size) {
    uint64_t wide;
    uint32_t word;
    if (size == sizeof wide) {
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
    memcpy(&word, at, sizeof word);
    return word;
}

static json_t *column_of(const struct series *series, size_t offset, size_t size) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < series->count; i++) {
        const char *at = (const char *)&series->buckets[i] + offset;
        append(list, whole(number_at(at, size)));
    }
    return list;
}

static json_t *series_of(const struct series *series) {
    json_t *object = json_object();
    put(object, "step_s", seconds(series->step_us));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        put(object, columns[i].name, column_of(series, columns[i].offset, columns[i].size));
    }
    return object;
}

/* Where it changes: the time and the four numbers. */
static json_t *changes_of(const struct timeline *timeline, const struct track *track) {
    json_t *changes = json_array();
    for (uint32_t i = 0; track->first + i < timeline->steps; i++) {
        const struct seen *seen = &track->seen[i];
        if (i == 0 || memcmp(seen, seen - 1, sizeof *seen) != 0) {
            append(changes, json_pack("[f,i,i,i,i]", (double)((track->first + i + 1) * timeline->step_us) / 1e6,
                                      (int)seen->alive, (int)seen->suspect, (int)seen->down, (int)seen->unknown));
        }
    }
    return changes;
}

static json_t *timeline_of(const struct timeline *timeline) {
    json_t *object = json_object(), *members = json_array();
    put(object, "step_s", seconds(timeline->step_us));
    for (uint32_t i = 0; i < timeline->count; i++) {
        json_t *member = json_object();
        put(member, "member", whole(timeline->tracks[i].member));
        put(member, "changes", changes_of(timeline, &timeline->tracks[i]));
        append(members, member);
    }
    put(object, "members", members);
    return object;
}

/* ---- One run ---- */

static json_t *subject_of(const struct result *result, const struct subject *subject) {
    json_t *object = json_object();
    put(object, "member", whole(subject->member));
    put(object, "event", whole(subject->event));
    put(object, "kind", json_string(event_name(result->scenario.events[subject->event].kind)));
    put(object, "at_s", seconds(subject->at_us));
    put(object, "until_s", seconds(subject->until_us));
    put(object, "observers", whole(subject->observers));
    put(object, "informed", whole(subject->informed));
    put(object, "first_ping_s", seconds(subject->first_ping_us));
    put(object, "first_suspect_s", seconds(subject->suspected.first_us));
    put(object, "half_suspect_s", seconds(subject->suspected.half_us));
    put(object, "all_suspect_s", seconds(subject->suspected.all_us));
    put(object, "first_down_s", seconds(subject->down.first_us));
    put(object, "half_down_s", seconds(subject->down.half_us));
    put(object, "most_down_s", seconds(subject->down.most_us));
    put(object, "all_down_s", seconds(subject->down.all_us));
    return object;
}

static json_t *subjects_of(const struct result *result) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < result->subject_count; i++) {
        append(list, subject_of(result, &result->subjects[i]));
    }
    return list;
}

static json_t *alarms_of(const struct alarms *alarms) {
    json_t *object = json_object();
    put(object, "suspects", whole(alarms->suspects));
    put(object, "downs", whole(alarms->downs));
    put(object, "returns", whole(alarms->returns));
    return object;
}

static json_t *verdicts_of(const struct verdicts *verdicts) {
    json_t *object = json_object();
    put(object, "false", alarms_of(&verdicts->every_false));
    put(object, "healthy_false", alarms_of(&verdicts->healthy_false));
    put(object, "impaired", alarms_of(&verdicts->impaired));
    put(object, "members_hit", whole(verdicts->members_hit));
    put(object, "renewals", whole(verdicts->renewals));
    return object;
}

static json_t *undelivered_of(const struct load *load) {
    json_t *object = json_object();
    put(object, "lost", whole(load->lost));
    put(object, "cut", whole(load->cut));
    put(object, "overflowed", whole(load->overflowed));
    put(object, "throttled", whole(load->throttled));
    put(object, "unheard", whole(load->unheard));
    return object;
}

static json_t *violations_of(const struct result *result) {
    json_t *object = json_object();
    put(object, "count", whole(result->violations));
    if (result->violation != NULL) {
        put(object, "check", json_string(selkie_sim_check_name(result->violation_check)));
        put(object, "at_s", seconds(result->violation_us));
        put(object, "what", json_string(result->violation));
    }
    return object;
}

static void put_version(json_t *object, const char *kind) {
    put(object, "selkie_version", json_string(selkie_version()));
    put(object, "kind", json_string(kind));
}

static bool dump(FILE *out, json_t *object) {
    bool good = json_dumpf(object, out, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS)) == 0 && fputc('\n', out) != EOF;
    json_decref(object);
    return good;
}

static json_t *result_of(const struct result *result) {
    static const struct sweep none;
    char hash[20];
    json_t *object = json_object();
    snprintf(hash, sizeof hash, "%016" PRIx64, result->hash);
    put_version(object, "run");
    put(object, "scenario", scenario_lines(&result->scenario, &none));
    put(object, "members", whole(result->scenario.members));
    put(object, "seed", whole(result->scenario.seed));
    put(object, "config", config_of(&result->config));
    put(object, "duration_s", seconds(result->duration_us));
    put(object, "running", whole(result->running));
    put(object, "agreed", json_boolean(result->agreed));
    put(object, "agreed_s", seconds(result->agreed_us));
    put(object, "joined_s", seconds(result->joined_us));
    put(object, "sizes", whole(result->sizes));
    put(object, "hash", json_string(hash));
    return object;
}

bool json_write_result(FILE *out, const struct result *result) {
    struct summary *summary = memory_zeroed(1, sizeof *summary);
    summary_add_result(summary, result);
    json_t *object = result_of(result);
    put_summary(object, summary);
    put(object, "per_second", distribution(&result->load.bucket_bytes, 1));
    put(object, "undelivered", undelivered_of(&result->load));
    put(object, "verdicts", verdicts_of(&result->verdicts));
    put(object, "happened", subjects_of(result));
    put(object, "series", series_of(&result->series));
    put(object, "timeline", timeline_of(&result->timeline));
    put(object, "violations", violations_of(result));
    summary_free(summary);
    free(summary);
    return dump(out, object);
}

/* ---- Sweeps ---- */

static json_t *values_of(const struct outcome *outcome, const struct point *point) {
    json_t *object = json_object();
    for (uint32_t axis = 0; axis < outcome->sweep->axis_count; axis++) {
        const struct axis *varied = &outcome->sweep->axes[axis];
        put(object, varied->name, json_string(varied->values[point->at[axis]]));
    }
    return object;
}

static json_t *point_of(const struct outcome *outcome, const struct point *point) {
    struct selkie_config config;
    json_t *object = json_object();
    scenario_config(&point->scenario, &config);
    put(object, "at", values_of(outcome, point));
    put(object, "members", whole(point->scenario.members));
    put(object, "config", config_of(&config));
    put_summary(object, &point->summary);
    put(object, "series", series_of(&point->summary.series));
    put(object, "violations", whole(point->summary.violations));
    return object;
}

bool json_write_outcome(FILE *out, const struct scenario *scenario, const struct outcome *outcome) {
    json_t *object = json_object(), *points = json_array();
    put_version(object, "sweep");
    put(object, "scenario", scenario_lines(scenario, outcome->sweep));
    for (uint32_t point = 0; point < outcome->count; point++) {
        append(points, point_of(outcome, &outcome->points[point]));
    }
    put(object, "points", points);
    return dump(out, object);
}
