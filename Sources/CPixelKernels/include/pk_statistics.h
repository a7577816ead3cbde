/* Rows of the residual statistics: planes, second differences, magnitudes counted, energy summed over windows.
 *
 * Whole numbers throughout. Planes hold 16-bit samples: luma 0...255 and differences of colour -255...255 at the image's
 * own scale, sums of 4 of them at half the scale and of 16 at a quarter.
 */
#ifndef PK_STATISTICS_H
#define PK_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

/* Tables that magnitudes are counted in side by side: `counts` holds PK_COUNT_TABLES of them. */
enum { PK_COUNT_TABLES = 4 };

/* Luma (299 R + 587 G + 114 B + 500) / 1000 rounded down, R - G, B - G, and max - min of each pixel. */
void pk_colour_planes_row(
    const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue, int16_t *restrict luma,
    int16_t *restrict red_green, int16_t *restrict blue_green, uint16_t *restrict spread, size_t count);

/* A grey row as a plane. */
void pk_grey_plane_row(const uint8_t *restrict grey, int16_t *restrict luma, size_t count);

/* The magnitude of the second difference along a row of the second difference down three rows of `count` + 2 samples;
 * returns the largest. `scratch` holds `count` + 2. */
uint16_t pk_second_difference_row(
    const int16_t *restrict above, const int16_t *restrict centre, const int16_t *restrict below,
    int16_t *restrict scratch, uint16_t *restrict out, size_t count);

/* |a - b|; returns the largest. */
uint16_t pk_difference_row(const int16_t *a, const int16_t *b, uint16_t *restrict out, size_t count);

/* The sum of each two by two samples of two rows of 2 `count` samples. */
void pk_halve_row(
    const int16_t *restrict first, const int16_t *restrict second, int16_t *restrict out, size_t count);

/* Adds the samples and their squares to `sums[0]` and `sums[1]`. */
void pk_moments_row(const int16_t *restrict row, int64_t *restrict sums, size_t count);

/* Counts each value, below `bins`, in one of the tables, `bins` apart. */
void pk_count_row(const uint16_t *restrict values, size_t count, uint32_t *restrict counts, size_t bins);

/* The same in a single table. */
void pk_count_row_once(const uint16_t *restrict values, size_t count, uint32_t *restrict counts);

/* sums[i] += min(a[i] + b[i], limit); b may be null. Sums may wrap. */
void pk_add_energy_row(
    const uint16_t *restrict a, const uint16_t *restrict b, uint16_t limit, uint32_t *restrict sums, size_t count);

/* For each start 0, step, 2 step, ... up to count - window the sum of `window` elements of after - before, modulo 2^32;
 * returns how many there are. `scratch` holds count + 1. */
size_t pk_window_sums_row(
    const uint32_t *restrict after, const uint32_t *restrict before, size_t count, size_t window, size_t step,
    uint32_t *restrict scratch, uint32_t *restrict out);

/* How each pixel deviates from its median: 0 where the magnitudes of its channels' deviations are more than 2 apart;
 * elsewhere the least of them up to 63, plus 64 where the channels do not all deviate to one side, plus 128 where the
 * magnitudes are equal. `levels` and `medians` hold a plane for each of three channels, `stride` apart. */
void pk_deviation_codes_row(
    const uint8_t *restrict levels, const uint8_t *restrict medians, size_t stride, uint8_t *restrict codes,
    size_t count);

/* Adds to `sums` the products of the deviations of red and green, green and blue, red and blue, of each with itself, and
 * the fourth powers of all three, each deviation held to -16...16. */
void pk_deviation_moments_row(
    const uint8_t *restrict levels, const uint8_t *restrict medians, size_t stride, int64_t *restrict sums,
    size_t count);

#endif
