/* SPDX-License-Identifier: GPL-3.0-or-later */
/* find-cache - caches of prompts that are not used, or paid for and not hit. */
#include "config.h"

#include "decide/detector.h"

static int64_t
written(const struct traffic_group *group)
{
	return group->tokens[TOKEN_CACHE_WRITE_5M] + group->tokens[TOKEN_CACHE_WRITE_1H];
}

/*
 * What the beginnings of prompts have in common no sum tells: at least nothing.  At most all that 95 of
 * 100 prompts hold, for each request that follows another within the half hour; those that do not
 * write it where the model has a price for that.
 */
static void
add_months(struct look *look, struct change *change, int64_t prefix)
{
	const struct traffic *traffic = look->traffic;
	bool writes = look_priced(look, "cache_write_5m");
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
		const struct traffic_month *month = &traffic->months[i];
		int64_t input = month->tokens[TOKEN_UNCACHED_INPUT];
		int64_t warm = month->warm < month->requests ? month->warm : month->requests;
		if (warm <= 0)
			continue;
		int64_t read = (int64_t)((__int128)prefix * warm * 95 / 100);
		int64_t wrote =
			writes ? (int64_t)((__int128)prefix * (month->requests - warm) * 95 / 100)
			       : 0;
		read = read < input ? read : input;
		wrote = wrote < input - read ? wrote : input - read;
		struct change_part *part = change_part(change, i);
		change_flow(part, TOKEN_UNCACHED_INPUT, TOKEN_CACHE_READ, 0, read);
		change_flow(part, TOKEN_UNCACHED_INPUT, TOKEN_CACHE_WRITE_5M, 0, wrote);
	}
}

static void
look_unused(struct look *look)
{
	const struct traffic_group *group = look->group;
	int64_t prefix = look_floor(group), input = look_input(group);
	char calls[NUM_TEXT], tokens[NUM_TEXT];
	bool stated = group->how_all & HOW_CACHE_STATED && !(group->how & HOW_CACHE_UNKNOWN);
	if (!stated || prefix < look->limit->threshold || !look_priced(look, "cache_read") ||
		(group->tokens[TOKEN_CACHE_READ] + written(group)) * 100 >= input)
		return;
	struct finding *finding = finding_add(look, FINDING_CACHE_UNUSED, CHANGE_CACHE);
	add_months(look, &finding->change, prefix);
	finding_evidence(look, finding,
		"95 %% of %s prompts hold at least %s tokens, less than 1 %% of which came from a "
		"cache; it saves if they begin alike",
		num_count(calls, group->requests), num_count(tokens, prefix));
}

const struct detector find_cache_unused = { .id = FINDING_CACHE_UNUSED, .look = look_unused };

static void
look_missed(struct look *look)
{
	const struct traffic *traffic = look->traffic;
	const struct traffic_group *group = look->group;
	int64_t wrote = written(group), read = group->tokens[TOKEN_CACHE_READ];
	char a[NUM_TEXT], b[NUM_TEXT];
	if (!wrote || (__int128)read * 100 > (__int128)wrote * look->limit->threshold)
		return;
	struct finding *finding = finding_add(look, FINDING_CACHE_MISSED, CHANGE_CACHE);
	for (size_t i = SIZE_MAX; traffic_next(traffic, look->number, &i);) {
		const int64_t *has = traffic->months[i].tokens;
		struct change_part *part = change_part(&finding->change, i);
		for (int k = TOKEN_CACHE_READ; k <= TOKEN_CACHE_WRITE_1H; k++)
			change_flow(part, (enum token_kind)k, TOKEN_UNCACHED_INPUT, has[k], has[k]);
	}
	finding_evidence(look, finding,
		"%s tokens were written into a cache, and only %s read from it; without the cache "
		"it "
		"is cheaper",
		num_count(a, wrote), num_count(b, read));
}

const struct detector find_cache_missed = { .id = FINDING_CACHE_MISSED, .look = look_missed };
