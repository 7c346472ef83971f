/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/reconciliation.h"

#include "base/when.h"
#include "report/parts.h"

enum { NAMES_SHOWN = 48 };

static femto_t
magnitude(femto_t amount)
{
	return amount < 0 ? -amount : amount;
}

/* ---- how much may be left ---- */

bool
tolerance_parse(const char *text, struct tolerance *out, struct err *err)
{
	struct slice number = slice_trim(slice_of(text));
	*out = (struct tolerance){ .given = true, .percent = slice_ends(number, "%") };
	if (out->percent)
		number.n--;
	else if (slice_starts(number, "$")) {
		number.p++;
		number.n--;
	}
	char comma[NUM_COMMA];
	if (num_decimal(number, &out->value) != NUM_OK || out->value < 0)
		return err_set(err, FAULT_USAGE,
			"--tolerance %s: expected an amount such as 5.00, or a share such as 1%%%s",
			text, num_comma(comma, number));
	if (out->percent)
		out->value /= 100;
	return true;
}

/* Of so much. */
static femto_t
tolerance_amount(const struct tolerance *tolerance, femto_t whole)
{
	if (!tolerance->percent)
		return tolerance->value;
	/* a share with no more digits than money has, so that the product stays within 128 bits */
	femto_t share = tolerance->value / FEMTO_PER_NANO, out;
	return num_mul(magnitude(whole), share, &out) ? out / (FEMTO_PER_UNIT / FEMTO_PER_NANO)
						      : magnitude(whole);
}

bool
tolerance_holds(const struct tolerance *tolerance, const struct reconciliation *found,
	const struct audit *audit)
{
	if (!tolerance->given)
		return true;
	if (found->any &&
		magnitude(found->unexplained) > tolerance_amount(tolerance, found->billed))
		return false;
	const struct money *money = main_money(&audit->total);
	return !audit->has_stated_total || !money ||
	       magnitude(audit->stated_total - money->billed) <=
		       tolerance_amount(tolerance, audit->stated_total);
}

/* ---- words ---- */

static void
titles_of(const struct part *part, struct str *out)
{
	bool several = __builtin_popcount(part->causes) > 1, first = true;
	if (several)
		str_puts(out, "one of: ");
	for (int cause = 0; cause < PARTS; cause++) {
		if (!(part->causes >> cause & 1))
			continue;
		str_printf(out, "%s%s", first ? "" : "; ", cause_info[cause].title);
		first = false;
	}
}

/* The names, or how many there are: "12 projects". */
static void
add_names(struct str *out, const struct str *names, size_t n, const char *what)
{
	if (!n)
		return;
	if (out->n)
		str_puts(out, "; ");
	if (names->n > NAMES_SHOWN)
		str_printf(out, "%zu %ss", n, what);
	else
		str_printf(out, "%s%s%s", strcmp(what, "model") == 0 ? "" : what,
			strcmp(what, "model") == 0 ? ""
			: n == 1                   ? " "
						   : "s ",
			str_text(names));
}

static void
add_hours(struct str *out, int shift)
{
	int minutes = (shift < 0 ? -shift : shift) * SLOT_SECONDS / 60;
	str_printf(out, "; the bill's days begin %d h", minutes / 60);
	if (minutes % 60)
		str_printf(out, " %d min", minutes % 60);
	str_puts(out, shift < 0 ? " after midnight UTC" : " before midnight UTC");
}

/* What of the fault the numbers show: where, since when, how much. */
static void
add_details(struct str *out, const struct part *part)
{
	char date[WHEN_TEXT];
	struct str money = STR_INIT;
	const struct scenario *scenario = &part->scenario;
	if (__builtin_popcount(part->causes) > 1 || !(part->causes & ((1u << CAUSES) - 1)))
		return;
	switch ((enum cause)__builtin_ctz(part->causes)) {
	case CAUSE_TIME_ZONE:
		add_hours(out, scenario->shift);
		money_text(&money, part->moved, part->moved, "USD");
		str_printf(out, "%s; %s is on another day", part->whole ? "" : " or more",
			str_text(&money));
		break;
	case CAUSE_STALE_PRICE:
		str_printf(out, "; the price that held from %s", when_date(date, part->stale));
		break;
	case CAUSE_REGION:
		str_printf(out, "; %d %% on all tokens", scenario->surcharge / 10 - 100);
		if (part->region.n)
			str_printf(out, ", region " SLICE_FMT, SLICE_ARG(part->region));
		break;
	case CAUSE_CACHED_TWICE:
		str_puts(out, scenario->cached_less ? "; by the log" : "; by the bill");
		break;
	case CAUSE_WRITE_LIFE:
		str_puts(out, scenario->writes_up ? "; 5 min ones as 1 h" : "; 1 h ones as 5 min");
		break;
	case CAUSE_TIER:
		if (scenario->tier)
			str_printf(out, "; %s", tier_names[scenario->tier]);
		break;
	case CAUSE_FALLBACK:
	case CAUSE_RETRIES:
	case CAUSES:
		break;
	}
	str_free(&money);
}

static void
evidence_of(const struct reconciliation *found, const struct part *part, struct str *out)
{
	char first[WHEN_TEXT], last[WHEN_TEXT];
	add_names(out, &part->models, part->models_n, "model");
	add_names(out, &part->scopes, part->scopes_n, found->scope ? found->scope : "group");
	if (part->causes & ((1u << CAUSES) - 1))
		str_puts(out, part->whole ? "; all requests" : "; some of the requests");
	if (part->first <= part->last)
		str_printf(out, "%s%s", part->causes & ((1u << CAUSES) - 1) ? " " : "; ",
			when_date(first, part->first * NS_PER_DAY));
	if (part->first < part->last)
		str_printf(out, " to %s", when_date(last, part->last * NS_PER_DAY));
	add_details(out, part);
}

/* ---- tables ---- */

enum {
	E_CAUSE,
	E_ONE_OF,
	E_SIGNED,
	E_TITLE,
	E_AMOUNT,
	E_MOVED,
	E_SHARE,
	E_WHOLE,
	E_MODELS,
	E_SCOPES,
	E_FROM,
	E_TO,
	E_EVIDENCE,
	E_FORMULA,
	EXPLAINED
};
static const struct column explained_columns[EXPLAINED] = {
	[E_CAUSE] = { .key = "cause" },
	[E_ONE_OF] = { .key = "one_of", .names = true },
	[E_SIGNED] = { .head = "", .shows = "amount" },
	[E_TITLE] = { .key = "title", .head = "", .left = true, .weight = 1, .wrap = true },
	[E_AMOUNT] = { .key = "amount",
		.unit = "money",
		.why = "{formula}\n"
		       "@search the smallest set of causes that explains the bill, of all that the "
		       "bill and the log let one tell: {reconciliation.groups} groups of "
		       "{reconciliation.days} days" },
	[E_MOVED] = { .key = "moved",
		.unit = "money",
		.why = "{formula}\n"
		       "@search the smallest set of causes that explains the bill, of all that the "
		       "bill and the log let one tell: {reconciliation.groups} groups of "
		       "{reconciliation.days} days" },
	[E_SHARE] = { .key = "share_of_requests",
		.why = "Its requests over all that the bill is held against.\n"
		       "{formula}\n"
		       "@search the smallest set of causes that explains the bill, of all that the "
		       "bill and the log let one tell: {reconciliation.groups} groups of "
		       "{reconciliation.days} days" },
	[E_WHOLE] = { .key = "all_requests" },
	[E_MODELS] = { .key = "models", .names = true },
	[E_SCOPES] = { .key = "scopes", .names = true },
	[E_FROM] = { .key = "from", .names = true },
	[E_TO] = { .key = "to" },
	[E_EVIDENCE] = { .key = "evidence", .head = "", .left = true, .weight = 1, .wrap = true },
	[E_FORMULA] = { .key = "formula" },
};

static const struct column whole_columns[] = {
	{ .key = "billed_cost",
		.unit = "money",
		.why = "What the bills state: of what the bill can be held against, {against}, on "
		       "the days that both know.\n"
		       "@records total" },
	{ .key = "list_cost",
		.unit = "money",
		.why = "List prices: of what the bill can be held against, {against}, on the days "
		       "that both know.\n"
		       "@records total" },
	{ .key = "gap", .unit = "money", .why = "= {billed_cost} - {list_cost}" },
	{ .key = "unexplained", .unit = "money", .why = "= {gap} - sum({explained.amount})" },
	{ .key = "unexplained_reason" },
	{ .key = "tolerance", .unit = "money", .why = "@assumption --tolerance" },
	{ .key = "within_tolerance" },
	{ .key = "against" },
	{ .key = "billers" },
	{ .key = "days",
		.why = "Days that a bill is held against.\n"
		       "@records total" },
	{ .key = "groups",
		.why = "Models, and keys or projects where both know them, each by itself.\n"
		       "@records total" },
};

/* With its sign, in cents. */
static struct cell
signed_cell(struct answer *answer, const char *sign, femto_t amount)
{
	struct str text = STR_INIT;
	money_text(&text, magnitude(amount), magnitude(amount), "USD");
	struct cell cell = cell_textf(answer, "%s %s", sign, str_text(&text));
	str_free(&text);
	return cell;
}

static struct cell
sum_cell(struct answer *answer, femto_t amount)
{
	struct str text = STR_INIT;
	money_text(&text, amount, amount, "USD");
	struct cell cell = cell_textf(answer, "= %s", str_text(&text));
	str_free(&text);
	return cell;
}

static struct cell
list_of(struct answer *answer, const struct str *names)
{
	struct str lines = STR_INIT;
	struct slice rest = str_as_slice(names), one;
	while (slice_cut(&rest, ',', &one)) {
		if (lines.n)
			str_putc(&lines, '\n');
		str_slice(&lines, slice_trim(one));
	}
	struct cell cell = cell_list(answer, str_as_slice(&lines));
	str_free(&lines);
	return cell;
}

static void
add_ids(struct answer *answer, const struct part *part, struct cell *row)
{
	struct str ids = STR_INIT;
	for (int cause = 0; cause < PARTS; cause++)
		if (part->causes >> cause & 1)
			str_printf(&ids, "%s%s", ids.n ? "\n" : "", cause_info[cause].id);
	if (__builtin_popcount(part->causes) == 1)
		row[E_CAUSE] = cell_text(answer, str_as_slice(&ids));
	else
		row[E_CAUSE] = cell_none("these cannot be told apart here");
	row[E_ONE_OF] = cell_list(answer, str_as_slice(&ids));
	str_free(&ids);
}

static void
add_part(struct answer *answer, struct table *table, const struct reconciliation *found,
	const struct part *part)
{
	struct str text = STR_INIT;
	char date[WHEN_TEXT];
	struct cell *row = table_child_row(table, 0);
	bool zone = part->causes >> CAUSE_TIME_ZONE & 1, dated = part->first <= part->last;
	int cause = __builtin_ctz(part->causes);
	add_ids(answer, part, row);
	row[E_SIGNED] = signed_cell(answer, part->amount < 0 ? "-" : "+", part->amount);
	titles_of(part, &text);
	row[E_TITLE] = cell_text(answer, str_as_slice(&text));
	row[E_AMOUNT] = cell_money(part->amount, "USD");
	row[E_MOVED] = zone ? cell_money(part->moved, "USD") : cell_none("only of a time zone");
	row[E_SHARE] = found->requests && cause < CAUSES
			       ? cell_share(part->requests, found->requests)
			       : cell_none("not a matter of requests");
	row[E_WHOLE] = cell_flag(part->whole);
	row[E_MODELS] = list_of(answer, &part->models);
	row[E_SCOPES] = list_of(answer, &part->scopes);
	row[E_FROM] = dated ? cell_textf(answer, "%s", when_date(date, part->first * NS_PER_DAY))
			    : cell_none("not of single days");
	row[E_TO] = dated ? cell_textf(answer, "%s", when_date(date, part->last * NS_PER_DAY))
			  : cell_none("not of single days");
	str_clear(&text);
	evidence_of(found, part, &text);
	row[E_EVIDENCE] = cell_text(answer, str_as_slice(&text));
	row[E_FORMULA] = cell_textf(answer, "%s", cause_info[cause].formula);
	str_free(&text);
}

/* Why something is left. */
static void
reason_of(const struct reconciliation *found, struct str *out)
{
	char n[NUM_TEXT];
	struct str money = STR_INIT;
	money_text(&money, magnitude(found->more), magnitude(found->more), "USD");
	if (found->open_n)
		str_printf(
			out, "the list cost of %s is a range or not known", str_text(&found->open));
	else if (found->more_tokens)
		str_printf(out, "%s is for %s tokens that the log lacks", str_text(&money),
			num_count(n, found->more_tokens));
	else if (found->failed)
		str_printf(out,
			"%s requests of the log state no usage, and clocks differ by seconds; no "
			"cause "
			"explains it",
			num_count(n, found->failed));
	else
		str_puts(out, "no cause explains it that the bill and the log let one tell");
	str_free(&money);
}

static struct cell
money_cell(struct answer *answer, femto_t amount)
{
	(void)answer;
	return cell_money(amount, "USD");
}

static void
fill_whole(struct answer *answer, struct table *table, const struct reconciliation *found,
	const struct tolerance *tolerance)
{
	struct cell *row = table_row(table);
	struct str reason = STR_INIT;
	reason_of(found, &reason);
	row[0] = money_cell(answer, found->billed);
	row[1] = money_cell(answer, found->list);
	row[2] = money_cell(answer, found->gap);
	row[3] = money_cell(answer, found->unexplained);
	row[4] = found->unexplained ? cell_text(answer, str_as_slice(&reason))
				    : cell_none("nothing is left");
	femto_t most = tolerance_amount(tolerance, found->billed);
	row[5] =
		tolerance->given ? money_cell(answer, most) : cell_none("no --tolerance was given");
	row[6] = tolerance->given ? cell_flag(magnitude(found->unexplained) <= most)
				  : cell_none("no --tolerance was given");
	if (tolerance->given && tolerance->percent)
		answer_origin(answer, table, 0, 5,
			"= {billed_cost} * %.9f\n@assumption --tolerance",
			num_units(tolerance->value));
	row[7] = cell_textf(answer, "%s", found->own ? "its own quantities" : "the log");
	row[8] = list_of(answer, &found->billers);
	row[9] = cell_count(found->days);
	row[10] = cell_count((int64_t)found->groups_n);
	str_free(&reason);
}

/* "The bill says $1,042.10; list prices of what was logged say $980.00: $62.10 more." */
static void
write_title(const struct reconciliation *found, struct str *out)
{
	struct str money = STR_INIT;
	money_text(&money, found->billed, found->billed, "USD");
	str_printf(out, "The %s %s; list prices of what %s say ",
		found->gateway ? "costs written down add up to" : "bill says", str_text(&money),
		found->gateway ? "they are for"
		: found->own   ? "it bills"
			       : "was logged");
	str_clear(&money);
	money_text(&money, found->list, found->list, "USD");
	str_printf(out, "%s: ", str_text(&money));
	str_clear(&money);
	money_text(&money, magnitude(found->gap), magnitude(found->gap), "USD");
	if (found->gap)
		str_printf(out, "%s %s.", str_text(&money), found->gap < 0 ? "less" : "more");
	else
		str_puts(out, "the same in all, but not in its parts.");
	str_free(&money);
}

/* A title lives as long as the answer. */
static const char *
kept(struct answer *answer, const struct str *text)
{
	return arena_copy(&answer->arena, str_text(text), text->n);
}

static void
add_last(struct answer *answer, struct table *table, const struct reconciliation *found)
{
	struct str text = STR_INIT, reason = STR_INIT;
	struct cell *row = table_child_row(table, 0);
	reason_of(found, &reason);
	row[E_SIGNED] = sum_cell(answer, found->gap);
	row[E_AMOUNT] = cell_money(found->gap, "USD"); /* for its id: a foot is in no sum */
	answer_origin(answer, table, table->rows_n - 1, E_AMOUNT, "= {^gap}");
	if (found->unexplained) {
		money_text(&text, found->unexplained, found->unexplained, "USD");
		row[E_TITLE] = cell_textf(answer, "%s of it unexplained", str_text(&text));
		row[E_EVIDENCE] = cell_text(answer, str_as_slice(&reason));
	} else {
		row[E_TITLE] = cell_text(answer, SLICE("nothing of it unexplained"));
		row[E_EVIDENCE] = cell_text(answer, SLICE(""));
	}
	str_free(&reason);
	str_free(&text);
}

static void
note_agreement(struct answer *answer, const struct reconciliation *found)
{
	struct str money = STR_INIT;
	femto_t rounding = found->parts_n ? found->parts[0].amount : 0;
	const char *who = found->gateway ? "The costs written down agree" : "The bill agrees";
	const char *what = found->gateway ? "list prices"
			   : found->own   ? "list prices of its own quantities"
					  : "the log";
	if (!rounding) {
		answer_note(answer, "%s with %s to the cent.", who, what);
		return;
	}
	money_text(&money, magnitude(rounding), magnitude(rounding), "USD");
	answer_note(answer, "%s with %s, but for %s of rounding.", who, what, str_text(&money));
	str_free(&money);
}

void
report_reconciliation(struct answer *answer, const struct reconciliation *found,
	const struct tolerance *tolerance)
{
	struct table *whole = answer_table(
		answer, "reconciliation", NULL, whole_columns, HL_COUNT(whole_columns));
	whole->single = whole->quiet = true;
	bool compared = found->groups_n || found->open_n || found->billed || found->list;
	if (!found->any || (found->foreign && !compared)) {
		whole->null_reason =
			found->any ? "the bill is in a currency of which hllm.conf has no rate to "
				     "dollars, which prices are in"
				   : "there is no bill here, or nothing to hold it against: a log "
				     "of the same days, or quantities of its own";
		return;
	}
	if (found->foreign)
		answer_note(answer, "What is billed in other currencies than dollars is held "
				    "against nothing; hllm.conf has no rate for it.");
	fill_whole(answer, whole, found, tolerance);
	struct table *parts =
		answer_child(answer, whole, "explained", explained_columns, EXPLAINED);
	parts->plain = true;
	bool rounding = found->parts_n == 1 && found->parts[0].causes == 1u << PART_ROUNDING;
	for (size_t i = 0; i < found->parts_n; i++)
		add_part(answer, parts, found, &found->parts[i]);
	if (!found->unexplained && (!found->parts_n || rounding)) {
		parts->quiet = true;
		note_agreement(answer, found);
		return;
	}
	struct str title = STR_INIT;
	write_title(found, &title);
	parts->title = kept(answer, &title);
	parts->foot = true;
	add_last(answer, parts, found);
	str_free(&title);
	if (tolerance->given &&
		magnitude(found->unexplained) > tolerance_amount(tolerance, found->billed))
		answer_note(answer, "What is unexplained is more than --tolerance allows.");
}
