/// C around libpng, libjpeg-turbo and zlib.
///
/// Every setjmp and longjmp of those libraries stays inside this target: a function here returns a status and writes the
/// library's message into a buffer of the caller. Nothing is printed. No function keeps a pointer to the caller's memory
/// after the reader is closed. A reader is used by one thread at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// How a call ended.
typedef enum {
    PC_OK = 0,
    /// The bytes break the format; the message says how.
    PC_MALFORMED = 1,
    /// A variant that is refused; the message is its name.
    PC_UNSUPPORTED = 2,
    /// The poll function asked to stop.
    PC_CANCELLED = 3,
    /// The JPEG has more scans than allowed.
    PC_TOO_MANY_SCANS = 4,
    /// Memory could not be had.
    PC_NO_MEMORY = 5
} pc_status;

#define PC_MESSAGE_CAPACITY 160

/// A zero-terminated message, given by the caller, filled where the status is not PC_OK.
typedef struct {
    char text[PC_MESSAGE_CAPACITY];
} pc_message;

/// Asked while a long call runs; non-zero stops it. Must not jump.
typedef int (*pc_poll)(const void *context);

// PNG reading

typedef struct pc_png pc_png;

/// What libpng read before the image data, and how its rows come out.
typedef struct {
    uint32_t width;
    uint32_t height;
    /// Bits of a sample as coded: 1, 2, 4, 8 or 16.
    uint32_t coded_depth;
    /// The colour type of IHDR: 0, 2, 3, 4 or 6.
    uint32_t colour_type;
    /// Passes over the rows: 1, or 7 when interlaced.
    uint32_t passes;
    /// Channels of the rows that are read: palette, low depths and tRNS are expanded.
    uint32_t row_channels;
    /// Bits of a sample of those rows, 8 or 16 (big-endian).
    uint32_t row_depth;
    /// Bytes of such a row.
    size_t row_bytes;
} pc_png_info;

/// A reader over `count` bytes, which must stay where they are until it is closed; null when memory cannot be had.
/// `poll`, which may be null, is asked each time that bytes are taken: at least once for 8 KB.
pc_png *pc_png_create(const uint8_t *bytes, size_t count, pc_poll poll, const void *context);

/// Reads up to the image data. CRC mistakes, in critical and ancillary chunks alike, and libpng's benign errors are
/// malformed. Ancillary chunks other than tRNS are skipped unread.
pc_status pc_png_read_header(pc_png *reader, uint32_t max_width, uint32_t max_height, pc_png_info *info,
                             pc_message *message);

/// Says at which offset the image data ends. With the last row the reader takes at most that row's size and 64 KB of it;
/// more is malformed ("too much image data").
void pc_png_set_data_end(pc_png *reader, size_t data_end);

/// Reads the next `count` rows to `rows`, `stride` bytes apart. An interlaced image takes `passes` times `height` rows,
/// each pass over the same memory.
pc_status pc_png_read_rows(pc_png *reader, uint8_t *rows, size_t stride, size_t count, pc_message *message);

/// How many bytes have been taken from the start. After the last row of an honest file only the end of the compressed
/// stream is left of its image data.
size_t pc_png_position(const pc_png *reader);

/// Reads the chunks after the image data through IEND and checks the end of the compressed stream.
pc_status pc_png_finish(pc_png *reader, pc_message *message);

/// Frees the reader; null is allowed.
void pc_png_close(pc_png *reader);

// PNG writing

/// Encodes `[height, width, channels]` samples (1 grey or 3 RGB) at a deflate level with the given PNG_FILTER_ mask
/// (0 leaves the choice to libpng). The bytes are freed with `pc_free`.
pc_status pc_png_encode(const uint8_t *samples, uint32_t width, uint32_t height, int channels, int level, int filters,
                        uint8_t **bytes, size_t *count, pc_message *message);

/// Bytes of the stored PNG of these samples; 0 when one IDAT chunk cannot hold them.
size_t pc_png_stored_size(uint32_t width, uint32_t height, int channels);

/// Writes a PNG of stored deflate blocks to `out`, which holds `pc_png_stored_size` bytes.
void pc_png_write_stored(const uint8_t *samples, uint32_t width, uint32_t height, int channels, uint8_t *out);

// JPEG reading

typedef struct pc_jpeg pc_jpeg;

/// The colour model of the coded JPEG.
typedef enum { PC_GREY = 0, PC_RGB = 1, PC_YCBCR = 2, PC_CMYK = 3, PC_YCCK = 4 } pc_jpeg_model;

/// What libjpeg read before the first scan, and how its rows come out.
typedef struct {
    uint32_t width;
    uint32_t height;
    uint32_t components;
    pc_jpeg_model model;
    int is_progressive;
    /// Bytes of the coefficients held for the whole image: 0 where one scan holds every component.
    uint64_t coefficient_bytes;
    /// Channels of the rows that are read: 1 grey, 3 RGB, 4 CMYK as stored (Adobe's convention, inverted).
    uint32_t row_channels;
} pc_jpeg_info;

/// A reader over `count` bytes, which must stay where they are until it is closed; null when memory cannot be had.
pc_jpeg *pc_jpeg_create(const uint8_t *bytes, size_t count, int max_scans, pc_poll poll, const void *context);

/// Reads up to the first scan. Arithmetic coding, other depths than 8 and other component counts are unsupported.
pc_status pc_jpeg_read_header(pc_jpeg *reader, pc_jpeg_info *info, pc_message *message);

/// Starts decoding; reads every scan where there are several.
pc_status pc_jpeg_start(pc_jpeg *reader, pc_message *message);

/// Reads the next `count` rows to `rows`, `stride` bytes apart.
pc_status pc_jpeg_read_rows(pc_jpeg *reader, uint8_t *rows, size_t stride, size_t count, pc_message *message);

/// Reads through the end of the image. `left` is the number of bytes after it, `extraneous` those skipped before markers.
pc_status pc_jpeg_finish(pc_jpeg *reader, size_t *left, size_t *extraneous, pc_message *message);

/// Frees the reader; null is allowed.
void pc_jpeg_close(pc_jpeg *reader);

// JPEG writing

/// Encodes `[height, width, channels]` samples (1 grey or 3 RGB) as baseline JPEG without metadata but JFIF.
/// `horizontal` and `vertical` are the luma sampling factors, 1 or 2. The bytes are freed with `pc_free`.
pc_status pc_jpeg_encode(const uint8_t *samples, uint32_t width, uint32_t height, int channels, int quality,
                         int horizontal, int vertical, uint8_t **bytes, size_t *count, pc_message *message);

/// Frees what an encoder returned; null is allowed.
void pc_free(uint8_t *bytes);

// Bytes

/// The CRC-32 of PNG and zlib, continued from `crc` (0 to begin).
uint32_t pc_crc32(uint32_t crc, const uint8_t *bytes, size_t count);

/// The Adler-32 of zlib, continued from `adler` (1 to begin).
uint32_t pc_adler32(uint32_t adler, const uint8_t *bytes, size_t count);

/// What a zlib stream inflates to, counted up to `limit` + 1; a broken stream counts what came before the break, and so
/// does one where `poll`, which may be null, says to stop.
size_t pc_inflated_size(const uint8_t *bytes, size_t count, size_t limit, pc_poll poll, const void *context);

/// The index of the 0xFF of the first JPEG marker at or after `from` that ends entropy-coded data, or `count`.
size_t pc_entropy_end(const uint8_t *bytes, size_t count, size_t from);
