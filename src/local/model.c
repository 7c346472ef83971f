/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/model.h"

#include <math.h>
#include <stdlib.h>

#include "base/near.h"
#include "local/naming.h"
#include "local/sheetrow.h"
#include "price/sheet.h"

const char *const quant_names[QUANTS] = {
	[QUANT_Q4_K_M] = "q4_k_m",
	[QUANT_Q8_0] = "q8_0",
	[QUANT_F16] = "f16",
};

const char *const model_figures[MODEL_FIGURES] = {
	[MODEL_FILE_Q4] = "q4_k_m_gb",
	[MODEL_FILE_Q8] = "q8_0_gb",
	[MODEL_FILE_F16] = "f16_gb",
	[MODEL_READ_Q4] = "read_q4_k_m_gb",
	[MODEL_READ_Q8] = "read_q8_0_gb",
	[MODEL_READ_F16] = "read_f16_gb",
};

/* Those that a row must have stand first. */
enum {
	C_ID,
	C_PARAMS,
	C_LAYERS,
	C_KV_HEADS,
	C_HEAD_DIM,
	C_CONTEXT,
	REQUIRED,
	C_NAME = REQUIRED,
	C_ALIASES,
	C_ACTIVE,
	C_FILE,
	C_READ = C_FILE + QUANTS,
	C_BOUND = C_READ + QUANTS,
	C_TYPES,
	C_GOOD_FOR,
	C_HOSTED,
	C_LICENSE,
	C_UNVERIFIED,
	C_SOURCE,
	C_NOTE,
	C_WINDOW,
	C_WINDOW_LAYERS,
	COLUMNS
};

static const char *const column_names[COLUMNS] = {
	[C_ID] = "id",
	[C_PARAMS] = "params_b",
	[C_LAYERS] = "layers",
	[C_KV_HEADS] = "kv_heads",
	[C_HEAD_DIM] = "head_dim",
	[C_CONTEXT] = "context",
	[C_NAME] = "name",
	[C_ALIASES] = "aliases",
	[C_ACTIVE] = "active_params_b",
	[C_FILE + QUANT_Q4_K_M] = "q4_k_m_gb",
	[C_FILE + QUANT_Q8_0] = "q8_0_gb",
	[C_FILE + QUANT_F16] = "f16_gb",
	[C_READ + QUANT_Q4_K_M] = "read_q4_k_m_gb",
	[C_READ + QUANT_Q8_0] = "read_q8_0_gb",
	[C_READ + QUANT_F16] = "read_f16_gb",
	[C_BOUND] = "kv_bound",
	[C_TYPES] = "types",
	[C_GOOD_FOR] = "good_for",
	[C_HOSTED] = "hosted",
	[C_LICENSE] = "license",
	[C_UNVERIFIED] = "unverified",
	[C_SOURCE] = "source",
	[C_NOTE] = "note",
	[C_WINDOW] = "window",
	[C_WINDOW_LAYERS] = "window_layers",
};

/* The numbers of a row before they are whole ones. */
struct numbers {
	double params_b, active_params_b, layers, kv_heads, head_dim, context, window,
		window_layers;
	double file_gb[QUANTS], read_gb[QUANTS];
};

#define AT(member) offsetof(struct numbers, member)
static const struct number_column numbers[] = {
	{ C_PARAMS, AT(params_b), 0.001, 1e5, .required = true },
	{ C_LAYERS, AT(layers), 1, 10000, .required = true, .whole = true },
	{ C_KV_HEADS, AT(kv_heads), 1, 10000, .required = true, .whole = true },
	{ C_HEAD_DIM, AT(head_dim), 1, 100000, .required = true, .whole = true },
	{ C_CONTEXT, AT(context), 1, 1e9, .required = true, .whole = true },
	{ C_ACTIVE, AT(active_params_b), 0.001, 1e5, .required = false },
	{ C_FILE + QUANT_Q4_K_M, AT(file_gb[QUANT_Q4_K_M]), 0.001, 1e6, .required = false },
	{ C_FILE + QUANT_Q8_0, AT(file_gb[QUANT_Q8_0]), 0.001, 1e6, .required = false },
	{ C_FILE + QUANT_F16, AT(file_gb[QUANT_F16]), 0.001, 1e6, .required = false },
	{ C_READ + QUANT_Q4_K_M, AT(read_gb[QUANT_Q4_K_M]), 0.001, 1e6, .required = false },
	{ C_READ + QUANT_Q8_0, AT(read_gb[QUANT_Q8_0]), 0.001, 1e6, .required = false },
	{ C_READ + QUANT_F16, AT(read_gb[QUANT_F16]), 0.001, 1e6, .required = false },
	{ C_WINDOW, AT(window), 1, 1e9, .required = false, .whole = true },
	{ C_WINDOW_LAYERS, AT(window_layers), 1, 10000, .required = false, .whole = true },
};
#undef AT

/* What cannot tell one model from another: how it is trained to answer, and how it is written. */
static const char *const noise[] = { "instruct", "it", "chat", "gguf", "meta", "hf", "latest",
	"model", "q4", "q8", "k", "m", "s", "0", "f16", "fp16", "bf16", "awq", "gptq", "mlx",
	"4bit", "8bit", "preview", NULL };

static const struct naming naming = {
	.what = "model", .list = "hllm models", .noise = noise, .path = true
};

struct adding {
	struct local_models *to;
	struct slice file;
};

bool
quant_parse(const char *text, enum quant *quant, struct err *err)
{
	static const struct {
		const char *name;
		enum quant quant;
	} known[] = { { "q4_k_m", QUANT_Q4_K_M }, { "q4", QUANT_Q4_K_M }, { "q8_0", QUANT_Q8_0 },
		{ "q8", QUANT_Q8_0 }, { "f16", QUANT_F16 }, { "fp16", QUANT_F16 },
		{ "bf16", QUANT_F16 } };
	for (size_t i = 0; i < HL_COUNT(known); i++)
		if (slice_is_nocase(slice_of(text), known[i].name)) {
			*quant = known[i].quant;
			return true;
		}
	char hint[NEAR_TEXT];
	return err_set(err, FAULT_USAGE,
		"\"%.40s\" is no way of writing weights that is known here%s", text,
		near_hint(hint, text, quant_names, HL_COUNT(quant_names),
			", expected q4_k_m, q8_0 or f16"));
}

/* Of a dense model all of the file is read, where the row does not say. */
static bool
check_sizes(struct local_model *row, struct err *err)
{
	bool any = false, dense = row->active_params_b >= row->params_b;
	for (int q = 0; q < QUANTS; q++) {
		any |= !isnan(row->file_gb[q]);
		if (isnan(row->read_gb[q]) && dense)
			row->read_gb[q] = row->file_gb[q];
		if (row->read_gb[q] > row->file_gb[q])
			return err_set(err, FAULT_INPUT,
				"%s is more than %s, which is all there is",
				column_names[C_READ + q], column_names[C_FILE + q]);
	}
	if (!any)
		return err_set(err, FAULT_INPUT,
			"the size of no file, expected q4_k_m_gb, q8_0_gb or f16_gb");
	for (int i = 0; i < MODEL_FIGURES; i++)
		if (local_model_is_unverified(row, (enum model_figure)i) &&
			isnan(local_model_figure(row, (enum model_figure)i)))
			return err_set(err, FAULT_INPUT, "%s is called unverified and is not there",
				model_figures[i]);
	return true;
}

static bool
take_numbers(struct local_model *row, const struct slice *cells, struct err *err)
{
	struct numbers n;
	if (!sheetrow_numbers(&n, numbers, HL_COUNT(numbers), cells, column_names, err))
		return false;
	row->params_b = n.params_b;
	row->active_params_b = isnan(n.active_params_b) ? n.params_b : n.active_params_b;
	row->layers = (int)n.layers;
	row->kv_heads = (int)n.kv_heads;
	row->head_dim = (int)n.head_dim;
	row->context = (int64_t)n.context;
	if (isnan(n.window) != isnan(n.window_layers) || n.window_layers > n.layers)
		return err_set(err, FAULT_INPUT,
			"window and window_layers do not belong together, "
			"expected both, and no more than all layers");
	if (!isnan(n.window)) {
		row->window = (int64_t)n.window;
		row->window_layers = (int)n.window_layers;
	}
	memcpy(row->file_gb, n.file_gb, sizeof(row->file_gb));
	memcpy(row->read_gb, n.read_gb, sizeof(row->read_gb));
	return row->active_params_b <= row->params_b ||
	       err_set(err, FAULT_INPUT,
		       "active_params_b is more than params_b, expected at most %g", row->params_b);
}

/* "groq/openai/gpt-oss-20b": the provider stands before the first '/'. */
static bool
take_hosted(struct local_model *row, struct arena *arena, struct slice list, struct err *err)
{
	struct slice one, provider;
	while (slice_cut(&list, ';', &one)) {
		one = slice_trim(one);
		struct slice model = one;
		if (!one.n)
			continue;
		if (!slice_cut(&model, '/', &provider) || !provider.n || !model.n)
			return err_set(err, FAULT_INPUT,
				"hosted has \"" SLICE_FMT
				"\", expected PROVIDER/ID as in prices.csv",
				SLICE_ARG(one));
		if (row->hosted_n == HOSTED_MOST)
			return err_set(err, FAULT_INPUT, "hosted has more than %d, expected fewer",
				HOSTED_MOST);
		row->hosted[row->hosted_n++] =
			(struct hosted){ slice_copy(arena, provider), slice_copy(arena, model) };
	}
	return true;
}

static bool
put_row(struct local_models *to, const struct local_model *row, struct err *err)
{
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
	struct local_model row = {
		.file = adding->file, .line = line, .layer = adding->to->layers
	};
	static const char *const bound[] = { "yes", "no" };
	if (!sheetrow_id(cells[C_ID], err) || !take_numbers(&row, cells, err) ||
		!sheetrow_set(cells[C_UNVERIFIED], "unverified", model_figures, MODEL_FIGURES,
			&row.unverified, err) ||
		!check_sizes(&row, err) || !take_hosted(&row, arena, cells[C_HOSTED], err))
		return false;
	if (cells[C_BOUND].n) {
		int said = sheetrow_word(cells[C_BOUND], "kv_bound", bound, HL_COUNT(bound), err);
		if (said < 0)
			return false;
		row.kv_bound = said == 0;
	}
	row.id = slice_copy(arena, cells[C_ID]);
	row.name = cells[C_NAME].n ? slice_copy(arena, cells[C_NAME]) : row.id;
	row.aliases = slice_copy(arena, cells[C_ALIASES]);
	row.types = slice_copy(arena, cells[C_TYPES]);
	row.good_for = slice_copy(arena, cells[C_GOOD_FOR]);
	row.license = slice_copy(arena, cells[C_LICENSE]);
	row.source = slice_copy(arena, cells[C_SOURCE]);
	row.note = slice_copy(arena, cells[C_NOTE]);
	return put_row(adding->to, &row, err);
}

bool
local_models_add_text(
	struct local_models *list, const char *file, struct slice text, struct err *err)
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
local_models_add(struct local_models *list, const char *path, struct err *err)
{
	struct slice text;
	return sheet_file(&list->arena, path, &text, err) &&
	       local_models_add_text(list, path, text, err);
}

void
local_models_free(struct local_models *list)
{
	free(list->items);
	arena_free(&list->arena);
	*list = (struct local_models){ 0 };
}

bool
local_models_check_types(
	const struct local_models *list, const struct slice *types, size_t types_n, struct err *err)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct local_model *model = &list->items[i];
		struct slice rest = model->types, word;
		while (slice_cut(&rest, ' ', &word)) {
			bool known = !word.n;
			for (size_t k = 0; k < types_n && !known; k++)
				known = slice_eq(word, types[k]);
			if (!known)
				return err_set(err, FAULT_INPUT,
					SLICE_FMT ":%lld: types has \"" SLICE_FMT
						  "\", expected kinds of task as attributes.conf "
						  "has them",
					SLICE_ARG(model->file), (long long)model->line,
					SLICE_ARG(word));
		}
	}
	return true;
}

const struct local_model *
local_model_find(const struct local_models *list, const char *name, struct err *err)
{
	struct called *entries = xcalloc(list->n + 1, sizeof(*entries));
	for (size_t i = 0; i < list->n; i++)
		entries[i] = (struct called){ .id = list->items[i].id,
			.name = list->items[i].name,
			.aliases = list->items[i].aliases,
			.layer = list->items[i].layer };
	int found = naming_find(&naming, entries, list->n, name, err);
	free(entries);
	return found < 0 ? NULL : &list->items[found];
}

bool
local_model_is_good_for(const struct local_model *model, struct slice type)
{
	struct slice rest = model->types, word;
	while (slice_cut(&rest, ' ', &word))
		if (word.n && slice_eq(word, type))
			return true;
	return false;
}

int64_t
local_model_kv_bytes(const struct local_model *model)
{
	return (int64_t)4 * model->layers * model->kv_heads * model->head_dim;
}

int64_t
local_model_window_tokens(const struct local_model *model, int64_t context)
{
	enum { BATCH = 512 };
	if (!model->window_layers || context <= model->window + BATCH)
		return context;
	return model->window + BATCH;
}

double
local_model_cache_bytes(const struct local_model *model, int64_t context)
{
	double a_layer = (double)local_model_kv_bytes(model) / model->layers;
	int whole = model->layers - model->window_layers;
	return a_layer *
	       (whole * (double)context +
		       model->window_layers * (double)local_model_window_tokens(model, context));
}

double
local_model_figure(const struct local_model *model, enum model_figure figure)
{
	return figure < MODEL_READ_Q4 ? model->file_gb[figure - MODEL_FILE_Q4]
				      : model->read_gb[figure - MODEL_READ_Q4];
}

bool
local_model_is_unverified(const struct local_model *model, enum model_figure figure)
{
	return model->unverified >> figure & 1U;
}
