// Made by scripts/make-examples.py; do not edit.
#include "CEmbeddedFiles.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char image_0[] = {
#embed "../../examples/images/digit-0-clean.png"
};
static const unsigned char image_1[] = {
#embed "../../examples/images/digit-2-clean.png"
};
static const unsigned char image_2[] = {
#embed "../../examples/images/digit-3-clean.png"
};
static const unsigned char image_3[] = {
#embed "../../examples/images/digit-7-clean.png"
};
static const unsigned char image_4[] = {
#embed "../../examples/images/digit-1-pgd-read-as-7.png"
};
static const unsigned char image_5[] = {
#embed "../../examples/images/digit-4-fgsm-read-as-8.png"
};
static const unsigned char image_6[] = {
#embed "../../examples/images/digit-2-cw-read-as-3.png"
};
static const unsigned char image_7[] = {
#embed "../../examples/images/digit-9-deepfool-read-as-7.png"
};
static const unsigned char image_8[] = {
#embed "../../examples/images/cheque-401-clean.png"
};
static const unsigned char image_9[] = {
#embed "../../examples/images/cheque-1993-clean.png"
};
static const unsigned char image_10[] = {
#embed "../../examples/images/cheque-401-pgd-read-as-701.png"
};
static const unsigned char image_11[] = {
#embed "../../examples/images/cheque-1993-cw-read-as-9993.png"
};

static const struct portcullis_example examples[] = {
    {"digit-0-clean.png", image_0, sizeof image_0, "0", "", "digit"},
    {"digit-2-clean.png", image_1, sizeof image_1, "2", "", "digit"},
    {"digit-3-clean.png", image_2, sizeof image_2, "3", "", "digit"},
    {"digit-7-clean.png", image_3, sizeof image_3, "7", "", "digit"},
    {"digit-1-pgd-read-as-7.png", image_4, sizeof image_4, "1", "7", "digit"},
    {"digit-4-fgsm-read-as-8.png", image_5, sizeof image_5, "4", "8", "digit"},
    {"digit-2-cw-read-as-3.png", image_6, sizeof image_6, "2", "3", "digit"},
    {"digit-9-deepfool-read-as-7.png", image_7, sizeof image_7, "9", "7", "digit"},
    {"cheque-401-clean.png", image_8, sizeof image_8, "401", "", "cheque"},
    {"cheque-1993-clean.png", image_9, sizeof image_9, "1993", "", "cheque"},
    {"cheque-401-pgd-read-as-701.png", image_10, sizeof image_10, "401", "701", "cheque"},
    {"cheque-1993-cw-read-as-9993.png", image_11, sizeof image_11, "1993", "9993", "cheque"},
};

const struct portcullis_example *const portcullis_examples = examples;
const size_t portcullis_examples_count = sizeof examples / sizeof examples[0];
