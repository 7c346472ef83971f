/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/probe-pack.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/estimate.h"
#include "base/num.h"
#include "read/json.h"

/* Members that are a number each, where they stand in the struct. */
struct member {
	const char *key;
	size_t offset;
};
#define OF_PROBE(key)               \
 {                                  \
#  key, offsetof(struct probe, key) \
 }
#define OF_RUN(key)                     \
 {                                      \
#  key, offsetof(struct probe_run, key) \
 }

static const struct member probe_numbers[] = { OF_PROBE(connect_ms), OF_PROBE(cold_start_ms),
	OF_PROBE(idle_watts), OF_PROBE(busy_watts), OF_PROBE(joules_per_token),
	OF_PROBE(max_ttft_ms), OF_PROBE(max_tpot_ms) };
static const struct member probe_words[] = { OF_PROBE(url), OF_PROBE(origin), OF_PROBE(workload),
	OF_PROBE(power_source) };
static const struct member run_numbers[] = { OF_RUN(prompt_tokens), OF_RUN(cached_tokens),
	OF_RUN(output_tokens), OF_RUN(depth), OF_RUN(output_rate), OF_RUN(total_rate),
	OF_RUN(request_rate), OF_RUN(goodput), OF_RUN(seconds) };
static const struct member figure_numbers[] = { { "p50", offsetof(struct probe_figure, p50) },
	{ "p90", offsetof(struct probe_figure, p90) },
	{ "p99", offsetof(struct probe_figure, p99) },
	{ "mean", offsetof(struct probe_figure, mean) },
	{ "cov", offsetof(struct probe_figure, cov) } };

static double *
number_at(void *base, const struct member *member)
{
	return (double *)(void *)((char *)base + member->offset);
}

/* ---- writing ---- */

static void
put_string(struct str *out, const char *text)
{
	str_putc(out, '"');
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p < 0x20 || *p == 0x7F)
			str_printf(out, "\\u%04x", *p);
		else if (*p == '"' || *p == '\\')
			str_printf(out, "\\%c", *p);
		else
			str_putc(out, (char)*p);
	str_putc(out, '"');
}

/* What is not known is left out.  17 digits give the same double back. */
static void
put_numbers(struct str *out, const void *base, const struct member *members, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double value =
			*(const double *)(const void *)((const char *)base + members[i].offset);
		if (isfinite(value))
			str_printf(out, ",\"%s\":%.17g", members[i].key, value);
	}
}

static void
put_warnings(struct str *out, const struct probe_warning *warnings, size_t n)
{
	str_puts(out, ",\"warnings\":[");
	for (size_t i = 0; i < n; i++) {
		str_puts(out, i ? ",{\"id\":" : "{\"id\":");
		put_string(out, warnings[i].id);
		str_puts(out, ",\"text\":");
		put_string(out, warnings[i].text);
		str_putc(out, '}');
	}
	str_putc(out, ']');
}

static void
put_run(struct str *out, const struct probe_run *run)
{
	str_printf(out, "{\"concurrency\":%d,\"requests\":%lld,\"failures\":%lld,\"refused\":%s",
		run->concurrency, (long long)run->requests, (long long)run->failures,
		run->refused ? "true" : "false");
	put_numbers(out, run, run_numbers, HL_COUNT(run_numbers));
	for (int i = 0; i < PROBE_QUANTITIES; i++) {
		if (!run->of[i].n)
			continue;
		str_printf(
			out, ",\"%s\":{\"n\":%lld", probe_quantities[i], (long long)run->of[i].n);
		put_numbers(out, &run->of[i], figure_numbers, HL_COUNT(figure_numbers));
		str_putc(out, '}');
	}
	put_warnings(out, run->warnings, run->warnings_n);
	str_putc(out, '}');
}

void
probe_pack(const struct probe *probe, struct str *out)
{
	str_puts(out, "{\"version\":1");
	for (size_t i = 0; i < HL_COUNT(probe_words); i++) {
		str_printf(out, ",\"%s\":", probe_words[i].key);
		put_string(out, *(const char *const *)(const void *)((const char *)probe +
								     probe_words[i].offset));
	}
	put_numbers(out, probe, probe_numbers, HL_COUNT(probe_numbers));
	put_warnings(out, probe->warnings, probe->warnings_n);
	str_puts(out, ",\"runs\":[");
	for (size_t i = 0; i < probe->runs_n; i++) {
		if (i)
			str_putc(out, ',');
		put_run(out, &probe->runs[i]);
	}
	str_puts(out, "]}");
}

/* ---- reading ---- */

static bool
take_number(struct field field, double *out)
{
	char text[64];
	femto_t value;
	if (field.type != FIELD_NUMBER || num_decimal(field.text, &value) != NUM_OK)
		return false;
	if (field.text.n >= sizeof(text)) { /* longer than what is written here */
		*out = (double)value / (double)FEMTO_PER_UNIT;
		return true;
	}
	/* to the last bit; it is a number, and the locale of numbers is always C's */
	memcpy(text, field.text.p, field.text.n);
	text[field.text.n] = '\0';
	*out = strtod(text, NULL);
	return true;
}

static bool
take_whole(struct field field, int64_t *out)
{
	return field.type == FIELD_NUMBER && num_int(field.text, out) == NUM_OK;
}

static const char *
take_string(struct probe *probe, struct field field)
{
	struct slice text = field.escaped ? json_decode(&probe->arena, field.text) : field.text;
	return probe_text(probe, text);
}

/* A member of the list by its key; NULL: a key that this version does not know. */
static const struct member *
find(const struct member *members, size_t n, struct slice key)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(key, members[i].key))
			return &members[i];
	return NULL;
}

static bool
take_warnings(struct probe *probe, struct probe_run *run, struct field list)
{
	struct slice rest, inside, key;
	struct field item, value;
	bool escaped;
	if (list.type != FIELD_ARRAY || !json_open(list.text, '[', &rest))
		return false;
	while (json_item(&rest, &item)) {
		const char *id = "", *text = "";
		if (item.type != FIELD_OBJECT || !json_open(item.text, '{', &inside))
			return false;
		while (json_member(&inside, &key, &escaped, &value))
			if (slice_is(key, "id"))
				id = take_string(probe, value);
			else if (slice_is(key, "text"))
				text = take_string(probe, value);
		probe_warn(probe, run, id, "%s", text);
	}
	return true;
}

static bool
take_figure(struct probe_figure *figure, struct field object)
{
	struct slice rest, key;
	struct field value;
	bool escaped;
	if (object.type != FIELD_OBJECT || !json_open(object.text, '{', &rest))
		return false;
	while (json_member(&rest, &key, &escaped, &value)) {
		const struct member *member = find(figure_numbers, HL_COUNT(figure_numbers), key);
		if (member && !take_number(value, number_at(figure, member)))
			return false;
		if (slice_is(key, "n") && (!take_whole(value, &figure->n) || figure->n < 0))
			return false;
	}
	return true;
}

static bool
take_run_member(struct probe *probe, struct probe_run *run, struct slice key, struct field value)
{
	const struct member *member = find(run_numbers, HL_COUNT(run_numbers), key);
	int64_t whole;
	if (member)
		return take_number(value, number_at(run, member));
	if (slice_is(key, "concurrency")) {
		if (!take_whole(value, &whole) || whole < 1 || whole > 1000000)
			return false;
		run->concurrency = (int)whole;
	} else if (slice_is(key, "requests")) {
		return take_whole(value, &run->requests);
	} else if (slice_is(key, "failures")) {
		return take_whole(value, &run->failures);
	} else if (slice_is(key, "refused")) {
		run->refused = slice_is(value.text, "true");
	} else if (slice_is(key, "warnings")) {
		return take_warnings(probe, run, value);
	}
	for (int i = 0; i < PROBE_QUANTITIES; i++)
		if (slice_is(key, probe_quantities[i]))
			return take_figure(&run->of[i], value);
	return true;
}

static bool
take_runs(struct probe *probe, struct field list)
{
	struct slice rest, inside, key;
	struct field item, value;
	bool escaped;
	if (list.type != FIELD_ARRAY || !json_open(list.text, '[', &rest))
		return false;
	while (json_item(&rest, &item)) {
		struct probe_run *run = probe_add_run(probe, 1);
		if (item.type != FIELD_OBJECT || !json_open(item.text, '{', &inside))
			return false;
		while (json_member(&inside, &key, &escaped, &value))
			if (!take_run_member(probe, run, key, value))
				return false;
	}
	return true;
}

static bool
take_member(struct probe *probe, struct slice key, struct field value)
{
	const struct member *number = find(probe_numbers, HL_COUNT(probe_numbers), key),
			    *word = find(probe_words, HL_COUNT(probe_words), key);
	if (number)
		return take_number(value, number_at(probe, number));
	if (word) {
		if (value.type != FIELD_TEXT)
			return false;
		*(const char **)(void *)((char *)probe + word->offset) = take_string(probe, value);
		return true;
	}
	if (slice_is(key, "warnings"))
		return take_warnings(probe, NULL, value);
	return !slice_is(key, "runs") || take_runs(probe, value);
}

bool
probe_unpack(struct probe *probe, struct slice text)
{
	struct slice rest, key;
	struct field value;
	bool escaped;
	size_t from = 0;
	if (!json_value(text, &from) || !json_open(text, '{', &rest))
		return false;
	while (json_member(&rest, &key, &escaped, &value))
		if (!take_member(probe, key, value))
			return false;
	return true;
}
