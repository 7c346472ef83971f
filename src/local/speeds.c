/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/speeds.h"

#include <math.h>
#include <stdlib.h>

#include "local/sheetrow.h"
#include "price/sheet.h"

const char *const speed_measures[SPEED_MEASURES] = {
	[SPEED_DECODE] = "decode",
	[SPEED_PREFILL] = "prefill",
	[SPEED_PREFILL_RATIO] = "prefill-ratio",
	[SPEED_BATCH] = "batch",
	[SPEED_PUBLISHED] = "published",
	[SPEED_CARRIED] = "carried",
};

const char *const speed_files[SPEED_FILES] = {
	[SPEED_CLASSES] = "speed.csv",
	[SPEED_MACHINES] = "throughput-hardware.csv",
	[SPEED_MODELS] = "throughput-models.csv",
	[SPEED_ROWS] = "throughput.csv",
};

#define ROW(type, member) offsetof(struct type, member)

enum {
	C_CLASS,
	C_MEASURE,
	C_KIND,
	C_EFFICIENCY,
	C_LOW,
	C_HIGH,
	C_ROWS,
	C_DEVICES,
	C_REQUIRED,
	C_LAYER_US = C_REQUIRED,
	C_SLOPE,
	C_MEDIAN,
	C_P90,
	C_LEFT_OUT_OF,
	C_LEFT_OUT_DEVICES,
	C_LEFT_OUT_MEDIAN,
	C_LEFT_OUT_P90,
	C_COLUMNS
};
static const char *const class_columns[C_COLUMNS] = { "class", "measure", "kind", "efficiency",
	"low", "high", "rows", "devices", "layer_us", "slope", "median_error", "p90_error",
	"left_out_of", "left_out_devices", "left_out_median", "left_out_p90" };
static const struct number_column class_numbers[] = {
	{ C_EFFICIENCY, ROW(speed_class, constants.efficiency), 0.001, 1000, .required = true },
	{ C_LOW, ROW(speed_class, low), 0, 1000, .required = true },
	{ C_HIGH, ROW(speed_class, high), 0, 1000, .required = true },
	{ C_ROWS, ROW(speed_class, rows), 1, 1e9, .required = true, .whole = true },
	{ C_DEVICES, ROW(speed_class, devices), 1, 1e6, .required = true, .whole = true },
	{ C_LAYER_US, ROW(speed_class, constants.layer_us), 0, 1e6, .required = false },
	{ C_SLOPE, ROW(speed_class, constants.slope), 0, 1000, .required = false },
	{ C_MEDIAN, ROW(speed_class, median_error), 0, 1e6, .required = false },
	{ C_P90, ROW(speed_class, p90_error), 0, 1e6, .required = false },
	{ C_LEFT_OUT_DEVICES, ROW(speed_class, left_out_devices), 1, 1e6, .required = false },
	{ C_LEFT_OUT_MEDIAN, ROW(speed_class, left_out_median), 0, 1e6, .required = false },
	{ C_LEFT_OUT_P90, ROW(speed_class, left_out_p90), 0, 1e6, .required = false },
};

/* Which columns a row cannot do without depends on its measure. */
static bool
check_class(
	const struct speed_class *row, enum speed_measure measure, bool left_out, struct err *err)
{
	bool compares = measure == SPEED_PUBLISHED || measure == SPEED_CARRIED;
	const struct {
		double value;
		int column;
		bool needed;
	} checks[] = {
		{ row->constants.layer_us, C_LAYER_US, measure == SPEED_DECODE },
		{ row->constants.slope, C_SLOPE, measure == SPEED_PREFILL },
		{ row->median_error, C_MEDIAN, compares },
		{ row->p90_error, C_P90, compares },
		{ row->left_out_devices, C_LEFT_OUT_DEVICES, left_out },
		{ row->left_out_median, C_LEFT_OUT_MEDIAN, left_out },
		{ row->left_out_p90, C_LEFT_OUT_P90, left_out },
	};
	for (size_t i = 0; i < HL_COUNT(checks); i++)
		if (checks[i].needed && isnan(checks[i].value))
			return err_set(err, FAULT_INPUT, "no %s", class_columns[checks[i].column]);
	if (row->low > row->high)
		return err_set(err, FAULT_INPUT, "low is above high");
	double likely = measure == SPEED_BATCH ? row->constants.efficiency : 1;
	return (row->low <= likely && likely <= row->high) ||
	       err_set(err, FAULT_INPUT, "%s does not lie between low and high",
		       measure == SPEED_BATCH ? "efficiency, the exponent," : "the prediction, 1,");
}

static bool
add_class(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct speeds *to = data;
	struct speed_class row = { .line = line };
	int measure = sheetrow_word(
		cells[C_MEASURE], class_columns[C_MEASURE], speed_measures, SPEED_MEASURES, err);
	if (measure < 0 || !sheetrow_id(cells[C_CLASS], err) ||
		!sheetrow_numbers(
			&row, class_numbers, HL_COUNT(class_numbers), cells, class_columns, err))
		return false;
	if (!check_class(&row, (enum speed_measure)measure, cells[C_LEFT_OUT_OF].n > 0, err))
		return false;
	row.class = slice_copy(&to->arena, cells[C_CLASS]);
	row.measure = (enum speed_measure)measure;
	row.kind = slice_copy(&to->arena, cells[C_KIND]);
	row.left_out_of = slice_copy(&to->arena, cells[C_LEFT_OUT_OF]);
	to->classes = xgrow(to->classes, &to->classes_size, to->classes_n, sizeof(*to->classes));
	to->classes[to->classes_n++] = row;
	return true;
}

enum { H_ID, H_NAME, H_CLASS, H_BANDWIDTH, H_TFLOPS, H_COLUMNS };
static const char *const machine_columns[H_COLUMNS] = { "hardware", "name", "class",
	"bandwidth_gbs", "fp16_tflops" };
static const struct number_column machine_numbers[] = {
	{ H_BANDWIDTH, ROW(measured_machine, bandwidth_gbs), 0.1, 1e6, .required = false },
	{ H_TFLOPS, ROW(measured_machine, fp16_tflops), 0.001, 1e6, .required = false },
};

static bool
add_machine(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct speeds *to = data;
	struct measured_machine row;
	(void)line;
	if (!sheetrow_id(cells[H_ID], err) ||
		!sheetrow_numbers(&row, machine_numbers, HL_COUNT(machine_numbers), cells,
			machine_columns, err))
		return false;
	row.id = slice_copy(&to->arena, cells[H_ID]);
	row.name = slice_copy(&to->arena, cells[H_NAME]);
	row.class = slice_copy(&to->arena, cells[H_CLASS]);
	to->machines =
		xgrow(to->machines, &to->machines_size, to->machines_n, sizeof(*to->machines));
	to->machines[to->machines_n++] = row;
	return true;
}

enum {
	M_ID,
	M_QUANT,
	M_NAME,
	M_PARAMS,
	M_ACTIVE,
	M_LAYERS,
	M_READ,
	M_KV,
	M_REQUIRED,
	M_SAME_AS = M_REQUIRED,
	M_COUNTS_AS,
	M_WINDOW,
	M_WINDOW_LAYERS,
	M_COLUMNS
};
static const char *const model_columns[M_COLUMNS] = { "model", "quant", "name", "params_b",
	"active_params_b", "layers", "read_bytes", "kv_bytes", "same_as", "counts_as", "window",
	"window_layers" };

struct model_figures {
	double params_b, active_b, layers, read_bytes, kv_bytes, window, window_layers;
};
static const struct number_column model_numbers[] = {
	{ M_PARAMS, ROW(model_figures, params_b), 0.001, 1e6, .required = true },
	{ M_ACTIVE, ROW(model_figures, active_b), 0.001, 1e6, .required = true },
	{ M_LAYERS, ROW(model_figures, layers), 1, 10000, .required = true, .whole = true },
	{ M_READ, ROW(model_figures, read_bytes), 1, 1e15, .required = true },
	{ M_KV, ROW(model_figures, kv_bytes), 0, 1e12, .required = true },
	{ M_WINDOW, ROW(model_figures, window), 1, 1e12, .required = false },
	{ M_WINDOW_LAYERS, ROW(model_figures, window_layers), 1, 10000, .required = false,
		.whole = true },
};

static bool
add_model(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct speeds *to = data;
	struct measured_model row = { .quant = QUANTS };
	struct model_figures f;
	(void)line;
	if (!sheetrow_id(cells[M_ID], err) ||
		!sheetrow_numbers(
			&f, model_numbers, HL_COUNT(model_numbers), cells, model_columns, err))
		return false;
	if (cells[M_COUNTS_AS].n) {
		int quant = sheetrow_word(
			cells[M_COUNTS_AS], model_columns[M_COUNTS_AS], quant_names, QUANTS, err);
		if (quant < 0)
			return false;
		row.quant = (enum quant)quant;
	}
	row.load = (struct load){ .read_bytes = f.read_bytes,
		.kv_bytes = f.kv_bytes,
		.params = f.active_b * 1e9,
		.layers = (int)f.layers,
		.moe = f.active_b < f.params_b };
	if (cells[M_WINDOW].n && cells[M_WINDOW_LAYERS].n) {
		row.load.window = f.window;
		row.load.window_layers = (int)f.window_layers;
	}
	row.id = slice_copy(&to->arena, cells[M_ID]);
	row.quant_name = slice_copy(&to->arena, cells[M_QUANT]);
	row.name = slice_copy(&to->arena, cells[M_NAME]);
	row.same_as = slice_copy(&to->arena, cells[M_SAME_AS]);
	to->models = xgrow(to->models, &to->models_size, to->models_n, sizeof(*to->models));
	to->models[to->models_n++] = row;
	return true;
}

enum {
	R_HARDWARE,
	R_UNITS,
	R_MODEL,
	R_QUANT,
	R_MEASURE,
	R_CONCURRENCY,
	R_CONTEXT,
	R_SPEED,
	R_LEFT_OUT,
	R_ENGINE,
	R_TEST,
	R_SOURCE,
	R_COLUMNS
};
static const char *const row_columns[R_COLUMNS] = { "hardware", "units", "model", "quant",
	"measure", "concurrency", "context", "tokens_per_second", "left_out", "engine", "test",
	"source" };

struct row_figures {
	double units, concurrency, context, speed;
};
static const struct number_column row_numbers[] = {
	{ R_UNITS, ROW(row_figures, units), 1, 999, .required = true, .whole = true },
	{ R_CONCURRENCY, ROW(row_figures, concurrency), 1, 1e6, .required = true, .whole = true },
	{ R_CONTEXT, ROW(row_figures, context), 0, 1e9, .required = false },
	{ R_SPEED, ROW(row_figures, speed), 0.001, 1e9, .required = true },
};

/* Rows of one machine and model stand together in the file: the last one found is tried first. */
static bool
name_row(
	const struct speeds *in, struct throughput *row, const struct slice *cells, struct err *err)
{
	const struct throughput *last = in->rows_n ? &in->rows[in->rows_n - 1] : NULL;
	if (last && slice_eq(last->machine->id, cells[R_HARDWARE]))
		row->machine = last->machine;
	for (size_t i = 0; i < in->machines_n && !row->machine; i++)
		if (slice_eq(in->machines[i].id, cells[R_HARDWARE]))
			row->machine = &in->machines[i];
	for (size_t i = 0; i < in->models_n && !row->model; i++)
		if (slice_eq(in->models[i].id, cells[R_MODEL]) &&
			slice_eq(in->models[i].quant_name, cells[R_QUANT]))
			row->model = &in->models[i];
	if (!row->machine)
		return err_set(err, FAULT_INPUT,
			"hardware is \"" SLICE_FMT "\", expected one of %s",
			SLICE_ARG(cells[R_HARDWARE]), speed_files[SPEED_MACHINES]);
	return row->model || err_set(err, FAULT_INPUT,
				     "model and quant are \"" SLICE_FMT "\" and \"" SLICE_FMT
				     "\", expected two of %s",
				     SLICE_ARG(cells[R_MODEL]), SLICE_ARG(cells[R_QUANT]),
				     speed_files[SPEED_MODELS]);
}

static bool
add_row(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct speeds *to = data;
	struct throughput row = { .line = line, .left_out = cells[R_LEFT_OUT].n > 0 };
	struct row_figures f;
	int measure = sheetrow_word(
		cells[R_MEASURE], row_columns[R_MEASURE], speed_measures, SPEED_PREFILL + 1, err);
	if (measure < 0 || !name_row(to, &row, cells, err) ||
		!sheetrow_numbers(&f, row_numbers, HL_COUNT(row_numbers), cells, row_columns, err))
		return false;
	row.measure = (enum speed_measure)measure;
	row.units = (int)f.units;
	row.concurrency = (int)f.concurrency;
	row.context = f.context;
	row.tokens_per_second = f.speed;
	row.engine = slice_copy(&to->arena, cells[R_ENGINE]);
	row.test = slice_copy(&to->arena, cells[R_TEST]);
	row.source = slice_copy(&to->arena, cells[R_SOURCE]);
	to->rows = xgrow(to->rows, &to->rows_size, to->rows_n, sizeof(*to->rows));
	to->rows[to->rows_n++] = row;
	return true;
}

static const struct sheet sheets[SPEED_FILES] = {
	[SPEED_CLASSES] = { class_columns, C_COLUMNS, C_REQUIRED, add_class, NULL },
	[SPEED_MACHINES] = { machine_columns, H_COLUMNS, H_COLUMNS, add_machine, NULL },
	[SPEED_MODELS] = { model_columns, M_COLUMNS, M_REQUIRED, add_model, NULL },
	[SPEED_ROWS] = { row_columns, R_COLUMNS, R_COLUMNS, add_row, NULL },
};

bool
speeds_add_text(struct speeds *speeds, enum speed_file which, const char *file, struct slice text,
	struct err *err)
{
	struct sheet sheet = sheets[which];
	if (which != SPEED_ROWS && speeds->rows_n)
		BUG("%s after %s, which points into it", speed_files[which],
			speed_files[SPEED_ROWS]);
	sheet.data = speeds;
	return sheet_read(&sheet, text, file, err);
}

bool
speeds_add(struct speeds *speeds, enum speed_file which, const char *path, struct err *err)
{
	struct slice text;
	return sheet_file(&speeds->arena, path, &text, err) &&
	       speeds_add_text(speeds, which, path, text, err);
}

void
speeds_free(struct speeds *speeds)
{
	free(speeds->classes);
	free(speeds->machines);
	free(speeds->models);
	free(speeds->rows);
	measured_free(&speeds->measured);
	arena_free(&speeds->arena);
	*speeds = (struct speeds){ 0 };
}

const struct speed_class *
speeds_class(const struct speeds *speeds, struct slice class, enum speed_measure measure,
	const char *kind)
{
	const struct speed_class *family = NULL, *any = NULL;
	struct slice rest = class, first = class;
	slice_cut(&rest, '-', &first);
	for (size_t i = 0; i < speeds->classes_n; i++) {
		const struct speed_class *at = &speeds->classes[i];
		if (at->measure != measure || !slice_is(at->kind, kind))
			continue;
		if (slice_eq(at->class, class))
			return at;
		if (slice_eq(at->class, first))
			family = at;
		else if (slice_is(at->class, "any"))
			any = at;
	}
	return family ? family : any;
}
