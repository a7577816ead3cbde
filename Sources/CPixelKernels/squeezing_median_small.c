/* Medians of 2 by 2 and 3 by 3, which are done before a sorted column could be stored and fetched again. */
#include <string.h>

#include "clones.h"
#include "include/pk_squeezing.h"

/* Loops run over whole blocks, which leaves no remainder to be done sample by sample. */
#define BLOCK ((size_t)64)

PK_INLINE uint8_t median3(uint8_t a, uint8_t b, uint8_t c) {
    return pk_max_u8(pk_min_u8(a, b), pk_min_u8(pk_max_u8(a, b), c));
}

PK_INLINE void median2_blocks(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t blocks, size_t step, uint8_t flip) {
    for (size_t i = 0; i < blocks * BLOCK; i++) {
        uint8_t a = rows[i] ^ flip, b = rows[i + step] ^ flip;
        uint8_t c = rows[stride + i] ^ flip, d = rows[stride + i + step] ^ flip;
        uint8_t upper = pk_max_u8(
            pk_max_u8(pk_min_u8(a, b), pk_min_u8(c, d)), pk_min_u8(pk_max_u8(a, b), pk_max_u8(c, d)));
        out[i] = upper ^ flip;
    }
}

PK_CLONES void pk_median2_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip) {
    size_t whole = count / BLOCK, left = count % BLOCK;
    median2_blocks(rows, stride, out, whole, step, flip);
    if (left) {
        uint8_t partial[BLOCK];
        median2_blocks(rows + whole * BLOCK, stride, partial, 1, step, flip);
        memcpy(out + whole * BLOCK, partial, left);
    }
}

/* Sorts each column, then takes the median of the largest minimum, the median middle and the smallest maximum. */
PK_INLINE void median3_blocks(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t blocks, size_t step) {
    const uint8_t *restrict above = rows, *restrict here = rows + stride, *restrict below = rows + 2 * stride;
    for (size_t i = 0; i < blocks * BLOCK; i++) {
        uint8_t a = above[i], b = above[i + step], c = above[i + 2 * step];
        uint8_t d = here[i], e = here[i + step], f = here[i + 2 * step];
        uint8_t g = below[i], h = below[i + step], j = below[i + 2 * step];
        uint8_t lowest = pk_max_u8(
            pk_max_u8(pk_min_u8(pk_min_u8(a, d), g), pk_min_u8(pk_min_u8(b, e), h)), pk_min_u8(pk_min_u8(c, f), j));
        uint8_t highest = pk_min_u8(
            pk_min_u8(pk_max_u8(pk_max_u8(a, d), g), pk_max_u8(pk_max_u8(b, e), h)), pk_max_u8(pk_max_u8(c, f), j));
        uint8_t middle = median3(median3(a, d, g), median3(b, e, h), median3(c, f, j));
        out[i] = median3(lowest, middle, highest);
    }
}

PK_CLONES void pk_median3_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip) {
    (void)flip;
    size_t whole = count / BLOCK, left = count % BLOCK;
    median3_blocks(rows, stride, out, whole, step);
    if (left) {
        uint8_t partial[BLOCK];
        median3_blocks(rows + whole * BLOCK, stride, partial, 1, step);
        memcpy(out + whole * BLOCK, partial, left);
    }
}

/* Two rows of 3 by 3 medians; the pointers are at the left column of the first window. The two middle rows of a
 * column are sorted once for both. */
PK_INLINE void pair_blocks(
    const uint8_t *above, const uint8_t *first, const uint8_t *second, const uint8_t *below,
    uint8_t *restrict first_out, uint8_t *restrict second_out, size_t blocks, size_t step) {
    for (size_t i = 0; i < blocks * BLOCK; i++) {
        uint8_t low[2][3], mid[2][3], high[2][3];
        _Pragma("clang loop unroll(full)") for (size_t j = 0; j < 3; j++) {
            uint8_t a = above[i + j * step], b = first[i + j * step];
            uint8_t c = second[i + j * step], d = below[i + j * step];
            uint8_t less = pk_min_u8(b, c), more = pk_max_u8(b, c);
            low[0][j] = pk_min_u8(less, a);
            mid[0][j] = pk_max_u8(less, pk_min_u8(more, a));
            high[0][j] = pk_max_u8(more, a);
            low[1][j] = pk_min_u8(less, d);
            mid[1][j] = pk_max_u8(less, pk_min_u8(more, d));
            high[1][j] = pk_max_u8(more, d);
        }
        first_out[i] = median3(
            pk_max_u8(pk_max_u8(low[0][0], low[0][1]), low[0][2]), median3(mid[0][0], mid[0][1], mid[0][2]),
            pk_min_u8(pk_min_u8(high[0][0], high[0][1]), high[0][2]));
        second_out[i] = median3(
            pk_max_u8(pk_max_u8(low[1][0], low[1][1]), low[1][2]), median3(mid[1][0], mid[1][1], mid[1][2]),
            pk_min_u8(pk_min_u8(high[1][0], high[1][1]), high[1][2]));
    }
}

PK_CLONES void pk_median3_pair(
    const uint8_t *above, const uint8_t *first, const uint8_t *second, const uint8_t *below,
    uint8_t *restrict first_out, uint8_t *restrict second_out, size_t count, size_t step) {
    // The first block and the last two are made from copies with the edge repeated; what lies between comes straight
    // from the rows. Where they overlap, both write the same.
    const uint8_t *const rows[4] = {above, first, second, below};
    uint8_t edge[4][2 * BLOCK + 8];
    for (size_t r = 0; r < 4; r++) {
        memcpy(edge[r], rows[r], step);
        memcpy(edge[r] + step, rows[r], BLOCK + step);
    }
    pair_blocks(edge[0], edge[1], edge[2], edge[3], first_out, second_out, 1, step);
    size_t last = count - 2 * BLOCK;
    if (last > BLOCK) {
        size_t from = BLOCK - step, blocks = (last - 1) / BLOCK;
        pair_blocks(
            above + from, first + from, second + from, below + from, first_out + BLOCK, second_out + BLOCK, blocks,
            step);
    }
    for (size_t r = 0; r < 4; r++) {
        memcpy(edge[r], rows[r] + last - step, 2 * BLOCK + step);
        memcpy(edge[r] + 2 * BLOCK + step, rows[r] + count - step, step);
    }
    pair_blocks(edge[0], edge[1], edge[2], edge[3], first_out + last, second_out + last, 2, step);
}
