/* What the scenario did to the network and to members, and did not undo: for the report. */
#include "sim/faults.h"

#include <inttypes.h>
#include <stdlib.h>

#define SHOWN 12u /* of each kind */

/* ---- Lists ---- */

static void begin_item(FILE *out, uint64_t shown, const char *what) {
    fprintf(out, "%s%s", shown == 0 ? "    " : ", ", shown == 0 ? what : "");
}

static void end_list(FILE *out, uint64_t count) {
    if (count > SHOWN) {
        fprintf(out, " and %" PRIu64 " more", count - SHOWN);
    }
    if (count > 0) {
        fprintf(out, "\n");
    }
}

/* ---- Who does not reach whom ---- */

static bool is_cut(const selkie_sim *sim, uint32_t from, uint32_t to) {
    size_t bit = (size_t)from * sim->options.members + to;
    return ((unsigned)sim->cuts[bit / 8] >> (bit % 8) & 1u) != 0;
}

static uint64_t report_cuts(const selkie_sim *sim, FILE *out) {
    uint64_t count = 0;
    for (uint32_t from = 0; sim->cuts != NULL && from < sim->options.members; from++) {
        for (uint32_t to = 0; to < sim->options.members; to++) {
            if (!is_cut(sim, from, to)) {
                continue;
            }
            if (count < SHOWN) {
                begin_item(out, count, "cut: ");
                fprintf(out, "m%" PRIu32 " > m%" PRIu32, from, to);
            }
            count++;
        }
    }
    end_list(out, count);
    return count;
}

static void print_side(FILE *out, uint32_t member, uint32_t side) {
    if (side >= SIDE_OF_ONE) {
        fprintf(out, "m%" PRIu32 " is isolated", member);
    } else {
        fprintf(out, "m%" PRIu32 " on side %" PRIu32, member, side);
    }
}

static uint64_t report_sides(const selkie_sim *sim, FILE *out) {
    uint64_t count = 0;
    for (uint32_t member = 0; member < sim->options.members; member++) {
        uint32_t side = sim->hosts[member].side;
        if (side == 0) {
            continue;
        }
        if (count < SHOWN) {
            begin_item(out, count, "not on side 0: ");
            print_side(out, member, side);
        }
        count++;
    }
    end_list(out, count);
    return count;
}

/* ---- Links ---- */

static void print_latency(const struct selkie_sim_link *link, FILE *out) {
    fprintf(out, "%" PRIu64, link->latency_us);
    if (link->latency == SELKIE_SIM_UNIFORM) {
        fprintf(out, " to %" PRIu64 " us", link->latency_high_us);
    } else if (link->latency == SELKIE_SIM_LOG_NORMAL) {
        fprintf(out, " us, 99 of 100 below %" PRIu64 " us", link->latency_high_us);
    } else {
        fprintf(out, " us");
    }
}

static void print_link(const struct selkie_sim_link *link, FILE *out) {
    print_latency(link, out);
    if (link->loss_ppm > 0) {
        fprintf(out, ", %" PRIu32 " ppm lost", link->loss_ppm);
    }
    if (link->duplicate_ppm > 0) {
        fprintf(out, ", %" PRIu32 " ppm twice", link->duplicate_ppm);
    }
    if (link->reorder_ppm > 0) {
        fprintf(out, ", %" PRIu32 " ppm held back up to %" PRIu64 " us", link->reorder_ppm, link->reorder_by_us);
    }
    fprintf(out, "\n");
}

static uint64_t report_link(const selkie_sim *sim, FILE *out, uint32_t from, uint32_t to, uint64_t shown) {
    const struct link *link = sim->links.rows[from] == NULL ? NULL : sim->links.rows[from][to];
    char names[2][16];
    if (link != NULL && shown < SHOWN) {
        fprintf(out, "    link %s > %s: ", sim_name_of(from == sim->links.members ? SELKIE_SIM_ALL : from, names[0]),
                sim_name_of(to == sim->links.members ? SELKIE_SIM_ALL : to, names[1]));
        print_link(&link->is, out);
    }
    return link != NULL;
}

/* Those that were set; the one from all to all is there always. */
static uint64_t report_links(const selkie_sim *sim, FILE *out) {
    uint64_t count = 0;
    fprintf(out, "    link all > all: ");
    print_link(&sim->links.all.is, out);
    for (uint32_t from = 0; sim->links.rows != NULL && from <= sim->links.members; from++) {
        for (uint32_t to = 0; to <= sim->links.members; to++) {
            count += report_link(sim, out, from, to, count);
        }
    }
    if (count > SHOWN) {
        fprintf(out, "    and %" PRIu64 " more links\n", count - SHOWN);
    }
    return count;
}

/* ---- Members ---- */

static bool is_disturbed(const struct host *host) {
    return host->paused || host->slow_us > 0 || host->clock_ppm != 0 || host->uplink.bytes_per_s > 0;
}

static void print_member(const struct host *host, FILE *out) {
    fprintf(out, "    m%" PRIu32 "%s", host->number, host->paused ? " is paused" : "");
    if (host->slow_us > 0) {
        fprintf(out, ", takes %" PRIu64 " us for each event", host->slow_us);
    }
    if (host->clock_ppm != 0) {
        fprintf(out, ", its clock is %" PRId32 " ppm %s", abs(host->clock_ppm), host->clock_ppm > 0 ? "fast" : "slow");
    }
    if (host->uplink.bytes_per_s > 0) {
        fprintf(out, ", sends %" PRIu64 " bytes a second", host->uplink.bytes_per_s);
    }
    if (host->inbox.count > 0) {
        fprintf(out, ", %zu wait in its inbox", host->inbox.count);
    }
    fprintf(out, "\n");
}

static uint64_t report_members(const selkie_sim *sim, FILE *out) {
    uint64_t count = 0;
    for (uint32_t member = 0; member < sim->options.members; member++) {
        if (is_disturbed(&sim->hosts[member]) && count++ < SHOWN) {
            print_member(&sim->hosts[member], out);
        }
    }
    if (count > SHOWN) {
        fprintf(out, "    and %" PRIu64 " more members that are disturbed\n", count - SHOWN);
    }
    return count;
}

void faults_report(const selkie_sim *sim, FILE *out) {
    fprintf(out, "  in force:\n");
    uint64_t count = report_links(sim, out);
    count += report_cuts(sim, out) + report_sides(sim, out) + report_members(sim, out);
    if (count == 0) {
        fprintf(out, "    nothing else\n");
    }
}
