"""Tiny programs that use the libraries, in C and C++: one makes an engine in memory of its own, looks at it and ends it; the other
simulates a cluster."""

INCLUDES = """
#include "selkie/codec.h"
#include "selkie/selkie.h"
"""

PROGRAM = """
#include <string.h>

static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    (void)ctx, (void)identity, (void)bytes, (void)size;
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    (void)ctx, (void)timer, (void)delay_us;
    return true;
}

static union {
    unsigned char bytes[65536];
    uint64_t aligned[1];
} memory __attribute__((aligned(16)));

int main(void) {
    const unsigned char identity[4] = {1, 2, 3, 4};
    struct selkie_identity_type type;
    struct selkie_runtime runtime;
    struct selkie_codec codec;
    struct selkie_options options;
    selkie *engine = NULL;

    SELKIE_INIT(&type);
    type.size = 4;
    type.addr_size = 3;
    SELKIE_INIT(&runtime);
    runtime.send_to = send_to;
    runtime.submit_after = submit_after;
    SELKIE_INIT(&codec);
    selkie_codec_packed(&codec, 4);
    SELKIE_INIT(&options);
    options.identity = identity;
    options.type = &type;
    options.runtime = &runtime;
    options.codec = &codec;
    options.seed[0] = 1;
    options.max_members = 8;
    if (strcmp(selkie_version(), "@VERSION@") != 0) {
        return 2;
    }
    if (selkie_new_in(&engine, &memory, sizeof memory, &options) != SELKIE_OK) {
        return 3;
    }
    if (memcmp(selkie_identity(engine), identity, 4) != 0 || selkie_active_count(engine) != 0) {
        return 4;
    }
    return selkie_free(engine) == SELKIE_OK ? 0 : 5;
}
"""

SIMULATION = """
#include "selkie/sim.h"

int main(void) {
    struct selkie_sim_options options;
    struct selkie_sim_conformance conformance;
    struct selkie_identity_type type;
    selkie_sim *sim;
    char complaint[300];

    SELKIE_INIT(&options);
    options.members = 5;
    options.seed = 7;
    sim = selkie_sim_new(&options);
    if (selkie_sim_form(sim) == SELKIE_SIM_NEVER) {
        return 2;
    }
    selkie_sim_crash(sim, 3);
    if (selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) == SELKIE_SIM_NEVER) {
        return 3;
    }
    if (selkie_active_count(selkie_sim_engine(sim, 0)) != 3) {
        return 4;
    }
    selkie_sim_free(sim);
    SELKIE_INIT(&type);
    type.size = 4;
    type.addr_size = 3;
    SELKIE_INIT(&conformance);
    conformance.type = &type;
    return selkie_sim_conforms(&conformance, complaint, sizeof complaint) ? 0 : 5;
}
"""


def _version():
    import re
    import pathlib
    import os

    root = pathlib.Path(os.environ.get("SELKIE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
    return ".".join(re.findall(r"^#define SELKIE_VERSION_\w+ (\d+)$", (root / "include/selkie/selkie.h").read_text(), re.M))


VERSION = _version()
PROGRAM = PROGRAM.replace("@VERSION@", VERSION)
INSTALLED = INCLUDES + PROGRAM
AMALGAMATED = '#include "selkie.h"\n' + PROGRAM
