/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a machine tells of itself in /proc and /sys: x86, ARM, boards, containers, and nothing at all. */
#include "config.h"

#include "probe/machine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "roots.h"
#include <cmocka.h>

#include "probe/sysfile.h"

static void
assert_text(struct slice got, const char *expected)
{
	if (!slice_is(got, expected))
		fail_msg("\"" SLICE_FMT "\", expected \"%s\"", SLICE_ARG(got), expected);
}

static void
assert_order(const struct machine *machine, const char *expected)
{
	char got[256] = "";
	for (int i = 0; i < machine->cpus_n; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%d", i ? " " : "",
			machine->cpus[i]);
	assert_string_equal(got, expected);
}

/* Eight logical processors, twins beside each other, two caches of 32 MiB. */
static void
put_desktop(const struct root *root)
{
	char path[128], text[64];
	root_put(root, "proc/cpuinfo",
		"processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD Ryzen 9 9950X "
		"16-Core "
		"Processor\nflags\t\t: fpu sse2 fma avx2 avx512f avx512_vnni amx_int8x\n\n"
		"processor\t: 1\nmodel name\t: AMD Ryzen 9 9950X 16-Core Processor\n");
	root_put(root, "sys/devices/system/cpu/online", "0-7\n");
	root_put(root, "proc/self/status", "Name:\thllm\nCpus_allowed_list:\t0-7\n");
	for (int i = 0; i < 8; i++) {
		snprintf(path, sizeof(path),
			"sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", i);
		snprintf(text, sizeof(text), "%d-%d\n", i & ~1, i | 1);
		root_put(root, path, text);
		for (int level = 1; level <= 3; level++) {
			snprintf(path, sizeof(path),
				"sys/devices/system/cpu/cpu%d/cache/index%d/level", i, level);
			snprintf(text, sizeof(text), "%d\n", level);
			root_put(root, path, text);
			snprintf(path, sizeof(path),
				"sys/devices/system/cpu/cpu%d/cache/index%d/size", i, level);
			root_put(root, path, level == 3 ? "32768K\n" : "1024K\n");
			snprintf(path, sizeof(path),
				"sys/devices/system/cpu/cpu%d/cache/index%d/shared_cpu_list", i,
				level);
			root_put(root, path, i < 4 ? "0-3\n" : "4-7\n");
		}
	}
	root_put(root, "proc/meminfo",
		"MemTotal:       65536000 kB\nMemFree:  1000 kB\nMemAvailable:   60000000 kB\n");
	root_put(root, "proc/loadavg", "0.52 0.58 0.59 1/467 12345\n");
	root_put(root, "proc/sys/kernel/hostname", "attic\n");
	root_put(root, "sys/class/dmi/id/product_name", "To Be Filled By O.E.M.\n");
}

static void
a_desktop_is_told_with_its_cores_and_caches(void **state)
{
	const struct root *root = *state;
	struct machine m;
	put_desktop(root);
	machine_look(&m, root->path);
	assert_text(m.cpu, "AMD Ryzen 9 9950X 16-Core Processor");
	assert_text(m.host, "attic");
	assert_text(m.board, "");
	assert_text(m.instructions, "avx2 fma avx512f avx512_vnni");
	assert_false(m.hypervisor);
	assert_int_equal(m.online, 8);
	assert_int_equal(m.cores, 4);
	assert_order(&m, "0 2 4 6 1 3 5 7");
	assert_int_equal(m.cache_level, 3);
	assert_int_equal(m.caches, 2);
	assert_true(m.cache_bytes == 2.0 * 32768 * 1024);
	assert_true(m.memory_bytes == 65536000.0 * 1024);
	assert_true(m.free_bytes == 60000000.0 * 1024);
	assert_true(m.load > 0.519 && m.load < 0.521);
	assert_true(isnan(m.limit_bytes) && isnan(m.quota));
	assert_int_equal(machine_workers(&m), 8);
	machine_free(&m);
}

static void
a_container_has_its_share_of_it(void **state)
{
	const struct root *root = *state;
	struct machine m;
	put_desktop(root);
	root_put(root, "proc/self/status", "Cpus_allowed:\tf6\nCpus_allowed_list:\t1-2,6,64-127\n");
	root_put(root, "sys/fs/cgroup/cpu.max", "250000 100000\n");
	root_put(root, "sys/fs/cgroup/memory.max", "8589934592\n");
	machine_look(&m, root->path);
	assert_int_equal(m.online, 8);
	assert_order(&m, "1 2 6");
	assert_int_equal(m.cores, 3);
	assert_true(m.quota == 2.5);
	assert_int_equal(machine_workers(&m), 2);
	assert_true(machine_memory(&m) == 8589934592.0);
	assert_int_equal(m.caches, 2);
	machine_free(&m);
}

static void
cgroups_of_version_1_are_read_too(void **state)
{
	static const struct {
		const char *memory, *quota, *period;
		double memory_bytes, processors; /* NAN: no limit */
	} cases[] = {
		{ "9223372036854771712\n", "-1\n", "100000\n", (double)NAN, (double)NAN },
		{ "4294967296\n", "50000\n", "100000\n", 4294967296.0, 0.5 },
		{ "max\n", "400000\n", "0\n", (double)NAN, (double)NAN },
	};
	const struct root *root = *state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct machine m;
		root_put(root, "sys/fs/cgroup/memory/memory.limit_in_bytes", cases[i].memory);
		root_put(root, "sys/fs/cgroup/cpu/cpu.cfs_quota_us", cases[i].quota);
		root_put(root, "sys/fs/cgroup/cpu/cpu.cfs_period_us", cases[i].period);
		machine_look(&m, root->path);
		assert_true(isnan(cases[i].memory_bytes) ? isnan(m.limit_bytes)
							 : m.limit_bytes == cases[i].memory_bytes);
		assert_true(isnan(cases[i].processors) ? isnan(m.quota)
						       : m.quota == cases[i].processors);
		assert_int_equal(machine_workers(&m), 1);
		machine_free(&m);
	}
}

static void
arm_is_called_by_its_cores(void **state)
{
	static const struct {
		const char *cpuinfo, *name, *instructions;
	} cases[] = {
		{ "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd asimddp\n"
		  "CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\n"
		  "CPU part\t: 0xd0c\nCPU revision\t: 1\n",
			"Neoverse N1", "neon dotprod" },
		/* the faster cores of a mixed chip name it */
		{ "processor : 0\nCPU implementer : 0x41\nCPU part : 0xd05\n\nprocessor : 1\n"
		  "CPU implementer : 0x41\nCPU part : 0xd0b\n",
			"Cortex-A76", "" },
		{ "processor : 0\nCPU implementer : 0x99\nCPU part : 0x123\n",
			"ARM part 0x123 of maker 0x99", "" },
		{ "processor : 0\nCPU implementer : junk\nCPU part : 0x\n", "", "" },
		{ "processor\t: 0\ncpu\t\t: POWER9, altivec supported\n",
			"POWER9, altivec supported", "" },
		{ "processor\t: 0\nhart\t: 1\nuarch\t: sifive,u74-mc\n", "sifive,u74-mc", "" },
		{ "", "", "" },
		{ ":::\n\n: : :\nmodel name\n", "", "" },
	};
	const struct root *root = *state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct machine m;
		root_put(root, "proc/cpuinfo", cases[i].cpuinfo);
		machine_look(&m, root->path);
		assert_text(m.cpu, cases[i].name);
		assert_text(m.instructions, cases[i].instructions);
		machine_free(&m);
	}
}

static void
a_board_is_called_as_its_device_tree_says(void **state)
{
	const struct root *root = *state;
	struct machine m;
	char path[512];
	root_put(root, "proc/cpuinfo", "processor : 0\nModel : not this\n");
	root_put(root, "sys/firmware/devicetree/base/model", "");
	snprintf(path, sizeof(path), "%s/sys/firmware/devicetree/base/model", root->path);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fwrite("Raspberry Pi 5 Model B Rev 1.0\0", 1, 31, file);
	fclose(file);
	machine_look(&m, root->path);
	assert_text(m.board, "Raspberry Pi 5 Model B Rev 1.0");
	machine_free(&m);
}

static void
nothing_told_is_nothing_claimed(void **state)
{
	const struct root *root = *state;
	struct machine m;
	machine_look(&m, root->path);
	assert_text(m.cpu, "");
	assert_int_equal(m.online, 0);
	assert_int_equal(m.cpus_n, 1);
	assert_order(&m, "0");
	assert_int_equal(m.cores, 0);
	assert_true(isnan(m.memory_bytes) && isnan(m.free_bytes) && isnan(m.load));
	assert_true(isnan(m.cache_bytes) && m.cache_level == 0);
	assert_true(isnan(machine_memory(&m)));
	assert_int_equal(machine_workers(&m), 1);
	machine_free(&m);
	assert_true(isnan(machine_busy_seconds(root->path)));
}

static void
busy_seconds_leave_waiting_out_and_take_what_was_stolen(void **state)
{
	const struct root *root = *state;
	root_put(root, "proc/stat",
		"cpu  1000 200 300 99999 88888 10 20 70 500 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");
	assert_true(fabs(machine_busy_seconds(root->path) - 16.0) < 1e-9);
	root_put(root, "proc/stat", "intr 5\n");
	assert_true(isnan(machine_busy_seconds(root->path)));
}

static void
ranges_are_numbers(void **state)
{
	static const struct {
		const char *text, *numbers;
	} cases[] = {
		{ "0-3,8,10-11", "0 1 2 3 8 10 11" },
		{ "0", "0" },
		{ "", "" },
		{ "x,2,-,3-1,5-", "2 5" },
		{ "98-1000000000000", "98 99" },
		{ " 1 , 3-4 ", "1 3 4" },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		int numbers[16];
		char got[128] = "";
		int n = sysfile_ranges(slice_of(cases[i].text), 100, numbers, 16);
		for (int k = 0; k < n && k < 16; k++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%d", k ? " " : "",
				numbers[k]);
		assert_string_equal(got, cases[i].numbers);
	}
	int few[2];
	assert_int_equal(sysfile_ranges(SLICE("0-63"), 8192, few, 2), 64);
	assert_int_equal(few[1], 1);
}

static void
this_machine_tells_of_itself(void **state)
{
	struct machine m;
	(void)state;
	machine_look(&m, NULL);
	assert_in_range(m.cpus_n, 1, 8192);
	assert_true(m.memory_bytes > 1e8);
	assert_true(m.free_bytes < m.memory_bytes);
	assert_true(machine_busy_seconds(NULL) > 0);
	machine_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_desktop_is_told_with_its_cores_and_caches, root_make, root_remove),
		cmocka_unit_test_setup_teardown(
			a_container_has_its_share_of_it, root_make, root_remove),
		cmocka_unit_test_setup_teardown(
			cgroups_of_version_1_are_read_too, root_make, root_remove),
		cmocka_unit_test_setup_teardown(arm_is_called_by_its_cores, root_make, root_remove),
		cmocka_unit_test_setup_teardown(
			a_board_is_called_as_its_device_tree_says, root_make, root_remove),
		cmocka_unit_test_setup_teardown(
			nothing_told_is_nothing_claimed, root_make, root_remove),
		cmocka_unit_test_setup_teardown(
			busy_seconds_leave_waiting_out_and_take_what_was_stolen, root_make,
			root_remove),
		cmocka_unit_test(ranges_are_numbers),
		cmocka_unit_test(this_machine_tells_of_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
