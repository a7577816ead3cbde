#include "clones.h"
#include "include/pk_denoising.h"

#pragma STDC FP_CONTRACT OFF

PK_CLONES void pk_mix2(
    const float *a, const float *b, const float *taps, float *restrict out, size_t count) {
    float ta = taps[0], tb = taps[1];
    for (size_t i = 0; i < count; i++) out[i] = ta * a[i] + tb * b[i];
}

PK_CLONES void pk_mix4(
    const float *a, const float *b, const float *c, const float *d, const float *taps, float *restrict out,
    size_t count) {
    float ta = taps[0], tb = taps[1], tc = taps[2], td = taps[3];
    for (size_t i = 0; i < count; i++) out[i] = (ta * a[i] + tb * b[i]) + (tc * c[i] + td * d[i]);
}

PK_CLONES void pk_split2(
    const float *row, const float *low_taps, const float *high_taps, float *restrict low, float *restrict high,
    size_t count) {
    float l0 = low_taps[0], l1 = low_taps[1], h0 = high_taps[0], h1 = high_taps[1];
    for (size_t i = 0; i < count; i++) {
        float even = row[2 * i], odd = row[2 * i + 1];
        low[i] = l0 * odd + l1 * even;
        high[i] = h0 * odd + h1 * even;
    }
}

PK_INLINE void split4(const float *row, const float *taps, float *restrict out, size_t count) {
    float t0 = taps[0], t1 = taps[1], t2 = taps[2], t3 = taps[3];
    for (size_t i = 0; i < count; i++)
        out[i] = (t0 * row[2 * i + 3] + t1 * row[2 * i + 2]) + (t2 * row[2 * i + 1] + t3 * row[2 * i]);
}

PK_CLONES void pk_split4(
    const float *row, const float *low_taps, const float *high_taps, float *restrict low, float *restrict high,
    size_t count) {
    split4(row - 2, low_taps, low, count);
    split4(row - 2, high_taps, high, count);
}

PK_CLONES void pk_join2(
    const float *low, const float *high, const float *low_taps, const float *high_taps, float *restrict out,
    size_t count) {
    float l0 = low_taps[0], l1 = low_taps[1], h0 = high_taps[0], h1 = high_taps[1];
    for (size_t i = 0; i < count; i++) {
        out[2 * i] = l1 * low[i] + h1 * high[i];
        out[2 * i + 1] = l0 * low[i] + h0 * high[i];
    }
}

PK_CLONES void pk_join4(
    const float *low, const float *high, const float *low_taps, const float *high_taps, float *restrict out,
    size_t count) {
    float l0 = low_taps[0], l1 = low_taps[1], l2 = low_taps[2], l3 = low_taps[3];
    float h0 = high_taps[0], h1 = high_taps[1], h2 = high_taps[2], h3 = high_taps[3];
    for (size_t i = 0; i < count; i++) {
        float a = low[i], b = low[i + 1], c = high[i], d = high[i + 1];
        out[2 * i] = (l1 * a + l3 * b) + (h1 * c + h3 * d);
        out[2 * i + 1] = (l0 * a + l2 * b) + (h0 * c + h2 * d);
    }
}

PK_CLONES void pk_shrink(float *row, float threshold, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float value = row[i];
        float cut = value < threshold ? value : threshold;
        cut = cut > -threshold ? cut : -threshold;
        row[i] = value - cut;
    }
}

PK_CLONES void pk_high_down(
    const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d, const double *taps, double *restrict out,
    size_t count) {
    double ta = taps[0], tb = taps[1], tc = taps[2], td = taps[3], unit = 1.0 / 255.0;
    for (size_t i = 0; i < count; i++) {
        double sum = ta * ((double)a[i] * unit) + tb * ((double)b[i] * unit);
        sum = sum + tc * ((double)c[i] * unit);
        out[i] = sum + td * ((double)d[i] * unit);
    }
}

PK_CLONES void pk_high_across(const double *row, const double *taps, float *restrict out, size_t count) {
    double t0 = taps[0], t1 = taps[1], t2 = taps[2], t3 = taps[3];
    for (size_t i = 0; i < count; i++) {
        double sum = t0 * row[2 * i + 3] + t1 * row[2 * i + 2];
        sum = sum + t2 * row[2 * i + 1];
        out[i] = (float)(sum + t3 * row[2 * i]);
    }
}
