/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rules - what each kind of finding asks for; hllm-findings(7) has the same in words. */
#include "config.h"

#include <stdlib.h>

#include "base/near.h"
#include "conf/conf.h"
#include "decide/finding.h"

const struct finding_rule finding_rules[FINDINGS] = {
	[FINDING_CHEAPER_TIER] = {
		.id = "cheaper-tier",
		.title = "a cheaper model for routine work",
		.detector = "A workload of a routine type, without frontier quality, goes to a "
			    "model with a lower priced one in its family.",
		.threshold = 20, .unit = "% less", .days = 7, .requests = 100, .floor = 1,
		.formula = "cost now - cost of the same tokens at the cheaper model",
	},
	[FINDING_BATCH] = {
		.id = "batch",
		.title = "batch for work that can wait",
		.detector = "A workload that may wait a day goes through the standard tier of a "
			    "model that has batch prices.",
		.threshold = 86400000, .unit = "ms of latency tolerance", .days = 7,
		.requests = 100, .floor = 1,
		.formula = "cost now - cost of the same tokens at batch prices",
	},
	[FINDING_CACHE_UNUSED] = {
		.id = "cache-unused",
		.title = "prompts that might be read from a cache",
		.detector = "95 of 100 prompts are long, the log states how much was read from a "
			    "cache, and it was less than 1 %.",
		.threshold = 1024, .unit = "tokens in 95 of 100 prompts", .days = 7,
		.requests = 100, .floor = 1,
		.formula = "at least nothing; at most what 95 of 100 prompts hold x "
			   "requests that follow another within the half hour x (input "
			   "price - cache price), less writes",
	},
	[FINDING_CACHE_MISSED] = {
		.id = "cache-missed",
		.title = "caching that is paid for but not hit",
		.detector = "More tokens are written into a cache, at a surcharge, than are read "
			    "from it.",
		.threshold = 100, .unit = "% of the tokens written, or fewer, are read",
		.days = 7, .requests = 100, .floor = 1,
		.formula = "cost now - cost with all cached tokens as plain input",
	},
	[FINDING_PROMPT_BLOAT] = {
		.id = "prompt-bloat",
		.title = "long prompts for short answers",
		.detector = "95 of 100 prompts hold so many tokens that it is at least half of the "
			    "mean prompt and ten times the mean answer.",
		.threshold = 1000, .unit = "tokens in 95 of 100 prompts", .days = 7,
		.requests = 100, .floor = 1,
		.formula = "at least nothing; at most half of what 95 of 100 prompts "
			   "hold x requests x what input costs now",
	},
	[FINDING_PROMPT_GROWTH] = {
		.id = "prompt-growth",
		.title = "prompts that grow while answers do not",
		.detector = "Input a request is higher in the last 14 days than in the first 14, "
			    "and output a request at most 5 % higher.",
		.threshold = 25, .unit = "% more input a request", .days = 28, .requests = 200,
		.floor = 1,
		.formula = "half to all of the input beyond that of the first 14 days x what "
			   "input costs now",
	},
	[FINDING_RETRIES] = {
		.id = "retries",
		.title = "retries and failed calls that are paid for",
		.detector = "Requests that the log calls failed but that state tokens, and "
			    "prompts of the same size sent again within a minute, beyond chance.",
		.threshold = 20, .unit = "requests", .days = 7, .requests = 100, .floor = 1,
		.formula = "cost of the failed ones and of the repetitions",
	},
	[FINDING_SILENT_FALLBACK] = {
		.id = "silent-fallback",
		.title = "a local server was asked, an API answered",
		.detector = "Requests that asked for a local model and got one of an API, and paid "
			    "requests within a minute of a local one of the same work and size, "
			    "beyond chance.",
		.threshold = 10, .unit = "requests", .days = 7, .requests = 10, .floor = 1,
		.formula = "cost of those requests",
	},
	[FINDING_DUPLICATES] = {
		.id = "duplicates",
		.title = "the same request sent twice",
		.detector = "Requests with the same tokens in and out as one of the four before "
			    "them, within five minutes, beyond chance.",
		.threshold = 20, .unit = "requests", .days = 7, .requests = 100, .floor = 1,
		.formula = "cost of the repetitions",
	},
	[FINDING_OUTLIERS] = {
		.id = "outliers",
		.title = "days or requests far out of line",
		.detector = "Days with many times the tokens of the median day, and requests with "
			    "many times those of the mean one, a token of output counted four "
			    "times.",
		.threshold = 10, .unit = "times the median day or the mean request", .days = 14,
		.requests = 100, .floor = 1,
		.formula = "at least nothing; at most what those days cost beyond the median "
			   "day, and those requests beyond the mean one",
	},
	[FINDING_REASONING] = {
		.id = "reasoning",
		.title = "reasoning on simple tasks",
		.detector = "Much of the output of a workload of a routine type is reasoning.",
		.threshold = 50, .unit = "% of output", .days = 7, .requests = 100, .floor = 1,
		.formula = "half to all of the reasoning tokens x output price",
	},
	[FINDING_RETIRED_MODEL] = {
		.id = "retired-model",
		.title = "a model that was replaced or withdrawn",
		.detector = "A model that another of its family took the place of costs more than "
			    "that one, or was used after its last price ended.",
		.threshold = 10, .unit = "% less", .days = 7, .requests = 100, .floor = 1,
		.formula = "cost now - cost of the same tokens at the successor",
	},
	[FINDING_EMBEDDINGS] = {
		.id = "embeddings-at-chat-price",
		.title = "embeddings from a model that chats",
		.detector = "A workload that makes embeddings goes to a model with an output "
			    "price, and output is at most a tenth of input.",
		.threshold = 50, .unit = "% less", .days = 7, .requests = 100, .floor = 1,
		.formula = "cost now - cost of the same input at an embedding model",
	},
};

int
finding_find(struct slice id, const char **nearest)
{
	const char *names[FINDINGS];
	for (int i = 0; i < FINDINGS; i++) {
		if (slice_is(id, finding_rules[i].id))
			return i;
		names[i] = finding_rules[i].id;
	}
	if (nearest) {
		char *word = slice_dup(id);
		*nearest = near_name(word, names, FINDINGS);
		free(word);
	}
	return -1;
}

/* A number, and none that other programs would read as octal. */
static bool
read_number(const struct conf_section *section, const char *key, femto_t *out, struct err *err)
{
	const struct conf_item *item = conf_item(section, key);
	struct slice text = item ? slice_trim(item->values[0]) : SLICE_NONE;
	if (text.n > 1 && text.p[0] == '0' && text.p[1] != '.')
		return conf_wrong(section, item, err,
			"%s is \"" SLICE_FMT "\", expected a number without a leading 0", key,
			SLICE_ARG(text));
	return conf_decimal(section, key, out, err);
}

/* A whole number of at least 0. */
static bool
read_whole(const struct conf_section *section, const char *key, int64_t *out, struct err *err)
{
	femto_t value = (femto_t)*out * FEMTO_PER_UNIT;
	const femto_t most = FEMTO_PER_UNIT * 1000000000000;
	if (!read_number(section, key, &value, err))
		return false;
	if (value < 0 || value > most || value % FEMTO_PER_UNIT)
		return conf_wrong(section, conf_item(section, key), err,
			"%s is out of range, expected a whole number from 0 to 1,000,000,000,000",
			key);
	*out = (int64_t)(value / FEMTO_PER_UNIT);
	return true;
}

static bool
read_silence(const struct conf_section *section, bool *silenced, struct err *err)
{
	struct slice text = SLICE("no");
	if (!conf_text(section, "silence", &text, err))
		return false;
	*silenced = slice_is(text, "yes");
	return *silenced || slice_is(text, "no") ||
	       conf_wrong(section, conf_item(section, "silence"), err,
		       "silence is \"" SLICE_FMT "\", expected yes or no", SLICE_ARG(text));
}

static bool
read_block(const struct conf_section *section, struct finding_limits *limits, struct err *err)
{
	const char *nearest = NULL;
	char hint[NEAR_TEXT];
	int id = finding_find(section->title, &nearest);
	if (id < 0)
		return conf_wrong(section, NULL, err, "there is no such finding%s",
			near_said(hint, nearest, "; hllm-findings(7) lists them"));
	struct finding_limit *limit = &limits->of[id];
	if (!read_silence(section, &limit->silenced, err) ||
		!read_whole(section, "threshold", &limit->threshold, err) ||
		!read_whole(section, "days", &limit->days, err) ||
		!read_whole(section, "requests", &limit->requests, err) ||
		!read_number(section, "floor", &limit->floor, err))
		return false;
	return limit->floor >= 0 || conf_wrong(section, conf_item(section, "floor"), err,
					    "floor is negative, expected an amount a month");
}

bool
finding_limits_load(struct finding_limits *limits, const struct conf *conf, struct err *err)
{
	for (int i = 0; i < FINDINGS; i++) {
		const struct finding_rule *rule = &finding_rules[i];
		limits->of[i] = (struct finding_limit){ .threshold = rule->threshold,
			.days = rule->days,
			.requests = rule->requests,
			.floor = rule->floor * FEMTO_PER_UNIT };
	}
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "finding", at));)
		if (!read_block(at, limits, err))
			return false;
	return true;
}
