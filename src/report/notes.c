/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "base/when.h"
#include "conf/conf.h"
#include "report/parts.h"
#include "work/twice.h"

static void
note_volume(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	char n[NUM_TEXT], input[NUM_TEXT], cached[NUM_TEXT], output[NUM_TEXT];
	const char *requests = total->requests == 1 ? "request" : "requests";
	if (!total->with_tokens)
		return;
	if (!tally_split(total)) {
		answer_note(report->answer, "%s %s, %s tokens, not split into input and output.",
			num_count(n, total->requests), requests, num_count(input, total->unsplit));
		return;
	}
	num_count(input, tally_input(total));
	num_count(cached, total->tokens[TOKEN_CACHE_READ]);
	num_count(output, total->tokens[TOKEN_OUTPUT]);
	if (total->requests)
		answer_note(report->answer,
			"%s %s, %s input tokens (%s read from a cache), %s output tokens.",
			num_count(n, total->requests), requests, input, cached, output);
	else
		answer_note(report->answer,
			"%s input tokens (%s read from a cache), %s output tokens.", input, cached,
			output);
}

/* In tenths of a percent, rounded down: a share is never shown as more than it is. */
static void
note_coverage(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	int64_t priced = total->priced.tokens + total->ambiguous.tokens;
	int64_t all = priced + total->free.tokens + total->unpriced.tokens;
	if (!all || !priced)
		return;
	int64_t tenths = (int64_t)((__int128)priced * 1000 / all);
	int64_t last = report->audit->last_day;
	int64_t price = last == DAY_NONE ? catalog_newest(report->catalog)
					 : catalog_newest_until(
						   report->catalog, (last + 1) * NS_PER_DAY - 1);
	char newest[WHEN_TEXT], free_tokens[NUM_TEXT];
	num_count(free_tokens, total->free.tokens);
	answer_note(report->answer,
		"Priced %lld.%lld %% of tokens at the list prices of their time (the newest of "
		"them is of %s)%s%s%s.",
		(long long)(tenths / 10), (long long)(tenths % 10),
		price == INT64_MIN ? "no date" : when_date(newest, price),
		total->free.tokens ? "; " : "", total->free.tokens ? free_tokens : "",
		total->free.tokens ? " tokens are free: local, or answered from a cache" : "");
}

/* Prices that changed since the table was made are charged as they were. */
static void
note_age(struct audit_report *report)
{
	int64_t last = report->audit->last_day;
	char newest[WHEN_TEXT], days[NUM_TEXT];
	if (last == DAY_NONE || !report->audit->total.priced.tokens)
		return;
	int64_t price = catalog_newest_until(report->catalog, last * NS_PER_DAY);
	if (price == INT64_MIN || last - price / NS_PER_DAY <= PRICE_AGE_DAYS)
		return;
	answer_note(report->answer,
		"The newest price in the table is of %s, %s days before your newest data; what "
		"changed since is not known: hllm prices import FILE.",
		when_date(newest, price), num_count(days, last - price / NS_PER_DAY));
}

static void
note_unpriced(struct audit_report *report)
{
	const struct tallies *models = &report->audit->models;
	int shown = 0;
	for (size_t i = 0; i < models->n; i++) {
		const struct tally *model = &models->items[i];
		char n[NUM_TEXT];
		if (!model->unpriced.tokens || ++shown > 5)
			continue;
		num_count(n, model->unpriced.tokens);
		struct slice hint = model->resolution.hint, first;
		if (!model->name.n) {
			answer_note(report->answer,
				"%s tokens name no model and have no price; say it with --model "
				"MODEL.",
				n);
			continue;
		}
		slice_cut(&hint, ',', &first);
		if (model->resolution.hint.n && !model->resolution.deliberate &&
			model->resolution.state == PRICE_UNKNOWN)
			answer_note(report->answer,
				"%s tokens of \"" SLICE_FMT "\" have no price, so the list cost is "
				"a lower bound; if it is " SLICE_FMT
				": hllm prices alias '" SLICE_FMT "' " SLICE_FMT,
				n, SLICE_ARG(model->name), SLICE_ARG(first), SLICE_ARG(model->name),
				SLICE_ARG(first));
		else
			answer_note(report->answer,
				"%s tokens of \"" SLICE_FMT
				"\" have no price, so the list cost is a lower bound (" SLICE_FMT
				").",
				n, SLICE_ARG(model->name),
				SLICE_ARG(
					model->missing.n ? model->missing : model->resolution.why));
	}
	if (shown > 5)
		answer_note(report->answer,
			"%d more models have no price; see: hllm audit --format json", shown - 5);
}

/* What is billed is exact, whatever the list says. */
static bool
spend_is_exact(const struct tally *total)
{
	for (int i = 0; i < total->money_n; i++)
		if (total->money[i].spend_low != total->money[i].spend_high)
			return false;
	return true;
}

static void
note_ranges(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	if (total->ambiguous.tokens && total->range_why)
		answer_note(report->answer, "%s: %s.",
			spend_is_exact(total) ? "The list cost is a range" : "The cost is a range",
			total->range_why);
	if (total->output_unknown)
		answer_note(report->answer, "Some lines state input tokens but no output tokens: "
					    "the list cost is a lower bound.");
	if (total->cache_unknown)
		answer_note(report->answer,
			"The files do not say how much of the input was read from a cache.");
	if (total->assumed_lifetime)
		answer_note(report->answer,
			"Cache writes without a stated lifetime are counted as 5 minutes.");
	if (total->by_default)
		answer_note(report->answer,
			"Some lines do not show whether cached tokens are inside their input; they "
			"are read as the format usually means it.");
	if (total->assumed_model)
		answer_note(report->answer, "The model is the one you gave with --model.");
	if (total->partial_cost)
		answer_note(report->answer,
			"Only some records state money; it is not shown as a total.");
	if (!report->sources && report->pool->collapsed)
		answer_note(report->answer,
			"Too many different values together; a dimension is shown as \"(many)\".");
	if (report->audit->two_logs)
		answer_note(report->answer, "Gateway logs and own logs of the same biller and days "
					    "are both counted, but for requests with the same id.");
	const char *reason;
	if (!audit_days(report, &reason) && total->records)
		answer_note(report->answer, "No monthly figures: %s.", reason);
}

/* The parts are what is priced; the total cannot say which of them is wrong. */
static void
note_odd_totals(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	char n[NUM_TEXT];
	struct str where = STR_INIT;
	if (total->odd_totals <= 0)
		return;
	if (total->odd_source)
		str_printf(&where, " (%s%s:%llu)", total->odd_totals > 1 ? "the first: " : "",
			total->odd_source->name, (unsigned long long)total->odd_line);
	answer_note(report->answer,
		"%s %s a total of tokens that is no sum of %s parts%s; the parts are counted.",
		num_count(n, total->odd_totals),
		total->odd_totals > 1 ? "records state" : "record states",
		total->odd_totals > 1 ? "their" : "its", str_text(&where));
	str_free(&where);
}

/* It only says so: which of two equal-looking requests are the same, nobody can tell from here. */
static void
note_twice(struct audit_report *report)
{
	struct twice twice = twice_find(report->pool);
	char n[NUM_TEXT], more[NUM_TEXT + 32] = "";
	if (!twice.pairs)
		return;
	if (twice.pairs > 1)
		snprintf(more, sizeof(more), ", and %zu other pairs of files do", twice.pairs - 1);
	answer_note(report->answer,
		"%s and %s seem to hold the same %s requests under different ids or columns (the "
		"same tokens in %lld half hour%s)%s: they are counted twice; leave one out.",
		twice.one->name, twice.other->name, num_count(n, twice.requests),
		(long long)twice.half_hours, twice.half_hours == 1 ? "" : "s", more);
}

/* What a gateway wrote down is taken for all of a day's money, as if everything had gone through it. */
static void
note_partial(struct audit_report *report)
{
	for (const struct partial *at = report->audit->partials; at; at = at->next) {
		struct str text = STR_INIT;
		if (!partial_counts(report, at))
			continue;
		partial_text(&text, at);
		text.p[0] = 'F';
		answer_note(report->answer,
			"%s: what did not go through %s is not in the total. Audit the files one "
			"by one, or add the bill.",
			str_text(&text),
			at->origins & 1u << ORIGIN_GATEWAY ? "the gateway" : "these clients");
		str_free(&text);
	}
}

static void
note_included(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	for (int i = 0; i < total->money_n; i++) {
		if (!total->money[i].has_included)
			continue;
		struct str text = STR_INIT;
		money_text(&text, total->money[i].included, total->money[i].included,
			total->money[i].currency);
		answer_note(report->answer,
			"Usage covered by a subscription would cost %s at API prices; it is not "
			"spend.",
			str_text(&text));
		str_free(&text);
	}
	if (total->measures[MEASURE_INCLUDED_COST].n) {
		struct str text = STR_INIT;
		money_text(&text, total->measures[MEASURE_INCLUDED_COST].sum,
			total->measures[MEASURE_INCLUDED_COST].sum, "USD");
		answer_note(report->answer, "%s was covered by a quota and is not spend.",
			str_text(&text));
		str_free(&text);
	}
	if (total->measures[MEASURE_BYOK_COST].sum) {
		struct str text = STR_INIT;
		money_text(&text, total->measures[MEASURE_BYOK_COST].sum,
			total->measures[MEASURE_BYOK_COST].sum, "USD");
		answer_note(report->answer,
			"%s went to your own provider keys and is on those bills.",
			str_text(&text));
		str_free(&text);
	}
}

static void
note_fee(struct audit_report *report, const char *what, const struct conf_section *section,
	femto_t monthly, const char *currency)
{
	struct str text = STR_INIT;
	money_text(&text, monthly, monthly, currency[0] ? currency : "USD");
	answer_note(report->answer,
		"The %s \"" SLICE_FMT "\" costs %s a month; that is in no sum here.", what,
		SLICE_ARG(section->title), str_text(&text));
	str_free(&text);
}

/* What hllm.conf says is paid whatever is used, and what it takes off. */
static void
note_contract(struct audit_report *report)
{
	const struct contract *contract = report->contract;
	for (size_t i = 0; contract && i < contract->subscriptions_n; i++)
		if (contract->subscriptions[i].monthly)
			note_fee(report, "subscription", contract->subscriptions[i].section,
				contract->subscriptions[i].monthly,
				contract->subscriptions[i].currency);
	for (size_t i = 0; contract && i < contract->commitments_n; i++)
		note_fee(report, "commitment", contract->commitments[i].section,
			contract->commitments[i].monthly, contract->commitments[i].currency);
	if (report->audit->discounted)
		answer_note(report->answer, "List prices are after the discounts of hllm.conf.");
}

static void
note_currencies(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	const struct money *first = main_money(total), *other = NULL;
	for (int i = 0; i < total->money_n; i++)
		if (&total->money[i] != first &&
			(total->money[i].has_billed || total->money[i].has_list))
			other = &total->money[i];
	if (report->audit->converted)
		answer_note(report->answer,
			"Amounts of other currencies are converted at the rates of hllm.conf.");
	if (!first || !other || report->audit->converted)
		return;
	/* list prices are in dollars and stay so: bills are what is converted */
	bool dollars = strcmp(first->currency, "USD") == 0;
	const char *into = dollars ? first->currency : other->currency;
	const char *from = dollars ? other->currency : first->currency;
	char day[WHEN_TEXT] = "…";
	if (report->audit->first_day != DAY_NONE)
		when_date(day, report->audit->first_day * NS_PER_DAY);
	answer_note(report->answer,
		"Currencies are not added up; to have one sum, put into hllm.conf: "
		"settings { currency = %s }"
		" rate \"%s/%s\" { date = \"%s\" value = \"…\" }",
		into, from, into, day);
}

void
report_warnings(struct answer *answer, const struct source *source)
{
	struct slice rest = slice_of(source->warnings ? source->warnings : ""), line;
	while (rest.n && slice_cut(&rest, '\n', &line))
		answer_note(answer, "%s: " SLICE_FMT ".", source->name, SLICE_ARG(line));
}

static void
note_sources(struct audit_report *report)
{
	if (!report->sources)
		return;
	int shown = 0;
	for (size_t i = 0; i < report->sources->n; i++) {
		const struct source *source = &report->sources->items[i];
		if (report->verbose)
			answer_note(report->answer, "%s: %s, because of %s.", source->name,
				source->title, source->reason);
		if (source->rejected && ++shown <= 5) {
			answer_note(report->answer, "%s:%llu: %s%s", source->name,
				(unsigned long long)source->rejects[0].line,
				source->rejects[0].reason,
				source->rejected > 1
					? " (the first of several; --rejects FILE saves them all)"
					: "");
		}
		report_warnings(report->answer, source);
		if (source->header_only)
			answer_note(report->answer, "%s: a header and no rows.", source->name);
		if (source->unterminated && source->plain && report->verbose)
			answer_note(report->answer,
				"%s: the last line has no line end; if the file was cut off, its "
				"last value may be too.",
				source->name);
		if (source->collapsed)
			answer_note(report->answer,
				"%s: too many different values; a dimension is shown as "
				"\"(many)\".",
				source->name);
	}
	if (report->skipped_n)
		answer_note(report->answer, "%zu file%s left out: %.*s", report->skipped_n,
			report->skipped_n == 1 ? "" : "s", (int)strcspn(report->skipped, "\n"),
			report->skipped);
}

void
report_notes(struct audit_report *report)
{
	note_partial(report);
	note_volume(report);
	note_coverage(report);
	note_age(report);
	note_unpriced(report);
	note_ranges(report);
	note_odd_totals(report);
	note_twice(report);
	note_included(report);
	note_contract(report);
	note_currencies(report);
	note_sources(report);
}
