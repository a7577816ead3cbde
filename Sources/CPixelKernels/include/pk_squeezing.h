/* Bit depth, median and binarization rows. */
#ifndef PK_SQUEEZING_H
#define PK_SQUEEZING_H

#include <stddef.h>
#include <stdint.h>

/* The 3 by 3 median of `count` samples. `out[i]` is that of the samples i, i + step and i + 2 step of the three rows. */
void pk_median3_row(
    const uint8_t *above, const uint8_t *here, const uint8_t *below, uint8_t *restrict out, size_t count, size_t step);

#endif
