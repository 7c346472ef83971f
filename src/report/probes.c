/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several probes: the list of them, two side by side, the servers found, and the pictures. */
#include "config.h"

#include "base/when.h"
#include "report/amounts.h"
#include "report/probe.h"

/* ---- the list ---- */

enum {
	L_ID,
	L_TIME,
	L_DATE,
	L_MODEL,
	L_QUANT,
	L_HARDWARE,
	L_UNITS,
	L_HOST,
	L_SERVER,
	L_VERSION,
	L_ALONE,
	L_SPEED,
	L_BEST,
	L_LABEL,
	LISTED
};
static const struct column list_columns[LISTED] = {
	[L_ID] = { .key = "id",
		.label = true,
		.head = "PROBE",
		.why = "@measured The number that the ledger keeps it under, since {time}" },
	[L_TIME] = { .key = "time" },
	[L_DATE] = { .head = "DATE", .left = true },
	[L_MODEL] = { .key = "model", .head = "MODEL", .left = true, .weight = 2, .least = 12 },
	[L_QUANT] = { .key = "quant", .head = "QUANT", .left = true, .drop = 2 },
	[L_HARDWARE] = { .key = "hardware",
		.head = "HARDWARE",
		.left = true,
		.weight = 1,
		.least = 10 },
	[L_UNITS] = { .key = "units",
		.why = "@assumption Of {hardware}: as the machine tells, or as --on says" },
	[L_HOST] = { .key = "host" },
	[L_SERVER] = { .key = "server",
		.head = "WITH",
		.left = true,
		.drop = 1,
		.weight = 3,
		.least = 8 },
	[L_VERSION] = { .key = "version" },
	[L_ALONE] = { .key = "decode_tokens_per_second",
		.unit = "tokens/s",
		.decimals = 2,
		.why = "@measured Probe {id} of {time}, one request at a time: the median speed of "
		       "writing.\nhllm probe --show {id} --ids has all of it." },
	[L_SPEED] = { .head = "TOKENS/S", .shows = "decode_tokens_per_second" },
	[L_BEST] = { .key = "output_tokens_per_second",
		.unit = "tokens/s",
		.decimals = 2,
		.why = "@measured Probe {id} of {time}: the most output tokens a second of all "
		       "requests together, over its runs" },
	[L_LABEL] = { .key = "label", .head = "", .left = true },
};

static struct cell
word(struct answer *answer, const char *text)
{
	return text[0] ? cell_text(answer, slice_of(text)) : cell_none("not told");
}

static void
list_row(struct answer *answer, struct table *table, const struct probe *probe)
{
	char buf[WHEN_TEXT];
	const struct probe_run *alone = probe_alone(probe);
	double best = MISSING, speed = alone ? probe_middle(&alone->of[PROBE_DECODE]) : MISSING;
	for (size_t i = 0; i < probe->runs_n; i++)
		if (!probe->runs[i].refused)
			best = fmax(best, probe_rate(&probe->runs[i]));
	struct cell *row = table_row(table);
	row[L_ID] = cell_count(probe->id);
	row[L_TIME] = cell_text(answer, slice_of(when_print(buf, probe->time)));
	row[L_DATE] = cell_text(answer, slice_of(when_date(buf, probe->time)));
	row[L_MODEL] = word(answer, probe->model);
	row[L_QUANT] = word(answer, probe->quant);
	row[L_HARDWARE] = word(answer, probe->hardware);
	row[L_UNITS] = cell_count(probe->units);
	row[L_HOST] = word(answer, probe->host);
	row[L_SERVER] = word(answer, probe->server);
	row[L_VERSION] = word(answer, probe->version);
	row[L_ALONE] = number_cell(speed, 2, "one request at a time was not measured");
	row[L_SPEED] = number_text_cell(answer, speed);
	row[L_BEST] = number_cell(best, 2, "no run can be used");
	row[L_LABEL] = cell_text(answer, slice_of(probe_labels[probe->label]));
}

struct table *
probes_table(struct answer *answer, const char *title, const struct probes *probes, int64_t end)
{
	struct table *table = answer_table(answer, "probes", title, list_columns, LISTED);
	for (size_t i = 0; i < probes->n; i++)
		if (probes->items[i].time < end)
			list_row(answer, table, &probes->items[i]);
	return table;
}

void
probes_report(struct answer *answer, const struct probes *probes)
{
	(void)probes_table(answer, NULL, probes, INT64_MAX);
	answer->default_table = "probes";
	if (probes->n)
		answer_headline(answer, "%zu probe%s.", probes->n, probes->n == 1 ? "" : "s");
	else
		answer_headline(answer, "Nothing was measured yet.");
	if (probes->n > 1)
		answer_next(answer, "hllm probe --compare %lld %lld  # what changed",
			(long long)probes->items[1].id, (long long)probes->items[0].id);
	else if (probes->n)
		answer_next(answer, "hllm probe --show %lld  # all of it",
			(long long)probes->items[0].id);
	else
		answer_next(answer, "hllm probe  # measures the server on this machine");
}

/* ---- two side by side ---- */

enum {
	D_CONCURRENCY,
	D_LENGTHS,
	D_WHAT,
	D_FROM,
	D_TO,
	D_FROM_TEXT, /* for people */
	D_TO_TEXT,
	D_CHANGE,
	D_BEYOND,
	D_CHANCE, /* for people */
	DIFFERENCES
};
static const struct column compare_columns[DIFFERENCES] = {
	[D_CONCURRENCY] = { .key = "concurrency",
		.label = true,
		.names = true,
		.head = "AT ONCE",
		.why = "@assumption So many requests at once were asked for, or tried" },
	[D_LENGTHS] = { .key = "lengths",
		.names = true,
		.head = "PROMPT+ANSWER",
		.left = true,
		.drop = 1 },
	[D_WHAT] = { .key = "what", .names = true, .head = "WHAT", .left = true },
	[D_FROM] = { .key = "from",
		.decimals = 3,
		.why = "@measured The first probe: {what}, the median (of all answers: their "
		       "sum)" },
	[D_TO] = { .key = "to",
		.decimals = 3,
		.why = "@measured The second probe: {what}, the median (of all answers: their "
		       "sum)" },
	[D_FROM_TEXT] = { .head = "FROM", .shows = "from" },
	[D_TO_TEXT] = { .head = "TO", .shows = "to" },
	[D_CHANGE] = { .key = "change",
		.head = "CHANGE",
		.decimals = 1,
		.why = "= {to} / {from} - 1" },
	[D_BEYOND] = { .key = "beyond_variation" },
	[D_CHANCE] = { .head = "", .left = true },
};

/* The same load: as many at once, about as long. */
static bool
like(const struct probe_run *a, const struct probe_run *b)
{
	const double of[][2] = { { a->prompt_tokens, b->prompt_tokens },
		{ a->output_tokens, b->output_tokens }, { a->depth, b->depth } };
	if (a->concurrency != b->concurrency)
		return false;
	for (size_t i = 0; i < HL_COUNT(of); i++) {
		double x = isnan(of[i][0]) ? 0 : of[i][0], y = isnan(of[i][1]) ? 0 : of[i][1];
		if (fabs(x - y) > 0.1 * fmax(x, y) + 2)
			return false;
	}
	return true;
}

/* The uncertainty of a middle, as a share: standard deviation over the root of n. */
static double
uncertainty(const struct probe_figure *figure)
{
	if (figure->n < 1)
		return MISSING;
	return figure->cov / sqrt((double)figure->n);
}

struct comparing {
	struct answer *answer;
	struct table *table;
	const struct probe_run *from, *to;
};

/* More than twice what chance gives (about 95 of 100 times). */
static bool
beyond_chance(double change, double sure)
{
	return fabs(change) > 2 * sure;
}

static void
put_change(const struct comparing *at, const char *what, double from, double to, double sure)
{
	char a[NUM_TEXT], b[NUM_TEXT];
	if (isnan(from) || isnan(to) || !(from > 0))
		return;
	double change = to / from - 1;
	struct cell *row = table_row(at->table);
	row[D_CONCURRENCY] = cell_count(at->from->concurrency);
	row[D_LENGTHS] = isnan(at->from->prompt_tokens) || isnan(at->from->output_tokens)
				 ? cell_none("not told")
				 : cell_textf(at->answer, "%s+%s",
					   num_count(a, llround(at->from->prompt_tokens)),
					   num_count(b, llround(at->from->output_tokens)));
	row[D_WHAT] = cell_text(at->answer, slice_of(what));
	row[D_FROM] = number_cell(from, 3, "");
	row[D_TO] = number_cell(to, 3, "");
	row[D_FROM_TEXT] = number_text_cell(at->answer, from);
	row[D_TO_TEXT] = number_text_cell(at->answer, to);
	row[D_CHANGE] = fraction_cell(change, "");
	row[D_BEYOND] = isnan(sure) ? cell_none("how much it varies is not known")
				    : cell_flag(beyond_chance(change, sure));
	row[D_CHANCE] = cell_text(at->answer,
		isnan(sure) || beyond_chance(change, sure) ? SLICE("") : SLICE("may be chance"));
}

static void
put_pair(const struct comparing *at)
{
	static const struct {
		enum probe_quantity quantity;
		const char *name;
	} shown[] = { { PROBE_DECODE, "tokens/s of one answer" },
		{ PROBE_PREFILL, "prompt tokens/s" }, { PROBE_TTFT, "ms to the first token" } };
	for (size_t i = 0; i < HL_COUNT(shown); i++) {
		const struct probe_figure *a = &at->from->of[shown[i].quantity],
					  *b = &at->to->of[shown[i].quantity];
		put_change(at, shown[i].name, probe_middle(a), probe_middle(b),
			hypot(uncertainty(a), uncertainty(b)));
	}
	put_change(
		at, "tokens/s of all answers", at->from->output_rate, at->to->output_rate, MISSING);
}

static void
note_difference(struct answer *answer, const char *what, const char *from, const char *to)
{
	if (!slice_is_nocase(slice_of(from), to)) /* Q8_0 of a server, q8_0 of the catalogue */
		answer_note(answer, "Not the same %s: %s, then %s.", what,
			from[0] ? from : "not told", to[0] ? to : "not told");
}

static void
compare_headline(
	struct answer *answer, const struct probe *from, const struct probe *to, size_t pairs)
{
	const struct probe_run *a = probe_alone(from), *b = probe_alone(to);
	if (!pairs) {
		answer_headline(answer,
			"Probes %lld and %lld have no run with as many requests of about the same "
			"length.",
			(long long)from->id, (long long)to->id);
		return;
	}
	if (!a || !b || !like(a, b)) {
		answer_headline(answer, "Probe %lld beside probe %lld.", (long long)to->id,
			(long long)from->id);
		return;
	}
	const struct probe_figure *before = &a->of[PROBE_DECODE], *after = &b->of[PROBE_DECODE];
	double change = probe_middle(after) / probe_middle(before) - 1;
	double sure = hypot(uncertainty(before), uncertainty(after));
	answer_headline(answer, "Probe %lld writes %.1f %% %s tokens a second than probe %lld%s.",
		(long long)to->id, fabs(change) * 100, change < 0 ? "fewer" : "more",
		(long long)from->id,
		isnan(sure) || beyond_chance(change, sure) ? "" : ", which may be chance");
}

void
probes_compare(struct answer *answer, const struct probe *from, const struct probe *to)
{
	struct comparing at = { .answer = answer,
		.table = answer_table(answer, "changes", NULL, compare_columns, DIFFERENCES) };
	size_t pairs = 0;
	answer->default_table = "changes";
	for (size_t i = 0; i < from->runs_n; i++)
		for (size_t k = 0; k < to->runs_n; k++) {
			at.from = &from->runs[i];
			at.to = &to->runs[k];
			if (at.from->refused || at.to->refused || !like(at.from, at.to))
				continue;
			size_t before = at.table->rows_n;
			put_pair(&at);
			pairs += at.table->rows_n > before;
		}
	compare_headline(answer, from, to, pairs);
	note_difference(answer, "machine", from->hardware, to->hardware);
	note_difference(answer, "model", from->model, to->model);
	note_difference(answer, "quantization", from->quant, to->quant);
	note_difference(answer, "server", from->server, to->server);
	note_difference(answer, "version", from->version, to->version);
	note_difference(answer, "way of being measured", probe_labels[from->label],
		probe_labels[to->label]);
	answer_next(answer, "hllm probe --show %lld  # all of the later one", (long long)to->id);
}

/* ---- servers ---- */

enum {
	V_URL,
	V_KIND,
	V_NAME,
	V_VERSION,
	V_MODEL,
	V_MODELS,
	V_QUANT,
	V_SLOTS,
	V_CONTEXT,
	V_OPEN,
	V_KEY,
	FOUND
};
static const struct column found_columns[FOUND] = {
	[V_URL] = { .key = "url", .head = "URL", .left = true },
	[V_KIND] = { .key = "kind" },
	[V_NAME] = { .head = "SERVER", .left = true },
	[V_VERSION] = { .key = "version",
		.head = "VERSION",
		.left = true,
		.weight = 3,
		.least = 6,
		.drop = 1 },
	[V_MODEL] = { .key = "model", .head = "MODEL", .left = true, .weight = 1, .least = 12 },
	[V_MODELS] = { .key = "models", .why = "@measured The server at {url} told it" },
	[V_QUANT] = { .key = "quant", .head = "QUANT", .left = true, .weight = 2, .least = 6 },
	[V_SLOTS] = { .key = "slots",
		.head = "SLOTS",
		.why = "@measured The server at {url} told it" },
	[V_CONTEXT] = { .key = "context",
		.head = "CONTEXT",
		.unit = "tokens",
		.why = "@measured The server at {url} told it" },
	[V_OPEN] = { .key = "open_to_all" },
	[V_KEY] = { .key = "needs_key" },
};

static void
server_row(struct answer *answer, struct table *table, const struct server *server)
{
	static const char untold[] = "not told";
	struct cell *row = table_row(table);
	row[V_URL] = cell_text(answer, slice_of(server->url));
	row[V_KIND] = cell_text(answer, slice_of(server_kinds[server->kind]));
	row[V_NAME] = cell_text(answer, slice_of(server_titles[server->kind]));
	row[V_VERSION] = word(answer, server->version);
	row[V_MODEL] = word(answer, server->model);
	row[V_MODELS] = cell_count(server->models);
	row[V_QUANT] = word(answer, server->quant);
	row[V_SLOTS] = server->slots < 0 ? cell_none(untold) : cell_count(server->slots);
	row[V_CONTEXT] = server->context < 0 ? cell_none(untold) : cell_count(server->context);
	row[V_OPEN] = cell_flag(server->open_to_all);
	row[V_KEY] = cell_flag(server->needs_key);
}

void
servers_report(struct answer *answer, const struct servers *servers)
{
	struct table *table = answer_table(answer, "servers", NULL, found_columns, FOUND);
	answer->default_table = "servers";
	for (size_t i = 0; i < servers->n; i++)
		server_row(answer, table, &servers->items[i]);
	answer_headline(answer, "%zu server%s of models.", servers->n, servers->n == 1 ? "" : "s");
	for (size_t i = 0; i < servers->n; i++) {
		const struct server *server = &servers->items[i];
		if (server->open_to_all)
			answer_note(answer,
				"%s answers everybody: it listens on all interfaces and asks for "
				"no "
				"key. Start it on 127.0.0.1, or with a key.",
				server->url);
		if (server->needs_key)
			answer_note(answer, "%s asks for a key: --url %s --key-file FILE.",
				server->url, server->url);
		if (server->models > 1)
			answer_note(answer, "%s offers %d models (--model NAME for another one).",
				server->url, server->models);
	}
	answer_next(answer, "hllm probe --url %s  # how fast it is",
		servers->n ? servers->items[0].url : "URL");
}

static const struct column health_columns[] = { { .key = "url" }, { .key = "kind" },
	{ .key = "model" }, { .key = "answer_ms", .decimals = 3 } };

void
health_report(struct answer *answer, const struct server *server, double ms)
{
	struct table *table =
		answer_table(answer, "health", NULL, health_columns, HL_COUNT(health_columns));
	answer->default_table = "health";
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	row[0] = cell_text(answer, slice_of(server->url));
	row[1] = cell_text(answer, slice_of(server_kinds[server->kind]));
	row[2] = word(answer, server->model);
	row[3] = number_cell(ms, 3, "");
	answer_headline(answer, "%s (%s, %s) answers, in %.0f ms.", server->url,
		server_titles[server->kind], server->model, ms);
}

/* ---- pictures ---- */

static void
begin_chart(const struct probe *probe, struct chart *chart, const char *name, const char *what)
{
	struct str subject = STR_INIT, server = STR_INIT;
	char date[WHEN_TEXT];
	probe_subject(&subject, probe);
	probe_server(&server, probe);
	chart_init(chart, CHART_LINES, name);
	chart->title = chart_printf(chart, "%s: %s", str_text(&subject), what);
	chart->subtitle = chart_printf(chart, "%s%s%s; runs that were refused are left out",
		str_text(&server), server.n ? ", " : "", when_date(date, probe->time));
	chart->x = (struct chart_axis){
		.quantity = CHART_NUMBER, .label = SLICE("requests at once"), .from_zero = true
	};
	str_free(&subject);
	str_free(&server);
}

/* By number of requests at once; several runs of one number (as of llama-bench) make no line. */
static bool
can_be_drawn(const struct probe *probe, double (*value)(const struct probe_run *))
{
	int last = 0;
	size_t n = 0;
	for (size_t i = 0; i < probe->runs_n; i++) {
		const struct probe_run *run = &probe->runs[i];
		if (run->refused || isnan(value(run)))
			continue;
		if (run->concurrency == last)
			return false;
		last = run->concurrency;
		n++;
	}
	return n >= 2;
}

/* The lowest number that is above 'after'; NULL: none. */
static const struct probe_run *
next_run(const struct probe *probe, double (*value)(const struct probe_run *), int after)
{
	const struct probe_run *next = NULL;
	for (size_t i = 0; i < probe->runs_n; i++) {
		const struct probe_run *run = &probe->runs[i];
		if (!run->refused && !isnan(value(run)) && run->concurrency > after &&
			(!next || run->concurrency < next->concurrency))
			next = run;
	}
	return next;
}

static double
ttft_of(const struct probe_run *run)
{
	return probe_middle(&run->of[PROBE_TTFT]);
}

bool
probe_chart_rate(const struct probe *probe, struct chart *chart)
{
	if (!can_be_drawn(probe, probe_rate))
		return false;
	begin_chart(probe, chart, "probe-throughput", "tokens a second");
	chart->y = (struct chart_axis){ .quantity = CHART_NUMBER,
		.label = SLICE("output tokens a second, all requests together"),
		.from_zero = true };
	struct chart_series *series = chart_add_series(chart, SLICE("all together"));
	const struct probe_run *run = next_run(probe, probe_rate, 0);
	for (; run; run = next_run(probe, probe_rate, run->concurrency))
		chart_add_point(series, run->concurrency, probe_rate(run), MISSING, MISSING);
	if (probe->slots > 0)
		chart_add_rule(chart, true, (double)probe->slots,
			chart_printf(chart, "%lld slots", (long long)probe->slots));
	return true;
}

bool
probe_chart_ttft(const struct probe *probe, struct chart *chart)
{
	if (!can_be_drawn(probe, ttft_of))
		return false;
	begin_chart(probe, chart, "probe-ttft", "time to the first token");
	chart->y = (struct chart_axis){ .quantity = CHART_NUMBER,
		.label = SLICE("milliseconds to the first token"),
		.from_zero = true };
	chart->subtitle = chart_printf(chart, SLICE_FMT "; the band reaches to the 90th percentile",
		SLICE_ARG(chart->subtitle));
	struct chart_series *series = chart_add_series(chart, SLICE("median"));
	const struct probe_run *run = next_run(probe, ttft_of, 0);
	for (; run; run = next_run(probe, ttft_of, run->concurrency)) {
		double p90 = run->of[PROBE_TTFT].p90, middle = ttft_of(run);
		chart_add_point(
			series, run->concurrency, middle, isnan(p90) ? MISSING : middle, p90);
	}
	return true;
}
