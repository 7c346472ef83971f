/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "view/width.h"

static const struct column columns[] = {
	{ .key = "name", .head = "WORKLOAD", .left = true, .weight = 2 },
	{ .key = "models", .head = "MODELS", .left = true, .weight = 1 },
	{ .key = "requests", .head = "CALLS" },
	{ .key = "speed", .decimals = 2, .head = "SPEED" },
	{ .key = "cost.list", .head = "$", .unit = "money" },
	{ .key = "share", .head = "SHARE" },
	{ .key = "cost.exact", .head = NULL },
	{ .key = NULL, .head = "FREE" },
	{ .key = "verdict", .head = "VERDICT", .left = true },
};

static const struct column total_columns[] = {
	{ .key = "requests", .head = "Requests" },
	{ .key = "cost", .head = "Cost", .unit = "money" },
};

static void
add_row(struct answer *answer, struct table *table, const char *name, int64_t requests,
	femto_t cost)
{
	struct cell *row = table_row(table);
	row[0] = cell_text(answer, slice_of(name));
	row[1] = cell_list(answer, SLICE("gpt-4o\ngpt-4o-mini"));
	row[2] = cell_count(requests);
	row[3] = cell_decimal(FEMTO_PER_UNIT * 12345 / 1000);
	row[4] = cell_money(cost, "USD");
	row[5] = cell_share(1, 3);
	row[6] = cell_flag(cost > 0);
	row[7] = cell_flag(false);
	row[8] = cell_none("no policy yet");
}

static void
make(struct answer *answer)
{
	answer_init(answer, "hllm.test/1");
	answer_headline(answer, "One line.");
	struct table *totals = answer_table(answer, "totals", "Totals", total_columns, 2);
	totals->single = true;
	struct cell *row = table_row(totals);
	row[0] = cell_count(9007199254740993);
	row[1] = cell_money(FEMTO_PER_NANO * 1234567891234, "EUR");
	struct table *table = answer_table(answer, "workloads", NULL, columns, HL_COUNT(columns));
	add_row(answer, table, "chat", 1204, FEMTO_PER_UNIT * 1234 + FEMTO_PER_CENT * 5 / 2);
	add_row(answer, table, "tiny", 1, 1000000);
	answer_table(answer, "findings", NULL, columns, 1)->null_reason = "no detector yet";
	answer_table(answer, "empty", "Nothing here", columns, 1);
	struct table *hidden = answer_table(answer, "hidden", NULL, columns, 1);
	hidden->quiet = true;
	table_row(hidden)[0] = cell_text(answer, SLICE("only for programs"));
	answer_note(answer, "A note.");
	answer_note(answer, "Another.");
	answer_next(answer, "hllm why chat");
	answer->default_table = "workloads";
}

static char *
render(const struct answer *answer, const char *name, const struct view_options *options)
{
	char *text = NULL;
	size_t n = 0;
	struct err err = { 0 };
	FILE *out = open_memstream(&text, &n);
	assert_non_null(out);
	const struct view *view = view_find(name);
	assert_non_null(view);
	if (!view->render(answer, options, out, &err))
		fail_msg("%s: %s", name, err.text);
	fclose(out);
	return text;
}

static const char *const want_text =
	"One line.\n"
	"\n"
	"Totals\n"
	"Requests  9,007,199,254,740,993\n"
	"Cost               1,234.57 EUR\n"
	"\n"
	"WORKLOAD  MODELS               CALLS  SPEED         $  SHARE  FREE  VERDICT\n"
	"chat      gpt-4o, gpt-4o-mini  1,204  12.34  1,234.02   33 %    no  -\n"
	"tiny      gpt-4o, gpt-4o-mini      1  12.34     <0.01   33 %    no  -\n"
	"\n"
	"A note.\n"
	"Another.\n"
	"\n"
	"hllm why chat\n";

static const char *const want_json = "{\n"
				     "  \"schema\": \"hllm.test/1\",\n"
				     "  \"headline\": \"One line.\",\n"
				     "  \"totals\": {\n"
				     "    \"requests\": 9007199254740993,\n"
				     "    \"cost\": {\n"
				     "      \"amount\": \"1234.567891234\",\n"
				     "      \"currency\": \"EUR\"\n"
				     "    }\n"
				     "  },\n"
				     "  \"workloads\": [\n"
				     "    {\n"
				     "      \"name\": \"chat\",\n"
				     "      \"models\": [\n"
				     "        \"gpt-4o\",\n"
				     "        \"gpt-4o-mini\"\n"
				     "      ],\n"
				     "      \"requests\": 1204,\n"
				     "      \"speed\": 12.34,\n"
				     "      \"cost\": {\n"
				     "        \"list\": {\n"
				     "          \"amount\": \"1234.025\",\n"
				     "          \"currency\": \"USD\"\n"
				     "        },\n"
				     "        \"exact\": true\n"
				     "      },\n"
				     "      \"share\": 0.333333333,\n"
				     "      \"verdict\": null,\n"
				     "      \"verdict_reason\": \"no policy yet\"\n"
				     "    },\n"
				     "    {\n"
				     "      \"name\": \"tiny\",\n"
				     "      \"models\": [\n"
				     "        \"gpt-4o\",\n"
				     "        \"gpt-4o-mini\"\n"
				     "      ],\n"
				     "      \"requests\": 1,\n"
				     "      \"speed\": 12.34,\n"
				     "      \"cost\": {\n"
				     "        \"list\": {\n"
				     "          \"amount\": \"0.000000001\",\n"
				     "          \"currency\": \"USD\"\n"
				     "        },\n"
				     "        \"exact\": true\n"
				     "      },\n"
				     "      \"share\": 0.333333333,\n"
				     "      \"verdict\": null,\n"
				     "      \"verdict_reason\": \"no policy yet\"\n"
				     "    }\n"
				     "  ],\n"
				     "  \"findings\": null,\n"
				     "  \"findings_reason\": \"no detector yet\",\n"
				     "  \"empty\": [],\n"
				     "  \"hidden\": [\n"
				     "    {\n"
				     "      \"name\": \"only for programs\"\n"
				     "    }\n"
				     "  ],\n"
				     "  \"notes\": [\n"
				     "    \"A note.\",\n"
				     "    \"Another.\"\n"
				     "  ],\n"
				     "  \"next\": \"hllm why chat\"\n"
				     "}\n";

static const char *const want_csv =
	"name,models,requests,speed,cost.list,share,cost.exact,verdict,currency\n"
	"chat,\"gpt-4o;gpt-4o-mini\",1204,12.34,1234.025,0.333333333,true,,USD\n"
	"tiny,\"gpt-4o;gpt-4o-mini\",1,12.34,0.000000001,0.333333333,true,,USD\n";

static const char *const want_tsv =
	"name\tmodels\trequests\tspeed\tcost.list\tshare\tcost.exact\tverdict\tcurrency\n"
	"chat\tgpt-4o;gpt-4o-mini\t1204\t12.34\t1234.025\t0.333333333\ttrue\t\tUSD\n"
	"tiny\tgpt-4o;gpt-4o-mini\t1\t12.34\t0.000000001\t0.333333333\ttrue\t\tUSD\n";

static const char *const want_md =
	"**One line.**\n"
	"\n"
	"## Totals\n"
	"\n"
	"| | |\n"
	"| --- | ---: |\n"
	"| Requests | 9,007,199,254,740,993 |\n"
	"| Cost | 1,234.57 EUR |\n"
	"\n"
	"| WORKLOAD | MODELS | CALLS | SPEED | $ | SHARE | FREE | VERDICT |\n"
	"| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |\n"
	"| chat | gpt-4o, gpt-4o-mini | 1,204 | 12.34 | 1,234.02 | 33 % | no | - |\n"
	"| tiny | gpt-4o, gpt-4o-mini | 1 | 12.34 | \\<0.01 | 33 % | no | - |\n"
	"\n"
	"- A note.\n"
	"- Another.\n"
	"\n"
	"hllm why chat\n";

static void
test_formats(void **state)
{
	(void)state;
	const struct {
		const char *name, *want;
	} cases[] = {
		{ "text", want_text },
		{ "json", want_json },
		{ "csv", want_csv },
		{ "tsv", want_tsv },
		{ "md", want_md },
	};
	struct answer answer;
	make(&answer);
	/* the page and the metrics have tests of their own */
	assert_int_equal(views_n, HL_COUNT(cases) + 2);
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		char *text = render(&answer, cases[i].name, &(struct view_options){ .width = 80 });
		assert_string_equal(text, cases[i].want);
		free(text);
	}
	answer_free(&answer);
	assert_non_null(view_find("html"));
	assert_null(view_find("xml"));
}

/* Samples of a name stand together, names of others stay inside their quotes, and no series is there twice. */
static void
test_metrics(void **state)
{
	(void)state;
	static const struct column metric_columns[] = {
		{ .key = "name" },
		{ .key = "help" },
		{ .key = "labels.of" },
		{ .key = "labels.bound" },
		{ .key = "value", .decimals = 9 },
	};
	static const struct {
		const char *name, *of, *bound;
		int64_t nanos;
	} samples[] = {
		{ "a_usd", "x", NULL, 1500000000 },
		{ "b_seconds", NULL, NULL, 3 },
		{ "a_usd", "\"q\\\n\x1b[31m\xe2\x80\xae}", "low", -1 },
		{ "a_usd", "\xff\xe6\xbc\xa2", NULL, 0 },
		{ "a_usd", "x", NULL, 7 }, /* it is there already */
		{ "a_usd", "", NULL, 1 },
	};
	struct answer answer;
	struct err err = { 0 };
	answer_init(&answer, "hllm.test/1");
	struct table *table =
		answer_table(&answer, "metrics", NULL, metric_columns, HL_COUNT(metric_columns));
	table->quiet = true;
	for (size_t i = 0; i < HL_COUNT(samples); i++) {
		struct cell *row = table_row(table);
		row[0] = cell_text(&answer, slice_of(samples[i].name));
		row[1] = cell_text(&answer, SLICE("what it is\nand how"));
		if (samples[i].of)
			row[2] = cell_text(&answer, slice_of(samples[i].of));
		if (samples[i].bound)
			row[3] = cell_text(&answer, slice_of(samples[i].bound));
		row[4] = cell_decimal(samples[i].nanos * FEMTO_PER_NANO);
	}
	char *text = render(&answer, "prometheus", &(struct view_options){ .width = 20 });
	assert_string_equal(text,
		"# HELP a_usd what it is<U+000A>and how\n"
		"# TYPE a_usd gauge\n"
		"a_usd{of=\"x\"} 1.5\n"
		"a_usd{of=\"\\\"q\\\\<U+000A><U+001B>[31m<U+202E>}\",bound=\"low\"} -0.000000001\n"
		"a_usd{of=\"\\\\xff\xe6\xbc\xa2\"} 0\n"
		"a_usd{of=\"\"} 0.000000001\n"
		"# HELP b_seconds what it is<U+000A>and how\n"
		"# TYPE b_seconds gauge\n"
		"b_seconds 0.000000003\n");
	free(text);
	answer_free(&answer);
	make(&answer);
	FILE *out = tmpfile();
	assert_non_null(out);
	assert_false(view_find("prometheus")
			     ->render(&answer, &(struct view_options){ .width = 80 }, out, &err));
	assert_int_equal(err.fault, FAULT_USAGE);
	fclose(out);
	answer_free(&answer);
}

static void
test_tables(void **state)
{
	(void)state;
	struct answer answer;
	struct err err;
	make(&answer);
	char *text = render(&answer, "csv", &(struct view_options){ .table = "totals" });
	assert_string_equal(text, "requests,cost,currency\n9007199254740993,1234.567891234,EUR\n");
	free(text);
	text = render(&answer, "csv", &(struct view_options){ .table = "empty" });
	assert_string_equal(text, "name\n");
	free(text);

	struct view_options options = { .table = "workload" };
	assert_false(view_find("csv")->render(&answer, &options, stdout, &err));
	assert_string_equal(err.text, "--table workload: no such table, did you mean "
				      "\"workloads\"?");
	assert_int_equal(err.fault, FAULT_USAGE);
	options.table = "findings";
	assert_false(view_find("tsv")->render(&answer, &options, stdout, &err));
	assert_string_equal(err.text, "--table findings: there is none: no detector yet");
	answer_free(&answer);
}

/* A header of money does not depend on rows; two currencies in a row are told apart. */
static void
test_currencies(void **state)
{
	(void)state;
	static const struct column two[] = {
		{ .key = "list", .unit = "money" },
		{ .key = "billed", .unit = "money" },
	};
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	struct table *table = answer_table(&answer, "costs", NULL, two, 2);
	char *text = render(&answer, "csv", &(struct view_options){ 0 });
	assert_string_equal(text, "list,billed,currency\n");
	free(text);
	struct cell *row = table_row(table);
	row[0] = cell_money(FEMTO_PER_UNIT, "USD");
	row[1] = cell_money(2 * FEMTO_PER_UNIT, "EUR");
	row = table_row(table);
	row[1] = cell_money(-FEMTO_PER_CENT, "EUR");
	text = render(&answer, "csv", &(struct view_options){ 0 });
	assert_string_equal(text,
		"list,list_currency,billed,billed_currency\n1.00,USD,2.00,EUR\n,,-0.01,EUR\n");
	free(text);
	answer_free(&answer);
}

static void
test_style(void **state)
{
	(void)state;
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	answer_headline(&answer, "Head and tail");
	answer_note(&answer, "one two three");
	struct view_options options = { .width = 8, .color = true, .wrap = true };
	char *text = render(&answer, "text", &options);
	assert_string_equal(text, "\033[1mHead and\ntail\033[0m\n\n\033[2mone two\nthree\033[0m\n");
	free(text);
	answer_free(&answer);
}

/* What people see of amounts. */
static void
test_amounts(void **state)
{
	(void)state;
	const struct {
		int decimals;
		struct cell cell;
		const char *want;
	} cases[] = {
		{ 0, cell_money(FEMTO_PER_UNIT * 1234567, "USD"), "1,234,567.00" },
		{ 0, cell_money(FEMTO_PER_CENT / 2, "USD"), "<0.01" },
		{ 0, cell_money(-FEMTO_PER_CENT / 2, "USD"), ">-0.01" },
		{ 0, cell_money(FEMTO_PER_CENT * 3 / 2, "USD"), "0.02" },
		{ 0, cell_money(FEMTO_PER_CENT * 5 / 2, "USD"), "0.02" },
		{ 0, cell_money(0, "USD"), "0.00" },
		{ 0, cell_money(-FEMTO_PER_UNIT * 5, "EUR"), "-5.00 EUR" },
		{ 4, cell_money(FEMTO_PER_UNIT / 1000 * 375 / 10, ""), "0.0375" },
		{ 4, cell_money(FEMTO_PER_UNIT * 5 / 2, "USD"), "2.50" },
		{ 0, cell_share(1, 1), "100 %" },
		{ 0, cell_share(999, 1000), ">99 %" },
		{ 0, cell_share(1, 1000), "<1 %" },
		{ 0, cell_share(0, 5), "0 %" },
		{ 1, cell_share(998, 1000), "99.8 %" },
		{ 1, cell_share(99999, 100000), ">99.9 %" },
		{ 2, cell_decimal(FEMTO_PER_UNIT * 1500), "1,500" },
		{ 1, cell_decimal(FEMTO_PER_UNIT / 4), "0.2" },
		{ 0, cell_count(-1234), "-1,234" },
		{ 0, cell_none("why"), "-" },
		{ 0, cell_flag(true), "yes" },
		{ 0,
			(struct cell){ .type = CELL_MONEY,
				.text = SLICE("1.20 - 3.40"),
				.amount = 1,
				.currency = "USD" },
			"1.20 - 3.40" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct column column = { .key = "v", .head = "V", .decimals = cases[i].decimals };
		struct answer answer;
		answer_init(&answer, "hllm.test/1");
		struct table *table = answer_table(&answer, "t", NULL, &column, 1);
		table->plain = true;
		table_row(table)[0] = cases[i].cell;
		char *text = render(&answer, "text", &(struct view_options){ 0 });
		char *trimmed = slice_dup(slice_trim(slice_of(text)));
		assert_string_equal(trimmed, cases[i].want);
		free(trimmed);
		free(text);
		answer_free(&answer);
	}
}

/* At any width no line is longer, no number is cut, and what is cut says so. */
static void
test_fit(void **state)
{
	(void)state;
	static const char *const names[] = {
		"classification of very long documents in several languages",
		"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE8\xA6\x81\xE7\xB4\x84",
		"e\xCC\x81tude \xE2\x80\xAE hidden",
		"",
		"x",
	};
	static const struct column few[] = {
		{ .key = "a", .head = "WORKLOAD", .left = true, .weight = 2 },
		{ .key = "b", .head = "MODEL", .left = true, .weight = 1 },
		{ .key = "c", .head = "CALLS" },
	};
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	struct table *table = answer_table(&answer, "t", NULL, few, HL_COUNT(few));
	for (size_t i = 0; i < HL_COUNT(names); i++) {
		struct cell *row = table_row(table);
		row[0] = cell_text(&answer, slice_of(names[i]));
		row[1] = cell_text(&answer, slice_of(names[(i + 1) % HL_COUNT(names)]));
		row[2] = cell_count(123456789012);
	}
	for (int width = 40; width <= 120; width++) {
		char *text = render(&answer, "text", &(struct view_options){ .width = width });
		struct slice rest = slice_of(text), line;
		int lines = 0, numbers = 0;
		while (slice_cut(&rest, '\n', &line)) {
			assert_true(width_of(line) <= width);
			assert_true(!line.n || line.p[line.n - 1] != ' ');
			numbers += slice_ends(line, "123,456,789,012");
			lines++;
		}
		assert_int_equal(numbers, HL_COUNT(names));
		if (width < 100)
			assert_true(strstr(text, "\xE2\x80\xA6") != NULL);
		free(text);
	}
	char *text = render(&answer, "text", &(struct view_options){ .width = 0 });
	assert_null(strstr(text, "\xE2\x80\xA6"));
	free(text);
	answer_free(&answer);
}

/* What is left out at a width, and how narrow the rest gets. */
static void
test_columns_left_out(void **state)
{
	(void)state;
	static const struct column some[] = {
		{ .key = "a", .head = "WORKLOAD", .left = true, .weight = 1, .least = 10 },
		{ .key = "b", .head = "MODELS", .left = true, .weight = 3, .least = 8, .drop = 2 },
		{ .key = "c", .head = "CALLS", .drop = 3 },
		{ .key = "d", .head = "SAME", .drop = 1 },
		{ .key = "e", .head = "COST", .unit = "money" },
	};
	static const struct {
		int width;
		const char *want;
	} cases[] = {
		{ 56, "WORKLOAD          MODELS             CALLS  SAME    COST\n"
		      "internal summary  gpt-4o-2024-08-06      1     7  100.00\n"
		      "support           gpt-4o-mini            2     7  200.00\n" },
		{ 49, "WORKLOAD          MODELS      CALLS  SAME    COST\n"
		      "internal summary  gpt-4o-20\xE2\x80\xA6      1     7  100.00\n"
		      "support           gpt-4o-mi\xE2\x80\xA6      2     7  200.00\n" },
		/* one narrower than all can be read in: what says nothing goes */
		{ 40, "WORKLOAD         MODELS    CALLS    COST\n"
		      "internal summa\xE2\x80\xA6  gpt-4o-\xE2\x80\xA6      1  100.00\n"
		      "support          gpt-4o-\xE2\x80\xA6      2  200.00\n"
		      "\nNo room for SAME: a wider screen or --format csv has them.\n" },
		{ 34, "WORKLOAD          MODELS      COST\n" },
		{ 24, "WORKLOAD            COST\n"
		      "internal summary  100.00\n"
		      "support           200.00\n"
		      "\nNo room for SAME, CALLS, MODELS: a wider screen or --format csv has "
		      "them.\n" },
		{ 18, "WORKLOAD      COST\n"
		      "internal \xE2\x80\xA6  100.00\n" },
		/* nothing more can go */
		{ 12, "WOR\xE2\x80\xA6    COST\n" },
		{ 3, "WO\xE2\x80\xA6    COST\n" },
	};
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	struct table *table = answer_table(&answer, "t", NULL, some, HL_COUNT(some));
	for (int i = 0; i < 2; i++) {
		struct cell *row = table_row(table);
		row[0] = cell_text(&answer, i ? SLICE("support") : SLICE("internal summary"));
		row[1] = cell_text(&answer, i ? SLICE("gpt-4o-mini") : SLICE("gpt-4o-2024-08-06"));
		row[2] = cell_count(i + 1);
		row[3] = cell_count(7);
		row[4] = cell_money(FEMTO_PER_UNIT * 100 * (i + 1), "USD");
	}
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		char *text =
			render(&answer, "text", &(struct view_options){ .width = cases[i].width });
		if (!strstr(text, cases[i].want))
			fail_msg("at %d columns:%s", cases[i].width, text);
		free(text);
	}
	answer_free(&answer);
}

static void
test_children(void **state)
{
	(void)state;
	static const struct column names[] = { { .key = "name", .head = "NAME", .left = true } };
	static const struct column rules[] = { { .key = NULL, .head = "OF", .left = true },
		{ .key = "id", .head = "RULE", .left = true } };
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	struct table *parent = answer_table(&answer, "workloads", NULL, names, 1);
	struct table *many = answer_child(&answer, parent, "rules", rules, 2);
	struct table *one = answer_child(&answer, parent, "flip", names, 1);
	one->single = true;
	one->none_reason = "nothing does";
	table_row(parent)[0] = cell_text(&answer, SLICE("a"));
	table_row(parent)[0] = cell_text(&answer, SLICE("b"));
	static const struct {
		size_t owner;
		const char *of, *id;
	} rows[] = { { 1, "b", "x" }, { 0, "a", "y" }, { 1, "b", "z" } };
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct cell *row = table_child_row(many, rows[i].owner);
		row[0] = cell_text(&answer, slice_of(rows[i].of));
		row[1] = cell_text(&answer, slice_of(rows[i].id));
	}
	table_child_row(one, 1)[0] = cell_text(&answer, SLICE("q"));
	char *text = render(&answer, "json", &(struct view_options){ .width = 0 });
	assert_non_null(strstr(text, "  \"workloads\": [\n"
				     "    {\n"
				     "      \"name\": \"a\",\n"
				     "      \"rules\": [\n"
				     "        {\n"
				     "          \"id\": \"y\"\n"
				     "        }\n"
				     "      ],\n"
				     "      \"flip\": null,\n"
				     "      \"flip_reason\": \"nothing does\"\n"
				     "    },\n"
				     "    {\n"
				     "      \"name\": \"b\",\n"
				     "      \"rules\": [\n"
				     "        {\n"
				     "          \"id\": \"x\"\n"
				     "        },\n"
				     "        {\n"
				     "          \"id\": \"z\"\n"
				     "        }\n"
				     "      ],\n"
				     "      \"flip\": {\n"
				     "        \"name\": \"q\"\n"
				     "      }\n"
				     "    }\n"
				     "  ],\n"
				     "  \"notes\": []"));
	free(text);
	text = render(&answer, "text", &(struct view_options){ .width = 0 });
	assert_non_null(strstr(text, "OF  RULE\nb   x\na   y\nb   z\n\nNAME\nq\n"));
	free(text);
	answer_free(&answer);
}

/* What a line of Markdown begins with does not make it another kind of line. */
static void
notes_of_markdown(void **state)
{
	(void)state;
	static const struct {
		const char *note, *want;
	} cases[] = { { "# heading", "\n- \\# heading\n" }, { "  - item", "\n-   \\- item\n" },
		{ "+ item", "\n- \\+ item\n" }, { "===", "\n- \\===\n" },
		{ "12. item", "\n- 12\\. item\n" }, { "1) item", "\n- 1\\) item\n" },
		{ "12 items", "\n- 12 items\n" }, { "5", "\n- 5\n" }, { "", "\n- \n" },
		{ "a - b", "\n- a - b\n" } };
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct answer answer;
		answer_init(&answer, "hllm.test/1");
		answer_note(&answer, "%s", cases[i].note);
		char *text = render(&answer, "md", &(struct view_options){ .width = 80 });
		assert_non_null(strstr(text, cases[i].want));
		free(text);
		answer_free(&answer);
	}
}

/* A name of any length: on a screen it ends somewhere, in a file it is whole. */
static void
a_name_without_end(void **state)
{
	(void)state;
	static const struct column long_columns[] = {
		{ .key = "kept", .head = "KEPT", .left = true },
		{ .key = "wrapped", .head = "WRAPPED", .left = true, .weight = 1, .wrap = true },
	};
	struct str name = STR_INIT;
	for (int i = 0; i < 3000; i++)
		str_putc(&name, 'x');
	for (int kept = 0; kept < 2; kept++) {
		struct answer answer;
		answer_init(&answer, "hllm.test/1");
		struct table *table = answer_table(&answer, "names", NULL, long_columns, 2);
		struct cell *row = table_row(table);
		row[0] = cell_text(&answer, kept ? str_as_slice(&name) : SLICE("a"));
		row[1] = cell_text(&answer, kept ? SLICE("a") : str_as_slice(&name));
		char *screen = render(&answer, "text", &(struct view_options){ .width = 80 });
		char *whole = render(&answer, "text", &(struct view_options){ .width = 0 });
		assert_in_range(strlen(screen), 80, 1600);
		assert_non_null(strstr(screen, "\xE2\x80\xA6"));
		assert_non_null(strstr(whole, str_text(&name)));
		free(screen);
		free(whole);
		answer_free(&answer);
	}
	str_free(&name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_currencies),
		cmocka_unit_test(test_style),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_columns_left_out),
		cmocka_unit_test(test_children),
		cmocka_unit_test(notes_of_markdown),
		cmocka_unit_test(a_name_without_end),
	};
	width_locale();
	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
