#include "CCodecPeer.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t position;
} source;

typedef struct {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} sink;

static void on_read(png_structp png, png_bytep out, size_t length) {
    source *self = png_get_io_ptr(png);
    if (length > self->count - self->position) png_error(png, "truncated");
    memcpy(out, self->bytes + self->position, length);
    self->position += length;
}

static void on_write(png_structp png, png_bytep data, size_t length) {
    sink *self = png_get_io_ptr(png);
    if (length > self->capacity - self->count) {
        size_t wanted = 2 * (self->capacity + length);
        uint8_t *larger = realloc(self->bytes, wanted);
        if (larger == NULL) png_error(png, "out of memory");
        self->bytes = larger;
        self->capacity = wanted;
    }
    memcpy(self->bytes + self->count, data, length);
    self->count += length;
}

static void on_flush(png_structp png) { (void)png; }

int cp_png_decode(const uint8_t *bytes, size_t count, uint8_t **samples, size_t *size) {
    source input = {bytes, count, 0};
    *samples = NULL;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    if (png == NULL) return 1;
    png_infop info = png_create_info_struct(png);
    if (info == NULL || setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        cp_free(*samples);
        *samples = NULL;
        return 1;
    }
    png_set_read_fn(png, &input, on_read);
    png_read_info(png, info);
    size_t stride = png_get_rowbytes(png, info);
    size_t height = png_get_image_height(png, info);
    *size = stride * height;
    *samples = malloc(*size);
    if (*samples == NULL) png_error(png, "out of memory");
    for (size_t y = 0; y < height; y++) png_read_row(png, *samples + y * stride, NULL);
    png_read_end(png, NULL);
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
}

int cp_png_encode(const uint8_t *samples, uint32_t width, uint32_t height, int channels, int level, int filters,
                  uint8_t **bytes, size_t *count) {
    sink output = {NULL, 0, 0};
    *bytes = NULL;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    if (png == NULL) return 1;
    png_infop info = png_create_info_struct(png);
    if (info == NULL || setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        free(output.bytes);
        return 1;
    }
    png_set_write_fn(png, &output, on_write, on_flush);
    png_set_compression_level(png, level);
    if (filters != 0) png_set_filter(png, PNG_FILTER_TYPE_BASE, filters);
    png_set_IHDR(png, info, width, height, 8, channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    size_t stride = (size_t)width * (size_t)channels;
    for (size_t y = 0; y < height; y++) png_write_row(png, samples + y * stride);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    *bytes = output.bytes;
    *count = output.count;
    return 0;
}
