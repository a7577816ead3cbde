#include "CImageShim.h"
#include "message.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

struct pc_png {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t count;
    size_t position;
    // The offset after the image data, and what may be taken of it from here on once the last row is being read.
    size_t data_end;
    size_t finish_from;
    size_t finish_limit;
    int is_finishing;
    uint64_t rows_left;
    pc_poll poll;
    const void *context;
    // Why the jump came, where the bytes are not to blame.
    int out_of_memory;
    int is_cancelled;
    pc_message *message;
    jmp_buf jump;
};

static void on_error(png_structp png, png_const_charp text) {
    pc_png *reader = png_get_error_ptr(png);
    pc_record(reader->message, text);
    longjmp(reader->jump, 1);
}

// What remains of libpng's warnings, once benign errors are errors, does not touch the pixels.
static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static png_voidp on_allocate(png_structp png, png_alloc_size_t size) {
    pc_png *reader = png_get_mem_ptr(png);
    void *memory = malloc(size);
    if (memory == NULL) reader->out_of_memory = 1;
    return memory;
}

static void on_free(png_structp png, png_voidp memory) {
    (void)png;
    free(memory);
}

// libpng asks for at most 8 KB at a time. With its last row it inflates whatever is left of the image data before it
// says that it is too much, so that a bomb could stand behind an honest picture. What the last row can need is known; more
// is refused as it is asked for.
static void on_read(png_structp png, png_bytep out, size_t length) {
    pc_png *reader = png_get_io_ptr(png);
    if (reader->poll != NULL && reader->poll(reader->context)) {
        reader->is_cancelled = 1;
        png_error(png, "cancelled");
    }
    if (reader->is_finishing && reader->position < reader->data_end &&
        reader->position - reader->finish_from > reader->finish_limit)
        png_error(png, "too much image data");
    if (length > reader->count - reader->position) png_error(png, "truncated");
    memcpy(out, reader->bytes + reader->position, length);
    reader->position += length;
}

static pc_status failure(const pc_png *reader) {
    if (reader->is_cancelled) return PC_CANCELLED;
    return reader->out_of_memory ? PC_NO_MEMORY : PC_MALFORMED;
}

pc_png *pc_png_create(const uint8_t *bytes, size_t count, pc_poll poll, const void *context) {
    pc_png *reader = calloc(1, sizeof(pc_png));
    if (reader == NULL) return NULL;
    reader->bytes = bytes;
    reader->count = count;
    reader->poll = poll;
    reader->context = context;
    if (setjmp(reader->jump)) {
        pc_png_close(reader);
        return NULL;
    }
    reader->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning, reader, on_allocate,
                                           on_free);
    if (reader->png != NULL) reader->info = png_create_info_struct(reader->png);
    if (reader->info == NULL) {
        pc_png_close(reader);
        return NULL;
    }
    return reader;
}

pc_status pc_png_read_header(pc_png *reader, uint32_t max_width, uint32_t max_height, pc_png_info *info,
                             pc_message *message) {
    reader->message = message;
    if (setjmp(reader->jump)) return failure(reader);
    png_structp png = reader->png;
    png_set_read_fn(png, reader, on_read);
    png_set_user_limits(png, max_width, max_height);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_benign_errors(png, 0);
    // A negative count: every chunk but IHDR, PLTE, tRNS, IDAT and IEND is skipped, so that nothing ancillary is inflated.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(png, reader->info);

    info->width = png_get_image_width(png, reader->info);
    info->height = png_get_image_height(png, reader->info);
    info->coded_depth = png_get_bit_depth(png, reader->info);
    info->colour_type = png_get_color_type(png, reader->info);
    png_set_expand(png);
    info->passes = (uint32_t)png_set_interlace_handling(png);
    png_read_update_info(png, reader->info);
    info->row_channels = png_get_channels(png, reader->info);
    info->row_depth = png_get_bit_depth(png, reader->info);
    info->row_bytes = png_get_rowbytes(png, reader->info);
    reader->rows_left = (uint64_t)info->passes * info->height;
    return PC_OK;
}

void pc_png_set_data_end(pc_png *reader, size_t data_end) { reader->data_end = data_end; }

// libpng ends the image data in the call for the last row of the last pass, also where that row has no pixel in the pass.
// A coded row is no longer than one that is given out; stored blocks and the heads of chunks are within the 64 KB.
static void begin_to_finish(pc_png *reader) {
    if (reader->is_finishing || reader->rows_left > 1) return;
    reader->is_finishing = 1;
    reader->finish_from = reader->position;
    reader->finish_limit = png_get_rowbytes(reader->png, reader->info) + 65536;
}

pc_status pc_png_read_rows(pc_png *reader, uint8_t *rows, size_t stride, size_t count, pc_message *message) {
    reader->message = message;
    if (setjmp(reader->jump)) return failure(reader);
    for (size_t i = 0; i < count; i++) {
        begin_to_finish(reader);
        png_read_row(reader->png, rows + i * stride, NULL);
        if (reader->rows_left > 0) reader->rows_left--;
    }
    return PC_OK;
}

size_t pc_png_position(const pc_png *reader) { return reader->position; }

pc_status pc_png_finish(pc_png *reader, pc_message *message) {
    reader->message = message;
    if (setjmp(reader->jump)) return failure(reader);
    png_read_end(reader->png, NULL);
    return PC_OK;
}

void pc_png_close(pc_png *reader) {
    if (reader == NULL) return;
    if (reader->png != NULL) png_destroy_read_struct(&reader->png, &reader->info, NULL);
    free(reader);
}
