#include "CImageShim.h"
#include "message.h"

#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>
#include <setjmp.h>
#include <stdlib.h>

struct pc_jpeg {
    struct jpeg_decompress_struct decoder;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    int max_scans;
    pc_poll poll;
    const void *context;
    size_t extraneous;
    int is_created;
    /// Why the jump came, where it is not the library's own error.
    pc_status status;
    pc_message *message;
    jmp_buf jump;
};

// Bytes that some cameras and capture cards leave before a marker. More than this is data that another decoder may show.
enum { TOLERATED_EXTRANEOUS = 64 };

static void stop(pc_jpeg *reader, pc_status status, const char *text) {
    reader->status = status;
    pc_record(reader->message, text);
    longjmp(reader->jump, 1);
}

static void on_error(j_common_ptr common) {
    pc_jpeg *reader = common->client_data;
    char text[JMSG_LENGTH_MAX];
    common->err->format_message(common, text);
    stop(reader, common->err->msg_code == JERR_OUT_OF_MEMORY ? PC_NO_MEMORY : PC_MALFORMED, text);
}

// A warning of libjpeg means that it goes on with guessed pixels; such a file is malformed here. Three are let through,
// because the pixels do not depend on them.
static void on_message(j_common_ptr common, int level) {
    if (level >= 0) return;
    pc_jpeg *reader = common->client_data;
    switch (common->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA: {
        int discarded = common->err->msg_parm.i[0];
        if (discarded > 0) reader->extraneous += (size_t)discarded;
        if (reader->extraneous <= TOLERATED_EXTRANEOUS) return;
        break;
    }
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_JFIF_MAJOR:
        return;
    default:
        break;
    }
    on_error(common);
}

static void on_output(j_common_ptr common) { (void)common; }

// libjpeg calls this once for each row of blocks while it reads the scans of a multi-scan file.
static void on_progress(j_common_ptr common) {
    pc_jpeg *reader = common->client_data;
    if (reader->decoder.input_scan_number > reader->max_scans) stop(reader, PC_TOO_MANY_SCANS, "too many scans");
    if (reader->poll != NULL && reader->poll(reader->context)) stop(reader, PC_CANCELLED, "cancelled");
}

pc_jpeg *pc_jpeg_create(const uint8_t *bytes, size_t count, int max_scans, pc_poll poll, const void *context) {
    pc_jpeg *reader = calloc(1, sizeof(pc_jpeg));
    if (reader == NULL) return NULL;
    reader->max_scans = max_scans;
    reader->poll = poll;
    reader->context = context;
    reader->decoder.err = jpeg_std_error(&reader->errors);
    reader->errors.error_exit = on_error;
    reader->errors.emit_message = on_message;
    reader->errors.output_message = on_output;
    reader->decoder.client_data = reader;
    if (setjmp(reader->jump)) {
        pc_jpeg_close(reader);
        return NULL;
    }
    reader->is_created = 1;
    // Keeps err and client_data, clears the rest.
    jpeg_create_decompress(&reader->decoder);
    reader->progress.progress_monitor = on_progress;
    reader->decoder.progress = &reader->progress;
    jpeg_mem_src(&reader->decoder, bytes, count);
    return reader;
}

static uint64_t round_up(uint64_t value, uint64_t step) { return (value + step - 1) / step * step; }

/// What the decoder holds for the whole image where there are several scans: 64 16-bit coefficients for each block.
static uint64_t coefficient_bytes(struct jpeg_decompress_struct *decoder) {
    if (!jpeg_has_multiple_scans(decoder)) return 0;
    uint64_t blocks = 0;
    for (int i = 0; i < decoder->num_components; i++) {
        const jpeg_component_info *component = &decoder->comp_info[i];
        blocks += round_up(component->width_in_blocks, (uint64_t)component->h_samp_factor) *
                  round_up(component->height_in_blocks, (uint64_t)component->v_samp_factor);
    }
    return blocks * DCTSIZE2 * sizeof(JCOEF);
}

/// Sets the colour space of the rows; the coded model, or -1 where it is refused.
static int choose_output(struct jpeg_decompress_struct *decoder, uint32_t *row_channels) {
    switch (decoder->jpeg_color_space) {
    case JCS_GRAYSCALE:
        decoder->out_color_space = JCS_GRAYSCALE;
        *row_channels = 1;
        return PC_GREY;
    case JCS_RGB:
    case JCS_YCbCr:
        decoder->out_color_space = JCS_RGB;
        *row_channels = 3;
        return decoder->jpeg_color_space == JCS_RGB ? PC_RGB : PC_YCBCR;
    case JCS_CMYK:
    case JCS_YCCK:
        decoder->out_color_space = JCS_CMYK;
        *row_channels = 4;
        return decoder->jpeg_color_space == JCS_CMYK ? PC_CMYK : PC_YCCK;
    default:
        return -1;
    }
}

pc_status pc_jpeg_read_header(pc_jpeg *reader, pc_jpeg_info *info, pc_message *message) {
    reader->message = message;
    if (setjmp(reader->jump)) return reader->status;
    struct jpeg_decompress_struct *decoder = &reader->decoder;
    if (jpeg_read_header(decoder, TRUE) != JPEG_HEADER_OK) stop(reader, PC_MALFORMED, "no image");
    if (decoder->arith_code) stop(reader, PC_UNSUPPORTED, "jpeg-arithmetic");
    if (decoder->data_precision != 8) stop(reader, PC_UNSUPPORTED, "jpeg-12-bit");
    int model = choose_output(decoder, &info->row_channels);
    if (model < 0) stop(reader, PC_UNSUPPORTED, "jpeg-component-count");
    info->width = decoder->image_width;
    info->height = decoder->image_height;
    info->components = (uint32_t)decoder->num_components;
    info->model = (pc_jpeg_model)model;
    info->is_progressive = decoder->progressive_mode ? 1 : 0;
    info->coefficient_bytes = coefficient_bytes(decoder);
    return PC_OK;
}

pc_status pc_jpeg_start(pc_jpeg *reader, pc_message *message) {
    reader->message = message;
    if (setjmp(reader->jump)) return reader->status;
    /* The exact integer transform, by name: pixels are not to follow a library's default. */
    reader->decoder.dct_method = JDCT_ISLOW;
    if (!jpeg_start_decompress(&reader->decoder)) stop(reader, PC_MALFORMED, "truncated");
    return PC_OK;
}

pc_status pc_jpeg_read_rows(pc_jpeg *reader, uint8_t *rows, size_t stride, size_t count, pc_message *message) {
    reader->message = message;
    if (setjmp(reader->jump)) return reader->status;
    size_t done = 0;
    while (done < count) {
        JSAMPROW pointers[16];
        size_t wanted = count - done < 16 ? count - done : 16;
        for (size_t i = 0; i < wanted; i++) pointers[i] = rows + (done + i) * stride;
        JDIMENSION got = jpeg_read_scanlines(&reader->decoder, pointers, (JDIMENSION)wanted);
        if (got == 0) stop(reader, PC_MALFORMED, "truncated");
        done += got;
    }
    return PC_OK;
}

pc_status pc_jpeg_finish(pc_jpeg *reader, size_t *left, size_t *extraneous, pc_message *message) {
    reader->message = message;
    if (setjmp(reader->jump)) return reader->status;
    if (!jpeg_finish_decompress(&reader->decoder)) stop(reader, PC_MALFORMED, "truncated");
    *left = reader->decoder.src->bytes_in_buffer;
    *extraneous = reader->extraneous;
    return PC_OK;
}

void pc_jpeg_close(pc_jpeg *reader) {
    if (reader == NULL) return;
    if (reader->is_created) jpeg_destroy_decompress(&reader->decoder);
    free(reader);
}
