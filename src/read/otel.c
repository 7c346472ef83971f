/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * otel - OTLP traces as JSON: one resource's spans an element.
 *
 * Only calls of a model count.  A span of an agent or a workflow may repeat the sum of
 * the calls below it; where no attribute says what a span is, one with usage counts
 * unless a span below it has usage too.
 */
#include "config.h"

#include "read/otel.h"

#include <stdlib.h>

#include "read/formats-logs.h"
#include "record/biller.h"

enum { S_RESOURCE, S_SCOPES };

static const char *const slots[] = {
	[S_RESOURCE] = "resource.attributes",
	[S_SCOPES] = "scopeSpans|instrumentationLibrarySpans",
	NULL,
};

enum { SC_SPANS };

static const char *const scope_slots[] = { [SC_SPANS] = "spans", NULL };

enum { SP_TRACE, SP_ID, SP_PARENT, SP_START, SP_END, SP_STATUS, SP_ATTRIBUTES };

static const char *const span_slots[] = {
	[SP_TRACE] = "traceId",
	[SP_ID] = "spanId",
	[SP_PARENT] = "parentSpanId",
	[SP_START] = "startTimeUnixNano",
	[SP_END] = "endTimeUnixNano",
	[SP_STATUS] = "status.code",
	[SP_ATTRIBUTES] = "attributes",
	NULL,
};

/* The spans of an element by id, to find those that have usage below them. */
struct family_span {
	struct slice id, parent;
	bool uses, uses_below;
};

struct family {
	bool built;
	struct family_span *spans;
	size_t n, size;
};

static bool
has_usage(const struct otel_values *values)
{
	return values->value[OTEL_INPUT].n || values->value[OTEL_OUTPUT].n;
}

static int
by_id(const void *a, const void *b)
{
	const struct family_span *x = a, *y = b;
	return slice_compare(x->id, y->id);
}

static struct family_span *
family_find(const struct family *family, struct slice id)
{
	const struct family_span key = { .id = id };
	if (!id.n || !family->n)
		return NULL;
	return bsearch(&key, family->spans, family->n, sizeof(*family->spans), by_id);
}

static void
family_add(struct row *span, struct family *family)
{
	struct otel_values values = { 0 };
	otel_read(span, SP_ATTRIBUTES, &values);
	family->spans = xgrow(family->spans, &family->size, family->n, sizeof(*family->spans));
	family->spans[family->n++] = (struct family_span){ .id = log_word(span, SP_ID),
		.parent = log_word(span, SP_PARENT),
		.uses = has_usage(&values) };
}

static void
family_build(struct row *row, struct family *family)
{
	struct row *scope, *span;
	for (struct items it = row_items(row, S_SCOPES, scope_slots); (scope = items_next(&it));)
		for (struct items in = row_items(scope, SC_SPANS, span_slots);
			(span = items_next(&in));)
			family_add(span, family);
	if (family->n)
		qsort(family->spans, family->n, sizeof(*family->spans), by_id);
	for (size_t i = 0; i < family->n; i++) {
		const struct family_span *from = &family->spans[i];
		struct family_span *up = from->uses ? family_find(family, from->parent) : NULL;
		for (; up && !up->uses_below; up = family_find(family, up->parent))
			up->uses_below = true;
	}
	family->built = true;
}

static bool
is_any_of(struct slice text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is_nocase(text, words[i]))
			return true;
	return false;
}

/* 1: a call of a model, 0: something else, -1: no attribute says. */
static int
said_to_be_call(const struct otel_values *values)
{
	static const char *const operations[] = { "chat", "generate_content", "text_completion",
		"embeddings" };
	static const char *const types[] = { "chat", "completion", "embedding", "rerank" };
	static const char *const kinds[] = { "LLM", "EMBEDDING" };
	const struct slice *value = values->value;
	if (value[OTEL_OPERATION].n)
		return is_any_of(value[OTEL_OPERATION], operations, HL_COUNT(operations));
	if (value[OTEL_REQUEST_TYPE].n)
		return is_any_of(value[OTEL_REQUEST_TYPE], types, HL_COUNT(types));
	if (value[OTEL_SPAN_KIND].n)
		return is_any_of(value[OTEL_SPAN_KIND], kinds, HL_COUNT(kinds));
	/* "ai.generateText" holds the sum of its steps, as "ai.generateText.doGenerate" */
	if (value[OTEL_SDK_OPERATION].n)
		return slice_find(value[OTEL_SDK_OPERATION], ".do") >= 0;
	return -1;
}

static int64_t
count_of(struct row *span, const struct otel_values *values, enum otel_attribute which,
	const char *name)
{
	struct slice text = values->value[which];
	int64_t count;
	if (!text.n)
		return -1;
	if (num_int(text, &count) == NUM_OK && count >= 0)
		return count;
	char shown[ROW_SHOWN];
	row_bad(span, "%s is %s, expected a whole number", name, row_shown(text, shown));
	return -1;
}

static void
fill_tokens(struct row *span, const struct otel_values *values, struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = count_of(span, values, OTEL_INPUT, "input_tokens");
	stated.output = count_of(span, values, OTEL_OUTPUT, "output_tokens");
	stated.cache_read = count_of(span, values, OTEL_CACHE_READ, "cache_read tokens");
	stated.cache_write = count_of(span, values, OTEL_CACHE_WRITE, "cache_creation tokens");
	stated.reasoning = count_of(span, values, OTEL_REASONING, "reasoning tokens");
	stated.total = count_of(span, values, OTEL_TOTAL, "total_tokens");
	stated.cache = CACHE_PROBABLY_INSIDE;
	stated.reasoning_is = REASONING_PROBABLY_INSIDE;
	row_tokens(span, rec, &stated);
}

static void
fill_claimed(const struct otel_values *values, struct record *rec)
{
	femto_t cost;
	if (num_decimal(values->value[OTEL_COST], &cost) != NUM_OK)
		return;
	record_measure_femto(rec, MEASURE_CLAIMED_COST, cost);
	rec->how |= HOW_PARTIAL_COST;
}

static void
fill_dimensions(const struct otel_values *values, struct record *rec)
{
	static const struct {
		enum otel_attribute from;
		enum dim to;
	} fills[] = {
		{ OTEL_TASK, DIM_TASK },
		{ OTEL_SERVICE, DIM_PROJECT },
		{ OTEL_AGENT, DIM_AGENT },
		{ OTEL_OPERATION, DIM_ENDPOINT },
		{ OTEL_ENVIRONMENT, DIM_ENVIRONMENT },
		{ OTEL_TAGS, DIM_TAG },
		{ OTEL_USER, DIM_USER },
	};
	for (size_t i = 0; i < HL_COUNT(fills); i++)
		rec->dim[fills[i].to] = values->value[fills[i].from];
	for (int i = 0; i < DIMS; i++)
		if (!rec->dim[i].n)
			rec->dim[i] = values->free.dim[i];
	rec->session =
		values->value[OTEL_SESSION].n ? values->value[OTEL_SESSION] : values->free.session;
}

static void
fill_models(const struct otel_values *values, struct record *rec)
{
	const struct slice *value = values->value;
	rec->request_model = value[OTEL_REQUEST_MODEL].n ? value[OTEL_REQUEST_MODEL]
							 : value[OTEL_RESPONSE_MODEL];
	rec->response_model = value[OTEL_RESPONSE_MODEL].n ? value[OTEL_RESPONSE_MODEL]
							   : value[OTEL_REQUEST_MODEL];
	record_fill_biller(rec, value[OTEL_PROVIDER]);
	rec->tier = tier_parse(
		value[OTEL_RESPONSE_TIER].n ? value[OTEL_RESPONSE_TIER] : value[OTEL_REQUEST_TIER]);
}

static void
emit_call(struct row *span, const struct otel_values *values)
{
	struct record rec;
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	fill_tokens(span, values, &rec);
	fill_models(values, &rec);
	fill_claimed(values, &rec);
	fill_dimensions(values, &rec);
	if (!row_is(span, SP_START, "0"))
		row_time(span, SP_START, &rec);
	rec.latency_ms = log_until(span, SP_END, &rec);
	log_identity(&rec, log_word(span, SP_ID));
	if (rec.id.n) {
		rec.id2 = rec.id;
		rec.id = log_word(span, SP_TRACE);
	}
	row_emit(span, &rec);
}

static bool
is_call(struct row *row, struct row *span, const struct otel_values *values, struct family *family)
{
	int said = said_to_be_call(values);
	if (said >= 0)
		return said;
	if (!has_usage(values))
		return false;
	if (!family->built)
		family_build(row, family);
	const struct family_span *self = family_find(family, log_word(span, SP_ID));
	return !self || !self->uses_below;
}

static void
read_span(struct row *row, struct row *span, const struct otel_values *resource,
	struct family *family)
{
	struct otel_values values = *resource;
	otel_read(span, SP_ATTRIBUTES, &values);
	if (!is_call(row, span, &values, family))
		row_note(span, NOTE_SKIPPED);
	else if (has_usage(&values))
		emit_call(span, &values);
	else if (row_is(span, SP_STATUS, "2") || row_is(span, SP_STATUS, "STATUS_CODE_ERROR"))
		row_note(span, NOTE_ERROR);
	else
		row_note(span, NOTE_WITHOUT_USAGE);
}

static void
otel_row(struct row *row)
{
	struct otel_values resource = { 0 };
	struct family family = { 0 };
	struct row *scope, *span;
	otel_read(row, S_RESOURCE, &resource);
	for (struct items it = row_items(row, S_SCOPES, scope_slots); (scope = items_next(&it));)
		for (struct items in = row_items(scope, SC_SPANS, span_slots);
			(span = items_next(&in));)
			read_span(row, span, &resource, &family);
	free(family.spans);
}

static const char *
otel_match(const struct sight *sight)
{
	bool page =
		sight->parent && cJSON_GetObjectItemCaseSensitive(sight->parent, "resourceSpans");
	return page || sight_path(sight, "resourceSpans") ? "key resourceSpans" : NULL;
}

const struct reader reader_otel = {
	.name = "otel",
	.title = "OpenTelemetry traces",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.pages = "resourceSpans",
	.match = otel_match,
	.row = otel_row,
};
