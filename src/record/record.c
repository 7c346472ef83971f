/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "record/record.h"

#include "base/when.h"

const char *const token_names[TOKEN_KINDS] = {
	[TOKEN_UNCACHED_INPUT] = "uncached_input",
	[TOKEN_CACHE_READ] = "cache_read",
	[TOKEN_CACHE_WRITE_5M] = "cache_write_5m",
	[TOKEN_CACHE_WRITE_1H] = "cache_write_1h",
	[TOKEN_OUTPUT] = "output",
};

const char *const origin_names[ORIGINS] = {
	[ORIGIN_CLIENT] = "client log",
	[ORIGIN_GATEWAY] = "gateway log",
	[ORIGIN_USAGE] = "usage export",
	[ORIGIN_INVOICE] = "bill",
	[ORIGIN_TABLE] = "table",
	[ORIGIN_BENCH] = "benchmark",
};

const char *const tier_names[TIERS] = {
	[TIER_UNKNOWN] = "",
	[TIER_STANDARD] = "standard",
	[TIER_BATCH] = "batch",
	[TIER_FLEX] = "flex",
	[TIER_PRIORITY] = "priority",
};

const char *const pay_names[PAYS] = {
	[PAY_CASH] = "cash",
	[PAY_INCLUDED] = "included",
	[PAY_PREPAID] = "prepaid",
	[PAY_BYOK] = "byok",
	[PAY_LOCAL] = "local",
};

const char *const dim_names[DIMS] = {
	[DIM_TASK] = "task",
	[DIM_PROJECT] = "project",
	[DIM_KEY] = "key",
	[DIM_AGENT] = "agent",
	[DIM_ENDPOINT] = "endpoint",
	[DIM_ENVIRONMENT] = "environment",
	[DIM_TAG] = "tag",
	[DIM_USER] = "user",
};

const char *const how_names[HOWS] = { "disjoint", "by-fields", "by-impossibility", "by-total",
	"by-default", "lifetime-assumed", "cache-unknown", "cached-answer", "model-assumed",
	"local", "no-zone", "estimate", "tax", "credit", "partial-cost", "per-day",
	"output-unknown", "odd-total", "without-usage", "failed", "asked-local", "cache-stated" };

const struct measure_info measure_info[MEASURES] = {
	[MEASURE_REASONING] = { "reasoning_tokens", "tokens" },
	[MEASURE_UNSPLIT] = { "unsplit_tokens", "tokens" },
	[MEASURE_TOOL_INPUT] = { "tool_input_tokens", "tokens" },
	[MEASURE_AUDIO_INPUT] = { "audio_input_tokens", "tokens" },
	[MEASURE_AUDIO_OUTPUT] = { "audio_output_tokens", "tokens" },
	[MEASURE_IMAGE_INPUT] = { "image_input_tokens", "tokens" },
	[MEASURE_WEB_SEARCH] = { "web_searches", "calls" },
	[MEASURE_IMAGES] = { "images", "images" },
	[MEASURE_CHARACTERS] = { "characters", "characters" },
	[MEASURE_SECONDS] = { "seconds", "seconds" },
	[MEASURE_SESSIONS] = { "sessions", "sessions" },
	[MEASURE_BYTES] = { "bytes", "bytes" },
	[MEASURE_HOURS] = { "hours", "hours" },
	[MEASURE_PROMPT_AS_WRITTEN] = { "prompt_tokens_as_written", "tokens" },
	[MEASURE_PROMPT_EVALUATED] = { "prompt_tokens_evaluated", "tokens" },
	[MEASURE_CACHE_HIT] = { "gateway_cache_hits", "requests" },
	[MEASURE_TAX_LINE] = { "tax_lines", "lines" },
	[MEASURE_BYOK_COST] = { "byok_cost", "money" },
	[MEASURE_INCLUDED_COST] = { "included_cost", "money" },
	[MEASURE_EFFECTIVE_COST] = { "effective_cost", "money" },
	[MEASURE_USAGE_EFFECTIVE_COST] = { "usage_effective_cost", "money" },
	[MEASURE_GROSS_COST] = { "gross_cost", "money" },
	[MEASURE_CREDITS] = { "credits", "money" },
	[MEASURE_USAGE_COST] = { "usage_cost", "money" },
	[MEASURE_CLAIMED_COST] = { "claimed_cost", "money" },
	[MEASURE_OUTPUT_SPEED] = { "output_tokens_per_second", "tokens/s" },
	[MEASURE_PROMPT_SPEED] = { "prompt_tokens_per_second", "tokens/s" },
	[MEASURE_AGGREGATE_SPEED] = { "aggregate_output_tokens_per_second", "tokens/s" },
};

const int64_t context_ends[CONTEXT_STEPS - 1] = { 99999, 100000, 127999, 128000, 199999, 200000,
	256000, 272000, 512000 };

const char *const context_names[CONTEXT_CLASSES] = { "<=99999", "<=100000", "<=127999", "<=128000",
	"<=199999", "<=200000", "<=256000", "<=272000", "<=512000",
	">512000", [CONTEXT_MIXED] = "mixed", [CONTEXT_BELOW_200K] = "all<=200000",
	[CONTEXT_ABOVE_200K] = "all>200000", [CONTEXT_NONE] = "none" };

const char *
context_name(int class)
{
	return context_names[class >= 0 && class < CONTEXT_CLASSES ? class : CONTEXT_NONE];
}

int
context_class(int64_t prompt_tokens)
{
	int class = 0;
	while (class < CONTEXT_STEPS - 1 && prompt_tokens > context_ends[class])
		class ++;
	return class;
}

enum tier
tier_parse(struct slice text)
{
	static const struct {
		const char *word;
		enum tier tier;
	} words[] = {
		{ "standard", TIER_STANDARD },
		{ "default", TIER_STANDARD },
		{ "auto", TIER_UNKNOWN },
		{ "on_demand", TIER_STANDARD },
		{ "on-demand", TIER_STANDARD },
		{ "batch", TIER_BATCH },
		{ "flex", TIER_FLEX },
		{ "priority", TIER_PRIORITY },
		{ "fast", TIER_PRIORITY },
	};
	int first = text.n ? text.p[0] | 32 : 0;
	for (size_t i = 0; first && i < HL_COUNT(words); i++)
		if (words[i].word[0] == first && slice_is_nocase(text, words[i].word))
			return words[i].tier;
	return TIER_UNKNOWN;
}

/* Two of the same value would make each mean the other: then their sum is not all of them. */
_Static_assert((long long)HOW_DISJOINT + (long long)HOW_BY_FIELDS + (long long)HOW_BY_IMPOSSIBLE +
			       (long long)HOW_BY_TOTAL + (long long)HOW_BY_DEFAULT +
			       (long long)HOW_LIFETIME_ASSUMED + (long long)HOW_CACHE_UNKNOWN +
			       (long long)HOW_CACHED_ANSWER + (long long)HOW_MODEL_ASSUMED +
			       (long long)HOW_LOCAL + (long long)HOW_NO_ZONE +
			       (long long)HOW_ESTIMATE + (long long)HOW_TAX +
			       (long long)HOW_CREDIT + (long long)HOW_PARTIAL_COST +
			       (long long)HOW_OUTPUT_UNKNOWN + (long long)HOW_TOTAL_ODD +
			       (long long)HOW_WITHOUT_USAGE + (long long)HOW_PER_DAY +
			       (long long)HOW_FAILED + (long long)HOW_CACHE_STATED +
			       (long long)HOW_ASKED_LOCAL ==
		       (HOW_DISJOINT | HOW_BY_FIELDS | HOW_BY_IMPOSSIBLE | HOW_BY_TOTAL |
			       HOW_BY_DEFAULT | HOW_LIFETIME_ASSUMED | HOW_CACHE_UNKNOWN |
			       HOW_CACHED_ANSWER | HOW_MODEL_ASSUMED | HOW_LOCAL | HOW_NO_ZONE |
			       HOW_ESTIMATE | HOW_TAX | HOW_CREDIT | HOW_PARTIAL_COST |
			       HOW_OUTPUT_UNKNOWN | HOW_TOTAL_ODD | HOW_WITHOUT_USAGE |
			       HOW_PER_DAY | HOW_FAILED | HOW_CACHE_STATED | HOW_ASKED_LOCAL),
	"every flag of enum how has a bit of its own");

void
record_init(struct record *rec)
{
	const size_t from = offsetof(struct record, measures), to = from + sizeof(rec->measures);
	memset(rec, 0, from);
	memset((char *)rec + to, 0, sizeof(*rec) - to);
	rec->requests = 1;
	rec->context = -1;
	rec->latency_ms = rec->ttft_ms = -1;
	rec->identity = IDENTITY_CONTENT;
	rec->line_kind = TOKEN_KINDS;
	rec->rows = 1;
}

femto_t
record_rate(const struct record *rec)
{
	int64_t tokens = rec->line_kind < TOKEN_KINDS ? rec->tokens[rec->line_kind] : 0;
	if (tokens <= 0 || !rec->has_billed || rec->billed <= 0 || rec->billed % tokens)
		return 0;
	femto_t rate = rec->billed / tokens, digits = rate, most = 1;
	for (int i = 0; i < RATE_DIGITS; i++)
		most *= 10;
	while (digits % 10 == 0)
		digits /= 10;
	return digits < most ? rate : 0;
}

void
record_measure_femto(struct record *rec, enum measure_kind kind, femto_t amount)
{
	for (int i = 0; i < rec->measures_n; i++)
		if (rec->measures[i].kind == kind) {
			rec->measures[i].amount += amount;
			return;
		}
	if (rec->measures_n < RECORD_MEASURES)
		rec->measures[rec->measures_n++] = (struct measure){ kind, amount };
}

void
record_measure(struct record *rec, enum measure_kind kind, int64_t amount)
{
	record_measure_femto(rec, kind, (femto_t)amount * FEMTO_PER_UNIT);
}

femto_t
record_measured(const struct record *rec, enum measure_kind kind)
{
	for (int i = 0; i < rec->measures_n; i++)
		if (rec->measures[i].kind == kind)
			return rec->measures[i].amount;
	return 0;
}

static int64_t
at_least_zero(int64_t count)
{
	return count < 0 ? 0 : count;
}

/* Is the cached part beside input rather than inside it?  Sets the flag that says how that was decided. */
static bool
cache_is_beside(const struct stated_tokens *stated, int64_t cached, unsigned *how)
{
	int64_t input = at_least_zero(stated->input), output = at_least_zero(stated->output);
	if (stated->cache == CACHE_INSIDE || stated->cache == CACHE_BESIDE) {
		*how |= HOW_BY_FIELDS;
		return stated->cache == CACHE_BESIDE;
	}
	if (cached == 0)
		return false;
	if (cached > input) {
		*how |= HOW_BY_IMPOSSIBLE;
		return true;
	}
	if (stated->total >= 0 && stated->total == input + cached + output) {
		*how |= HOW_BY_TOTAL;
		return true;
	}
	if (stated->total >= 0 && stated->total == input + output) {
		*how |= HOW_BY_TOTAL;
		return false;
	}
	*how |= HOW_BY_DEFAULT;
	return stated->cache == CACHE_PROBABLY_BESIDE;
}

static bool
reasoning_is_beside(const struct stated_tokens *stated, int64_t input)
{
	int64_t output = at_least_zero(stated->output),
		reasoning = at_least_zero(stated->reasoning);
	if (stated->reasoning_is != REASONING_PROBABLY_INSIDE)
		return stated->reasoning_is == REASONING_BESIDE;
	if (reasoning > output)
		return true;
	return reasoning > 0 && stated->total >= 0 && stated->total == input + output + reasoning;
}

/*
 * Is the total a sum of input, output and any of the others?  Writers leave the cache or parts of it out
 * of their totals, and count reasoning once or twice.  Totals of 0 were never filled in.
 */
static bool
total_is_odd(const struct stated_tokens *stated, int64_t writes)
{
	const int64_t parts[] = { at_least_zero(stated->cache_read), writes,
		at_least_zero(stated->reasoning), at_least_zero(stated->tool_input) };
	int64_t base = at_least_zero(stated->input) + at_least_zero(stated->output);
	if (stated->total <= 0 || stated->input < 0 || stated->output < 0)
		return false;
	for (unsigned set = 0; set < 1u << HL_COUNT(parts); set++) {
		int64_t sum = base;
		for (size_t i = 0; i < HL_COUNT(parts); i++)
			sum += set >> i & 1 ? parts[i] : 0;
		if (sum == stated->total)
			return false;
	}
	return true;
}

/* A petatoken in one line is no count of tokens, nor is a teratoken in one request. */
#define COUNT_MOST   ((int64_t)1 << 50)
#define REQUEST_MOST ((int64_t)1 << 40)

bool
record_fill_tokens(struct record *rec, const struct stated_tokens *stated, const char **why)
{
	int64_t read = at_least_zero(stated->cache_read),
		hour = at_least_zero(stated->cache_write_1h);
	int64_t five = at_least_zero(stated->cache_write_5m),
		write = at_least_zero(stated->cache_write);
	int64_t input = at_least_zero(stated->input), output = at_least_zero(stated->output);
	const int64_t all[] = { read, hour, five, write, input, output, stated->reasoning,
		stated->tool_input, stated->total };
	uint64_t any = 0; /* nothing above the bits of COUNT_MOST: none of them is beyond it */
	for (size_t i = 0; i < HL_COUNT(all); i++)
		any |= (uint64_t)all[i] + 1;
	for (size_t i = 0; any >= (uint64_t)COUNT_MOST && i < HL_COUNT(all); i++)
		if (all[i] > COUNT_MOST) {
			*why = "a number of tokens beyond 2^50";
			return false;
		}
	if (write >
		five + hour) { /* no lifetime stated for some of it, or a split that is short of its sum */
		five = write - hour;
		rec->how |= HOW_LIFETIME_ASSUMED;
	}
	int64_t cached = read + five + hour;
	int64_t uncached = input;
	if (cache_is_beside(stated, cached, &rec->how))
		rec->how |= cached ? HOW_DISJOINT : 0;
	else
		uncached -= cached;
	if (uncached < 0) {
		*why = "more cached tokens than input tokens, in a format whose input includes "
		       "them";
		return false;
	}
	uncached += at_least_zero(stated->tool_input);
	if (reasoning_is_beside(stated, input))
		output += at_least_zero(stated->reasoning);
	else if (stated->reasoning > output) {
		*why = "more reasoning tokens than output tokens, in a format whose output "
		       "includes them";
		return false;
	}
	rec->tokens[TOKEN_UNCACHED_INPUT] = uncached;
	rec->tokens[TOKEN_CACHE_READ] = read;
	rec->tokens[TOKEN_CACHE_WRITE_5M] = five;
	rec->tokens[TOKEN_CACHE_WRITE_1H] = hour;
	rec->tokens[TOKEN_OUTPUT] = output;
	if (stated->input > 0 && stated->output < 0 && rec->origin != ORIGIN_INVOICE)
		rec->how |= HOW_OUTPUT_UNKNOWN;
	if (total_is_odd(stated, five + hour))
		rec->how |= HOW_TOTAL_ODD;
	if (stated->cache_read >= 0)
		rec->how |= HOW_CACHE_STATED;
	rec->has_tokens = stated->input >= 0 || stated->output >= 0 || cached > 0;
	if (stated->reasoning > 0)
		record_measure(rec, MEASURE_REASONING, stated->reasoning);
	if (stated->tool_input > 0)
		record_measure(rec, MEASURE_TOOL_INPUT, stated->tool_input);
	return true;
}

uint64_t
record_load(const struct record *rec)
{
	uint64_t load = rec->requests > 0 ? (uint64_t)rec->requests : 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		load += (uint64_t)rec->tokens[i];
	for (int i = 0; i < rec->measures_n; i++) {
		femto_t amount = rec->measures[i].amount;
		enum measure_kind kind = rec->measures[i].kind;
		/* shifted by 49 instead of divided by 10^15: at most twice as much */
		uint64_t units = (uint64_t)((amount < 0 ? -amount : amount) >> 49);
		bool counted = kind == MEASURE_UNSPLIT || kind == MEASURE_WEB_SEARCH;
		load += counted ? units : units >> 20; /* the others are summed in 128 bits */
	}
	return load;
}

bool
record_check(const struct record *rec, const char **why)
{
	bool request = rec->requests == 0 || rec->requests == 1;
	uint64_t any = 0; /* below the lower limit: none of them is beyond either */
	for (int i = 0; i < TOKEN_KINDS; i++)
		any |= (uint64_t)rec->tokens[i];
	for (int i = 0; any >= (uint64_t)REQUEST_MOST && i < TOKEN_KINDS; i++) {
		if (rec->tokens[i] >= 0 && rec->tokens[i] <= (request ? REQUEST_MOST : COUNT_MOST))
			continue;
		*why = rec->tokens[i] < 0 ? "a negative number of tokens"
		       : request          ? "a number of tokens beyond 2^40 in one request"
					  : "a number of tokens beyond 2^50";
		return false;
	}
	if (rec->requests < -1 || rec->requests > COUNT_MOST) {
		*why = "an impossible number of requests";
		return false;
	}
	for (int i = 0; i < rec->measures_n; i++)
		if (rec->measures[i].amount > FEMTO_PER_UNIT * COUNT_MOST ||
			rec->measures[i].amount < -FEMTO_PER_UNIT * COUNT_MOST) {
			*why = "a quantity beyond 2^50";
			return false;
		}
	const int64_t first = 946684800 * NS_PER_SECOND, last = (int64_t)4102444800 * NS_PER_SECOND;
	if (rec->timed && (rec->start < first || rec->start >= last || rec->width < 0)) {
		*why = "a time outside 2000 to 2099";
		return false;
	}
	if (rec->has_billed && (rec->billed > FEMTO_PER_UNIT * 1000000000000 ||
				       rec->billed < -FEMTO_PER_UNIT * 1000000000000)) {
		*why = "an amount of money beyond a trillion";
		return false;
	}
	return true;
}
