/* What becomes of text that may be anything. */
#include "chart/text.h"
#include "written.h"

#define CHARACTER "\xef\xbf\xbd" /* U+FFFD */

static void assert_written(const char *text, const char *expected) {
    FILE *file = written_open();
    text_write(file, text);
    char *got = written_take(file);
    assert_string_equal(got, expected);
    free(got);
}

static void what_means_something_in_xml_is_escaped(void **state) {
    (void)state;
    assert_written("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;");
    assert_written("]]> &amp;", "]]&gt; &amp;amp;");
}

static void text_of_all_lengths_of_characters_stays(void **state) {
    (void)state;
    assert_written("a \xc3\xa4 \xe2\x80\xa6 \xf0\x9f\xa6\xad", "a \xc3\xa4 \xe2\x80\xa6 \xf0\x9f\xa6\xad");
}

static void what_is_not_utf8_is_replaced(void **state) {
    (void)state;
    assert_written("a\xff"
                   "b",
                   "a" CHARACTER "b");
    assert_written("\xc3", CHARACTER);                             /* cut off */
    assert_written("\xc0\x80", CHARACTER CHARACTER);               /* a zero, encoded too long */
    assert_written("\xe0\x80\xaf", CHARACTER CHARACTER CHARACTER); /* a slash, too */
    assert_written("\xed\xa0\x80", CHARACTER);                     /* half a pair */
    assert_written("\xf4\x90\x80\x80", CHARACTER);                 /* above all characters */
    assert_written("\xe2\x80<", CHARACTER CHARACTER "&lt;");       /* does not swallow what follows */
}

static void what_xml_cannot_hold_is_replaced(void **state) {
    (void)state;
    assert_written("a\x01\x1f\x7f\xc2\x85\xef\xbf\xbe", "a" CHARACTER CHARACTER CHARACTER CHARACTER CHARACTER);
    assert_written("a\tb\nc\rd", "a b c d");
}

static void what_turns_a_line_around_is_replaced(void **state) {
    (void)state;
    assert_written("\xe2\x80\xae"
                   "gnp.exe\xe2\x81\xa6",
                   CHARACTER "gnp.exe" CHARACTER);
}

static void what_does_not_fit_ends_in_an_ellipsis(void **state) {
    (void)state;
    const char *text = "member seventeen";
    FILE *file = written_open();
    text_write_fit(file, text, 12, text_width(text, 12));
    text_write_fit(file, text, 12, text_width("member \xe2\x80\xa6", 12) + 0.1);
    char *got = written_take(file);
    assert_string_equal(got, "member seventeenmember \xe2\x80\xa6");
    free(got);
}

static void wide_letters_take_more_room_than_narrow_ones(void **state) {
    (void)state;
    assert_true(text_width("WWW", 10) > 2 * text_width("iii", 10));
    assert_true(text_width("\xe6\x97\xa5", 10) >= 10);
    assert_true(text_width("", 10) == 0);
}

static void assert_line(const char **text, double width, const char *expected) {
    const char *line;
    size_t bytes = text_take_line(text, &line, 10, width);
    assert_int_equal(bytes, strlen(expected));
    assert_memory_equal(line, expected, bytes);
}

static void lines_are_broken_between_words(void **state) {
    (void)state;
    const char *text = "  one two  three ";
    double width = text_width("one two ", 10);
    assert_line(&text, width, "one two");
    assert_line(&text, width, "three");
    assert_line(&text, width, "");
}

static void a_word_that_is_too_long_is_broken_where_it_has_to_be(void **state) {
    (void)state;
    const char *text = "mmmm\xc3\xa4";
    assert_line(&text, text_width("mmm", 10) + 0.1, "mmm");
    assert_line(&text, 0, "m"); /* at least a character, so that it comes to an end */
    assert_line(&text, 0, "\xc3\xa4");
    assert_line(&text, 0, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_means_something_in_xml_is_escaped),
        cmocka_unit_test(text_of_all_lengths_of_characters_stays),
        cmocka_unit_test(what_is_not_utf8_is_replaced),
        cmocka_unit_test(what_xml_cannot_hold_is_replaced),
        cmocka_unit_test(what_turns_a_line_around_is_replaced),
        cmocka_unit_test(what_does_not_fit_ends_in_an_ellipsis),
        cmocka_unit_test(wide_letters_take_more_room_than_narrow_ones),
        cmocka_unit_test(lines_are_broken_between_words),
        cmocka_unit_test(a_word_that_is_too_long_is_broken_where_it_has_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
