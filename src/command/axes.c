#include "command/axes.h"

#include "command/memory.h"
#include "command/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- Axes ---- */

static void free_axis(struct axis *axis) {
    for (uint32_t value = 0; value < axis->count; value++) {
        free(axis->values[value]);
    }
    free(axis->values);
    free(axis->name);
    *axis = (struct axis){.count = 0};
}

static char *copy_part(const char *text, size_t length) {
    char *copy = memory_resize(NULL, length + 1, 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static bool add_values(struct axis *axis, const char *text, struct complaint *complaint) {
    size_t room = 0;
    for (;;) {
        size_t length = strcspn(text, ",");
        if (length == 0) {
            return complain(complaint, "a value is empty: NAME=VALUE,VALUE... is expected, as probe_period=500ms,1s");
        }
        axis->values = memory_for_one_more(axis->values, axis->count, &room, sizeof *axis->values);
        axis->values[axis->count++] = copy_part(text, length);
        if (text[length] == '\0') {
            return true;
        }
        text += length + 1;
    }
}

static uint32_t find(const struct sweep *sweep, const char *name) {
    uint32_t axis = 0;
    while (axis < sweep->axis_count && strcmp(sweep->axes[axis].name, name) != 0) {
        axis++;
    }
    return axis;
}

bool axes_read(struct sweep *sweep, const char *text, struct complaint *complaint) {
    size_t length = strcspn(text, "=");
    if (length == 0 || text[length] == '\0') {
        return complain(complaint, "\"%s\" varies nothing: NAME=VALUE,VALUE... is expected, as probe_period=500ms,1s",
                        text);
    }
    struct axis axis = {.name = copy_part(text, length)};
    uint32_t at = find(sweep, axis.name);
    bool good = at < AXES_MOST || complain(complaint, "there are more than %u sweeps", AXES_MOST);
    good = good && add_values(&axis, text + length + 1, complaint);
    if (!good) {
        free_axis(&axis);
        return false;
    }
    if (at < sweep->axis_count) {
        free_axis(&sweep->axes[at]);
    }
    sweep->axis_count += at == sweep->axis_count;
    sweep->axes[at] = axis;
    return axes_points(sweep) > 0 || complain(complaint, "these are more than %u points", POINTS_MOST);
}

uint32_t axes_points(const struct sweep *sweep) {
    uint64_t points = 1;
    for (uint32_t axis = 0; axis < sweep->axis_count && points > 0; axis++) {
        points *= sweep->axes[axis].count;
        points = points > POINTS_MOST ? 0 : points;
    }
    return (uint32_t)points;
}

void axes_place(const struct sweep *sweep, uint32_t point, uint32_t at[AXES_MOST]) {
    for (uint32_t axis = sweep->axis_count; axis > 0; axis--) {
        at[axis - 1] = point % sweep->axes[axis - 1].count;
        point /= sweep->axes[axis - 1].count;
    }
}

/* ---- Seeds ---- */

void axes_clear_seeds(struct sweep *sweep) {
    free(sweep->seeds);
    sweep->seeds = NULL;
    sweep->seed_count = 0;
}

static bool add_seeds(struct sweep *sweep, uint64_t from, uint64_t to, struct complaint *complaint) {
    if (from > to || to - from >= SEEDS_MOST - sweep->seed_count) {
        return complain(complaint, "seeds go from the lower to the higher one, and are at most %u", SEEDS_MOST);
    }
    uint32_t count = (uint32_t)(to - from) + 1;
    sweep->seeds = memory_resize(sweep->seeds, sweep->seed_count + count, sizeof *sweep->seeds);
    for (uint32_t i = 0; i < count; i++) {
        sweep->seeds[sweep->seed_count++] = from + i;
    }
    return true;
}

/* "7" or "1..100" */
static bool read_seeds(struct sweep *sweep, char *text, struct complaint *complaint) {
    uint64_t from, to;
    char *dots = strstr(text, "..");
    if (dots != NULL) {
        *dots = '\0';
    }
    if (!text_count(text, 0, SEED_MOST, &from, complaint) ||
        !text_count(dots == NULL ? text : dots + 2, 0, SEED_MOST, &to, complaint)) {
        return false;
    }
    return add_seeds(sweep, from, to, complaint);
}

bool axes_read_seeds(struct sweep *sweep, const char *text, struct complaint *complaint) {
    bool good = true;
    axes_clear_seeds(sweep);
    while (good) {
        size_t length = strcspn(text, ",");
        char *part = copy_part(text, length);
        good = read_seeds(sweep, part, complaint);
        free(part);
        if (text[length] == '\0') {
            break;
        }
        text += length + 1;
    }
    if (!good) {
        complain_of(complaint, "1..100 or 1,2,7 is expected: ");
        axes_clear_seeds(sweep);
    }
    return good;
}

void axes_free(struct sweep *sweep) {
    for (uint32_t axis = 0; axis < sweep->axis_count; axis++) {
        free_axis(&sweep->axes[axis]);
    }
    sweep->axis_count = 0;
    axes_clear_seeds(sweep);
}
