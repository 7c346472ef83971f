/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphics cards: what nvidia-smi prints in its many shapes, AMD's folders in /sys, Apple's device trees, and
 * which row of hardware.csv they are. */
#include "config.h"

#include "probe/gpu.h"

#include <math.h>
#include <time.h>

#include "roots.h"
#include <cmocka.h>

#include "probe/match.h"

static struct hardwares hardware;

static int
load(void **state)
{
	char path[512];
	struct err err;
	const char *folder = getenv("HLLM_DATA_DIR");
	(void)state;
	snprintf(path, sizeof(path), "%s/hardware.csv", folder ? folder : "data");
	if (hardwares_add(&hardware, path, &err))
		return 0;
	print_error("%s\n", err.text);
	return -1;
}

static int
unload(void **state)
{
	(void)state;
	hardwares_free(&hardware);
	return 0;
}

static void
assert_text(struct slice got, const char *expected)
{
	if (!slice_is(got, expected))
		fail_msg("\"" SLICE_FMT "\", expected \"%s\"", SLICE_ARG(got), expected);
}

static void
assert_has(struct slice got, const char *part)
{
	if (slice_find(got, part) < 0)
		fail_msg("\"" SLICE_FMT "\" has no \"%s\" in it", SLICE_ARG(got), part);
}

struct looked {
	struct machine machine;
	struct gpus gpus;
	double seconds;
};

static void
look(const struct root *root, struct looked *looked, int timeout_ms)
{
	struct timespec before, after;
	const struct gpu_options options = {
		.machine = &looked->machine, .root = root->path, .timeout_ms = timeout_ms
	};
	machine_look(&looked->machine, root->path);
	clock_gettime(CLOCK_MONOTONIC, &before);
	gpus_look(&looked->gpus, &options);
	clock_gettime(CLOCK_MONOTONIC, &after);
	looked->seconds = (double)(after.tv_sec - before.tv_sec) +
			  (double)(after.tv_nsec - before.tv_nsec) / 1e9;
}

static void
forget(struct looked *looked)
{
	gpus_free(&looked->gpus);
	machine_free(&looked->machine);
}

/* A shell's case: $gpus for the cards, $apps for the processes, $list for -L. */
static void
put_smi(const struct root *root, const char *gpus, const char *apps, const char *list)
{
	char script[4096];
	snprintf(script, sizeof(script),
		"case $1 in\n--query-gpu=*) cat <<'E'\n%sE\n;;\n--query-compute-apps=*) cat "
		"<<'E'\n%sE\n;;\n-L) cat <<'E'\n%sE\n;;\n*) exit 2;;\nesac\n",
		gpus, apps, list);
	root_nvidia(root, script);
}

static const char rtx4090[] =
	"0, GPU-1, NVIDIA GeForce RTX 4090, 24564, 1034, 3, 41, 22.15, 450.00, 210, 3105, "
	"550.54.14, [N/A], 0x0000000000000001, 0x0000000000000001\n";

static void
a_card_is_read_with_all_its_figures(void **state)
{
	const struct root *root = *state;
	struct looked l;
	put_smi(root, rtx4090,
		"GPU-1, 4711, 5120, /opt/llama.cpp/build/bin/llama-server\n"
		"GPU-9, 12, [N/A], /usr/bin/python3, with a comma\n"
		"GPU-1, 13, 100, [Not Found]\n",
		"");
	look(root, &l, 0);
	assert_int_equal(l.gpus.n, 1);
	const struct gpu *gpu = &l.gpus.items[0];
	assert_text(gpu->name, "NVIDIA GeForce RTX 4090");
	assert_text(gpu->uuid, "GPU-1");
	assert_text(gpu->driver, "550.54.14");
	assert_true(gpu->memory_bytes == 24564.0 * 1048576);
	assert_true(gpu->used_bytes == 1034.0 * 1048576);
	assert_true(fabs(gpu->busy - 0.03) < 1e-9 && gpu->degrees == 41);
	assert_true(fabs(gpu->watts - 22.15) < 1e-9 && gpu->limit_watts == 450);
	assert_true(gpu->clock_mhz == 210 && gpu->clock_most_mhz == 3105);
	assert_true(gpu->throttle_known && gpu->throttle == THROTTLE_IDLE);
	assert_false(gpu->split || gpu->unified);
	assert_text(l.gpus.why, "");
	assert_int_equal(l.gpus.processes_n, 3);
	assert_int_equal(l.gpus.processes[0].gpu, 0);
	assert_int_equal(l.gpus.processes[0].pid, 4711);
	assert_true(l.gpus.processes[0].bytes == 5120.0 * 1048576);
	assert_text(l.gpus.processes[0].name, "llama-server");
	assert_int_equal(l.gpus.processes[1].gpu, -1);
	assert_true(isnan(l.gpus.processes[1].bytes));
	assert_text(l.gpus.processes[1].name, "python3, with a comma");
	assert_text(l.gpus.processes[2].name, "");
	forget(&l);
}

static void
what_holds_the_clocks_down_is_told_in_words(void **state)
{
	static const struct {
		unsigned bits;
		const char *words;
		bool slows;
	} cases[] = {
		{ 0x0, "", false },
		{ THROTTLE_IDLE, "", false },
		{ 0x4, "the power limit", false },
		{ 0x20, "heat", true },
		{ 0x40 | 0x8 | 0x4, "heat, a slowdown of the hardware, the power limit", true },
		{ 0x80, "the power supply", true },
		{ 0x2 | 0x100, "clocks that somebody has set, the clocks of its screen", false },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str text = STR_INIT;
		gpu_throttle_words(&text, cases[i].bits);
		assert_string_equal(str_text(&text), cases[i].words);
		assert_int_equal((cases[i].bits & THROTTLE_SLOWS) != 0, cases[i].slows);
		str_free(&text);
	}
}

static void
several_cards_are_one_kind_or_several(void **state)
{
	const struct root *root = *state;
	struct looked l;
	struct match matches[MATCHES_MOST];
	put_smi(root,
		"0, GPU-a, NVIDIA GeForce RTX 3090, 24576, 0, 0, 30, 20, 350, 0, 2100, 535.1, "
		"[N/A], 0x0000000000000004, 0x0000000000000004\n"
		"1, GPU-b, NVIDIA GeForce RTX 3090, 24576, 0, 0, 88, 340, 350, 1200, 2100, 535.1, "
		"[N/A], 0x0000000000000060, 0x0000000000000060\n"
		"2, GPU-c, NVIDIA L40S, 46068, 0, [N/A], 30, [N/A], [Unknown Error], 0, 2100, "
		"535.1, [N/A], 0x0000000000000040?, [N/A]\n",
		"No running processes found\n", "");
	look(root, &l, 0);
	assert_int_equal(l.gpus.n, 3);
	assert_int_equal(l.gpus.processes_n, 0);
	assert_int_equal(l.gpus.items[1].throttle, THROTTLE_HEAT | THROTTLE_HEAT_HARD);
	assert_false(l.gpus.items[2].throttle_known || l.gpus.items[2].throttle);
	assert_true(isnan(l.gpus.items[2].busy) && isnan(l.gpus.items[2].watts) &&
		    isnan(l.gpus.items[2].limit_watts));
	assert_int_equal(match_machine(&l.machine, &l.gpus, &hardware, matches), 3);
	assert_text(matches[0].hardware->id, "rtx-3090");
	assert_int_equal(matches[0].units, 2);
	assert_text(matches[1].hardware->id, "l40s");
	assert_int_equal(matches[1].units, 1);
	assert_int_equal(matches[2].gpu, -1);
	assert_null(matches[2].hardware);
	forget(&l);
}

static void
a_chip_without_memory_of_its_own_has_the_machines(void **state)
{
	const struct root *root = *state;
	struct looked l;
	struct match matches[MATCHES_MOST];
	root_put(root, "proc/meminfo",
		"MemTotal:       127600748 kB\nMemAvailable:   118566368 kB\n");
	put_smi(root,
		"0, GPU-g, NVIDIA GB10, [N/A], [N/A], 0, 35, 11.17, [N/A], 208, 3003, 580.126.09, "
		"[N/A], 0x0000000000000001, 0x0000000000000001\n",
		"", "");
	look(root, &l, 0);
	assert_int_equal(l.gpus.n, 1);
	assert_true(l.gpus.items[0].unified);
	assert_true(l.gpus.items[0].memory_bytes == 127600748.0 * 1024);
	assert_true(l.gpus.items[0].used_bytes == 9034380.0 * 1024);
	match_machine(&l.machine, &l.gpus, &hardware, matches);
	assert_non_null(matches[0].hardware);
	assert_text(matches[0].hardware->id, "dgx-spark");
	forget(&l);
}

static void
instances_of_a_card_are_listed(void **state)
{
	const struct root *root = *state;
	struct looked l;
	put_smi(root,
		"0, GPU-m, NVIDIA A100-SXM4-80GB, 81920, [Insufficient Permissions], [N/A], 33, "
		"60.1, 400.00, 210, 1410, 535.1, Enabled, 0x0000000000000001, [N/A]\n",
		"",
		"GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-m)\n"
		"  MIG 3g.40gb     Device  0: (UUID: MIG-x)\n"
		"  MIG 1g.10gb     Device  1: (UUID: MIG-y)\n");
	look(root, &l, 0);
	assert_int_equal(l.gpus.n, 1);
	assert_true(l.gpus.items[0].split);
	assert_true(isnan(l.gpus.items[0].used_bytes));
	assert_has(l.gpus.items[0].why, "may not look into its instances");
	assert_int_equal(l.gpus.parts_n, 2);
	assert_text(l.gpus.parts[0], "3g.40gb");
	assert_text(l.gpus.parts[1], "1g.10gb");
	forget(&l);
}

/* What goes wrong: so many cards all the same, and these words. */
static void
failures_are_told_in_the_words_of_the_driver(void **state)
{
	static const struct {
		const char *script;
		size_t cards;
		const char *why;
	} cases[] = {
		{ "echo \"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA "
		  "driver. Make sure that the latest NVIDIA driver is installed and "
		  "running.\"; echo; exit 9\n",
			0, "nvidia-smi: NVIDIA-SMI has failed because it couldn't communicate" },
		{ "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18\n", 0,
			"Driver/library version mismatch" },
		{ "echo 'No devices were found'; exit 6\n", 0, "No devices were found" },
		{ "echo 'No devices were found'\n", 0, "No devices were found" },
		{ "echo broken >&2; exit 1\n", 0, "failed with status 1: broken" },
		{ "kill -SEGV $$\n", 0, "signal 11" },
		{ "exit 0\n", 0, "" },
		{ "printf '\\001\\377,,,,\\n\\n,\\n'\n", 0, "nvidia-smi: " },
		{ "case $1 in --query-gpu=*) echo '0, GPU-1, NVIDIA L4, 23034, 0, 0, 30, 12, 72, "
		  "300, 2040, 550.1, [N/A], 0x0, 0x0'; echo 'Unable to determine the device handle "
		  "for GPU 0000:02:00.0: GPU is lost.  Reboot the system to recover this GPU'; "
		  "exit 15;; esac\n",
			1, "GPU is lost" },
		/* a name that no version should print does no harm */
		{ "case $1 in --query-gpu=*) echo '0, GPU-1, NVIDIA; rm -rf /, 23034, 0, 0, 30, "
		  "12, 72, 300, 2040, 550.1, [N/A], 0x0, 0x0';; esac\n",
			1, "" },
	};
	const struct root *root = *state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct looked l;
		root_nvidia(root, cases[i].script);
		look(root, &l, 0);
		if (l.gpus.n != cases[i].cards)
			fail_msg("case %zu: %zu cards", i, l.gpus.n);
		if (cases[i].why[0])
			assert_has(l.gpus.why, cases[i].why);
		else
			assert_text(l.gpus.why, "");
		forget(&l);
	}
}

static void
without_nvidia_smi_no_card_is_missed(void **state)
{
	const struct root *root = *state;
	struct looked l;
	char path[512];
	/* nothing but the root is looked in: this machine may have a driver */
	snprintf(path, sizeof(path), "%s/bin", root->path);
	setenv("PATH", path, 1);
	look(root, &l, 0);
	assert_int_equal(l.gpus.n, 0);
	assert_text(l.gpus.why, "");
	forget(&l);
}

static void
one_that_hangs_or_never_stops_is_stopped(void **state)
{
	static const struct {
		const char *script, *why;
	} cases[] = {
		{ "exec sleep 60\n", "did not end within 0.3 seconds" },
		{ "trap '' TERM INT HUP\nsleep 60 &\nsleep 60\n", "did not end within" },
		{ "while :; do echo 0123456789012345678901234567890123456789; done\n",
			"did not end within" },
	};
	const struct root *root = *state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct looked l;
		root_nvidia(root, cases[i].script);
		look(root, &l, 300);
		assert_int_equal(l.gpus.n, 0);
		assert_has(l.gpus.why, cases[i].why);
		if (l.seconds > 3)
			fail_msg("case %zu took %.1f s", i, l.seconds);
		forget(&l);
	}
}

/* As versions before 535 and after some day to come are: each refuses a name that others know. */
static void
fields_that_a_version_does_not_know_are_left_out(void **state)
{
	static const char *const outputs[] = { "", ">&2" };
	const struct root *root = *state;
	for (size_t i = 0; i < HL_COUNT(outputs); i++) {
		struct looked l;
		char text[2048];
		snprintf(text, sizeof(text),
			"case $1 in *compute-apps*) exit 0;; esac\n"
			"for field in clocks_event_reasons.active mig.mode.current; do\n"
			"  case $1 in *$field*) echo \"Field \\\"$field\\\" is not a valid field "
			"to "
			"query.\" %s; exit 2;; esac\ndone\n"
			"echo '0, GPU-1, Tesla T4, 15109, 0, 0, 30, 9.5, 70, 300, 1590, 470.1, "
			"0x0000000000000008'\n",
			outputs[i]);
		root_nvidia(root, text);
		look(root, &l, 0);
		assert_int_equal(l.gpus.n, 1);
		assert_text(l.gpus.items[0].name, "Tesla T4");
		assert_false(l.gpus.items[0].split);
		assert_int_equal(l.gpus.items[0].throttle, THROTTLE_HARDWARE);
		assert_text(l.gpus.why, "");
		forget(&l);
	}
}

static void
put_amd(const struct root *root, const char *card, const char *device, const char *revision,
	const char *memory, const char *shared)
{
	static const struct {
		const char *file, *text;
	} files[] = { { "vendor", "0x1002\n" }, { "gpu_busy_percent", "7\n" },
		{ "mem_info_vram_used", "1000000000\n" },
		{ "pp_dpm_sclk", "0: 500Mhz\n1: 1200Mhz *\n2: 2500Mhz\n" },
		{ "hwmon/hwmon3/power1_average", "35000000\n" },
		{ "hwmon/hwmon3/power1_cap", "303000000\n" },
		{ "hwmon/hwmon3/temp1_input", "44000\n" } };
	const struct {
		const char *file, *text;
	} own[] = { { "device", device }, { "revision", revision },
		{ "mem_info_vram_total", memory }, { "mem_info_gtt_total", shared } };
	char path[256];
	for (size_t i = 0; i < HL_COUNT(files); i++) {
		snprintf(path, sizeof(path), "sys/class/drm/%s/device/%s", card, files[i].file);
		root_put(root, path, files[i].text);
	}
	for (size_t i = 0; i < HL_COUNT(own); i++) {
		snprintf(path, sizeof(path), "sys/class/drm/%s/device/%s", card, own[i].file);
		root_put(root, path, own[i].text);
	}
}

static void
cards_of_amd_are_read_from_the_system(void **state)
{
	const struct root *root = *state;
	struct looked l;
	struct match matches[MATCHES_MOST];
	root_put(root, "proc/meminfo", "MemTotal: 65536000 kB\nMemAvailable: 60000000 kB\n");
	root_put(root, "usr/share/libdrm/amdgpu.ids",
		"# List\n1.0.0\n744C,\tCC,\tAMD Radeon RX 7900 XT\n744C,\tC8,\tAMD Radeon RX 7900 "
		"XTX\n");
	put_amd(root, "card0", "0x744c\n", "0xc8\n", "25753026560\n", "33000000000\n");
	put_amd(root, "card1", "0x164e\n", "0xc1\n", "536870912\n", "33000000000\n");
	root_put(root, "sys/class/drm/card0-DP-1/device/vendor", "0x1002\n");
	root_put(root, "sys/class/drm/card2/device/vendor", "0x8086\n");
	root_nvidia(root, "exit 9\n");
	look(root, &l, 0);
	assert_int_equal(l.gpus.n, 2);
	const struct gpu *card = &l.gpus.items[0], *inside = &l.gpus.items[1];
	assert_text(card->name, "AMD Radeon RX 7900 XTX");
	assert_true(card->memory_bytes == 25753026560.0 && !card->unified);
	assert_true(card->watts == 35 && card->limit_watts == 303 && card->degrees == 44);
	assert_true(card->clock_mhz == 1200 && card->clock_most_mhz == 2500);
	assert_true(fabs(card->busy - 0.07) < 1e-9);
	assert_false(card->throttle_known);
	assert_text(inside->name, "AMD graphics 0x164e revision 0xc1");
	assert_true(inside->unified && inside->memory_bytes == 65536000.0 * 1024);
	match_machine(&l.machine, &l.gpus, &hardware, matches);
	assert_non_null(matches[0].hardware);
	assert_text(matches[0].hardware->id, "rx-7900-xtx");
	assert_null(matches[1].hardware);
	forget(&l);
}

/* Names that drivers give, and what they are in the catalogue; NULL: none of it. */
static void
cards_are_found_in_the_catalogue_or_not(void **state)
{
	static const struct {
		const char *name;
		double gib;
		const char *id;
	} cases[] = {
		{ "NVIDIA GeForce RTX 4090", 23.99, "rtx-4090" },
		{ "NVIDIA GeForce RTX 4090 D", 23.99, "rtx-4090-d" },
		{ "NVIDIA GeForce RTX 4090 Laptop GPU", 15.99, NULL },
		{ "NVIDIA GeForce RTX 3080", 10, NULL },
		{ "NVIDIA GeForce RTX 3080", 12, NULL }, /* not the 3080 Ti */
		{ "NVIDIA GeForce RTX 3080 Ti", 12, "rtx-3080-ti" },
		{ "NVIDIA GeForce RTX 3060", 12, "rtx-3060-12" },
		{ "NVIDIA GeForce RTX 3060", 8, NULL },
		{ "NVIDIA GeForce RTX 4060 Ti", 15.99, "rtx-4060-ti-16" },
		{ "NVIDIA GeForce RTX 4060 Ti", 8, NULL },
		{ "NVIDIA GeForce RTX 4070 SUPER", 12, "rtx-4070-super" },
		{ "NVIDIA GeForce RTX 4070", 12, "rtx-4070" },
		{ "NVIDIA GeForce RTX 5090", 31.84, "rtx-5090" },
		{ "NVIDIA RTX A6000", 47.99, "rtx-a6000" },
		{ "NVIDIA RTX 5000 Ada Generation", 31.99, "rtx-5000-ada" },
		{ "NVIDIA RTX PRO 6000 Blackwell Workstation Edition", 95.6, "rtx-pro-6000-bw" },
		{ "NVIDIA A100-SXM4-80GB", 80, "a100-80-sxm" },
		{ "NVIDIA A100-PCIE-40GB", 40, "a100-40" },
		{ "NVIDIA A100 80GB PCIe", 80, "a100-80" },
		{ "NVIDIA H100 80GB HBM3", 79.6, "h100-sxm" },
		{ "NVIDIA H100 PCIe", 79.6, "h100-pcie" },
		{ "NVIDIA L4", 22.5, "l4" },
		{ "NVIDIA L40S", 44.99, "l40s" },
		{ "NVIDIA A10G", 22.5, "a10g" },
		{ "Tesla T4", 15, NULL },
		{ "NVIDIA GB10", 121.7, "dgx-spark" },
		{ "AMD Radeon RX 7900 XTX", 23.98, "rx-7900-xtx" },
		{ "AMD Radeon RX 7900 XT", 19.98, "rx-7900-xt" },
		{ "AMD Radeon RX 9070 XT", 15.9, "rx-9070-xt" },
		{ "AMD Radeon RX 9070", 15.9, "rx-9070" },
		{ "AMD Instinct MI300X", 191.98, "mi300x" },
		{ "", 24, NULL },
		{ "24 GB", 24, NULL },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct machine machine = { 0 };
		struct gpu gpu = { .name = slice_of(cases[i].name),
			.memory_bytes = cases[i].gib * 1073741824 };
		struct gpus gpus = { .items = &gpu, .n = 1 };
		struct match matches[MATCHES_MOST];
		int n = match_machine(&machine, &gpus, &hardware, matches);
		const struct hardware *row = n > 1 ? matches[0].hardware : NULL;
		if (cases[i].id ? !row || !slice_is(row->id, cases[i].id) : row != NULL)
			fail_msg("%s with %g GiB: " SLICE_FMT ", expected %s", cases[i].name,
				cases[i].gib, SLICE_ARG(row ? row->id : SLICE("nothing")),
				cases[i].id ? cases[i].id : "nothing");
	}
}

static void
whole_machines_are_found_by_processor_or_board(void **state)
{
	static const struct {
		const char *cpu, *board, *chip;
		double gib;
		const char *id;
	} cases[] = {
		{ "AMD Ryzen 9 9950X 16-Core Processor", "", "", 61, "ryzen-9950x" },
		{ "AMD Ryzen 9 9950X3D 16-Core Processor", "", "", 61, NULL },
		{ "13th Gen Intel(R) Core(TM) i9-13900K", "", "", 62, "i9-13900k" },
		{ "Intel(R) N150", "", "", 15.5, "n150" },
		{ "AMD RYZEN AI MAX+ 395 w/ Radeon 8060S", "", "", 124, "ryzen-ai-max-395" },
		{ "AMD EPYC", "", "", 23, NULL },
		{ "AMD EPYC 7763 64-Core Processor", "", "", 500, NULL },
		{ "Cortex-A76", "Raspberry Pi 5 Model B Rev 1.0", "", 15.8, "pi5-16" },
		{ "Cortex-A72", "Raspberry Pi 4 Model B Rev 1.4", "", 7.6, NULL },
		{ "", "NVIDIA Jetson AGX Orin Developer Kit", "", 61, "jetson-agx-orin-64" },
		{ "", "NVIDIA Jetson AGX Orin Developer Kit", "", 30, NULL },
		{ "Cortex-A76", "Raspberry Pi 5 Model B Rev 1.0", "", 3.9, NULL },
		{ "AMD RYZEN AI MAX+ 395 w/ Radeon 8060S", "", "", 62, NULL },
		{ "Apple M1 Max", "Apple MacBook Pro", "apple,j314c apple,t6001 apple,arm-platform",
			62, "m1-max" },
		{ "Apple M1 Pro", "Apple MacBook Pro", "apple,j314s apple,t6000", 31, "m1-pro" },
		{ "Apple M1", "Apple MacBook Air", "apple,j313 apple,t8103", 15.2, "m1" },
		{ "", "", "", 15, NULL },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct machine machine = { .cpu = slice_of(cases[i].cpu),
			.board = slice_of(cases[i].board),
			.chip = slice_of(cases[i].chip),
			.memory_bytes = cases[i].gib * 1073741824,
			.free_bytes = cases[i].gib * 1073741824,
			.limit_bytes = (double)NAN };
		struct gpus gpus;
		struct match matches[MATCHES_MOST];
		const struct hardware *row = NULL;
		const struct gpu_options options = { .machine = &machine, .root = "/nonexistent" };
		gpus_look(&gpus, &options);
		int n = match_machine(&machine, &gpus, &hardware, matches);
		for (int k = 0; k < n; k++)
			row = matches[k].hardware ? matches[k].hardware : row;
		if (cases[i].id ? !row || !slice_is(row->id, cases[i].id) : row != NULL)
			fail_msg("%s, %s: " SLICE_FMT ", expected %s", cases[i].cpu, cases[i].board,
				SLICE_ARG(row ? row->id : SLICE("nothing")),
				cases[i].id ? cases[i].id : "nothing");
		gpus_free(&gpus);
	}
}

#define ROOTED(test) cmocka_unit_test_setup_teardown(test, root_make, root_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROOTED(a_card_is_read_with_all_its_figures),
		cmocka_unit_test(what_holds_the_clocks_down_is_told_in_words),
		ROOTED(several_cards_are_one_kind_or_several),
		ROOTED(a_chip_without_memory_of_its_own_has_the_machines),
		ROOTED(instances_of_a_card_are_listed),
		ROOTED(failures_are_told_in_the_words_of_the_driver),
		ROOTED(without_nvidia_smi_no_card_is_missed),
		ROOTED(one_that_hangs_or_never_stops_is_stopped),
		ROOTED(fields_that_a_version_does_not_know_are_left_out),
		ROOTED(cards_of_amd_are_read_from_the_system),
		cmocka_unit_test(cards_are_found_in_the_catalogue_or_not),
		ROOTED(whole_machines_are_found_by_processor_or_board),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
