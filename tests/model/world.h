/* What a run of the model test is played with: the random numbers, the kinds of identity, and a codec of the test's own
 * whose members differ in size. It knows neither the model nor the engine's calls. */
#ifndef TESTS_MODEL_WORLD_H
#define TESTS_MODEL_WORLD_H

#include "tape.h"

#include "selkie/codec.h"
#include "selkie/selkie.h"

struct rng {
    uint64_t state;
};

uint64_t rng_next(struct rng *rng);
uint32_t rng_below(struct rng *rng, uint32_t limit);                /* limit > 0 */
uint32_t rng_between(struct rng *rng, uint32_t low, uint32_t high); /* both included */
bool rng_chance(struct rng *rng, uint32_t percent);

/* NUMBERED: 8 bytes, the last two a generation, the larger wins. TIED: the same bytes, but of generations with the same
 * upper bits neither wins. NAMED: 12 bytes, a name and a generation. BARE: 6 bytes, all of them the address. */
enum id_kind { ID_NUMBERED, ID_TIED, ID_NAMED, ID_BARE, ID_KINDS };

size_t world_id_size(enum id_kind kind);
size_t world_addr_size(enum id_kind kind);
struct id world_id(enum id_kind kind, uint32_t address, uint32_t generation);
bool world_tied_wins(void *ctx, const void *a, const void *b); /* for ID_TIED */

/* Is this as well aligned as what our functions are given has to be? */
bool world_aligned(const void *identity);

/* A codec for ID_NAMED: names without their padding, numbers as varints. `can`: of enum selkie_codec_can. */
void world_named_codec(struct selkie_codec *codec, uint32_t can);

/* One that foca speaks, for all other kinds. False: there is none. */
bool world_foca_codec(struct selkie_codec *codec, enum id_kind kind);

#endif
