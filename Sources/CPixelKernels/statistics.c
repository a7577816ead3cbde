#include "include/pk_statistics.h"

#include "clones.h"

PK_CLONES void pk_colour_planes_row(
    const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue, int16_t *restrict luma,
    int16_t *restrict red_green, int16_t *restrict blue_green, uint16_t *restrict spread, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint8_t r = red[i], g = green[i], b = blue[i];
        /* A thousandth in two steps: s/8 is below 31938, and 67109/2^23 exceeds 1/125 by less than 1/(125 · 31938). */
        uint32_t s = (299u * r + 587u * g + 114u * b + 500u) >> 3;
        luma[i] = (int16_t)((s * 67109u) >> 23);
        red_green[i] = (int16_t)(r - g);
        blue_green[i] = (int16_t)(b - g);
        spread[i] = (uint16_t)(pk_max_u8(pk_max_u8(r, g), b) - pk_min_u8(pk_min_u8(r, g), b));
    }
}

PK_CLONES void pk_grey_plane_row(const uint8_t *restrict grey, int16_t *restrict luma, size_t count) {
    for (size_t i = 0; i < count; i++) luma[i] = grey[i];
}

PK_CLONES uint16_t pk_second_difference_row(
    const int16_t *restrict above, const int16_t *restrict centre, const int16_t *restrict below,
    int16_t *restrict scratch, uint16_t *restrict out, size_t count) {
    /* The largest magnitude, of differences of colour at half the scale, is 16 · 1020. */
    for (size_t i = 0; i < count + 2; i++) scratch[i] = (int16_t)(above[i] - 2 * centre[i] + below[i]);
    uint16_t most = 0;
    for (size_t i = 0; i < count; i++) {
        int16_t v = (int16_t)(scratch[i] - 2 * scratch[i + 1] + scratch[i + 2]);
        uint16_t magnitude = (uint16_t)(v < 0 ? -v : v);
        out[i] = magnitude;
        most = magnitude > most ? magnitude : most;
    }
    return most;
}

PK_CLONES uint16_t pk_difference_row(const int16_t *a, const int16_t *b, uint16_t *restrict out, size_t count) {
    uint16_t most = 0;
    for (size_t i = 0; i < count; i++) {
        int16_t v = (int16_t)(a[i] - b[i]);
        uint16_t magnitude = (uint16_t)(v < 0 ? -v : v);
        out[i] = magnitude;
        most = magnitude > most ? magnitude : most;
    }
    return most;
}

PK_CLONES void pk_halve_row(
    const int16_t *restrict first, const int16_t *restrict second, int16_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        out[i] = (int16_t)(first[2 * i] + first[2 * i + 1] + second[2 * i] + second[2 * i + 1]);
    }
}

PK_CLONES void pk_moments_row(const int16_t *restrict row, int64_t *restrict sums, size_t count) {
    int64_t sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += row[i];
        squares += row[i] * row[i];
    }
    sums[0] += sum;
    sums[1] += squares;
}

void pk_count_row(const uint16_t *restrict values, size_t count, uint32_t *restrict counts, size_t bins) {
    // Several tables, so that neighbours of one value do not wait for each other's sum.
    uint32_t *second = counts + bins, *third = second + bins, *fourth = third + bins;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        counts[values[i]]++;
        second[values[i + 1]]++;
        third[values[i + 2]]++;
        fourth[values[i + 3]]++;
    }
    for (; i < count; i++) counts[values[i]]++;
}

PK_CLONES void pk_add_energy_row(
    const uint16_t *restrict a, const uint16_t *restrict b, uint16_t limit, uint32_t *restrict sums, size_t count) {
    if (b == NULL) {
        for (size_t i = 0; i < count; i++) sums[i] += a[i] < limit ? a[i] : limit;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        uint16_t energy = (uint16_t)(a[i] + b[i]);
        sums[i] += energy < limit ? energy : limit;
    }
}

size_t pk_window_sums_row(
    const uint32_t *restrict after, const uint32_t *restrict before, size_t count, size_t window, size_t step,
    uint32_t *restrict scratch, uint32_t *restrict out) {
    uint32_t sum = 0;
    scratch[0] = 0;
    for (size_t i = 0; i < count; i++) {
        sum += after[i] - before[i];
        scratch[i + 1] = sum;
    }
    size_t found = 0;
    for (size_t start = 0; start + window <= count; start += step) {
        out[found++] = scratch[start + window] - scratch[start];
    }
    return found;
}

void pk_count_row_once(const uint16_t *restrict values, size_t count, uint32_t *restrict counts) {
    for (size_t i = 0; i < count; i++) counts[values[i]]++;
}

PK_INLINE uint8_t difference(uint8_t a, uint8_t b) { return (uint8_t)(pk_max_u8(a, b) - pk_min_u8(a, b)); }

PK_CLONES void pk_deviation_codes_row(
    const uint8_t *restrict levels, const uint8_t *restrict medians, size_t stride, uint8_t *restrict codes,
    size_t count) {
    const uint8_t *green = levels + stride, *blue = green + stride;
    const uint8_t *median_green = medians + stride, *median_blue = median_green + stride;
    for (size_t i = 0; i < count; i++) {
        uint8_t r = levels[i], g = green[i], b = blue[i];
        uint8_t mr = medians[i], mg = median_green[i], mb = median_blue[i];
        uint8_t dr = difference(r, mr), dg = difference(g, mg), db = difference(b, mb);
        uint8_t least = pk_min_u8(pk_min_u8(dr, dg), db), most = pk_max_u8(pk_max_u8(dr, dg), db);
        uint8_t up = (uint8_t)((r > mr) + (g > mg) + (b > mb));
        uint8_t magnitude = pk_min_u8(least, 63);
        uint8_t opposed = (uint8_t)((up != 0) & (up != 3)) << 6;
        uint8_t equal = (uint8_t)(least == most) << 7;
        uint8_t counts = (uint8_t)((uint8_t)(most - least) <= 2);
        /* All bits of a byte where it counts, none elsewhere. */
        codes[i] = (uint8_t)((magnitude | opposed | equal) & (uint8_t)-counts);
    }
}

PK_INLINE int16_t held(uint8_t level, uint8_t median) {
    int16_t d = (int16_t)(level - median);
    return d < -16 ? -16 : d > 16 ? 16 : d;
}

PK_CLONES static void moments_block(
    const uint8_t *restrict levels, const uint8_t *restrict medians, size_t stride, int64_t *restrict sums,
    size_t count) {
    const uint8_t *green = levels + stride, *blue = green + stride;
    const uint8_t *median_green = medians + stride, *median_blue = median_green + stride;
    int32_t rg = 0, gb = 0, rb = 0, rr = 0, gg = 0, bb = 0, fourth = 0;
    for (size_t i = 0; i < count; i++) {
        int16_t r = held(levels[i], medians[i]), g = held(green[i], median_green[i]);
        int16_t b = held(blue[i], median_blue[i]);
        /* Below 2^9, so that 16 bits hold them. */
        int16_t r2 = (int16_t)(r * r), g2 = (int16_t)(g * g), b2 = (int16_t)(b * b);
        rg += (int16_t)(r * g);
        gb += (int16_t)(g * b);
        rb += (int16_t)(r * b);
        rr += r2;
        gg += g2;
        bb += b2;
        fourth += r2 * r2 + g2 * g2 + b2 * b2;
    }
    sums[0] += rg;
    sums[1] += gb;
    sums[2] += rb;
    sums[3] += rr;
    sums[4] += gg;
    sums[5] += bb;
    sums[6] += fourth;
}

void pk_deviation_moments_row(
    const uint8_t *restrict levels, const uint8_t *restrict medians, size_t stride, int64_t *restrict sums,
    size_t count) {
    // A pixel adds at most 3 · 16^4 to a sum, so 4096 of them stay below 2^31.
    for (size_t start = 0; start < count; start += 4096) {
        size_t length = count - start < 4096 ? count - start : 4096;
        moments_block(levels + start, medians + start, stride, sums, length);
    }
}
