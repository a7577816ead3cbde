/* Bit depth, median and binarization rows. */
#ifndef PK_SQUEEZING_H
#define PK_SQUEEZING_H

#include <stddef.h>
#include <stdint.h>

/* `out[i] = (((in[i] factor + addend) >> shift) scale + offset) >> 8`, no step of which may pass 65535; `shift` is
 * 9 ... 15. */
void pk_levels_row(
    const uint8_t *restrict in, uint8_t *restrict out, size_t count, uint16_t factor, uint16_t addend, uint16_t shift,
    uint16_t scale, uint16_t offset);

/* Copies a row of `width` pixels of `step` samples to `out`, with `before` and `after` pixels of it mirrored at its
 * ends, the edge repeated: `out` takes (before + width + after) step samples. */
void pk_mirrored_row(
    const uint8_t *restrict row, uint8_t *restrict out, size_t width, size_t step, size_t before, size_t after);

/* The k by k median of `count` samples, k from the name. `rows` holds k rows, `stride` apart, in any order: a
 * median does not ask. `out[i]` is that of the samples i, i + step, ... i + (k - 1) step of each row. An even k
 * yields the upper of the two middle values with `flip` 0 and the lower with `flip` 255; an odd k yields the one
 * middle value with either.
 *
 * Each row must have PK_MEDIAN_SLACK readable samples of any value after the count + (k - 1) step that matter.
 * `step` is at most 4. Up to 48 KB of the stack are used. */
#define PK_MEDIAN_SLACK 64
typedef void pk_median_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip);
pk_median_row pk_median2_row, pk_median3_row, pk_median4_row, pk_median5_row;
pk_median_row pk_median6_row, pk_median7_row, pk_median8_row, pk_median9_row;

/* The 3 by 3 median of two rows at once, straight from the image: `first` and `second` with the rows `above` and
 * `below` them, each of `count` samples; columns beyond the row repeat its edge. `count` is at least
 * PK_MEDIAN_PAIR_COUNT. */
#define PK_MEDIAN_PAIR_COUNT 132
void pk_median3_pair(
    const uint8_t *above, const uint8_t *first, const uint8_t *second, const uint8_t *below,
    uint8_t *restrict first_out, uint8_t *restrict second_out, size_t count, size_t step);

/* The luma of `count` interleaved RGB pixels, as OpenCV makes grey of colour: (9798 R + 19235 G + 3735 B + 16384)
 * >> 15. */
void pk_grey_row(const uint8_t *restrict rgb, uint8_t *restrict out, size_t count);

/* Writes each of `count` samples three times. */
void pk_tripled_row(const uint8_t *restrict in, uint8_t *restrict out, size_t count);

/* 255 where the sample is greater than `threshold`, otherwise 0. */
void pk_binarize_row(const uint8_t *restrict in, uint8_t *restrict out, size_t count, uint8_t threshold);

/* Adds how often each level occurs to `counts`, four tables of 256 one after another; a level's count is the sum of
 * its four. */
void pk_histogram(const uint8_t *restrict in, size_t count, uint32_t *restrict counts);

/* Column sums of samples and of their squares, one in each half of a 64-bit word (sum 2^32 + squares): `entering`
 * is added, `leaving` taken away. */
void pk_column_moments_add(const uint8_t *restrict entering, uint64_t *restrict columns, size_t count);
void pk_column_moments_move(
    const uint8_t *restrict entering, const uint8_t *restrict leaving, uint64_t *restrict columns, size_t count);

/* `out[i]` is the sum of columns[i] ... columns[i + window - 1]; `columns` holds count + window - 1. */
void pk_window_moments(const uint64_t *restrict columns, uint64_t *restrict out, size_t count, size_t window);

/* Sauvola's rule on window moments of `area` samples: 255 where in[i] > m (1 + k (s / R - 1)), otherwise 0, with
 * the mean m and the standard deviation s of the window. Decided without a root or a quotient, in doubles without
 * contraction: d = area in[i] - (1 - k) sum; d > 0 and (area d)^2 > ratio (sum sum (area squares - sum sum)), where
 * keep = 1 - k and ratio = (k / R)^2. */
void pk_sauvola_row(
    const uint8_t *restrict in, const uint64_t *restrict moments, uint8_t *restrict out, size_t count, double area,
    double keep, double ratio);

#endif
