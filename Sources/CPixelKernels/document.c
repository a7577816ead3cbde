#include "include/pk_document.h"

#include <string.h>

#include "clones.h"

/* With a constant window the inner loops unroll and the outer ones vectorize. */
PK_INLINE void min_window(
    const uint8_t *restrict row, uint8_t *restrict out, size_t count, size_t step, size_t window) {
    for (size_t i = 0; i < count; i++) {
        uint8_t least = row[i];
        for (size_t j = 1; j < window; j++) least = pk_min_u8(least, row[i + j * step]);
        out[i] = least;
    }
}

PK_CLONES void pk_min_window_row(
    const uint8_t *restrict row, uint8_t *restrict out, size_t count, size_t step, size_t window) {
    switch (window) {
    case 1: min_window(row, out, count, step, 1); break;
    case 2: min_window(row, out, count, step, 2); break;
    case 3: min_window(row, out, count, step, 3); break;
    case 4: min_window(row, out, count, step, 4); break;
    case 5: min_window(row, out, count, step, 5); break;
    case 6: min_window(row, out, count, step, 6); break;
    case 7: min_window(row, out, count, step, 7); break;
    case 8: min_window(row, out, count, step, 8); break;
    default: min_window(row, out, count, step, 9); break;
    }
}

PK_INLINE void min_window_two(
    const uint8_t *restrict row, uint8_t *restrict first, uint8_t *restrict second, size_t count, size_t step,
    size_t window) {
    for (size_t i = 0; i < count; i++) {
        uint8_t least = row[i + step];
        for (size_t j = 2; j < window; j++) least = pk_min_u8(least, row[i + j * step]);
        first[i] = pk_min_u8(least, row[i]);
        second[i] = pk_min_u8(least, row[i + window * step]);
    }
}

PK_CLONES void pk_min_window_two_rows(
    const uint8_t *restrict row, uint8_t *restrict first, uint8_t *restrict second, size_t count, size_t step,
    size_t window) {
    switch (window) {
    case 2: min_window_two(row, first, second, count, step, 2); break;
    case 3: min_window_two(row, first, second, count, step, 3); break;
    case 4: min_window_two(row, first, second, count, step, 4); break;
    case 5: min_window_two(row, first, second, count, step, 5); break;
    case 6: min_window_two(row, first, second, count, step, 6); break;
    case 7: min_window_two(row, first, second, count, step, 7); break;
    case 8: min_window_two(row, first, second, count, step, 8); break;
    default: min_window_two(row, first, second, count, step, 9); break;
    }
}

PK_INLINE void max_window(
    const uint8_t *restrict row, uint8_t *restrict out, size_t count, size_t step, size_t window) {
    for (size_t i = 0; i < count; i++) {
        uint8_t most = row[i];
        for (size_t j = 1; j < window; j++) most = pk_max_u8(most, row[i + j * step]);
        out[i] = most;
    }
}

PK_CLONES void pk_max_window_row(
    const uint8_t *restrict row, uint8_t *restrict out, size_t count, size_t step, size_t window) {
    switch (window) {
    case 1: max_window(row, out, count, step, 1); break;
    case 2: max_window(row, out, count, step, 2); break;
    case 3: max_window(row, out, count, step, 3); break;
    case 4: max_window(row, out, count, step, 4); break;
    case 5: max_window(row, out, count, step, 5); break;
    case 6: max_window(row, out, count, step, 6); break;
    case 7: max_window(row, out, count, step, 7); break;
    case 8: max_window(row, out, count, step, 8); break;
    default: max_window(row, out, count, step, 9); break;
    }
}

PK_INLINE void max_window_two(
    const uint8_t *restrict row, uint8_t *restrict first, uint8_t *restrict second, size_t count, size_t step,
    size_t window) {
    for (size_t i = 0; i < count; i++) {
        uint8_t most = row[i + step];
        for (size_t j = 2; j < window; j++) most = pk_max_u8(most, row[i + j * step]);
        first[i] = pk_max_u8(most, row[i]);
        second[i] = pk_max_u8(most, row[i + window * step]);
    }
}

PK_CLONES void pk_max_window_two_rows(
    const uint8_t *restrict row, uint8_t *restrict first, uint8_t *restrict second, size_t count, size_t step,
    size_t window) {
    switch (window) {
    case 2: max_window_two(row, first, second, count, step, 2); break;
    case 3: max_window_two(row, first, second, count, step, 3); break;
    case 4: max_window_two(row, first, second, count, step, 4); break;
    case 5: max_window_two(row, first, second, count, step, 5); break;
    case 6: max_window_two(row, first, second, count, step, 6); break;
    case 7: max_window_two(row, first, second, count, step, 7); break;
    case 8: max_window_two(row, first, second, count, step, 8); break;
    default: max_window_two(row, first, second, count, step, 9); break;
    }
}

PK_CLONES void pk_luma_row(const uint8_t *restrict rgb, uint8_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        /* At most 256 · 255 + 128: within 16 bits. */
        out[i] = (uint8_t)((uint16_t)(77 * rgb[3 * i] + 150 * rgb[3 * i + 1] + 29 * rgb[3 * i + 2] + 128) >> 8);
    }
}

PK_CLONES size_t pk_class_edges_row(
    const uint8_t *restrict row, size_t count, unsigned threshold, int is_light, uint8_t *restrict scratch,
    uint32_t *restrict edges) {
    if (count == 0) return 0;
    /* Thresholds are compared as `sample <= threshold - 1` so that they fit a byte; 0 has nothing below it. */
    uint8_t flip = is_light ? 1 : 0;
    uint8_t before = 0;
    if (threshold == 0) {
        memset(scratch, 0, count);
        before = flip;
    } else {
        uint8_t top = (uint8_t)(threshold - 1);
        for (size_t i = 1; i < count; i++) scratch[i] = (uint8_t)((row[i] <= top) ^ (row[i - 1] <= top));
        before = (uint8_t)((row[0] <= top) ^ flip);
    }
    scratch[0] = before;
    size_t padded = (count + 7) & ~(size_t)7;
    for (size_t i = count; i < padded; i++) scratch[i] = 0;
    size_t found = 0;
    for (size_t i = 0; i < padded; i += 8) {
        uint64_t word;
        memcpy(&word, scratch + i, 8);
        if (word == 0) continue;
        for (size_t j = 0; j < 8; j++) {
            edges[found] = (uint32_t)(i + j);
            found += scratch[i + j];
        }
    }
    if (found & 1) edges[found++] = (uint32_t)count;
    return found;
}

PK_CLONES void pk_add_u8_row(const uint8_t *restrict row, uint16_t *restrict sums, size_t count) {
    for (size_t i = 0; i < count; i++) sums[i] = (uint16_t)(sums[i] + row[i]);
}

PK_INLINE void block_majority(
    const uint16_t *restrict sums, uint8_t *restrict out, size_t blocks, size_t factor, uint16_t limit) {
    for (size_t i = 0; i < blocks; i++) {
        uint16_t total = 0;
        for (size_t j = 0; j < factor; j++) total = (uint16_t)(total + 2 * sums[i * factor + j]);
        out[i] = total >= limit ? 255 : 0;
    }
}

PK_CLONES void pk_block_majority_row(
    const uint16_t *restrict sums, uint8_t *restrict out, size_t blocks, size_t factor, uint16_t limit) {
    switch (factor) {
    case 2: block_majority(sums, out, blocks, 2, limit); break;
    case 3: block_majority(sums, out, blocks, 3, limit); break;
    case 4: block_majority(sums, out, blocks, 4, limit); break;
    default: block_majority(sums, out, blocks, factor, limit); break;
    }
}

PK_CLONES void pk_grey_to_rgb_row(const uint8_t *restrict grey, uint8_t *restrict rgb, size_t count) {
    for (size_t i = 0; i < count; i++) {
        rgb[3 * i] = grey[i];
        rgb[3 * i + 1] = grey[i];
        rgb[3 * i + 2] = grey[i];
    }
}
