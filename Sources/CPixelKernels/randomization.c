#include "include/pk_randomization.h"

#include <string.h>

#include "clones.h"

#define LANES 8

PK_INLINE uint32_t rotate(uint32_t value, unsigned bits) { return value << bits | value >> (32 - bits); }

/* One quarter round in each of eight blocks. */
PK_INLINE void quarter_round(
    uint32_t *restrict a, uint32_t *restrict b, uint32_t *restrict c, uint32_t *restrict d) {
    for (size_t lane = 0; lane < LANES; lane++) {
        uint32_t w = a[lane], x = b[lane], y = c[lane], z = d[lane];
        w += x;
        z = rotate(z ^ w, 16);
        y += z;
        x = rotate(x ^ y, 12);
        w += x;
        z = rotate(z ^ w, 8);
        y += z;
        x = rotate(x ^ y, 7);
        a[lane] = w;
        b[lane] = x;
        c[lane] = y;
        d[lane] = z;
    }
}

PK_CLONES void pk_chacha_blocks(
    const uint32_t *restrict key, uint32_t counter, uint64_t stream, uint32_t *restrict out, size_t groups) {
    static const uint32_t constants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    for (size_t group = 0; group < groups; group++) {
        uint32_t start[16][LANES], x[16][LANES];
        for (size_t lane = 0; lane < LANES; lane++) {
            for (size_t word = 0; word < 4; word++) start[word][lane] = constants[word];
            for (size_t word = 0; word < 8; word++) start[4 + word][lane] = key[word];
            start[12][lane] = counter + (uint32_t)(group * LANES + lane);
            start[13][lane] = 0;
            start[14][lane] = (uint32_t)stream;
            start[15][lane] = (uint32_t)(stream >> 32);
        }
        memcpy(x, start, sizeof x);
        for (int round = 0; round < 10; round++) {
            quarter_round(x[0], x[4], x[8], x[12]);
            quarter_round(x[1], x[5], x[9], x[13]);
            quarter_round(x[2], x[6], x[10], x[14]);
            quarter_round(x[3], x[7], x[11], x[15]);
            quarter_round(x[0], x[5], x[10], x[15]);
            quarter_round(x[1], x[6], x[11], x[12]);
            quarter_round(x[2], x[7], x[8], x[13]);
            quarter_round(x[3], x[4], x[9], x[14]);
        }
        for (size_t lane = 0; lane < LANES; lane++)
            for (size_t word = 0; word < 16; word++)
                out[(group * LANES + lane) * 16 + word] = x[word][lane] + start[word][lane];
    }
}

PK_INLINE uint8_t clip(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/* Samples of which one outside the fast cells sends all to the search. */
#define NOISE_CHUNK 32

PK_CLONES void pk_add_table_noise_row(
    const uint8_t *restrict in, const uint32_t *restrict words, uint8_t *restrict out, size_t count,
    const uint32_t *restrict last, const uint16_t *restrict first, int32_t least, uint32_t fast_from,
    uint32_t fast_to) {
    uint32_t width = fast_to - fast_from;
    for (size_t start = 0; start < count; start += NOISE_CHUNK) {
        size_t end = count - start < NOISE_CHUNK ? count : start + NOISE_CHUNK;
        uint32_t slow = 0;
        for (size_t i = start; i < end; i++) slow |= (words[i] >> 20) - fast_from >= width;
        for (size_t i = start; i < end; i++) {
            uint32_t step = first[words[i] >> 20];
            step += words[i] > last[step];
            out[i] = clip((int32_t)in[i] + least + (int32_t)step);
        }
        if (!slow) continue;
        for (size_t i = start; i < end; i++) {
            uint32_t step = first[words[i] >> 20];
            while (words[i] > last[step]) step++;
            out[i] = clip((int32_t)in[i] + least + (int32_t)step);
        }
    }
}

PK_CLONES void pk_add_uniform_noise_row(
    const uint8_t *restrict in, const uint32_t *restrict words, uint8_t *restrict out, size_t count, uint32_t reach) {
    uint32_t span = 2 * reach + 1;
    for (size_t i = 0; i < count; i++) {
        /* Shifted up by 2^10 levels, so that the division by 2^16 is one of a positive number. */
        uint32_t up = (uint32_t)((uint64_t)words[i] * span >> 32) + (1u << 26) + (1u << 15) - reach;
        out[i] = clip((int32_t)in[i] + (int32_t)(up >> 16) - 1024);
    }
}

PK_CLONES void pk_split_rgb_row(
    const uint8_t *restrict rgb, uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue,
    size_t count) {
    for (size_t i = 0; i < count; i++) {
        red[i] = rgb[3 * i];
        green[i] = rgb[3 * i + 1];
        blue[i] = rgb[3 * i + 2];
    }
}

PK_CLONES void pk_nearest_codeword_row(
    const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue,
    uint32_t *restrict best, size_t count, const uint8_t *restrict codeword, uint32_t index) {
    int32_t r = codeword[0], g = codeword[1], b = codeword[2];
    for (size_t i = 0; i < count; i++) {
        int32_t dr = red[i] - r, dg = green[i] - g, db = blue[i] - b;
        uint32_t key = (uint32_t)(dr * dr + dg * dg + db * db) << 4 | index;
        best[i] = key < best[i] ? key : best[i];
    }
}

PK_CLONES void pk_write_codewords_row(
    const uint32_t *restrict best, const uint8_t *restrict codewords, uint8_t *restrict rgb, size_t count) {
    if (count == 0) return;
    /* Four bytes at a time: the fourth is overwritten by the next pixel. */
    for (size_t i = 0; i + 1 < count; i++) memcpy(rgb + 3 * i, codewords + 4 * (best[i] & 15), 4);
    memcpy(rgb + 3 * (count - 1), codewords + 4 * (best[count - 1] & 15), 3);
}

PK_CLONES void pk_copy_chosen_blocks_row(
    const uint8_t *restrict from, uint8_t *restrict to, const uint8_t *restrict choices, uint8_t choice, size_t width,
    size_t channels) {
    size_t whole = width / 8;
    if (channels == 1) {
        for (size_t i = 0; i < whole; i++)
            if (choices[i] == choice) memcpy(to + 8 * i, from + 8 * i, 8);
    } else {
        for (size_t i = 0; i < whole; i++)
            if (choices[i] == choice) memcpy(to + 24 * i, from + 24 * i, 24);
    }
    size_t done = 8 * channels * whole;
    if (width % 8 > 0 && choices[whole] == choice) memcpy(to + done, from + done, width * channels - done);
}
