/* A program for a machine without an operating system and without a C library: what the engine costs there. It prints
 * the bytes of memory that an engine of 32 members takes, and ends; scripts/cross builds it for a Cortex-M0+ and runs
 * it under qemu's user mode, whose two system calls are all that it needs of Linux. */
#include "selkie/codec.h"
#include "selkie/selkie.h"

enum { SYSTEM_EXIT = 1, SYSTEM_WRITE = 4, MEMBERS = 32 };

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
_Noreturn void _start(void);

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    unsigned char *out = to;
    const unsigned char *in = from;
    while (size-- > 0) {
        *out++ = *in++;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    unsigned char *out = to;
    const unsigned char *in = from;
    if (out <= in) {
        return memcpy(to, from, size);
    }
    while (size-- > 0) {
        out[size] = in[size];
    }
    return to;
}

void *memset(void *to, int byte, size_t size) {
    for (unsigned char *out = to; size > 0; size--) {
        *out++ = (unsigned char)byte;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t size) {
    const unsigned char *left = a, *right = b;
    for (; size > 0; size--, left++, right++) {
        if (*left != *right) {
            return *left < *right ? -1 : 1;
        }
    }
    return 0;
}

static int system_call(int number, int first, const void *second, size_t third) {
    register int r0 __asm__("r0") = first;
    register const void *r1 __asm__("r1") = second;
    register size_t r2 __asm__("r2") = third;
    register int r7 __asm__("r7") = number;
    __asm__ volatile("svc 0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r7) : "memory");
    return r0;
}

static _Noreturn void end(int code) {
    for (;;) {
        system_call(SYSTEM_EXIT, code, NULL, 0);
    }
}

void selkie_panic(const char *what) {
    (void)what;
    end(9);
}

static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    (void)ctx, (void)identity, (void)bytes;
    *(volatile size_t *)ctx += size;
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    (void)ctx, (void)timer, (void)delay_us;
    return true;
}

static void print(size_t number) {
    char text[12] = "\n";
    size_t at = sizeof text - 1;
    text[at] = '\n';
    do {
        text[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    system_call(SYSTEM_WRITE, 1, text + at, sizeof text - at);
}

/* Make an engine, let it speak and hear, so that a linker that drops what nobody calls keeps what a real program
 * has. */
void _start(void) {
    static union {
        unsigned char bytes[16384];
        uint64_t aligned;
    } memory __attribute__((aligned(16)));
    static const unsigned char identity[8] = {10, 0, 0, 1, 0x1e, 0x61, 0, 1},
                               seed_member[8] = {10, 0, 0, 2, 0x1e, 0x61, 0, 0};
    size_t sent = 0;
    struct selkie_identity_type type = {
        .struct_size = sizeof type, .ctx = &type, .size = 8, .addr_size = 6, .renew = selkie_renew_by_one};
    struct selkie_runtime runtime = {
        .struct_size = sizeof runtime, .ctx = &sent, .send_to = send_to, .submit_after = submit_after};
    struct selkie_codec codec;
    selkie_codec_packed(&codec, sizeof identity);
    struct selkie_config config;
    selkie_config_lan(&config, MEMBERS);
    config.max_packet_size = 512;
    struct selkie_options options = {.struct_size = sizeof options,
                                     .identity = identity,
                                     .type = &type,
                                     .runtime = &runtime,
                                     .codec = &codec,
                                     .config = &config,
                                     .seed = {1},
                                     .max_members = MEMBERS};
    selkie *engine;
    size_t needed = selkie_memory_size(&options);
    print(needed);
    if (selkie_new_in(&engine, &memory, needed, &options) != SELKIE_OK ||
        selkie_announce(engine, seed_member) != SELKIE_OK) {
        end(1);
    }
    struct selkie_timer timer = {{0}};
    unsigned char bytes[64] = {0};
    (void)selkie_handle_timer(engine, &timer);
    (void)selkie_handle_data(engine, bytes, sizeof bytes);
    (void)selkie_leave(engine);
    end(sent > 0 ? 0 : 2);
}
