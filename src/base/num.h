/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * num - numbers read strictly from text, and printed without a locale.
 *
 * A money amount is an exact count of 10^-15 of its currency unit ("femto") in
 * 128 bits: a price in 10^-12 a token times a modifier in thousandths is a whole
 * number of them, so sums of list cost never round.  Text with more than 15
 * decimals is rounded half to even at the 15th.
 */
#ifndef HLLM_BASE_NUM_H
#define HLLM_BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef __int128 femto_t; /* 10^-15 of a currency unit */

#define FEMTO_PER_NANO ((femto_t)1000000)
#define FEMTO_PER_CENT ((femto_t)10000000000000)
#define FEMTO_PER_UNIT ((femto_t)1000000000000000)

/* For the eye and for forecasts, where a rounding of 10^-16 is nothing. */
static inline double
num_units(femto_t amount)
{
	return (double)amount / (double)FEMTO_PER_UNIT;
}

enum num_result {
	NUM_OK,
	NUM_EMPTY,    /* nothing but blanks */
	NUM_JUNK,     /* not a number */
	NUM_FRACTION, /* a number, but not a whole one */
	NUM_RANGE,    /* too large for the type */
};

/* One to eight plain digits and nothing else, at once; false: look closer. */
bool num_digits(const char *p, size_t n, int64_t *out);

/* A whole number: "412", "412.0", "4.12e2", "-3"; nothing before or after but blanks. */
enum num_result num_int(struct slice text, int64_t *out);

/* A decimal number: sign, digits, point, exponent.  Exact up to 15 decimals (see above). */
enum num_result num_decimal(struct slice text, femto_t *out);

/* A decimal number times 10^power (0..15) as a whole number, exactly: NUM_FRACTION where it is none. */
enum num_result num_scaled(struct slice text, int power, femto_t *out);

/* A number as people write it into spreadsheets: "$1,234.50", "~$48", "2,000 calls", "1.234,56 EUR",
 * "$50+", "(12.30)", "1.5k", "2M".  *about: it was marked as approximate; *least: "+" behind it. */
enum num_result num_human(struct slice text, femto_t *out, bool *about, bool *least);

/*
 * Of a text that is no number because of a comma in it, as "0,38" and "1,500": what to write instead, to
 * follow the sentence, as "; with a point it is 0.38"; of any other text "".  Returns 'buf'.
 */
enum { NUM_COMMA = 96 };
const char *num_comma(char buf[NUM_COMMA], struct slice text);

/* Half to even at 10^-decimals (0..15). */
femto_t num_round(femto_t value, int decimals);

/* Prints at least 'least' and at most 'most' decimals (rounded half to even at 'most', trailing
 * zeros beyond 'least' left out).  'grouped' puts commas between thousands.  Returns 'buf'. */
enum { NUM_TEXT = 64 };
char *num_print(char buf[NUM_TEXT], femto_t value, int least, int most, bool grouped);
/* "1,234,567" */
char *num_count(char buf[NUM_TEXT], int64_t value);

/* a*b in 128 bits with a check; false on overflow. */
bool num_mul(femto_t a, femto_t b, femto_t *out);

#endif
