/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/bill.h"

/* The text between two quotes at the front of 'rest' (escapes stay as they are). */
static bool
take_quoted(struct slice *rest, struct slice *text)
{
	const char *end = rest->p + rest->n, *p = rest->p + 1;
	while (p < end && *p != '"')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	if (p >= end)
		return false;
	*text = (struct slice){ rest->p + 1, (size_t)(p - rest->p - 1) };
	*rest = (struct slice){ p + 1, (size_t)(end - p - 1) };
	return true;
}

bool
bill_pair(struct slice *rest, struct slice *key, struct slice *value)
{
	for (;;) {
		const char *quote = rest->n ? memchr(rest->p, '"', rest->n) : NULL;
		if (!quote)
			return false;
		*rest = (struct slice){ quote, rest->n - (size_t)(quote - rest->p) };
		if (!take_quoted(rest, key))
			return false;
		*rest = slice_trim(*rest);
		if (!rest->n || rest->p[0] != ':')
			continue; /* an element of an array */
		*rest = slice_trim((struct slice){ rest->p + 1, rest->n - 1 });
		if (rest->n && rest->p[0] == '"')
			return take_quoted(rest, value);
	}
}

/* AWS puts the kind of tag before its name: "user_team", "user:team". */
static struct slice
bare_key(struct slice key)
{
	key = slice_trim(key);
	if (key.n > 5 && (slice_starts(key, "user_") || slice_starts(key, "user:")))
		return (struct slice){ key.p + 5, key.n - 5 };
	return key;
}

static bool
is_one_of(struct slice key, const char *const *names)
{
	for (; *names; names++)
		if (slice_is_nocase(key, *names))
			return true;
	return false;
}

void
bill_label(struct labels *labels, struct slice key, struct slice value)
{
	static const char *const project[] = { "project", "application", "app", "service",
		"product", NULL };
	static const char *const team[] = { "team", "department", "cost_center", "cost-center",
		"costcenter", NULL };
	static const char *const environment[] = { "environment", "env", "stage", NULL };
	static const char *const task[] = { "task", "workload", "use_case", "use-case", "usecase",
		"feature", NULL };
	static const char *const agent[] = { "agent", NULL };
	const struct {
		const char *const *names;
		struct slice *label;
	} places[] = { { project, &labels->project }, { team, &labels->team },
		{ environment, &labels->environment }, { task, &labels->task },
		{ agent, &labels->agent } };
	key = bare_key(key);
	value = slice_trim(value);
	for (size_t i = 0; i < HL_COUNT(places) && value.n; i++)
		if (!places[i].label->n && is_one_of(key, places[i].names))
			*places[i].label = value;
}

void
bill_label_pairs(struct labels *labels, struct slice text)
{
	struct slice key, value;
	while (bill_pair(&text, &key, &value))
		bill_label(labels, key, value);
}

static void
fill(struct record *rec, enum dim dim, struct slice value)
{
	if (!rec->dim[dim].n)
		rec->dim[dim] = value;
}

void
bill_label_dims(const struct labels *labels, struct record *rec)
{
	fill(rec, DIM_PROJECT, labels->project);
	if (rec->dim[DIM_PROJECT].n)
		fill(rec, DIM_TAG, labels->team);
	else
		fill(rec, DIM_PROJECT, labels->team);
	fill(rec, DIM_ENVIRONMENT, labels->environment);
	fill(rec, DIM_TASK, labels->task);
	fill(rec, DIM_AGENT, labels->agent);
}
