/* Loops over the shapes of ink on paper. Classes are bytes of 1 (ink) and 0 (paper). */
#ifndef PK_INK_H
#define PK_INK_H

#include <stddef.h>
#include <stdint.h>

/* Adds to `counts` how many samples are below `dark`, at least `light`, below 128, and 0 or 255. */
void pk_count_levels(const uint8_t *restrict levels, size_t count, uint8_t dark, uint8_t light, uint64_t *counts);

/* Adds 1 to the count of each sample's level; 256 counts. */
void pk_count_histogram(const uint8_t *restrict levels, size_t count, uint64_t *restrict counts);

/* Writes the class of each sample, ink being below 128 (or, with `is_light` not 0, at least 128), and 1 where the level is
 * above `low` and below `high`, between the two classes. */
void pk_ink_row(
    const uint8_t *restrict levels, size_t count, int is_light, uint8_t low, uint8_t high, uint8_t *restrict ink,
    uint8_t *restrict between);

/* Of `count` pixels of a row: 1 in `bumps`, `dents` and `contour`, else 0, by the classes of the eight neighbours and by
 * whether any of the nine is between the classes (`soft`). All rows have a byte before the first pixel and one after the last.
 *
 * A bump is an ink pixel with at most two ink neighbours, next to each other on the ring around it; a dent is a paper pixel
 * with at most two paper neighbours, likewise; both only where nothing is between the classes. The contour is ink with
 * paper above, below, left or right. */
void pk_contour_row(
    const uint8_t *restrict above, const uint8_t *restrict row, const uint8_t *restrict below,
    const uint8_t *restrict soft_above, const uint8_t *restrict soft, const uint8_t *restrict soft_below,
    uint8_t *restrict bumps, uint8_t *restrict dents, uint8_t *restrict contour, size_t count);

/* Adds to `counts` how many of the 2 by 2 squares of two rows, `count` of them, have one pixel of ink, three of them, and
 * two at opposite corners. The rows have one pixel more. */
void pk_count_squares(const uint8_t *restrict above, const uint8_t *restrict below, size_t count, uint64_t *counts);

#endif
