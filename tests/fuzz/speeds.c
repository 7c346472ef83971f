/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * speeds - any text as speed.csv, throughput-hardware.csv, throughput-models.csv and throughput.csv, with
 * zero bytes between them.  Whatever loads and says enough gives speeds that are numbers in order,
 * for every measured machine and model, and a batch is never slower than one.
 */
#include "config.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "local/speed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EACH_MOST = 4 };

static void
check_estimate(struct estimate e)
{
	if (!isfinite(e.low) || !isfinite(e.likely) || !isfinite(e.high) || e.low < 0 ||
		!estimate_is_sound(e))
		abort();
}

static void
check(const struct speeds *speeds, const struct measured_machine *machine,
	const struct measured_model *measured)
{
	const struct load *load = &measured->load;
	struct hardware hardware = { .id = machine->id,
		.class = machine->class,
		.file = SLICE("a catalogue"),
		.bandwidth_gbs = isnan(machine->bandwidth_gbs) ? 100 : machine->bandwidth_gbs,
		.fp16_tflops = machine->fp16_tflops };
	struct slice ids = measured->same_as, id = SLICE("a-model");
	slice_cut(&ids, ' ', &id);
	struct local_model model = { .id = id,
		.params_b = load->params / 1e9,
		.active_params_b = load->params / 1e9,
		.layers = load->layers,
		.kv_heads = 1,
		.head_dim = 1,
		.window = (int64_t)load->window,
		.window_layers = load->window_layers };
	for (int i = 0; i < QUANTS; i++)
		model.read_gb[i] = load->read_bytes / 1e9;
	for (int n = 1; n <= 64; n *= 8) {
		struct fit_question question = { &model, (enum quant)(n % QUANTS), &hardware, 1,
			4096, n };
		struct speed speed;
		struct err err;
		if (!speed_of(speeds, &question, &speed, &err))
			return;
		check_estimate(speed.decode);
		check_estimate(speed.batch_decode);
		if (speed.prefill_known)
			check_estimate(speed.prefill);
		if (speed.batch_decode.likely < speed.decode.likely)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { (const char *)data, size };
	struct speeds speeds = { 0 };
	struct err err;
	bool good = true;
	for (int i = 0; i < SPEED_FILES && good; i++) {
		struct slice text = SLICE("");
		slice_cut(&rest, '\0', &text);
		good = speeds_add_text(&speeds, (enum speed_file)i, "fuzz", text, &err);
	}
	for (size_t i = 0; good && i < speeds.machines_n && i < EACH_MOST; i++)
		for (size_t k = 0; k < speeds.models_n && k < EACH_MOST; k++)
			check(&speeds, &speeds.machines[i], &speeds.models[k]);
	speeds_free(&speeds);
	return 0;
}
