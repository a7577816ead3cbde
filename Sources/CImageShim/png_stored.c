#include "CImageShim.h"

#include <string.h>

// A PNG whose only IDAT chunk holds stored deflate blocks (RFC 1951, 3.2.4): every row unfiltered, nothing compressed.

enum { BLOCK = 65535, SIGNATURE = 8, CHUNK = 12, IHDR = 13, ZLIB = 6, BLOCK_HEAD = 5 };

/// Bytes of the filtered image: a filter byte and a row, `height` times.
static uint64_t filtered_size(uint32_t width, uint32_t height, int channels) {
    return (uint64_t)height * ((uint64_t)width * (uint64_t)channels + 1);
}

static uint64_t idat_size(uint64_t filtered) {
    uint64_t blocks = (filtered + BLOCK - 1) / BLOCK;
    return ZLIB + blocks * BLOCK_HEAD + filtered;
}

size_t pc_png_stored_size(uint32_t width, uint32_t height, int channels) {
    if (width == 0 || height == 0 || width > 0x7fffffff || height > 0x7fffffff) return 0;
    // At most 2^31 times (3 * 2^31 + 1): below 2^64.
    uint64_t payload = idat_size(filtered_size(width, height, channels));
    if (payload > 0x7fffffff) return 0;
    return (size_t)(SIGNATURE + CHUNK + IHDR + CHUNK + payload + CHUNK);
}

static uint8_t *put32(uint8_t *out, uint32_t value) {
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
    return out + 4;
}

static uint8_t *put_head(uint8_t *out, uint32_t length, const char *type) {
    out = put32(out, length);
    memcpy(out, type, 4);
    return out + 4;
}

/// Ends a chunk of `length` bytes of data before `out` with its CRC, which covers the type too.
static uint8_t *put_crc(uint8_t *out, size_t length) {
    return put32(out, pc_crc32(0, out - length - 4, length + 4));
}

typedef struct {
    uint8_t *out;
    /// Bytes of the filtered image that have no block yet.
    uint64_t unblocked;
    /// Room left in the open block.
    size_t room;
} blocks;

static void put_bytes(blocks *self, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        if (self->room == 0) {
            size_t length = self->unblocked < BLOCK ? (size_t)self->unblocked : BLOCK;
            self->unblocked -= length;
            self->room = length;
            uint8_t *head = self->out;
            head[0] = self->unblocked == 0 ? 1 : 0;
            head[1] = (uint8_t)length;
            head[2] = (uint8_t)(length >> 8);
            head[3] = (uint8_t)~head[1];
            head[4] = (uint8_t)~head[2];
            self->out += BLOCK_HEAD;
        }
        size_t part = count < self->room ? count : self->room;
        memcpy(self->out, bytes, part);
        self->out += part;
        self->room -= part;
        bytes += part;
        count -= part;
    }
}

void pc_png_write_stored(const uint8_t *samples, uint32_t width, uint32_t height, int channels, uint8_t *out) {
    static const uint8_t signature[SIGNATURE] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    memcpy(out, signature, SIGNATURE);
    out = put_head(out + SIGNATURE, IHDR, "IHDR");
    out = put32(put32(out, width), height);
    const uint8_t rest[5] = {8, channels == 1 ? 0 : 2, 0, 0, 0};
    memcpy(out, rest, sizeof rest);
    out = put_crc(out + sizeof rest, IHDR);

    size_t stride = (size_t)width * (size_t)channels;
    uint64_t filtered = filtered_size(width, height, channels);
    size_t payload = (size_t)idat_size(filtered);
    out = put_head(out, (uint32_t)payload, "IDAT");
    // Deflate with a 32 KB window, fastest level: the two bytes are a multiple of 31 as RFC 1950 demands.
    out[0] = 0x78;
    out[1] = 0x01;
    blocks stream = {out + 2, filtered, 0};
    static const uint8_t no_filter = 0;
    uint32_t adler = 1;
    for (uint32_t y = 0; y < height; y++) {
        const uint8_t *row = samples + (size_t)y * stride;
        put_bytes(&stream, &no_filter, 1);
        put_bytes(&stream, row, stride);
        adler = pc_adler32(pc_adler32(adler, &no_filter, 1), row, stride);
    }
    out = put_crc(put32(stream.out, adler), payload);
    put_crc(put_head(out, 0, "IEND"), 0);
}
