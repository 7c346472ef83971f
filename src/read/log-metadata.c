/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log-metadata - free keys that people put beside a request, as dimensions. */
#include "config.h"

#include "read/json.h"
#include "read/log.h"

enum { SESSION = DIMS, KEY_MOST = 24 };

/* Keys without case and punctuation, the better ones of a dimension first. */
static const struct {
	const char *key;
	int dim;
} meanings[] = {
	{ "tasktype", DIM_TASK },
	{ "task", DIM_TASK },
	{ "taskname", DIM_TASK },
	{ "feature", DIM_TASK },
	{ "featurename", DIM_TASK },
	{ "usecase", DIM_TASK },
	{ "workload", DIM_TASK },
	{ "workflow", DIM_TASK },
	{ "jobtype", DIM_TASK },
	{ "job", DIM_TASK },
	{ "promptname", DIM_TASK },
	{ "intent", DIM_TASK },
	{ "project", DIM_PROJECT },
	{ "projectname", DIM_PROJECT },
	{ "projectid", DIM_PROJECT },
	{ "app", DIM_PROJECT },
	{ "appname", DIM_PROJECT },
	{ "application", DIM_PROJECT },
	{ "service", DIM_PROJECT },
	{ "servicename", DIM_PROJECT },
	{ "product", DIM_PROJECT },
	{ "team", DIM_PROJECT },
	{ "teamname", DIM_PROJECT },
	{ "department", DIM_PROJECT },
	{ "costcenter", DIM_PROJECT },
	{ "agent", DIM_AGENT },
	{ "agentname", DIM_AGENT },
	{ "assistant", DIM_AGENT },
	{ "bot", DIM_AGENT },
	{ "endpoint", DIM_ENDPOINT },
	{ "route", DIM_ENDPOINT },
	{ "environment", DIM_ENVIRONMENT },
	{ "env", DIM_ENVIRONMENT },
	{ "stage", DIM_ENVIRONMENT },
	{ "tag", DIM_TAG },
	{ "user", DIM_USER },
	{ "userid", DIM_USER },
	{ "username", DIM_USER },
	{ "useremail", DIM_USER },
	{ "email", DIM_USER },
	{ "enduser", DIM_USER },
	{ "customer", DIM_USER },
	{ "customerid", DIM_USER },
	{ "sessionid", SESSION },
	{ "session", SESSION },
	{ "conversationid", SESSION },
	{ "threadid", SESSION },
};

/* Letters and digits in lower case; "" for what is longer than any key here. */
static struct slice
squash(struct slice key, char out[KEY_MOST])
{
	size_t n = 0;
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9'))
			continue;
		if (n == KEY_MOST)
			return SLICE("");
		out[n++] = c;
	}
	return (struct slice){ out, n };
}

void
log_metadata_pair(struct log_ranks *ranks, struct slice key, struct slice value, struct record *rec)
{
	char buf[KEY_MOST];
	struct slice name = squash(key, buf);
	if (!name.n || !value.n)
		return;
	for (size_t i = 0; i < HL_COUNT(meanings); i++) {
		if (!slice_is(name, meanings[i].key))
			continue;
		int rank = (int)(HL_COUNT(meanings) - i);
		bool session = meanings[i].dim == SESSION;
		int *best = session ? &ranks->session : &ranks->dim[meanings[i].dim];
		struct slice *place = session ? &rec->session : &rec->dim[meanings[i].dim];
		/* what stands there without a rank came from a field of its own */
		if (rank > *best && (*best || !place->n)) {
			*best = rank;
			*place = value;
		}
		return;
	}
}

/* Helicone's exporter escapes a cell's quotes twice. */
static struct slice
undouble(struct row *row, struct slice text)
{
	char *out = arena_take(row_arena(row), text.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) {
		out[n++] = text.p[i];
		if (text.p[i] == '"' && i + 1 < text.n && text.p[i + 1] == '"')
			i++;
	}
	return (struct slice){ out, n };
}

void
log_metadata(struct row *row, int slot, struct record *rec)
{
	struct field field = row_field(row, slot), value;
	struct slice text =
		field.type == FIELD_OBJECT ? field.text : slice_trim(log_word(row, slot));
	if (slice_starts(text, "{\"\""))
		text = undouble(row, text);
	struct slice rest, raw;
	if (!json_open(text, '{', &rest))
		return;
	struct log_ranks ranks = { 0 };
	bool escaped;
	while (json_member(&rest, &raw, &escaped, &value)) {
		struct slice key = escaped ? json_decode(row_arena(row), raw) : raw;
		if (value.type == FIELD_TEXT)
			log_metadata_pair(&ranks, key, row_decode(row, value), rec);
		else if (value.type == FIELD_NUMBER)
			log_metadata_pair(&ranks, key, value.text, rec);
	}
}
