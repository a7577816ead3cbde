/* Inner loops that the compiler builds once for each level of instruction set and chooses between at start-up.
 *
 * Portable C without intrinsics: on processors without levels each loop is built once. Every function here works on rows
 * that its caller has checked; sizes and strides are in elements. `docs/decisions/0010-cloned-loops.md` says why they are C.
 */
#ifndef CPIXELKERNELS_H
#define CPIXELKERNELS_H

#include "pk_denoising.h"
#include "pk_document.h"
#include "pk_history.h"
#include "pk_energy.h"
#include "pk_ink.h"
#include "pk_nonlocal.h"
#include "pk_randomization.h"
#include "pk_resampling.h"
#include "pk_scaling.h"
#include "pk_squeezing.h"
#include "pk_statistics.h"

#endif
