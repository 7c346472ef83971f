/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/profile.h"

#include <stdlib.h>

enum { DAYS_A_MONTH = 30, A_DAY_MS = 86400 * 1000 };

/* One workload being described. */
struct sketch {
	const struct profile_options *options;
	const struct audit *audit;
	const struct tally *tally;
	struct subject *subject;
	struct arena *arena;
};

static struct attribute *
value_of(const struct sketch *sketch, const char *name)
{
	int index = attributes_find(sketch->options->attributes, slice_of(name));
	if (index < 0)
		return NULL; /* attributes.conf is the user's to shorten */
	return &sketch->subject->values[index];
}

static void
set_range(const struct sketch *sketch, const char *name, femto_t low, femto_t high,
	enum attribute_source source, struct slice why)
{
	struct attribute *value = value_of(sketch, name);
	if (value)
		*value = (struct attribute){
			.source = source, .number = low, .high = high, .why = why
		};
}

static void
set_unknown(const struct sketch *sketch, const char *name, const char *why)
{
	struct attribute *value = value_of(sketch, name);
	if (value)
		*value = (struct attribute){ .why = slice_of(why) };
}

/* ---- what was measured ---- */

static const char *
measured_by(const struct tally *tally)
{
	return tally->origins == 1u << ORIGIN_TABLE ? "stated in the table: "
	       : tally->assumed_model               ? "the model is assumed: "
						    : "";
}

/* Means over the requests; tokens without a direction may be on either side. */
static void
measure_tokens(const struct sketch *sketch)
{
	static const char uncounted[] = "the files count no requests";
	const struct tally *tally = sketch->tally;
	int64_t calls = tally->requests;
	if (calls <= 0 || tally->uncounted || (!tally->with_tokens && !tally->unsplit)) {
		const char *why =
			calls > 0 && !tally->uncounted ? "no tokens are known" : uncounted;
		set_unknown(sketch, "context_tokens", why);
		set_unknown(sketch, "output_tokens", why);
		return;
	}
	char n[NUM_TEXT];
	struct slice why = slice_printf(sketch->arena, "%smean of %s request%s%s",
		measured_by(tally), num_count(n, calls), calls == 1 ? "" : "s",
		tally->unsplit ? "; the direction of tokens is not stated" : "");
	femto_t unsplit = (femto_t)tally->unsplit * FEMTO_PER_UNIT / calls;
	femto_t input = (femto_t)tally_input(tally) * FEMTO_PER_UNIT / calls;
	femto_t output = (femto_t)tally->tokens[TOKEN_OUTPUT] * FEMTO_PER_UNIT / calls;
	set_range(sketch, "context_tokens", input, input + unsplit, ATTRIBUTE_LOGGED, why);
	if (tally->output_unknown)
		set_unknown(sketch, "output_tokens", "output is not logged");
	else
		set_range(sketch, "output_tokens", output, output + unsplit, ATTRIBUTE_LOGGED, why);
}

static void
measure_context(const struct sketch *sketch)
{
	const struct dist *dist = sketch->tally->dists ? &sketch->tally->dists[DIST_CONTEXT] : NULL;
	int64_t high = dist ? dist_percentile(dist, 95) : -1;
	if (high < 0) {
		set_unknown(
			sketch, "context_p95_tokens", "only known where each request is logged");
		return;
	}
	int class = dist_class(high);
	int64_t low = class > 0 ? dist_ends[class - 1] + 1 : 0;
	char n[NUM_TEXT];
	set_range(sketch, "context_p95_tokens", (femto_t)low * FEMTO_PER_UNIT,
		(femto_t)high * FEMTO_PER_UNIT, ATTRIBUTE_LOGGED,
		slice_printf(sketch->arena, "the class of the 95th percentile of %s request%s",
			num_count(n, dist_total(dist)), dist_total(dist) == 1 ? "" : "s"));
}

static void
measure_volume(const struct sketch *sketch)
{
	const struct tally *tally = sketch->tally;
	int64_t days = sketch->options->days;
	char n[NUM_TEXT], d[NUM_TEXT];
	if (tally->requests <= 0 || tally->uncounted)
		set_unknown(sketch, "calls_per_day", "the files count no requests");
	else if (!days)
		set_unknown(sketch, "calls_per_day", sketch->options->no_days);
	else
		set_range(sketch, "calls_per_day", (femto_t)tally->requests * FEMTO_PER_UNIT / days,
			(femto_t)tally->requests * FEMTO_PER_UNIT / days, ATTRIBUTE_LOGGED,
			slice_printf(sketch->arena, "%s%s request%s in %s day%s",
				measured_by(tally), num_count(n, tally->requests),
				tally->requests == 1 ? "" : "s", num_count(d, days),
				days == 1 ? "" : "s"));
}

/* The most spending; amounts in other currencies are another question. */
static const struct money *
most_money(const struct tally *tally)
{
	const struct money *most = NULL;
	for (int i = 0; i < tally->money_n; i++)
		if (!most || tally->money[i].spend_high > most->spend_high)
			most = &tally->money[i];
	return most;
}

static void
measure_cost(const struct sketch *sketch, const struct tally *tally, const char *name)
{
	const struct money *money = most_money(tally);
	int64_t days = sketch->options->days;
	if (!money || (!money->has_billed && !money->has_list))
		set_unknown(sketch, name,
			money && money->has_included ? "covered by a subscription"
						     : "nothing is billed or priced here");
	else if (!days)
		set_unknown(sketch, name, sketch->options->no_days);
	else if (strcmp(money->currency, "USD") != 0)
		set_unknown(sketch, name, "not in US dollars, and the limits of policies are");
	else
		set_range(sketch, name, per_month(money->spend_low, days),
			per_month(money->spend_high, days), ATTRIBUTE_LOGGED,
			slice_of(money->has_billed ? "billed" : "at list prices"));
}

static void
measure_money(const struct sketch *sketch)
{
	const struct money *money = most_money(sketch->tally);
	struct subject *subject = sketch->subject;
	measure_cost(sketch, sketch->tally, "monthly_cost");
	measure_cost(sketch, &sketch->audit->total, "total_monthly_cost");
	memcpy(subject->currency, money ? money->currency : "USD", 4);
	if (!money || !sketch->options->days || (!money->has_billed && !money->has_list))
		return;
	subject->has_monthly = true;
	subject->monthly_low = per_month(money->spend_low, sketch->options->days);
	subject->monthly_high = per_month(money->spend_high, sketch->options->days);
}

static void
measure_flags(const struct sketch *sketch)
{
	const struct tally *tally = sketch->tally;
	int64_t tokens = tally_input(tally) + tally->tokens[TOKEN_OUTPUT] + tally->unsplit;
	if (tokens > 0)
		set_range(sketch, "local", (tally->local_tokens == tokens) * FEMTO_PER_UNIT,
			(tally->local_tokens == tokens) * FEMTO_PER_UNIT, ATTRIBUTE_LOGGED,
			slice_of(!tally->local_tokens            ? "no local server answered"
				 : tally->local_tokens == tokens ? "a local server answered"
								 : "paid models answered too"));
	else if (most_money(tally) && most_money(tally)->has_billed)
		set_range(sketch, "local", 0, 0, ATTRIBUTE_LOGGED, slice_of("it was billed"));
	if (tally->measures[MEASURE_TOOL_INPUT].sum > 0)
		set_range(sketch, "tool_calling", FEMTO_PER_UNIT, FEMTO_PER_UNIT, ATTRIBUTE_LOGGED,
			slice_of("the log counts tokens of tool use"));
	if (tokens > 0 && tally->batch_tokens == tokens) {
		static const char why[] = "all of it went through a batch service";
		set_range(sketch, "batchable", FEMTO_PER_UNIT, FEMTO_PER_UNIT, ATTRIBUTE_INFERRED,
			slice_of(why));
		set_range(sketch, "latency_tolerance_ms", (femto_t)A_DAY_MS * FEMTO_PER_UNIT,
			(femto_t)A_DAY_MS * FEMTO_PER_UNIT, ATTRIBUTE_INFERRED, slice_of(why));
	}
}

/* ---- what the name tells ---- */

static bool
only_embeddings(const struct tally *tally)
{
	for (size_t i = 0; i < tally->names_n; i++)
		if (slice_find_nocase(tally->names[i].name, "embed") < 0)
			return false;
	return tally->names_n > 0;
}

static void
infer(const struct sketch *sketch, int index, struct slice text, struct slice why,
	enum attribute_source source)
{
	const struct attribute_info *info = &sketch->options->attributes->items[index];
	struct attribute *value = &sketch->subject->values[index];
	struct err err;
	if (value->source != ATTRIBUTE_UNKNOWN)
		return;
	if (!attribute_parse(info, text, value, &err)) /* checked when it was loaded */
		BUG("%s", err.text);
	value->source = source;
	value->why = why;
}

/* A task that is called just like a type says what it is; else its words are looked up. */
static void
infer_from_name(const struct sketch *sketch)
{
	const struct attributes *attributes = sketch->options->attributes;
	const char *source = sketch->tally->name_source;
	struct slice name = sketch->subject->name, word;
	int type = attributes_find(attributes, SLICE("type"));
	bool named = source && strcmp(source, "model") != 0 && strcmp(source, "biller") != 0 &&
		     strcmp(source, "none") != 0;
	for (size_t i = 0; named && type >= 0 && i < attributes->items[type].words_n; i++)
		if (slice_eq(name, attributes->items[type].words[i]))
			infer(sketch, type, name,
				slice_printf(sketch->arena, "logged as %s", source),
				ATTRIBUTE_LOGGED);
	if (type >= 0 && only_embeddings(sketch->tally))
		infer(sketch, type, SLICE("embedding"), SLICE("only embedding models answered"),
			ATTRIBUTE_INFERRED);
	const struct conf_section *section =
		named ? task_types_match(sketch->options->types, name, &word) : NULL;
	for (size_t i = 0; section && i < section->items_n; i++) {
		int index = attributes_find(attributes, slice_of(section->items[i].key));
		if (index >= 0)
			infer(sketch, index, section->items[i].values[0],
				slice_printf(sketch->arena,
					"the word \"" SLICE_FMT "\" in its name", SLICE_ARG(word)),
				ATTRIBUTE_INFERRED);
	}
}

/* ---- what hllm.conf says ---- */

/* Values of a section; those that stand are kept unless 'over'. */
static void
configure(const struct sketch *sketch, const struct conf_section *section, bool over)
{
	for (size_t i = 0; section && i < section->items_n; i++) {
		const struct conf_item *item = &section->items[i];
		int index = attributes_find(sketch->options->attributes, slice_of(item->key));
		if (index < 0) /* a key that matches */
			continue;
		struct attribute *value = &sketch->subject->values[index];
		if (over)
			*value = (struct attribute){ 0 };
		infer(sketch, index, item->values[0],
			slice_printf(sketch->arena, "%s:%d", section->file, item->line),
			ATTRIBUTE_CONFIGURED);
	}
}

bool
attributes_check_section(
	const struct attributes *attributes, const struct conf_section *section, struct err *err)
{
	for (size_t i = 0; i < section->items_n; i++) {
		const struct conf_item *item = &section->items[i];
		int index = attributes_find(attributes, slice_of(item->key));
		struct attribute ignored;
		struct err why;
		if (index < 0)
			continue;
		if (item->values_n != 1)
			return conf_wrong(section, item, err, "%s has %zu values, expected one",
				item->key, item->values_n);
		if (!attribute_parse(&attributes->items[index], item->values[0], &ignored, &why))
			return conf_wrong(section, item, err, "%s is %s", item->key, why.text);
	}
	return true;
}

bool
profile_check(const struct conf *conf, const struct attributes *attributes, struct err *err)
{
	for (const struct conf_section *at = NULL; (at = conf_next(conf, NULL, at));) {
		bool speaks = strcmp(at->kind->name, "workload") == 0 ||
			      strcmp(at->kind->name, "defaults") == 0;
		if (speaks && !attributes_check_section(attributes, at, err))
			return false;
	}
	return true;
}

/* ---- all of it ---- */

static int
by_cost(const void *left, const void *right)
{
	const struct subject *a = left, *b = right;
	if (a->monthly_high != b->monthly_high)
		return a->monthly_high > b->monthly_high ? -1 : 1;
	return slice_compare(a->name, b->name);
}

static void
sketch_one(const struct sketch *sketch)
{
	const struct conf *conf = sketch->options->conf;
	measure_volume(sketch);
	measure_tokens(sketch);
	measure_context(sketch);
	measure_money(sketch);
	measure_flags(sketch);
	configure(sketch, conf_find(conf, "workload", sketch->subject->name), true);
	infer_from_name(sketch);
	configure(sketch, conf_next(conf, "defaults", NULL), false);
	for (size_t i = 0; i < sketch->options->attributes->n; i++) {
		struct attribute *value = &sketch->subject->values[i];
		if (value->source == ATTRIBUTE_UNKNOWN && !value->why.n)
			value->why = SLICE("say it in hllm.conf");
	}
}

void
profile_subjects(
	const struct profile_options *options, const struct audit *audit, struct subjects *out)
{
	for (size_t i = 0; i < audit->workloads.n; i++) {
		out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
		struct subject *subject = &out->items[out->n++];
		*subject = (struct subject){ .name = slice_copy(
						     &out->arena, audit->workloads.items[i].name),
			.values = arena_take(
				&out->arena, options->attributes->n * sizeof(struct attribute)) };
		const struct sketch sketch = { options, audit, &audit->workloads.items[i], subject,
			&out->arena };
		sketch_one(&sketch);
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), by_cost);
}
