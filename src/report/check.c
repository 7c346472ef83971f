/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/check.h"

#include "report/parts.h"

enum { NAMED = 3, PERCENT = 100 };

enum { C_ID, C_STATE, C_SUBJECT, C_VALUE, C_LIMIT, C_UNIT, C_TEXT, C_COMMAND, COLUMNS };

static const struct column alert_columns[COLUMNS] = {
	[C_ID] = { .key = "id" },
	[C_STATE] = { .key = "severity" },
	[C_SUBJECT] = { .key = "subject" },
	[C_VALUE] = { .key = "value", .decimals = 9 },
	[C_LIMIT] = { .key = "limit", .decimals = 9 },
	[C_UNIT] = { .key = "unit" },
	[C_TEXT] = { .key = "text" },
	[C_COMMAND] = { .key = "command" },
};

static const struct column check_columns[COLUMNS - 1] = {
	[C_ID] = { .key = "id", .head = "CHECK", .left = true },
	[C_STATE] = { .key = "state", .head = "STATE", .left = true },
	[C_SUBJECT] = { .key = "subject", .head = "OF", .left = true, .weight = 2, .least = 8 },
	[C_VALUE] = { .key = "value", .head = "VALUE", .decimals = 9 },
	[C_LIMIT] = { .key = "limit", .head = "LIMIT", .decimals = 9 },
	[C_UNIT] = { .key = "unit" },
	[C_TEXT] = { .key = "text" },
};

static bool
is_currency(const char *unit)
{
	return strlen(unit) == 3 && unit[0] >= 'A' && unit[0] <= 'Z';
}

static void
number_for_people(struct str *out, femto_t amount, const char *unit)
{
	char text[NUM_TEXT];
	if (is_currency(unit) && amount < FEMTO_PER_UNIT)
		money_fine_text(out, amount, unit);
	else if (is_currency(unit))
		money_text(out, amount, amount, unit);
	else if (strcmp(unit, "share") == 0)
		str_printf(out, "%s %%", num_print(text, amount * PERCENT, 0, 1, true));
	else if (amount == FEMTO_PER_UNIT && slice_ends(slice_of(unit), "s") &&
		 strcmp(unit, "ms") != 0)
		str_printf(out, "1 %.*s", (int)strlen(unit) - 1, unit);
	else
		str_printf(out, "%s %s", num_print(text, amount, 0, 1, true), unit);
}

static struct cell
number_of(struct answer *answer, bool known, femto_t amount, const char *unit, const char *none)
{
	if (!known)
		return cell_none(none);
	struct str text = STR_INIT;
	struct cell cell = cell_decimal(amount);
	number_for_people(&text, amount, unit);
	cell.text = slice_copy(&answer->arena, str_as_slice(&text));
	str_free(&text);
	return cell;
}

static void
put_alert(struct answer *answer, struct cell *row, const struct alert *alert)
{
	static const char none[] = "nothing was measured";
	row[C_ID] = cell_text(answer, slice_of(alert_rules[alert->kind].id));
	row[C_STATE] = cell_text(answer, slice_of(alert_levels[alert->level]));
	row[C_SUBJECT] = cell_text(answer, alert->subject);
	row[C_VALUE] = number_of(answer, alert->has_value, alert->value, alert->unit, none);
	row[C_LIMIT] = number_of(answer, alert->has_limit, alert->limit, alert->unit, none);
	row[C_UNIT] = alert->has_value ? cell_text(answer, slice_of(alert->unit)) : cell_none(none);
	row[C_TEXT] = cell_text(answer, alert->text);
}

static bool
is_crossed(const struct alert *alert)
{
	return alert->level == ALERT_SOFT || alert->level == ALERT_HARD;
}

static void
put_tables(const struct check_report *report)
{
	struct answer *answer = report->answer;
	struct table *alerts = answer_table(answer, "alerts", NULL, alert_columns, COLUMNS);
	struct table *checks = answer_table(
		answer, "checks", "What was looked at", check_columns, HL_COUNT(check_columns));
	alerts->quiet = true;
	checks->verbose = true;
	for (size_t i = 0; i < report->alerts->n; i++) {
		const struct alert *alert = &report->alerts->items[i];
		put_alert(answer, table_row(checks), alert);
		if (!is_crossed(alert))
			continue;
		struct cell *row = table_row(alerts);
		put_alert(answer, row, alert);
		row[C_COMMAND] = cell_text(answer, alert->command);
		answer_note(answer, SLICE_FMT " More: " SLICE_FMT, SLICE_ARG(alert->text),
			SLICE_ARG(alert->command));
	}
}

/* "Two alerts: over budget (team), a spike (support bot)." */
static void
say_alerts(const struct check_report *report, size_t crossed)
{
	struct str text = STR_INIT;
	char count[NUM_TEXT], more[NUM_TEXT];
	size_t named = 0;
	for (size_t i = 0; i < report->alerts->n && named < NAMED; i++) {
		const struct alert *alert = &report->alerts->items[i];
		if (!is_crossed(alert))
			continue;
		str_printf(&text, "%s%s (" SLICE_FMT ")", named++ ? ", " : "",
			alert_rules[alert->kind].title, SLICE_ARG(alert->subject));
	}
	if (crossed > named)
		str_printf(&text, " and %s more", number_word((int64_t)(crossed - named), more));
	struct str headline = STR_INIT;
	str_printf(&headline, "%s alert%s: %s.", number_word((int64_t)crossed, count),
		crossed == 1 ? "" : "s", str_text(&text));
	if (headline.p[0] >= 'a' && headline.p[0] <= 'z')
		headline.p[0] = (char)(headline.p[0] - 'a' + 'A');
	answer_headline(report->answer, "%s", str_text(&headline));
	str_free(&headline);
	str_free(&text);
}

static void
say_well(const struct check_report *report)
{
	size_t open = 0;
	char all[NUM_TEXT], left[NUM_TEXT], day[WHEN_TEXT];
	const struct alerts *alerts = report->alerts;
	for (size_t i = 0; i < alerts->n; i++)
		open += alerts->items[i].level == ALERT_UNKNOWN;
	struct str text = STR_INIT;
	if (report->facts->newest != DAY_NONE)
		str_printf(&text, ", data up to %s",
			when_date(day, report->facts->newest * NS_PER_DAY));
	if (open)
		str_printf(&text, "; %s could not be made for lack of data",
			number_word((int64_t)open, left));
	answer_headline(report->answer, "All is well: %s check%s%s.",
		number_word((int64_t)alerts->n, all), alerts->n == 1 ? "" : "s", str_text(&text));
	str_free(&text);
}

void
check_report(const struct check_report *report)
{
	size_t crossed = 0;
	for (size_t i = 0; i < report->alerts->n; i++)
		crossed += is_crossed(&report->alerts->items[i]);
	report->answer->default_table = "alerts";
	put_tables(report);
	report_metrics(report);
	if (crossed)
		say_alerts(report, crossed);
	else
		say_well(report);
}
