/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/match.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

#include "base/estimate.h"

static const double gibibyte = 1 << 30;
static const double memory_apart = 0.12; /* a driver keeps some of it for itself */

/* Words that make another card of it. */
static const char *const telling[] = { "ti", "super", "d", "max", "xt", "xtx", "laptop", "mobile",
	"sff", "ada", "blackwell", "nvl", "ultra", "pro" };

static bool
is_letter(char c)
{
	return isalnum((unsigned char)c) != 0;
}

/* Does 'word' stand in 'text' as a word of its own? */
static bool
has_word(struct slice text, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= text.n; i++)
		if (slice_same_nocase(text.p + i, word, n) && (!i || !is_letter(text.p[i - 1])) &&
			(i + n == text.n || !is_letter(text.p[i + n])))
			return true;
	return false;
}

/* In the row's id, name or aliases. */
static bool
row_has_word(const struct hardware *row, const char *word)
{
	return has_word(row->name, word) || has_word(row->aliases, word) || has_word(row->id, word);
}

static bool
tells_the_same(const struct hardware *row, struct slice name)
{
	for (size_t i = 0; i < HL_COUNT(telling); i++)
		if (has_word(name, telling[i]) != row_has_word(row, telling[i]))
			return false;
	return true;
}

/* A vendor's GB are 2^30 bytes. */
static bool
has_memory(const struct hardware *row, double bytes)
{
	return isnan(bytes) || fabs(bytes / gibibyte / row->memory_gb - 1) <= memory_apart;
}

static bool
is_bought(const struct hardware *row)
{
	return !hardware_is_rented(row);
}

static const struct hardware *
find_card(const struct hardwares *list, const struct gpu *gpu)
{
	char name[256];
	struct err err;
	const struct hardware *row = NULL;
	if (!isnan(gpu->memory_bytes)) {
		/* of several sizes of one name, the one of this size */
		snprintf(name, sizeof(name), SLICE_FMT " %.0f GB", SLICE_ARG(gpu->name),
			ceil(gpu->memory_bytes / gibibyte - 0.25));
		row = hardware_find(list, name, &err);
	}
	if (!row || !has_memory(row, gpu->memory_bytes)) {
		snprintf(name, sizeof(name), SLICE_FMT, SLICE_ARG(gpu->name));
		row = hardware_find(list, name, &err);
	}
	return row && is_bought(row) && has_memory(row, gpu->memory_bytes) &&
			       tells_the_same(row, gpu->name)
		       ? row
		       : NULL;
}

/* Where 'part' ends in 'text' as words of their own; -1: it does not stand there. */
static ptrdiff_t
end_of(struct slice text, struct slice part)
{
	for (size_t i = 0; part.n && i + part.n <= text.n; i++)
		if (slice_same_nocase(text.p + i, part.p, part.n) &&
			(!i || !is_letter(text.p[i - 1])) &&
			(i + part.n == text.n || !is_letter(text.p[i + part.n])))
			return (ptrdiff_t)(i + part.n);
	return -1;
}

/* A name that tells one machine from another: with a digit, or of three words, and more than a family of
 * them. */
static bool
is_name(struct slice alias)
{
	bool digit = false;
	int blanks = 0;
	for (size_t i = 0; i < alias.n; i++) {
		digit = digit || isdigit((unsigned char)alias.p[i]);
		blanks += alias.p[i] == ' ';
	}
	return (digit || blanks > 1) && alias.n >= 4 && !slice_starts(alias, "EPYC");
}

/* "M1" is not "M1 Pro". */
static bool
goes_on(struct slice text, ptrdiff_t end)
{
	static const char *const more[] = { " pro", " max", " ultra", " xt" };
	for (size_t i = 0; end >= 0 && i < HL_COUNT(more); i++)
		if (text.n - (size_t)end >= strlen(more[i]) &&
			slice_same_nocase(text.p + end, more[i], strlen(more[i])))
			return true;
	return false;
}

/* Does the system's text have the row's name or one of its aliases in it, or of a chip the row's texts
 * the chip's name? */
static bool
is_called(const struct hardware *row, struct slice text)
{
	struct slice rest = row->aliases, alias;
	while (slice_cut(&rest, ';', &alias)) {
		alias = slice_trim(alias);
		if (is_name(alias) && end_of(text, alias) >= 0)
			return true;
	}
	return is_name(row->name) && end_of(text, row->name) >= 0;
}

static bool
is_chip(const struct hardware *row, struct slice chip)
{
	struct slice bare =
		slice_starts(chip, "Apple ") ? (struct slice){ chip.p + 6, chip.n - 6 } : chip;
	const struct slice texts[] = { row->name, row->aliases };
	for (size_t i = 0; i < HL_COUNT(texts); i++) {
		ptrdiff_t end = end_of(texts[i], bare);
		if (end >= 0 && !goes_on(texts[i], end))
			return true;
	}
	return false;
}

/* What runs models in the memory that the row tells must have that memory; of a processor it is what was put
 * beside it. */
static bool
is_near(const struct hardware *row, double off)
{
	return off <= (slice_is(row->class, "cpu") ? log(2) * 1.05 : log(1 + 1.5 * memory_apart));
}

static double
memory_off(const struct hardware *row, double bytes)
{
	return isnan(bytes) ? 0 : fabs(log(bytes / gibibyte / row->memory_gb));
}

/* The row of a whole machine whose memory, one way of counting or the other, is nearest. */
static const struct hardware *
find_whole(const struct hardwares *list, struct slice name, const double bytes[2], bool chip)
{
	const struct hardware *best = NULL;
	double least = UNBOUNDED;
	for (size_t i = 0; i < list->n; i++) {
		const struct hardware *row = &list->items[i];
		bool apple = row->kind == HARDWARE_APPLE;
		if (row->kind == HARDWARE_GPU || !is_bought(row) || apple != chip)
			continue;
		if (chip ? !is_chip(row, name) : !is_called(row, name))
			continue;
		double off = fmin(memory_off(row, bytes[0]), memory_off(row, bytes[1]));
		if (off < least && is_near(row, off)) {
			least = off;
			best = row;
		}
	}
	return best;
}

static bool
same_card(const struct gpu *a, const struct gpu *b)
{
	return a->vendor == b->vendor && slice_eq(a->name, b->name) &&
	       (a->memory_bytes == b->memory_bytes || isnan(a->memory_bytes));
}

/* With what firmware may have set aside for graphics inside the processor. */
static double
with_graphics(double bytes, const struct gpus *gpus)
{
	for (size_t i = 0; i < gpus->n; i++)
		if (gpus->items[i].vendor == GPU_AMD && !gpus->items[i].unified)
			bytes += gpus->items[i].memory_bytes;
	return bytes;
}

int
match_machine(const struct machine *machine, const struct gpus *gpus, const struct hardwares *list,
	struct match matches[MATCHES_MOST])
{
	int n = 0;
	for (size_t i = 0; i < gpus->n && n < MATCHES_MOST - 1; i++) {
		const struct gpu *gpu = &gpus->items[i];
		bool again = false;
		for (size_t k = 0; k < i; k++)
			again = again || same_card(gpu, &gpus->items[k]);
		if (again || !gpu->name.n)
			continue;
		struct match match = { .gpu = (int)i, .name = gpu->name, .units = 0 };
		for (size_t k = i; k < gpus->n; k++)
			match.units += same_card(gpu, &gpus->items[k]);
		match.hardware =
			gpu->vendor == GPU_APPLE
				? find_whole(list, gpu->name,
					  (double[]){ gpu->memory_bytes, gpu->memory_bytes }, true)
				: find_card(list, gpu);
		matches[n++] = match;
	}
	struct match whole = { .gpu = -1, .units = 1, .name = machine->cpu };
	const double bytes[] = { machine->memory_bytes,
		with_graphics(machine->memory_bytes, gpus) };
	whole.hardware = find_whole(list, machine->cpu, bytes, false);
	if (!whole.hardware && machine->board.n) {
		whole.hardware = find_whole(list, machine->board, bytes, false);
		if (whole.hardware)
			whole.name = machine->board;
	}
	matches[n++] = whole;
	return n;
}
