// The files that the bare binary carries, put in by the C23 directive #embed.
//
// Every constant lives for the life of the process and never changes. No text here ends in a zero byte unless its file
// does: go by the sizes.
#pragma once

#include <stddef.h>

// The default policies, Policies/NAME.yaml, UTF-8.
extern const unsigned char *const portcullis_policy_monitor;
extern const size_t portcullis_policy_monitor_size;
extern const unsigned char *const portcullis_policy_balanced;
extern const size_t portcullis_policy_balanced_size;
extern const unsigned char *const portcullis_policy_strict;
extern const size_t portcullis_policy_strict_size;
extern const unsigned char *const portcullis_policy_cheque_intake;
extern const size_t portcullis_policy_cheque_intake_size;

// The digit network: Sources/CEmbeddedFiles/digit-weights.bin, whose layout scripts/make-digit-weights.py documents.
extern const unsigned char *const portcullis_weights_digit;
extern const size_t portcullis_weights_digit_size;

// One picture of examples/images.
struct portcullis_example {
    // The file's name, such as "digit-4-clean.png".
    const char *name;
    // The PNG file.
    const unsigned char *bytes;
    // How many bytes.
    size_t size;
    // What a person reads in it, such as "4" or "401".
    const char *truth;
    // What the attacker wants the model to read, or "" when nobody tampered with it.
    const char *attackers;
    // "digit" (28×28, white ink on black) or "cheque" (a whole scan, black ink on paper).
    const char *kind;
};

// The pictures, portcullis_examples_count of them.
extern const struct portcullis_example *const portcullis_examples;
extern const size_t portcullis_examples_count;
