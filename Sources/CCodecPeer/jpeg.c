#include "CCodecPeer.h"

#include <stdio.h>

#include <jpeglib.h>

#include <setjmp.h>
#include <stdlib.h>

enum { ROWS = 16 };

typedef struct {
    struct jpeg_error_mgr errors;
    jmp_buf jump;
} failure;

static void on_error(j_common_ptr common) { longjmp(((failure *)common->err)->jump, 1); }

int cp_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t **samples, size_t *size) {
    struct jpeg_decompress_struct decoder;
    failure failure;
    *samples = NULL;
    decoder.err = jpeg_std_error(&failure.errors);
    failure.errors.error_exit = on_error;
    if (setjmp(failure.jump)) {
        jpeg_destroy_decompress(&decoder);
        cp_free(*samples);
        *samples = NULL;
        return 1;
    }
    jpeg_create_decompress(&decoder);
    jpeg_mem_src(&decoder, bytes, count);
    jpeg_read_header(&decoder, TRUE);
    jpeg_start_decompress(&decoder);
    size_t stride = (size_t)decoder.output_width * (size_t)decoder.output_components;
    *size = stride * decoder.output_height;
    *samples = malloc(*size);
    if (*samples == NULL) longjmp(failure.jump, 1);
    while (decoder.output_scanline < decoder.output_height) {
        JSAMPROW rows[ROWS];
        JDIMENSION left = decoder.output_height - decoder.output_scanline;
        JDIMENSION wanted = left < ROWS ? left : ROWS;
        for (JDIMENSION i = 0; i < wanted; i++) rows[i] = *samples + (decoder.output_scanline + i) * stride;
        jpeg_read_scanlines(&decoder, rows, wanted);
    }
    jpeg_finish_decompress(&decoder);
    jpeg_destroy_decompress(&decoder);
    return 0;
}

int cp_jpeg_encode(const uint8_t *samples, uint32_t width, uint32_t height, int channels, int quality, uint8_t **bytes,
                   size_t *count) {
    struct jpeg_compress_struct encoder;
    failure failure;
    unsigned long length = 0;
    *bytes = NULL;
    encoder.err = jpeg_std_error(&failure.errors);
    failure.errors.error_exit = on_error;
    if (setjmp(failure.jump)) {
        jpeg_destroy_compress(&encoder);
        return 1;
    }
    jpeg_create_compress(&encoder);
    jpeg_mem_dest(&encoder, bytes, &length);
    encoder.image_width = width;
    encoder.image_height = height;
    encoder.input_components = channels;
    encoder.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&encoder);
    jpeg_set_quality(&encoder, quality, TRUE);
    jpeg_start_compress(&encoder, TRUE);
    size_t stride = (size_t)width * (size_t)channels;
    while (encoder.next_scanline < height) {
        JSAMPROW rows[ROWS];
        JDIMENSION left = height - encoder.next_scanline;
        JDIMENSION wanted = left < ROWS ? left : ROWS;
        // The library's type lacks const; it does not write to its input.
        for (JDIMENSION i = 0; i < wanted; i++) rows[i] = (JSAMPROW)(samples + (encoder.next_scanline + i) * stride);
        jpeg_write_scanlines(&encoder, rows, wanted);
    }
    jpeg_finish_compress(&encoder);
    jpeg_destroy_compress(&encoder);
    *count = length;
    return 0;
}

void cp_free(uint8_t *memory) { free(memory); }
