#include "CImageShim.h"

#include <string.h>
#include <zlib.h>

size_t pc_inflated_size(const uint8_t *bytes, size_t count, size_t limit, pc_poll poll, const void *context) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (inflateInit(&stream) != Z_OK) return 0;
    uint8_t scratch[16384];
    size_t total = 0;
    size_t position = 0;
    int result = Z_OK;
    while (result == Z_OK && total <= limit) {
        if (stream.avail_in == 0 && position < count) {
            // Empty blocks give nothing out, so that one call may take all that it is given: parts keep it short.
            if (poll != NULL && poll(context)) break;
            size_t part = count - position < 65536 ? count - position : 65536;
            stream.next_in = (Bytef *)(bytes + position);
            stream.avail_in = (uInt)part;
            position += part;
        }
        stream.next_out = scratch;
        stream.avail_out = sizeof scratch;
        result = inflate(&stream, Z_NO_FLUSH);
        total += sizeof scratch - stream.avail_out;
    }
    inflateEnd(&stream);
    return total > limit ? limit + 1 : total;
}

size_t pc_entropy_end(const uint8_t *bytes, size_t count, size_t from) {
    size_t position = from;
    while (position < count) {
        const uint8_t *found = memchr(bytes + position, 0xff, count - position);
        if (found == NULL) return count;
        size_t start = (size_t)(found - bytes);
        position = start + 1;
        // 0xFF may be repeated before a marker's code.
        while (position < count && bytes[position] == 0xff) position++;
        if (position == count) return count;
        uint8_t code = bytes[position];
        if (code != 0x00 && (code < 0xd0 || code > 0xd7)) return start;
        position++;
    }
    return count;
}
