#include "clones.h"
#include "include/pk_denoising.h"

#pragma STDC FP_CONTRACT OFF

/* Both passes over a row are short enough to vectorize: with the primal and the dual in one loop they do not. */

PK_CLONES void pk_variation_primal(
    const uint8_t *image, const float *above, const float *down, const float *right, float *restrict out,
    float *restrict sums, size_t count) {
    const float *left = right - 1;
    for (size_t i = 0; i < count; i++) {
        float difference = (above[i] - down[i]) + (left[i] - right[i]);
        out[i] = (float)image[i] * (1.0f / 255.0f) + difference;
        sums[i] += difference * difference;
    }
}

PK_CLONES void pk_variation_dual(
    const float *here, const float *below, float *restrict down, float *restrict right, float *restrict sums,
    float weight, float rate, size_t count) {
    const float *next = here + 1;
    for (size_t i = 0; i < count; i++) {
        float vertical = below[i] - here[i], horizontal = next[i] - here[i];
        float norm = __builtin_elementwise_sqrt(vertical * vertical + horizontal * horizontal);
        float shrink = 1.0f / (1.0f + rate * norm);
        sums[i] += weight * norm;
        down[i] = (down[i] - 0.25f * vertical) * shrink;
        right[i] = (right[i] - 0.25f * horizontal) * shrink;
    }
}

PK_CLONES void pk_masked_primal(
    const uint8_t *known, const uint8_t *kept, const float *above, const float *down, const float *right,
    float *restrict image, float *restrict ahead, float step, float pull, size_t count) {
    const float *left = right - 1;
    for (size_t i = 0; i < count; i++) {
        float moved = image[i] + step * ((down[i] - above[i]) + (right[i] - left[i]));
        float target = (float)known[i] * (1.0f / 255.0f);
        float next = moved + (float)kept[i] * pull * (target - moved);
        ahead[i] = 2.0f * next - image[i];
        image[i] = next;
    }
}

PK_CLONES void pk_masked_dual(
    const float *here, const float *below, float *restrict down, float *restrict right, float step, size_t count) {
    const float *next = here + 1;
    for (size_t i = 0; i < count; i++) {
        float vertical = down[i] + step * (below[i] - here[i]), horizontal = right[i] + step * (next[i] - here[i]);
        float norm = __builtin_elementwise_sqrt(vertical * vertical + horizontal * horizontal);
        float shrink = 1.0f / (norm > 1.0f ? norm : 1.0f);
        down[i] = vertical * shrink;
        right[i] = horizontal * shrink;
    }
}

enum { BLOCK = 128 };

/* Sums of three rows, from one element before the first to one after the last. */
PK_INLINE void add_rows(const uint8_t *row, size_t stride, uint16_t *restrict sums, size_t count) {
    const uint8_t *above = row - stride - 1, *here = row - 1, *below = row + stride - 1;
    for (size_t i = 0; i < count + 2; i++) sums[i] = (uint16_t)(above[i] + here[i] + below[i]);
}

/* Down and then across: with all neighbours in one loop it does not vectorize. */
PK_CLONES void pk_masked_fill(
    const uint8_t *known, const uint8_t *kept, size_t stride, float fallback, float *restrict out, size_t count) {
    uint16_t levels[BLOCK + 2], numbers[BLOCK + 2];
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t length = count - start < BLOCK ? count - start : BLOCK;
        add_rows(known + start, stride, levels, length);
        add_rows(kept + start, stride, numbers, length);
        for (size_t i = 0; i < length; i++) {
            /* What is to be filled counts as 0 itself, and is known as 0. */
            float sum = (float)(levels[i] + levels[i + 1] + levels[i + 2]);
            float number = (float)(numbers[i] + numbers[i + 1] + numbers[i + 2]);
            float none = number > 0.0f ? 0.0f : 1.0f;
            float mean = sum * (1.0f / 255.0f) / (number + none) + none * fallback;
            out[start + i] = (float)known[start + i] * (1.0f / 255.0f) + (float)(1 - kept[start + i]) * mean;
        }
    }
}
