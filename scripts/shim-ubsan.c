// Drives the C shim alone over files, whole and cut at 64 places, for a build with sanitizers that Swift does not have.
// Usage: shim-ubsan FILE...; prints how many decodes there were. A finding ends the process.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CImageShim.h"

enum { CUTS = 64, MAX_SIDE = 4096, MAX_SCANS = 20 };

static long decodes;

static int never(const void *context) {
    (void)context;
    return 0;
}

static void encode_again(const uint8_t *rows, uint32_t width, uint32_t height, uint32_t channels) {
    uint8_t *bytes = NULL;
    size_t count = 0;
    pc_message message;
    if (channels != 1 && channels != 3) return;
    if (pc_jpeg_encode(rows, width, height, (int)channels, 75, 2, 2, &bytes, &count, &message) == PC_OK) pc_free(bytes);
    bytes = NULL;
    if (pc_png_encode(rows, width, height, (int)channels, 1, 0, &bytes, &count, &message) == PC_OK) pc_free(bytes);
    size_t size = pc_png_stored_size(width, height, (int)channels);
    uint8_t *stored = size > 0 ? malloc(size) : NULL;
    if (stored) pc_png_write_stored(rows, width, height, (int)channels, stored);
    free(stored);
}

static void read_png(const uint8_t *bytes, size_t count) {
    pc_message message;
    pc_png_info info;
    pc_png *reader = pc_png_create(bytes, count, NULL, NULL);
    if (!reader) return;
    if (pc_png_read_header(reader, MAX_SIDE, MAX_SIDE, &info, &message) == PC_OK) {
        uint8_t *rows = calloc(info.height, info.row_bytes);
        pc_status status = rows ? PC_OK : PC_NO_MEMORY;
        for (uint32_t pass = 0; pass < info.passes && status == PC_OK; pass++)
            status = pc_png_read_rows(reader, rows, info.row_bytes, info.height, &message);
        if (status == PC_OK && pc_png_finish(reader, &message) == PC_OK && info.row_depth == 8)
            encode_again(rows, info.width, info.height, info.row_channels);
        free(rows);
    }
    pc_png_close(reader);
}

static void read_jpeg(const uint8_t *bytes, size_t count) {
    pc_message message;
    pc_jpeg_info info;
    size_t left, extraneous;
    pc_jpeg *reader = pc_jpeg_create(bytes, count, MAX_SCANS, never, NULL);
    if (!reader) return;
    if (pc_jpeg_read_header(reader, &info, &message) == PC_OK && info.width <= MAX_SIDE && info.height <= MAX_SIDE &&
        pc_jpeg_start(reader, &message) == PC_OK) {
        size_t stride = (size_t)info.width * info.row_channels;
        uint8_t *rows = calloc(info.height, stride);
        if (rows && pc_jpeg_read_rows(reader, rows, stride, info.height, &message) == PC_OK &&
            pc_jpeg_finish(reader, &left, &extraneous, &message) == PC_OK)
            encode_again(rows, info.width, info.height, info.row_channels);
        free(rows);
    }
    pc_jpeg_close(reader);
}

// A copy of exactly `count` bytes, so that a read past the end is seen.
static void read_copy(const uint8_t *bytes, size_t count) {
    uint8_t *copy = malloc(count > 0 ? count : 1);
    if (!copy) return;
    memcpy(copy, bytes, count);
    read_png(copy, count);
    read_jpeg(copy, count);
    pc_inflated_size(copy, count, 1 << 20, NULL, NULL);
    pc_entropy_end(copy, count, 0);
    pc_crc32(0, copy, count);
    pc_adler32(1, copy, count);
    free(copy);
    decodes += 1;
}

int main(int count, char **names) {
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(names[i], "rb");
        if (!file) {
            perror(names[i]);
            return 2;
        }
        fseek(file, 0, SEEK_END);
        long size = ftell(file);
        rewind(file);
        uint8_t *bytes = malloc(size > 0 ? (size_t)size : 1);
        if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size) return 2;
        fclose(file);
        read_copy(bytes, (size_t)size);
        for (int cut = 0; cut < CUTS; cut++) read_copy(bytes, (size_t)size * (size_t)cut / CUTS);
        free(bytes);
    }
    printf("shim: %d files, %ld decodes\n", count - 1, decodes);
    return 0;
}
