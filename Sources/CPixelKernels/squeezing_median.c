/* Medians of square windows. A window's columns are sorted once and kept for all windows that share them;
 * neighbouring columns are merged to pairs, pairs to quads, each once as well; the last step takes one rank out of
 * two sorted lists. (Separable sorting networks: Adams, "Fast Median Filters using Separable Sorting Networks",
 * SIGGRAPH 2021.) Between steps the lists lie in planes, one for each rank, a tile of a row wide, so that every
 * loop runs over samples. */
#include <string.h>

#include "clones.h"
#include "include/pk_squeezing.h"
#include "squeezing_networks.h"

/* Loops run over whole blocks, which leaves no remainder to be done sample by sample. */
#define BLOCK ((size_t)64)
#define TILE ((size_t)448)
/* A tile and the columns right of it, at most 8 pixels of 4 samples. */
#define PLANE (TILE + 2 * BLOCK)
#define ALIGNED __attribute__((aligned(64)))
#define UNROLL _Pragma("clang loop unroll(full)")

#define EXCHANGE(a, b) \
    { \
        uint8_t low = pk_min_u8(v[a], v[b]); \
        v[b] = pk_max_u8(v[a], v[b]); \
        v[a] = low; \
    }

/* Sorts each column of K rows into K planes. */
#define SORT_PASS(K) \
    PK_INLINE void sort_##K( \
        const uint8_t *restrict rows, size_t stride, uint8_t *restrict planes, size_t blocks, uint8_t flip) { \
        for (size_t i = 0; i < blocks * BLOCK; i++) { \
            uint8_t v[K]; \
            UNROLL for (size_t j = 0; j < K; j++) v[j] = rows[j * stride + i] ^ flip; \
            PK_SORT_##K(EXCHANGE) \
            UNROLL for (size_t j = 0; j < K; j++) planes[j * PLANE + i] = v[j]; \
        } \
    }

/* Merges lists of M and N and keeps COUNT ranks, the first of them FROM, counted from 1. */
#define MERGE_PASS(M, N, FROM, COUNT) \
    PK_INLINE void merge_##M##_##N( \
        const uint8_t *restrict a, const uint8_t *restrict b, uint8_t *restrict planes, size_t blocks) { \
        for (size_t i = 0; i < blocks * BLOCK; i++) { \
            uint8_t v[M + N]; \
            UNROLL for (size_t j = 0; j < M; j++) v[j] = a[j * PLANE + i]; \
            UNROLL for (size_t j = 0; j < N; j++) v[M + j] = b[j * PLANE + i]; \
            PK_MERGE_##M##_##N(EXCHANGE) \
            UNROLL for (size_t j = 0; j < COUNT; j++) planes[j * PLANE + i] = v[FROM - 1 + j]; \
        } \
    }

/* The value of rank N + 1, counted from 1, of a list of M = N or N + 1 values and one of N: the smallest of the
 * larger of a's rank j and b's rank N + 1 - j, as the j first of a and the N + 1 - j first of b are N + 1 values
 * that end there. */
#define SELECT_PASS(M, N) \
    PK_INLINE void select_##M##_##N( \
        const uint8_t *restrict a, const uint8_t *restrict b, uint8_t *restrict out, size_t blocks, uint8_t flip) { \
        for (size_t i = 0; i < blocks * BLOCK; i++) { \
            uint8_t best = 255; \
            UNROLL for (size_t j = 1; j <= M; j++) { \
                uint8_t value = a[(j - 1) * PLANE + i]; \
                if (j <= N) value = pk_max_u8(value, b[(N - j) * PLANE + i]); \
                best = pk_min_u8(best, value); \
            } \
            out[i] = best ^ flip; \
        } \
    }

/* Of a quad only those ranks are kept that can be the median, whatever the rest of the window holds: ranks r to r +
 * n where the rest has n values and the median has rank r + n of all. */
SORT_PASS(4)
SORT_PASS(5)
SORT_PASS(6)
SORT_PASS(7)
SORT_PASS(8)
SORT_PASS(9)
MERGE_PASS(4, 4, 1, 8)
MERGE_PASS(5, 5, 1, 10)
MERGE_PASS(6, 6, 1, 12)
MERGE_PASS(12, 12, 7, 13)
MERGE_PASS(7, 7, 1, 14)
MERGE_PASS(14, 14, 4, 22)
MERGE_PASS(14, 7, 1, 21)
MERGE_PASS(8, 8, 1, 16)
MERGE_PASS(16, 16, 1, 32)
MERGE_PASS(9, 9, 1, 18)
MERGE_PASS(18, 18, 1, 36)
MERGE_PASS(36, 36, 32, 10)
SELECT_PASS(8, 8)
SELECT_PASS(13, 12)
SELECT_PASS(22, 21)
SELECT_PASS(32, 32)
SELECT_PASS(10, 9)

PK_INLINE size_t blocks_of(size_t count) { return (count + BLOCK - 1) / BLOCK; }

/* Runs BODY for each tile of a row: `n` samples from `start`, their sorted columns in `columns`, the result wanted
 * at `to`; a tile that ends inside a block is made beside the row first. */
#define FOR_EACH_TILE(K, BODY) \
    ALIGNED uint8_t columns[K * PLANE]; \
    ALIGNED uint8_t partial[PLANE]; \
    for (size_t start = 0; start < count; start += TILE) { \
        size_t n = count - start < TILE ? count - start : TILE; \
        size_t blocks = blocks_of(n); \
        uint8_t *to = n % BLOCK ? partial : out + start; \
        sort_##K(rows + start, stride, columns, blocks_of(n + (K - 1) * step), flip); \
        BODY \
        if (n % BLOCK) memcpy(out + start, partial, n); \
    }

PK_CLONES void pk_median4_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip) {
    ALIGNED uint8_t pairs[8 * PLANE];
    FOR_EACH_TILE(4, {
        merge_4_4(columns, columns + step, pairs, blocks_of(n + 2 * step));
        select_8_8(pairs, pairs + 2 * step, to, blocks, flip);
    })
}

/* The last two steps of 5 by 5 in one: the quad's ranks 8 to 13 against the fifth column. */
PK_INLINE void finish_5(
    const uint8_t *restrict pairs, const uint8_t *restrict columns, uint8_t *restrict out, size_t blocks, size_t step) {
    const uint8_t *restrict right = pairs + 2 * step;
    for (size_t i = 0; i < blocks * BLOCK; i++) {
        uint8_t v[20];
        UNROLL for (size_t j = 0; j < 10; j++) v[j] = pairs[j * PLANE + i];
        UNROLL for (size_t j = 0; j < 10; j++) v[10 + j] = right[j * PLANE + i];
        PK_MERGE_10_10(EXCHANGE)
        uint8_t best = v[12];
        UNROLL for (size_t j = 0; j < 5; j++) best = pk_min_u8(best, pk_max_u8(v[11 - j], columns[j * PLANE + i]));
        out[i] = best;
    }
}

PK_CLONES void pk_median5_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip) {
    ALIGNED uint8_t pairs[10 * PLANE];
    FOR_EACH_TILE(5, {
        merge_5_5(columns, columns + step, pairs, blocks_of(n + 2 * step));
        finish_5(pairs, columns + 4 * step, to, blocks, step);
    })
}

PK_CLONES void pk_median6_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip) {
    ALIGNED uint8_t pairs[12 * PLANE];
    ALIGNED uint8_t quads[13 * PLANE];
    FOR_EACH_TILE(6, {
        merge_6_6(columns, columns + step, pairs, blocks_of(n + 4 * step));
        merge_12_12(pairs, pairs + 2 * step, quads, blocks);
        select_13_12(quads, pairs + 4 * step, to, blocks, flip);
    })
}

PK_CLONES void pk_median7_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip) {
    ALIGNED uint8_t pairs[14 * PLANE];
    ALIGNED uint8_t quads[22 * PLANE];
    ALIGNED uint8_t triples[21 * PLANE];
    FOR_EACH_TILE(7, {
        merge_7_7(columns, columns + step, pairs, blocks_of(n + 4 * step));
        merge_14_14(pairs, pairs + 2 * step, quads, blocks);
        merge_14_7(pairs + 4 * step, columns + 6 * step, triples, blocks);
        select_22_21(quads, triples, to, blocks, flip);
    })
}

PK_CLONES void pk_median8_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip) {
    ALIGNED uint8_t pairs[16 * PLANE];
    ALIGNED uint8_t quads[32 * PLANE];
    FOR_EACH_TILE(8, {
        merge_8_8(columns, columns + step, pairs, blocks_of(n + 6 * step));
        merge_16_16(pairs, pairs + 2 * step, quads, blocks_of(n + 4 * step));
        select_32_32(quads, quads + 4 * step, to, blocks, flip);
    })
}

PK_CLONES void pk_median9_row(
    const uint8_t *restrict rows, size_t stride, uint8_t *restrict out, size_t count, size_t step, uint8_t flip) {
    ALIGNED uint8_t pairs[18 * PLANE];
    ALIGNED uint8_t quads[36 * PLANE];
    ALIGNED uint8_t middle[10 * PLANE];
    FOR_EACH_TILE(9, {
        merge_9_9(columns, columns + step, pairs, blocks_of(n + 6 * step));
        merge_18_18(pairs, pairs + 2 * step, quads, blocks_of(n + 4 * step));
        merge_36_36(quads, quads + 4 * step, middle, blocks);
        select_10_9(middle, columns + 8 * step, to, blocks, flip);
    })
}
