/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>

#include "report/catalogs.h"

enum {
	L_ID,
	L_NAME,
	L_PARAMS,
	L_ACTIVE,
	L_CONTEXT,
	L_FILE,
	L_READ = L_FILE + QUANTS,
	L_KV = L_READ + QUANTS,
	L_WINDOW,
	L_WINDOW_LAYERS,
	L_BOUND,
	L_LAYERS,
	L_HEADS,
	L_HEAD_DIM,
	L_TYPES,
	L_GOOD_FOR,
	L_LICENSE,
	L_HOSTED,
	L_UNVERIFIED,
	L_SOURCE,
	L_NOTE,
	L_ALIASES,
	L_FILE_NAME,
	L_LINE,
	LISTED
};

static const struct column list_columns[LISTED] = {
	[L_ID] = { .key = "id", .head = "ID", .left = true },
	[L_NAME] = { .key = "name", .left = true },
	[L_PARAMS] = { .key = "params_b", .head = "PARAMS", .decimals = 6, .drop = 3 },
	[L_ACTIVE] = { .key = "active_params_b", .head = "ACTIVE", .decimals = 6, .drop = 4 },
	[L_CONTEXT] = { .key = "context", .head = "CONTEXT", .unit = "tokens", .drop = 2 },
	[L_FILE + QUANT_Q4_K_M] = { .key = "q4_k_m_gb",
		.head = "GB Q4",
		.unit = "GB",
		.decimals = 6 },
	[L_FILE + QUANT_Q8_0] = { .key = "q8_0_gb",
		.head = "GB Q8",
		.unit = "GB",
		.decimals = 6,
		.drop = 5 },
	[L_FILE + QUANT_F16] = { .key = "f16_gb",
		.head = "GB F16",
		.unit = "GB",
		.decimals = 6,
		.drop = 6 },
	[L_READ + QUANT_Q4_K_M] = { .key = "read_q4_k_m_gb", .unit = "GB", .decimals = 6 },
	[L_READ + QUANT_Q8_0] = { .key = "read_q8_0_gb", .unit = "GB", .decimals = 6 },
	[L_READ + QUANT_F16] = { .key = "read_f16_gb", .unit = "GB", .decimals = 6 },
	[L_KV] = { .key = "kv_bytes_per_token", .unit = "bytes" },
	[L_WINDOW] = { .key = "window", .unit = "tokens" },
	[L_WINDOW_LAYERS] = { .key = "window_layers" },
	[L_BOUND] = { .key = "kv_bound" },
	[L_LAYERS] = { .key = "layers" },
	[L_HEADS] = { .key = "kv_heads" },
	[L_HEAD_DIM] = { .key = "head_dim" },
	[L_TYPES] = { .key = "types", .left = true },
	[L_GOOD_FOR] = { .key = "good_for",
		.head = "GOOD FOR",
		.left = true,
		.weight = 3,
		.least = 20,
		.drop = 1 },
	[L_LICENSE] = { .key = "license", .head = "LICENSE", .left = true, .drop = 7 },
	[L_HOSTED] = { .key = "hosted", .left = true },
	[L_UNVERIFIED] = { .key = "unverified", .left = true },
	[L_SOURCE] = { .key = "source", .left = true },
	[L_NOTE] = { .key = "note", .left = true },
	[L_ALIASES] = { .key = "aliases", .left = true },
	[L_FILE_NAME] = { .key = "file", .left = true },
	[L_LINE] = { .key = "line" },
};

static struct cell
unverified_cell(struct answer *answer, const struct local_model *row)
{
	struct str list = STR_INIT;
	for (int i = 0; i < MODEL_FIGURES; i++)
		if (local_model_is_unverified(row, (enum model_figure)i))
			str_printf(&list, "%s%s", list.n ? " " : "", model_figures[i]);
	struct cell cell =
		catalog_list(answer, str_as_slice(&list), ' ', "every figure is verified");
	str_free(&list);
	return cell;
}

static struct cell
hosted_cell(struct answer *answer, const struct local_model *row)
{
	struct str list = STR_INIT;
	for (size_t i = 0; i < row->hosted_n; i++)
		str_printf(&list, "%s" SLICE_FMT "/" SLICE_FMT, i ? "\n" : "",
			SLICE_ARG(row->hosted[i].provider), SLICE_ARG(row->hosted[i].model));
	struct cell cell = list.n ? cell_list(answer, str_as_slice(&list))
				  : cell_none("no API in prices.csv offers it");
	str_free(&list);
	return cell;
}

static struct cell
figure_cell(struct answer *answer, const struct local_model *row, enum model_figure figure)
{
	return catalog_cell(answer, local_model_figure(row, figure), 2,
		local_model_is_unverified(row, figure), "no such file is known");
}

/* "8.03B", as people say it. */
static struct cell
billions_cell(struct answer *answer, double value)
{
	struct cell cell = catalog_cell(answer, value, 6, false, "");
	cell.text = cell_textf(answer, "%.3gB", value).text;
	return cell;
}

static void
put_row(struct answer *answer, struct table *table, const struct local_model *row)
{
	struct cell *cells = table_row(table);
	cells[L_ID] = cell_text(answer, row->id);
	cells[L_NAME] = cell_text(answer, row->name);
	cells[L_PARAMS] = billions_cell(answer, row->params_b);
	cells[L_ACTIVE] = billions_cell(answer, row->active_params_b);
	if (row->active_params_b >= row->params_b)
		cells[L_ACTIVE].text = SLICE("all");
	cells[L_CONTEXT] = cell_count(row->context);
	for (int q = 0; q < QUANTS; q++) {
		cells[L_FILE + q] =
			figure_cell(answer, row, (enum model_figure)(MODEL_FILE_Q4 + q));
		cells[L_READ + q] =
			figure_cell(answer, row, (enum model_figure)(MODEL_READ_Q4 + q));
	}
	cells[L_KV] = cell_count(local_model_kv_bytes(row));
	cells[L_WINDOW] =
		row->window_layers ? cell_count(row->window) : cell_none("all layers see all");
	cells[L_WINDOW_LAYERS] = cell_count(row->window_layers);
	cells[L_BOUND] = cell_flag(row->kv_bound);
	cells[L_LAYERS] = cell_count(row->layers);
	cells[L_HEADS] = cell_count(row->kv_heads);
	cells[L_HEAD_DIM] = cell_count(row->head_dim);
	cells[L_TYPES] = catalog_list(answer, row->types, ' ', "not stated");
	cells[L_GOOD_FOR] = catalog_word(answer, row->good_for, "not stated");
	cells[L_LICENSE] = catalog_word(answer, row->license, "not stated");
	cells[L_HOSTED] = hosted_cell(answer, row);
	cells[L_UNVERIFIED] = unverified_cell(answer, row);
	cells[L_SOURCE] = catalog_word(answer, row->source, "not stated");
	cells[L_NOTE] = catalog_word(answer, row->note, "nothing to add");
	cells[L_ALIASES] = catalog_list(answer, row->aliases, ';', "no other name");
	cells[L_FILE_NAME] = cell_text(answer, row->file);
	cells[L_LINE] = cell_count(row->line);
}

void
model_list_report(struct answer *answer, const struct local_models *list, const char *type)
{
	bool any = false;
	struct table *table = answer_table(answer, "models", NULL, list_columns, LISTED);
	for (size_t i = 0; i < list->n; i++) {
		const struct local_model *row = &list->items[i];
		if (type && !local_model_is_good_for(row, slice_of(type)))
			continue;
		put_row(answer, table, row);
		any |= row->unverified != 0;
	}
	if (type)
		answer_headline(answer, "%zu of %zu open models are said to be good for %s.",
			table->rows_n, list->n, type);
	else
		answer_headline(
			answer, "%zu open models that run on hardware of your own.", list->n);
	catalog_mark_note(answer, any);
	answer_note(answer,
		"What a model is good for is what is said of it; whether it is good enough for a "
		"workload of yours has to be compared.");
	answer->default_table = "models";
	if (table->rows_n)
		answer_next(answer,
			"hllm models " SLICE_FMT "  # what it takes, and where it can be had",
			SLICE_ARG(table->cells[L_ID].text));
}

/* ---- one of them ---- */

enum { S_QUANT, S_FILE, S_READ, S_CONTEXT, S_NEEDED, S_FULL, SIZES };

static const struct column size_columns[SIZES] = {
	[S_QUANT] = { .key = "quant", .head = "QUANTIZATION", .left = true },
	[S_FILE] = { .key = "file_gb", .head = "FILE GB", .unit = "GB", .decimals = 6 },
	[S_READ] = { .key = "read_gb",
		.head = "READ A TOKEN",
		.unit = "GB",
		.decimals = 6,
		.drop = 2 },
	[S_CONTEXT] = { .key = "context", .unit = "tokens" },
	[S_NEEDED] = { .key = "memory_gb",
		.head = "GB AT 8,192 TOKENS",
		.unit = "GB",
		.decimals = 3 },
	[S_FULL] = { .key = "memory_full_gb",
		.head = "AT ITS FULL CONTEXT",
		.unit = "GB",
		.decimals = 3,
		.drop = 1 },
};

/* Memory on hardware that has enough of it. */
static double
needed_gb(const struct local_model *model, enum quant quant, int64_t context)
{
	struct hardware large = { .memory_gb = 1e6, .usable_share = 1 };
	struct fit_question question = { .model = model,
		.quant = quant,
		.hardware = &large,
		.units = 1,
		.context = context,
		.concurrency = 1 };
	struct fit fit;
	fit_of(&question, &fit);
	return fit.needed_gb;
}

static void
size_table(struct answer *answer, const struct local_model *model)
{
	int64_t context = model->context < CATALOG_CONTEXT ? model->context : CATALOG_CONTEXT;
	struct table *table = answer_table(answer, "sizes", NULL, size_columns, SIZES);
	for (int q = 0; q < QUANTS; q++) {
		enum model_figure file = (enum model_figure)(MODEL_FILE_Q4 + q);
		enum model_figure read = (enum model_figure)(MODEL_READ_Q4 + q);
		bool unverified = local_model_is_unverified(model, file);
		struct cell *cells = table_row(table);
		cells[S_QUANT] = cell_text(answer, slice_of(quant_names[q]));
		cells[S_FILE] = figure_cell(answer, model, file);
		cells[S_READ] = figure_cell(answer, model, read);
		cells[S_CONTEXT] = cell_count(context);
		cells[S_NEEDED] = catalog_cell(answer, needed_gb(model, (enum quant)q, context), 1,
			unverified, "no such file is known");
		cells[S_FULL] =
			catalog_cell(answer, needed_gb(model, (enum quant)q, model->context), 1,
				unverified, "no such file is known");
	}
}

static void
use_notes(struct answer *answer, const struct local_model *model)
{
	struct str list = STR_INIT;
	struct slice rest = model->types, word;
	while (slice_cut(&rest, ' ', &word))
		str_printf(&list, "%s" SLICE_FMT, list.n ? ", " : "", SLICE_ARG(word));
	if (list.n)
		answer_note(answer,
			"Good for, as is said of it: " SLICE_FMT
			".  By kind of task: %s.  Whether it is "
			"good enough for a workload of yours has to be compared.",
			SLICE_ARG(model->good_for), str_text(&list));
	str_clear(&list);
	for (size_t i = 0; i < model->hosted_n; i++)
		str_printf(&list, "%s" SLICE_FMT " (" SLICE_FMT ")", i ? ", " : "",
			SLICE_ARG(model->hosted[i].model), SLICE_ARG(model->hosted[i].provider));
	if (list.n)
		answer_note(answer, "The same model as an API: %s.", str_text(&list));
	else
		answer_note(answer, "No API in the price table offers the same model.");
	str_free(&list);
}

static void
source_notes(struct answer *answer, const struct local_model *model)
{
	char bytes[NUM_TEXT];
	answer_note(answer,
		"A token of context takes %s%s bytes: 2 x %d layers x %d heads x %d x 2 bytes.",
		model->kv_bound ? "at most " : "", num_count(bytes, local_model_kv_bytes(model)),
		model->layers, model->kv_heads, model->head_dim);
	if (model->window_layers) {
		char window[NUM_TEXT];
		answer_note(answer,
			"%d of its %d layers look back at %s tokens at most, so that a long "
			"context takes "
			"less than that.",
			model->window_layers, model->layers, num_count(window, model->window));
	}
	if (model->note.n)
		answer_note(answer, "Note: " SLICE_FMT ".", SLICE_ARG(model->note));
	answer_note(answer, "License: " SLICE_FMT ".  Source: " SLICE_FMT " (" SLICE_FMT ":%lld).",
		SLICE_ARG(model->license.n ? model->license : SLICE("not stated")),
		SLICE_ARG(model->source.n ? model->source : SLICE("not stated")),
		SLICE_ARG(model->file), (long long)model->line);
}

void
model_report(struct answer *answer, const struct local_model *model)
{
	char context[NUM_TEXT];
	struct str active = STR_INIT;
	struct table *table = answer_table(answer, "models", NULL, list_columns, LISTED);
	table->quiet = true;
	put_row(answer, table, model);
	size_table(answer, model);
	if (model->active_params_b < model->params_b)
		str_printf(&active, ", %.3g billion of them active", model->active_params_b);
	answer_headline(answer,
		SLICE_FMT ": " SLICE_FMT ", %.3g billion parameters%s, up to %s tokens of context.",
		SLICE_ARG(model->id), SLICE_ARG(model->name), model->params_b, str_text(&active),
		num_count(context, model->context));
	str_free(&active);
	use_notes(answer, model);
	source_notes(answer, model);
	catalog_mark_note(answer, model->unverified != 0);
	answer->default_table = "sizes";
	answer_next(answer, "hllm hardware  # what it could run on");
}
