/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/machine.h"

#include <math.h>
#include <stdio.h>

#include "report/amounts.h"
#include "report/machine-tables.h"

static void
noise_note(struct answer *answer, const struct cpuspeed *speed)
{
	struct str text = STR_INIT;
	if (!speed->noise)
		return;
	machine_noise_words(&text, speed->noise);
	answer_note(answer,
		"Noisy: %s. The machine may be faster than this; try again when it is quiet.",
		str_text(&text));
	str_free(&text);
}

static void
limit_notes(struct answer *answer, const struct machine *m)
{
	struct str text = STR_INIT;
	if (m->cpus_n < m->online)
		answer_note(answer, "This process may use %d of the %d processors.", m->cpus_n,
			m->online);
	if (m->quota < m->cpus_n) {
		number_text(&text, m->quota);
		answer_note(answer, "The container may use %s processors in the mean.",
			str_text(&text));
	}
	str_clear(&text);
	if (m->limit_bytes < m->memory_bytes) {
		number_text(&text, m->limit_bytes / 1e9);
		answer_note(answer, "The container may have %s GB of memory.", str_text(&text));
	}
	str_free(&text);
	if (m->hypervisor)
		answer_note(answer,
			"This is a virtual machine: its neighbours can make it slower than it was "
			"now.");
}

static void
gpu_notes(struct answer *answer, const struct machine_found *found)
{
	const struct gpus *gpus = found->gpus;
	struct str text = STR_INIT;
	if (gpus->why.n)
		answer_note(answer, "A graphics card may be missing here: " SLICE_FMT ".",
			SLICE_ARG(gpus->why));
	for (int i = 0; i < found->matches_n; i++)
		if (found->matches[i].gpu >= 0 && !found->matches[i].hardware)
			answer_note(answer,
				SLICE_FMT " is not in hardware.csv, so nothing is predicted for "
					  "it; hllm models MODEL --bandwidth GB/S --class CLASS "
					  "--vram GB does it by its figures.",
				SLICE_ARG(found->matches[i].name));
	for (size_t i = 0; i < gpus->n; i++) {
		const struct gpu *gpu = &gpus->items[i];
		if (gpu->why.n)
			answer_note(answer, SLICE_FMT ": " SLICE_FMT ".", SLICE_ARG(gpu->name),
				SLICE_ARG(gpu->why));
		if (!(gpu->throttle & THROTTLE_SLOWS))
			continue;
		str_clear(&text);
		gpu_throttle_words(&text, gpu->throttle & THROTTLE_SLOWS);
		answer_note(answer,
			SLICE_FMT " is held down by %s now; it is slower than it can be.",
			SLICE_ARG(gpu->name), str_text(&text));
	}
	str_clear(&text);
	for (size_t i = 0; i < gpus->parts_n; i++)
		str_printf(&text, "%s" SLICE_FMT, i ? ", " : "", SLICE_ARG(gpus->parts[i]));
	if (gpus->parts_n)
		answer_note(answer,
			"The card is split into instances (MIG: %s); what fits and how fast it is "
			"holds for the whole card.",
			str_text(&text));
	str_free(&text);
}

static void
method_notes(struct answer *answer, const struct machine_found *found)
{
	struct str text = STR_INIT;
	number_text(&text, found->speed->array_bytes / 1e9);
	answer_note(answer,
		"Read is the sum of an array of %s GB, triad a[i] = b[i] + s * c[i] as STREAM "
		"counts "
		"it, GFLOP/s 32-bit multiply-adds in registers; the best of several passes, %s.",
		str_text(&text),
		found->speed->pinned ? "each thread pinned to a processor"
				     : "the threads not pinned, which the system refused");
	str_free(&text);
	if (found->models_n)
		answer_note(answer,
			"Predicted, not measured: tokens a second of one request with 8,192 tokens "
			"of "
			"context, from the bandwidth; 80 %% of cases are expected between the two "
			"limits. On this-machine means on its processors, without a graphics "
			"card.");
}

/* "AMD Ryzen 9 9950X (16 cores)", "2 x NVIDIA GeForce RTX 4090 and …" */
static void
put_name(struct str *out, const struct machine_found *found)
{
	const struct machine *m = found->machine;
	int cores = m->cores ? m->cores : m->cpus_n;
	for (int i = 0; i < found->matches_n; i++) {
		const struct match *match = &found->matches[i];
		if (match->gpu < 0)
			continue;
		if (match->units > 1)
			str_printf(out, "%d x ", match->units);
		str_printf(out, SLICE_FMT ", ", SLICE_ARG(match->name));
	}
	if (m->cpu.n)
		str_slice(out, m->cpu);
	else
		str_puts(out, "a processor without a name");
	str_printf(out, " (%d %s%s)", cores, m->cores ? "core" : "processor", cores > 1 ? "s" : "");
}

/* The one of most parameters that still writes as fast as people like to read; else the fastest. */
static const struct forecast *
example(const struct machine_models *on)
{
	const struct forecast *best = NULL;
	for (size_t i = 0; i < on->n; i++) {
		const struct forecast *one = &on->items[i];
		if (!one->speed.decodes)
			continue;
		double rate = one->speed.decode.likely, than = best ? best->speed.decode.likely : 0;
		bool fine = rate >= 15, was = than >= 15;
		if (!best || (fine && was ? one->model->params_b > best->model->params_b
					  : rate > than && !was))
			best = one;
	}
	return best;
}

static void
headline(struct answer *answer, const struct machine_found *found)
{
	struct str text = STR_INIT;
	const struct machine_models *on = found->models_n ? &found->models[0] : NULL;
	const struct forecast *shown = on ? example(on) : NULL;
	put_name(&text, found);
	str_puts(&text, ": its processors read memory at ");
	number_text(&text, cpuspeed_most(found->speed, CPUSPEED_READ));
	str_puts(&text, found->speed->noise ? " GB/s (noisy)" : " GB/s");
	if (shown) {
		str_printf(&text, "; " SLICE_FMT " (%s) would write about ",
			SLICE_ARG(shown->model->id), quant_names[shown->quant]);
		number_text(&text, shown->speed.decode.likely);
		str_puts(&text, " tokens a second");
		if (!slice_is(on->hardware->id, "this-machine"))
			str_printf(&text, " on " SLICE_FMT, SLICE_ARG(on->hardware->id));
		str_printf(&text, ", %s",
			shown->speed.from == SPEED_FROM_PUBLISHED ? "as others measured it"
								  : "predicted");
	} else {
		str_puts(&text, "; none of the open models fits");
	}
	answer_headline(answer, "%s.", str_text(&text));
	str_free(&text);
}

static void
next_breakeven(struct answer *answer, const struct match *match)
{
	char units[16] = "";
	if (match->units > 1)
		snprintf(units, sizeof(units), "%dx", match->units);
	answer_next(answer, "hllm breakeven --gpu %s" SLICE_FMT "  # when has it paid for itself?",
		units, SLICE_ARG(match->hardware->id));
}

void
machine_report(struct answer *answer, const struct machine_found *found)
{
	const struct match *match = machine_best_match(found);
	size_t fitting = machine_tables(answer, found);
	headline(answer, found);
	noise_note(answer, found->speed);
	limit_notes(answer, found->machine);
	gpu_notes(answer, found);
	method_notes(answer, found);
	answer_note(answer, "%zu of %zu open models fit.", fitting, found->models_known);
	answer->default_table = "predictions";
	if (match && match->gpu >= 0)
		next_breakeven(answer, match);
	else
		answer_next(answer,
			"hllm probe  # as soon as a server runs here: what it really delivers");
}
