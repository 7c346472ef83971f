/* SPDX-License-Identifier: GPL-3.0-or-later */
/* worlds - a made-up log with its own price list, folded and looked at for findings. */
#ifndef HLLM_TESTS_UNIT_WORLDS_H
#define HLLM_TESTS_UNIT_WORLDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/when.h"
#include "decide/finding.h"

/* Dollars per million tokens; "cut N" costs N % less than "big". */
static const char world_prices[] =
	"provider,model,from,to,service_tier,region,above_tokens,hours_utc,kind,price,unit,source\n"
	"openai,big,2024-01-01,,standard,,,,uncached_input,10,1M tokens,test\n"
	"openai,big,2024-01-01,,standard,,,,cache_read,1,1M tokens,test\n"
	"openai,big,2024-01-01,,standard,,,,cache_write_5m,12.5,1M tokens,test\n"
	"openai,big,2024-01-01,,standard,,,,cache_write_1h,20,1M tokens,test\n"
	"openai,big,2024-01-01,,standard,,,,output,40,1M tokens,test\n"
	"openai,big,2024-01-01,,batch,,,,uncached_input,5,1M tokens,test\n"
	"openai,big,2024-01-01,,batch,,,,output,20,1M tokens,test\n"
	"openai,gone,2024-01-01,2026-10-04,standard,,,,uncached_input,10,1M tokens,test\n"
	"openai,gone,2024-01-01,2026-10-04,standard,,,,output,40,1M tokens,test\n"
	"openai,cut20,2024-01-01,,standard,,,,uncached_input,8,1M tokens,test\n"
	"openai,cut20,2024-01-01,,standard,,,,output,32,1M tokens,test\n"
	"openai,cut19,2024-01-01,,standard,,,,uncached_input,8.1,1M tokens,test\n"
	"openai,cut19,2024-01-01,,standard,,,,output,32.4,1M tokens,test\n"
	"openai,cut10,2024-01-01,,standard,,,,uncached_input,9,1M tokens,test\n"
	"openai,cut10,2024-01-01,,standard,,,,output,36,1M tokens,test\n"
	"openai,cut9,2024-01-01,,standard,,,,uncached_input,9.1,1M tokens,test\n"
	"openai,cut9,2024-01-01,,standard,,,,output,36.4,1M tokens,test\n"
	"openai,vectors50,2024-01-01,,standard,,,,uncached_input,5,1M tokens,test\n"
	"openai,vectors49,2024-01-01,,standard,,,,uncached_input,5.1,1M tokens,test\n";

enum world_attribute {
	WORLD_TYPE,
	WORLD_QUALITY,
	WORLD_LATENCY,
	WORLD_BATCHABLE,
	WORLD_ATTRIBUTES
};

struct world {
	struct fold *fold;
	struct sources sources;
	struct pool pool;
	struct catalog *catalog;
	struct successors successors;
	struct finding_limits limits;
	struct attribute_info infos[WORLD_ATTRIBUTES];
	struct attributes attributes;
	struct attribute values[WORLD_ATTRIBUTES];
	struct subject subject;
	struct subjects subjects;
	struct workload_rules rules;
	struct audit_options options;
	struct claims *claims;
	struct audit audit;
	struct traffic traffic;
	struct findings findings;
	uint64_t line;
	int64_t days;
};

static inline void
world_init(struct world *world, const char *successors)
{
	struct err err = { .text = "" };
	*world = (struct world){ .fold = fold_new(1, 7) };
	world->catalog = catalog_load_memory(
		slice_of(world_prices), SLICE("name,model,from,to,source\n"), &err);
	if (!world->catalog ||
		!successors_add_text(
			&world->successors, "successors.csv", slice_of(successors), &err) ||
		!finding_limits_load(&world->limits, NULL, &err))
		fail_msg("%s", err.text);
	world->infos[WORLD_TYPE] =
		(struct attribute_info){ .name = SLICE("type"), .kind = ATTRIBUTE_WORD };
	world->infos[WORLD_QUALITY] =
		(struct attribute_info){ .name = SLICE("quality"), .kind = ATTRIBUTE_WORD };
	world->infos[WORLD_LATENCY] =
		(struct attribute_info){ .name = SLICE("latency_tolerance_ms"),
			.kind = ATTRIBUTE_NUMBER };
	world->infos[WORLD_BATCHABLE] =
		(struct attribute_info){ .name = SLICE("batchable"), .kind = ATTRIBUTE_FLAG };
	world->attributes = (struct attributes){ .items = world->infos, .n = WORLD_ATTRIBUTES };
	world->subject = (struct subject){ .name = SLICE("work"), .values = world->values };
	world->subjects = (struct subjects){ .items = &world->subject, .n = 1 };
	world->days = 30;
}

static inline void
world_word(struct world *world, enum world_attribute which, const char *word)
{
	world->values[which] =
		(struct attribute){ .source = ATTRIBUTE_CONFIGURED, .word = slice_of(word) };
}

/* A request to "big" for the task "work" on a day of October 2026, at noon. */
static inline struct record
world_request(int64_t day, int64_t second, int64_t input, int64_t output)
{
	struct record rec;
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	rec.biller = rec.provider = SLICE("openai");
	rec.request_model = rec.response_model = SLICE("big");
	rec.timed = true;
	rec.start = (when_days(2026, 10, 1) * 86400 + day * 86400 + 43200 + second) * NS_PER_SECOND;
	rec.has_tokens = true;
	rec.tokens[TOKEN_UNCACHED_INPUT] = input;
	rec.tokens[TOKEN_OUTPUT] = output;
	rec.dim[DIM_TASK] = SLICE("work");
	rec.identity = IDENTITY_ORDINAL;
	return rec;
}

static inline void
world_add(struct world *world, struct record rec)
{
	rec.line = ++world->line;
	fold_record(world->fold, 0, &rec);
}

/* Closes the log that was being written; another one can follow. */
static inline struct source *
world_close(struct world *world)
{
	struct source *source = sources_add(&world->sources);
	source->name = xstrdup("log.jsonl");
	source->reader = xstrdup("request-log");
	source->title = xstrdup("request log");
	source->reason = xstrdup("a test");
	source->options = xstrdup("");
	source->first = INT64_MAX;
	source->last = INT64_MIN;
	source->folded = fold_finish(world->fold);
	world->fold = NULL;
	for (size_t i = 0; i < source->folded->bins.n; i++) {
		const struct bin *bin = &source->folded->bins.items[i];
		source->first = bin->first < source->first ? bin->first : source->first;
		source->last = bin->last > source->last ? bin->last : source->last;
	}
	return source;
}

/* What is found of all that was added. */
static inline void
world_look(struct world *world)
{
	struct err err = { .text = "" };
	if (world->fold)
		(void)world_close(world);
	world->rules = (struct workload_rules){ .by = BY_DEFAULT };
	world->options = (struct audit_options){ .catalog = world->catalog,
		.contract = world->options.contract,
		.rules = &world->rules,
		.period = { INT64_MIN, INT64_MAX },
		.day_most = INT64_MAX };
	if (!pool_of_sources(&world->pool, &world->sources, NULL, &err))
		fail_msg("%s", err.text);
	world->options.claims = world->claims = claims_new(&world->pool);
	traffic_audit(&world->traffic, &world->pool, &world->options, &world->audit);
	if (!traffic_taps(&world->traffic, &world->sources, NULL, &err))
		fail_msg("%s", err.text);
	const struct finding_input input = { .traffic = &world->traffic,
		.pool = &world->pool,
		.options = &world->options,
		.successors = &world->successors,
		.attributes = &world->attributes,
		.subjects = &world->subjects,
		.limits = &world->limits,
		.days = world->days };
	findings_look(&input, &world->findings);
}

static inline const struct finding *
world_finding(const struct world *world, enum finding_id id)
{
	for (size_t i = 0; i < world->findings.n; i++)
		if (world->findings.items[i].id == id)
			return &world->findings.items[i];
	return NULL;
}

static inline void
world_free(struct world *world)
{
	findings_free(&world->findings);
	traffic_free(&world->traffic);
	claims_free(world->claims);
	audit_free(&world->audit);
	pool_free(&world->pool);
	sources_free(&world->sources);
	successors_free(&world->successors);
	catalog_free(world->catalog);
	fold_free(world->fold);
}

#endif
