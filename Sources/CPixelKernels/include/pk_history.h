/* Loops that look for what an earlier JPEG compression left in pixels. Luma is in eighths of a level. */
#ifndef PK_HISTORY_H
#define PK_HISTORY_H

#include <stddef.h>
#include <stdint.h>

/* Luma of `count` pixels (ITU-R BT.601 in 16 bits, less 128 levels: -1024 ... 1016), rounded to eighths; `extreme[i]` is 1
 * where a sample of the pixel is 0 or 255, else 0. */
void pk_fine_luma_rgb_row(
    const uint8_t *restrict rgb, int16_t *restrict luma, uint8_t *restrict extreme, size_t count);
void pk_fine_luma_grey_row(
    const uint8_t *restrict grey, int16_t *restrict luma, uint8_t *restrict extreme, size_t count);

/* Adds t = min(|a - 3 b + 3 c - d|, limit) to `sums` and t * t to `squares`. Members are within -1024 ... 1024, `limit` is
 * at most 255. */
void pk_third_difference_row(
    const int16_t *restrict a, const int16_t *restrict b, const int16_t *restrict c, const int16_t *restrict d,
    uint32_t *restrict sums, uint32_t *restrict squares, size_t count, uint16_t limit);

/* The 8-point DCT-II of `count` columns: `in` and `out` are the first of eight rows, `stride` elements apart. Output k is
 * 2 sqrt(2) 2^13 / 2^shift times the orthonormal one, rounded: shift 13 leaves room in 16 bits for a second pass, and a
 * second pass with shift 16 makes the two together orthonormal. `in` may be `out`. Members are within -8192 ... 8192. */
void pk_dct8_rows(
    const int16_t *in, size_t in_stride, int16_t *out, size_t out_stride, size_t count, unsigned shift);

/* Puts element 8 b + j of a row of 8 `blocks` to `out[j * stride + b]`. */
void pk_split8_row(const int16_t *restrict row, int16_t *restrict out, size_t stride, size_t blocks);

/* Adds to `sums` the distance of each value to the nearest multiple of `step` (16 ... 2040). Values are within
 * -8192 ... 8192. */
void pk_lattice_distance_row(
    const int16_t *restrict values, uint16_t *restrict sums, size_t count, uint16_t step);

/* The sum of those distances over the values whose size is above `step` / 2, and how many these are. At most 2^20 values. */
typedef struct {
    uint32_t distance;
    uint32_t count;
} pk_lattice_sum;
pk_lattice_sum pk_lattice_sum_row(const int16_t *restrict values, size_t count, uint16_t step);

/* Writes to `sizes` the sizes of values from `least` to `most` - 1, each at most twice, every eighth value first, then those
 * in between; returns how many, at most `limit`. `seen` has `most` members, all 0, which they are again. */
size_t pk_distinct_sizes_row(
    const int16_t *restrict values, size_t count, int16_t *restrict sizes, size_t limit, uint16_t least, uint16_t most,
    uint8_t *restrict seen);

/* `out[b]` is 1 where a mark is not 0 in columns 8 b ... 8 b + 7 of eight rows, `stride` apart, else 0. */
void pk_marked_blocks_row(const uint8_t *restrict marks, size_t stride, uint8_t *restrict out, size_t blocks);

#endif
