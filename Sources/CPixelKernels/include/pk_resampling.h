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

/* Copies the sample at each position and the one after it. */
void pk_pick_pair1(const uint8_t *row, const uint32_t *positions, uint16_t *restrict pairs, size_t pixels);

/* Copies each pixel of three samples at `positions[x]` to `left` and the one after it to `right`, which have room for two
 * samples more. The first `wide` pixels may read eight samples from their position. */
void pk_pick_pair3(
    const uint8_t *row, const uint32_t *positions, uint8_t *restrict left, uint8_t *restrict right, size_t pixels,
    size_t wide);

/* (left (2048 - weight) + right weight) / 16 rounded down, weights 0...2048 given as 16 sixteens + ones (0...15): at most
 * 32640. Sixteen bits hold every term: 128 left + (right - left) sixteens + (right - left) ones / 16. */
void pk_bilinear_across(
    const uint8_t *restrict left, const uint8_t *restrict right, const int16_t *restrict sixteens,
    const int16_t *restrict ones, uint16_t *restrict out, size_t count);
void pk_bilinear_across1(
    const uint16_t *restrict pairs, const int16_t *restrict sixteens, const int16_t *restrict ones,
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

/* The columns of one row of samples whose taps have a lead and a tail alone. */
void pk_area_between(
    const uint8_t *row, const pk_area_tap *taps, uint32_t *restrict out, size_t pixels, size_t channels);

/* Samples as sums, and sums below 2^16 as shorter ones. */
void pk_widen(const uint8_t *restrict samples, uint32_t *restrict out, size_t count);
void pk_narrow(const uint32_t *restrict sums, uint16_t *restrict out, size_t count);

/* above · above_weight + below · below_weight, below 2^31. */
void pk_area_mix(
    const uint32_t *above, const uint32_t *below, uint32_t above_weight, uint32_t below_weight, uint32_t *restrict out,
    size_t count);

/* The same divided by `total` as pk_area_divide does, for totals of 2 to 256: sums below 2^16. */
void pk_area_blend(
    const uint16_t *above, const uint16_t *below, uint32_t above_weight, uint32_t below_weight, uint32_t total,
    uint8_t *restrict out, size_t count);

/* sums / total to the nearest whole number, an exact half to the even one; sums at most 255 total, below 2^31. */
void pk_area_divide(const uint32_t *restrict sums, uint32_t total, uint8_t *restrict out, size_t count);

/* Words of a running median; all 0 when it is empty. Four counts of each level, so that equal samples in a row do not wait
 * for each other; then how many samples there are, how many lie below a level, and that level. */
#define PK_MEDIAN_WORDS 1027

/* Adds samples to a running median or, with `weight` -1 instead of 1, takes them out again: of each of `rows` rows, `stride`
 * samples apart from `plane`, the pixels `from` to `to` (without it), `step` samples apart; of a row whose `is_read` is not
 * 0, those at the `free_count` samples `free` instead. */
void pk_median_add(
    uint32_t *restrict median, const uint8_t *plane, size_t stride, size_t step, const uint8_t *is_read, size_t rows,
    size_t from, size_t to, const uint32_t *free, size_t free_count, int32_t weight);

/* The median of at least one sample, of an even count the lower one. */
uint8_t pk_median_lower(uint32_t *restrict median);

#endif
