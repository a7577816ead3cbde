#include "include/pk_nonlocal.h"

#include "clones.h"

/* 4096 times the CIE XYZ of linear sRGB, each row divided by its white of D65; rows sum to 4096. */
static const int32_t xyz_of_rgb[9] = {1777, 1541, 778, 871, 2929, 296, 73, 448, 3575};
/* 4096 times the inverse, columns multiplied by the white. */
static const int32_t rgb_of_xyz[9] = {12615, -6296, -2223, -3773, 7684, 185, 217, -836, 4715};

PK_INLINE int32_t clamp(int32_t value, int32_t top) { return value < 0 ? 0 : value > top ? top : value; }

PK_CLONES void pk_lab_from_bgr_row(
    const uint8_t *restrict bgr, const uint16_t *restrict root, uint16_t *restrict l, uint16_t *restrict a,
    uint16_t *restrict b, size_t count) {
    const int32_t *m = xyz_of_rgb;
    for (size_t i = 0; i < count; i++) {
        int32_t blue = bgr[3 * i], green = bgr[3 * i + 1], red = bgr[3 * i + 2];
        int32_t x = root[(m[0] * red + m[1] * green + m[2] * blue + 256) >> 9];
        int32_t y = root[(m[3] * red + m[4] * green + m[5] * blue + 256) >> 9];
        int32_t z = root[(m[6] * red + m[7] * green + m[8] * blue + 256) >> 9];
        /* 116 f(y) - 16, 500 (f(x) - f(y)) and 200 (f(y) - f(z)) in units of 2^-15; L in 255 levels for 100. */
        l[i] = (uint16_t)clamp((296 * y - 1336934 + 16384) >> 15, 255);
        a[i] = (uint16_t)clamp((500 * (x - y) + 128 * 32768 + 16384) >> 15, 255);
        b[i] = (uint16_t)clamp((200 * (y - z) + 128 * 32768 + 16384) >> 15, 255);
    }
}

/* The inverse of f in units of 2^-14: the cube, and below 6/29 the line 108/841 (f - 16/116), each product truncated. */
PK_INLINE int32_t cube(int32_t f) {
    int32_t line = f * 108 / 841 - 290;
    int32_t third = ((f * f) >> 14) * f >> 14;
    return f <= 3390 ? line : third;
}

PK_CLONES void pk_bgr_from_lab_row(
    const uint8_t *restrict l, const uint8_t *restrict a, const uint8_t *restrict b, const uint16_t *restrict luma,
    uint8_t *restrict bgr, size_t count) {
    const int32_t *m = rgb_of_xyz;
    for (size_t i = 0; i < count; i++) {
        int32_t y = luma[l[i]], f = luma[256 + l[i]];
        int32_t x = cube(f + ((5 * a[i] * 53687 + 128) >> 13) - 4194);
        int32_t z = cube(f - ((b[i] * 41943 + 16) >> 9) + 10484);
        bgr[3 * i + 2] = (uint8_t)(clamp((m[0] * x + m[1] * y + m[2] * z + 8192) >> 14, 4095) * 255 >> 12);
        bgr[3 * i + 1] = (uint8_t)(clamp((m[3] * x + m[4] * y + m[5] * z + 8192) >> 14, 4095) * 255 >> 12);
        bgr[3 * i] = (uint8_t)(clamp((m[6] * x + m[7] * y + m[8] * z + 8192) >> 14, 4095) * 255 >> 12);
    }
}

PK_CLONES void pk_widen_row(const uint8_t *restrict samples, uint16_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = samples[i];
}

PK_CLONES void pk_split_row(
    const uint8_t *restrict samples, uint16_t *restrict a, uint16_t *restrict b, uint16_t *restrict c, size_t count) {
    for (size_t i = 0; i < count; i++) {
        a[i] = samples[3 * i];
        b[i] = samples[3 * i + 1];
        c[i] = samples[3 * i + 2];
    }
}

PK_CLONES void pk_join_row(
    const uint8_t *restrict a, const uint8_t *restrict b, const uint8_t *restrict c, uint8_t *restrict samples,
    size_t count) {
    for (size_t i = 0; i < count; i++) {
        samples[3 * i] = a[i];
        samples[3 * i + 1] = b[i];
        samples[3 * i + 2] = c[i];
    }
}
