#include "include/pk_resampling.h"

#include <string.h>

#include "clones.h"
#include "resampling_lanes.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define EIGHT(word) __builtin_bswap64(word)
#define LEFT(pair) ((pair) >> 8)
#define RIGHT(pair) ((pair)&255)
#else
#define EIGHT(word) (word)
#define LEFT(pair) ((pair)&255)
#define RIGHT(pair) ((pair) >> 8)
#endif
#define SIX(word) (EIGHT(word) & 0xffffffffffff)

PK_CLONES void pk_pick1(const uint8_t *row, const uint32_t *positions, uint8_t *restrict out, size_t pixels) {
    for (size_t x = 0; x < pixels; x++) out[x] = row[positions[x]];
}

PK_CLONES void pk_pick3(
    const uint8_t *row, const uint32_t *positions, uint8_t *restrict out, size_t pixels, size_t wide) {
    /* Four samples at a time: the fourth is overwritten by the next pixel, which the last one has not. */
    size_t x = 0;
    for (; x < wide && x + 1 < pixels; x++) memcpy(out + 3 * x, row + positions[x], 4);
    for (; x < pixels; x++) {
        const uint8_t *pixel = row + positions[x];
        out[3 * x] = pixel[0];
        out[3 * x + 1] = pixel[1];
        out[3 * x + 2] = pixel[2];
    }
}

PK_CLONES void pk_pick_pair1(
    const uint8_t *row, const uint32_t *positions, uint16_t *restrict pairs, size_t pixels) {
    for (size_t x = 0; x < pixels; x++) memcpy(pairs + x, row + positions[x], 2);
}

/* Six samples, the first in the lowest bits, and the opposite. */
PK_INLINE uint64_t six(const uint8_t *samples) {
    uint64_t word;
    memcpy(&word, samples, 8);
    return SIX(word);
}

PK_INLINE void eight(uint8_t *samples, uint64_t word) {
    word = EIGHT(word);
    memcpy(samples, &word, 8);
}

PK_CLONES void pk_pick_pair3(
    const uint8_t *row, const uint32_t *positions, uint8_t *restrict left, uint8_t *restrict right, size_t pixels,
    size_t wide) {
    /* Two pixels of each side leave in one store of eight samples, of which the next two pixels overwrite two. */
    size_t x = 0;
    for (; x + 2 <= wide; x += 2) {
        uint64_t a = six(row + positions[x]), b = six(row + positions[x + 1]);
        eight(left + 3 * x, (a & 0xffffff) | (b << 24));
        eight(right + 3 * x, (a >> 24) | (b & 0xffffff000000));
    }
    for (; x < pixels; x++) {
        const uint8_t *pixel = row + positions[x];
        for (size_t c = 0; c < 3; c++) {
            left[3 * x + c] = pixel[c];
            right[3 * x + c] = pixel[3 + c];
        }
    }
}

/* Sixteen lanes of 16 bits. In C a sum of two 16-bit numbers is one of 32, and the loops below would run at half speed; as
 * vectors, which the compiler splits or widens to what the processor has, they stay what they are. */
typedef uint8_t bytes __attribute__((vector_size(16)));
typedef int16_t shorts __attribute__((vector_size(32)));
typedef uint16_t words __attribute__((vector_size(32)));
typedef uint32_t longs __attribute__((vector_size(64)));
#define LANES 16
#define LOAD(vector, from) memcpy(&vector, from, sizeof vector)
#define STORE(to, vector) memcpy(to, &vector, sizeof vector)
/* The high halves of the products of two vectors of words. */
#define HIGH(a, b) \
    __builtin_convertvector((__builtin_convertvector(a, longs) * __builtin_convertvector(b, longs)) >> 16, words)
/* The first lane of the next vector: the last vector ends with the row, and does some samples again. */
#define NEXT(i, count) ((i) + LANES >= (count) || (i) + 2 * LANES <= (count) ? (i) + LANES : (count)-LANES)

PK_INLINE uint16_t weighted(int left, int right, int16_t sixteens, int16_t ones) {
    int step = right - left;
    return (uint16_t)(128 * left + step * sixteens + ((step * ones) >> 4));
}

/* The same of vectors of shorts, put at `i` of `out`. */
#define STORE_WEIGHTED(i, left, right)                              \
    do {                                                            \
        shorts s, o, step = (right) - (left);                       \
        LOAD(s, sixteens + (i));                                    \
        LOAD(o, ones + (i));                                        \
        shorts result = ((left) << 7) + step * s + ((step * o) >> 4); \
        STORE(out + (i), result);                                   \
    } while (0)

PK_CLONES void pk_bilinear_across1(
    const uint16_t *restrict pairs, const int16_t *restrict sixteens, const int16_t *restrict ones,
    uint16_t *restrict out, size_t count) {
    if (count < LANES) {
        for (size_t i = 0; i < count; i++) {
            out[i] = weighted(LEFT(pairs[i]), RIGHT(pairs[i]), sixteens[i], ones[i]);
        }
        return;
    }
#define ACROSS1(i)                                            \
    do {                                                      \
        words pair;                                           \
        LOAD(pair, pairs + (i));                              \
        shorts l = (shorts)LEFT(pair), r = (shorts)RIGHT(pair); \
        STORE_WEIGHTED(i, l, r);                              \
    } while (0)
    EACH(ACROSS1, count);
}

PK_CLONES void pk_bilinear_across(
    const uint8_t *restrict left, const uint8_t *restrict right, const int16_t *restrict sixteens,
    const int16_t *restrict ones, uint16_t *restrict out, size_t count) {
    if (count < LANES) {
        for (size_t i = 0; i < count; i++) out[i] = weighted(left[i], right[i], sixteens[i], ones[i]);
        return;
    }
#define ACROSS(i)                                                                             \
    do {                                                                                      \
        bytes first, second;                                                                  \
        LOAD(first, left + (i));                                                              \
        LOAD(second, right + (i));                                                            \
        shorts l = __builtin_convertvector(first, shorts), r = __builtin_convertvector(second, shorts); \
        STORE_WEIGHTED(i, l, r);                                                              \
    } while (0)
    EACH(ACROSS, count);
}

PK_CLONES void pk_bilinear_down(
    const uint16_t *above, const uint16_t *below, uint32_t above_weight, uint32_t below_weight, uint8_t *restrict out,
    size_t count) {
    if (count < LANES) {
        for (size_t i = 0; i < count; i++) {
            out[i] = (uint8_t)((((above[i] * above_weight) >> 16) + ((below[i] * below_weight) >> 16) + 2) >> 2);
        }
        return;
    }
    uint16_t upper[2 * LANES], lower[2 * LANES];
    repeat(above_weight, upper);
    repeat(below_weight, lower);
#define DOWN(i)                                                                            \
    do {                                                                                   \
        words a, b, u, v;                                                                  \
        LOAD(a, above + (i));                                                              \
        LOAD(b, below + (i));                                                              \
        LOAD(u, upper + ((i) & LANES));                                                    \
        LOAD(v, lower + ((i) & LANES));                                                    \
        bytes result = __builtin_convertvector((HIGH(a, u) + HIGH(b, v) + 2) >> 2, bytes); \
        STORE(out + (i), result);                                                          \
    } while (0)
    EACH(DOWN, count);
}

#define TOTAL 1024
#define BELOW 1025
#define LEVEL 1026

PK_INLINE uint32_t counted(uint32_t *restrict counts, uint8_t sample, uint32_t level, uint32_t weight) {
    counts[sample] += weight;
    return sample < level ? weight : 0;
}

void pk_median_add(
    uint32_t *restrict median, const uint8_t *plane, size_t stride, size_t step, const uint8_t *is_read, size_t rows,
    size_t from, size_t to, const uint32_t *free, size_t free_count, int32_t weight) {
    uint32_t level = median[LEVEL], below = median[BELOW], total = median[TOTAL], each = (uint32_t)weight;
    uint32_t *b = median + 256, *c = b + 256, *d = c + 256;
    for (size_t y = 0; y < rows; y++) {
        const uint8_t *row = plane + stride * y;
        if (is_read[y]) {
            for (size_t k = 0; k < free_count; k++) below += counted(median, row[free[k]], level, each);
            total += each * (uint32_t)free_count;
            continue;
        }
        const uint8_t *at = row + step * from;
        size_t left = to - from;
        for (; left >= 4; left -= 4, at += 4 * step) {
            below += counted(median, at[0], level, each) + counted(b, at[step], level, each);
            below += counted(c, at[2 * step], level, each) + counted(d, at[3 * step], level, each);
        }
        for (; left; left--, at += step) below += counted(median, *at, level, each);
        total += each * (uint32_t)(to - from);
    }
    median[BELOW] = below;
    median[TOTAL] = total;
}

uint8_t pk_median_lower(uint32_t *restrict median) {
    uint32_t level = median[LEVEL], below = median[BELOW], rank = (median[TOTAL] - 1) / 2;
#define COUNT(level) (median[level] + median[256 + (level)] + median[512 + (level)] + median[768 + (level)])
    while (below > rank) {
        level--;
        below -= COUNT(level);
    }
    while (below + COUNT(level) <= rank) {
        below += COUNT(level);
        level++;
    }
    median[LEVEL] = level;
    median[BELOW] = below;
    return (uint8_t)level;
}
