/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>

#include "report/catalogs.h"

enum {
	H_ID,
	H_NAME,
	H_KIND,
	H_CLASS,
	H_MEMORY,
	H_USABLE,
	H_BANDWIDTH,
	H_TFLOPS,
	H_BUSY,
	H_IDLE,
	H_CONTEXT,
	H_COST,
	H_PRICE,
	H_HOURLY,
	H_MONTHLY,
	H_LAUNCH,
	H_DATE,
	H_UNVERIFIED,
	H_SOURCE,
	H_NOTE,
	H_ALIASES,
	H_FILE,
	H_LINE,
	LISTED
};

static const struct column list_columns[LISTED] = {
	[H_ID] = { .key = "id", .head = "ID", .left = true },
	[H_NAME] = { .key = "name", .left = true },
	[H_KIND] = { .key = "kind", .head = "KIND", .left = true, .drop = 1 },
	[H_CLASS] = { .key = "class", .head = "CLASS", .left = true, .drop = 5 },
	[H_MEMORY] = { .key = "memory_gb", .head = "GB", .unit = "GB", .decimals = 6 },
	[H_USABLE] = { .key = "usable_share", .decimals = 6 },
	[H_BANDWIDTH] = { .key = "bandwidth_gbs", .head = "GB/S", .unit = "GB/s", .decimals = 6 },
	[H_TFLOPS] = { .key = "fp16_tflops",
		.head = "TFLOPS",
		.unit = "TFLOPS",
		.decimals = 6,
		.drop = 4 },
	[H_BUSY] = { .key = "busy_watts", .head = "WATTS", .unit = "W", .decimals = 6, .drop = 2 },
	[H_IDLE] = { .key = "idle_watts", .head = "IDLE", .unit = "W", .decimals = 6, .drop = 3 },
	[H_CONTEXT] = { .key = "context_watts", .unit = "W", .decimals = 6 },
	[H_COST] = { .key = NULL, .head = "PRICE IN $" },
	[H_PRICE] = { .key = "price", .unit = "money" },
	[H_HOURLY] = { .key = "hourly", .unit = "money", .decimals = 6 },
	[H_MONTHLY] = { .key = "monthly", .unit = "money" },
	[H_LAUNCH] = { .key = "launch_price", .unit = "money" },
	[H_DATE] = { .key = "price_date",
		.head = "AS OF",
		.left = true,
		.weight = 2,
		.least = 10,
		.drop = 6 },
	[H_UNVERIFIED] = { .key = "unverified", .left = true },
	[H_SOURCE] = { .key = "source", .left = true },
	[H_NOTE] = { .key = "note", .left = true },
	[H_ALIASES] = { .key = "aliases", .left = true },
	[H_FILE] = { .key = "file", .left = true },
	[H_LINE] = { .key = "line" },
};

static struct cell
unverified_cell(struct answer *answer, const struct hardware *row)
{
	struct str list = STR_INIT;
	for (int i = 0; i < HARDWARE_FIGURES; i++)
		if (hardware_is_unverified(row, (enum hardware_figure)i))
			str_printf(&list, "%s%s", list.n ? " " : "", hardware_figures[i]);
	struct cell cell =
		catalog_list(answer, str_as_slice(&list), ' ', "every figure is verified");
	str_free(&list);
	return cell;
}

static const char *
why_none(const struct hardware *row, enum hardware_figure figure)
{
	bool rented = hardware_is_rented(row);
	if (figure == HARDWARE_PRICE || figure == HARDWARE_LAUNCH)
		return rented ? "it is rented" : "no price is known";
	if (figure == HARDWARE_HOURLY || figure == HARDWARE_MONTHLY)
		return rented ? "no rent of this kind is known" : "it is bought";
	if (rented &&
		(figure == HARDWARE_BUSY || figure == HARDWARE_IDLE || figure == HARDWARE_CONTEXT))
		return "its electricity is in the rent";
	return "not known";
}

static bool
is_money(enum hardware_figure figure)
{
	return figure >= HARDWARE_PRICE;
}

static struct cell
figure_cell(struct answer *answer, const struct hardware *row, enum hardware_figure figure)
{
	double value = hardware_figure(row, figure);
	bool unverified = hardware_is_unverified(row, figure);
	return is_money(figure) ? catalog_money(answer, value, unverified, why_none(row, figure))
				: catalog_cell(answer, value, 2, unverified, why_none(row, figure));
}

/* What it costs in one column: "2,499.99", "0.34/h", "7.50/month"; the month of what is rented by the month. */
static struct cell
cost_cell(struct answer *answer, const struct hardware *row)
{
	static const enum hardware_figure figures[] = { HARDWARE_PRICE, HARDWARE_MONTHLY,
		HARDWARE_HOURLY, HARDWARE_MONTHLY };
	static const char *const units[] = { "", "/month", "/h", "/month" };
	for (size_t i = 0; i < HL_COUNT(figures); i++) {
		bool first = figures[i] != HARDWARE_MONTHLY || row->kind == HARDWARE_VPS || i > 1;
		if (!first || isnan(hardware_figure(row, figures[i])))
			continue;
		struct cell cell = figure_cell(answer, row, figures[i]);
		return cell_textf(answer, SLICE_FMT "%s", SLICE_ARG(cell.text), units[i]);
	}
	return cell_none("no price is known");
}

static void
put_row(struct answer *answer, struct table *table, const struct hardware *row)
{
	static const int columns[HARDWARE_FIGURES] = {
		[HARDWARE_MEMORY] = H_MEMORY,
		[HARDWARE_USABLE] = H_USABLE,
		[HARDWARE_BANDWIDTH] = H_BANDWIDTH,
		[HARDWARE_TFLOPS] = H_TFLOPS,
		[HARDWARE_BUSY] = H_BUSY,
		[HARDWARE_IDLE] = H_IDLE,
		[HARDWARE_CONTEXT] = H_CONTEXT,
		[HARDWARE_PRICE] = H_PRICE,
		[HARDWARE_HOURLY] = H_HOURLY,
		[HARDWARE_MONTHLY] = H_MONTHLY,
		[HARDWARE_LAUNCH] = H_LAUNCH,
	};
	struct cell *cells = table_row(table);
	cells[H_ID] = cell_text(answer, row->id);
	cells[H_NAME] = cell_text(answer, row->name);
	cells[H_KIND] = cell_text(answer, slice_of(hardware_kinds[row->kind]));
	cells[H_CLASS] = cell_text(answer, row->class);
	for (int i = 0; i < HARDWARE_FIGURES; i++)
		cells[columns[i]] = figure_cell(answer, row, (enum hardware_figure)i);
	cells[H_COST] = cost_cell(answer, row);
	cells[H_DATE] = catalog_word(answer, row->price_date, "not stated");
	cells[H_UNVERIFIED] = unverified_cell(answer, row);
	cells[H_SOURCE] = catalog_word(answer, row->source, "not stated");
	cells[H_NOTE] = catalog_word(answer, row->note, "nothing to add");
	cells[H_ALIASES] = catalog_list(answer, row->aliases, ';', "no other name");
	cells[H_FILE] = cell_text(answer, row->file);
	cells[H_LINE] = cell_count(row->line);
}

void
hardware_list_report(struct answer *answer, const struct hardwares *list, const char *kind)
{
	bool any = false;
	struct table *table = answer_table(answer, "hardware", NULL, list_columns, LISTED);
	for (size_t i = 0; i < list->n; i++) {
		const struct hardware *row = &list->items[i];
		if (kind && strcmp(hardware_kinds[row->kind], kind) != 0)
			continue;
		put_row(answer, table, row);
		any |= row->unverified != 0;
	}
	if (kind)
		answer_headline(answer,
			"%zu of the %zu cards, machines and offers for rent are of the "
			"kind %s.",
			table->rows_n, list->n, kind);
	else
		answer_headline(answer,
			"%zu cards, machines and offers for rent that can run open models.",
			list->n);
	catalog_mark_note(answer, any);
	answer_note(answer,
		"Watts and price of a card (gpu) are without the machine around it.  Rows "
		"of your own go into hardware.csv beside hllm.conf.");
	answer->default_table = "hardware";
	if (table->rows_n)
		answer_next(answer,
			"hllm hardware " SLICE_FMT
			"  # its figures, where they are from, what fits",
			SLICE_ARG(table->cells[H_ID].text));
}

/* ---- one of them ---- */

enum { F_NAME, F_VALUE, F_UNIT, F_TEXT, F_VERIFIED, F_ABOUT, FIGURES };

static const struct column figure_columns[FIGURES] = {
	[F_NAME] = { .key = "name", .head = "FIGURE", .left = true },
	[F_VALUE] = { .key = "value", .decimals = 6 },
	[F_UNIT] = { .key = "unit", .left = true },
	[F_TEXT] = { .key = NULL, .head = "VALUE", .left = true },
	[F_VERIFIED] = { .key = "verified" },
	[F_ABOUT] = { .key = "about",
		.head = "WHAT IT IS",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 20 },
};

static const char *
unit_of(enum hardware_figure figure)
{
	static const char *const units[HARDWARE_FIGURES] = {
		[HARDWARE_MEMORY] = "GB",
		[HARDWARE_USABLE] = "",
		[HARDWARE_BANDWIDTH] = "GB/s",
		[HARDWARE_TFLOPS] = "TFLOPS",
		[HARDWARE_BUSY] = "W",
		[HARDWARE_IDLE] = "W",
		[HARDWARE_CONTEXT] = "W",
		[HARDWARE_PRICE] = "USD",
		[HARDWARE_HOURLY] = "USD/hour",
		[HARDWARE_MONTHLY] = "USD/month",
		[HARDWARE_LAUNCH] = "USD",
	};
	return units[figure];
}

static struct cell
about_cell(struct answer *answer, const struct hardware *row, enum hardware_figure figure)
{
	bool card = row->kind == HARDWARE_GPU;
	switch (figure) {
	case HARDWARE_MEMORY:
		return cell_textf(answer, "%.4g GB of it for a model and its cache",
			hardware_usable_gb(row, 1));
	case HARDWARE_USABLE:
		return cell_textf(answer, "the share of the memory that a model can have");
	case HARDWARE_BANDWIDTH:
		return cell_textf(answer, "of that memory: what the speed of answers hangs on");
	case HARDWARE_TFLOPS:
		return cell_textf(
			answer, "with 16 bits: what the speed of reading prompts hangs on");
	case HARDWARE_BUSY:
		return cell_textf(
			answer, "the most that %s draws", card ? "the card" : "the whole machine");
	case HARDWARE_IDLE:
		return cell_textf(answer, "%s, with no model loaded",
			card ? "of the card" : "of the whole machine");
	case HARDWARE_CONTEXT:
		return cell_textf(answer, "more when idle, as long as a model is loaded");
	case HARDWARE_PRICE:
		return cell_textf(answer, "%s; " SLICE_FMT,
			card ? "of the card alone" : "of the whole machine",
			SLICE_ARG(
				row->price_date.n ? row->price_date : SLICE("no date is stated")));
	case HARDWARE_HOURLY:
	case HARDWARE_MONTHLY:
		return cell_textf(answer, "rent, with its electricity; " SLICE_FMT,
			SLICE_ARG(
				row->price_date.n ? row->price_date : SLICE("no date is stated")));
	case HARDWARE_LAUNCH:
		return cell_textf(answer, "its price when it was new");
	case HARDWARE_FIGURES:
		break;
	}
	BUG("a figure of no kind");
}

static void
figure_table(struct answer *answer, const struct hardware *row)
{
	struct table *table = answer_table(answer, "figures", NULL, figure_columns, FIGURES);
	for (int i = 0; i < HARDWARE_FIGURES; i++) {
		enum hardware_figure figure = (enum hardware_figure)i;
		double value = hardware_figure(row, figure);
		bool unverified = hardware_is_unverified(row, figure);
		if (isnan(value))
			continue;
		struct cell *cells = table_row(table);
		struct cell text = is_money(figure) ? catalog_money(answer, value, false, "")
						    : catalog_cell(answer, value, 3, false, "");
		cells[F_NAME] = cell_text(answer, slice_of(hardware_figures[i]));
		cells[F_VALUE] = cell_decimal(text.amount);
		cells[F_UNIT] = catalog_word(answer, slice_of(unit_of(figure)), "a share");
		cells[F_TEXT] = cell_textf(answer, SLICE_FMT "%s%s%s", SLICE_ARG(text.text),
			*unit_of(figure) ? " " : "", unit_of(figure), unverified ? "?" : "");
		cells[F_VERIFIED] = cell_flag(!unverified);
		cells[F_ABOUT] = about_cell(answer, row, figure);
	}
}

enum { M_MODEL, M_QUANT, M_NEEDS, M_LEFT, M_MOST, M_BOUND, FITTING };

static const struct column fit_columns[FITTING] = {
	[M_MODEL] = { .key = "model", .head = "MODEL THAT FITS", .left = true },
	[M_QUANT] = { .key = "quant", .head = "AS", .left = true },
	[M_NEEDS] = { .key = "memory_gb", .head = "GB", .unit = "GB", .decimals = 3 },
	[M_LEFT] = { .key = "left_gb", .unit = "GB", .decimals = 3 },
	[M_MOST] = { .key = "context_most", .head = "LONGEST CONTEXT", .unit = "tokens" },
	[M_BOUND] = { .key = "upper_bound" },
};

/* The best quantization that fits at the usual context, or at the model's own where that is shorter. */
static bool
find_fit(const struct hardware *row, int units, const struct local_model *model, enum quant *quant,
	struct fit *fit)
{
	int64_t context = model->context < CATALOG_CONTEXT ? model->context : CATALOG_CONTEXT;
	for (int q = QUANTS - 1; q >= 0; q--) {
		struct fit_question question = { .model = model,
			.quant = (enum quant)q,
			.hardware = row,
			.units = units,
			.context = context,
			.concurrency = 1 };
		fit_of(&question, fit);
		*quant = question.quant;
		if (fit->answer == FIT_YES)
			return true;
	}
	return false;
}

static size_t
fit_table(struct answer *answer, const struct hardware *row, int units,
	const struct local_models *models)
{
	struct table *table = answer_table(answer, "fits", NULL, fit_columns, FITTING);
	for (size_t i = 0; i < models->n; i++) {
		enum quant quant;
		struct fit fit;
		if (!find_fit(row, units, &models->items[i], &quant, &fit))
			continue;
		struct cell *cells = table_row(table);
		cells[M_MODEL] = cell_text(answer, models->items[i].id);
		cells[M_QUANT] = cell_text(answer, slice_of(quant_names[quant]));
		cells[M_NEEDS] = catalog_cell(answer, fit.needed_gb, 1,
			local_model_is_unverified(
				&models->items[i], (enum model_figure)(MODEL_FILE_Q4 + quant)),
			"");
		cells[M_LEFT] = catalog_cell(answer, fit.usable_gb - fit.needed_gb, 1, false, "");
		cells[M_MOST] = cell_count(fit.context_most);
		cells[M_BOUND] = cell_flag(fit.kv_bound);
	}
	return table->rows_n;
}

static void
source_notes(struct answer *answer, const struct hardware *row)
{
	if (row->note.n)
		answer_note(answer, "Note: " SLICE_FMT ".", SLICE_ARG(row->note));
	answer_note(answer, "Kind: %s; its speed is predicted by the class " SLICE_FMT ".",
		hardware_kinds[row->kind], SLICE_ARG(row->class));
	answer_note(answer, "Source: " SLICE_FMT " (" SLICE_FMT ":%lld).",
		SLICE_ARG(row->source.n ? row->source : SLICE("not stated")), SLICE_ARG(row->file),
		(long long)row->line);
	if (row->kind == HARDWARE_GPU)
		answer_note(answer,
			"A card needs a machine around it, whose price and watts are not in "
			"these figures.");
}

void
hardware_report(struct answer *answer, const struct hardware *hardware, int units,
	const struct local_models *models)
{
	struct table *table = answer_table(answer, "hardware", NULL, list_columns, LISTED);
	table->quiet = true;
	put_row(answer, table, hardware);
	figure_table(answer, hardware);
	size_t n = fit_table(answer, hardware, units, models);
	char usable[NUM_TEXT];
	struct cell cell = catalog_cell(answer, hardware_usable_gb(hardware, units), 1, false, "");
	num_print(usable, cell.amount, 0, 1, true);
	struct str count = STR_INIT;
	if (units > 1)
		str_printf(&count, "%d x ", units);
	answer_headline(answer,
		"%s" SLICE_FMT " (" SLICE_FMT "): %s GB for models; %zu of %zu open models fit.",
		str_text(&count), SLICE_ARG(hardware->id), SLICE_ARG(hardware->name), usable, n,
		models->n);
	str_free(&count);
	answer_note(answer,
		"What fits is counted with 8,192 tokens of context, for one request at a time, in "
		"the "
		"best quantization of f16, q8_0 and q4_k_m that has room%s.",
		units > 1 ? ", the layers shared between the units" : "");
	source_notes(answer, hardware);
	catalog_mark_note(answer, hardware->unverified != 0);
	answer->default_table = "figures";
	answer_next(answer, "hllm models  # the models, and what they are good for");
}
