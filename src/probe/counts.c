/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers state of tokens and times, and what follows from it. */
#include "config.h"

#include "probe/slots.h"

static void
keep(int64_t *count, int64_t stated)
{
	if (stated >= 0)
		*count = stated;
}

static void
keep_time(double *time, double stated)
{
	if (!isnan(stated))
		*time = stated;
}

/* OpenAI's usage, or Anthropic's; false: there is none, or it is all zeros. */
static bool
keep_usage(const struct place *all, struct reply *reply)
{
	struct reply_counts *counts = &reply->counts;
	int64_t prompt = count_at(all, S_USAGE_PROMPT),
		completion = count_at(all, S_USAGE_COMPLETION),
		cached = count_at(all, S_USAGE_CACHED);
	if (prompt < 0 && count_at(all, S_ANTHROPIC_PROMPT) >= 0) {
		int64_t written = count_at(all, S_ANTHROPIC_WRITTEN);
		cached = count_at(all, S_ANTHROPIC_READ);
		prompt = count_at(all, S_ANTHROPIC_PROMPT) + (cached > 0 ? cached : 0) +
			 (written > 0 ? written : 0);
		completion = count_at(all, S_ANTHROPIC_COMPLETION);
	}
	if (prompt <= 0 && completion <= 0) {
		reply->zero_usage |= prompt == 0 || completion == 0;
		return false;
	}
	keep(&counts->prompt, prompt);
	keep(&counts->completion, completion);
	keep(&counts->cached, cached);
	keep(&counts->reasoning, count_at(all, S_USAGE_REASONING));
	return true;
}

/* What servers state beside usage, or in place of it: llama-server's timings, Ollama's counts, LM Studio's
 * stats.  True: how many tokens there are. */
static bool
keep_stats(const struct place *all, bool usage, struct reply_counts *counts)
{
	int64_t fresh = count_at(all, S_PROMPT_N), cached = count_at(all, S_CACHED),
		prompt = count_at(all, S_PROMPT), completion = count_at(all, S_COMPLETION);
	if (prompt < 0 && fresh >= 0 && cached >= 0)
		prompt = fresh + cached;
	if (!usage) {
		keep(&counts->prompt, prompt);
		keep(&counts->completion, completion);
		keep(&counts->reasoning, count_at(all, S_REASONING));
	}
	/* Old llama-servers state how many tokens were computed, and of all of them the rest is cached. */
	if (cached < 0 && fresh >= 0 && counts->cached < 0 && counts->prompt >= fresh)
		cached = counts->prompt - fresh;
	if (!usage || counts->cached < 0)
		keep(&counts->cached, cached);
	keep(&counts->draft, count_at(all, S_DRAFT));
	keep(&counts->draft_accepted, count_at(all, S_DRAFT_ACCEPTED));
	return prompt > 0 || completion > 0;
}

static void
keep_times(const struct place *all, struct reply_counts *counts)
{
	static const double ms_per_ns = 1e-6, ms_per_s = 1e3;
	keep_time(&counts->prompt_ms, number_at(all, S_PROMPT_NS, ms_per_ns));
	keep_time(&counts->prompt_ms, number_at(all, S_PROMPT_MS, 1));
	keep_time(&counts->predicted_ms, number_at(all, S_PREDICTED_NS, ms_per_ns));
	keep_time(&counts->predicted_ms, number_at(all, S_PREDICTED_MS, 1));
	keep_time(&counts->load_ms, number_at(all, S_LOAD_NS, ms_per_ns));
	keep_time(&counts->load_ms, number_at(all, S_LOAD_S, ms_per_s));
	keep_time(&counts->total_ms, number_at(all, S_TOTAL_NS, ms_per_ns));
	keep_time(&counts->first_ms, number_at(all, S_FIRST_S, ms_per_s));
	keep_time(&counts->stated_speed, number_at(all, S_SPEED, 1));
}

/* Counts that contradict each other state nothing. */
static void
doubt(struct reply_counts *counts)
{
	if (counts->prompt >= 0 && counts->cached > counts->prompt)
		counts->cached = -1;
	if (counts->completion >= 0 && counts->reasoning > counts->completion)
		counts->reasoning = -1;
	if (counts->draft_accepted > counts->draft)
		counts->draft = counts->draft_accepted = -1;
}

bool
counts_take(const struct place *all, struct reply *reply)
{
	bool usage = keep_usage(all, reply), stats = keep_stats(all, usage, &reply->counts);
	keep_times(all, &reply->counts);
	doubt(&reply->counts);
	return usage || stats;
}

double
reply_decode_speed(const struct reply_counts *counts)
{
	if (counts->completion < 2 || isnan(counts->predicted_ms) || counts->predicted_ms <= 0)
		return MISSING;
	return (double)(counts->completion - 1) / counts->predicted_ms * 1e3;
}

double
reply_prefill_speed(const struct reply_counts *counts)
{
	int64_t fresh = counts->prompt - counts->cached;
	if (counts->prompt < 0 || counts->cached < 0 || fresh <= 0)
		return MISSING;
	return isnan(counts->prompt_ms) || counts->prompt_ms <= 0
		       ? MISSING
		       : (double)fresh / counts->prompt_ms * 1e3;
}
