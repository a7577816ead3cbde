/* Gaussian, total variation and wavelet rows.
 *
 * Float code here is compiled with contraction off and adds in an order that does not depend on the width of the vectors,
 * so that it gives the same bits on every processor. Counts are in elements; a pointer may be at any alignment.
 */
#ifndef PK_DENOISING_H
#define PK_DENOISING_H

#include <stddef.h>
#include <stdint.h>

/* Channels in and out of interleaved rows. */

/* `out[i] = samples[i * step]` for a channel whose first sample is `samples[0]`. */
void pk_take_channel(const uint8_t *samples, uint8_t *restrict out, size_t step, size_t count);

/* The same as floats times `scale`. */
void pk_take_channel_scaled(const uint8_t *samples, float *restrict out, float scale, size_t step, size_t count);

/* `out[i * step] = rint(255 values[i])` with halves to even, clipped to 0...255. */
void pk_put_channel(const float *values, uint8_t *restrict out, size_t step, size_t count);

/* The sum of `count` floats, and of their squares, in double precision over sixteen lanes. */
double pk_sum(const float *values, size_t count);
double pk_sum_squares(const float *values, size_t count);

/* Gaussian blur. A weight is 2^16 times the true one and stands PK_BLUR_BLOCK times in a row, centre first; `unit` is 128.
 * Sums are 128 times levels, and of each product the upper 16 bits are kept: `bias` makes up for what that cuts. */
enum { PK_BLUR_BLOCK = 256 };

/* The weighted sum of a row and of two rows on either side of it, with three weights. */
void pk_blur_down(
    const uint8_t *centre, const uint8_t *above1, const uint8_t *below1, const uint8_t *above2, const uint8_t *below2,
    const uint16_t *weights, uint16_t unit, uint16_t bias, uint16_t *restrict out, size_t count);

/* Adds four more rows, with two weights. */
void pk_blur_down_more(
    const uint8_t *above1, const uint8_t *below1, const uint8_t *above2, const uint8_t *below2,
    const uint16_t *weights, uint16_t unit, uint16_t *restrict out, size_t count);

/* The weighted sum of row[i], row[i ± step] and row[i ± 2 step], with three weights; and the same as rounded levels. */
void pk_blur_across(
    const uint16_t *row, size_t step, const uint16_t *weights, uint16_t bias, uint16_t *restrict out, size_t count);
void pk_blur_across_level(
    const uint16_t *row, size_t step, const uint16_t *weights, uint16_t bias, uint8_t *restrict out, size_t count);

/* Adds row[i ± first] and row[i ± second], with two weights. */
void pk_blur_across_more(
    const uint16_t *row, size_t first, size_t second, const uint16_t *weights, uint16_t *restrict out, size_t count);

/* Sums as rounded levels. */
void pk_blur_level(const uint16_t *row, uint8_t *restrict out, size_t count);

/* Total variation. A row of `right` has one readable element before its first, which is 0. */

/* out = image/255 - down - right + above + right one column to the left; sums[i] += (out - image/255)^2. */
void pk_variation_primal(
    const uint8_t *image, const float *above, const float *down, const float *right, float *restrict out,
    float *restrict sums, size_t count);

/* One step of the dual. g = (below - here, here one column to the right - here), n = |g|: sums[i] += weight n and
 * (down, right) = ((down, right) - g/4) / (1 + rate n). `here` has one readable element after its last. */
void pk_variation_dual(
    const float *here, const float *below, float *restrict down, float *restrict right, float *restrict sums,
    float weight, float rate, size_t count);

/* A first image of masked total variation: known/255 where kept is 1, elsewhere the mean of the kept ones among the eight
 * neighbours, or `fallback` where there are none. Where kept is 0, known must be. Rows have readable neighbours, `stride`
 * apart, and readable elements before the first and after the last. */
void pk_masked_fill(
    const uint8_t *known, const uint8_t *kept, size_t stride, float fallback, float *restrict out, size_t count);

/* One primal step of masked total variation: v = image + step (down - above + right - right one column to the left),
 * next = v + pull (known/255 - v) where kept is 1, and v where it is 0; ahead = 2 next - image; image = next. */
void pk_masked_primal(
    const uint8_t *known, const uint8_t *kept, const float *above, const float *down, const float *right,
    float *restrict image, float *restrict ahead, float step, float pull, size_t count);

/* One dual step of it: q = (down, right) + step g with g as above; (down, right) = q / max(1, |q|). */
void pk_masked_dual(
    const float *here, const float *below, float *restrict down, float *restrict right, float step, size_t count);

/* Wavelets with two or four taps each, `low` and `high`, in the order of a convolution: tap j meets x[2k + 1 - j]. */

/* out = the sum of taps times rows. */
void pk_mix2(const float *a, const float *b, const float *taps, float *restrict out, size_t count);
void pk_mix4(
    const float *a, const float *b, const float *c, const float *d, const float *taps, float *restrict out,
    size_t count);

/* `count` coefficients of either kind of a row of 2 count samples; with four taps the row has two readable elements before
 * its first. */
void pk_split2(
    const float *row, const float *low_taps, const float *high_taps, float *restrict low, float *restrict high,
    size_t count);
void pk_split4(
    const float *row, const float *low_taps, const float *high_taps, float *restrict low, float *restrict high,
    size_t count);

/* 2 count samples of the coefficients that made them; with four taps count + 1 coefficients of either kind. */
void pk_join2(
    const float *low, const float *high, const float *low_taps, const float *high_taps, float *restrict out,
    size_t count);
void pk_join4(
    const float *low, const float *high, const float *low_taps, const float *high_taps, float *restrict out,
    size_t count);

/* Takes `threshold` (at least 0) off each magnitude, down to 0. */
void pk_shrink(float *row, float threshold, size_t count);

/* High coefficients of four taps in double precision, summed in the order of the taps: of four rows of levels over 255, row
 * a first, and along a row, where coefficient i is of the elements 2 i ... 2 i + 3, the last first. */
void pk_high_down(
    const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d, const double *taps, double *restrict out,
    size_t count);
void pk_high_across(const double *row, const double *taps, float *restrict out, size_t count);

#endif
