#include "CImageShim.h"
#include "message.h"

#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>
#include <setjmp.h>
#include <stdlib.h>

typedef struct {
    struct jpeg_compress_struct encoder;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination;
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    int is_created;
    pc_status status;
    pc_message *message;
    jmp_buf jump;
} writer;

static void on_error(j_common_ptr common) {
    writer *self = common->client_data;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    pc_record(self->message, text);
    self->status = common->err->msg_code == JERR_OUT_OF_MEMORY ? PC_NO_MEMORY : PC_MALFORMED;
    longjmp(self->jump, 1);
}

static void on_message(j_common_ptr common, int level) {
    (void)common;
    (void)level;
}

static void on_output(j_common_ptr common) { (void)common; }

// jpeg_mem_dest loses its buffer when an error comes after it has grown; this one stays with the writer.

static void begin_output(j_compress_ptr encoder) {
    writer *self = encoder->client_data;
    self->destination.next_output_byte = self->bytes;
    self->destination.free_in_buffer = self->capacity;
}

static boolean grow_output(j_compress_ptr encoder) {
    writer *self = encoder->client_data;
    // The library calls this only when the buffer is full to its end.
    uint8_t *larger = self->capacity > SIZE_MAX / 2 ? NULL : realloc(self->bytes, self->capacity * 2);
    if (larger == NULL) ERREXIT1(encoder, JERR_OUT_OF_MEMORY, 10);
    self->destination.next_output_byte = larger + self->capacity;
    self->destination.free_in_buffer = self->capacity;
    self->bytes = larger;
    self->capacity *= 2;
    return TRUE;
}

static void end_output(j_compress_ptr encoder) {
    writer *self = encoder->client_data;
    self->count = self->capacity - self->destination.free_in_buffer;
}

static pc_status write_all(writer *self, const uint8_t *samples, uint32_t width, uint32_t height, int channels,
                           int quality, int horizontal, int vertical) {
    struct jpeg_compress_struct *encoder = &self->encoder;
    encoder->err = jpeg_std_error(&self->errors);
    self->errors.error_exit = on_error;
    self->errors.emit_message = on_message;
    self->errors.output_message = on_output;
    encoder->client_data = self;
    if (setjmp(self->jump)) return self->status;
    self->is_created = 1;
    jpeg_create_compress(encoder);
    self->destination.init_destination = begin_output;
    self->destination.empty_output_buffer = grow_output;
    self->destination.term_destination = end_output;
    encoder->dest = &self->destination;
    encoder->image_width = width;
    encoder->image_height = height;
    encoder->input_components = channels;
    encoder->in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(encoder);
    jpeg_set_quality(encoder, quality, TRUE);
    encoder->dct_method = JDCT_ISLOW;
    if (channels == 3) {
        encoder->comp_info[0].h_samp_factor = horizontal;
        encoder->comp_info[0].v_samp_factor = vertical;
    }
    jpeg_start_compress(encoder, TRUE);
    size_t stride = (size_t)width * (size_t)channels;
    while (encoder->next_scanline < height) {
        JSAMPROW rows[16];
        JDIMENSION first = encoder->next_scanline;
        JDIMENSION count = height - first < 16 ? height - first : 16;
        // The library's type lacks const; it does not write to its input.
        for (JDIMENSION i = 0; i < count; i++) rows[i] = (JSAMPROW)(samples + (size_t)(first + i) * stride);
        jpeg_write_scanlines(encoder, rows, count);
    }
    jpeg_finish_compress(encoder);
    return PC_OK;
}

pc_status pc_jpeg_encode(const uint8_t *samples, uint32_t width, uint32_t height, int channels, int quality,
                         int horizontal, int vertical, uint8_t **bytes, size_t *count, pc_message *message) {
    *bytes = NULL;
    *count = 0;
    writer *self = calloc(1, sizeof(writer));
    if (self == NULL) return PC_NO_MEMORY;
    self->message = message;
    self->capacity = (size_t)width * height * (size_t)channels / 4 + 4096;
    self->bytes = malloc(self->capacity);
    pc_status status = PC_NO_MEMORY;
    if (self->bytes != NULL)
        status = write_all(self, samples, width, height, channels, quality, horizontal, vertical);
    if (self->is_created) jpeg_destroy_compress(&self->encoder);
    if (status == PC_OK) {
        *bytes = self->bytes;
        *count = self->count;
    } else {
        free(self->bytes);
    }
    free(self);
    return status;
}
