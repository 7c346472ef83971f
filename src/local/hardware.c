/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/hardware.h"

#include <math.h>
#include <stdlib.h>

#include "base/estimate.h"
#include "base/near.h"
#include "local/naming.h"
#include "local/sheetrow.h"
#include "price/sheet.h"

const char *const hardware_kinds[HARDWARE_KINDS] = {
	[HARDWARE_GPU] = "gpu",
	[HARDWARE_APPLE] = "apple",
	[HARDWARE_MINI_PC] = "mini-pc",
	[HARDWARE_CPU] = "cpu",
	[HARDWARE_VPS] = "vps",
	[HARDWARE_CLOUD_GPU] = "cloud-gpu",
};

const char *const hardware_classes[HARDWARE_CLASSES] = { "geforce", "workstation",
	"datacenter-gddr", "datacenter-hbm", "amd", "apple-base", "apple-pro-max", "apple-ultra",
	"spark-strix", "cpu", "other" };

const char *const hardware_figures[HARDWARE_FIGURES] = {
	[HARDWARE_MEMORY] = "memory_gb",
	[HARDWARE_USABLE] = "usable_share",
	[HARDWARE_BANDWIDTH] = "bandwidth_gbs",
	[HARDWARE_TFLOPS] = "fp16_tflops",
	[HARDWARE_BUSY] = "busy_watts",
	[HARDWARE_IDLE] = "idle_watts",
	[HARDWARE_CONTEXT] = "context_watts",
	[HARDWARE_PRICE] = "price",
	[HARDWARE_HOURLY] = "hourly",
	[HARDWARE_MONTHLY] = "monthly",
	[HARDWARE_LAUNCH] = "launch_price",
};

/* Those that a row must have stand first. */
enum {
	C_ID,
	C_KIND,
	C_MEMORY,
	C_BANDWIDTH,
	REQUIRED,
	C_NAME = REQUIRED,
	C_ALIASES,
	C_CLASS,
	C_USABLE,
	C_TFLOPS,
	C_BUSY,
	C_IDLE,
	C_CONTEXT,
	C_PRICE,
	C_PRICE_DATE,
	C_HOURLY,
	C_MONTHLY,
	C_LAUNCH,
	C_UNVERIFIED,
	C_SOURCE,
	C_NOTE,
	COLUMNS
};

static const char *const column_names[COLUMNS] = {
	[C_ID] = "id",
	[C_KIND] = "kind",
	[C_MEMORY] = "memory_gb",
	[C_BANDWIDTH] = "bandwidth_gbs",
	[C_NAME] = "name",
	[C_ALIASES] = "aliases",
	[C_CLASS] = "class",
	[C_USABLE] = "usable_share",
	[C_TFLOPS] = "fp16_tflops",
	[C_BUSY] = "busy_watts",
	[C_IDLE] = "idle_watts",
	[C_CONTEXT] = "context_watts",
	[C_PRICE] = "price",
	[C_PRICE_DATE] = "price_date",
	[C_HOURLY] = "hourly",
	[C_MONTHLY] = "monthly",
	[C_LAUNCH] = "launch_price",
	[C_UNVERIFIED] = "unverified",
	[C_SOURCE] = "source",
	[C_NOTE] = "note",
};

#define AT(member) offsetof(struct hardware, member)
static const struct number_column numbers[] = {
	{ C_MEMORY, AT(memory_gb), 0.1, 1e6, .required = true },
	{ C_BANDWIDTH, AT(bandwidth_gbs), 0.1, 1e6, .required = true },
	{ C_USABLE, AT(usable_share), 0.05, 1, .required = false },
	{ C_TFLOPS, AT(fp16_tflops), 0.001, 1e6, .required = false },
	{ C_BUSY, AT(busy_watts), 0, 1e6, .required = false },
	{ C_IDLE, AT(idle_watts), 0, 1e6, .required = false },
	{ C_CONTEXT, AT(context_watts), 0, 1e6, .required = false },
	{ C_PRICE, AT(price), 0, 1e8, .required = false },
	{ C_HOURLY, AT(hourly), 0, 1e6, .required = false },
	{ C_MONTHLY, AT(monthly), 0, 1e8, .required = false },
	{ C_LAUNCH, AT(launch_price), 0, 1e8, .required = false },
};
#undef AT

/* What cannot tell one machine from another. */
static const char *const noise[] = { "nvidia", "geforce", "rtx", "gtx", "amd", "radeon", "rx",
	"instinct", "tesla", "apple", "intel", "core", "gpu", "cpu", "gb", "gib", "the", "graphics",
	"card", "memory", "vram", "ram", "generation", NULL };
static const char *const glued[] = { "nvidia", "geforce", "rtx", "gtx", "radeon", "rx", "apple",
	"intel", NULL };

static const struct naming naming = {
	.what = "hardware", .list = "hllm hardware", .noise = noise, .glued = glued
};

struct adding {
	struct hardwares *to;
	struct slice file;
};

bool
hardware_is_rented(const struct hardware *hardware)
{
	return hardware->kind == HARDWARE_VPS || hardware->kind == HARDWARE_CLOUD_GPU;
}

/*
 * Where the row does not say: all of a card's; of a Mac what macOS lets the GPU have (two thirds up to
 * 36 GB, three quarters above); else what a small system leaves.
 */
static double
usual_share(const struct hardware *row)
{
	switch (row->kind) {
	case HARDWARE_GPU:
	case HARDWARE_CLOUD_GPU:
		return 1;
	case HARDWARE_APPLE:
		return row->memory_gb <= 36 ? 0.67 : 0.75;
	case HARDWARE_MINI_PC:
	case HARDWARE_CPU:
	case HARDWARE_VPS:
		return row->memory_gb <= 16 ? 0.8 : 0.9;
	case HARDWARE_KINDS:
		break;
	}
	BUG("hardware of no kind");
}

static bool
check_row(struct hardware *row, struct err *err)
{
	if (isnan(row->usable_share)) {
		row->usable_share = usual_share(row);
		if (row->usable_share > 0.75 && row->usable_share < 1)
			row->unverified |= 1U << HARDWARE_USABLE; /* a guess of ours */
	}
	if (row->idle_watts > row->busy_watts)
		return err_set(err, FAULT_INPUT,
			"idle_watts is more than busy_watts, expected at most %g", row->busy_watts);
	for (int i = 0; i < HARDWARE_FIGURES; i++)
		if (hardware_is_unverified(row, (enum hardware_figure)i) &&
			isnan(hardware_figure(row, (enum hardware_figure)i)))
			return err_set(err, FAULT_INPUT, "%s is called unverified and is not there",
				hardware_figures[i]);
	return true;
}

static bool
read_row(struct hardware *row, const struct slice *cells, struct err *err)
{
	int kind, class;
	if (!sheetrow_id(cells[C_ID], err) ||
		!sheetrow_numbers(row, numbers, HL_COUNT(numbers), cells, column_names, err))
		return false;
	kind = sheetrow_word(cells[C_KIND], "kind", hardware_kinds, HARDWARE_KINDS, err);
	if (kind < 0)
		return false;
	struct slice said = cells[C_CLASS].n ? cells[C_CLASS] : SLICE("other");
	class = sheetrow_word(said, "class", hardware_classes, HARDWARE_CLASSES, err);
	if (class < 0)
		return false;
	row->kind = (enum hardware_kind)kind;
	row->class = slice_of(hardware_classes[class]);
	return sheetrow_set(cells[C_UNVERIFIED], "unverified", hardware_figures, HARDWARE_FIGURES,
		       &row->unverified, err) &&
	       check_row(row, err);
}

static bool
put_row(struct adding *adding, const struct hardware *row, struct err *err)
{
	struct hardwares *to = adding->to;
	for (size_t i = 0; i < to->n; i++) {
		if (!slice_eq(to->items[i].id, row->id))
			continue;
		if (slice_eq(to->items[i].file, row->file))
			return err_set(err, FAULT_INPUT,
				"line %lld has the id \"" SLICE_FMT
				"\" too, expected one row of it",
				(long long)to->items[i].line, SLICE_ARG(row->id));
		to->items[i] = *row;
		return true;
	}
	to->items = xgrow(to->items, &to->size, to->n, sizeof(*to->items));
	to->items[to->n++] = *row;
	return true;
}

static bool
add_row(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct adding *adding = data;
	struct arena *arena = &adding->to->arena;
	struct hardware row = { .file = adding->file, .line = line, .layer = adding->to->layers };
	if (!read_row(&row, cells, err))
		return false;
	row.id = slice_copy(arena, cells[C_ID]);
	row.name = cells[C_NAME].n ? slice_copy(arena, cells[C_NAME]) : row.id;
	row.aliases = slice_copy(arena, cells[C_ALIASES]);
	row.price_date = slice_copy(arena, cells[C_PRICE_DATE]);
	row.source = slice_copy(arena, cells[C_SOURCE]);
	row.note = slice_copy(arena, cells[C_NOTE]);
	return put_row(adding, &row, err);
}

bool
hardwares_add_text(struct hardwares *list, const char *file, struct slice text, struct err *err)
{
	struct adding adding = { .to = list, .file = slice_copy(&list->arena, slice_of(file)) };
	const struct sheet sheet = { .columns = column_names,
		.columns_n = COLUMNS,
		.required = REQUIRED,
		.row = add_row,
		.data = &adding };
	bool good = sheet_read(&sheet, text, file, err);
	list->layers++;
	return good;
}

bool
hardwares_add(struct hardwares *list, const char *path, struct err *err)
{
	struct slice text;
	return sheet_file(&list->arena, path, &text, err) &&
	       hardwares_add_text(list, path, text, err);
}

void
hardwares_free(struct hardwares *list)
{
	free(list->items);
	arena_free(&list->arena);
	*list = (struct hardwares){ 0 };
}

const struct hardware *
hardware_find(const struct hardwares *list, const char *name, struct err *err)
{
	struct called *entries = xcalloc(list->n + 1, sizeof(*entries));
	struct arena sizes = { 0 };
	for (size_t i = 0; i < list->n; i++) {
		const struct hardware *at = &list->items[i];
		entries[i] = (struct called){ .id = at->id,
			.name = at->name,
			.aliases = at->aliases,
			.size = slice_printf(&sizes, "%g", at->memory_gb),
			.rented = hardware_is_rented(at),
			.layer = at->layer };
	}
	int found = naming_find(&naming, entries, list->n, name, err);
	free(entries);
	arena_free(&sizes);
	return found < 0 ? NULL : &list->items[found];
}

bool
units_cut(const char *text, int *units, const char **rest, struct err *err)
{
	const char *at = text + strspn(text, " \t");
	size_t digits = strspn(at, "0123456789");
	const char *x = at + digits + strspn(at + digits, " \t");
	size_t sign = *x == 'x' || *x == 'X' || *x == '*' ? 1
		      : strncmp(x, "\xC3\x97", 2) == 0    ? 2
							  : 0;
	*units = 1;
	*rest = text;
	/* "7900xtx" is a card, not 7,900 of something */
	if (!digits || !sign || (digits > 3 && x == at + digits))
		return true;
	*rest = x + sign + strspn(x + sign, " \t");
	long count = digits > 6 ? 0 : strtol(at, NULL, 10);
	if (count < 1 || count > UNITS_MOST)
		return err_set(err, FAULT_USAGE, "%s: not a number of units, expected 1 to %d",
			text, UNITS_MOST);
	*units = (int)count;
	return **rest || err_set(err, FAULT_USAGE,
				 "%s: units of nothing, expected hardware like 2xrtx-4090", text);
}

double
hardware_figure(const struct hardware *hardware, enum hardware_figure figure)
{
	const double values[HARDWARE_FIGURES] = {
		[HARDWARE_MEMORY] = hardware->memory_gb,
		[HARDWARE_USABLE] = hardware->usable_share,
		[HARDWARE_BANDWIDTH] = hardware->bandwidth_gbs,
		[HARDWARE_TFLOPS] = hardware->fp16_tflops,
		[HARDWARE_BUSY] = hardware->busy_watts,
		[HARDWARE_IDLE] = hardware->idle_watts,
		[HARDWARE_CONTEXT] = hardware->context_watts,
		[HARDWARE_PRICE] = hardware->price,
		[HARDWARE_HOURLY] = hardware->hourly,
		[HARDWARE_MONTHLY] = hardware->monthly,
		[HARDWARE_LAUNCH] = hardware->launch_price,
	};
	return values[figure];
}

bool
hardware_is_unverified(const struct hardware *hardware, enum hardware_figure figure)
{
	return hardware->unverified >> figure & 1U;
}

double
hardware_usable_gb(const struct hardware *hardware, int units)
{
	return hardware->memory_gb * hardware->usable_share * units;
}

static enum hardware_kind kind_of_class(struct slice class)
{
	if (slice_starts(class, "apple-"))
		return HARDWARE_APPLE;
	if (slice_is(class, "cpu"))
		return HARDWARE_CPU;
	return slice_is(class, "spark-strix") ? HARDWARE_MINI_PC : HARDWARE_GPU;
}

bool
hardware_describe(struct hardware *hardware, const char *class, double memory_gb,
	double bandwidth_gbs, double fp16_tflops, struct err *err)
{
	int at = 0;
	while (at < HARDWARE_CLASSES && strcmp(hardware_classes[at], class) != 0)
		at++;
	if (at == HARDWARE_CLASSES) {
		char hint[NEAR_TEXT];
		return err_set(err, FAULT_USAGE, "\"%.40s\" is no class of hardware%s", class,
			near_hint(hint, class, hardware_classes, HARDWARE_CLASSES, NULL));
	}
	*hardware = (struct hardware){ .id = SLICE("your-hardware"),
		.name = SLICE("your hardware"),
		.class = slice_of(hardware_classes[at]),
		.memory_gb = memory_gb,
		.bandwidth_gbs = bandwidth_gbs,
		.fp16_tflops = fp16_tflops };
	hardware->kind = kind_of_class(hardware->class);
	hardware->usable_share = usual_share(hardware);
	hardware->busy_watts = hardware->idle_watts = hardware->context_watts = MISSING;
	hardware->price = hardware->hourly = hardware->monthly = hardware->launch_price = MISSING;
	return true;
}
