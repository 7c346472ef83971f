/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/machine.h"

#include <math.h>
#include <stdlib.h>

#include "base/estimate.h"
#include "base/num.h"
#include "probe/sysfile.h"

enum { CPUS_MOST = 8192, TICKS = 100 /* a second: USER_HZ of every Linux that runs LLMs */ };

/* The value behind "KEY" and its colon in a line of /proc/cpuinfo or /proc/meminfo; false: another key. */
static bool
value_of(struct slice line, const char *key, struct slice *value)
{
	ptrdiff_t colon = slice_find(line, ":");
	if (colon < 0)
		return false;
	struct slice name = slice_trim((struct slice){ line.p, (size_t)colon });
	if (!slice_is(name, key))
		return false;
	*value = slice_trim((struct slice){ line.p + colon + 1, line.n - (size_t)colon - 1 });
	return true;
}

/* The first value of a key; "": none. */
static struct slice
first_of(struct slice text, const char *key)
{
	struct slice line, value;
	while (slice_cut(&text, '\n', &line))
		if (value_of(line, key, &value) && value.n)
			return value;
	return SLICE_NONE;
}

/* "0x41" and the like; -1: none. */
static long
hexadecimal(struct slice text)
{
	char digits[16];
	char *end;
	if (!text.n || text.n >= sizeof(digits))
		return -1;
	memcpy(digits, text.p, text.n);
	digits[text.n] = '\0';
	long value = strtol(digits, &end, 0);
	return *end ? -1 : value;
}

/* Linux gives ARM's cores by number.  The numbers are those of the MIDR register: who made it, and which
 * part it is (Arm's manuals of each core; arch/arm64/include/asm/cputype.h). */
static const struct {
	long maker, part;
	const char *name;
} arm_parts[] = {
	{ 0x41, 0xd03, "Cortex-A53" },
	{ 0x41, 0xd05, "Cortex-A55" },
	{ 0x41, 0xd07, "Cortex-A57" },
	{ 0x41, 0xd08, "Cortex-A72" },
	{ 0x41, 0xd0b, "Cortex-A76" },
	{ 0x41, 0xd0c, "Neoverse N1" },
	{ 0x41, 0xd40, "Neoverse V1" },
	{ 0x41, 0xd42, "Cortex-A78AE" },
	{ 0x41, 0xd49, "Neoverse N2" },
	{ 0x41, 0xd4f, "Neoverse V2" },
	{ 0x41, 0xd85, "Cortex-X925" },
	{ 0x61, 0x022, "Apple M1" },
	{ 0x61, 0x023, "Apple M1" },
	{ 0x61, 0x024, "Apple M1 Pro" },
	{ 0x61, 0x025, "Apple M1 Pro" },
	{ 0x61, 0x028, "Apple M1 Max" },
	{ 0x61, 0x029, "Apple M1 Max" },
	{ 0x61, 0x032, "Apple M2" },
	{ 0x61, 0x033, "Apple M2" },
	{ 0xc0, 0xac3, "Ampere-1" },
};

static struct slice
arm_name(struct arena *arena, struct slice text)
{
	long maker = hexadecimal(first_of(text, "CPU implementer"));
	long part = hexadecimal(first_of(text, "CPU part"));
	/* the faster cores of a mixed chip come last */
	struct slice rest = text, line, value;
	while (slice_cut(&rest, '\n', &line))
		if (value_of(line, "CPU part", &value) && hexadecimal(value) > part)
			part = hexadecimal(value);
	if (maker < 0 || part < 0)
		return SLICE_NONE;
	for (size_t i = 0; i < HL_COUNT(arm_parts); i++)
		if (arm_parts[i].maker == maker && arm_parts[i].part == part)
			return slice_of(arm_parts[i].name);
	return slice_printf(
		arena, "ARM part 0x%lx of maker 0x%lx", (unsigned long)part, (unsigned long)maker);
}

static bool
has_word(struct slice words, const char *word)
{
	struct slice one;
	while (slice_cut(&words, ' ', &one))
		if (slice_is_nocase(one, word))
			return true;
	return false;
}

/* What LLM engines choose their kernels by. */
static struct slice
instructions(struct arena *arena, struct slice flags)
{
	static const struct {
		const char *flag, *name;
	} known[] = { { "avx2", "avx2" }, { "fma", "fma" }, { "avx512f", "avx512f" },
		{ "avx512_vnni", "avx512_vnni" }, { "avx512_bf16", "avx512_bf16" },
		{ "avx_vnni", "avx_vnni" }, { "amx_int8", "amx_int8" }, { "asimd", "neon" },
		{ "neon", "neon" }, { "asimddp", "dotprod" }, { "i8mm", "i8mm" }, { "sve", "sve" },
		{ "sve2", "sve2" } };
	struct str out = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(known); i++)
		if (has_word(flags, known[i].flag))
			str_printf(&out, "%s%s", out.n ? " " : "", known[i].name);
	struct slice kept = slice_copy(arena, str_as_slice(&out));
	str_free(&out);
	return kept;
}

/* x86 says "model name", POWER "cpu", some ARM "Processor"; most ARM only numbers. */
static void
look_at_cpu(struct machine *machine, const char *root)
{
	static const char *const keys[] = { "model name", "cpu model", "Processor", "cpu",
		"uarch" };
	struct arena *arena = &machine->arena;
	struct str text = STR_INIT;
	sysfile_read(root, &text, "proc/cpuinfo");
	struct slice all = str_as_slice(&text), name = SLICE_NONE;
	for (size_t i = 0; i < HL_COUNT(keys) && !name.n; i++)
		name = first_of(all, keys[i]);
	if (first_of(all, "CPU part").n)
		name = arm_name(arena, all);
	struct slice flags = first_of(all, "flags");
	if (!flags.n)
		flags = first_of(all, "Features");
	machine->cpu = slice_copy(arena, name);
	machine->instructions = instructions(arena, flags);
	machine->hypervisor = has_word(flags, "hypervisor");
	if (!machine->board.n) /* boards without a device tree in /proc or /sys */
		machine->board = slice_copy(arena, first_of(all, "Model"));
	str_free(&text);
}

static bool
is_filler(struct slice name)
{
	static const char *const fillers[] = { "System Product Name", "To Be Filled By O.E.M.",
		"Default string", "Not Specified", "None", "Standard PC" };
	for (size_t i = 0; i < HL_COUNT(fillers); i++)
		if (slice_is_nocase(name, fillers[i]))
			return true;
	return name.n < 3; /* a virtual machine's "2" */
}

static void
look_at_board(struct machine *machine, const char *root)
{
	struct arena *arena = &machine->arena;
	machine->host = sysfile_line(arena, root, "proc/sys/kernel/hostname");
	machine->board = sysfile_line(arena, root, "sys/firmware/devicetree/base/model");
	machine->chip = sysfile_line(arena, root, "sys/firmware/devicetree/base/compatible");
	if (!machine->board.n)
		machine->board = sysfile_line(arena, root, "proc/device-tree/model");
	if (!machine->chip.n)
		machine->chip = sysfile_line(arena, root, "proc/device-tree/compatible");
	if (!machine->board.n)
		machine->board = sysfile_line(arena, root, "sys/class/dmi/id/product_name");
	if (is_filler(machine->board))
		machine->board = SLICE_NONE;
}

static double
kilobytes(struct slice text, const char *key)
{
	struct slice value = first_of(text, key), number;
	int64_t count;
	if (!slice_cut(&value, ' ', &number) || num_int(number, &count) != NUM_OK)
		return MISSING;
	return (double)count * 1024;
}

/* cgroup limits: of version 2, else of version 1, where "no limit" is a number near 2^63. */
static void
look_at_limits(struct machine *machine, const char *root)
{
	struct slice cpu = sysfile_line(&machine->arena, root, "sys/fs/cgroup/cpu.max"), quota;
	int64_t allowed, period;
	machine->limit_bytes = sysfile_number(root, "sys/fs/cgroup/memory.max");
	if (isnan(machine->limit_bytes))
		machine->limit_bytes =
			sysfile_number(root, "sys/fs/cgroup/memory/memory.limit_in_bytes");
	if (machine->limit_bytes > 1e18)
		machine->limit_bytes = MISSING;
	machine->quota = MISSING;
	if (slice_cut(&cpu, ' ', &quota) && num_int(quota, &allowed) == NUM_OK &&
		num_int(cpu, &period) == NUM_OK && period > 0 && allowed > 0)
		machine->quota = (double)allowed / (double)period;
	double old = sysfile_number(root, "sys/fs/cgroup/cpu/cpu.cfs_quota_us");
	double old_period = sysfile_number(root, "sys/fs/cgroup/cpu/cpu.cfs_period_us");
	if (isnan(machine->quota) && old > 0 && old_period > 0)
		machine->quota = old / old_period;
}

static void
look_at_memory(struct machine *machine, const char *root)
{
	struct str text = STR_INIT;
	struct slice line = sysfile_line(&machine->arena, root, "proc/loadavg"), first;
	femto_t load;
	sysfile_read(root, &text, "proc/meminfo");
	machine->memory_bytes = kilobytes(str_as_slice(&text), "MemTotal");
	machine->free_bytes = kilobytes(str_as_slice(&text), "MemAvailable");
	machine->load = MISSING;
	if (slice_cut(&line, ' ', &first) && num_decimal(first, &load) == NUM_OK)
		machine->load = (double)load / (double)FEMTO_PER_UNIT;
	str_free(&text);
}

/* "32768K", "1024M" */
static double
cache_size(struct slice text)
{
	int64_t count;
	double unit = 1;
	if (text.n && text.p[text.n - 1] == 'K')
		unit = 1024;
	else if (text.n && text.p[text.n - 1] == 'M')
		unit = 1 << 20;
	text.n -= unit > 1;
	return num_int(text, &count) == NUM_OK ? (double)count * unit : MISSING;
}

struct last_cache {
	int level;
	double bytes;
	int first; /* the lowest processor that shares it: tells one from another */
};

/* The last-level cache of a processor; level 0: not told. */
static struct last_cache
last_cache(struct machine *machine, const char *root, int cpu)
{
	struct last_cache last = { 0, MISSING, cpu };
	for (int i = 0; i < 8; i++) {
		double level = sysfile_number(
			root, "sys/devices/system/cpu/cpu%d/cache/index%d/level", cpu, i);
		if (!(level > last.level))
			continue;
		double bytes = cache_size(sysfile_line(&machine->arena, root,
			"sys/devices/system/cpu/cpu%d/cache/index%d/size", cpu, i));
		if (isnan(bytes))
			continue;
		last.level = (int)level;
		last.bytes = bytes;
		last.first = cpu;
		sysfile_ranges(sysfile_line(&machine->arena, root,
				       "sys/devices/system/cpu/cpu%d/cache/index%d/shared_cpu_list",
				       cpu, i),
			CPUS_MOST, &last.first, 1);
	}
	return last;
}

static void
look_at_caches(struct machine *machine, const char *root)
{
	struct str seen = STR_INIT; /* a byte each processor that was the first of a cache */
	machine->cache_bytes = MISSING;
	memset(str_reserve(&seen, CPUS_MOST), 0, CPUS_MOST);
	for (int i = 0; i < machine->cpus_n; i++) {
		struct last_cache cache = last_cache(machine, root, machine->cpus[i]);
		if (!cache.level || seen.p[cache.first])
			continue;
		seen.p[cache.first] = 1;
		if (cache.level > machine->cache_level) {
			machine->cache_level = cache.level;
			machine->cache_bytes = 0;
			machine->caches = 0;
		}
		if (cache.level == machine->cache_level) {
			machine->cache_bytes += cache.bytes;
			machine->caches++;
		}
	}
	str_free(&seen);
}

/* The processors this process may use; without a word about it all of them. */
static void
list_cpus(struct machine *machine, const char *root)
{
	struct str text = STR_INIT;
	struct slice online = sysfile_line(&machine->arena, root, "sys/devices/system/cpu/online");
	int *cpus = arena_take(&machine->arena, CPUS_MOST * sizeof(*cpus));
	machine->online = sysfile_ranges(online, CPUS_MOST, cpus, CPUS_MOST);
	if (!machine->online) {
		struct slice line, value, rest;
		sysfile_read(root, &text, "proc/cpuinfo");
		rest = str_as_slice(&text);
		while (slice_cut(&rest, '\n', &line))
			if (machine->online < CPUS_MOST && value_of(line, "processor", &value)) {
				cpus[machine->online] = machine->online;
				machine->online++;
			}
		str_clear(&text);
	}
	machine->cpus = cpus;
	machine->cpus_n = machine->online;
	sysfile_read(root, &text, "proc/self/status");
	int *allowed = arena_take(&machine->arena, CPUS_MOST * sizeof(*allowed));
	int n = sysfile_ranges(
		first_of(str_as_slice(&text), "Cpus_allowed_list"), CPUS_MOST, allowed, CPUS_MOST);
	/* it may list processors that the machine has room for, but not in it */
	int kept = 0;
	for (int i = 0, k = 0; i < n && machine->online; i++) {
		while (k < machine->online && cpus[k] < allowed[i])
			k++;
		if (k < machine->online && cpus[k] == allowed[i])
			allowed[kept++] = allowed[i];
	}
	if (!machine->online)
		kept = n;
	if (kept) {
		machine->cpus = allowed;
		machine->cpus_n = kept;
	}
	if (!machine->cpus_n)
		machine->cpus_n = 1; /* processor 0, which every machine has */
	str_free(&text);
}

/* One of each core first: twins share its arithmetic. */
static void
order_cpus(struct machine *machine, const char *root)
{
	int *order = arena_take(&machine->arena, (size_t)machine->cpus_n * sizeof(*order));
	int *twins = arena_take(&machine->arena, (size_t)machine->cpus_n * sizeof(*twins));
	int firsts = 0, others = 0;
	bool told = true;
	for (int i = 0; i < machine->cpus_n; i++) {
		int siblings[64], cpu = machine->cpus[i], first = cpu;
		struct slice list = sysfile_line(&machine->arena, root,
			"sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
		int n = sysfile_ranges(list, CPUS_MOST, siblings, 64);
		told = told && n > 0;
		/* the first of them that may be used stands for the core */
		for (int k = 0; k < n && k < 64 && first == cpu; k++)
			for (int j = 0; j < i; j++)
				if (machine->cpus[j] == siblings[k])
					first = siblings[k];
		if (first == cpu)
			order[firsts++] = cpu;
		else
			twins[others++] = cpu;
	}
	memcpy(order + firsts, twins, (size_t)others * sizeof(*order));
	machine->cpus = order;
	machine->cores = told ? firsts : 0;
}

void
machine_look(struct machine *machine, const char *root)
{
	*machine = (struct machine){ 0 };
	look_at_board(machine, root);
	look_at_cpu(machine, root);
	list_cpus(machine, root);
	order_cpus(machine, root);
	look_at_caches(machine, root);
	look_at_memory(machine, root);
	look_at_limits(machine, root);
}

void
machine_free(struct machine *machine)
{
	arena_free(&machine->arena);
}

int
machine_workers(const struct machine *machine)
{
	if (machine->quota < machine->cpus_n)
		return machine->quota < 1 ? 1 : (int)machine->quota;
	return machine->cpus_n;
}

double
machine_memory(const struct machine *machine)
{
	return fmin(machine->memory_bytes, machine->limit_bytes); /* the other, where one is NAN */
}

double
machine_busy_seconds(const char *root)
{
	/* user nice system idle iowait irq softirq steal; guests are in user and nice */
	enum { IDLE = 3, WAITING = 4, STEAL = 7 };
	struct str text = STR_INIT;
	struct slice rest, line, field;
	double ticks = MISSING;
	sysfile_read(root, &text, "proc/stat");
	rest = str_as_slice(&text);
	if (slice_cut(&rest, '\n', &line) && slice_cut(&line, ' ', &field) &&
		slice_is(field, "cpu")) {
		ticks = 0;
		line = slice_trim(line);
		for (int i = 0; i <= STEAL && slice_cut(&line, ' ', &field); i++) {
			int64_t count;
			if (i != IDLE && i != WAITING && num_int(field, &count) == NUM_OK)
				ticks += (double)count;
		}
	}
	str_free(&text);
	return ticks / TICKS;
}
