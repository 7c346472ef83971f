/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/nvidia.h"

#include <math.h>
#include <stdlib.h>

#include "base/child.h"
#include "base/estimate.h"
#include "base/num.h"

static const double mebibyte = 1 << 20;

enum {
	F_INDEX,
	F_UUID,
	F_NAME,
	F_TOTAL,
	F_USED,
	F_BUSY,
	F_DEGREES,
	F_WATTS,
	F_LIMIT,
	F_CLOCK,
	F_CLOCK_MOST,
	F_DRIVER,
	F_MIG,
	F_EVENTS, /* since driver 535; the next is its older name */
	F_THROTTLE,
	FIELDS
};
_Static_assert((int)FIELDS == (int)NVIDIA_CARD_FIELDS, "the fields of a card");

static const char *const field_names[FIELDS] = {
	[F_INDEX] = "index",
	[F_UUID] = "uuid",
	[F_NAME] = "name",
	[F_TOTAL] = "memory.total",
	[F_USED] = "memory.used",
	[F_BUSY] = "utilization.gpu",
	[F_DEGREES] = "temperature.gpu",
	[F_WATTS] = "power.draw",
	[F_LIMIT] = "power.limit",
	[F_CLOCK] = "clocks.sm",
	[F_CLOCK_MOST] = "clocks.max.sm",
	[F_DRIVER] = "driver_version",
	[F_MIG] = "mig.mode.current",
	[F_EVENTS] = "clocks_event_reasons.active",
	[F_THROTTLE] = "clocks_throttle_reasons.active",
};

static bool
run(const char *const *argv, int timeout_ms, struct str *out, struct err *err)
{
	struct str said = STR_INIT;
	const struct child child = { .argv = argv,
		.timeout_ms = timeout_ms > 0 ? timeout_ms : GPU_TIMEOUT_MS,
		.remedy = "it comes with NVIDIA's driver" };
	bool good = child_run(&child, SLICE_NONE, out, &said, err);
	str_free(&said);
	return good;
}

/* Field "x" is not a valid field to query: which of them is x?  -1: nothing of the kind is said. */
static int
unknown_field(struct slice text, const char *const *fields, size_t n)
{
	struct slice before, name;
	if (slice_find(text, "not a valid field") < 0 || !slice_cut(&text, '"', &before) ||
		!slice_cut(&text, '"', &name))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (fields[i] && slice_is(name, fields[i]))
			return (int)i;
	return -1;
}

bool
nvidia_query(const char *query, const char **fields, size_t fields_n, int timeout_ms,
	struct str *out, struct err *err)
{
	for (size_t tries = 0; tries <= fields_n; tries++) {
		struct str option = STR_INIT;
		const char *between = "=";
		str_puts(&option, query);
		for (size_t i = 0; i < fields_n; i++)
			if (fields[i]) {
				str_printf(&option, "%s%s", between, fields[i]);
				between = ",";
			}
		const char *const argv[] = { "nvidia-smi", str_text(&option),
			"--format=csv,noheader,nounits", NULL };
		str_clear(out);
		bool good = run(argv, timeout_ms, out, err);
		str_free(&option);
		if (good)
			return true;
		/* it says so on either of its outputs */
		int unknown = unknown_field(str_as_slice(out), fields, fields_n);
		if (unknown < 0)
			unknown = unknown_field(slice_of(err->text), fields, fields_n);
		if (unknown < 0)
			break;
		fields[unknown] = NULL;
	}
	/* its own failures it tells on its output, beside what it could find out */
	struct slice rest = str_as_slice(out), line;
	if (slice_find(slice_of(err->text), "failed with status") < 0)
		return false;
	while (slice_cut(&rest, '\n', &line)) {
		line = slice_trim(line);
		if (line.n && slice_find(line, ",") < 0)
			return err_set(
				err, FAULT_SYSTEM, "nvidia-smi: " SLICE_FMT, SLICE_ARG(line));
	}
	return false;
}

bool
nvidia_value(struct slice *line, struct slice *value)
{
	if (!slice_cut(line, ',', value))
		return false;
	*value = slice_trim(*value);
	return true;
}

double
nvidia_number(struct slice value)
{
	femto_t exact;
	struct slice first = value;
	/* older versions write units even when told not to */
	slice_cut(&value, ' ', &first);
	return num_decimal(first, &exact) == NUM_OK ? (double)exact / (double)FEMTO_PER_UNIT
						    : MISSING;
}

bool
nvidia_bits(struct slice value, unsigned *bits)
{
	char digits[32];
	char *end;
	if (!slice_starts(value, "0x") || value.n >= sizeof(digits))
		return false;
	memcpy(digits, value.p, value.n);
	digits[value.n] = '\0';
	unsigned long long all = strtoull(digits, &end, 16);
	if (*end != '\0')
		return false;
	*bits = (unsigned)(all & 0xFFFF);
	return true;
}

static struct slice
text_of(struct arena *arena, struct slice value)
{
	return slice_starts(value, "[") || slice_is(value, "N/A") ? SLICE_NONE
								  : slice_copy(arena, value);
}

static void
put_card(struct gpus *gpus, const struct slice values[FIELDS], const struct machine *machine)
{
	struct arena *arena = &gpus->arena;
	double index = nvidia_number(values[F_INDEX]);
	struct gpu gpu = { .vendor = GPU_NVIDIA,
		.index = index >= 0 && index < 1e6 ? (int)index : (int)gpus->n,
		.name = text_of(arena, values[F_NAME]),
		.uuid = text_of(arena, values[F_UUID]),
		.driver = text_of(arena, values[F_DRIVER]),
		.memory_bytes = nvidia_number(values[F_TOTAL]) * mebibyte,
		.used_bytes = nvidia_number(values[F_USED]) * mebibyte,
		.busy = nvidia_number(values[F_BUSY]) / 100,
		.degrees = nvidia_number(values[F_DEGREES]),
		.watts = nvidia_number(values[F_WATTS]),
		.limit_watts = nvidia_number(values[F_LIMIT]),
		.clock_mhz = nvidia_number(values[F_CLOCK]),
		.clock_most_mhz = nvidia_number(values[F_CLOCK_MOST]),
		.split = slice_is_nocase(values[F_MIG], "Enabled") };
	gpu.throttle_known = nvidia_bits(values[F_EVENTS], &gpu.throttle) ||
			     nvidia_bits(values[F_THROTTLE], &gpu.throttle);
	/* GB10 and Jetson have no memory of their own, and say so by saying nothing */
	if (!(gpu.memory_bytes > 0) && !gpu.split) {
		gpu.unified = true;
		gpu.memory_bytes = machine_memory(machine);
		gpu.used_bytes = machine->memory_bytes - machine->free_bytes;
	}
	if (slice_find_nocase(values[F_USED], "insufficient permissions") >= 0)
		gpu.why = SLICE("nvidia-smi may not look into its instances as this user");
	gpus->items = xgrow(gpus->items, &gpus->size, gpus->n, sizeof(*gpus->items));
	gpus->items[gpus->n++] = gpu;
}

/* A line that is no card is what nvidia-smi says of one that it has lost. */
void
nvidia_read_cards(struct gpus *gpus, struct slice text, const char *const *fields,
	const struct machine *machine)
{
	struct slice line;
	while (slice_cut(&text, '\n', &line)) {
		struct slice values[FIELDS] = { 0 }, rest = line, value;
		size_t got = 0, expected = 0;
		for (size_t i = 0; i < FIELDS; i++) {
			if (!fields[i])
				continue;
			expected++;
			if (nvidia_value(&rest, &value)) {
				values[i] = value;
				got++;
			}
		}
		line = slice_trim(line);
		if (got == expected && !rest.n)
			put_card(gpus, values, machine);
		else if (line.n && !gpus->why.n)
			gpus->why = slice_printf(
				&gpus->arena, "nvidia-smi: " SLICE_FMT, SLICE_ARG(line));
	}
}

static int
card_of(const struct gpus *gpus, struct slice uuid)
{
	for (size_t i = 0; i < gpus->n; i++)
		if (uuid.n && slice_eq(gpus->items[i].uuid, uuid))
			return (int)i;
	return -1;
}

/* The program's file, without its folder and without what stands behind a blank. */
static struct slice
program(struct slice name)
{
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/')
			return (struct slice){ name.p + i, name.n - i };
	return name;
}

enum { P_UUID, P_PID, P_BYTES, P_NAME };
_Static_assert((int)P_NAME + 1 == (int)NVIDIA_PROCESS_FIELDS, "the fields of a process");

void
nvidia_read_processes(struct gpus *gpus, struct slice text, const char *const *fields)
{
	struct slice line;
	while (slice_cut(&text, '\n', &line)) {
		struct slice values[NVIDIA_PROCESS_FIELDS] = { 0 };
		int64_t pid;
		for (int i = 0; i < P_NAME; i++)
			if (fields[i])
				nvidia_value(&line, &values[i]);
		/* may hold commas */
		values[P_NAME] = fields[P_NAME] ? slice_trim(line) : SLICE_NONE;
		if (num_int(values[P_PID], &pid) != NUM_OK)
			continue; /* "No running processes found" */
		gpus->processes = xgrow(gpus->processes, &gpus->processes_size, gpus->processes_n,
			sizeof(*gpus->processes));
		gpus->processes[gpus->processes_n++] =
			(struct gpu_process){ .gpu = card_of(gpus, values[P_UUID]),
				.pid = pid,
				.name = text_of(&gpus->arena, program(values[P_NAME])),
				.bytes = nvidia_number(values[P_BYTES]) * mebibyte };
	}
}

static void
look_at_processes(struct gpus *gpus, int timeout_ms)
{
	const char *fields[NVIDIA_PROCESS_FIELDS] = { "gpu_uuid", "pid", "used_memory",
		"process_name" };
	struct str text = STR_INIT;
	struct err err;
	if (nvidia_query("--query-compute-apps", fields, HL_COUNT(fields), timeout_ms, &text, &err))
		nvidia_read_processes(gpus, str_as_slice(&text), fields);
	else if (!gpus->why.n)
		gpus->why = slice_copy(&gpus->arena, slice_of(err.text));
	str_free(&text);
}

/* "  MIG 3g.40gb     Device  0: (UUID: MIG-…)" */
void
nvidia_read_parts(struct gpus *gpus, struct slice text)
{
	struct slice line, name;
	while (slice_cut(&text, '\n', &line)) {
		line = slice_trim(line);
		if (!slice_starts(line, "MIG "))
			continue;
		line = slice_trim((struct slice){ line.p + 4, line.n - 4 });
		if (!slice_cut(&line, ' ', &name) || !name.n)
			continue;
		gpus->parts =
			xgrow(gpus->parts, &gpus->parts_size, gpus->parts_n, sizeof(*gpus->parts));
		gpus->parts[gpus->parts_n++] = slice_copy(&gpus->arena, name);
	}
}

static void
look_at_parts(struct gpus *gpus, int timeout_ms)
{
	static const char *const argv[] = { "nvidia-smi", "-L", NULL };
	struct str text = STR_INIT;
	struct err err;
	if (run(argv, timeout_ms, &text, &err))
		nvidia_read_parts(gpus, str_as_slice(&text));
	str_free(&text);
}

int
nvidia_read_samples(
	struct gpu_sample *samples, int room, struct slice text, const char *const *fields)
{
	enum { WATTS };
	struct slice line, value;
	int n = 0;
	while (n < room && slice_cut(&text, '\n', &line)) {
		struct gpu_sample *one = &samples[n];
		line = slice_trim(line);
		if (!line.n)
			continue;
		*one = (struct gpu_sample){ .watts = MISSING };
		for (int i = 0; i < NVIDIA_SAMPLE_FIELDS; i++) {
			if (!fields[i] || !nvidia_value(&line, &value))
				continue;
			if (i == WATTS)
				one->watts = nvidia_number(value);
			else if (!one->throttle_known)
				one->throttle_known = nvidia_bits(value, &one->throttle);
		}
		n++;
	}
	return n;
}

void
nvidia_look(struct gpus *gpus, const struct gpu_options *options)
{
	const char *fields[FIELDS];
	struct str text = STR_INIT;
	struct err err;
	bool split = false;
	memcpy(fields, field_names, sizeof(fields));
	if (!nvidia_query("--query-gpu", fields, FIELDS, options->timeout_ms, &text, &err)) {
		/* without NVIDIA's driver there is no such card to be missed */
		if (slice_find(slice_of(err.text), "not found in PATH") < 0)
			gpus->why = slice_copy(&gpus->arena, slice_of(err.text));
	}
	nvidia_read_cards(gpus, str_as_slice(&text), fields, options->machine);
	str_free(&text);
	for (size_t i = 0; i < gpus->n; i++)
		split = split || gpus->items[i].split;
	if (gpus->n)
		look_at_processes(gpus, options->timeout_ms);
	if (split)
		look_at_parts(gpus, options->timeout_ms);
}
