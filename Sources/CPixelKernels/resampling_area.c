#include "include/pk_resampling.h"

#include <string.h>

#include "clones.h"
#include "resampling_lanes.h"

/* Samples that are summed together, so that partial sums stay in the nearest cache. */
#define BLOCK 2048
/* Rows of 255 that 16 bits hold. */
#define ROWS16 256

/* The rounded mean of each sample, the one `step` after it and those below both. */
PK_INLINE void mean2_row(
    const uint8_t *above, const uint8_t *below, uint8_t *restrict out, size_t count, size_t step, int to_even) {
    for (size_t i = 0; i < count; i++) {
        uint16_t sum = (uint16_t)(above[i] + above[i + step] + below[i] + below[i + step]);
        uint16_t half = to_even ? (uint16_t)(1 + ((sum >> 2) & 1)) : 2;
        out[i] = (uint8_t)((uint16_t)(sum + half) >> 2);
    }
}

/* Both samples of a pair in one load: their order does not matter to the sum. */
PK_INLINE uint16_t pair_sum(const uint8_t *samples) {
    uint16_t pair;
    memcpy(&pair, samples, 2);
    return (uint16_t)((pair & 255) + (pair >> 8));
}

PK_INLINE void mean2_grey(
    const uint8_t *above, const uint8_t *below, uint8_t *restrict out, size_t pixels, int to_even) {
    for (size_t x = 0; x < pixels; x++) {
        uint16_t sum = (uint16_t)(pair_sum(above + 2 * x) + pair_sum(below + 2 * x));
        uint16_t half = to_even ? (uint16_t)(1 + ((sum >> 2) & 1)) : 2;
        out[x] = (uint8_t)((uint16_t)(sum + half) >> 2);
    }
}

PK_CLONES void pk_mean2(
    const uint8_t *above, const uint8_t *below, uint8_t *restrict out, size_t pixels, size_t channels, int to_even,
    uint8_t *restrict scratch) {
    /* The rounding is a constant in each call, so that no loop asks for it. */
    if (channels == 1) {
        if (to_even) {
            mean2_grey(above, below, out, pixels, 1);
        } else {
            mean2_grey(above, below, out, pixels, 0);
        }
        return;
    }
    /* At every position first, which runs in vector registers; then every other pixel is kept. */
    size_t count = (2 * pixels - 1) * 3;
    if (to_even) {
        mean2_row(above, below, scratch, count, 3, 1);
    } else {
        mean2_row(above, below, scratch, count, 3, 0);
    }
    for (size_t x = 0; x + 1 < pixels; x++) memcpy(out + 3 * x, scratch + 6 * x, 4);
    memcpy(out + 3 * (pixels - 1), scratch + 6 * (pixels - 1), 3);
}

PK_INLINE void sum8(const uint8_t *row, size_t stride, uint16_t *restrict sums, size_t count) {
    const uint8_t *a = row, *b = a + stride, *c = b + stride, *d = c + stride;
    const uint8_t *e = d + stride, *f = e + stride, *g = f + stride, *h = g + stride;
    for (size_t i = 0; i < count; i++) {
        sums[i] = (uint16_t)(sums[i] + a[i] + b[i] + c[i] + d[i] + e[i] + f[i] + g[i] + h[i]);
    }
}

PK_INLINE void sum1(const uint8_t *row, uint16_t *restrict sums, size_t count) {
    for (size_t i = 0; i < count; i++) sums[i] = (uint16_t)(sums[i] + row[i]);
}

PK_CLONES void pk_area_down(
    const uint8_t *pixels, size_t stride, pk_area_tap tap, uint32_t full, uint32_t *restrict sums, size_t count) {
    uint16_t part[BLOCK];
    for (size_t from = 0; from < count; from += BLOCK) {
        size_t length = count - from < BLOCK ? count - from : BLOCK;
        uint32_t *restrict out = sums + from;
        const uint8_t *row = pixels + stride * tap.start + from;
        const uint8_t *lead = tap.lead ? row - stride : row;
        const uint8_t *tail = tap.tail ? row + stride * tap.count : row;
        /* A weight of 0 reads a row that exists: the first whole one, or the other edge when there is none. */
        if (tap.count == 0 && !tap.tail) row = lead;
        if (!tap.tail) tail = tap.count ? row : lead;
        for (size_t i = 0; i < length; i++) out[i] = lead[i] * tap.lead + tail[i] * tap.tail;
        for (size_t done = 0; done < tap.count;) {
            size_t end = tap.count - done < ROWS16 ? tap.count : done + ROWS16;
            for (size_t i = 0; i < length; i++) part[i] = 0;
            for (; done + 8 <= end; done += 8) sum8(row + stride * done, stride, part, length);
            for (; done < end; done++) sum1(row + stride * done, part, length);
            for (size_t i = 0; i < length; i++) out[i] += part[i] * full;
        }
    }
}

/* Four sums at a time; what is left over goes one by one. */
PK_INLINE void area_across1(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint32_t *restrict out, size_t pixels) {
    for (size_t x = 0; x < pixels; x++) {
        pk_area_tap tap = taps[x];
        const uint32_t *at = sums + tap.start, *end = at + tap.count;
        /* A weight of 0 reads a position that exists all the same. */
        const uint32_t *lead = tap.lead ? at - 1 : at, *tail = tap.tail ? end : lead;
        uint32_t sum = 0;
        if (end - at >= 4) {
            quad part;
            LOAD(part, at);
            for (at += 4; end - at >= 4; at += 4) {
                quad next;
                LOAD(next, at);
                part += next;
            }
            sum = (part[0] + part[1]) + (part[2] + part[3]);
        }
        for (; at < end; at++) sum += *at;
        out[x] = sum * full + *lead * tap.lead + *tail * tap.tail;
    }
}

/* Four pixels of three samples are three times four sums. */
PK_INLINE void area_across3(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint32_t *restrict out, size_t pixels) {
    for (size_t x = 0; x < pixels; x++) {
        pk_area_tap tap = taps[x];
        const uint32_t *at = sums + 3 * (size_t)tap.start, *end = at + 3 * (size_t)tap.count;
        const uint32_t *lead = tap.lead ? at - 3 : at, *tail = tap.tail ? end : lead;
        uint32_t red = 0, green = 0, blue = 0;
        if (end - at >= 12) {
            quad a = {0}, b = {0}, c = {0};
            for (; end - at >= 12; at += 12) {
                quad next[3];
                LOAD(next, at);
                a += next[0];
                b += next[1];
                c += next[2];
            }
            red = (a[0] + a[3]) + (b[2] + c[1]);
            green = (a[1] + b[0]) + (b[3] + c[2]);
            blue = (a[2] + b[1]) + (c[0] + c[3]);
        }
        for (; at < end; at += 3) {
            red += at[0];
            green += at[1];
            blue += at[2];
        }
        out[3 * x] = red * full + lead[0] * tap.lead + tail[0] * tap.tail;
        out[3 * x + 1] = green * full + lead[1] * tap.lead + tail[1] * tap.tail;
        out[3 * x + 2] = blue * full + lead[2] * tap.lead + tail[2] * tap.tail;
    }
}

PK_CLONES void pk_area_across(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint32_t *restrict out, size_t pixels,
    size_t channels) {
    if (channels == 3) {
        area_across3(sums, taps, full, out, pixels);
        return;
    }
    area_across1(sums, taps, full, out, pixels);
}

PK_INLINE void area_across_wide(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint64_t *restrict out, size_t pixels,
    size_t channels) {
    for (size_t x = 0; x < pixels; x++) {
        pk_area_tap tap = taps[x];
        const uint32_t *at = sums + channels * tap.start, *end = at + channels * tap.count;
        const uint32_t *lead = tap.lead ? at - channels : at, *tail = tap.tail ? end : lead;
        uint64_t part[3] = {0};
        for (; at < end; at += channels) {
            for (size_t c = 0; c < channels; c++) part[c] += at[c];
        }
        for (size_t c = 0; c < channels; c++) {
            uint64_t edges = (uint64_t)lead[c] * tap.lead + (uint64_t)tail[c] * tap.tail;
            out[channels * x + c] = part[c] * full + edges;
        }
    }
}

PK_CLONES void pk_area_across_wide(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint64_t *restrict out, size_t pixels,
    size_t channels) {
    if (channels == 3) {
        area_across_wide(sums, taps, full, out, pixels, 3);
    } else {
        area_across_wide(sums, taps, full, out, pixels, 1);
    }
}

PK_INLINE void area_between(
    const uint8_t *row, const pk_area_tap *taps, uint32_t *restrict out, size_t pixels, size_t channels) {
    for (size_t x = 0; x < pixels; x++) {
        uint32_t lead = taps[x].lead, tail = taps[x].tail;
        const uint8_t *from = row + channels * (taps[x].start - 1), *to = from + (tail ? channels : 0);
        for (size_t c = 0; c < channels; c++) out[channels * x + c] = from[c] * lead + to[c] * tail;
    }
}

PK_CLONES void pk_area_between(
    const uint8_t *row, const pk_area_tap *taps, uint32_t *restrict out, size_t pixels, size_t channels) {
    if (channels == 1) {
        area_between(row, taps, out, pixels, 1);
    } else {
        area_between(row, taps, out, pixels, 3);
    }
}

PK_CLONES void pk_widen(const uint8_t *restrict samples, uint32_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = samples[i];
}

PK_CLONES void pk_narrow(const uint32_t *restrict sums, uint16_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = (uint16_t)sums[i];
}

PK_CLONES void pk_area_mix(
    const uint32_t *above, const uint32_t *below, uint32_t above_weight, uint32_t below_weight, uint32_t *restrict out,
    size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = above[i] * above_weight + below[i] * below_weight;
}

/* The quotient is at most one too small, as the inverse is less than one unit of 2^-16 too small and sums are below 2^16.
 * It goes up above the half, or at the half if it is odd: 2 rest + (quotient & 1) > total. */
PK_CLONES void pk_area_blend(
    const uint16_t *above, const uint16_t *below, uint32_t above_weight, uint32_t below_weight, uint32_t total,
    uint8_t *restrict out, size_t count) {
    if (count < LANES) {
        for (size_t i = 0; i < count; i++) {
            uint32_t sum = above[i] * above_weight + below[i] * below_weight, quotient = sum / total;
            out[i] = (uint8_t)(quotient + (2 * (sum % total) + (quotient & 1) > total));
        }
        return;
    }
    uint16_t inverse[2 * LANES];
    repeat(65536 / total, inverse);
    words zero = {0}, upper = zero + (uint16_t)above_weight, lower = zero + (uint16_t)below_weight;
    words divisor = zero + (uint16_t)total;
    /* A comparison is -1 where it holds; both sides are below 2^15. */
#define BLEND(i)                                                                                     \
    do {                                                                                             \
        words a, b, n;                                                                               \
        LOAD(a, above + (i));                                                                        \
        LOAD(b, below + (i));                                                                        \
        LOAD(n, inverse + ((i) & LANES));                                                            \
        words sum = a * upper + b * lower, quotient = HIGH(sum, n), rest = sum - quotient * divisor; \
        words more = (words)((shorts)rest >= (shorts)divisor);                                       \
        quotient -= more;                                                                            \
        rest -= more & divisor;                                                                      \
        quotient -= (words)((shorts)(rest + rest + (quotient & 1)) > (shorts)divisor);               \
        bytes result = __builtin_convertvector(quotient, bytes);                                     \
        STORE(out + (i), result);                                                                    \
    } while (0)
    EACH(BLEND, count);
}

/* The inverse is too small by a part of 2^-21, more than any rounding: the quotient, at most 255, is right or one too small,
 * and each number below is a whole one that its type holds. See pk_area_blend for the last step. */
#define DIVIDE(Real)                                                          \
    Real divisor = (Real)total, inverse = (1 - (Real)0x1p-21) / divisor;      \
    for (size_t i = 0; i < count; i++) {                                      \
        Real sum = (Real)(int32_t)sums[i];                                    \
        int32_t quotient = (int32_t)(sum * inverse);                          \
        Real rest = sum - (Real)quotient * divisor;                           \
        int32_t more = rest >= divisor;                                       \
        quotient += more;                                                     \
        rest -= more ? divisor : 0;                                           \
        int32_t up = rest + rest + (Real)(quotient & 1) > divisor;            \
        out[i] = (uint8_t)(quotient + up);                                    \
    }

PK_CLONES void pk_area_divide(const uint32_t *restrict sums, uint32_t total, uint8_t *restrict out, size_t count) {
    if (total < (1u << 24) / 256) {
        DIVIDE(float)
    } else {
        DIVIDE(double)
    }
}

