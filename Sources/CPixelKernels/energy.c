#include "include/pk_energy.h"

#include "clones.h"

PK_CLONES void pk_opponents_row(
    const uint8_t *restrict rgb, int16_t *restrict red, int16_t *restrict blue, int16_t *restrict luma, size_t pixels) {
    for (size_t i = 0; i < pixels; i++) {
        int16_t r = rgb[3 * i], g = rgb[3 * i + 1], b = rgb[3 * i + 2];
        red[i] = (int16_t)(r - g);
        blue[i] = (int16_t)(b - g);
        /* At most 256 · 255 + 128: within 16 bits. */
        luma[i] = (int16_t)((uint16_t)(77 * r + 150 * g + 29 * b + 128) >> 8);
    }
}

PK_CLONES void pk_widen_words(const uint8_t *restrict samples, int16_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = samples[i];
}

PK_INLINE uint16_t distance(int16_t a, int16_t b) {
    int16_t difference = (int16_t)(a - b);
    return (uint16_t)(difference < 0 ? -difference : difference);
}

PK_CLONES void pk_add_edges(
    const int16_t *restrict row, const int16_t *below, uint16_t weight, uint32_t *restrict sums, size_t count) {
    if (count == 0) return;
    for (size_t i = 0; i + 1 < count; i++) {
        sums[i] += (uint16_t)((uint16_t)(distance(row[i], row[i + 1]) + distance(row[i], below[i])) * weight);
    }
    sums[count - 1] += (uint16_t)(distance(row[count - 1], below[count - 1]) * weight);
}
