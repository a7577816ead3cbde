/* Sixteen lanes of 16 bits, as vectors that the compiler splits or widens to what the processor has.
 *
 * In C a sum of two 16-bit numbers is one of 32, and loops over them would run at half speed; in vectors they stay what
 * they are. */
#ifndef PK_RESAMPLING_LANES_H
#define PK_RESAMPLING_LANES_H

#include <string.h>

#include "clones.h"

typedef uint8_t bytes __attribute__((vector_size(16)));
typedef int16_t shorts __attribute__((vector_size(32)));
typedef uint16_t words __attribute__((vector_size(32)));
typedef uint32_t longs __attribute__((vector_size(64)));
typedef uint32_t quad __attribute__((vector_size(16)));

#define LANES 16
#define LOAD(vector, from) memcpy(&vector, from, sizeof vector)
#define STORE(to, vector) memcpy(to, &vector, sizeof vector)

/* The high halves of the products of two vectors of words. Both factors must be loaded where they are multiplied: one that
 * stays the same is otherwise widened before the loop, and the product is no longer one instruction. */
#define HIGH(a, b) \
    __builtin_convertvector((__builtin_convertvector(a, longs) * __builtin_convertvector(b, longs)) >> 16, words)

/* Calls `lanes` at each whole vector, and for what is left over at the last one, which does some samples again. */
#define EACH(lanes, count)                                 \
    do {                                                   \
        size_t i = 0;                                      \
        for (; i + LANES <= (count); i += LANES) lanes(i); \
        if (i < (count)) lanes((count)-LANES);             \
    } while (0)

/* Two vectors of one word, so that which of them is loaded depends on the place in the row; see HIGH. */
PK_INLINE void repeat(uint32_t word, uint16_t *words) {
    for (size_t i = 0; i < 2 * LANES; i++) words[i] = (uint16_t)word;
}

#endif
