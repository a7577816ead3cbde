/* Rows of the filters for scans. */
#ifndef PK_DOCUMENT_H
#define PK_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#endif
