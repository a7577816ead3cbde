/* Loops that measure how much is going on around each pixel. */
#ifndef PK_ENERGY_H
#define PK_ENERGY_H

#include <stddef.h>
#include <stdint.h>

/* Of RGB pixels: red less green, blue less green, and luma as pk_luma_row has it. */
void pk_opponents_row(
    const uint8_t *restrict rgb, int16_t *restrict red, int16_t *restrict blue, int16_t *restrict luma, size_t pixels);

/* Samples as signed words. */
void pk_widen_words(const uint8_t *restrict samples, int16_t *restrict out, size_t count);

/* Adds to each of `count` sums `weight` times the distance of the word from the next one of the row, where there is one,
 * and from the one below. Words differ by at most 510, the weight is at most 8. */
void pk_add_edges(
    const int16_t *restrict row, const int16_t *below, uint16_t weight, uint32_t *restrict sums, size_t count);

#endif
