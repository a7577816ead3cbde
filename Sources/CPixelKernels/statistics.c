#include "include/pk_statistics.h"

#include "clones.h"

PK_CLONES void pk_colour_planes_row(
    const uint8_t *restrict rgb, int16_t *restrict luma, int16_t *restrict red_green, int16_t *restrict blue_green,
    uint16_t *restrict spread, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint8_t r = rgb[3 * i], g = rgb[3 * i + 1], b = rgb[3 * i + 2];
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
