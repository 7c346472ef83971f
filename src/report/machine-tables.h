/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine-tables - the tables of the answer of `hllm probe --machine`; the inside of machine. */
#ifndef HLLM_REPORT_MACHINE_TABLES_H
#define HLLM_REPORT_MACHINE_TABLES_H

#include "report/machine.h"

/* All of them; returns how many models fit on what most of them fit on. */
size_t machine_tables(struct answer *answer, const struct machine_found *found);
/* Why what was measured is less than the machine can do, of bits of enum cpuspeed_noise. */
void machine_noise_words(struct str *out, unsigned noise);
/* The row of its first card that has one, or of the machine itself; NULL: none. */
const struct match *machine_best_match(const struct machine_found *found);

#endif
