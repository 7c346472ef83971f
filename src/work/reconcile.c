/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/reconcile.h"

#include <stdlib.h>

#include "work/inquiry.h"

enum { MIDNIGHTS = 3 };

struct solver {
	struct cells cells;
	struct reconciliation *out;
	struct inquiry inquiry;
	bool uneven;     /* bill and log of a biller do not begin and end on the same days */
	unsigned chosen; /* causes that explain all clauses */
	unsigned *best;  /* all sets of that size that do */
	size_t best_n;
	femto_t *explained; /* of each group */
};

static femto_t
magnitude(femto_t amount)
{
	return amount < 0 ? -amount : amount;
}

/* ---- parts ---- */

static struct part *
part_for(struct reconciliation *out, unsigned causes)
{
	for (size_t i = 0; i < out->parts_n; i++)
		if (out->parts[i].causes == causes)
			return &out->parts[i];
	out->parts = xgrow(out->parts, &out->parts_size, out->parts_n, sizeof(*out->parts));
	struct part *fresh = &out->parts[out->parts_n++];
	*fresh = (struct part){
		.causes = causes, .first = INT64_MAX, .last = INT64_MIN, .whole = true
	};
	return fresh;
}

static bool
has_name(const struct str *names, struct slice name)
{
	struct slice rest = str_as_slice(names), one;
	while (slice_cut(&rest, ',', &one))
		if (slice_eq(slice_trim(one), name))
			return true;
	return false;
}

static void
add_name(struct str *names, size_t *n, struct slice name)
{
	if (!name.n || has_name(names, name))
		return;
	if (names->n)
		str_puts(names, ", ");
	str_slice(names, name);
	++*n;
}

static void
describe(struct part *part, const struct group *group)
{
	add_name(&part->models, &part->models_n, group->name);
	add_name(&part->scopes, &part->scopes_n, group->scope);
	int64_t first = group->bill_first != DAY_NONE ? group->bill_first : group->log_first;
	int64_t last = group->bill_last != DAY_NONE ? group->bill_last : group->log_last;
	part->first = first < part->first ? first : part->first;
	part->last = last > part->last ? last : part->last;
	part->requests += group->requests;
	part->groups_n++;
	for (size_t i = 0; i < group->lines_n && !part->region.n; i++)
		part->region = group->lines[i].region;
}

static void
add_part(struct solver *solver, unsigned causes, size_t group, femto_t amount,
	const struct alternative *alternative)
{
	struct part *part = part_for(solver->out, causes);
	const struct group *of = &solver->cells.groups[group];
	describe(part, of);
	part->amount += amount;
	solver->explained[group] += amount;
	if (!alternative)
		return;
	part->whole &= !alternative->free;
	part->moved += causes >> CAUSE_TIME_ZONE & 1 ? alternative->moved : 0;
	part->scenario = alternative->scenario;
	if (alternative->causes >> CAUSE_STALE_PRICE & 1)
		part->stale = of->stale[alternative->scenario.stale];
}

/* ---- all groups together ---- */

static bool
holds_one(const struct clause *clause, unsigned causes)
{
	for (size_t i = 0; i < clause->n; i++)
		if (!(clause->items[i].causes & ~causes))
			return true;
	return false;
}

static bool
explains_all(const struct solver *solver, unsigned causes)
{
	for (size_t i = 0; i < solver->inquiry.clauses_n; i++)
		if (!holds_one(&solver->inquiry.clauses[i], causes))
			return false;
	return true;
}

static void
choose(struct solver *solver)
{
	solver->best = xcalloc(1u << CAUSES, sizeof(*solver->best));
	for (int size = 0; size <= CAUSES && !solver->best_n; size++)
		for (unsigned causes = 0; causes < 1u << CAUSES; causes++)
			if (__builtin_popcount(causes) == size && explains_all(solver, causes))
				solver->best[solver->best_n++] = causes;
	solver->chosen = solver->best_n ? solver->best[0] : 0;
	for (size_t i = 1; i < solver->best_n; i++)
		solver->chosen &= solver->best[i];
}

/* Gives up a clause: nothing explains what it was about. */
static void
give_up(struct solver *solver, struct clause *clause)
{
	solver->inquiry.unclear[clause->group] = true;
	solver->inquiry.lost++;
	clause->n = 0;
}

static void
drop_given_up(struct solver *solver)
{
	struct inquiry *inquiry = &solver->inquiry;
	size_t n = 0;
	for (size_t i = 0; i < inquiry->clauses_n; i++) {
		if (inquiry->clauses[i].n)
			inquiry->clauses[n++] = inquiry->clauses[i];
		else
			free(inquiry->clauses[i].items);
	}
	inquiry->clauses_n = n;
}

/* Where most of a bill stays dark, a fault on some requests that fits one corner of it fits by chance. */
static void
drop_weak(struct solver *solver)
{
	enum { LEAST = 2 };
	size_t support[CAUSES] = { 0 };
	struct inquiry *inquiry = &solver->inquiry;
	for (size_t i = 0; i < inquiry->clauses_n; i++)
		for (size_t k = 0; k < inquiry->clauses[i].n; k++)
			for (int cause = 0; cause < CAUSES; cause++) {
				const struct alternative *at = &inquiry->clauses[i].items[k];
				if (at->causes >> cause & 1)
					support[cause] += at->free ? 1 : inquiry->cells->groups_n;
			}
	size_t lost = inquiry->lost;
	for (size_t i = 0; i < inquiry->clauses_n; i++) {
		struct clause *clause = &inquiry->clauses[i];
		size_t strong = 0;
		for (size_t k = 0; k < clause->n; k++) {
			bool weak = false;
			for (int cause = 0; cause < CAUSES; cause++)
				weak |= clause->items[k].causes >> cause & 1 &&
					support[cause] * LEAST < lost;
			if (!weak)
				clause->items[strong++] = clause->items[k];
		}
		if (strong)
			clause->n = strong;
		else
			give_up(solver, clause);
	}
	drop_given_up(solver);
}

/* Half an hour at a midnight or two is what clocks do: the rest explains as it is. */
static void
leave_to_clocks(struct solver *solver, struct clause *clause, struct alternative *slight)
{
	slight->causes &= ~(1u << CAUSE_TIME_ZONE);
	slight->scenario.causes = slight->causes;
	slight->amounts[CAUSE_TIME_ZONE] = 0;
	slight->rough = true;
	solver->inquiry.unclear[clause->group] = true;
	if (!slight->causes)
		clause->n = 0;
}

/* Days that are cut elsewhere have to show at several midnights. */
static void
drop_lone_midnights(struct solver *solver)
{
	struct inquiry *inquiry = &solver->inquiry;
	int midnights = 0;
	for (size_t i = 0; i < inquiry->clauses_n; i++)
		for (size_t k = 0; k < inquiry->clauses[i].n; k++)
			if (!inquiry->clauses[i].items[k].slight)
				midnights += inquiry->clauses[i].items[k].boundaries;
	for (size_t i = 0; i < inquiry->clauses_n && midnights < MIDNIGHTS; i++)
		for (size_t k = inquiry->clauses[i].n; k-- > 0;) {
			struct alternative *at = &inquiry->clauses[i].items[k];
			if (!(at->causes >> CAUSE_TIME_ZONE & 1))
				continue;
			if (at->slight)
				leave_to_clocks(solver, &inquiry->clauses[i], at);
			else if (at->free)
				give_up(solver, &inquiry->clauses[i]);
			if (!inquiry->clauses[i].n)
				break;
		}
	drop_given_up(solver);
}

static void
settle_clause(struct solver *solver, const struct clause *clause)
{
	const struct alternative *only = NULL;
	unsigned any = 0;
	size_t fitting = 0;
	for (size_t i = 0; i < clause->n; i++) {
		bool known = !(clause->items[i].causes & ~solver->chosen);
		bool possible = known;
		for (size_t k = 0; k < solver->best_n; k++)
			possible |= !(clause->items[i].causes & ~solver->best[k]);
		any |= possible ? clause->items[i].causes : 0;
		fitting += known;
		only = known ? &clause->items[i] : only;
	}
	if (fitting == 1) {
		for (int cause = 0; cause < CAUSES; cause++)
			if (only->causes >> cause & 1)
				add_part(solver, 1u << cause, clause->group, only->amounts[cause],
					only);
		solver->out->rough |= only->rough;
		solver->inquiry.unclear[clause->group] |= only->rough;
		return;
	}
	/* several can explain it alike */
	femto_t amount = 0;
	for (int cause = 0; cause < CAUSES; cause++)
		amount += clause->items[0].amounts[cause];
	add_part(solver, any, clause->group, amount, &clause->items[0]);
}

/* ---- what is on one side only, and the whole ---- */

static void
add_totals(struct solver *solver)
{
	struct reconciliation *out = solver->out;
	size_t n = 0;
	out->first = INT64_MAX;
	out->last = INT64_MIN;
	for (size_t i = 0; i < solver->cells.sides_n; i++) {
		const struct side *side = &solver->cells.sides[i];
		if (!side->against && !side->own)
			continue;
		out->any = true;
		out->own = side->own && (out->own || !n);
		out->gateway = !side->bill && (out->gateway || !n);
		out->foreign |= side->foreign;
		add_name(&out->billers, &n, side->biller);
		out->scope = side->scope >= 0 ? dim_names[side->scope] : out->scope;
		out->billed += side->other;
		if (side->other) {
			struct part *part = part_for(out, 1u << PART_OTHER_CHARGES);
			part->amount += side->other;
			part->groups_n++;
		}
		if (side->bill_first != DAY_NONE && side->bill_first < out->first)
			out->first = side->bill_first;
		if (side->bill_last != DAY_NONE && side->bill_last > out->last)
			out->last = side->bill_last;
	}
	if (out->first <= out->last)
		out->days = out->last - out->first + 1;
}

/* Lines and requests of days that one side does not have at all. */
static void
cut_group(struct solver *solver, struct group *group, int64_t from, int64_t to)
{
	struct reconciliation *out = solver->out;
	size_t lines_n = 0, atoms_n = 0;
	femto_t billed = 0, list = 0;
	for (size_t i = 0; i < group->lines_n; i++) {
		const struct line *line = &group->lines[i];
		if (line->day >= from && line->day <= to)
			group->lines[lines_n++] = *line;
		else
			billed += line->billed;
	}
	for (size_t i = 0; i < group->atoms_n; i++) {
		const struct atom *atom = &group->atoms[i];
		int64_t day = atom->half_hour / HALF_HOURS_A_DAY;
		if (day >= from && day <= to)
			group->atoms[atoms_n++] = *atom;
		else
			list += atom_list(group, atom);
	}
	group->lines_n = lines_n;
	group->atoms_n = atoms_n;
	group->billed -= billed;
	group->list -= list;
	out->billed += billed;
	out->list += list;
	const struct {
		int part;
		femto_t amount;
	} sides[] = { { PART_NOT_LOGGED, billed }, { PART_NOT_BILLED, -list } };
	for (size_t i = 0; i < HL_COUNT(sides); i++)
		if (sides[i].amount) {
			struct part *part = part_for(out, 1u << sides[i].part);
			describe(part, group);
			part->amount += sides[i].amount;
		}
}

/* Days are compared where both sides have them.  A single day more at an end may be days cut elsewhere, unless
 * 'all' are to be left out. */
static void
cut_sides(struct solver *solver, bool all)
{
	const int64_t apart = all ? 0 : 1;
	for (size_t i = 0; i < solver->cells.sides_n; i++) {
		struct side *side = &solver->cells.sides[i];
		if (!side->against || side->log_first == DAY_NONE || side->bill_first == DAY_NONE)
			continue;
		int64_t from =
			side->log_first > side->bill_first ? side->log_first : side->bill_first;
		int64_t to = side->log_last < side->bill_last ? side->log_last : side->bill_last;
		int64_t first = side->log_first - side->bill_first,
			last = side->log_last - side->bill_last;
		solver->uneven |= first || last;
		from = first > apart || -first > apart ? from : INT64_MIN;
		to = last > apart || -last > apart ? to : INT64_MAX;
		if (from == INT64_MIN && to == INT64_MAX)
			continue;
		for (size_t k = 0; k < solver->cells.groups_n; k++)
			if (solver->cells.groups[k].side == i)
				cut_group(solver, &solver->cells.groups[k], from, to);
		side->bill_first = from > side->bill_first ? from : side->bill_first;
		side->bill_last = to < side->bill_last ? to : side->bill_last;
	}
}

static bool
is_compared(const struct solver *solver, const struct group *group)
{
	const struct side *side = &solver->cells.sides[group->side];
	return side->against || side->own;
}

/* Bill and log of a group; false where it is on one side only. */
static bool
add_group(struct solver *solver, size_t at)
{
	struct reconciliation *out = solver->out;
	const struct group *group = &solver->cells.groups[at];
	out->billed += group->billed;
	out->list += group->list;
	out->requests += group->requests;
	out->failed += group->failed;
	bool log = false;
	for (size_t i = 0; i < group->atoms_n && !log; i++)
		log = !group->atoms[i].failed || group->atoms[i].requests;
	if (group->lines_n && (log || inquiry_pool(&solver->inquiry, group)))
		return true;
	if (group->lines_n)
		add_part(solver, 1u << PART_NOT_LOGGED, at, group->billed, NULL);
	else if (group->list)
		add_part(solver, 1u << PART_NOT_BILLED, at, -group->list, NULL);
	return false;
}

/* What no cause explains of a group: where all of it was, that is rounding. */
static void
settle_group(struct solver *solver, size_t at)
{
	const struct group *group = &solver->cells.groups[at];
	femto_t left = group->billed - group->list - solver->explained[at];
	solver->out->unclear_n += solver->inquiry.unclear[at];
	if (!left)
		return;
	int64_t rows = 0;
	for (size_t i = 0; i < group->lines_n; i++)
		rows += group->lines[i].rows;
	femto_t grain = solver->cells.sides[group->side].smallest;
	if (!solver->inquiry.unclear[at] && magnitude(left) * 2 <= grain * (rows + 1))
		part_for(solver->out, 1u << PART_ROUNDING)->amount += left;
	else
		solver->out->unexplained += left;
}

static int
by_amount(const void *left, const void *right)
{
	const struct part *a = left, *b = right;
	femto_t x = magnitude(a->amount), y = magnitude(b->amount);
	if (x != y)
		return x > y ? -1 : 1;
	return (a->causes > b->causes) - (a->causes < b->causes);
}

/* To what is printed, nanos, so that the parts add up there too: the largest takes the difference. */
static void
round_parts(struct reconciliation *out)
{
	enum { NANOS = 9 };
	out->gap = num_round(out->gap, NANOS);
	out->unexplained = num_round(out->unexplained, NANOS);
	femto_t left = out->gap - out->unexplained;
	for (size_t i = 0; i < out->parts_n; i++) {
		out->parts[i].amount = num_round(out->parts[i].amount, NANOS);
		left -= out->parts[i].amount;
	}
	*(out->parts_n ? &out->parts[0].amount : &out->unexplained) += left;
}

static void
solve(struct solver *solver)
{
	struct reconciliation *out = solver->out;
	for (size_t i = 0; i < solver->cells.groups_n; i++) {
		const struct group *group = &solver->cells.groups[i];
		if (!is_compared(solver, group) || !add_group(solver, i))
			continue;
		out->groups_n++;
		if (group->open)
			add_name(&out->open, &out->open_n, group->name);
		inquire(&solver->inquiry, i);
	}
	drop_lone_midnights(solver);
	drop_weak(solver);
	choose(solver);
	for (size_t i = 0; i < solver->inquiry.clauses_n; i++)
		settle_clause(solver, &solver->inquiry.clauses[i]);
	for (size_t i = 0; i < solver->cells.groups_n; i++)
		if (is_compared(solver, &solver->cells.groups[i]))
			settle_group(solver, i);
	out->gap = out->billed - out->list;
	out->more_tokens = solver->inquiry.more_tokens;
	out->more = solver->inquiry.more;
	if (out->parts_n)
		qsort(out->parts, out->parts_n, sizeof(*out->parts), by_amount);
	round_parts(out);
}

/* True where more days can be left out. */
static bool
reconcile_days(struct reconciliation *out, struct pool *pool, const struct audit_options *options,
	bool common)
{
	struct solver solver = { .out = out };
	*out = (struct reconciliation){ 0 };
	cells_build(&solver.cells, pool, options);
	solver.inquiry.cells = &solver.cells;
	solver.explained = xcalloc(solver.cells.groups_n + 1, sizeof(*solver.explained));
	solver.inquiry.unclear =
		xcalloc(solver.cells.groups_n + 1, sizeof(*solver.inquiry.unclear));
	add_totals(&solver);
	unlisted_of_cells(&out->unlisted, &solver.cells);
	cut_sides(&solver, common);
	if (out->any)
		solve(&solver);
	inquiry_take_back(&solver.inquiry, 0);
	free(solver.inquiry.clauses);
	free(solver.best);
	free(solver.explained);
	free(solver.inquiry.unclear);
	cells_free(&solver.cells);
	return solver.uneven;
}

void
reconcile(struct reconciliation *out, struct pool *pool, const struct audit_options *options)
{
	struct reconciliation common;
	bool uneven = reconcile_days(out, pool, options, false);
	if (!uneven || !out->unexplained || out->unclear_n * 2 < out->groups_n)
		return;
	reconcile_days(&common, pool, options, true);
	if (common.unclear_n * 2 < out->unclear_n) {
		reconciliation_free(out);
		*out = common;
	} else {
		reconciliation_free(&common);
	}
}

void
reconciliation_free(struct reconciliation *reconciliation)
{
	for (size_t i = 0; i < reconciliation->parts_n; i++) {
		str_free(&reconciliation->parts[i].models);
		str_free(&reconciliation->parts[i].scopes);
	}
	unlisted_free(&reconciliation->unlisted);
	str_free(&reconciliation->open);
	str_free(&reconciliation->billers);
	free(reconciliation->parts);
	*reconciliation = (struct reconciliation){ 0 };
}
