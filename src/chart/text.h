/* Text in a picture: what may be in it, how wide it is, and how it is written into XML and HTML.
 *
 * Text comes from users (names, titles of scenarios), so it may be anything. What is not UTF-8, and what XML cannot hold
 * or what turns the direction of a line around, becomes U+FFFD. */
#ifndef SELKIE_CHART_TEXT_H
#define SELKIE_CHART_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The next character that is shown, and on to what follows it; 0 at the end, where it stays. */
uint32_t text_next(const char **text);

/* How wide a text is at most, in pixels, in any of the fonts that a browser is likely to take. */
double text_width(const char *text, double font_px);

/* Write a text, escaped for the inside of an element and of an attribute. */
void text_write(FILE *out, const char *text);

/* Write of it what fits into a width, with an ellipsis where something is left out. */
void text_write_fit(FILE *out, const char *text, double font_px, double width_px);

/* Take the words that fit into a line of that width, at least one (or what fits of it): where the line begins, and how
 * many bytes it has. Moves on to what follows; 0 at the end. */
size_t text_take_line(const char **text, const char **line, double font_px, double width_px);

/* Write so many bytes of a text, escaped. */
void text_write_part(FILE *out, const char *text, size_t bytes);

#endif
