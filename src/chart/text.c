/* Characters, their widths, and their escapes. */
#include "chart/text.h"

#include "chart/chart.h"

#include <stdbool.h>

#define REPLACEMENT UINT32_C(0xfffd)
#define ELLIPSIS "\xe2\x80\xa6"

/* ---- Characters ---- */

/* How many bytes a character has that begins with this one; 0: none does. */
static size_t length_of(unsigned char first) {
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first < 0xe0) {
        return 2;
    }
    if (first >= 0xe0 && first < 0xf0) {
        return 3;
    }
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

static bool is_encoded_too_long(uint32_t character, size_t length) {
    return (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
}

static bool turns_direction(uint32_t character) {
    return (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069);
}

static bool is_shown(uint32_t character) {
    return character >= 0x20 && (character < 0x7f || character >= 0xa0) && (character & ~UINT32_C(1)) != 0xfffe &&
           (character < 0xd800 || character >= 0xe000) && character <= 0x10ffff && !turns_direction(character);
}

/* A character as it is encoded, and how many bytes it takes; REPLACEMENT and one byte where there is none. */
static uint32_t decode(const unsigned char *at, size_t *length) {
    size_t bytes = length_of(at[0]);
    uint32_t character = bytes == 1 ? at[0] : at[0] & (0x7fu >> bytes);
    for (size_t i = 1; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            bytes = 0;
        } else {
            character = character << 6 | (at[i] & 0x3fu);
        }
    }
    bool good = bytes > 0 && !is_encoded_too_long(character, bytes);
    *length = good ? bytes : 1;
    return good ? character : REPLACEMENT;
}

uint32_t text_next(const char **text) {
    const unsigned char *at = (const unsigned char *)*text;
    if (*at == '\0') {
        return 0;
    }
    size_t length;
    uint32_t character = decode(at, &length);
    *text += length;
    if (character == '\n' || character == '\t' || character == '\r') {
        return ' ';
    }
    return is_shown(character) ? character : REPLACEMENT;
}

/* ---- Widths ---- */

/* In hundredths of the font's size: those of DejaVu Sans, the widest of the usual ones. */
static const unsigned char widths[95] = {32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36,  32, 34, 64, 64, 64,
                                         64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63,
                                         58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,  61, 73, 68, 99, 69,
                                         61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35,  63, 63, 28, 28, 58,
                                         28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59,  52, 64, 34, 64, 84};

static double width_of(uint32_t character) {
    if (character >= 0x20 && character < 0x7f) {
        return widths[character - 0x20] / 100.0;
    }
    return character < 0x1100 ? 0.8 : 1.05;
}

double text_width(const char *text, double font_px) {
    double ems = 0;
    for (uint32_t character; (character = text_next(&text)) != 0;) {
        ems += width_of(character);
    }
    return ems * font_px;
}

/* ---- Writing ---- */

static void write_utf8(FILE *out, uint32_t character) {
    if (character < 0x80) {
        putc((int)character, out);
        return;
    }
    int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    putc((int)((0xff00u >> (more + 1) & 0xffu) | character >> (6 * more)), out);
    while (more-- > 0) {
        putc((int)(0x80u | (character >> (6 * more) & 0x3fu)), out);
    }
}

static void write_character(FILE *out, uint32_t character) {
    switch (character) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    case '\'':
        fputs("&#39;", out);
        break;
    default:
        write_utf8(out, character);
    }
}

void text_write(FILE *out, const char *text) {
    for (uint32_t character; (character = text_next(&text)) != 0;) {
        write_character(out, character);
    }
}

void text_write_part(FILE *out, const char *text, size_t bytes) {
    for (const char *end = text + bytes; text < end;) {
        write_character(out, text_next(&text));
    }
}

/* How many bytes of a text fit into a width. */
static size_t bytes_that_fit(const char *text, double font_px, double width_px) {
    const char *at = text;
    double used = 0;
    for (const char *next = text;; at = next) {
        uint32_t character = text_next(&next);
        used += width_of(character) * font_px;
        if (character == 0 || used > width_px) {
            return (size_t)(at - text);
        }
    }
}

void text_write_fit(FILE *out, const char *text, double font_px, double width_px) {
    if (text_width(text, font_px) <= width_px) {
        text_write(out, text);
        return;
    }
    text_write_part(out, text, bytes_that_fit(text, font_px, width_px - text_width(ELLIPSIS, font_px)));
    fputs(ELLIPSIS, out);
}

/* ---- Lines ---- */

static bool is_space(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

size_t text_take_line(const char **text, const char **line, double font_px, double width_px) {
    while (is_space(**text)) {
        ++*text;
    }
    const char *start = *text;
    size_t fits = bytes_that_fit(start, font_px, width_px), end = fits;
    if (start[fits] != '\0' && !is_space(start[fits])) {
        while (end > 0 && !is_space(start[end - 1])) {
            end--; /* back to the end of the last whole word */
        }
    }
    if (end == 0) { /* a word that is too long for any line: broken where it has to be */
        const char *next = start;
        text_next(&next);
        end = fits > 0 ? fits : (size_t)(next - start);
    }
    *line = start;
    *text = start + end;
    while (end > 0 && is_space(start[end - 1])) {
        end--;
    }
    return end;
}

/* ---- For everybody ---- */

void chart_text(FILE *out, const char *text) {
    text_write(out, text);
}

void chart_text_part(FILE *out, const char *text, size_t bytes) {
    text_write_part(out, text, bytes);
}
