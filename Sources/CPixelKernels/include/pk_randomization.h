/* Rows of the randomized defenses. */
#ifndef PK_RANDOMIZATION_H
#define PK_RANDOMIZATION_H

#include <stddef.h>
#include <stdint.h>

/* Writes `groups` times eight blocks of ChaCha20 (RFC 8439, section 2.3) to `out`, sixteen words each, for the eight words
 * of `key`, block counters from `counter` on (modulo 2^32) and the nonce 0, low half of `stream`, high half. */
void pk_chacha_blocks(
    const uint32_t *restrict key, uint32_t counter, uint64_t stream, uint32_t *restrict out, size_t groups);

/* Adds noise, clipped to 0 ... 255. The noise of a word is `least` plus the number of the `steps` entries of `last`, which
 * ascend, that are below the word; no word is above the last entry.
 *
 * `first[t]` is that number for the smallest word whose top 12 bits are t, and `fast_from` <= t < `fast_to` are the values
 * of t for which at most the next entry can count as well. */
void pk_add_table_noise_row(
    const uint8_t *restrict in, const uint32_t *restrict words, uint8_t *restrict out, size_t count,
    const uint32_t *restrict last, const uint16_t *restrict first, int32_t least, uint32_t fast_from,
    uint32_t fast_to);

/* Adds noise, clipped to 0 ... 255: floor((word (2 reach + 1) / 2^32 - reach + 2^15) / 2^16), where the inner division rounds
 * down: uniform between plus and minus `reach` 65536ths of a level, then rounded to levels. `reach` is below 2^25. */
void pk_add_uniform_noise_row(
    const uint8_t *restrict in, const uint32_t *restrict words, uint8_t *restrict out, size_t count, uint32_t reach);

/* Splits `count` RGB pixels into three planes. */
void pk_split_rgb_row(
    const uint8_t *restrict rgb, uint8_t *restrict red, uint8_t *restrict green, uint8_t *restrict blue,
    size_t count);

/* Lowers `best` to 16 times the squared distance of each pixel to a codeword, plus `index` (0 ... 15). */
void pk_nearest_codeword_row(
    const uint8_t *restrict red, const uint8_t *restrict green, const uint8_t *restrict blue,
    uint32_t *restrict best, size_t count, const uint8_t *restrict codeword, uint32_t index);

/* Writes the codeword that the low four bits of `best` name; a codeword is three samples and a byte of padding. */
void pk_write_codewords_row(
    const uint32_t *restrict best, const uint8_t *restrict codewords, uint8_t *restrict rgb, size_t count);

/* Copies the samples of one row of the 8-pixel blocks whose choice is `choice`; the last block may be narrower. */
void pk_copy_chosen_blocks_row(
    const uint8_t *restrict from, uint8_t *restrict to, const uint8_t *restrict choices, uint8_t choice, size_t width,
    size_t channels);

#endif
