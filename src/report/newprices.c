/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/newprices.h"

#include "base/when.h"
#include "report/parts.h"

enum { PRICES_FOR_PEOPLE = 20 };

enum { P_PROVIDER, P_MODEL, P_PRICE, P_OLD, P_NEW, P_RATIO, P_FROM, P_MONTHLY, P_KEY, P_COLUMNS };
static const struct column price_columns[P_COLUMNS] = {
	[P_PROVIDER] = { .key = "provider", .left = true },
	[P_MODEL] = { .key = "model", .head = "MODEL", .left = true, .weight = 1, .least = 16 },
	[P_PRICE] = { .key = "price", .head = "WHICH", .left = true, .weight = 2, .least = 14 },
	[P_OLD] = { .key = "old", .head = "OLD", .unit = "USD", .decimals = 9 },
	[P_NEW] = { .key = "new", .head = "NEW", .unit = "USD", .decimals = 9 },
	[P_RATIO] = { .key = "ratio", .head = "TIMES", .decimals = 4, .drop = 2 },
	[P_FROM] = { .key = "from", .head = "SINCE", .left = true, .drop = 1 },
	[P_MONTHLY] = { .key = "monthly_difference", .head = "$/MONTH", .unit = "money" },
	[P_KEY] = { .key = "key", .left = true },
};

enum {
	W_WORKLOAD,
	W_MODEL,
	W_BEFORE,
	W_BEFORE_HIGH,
	W_AFTER,
	W_AFTER_HIGH,
	W_DIFFERENCE,
	W_DIFFERENCE_HIGH,
	W_CAUSES,
	W_COLUMNS
};
static const struct column work_columns[W_COLUMNS] = {
	[W_WORKLOAD] = { .key = "workload",
		.head = "WORKLOAD",
		.left = true,
		.weight = 2,
		.least = 12 },
	[W_MODEL] = { .key = "model",
		.head = "MODEL",
		.left = true,
		.weight = 3,
		.least = 10,
		.drop = 1 },
	[W_BEFORE] = { .key = "before", .unit = "money" },
	[W_BEFORE_HIGH] = { .key = "before_high", .unit = "money" },
	[W_AFTER] = { .key = "after", .head = "$/MONTH", .unit = "money" },
	[W_AFTER_HIGH] = { .key = "after_high", .unit = "money" },
	[W_DIFFERENCE] = { .key = "difference", .head = "CHANGE", .unit = "money" },
	[W_DIFFERENCE_HIGH] = { .key = "difference_high", .unit = "money" },
	[W_CAUSES] = { .key = "because",
		.head = "BECAUSE OF",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 16 },
};

enum { D_KEY, D_PROVIDER, D_MODEL, D_PRICE, D_KIND, D_EXPECTED, D_VALUE, D_WHY, D_COLUMNS };
static const struct column doubt_columns[D_COLUMNS] = {
	[D_KEY] = { .key = "key", .left = true },
	[D_PROVIDER] = { .key = "provider", .left = true },
	[D_MODEL] = { .key = "model", .head = "MODEL", .left = true, .weight = 1, .least = 16 },
	[D_PRICE] = { .key = "price", .head = "WHICH", .left = true, .weight = 2, .least = 12 },
	[D_KIND] = { .key = "kind", .head = "DOUBT", .left = true },
	[D_EXPECTED] = { .key = "expected", .head = "IN FORCE", .unit = "USD", .decimals = 9 },
	[D_VALUE] = { .key = "value", .head = "IN THE LIST", .unit = "USD", .decimals = 9 },
	[D_WHY] = { .key = "why",
		.head = "WHY",
		.left = true,
		.wrap = true,
		.weight = 3,
		.least = 16 },
};

bool
newprices_any(const struct newprices *news)
{
	const struct update *update = news->update;
	return update->n > 0;
}

/* Dollars for 1M tokens, or for a thousand calls. */
static femto_t
amount_of(const struct price_row *row)
{
	bool calls = slice_is(row->kind, "web_search"), plain = slice_is(row->kind, "multiplier");
	return (femto_t)row->picos * (plain ? FEMTO_PER_UNIT / 1000 : calls ? 1000000 : 1000000000);
}

static struct cell
cell_price(const struct price_row *row, const char *none)
{
	return row ? cell_decimal(amount_of(row)) : cell_none(none);
}

static struct cell
cell_day(struct answer *answer, int64_t ns)
{
	char day[WHEN_TEXT];
	return ns == INT64_MIN ? cell_none("no first day")
			       : cell_text(answer, slice_of(when_date(day, ns)));
}

static bool
same_price(const struct price_row *a, const struct price_row *b)
{
	return slice_eq(a->kind, b->kind) && a->tier == b->tier && a->above == b->above &&
	       slice_eq(a->region, b->region) && slice_eq(a->hours, b->hours);
}

/* What a price makes of the bill of a month; false: it is not known, or nothing. */
static bool
find_monthly(const struct newprices *news, const struct update_item *item, femto_t *amount)
{
	const struct effect *effect = news->effect;
	bool found = false;
	*amount = 0;
	for (size_t i = 0; effect && news->days && i < effect->causes_n; i++) {
		const struct effect_cause *cause = &effect->causes[i];
		const struct price_row *after = cause->after;
		if (effect->rows[cause->row].fresh || !slice_eq(after->model, item->model) ||
			!slice_eq(after->provider, item->provider) ||
			!same_price(after, &item->item->listed->stored.row))
			continue;
		*amount += cause->amount;
		found = true;
	}
	*amount = found ? per_month(*amount, news->days) : 0;
	return found;
}

static void
show_price(struct answer *answer, const struct newprices *news, const struct update_item *item,
	struct table *table)
{
	const struct price_row *row = &item->item->listed->stored.row;
	struct cell *cells = table_row(table);
	femto_t monthly;
	cells[P_PROVIDER] = cell_text(answer, item->provider);
	cells[P_MODEL] = cell_text(answer, item->model);
	cells[P_PRICE] = cell_text(answer, table_which(&answer->arena, row));
	cells[P_OLD] = cell_price(item->before, "no price was known");
	cells[P_NEW] = cell_price(row, "");
	if (item->before && item->before->picos > 0)
		cells[P_RATIO] = cell_decimal(
			num_round((femto_t)row->picos * FEMTO_PER_UNIT / item->before->picos, 4));
	else
		cells[P_RATIO] =
			cell_none(item->before ? "the old price is 0" : "no price was known");
	cells[P_FROM] = cell_day(answer, item->item->from);
	if (find_monthly(news, item, &monthly))
		cells[P_MONTHLY] = cell_money(monthly, "USD");
	else
		cells[P_MONTHLY] = cell_none(!news->effect ? "what you use is not known"
					     : !news->days ? "no days to count by"
							   : "you do not use it");
	cells[P_KEY] = cell_text(answer, item->item->listed->key->key);
}

static struct table *
show_prices(struct answer *answer, const struct newprices *news, enum update_what what,
	const char *key, const char *title)
{
	struct column *columns = arena_take(&answer->arena, sizeof(price_columns));
	memcpy(columns, price_columns, sizeof(price_columns));
	if (!news->effect || !news->days)
		columns[P_MONTHLY].head = NULL;
	if (what == UPDATE_ADDED)
		columns[P_OLD].head = columns[P_RATIO].head = columns[P_MONTHLY].head = NULL;
	struct table *table = answer_table(answer, key, title, columns, P_COLUMNS);
	table->most = news->verbose ? 0 : PRICES_FOR_PEOPLE;
	/* those that the user pays for first */
	for (int paid = 1; paid >= 0; paid--)
		for (size_t i = 0; i < news->update->n; i++) {
			const struct update_item *item = &news->update->items[i];
			femto_t monthly;
			if (item->what == what && update_is_taken(item) &&
				find_monthly(news, item, &monthly) == (paid == 1))
				show_price(answer, news, item, table);
		}
	/* new models come by the hundred */
	table->quiet = !table->rows_n || (what == UPDATE_ADDED && !news->verbose);
	return table;
}

static void
show_doubts(struct answer *answer, const struct newprices *news)
{
	struct table *table = answer_table(answer, "problems", NULL, doubt_columns, D_COLUMNS);
	table->most = news->verbose ? 0 : PRICES_FOR_PEOPLE;
	for (size_t i = 0; i < news->update->n; i++) {
		const struct update_item *item = &news->update->items[i];
		if (!item->doubt || item->accepted)
			continue;
		const struct listed *listed = item->item ? item->item->listed : NULL;
		struct cell *cells = table_row(table);
		cells[D_KEY] =
			listed ? cell_text(answer, listed->key->key) : cell_none("not in the list");
		cells[D_PROVIDER] = cell_text(answer, item->provider);
		cells[D_MODEL] = cell_text(answer, item->model);
		cells[D_PRICE] = cell_text(answer,
			table_which(&answer->arena, listed ? &listed->stored.row : item->before));
		cells[D_KIND] = cell_text(answer, slice_of(price_doubt_names[item->doubt]));
		cells[D_EXPECTED] = cell_price(item->before, "no price is in force");
		cells[D_VALUE] = cell_price(listed ? &listed->stored.row : NULL, "not in the list");
		cells[D_WHY] = cell_text(answer, item->why);
	}
	table->quiet = !table->rows_n;
}

/* ---- what it means for the user's own work ---- */

static void
money_cells(struct answer *answer, struct cell *cells, femto_t low, femto_t high)
{
	struct str text = STR_INIT;
	cells[0] = cell_money(low, "USD");
	cells[1] = cell_none("it is exact");
	if (low != high) {
		money_text(&text, low, high, "USD");
		cells[0].text = slice_copy(&answer->arena, str_as_slice(&text));
		cells[1] = cell_money(high, "USD");
	}
	str_free(&text);
}

/* "output 10 to 8", one a line. */
static struct slice
list_causes(struct answer *answer, const struct effect *effect, size_t row)
{
	struct str text = STR_INIT;
	for (size_t i = 0; i < effect->causes_n; i++) {
		const struct effect_cause *cause = &effect->causes[i];
		char was[NUM_TEXT], now[NUM_TEXT];
		if (cause->row != row)
			continue;
		struct slice which = table_which(&answer->arena, cause->after);
		num_print(now, amount_of(cause->after), 0, 9, true);
		if (text.n)
			str_putc(&text, '\n');
		if (cause->before && cause->before->picos != cause->after->picos)
			str_printf(&text, SLICE_FMT " %s to %s", SLICE_ARG(which),
				num_print(was, amount_of(cause->before), 0, 9, true), now);
		else
			str_printf(&text, SLICE_FMT " %s", SLICE_ARG(which), now);
	}
	struct slice kept = slice_copy(&answer->arena, str_as_slice(&text));
	str_free(&text);
	return kept;
}

static void
difference(const struct effect_row *row, femto_t *low, femto_t *high)
{
	femto_t a = row->after_low - row->before_low, b = row->after_high - row->before_high;
	*low = a < b ? a : b;
	*high = a < b ? b : a;
}

static void
show_work(struct answer *answer, const struct newprices *news)
{
	const struct effect *effect = news->effect;
	struct table *table = answer_table(
		answer, "workloads", "What it makes of your workloads", work_columns, W_COLUMNS);
	table->most = news->verbose ? 0 : ROWS_FOR_PEOPLE;
	for (size_t i = 0; effect && news->days && i < effect->n; i++) {
		const struct effect_row *row = &effect->rows[i];
		struct cell *cells = table_row(table);
		femto_t low, high;
		difference(row, &low, &high);
		cells[W_WORKLOAD] = cell_text(answer, row->workload);
		cells[W_MODEL] = cell_text(answer, row->model);
		money_cells(answer, &cells[W_AFTER], per_month(row->after_low, news->days),
			per_month(row->after_high, news->days));
		if (row->fresh) {
			for (int k = W_BEFORE; k <= W_DIFFERENCE_HIGH; k++)
				if (k < W_AFTER || k > W_AFTER_HIGH)
					cells[k] = cell_none("it had no price");
		} else {
			money_cells(answer, &cells[W_BEFORE],
				per_month(row->before_low, news->days),
				per_month(row->before_high, news->days));
			money_cells(answer, &cells[W_DIFFERENCE], per_month(low, news->days),
				per_month(high, news->days));
		}
		cells[W_CAUSES] = cell_list(answer, list_causes(answer, effect, i));
	}
	table->quiet = !table->rows_n;
}

/* "; what you use costs $7.11 a month less, $225.53": what it cost before is left out, since three amounts that are
 * rounded each would not always add up. */
static void
put_change(const struct newprices *news, struct str *text)
{
	const struct effect *effect = news->effect;
	femto_t low = per_month(effect->after_low - effect->before_low, news->days),
		high = per_month(effect->after_high - effect->before_high, news->days);
	bool more = low >= 0 && high >= 0, less = low <= 0 && high <= 0;
	femto_t a = more ? low : -low, b = more ? high : -high;
	str_printf(text, "; what you use %s ", news->dry_run ? "would cost" : "costs");
	if (more || less) {
		money_text(text, a < b ? a : b, a < b ? b : a, "USD");
		str_printf(text, " a month %s, ", more ? "more" : "less");
	}
	money_text(text, per_month(effect->after_low, news->days),
		per_month(effect->after_high, news->days), "USD");
	if (!more && !less)
		str_puts(text, " a month now");
}

static bool
is_unchanged(const struct effect *effect)
{
	for (size_t i = 0; i < effect->n; i++)
		if (!effect->rows[i].fresh)
			return false;
	return true;
}

static void
put_meaning(const struct newprices *news, struct str *text)
{
	if (!news->effect)
		str_printf(text, "; what that makes of what you use is not known: %s",
			news->no_effect);
	else if (is_unchanged(news->effect))
		str_printf(text, "; what you use %s what it did",
			news->dry_run ? "would cost" : "costs");
	else if (!news->days)
		str_printf(text, "; what that makes of a month is not known: %s", news->no_days);
	else
		put_change(news, text);
}

/* "12 prices of 4 models" */
static void
put_prices(struct str *text, size_t prices, size_t models)
{
	count_text(text, (int64_t)prices, "price", "prices");
	str_puts(text, " of ");
	count_text(text, (int64_t)models, "model", "models");
}

static void
put_counts(const struct newprices *news, struct str *text)
{
	const struct update *update = news->update;
	if (update->changed) {
		put_prices(text, update->changed, update->changed_models);
		str_puts(text, news->dry_run ? " would change" : " changed");
	}
	if (!update->added)
		return;
	str_puts(text, update->changed ? ", " : "");
	put_prices(text, update->added, update->added_models);
	str_puts(text, news->dry_run        ? " would be new"
		       : update->added == 1 ? " is new"
					    : " are new");
}

static void
say_headline(struct answer *answer, const struct newprices *news)
{
	const struct update *update = news->update;
	struct str text = STR_INIT;
	char n[NUM_TEXT], all[NUM_TEXT];
	if (update->doubts == 1 && update->n == 1) {
		answer_headline(answer, "Nothing of %s was taken: its only change is in doubt.",
			news->list);
		return;
	}
	if (update->doubts == update->n && update->n > 1) {
		answer_headline(answer,
			"Nothing of %s was taken: all of its %s changes are in doubt.", news->list,
			num_count(n, (int64_t)update->n));
		return;
	}
	if (update->doubts) {
		answer_headline(answer, "Nothing of %s was taken: %s of %s changes %s in doubt.",
			news->list, num_count(n, (int64_t)update->doubts),
			num_count(all, (int64_t)update->n), update->doubts == 1 ? "is" : "are");
		return;
	}
	if (update->changed || update->added) {
		put_counts(news, &text);
		put_meaning(news, &text);
		answer_headline(answer, "%s.", str_text(&text));
	} else {
		answer_headline(
			answer, "%s has no price that differs from those in force.", news->list);
	}
	str_free(&text);
}

static void
say_fresh(struct answer *answer, const struct newprices *news)
{
	const struct effect *effect = news->effect;
	struct str text = STR_INIT;
	if (!effect || !news->days || !effect->fresh_high)
		return;
	money_text(&text, per_month(effect->fresh_low, news->days),
		per_month(effect->fresh_high, news->days), "USD");
	answer_note(answer, "%s a month of your work had no price before; it is not in these sums.",
		str_text(&text));
	str_free(&text);
}

static void
say_left(struct answer *answer, const struct newprices *news)
{
	const struct update *update = news->update;
	char n[NUM_TEXT];
	if (update->yours)
		answer_note(answer,
			"%s differ%s from prices of your own, which go before the list and stay.",
			num_count(n, (int64_t)update->yours), update->yours == 1 ? "s" : "");
	if (update->wrong && news->verbose)
		answer_note(answer, "%s %s left out as wrong; see: hllm prices lint %s",
			num_count(n, (int64_t)update->wrong), update->wrong == 1 ? "is" : "are",
			news->list);
	if (update->left && news->verbose)
		answer_note(answer,
			"%s %s of models that are not sold any more or have no list price, as far "
			"as hllm knows, and left out.",
			num_count(n, (int64_t)update->left), update->left == 1 ? "is" : "are");
}

/* Those that the user has accepted. */
static size_t
count_gone(const struct update *update)
{
	size_t n = 0;
	for (size_t i = 0; i < update->n; i++)
		n += update->items[i].doubt == PRICE_DOUBT_GONE && update->items[i].accepted;
	return n;
}

static void
say_notes(struct answer *answer, const struct newprices *news)
{
	const struct update *update = news->update;
	char first[WHEN_TEXT], last[WHEN_TEXT], n[NUM_TEXT];
	bool taken = !update->doubts && (update->changed || update->added);
	size_t gone = count_gone(update);
	say_fresh(answer, news);
	if (taken && news->effect && news->effect->n && news->days)
		answer_note(answer,
			"A month is 30 days of what the ledger holds of %s to %s, as if today's "
			"prices had held then.",
			when_date(first, news->first_day * NS_PER_DAY),
			when_date(last, news->last_day * NS_PER_DAY));
	if (gone)
		answer_note(answer, "%s model%s in use %s not in the list any more; that is noted.",
			num_count(n, (int64_t)gone), gone == 1 ? "" : "s",
			gone == 1 ? "is" : "are");
	if (update->doubts)
		answer_note(answer, "What is right is taken with --accept MODEL; where the list is "
				    "wrong, a price "
				    "of your own (hllm prices add) settles it.");
	say_left(answer, news);
	if (taken && !news->dry_run)
		answer_note(answer, "Written to %s%s.", news->path,
			news->backup ? "; the file that was there is now the same with ~ behind it"
				     : "");
}

static void
say_next(struct answer *answer, const struct newprices *news)
{
	const struct update *update = news->update;
	struct str model = STR_INIT;
	if (update->n)
		str_shell(&model, update->items[0].model);
	if (update->doubts)
		answer_next(
			answer, "hllm prices import%s --accept %s", news->again, str_text(&model));
	else if (update->n && news->dry_run)
		answer_next(answer, "hllm prices import%s", news->again);
	else if (update->changed)
		answer_next(answer, "hllm prices show %s", str_text(&model));
	str_free(&model);
}

void
newprices_report(struct answer *answer, const struct newprices *news)
{
	bool clean = !news->update->doubts;
	show_doubts(answer, news);
	if (clean) {
		show_prices(answer, news, UPDATE_CHANGED, "changes", NULL);
		show_prices(answer, news, UPDATE_ADDED, "added", "New");
		show_work(answer, news);
	}
	answer->default_table = clean ? "changes" : "problems";
	say_headline(answer, news);
	say_notes(answer, news);
	say_next(answer, news);
}
