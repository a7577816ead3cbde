#include "include/pk_resampling.h"

#include <string.h>

#include "clones.h"

/* Samples that are summed together, so that partial sums stay in the nearest cache. */
#define BLOCK 2048
/* Rows of 255 that 16 bits hold. */
#define ROWS16 256

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
    const uint8_t *row, const uint32_t *positions, uint8_t *restrict left, uint8_t *restrict right, size_t pixels) {
    for (size_t x = 0; x < pixels; x++) {
        const uint8_t *pixel = row + positions[x];
        left[x] = pixel[0];
        right[x] = pixel[1];
    }
}

PK_CLONES void pk_pick_pair3(
    const uint8_t *row, const uint32_t *positions, uint8_t *restrict left, uint8_t *restrict right, size_t pixels,
    size_t wide) {
    size_t x = 0;
    for (; x < wide; x++) {
        const uint8_t *pixel = row + positions[x];
        memcpy(left + 3 * x, pixel, 4);
        memcpy(right + 3 * x, pixel + 3, 4);
    }
    for (; x < pixels; x++) {
        const uint8_t *pixel = row + positions[x];
        for (size_t c = 0; c < 3; c++) {
            left[3 * x + c] = pixel[c];
            right[3 * x + c] = pixel[3 + c];
        }
    }
}

PK_CLONES void pk_bilinear_across(
    const uint8_t *restrict left, const uint8_t *restrict right, const uint16_t *restrict weights,
    uint16_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int16_t upper = (int16_t)weights[i], lower = (int16_t)(2048 - upper);
        int32_t sum = left[i] * lower + right[i] * upper;
        out[i] = (uint16_t)(sum >> 4);
    }
}

PK_CLONES void pk_bilinear_down(
    const uint16_t *above, const uint16_t *below, uint32_t above_weight, uint32_t below_weight, uint8_t *restrict out,
    size_t count) {
    uint16_t u = (uint16_t)above_weight, v = (uint16_t)below_weight;
    for (size_t i = 0; i < count; i++) {
        uint16_t a = (uint16_t)(((uint32_t)above[i] * u) >> 16);
        uint16_t b = (uint16_t)(((uint32_t)below[i] * v) >> 16);
        out[i] = (uint8_t)((uint16_t)(a + b + 2) >> 2);
    }
}

/* The rounded mean of each sample, the one `step` after it and those below both. */
PK_INLINE void mean2_row(
    const uint8_t *above, const uint8_t *below, uint8_t *restrict out, size_t count, size_t step, int to_even) {
    for (size_t i = 0; i < count; i++) {
        uint16_t sum = (uint16_t)(above[i] + above[i + step] + below[i] + below[i + step]);
        uint16_t half = to_even ? (uint16_t)(1 + ((sum >> 2) & 1)) : 2;
        out[i] = (uint8_t)((uint16_t)(sum + half) >> 2);
    }
}

PK_CLONES void pk_mean2(
    const uint8_t *above, const uint8_t *below, uint8_t *restrict out, size_t pixels, size_t channels, int to_even,
    uint8_t *restrict scratch) {
    /* At every position first, which runs in vector registers; then every other pixel is kept. */
    size_t count = (2 * pixels - 1) * channels;
    if (to_even) {
        mean2_row(above, below, scratch, count, channels, 1);
    } else {
        mean2_row(above, below, scratch, count, channels, 0);
    }
    if (channels == 1) {
        for (size_t x = 0; x < pixels; x++) out[x] = scratch[2 * x];
        return;
    }
    for (size_t x = 0; x + 1 < pixels; x++) memcpy(out + 3 * x, scratch + 6 * x, 4);
    memcpy(out + 3 * (pixels - 1), scratch + 6 * (pixels - 1), 3);
}

PK_INLINE void taps_across(
    const uint8_t *row, const uint32_t *positions, const int16_t *weights, int32_t *restrict out, size_t pixels,
    size_t channels, size_t taps) {
    for (size_t x = 0; x < pixels; x++) {
        const uint8_t *from = row + positions[x];
        const int16_t *weight = weights + taps * x;
        for (size_t c = 0; c < channels; c++) {
            int32_t sum = 0;
            for (size_t k = 0; k < taps; k++) sum += from[channels * k + c] * weight[k];
            out[channels * x + c] = sum;
        }
    }
}

PK_CLONES void pk_taps_across(
    const uint8_t *row, const uint32_t *positions, const int16_t *weights, int32_t *restrict out, size_t pixels,
    size_t channels, size_t taps) {
    /* Constants in each call, so that the inner loops unroll. */
    if (taps == 4 && channels == 1) {
        taps_across(row, positions, weights, out, pixels, 1, 4);
    } else if (taps == 4) {
        taps_across(row, positions, weights, out, pixels, 3, 4);
    } else if (channels == 1) {
        taps_across(row, positions, weights, out, pixels, 1, 8);
    } else {
        taps_across(row, positions, weights, out, pixels, 3, 8);
    }
}

PK_CLONES void pk_taps_down4(
    const int32_t *a, const int32_t *b, const int32_t *c, const int32_t *d, const int32_t *weights,
    int32_t *restrict sums, int is_more, size_t count) {
    int32_t p = weights[0], q = weights[1], r = weights[2], s = weights[3];
    if (is_more) {
        for (size_t i = 0; i < count; i++) sums[i] += a[i] * p + b[i] * q + c[i] * r + d[i] * s;
    } else {
        for (size_t i = 0; i < count; i++) sums[i] = a[i] * p + b[i] * q + c[i] * r + d[i] * s;
    }
}

PK_INLINE uint8_t clip22(int32_t sum) {
    int32_t level = (sum + (1 << 21)) >> 22;
    return (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
}

PK_CLONES void pk_clip22(const int32_t *restrict sums, uint8_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = clip22(sums[i]);
}

PK_CLONES void pk_spread_across(
    const uint8_t *row, const uint32_t *positions, const uint32_t *lengths, const int32_t *weights,
    uint8_t *restrict out, size_t pixels, size_t channels) {
    for (size_t x = 0; x < pixels; x++) {
        const uint8_t *from = row + channels * positions[x];
        size_t length = lengths[x];
        if (channels == 1) {
            int32_t sum = 0;
            for (size_t k = 0; k < length; k++) sum += from[k] * weights[k];
            out[x] = clip22(sum);
        } else {
            int32_t red = 0, green = 0, blue = 0;
            for (size_t k = 0; k < length; k++) {
                red += from[3 * k] * weights[k];
                green += from[3 * k + 1] * weights[k];
                blue += from[3 * k + 2] * weights[k];
            }
            out[3 * x] = clip22(red);
            out[3 * x + 1] = clip22(green);
            out[3 * x + 2] = clip22(blue);
        }
        weights += length;
    }
}

PK_INLINE void add4(
    const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d, const int32_t *weights,
    int32_t *restrict sums, size_t count) {
    int32_t p = weights[0], q = weights[1], r = weights[2], s = weights[3];
    for (size_t i = 0; i < count; i++) sums[i] += a[i] * p + b[i] * q + c[i] * r + d[i] * s;
}

PK_INLINE void add1(const uint8_t *a, int32_t weight, int32_t *restrict sums, size_t count) {
    for (size_t i = 0; i < count; i++) sums[i] += a[i] * weight;
}

PK_CLONES void pk_spread_down(
    const uint8_t *base, size_t stride, size_t ring, size_t first, size_t rows, const int32_t *weights,
    uint8_t *restrict out, size_t count) {
    int32_t sums[BLOCK];
    for (size_t from = 0; from < count; from += BLOCK) {
        size_t length = count - from < BLOCK ? count - from : BLOCK;
        for (size_t i = 0; i < length; i++) sums[i] = 0;
        size_t k = 0;
        for (; k + 4 <= rows; k += 4) {
            add4(
                base + stride * ((first + k) % ring) + from, base + stride * ((first + k + 1) % ring) + from,
                base + stride * ((first + k + 2) % ring) + from, base + stride * ((first + k + 3) % ring) + from,
                weights + k, sums, length);
        }
        for (; k < rows; k++) add1(base + stride * ((first + k) % ring) + from, weights[k], sums, length);
        for (size_t i = 0; i < length; i++) out[from + i] = clip22(sums[i]);
    }
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

#define AREA_ACROSS(Sum)                                                                                       \
    for (size_t x = 0; x < pixels; x++) {                                                                      \
        pk_area_tap tap = taps[x];                                                                             \
        for (size_t c = 0; c < channels; c++) {                                                                \
            const uint32_t *from = sums + channels * tap.start + c;                                            \
            Sum sum = 0;                                                                                       \
            for (size_t k = 0; k < tap.count; k++) sum += from[channels * k];                                  \
            sum *= full;                                                                                       \
            if (tap.lead) sum += (Sum)tap.lead * *(from - channels);                                           \
            if (tap.tail) sum += (Sum)tap.tail * from[channels * tap.count];                                   \
            out[channels * x + c] = sum;                                                                       \
        }                                                                                                      \
    }

PK_INLINE void area_across(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint32_t *restrict out, size_t pixels,
    size_t channels) {
    AREA_ACROSS(uint32_t)
}

PK_CLONES void pk_area_across(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint32_t *restrict out, size_t pixels,
    size_t channels) {
    if (channels == 1) {
        area_across(sums, taps, full, out, pixels, 1);
    } else {
        area_across(sums, taps, full, out, pixels, 3);
    }
}

PK_CLONES void pk_area_across_wide(
    const uint32_t *sums, const pk_area_tap *taps, uint32_t full, uint64_t *restrict out, size_t pixels,
    size_t channels) {
    AREA_ACROSS(uint64_t)
}

PK_CLONES void pk_area_mix(
    const uint32_t *above, const uint32_t *below, uint32_t above_weight, uint32_t below_weight, uint32_t *restrict out,
    size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = above[i] * above_weight + below[i] * below_weight;
}

/* The estimate is off by at most one either way, which the remainder shows: the result is exact however the product was
 * rounded. */
PK_INLINE uint8_t divided(int32_t sum, int32_t quotient, int32_t total) {
    int32_t remainder = sum - quotient * total;
    int32_t less = remainder < 0, more = remainder >= total;
    quotient += more - less;
    remainder += (less - more) * total;
    int32_t twice = 2 * remainder - total;
    return (uint8_t)(quotient + ((twice > 0) | ((twice == 0) & (quotient & 1))));
}

PK_CLONES void pk_area_divide(const uint32_t *restrict sums, uint32_t total, uint8_t *restrict out, size_t count) {
    int32_t divisor = (int32_t)total;
    if ((total & (total - 1)) == 0) {
        uint32_t shift = (uint32_t)__builtin_ctz(total), half = total / 2;
        if (half == 0) {
            for (size_t i = 0; i < count; i++) out[i] = (uint8_t)sums[i];
            return;
        }
        for (size_t i = 0; i < count; i++) out[i] = (uint8_t)((sums[i] + half - 1 + ((sums[i] >> shift) & 1)) >> shift);
    } else if (total < (1u << 24) / 256) {
        float inverse = 1.0f / (float)divisor;
        for (size_t i = 0; i < count; i++) {
            int32_t sum = (int32_t)sums[i];
            out[i] = divided(sum, (int32_t)((float)sum * inverse), divisor);
        }
    } else {
        double inverse = 1.0 / (double)divisor;
        for (size_t i = 0; i < count; i++) {
            int32_t sum = (int32_t)sums[i];
            out[i] = divided(sum, (int32_t)((double)sum * inverse), divisor);
        }
    }
}

PK_CLONES void pk_plane(const uint8_t *row, size_t step, uint8_t *restrict out, size_t count) {
    if (step == 1) {
        memcpy(out, row, count);
    } else if (step == 3) {
        for (size_t i = 0; i < count; i++) out[i] = row[3 * i];
    } else {
        for (size_t i = 0; i < count; i++) out[i] = row[step * i];
    }
}

PK_CLONES uint8_t pk_select(const uint8_t *samples, size_t count, size_t rank) {
    /* The smallest level with more than `rank` samples at or below it, bit by bit from the top. */
    unsigned level = 0;
    for (unsigned bit = 128; bit; bit >>= 1) {
        uint8_t limit = (uint8_t)(level + bit);
        size_t below = 0;
        for (size_t from = 0; from < count;) {
            size_t end = count - from < 255 ? count : from + 255;
            uint8_t some = 0;
            for (; from < end; from++) some = (uint8_t)(some + (samples[from] < limit));
            below += some;
        }
        if (below <= rank) level += bit;
    }
    return (uint8_t)level;
}
