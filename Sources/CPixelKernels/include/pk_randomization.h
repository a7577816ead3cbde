/* Rows of the randomized defenses. */
#ifndef PK_RANDOMIZATION_H
#define PK_RANDOMIZATION_H

#include <stddef.h>
#include <stdint.h>

#endif
