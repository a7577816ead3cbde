/* Gaussian, total variation and wavelet rows. */
#ifndef PK_DENOISING_H
#define PK_DENOISING_H

#include <stddef.h>
#include <stdint.h>

#endif
