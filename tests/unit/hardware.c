/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of hardware: what a loose name means, rows of the user's own, and what ships. */
#include "config.h"

#include "local/hardware.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct hardwares shipped;

static int
load(void **state)
{
	char path[512];
	struct err err;
	const char *folder = getenv("HLLM_DATA_DIR");
	(void)state;
	snprintf(path, sizeof(path), "%s/hardware.csv", folder ? folder : "data");
	if (hardwares_add(&shipped, path, &err))
		return 0;
	print_error("%s\n", err.text);
	return -1;
}

static int
unload(void **state)
{
	(void)state;
	hardwares_free(&shipped);
	return 0;
}

/* An id, or the error. */
static void
check_name(const struct hardwares *list, const char *name, const char *want)
{
	struct err err = { 0 };
	const struct hardware *found = hardware_find(list, name, &err);
	char got[1024];
	snprintf(got, sizeof(got), SLICE_FMT, SLICE_ARG(found ? found->id : slice_of(err.text)));
	if (strcmp(got, want) != 0)
		fail_msg("\"%s\": %s, not %s", name, got, want);
	if (!found)
		assert_int_equal(err.fault, FAULT_USAGE);
}

static void
test_names(void **state)
{
	(void)state;
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "rtx-4090", "rtx-4090" },
		{ "rtx4090", "rtx-4090" },
		{ "4090", "rtx-4090" },
		{ "RTX 4090", "rtx-4090" },
		{ "RTX_4090", "rtx-4090" },
		{ "NVIDIA GeForce RTX 4090", "rtx-4090" },
		{ "GeForceRTX4090", "rtx-4090" },
		{ "rtx 4090 24GB", "rtx-4090" },
		{ "  4090  ", "rtx-4090" },
		{ "runpod 4090", "runpod-4090" },
		{ "4090 spot runpod", "runpod-4090-spot" },
		{ "serverless 4090", "runpod-serverless-4090" },
		{ "4080", "rtx-4080" },
		{ "4080 super", "rtx-4080-super" },
		{ "4070ti", "rtx-4070-ti" },
		{ "4070 Ti SUPER", "rtx-4070-ti-super" },
		{ "3060", "rtx-3060-12" },
		{ "7900xtx", "rx-7900-xtx" },
		{ "AMD Radeon RX 7900 XTX", "rx-7900-xtx" },
		{ "a100-80", "a100-80" },
		{ "A100 80GB", "a100-80" },
		{ "a100 80 gb", "a100-80" },
		{ "a100 sxm", "a100-80-sxm" },
		{ "NVIDIA A100-SXM4-80GB", "a100-80-sxm" },
		{ "NVIDIA A100-PCIE-40GB", "a100-40" },
		{ "NVIDIA A100 80GB PCIe", "a100-80" },
		{ "NVIDIA H100 80GB HBM3", "h100-sxm" },
		{ "NVIDIA RTX A6000", "rtx-a6000" },
		{ "RTX PRO 6000", "rtx-pro-6000-bw" },
		{ "l4", "l4" },
		{ "a10", "lambda-a10" },
		{ "m2", "m2" },
		{ "m2 ultra", "m2-ultra" },
		{ "M2Ultra", "m2-ultra" },
		{ "Apple M2 Ultra", "m2-ultra" },
		{ "m3 ultra", "m3-ultra" },
		{ "m3 ultra 512gb", "m3-ultra-512" },
		{ "m4 max 128gb", "m4-max-40" },
		{ "mac studio m4 max 36GB", "m4-max-32" },
		{ "strix halo", "ryzen-ai-max-395" },
		{ "AMD Ryzen AI Max+ 395", "ryzen-ai-max-395" },
		{ "dgx spark", "dgx-spark" },
		{ "pi 5", "pi5-16" },
		{ "gex44", "hetzner-gex44" },
		{ "g5.xlarge", "aws-g5-a10g" },
		{ "mac studio m4 max",
			"\"mac studio m4 max\" can be any of several, expected one of m4-max-32, "
			"m4-max-40" },
		{ "h100", "\"h100\" can be any of several, expected one of h100-pcie, h100-sxm" },
		{ "a100", "\"a100\" can be any of several, expected one of a100-40, a100-80, "
			  "a100-80-sxm" },
		{ "runpod a100 pcie", "runpod-a100-pcie" },
		{ "runpod h100",
			"\"runpod h100\" can be any of several, expected one of runpod-h100-pcie, "
			"runpod-h100-sxm, runpod-serverless-h100" },
		{ "rtx4091",
			"there is no hardware \"rtx4091\", did you mean \"rtx-4090\"? (all: hllm "
			"hardware)" },
		{ "mi300", "there is no hardware \"mi300\", did you mean \"mi300x\"? (all: hllm "
			   "hardware)" },
		{ "nvidia", "there is no hardware \"nvidia\" (all: hllm hardware)" },
		{ "rtx", "there is no hardware \"rtx\" (all: hllm hardware)" },
		{ "a toaster", "there is no hardware \"a toaster\" (all: hllm hardware)" },
		{ "", "there is no hardware \"\" (all: hllm hardware)" },
		{ "-", "there is no hardware \"-\" (all: hllm hardware)" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		check_name(&shipped, rows[i].name, rows[i].want);
}

/* Each is found by its id, its name and all of its other names. */
static void
test_every_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < shipped.n; i++) {
		const struct hardware *row = &shipped.items[i];
		struct slice rest = row->aliases, alias;
		char id[64], name[256];
		snprintf(id, sizeof(id), SLICE_FMT, SLICE_ARG(row->id));
		check_name(&shipped, id, id);
		snprintf(name, sizeof(name), SLICE_FMT, SLICE_ARG(row->name));
		check_name(&shipped, name, id);
		while (slice_cut(&rest, ';', &alias) && alias.n) {
			snprintf(name, sizeof(name), SLICE_FMT, SLICE_ARG(alias));
			check_name(&shipped, name, id);
		}
	}
}

/* A name as long as a book, and one of bytes that are no text, are errors like others. */
static void
test_odd_names(void **state)
{
	(void)state;
	char name[5001];
	struct err err;
	memset(name, 'x', 5000);
	name[5000] = '\0';
	assert_null(hardware_find(&shipped, name, &err));
	for (size_t i = 0; i + 5 < 5000; i += 5)
		memcpy(name + i, "4090 ", 5);
	assert_null(hardware_find(&shipped, name, &err));
	assert_null(hardware_find(&shipped, "\xFF\xFE\x80", &err));
	assert_true(strlen(err.text) < sizeof(err.text));
}

static void
test_units(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int units;
		const char *rest; /* or the error */
	} rows[] = {
		{ "rtx4090", 1, "rtx4090" },
		{ "4090", 1, "4090" },
		{ "7900xtx", 1, "7900xtx" },
		{ "1080 x", 1080, "1080 x: not a number of units, expected 1 to 999" },
		{ "2xrtx4090", 2, "rtx4090" },
		{ "2x4090", 2, "4090" },
		{ "2X 4090", 2, "4090" },
		{ "2 x RTX 4090", 2, "RTX 4090" },
		{ "2*rtx-4090", 2, "rtx-4090" },
		{ "2\xC3\x97rtx4090", 2, "rtx4090" },
		{ " 8x h100-sxm", 8, "h100-sxm" },
		{ "2x7900xtx", 2, "7900xtx" },
		{ "999xl4", 999, "l4" },
		{ "xrtx4090", 1, "xrtx4090" },
		{ "0xrtx4090", 0, "0xrtx4090: not a number of units, expected 1 to 999" },
		{ "99999999999 x l4", 0,
			"99999999999 x l4: not a number of units, expected 1 to 999" },
		{ "2x", 0, "2x: units of nothing, expected hardware like 2xrtx-4090" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct err err = { 0 };
		const char *rest;
		int units;
		bool good = units_cut(rows[i].text, &units, &rest, &err);
		assert_string_equal(good ? rest : err.text, rows[i].rest);
		if (good)
			assert_int_equal(units, rows[i].units);
		else
			assert_int_equal(err.fault, FAULT_USAGE);
	}
}

static void
add_text(struct hardwares *list, const char *file, const char *text)
{
	struct err err;
	if (!hardwares_add_text(list, file, slice_of(text), &err))
		fail_msg("%s", err.text);
}

static void
test_overlay(void **state)
{
	(void)state;
	struct hardwares list = { 0 };
	struct err err;
	add_text(&list, "shipped.csv",
		"id,kind,memory_gb,bandwidth_gbs,price,unverified,idle_watts\n"
		"one,gpu,24,1008,2500,idle_watts,20\n"
		"two,gpu,16,700,800,,\n");
	add_text(&list, "own.csv",
		"# mine\nbandwidth_gbs,id,memory_gb,kind,aliases,comment\n"
		"900,two,16,gpu,my card;the other,of no meaning\n"
		"60,box,64,cpu,one?,\n");
	assert_int_equal(list.n, 3);
	const struct hardware *two = hardware_find(&list, "my card", &err);
	assert_non_null(two);
	/* the whole row is the user's: what it does not say is not known */
	assert_ptr_equal(two, &list.items[1]);
	assert_true(two->bandwidth_gbs == 900 && isnan(two->price) && two->line == 3);
	assert_true(slice_is(two->file, "own.csv") && slice_is(two->class, "other"));
	assert_true(slice_is(two->name, "two"));
	assert_true(two->usable_share == 1 && !two->unverified);
	const struct hardware *box = hardware_find(&list, "box", &err);
	/* an id is an id, whoever else is called so; of other names the user's own go first */
	assert_ptr_equal(hardware_find(&list, "one", &err), &list.items[0]);
	assert_ptr_equal(hardware_find(&list, "NVIDIA one", &err), box);
	/* a guess of ours where the row does not say */
	assert_true(box->usable_share == 0.9 && hardware_is_unverified(box, HARDWARE_USABLE));
	assert_true(fabs(hardware_usable_gb(box, 2) - 115.2) < 1e-9);
	assert_true(hardware_is_unverified(&list.items[0], HARDWARE_IDLE));
	assert_false(hardware_is_unverified(&list.items[0], HARDWARE_PRICE));
	hardwares_free(&list);
}

static void
test_errors(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "f: empty, expected a header line with \"id\"" },
		{ "id,kind,memory_gb\nx,gpu,24\n",
			"f:1: the header has no column \"bandwidth_gbs\"" },
		{ "id,kind,memory_gb,bandwidth_gbs\n,gpu,24,1\n", "f:2: no id" },
		{ "id,kind,memory_gb,bandwidth_gbs\na b,gpu,24,1\n",
			"f:2: id is \"a b\", expected letters, digits and . _ - only" },
		{ "id,kind,memory_gb,bandwidth_gbs\nx,,24,1\n",
			"f:2: no kind, expected one of gpu, apple, mini-pc, cpu, vps, cloud-gpu" },
		{ "id,kind,memory_gb,bandwidth_gbs\n\n# c\nx,tpu,24,1\n",
			"f:4: kind is \"tpu\", did you mean \"gpu\"?" },
		{ "id,kind,memory_gb,bandwidth_gbs\nx,gpu,,1\n", "f:2: no memory_gb" },
		{ "id,kind,memory_gb,bandwidth_gbs\nx,gpu,24GB,1\n",
			"f:2: memory_gb is \"24GB\", expected a number from 0.1 to 1,000,000" },
		{ "id,kind,memory_gb,bandwidth_gbs\nx,gpu,nan,1\n",
			"f:2: memory_gb is \"nan\", expected a number from 0.1 to 1,000,000" },
		{ "id,kind,memory_gb,bandwidth_gbs\nx,gpu,1e30,1\n",
			"f:2: memory_gb is \"1e30\", expected a number from 0.1 to 1,000,000" },
		{ "id,kind,memory_gb,bandwidth_gbs\nx,gpu,24,0\n",
			"f:2: bandwidth_gbs is \"0\", expected a number from 0.1 to 1,000,000" },
		{ "id,kind,memory_gb,bandwidth_gbs,busy_watts\nx,gpu,24,1,-5\n",
			"f:2: busy_watts is \"-5\", expected a number from 0 to 1,000,000" },
		{ "id,kind,memory_gb,bandwidth_gbs,busy_watts,idle_watts\nx,gpu,24,1,5,6\n",
			"f:2: idle_watts is more than busy_watts, expected at most 5" },
		{ "id,kind,memory_gb,bandwidth_gbs,usable_share\nx,gpu,24,1,90%\n",
			"f:2: usable_share is \"90%\", expected a number from 0.05 to 1" },
		{ "id,kind,memory_gb,bandwidth_gbs,class\nx,gpu,24,1,gefroce\n",
			"f:2: class is \"gefroce\", did you mean \"geforce\"?" },
		{ "id,kind,memory_gb,bandwidth_gbs,unverified\nx,gpu,24,1,price\n",
			"f:2: price is called unverified and is not there" },
		{ "id,kind,memory_gb,bandwidth_gbs,unverified\nx,gpu,24,1,idle\n",
			"f:2: unverified is \"idle\", did you mean \"idle_watts\"?" },
		{ "id,kind,memory_gb,bandwidth_gbs\nx,gpu,24,1\ny,gpu,24,1\nx,gpu,24,1\n",
			"f:4: line 2 has the id \"x\" too, expected one row of it" },
		{ "id,kind,memory_gb,bandwidth_gbs\nx,gpu,\"24,1\n",
			"f:2: not a CSV line: a stray quote or too many cells, expected those of "
			"the header" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct hardwares list = { 0 };
		struct err err = { 0 };
		assert_false(hardwares_add_text(&list, "f", slice_of(rows[i].text), &err));
		assert_string_equal(err.text, rows[i].want);
		assert_int_equal(err.fault, FAULT_INPUT);
		hardwares_free(&list);
	}
}

/* ---- what ships ---- */

static const struct hardware *
row_of(const char *id)
{
	for (size_t i = 0; i < shipped.n; i++)
		if (slice_is(shipped.items[i].id, id))
			return &shipped.items[i];
	fail_msg("hardware.csv has no %s", id);
	return NULL;
}

/* Every row says where it is from, every price when; and what says of itself that it is not sure has a mark. */
static void
test_sources(void **state)
{
	(void)state;
	static const char *const words[] = { "unverified", "recalled", "approx", "estimate" };
	bool kinds[HARDWARE_KINDS] = { false };
	for (size_t i = 0; i < shipped.n; i++) {
		const struct hardware *row = &shipped.items[i];
		bool priced = !isnan(row->price) || !isnan(row->hourly) || !isnan(row->monthly);
		const struct slice texts[] = { row->price_date, row->source, row->note };
		kinds[row->kind] = true;
		if (!row->source.n || (priced && !row->price_date.n) || !row->name.n)
			fail_msg(SLICE_FMT " has no source, or a price without a date",
				SLICE_ARG(row->id));
		for (size_t t = 0; t < HL_COUNT(texts); t++)
			for (size_t w = 0; w < HL_COUNT(words); w++)
				if (slice_find_nocase(texts[t], words[w]) >= 0 && !row->unverified)
					fail_msg(SLICE_FMT " is %s and has no mark",
						SLICE_ARG(row->id), words[w]);
		assert_false(slice_is(row->class, "other"));
		/* where a system runs in the memory, a model cannot have all of it */
		bool alone = row->kind == HARDWARE_GPU || row->kind == HARDWARE_CLOUD_GPU ||
			     slice_is(row->id, "hetzner-gex44");
		assert_int_equal(row->usable_share == 1, alone);
		/* what is rented has a rent, and its electricity is in it */
		assert_true(!hardware_is_rented(row) ||
			    ((!isnan(row->hourly) || !isnan(row->monthly)) && isnan(row->price) &&
				    isnan(row->busy_watts) && isnan(row->idle_watts)));
		assert_true(hardware_is_rented(row) || !isnan(row->busy_watts));
	}
	for (int i = 0; i < HARDWARE_KINDS; i++)
		assert_true(kinds[i]);
}

static void
test_marks(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		enum hardware_figure figure;
		bool unverified;
	} rows[] = {
		{ "contabo-vps-20", HARDWARE_MONTHLY, true },
		{ "contabo-vps-40", HARDWARE_MONTHLY, true },
		{ "hetzner-gex44", HARDWARE_MONTHLY, true },
		{ "aws-g5-a10g", HARDWARE_HOURLY, true },
		{ "aws-g5-a10g", HARDWARE_MONTHLY, true },
		{ "l4", HARDWARE_PRICE, true },
		{ "mi300x", HARDWARE_PRICE, true },
		{ "rx-7900-xtx", HARDWARE_PRICE, true },
		{ "rtx-4090", HARDWARE_IDLE, true },
		{ "rtx-3060-12", HARDWARE_IDLE, true },
		{ "rtx-4090", HARDWARE_PRICE, false },
		{ "rtx-4090", HARDWARE_BUSY, false },
		{ "m2-ultra", HARDWARE_IDLE, false },
		/* the price of a smaller configuration */
		{ "m2-ultra", HARDWARE_PRICE, true },
		{ "m3-ultra", HARDWARE_PRICE, false },
		{ "hetzner-cx33", HARDWARE_BANDWIDTH, true },
		{ "hetzner-cx33", HARDWARE_MONTHLY, false },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		if (hardware_is_unverified(row_of(rows[i].id), rows[i].figure) !=
			rows[i].unverified)
			fail_msg("%s %s", rows[i].id, hardware_figures[rows[i].figure]);
	for (size_t i = 0; i < shipped.n; i++)
		if (slice_is(shipped.items[i].class, "geforce") &&
			!isnan(shipped.items[i].idle_watts))
			assert_true(hardware_is_unverified(&shipped.items[i], HARDWARE_IDLE));
	/* of a Mac that has 512 GB there is no price, rather than that of one with 96 */
	assert_true(isnan(row_of("m3-ultra-512")->price));
	assert_true(row_of("m3-ultra")->memory_gb == 96 && row_of("m3-ultra")->price == 5499);
	assert_true(
		row_of("rtx-4090")->price == 2499.99 && row_of("rtx-4090")->launch_price == 1599);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_every_name),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_marks),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
