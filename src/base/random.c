/* How a series of random choices begins. */
#include "base/random.h"

void random_init(struct random *random, const struct hash_key *key) {
    random->state[0] = (uint32_t)key->words[0];
    random->state[1] = (uint32_t)(key->words[0] >> 32);
    random->state[2] = (uint32_t)key->words[1];
    random->state[3] = (uint32_t)(key->words[1] >> 32) | 1; /* never all zero */
}
