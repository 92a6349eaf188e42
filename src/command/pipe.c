#include "command/pipe.h"

#include "command/memory.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool write_all(int out, const void *bytes, size_t size) {
    const char *at = bytes;
    while (size > 0) {
        ssize_t wrote = write(out, at, size);
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        at += wrote > 0 ? wrote : 0;
        size -= wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

/* The struct as it is, and behind it what its pointers point to, in their order. */
bool pipe_write_summary(int out, const struct summary *summary) {
    bool good = write_all(out, summary, sizeof *summary);
    for (unsigned sample = 0; sample < SUMMARY_SAMPLE_COUNT && good; sample++) {
        const struct sample *values = &summary->samples[sample];
        good = write_all(out, values->values, values->count * sizeof *values->values);
    }
    return good && write_all(out, summary->series.buckets, summary->series.count * sizeof *summary->series.buckets);
}

struct reader {
    const unsigned char *bytes;
    size_t left;
    bool failed;
};

static void *take(struct reader *reader, size_t count, size_t size) {
    if (reader->failed || count > reader->left / size) {
        reader->failed = true;
        return NULL;
    }
    void *copy = memory_resize(NULL, count, size);
    memcpy(copy, reader->bytes, count * size);
    reader->bytes += count * size;
    reader->left -= count * size;
    return copy;
}

bool pipe_take_summary(const unsigned char *bytes, size_t size, struct summary *summary) {
    if (size < sizeof *summary) {
        return false;
    }
    struct reader reader = {bytes + sizeof *summary, size - sizeof *summary, false};
    memcpy(summary, bytes, sizeof *summary);
    for (unsigned sample = 0; sample < SUMMARY_SAMPLE_COUNT; sample++) {
        struct sample *values = &summary->samples[sample];
        values->room = values->count;
        values->values = take(&reader, values->count, sizeof *values->values);
    }
    summary->series.buckets = take(&reader, summary->series.count, sizeof *summary->series.buckets);
    if (reader.failed || reader.left > 0) {
        summary_free(summary);
        return false;
    }
    return true;
}
