/* The report of a simulated cluster: how things stand, and what led to the first thing that did not hold. */
#include "sim/check.h"
#include "sim/faults.h"
#include "sim/trace.h"

#include <inttypes.h>

#define REPORTED_MEMBERS 40u /* more would make the table too wide to read */
#define CONCERNED_LINES 60u  /* of those whom a violation is about, the last so many */
#define OTHER_LINES 20u      /* of everybody */

/* ---- Who sees whom ---- */

static char view_letter(const selkie_sim *sim, uint32_t observer, uint32_t member) {
    if (observer == member) {
        return '\\';
    }
    switch (selkie_sim_view(sim, observer, member)) {
    case SELKIE_SIM_SEES_ALIVE:
        return 'A';
    case SELKIE_SIM_SEES_SUSPECT:
        return 's';
    case SELKIE_SIM_SEES_DOWN:
        return 'D';
    case SELKIE_SIM_SEES_FORMER:
        return 'f';
    default:
        return '.';
    }
}

static void report_row(const selkie_sim *sim, FILE *out, uint32_t observer) {
    static const char *const connections[] = {"disconnected", "connected", "undead"};
    const struct host *host = &sim->hosts[observer];
    fprintf(out, "  m%-4" PRIu32 " ", observer);
    if (host->engine == NULL) {
        fprintf(out, "does not run\n");
        return;
    }
    for (uint32_t member = 0; member < sim->options.members && member < REPORTED_MEMBERS; member++) {
        fputc(view_letter(sim, observer, member), out);
    }
    fprintf(out, "  %s%s, %" PRIu32 " active of %" PRIu32 ", ", host->paused ? "paused, " : "",
            connections[selkie_connection(host->engine)], selkie_active_count(host->engine),
            selkie_member_count(host->engine));
    trace_identity(sim, out, selkie_identity(host->engine));
    fprintf(out, " incarnation %u\n", selkie_incarnation(host->engine));
}

static void report_views(const selkie_sim *sim, FILE *out) {
    fprintf(out, "  who sees whom (A alive, s suspect, D down, f a former identity, . unknown):\n");
    for (uint32_t observer = 0; observer < sim->options.members; observer++) {
        report_row(sim, out, observer);
    }
}

/* ---- The first violation ---- */

static bool is_concerned(const selkie_sim *sim, const struct journal_entry *entry) {
    return trace_concerns(sim, entry, entry + 1, sim->first.member) ||
           (sim->first.about != SELKIE_SIM_NOBODY && trace_concerns(sim, entry, entry + 1, sim->first.about));
}

struct lines {
    uint64_t all, concerned;
};

static struct lines count_lines(const selkie_sim *sim) {
    struct lines lines = {0, 0};
    uint64_t position = 0;
    for (const struct journal_entry *entry; (entry = journal_next(&sim->journal, &position)) != NULL;) {
        lines.all++;
        lines.concerned += is_concerned(sim, entry);
    }
    return lines;
}

static void report_evidence(const selkie_sim *sim, FILE *out) {
    struct lines total = count_lines(sim), seen = {0, 0};
    uint64_t position = 0;
    fprintf(out, "  what led to it (the last of those whom it is about, and the last of all):\n");
    for (const struct journal_entry *entry; (entry = journal_next(&sim->journal, &position)) != NULL;) {
        bool concerned = is_concerned(sim, entry);
        if (seen.all + OTHER_LINES >= total.all || (concerned && seen.concerned + CONCERNED_LINES >= total.concerned)) {
            trace_line(sim, out, entry, entry + 1, entry->size);
        }
        seen.all++;
        seen.concerned += concerned;
    }
}

static void report_replay(const selkie_sim *sim, FILE *out) {
    uint64_t from_us = sim->first.time_us > SELKIE_S(10) ? sim->first.time_us - SELKIE_S(10) : 0;
    if (sim->options.replay != NULL) {
        fprintf(out, "  to have it again: %s\n", sim->options.replay);
    } else {
        fprintf(out,
                "  to have it again: make the same calls with seed %" PRIu64
                "; selkie_sim_trace(sim, stderr) from %" PRIu64 " us on shows all packets\n",
                sim->options.seed, from_us);
    }
}

static void report_violation(const selkie_sim *sim, FILE *out) {
    const struct selkie_sim_violation *first = &sim->first;
    fprintf(out, "  %s: %s\n  at", selkie_sim_check_name(first->check), selkie_sim_check_text(first->check));
    trace_time(out, first->time_us);
    fprintf(out, " s, m%" PRIu32, first->member);
    if (first->about != SELKIE_SIM_NOBODY) {
        fprintf(out, " about m%" PRIu32, first->about);
    }
    fprintf(out, ": %s\n", first->what);
    if (sim->counters.violations > 1) {
        fprintf(out, "  and %" PRIu64 " more after it\n", sim->counters.violations - 1);
    }
    report_evidence(sim, out);
    report_replay(sim, out);
}

/* ---- All of it ---- */

static void report_counters(const selkie_sim *sim, FILE *out) {
    const struct selkie_sim_counters *n = &sim->counters;
    fprintf(out, "  packets %" PRIu64 " lost %" PRIu64 " cut %" PRIu64 " duplicated %" PRIu64 " unheard %" PRIu64 "\n",
            n->packets, n->lost, n->cut, n->duplicated, n->unheard);
    fprintf(out, "  ups %" PRIu64 " downs %" PRIu64 " renames %" PRIu64 " rejoins %" PRIu64 " errors %" PRIu64 "\n",
            n->ups, n->downs, n->renames, n->rejoins, n->errors);
}

static void report_config(const selkie_sim *sim, FILE *out) {
    const struct selkie_config *config = &sim->config;
    fprintf(out,
            "  config: probes every %" PRIu64 " us, rtt %" PRIu64 ", down after %" PRIu64 ", %u helpers, "
            "%u transmissions, gossip every %" PRIu64 "%s\n",
            config->probe_period_us, config->probe_rtt_us, config->suspect_to_down_after_us,
            config->num_indirect_probes, config->max_transmissions, config->periodic_gossip.every_us,
            config->notify_down_members ? ", tells the down" : "");
}

/* What goes beyond SWIM, if anything does. */
static void report_more(const selkie_sim *sim, FILE *out) {
    const struct selkie_config *config = &sim->config;
    bool shared = config->suspicion_max_factor > 1 && config->suspicion_confirmations > 0;
    if (config->awareness_max == 0 && !shared && config->adapt_multiplier == 0) {
        return;
    }
    fprintf(out, "  beyond SWIM: awareness to %u", config->awareness_max);
    if (shared) {
        fprintf(out, ", suspicion %u times as long, less with %u who agree", config->suspicion_max_factor,
                config->suspicion_confirmations);
    }
    fprintf(out, "%s\n", config->adapt_multiplier > 0 ? ", adapts to the number of members" : "");
}

void selkie_sim_report(const selkie_sim *sim, FILE *out) {
    fprintf(out, "cluster of %" PRIu32 ", seed %" PRIu64 ", at", sim->options.members, sim->options.seed);
    trace_time(out, sim->now_us);
    fprintf(out, " s\n");
    report_config(sim, out);
    report_more(sim, out);
    report_counters(sim, out);
    faults_report(sim, out);
    report_views(sim, out);
    if (sim->counters.violations > 0) {
        report_violation(sim, out);
    }
}
