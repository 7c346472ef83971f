/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/sample.h"

enum { BUFFERED_LEAST = 8 }; /* tokens in one event that are not just a step of speculation */

void
sample_init(struct sample *sample)
{
	struct reply nothing;
	reply_init(&nothing);
	*sample = (struct sample){
		.sent_ns = TIME_NONE,
		.first_event_ns = TIME_NONE,
		.first_token_ns = TIME_NONE,
		.first_output_ns = TIME_NONE,
		.last_token_ns = TIME_NONE,
		.end_ns = TIME_NONE,
		.counts = nothing.counts,
	};
}

int64_t
sample_event(struct sample *sample, const struct reply_delta *delta, int64_t ns)
{
	if (sample->first_event_ns == TIME_NONE)
		sample->first_event_ns = ns;
	if (!reply_has_token(delta))
		return -1;
	int64_t gap = sample->last_token_ns == TIME_NONE ? -1 : ns - sample->last_token_ns;
	if (sample->first_token_ns == TIME_NONE)
		sample->first_token_ns = ns;
	if (sample->first_output_ns == TIME_NONE && (delta->text_n > 0 || delta->tool_n > 0))
		sample->first_output_ns = ns;
	sample->last_token_ns = ns;
	sample->token_events++;
	return gap;
}

int64_t
sample_output_tokens(const struct sample *sample, bool *estimated)
{
	bool guess = sample->counts.completion < 0 && sample->finish == FINISH_LENGTH;
	if (estimated)
		*estimated = guess;
	return guess ? sample->output_asked : sample->counts.completion;
}

int64_t
sample_uncached_tokens(const struct sample *sample)
{
	const struct reply_counts *counts = &sample->counts;
	if (counts->prompt < 0)
		return -1;
	int64_t cached = counts->cached > 0 ? counts->cached : 0;
	return counts->prompt > cached ? counts->prompt - cached : 0;
}

double
sample_tokens_by(const struct sample *sample, int64_t ns)
{
	int64_t tokens = sample_output_tokens(sample, NULL);
	if (tokens <= 0 || sample->first_token_ns == TIME_NONE || ns < sample->first_token_ns)
		return 0;
	if (ns >= sample->last_token_ns)
		return (double)tokens;
	double share = (double)(ns - sample->first_token_ns) /
		       (double)(sample->last_token_ns - sample->first_token_ns);
	return 1 + (double)(tokens - 1) * share;
}

static double
since_sent(const struct sample *sample, int64_t ns)
{
	if (sample->sent_ns == TIME_NONE || ns == TIME_NONE)
		return MISSING;
	return (double)(ns - sample->sent_ns) / 1e6;
}

double
sample_connect_ms(const struct sample *sample)
{
	return sample->connect_ns > 0 ? (double)sample->connect_ns / 1e6 : MISSING;
}

double
sample_ttfb_ms(const struct sample *sample)
{
	return since_sent(sample, sample->first_event_ns);
}

double
sample_ttft_ms(const struct sample *sample)
{
	return since_sent(sample, sample->first_token_ns);
}

double
sample_ttfo_ms(const struct sample *sample)
{
	return since_sent(sample, sample->first_output_ns);
}

double
sample_total_ms(const struct sample *sample)
{
	return since_sent(sample, sample->last_token_ns);
}

double
sample_tpot_ms(const struct sample *sample)
{
	int64_t tokens = sample_output_tokens(sample, NULL);
	if (tokens < 2 || sample->token_events < 2 || sample_is_buffered(sample))
		return MISSING;
	return (double)(sample->last_token_ns - sample->first_token_ns) / 1e6 /
	       (double)(tokens - 1);
}

double
sample_decode_speed(const struct sample *sample)
{
	double tpot = sample_tpot_ms(sample);
	return tpot > 0 ? 1000 / tpot : MISSING;
}

double
sample_prefill_speed(const struct sample *sample, double baseline_ms)
{
	int64_t tokens = sample_uncached_tokens(sample);
	double ms = sample->counts.prompt_ms;
	if (isnan(ms)) {
		ms = sample_ttft_ms(sample) - baseline_ms;
		tokens--; /* the baseline's own word */
		/* the difference of two times that are almost the same is but their noise */
		if (ms < baseline_ms / 2)
			return MISSING;
	}
	/* a comparison with MISSING is false */
	return tokens > 0 && ms > 0 ? (double)tokens * 1000 / ms : MISSING;
}

double
sample_wait_ms(const struct sample *sample)
{
	return sample_ttft_ms(sample) - sample->counts.prompt_ms;
}

bool
sample_is_buffered(const struct sample *sample)
{
	int64_t tokens = sample_output_tokens(sample, NULL);
	if (tokens < BUFFERED_LEAST || sample->token_events == 0)
		return false;
	if (sample->token_events == 1)
		return true;
	/* the server says how long it took to write them: they cannot all have come in a tenth of it */
	double here = (double)(sample->last_token_ns - sample->first_token_ns) / 1e6;
	return here < sample->counts.predicted_ms / 10;
}
