/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find-model - another model for the same work: a cheaper one, a later one, one for embeddings. */
#include "config.h"

#include "base/when.h"
#include "decide/detector.h"

static const struct successor *
successor_of(const struct look *look, enum successor_kind kind)
{
	const struct model *model = look->group->resolution.model;
	if (!model || !look->input->successors)
		return NULL;
	return successors_find(
		look->input->successors, model_provider(model), model_id(model), kind);
}

/* A finding that moves all of the group's requests to that model. */
static struct finding *
add_move(struct look *look, enum finding_id id, const struct successor *to)
{
	struct finding *finding = finding_add(look, id, CHANGE_MODEL);
	finding->change.model = slice_copy(&look->out->arena, to->successor);
	finding->percent = (int)look->limit->threshold;
	change_all_months(&finding->change, look->traffic);
	return finding;
}

static void
look_cheaper(struct look *look)
{
	struct slice type;
	const struct successor *to = successor_of(look, SUCCESSOR_CHEAPER);
	char calls[NUM_TEXT];
	if (!to || !look_routine(look, &type))
		return;
	struct finding *finding = add_move(look, FINDING_CHEAPER_TIER, to);
	finding_evidence(look, finding,
		"%s requests of type " SLICE_FMT " went to " SLICE_FMT "; try " SLICE_FMT,
		num_count(calls, look->group->requests), SLICE_ARG(type),
		SLICE_ARG(look->group->model), SLICE_ARG(to->successor));
}

const struct detector find_cheaper_tier = { .id = FINDING_CHEAPER_TIER, .look = look_cheaper };

/* Used at a time for which the table has no price any more. */
static bool
look_withdrawn(struct look *look)
{
	const struct traffic_group *group = look->group;
	char tokens[NUM_TEXT], day[WHEN_TEXT];
	int64_t from, to;
	if (!group->not_then || !group->resolution.model || group->first == DAY_NONE)
		return false;
	model_span(group->resolution.model, &from, &to);
	if (to == INT64_MAX || group->last * NS_PER_DAY < to)
		return false;
	struct finding *finding = finding_add(look, FINDING_RETIRED_MODEL, CHANGE_MODEL);
	finding->no_saving = "what it costs now is not known: its last list price has ended";
	finding_evidence(look, finding,
		"%s tokens of " SLICE_FMT " after %s, when its last list price ended",
		num_count(tokens, group->not_then), SLICE_ARG(group->model), when_date(day, to));
	return true;
}

static void
look_retired(struct look *look)
{
	const struct successor *to = successor_of(look, SUCCESSOR_LATER);
	char calls[NUM_TEXT], day[WHEN_TEXT];
	if (look_withdrawn(look) || !to || look->group->high <= 0)
		return;
	struct finding *finding = add_move(look, FINDING_RETIRED_MODEL, to);
	finding_evidence(look, finding,
		"%s requests went to " SLICE_FMT "; " SLICE_FMT ", priced since %s, took its place",
		num_count(calls, look->group->requests), SLICE_ARG(look->group->model),
		SLICE_ARG(to->successor), when_date(day, to->from));
}

const struct detector find_retired_model = {
	.id = FINDING_RETIRED_MODEL,
	.unpriced_too = true,
	.look = look_retired,
};

/* By its type, else by what the log calls it. */
static bool
makes_embeddings(const struct look *look)
{
	static const int dims[] = { DIM_TASK, DIM_ENDPOINT };
	const struct key *key = &look->input->pool->keys.items[look->group->key];
	struct slice type;
	if (look_word(look, "type", &type))
		return slice_is(type, "embedding");
	for (size_t i = 0; i < HL_COUNT(dims); i++)
		if (slice_find_nocase(key->text[KEY_DIMS + dims[i]], "embed") >= 0)
			return true;
	return false;
}

static void
look_embeddings(struct look *look)
{
	const struct traffic_group *group = look->group;
	const struct successor *to = successor_of(look, SUCCESSOR_EMBEDDING);
	char calls[NUM_TEXT], tokens[NUM_TEXT];
	int64_t input = look_input(group);
	if (!to || !makes_embeddings(look) || !look_priced(look, "output") || input <= 0 ||
		group->tokens[TOKEN_OUTPUT] > input / 10)
		return;
	struct finding *finding = add_move(look, FINDING_EMBEDDINGS, to);
	for (size_t i = 0; i < finding->change.parts_n; i++) {
		struct change_part *part = &finding->change.parts[i];
		const int64_t *has = look->traffic->months[part->month].tokens;
		/* vectors have no output, and nothing of them is cached */
		for (int k = TOKEN_CACHE_READ; k < TOKEN_KINDS; k++)
			change_flow(part, (enum token_kind)k,
				k == TOKEN_OUTPUT ? FLOW_AWAY : TOKEN_UNCACHED_INPUT, has[k],
				has[k]);
	}
	finding_evidence(look, finding,
		"%s requests with %s input tokens went to " SLICE_FMT
		", which chats; try " SLICE_FMT,
		num_count(calls, group->requests), num_count(tokens, input),
		SLICE_ARG(group->model), SLICE_ARG(to->successor));
}

const struct detector find_embeddings = { .id = FINDING_EMBEDDINGS, .look = look_embeddings };
