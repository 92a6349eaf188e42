#include "command/help.h"

#include "command/directives.h"
#include "command/happen.h"
#include "command/request.h"
#include "command/text.h"

#include <string.h>

#define WIDTH 100u

/* Words, broken into lines that begin at `indent`; the first one begins at `at`. */
static void print_words(FILE *out, const char *text, unsigned at, unsigned indent) {
    while (*text != '\0') {
        unsigned length = (unsigned)strcspn(text, " ");
        if (at > indent && at + 1 + length > WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", (int)length, text);
        at += length;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

#define COLUMN 30u

static void print_item(FILE *out, const char *left, const char *text) {
    unsigned length = (unsigned)fprintf(out, "  %s", left);
    if (length + 2 > COLUMN) {
        fputc('\n', out);
        length = 0;
    }
    fprintf(out, "%*s", (int)(COLUMN - length), "");
    print_words(out, text, COLUMN, COLUMN);
}

static void print_flag(FILE *out, const char *name, const char *argument, const char *text) {
    char left[80];
    snprintf(left, sizeof left, "--%s%s%s", name, argument != NULL ? " " : "", argument != NULL ? argument : "");
    print_item(out, left, text);
}

static void print_directives(FILE *out, enum directive_about about, const char *title) {
    fprintf(out, "\n%s\n", title);
    for (unsigned i = 0; i < directives_count; i++) {
        if (directives[i].about == about) {
            const char *argument =
                about == ABOUT_EVENT && directives[i].kind != HAPPENS_HEAL ? "EVENT" : directives[i].argument;
            print_flag(out, directives[i].name, argument, directives[i].text);
        }
    }
}

static void print_keys(FILE *out) {
    fprintf(out,
            "\nAn EVENT is WHO@TIME[,KEY=VALUE...]. WHO: 10 members drawn by the seed (never m0, through whom others\n"
            "join), 5%% of all, m7, m3-9, all, or a group. The keys:\n");
    for (const struct happen_key *key = happen_keys; key->name != NULL; key++) {
        char left[80], text[300];
        snprintf(left, sizeof left, "%s=%s", key->name, key->argument);
        int length = snprintf(text, sizeof text, "%s", key->text);
        unsigned most = 0;
        for (unsigned kind = 0; kind < HAPPENS_COUNT; kind++) {
            most += key->kinds >> kind & 1u;
        }
        for (unsigned kind = 0; kind < HAPPENS_COUNT && most <= 4; kind++) {
            if ((key->kinds >> kind & 1u) != 0) {
                length += snprintf(text + length, sizeof text - (size_t)length, "%s%s",
                                   strchr(text, '(') == NULL || text[length - 1] == ')' ? " (" : ", ",
                                   event_name((enum event_kind)kind));
            }
        }
        snprintf(text + length, sizeof text - (size_t)length, "%s", most <= 4 ? ")" : "");
        print_item(out, left, text);
    }
}

static const char examples[] =
    "\n"
    "Examples\n"
    "\n"
    "  5,000 members, of which 50 die at once, where 2 % of the packets are lost:\n"
    "\n"
    "    selkie sim --members 5000 --loss 2% --crash 50@10s --duration 40s\n"
    "\n"
    "  How slow may a member be before it flaps? For each packet and timer it takes so long:\n"
    "\n"
    "    selkie sim --members 50 --slow 1@10s,by=50ms --sweep slow.by=50ms,100ms,150ms,200ms --seeds 1..10 --duration "
    "120s\n"
    "\n"
    "  What does doubling the fan-out cost, and what does it bring?\n"
    "\n"
    "    selkie sim --members 200 --crash 5@10s --sweep periodic_gossip.members=3,6 --seeds 1..5\n"
    "\n"
    "  A rolling restart, one each two seconds, as a file (`selkie sim FILE`):\n"
    "\n"
    "    members 20\n"
    "    duration 60s\n"
    "    restart all@10s,stagger=2s   # and what stands behind a # is for you\n";

void help_sim(FILE *out) {
    fprintf(out,
            "usage: selkie sim [FILE...] [--FLAG [VALUE]...]\n\n"
            "Run a cluster of real engines under virtual time, and say what came of it: how fast failures were\n"
            "noticed, what was falsely called down, what it cost. The same seed gives the same run.\n"
            "A FILE says the same as the flags, a line each, without the dashes; flags add to it, or change it.\n");
    print_directives(out, ABOUT_CLUSTER, "The cluster");
    print_directives(out, ABOUT_NETWORK, "The network");
    print_directives(out, ABOUT_EVENT, "What happens; all of these may be given several times");
    print_keys(out);
    print_directives(out, ABOUT_SWEEP, "Many runs, on all cores");
    fprintf(out, "\nThe outcome\n");
    for (unsigned flag = 0; flag < request_flags_count; flag++) {
        print_flag(out, request_flags[flag].name, request_flags[flag].argument, request_flags[flag].text);
    }
    fputs(examples, out);
    fprintf(out, "\nExit codes: 0 all is well, 1 it could not be run or written, 2 what was asked for makes no sense,\n"
                 "3 a check failed (--checks). More: man selkie-sim, docs/sim.md.\n");
}

void help_settings(FILE *out) {
    fprintf(out,
            "The settings of a member's configuration, for `selkie sim --set NAME=VALUE` and `--sweep`. What they do:\n"
            "include/selkie/selkie.h, chapter 6; how to choose them: docs/tuning.md.\n\n");
    for (unsigned setting = 0; setting < settings_count; setting++) {
        const struct setting *about = &settings[setting];
        char least[TEXT_MOST], most[TEXT_MOST];
        fprintf(out, "  %s, %s to %s\n      ", about->name, settings_print(least, setting, about->least),
                settings_print(most, setting, about->most));
        print_words(out, about->text, 6, 6);
    }
    fprintf(
        out,
        "\nWhere max_transmissions or suspect_to_down_after is set, adapt_multiplier is 0 unless it is set as well:\n"
        "otherwise the engines would compute the two from the number of members. Where probe_period is set to no\n"
        "more than probe_rtt, that is as large a part of it as in the preset, unless it is set as well.\n");
}

void help_program(FILE *out) {
    fprintf(out, "usage: selkie COMMAND [...]\n\n"
                 "  selkie sim [...]      run a simulated cluster, and say what came of it\n"
                 "  selkie help [TOPIC]   about sim, or settings\n"
                 "  selkie --version\n");
}

bool help_about(FILE *out, const char *topic) {
    if (strcmp(topic, "sim") == 0) {
        help_sim(out);
        return true;
    }
    if (strcmp(topic, "settings") == 0) {
        help_settings(out);
        return true;
    }
    return false;
}
