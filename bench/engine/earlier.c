/* What an earlier run measured: its JSON, as far as it is needed. Rows are the objects in which there is no other. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_ROOM = 32 };

struct row {
    char name[NAME_ROOM], codec[NAME_ROOM];
    double members, value;
};

static struct row *rows;
static size_t row_count;

/* The text after `"key":` in a row, or NULL. The same word may be a value, too. */
static const char *find(const char *row, const char *key) {
    char quoted[NAME_ROOM + 2];
    snprintf(quoted, sizeof quoted, "\"%.*s\"", NAME_ROOM - 1, key);
    for (const char *found = row; (found = strstr(found, quoted)) != NULL;) {
        found += strlen(quoted);
        found += strspn(found, " \t\r\n");
        if (*found == ':') {
            return found + 1 + strspn(found + 1, " \t\r\n");
        }
    }
    return NULL;
}

static bool read_text(const char *row, const char *key, char *text) {
    const char *found = find(row, key);
    return found != NULL && sscanf(found, "\"%31[^\"]\"", text) == 1;
}

static bool read_number(const char *row, const char *key, double *number) {
    const char *found = find(row, key);
    return found != NULL && sscanf(found, "%lf", number) == 1;
}

static bool read_row(const char *text, struct row *row) {
    return read_text(text, "op", row->name) && read_text(text, "codec", row->codec) &&
           read_number(text, "n", &row->members) &&
           (read_number(text, "median_ns", &row->value) || read_number(text, row->name, &row->value));
}

static void add_row(const char *text) {
    struct row row;
    struct row *more = read_row(text, &row) ? realloc(rows, (row_count + 1) * sizeof *rows) : NULL;
    if (more != NULL) {
        rows = more;
        rows[row_count++] = row;
    }
}

static void read_rows(char *text) {
    char *open = NULL;
    for (char *at = text; *at != 0; at++) {
        if (*at == '{') {
            open = at;
        } else if (*at == '}' && open != NULL) {
            *at = 0;
            add_row(open);
            open = NULL;
        }
    }
}

/* The whole file, to be freed; NULL: it cannot be read. */
static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0, got = 1;
    while (file != NULL && got > 0) {
        char *more = realloc(text, size + BUFSIZ + 1);
        if (more == NULL) {
            break;
        }
        text = more;
        got = fread(text + size, 1, BUFSIZ, file);
        size += got;
        text[size] = 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return text;
}

const char *bench_read_earlier(const char *path) {
    char *text = read_file(path);
    if (text == NULL) {
        return "cannot be read";
    }
    read_rows(text);
    free(text);
    return row_count > 0 ? NULL : "has no results";
}

double bench_earlier(const struct bench_figure *figure) {
    for (size_t i = 0; i < row_count; i++) {
        if (strcmp(rows[i].name, figure->name) == 0 && strcmp(rows[i].codec, figure->codec) == 0 &&
            rows[i].members == figure->members) {
            return rows[i].value;
        }
    }
    return -1;
}
