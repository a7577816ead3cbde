#include "CEmbeddedFiles.h"

// clang knows the directive in every dialect of C and warns in those older than C23.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char monitor[] = {
#if __has_embed("../../Policies/monitor.yaml")
#embed "../../Policies/monitor.yaml"
#else
    0
#endif
};
const unsigned char *const portcullis_policy_monitor = monitor;
const size_t portcullis_policy_monitor_size = sizeof monitor;

static const unsigned char balanced[] = {
#if __has_embed("../../Policies/balanced.yaml")
#embed "../../Policies/balanced.yaml"
#else
    0
#endif
};
const unsigned char *const portcullis_policy_balanced = balanced;
const size_t portcullis_policy_balanced_size = sizeof balanced;

static const unsigned char strict[] = {
#if __has_embed("../../Policies/strict.yaml")
#embed "../../Policies/strict.yaml"
#else
    0
#endif
};
const unsigned char *const portcullis_policy_strict = strict;
const size_t portcullis_policy_strict_size = sizeof strict;

static const unsigned char cheque_intake[] = {
#if __has_embed("../../Policies/cheque-intake.yaml")
#embed "../../Policies/cheque-intake.yaml"
#else
    0
#endif
};
const unsigned char *const portcullis_policy_cheque_intake = cheque_intake;
const size_t portcullis_policy_cheque_intake_size = sizeof cheque_intake;
