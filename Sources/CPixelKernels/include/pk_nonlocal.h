/* Non-local means and bilateral tiles, and the 8-bit L*a*b* that non-local means of colour works in.
 *
 * Both filters are weighted means over offsets; both take two offsets and their opposites at a time. Distances are
 * 16-bit integers that saturate, weights 32-bit integers from a table: results are equal on every platform.
 */
#ifndef PK_NONLOCAL_H
#define PK_NONLOCAL_H

#include <stddef.h>
#include <stdint.h>

/* A tile of pixels: `rows` by `width` (a multiple of 16), planar samples 0...255. */
typedef struct {
    size_t rows;
    size_t width;
    /* Samples from one row of a plane to the next. */
    size_t stride;
    size_t planes;
    /* Samples from one plane to the next. */
    size_t plane_step;
    /* Side of a patch, odd; 1 for the bilateral filter. */
    size_t patch;
    /* The largest |dy| and |dx| of an offset. */
    size_t reach;
} pk_tile;

/* Half of the offsets of a search window: dy > 0, or dy = 0 and dx > 0. The opposite of each is added with it. */
typedef struct {
    ptrdiff_t dy;
    ptrdiff_t dx;
} pk_offset;

/* How the distance of two patches becomes an index into a table of weights. */
typedef struct {
    /* Squared differences are divided by 2^prescale, rounded, so that the cutoff fits 16 bits; at most 9. */
    uint16_t prescale;
    /* Distances are held to at most this. */
    uint16_t cutoff;
    /* The index is the distance divided by 2^shift. */
    uint16_t shift;
} pk_patch_rule;

/* In the functions below `samples` is where the patch of the tile's first pixel begins (patch / 2 up and left of it),
 * `offsets` are two, and `sums` holds one array of rows * width for the weights and one for the weighted samples of
 * each plane. Samples are read `reach` rows and columns beyond the tile and its patches, and up to 48 columns more.
 * Weights must be so small that no sum passes 2^32. */

/* 32-bit words of scratch that a tile needs, for either filter. */
size_t pk_scratch_words(const pk_tile *tile);

/* Sets the sums to what a pixel contributes to itself with this weight. */
void pk_begin_sums(const uint16_t *samples, const pk_tile *tile, uint32_t weight, uint32_t *sums);

/* Adds what two offsets and their opposites contribute by the squared distance of patches, one or two planes. `table`
 * has (cutoff >> shift) + 1 weights. The last patch - 1 columns of the tile come out wrong. */
void pk_nl_add_offsets(
    const uint16_t *samples, const pk_offset *offsets, const pk_tile *tile, const pk_patch_rule *rule,
    const uint32_t *table, uint32_t *scratch, uint32_t *sums);

/* Adds what two offsets and their opposites contribute by the summed absolute difference of colour, one or three
 * planes. Each offset has a table of 255 * planes + 1 weights. */
void pk_bilateral_add_offsets(
    const uint16_t *samples, const pk_offset *offsets, const pk_tile *tile, const uint32_t *first_table,
    const uint32_t *second_table, uint32_t *scratch, uint32_t *sums);

/* `out[i]` is `weighted[i] / total[i]`, rounded half up; `total[i]` is in 1..<2^31, the quotient at most 255. */
void pk_weighted_mean(
    const uint32_t *restrict weighted, const uint32_t *restrict total, uint8_t *restrict out, size_t count);

/* L*a*b* of linear blue, green, red: L in 255 levels for 100, a and b plus 128, clipped to 0...255.
 * `root` has 2041 entries: 32768 f(i / 2040), f the cube root with the line of CIE 1976 below 216/24389. */
void pk_lab_from_bgr_row(
    const uint8_t *restrict bgr, const uint16_t *restrict root, uint16_t *restrict l, uint16_t *restrict a,
    uint16_t *restrict b, size_t count);

/* The inverse. `luma` has 256 values of Y for each L, then 256 of f(Y), both in units of 2^-14. */
void pk_bgr_from_lab_row(
    const uint8_t *restrict l, const uint8_t *restrict a, const uint8_t *restrict b, const uint16_t *restrict luma,
    uint8_t *restrict bgr, size_t count);

/* One channel to 16 bits. */
void pk_widen_row(const uint8_t *restrict samples, uint16_t *restrict out, size_t count);

/* Three interleaved channels to 16-bit planes. */
void pk_split_row(
    const uint8_t *restrict samples, uint16_t *restrict a, uint16_t *restrict b, uint16_t *restrict c, size_t count);

/* Three planes to interleaved channels. */
void pk_join_row(
    const uint8_t *restrict a, const uint8_t *restrict b, const uint8_t *restrict c, uint8_t *restrict samples,
    size_t count);

#endif
