/* Loops that compare scalers and look for the marks of an attack on one. */
#ifndef PK_SCALING_H
#define PK_SCALING_H

#include <stddef.h>
#include <stdint.h>

/* The sum of the squared differences of two rows; below 2^64 for any row. */
uint64_t pk_squared_difference(const uint8_t *restrict a, const uint8_t *restrict b, size_t count);

/* The sum of each pixel's samples (1 or 3 channels) less 128 for each, a whole number. */
void pk_centred_sums(const uint8_t *restrict row, float *restrict out, size_t pixels, size_t channels);

/* Adds four rows, `stride` elements apart from `rows`, each times its weight, to `sums`. */
void pk_add_four_rows(
    const float *restrict rows, size_t stride, const float *restrict weights, float *restrict sums, size_t count);

#endif
