/* Non-local means and bilateral rows. */
#ifndef PK_NONLOCAL_H
#define PK_NONLOCAL_H

#include <stddef.h>
#include <stdint.h>

#endif
