/* SPDX-License-Identifier: GPL-3.0-or-later */
/* subjects - workloads for tests of policies, written as "type=chat calls_per_day=150". */
#ifndef HLLM_TESTS_SUBJECTS_H
#define HLLM_TESTS_SUBJECTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "decide/policy.h"

static struct attributes *catalogue;

static inline const char *
shipped_path(const char *name, char buf[512])
{
	const char *folder = getenv("HLLM_DATA_DIR");
	snprintf(buf, 512, "%s/%s", folder ? folder : "data", name);
	return buf;
}

static inline int
subjects_setup(void **state)
{
	(void)state;
	char path[512];
	struct err err = { 0 };
	catalogue = attributes_load(shipped_path("attributes.conf", path), &err);
	if (!catalogue)
		fail_msg("%s", err.text);
	return 0;
}

static inline int
subjects_teardown(void **state)
{
	(void)state;
	attributes_free(catalogue);
	return 0;
}

static inline struct policy *
shipped(const char *name)
{
	char path[512], file[128];
	struct err err = { 0 };
	snprintf(file, sizeof(file), "policies/%s.conf", name);
	struct policy *policy = policy_load(catalogue, shipped_path(file, path), &err);
	if (!policy)
		fail_msg("%s", err.text);
	return policy;
}

/* Values are LOGGED; "a=1..5" is a range; "a=1?" is inferred. */
static inline const struct subject *
subject(struct subjects *subjects, const char *text)
{
	struct subject *one = arena_take(&subjects->arena, sizeof(*one));
	one->values = arena_take(&subjects->arena, (catalogue->n + 1) * sizeof(*one->values));
	one->name = SLICE("made");
	struct slice rest = slice_of(text), part;
	while (slice_cut(&rest, ' ', &part)) {
		struct slice name;
		struct err err = { 0 };
		if (!part.n)
			continue;
		if (!slice_cut(&part, '=', &name))
			fail_msg("\"%s\": no value", text);
		int at = attributes_find(catalogue, name);
		if (at < 0)
			fail_msg("\"%s\": no such attribute", text);
		struct attribute *value = &one->values[at], high = { 0 };
		value->source = ATTRIBUTE_LOGGED;
		if (slice_ends(part, "?")) {
			value->source = ATTRIBUTE_INFERRED;
			part.n--;
		}
		ptrdiff_t dots = slice_find(part, "..");
		struct slice low = dots < 0 ? part : (struct slice){ part.p, (size_t)dots };
		if (!attribute_parse(&catalogue->items[at], low, value, &err))
			fail_msg("\"%s\": %s", text, err.text);
		if (dots < 0)
			continue;
		part.p += dots + 2;
		part.n -= (size_t)dots + 2;
		if (!attribute_parse(&catalogue->items[at], part, &high, &err))
			fail_msg("\"%s\": %s", text, err.text);
		value->high = high.number;
	}
	return one;
}

#endif
