#include "CEmbeddedFiles.h"

const struct portcullis_example *const portcullis_examples = 0;
const size_t portcullis_examples_count = 0;
