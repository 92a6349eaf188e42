/* The figures of a run: which charts there are, what each says, and the numbers behind it. The page shows all of them,
 * `--svg NAME=FILE` writes one as a document of its own. */
#ifndef SELKIE_COMMAND_FIGURES_H
#define SELKIE_COMMAND_FIGURES_H

#include "chart/chart.h"
#include "command/html.h"
#include "command/result.h"

/* identifier, name, title, how to read it, what to say where there is nothing to draw */
#define FIGURES(X)                                                                                                     \
    X(detection, "detection", "How long it took to notice",                                                            \
      "Each dot (in large runs: each column) is a member to which something happened; further to the right, it took "  \
      "longer until the others knew. The short line below marks the median.",                                          \
      "Nothing happened to a member that others could have noticed.")                                                  \
    X(informed, "informed", "How many knew, and when",                                                                 \
      "The share of the others that had learned of it, so long after it happened: on average, and in the band from "   \
      "the event of which they learned last to that of which they learned first.",                                     \
      "Nobody learned of anything.")                                                                                   \
    X(spread, "spread", "How the news spread",                                                                         \
      "The share of the others that knew, since the first of them knew: what gossip alone takes. The line is the "     \
      "mean, the band goes from the slowest to the fastest. The theory says a logistic curve.",                        \
      "Nobody learned of anything.")                                                                                   \
    X(timeline, "timeline", "How the others saw them",                                                                 \
      "One row a member: how large a share of the others held it for Down, suspected it, or held it for alive, from "  \
      "the start of the run to its end. Upright strokes: something happened to it.",                                   \
      "Nothing happened to a member, and nobody was called Down.")                                                     \
    X(false_positives, "false-positives", "Healthy members called Down",                                               \
      "False alarms over time, one for each member that raised it and each it was about. Those of members that were "  \
      "well themselves are the ones to worry about.",                                                                  \
      "No healthy member was called Down: there were no false alarms.")                                                \
    X(false_suspicions, "false-suspicions", "Healthy members suspected",                                               \
      "Suspicions of healthy members over time, one for each member that held it. They harm nobody if they are "       \
      "refuted in time; many of them say that probes are often lost or late.",                                         \
      "No healthy member was suspected.")                                                                              \
    X(size, "size", "How large members took the cluster to be",                                                        \
      "The line is what the member in the middle believed, the band goes from the one that knew fewest to the one "    \
      "that knew most. Where band and dashes fall into one, all agreed on the truth.",                                 \
      "No member ran.")                                                                                                \
    X(load, "load", "Packets a member sends and receives",                                                             \
      "How members compare: each counts with its average over its life. A long tail to the right would be members "    \
      "that work for others.",                                                                                         \
      "No member sent a packet.")                                                                                      \
    X(bytes, "bytes", "Bytes a member sends and receives",                                                             \
      "How members compare: each counts with its average over its life. Without the headers of UDP and IP.",           \
      "No member sent a packet.")                                                                                      \
    X(load_over_time, "load-over-time", "Packets over time",                                                           \
      "Packets that a member sent a second, on average over those that ran. Peaks are news that spreads.",             \
      "No member sent a packet.")                                                                                      \
    X(bytes_over_time, "bytes-over-time", "Bytes over time",                                                           \
      "Bytes that a member sent a second, without the headers of UDP and IP, on average over those that ran.",         \
      "No member sent a packet.")

enum figure {
#define SELKIE_X(id, name, title, caption, empty) FIGURE_##id,
    FIGURES(SELKIE_X)
#undef SELKIE_X
        FIGURE_COUNT
};

const char *figure_name(enum figure figure);
const char *figure_title(enum figure figure);
const char *figure_caption(enum figure figure);

/* Which one has this name? FIGURE_COUNT: none. */
enum figure figure_find(const char *name);

/* A figure as an SVG document. */
void figure_write(FILE *out, enum figure figure, struct result *result);

/* A figure inside a page, which has title and caption: wide, or narrow enough for a telephone. */
void figure_draw(FILE *out, enum figure figure, struct result *result, bool narrow);

/* The numbers behind it, as tables. */
void figure_tell(FILE *out, enum figure figure, struct result *result);

#endif
