#include "CEmbeddedFiles.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char digit[] = {
#embed "digit-weights.bin"
};
const unsigned char *const portcullis_weights_digit = digit;
const size_t portcullis_weights_digit_size = sizeof digit;
