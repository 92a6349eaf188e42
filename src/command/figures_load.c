/* What the protocol costs each member, and which messages that is. */
#include "command/figures_inside.h"

#include <math.h>

/* Sorted by the first question; then the values may be taken as they are. */
static void sort(struct sample *sample) {
    (void)sample_at(sample, 0.5);
}

static void draw_both(FILE *out, struct chart *chart, struct sample *sent, struct sample *received, const char *label,
                      enum chart_format format) {
    sort(sent);
    sort(received);
    const struct chart_sample samples[] = {{"sent", CHART_BLUE, sent->count, sent->values},
                                           {"received", CHART_GREEN, received->count, received->values}};
    chart->x = (struct chart_axis){.label = label, .format = format, .from_zero = true};
    chart_distribution(out, chart, samples, sent->count > 0 ? 2 : 0);
}

void draw_load(FILE *out, struct chart *chart, struct result *result) {
    draw_both(out, chart, &result->load.sent_packets, &result->load.received_packets, "packets a second", CHART_RATE);
}

void draw_bytes(FILE *out, struct chart *chart, struct result *result) {
    draw_both(out, chart, &result->load.sent_bytes, &result->load.received_bytes, "a second", CHART_BYTES);
}

/* ---- The numbers behind it ---- */

static void tell_sample(FILE *out, const char *name, struct sample *sample, enum chart_format format) {
    static const double shares[] = {0, 0.5, 0.9, 0.99, 1};
    html_row_open(out, name);
    html_cell_number(out, sample_mean(sample), format);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        html_cell_number(out, sample_at(sample, shares[i]), format);
    }
    html_row_close(out);
}

static const char *const sample_columns[] = {"", "mean", "least", "median", "90 %", "99 %", "most"};

void tell_bytes(FILE *out, struct result *result) {
    struct load *load = &result->load;
    html_table_open(out, "Bytes a second, of each member", sample_columns, 7);
    tell_sample(out, "sent", &load->sent_bytes, CHART_BYTES);
    tell_sample(out, "received", &load->received_bytes, CHART_BYTES);
    tell_sample(out, "sent in a single second", &load->bucket_bytes, CHART_BYTES);
    html_table_close(out);
}

static void tell_message(FILE *out, const struct load *load, unsigned message) {
    double packets = (double)load->packets_of[message], bytes = (double)load->bytes_of[message];
    html_row_open(out, selkie_message_name((int)message));
    html_cell_number(out, packets, CHART_NUMBER);
    html_cell_number(out, packets / (double)load->packets, CHART_SHARE);
    html_cell_number(out, packets / load->member_seconds, CHART_RATE);
    html_cell_number(out, bytes / packets, CHART_BYTES);
    html_cell_number(out, bytes / (double)load->bytes, CHART_SHARE);
    html_row_close(out);
}

static void tell_messages(FILE *out, const struct load *load) {
    static const char *const columns[] = {"message", "packets",     "of all", "a second and member",
                                          "size",    "of all bytes"};
    html_details_open(out, "By message");
    html_table_open(out, NULL, columns, 6);
    for (unsigned message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        if (load->packets_of[message] > 0) {
            tell_message(out, load, message);
        }
    }
    html_table_close(out);
    html_details_close(out);
}

static void tell_losses(FILE *out, const struct load *load) {
    const uint64_t counts[] = {load->lost, load->cut, load->unheard, load->overflowed, load->throttled};
    static const char *const names[] = {"lost by the network", "cut off", "nobody ran where they arrived",
                                        "no room at the receiver, which was paused or slow",
                                        "no bandwidth at the sender"};
    static const char *const columns[] = {"why", "packets", "of all"};
    html_details_open(out, "Packets that did not arrive");
    html_table_open(out, NULL, columns, 3);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        html_row_open(out, names[i]);
        html_cell_number(out, (double)counts[i], CHART_NUMBER);
        html_cell_number(out, (double)counts[i] / (double)load->packets, CHART_SHARE);
        html_row_close(out);
    }
    html_table_close(out);
    html_details_close(out);
}

void tell_load(FILE *out, struct result *result) {
    struct load *load = &result->load;
    html_table_open(out, "Packets a second, of each member", sample_columns, 7);
    tell_sample(out, "sent", &load->sent_packets, CHART_RATE);
    tell_sample(out, "received", &load->received_packets, CHART_RATE);
    html_table_close(out);
    if (load->packets > 0) {
        tell_messages(out, load);
        tell_losses(out, load);
    }
}
