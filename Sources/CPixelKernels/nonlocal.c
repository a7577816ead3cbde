#include "include/pk_nonlocal.h"

#include "clones.h"

/* The loops below count in multiples of 16 or 32; one vector at a time leaves no remainder to do by scalars. */
#define PK_WHOLE_VECTORS _Pragma("clang loop interleave_count(1)")

PK_INLINE uint16_t add_saturating(uint16_t a, uint16_t b) {
    uint16_t sum = (uint16_t)(a + b);
    return sum < a ? 65535 : sum;
}

PK_INLINE uint16_t min_u16(uint16_t a, uint16_t b) { return a < b ? a : b; }

/* |a - b|. */
PK_INLINE uint16_t distance_u16(uint16_t a, uint16_t b) { return (uint16_t)(a > b ? a - b : b - a); }

PK_INLINE uint16_t squared_difference(uint16_t a, uint16_t b) {
    int32_t difference = a - b;
    return (uint16_t)(difference * difference);
}

PK_INLINE void difference_row(
    const uint16_t *a, const uint16_t *b, uint16_t *restrict out, size_t count, uint16_t prescale) {
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) out[i] = squared_difference(a[i], b[i]);
    if (prescale == 0) return;
    uint16_t half = (uint16_t)(1 << (prescale - 1));
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) out[i] = (uint16_t)((uint16_t)(out[i] + half) >> (prescale & 15));
}

PK_INLINE void difference_row2(
    const uint16_t *a, const uint16_t *b, size_t plane_step, uint16_t *restrict out, size_t count, uint16_t prescale) {
    const uint16_t *c = a + plane_step;
    const uint16_t *d = b + plane_step;
    if (prescale == 0) {
        PK_WHOLE_VECTORS
        for (size_t i = 0; i < count; i++) {
            out[i] = add_saturating(squared_difference(a[i], b[i]), squared_difference(c[i], d[i]));
        }
        return;
    }
    uint16_t half = (uint16_t)(1 << (prescale - 1));
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) {
        uint16_t first = (uint16_t)((uint16_t)(squared_difference(a[i], b[i]) + half) >> (prescale & 15));
        uint16_t second = (uint16_t)((uint16_t)(squared_difference(c[i], d[i]) + half) >> (prescale & 15));
        out[i] = (uint16_t)(first + second);
    }
}

PK_INLINE void sum_row(
    const uint16_t *a, const uint16_t *b, const uint16_t *c, uint16_t *restrict out, size_t count) {
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) out[i] = add_saturating(add_saturating(a[i], b[i]), c[i]);
}

PK_INLINE void add_rows(const uint16_t *a, const uint16_t *b, uint16_t *restrict out, size_t count) {
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) out[i] = add_saturating(add_saturating(a[i], b[i]), out[i]);
}

/* Distances to indices, in place. */
PK_INLINE void index_row(uint16_t *distances, size_t count, const pk_patch_rule rule) {
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) {
        distances[i] = (uint16_t)(min_u16(distances[i], rule.cutoff) >> (rule.shift & 15));
    }
}

PK_INLINE void sum_index_row(
    const uint16_t *a, const uint16_t *b, const uint16_t *c, uint16_t *restrict out, size_t count,
    const pk_patch_rule rule) {
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) {
        uint16_t distance = add_saturating(add_saturating(a[i], b[i]), c[i]);
        out[i] = (uint16_t)(min_u16(distance, rule.cutoff) >> (rule.shift & 15));
    }
}

PK_INLINE void look_up(const uint16_t *indices, const uint32_t *table, uint32_t *restrict out, size_t count) {
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) out[i] = table[indices[i]];
}

/* Four weights at once save loading and storing the sums three times. */
PK_INLINE void accumulate_row(
    const uint32_t *const w[4], const uint16_t *const s[4], size_t at, uint32_t *restrict weighted, size_t count) {
    const uint32_t *w0 = w[0], *w1 = w[1], *w2 = w[2], *w3 = w[3];
    const uint16_t *s0 = s[0] + at, *s1 = s[1] + at, *s2 = s[2] + at, *s3 = s[3] + at;
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) {
        weighted[i] += (w0[i] * s0[i] + w1[i] * s1[i]) + (w2[i] * s2[i] + w3[i] * s3[i]);
    }
}

/* The first plane and the totals together read the weights once. */
PK_INLINE void accumulate_first_row(
    const uint32_t *const w[4], const uint16_t *const s[4], size_t at, uint32_t *restrict total,
    uint32_t *restrict weighted, size_t count) {
    const uint32_t *w0 = w[0], *w1 = w[1], *w2 = w[2], *w3 = w[3];
    const uint16_t *s0 = s[0] + at, *s1 = s[1] + at, *s2 = s[2] + at, *s3 = s[3] + at;
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) {
        uint32_t a = w0[i], b = w1[i], c = w2[i], d = w3[i];
        total[i] += (a + b) + (c + d);
        weighted[i] += (a * s0[i] + b * s1[i]) + (c * s2[i] + d * s3[i]);
    }
}

/* Where the weights of one offset are computed: the tile and as much above and beside it as the opposite offset needs,
 * whose weight at a pixel is that of the offset itself at the pixel it leads to. */
typedef struct {
    size_t rows;
    size_t width;
    /* Columns left of the tile. */
    size_t left;
    /* From a sample to the one it is compared with. */
    ptrdiff_t displacement;
    /* From the tile's first pixel to the region's. */
    ptrdiff_t origin;
} region;

PK_INLINE size_t region_width(const pk_tile *tile) { return (tile->width + tile->reach + 15) & ~(size_t)15; }

PK_INLINE region region_of(const pk_tile *tile, pk_offset offset) {
    ptrdiff_t stride = (ptrdiff_t)tile->stride;
    region r;
    r.rows = tile->rows + (size_t)offset.dy;
    r.width = region_width(tile);
    r.left = offset.dx > 0 ? (size_t)offset.dx : 0;
    r.displacement = offset.dy * stride + offset.dx;
    r.origin = -(offset.dy * stride + (ptrdiff_t)r.left);
    return r;
}

/* Adds the weights of two offsets and their opposites to the totals, and their products with the samples to the sums of
 * each plane. `samples` is the tile's first pixel. */
PK_INLINE void accumulate_tile(
    const uint16_t *samples, const pk_offset *offsets, const pk_tile *tile, const uint32_t *const weights[2],
    uint32_t *sums) {
    const uint16_t *s[4];
    const uint32_t *first[4];
    size_t step = region_width(tile), width = tile->width & ~(size_t)15, count = tile->rows * width;
    for (size_t j = 0; j < 2; j++) {
        const region r = region_of(tile, offsets[j]);
        s[2 * j] = samples + r.displacement;
        s[2 * j + 1] = samples - r.displacement;
        first[2 * j] = weights[j] + (size_t)offsets[j].dy * step + r.left;
        first[2 * j + 1] = weights[j] + ((ptrdiff_t)r.left - offsets[j].dx);
    }
    for (size_t y = 0; y < tile->rows; y++) {
        const uint32_t *w[4] = {first[0] + y * step, first[1] + y * step, first[2] + y * step, first[3] + y * step};
        uint32_t *total = sums + y * width;
        accumulate_first_row(w, s, y * tile->stride, total, total + count, width);
        for (size_t plane = 1; plane < tile->planes; plane++) {
            size_t at = y * tile->stride + plane * tile->plane_step;
            accumulate_row(w, s, at, total + (plane + 1) * count, width);
        }
    }
}

/* Indices of `count` patch distances from `patch - 1` more rows of differences, `width` apart. The last `patch - 1` of
 * each row mix two rows and mean nothing. */
PK_INLINE void patch_indices(
    const uint16_t *differences, size_t count, size_t width, size_t patch, const pk_patch_rule rule,
    uint16_t *vertical, uint16_t *indices) {
    if (patch == 1) {
        for (size_t i = 0; i < count; i++) indices[i] = differences[i];
        index_row(indices, count, rule);
        return;
    }
    sum_row(differences, differences + width, differences + 2 * width, vertical, count);
    for (size_t j = 3; j < patch; j += 2) {
        add_rows(differences + j * width, differences + (j + 1) * width, vertical, count);
    }
    if (patch == 3) {
        sum_index_row(vertical, vertical + 1, vertical + 2, indices, count, rule);
        return;
    }
    sum_row(vertical, vertical + 1, vertical + 2, indices, count);
    for (size_t j = 3; j < patch; j += 2) add_rows(vertical + j, vertical + j + 1, indices, count);
    index_row(indices, count, rule);
}

/* Pixels of the largest region, rounded up to 32, and what is read beyond them. */
PK_INLINE size_t region_room(const pk_tile *tile) {
    return (tile->rows + tile->reach) * region_width(tile) + 32 + ((tile->patch + 15) & ~(size_t)15);
}

size_t pk_scratch_words(const pk_tile *tile) {
    /* Two arrays of weights; in half the words differences, their vertical sums and indices. */
    size_t room = region_room(tile);
    return 2 * room + (3 * room + (tile->patch - 1) * region_width(tile) + 1) / 2;
}

PK_CLONES void pk_nl_add_offsets(
    const uint16_t *samples, const pk_offset *offsets, const pk_tile *tile, const pk_patch_rule *rule,
    const uint32_t *table, uint32_t *scratch, uint32_t *sums) {
    const pk_patch_rule k = *rule;
    size_t patch = tile->patch, step = region_width(tile), room = region_room(tile);
    const uint32_t *const filled[2] = {scratch, scratch + room};
    uint16_t *indices = (uint16_t *)(scratch + 2 * room), *vertical = indices + room, *differences = vertical + room;
    for (size_t j = 0; j < 2; j++) {
        const region r = region_of(tile, offsets[j]);
        for (size_t y = 0; y < r.rows + patch - 1; y++) {
            const uint16_t *here = samples + r.origin + (ptrdiff_t)(y * tile->stride);
            const uint16_t *there = here + r.displacement;
            if (tile->planes == 1) {
                difference_row(here, there, differences + y * step, step, k.prescale);
            } else {
                difference_row2(here, there, tile->plane_step, differences + y * step, step, k.prescale);
            }
        }
        size_t count = (r.rows * step + 31) & ~(size_t)31;
        patch_indices(differences, count, step, patch, k, vertical, indices);
        look_up(indices, table, scratch + j * room, count);
    }
    accumulate_tile(samples + (patch / 2) * (tile->stride + 1), offsets, tile, filled, sums);
}

PK_CLONES void pk_begin_sums(
    const uint16_t *samples, const pk_tile *tile, uint32_t weight, uint32_t *sums) {
    size_t width = tile->width, count = tile->rows * width;
    samples += (tile->patch / 2) * (tile->stride + 1);
    for (size_t i = 0; i < count; i++) sums[i] = weight;
    for (size_t plane = 0; plane < tile->planes; plane++) {
        for (size_t y = 0; y < tile->rows; y++) {
            const uint16_t *row = samples + plane * tile->plane_step + y * tile->stride;
            uint32_t *weighted = sums + (plane + 1) * count + y * width;
            for (size_t i = 0; i < width; i++) weighted[i] = weight * row[i];
        }
    }
}

PK_INLINE void grey_index_row(const uint16_t *a, const uint16_t *b, uint16_t *restrict out, size_t count) {
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) out[i] = distance_u16(a[i], b[i]);
}

PK_INLINE void colour_index_row(
    const uint16_t *a, const uint16_t *b, size_t step, uint16_t *restrict out, size_t count) {
    const uint16_t *c = a + step, *d = b + step, *e = c + step, *f = d + step;
    PK_WHOLE_VECTORS
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint16_t)(distance_u16(a[i], b[i]) + distance_u16(c[i], d[i]) + distance_u16(e[i], f[i]));
    }
}

PK_CLONES void pk_bilateral_add_offsets(
    const uint16_t *samples, const pk_offset *offsets, const pk_tile *tile, const uint32_t *first_table,
    const uint32_t *second_table, uint32_t *scratch, uint32_t *sums) {
    size_t step = region_width(tile), room = region_room(tile);
    const uint32_t *const filled[2] = {scratch, scratch + room};
    const uint32_t *const tables[2] = {first_table, second_table};
    uint16_t *indices = (uint16_t *)(scratch + 2 * room);
    for (size_t j = 0; j < 2; j++) {
        const region r = region_of(tile, offsets[j]);
        for (size_t y = 0; y < r.rows; y++) {
            const uint16_t *here = samples + r.origin + (ptrdiff_t)(y * tile->stride);
            const uint16_t *there = here + r.displacement;
            if (tile->planes == 1) {
                grey_index_row(here, there, indices + y * step, step);
            } else {
                colour_index_row(here, there, tile->plane_step, indices + y * step, step);
            }
        }
        look_up(indices, tables[j], scratch + j * room, r.rows * step);
    }
    accumulate_tile(samples, offsets, tile, filled, sums);
}

PK_CLONES void pk_weighted_mean(
    const uint32_t *restrict weighted, const uint32_t *restrict total, uint8_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t numerator = weighted[i] + total[i] / 2;
        int32_t divisor = (int32_t)total[i];
        /* Floats are off by at most one, which the remainder shows. Halved, the numerator is a signed number. */
        int32_t quotient = (int32_t)((float)(int32_t)(numerator >> 1) * 2.0f / (float)divisor);
        int32_t remainder = (int32_t)(numerator - (uint32_t)quotient * (uint32_t)divisor);
        out[i] = (uint8_t)(quotient + (remainder >= divisor) - (remainder < 0));
    }
}
