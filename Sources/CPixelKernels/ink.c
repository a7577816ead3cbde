#include "include/pk_ink.h"

#include "clones.h"

/* Bytes that are counted at a time. */
#define BLOCK ((size_t)4096)

PK_CLONES void pk_count_levels(
    const uint8_t *restrict levels, size_t count, uint8_t dark, uint8_t light, uint64_t *counts) {
    for (size_t from = 0; from < count; from += BLOCK) {
        size_t end = count - from < BLOCK ? count : from + BLOCK;
        uint16_t below = 0, above = 0, low = 0, pure = 0;
        for (size_t i = from; i < end; i++) {
            uint8_t level = levels[i];
            below = (uint16_t)(below + (level < dark));
            above = (uint16_t)(above + (level >= light));
            low = (uint16_t)(low + (level < 128));
            pure = (uint16_t)(pure + ((uint8_t)(level + 1) < 2));
        }
        counts[0] += below;
        counts[1] += above;
        counts[2] += low;
        counts[3] += pure;
    }
}

void pk_count_histogram(const uint8_t *restrict levels, size_t count, uint64_t *restrict counts) {
    /* Four tables, so that equal levels in a row do not wait for each other. */
    uint32_t tables[4][256] = {{0}};
    for (size_t from = 0; from < count; from += (size_t)1 << 30) {
        size_t end = count - from < (size_t)1 << 30 ? count : from + ((size_t)1 << 30);
        size_t i = from;
        for (; i + 4 <= end; i += 4) {
            tables[0][levels[i]]++;
            tables[1][levels[i + 1]]++;
            tables[2][levels[i + 2]]++;
            tables[3][levels[i + 3]]++;
        }
        for (; i < end; i++) tables[0][levels[i]]++;
        for (size_t level = 0; level < 256; level++) {
            for (size_t k = 0; k < 4; k++) {
                counts[level] += tables[k][level];
                tables[k][level] = 0;
            }
        }
    }
}

PK_CLONES void pk_ink_row(
    const uint8_t *restrict levels, size_t count, int is_light, uint8_t low, uint8_t high, uint8_t *restrict ink,
    uint8_t *restrict between) {
    uint8_t flip = is_light ? 1 : 0;
    for (size_t i = 0; i < count; i++) {
        ink[i] = (uint8_t)((levels[i] < 128) ^ flip);
        between[i] = (uint8_t)((levels[i] > low) & (levels[i] < high));
    }
}

PK_CLONES void pk_contour_row(
    const uint8_t *restrict above, const uint8_t *restrict row, const uint8_t *restrict below,
    const uint8_t *restrict soft_above, const uint8_t *restrict soft, const uint8_t *restrict soft_below,
    uint8_t *restrict bumps, uint8_t *restrict dents, uint8_t *restrict contour, size_t count) {
    for (size_t i = 0; i < count; i++) {
        /* The ring from the upper left, clockwise. */
        uint8_t a = above[i], b = above[i + 1], c = above[i + 2], d = row[i + 2];
        uint8_t e = below[i + 2], f = below[i + 1], g = below[i], h = row[i];
        uint8_t centre = row[i + 1];
        uint8_t sum = (uint8_t)(a + b + c + d + e + f + g + h);
        /* How many runs of ink the ring has, which is also how many of paper, but for a ring of one class. */
        uint8_t runs = (uint8_t)((a & ~h) + (b & ~a) + (c & ~b) + (d & ~c) + (e & ~d) + (f & ~e) + (g & ~f) + (h & ~g));
        uint8_t between = (uint8_t)(
            soft_above[i] | soft_above[i + 1] | soft_above[i + 2] | soft[i] | soft[i + 1] | soft[i + 2]
            | soft_below[i] | soft_below[i + 1] | soft_below[i + 2]);
        uint8_t hard = (uint8_t)((between ^ 1) & (runs < 2));
        bumps[i] = (uint8_t)(centre & hard & (sum < 3));
        dents[i] = (uint8_t)((centre ^ 1) & hard & (sum > 5));
        contour[i] = (uint8_t)(centre & ((b & d & f & h) ^ 1));
    }
}

PK_CLONES void pk_count_squares(
    const uint8_t *restrict above, const uint8_t *restrict below, size_t count, uint64_t *counts) {
    for (size_t from = 0; from < count; from += BLOCK) {
        size_t end = count - from < BLOCK ? count : from + BLOCK;
        uint16_t one = 0, three = 0, opposite = 0;
        for (size_t i = from; i < end; i++) {
            uint8_t a = above[i], b = above[i + 1], c = below[i], d = below[i + 1];
            uint8_t sum = (uint8_t)(a + b + c + d);
            one = (uint16_t)(one + (sum == 1));
            three = (uint16_t)(three + (sum == 3));
            opposite = (uint16_t)(opposite + ((sum == 2) & (a == d)));
        }
        counts[0] += one;
        counts[1] += three;
        counts[2] += opposite;
    }
}
