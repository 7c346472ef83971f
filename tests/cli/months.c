/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * months bridge | forecast - what comes of numbers on standard input, for tests that work it out by other
 * means.
 *
 * bridge: lines "MONTH WORKLOAD MODEL NO_MODEL DIFFERENCE TOKENS... UNSPLIT LIST... LIST_OTHER SPEND" in the
 * order of a history, in femto; after a line "." come the steps from month 1 to month 2: a line for each
 * workload and one for all, then ".".
 * forecast: lines "FIRST_DAY FIXED COST..."; for each "LOW LIKELY HIGH SO_FAR RUN_RATE KNOWN LEFT METHOD".
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "econ/forecast.h"
#include "work/bridge.h"

enum { CELLS_MOST = 1000, DAYS_MOST = 2000, LINE_MOST = 65536 };

static struct slice
next_word(struct slice *rest)
{
	struct slice word = SLICE_NONE;
	if (!slice_cut(rest, ' ', &word))
		exit(2);
	return word;
}

static femto_t
next_whole(struct slice *rest)
{
	struct slice word = next_word(rest);
	bool negative = word.n && word.p[0] == '-';
	femto_t value = 0;
	for (size_t i = negative; i < word.n; i++)
		value = value * 10 + (word.p[i] - '0');
	return negative ? -value : value;
}

static void
print_whole(femto_t value, char end)
{
	char text[64], *at = text + sizeof(text);
	bool negative = value < 0;
	*--at = '\0';
	do {
		int digit = (int)(value % 10);
		*--at = (char)('0' + (digit < 0 ? -digit : digit));
		value /= 10;
	} while (value);
	printf("%s%s%c", negative ? "-" : "", at, end);
}

/* ---- bridge ---- */

static struct history_cell
read_cell(struct slice line, struct arena *arena)
{
	struct history_cell cell = { .month = (int)next_whole(&line) };
	cell.workload = slice_copy(arena, next_word(&line));
	cell.model = slice_copy(arena, next_word(&line));
	cell.no_model = next_whole(&line) != 0;
	cell.difference = next_whole(&line) != 0;
	for (int k = 0; k < TOKEN_KINDS; k++)
		cell.tokens[k] = (int64_t)next_whole(&line);
	cell.unsplit = (int64_t)next_whole(&line);
	for (int k = 0; k < TOKEN_KINDS; k++)
		cell.list[k] = next_whole(&line);
	cell.list_other = next_whole(&line);
	cell.spend_low = cell.spend_high = next_whole(&line);
	return cell;
}

static void
print_steps(struct slice name, femto_t before, femto_t after, const femto_t steps[BRIDGE_STEPS])
{
	printf(SLICE_FMT " ", SLICE_ARG(name));
	print_whole(before, ' ');
	print_whole(after, ' ');
	for (int i = 0; i < BRIDGE_STEPS; i++)
		print_whole(steps[i], i + 1 < BRIDGE_STEPS ? ' ' : '\n');
}

static void
print_bridge(struct history *history)
{
	struct bridge bridge;
	bridge_make(&bridge, history, 1, 2);
	for (size_t i = 0; i < bridge.workloads_n; i++) {
		const struct bridge_workload *at = &bridge.workloads[i];
		print_steps(at->name, at->before, at->after, at->steps);
	}
	print_steps(SLICE("all"), bridge.before, bridge.after, bridge.steps);
	puts(".");
	bridge_free(&bridge);
	history->cells_n = 0;
	arena_reset(&history->arena);
}

static void
run_bridge(char *line)
{
	struct history history = { .cells = xcalloc(CELLS_MOST, sizeof(*history.cells)) };
	while (fgets(line, LINE_MOST, stdin)) {
		struct slice text = slice_trim(slice_of(line));
		if (slice_is(text, "."))
			print_bridge(&history);
		else if (history.cells_n < CELLS_MOST)
			history.cells[history.cells_n++] = read_cell(text, &history.arena);
	}
	free(history.cells);
	arena_free(&history.arena);
}

/* ---- forecast ---- */

static void
run_forecast(char *line)
{
	double *days = xcalloc(DAYS_MOST, sizeof(*days));
	while (fgets(line, LINE_MOST, stdin)) {
		struct forecast_question question = { .days = days };
		struct forecast out;
		char *at = line;
		question.first_day = strtoll(at, &at, 10);
		question.fixed = strtod(at, &at);
		for (char *end; question.days_n < DAYS_MOST; at = end) {
			double day = strtod(at, &end);
			if (end == at)
				break;
			days[question.days_n++] = day;
		}
		if (!forecast_month(&question, &out))
			puts("none");
		else
			printf("%.17g %.17g %.17g %.17g %.17g %d %d %s\n", out.total.low,
				out.total.likely, out.total.high, out.so_far, out.run_rate,
				out.days_known, out.days_left, out.method);
	}
	free(days);
}

int
main(int argc, char **argv)
{
	char *line = xmalloc(LINE_MOST);
	bool bridge = argc == 2 && strcmp(argv[1], "bridge") == 0;
	if (bridge)
		run_bridge(line);
	else
		run_forecast(line);
	free(line);
	return 0;
}
