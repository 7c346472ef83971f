/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/gpu.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/estimate.h"
#include "base/num.h"
#include "probe/nvidia.h"
#include "probe/sysfile.h"

const char *const gpu_vendors[GPU_VENDORS] = {
	[GPU_NVIDIA] = "NVIDIA", [GPU_AMD] = "AMD", [GPU_APPLE] = "Apple"
};

static void
put(struct gpus *gpus, const struct gpu *gpu)
{
	gpus->items = xgrow(gpus->items, &gpus->size, gpus->n, sizeof(*gpus->items));
	gpus->items[gpus->n++] = *gpu;
}

/* "744C,	C8,	AMD Radeon RX 7900 XTX" of libdrm's list; "": not there. */
static struct slice
amd_listed(struct arena *arena, const char *root, struct slice device, struct slice revision)
{
	struct str text = STR_INIT;
	struct slice rest, line, found = SLICE_NONE;
	sysfile_read(root, &text, "usr/share/libdrm/amdgpu.ids");
	rest = str_as_slice(&text);
	while (slice_cut(&rest, '\n', &line) && !found.n) {
		struct slice id, step;
		if (!slice_cut(&line, ',', &id) || !slice_cut(&line, ',', &step))
			continue;
		id = slice_trim(id);
		step = slice_trim(step);
		/* the system writes 0x744c and 0xc8 */
		if (id.n + 2 == device.n && step.n + 2 == revision.n &&
			slice_same_nocase(id.p, device.p + 2, id.n) &&
			slice_same_nocase(step.p, revision.p + 2, step.n))
			found = slice_copy(arena, slice_trim(line));
	}
	str_free(&text);
	return found;
}

static struct slice
amd_name(struct arena *arena, const char *root, const char *card)
{
	struct slice name = sysfile_line(arena, root, "sys/class/drm/%s/device/product_name", card);
	struct slice device = sysfile_line(arena, root, "sys/class/drm/%s/device/device", card);
	struct slice revision = sysfile_line(arena, root, "sys/class/drm/%s/device/revision", card);
	if (!name.n)
		name = amd_listed(arena, root, device, revision);
	if (!name.n && device.n)
		name = slice_printf(arena, "AMD graphics " SLICE_FMT " revision " SLICE_FMT,
			SLICE_ARG(device), SLICE_ARG(revision));
	return name;
}

/* "1: 2124Mhz *" marks the clock that is in force; the last line is the highest. */
static void
amd_clocks(struct gpu *gpu, const char *root, const char *card)
{
	struct str text = STR_INIT;
	struct slice rest, line;
	sysfile_read(root, &text, "sys/class/drm/%s/device/pp_dpm_sclk", card);
	rest = str_as_slice(&text);
	while (slice_cut(&rest, '\n', &line)) {
		struct slice number;
		bool now = slice_find(line, "*") >= 0;
		if (!slice_cut(&line, ':', &number))
			continue;
		line = slice_trim(line);
		ptrdiff_t unit = slice_find_nocase(line, "mhz");
		if (unit < 0)
			continue;
		gpu->clock_most_mhz = nvidia_number((struct slice){ line.p, (size_t)unit });
		if (now)
			gpu->clock_mhz = gpu->clock_most_mhz;
	}
	str_free(&text);
}

/* Its sensors: power1_average on older cards, power1_input on newer ones, in microwatts. */
static void
amd_sensors(struct gpu *gpu, struct arena *arena, const char *root, const char *card)
{
	char folder[SYSFILE_PATH];
	const char *const *names;
	snprintf(folder, sizeof(folder), "sys/class/drm/%s/device/hwmon", card);
	size_t n = sysfile_names(arena, root, folder, &names);
	if (!n)
		return;
	gpu->watts = sysfile_number(root, "%s/%s/power1_average", folder, names[0]) / 1e6;
	if (isnan(gpu->watts))
		gpu->watts = sysfile_number(root, "%s/%s/power1_input", folder, names[0]) / 1e6;
	gpu->limit_watts = sysfile_number(root, "%s/%s/power1_cap", folder, names[0]) / 1e6;
	gpu->degrees = sysfile_number(root, "%s/%s/temp1_input", folder, names[0]) / 1000;
}

/* card0, but not its outputs (card0-HDMI-A-1) */
static bool
is_card(const char *name)
{
	return strncmp(name, "card", 4) == 0 && name[4] &&
	       strspn(name + 4, "0123456789") == strlen(name + 4);
}

static int
card_index(const char *name)
{
	int64_t index;
	return num_int(slice_of(name + 4), &index) == NUM_OK && index < INT32_MAX ? (int)index : 0;
}

static void
amd_look(struct gpus *gpus, const struct gpu_options *options)
{
	static const double few = 4e9; /* a memory of its own that is no more than a screen needs */
	const char *const *names;
	const char *root = options->root;
	struct arena *arena = &gpus->arena;
	size_t n = sysfile_names(arena, root, "sys/class/drm", &names);
	for (size_t i = 0; i < n; i++) {
		if (!is_card(names[i]) ||
			!slice_is(sysfile_line(
					  arena, root, "sys/class/drm/%s/device/vendor", names[i]),
				"0x1002"))
			continue;
		struct gpu gpu = { .vendor = GPU_AMD,
			.index = card_index(names[i]),
			.name = amd_name(arena, root, names[i]),
			.driver = SLICE("amdgpu"),
			.memory_bytes = sysfile_number(
				root, "sys/class/drm/%s/device/mem_info_vram_total", names[i]),
			.used_bytes = sysfile_number(
				root, "sys/class/drm/%s/device/mem_info_vram_used", names[i]),
			.busy = sysfile_number(root, "sys/class/drm/%s/device/gpu_busy_percent",
					names[i]) /
				100,
			.degrees = MISSING,
			.watts = MISSING,
			.limit_watts = MISSING,
			.clock_mhz = MISSING,
			.clock_most_mhz = MISSING };
		double shared = sysfile_number(
			root, "sys/class/drm/%s/device/mem_info_gtt_total", names[i]);
		/* a processor's own graphics: little set aside, the rest is the machine's */
		if (!(gpu.memory_bytes > few) && shared > gpu.memory_bytes) {
			gpu.unified = true;
			gpu.memory_bytes = machine_memory(options->machine);
		}
		amd_clocks(&gpu, root, names[i]);
		amd_sensors(&gpu, arena, root, names[i]);
		put(gpus, &gpu);
	}
}

/* The chips that Linux runs on, by the name their device trees have for them (dt-bindings,
 * arm/apple.yaml). */
static const struct {
	const char *tree, *name;
} apple_chips[] = {
	{ "apple,t8103", "Apple M1" },
	{ "apple,t6000", "Apple M1 Pro" },
	{ "apple,t6001", "Apple M1 Max" },
	{ "apple,t6002", "Apple M1 Ultra" },
	{ "apple,t8112", "Apple M2" },
	{ "apple,t6020", "Apple M2 Pro" },
	{ "apple,t6021", "Apple M2 Max" },
	{ "apple,t6022", "Apple M2 Ultra" },
	{ "apple,t8122", "Apple M3" },
	{ "apple,t6030", "Apple M3 Pro" },
	{ "apple,t6031", "Apple M3 Max" },
	{ "apple,t6034", "Apple M3 Max" },
};

static void
apple_look(struct gpus *gpus, const struct machine *machine)
{
	struct slice rest = machine->chip, word;
	while (slice_cut(&rest, ' ', &word))
		for (size_t i = 0; i < HL_COUNT(apple_chips); i++)
			if (slice_is(word, apple_chips[i].tree)) {
				struct gpu gpu = { .vendor = GPU_APPLE,
					.name = slice_of(apple_chips[i].name),
					.memory_bytes = machine_memory(machine),
					.used_bytes = machine->memory_bytes - machine->free_bytes,
					.unified = true,
					.busy = MISSING,
					.degrees = MISSING,
					.watts = MISSING,
					.limit_watts = MISSING,
					.clock_mhz = MISSING,
					.clock_most_mhz = MISSING };
				put(gpus, &gpu);
				return;
			}
}

void
gpus_look(struct gpus *gpus, const struct gpu_options *options)
{
	*gpus = (struct gpus){ 0 };
	nvidia_look(gpus, options);
	amd_look(gpus, options);
	apple_look(gpus, options->machine);
}

void
gpus_free(struct gpus *gpus)
{
	free(gpus->items);
	free(gpus->processes);
	free(gpus->parts);
	arena_free(&gpus->arena);
}

void
gpu_throttle_words(struct str *out, unsigned throttle)
{
	static const struct {
		unsigned bit;
		const char *words;
	} known[] = { { THROTTLE_HEAT | THROTTLE_HEAT_HARD, "heat" },
		{ THROTTLE_BRAKE, "the power supply" },
		{ THROTTLE_HARDWARE, "a slowdown of the hardware" },
		{ THROTTLE_POWER_CAP, "the power limit" },
		{ THROTTLE_SYNC, "another card of its group" },
		{ THROTTLE_SETTING, "clocks that somebody has set" },
		{ THROTTLE_DISPLAY, "the clocks of its screen" } };
	const char *between = "";
	for (size_t i = 0; i < HL_COUNT(known); i++)
		if (throttle & known[i].bit) {
			str_printf(out, "%s%s", between, known[i].words);
			between = ", ";
		}
}

int
gpu_nvidia_sample(struct gpu_sample *samples, int room, int timeout_ms, struct err *err)
{
	const char *fields[NVIDIA_SAMPLE_FIELDS] = { "power.draw", "clocks_event_reasons.active",
		"clocks_throttle_reasons.active" };
	struct str text = STR_INIT;
	int n = -1;
	if (nvidia_query("--query-gpu", fields, HL_COUNT(fields), timeout_ms, &text, err))
		n = nvidia_read_samples(samples, room, str_as_slice(&text), fields);
	str_free(&text);
	return n;
}
