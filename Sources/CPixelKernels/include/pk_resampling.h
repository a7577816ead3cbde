/* Rows of the resamplers. */
#ifndef PK_RESAMPLING_H
#define PK_RESAMPLING_H

#include <stddef.h>
#include <stdint.h>

#endif
