/// libjpeg-turbo and libpng as a plain C program calls them, to measure what our wrapping of them costs.
///
/// For the benchmarks alone: the bytes are trusted, and nothing is limited, polled or explained. Every function returns 0
/// where it worked, and gives memory that `cp_free` frees. No jump leaves a function.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// The samples of a JPEG, `[height, width, channels]`, grey or RGB.
int cp_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t **samples, size_t *size);

/// A baseline JPEG of `[height, width, channels]` samples, colour with chroma halved both ways.
int cp_jpeg_encode(const uint8_t *samples, uint32_t width, uint32_t height, int channels, int quality, uint8_t **bytes,
                   size_t *count);

/// The samples of a PNG of 8 bits, grey or RGB, not interlaced.
int cp_png_decode(const uint8_t *bytes, size_t count, uint8_t **samples, size_t *size);

/// A PNG of `[height, width, channels]` samples at a deflate level with the given PNG_FILTER_ mask (0 leaves the choice
/// to libpng).
int cp_png_encode(const uint8_t *samples, uint32_t width, uint32_t height, int channels, int level, int filters,
                  uint8_t **bytes, size_t *count);

/// Frees what a function here gave; null is allowed.
void cp_free(uint8_t *memory);
