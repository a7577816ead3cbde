#include "clones.h"
#include "include/pk_denoising.h"

#pragma STDC FP_CONTRACT OFF

/* A stride known to the compiler is loads and shuffles; an unknown one is a load for each sample. */

PK_CLONES void pk_take_channel(const uint8_t *samples, uint8_t *restrict out, size_t step, size_t count) {
    if (step == 1) {
        for (size_t i = 0; i < count; i++) out[i] = samples[i];
    } else if (step == 3) {
        for (size_t i = 0; i < count; i++) out[i] = samples[3 * i];
    } else {
        for (size_t i = 0; i < count; i++) out[i] = samples[step * i];
    }
}

PK_CLONES void pk_take_channel_scaled(
    const uint8_t *samples, float *restrict out, float scale, size_t step, size_t count) {
    if (step == 1) {
        for (size_t i = 0; i < count; i++) out[i] = (float)samples[i] * scale;
    } else if (step == 3) {
        for (size_t i = 0; i < count; i++) out[i] = (float)samples[3 * i] * scale;
    } else {
        for (size_t i = 0; i < count; i++) out[i] = (float)samples[step * i] * scale;
    }
}

/* Adding 1.5 2^23 leaves a whole number in the low bits, rounded to even in the default rounding mode. */
PK_INLINE uint8_t level(float value) {
    float scaled = value * 255.0f;
    scaled = scaled < 0.0f ? 0.0f : scaled;
    scaled = scaled > 255.0f ? 255.0f : scaled;
    union {
        float number;
        uint32_t bits;
    } rounded = {.number = scaled + 12582912.0f};
    return (uint8_t)rounded.bits;
}

PK_CLONES void pk_put_channel(const float *values, uint8_t *restrict out, size_t step, size_t count) {
    if (step == 1) {
        for (size_t i = 0; i < count; i++) out[i] = level(values[i]);
        return;
    }
    /* Rounding is vector code, scattering is not: apart, the first is. */
    uint8_t levels[256];
    for (size_t start = 0; start < count; start += sizeof levels) {
        size_t length = count - start < sizeof levels ? count - start : sizeof levels;
        for (size_t i = 0; i < length; i++) levels[i] = level(values[start + i]);
        for (size_t i = 0; i < length; i++) out[step * (start + i)] = levels[i];
    }
}

enum { LANES = 16 };

PK_INLINE double total(const double *lanes) {
    double sum = 0;
    for (size_t j = 0; j < LANES; j++) sum += lanes[j];
    return sum;
}

PK_CLONES double pk_sum(const float *values, size_t count) {
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t j = 0; j < LANES; j++) lanes[j] += (double)values[i + j];
    for (size_t j = 0; i + j < count; j++) lanes[j] += (double)values[i + j];
    return total(lanes);
}

PK_CLONES double pk_sum_squares(const float *values, size_t count) {
    double lanes[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t j = 0; j < LANES; j++) lanes[j] += (double)values[i + j] * (double)values[i + j];
    for (size_t j = 0; i + j < count; j++) lanes[j] += (double)values[i + j] * (double)values[i + j];
    return total(lanes);
}
