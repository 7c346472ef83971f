/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/when.h"
#include "price/catalog.h"
#include "price/name.h"
#include "price/provider.h"

enum { LONGEST_NAME = 512, PREFIXES = 8, SUFFIXES = 3, ALIAS_DEPTH = 4 };

/* One question while it is answered. */
struct asking {
	const struct catalog *catalog;
	struct slice biller, provider;           /* as given */
	const char *biller_name, *provider_name; /* ours, NULL unknown */
	struct name_place place;
	int64_t when;
	bool any_time, assumed;
	struct period valid;          /* the answer stays the same in it */
	const struct model *model;    /* the answer */
	const struct model *closed;   /* right, but without a price at that time */
	const struct alias *alias;    /* the one followed */
	const struct alias *dangling; /* one that led nowhere */
	bool ambiguous;               /* open models: several hosts, none known */
};

/* What a look at one text ended in. */
enum look { LOOK_NOTHING, LOOK_FOUND, LOOK_REFUSED, LOOK_CLOSED };

/* Is 'when' in [from, to)?  Remembers how far the answer to that reaches. */
static bool
covers(struct asking *a, int64_t from, int64_t to)
{
	if (a->any_time)
		return true;
	if (a->when < from) {
		if (from < a->valid.end)
			a->valid.end = from;
		return false;
	}
	if (a->when >= to) {
		if (to > a->valid.start)
			a->valid.start = to;
		return false;
	}
	if (from > a->valid.start)
		a->valid.start = from;
	if (to < a->valid.end)
		a->valid.end = to;
	return true;
}

static bool
is_open(struct asking *a, const struct model *model)
{
	for (size_t i = 0; i < model->open_n; i++)
		if (covers(a, model->open[i].start, model->open[i].end))
			return true;
	return false;
}

/* How well the model's seller fits what is known: 0 not at all. */
static int
fits(const struct asking *a, const struct model *model, bool explicit)
{
	struct slice seller = model->provider;
	if (explicit)
		return 4;
	if (a->place.seller && !slice_is(seller, a->place.seller))
		return 0;
	if ((a->provider_name && slice_is(seller, a->provider_name)) ||
		slice_compare_nocase(seller, a->provider) == 0)
		return 4;
	if (a->place.seller || (a->biller_name && slice_is(seller, a->biller_name)) ||
		slice_compare_nocase(seller, a->biller) == 0)
		return 3;
	enum seller kind = provider_kind(seller, NULL);
	if (kind != SELLER_HOST && kind != SELLER_GATEWAY)
		return 2;
	/* an open model costs what its host asks: another one's price is not an answer */
	return a->provider.n || a->biller.n ? 0 : 1;
}

static enum look
look_exact(struct asking *a, const struct name *names, size_t n, struct slice text, bool nocase,
	bool explicit)
{
	const struct model *best = NULL;
	int best_fit = 0, equals = 0, refused = 0;
	for (size_t i = 0; i < n; i++) {
		const struct model *model = names[i].model;
		if (!model || (!nocase && !slice_eq(names[i].text, text)))
			continue;
		bool keyed =
			slice_eq(names[i].text, model->key) && !slice_eq(model->key, model->id);
		int fit = fits(a, model, explicit || keyed);
		equals = fit == best_fit ? equals + 1 : fit > best_fit ? 1 : equals;
		refused += fit == 0;
		if (fit > best_fit) {
			best = model;
			best_fit = fit;
		}
	}
	a->ambiguous |= (!best && refused) || (best_fit == 1 && equals > 1);
	if (!best || (best_fit == 1 && equals > 1))
		return LOOK_NOTHING;
	if (is_open(a, best)) {
		a->model = best;
		return LOOK_FOUND;
	}
	a->closed = best;
	return LOOK_CLOSED;
}

static enum look look_up(struct asking *a, struct slice text, int depth);

static enum look
look_alias(struct asking *a, const struct name *names, size_t n, struct slice text, bool nocase,
	int depth)
{
	for (size_t i = 0; i < n; i++) {
		const struct alias *alias = names[i].alias;
		if (!alias || (!nocase && !slice_eq(names[i].text, text)) ||
			!covers(a, alias->as.from, alias->as.to))
			continue;
		a->alias = alias;
		if (slice_is(alias->as.model, "-"))
			return LOOK_REFUSED;
		enum look look =
			depth < ALIAS_DEPTH ? look_up(a, alias->as.model, depth + 1) : LOOK_NOTHING;
		if (look == LOOK_NOTHING)
			a->dangling = alias;
		return look;
	}
	return LOOK_NOTHING;
}

/* An id as written, an alias as written, then both whatever the case. */
static enum look
look_up(struct asking *a, struct slice text, int depth)
{
	size_t n;
	enum look end = LOOK_NOTHING;
	const struct name *names = catalog_lookup(a->catalog, text, &n);
	if (depth == 0)
		a->alias = NULL;
	for (int nocase = 0; nocase < 2 && n; nocase++) {
		enum look look = look_exact(a, names, n, text, nocase, depth > 0);
		if (look == LOOK_FOUND)
			return look;
		end = look == LOOK_CLOSED ? look : end;
		look = look_alias(a, names, n, text, nocase, depth);
		if (look == LOOK_FOUND || look == LOOK_REFUSED)
			return look;
		end = look == LOOK_CLOSED ? look : end;
	}
	return end;
}

/* A month and day alone say little: gpt-4-1106 is short for gpt-4-1106-preview, not for gpt-4. */
static bool
drop(const struct asking *a, struct slice *form)
{
	struct slice whole = *form;
	if (!name_drop(form))
		return false;
	return whole.n - form->n != strlen("-1106") || !catalog_has_longer(a->catalog, whole);
}

/* The name, then without each prefix, then each of these without dates and versions.  Writes into
 * *used what of the name the answer is about. */
static enum look
look_through(struct asking *a, struct slice name, struct slice *used)
{
	size_t n = 1;
	if (slice_starts(name, "ft:")) {
		/* ft:BASE:ORGANIZATION::ID: a table can only know ft:BASE */
		struct slice rest = { name.p + 3, name.n - 3 }, base;
		if (slice_cut(&rest, ':', &base))
			name.n = base.n + 3;
	}
	struct slice forms[PREFIXES] = { name };
	enum look look = look_up(a, name, 0);
	*used = name;
	while (look == LOOK_NOTHING && n < PREFIXES && name_strip(&name, &a->place)) {
		forms[n++] = *used = name;
		look = look_up(a, name, 0);
	}
	for (size_t i = 0; i < n && look == LOOK_NOTHING; i++) {
		struct slice form = forms[i];
		for (int k = 0; k < SUFFIXES && look == LOOK_NOTHING && drop(a, &form); k++) {
			*used = form;
			look = look_up(a, form, 0);
		}
	}
	return look;
}

static struct slice
describe(const struct asking *a, struct slice name, struct slice used)
{
	struct str rule = STR_INIT;
	size_t before = (size_t)(used.p - name.p), behind = name.n - before - used.n;
	if (before)
		str_printf(&rule, "prefix " SLICE_FMT " taken off, ",
			SLICE_ARG(((struct slice){ name.p, before })));
	if (behind)
		str_printf(&rule, "suffix " SLICE_FMT " dropped, ",
			SLICE_ARG(((struct slice){ used.p + used.n, behind })));
	if (a->alias)
		str_printf(&rule, "alias " SLICE_FMT, SLICE_ARG(a->alias->as.name));
	else
		str_puts(&rule, "exact id");
	struct slice kept = words_text(a->catalog->words, str_as_slice(&rule));
	str_free(&rule);
	return kept;
}

/* Who takes the money, as multiplier rows name it. */
static struct slice
platform_of(const struct asking *a)
{
	if (a->place.platform)
		return slice_of(a->place.platform);
	if (a->biller_name && strcmp(a->biller_name, "openrouter") == 0)
		return slice_of(a->biller_name);
	if (provider_kind(a->provider, NULL) == SELLER_PLATFORM)
		return slice_of(a->provider_name);
	if (provider_kind(a->biller, NULL) == SELLER_PLATFORM)
		return slice_of(a->biller_name);
	return a->model->provider;
}

/* On Bedrock an id without a geographic profile runs in one region, whichever that is. */
static struct slice
place_of(const struct asking *a, struct slice platform, struct slice given)
{
	static const char *const geographic[] = { "us", "eu", "apac", "au", "jp", "ca", "us-gov",
		"global" };
	struct slice region = a->place.region.n ? a->place.region : given;
	if (!slice_is(platform, "bedrock"))
		return region;
	for (size_t i = 0; i < HL_COUNT(geographic); i++)
		if (slice_is_nocase(region, geographic[i]))
			return slice_of(geographic[i]);
	return SLICE("regional");
}

static int
surcharge(struct asking *a, struct slice platform, struct slice region)
{
	const struct catalog *c = a->catalog;
	int found = 0;
	for (size_t i = 0; i < c->models_n && region.n; i++) {
		const struct model *model = c->models[i];
		if (slice_compare_nocase(model->provider, platform) != 0 ||
			slice_compare_nocase(model->id, a->model->id) != 0)
			continue;
		for (size_t k = 0; k < model->rows_n; k++) {
			const struct price_row *row = model->rows[k];
			if (!slice_is(row->kind, "multiplier") ||
				slice_compare_nocase(row->region, region) != 0)
				continue;
			if (covers(a, row->from, row->to) || (a->assumed && !found))
				found = (int)row->picos;
		}
	}
	return found ? found : 1000;
}

static struct slice
explain_closed(const struct asking *a)
{
	char on[WHEN_TEXT], from[WHEN_TEXT], to[WHEN_TEXT];
	int64_t start, end;
	model_span(a->closed, &start, &end);
	struct slice id = a->closed->id;
	when_date(on, a->when);
	if (a->when < start)
		return slice_of(words_printf(a->catalog->words,
			SLICE_FMT " has prices from %s on, not on %s", SLICE_ARG(id),
			when_date(from, start), on));
	if (a->when >= end)
		return slice_of(
			words_printf(a->catalog->words, SLICE_FMT " has prices until %s, not on %s",
				SLICE_ARG(id), when_date(to, end - 1), on));
	return slice_of(words_printf(
		a->catalog->words, SLICE_FMT " has no price on %s", SLICE_ARG(id), on));
}

static void
explain_unknown(const struct asking *a, struct slice name, enum look look, struct resolution *out)
{
	out->state = PRICE_UNKNOWN;
	if (look == LOOK_REFUSED) {
		out->deliberate = true;
		out->why = a->alias->as.source;
		return;
	}
	out->hint = name.n ? catalog_hint(a->catalog, name) : SLICE("");
	if (!name.n)
		out->why = SLICE("no model is named");
	else if (a->ambiguous)
		out->why = SLICE("an open model: each host has its own price, and which one served "
				 "it is not known");
	else if (a->dangling)
		out->why = slice_of(words_printf(a->catalog->words,
			"alias " SLICE_FMT " means " SLICE_FMT ", which has no price",
			SLICE_ARG(a->dangling->as.name), SLICE_ARG(a->dangling->as.model)));
	else if (slice_starts(name, "ft:"))
		out->why = SLICE("a fine-tuned model: its price is not that of its base");
	else if (slice_find(name, "application-inference-profile/") >= 0)
		out->why =
			SLICE("an application inference profile does not say which model it runs");
	else
		out->why = SLICE("no price has this name");
}

static struct asking
ask(const struct catalog *catalog, struct slice biller, struct slice provider, int64_t when,
	bool assumed)
{
	struct asking a = { .catalog = catalog,
		.biller = biller,
		.provider = provider,
		.when = when,
		.assumed = assumed };
	a.any_time = when == PRICE_ANY_TIME;
	a.valid = (struct period){ INT64_MIN, INT64_MAX };
	provider_kind(biller, &a.biller_name);
	provider_kind(provider, &a.provider_name);
	return a;
}

static void
answer_found(struct asking *a, struct slice name, struct slice given, struct resolution *out)
{
	/* a name that is an id or alias as a whole still says by its prefixes where it ran */
	while (name_strip(&name, &a->place))
		;
	struct slice platform = platform_of(a), place = place_of(a, platform, given);
	out->state = PRICE_FOUND;
	out->model = a->model;
	out->modifier = surcharge(a, platform, place);
	out->region = words_text(a->catalog->words, place);
}

static bool
is_local(const struct asking *a)
{
	return a->place.local || provider_kind(a->provider, NULL) == SELLER_LOCAL ||
	       provider_kind(a->biller, NULL) == SELLER_LOCAL;
}

static void
answer(struct asking *a, enum look look, struct slice name, struct slice used, struct slice given,
	struct resolution *out)
{
	if (look == LOOK_CLOSED && a->assumed) {
		a->model = a->closed;
		look = LOOK_FOUND;
	}
	if (is_local(a)) {
		out->state = PRICE_FREE;
		out->rule = SLICE("a local server");
	} else if (look == LOOK_FOUND) {
		answer_found(a, name, given, out);
		out->rule = describe(a, name, used);
	} else if (look == LOOK_CLOSED) {
		out->state = PRICE_NOT_THEN;
		out->model = a->closed;
		out->why = explain_closed(a);
		out->rule = describe(a, name, used);
	} else {
		explain_unknown(a, name, look, out);
	}
	out->alias = a->alias ? &a->alias->as : NULL;
	out->valid_from = a->valid.start;
	out->valid_to = a->valid.end;
}

/* NOLINTBEGIN(readability-function-size): seven separate things decide what a name means */
struct resolution
price_resolve(const struct catalog *catalog, struct slice biller, struct slice provider,
	struct slice model, struct slice region, int64_t when, bool assumed)
{
	struct resolution out = {
		.modifier = 1000, .assumed = assumed, .valid_from = INT64_MIN, .valid_to = INT64_MAX
	};
	struct asking a = ask(catalog, biller, provider, when, assumed);
	struct slice whole = slice_trim(model);
	out.region = out.rule = out.why = out.hint = SLICE("");
	if (whole.n > LONGEST_NAME)
		whole.n = 0;
	struct slice name = whole, used = whole;
	enum look look = look_up(&a, name, 0);
	if (look == LOOK_NOTHING) {
		if (name_take_variant(&name, &out.tier) == VARIANT_FREE) {
			out.state = PRICE_FREE;
			out.rule = SLICE("variant :free");
			return out;
		}
		look = look_through(&a, name, &used);
	}
	answer(&a, look, whole, used, region, &out);
	return out;
}
/* NOLINTEND(readability-function-size) */
