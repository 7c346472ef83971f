/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bedrock-log - model invocation logs of Amazon Bedrock (S3 or CloudWatch).  Cached
 * tokens stand beside inputTokenCount; the lifetime of cache writes is not stated.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_TIME,
	S_ID,
	S_OPERATION,
	S_MODEL,
	S_REGION,
	S_ARN,
	S_INPUT,
	S_READ,
	S_WRITE,
	S_OUTPUT,
	S_LATENCY,
	S_METADATA,
	S_ERROR,
};

static const char *const slots[] = {
	[S_TIME] = "timestamp",
	[S_ID] = "requestId",
	[S_OPERATION] = "operation",
	[S_MODEL] = "modelId",
	[S_REGION] = "region",
	[S_ARN] = "identity.arn",
	[S_INPUT] = "input.inputTokenCount",
	[S_READ] = "input.cacheReadInputTokenCount",
	[S_WRITE] = "input.cacheWriteInputTokenCount",
	[S_OUTPUT] = "output.outputTokenCount",
	[S_LATENCY] = "output.outputBodyJson.metrics.latencyMs",
	[S_METADATA] = "requestMetadata",
	[S_ERROR] = "errorCode",
	NULL,
};

/* "arn:aws:bedrock:us-west-2:1:inference-profile/us.anthropic.claude-…" ends in the model. */
static void
fill_model(struct row *row, struct record *rec)
{
	static const char *const prefixes[] = { "us.", "eu.", "global.", "apac.", "jp.", "au.",
		"us-gov." };
	struct slice model = log_word(row, S_MODEL);
	bool arn = slice_starts(model, "arn:");
	rec->request_model = model;
	rec->response_model = arn ? log_folder(model) : model;
	if (arn && slice_find(model, ":provisioned-model/") >= 0)
		rec->pay = PAY_PREPAID;
	rec->region = log_word(row, S_REGION);
	for (size_t i = 0; i < HL_COUNT(prefixes); i++)
		if (slice_starts(rec->response_model, prefixes[i]))
			rec->region =
				(struct slice){ rec->response_model.p, strlen(prefixes[i]) - 1 };
	record_fill_biller(rec, SLICE("bedrock"));
}

/* A role is a key of sorts; the name of an IAM user may be a person's. */
static void
fill_caller(struct row *row, struct record *rec)
{
	struct slice arn = log_word(row, S_ARN), kind, name;
	ptrdiff_t resource = slice_find(arn, "/");
	if (resource < 0 || !slice_cut(&arn, '/', &kind) || !slice_cut(&arn, '/', &name))
		return;
	if (slice_ends(kind, ":user"))
		rec->dim[DIM_USER] = name;
	else
		rec->dim[DIM_KEY] = name;
}

static struct stated_tokens
stated_tokens(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = row_count(row, S_INPUT, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	stated.cache_read = row_count(row, S_READ, -1);
	stated.cache_write = row_count(row, S_WRITE, -1);
	stated.cache = CACHE_BESIDE;
	return stated;
}

static void
bedrock_row(struct row *row)
{
	struct record rec;
	struct stated_tokens stated = stated_tokens(row);
	if (log_no_tokens(&stated) && row_has(row, S_ERROR)) {
		row_note(row, NOTE_ERROR);
		return;
	}
	if (stated.input < 0 && stated.output < 0) {
		row_note(row, row_has(row, S_MODEL) ? NOTE_WITHOUT_USAGE : NOTE_SKIPPED);
		return;
	}
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	row_tokens(row, &rec, &stated);
	fill_model(row, &rec);
	row_time(row, S_TIME, &rec);
	rec.latency_ms = row_millis(row, S_LATENCY, 1);
	rec.dim[DIM_ENDPOINT] = log_word(row, S_OPERATION);
	fill_caller(row, &rec);
	log_metadata(row, S_METADATA, &rec);
	log_identity(&rec, log_word(row, S_ID));
	row_emit(row, &rec);
}

static const char *
bedrock_match(const struct sight *sight)
{
	if (sight_is(sight, "schemaType", "ModelInvocationLog"))
		return "schemaType \"ModelInvocationLog\"";
	bool keys = sight_path(sight, "modelId") && sight_path(sight, "operation") &&
		    sight_path(sight, "input.inputTokenCount");
	return keys ? "keys modelId, operation and input.inputTokenCount" : NULL;
}

const struct reader reader_bedrock_log = {
	.name = "bedrock-log",
	.title = "Bedrock invocation log",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.match = bedrock_match,
	.row = bedrock_row,
};
