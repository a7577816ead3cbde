#include "include/pk_squeezing.h"

#include "clones.h"

PK_INLINE uint8_t median3(uint8_t a, uint8_t b, uint8_t c) {
    return pk_max_u8(pk_min_u8(a, b), pk_min_u8(pk_max_u8(a, b), c));
}

PK_CLONES void pk_median3_row(
    const uint8_t *above, const uint8_t *here, const uint8_t *below, uint8_t *restrict out, size_t count, size_t step) {
    for (size_t i = 0; i < count; i++) {
        uint8_t a = above[i], b = above[i + step], c = above[i + 2 * step];
        uint8_t d = here[i], e = here[i + step], f = here[i + 2 * step];
        uint8_t g = below[i], h = below[i + step], j = below[i + 2 * step];
        uint8_t lowest = pk_max_u8(
            pk_max_u8(pk_min_u8(pk_min_u8(a, d), g), pk_min_u8(pk_min_u8(b, e), h)), pk_min_u8(pk_min_u8(c, f), j));
        uint8_t highest = pk_min_u8(
            pk_min_u8(pk_max_u8(pk_max_u8(a, d), g), pk_max_u8(pk_max_u8(b, e), h)), pk_max_u8(pk_max_u8(c, f), j));
        uint8_t middle = median3(median3(a, d, g), median3(b, e, h), median3(c, f, j));
        out[i] = median3(lowest, middle, highest);
    }
}
