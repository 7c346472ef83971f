/* SPDX-License-Identifier: GPL-3.0-or-later */
/* radix - sorts numbers by some of their bits: stable, and without a worst case. */
#ifndef HLLM_BASE_RADIX_H
#define HLLM_BASE_RADIX_H

#include <stddef.h>
#include <stdint.h>

/* By the 'bits' bits from bit 'low' up; what is below travels along. */
void radix_sort(uint64_t *values, size_t n, unsigned low, unsigned bits);
/* The same with room for n more of them. */
void radix_sort_in(uint64_t *values, uint64_t *room, size_t n, unsigned low, unsigned bits);

#endif
