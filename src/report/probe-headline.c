/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a probe found, in a sentence. */
#include "config.h"

#include "report/amounts.h"
#include "report/probe.h"

/* The fastest run that counts. */
static double
best_rate(const struct probe *probe)
{
	double best = MISSING;
	for (size_t i = 0; i < probe->runs_n; i++)
		if (!probe->runs[i].refused)
			best = fmax(best, probe_rate(&probe->runs[i]));
	return best;
}

/* The smallest number at once with 95 % of the best output speed. */
static const struct probe_run *
knee(const struct probe *probe)
{
	const struct probe_run *found = NULL;
	double best = best_rate(probe);
	for (size_t i = 0; i < probe->runs_n; i++) {
		const struct probe_run *run = &probe->runs[i];
		if (!run->refused && probe_rate(run) >= 0.95 * best &&
			(!found || run->concurrency < found->concurrency))
			found = run;
	}
	return found;
}

/* What is written when prompts are read, too: not to be held against the speed of one answer, so both numbers. */
static void
put_several(
	struct str *text, const struct probe_run *alone, const struct probe_run *best, bool begun)
{
	double before = alone ? probe_rate(alone) : MISSING;
	if (isnan(before)) {
		str_printf(text, "%s %d requests at once get ", alone || begun ? ", and" : ":",
			best->concurrency);
		number_text(text, probe_rate(best));
		str_puts(text, " tokens a second together");
		return;
	}
	str_puts(text, "; with prompts to read, one request after another gets ");
	number_text(text, before);
	str_printf(text, ", and %d at once get ", best->concurrency);
	number_text(text, probe_rate(best));
	str_puts(text, " together");
}

void
probe_headline(struct answer *answer, const struct probe *probe)
{
	const struct probe_run *alone = probe_alone(probe), *best = knee(probe);
	double prefill = MISSING;
	struct str text = STR_INIT;
	for (size_t i = 0; i < probe->runs_n && isnan(prefill); i++)
		if (!probe->runs[i].refused && probe->runs[i].concurrency == 1)
			prefill = probe_middle(&probe->runs[i].of[PROBE_PREFILL]);
	bool several = best && best->concurrency > 1;
	probe_subject(&text, probe);
	if (alone) {
		str_puts(&text, " answers a request at ");
		number_text(&text, probe_middle(&alone->of[PROBE_DECODE]));
		str_puts(&text, " tokens a second");
	}
	if (!isnan(prefill)) {
		str_puts(&text, alone ? " and reads prompts at " : " reads prompts at ");
		number_text(&text, prefill);
		str_puts(&text, alone ? "" : " tokens a second");
	}
	if (several)
		put_several(&text, alone, best, !isnan(prefill));
	if (!alone && !best && isnan(prefill))
		str_puts(&text, ": nothing that could be used was measured");
	answer_headline(answer, "%s.", str_text(&text));
	str_free(&text);
}
