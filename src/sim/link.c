/* The links of a network. Most clusters have one link for all; only where others were set is there anything to look up. */
#include "sim/link.h"

#include "sim/memory.h"

#include <stdlib.h>

#define LATENCY_MOST SELKIE_S(3600)

/* ---- One link ---- */

static const char *latency_complaint(const struct selkie_sim_link *link) {
    switch (link->latency) {
    case SELKIE_SIM_CONSTANT:
        return link->latency_high_us == 0 ? NULL : "selkie_sim_link: a constant latency has no latency_high_us";
    case SELKIE_SIM_UNIFORM:
        return link->latency_us <= link->latency_high_us ? NULL
                                                         : "selkie_sim_link: of a uniform latency, the least "
                                                           "(latency_us) is above the most (latency_high_us)";
    case SELKIE_SIM_LOG_NORMAL:
        return link->latency_us > 0 && link->latency_us <= link->latency_high_us
                   ? NULL
                   : "selkie_sim_link: of a log-normal latency, the median (latency_us) must be at least 1 and at most "
                     "the 99th percentile (latency_high_us)";
    }
    return "selkie_sim_link: latency is none of enum selkie_sim_latency";
}

static const char *chances_complaint(const struct selkie_sim_link *link) {
    if (link->loss_ppm > CHANCE_CERTAIN || link->duplicate_ppm > CHANCE_CERTAIN || link->reorder_ppm > CHANCE_CERTAIN) {
        return "selkie_sim_link: chances are parts per million, 0 to 1,000,000";
    }
    if (link->reorder_ppm > 0 && link->reorder_by_us == 0) {
        return "selkie_sim_link: reorder_ppm needs reorder_by_us";
    }
    return NULL;
}

const char *link_complaint(const struct selkie_sim_link *link) {
    struct selkie_sim_link known;
    if (!sim_take(&known, sizeof known, link)) {
        return "selkie_sim_link: struct_size is not set, or the link is of a newer version than the library";
    }
    if (known.latency_us > LATENCY_MOST || known.latency_high_us > LATENCY_MOST || known.reorder_by_us > LATENCY_MOST) {
        return "selkie_sim_link: no packet takes more than an hour";
    }
    const char *complaint = latency_complaint(&known);
    return complaint != NULL ? complaint : chances_complaint(&known);
}

static struct link made_from(const struct selkie_sim_link *is) {
    const char *complaint = link_complaint(is);
    if (complaint != NULL) {
        selkie_panic(complaint);
    }
    struct link link = {0};
    sim_take(&link.is, sizeof link.is, is);
    if (link.is.latency == SELKIE_SIM_LOG_NORMAL) {
        link.log_normal = log_normal_of(link.is.latency_us, link.is.latency_high_us);
    }
    return link;
}

uint64_t link_latency(const struct link *link, uint64_t *random) {
    uint64_t least = link->is.latency_us;
    switch (link->is.latency) {
    case SELKIE_SIM_UNIFORM:
        return least + chance_below(random, link->is.latency_high_us - least + 1);
    case SELKIE_SIM_LOG_NORMAL:
        return chance_log_normal(random, &link->log_normal, LATENCY_MOST);
    default:
        return least;
    }
}

/* ---- All of them ---- */

void links_make(struct links *links, uint32_t members, const struct selkie_sim_link *made) {
    *links = (struct links){.members = members, .made = made_from(made)};
    links->all = links->made;
}

static uint32_t place_of(const struct links *links, uint32_t member) {
    return member == SELKIE_SIM_ALL ? links->members : member;
}

static void *pointers(const struct links *links) {
    void **all = sim_realloc(NULL, (size_t)links->members + 1, sizeof *all);
    for (uint32_t place = 0; place <= links->members; place++) {
        all[place] = NULL;
    }
    return all;
}

static struct link **cell(struct links *links, uint32_t from, uint32_t to) {
    uint32_t row = place_of(links, from);
    if (links->rows == NULL) {
        links->rows = pointers(links);
    }
    if (links->rows[row] == NULL) {
        links->rows[row] = pointers(links);
    }
    return &links->rows[row][place_of(links, to)];
}

void links_set(struct links *links, uint32_t from, uint32_t to, const struct selkie_sim_link *link) {
    if (from == SELKIE_SIM_ALL && to == SELKIE_SIM_ALL) {
        links->all = link == NULL ? links->made : made_from(link);
        return;
    }
    struct link **at = cell(links, from, to);
    if (link == NULL) {
        free(*at);
        *at = NULL;
        return;
    }
    struct link made = made_from(link);
    *at = sim_realloc(*at, 1, sizeof made);
    **at = made;
}

static const struct link *one_set(const struct links *links, uint32_t row, uint32_t column) {
    return links->rows[row] == NULL ? NULL : links->rows[row][column];
}

const struct link *links_between(const struct links *links, uint32_t from, uint32_t to) {
    if (links->rows == NULL) {
        return &links->all;
    }
    const struct link *closest = one_set(links, from, to);
    closest = closest != NULL ? closest : one_set(links, from, links->members);
    closest = closest != NULL ? closest : one_set(links, links->members, to);
    return closest != NULL ? closest : &links->all;
}

static void free_row(const struct links *links, struct link **row) {
    for (uint32_t place = 0; row != NULL && place <= links->members; place++) {
        free(row[place]);
    }
    free(row);
}

void links_free(struct links *links) {
    for (uint32_t place = 0; links->rows != NULL && place <= links->members; place++) {
        free_row(links, links->rows[place]);
    }
    free(links->rows);
    links->rows = NULL;
}

void links_reset(struct links *links) {
    links_free(links);
    links->all = links->made;
}
