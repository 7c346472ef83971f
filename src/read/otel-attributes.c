/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/json.h"
#include "read/otel.h"

enum { A_KEY, A_VALUE, A_ARRAY };

static const char *const attribute_slots[] = {
	[A_KEY] = "key",
	[A_VALUE] = "value.stringValue|value.intValue|value.doubleValue|value.boolValue",
	[A_ARRAY] = "value.arrayValue.values",
	NULL,
};

enum { V_STRING };

static const char *const value_slots[] = { [V_STRING] = "stringValue", NULL };

#define NAME(attribute, text)       \
 {                                  \
  text, sizeof(text) - 1, attribute \
 }

/* Of several names for one thing the first one counts. */
static const struct {
	const char *text;
	size_t n;
	enum otel_attribute attribute;
} names[] = {
	NAME(OTEL_OPERATION, "gen_ai.operation.name"),
	NAME(OTEL_REQUEST_TYPE, "llm.request.type"),
	NAME(OTEL_SPAN_KIND, "openinference.span.kind"),
	NAME(OTEL_SDK_OPERATION, "ai.operationId"),
	NAME(OTEL_PROVIDER, "gen_ai.provider.name"),
	NAME(OTEL_PROVIDER, "gen_ai.system"),
	NAME(OTEL_PROVIDER, "llm.provider"),
	NAME(OTEL_PROVIDER, "llm.system"),
	NAME(OTEL_PROVIDER, "ai.model.provider"),
	NAME(OTEL_REQUEST_MODEL, "gen_ai.request.model"),
	NAME(OTEL_REQUEST_MODEL, "llm.request.model"),
	NAME(OTEL_REQUEST_MODEL, "ai.model.id"),
	NAME(OTEL_RESPONSE_MODEL, "gen_ai.response.model"),
	NAME(OTEL_RESPONSE_MODEL, "llm.response.model"),
	NAME(OTEL_RESPONSE_MODEL, "llm.model_name"),
	NAME(OTEL_RESPONSE_MODEL, "embedding.model_name"),
	NAME(OTEL_RESPONSE_MODEL, "ai.response.model"),
	NAME(OTEL_INPUT, "gen_ai.usage.input_tokens"),
	NAME(OTEL_INPUT, "gen_ai.usage.prompt_tokens"),
	NAME(OTEL_INPUT, "llm.usage.prompt_tokens"),
	NAME(OTEL_INPUT, "llm.token_count.prompt"),
	NAME(OTEL_INPUT, "ai.usage.inputTokens"),
	NAME(OTEL_INPUT, "ai.usage.promptTokens"),
	NAME(OTEL_INPUT, "ai.usage.tokens"),
	NAME(OTEL_CACHE_READ, "gen_ai.usage.cache_read.input_tokens"),
	NAME(OTEL_CACHE_READ, "gen_ai.usage.cache_read_input_tokens"),
	NAME(OTEL_CACHE_READ, "gen_ai.usage.input_tokens.cached"),
	NAME(OTEL_CACHE_READ, "llm.usage.cache_read_input_tokens"),
	NAME(OTEL_CACHE_READ, "llm.token_count.prompt_details.cache_read"),
	NAME(OTEL_CACHE_READ, "ai.usage.cachedInputTokens"),
	NAME(OTEL_CACHE_WRITE, "gen_ai.usage.cache_creation.input_tokens"),
	NAME(OTEL_CACHE_WRITE, "gen_ai.usage.cache_write.input_tokens"),
	NAME(OTEL_CACHE_WRITE, "gen_ai.usage.cache_creation_input_tokens"),
	NAME(OTEL_CACHE_WRITE, "gen_ai.usage.input_tokens.cache_write"),
	NAME(OTEL_CACHE_WRITE, "llm.usage.cache_creation_input_tokens"),
	NAME(OTEL_CACHE_WRITE, "llm.token_count.prompt_details.cache_write"),
	NAME(OTEL_OUTPUT, "gen_ai.usage.output_tokens"),
	NAME(OTEL_OUTPUT, "gen_ai.usage.completion_tokens"),
	NAME(OTEL_OUTPUT, "llm.usage.completion_tokens"),
	NAME(OTEL_OUTPUT, "llm.token_count.completion"),
	NAME(OTEL_OUTPUT, "ai.usage.outputTokens"),
	NAME(OTEL_OUTPUT, "ai.usage.completionTokens"),
	NAME(OTEL_REASONING, "gen_ai.usage.reasoning.output_tokens"),
	NAME(OTEL_REASONING, "gen_ai.usage.reasoning_tokens"),
	NAME(OTEL_REASONING, "gen_ai.usage.output_tokens.reasoning"),
	NAME(OTEL_REASONING, "llm.usage.reasoning_tokens"),
	NAME(OTEL_REASONING, "llm.token_count.completion_details.reasoning"),
	NAME(OTEL_REASONING, "ai.usage.reasoningTokens"),
	NAME(OTEL_TOTAL, "gen_ai.usage.total_tokens"),
	NAME(OTEL_TOTAL, "llm.usage.total_tokens"),
	NAME(OTEL_TOTAL, "llm.token_count.total"),
	NAME(OTEL_TOTAL, "ai.usage.totalTokens"),
	NAME(OTEL_COST, "llm.cost.total"),
	NAME(OTEL_COST, "gen_ai.usage.cost"),
	NAME(OTEL_REQUEST_TIER, "openai.request.service_tier"),
	NAME(OTEL_REQUEST_TIER, "gen_ai.openai.request.service_tier"),
	NAME(OTEL_RESPONSE_TIER, "openai.response.service_tier"),
	NAME(OTEL_RESPONSE_TIER, "gen_ai.openai.response.service_tier"),
	NAME(OTEL_SERVICE, "service.name"),
	NAME(OTEL_ENVIRONMENT, "deployment.environment.name"),
	NAME(OTEL_ENVIRONMENT, "deployment.environment"),
	NAME(OTEL_AGENT, "gen_ai.agent.name"),
	NAME(OTEL_TASK, "gen_ai.prompt.name"),
	NAME(OTEL_TASK, "ai.telemetry.functionId"),
	NAME(OTEL_TASK, "traceloop.workflow.name"),
	NAME(OTEL_TASK, "traceloop.entity.name"),
	NAME(OTEL_TAGS, "tag.tags"),
	NAME(OTEL_USER, "user.id"),
	NAME(OTEL_USER, "enduser.id"),
	NAME(OTEL_SESSION, "gen_ai.conversation.id"),
	NAME(OTEL_SESSION, "session.id"),
};

/* The strings of an array value, joined by ','. */
static struct slice
join_values(struct row *attribute)
{
	struct str joined = STR_INIT;
	struct row *item;
	for (struct items it = row_items(attribute, A_ARRAY, value_slots);
		(item = items_next(&it));) {
		struct slice text = log_word(item, V_STRING);
		if (joined.n && text.n)
			str_putc(&joined, ',');
		str_slice(&joined, text);
	}
	struct slice tags = slice_copy(row_arena(attribute), str_as_slice(&joined));
	str_free(&joined);
	return tags;
}

/* Keys that people chose themselves: without a dot, or below a prefix made for them. */
static void
add_free(struct otel_values *values, struct slice key, struct slice value)
{
	static const char *const prefixes[] = { "traceloop.association.properties.",
		"ai.telemetry.metadata.", "metadata.", "app." };
	for (size_t i = 0; i < HL_COUNT(prefixes); i++)
		if (slice_starts(key, prefixes[i])) {
			size_t n = strlen(prefixes[i]);
			key = (struct slice){ key.p + n, key.n - n };
			break;
		}
	if (key.n && !memchr(key.p, '.', key.n))
		log_metadata_pair(&values->ranks, key, value, &values->free);
}

static void
add_attribute(struct row *attribute, struct otel_values *values)
{
	struct slice key = log_word(attribute, A_KEY);
	for (size_t i = 0; i < HL_COUNT(names); i++) {
		if (names[i].n != key.n || memcmp(names[i].text, key.p, key.n) != 0)
			continue;
		enum otel_attribute which = names[i].attribute;
		int rank = (int)i + 1;
		if (values->rank[which] && values->rank[which] <= rank)
			return;
		struct slice text = which == OTEL_TAGS && row_has(attribute, A_ARRAY)
					    ? join_values(attribute)
					    : log_word(attribute, A_VALUE);
		if (!text.n)
			return;
		values->rank[which] = rank;
		values->value[which] = text;
		return;
	}
	add_free(values, key, log_word(attribute, A_VALUE));
}

void
otel_read(struct row *row, int slot, struct otel_values *values)
{
	struct row *attribute;
	for (struct items it = row_items(row, slot, attribute_slots);
		(attribute = items_next(&it));)
		add_attribute(attribute, values);
}
