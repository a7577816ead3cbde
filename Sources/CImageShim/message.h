#pragma once

#include "CImageShim.h"

#include <string.h>

/// Copies `text` into `message`, cut to fit; the first message of a call stays.
static inline void pc_record(pc_message *message, const char *text) {
    if (message == NULL || message->text[0] != '\0') return;
    size_t length = strlen(text);
    if (length >= PC_MESSAGE_CAPACITY) length = PC_MESSAGE_CAPACITY - 1;
    memcpy(message->text, text, length);
    message->text[length] = '\0';
}
