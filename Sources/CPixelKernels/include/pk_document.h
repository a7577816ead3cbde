/* Rows of the filters for scans. */
#ifndef PK_DOCUMENT_H
#define PK_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

/* `out[i]` is the smallest (largest) of `row[i + j step]`, j = 0 ... window - 1, `window` 1 ... 9: a window along a row,
 * or down the rows of an image when `step` is their length. Reads count + (window - 1) step samples. */
void pk_min_window_row(const uint8_t *restrict row, uint8_t *restrict out, size_t count, size_t step, size_t window);
void pk_max_window_row(const uint8_t *restrict row, uint8_t *restrict out, size_t count, size_t step, size_t window);

/* The same for two windows at once, the second one step further: half the reads. `window` is 2 ... 9. */
void pk_min_window_two_rows(
    const uint8_t *restrict row, uint8_t *restrict first, uint8_t *restrict second, size_t count, size_t step,
    size_t window);
void pk_max_window_two_rows(
    const uint8_t *restrict row, uint8_t *restrict first, uint8_t *restrict second, size_t count, size_t step,
    size_t window);

/* Luma (77 R + 150 G + 29 B + 128) / 256 of `count` RGB pixels. */
void pk_luma_row(const uint8_t *restrict rgb, uint8_t *restrict out, size_t count);

/* Writes to `edges` the positions in 0 ... count at which the class of the samples changes, and returns how many.
 *
 * A sample belongs to the class when it is below `threshold` (or, where `is_light` is not 0, when it is not); outside the
 * row nothing does, so that the count is even and consecutive pairs are the runs [begin, end). `edges` has room for
 * count + 1, `scratch` for count rounded up to 8. */
size_t pk_class_edges_row(
    const uint8_t *restrict row, size_t count, unsigned threshold, int is_light, uint8_t *restrict scratch,
    uint32_t *restrict edges);

/* Adds a row of samples to 16-bit sums. */
void pk_add_u8_row(const uint8_t *restrict row, uint16_t *restrict sums, size_t count);

/* For blocks of `factor` (2 ... 8) consecutive sums: 255 where twice their total (below 2^16) is at least `limit`, else 0. */
void pk_block_majority_row(
    const uint16_t *restrict sums, uint8_t *restrict out, size_t blocks, size_t factor, uint16_t limit);

/* Each of `count` samples three times. */
void pk_grey_to_rgb_row(const uint8_t *restrict grey, uint8_t *restrict rgb, size_t count);

#endif
