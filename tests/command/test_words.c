/* Scenarios as sentences, and as marks on the axis of time. */
#include "asking.h"

#include "command/moments.h"
#include "command/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Numbers and units stay in one line in a browser; here that is an ordinary space. */
static const char *plain(char *text) {
    char *out = text;
    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] == '\xc2' && at[1] == '\xa0') {
            at++;
            *out++ = ' ';
        } else {
            *out++ = *at;
        }
    }
    *out = '\0';
    return text;
}

static void assert_event(const char *flags, const char *words, const char *briefly) {
    struct scenario *scenario = asked(flags);
    char text[WORDS_MOST];
    words_event(text, scenario, &scenario->events[0]);
    assert_string_equal(plain(text), words);
    assert_string_equal(words_event_briefly(text, scenario, &scenario->events[0]), briefly);
    free(scenario);
}

static void each_event_is_a_sentence(void **state) {
    (void)state;
    assert_event("--crash 10@20s", "10 members crash at 20 s", "10 crash");
    assert_event("--crash 1@1.5s,for=5s", "1 member crashes at 1.5 s, back after 5 s", "1 crash");
    assert_event("--restart all@10s,stagger=2s", "all members restart at 10 s, one each 2 s", "all restart");
    assert_event("--leave m7@1s", "member 7 leaves at 1 s", "m7 leave");
    assert_event("--pause 5%@1s,for=2s,gap=3s",
                 "5 % of the members are paused at 1 s, for 2 s, again 3 s later, and so on", "5% pause");
    assert_event("--pause 2@1s,for=2s,gap=3s,until=30s",
                 "2 members are paused at 1 s, for 2 s, again 3 s later, and so on until 30 s", "2 pause");
    assert_event("--slow m3-9@1s,by=100ms", "members 3 to 9 are slow, taking 100 ms for each packet and timer, at 1 s",
                 "m3-9 slow");
    assert_event("--clock 2@1s,by=-20%", "2 members have wrong clocks, slow by 20 %, at 1 s", "2 clock");
    assert_event("--group sick=4 --lossy sick@1s,by=80%,side=send",
                 "the members of \"sick\" lose packets, 80 % of what they send, at 1 s", "sick lossy");
    assert_event("--bandwidth 1@1s,by=1kB", "1 member has little bandwidth, 1 kB a second, at 1 s", "1 bandwidth");
    assert_event("--cut m1@1s,with=m2-3", "member 1 is cut off (from members 2 to 3) at 1 s", "m1 cut");
    assert_event("--heal @40s", "the network heals at 40 s", "heal");
}

static void assert_title(const char *flags, const char *title, bool all) {
    struct scenario *scenario = asked(flags);
    char text[WORDS_MOST];
    words_title(text, scenario);
    assert_string_equal(plain(text), title);
    assert_int_equal(words_title_says_all(scenario), all);
    free(scenario);
}

static void a_title_says_all_if_that_is_short(void **state) {
    (void)state;
    assert_title("--members 1000 --crash 10@20s", "1,000 members: 10 members crash at 20 s", true);
    assert_title("--members 1", "1 member, and nothing happens", true);
    assert_title("--join together", "100 members join", true);
    assert_title("--crash 10@20s --leave 3@21s", "100 members: 10 members crash at 20 s; 3 members leave at 21 s",
                 true);
    assert_title("--crash 10@20s --leave 3@21s --crash 2@30s", "100 members: crash, leave", false);
    assert_title("--slow 5@1s,by=1s,for=20s --pause 4@10s,for=2s,gap=3s", "100 members: slow, pause", false);
}

static void assert_network(const char *flags, const char *network, const char *join) {
    struct scenario *scenario = asked(flags);
    char text[WORDS_MOST];
    words_network(text, scenario);
    assert_string_equal(plain(text), network);
    words_join(text, scenario);
    assert_string_equal(plain(text), join);
    free(scenario);
}

static void the_network_and_how_members_join_are_sentences(void **state) {
    (void)state;
    assert_network("--loss 2%", "A packet takes 1 ms to 3 ms; 2 % are lost.", "All know each other from the start.");
    assert_network("--latency 5ms --join aligned", "A packet takes 5 ms.",
                   "All know each other from the start, and their periods begin together.");
    assert_network("--join together@10s", "A packet takes 1 ms to 3 ms.",
                   "Member 0 starts alone, and after 10 s all others join through it at once.");
    assert_network("--join sequential@100ms", "A packet takes 1 ms to 3 ms.",
                   "Member 0 starts alone, and each 100 ms another one joins through it.");
}

/* ---- Marks ---- */

static void assert_marks(const char *flags, const char *expected) {
    struct scenario *scenario = asked(flags);
    struct moments *moments = calloc(1, sizeof *moments);
    char got[1000] = "";
    assert_non_null(moments);
    moments_make(moments, scenario, scenario->duration_us);
    for (size_t i = 0; i < moments->count; i++) {
        size_t size = strlen(got);
        snprintf(got + size, sizeof got - size, "%s%g %s", i > 0 ? "; " : "", moments->marks[i].x,
                 moments->marks[i].text);
    }
    assert_string_equal(got, expected);
    free(moments);
    free(scenario);
}

static void events_are_marked_in_the_order_of_time(void **state) {
    (void)state;
    assert_marks("--crash 10@20s --pause 5@5s,for=30s", "5 5 pause; 20 10 crash; 35 5 pause: over");
}

static void what_repeats_is_named_once(void **state) {
    (void)state;
    assert_marks("--duration 20s --pause 2@1s,for=2s,gap=3s", "1 2 pause, again and again; 6 ; 11 ; 16 ");
    assert_marks("--duration 20s --pause 2@1s,for=2s,gap=3s,until=10s", "1 2 pause, again and again; 6 ");
}

static void there_are_only_so_many_marks(void **state) {
    (void)state;
    struct scenario *scenario = asked("--duration 600s --pause 2@1s,for=1ms,gap=1ms --crash 1@2s");
    struct moments *moments = calloc(1, sizeof *moments);
    assert_non_null(moments);
    moments_make(moments, scenario, scenario->duration_us);
    assert_int_equal(moments->count, MOMENTS_MOST);
    free(moments);
    free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_event_is_a_sentence),
        cmocka_unit_test(a_title_says_all_if_that_is_short),
        cmocka_unit_test(the_network_and_how_members_join_are_sentences),
        cmocka_unit_test(events_are_marked_in_the_order_of_time),
        cmocka_unit_test(what_repeats_is_named_once),
        cmocka_unit_test(there_are_only_so_many_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
