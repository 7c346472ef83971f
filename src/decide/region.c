/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/region.h"

#include <stdlib.h>

#include "decide/space.h"

enum { REGIONS_MOST = 60, AXES_MOST = ATTRIBUTES_MOST };

const char *const region_names[] = {
	[REGION_UNDECIDED] = "undecided",
	[REGION_CONFLICT] = "conflict",
	[REGION_HARD] = "hard conflict",
};

/* What is wrong in a cell as one number: 0 nothing, 1 undecided, then pairs of rules; boxes hold one fault. */
static uint32_t
pair(const struct policy *policy, enum region_kind kind, size_t first, size_t other)
{
	size_t n = policy->rules_n;
	return (uint32_t)(2 + ((kind == REGION_HARD ? n : 0) + first) * n + other);
}

static struct region
fault_region(const struct policy *policy, uint32_t fault)
{
	size_t n = policy->rules_n;
	if (fault == 1)
		return (struct region){ .kind = REGION_UNDECIDED };
	size_t rest = fault - 2;
	return (struct region){ .kind = rest >= n * n ? REGION_HARD : REGION_CONFLICT,
		.first = &policy->rules[rest / n % n],
		.other = &policy->rules[rest % n] };
}

/* The fault of a cell that was just decided; notes which rules hold and decide. */
static uint32_t
find_fault(struct survey *survey, const struct space *space, const struct outcome *outcome)
{
	const struct policy *policy = space->policy;
	uint32_t fault = outcome->gap != GAP_NONE ? 1 : 0;
	survey->cells++;
	for (size_t i = 0; i < policy->rules_n; i++) {
		const struct rule *rule = &policy->rules[i];
		if (space->truths[i] != TRUTH_HOLDS)
			continue;
		survey->holds[i] = true;
		if (outcome->by == SIZE_MAX)
			continue;
		const struct rule *by = &policy->rules[outcome->by];
		survey->decides[i] |= rule->order == outcome->order;
		if (!fault && rule->order == outcome->order && rule->verdict != by->verdict)
			fault = pair(policy, REGION_CONFLICT, outcome->by, i);
		else if (!fault && rule->order > outcome->order && rule->hard &&
			 verdicts_oppose(rule->verdict, by->verdict))
			fault = pair(policy, REGION_HARD, outcome->by, i);
	}
	return fault;
}

static void
classes_of(const struct space *space, size_t cell, size_t *classes)
{
	for (size_t i = 0; i < space->axes_n; i++)
		classes[i] = cell / space->axes[i].stride % space->axes[i].classes;
}

/* A box: on each axis a set of classes. */
struct box {
	uint64_t bits[AXES_MOST];
};

static bool
next_in_box(const struct space *space, const struct box *box, size_t *classes)
{
	for (size_t i = 0; i < space->axes_n; i++) {
		do
			classes[i]++;
		while (classes[i] < space->axes[i].classes && !(box->bits[i] >> classes[i] & 1));
		if (classes[i] < space->axes[i].classes)
			return true;
		classes[i] = (size_t)__builtin_ctzll(box->bits[i]);
	}
	return false;
}

static size_t
cell_of(const struct space *space, const size_t *classes)
{
	size_t cell = 0;
	for (size_t i = 0; i < space->axes_n; i++)
		cell += classes[i] * space->axes[i].stride;
	return cell;
}

/* Calls nothing: counts the cells of a box that have this fault, until one has not; marks them if asked to. */
static bool
box_is_all(const struct space *space, const struct box *box, const uint32_t *faults, uint32_t fault,
	bool *covered, size_t *cells)
{
	size_t classes[AXES_MOST];
	for (size_t i = 0; i < space->axes_n; i++)
		classes[i] = (size_t)__builtin_ctzll(box->bits[i]);
	*cells = 0;
	do {
		size_t cell = cell_of(space, classes);
		if (faults[cell] != fault)
			return false;
		if (covered)
			covered[cell] = true;
		++*cells;
	} while (next_in_box(space, box, classes));
	return true;
}

/* As wide as it goes, the later axes first: they say less than the type of a task. */
static struct box
widen(const struct space *space, const uint32_t *faults, size_t cell)
{
	struct box box = { 0 };
	size_t classes[AXES_MOST], unused;
	classes_of(space, cell, classes);
	for (size_t i = 0; i < space->axes_n; i++)
		box.bits[i] = 1ULL << classes[i];
	for (size_t i = space->axes_n; i-- > 0;)
		for (size_t c = 0; c < space->axes[i].classes; c++) {
			struct box slice = box;
			slice.bits[i] = 1ULL << c;
			if (!(box.bits[i] >> c & 1) &&
				box_is_all(space, &slice, faults, faults[cell], NULL, &unused))
				box.bits[i] |= 1ULL << c;
		}
	return box;
}

static uint64_t
all_bits(const struct axis *axis)
{
	return axis->classes == 64 ? ~0ULL : (1ULL << axis->classes) - 1;
}

static void
add_region(struct survey *survey, const struct space *space, const struct box *box, uint32_t fault,
	size_t cells)
{
	struct str where = STR_INIT;
	if (survey->n == REGIONS_MOST) {
		survey->left_out++;
		return;
	}
	for (size_t i = 0; i < space->axes_n; i++) {
		if (box->bits[i] == all_bits(&space->axes[i]))
			continue;
		str_puts(&where, where.n ? " and " : "");
		space_print(&where, space, i, box->bits[i]);
	}
	if (!where.n)
		str_puts(&where, "everywhere");
	survey->regions =
		xgrow(survey->regions, &survey->size, survey->n, sizeof(*survey->regions));
	struct region *region = &survey->regions[survey->n++];
	*region = fault_region(space->policy, fault);
	region->cells = cells;
	region->where = slice_copy(&survey->arena, str_as_slice(&where));
	str_free(&where);
}

static void
survey_all(struct survey *survey, struct space *space)
{
	uint32_t *faults = xcalloc(space->cells, sizeof(*faults));
	bool *covered = xcalloc(space->cells, sizeof(*covered));
	size_t classes[AXES_MOST];
	for (size_t cell = 0; cell < space->cells; cell++) {
		classes_of(space, cell, classes);
		struct outcome outcome = space_decide(space, classes);
		faults[cell] = find_fault(survey, space, &outcome);
	}
	for (size_t cell = 0; cell < space->cells; cell++) {
		size_t cells;
		if (!faults[cell] || covered[cell])
			continue;
		struct box box = widen(space, faults, cell);
		if (!box_is_all(space, &box, faults, faults[cell], covered, &cells))
			BUG("a box with a cell of another fault");
		add_region(survey, space, &box, faults[cell], cells);
	}
	free(faults);
	free(covered);
}

/* xorshift: the same cells every time. */
static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Single cells, each fault told where it was first met. */
static void
survey_samples(struct survey *survey, struct space *space)
{
	uint64_t state = 88172645463325252ULL;
	size_t n = space->policy->rules_n, faults_n = 2 + 2 * n * n, classes[AXES_MOST];
	bool *seen = xcalloc(faults_n, sizeof(*seen));
	size_t samples = EVALUATIONS_MOST / (space->evaluated + 1);
	for (size_t s = 0; s < samples && s < SAMPLES; s++) {
		struct box box = { 0 };
		for (size_t i = 0; i < space->axes_n; i++) {
			classes[i] = next_random(&state) % space->axes[i].classes;
			box.bits[i] = 1ULL << classes[i];
		}
		struct outcome outcome = space_decide(space, classes);
		uint32_t fault = find_fault(survey, space, &outcome);
		if (!fault || seen[fault])
			continue;
		seen[fault] = true;
		add_region(survey, space, &box, fault, 1);
	}
	free(seen);
}

static int
compare(const void *pa, const void *pb)
{
	const struct region *a = pa, *b = pb;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->cells != b->cells)
		return a->cells > b->cells ? -1 : 1;
	return slice_compare(a->where, b->where);
}

void
survey_make(struct survey *survey, const struct policy *policy)
{
	struct space space;
	*survey = (struct survey){ 0 };
	survey->holds = arena_take(&survey->arena, policy->rules_n * sizeof(*survey->holds));
	survey->decides = arena_take(&survey->arena, policy->rules_n * sizeof(*survey->decides));
	space_make(&space, policy);
	survey->sampled = space.sampled;
	if (space.cells == SIZE_MAX)
		survey_samples(survey, &space);
	else
		survey_all(survey, &space);
	space_free(&space);
	if (survey->n)
		qsort(survey->regions, survey->n, sizeof(*survey->regions), compare);
}

void
survey_free(struct survey *survey)
{
	free(survey->regions);
	arena_free(&survey->arena);
	*survey = (struct survey){ 0 };
}
