#include "CEmbeddedFiles.h"

// clang knows the directive in every dialect of C and warns in those older than C23.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char monitor[] = {
#embed "../../Policies/monitor.yaml"
};
const unsigned char *const portcullis_policy_monitor = monitor;
const size_t portcullis_policy_monitor_size = sizeof monitor;

static const unsigned char balanced[] = {
#embed "../../Policies/balanced.yaml"
};
const unsigned char *const portcullis_policy_balanced = balanced;
const size_t portcullis_policy_balanced_size = sizeof balanced;

static const unsigned char strict[] = {
#embed "../../Policies/strict.yaml"
};
const unsigned char *const portcullis_policy_strict = strict;
const size_t portcullis_policy_strict_size = sizeof strict;

static const unsigned char cheque_intake[] = {
#embed "../../Policies/cheque-intake.yaml"
};
const unsigned char *const portcullis_policy_cheque_intake = cheque_intake;
const size_t portcullis_policy_cheque_intake_size = sizeof cheque_intake;
