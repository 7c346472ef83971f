/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/moves.h"

#include <math.h>
#include <stdlib.h>

#include "base/index.h"
#include "report/parts.h"

enum { CONTEXT_MOST = 1 << 24 }; /* more than any model takes */
enum { MODELS_AT_ONCE = 8 };     /* chosen to cover the work together */

/* What all workloads share while they are looked at. */
struct mover {
	const struct moves_question *question;
	struct moves *moves;
	int type, quality, context; /* of the attributes; -1 none */
	/* of each workload of the audit: the number of its subject, and of its first group, and 1; 0 none */
	size_t *subject, *group;
	size_t *next; /* of each group: the next of the same workload, and 1 */
	struct err *err;
};

static uint32_t *
slot_of(struct index *index, struct slice name)
{
	return index_find(index, hash_bytes(name.p, name.n, 0));
}

static size_t
number_of(const struct mover *mover, const struct move *move)
{
	return (size_t)(move->tally - mover->question->audit->workloads.items);
}

static double
monthly(femto_t amount, int64_t days)
{
	return num_units(amount) * 30 / (double)days;
}

/* The share of list prices that a biller really asks for; 1 where it asks for more, or nobody knows: what is
 * billed beyond the log is no price. */
static double
billed_share(const struct traffic *traffic, const struct traffic_group *group)
{
	const struct traffic_biller *biller = traffic_money(traffic, group->biller);
	if (!biller || biller->mixed || biller->billed <= 0 || biller->low <= 0 ||
		strcmp(biller->currency, group->currency) != 0 || biller->billed >= biller->low)
		return 1;
	return (double)biller->billed / (double)biller->low;
}

/* Cash of the list cost of its models, by what their billers ask for. */
static struct estimate
listed_cash(const struct mover *mover, struct move *move)
{
	const struct traffic *traffic = mover->question->traffic;
	double low = 0, high = 0;
	for (size_t at = mover->group[number_of(mover, move)]; at; at = mover->next[at - 1]) {
		const struct traffic_group *group = &traffic->groups[at - 1];
		if (group->mixed || strcmp(group->currency, mover->moves->currency) != 0)
			continue;
		double share = billed_share(traffic, group);
		move->scaled |= share < 1;
		low += monthly(group->low, mover->question->days) * share;
		high += monthly(group->high, mover->question->days) * share;
	}
	return estimate_between(low, high);
}

/* What is billed for its models.  Purchases, credits and taxes name none, and do not go away with the requests. */
static struct estimate
billed_cash(const struct mover *mover, struct move *move)
{
	femto_t work = 0, rest = 0;
	for (size_t i = 0; i < move->tally->names_n; i++) {
		const struct part_name *part = &move->tally->names[i];
		*(part->no_model && !part->tokens ? &rest : &work) += part->spend;
	}
	move->no_work = monthly(rest, mover->question->days);
	return estimate_of(monthly(work, mover->question->days));
}

static struct estimate
cash_of(const struct mover *mover, struct move *move)
{
	const struct money *money = money_in(move->tally, mover->moves->currency);
	if (!money)
		return estimate_of(0);
	if (!money->has_billed)
		return listed_cash(mover, move);
	if (move->tally->money_n == 1 && move->tally->names_n && !move->tally->per_day)
		return billed_cash(mover, move);
	int64_t days = mover->question->days;
	return estimate_between(monthly(money->spend_low, days), monthly(money->spend_high, days));
}

static const struct attribute *
attribute_of(const struct mover *mover, const struct move *move, int index)
{
	const struct subjects *subjects = mover->question->subjects;
	size_t at = mover->subject[number_of(mover, move)];
	const struct attribute *value =
		at && index >= 0 ? &subjects->items[at - 1].values[index] : NULL;
	return value && value->source != ATTRIBUTE_UNKNOWN ? value : NULL;
}

static struct slice
word_of(const struct mover *mover, const struct move *move, int index)
{
	const struct attribute *value = attribute_of(mover, move, index);
	return value ? value->word : SLICE("");
}

static void
set_context(const struct mover *mover, struct move *move)
{
	const struct attribute *p95 = attribute_of(mover, move, mover->context);
	int64_t answer =
		move->tally->dists ? dist_percentile(&move->tally->dists[DIST_OUTPUT], 95) : -1;
	if (mover->question->context) {
		move->context = mover->question->context;
		return;
	}
	if (!p95) {
		/* whatever the longest are, the mean is not above them */
		double mean = ceil((move->prompt_tokens + move->output_tokens) / move->requests);
		move->context = MOVES_CONTEXT;
		if (isfinite(mean) && mean > MOVES_CONTEXT)
			move->context = mean < CONTEXT_MOST ? (int64_t)mean : CONTEXT_MOST;
		move->no_context = "only known where each request is logged";
		return;
	}
	/* the last class of lengths has no end: of it the beginning counts, which is more than any model takes */
	int64_t last = dist_ends[DIST_ENDS - 2];
	int64_t prompt = (int64_t)(p95->high / FEMTO_PER_UNIT);
	prompt = prompt < last ? prompt : last;
	answer = answer < 0 ? 0 : answer < last ? answer : last;
	move->context = prompt + answer > 0 ? prompt + answer : 1;
}

static void
set_volume(const struct mover *mover, struct move *move)
{
	const struct tally *tally = move->tally;
	double days = (double)mover->question->days;
	double input = (double)tally_input(tally);
	double output = (double)(tally->tokens[TOKEN_OUTPUT] + tally->unsplit);
	bool any = input + output > 0;
	move->unsplit = tally->unsplit > 0;
	move->requests = tally->requests > 0 ? (double)tally->requests / days : MISSING;
	move->prompt_tokens = any ? input / days : MISSING;
	move->output_tokens = any ? output / days : MISSING;
}

/* The same tokens at the price of the same open model elsewhere: the cheapest seller that has a price now. */
static void
set_hosted(const struct mover *mover, struct move *move)
{
	const struct moves_question *question = mover->question;
	const struct local_model *model = move->choice.model;
	struct usage usage = { .context = CONTEXT_MIXED, .requests = -1, .start = question->now };
	usage.tokens[TOKEN_UNCACHED_INPUT] = tally_input(move->tally);
	usage.tokens[TOKEN_OUTPUT] = move->tally->tokens[TOKEN_OUTPUT] + move->tally->unsplit;
	move->hosted = MISSING;
	for (size_t i = 0; model && i < model->hosted_n; i++) {
		const struct hosted *at = &model->hosted[i];
		const struct resolution resolution = price_resolve(question->catalog, at->provider,
			at->provider, at->model, SLICE(""), question->now, true);
		if (resolution.state != PRICE_FOUND)
			continue;
		const struct cost cost = price_charge(question->catalog, &resolution, &usage, 1000);
		if (!cost.priced || strcmp(cost.currency, "USD") != 0)
			continue;
		double month = monthly(cost.high, question->days);
		if (isnan(move->hosted) || month < move->hosted) {
			move->hosted = month;
			move->hosted_by = at->provider;
		}
	}
}

/* What a block of hllm.conf says of the move: a model, and whether its quality was tested.  False: there is no such
 * model. */
static bool
configured(const struct mover *mover, struct move *move, const struct local_model **model,
	struct err *err)
{
	const struct conf_section *section =
		conf_find(mover->question->conf, "workload", move->name);
	const struct conf_item *item = section ? conf_item(section, "local_model") : NULL;
	struct slice name = SLICE("");
	struct err why = { 0 };
	if (section && !conf_text(section, "quality_tested", &move->tested, err))
		return false;
	if (!item)
		return true;
	if (!conf_text(section, "local_model", &name, err))
		return false;
	*model = local_model_find(mover->question->choice.models, name.p, &why);
	return *model || conf_wrong(section, item, err, "%s", why.text);
}

static void
set_class(const struct mover *mover, struct move *move)
{
	const struct rulings *rulings = mover->question->rulings;
	size_t at = mover->subject[number_of(mover, move)];
	const struct decision *decision = !rulings ? NULL
					  : rulings->subjects != mover->question->subjects
						  ? rulings_find(rulings, move->name)
					  : at ? &rulings->items[at - 1]
					       : NULL;
	enum verdict verdict = decision ? decision->outcome.verdict : VERDICT_UNDECIDED;
	move->verdict = decision ? verdict_names[verdict] : "undecided";
	move->class = verdict == VERDICT_LOCAL ? MOVE_LOCAL
		      : verdict == VERDICT_API ? MOVE_REST
					       : MOVE_UNDECIDED;
}

/* Why no model is found for it. */
static void
say_no_model(const struct mover *mover, struct move *move)
{
	const struct choice_question *choice = &mover->question->choice;
	struct str why = STR_INIT;
	struct slice type = word_of(mover, move, mover->type);
	if (!move->choice.nearest) {
		str_printf(&why, "no model of the catalogue is known to be good for " SLICE_FMT,
			SLICE_ARG(type));
	} else {
		const struct fit_question question = { .model = move->choice.nearest,
			.quant = choice->quant,
			.hardware = choice->hardware,
			.units = choice->units,
			.context = move->context,
			.concurrency = choice->concurrency };
		fit_refusal(&why, &question, &move->choice.fit);
		if (!why.n)
			str_puts(&why, "its speed on this hardware cannot be told");
	}
	move->stays = slice_copy(&mover->moves->arena, str_as_slice(&why));
	str_free(&why);
}

/* The model of --model, or of a plan, for everything; but what writes texts makes no embeddings. */
static const struct local_model *
wanted_by_all(const struct mover *mover, const struct move *move)
{
	const struct local_model *wanted = mover->question->choice.wanted;
	struct slice type = word_of(mover, move, mover->type);
	bool embeds = slice_is(type, "embedding");
	return wanted && embeds == local_model_is_good_for(wanted, SLICE("embedding")) ? wanted
										       : NULL;
}

/* All but the model.  False: hllm.conf names one that there is not. */
static bool
look_at(const struct mover *mover, struct move *move, struct err *err)
{
	move->cash = cash_of(mover, move);
	set_volume(mover, move);
	set_context(mover, move);
	set_class(mover, move);
	move->wanted = wanted_by_all(mover, move);
	if (slice_is(word_of(mover, move, mover->quality), "frontier"))
		move->stays = SLICE("only the best models will do for it (quality is frontier)");
	else if (move->tally->local_tokens > 0 && move->cash.high <= 0)
		move->stays = SLICE("it runs on your own hardware already");
	return configured(mover, move, &move->wanted, err);
}

/* ---- models ---- */

enum { COVERED = 64 }; /* of the dearest workloads, by which models are chosen */

static bool
try_model(const struct mover *mover, const struct move *move, const struct local_model *model,
	struct choice *out)
{
	struct choice_question choice = mover->question->choice;
	choice.type = word_of(mover, move, mover->type);
	choice.context = move->context;
	choice.wanted = model;
	choice_make(&choice, out);
	return out->model != NULL;
}

/* Would the model do for it, if nobody says which: good for that type of task, and fast enough. */
static bool
covers(const struct mover *mover, const struct move *move, const struct local_model *model)
{
	struct choice_question asked = mover->question->choice;
	struct choice choice;
	asked.type = word_of(mover, move, mover->type);
	return choice_suits(&asked, model) && try_model(mover, move, model, &choice) &&
	       (!choice.speed.decodes || choice.speed.decode.likely >= CHOICE_SPEED);
}

/* What each model covers of the dearest workloads that nobody has chosen a model for. */
struct cover {
	const struct local_model *model;
	double cash;
	bool of[COVERED];
};

static struct cover *
cover_all(const struct mover *mover, size_t n)
{
	const struct local_models *models = mover->question->choice.models;
	struct cover *covers_of = xcalloc(models->n + 1, sizeof(*covers_of));
	for (size_t m = 0; m < models->n; m++) {
		covers_of[m].model = &models->items[m];
		for (size_t i = 0; i < n; i++) {
			const struct move *move = &mover->moves->items[i];
			covers_of[m].of[i] = !move->stays.n && !move->wanted &&
					     covers(mover, move, &models->items[m]);
		}
	}
	return covers_of;
}

/* The model that covers most cash of what is still open; of those that cover nearly as much, the one with most
 * parameters.  NULL: none covers anything. */
static const struct cover *
best_cover(struct cover *covers_of, size_t models_n, const struct moves *moves, const bool *open,
	size_t n)
{
	const double nearly = 0.95;
	const struct cover *best = NULL;
	double most = 0;
	for (size_t m = 0; m < models_n; m++) {
		covers_of[m].cash = 0;
		for (size_t i = 0; i < n; i++)
			if (open[i] && covers_of[m].of[i])
				covers_of[m].cash += moves->items[i].cash.high + 1e-6;
		most = covers_of[m].cash > most ? covers_of[m].cash : most;
	}
	for (size_t m = 0; m < models_n && most > 0; m++)
		if (covers_of[m].cash >= most * nearly &&
			(!best || covers_of[m].model->params_b > best->model->params_b))
			best = &covers_of[m];
	return best;
}

/* As few models as cover the work, the one for most of the cash first: several take turns on a machine. */
static size_t
choose_models(const struct mover *mover, const struct local_model **chosen, size_t most)
{
	const struct moves *moves = mover->moves;
	size_t n = moves->n < COVERED ? moves->n : COVERED, chosen_n = 0;
	const struct local_models *models = mover->question->choice.models;
	struct cover *covers_of = cover_all(mover, n);
	bool open[COVERED];
	for (size_t i = 0; i < n; i++)
		open[i] = true;
	while (chosen_n < most) {
		const struct cover *best = best_cover(covers_of, models->n, moves, open, n);
		if (!best)
			break;
		chosen[chosen_n++] = best->model;
		for (size_t i = 0; i < n; i++)
			open[i] &= !best->of[i];
	}
	free(covers_of);
	return chosen_n;
}

static void
assign(const struct mover *mover, struct move *move, const struct local_model *const *chosen,
	size_t n)
{
	struct choice_question any = mover->question->choice;
	if (!move->stays.n && move->wanted) {
		(void)try_model(mover, move, move->wanted, &move->choice);
	} else if (!move->stays.n) {
		bool found = false;
		for (size_t i = 0; i < n && !found; i++)
			found = covers(mover, move, chosen[i]) &&
				try_model(mover, move, chosen[i], &move->choice);
		any.type = word_of(mover, move, mover->type);
		any.context = move->context;
		if (!found)
			choice_make(&any, &move->choice);
	}
	if (!move->stays.n && !move->choice.model)
		say_no_model(mover, move);
	if (move->stays.n)
		move->class = MOVE_NEVER;
	set_hosted(mover, move);
}

static int
by_cash(const void *left, const void *right)
{
	const struct move *a = left, *b = right;
	if (a->cash.high < b->cash.high || a->cash.high > b->cash.high)
		return a->cash.high > b->cash.high ? -1 : 1;
	return slice_compare(a->name, b->name);
}

/* Who looks for a name in a list, for each of thousands and for every machine of the catalogue, takes minutes. */
static void
number_names(struct mover *mover)
{
	const struct moves_question *question = mover->question;
	const struct tallies *workloads = &question->audit->workloads;
	size_t groups_n = question->traffic ? question->traffic->groups_n : 0;
	struct index index = { 0 };
	mover->subject = xcalloc(workloads->n + 1, sizeof(*mover->subject));
	mover->group = xcalloc(workloads->n + 1, sizeof(*mover->group));
	mover->next = xcalloc(groups_n + 1, sizeof(*mover->next));
	for (size_t i = 0; i < workloads->n; i++)
		*slot_of(&index, workloads->items[i].name) = (uint32_t)i + 1;
	/* names that are none of them come behind the last */
	for (size_t i = question->subjects->n; i-- > 0;) {
		uint32_t *slot = slot_of(&index, question->subjects->items[i].name);
		*slot = *slot ? *slot : (uint32_t)workloads->n + 1;
		mover->subject[*slot - 1] = i + 1;
	}
	for (size_t i = groups_n; i-- > 0;) {
		uint32_t *slot = slot_of(&index, question->traffic->groups[i].workload);
		*slot = *slot ? *slot : (uint32_t)workloads->n + 1;
		mover->next[i] = mover->group[*slot - 1];
		mover->group[*slot - 1] = i + 1;
	}
	index_free(&index);
}

static void
forget_names(struct mover *mover)
{
	free(mover->subject);
	free(mover->group);
	free(mover->next);
}

bool
moves_make(const struct moves_question *question, struct moves *moves, struct err *err)
{
	const struct audit *audit = question->audit;
	const struct money *money = main_money(&audit->total);
	*moves = (struct moves){ .items = xcalloc(audit->workloads.n + 1, sizeof(*moves->items)) };
	memcpy(moves->currency, money ? money->currency : "USD", 4);
	moves->all_cash = money ? monthly(money->spend_high, question->days) : 0;
	struct mover mover = { .question = question,
		.moves = moves,
		.type = attributes_find(question->attributes, SLICE("type")),
		.quality = attributes_find(question->attributes, SLICE("quality")),
		.context = attributes_find(question->attributes, SLICE("context_p95_tokens")) };
	bool good = true;
	number_names(&mover);
	for (size_t i = 0; i < audit->workloads.n && good; i++) {
		struct move *move = &moves->items[moves->n++];
		move->tally = &audit->workloads.items[i];
		move->name = move->tally->name;
		good = look_at(&mover, move, err);
	}
	if (moves->n)
		qsort(moves->items, moves->n, sizeof(*moves->items), by_cash);
	const struct local_model *chosen[MODELS_AT_ONCE];
	size_t chosen_n = good ? choose_models(&mover, chosen, MODELS_AT_ONCE) : 0;
	for (size_t i = 0; i < moves->n && good; i++)
		assign(&mover, &moves->items[i], chosen, chosen_n);
	forget_names(&mover);
	return good;
}

void
moves_free(struct moves *moves)
{
	free(moves->items);
	arena_free(&moves->arena);
	*moves = (struct moves){ 0 };
}

bool
move_is_in(const struct move *move, enum move_class scenario)
{
	return move->class <= scenario && move->class != MOVE_NEVER;
}
