/* Rows of the resamplers. Positions and counts are in samples unless a comment says pixels; all are checked by the caller. */
#ifndef PK_RESAMPLING_H
#define PK_RESAMPLING_H

#include <stddef.h>
#include <stdint.h>

/* One destination of an axis scaled by area: `lead` times position start - 1, the full weight times each of `count`
 * positions from `start`, and `tail` times position start + count. A weight of 0 means that the position is not read. */
typedef struct {
    uint32_t start, count, lead, tail;
} pk_area_tap;

/* Copies pixels of one or three samples: pixel x of `out` is that at `positions[x]`, in samples, of `row`.
 * Of three samples, the first `wide` pixels may read a fourth sample after their own. */
void pk_pick1(const uint8_t *row, const uint32_t *positions, uint8_t *restrict out, size_t pixels);
void pk_pick3(const uint8_t *row, const uint32_t *positions, uint8_t *restrict out, size_t pixels, size_t wide);

/* Copies each pixel at `positions[x]` to `left` and the one after it to `right`. Of three samples, the first `wide` pixels
 * may read eight samples from their position; `left` and `right` have room for one sample more. */
void pk_pick_pair1(
    const uint8_t *row, const uint32_t *positions, uint8_t *restrict left, uint8_t *restrict right, size_t pixels);
void pk_pick_pair3(
    const uint8_t *row, const uint32_t *positions, uint8_t *restrict left, uint8_t *restrict right, size_t pixels,
    size_t wide);

/* (left (2048 - weight) + right weight) / 16 rounded down, weights 0...2048: at most 32640. */
void pk_bilinear_across(
    const uint8_t *restrict left, const uint8_t *restrict right, const uint16_t *restrict weights,
    uint16_t *restrict out, size_t count);

/* What OpenCV makes of two rows of pk_bilinear_across: both products cut at bit 16, added, rounded at bit 2. */
void pk_bilinear_down(
    const uint16_t *above, const uint16_t *below, uint32_t above_weight, uint32_t below_weight, uint8_t *restrict out,
    size_t count);

/* Means of 2 by 2 samples `channels` (1 or 3) apart of two rows, `pixels` of them; halves go up, or to the even level when
 * `to_even` is not 0. `scratch` has room for 2 pixels channels. */
void pk_mean2(
    const uint8_t *above, const uint8_t *below, uint8_t *restrict out, size_t pixels, size_t channels, int to_even,
    uint8_t *restrict scratch);

/* Sums of `taps` (4 or 8) pixels from `positions[x]`, weighted by `weights`, `taps` of them for each pixel. */
void pk_taps_across(
    const uint8_t *row, const uint32_t *positions, const int16_t *weights, int32_t *restrict out, size_t pixels,
    size_t channels, size_t taps);

/* Four weighted rows, put into `sums` or added to them (`is_more` not 0); sums stay within 32 bits. */
void pk_taps_down4(
    const int32_t *a, const int32_t *b, const int32_t *c, const int32_t *d, const int32_t *weights,
    int32_t *restrict sums, int is_more, size_t count);

/* (sums + 2^21) / 2^22 rounded down and clipped to 0...255. */
void pk_clip22(const int32_t *restrict sums, uint8_t *restrict out, size_t count);

/* For each pixel, `lengths[x]` pixels from pixel `positions[x]` weighted in units of 2^-22, rounded and clipped; the
 * weights of a pixel follow those of the one before. */
void pk_spread_across(
    const uint8_t *row, const uint32_t *positions, const uint32_t *lengths, const int32_t *weights,
    uint8_t *restrict out, size_t pixels, size_t channels);

/* `rows` rows from `first`, `stride` samples apart in a ring of `ring` rows that begins at `base`, weighted, put or added. */
void pk_spread_down(
    const uint8_t *base, size_t stride, size_t ring, size_t first, size_t rows, const int32_t *weights,
    uint8_t *restrict out, size_t count);

/* The rows of one destination: `tap` counts rows of `stride` samples from `pixels`. Sums are below 2^32. */
void pk_area_down(
    const uint8_t *pixels, size_t stride, pk_area_tap tap, uint32_t full, uint32_t *restrict sums, size_t count);

/* The columns of one row of sums; pk_area_across keeps within 32 bits, pk_area_across_wide within 64. */
void pk_area_across(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint32_t *restrict out, size_t pixels,
    size_t channels);
void pk_area_across_wide(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint64_t *restrict out, size_t pixels,
    size_t channels);

/* above · above_weight + below · below_weight, below 2^31. */
void pk_area_mix(
    const uint32_t *above, const uint32_t *below, uint32_t above_weight, uint32_t below_weight, uint32_t *restrict out,
    size_t count);

/* sums / total to the nearest whole number, an exact half to the even one; sums at most 255 total, below 2^31. */
void pk_area_divide(const uint32_t *restrict sums, uint32_t total, uint8_t *restrict out, size_t count);

/* Every `step`-th sample of `row`, `count` of them. */
void pk_plane(const uint8_t *row, size_t step, uint8_t *restrict out, size_t count);

/* The value at `rank` (from 0) of `count` samples in ascending order. */
uint8_t pk_select(const uint8_t *samples, size_t count, size_t rank);

#endif
