/* SPDX-License-Identifier: GPL-3.0-or-later */
/* server: addresses, keys and listeners; known: quantizations in names, and which runs are speeds for plans. */
#include "config.h"

#include "probe/server.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/when.h"
#include "probe/known.h"

static char folder[64];

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char path[256];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	assert_true(fd >= 0 && fchmod(fd, mode) == 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
test_urls(void **state)
{
	static const struct {
		const char *text, *url; /* NULL: refused */
		bool remote;
	} cases[] = {
		{ "127.0.0.1:8080", "http://127.0.0.1:8080", false },
		{ "localhost:1234", "http://localhost:1234", false },
		{ "http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080", false },
		{ "http://[::1]:8000", "http://[::1]:8000", false },
		{ "https://127.1.2.3", "https://127.1.2.3", false },
		{ "http://gpu.example:8080", NULL, false },
		{ "http://gpu.example:8080", "http://gpu.example:8080", true },
		{ "http://localhost.example", NULL, false },
		{ "http://127.0.0.1.example", NULL, false },
		{ "http://user:pw@127.0.0.1", NULL, true },
		{ "http://127.0.0.1/v2", NULL, true },
		{ "http://127.0.0.1?x", NULL, true },
		{ "file:///etc/passwd", NULL, true },
		{ "", NULL, true },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		char url[SERVER_URL];
		struct err err = { 0 };
		bool good = server_url(cases[i].text, cases[i].remote, url, &err);
		if (good != !!cases[i].url || (good && strcmp(url, cases[i].url) != 0))
			fail_msg("%s: %s, %s", cases[i].text, good ? url : "refused", err.text);
		assert_true(good || err.fault == FAULT_USAGE);
	}
}

static void
test_ports(void **state)
{
	(void)state;
	assert_int_equal(server_port("http://127.0.0.1:8080"), 8080);
	assert_int_equal(server_port("http://127.0.0.1"), 80);
	assert_int_equal(server_port("https://[::1]"), 443);
	assert_int_equal(server_port("http://[::1]:11434"), 11434);
}

static void
test_keys(void **state)
{
	static const struct {
		const char *text, *key, *error;
		mode_t mode;
	} cases[] = {
		{ "sk-1\n", "sk-1", NULL, 0600 },
		{ "sk-1", "sk-1", NULL, 0400 },
		{ "sk-1\r\n\n", "sk-1", NULL, 0600 },
		{ "sk-1\n", NULL, "others can read this key (mode 640), expected 600", 0640 },
		{ "sk-1\n", NULL, "others can read this key (mode 604)", 0604 },
		{ "", NULL, "empty, expected a key", 0600 },
		{ "\n", NULL, "empty, expected a key", 0600 },
		{ "a\nb\n", NULL, "more than a key", 0600 },
		{ "a b\n", NULL, "more than a key", 0600 },
		{ "a\x01z\n", NULL, "more than a key", 0600 },
	};
	char path[256];
	(void)state;
	snprintf(path, sizeof(path), "%s/key", folder);
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str key = STR_INIT;
		struct err err = { 0 };
		write_file("key", cases[i].text, cases[i].mode);
		bool good = server_key(path, "of-the-environment", &key, &err);
		if (good != !!cases[i].key || (good && strcmp(str_text(&key), cases[i].key) != 0) ||
			(!good && !strstr(err.text, cases[i].error)))
			fail_msg("case %zu: %s %s", i, str_text(&key), err.text);
		str_free(&key);
	}
	struct str key = STR_INIT;
	struct err err = { 0 };
	assert_true(server_key(NULL, NULL, &key, &err) && key.n == 0);
	assert_true(server_key(NULL, "", &key, &err) && key.n == 0);
	assert_true(server_key(NULL, "sk-2", &key, &err));
	assert_string_equal(str_text(&key), "sk-2");
	str_clear(&key);
	assert_false(server_key(NULL, "sk 2", &key, &err));
	assert_non_null(strstr(err.text, "HLLM_PROBE_KEY: more than a key"));
	assert_false(server_key("/none/of/it", NULL, &key, &err));
	str_free(&key);
	unlink(path);
}

static void
test_listeners(void **state)
{
	static const char head[] = "  sl  local_address rem_address   st tx_queue rx_queue tr "
				   "tm->when retrnsmt   uid\n";
	char tcp[1024], tcp6[1024], path[256];
	(void)state;
	snprintf(path, sizeof(path), "%s/proc", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/proc/net", folder);
	mkdir(path, 0700);
	/* 8080 on 127.0.0.1; 8000 on all; a connection to 8001, which nobody listens on; 11434 on :: */
	snprintf(tcp, sizeof(tcp),
		"%s   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
		"   1: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000\n"
		"   2: 00000000:1F41 0100007F:1F40 01 00000000:00000000 00:00000000 00000000\n",
		head);
	snprintf(tcp6, sizeof(tcp6),
		"%s   0: 00000000000000000000000000000000:2CAA "
		"00000000000000000000000000000000:0000 0A 0\n"
		"   1: 00000000000000000000000001000000:04D2 "
		"00000000000000000000000000000000:0000 0A 0\n",
		head);
	write_file("proc/net/tcp", tcp, 0600);
	write_file("proc/net/tcp6", tcp6, 0600);
	assert_false(server_listens_to_all(folder, 8080));
	assert_true(server_listens_to_all(folder, 8000));
	assert_false(server_listens_to_all(folder, 8001));
	assert_true(server_listens_to_all(folder, 11434));
	assert_false(server_listens_to_all(folder, 1234));
	assert_false(server_listens_to_all("/none", 8000));
}

/* ---- known ---- */

static void
test_quants(void **state)
{
	static const char *const cases[][2] = {
		{ "qwen3 32B Q4_K - Medium", "Q4_K - Medium" },
		{ "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", "Q4_K_M" },
		{ "model-IQ3_XS.gguf", "IQ3_XS" },
		{ "llama 8B Q8_0", "Q8_0" },
		{ "x-bf16", "bf16" },
		{ "Qwen/Qwen3-32B-AWQ", "AWQ" },
		{ "Qwen/Qwen3-32B", "" },
		{ "gpt-oss-20b-mxfp4", "mxfp4" },
		{ "Q", "" },
		{ "", "" },
		{ "q4", "" },
		{ "unsloth-F16-Q6_K", "Q6_K" },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct slice got = probe_quant(slice_of(cases[i][0]));
		if (!slice_is(got, cases[i][1]))
			fail_msg("%s: " SLICE_FMT, cases[i][0], SLICE_ARG(got));
	}
}

struct lists {
	struct hardwares hardwares;
	struct local_models models;
};

static void
load_lists(struct lists *lists)
{
	const char *data = getenv("HLLM_DATA_DIR");
	struct arena arena = { 0 };
	struct err err = { 0 };
	*lists = (struct lists){ 0 };
	if (!hardwares_add(&lists->hardwares,
		    slice_printf(&arena, "%s/hardware.csv", data ? data : "data").p, &err) ||
		!local_models_add(&lists->models,
			slice_printf(&arena, "%s/models.csv", data ? data : "data").p, &err))
		fail_msg("%s", err.text);
	arena_free(&arena);
}

static void
free_lists(struct lists *lists)
{
	hardwares_free(&lists->hardwares);
	local_models_free(&lists->models);
}

static void
set_decode(struct probe_run *run, double p50, double cov)
{
	run->of[PROBE_DECODE] = (struct probe_figure){ 20, p50, MISSING, MISSING, p50, cov };
	run->prompt_tokens = 100;
	run->output_tokens = 50;
}

static void
test_speeds(void **state)
{
	struct lists lists;
	struct probe probe;
	struct probe_known known;
	struct measured measured = { 0 };
	(void)state;
	load_lists(&lists);
	probe_init(&probe);
	probe.id = 4;
	probe.hardware = "NVIDIA GeForce RTX 4090";
	probe.model = "models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf";
	probe.quant = "Q4_K - Medium";
	probe.server = "llama.cpp";
	set_decode(probe_add_run(&probe, 1), 100, 0.05);
	probe.runs[0].of[PROBE_PREFILL] =
		(struct probe_figure){ 20, 4000, MISSING, MISSING, 4100, MISSING };
	set_decode(probe_add_run(&probe, 4), 60, 0);
	probe.runs[1].of[PROBE_PREFILL] = probe.runs[0].of[PROBE_PREFILL];
	set_decode(probe_add_run(&probe, 8), 55, 0);
	probe_warn(&probe, &probe.runs[2], "queued", "they waited");
	set_decode(probe_add_run(&probe, 2), 900, 0);
	probe.runs[3].refused = true;
	probe_measured(&probe, &lists.hardwares, &lists.models, &measured, &known);
	assert_string_equal(known.why, "");
	assert_int_equal(known.speeds, 3);
	assert_int_equal(measured.n, 3);
	assert_true(slice_is(measured.items[0].hardware, "rtx-4090"));
	assert_true(slice_is(measured.items[0].model, "llama-3.1-8b"));
	assert_int_equal(measured.items[0].quant, QUANT_Q4_K_M);
	assert_true(fabs(measured.items[0].rate.likely - 100) < 1e-9);
	assert_true(fabs(measured.items[0].rate.low - 100 * (1 - 0.05 * 1.2816)) < 1e-9);
	assert_true(fabs(measured.items[0].context - 125) < 1e-9);
	assert_true(measured.items[1].prefill && fabs(measured.items[1].context - 50) < 1e-9);
	assert_true(fabs(measured.items[1].rate.likely - 4000) < 1e-9);
	assert_int_equal(measured.items[2].concurrency, 4);
	assert_true(fabs(measured.items[2].rate.likely - 240) < 1e-9);
	measured_free(&measured);
	probe_free(&probe);
	free_lists(&lists);
}

static void
test_unknown(void **state)
{
	static const struct {
		const char *hardware, *model, *quant, *why;
	} cases[] = {
		{ "AMD EPYC", "llama-3.1-8b", "q8_0",
			"hardware \"AMD EPYC\" is not in the catalogue" },
		{ "rtx4090", "llama 8B", "q8_0", "model \"llama 8B\" is not in the catalogue" },
		{ "", "llama-3.1-8b", "q8_0", "its hardware is not known (--on says" },
		{ "rtx4090", "my-own-model", "q8_0",
			"model \"my-own-model\" is not in the catalogue" },
		{ "rtx4090", "llama-3.1-8b", "Q5_K_M",
			"quantization \"Q5_K_M\" is not in the catalogue" },
		{ "rtx4090", "gpt-oss-20b", "q8_0",
			"no file of gpt-oss-20b in q8_0 is in the catalogue" },
		{ "rtx4090", "llama-3.1-8b", "q8_0", "it has no run" },
	};
	struct lists lists;
	(void)state;
	load_lists(&lists);
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct probe probe;
		struct probe_known known;
		probe_init(&probe);
		probe.hardware = cases[i].hardware;
		probe.model = cases[i].model;
		probe.quant = cases[i].quant;
		probe_known(&probe, &lists.hardwares, &lists.models, &known);
		if (known.speeds || !strstr(known.why, cases[i].why))
			fail_msg("case %zu: %s", i, known.why);
		probe_free(&probe);
	}
	free_lists(&lists);
}

static int
make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "server-test-%ld", (long)getpid());
	return mkdir(folder, 0700);
}

static int
remove_folder(void **state)
{
	static const char *const names[] = { "proc/net/tcp", "proc/net/tcp6", "proc/net", "proc",
		"" };
	char path[256];
	(void)state;
	for (size_t i = 0; i < HL_COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		if (i < 2)
			unlink(path);
		else
			rmdir(path);
	}
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_urls),
		cmocka_unit_test(test_ports), cmocka_unit_test(test_keys),
		cmocka_unit_test(test_listeners), cmocka_unit_test(test_quants),
		cmocka_unit_test(test_speeds), cmocka_unit_test(test_unknown) };
	return cmocka_run_group_tests_name("server", tests, make_folder, remove_folder);
}
