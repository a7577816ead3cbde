#include "include/pk_history.h"
#include "clones.h"

#include <string.h>

PK_CLONES void pk_fine_luma_rgb_row(
    const uint8_t *restrict rgb, int16_t *restrict luma, uint8_t *restrict extreme, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int32_t r = rgb[3 * i], g = rgb[3 * i + 1], b = rgb[3 * i + 2];
        /* The weights add up to 65536; 4096 is half of the unit that the shift leaves. */
        luma[i] = (int16_t)(((19595 * r + 38470 * g + 7471 * b + 4096) >> 13) - 1024);
        uint8_t least = pk_min_u8(pk_min_u8(rgb[3 * i], rgb[3 * i + 1]), rgb[3 * i + 2]);
        uint8_t most = pk_max_u8(pk_max_u8(rgb[3 * i], rgb[3 * i + 1]), rgb[3 * i + 2]);
        extreme[i] = (uint8_t)((least == 0) | (most == 255));
    }
}

PK_CLONES void pk_fine_luma_grey_row(
    const uint8_t *restrict grey, int16_t *restrict luma, uint8_t *restrict extreme, size_t count) {
    for (size_t i = 0; i < count; i++) {
        luma[i] = (int16_t)(8 * grey[i] - 1024);
        extreme[i] = (uint8_t)((grey[i] == 0) | (grey[i] == 255));
    }
}

PK_CLONES void pk_third_difference_row(
    const int16_t *restrict a, const int16_t *restrict b, const int16_t *restrict c, const int16_t *restrict d,
    uint32_t *restrict sums, uint32_t *restrict squares, size_t count, uint16_t limit) {
    for (size_t i = 0; i < count; i++) {
        int16_t value = (int16_t)(a[i] - d[i] + 3 * (c[i] - b[i]));
        uint16_t size = (uint16_t)(value < 0 ? -value : value);
        uint16_t t = size < limit ? size : limit;
        sums[i] += t;
        squares[i] += (uint32_t)t * t;
    }
}

/* sqrt(2) cos(k pi / 16) in units of 2^-13. */
enum { C1 = 11363, C2 = 10703, C3 = 9633, C5 = 6437, C6 = 4433, C7 = 2260 };

PK_CLONES void pk_dct8_rows(
    const int16_t *in, size_t in_stride, int16_t *out, size_t out_stride, size_t count, unsigned shift) {
    int32_t half = 1 << (shift - 1);
    /* A column is read before it is written, so that the rows may be the same: the compiler need not look. */
#pragma clang loop vectorize(assume_safety)
    for (size_t i = 0; i < count; i++) {
        const int16_t *p = in + i;
        int32_t x0 = p[0], x1 = p[in_stride], x2 = p[2 * in_stride], x3 = p[3 * in_stride];
        int32_t x4 = p[4 * in_stride], x5 = p[5 * in_stride], x6 = p[6 * in_stride], x7 = p[7 * in_stride];
        int32_t s0 = x0 + x7, s1 = x1 + x6, s2 = x2 + x5, s3 = x3 + x4;
        int32_t d0 = x0 - x7, d1 = x1 - x6, d2 = x2 - x5, d3 = x3 - x4;
        int32_t e0 = s0 + s3, e1 = s1 + s2, e2 = s0 - s3, e3 = s1 - s2;
        int16_t *q = out + i;
        q[0] = (int16_t)(((e0 + e1) * 8192 + half) >> shift);
        q[4 * out_stride] = (int16_t)(((e0 - e1) * 8192 + half) >> shift);
        q[2 * out_stride] = (int16_t)((e2 * C2 + e3 * C6 + half) >> shift);
        q[6 * out_stride] = (int16_t)((e2 * C6 - e3 * C2 + half) >> shift);
        q[out_stride] = (int16_t)((d0 * C1 + d1 * C3 + d2 * C5 + d3 * C7 + half) >> shift);
        q[3 * out_stride] = (int16_t)((d0 * C3 - d1 * C7 - d2 * C1 - d3 * C5 + half) >> shift);
        q[5 * out_stride] = (int16_t)((d0 * C5 - d1 * C1 + d2 * C7 + d3 * C3 + half) >> shift);
        q[7 * out_stride] = (int16_t)((d0 * C7 - d1 * C5 + d2 * C3 - d3 * C1 + half) >> shift);
    }
}

PK_CLONES void pk_split8_row(const int16_t *restrict row, int16_t *restrict out, size_t stride, size_t blocks) {
    for (size_t b = 0; b < blocks; b++) {
        for (size_t j = 0; j < 8; j++) out[j * stride + b] = row[8 * b + j];
    }
}

/* The distance of `size` (0 ... 8192) to the nearest multiple of `step`; `inverse` is 65536 / step rounded up.
 *
 * The quotient is one too large at most, near the end of a step, where the second distance is the right one. */
PK_INLINE uint16_t lattice_distance(uint16_t size, uint16_t step, uint16_t inverse) {
    uint16_t shifted = (uint16_t)(size + (step >> 1));
    uint16_t quotient = (uint16_t)(((uint32_t)shifted * inverse) >> 16);
    int16_t rest = (int16_t)(size - quotient * step);
    uint16_t first = (uint16_t)(rest < 0 ? -rest : rest);
    int16_t other = (int16_t)(step - first);
    uint16_t second = (uint16_t)(other < 0 ? -other : other);
    return first < second ? first : second;
}

PK_INLINE uint16_t inverse_of(uint16_t step) { return (uint16_t)((65536 + step - 1) / step); }

PK_CLONES void pk_lattice_distance_row(
    const int16_t *restrict values, uint16_t *restrict sums, size_t count, uint16_t step) {
    uint16_t inverse = inverse_of(step);
    for (size_t i = 0; i < count; i++) {
        uint16_t size = (uint16_t)(values[i] < 0 ? -values[i] : values[i]);
        sums[i] = (uint16_t)(sums[i] + lattice_distance(size, step, inverse));
    }
}

enum { LANES = 32, TURNS = 64 };

PK_CLONES pk_lattice_sum pk_lattice_sum_row(const int16_t *restrict values, size_t count, uint16_t step) {
    uint16_t inverse = inverse_of(step), half = step >> 1;
    pk_lattice_sum sum = {0, 0};
    size_t i = 0;
    while (i + LANES <= count) {
        /* A distance is at most 1020: 64 of them fit into 16 bits. */
        uint16_t distances[LANES] = {0}, counts[LANES] = {0};
        for (int turn = 0; turn < TURNS && i + LANES <= count; turn++, i += LANES) {
            for (int j = 0; j < LANES; j++) {
                int16_t value = values[i + j];
                uint16_t size = (uint16_t)(value < 0 ? -value : value);
                uint16_t mask = size > half ? 0xFFFF : 0;
                distances[j] = (uint16_t)(distances[j] + (lattice_distance(size, step, inverse) & mask));
                counts[j] = (uint16_t)(counts[j] - mask);
            }
        }
        for (int j = 0; j < LANES; j++) {
            sum.distance += distances[j];
            sum.count += counts[j];
        }
    }
    for (; i < count; i++) {
        uint16_t size = (uint16_t)(values[i] < 0 ? -values[i] : values[i]);
        if (size <= half) continue;
        sum.distance += lattice_distance(size, step, inverse);
        sum.count++;
    }
    return sum;
}

size_t pk_distinct_sizes_row(
    const int16_t *restrict values, size_t count, int16_t *restrict sizes, size_t limit, uint16_t least, uint16_t most,
    uint8_t *restrict seen) {
    size_t found = 0;
    for (size_t first = 0; first < 8; first++) {
        for (size_t i = first; i < count && found < limit;) {
            /* Whether a size is in range is as good as random: a branch for each would be guessed wrong half of the
             * time. Those in range are moved together first. */
            uint16_t near[64];
            size_t kept = 0;
            for (size_t turn = 0; turn < 64 && i < count; turn++, i += 8) {
                unsigned size = (unsigned)(values[i] < 0 ? -values[i] : values[i]);
                near[kept] = (uint16_t)size;
                kept += size - least < (unsigned)most - least;
            }
            for (size_t j = 0; j < kept && found < limit; j++) {
                unsigned is_new = seen[near[j]] < 2;
                sizes[found] = (int16_t)near[j];
                seen[near[j]] = (uint8_t)(seen[near[j]] + is_new);
                found += is_new;
            }
        }
    }
    for (size_t i = 0; i < found; i++) seen[sizes[i]] = 0;
    return found;
}

void pk_marked_blocks_row(const uint8_t *restrict marks, size_t stride, uint8_t *restrict out, size_t blocks) {
    for (size_t b = 0; b < blocks; b++) {
        uint64_t all = 0;
        for (size_t y = 0; y < 8; y++) {
            uint64_t eight;
            memcpy(&eight, marks + y * stride + 8 * b, sizeof eight);
            all |= eight;
        }
        out[b] = all != 0;
    }
}
