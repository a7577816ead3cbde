#include "CImageShim.h"
#include "message.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

typedef struct {
    png_structp png;
    png_infop info;
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    int out_of_memory;
    pc_message *message;
    jmp_buf jump;
} writer;

static void on_error(png_structp png, png_const_charp text) {
    writer *self = png_get_error_ptr(png);
    pc_record(self->message, text);
    longjmp(self->jump, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void on_write(png_structp png, png_bytep data, size_t length) {
    writer *self = png_get_io_ptr(png);
    if (length > self->capacity - self->count) {
        size_t wanted = self->capacity;
        while (length > wanted - self->count) {
            if (wanted > SIZE_MAX / 2) png_error(png, "too large");
            wanted *= 2;
        }
        uint8_t *larger = realloc(self->bytes, wanted);
        if (larger == NULL) {
            self->out_of_memory = 1;
            png_error(png, "out of memory");
        }
        self->bytes = larger;
        self->capacity = wanted;
    }
    memcpy(self->bytes + self->count, data, length);
    self->count += length;
}

static void on_flush(png_structp png) { (void)png; }

static pc_status write_all(writer *self, const uint8_t *samples, uint32_t width, uint32_t height, int channels,
                           int level, int filters) {
    if (setjmp(self->jump)) return self->out_of_memory ? PC_NO_MEMORY : PC_MALFORMED;
    self->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, self, on_error, on_warning);
    if (self->png == NULL) return PC_NO_MEMORY;
    self->info = png_create_info_struct(self->png);
    if (self->info == NULL) return PC_NO_MEMORY;
    png_set_write_fn(self->png, self, on_write, on_flush);
    png_set_user_limits(self->png, 0x7fffffff, 0x7fffffff);
    png_set_compression_level(self->png, level);
    png_set_compression_buffer_size(self->png, 65536);
    if (filters != 0) png_set_filter(self->png, PNG_FILTER_TYPE_BASE, filters);
    int colour = channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB;
    png_set_IHDR(self->png, self->info, width, height, 8, colour, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(self->png, self->info);
    size_t stride = (size_t)width * (size_t)channels;
    for (size_t y = 0; y < height; y++) png_write_row(self->png, samples + y * stride);
    png_write_end(self->png, NULL);
    return PC_OK;
}

pc_status pc_png_encode(const uint8_t *samples, uint32_t width, uint32_t height, int channels, int level, int filters,
                        uint8_t **bytes, size_t *count, pc_message *message) {
    *bytes = NULL;
    *count = 0;
    writer *self = calloc(1, sizeof(writer));
    if (self == NULL) return PC_NO_MEMORY;
    self->message = message;
    self->capacity = (size_t)width * height * (size_t)channels / 2 + 4096;
    self->bytes = malloc(self->capacity);
    pc_status status = PC_NO_MEMORY;
    if (self->bytes != NULL) status = write_all(self, samples, width, height, channels, level, filters);
    if (self->png != NULL) png_destroy_write_struct(&self->png, &self->info);
    if (status == PC_OK) {
        *bytes = self->bytes;
        *count = self->count;
    } else {
        free(self->bytes);
    }
    free(self);
    return status;
}

void pc_free(uint8_t *bytes) { free(bytes); }
