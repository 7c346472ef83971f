/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/prospect.h"

#include <math.h>
#include <stdlib.h>

/* Days of a machine's month: 730 hours. */
#define MONTH_DAYS (CASH_HOURS / 24)

enum { TOKENS_A_REQUEST = 2000 }; /* where requests are not counted: so large is one of them */

static int
series_in(const struct moves *moves, struct slice workload)
{
	for (size_t i = 0; i < moves->n; i++)
		if (slice_eq(moves->items[i].name, workload))
			return i < PROSPECT_SERIES - 1 ? (int)i : PROSPECT_SERIES - 1;
	return -1;
}

int
prospect_series(void *arg, struct slice workload)
{
	return series_in(arg, workload);
}

/* ---- capacity ---- */

/* Where nobody knows how fast prompts are read: so many times as fast as answers are written, by what was
 * measured on processors and small cards. */
#define PREFILL_LEAST  3
#define PREFILL_LIKELY 6
#define PREFILL_MOST   30

static struct estimate
prefill_of(const struct speed *speed)
{
	const struct estimate decode = speed->decode;
	return speed->prefill_known
		       ? speed->prefill
		       : (struct estimate){ decode.low * PREFILL_LEAST,
				 decode.likely * PREFILL_LIKELY, decode.high * PREFILL_MOST };
}

/* An encoder writes nothing. */
static struct estimate
decode_of(const struct speed *speed)
{
	return speed->decodes ? speed->decode : prefill_of(speed);
}

static struct pace
pace_of(const struct speed *speed, int slots)
{
	struct pace pace = { .prefill = prefill_of(speed).likely,
		.decode = decode_of(speed).likely };
	if (slots > 1 && speed->decodes)
		pace.batch[pace.batch_n++] =
			(struct pace_point){ slots, speed->batch_decode.likely };
	return pace;
}

/* Of a workload the requests whose minutes are known, and the others. */
enum { DEMANDS = 2 * PROSPECT_SERIES };

/* What the demands of a scenario are made of. */
struct work {
	struct demand demands[DEMANDS];
	struct pace paces[DEMANDS];
	uint32_t *daily[DEMANDS]; /* owned minutes of those that have none */
	size_t n;
	double seconds, least,
		most; /* a day of t(1), at the likely, the highest, the lowest speed */
};

static double
seconds_of(const struct move *move, double prefill, double decode)
{
	return move->prompt_tokens / prefill + move->output_tokens / decode;
}

double
move_hours(const struct move *move)
{
	return seconds_of(move, prefill_of(&move->choice.speed).likely,
		       decode_of(&move->choice.speed).likely) /
	       3600;
}

/* So many requests a day at any time, where nothing better is known. */
static void
spread_evenly(const struct prospect_question *question, struct work *work, struct demand *demand,
	double a_day)
{
	enum { DAYS = 14 };
	/* as long as what is counted beside it, or it would be taken for quieter than it is */
	size_t days = question->minutes && question->minutes->minutes_n
			      ? question->minutes->minutes_n / 1440
			      : DAYS;
	uint32_t *minutes = xcalloc(days * 1440, sizeof(*minutes));
	demand_daily(minutes, days, a_day, 0, 24);
	work->daily[demand - work->demands] = minutes;
	demand->minutes = minutes;
	demand->minutes_n = days * 1440;
	demand->start = question->minutes ? question->minutes->start : 0;
	demand->source = DEMAND_DAILY;
}

static void
add_hours(struct work *work, const struct move *move)
{
	const struct estimate prefill = prefill_of(&move->choice.speed),
			      decode = decode_of(&move->choice.speed);
	work->seconds += seconds_of(move, prefill.likely, decode.likely);
	work->least += seconds_of(move, prefill.high, decode.high);
	work->most += seconds_of(move, prefill.low, decode.low);
}

/* What has no times beside what has some: as a bucket that is as long as the period. */
static void
add_untimed(struct work *work, const struct prospect_question *question, const struct demand *timed,
	double a_day)
{
	struct demand *demand = &work->demands[work->n++];
	*demand = *timed;
	spread_evenly(question, work, demand, a_day);
	demand->source = DEMAND_HALF_HOURS;
}

/* Where the hours of most requests are not known, none of them is the busiest. */
static enum demand_source
source_of(const struct minutes *minutes)
{
	if (minutes->coarse > minutes->requests / 2)
		return DEMAND_DAYS;
	return minutes->spread ? DEMAND_HALF_HOURS : DEMAND_MINUTES;
}

static void
add_demand(struct work *work, const struct prospect_question *question, const struct move *move)
{
	int series = series_in(question->moves, move->name);
	const struct minutes *minutes =
		question->minutes && series >= 0 ? &question->minutes->items[series] : NULL;
	double tokens = move->prompt_tokens + move->output_tokens;
	double a_day = isnan(move->requests) ? tokens / TOKENS_A_REQUEST : move->requests;
	add_hours(work, move);
	if (a_day <= 0)
		return;
	struct demand *demand = &work->demands[work->n];
	work->paces[work->n] = pace_of(&move->choice.speed, question->plan->slots);
	*demand = (struct demand){ .prompt_tokens = move->prompt_tokens / a_day,
		.output_tokens = move->output_tokens / a_day,
		.pace = &work->paces[work->n] };
	if (minutes && minutes->requests > 0 && series < PROSPECT_SERIES - 1) {
		demand->minutes = minutes->counts;
		demand->minutes_n = question->minutes->minutes_n;
		demand->start = question->minutes->start;
		demand->source = source_of(minutes);
	} else {
		spread_evenly(question, work, demand, a_day);
	}
	work->n++;
	if (demand->source != DEMAND_DAILY && minutes->untimed > 0)
		add_untimed(work, question, demand,
			a_day * (double)minutes->untimed /
				(double)(minutes->untimed + minutes->requests));
}

/* The small ones that have no series of their own, as if they were one that runs at the pace of the largest. */
static struct move
small_ones(const struct prospect_question *question)
{
	struct move sum = { .class = MOVE_NEVER };
	for (size_t i = PROSPECT_SERIES - 1; i < question->moves->n; i++) {
		const struct move *move = &question->moves->items[i];
		if (!move_is_in(move, question->class))
			continue;
		if (sum.class == MOVE_NEVER)
			sum = (struct move){
				.name = move->name, .class = move->class, .choice = move->choice
			};
		double tokens = move->prompt_tokens + move->output_tokens;
		sum.prompt_tokens += move->prompt_tokens;
		sum.output_tokens += move->output_tokens;
		sum.requests += isnan(move->requests) ? tokens / TOKENS_A_REQUEST : move->requests;
	}
	return sum;
}

static bool
find_capacity(const struct prospect_question *question, struct prospect *out, struct work *work,
	struct err *err)
{
	for (size_t i = 0; i < question->moves->n; i++) {
		const struct move *move = &question->moves->items[i];
		if (!move_is_in(move, question->class))
			continue;
		if (isnan(move->prompt_tokens)) {
			out->no_capacity =
				"nobody says how many tokens there are, or how fast it is";
			return true;
		}
		if (i < PROSPECT_SERIES - 1)
			add_demand(work, question, move);
	}
	const struct move rest = small_ones(question);
	if (rest.class != MOVE_NEVER)
		add_demand(work, question, &rest);
	if (!work->n) {
		out->no_capacity = "nothing moves";
		return true;
	}
	const struct capacity_case asked = { .demands = work->demands,
		.demands_n = work->n,
		.units = question->plan->units,
		.slots = question->plan->slots,
		.max_wait = question->plan->max_wait,
		.look = question->quick ? CAPACITY_ROUGH : CAPACITY_FULL,
		.scale = 1 };
	out->has_capacity = true;
	return capacity_of(&asked, &out->capacity, err);
}

/* ---- figures ---- */

static void
put(struct figures *figures, enum figure figure, struct estimate value, const char *source)
{
	const struct figure_kind *kind = &figure_kinds[figure];
	if (figures->of[figure].given)
		return;
	double *ends[] = { &value.low, &value.likely, &value.high };
	for (size_t i = 0; i < HL_COUNT(ends); i++)
		*ends[i] = fmin(fmax(*ends[i], kind->least), kind->most);
	figures_put(figures, figure, value, source);
}

/* Power of a unit.  A card stands in a machine that draws something too: nothing more, where it runs anyway. */
static void
put_watts(const struct plan *plan, struct figures *figures)
{
	const struct hardware *hw = plan->hardware;
	bool card = hw->kind == HARDWARE_GPU;
	if (hardware_is_rented(hw))
		return;
	double busy = hw->busy_watts, idle = hw->idle_watts, context = hw->context_watts;
	if (!isnan(busy))
		put(figures, FIGURE_BUSY_WATTS,
			(struct estimate){
				busy * 0.6, busy * 0.8 + (card ? 50 : 0), busy + (card ? 120 : 0) },
			card ? "the card at 60, 80 or 100 % of its limit, and 0, 50 or 120 W of "
			       "the "
			       "machine around it"
			     : "60, 80 or 100 % of the most that the machine draws");
	if (isnan(idle))
		idle = busy * 0.1;
	context = isnan(context) ? 0 : context;
	put(figures, FIGURE_IDLE_WATTS,
		(struct estimate){ idle, idle + context + (card ? 40 : 0),
			(idle + context) * 1.5 + (card ? 80 : 0) },
		card ? "the card with a model loaded, and 0, 40 or 80 W of the machine around it"
		     : "the machine with a model loaded, up to half as much again");
}

static void
put_price(const struct plan *plan, struct figures *figures)
{
	const struct hardware *hw = plan->hardware;
	double units = plan->whole_price ? 1 : plan->units;
	if (!isnan(plan->price))
		put(figures, FIGURE_CAPEX, estimate_of(plan->price * units), plan->price_source);
	double rent = hw && !isnan(hw->monthly)  ? hw->monthly
		      : hw && !isnan(hw->hourly) ? hw->hourly * CASH_HOURS
						 : MISSING;
	if (hw && hardware_is_rented(hw) && !isnan(rent))
		put(figures, FIGURE_RENT, estimate_of(rent * plan->units),
			isnan(hw->monthly) ? "the catalogue's price an hour, all 730 hours"
					   : "the catalogue's price a month");
}

void
prospect_machine(const struct plan *plan, struct figures *figures)
{
	if (plan->hardware)
		put_watts(plan, figures);
	put_price(plan, figures);
	put(figures, FIGURE_UNITS, estimate_of(plan->units), "the plan");
}

static void
put_work(const struct prospect_question *question, struct prospect *out, const struct work *work)
{
	struct figures *figures = &out->figures;
	double all = CASH_HOURS * question->plan->units;
	put(figures, FIGURE_API_MONTHLY, out->cash, "the audit: 30 days at what is really paid");
	put(figures, FIGURE_API_STAYING,
		estimate_of(fmax(question->moves->all_cash - out->cash.high, 0)), "the audit");
	put(figures, FIGURE_UNITS, estimate_of(question->plan->units), "the plan");
	if (!out->has_capacity && figures->of[FIGURE_MONTHLY].given)
		return;
	if (!out->has_capacity) {
		put(figures, FIGURE_BUSY_HOURS,
			out->moves_n ? (struct estimate){ 0, all / 10, all } : estimate_of(0),
			out->moves_n
				? "not known: no tokens are stated, so anything up to all hours"
				: "nothing moves");
		return;
	}
	/* of all the work, which may be more than there are hours: the cash flow takes off what overflows */
	double kept = 1 - out->capacity.overflow_share;
	double busy = kept > 0 ? out->capacity.kept_busy_hours_day / kept * MONTH_DAYS : all;
	if (!figures->of[FIGURE_UTILIZATION].given) /* else the user knows how busy it is */
		put(figures, FIGURE_BUSY_HOURS,
			(struct estimate){ busy * (work->least / work->seconds), busy,
				busy * (work->most / work->seconds) },
			"the requests of each minute, at the speed of the model");
	if (isnan(question->plan->max_wait))
		return; /* what there are no hours for overflows in the cash flow itself */
	/* what the API does anyway cannot overflow as well */
	double overflow =
		fmin(out->capacity.overflow_share, 1 - figures->of[FIGURE_FALLBACK].value.likely);
	if (overflow > 0)
		put(figures, FIGURE_OVERFLOW, estimate_of(overflow),
			"requests that would wait too long");
}

/* ---- all of it ---- */

static const char *const ids[MOVE_CLASSES] = { "local", "undecided", "everything" };
static const char *const titles[MOVE_CLASSES] = { "what the policy calls local",
	"that and the undecided", "everything that fits" };

static void
sum_moves(const struct prospect_question *question, struct prospect *out)
{
	double tokens = 0;
	for (size_t i = 0; i < question->moves->n; i++) {
		const struct move *move = &question->moves->items[i];
		if (!move_is_in(move, question->class))
			continue;
		out->moves_n++;
		out->cash.low += move->cash.low;
		out->cash.likely += move->cash.likely;
		out->cash.high += move->cash.high;
		tokens += (move->prompt_tokens + move->output_tokens) * 30;
		if (!isnan(move->hosted)) {
			out->hosted_n++;
			out->hosted += move->hosted;
			out->hosted_cash += move->cash.likely;
			out->hosted_tokens += (move->prompt_tokens + move->output_tokens) * 30;
		}
		out->same &= move->class != question->class;
	}
	out->tokens = tokens;
	if (!out->hosted_n)
		out->hosted = out->hosted_cash = out->hosted_tokens = MISSING;
}

/* The same with hours of people that cost nothing: one's own evenings. */
static double
without_people(const struct prospect *scenario)
{
	double values[FIGURES];
	struct cash_answer answer;
	memcpy(values, scenario->values, sizeof(values));
	values[FIGURE_ENGINEER_RATE] = 0;
	cash_answer(values, NULL, &answer);
	return cash_pays(answer.outcome) ? answer.break_even : MISSING;
}

bool
prospect_make(const struct prospect_question *question, struct prospect *out, struct err *err)
{
	struct work work = { 0 };
	*out = (struct prospect){ .class = question->class,
		.id = ids[question->class],
		.title = titles[question->class],
		.same = question->class > MOVE_LOCAL,
		.figures = question->plan->figures };
	sum_moves(question, out);
	if (out->same && question->before) {
		*out = *question->before;
		out->class = question->class;
		out->id = ids[question->class];
		out->title = titles[question->class];
		out->same = true;
		return true;
	}
	bool good = find_capacity(question, out, &work, err);
	if (good) {
		put_work(question, out, &work);
		put_price(question->plan, &out->figures);
		if (question->plan->hardware)
			put_watts(question->plan, &out->figures);
		good = figures_settle(&out->figures, err);
	}
	for (size_t i = 0; i < DEMANDS; i++)
		free(work.daily[i]);
	if (!good)
		return false;
	figures_values(&out->figures, FIGURE_LIKELY, out->values);
	cash_flow(out->values, &out->months);
	out->outcome = cash_outcome(&out->months);
	unit_cost_of(out->values, out->tokens, 1e6, &out->unit);
	out->free_time = without_people(out);
	if (!question->quick)
		outlook_of(&out->figures, OUTLOOK_SEED, OUTLOOK_DRAWS, &out->outlook);
	return true;
}
