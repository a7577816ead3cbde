#include "include/pk_squeezing.h"

#include <string.h>

#include "clones.h"

/* A multiplication and an addition contracted into one step round once instead of twice: pixels would then depend
 * on the processor. */
#pragma STDC FP_CONTRACT OFF

PK_INLINE void levels(
    const uint8_t *restrict in, uint8_t *restrict out, size_t count, uint16_t factor, uint16_t addend, int shift,
    uint16_t scale, uint16_t offset) {
    for (size_t i = 0; i < count; i++) {
        // Cut to 16 bits at each step: twice the samples of 32 bits fit a register.
        uint16_t level = (uint16_t)((uint16_t)(in[i] * factor) + addend) >> shift;
        out[i] = (uint8_t)((uint16_t)((uint16_t)(level * scale) + offset) >> 8);
    }
}

PK_CLONES void pk_levels_row(
    const uint8_t *restrict in, uint8_t *restrict out, size_t count, uint16_t factor, uint16_t addend, uint16_t shift,
    uint16_t scale, uint16_t offset) {
    // A shift by a variable might be by more than 15, so the compiler widens to 32 bits for it: less than half as fast.
    switch (shift) {
    case 9: levels(in, out, count, factor, addend, 9, scale, offset); break;
    case 10: levels(in, out, count, factor, addend, 10, scale, offset); break;
    case 11: levels(in, out, count, factor, addend, 11, scale, offset); break;
    case 12: levels(in, out, count, factor, addend, 12, scale, offset); break;
    case 13: levels(in, out, count, factor, addend, 13, scale, offset); break;
    case 14: levels(in, out, count, factor, addend, 14, scale, offset); break;
    default: levels(in, out, count, factor, addend, 15, scale, offset); break;
    }
}

/* The pixel of a row of `count` that position `p`, in it or right of it, mirrors. */
static size_t mirrored(size_t p, size_t count) {
    size_t folded = p % (2 * count);
    return folded < count ? folded : 2 * count - 1 - folded;
}

void pk_mirrored_row(
    const uint8_t *restrict row, uint8_t *restrict out, size_t width, size_t step, size_t before, size_t after) {
    // Position -1 mirrors 0, -2 mirrors 1: left of the row lies what the row and its mirror image repeat.
    for (size_t x = 0; x < before; x++) {
        memcpy(out + (before - 1 - x) * step, row + mirrored(x, width) * step, step);
    }
    memcpy(out + before * step, row, width * step);
    for (size_t x = width; x < width + after; x++) {
        memcpy(out + (before + x) * step, row + mirrored(x, width) * step, step);
    }
}

PK_CLONES void pk_grey_row(const uint8_t *restrict rgb, uint8_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t sum = 9798u * rgb[3 * i] + 19235u * rgb[3 * i + 1] + 3735u * rgb[3 * i + 2];
        out[i] = (uint8_t)((sum + 16384) >> 15);
    }
}

PK_CLONES void pk_tripled_row(const uint8_t *restrict in, uint8_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        out[3 * i] = in[i];
        out[3 * i + 1] = in[i];
        out[3 * i + 2] = in[i];
    }
}

PK_CLONES void pk_binarize_row(const uint8_t *restrict in, uint8_t *restrict out, size_t count, uint8_t threshold) {
    for (size_t i = 0; i < count; i++) out[i] = in[i] > threshold ? 255 : 0;
}

void pk_histogram(const uint8_t *restrict in, size_t count, uint32_t *restrict counts) {
    // Four tables, so that neighbours of one level do not wait for each other's sum.
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        counts[in[i]]++;
        counts[256 + in[i + 1]]++;
        counts[512 + in[i + 2]]++;
        counts[768 + in[i + 3]]++;
    }
    for (; i < count; i++) counts[in[i]]++;
}

PK_CLONES void pk_column_moments_add(const uint8_t *restrict entering, uint64_t *restrict columns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t value = entering[i];
        columns[i] += ((uint64_t)value << 32) + value * value;
    }
}

PK_CLONES void pk_column_moments_move(
    const uint8_t *restrict entering, const uint8_t *restrict leaving, uint64_t *restrict columns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t in = entering[i], out = leaving[i];
        // Wraps where the new sample is less than the old; the sums themselves never do.
        columns[i] += (((uint64_t)in << 32) + in * in) - (((uint64_t)out << 32) + out * out);
    }
}

void pk_window_moments(const uint64_t *restrict columns, uint64_t *restrict out, size_t count, size_t window) {
    uint64_t sum = 0;
    for (size_t i = 0; i + 1 < window; i++) sum += columns[i];
    for (size_t i = 0; i < count; i++) {
        sum += columns[i + window - 1];
        out[i] = sum;
        sum -= columns[i];
    }
}

PK_CLONES void pk_sauvola_row(
    const uint8_t *restrict in, const uint64_t *restrict moments, uint8_t *restrict out, size_t count, double area,
    double keep, double ratio) {
    for (size_t i = 0; i < count; i++) {
        // Below 2^31 both, for any window up to 99.
        double sum = (int32_t)(moments[i] >> 32), squares = (int32_t)(uint32_t)moments[i];
        double above = area * in[i] - keep * sum;
        double variance = area * squares - sum * sum;
        double left = area * above;
        out[i] = ((above > 0) & (left * left > ratio * (sum * sum * variance))) ? 255 : 0;
    }
}
