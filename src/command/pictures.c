/* Files for pages and charts. */
#include "command/pictures.h"

#include "command/figures.h"
#include "command/figures_sweep.h"
#include "command/page.h"
#include "command/text.h"

#include <errno.h>
#include <string.h>

/* ---- What is asked for ---- */

static bool add(struct pictures *pictures, struct picture picture, struct complaint *complaint) {
    if (picture.path[0] == '\0' || strcmp(picture.path, "-") == 0) {
        return complain(complaint, "the name of a file is expected");
    }
    if (pictures->count == PICTURES_MOST) {
        return complain(complaint, "these are more than %d files", PICTURES_MOST);
    }
    for (size_t i = 0; i < pictures->count; i++) {
        if (strcmp(pictures->all[i].path, picture.path) == 0) {
            return complain(complaint, "two pictures cannot go to the same file");
        }
    }
    pictures->all[pictures->count++] = picture;
    return true;
}

bool pictures_add_page(struct pictures *pictures, const char *path, struct complaint *complaint) {
    return add(pictures, (struct picture){.path = path}, complaint);
}

bool pictures_add_chart(struct pictures *pictures, const char *text, struct complaint *complaint) {
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        return complain(complaint, "the name of a chart and of a file are expected, as in informed=chart.svg");
    }
    return add(pictures, (struct picture){text, (size_t)(equals - text), equals + 1, NULL}, complaint);
}

/* ---- Which charts there are ---- */

static const char *name_of(bool many, unsigned chart) {
    return many ? sweep_figure_name((enum sweep_figure)chart) : figure_name((enum figure)chart);
}

static unsigned count_of(bool many) {
    return many ? SWEEP_FIGURE_COUNT : FIGURE_COUNT;
}

/* Which one is meant? As many as there are: none. */
static unsigned find(const struct picture *picture, bool many) {
    unsigned chart = 0;
    while (chart < count_of(many) && (strncmp(name_of(many, chart), picture->name, picture->name_size) != 0 ||
                                      name_of(many, chart)[picture->name_size] != '\0')) {
        chart++;
    }
    return chart;
}

bool pictures_check(const struct pictures *pictures, bool many, struct complaint *complaint) {
    for (size_t i = 0; i < pictures->count; i++) {
        const struct picture *picture = &pictures->all[i];
        if (picture->name != NULL && find(picture, many) == count_of(many)) {
            char names[300] = "";
            for (unsigned chart = 0; chart < count_of(many); chart++) {
                size_t size = strlen(names);
                snprintf(names + size, sizeof names - size, "%s%s", chart > 0 ? ", " : "", name_of(many, chart));
            }
            return complain(complaint, "--svg %.*s: there is no such chart of %s; there are: %s",
                            (int)(picture->name_size < 40 ? picture->name_size : 40), picture->name,
                            many ? "several runs" : "one run", names);
        }
    }
    return true;
}

/* ---- Writing ---- */

bool pictures_open(struct pictures *pictures, struct complaint *complaint) {
    for (size_t i = 0; i < pictures->count; i++) {
        struct picture *picture = &pictures->all[i];
        picture->file = fopen(picture->path, "w");
        if (picture->file == NULL) {
            return complain(complaint, "%.200s: %s", picture->path, strerror(errno));
        }
    }
    return true;
}

void pictures_write_run(const struct pictures *pictures, struct result *result, const char *flags) {
    for (size_t i = 0; i < pictures->count; i++) {
        const struct picture *picture = &pictures->all[i];
        if (picture->name == NULL) {
            page_write_run(picture->file, result, flags);
        } else {
            figure_write(picture->file, (enum figure)find(picture, false), result);
        }
    }
}

void pictures_write_sweep(const struct pictures *pictures, struct outcome *outcome, const char *flags) {
    for (size_t i = 0; i < pictures->count; i++) {
        const struct picture *picture = &pictures->all[i];
        if (picture->name == NULL) {
            page_write_sweep(picture->file, outcome, flags);
        } else {
            sweep_figure_write(picture->file, (enum sweep_figure)find(picture, true), outcome);
        }
    }
}

bool pictures_close(struct pictures *pictures, struct complaint *complaint) {
    bool good = true;
    for (size_t i = 0; i < pictures->count; i++) {
        struct picture *picture = &pictures->all[i];
        bool failed = picture->file != NULL && ferror(picture->file) != 0;
        if (picture->file != NULL && (fclose(picture->file) != 0 || failed) && good) {
            good = complain(complaint, "%.200s: %s", picture->path, strerror(errno));
        }
        picture->file = NULL;
    }
    return good;
}
