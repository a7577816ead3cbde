/* What every file here uses: the attribute that builds a function for several instruction sets, and small helpers. */
#ifndef PK_CLONES_H
#define PK_CLONES_H

#include <stddef.h>
#include <stdint.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
/* The sanitizer's runtime is not there yet when the loader asks which clone to take. */
#define PK_NO_CLONES 1
#endif
#endif

/* The loader's choice (ifunc) needs glibc; elsewhere the one build is what the compiler's baseline gives. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(PK_NO_CLONES)
#define PK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PK_CLONES
#endif

/* A fused multiply-add rounds once where two operations round twice: pixels would differ between processors. */
#pragma STDC FP_CONTRACT OFF

#define PK_INLINE static inline __attribute__((always_inline))

PK_INLINE uint8_t pk_min_u8(uint8_t a, uint8_t b) { return a < b ? a : b; }
PK_INLINE uint8_t pk_max_u8(uint8_t a, uint8_t b) { return a > b ? a : b; }

#endif
