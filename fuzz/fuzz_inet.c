/* Fuzzes the text form of socket addresses: what is read comes back from what is written, what is refused is explained,
 * and what is written is read, whatever the bytes of the address. The input is one text; its first bytes are an address
 * as well. */
#include <stdbool.h>
#include <string.h>

#include "fuzz/input.h"
#include "selkie/inet.h"

/* Write an address, and read it again: it must be the same. The text goes to `text`. */
static void must_come_back(const struct selkie_inet *inet, char text[SELKIE_INET_TEXT_SIZE]) {
    struct selkie_inet again;
    memset(text, '?', SELKIE_INET_TEXT_SIZE);
    FUZZ_MUST(selkie_inet_format(inet, text) == text);
    FUZZ_MUST(memchr(text, 0, SELKIE_INET_TEXT_SIZE));
    FUZZ_MUST(selkie_inet_complaint(text) == NULL);
    FUZZ_MUST(selkie_inet_parse(&again, text));
    FUZZ_MUST(selkie_inet_same_address(inet, &again));
}

static void any_text(const char *text) {
    struct selkie_inet inet, untouched;
    char written[SELKIE_INET_TEXT_SIZE];
    memset(&inet, 0xa5, sizeof inet);
    untouched = inet;
    bool good = selkie_inet_parse(&inet, text);
    FUZZ_MUST(good == (selkie_inet_complaint(text) == NULL));
    if (!good) {
        FUZZ_MUST(memcmp(&inet, &untouched, sizeof inet) == 0);
        return;
    }
    FUZZ_MUST(selkie_inet_generation(&inet) == 0);
    must_come_back(&inet, written);
}

static void any_address(const uint8_t *bytes, size_t size) {
    struct selkie_inet inet;
    char written[SELKIE_INET_TEXT_SIZE];
    memset(&inet, 0, sizeof inet);
    if (size > 0) {
        memcpy(&inet, bytes, size < sizeof inet ? size : sizeof inet);
    }
    must_come_back(&inet, written);
    FUZZ_MUST((written[0] == '[') == !selkie_inet_is_v4(&inet));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char *text = (char *)malloc(size + 1);
    FUZZ_MUST(text);
    if (size > 0) {
        memcpy(text, bytes, size);
    }
    text[size] = 0;
    any_text(text);
    any_address(bytes, size);
    free(text);
    return 0;
}
