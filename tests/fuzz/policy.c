/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy - any text as a policy file, or (after a byte of 0) as a condition; what is taken is
 * decided, explained, turned and surveyed.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>

#include "decide/flip.h"
#include "decide/region.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char attributes_text[] =
	"attribute a { kind = number unit = tokens about = x }\n"
	"attribute b { kind = number step = 0.01 about = x }\n"
	"attribute w { kind = word words = { one, two, three } about = x }\n"
	"attribute f { kind = flag about = x }\n";

/* All known, ranges, nothing known. */
static void
fill(const struct attributes *attributes, int round, struct attribute *values)
{
	for (size_t i = 0; i < attributes->n; i++) {
		values[i] = (struct attribute){ .source = round < 2 ? ATTRIBUTE_LOGGED
								    : ATTRIBUTE_UNKNOWN };
		if (attributes->items[i].kind == ATTRIBUTE_WORD)
			values[i].word = attributes->items[i].words[round];
		else if (attributes->items[i].kind == ATTRIBUTE_FLAG)
			values[i].number = values[i].high = round;
		else
			values[i].number = values[i].high = 3 * FEMTO_PER_UNIT;
		if (attributes->items[i].kind == ATTRIBUTE_NUMBER && round == 1)
			values[i].high += 4 * FEMTO_PER_UNIT;
	}
}

static void
use(const struct attributes *attributes, const struct policy *policy)
{
	struct attribute values[4];
	const struct subject subject = { .name = SLICE("x"), .values = values };
	for (int round = 0; round < 3; round++) {
		struct decision decision;
		struct flips flips = { 0 };
		fill(attributes, round, values);
		decision_make(&decision, policy, &subject, true);
		flips_find(&flips, policy, decision.values);
		for (size_t i = 0; i < flips.n; i++) {
			const struct flip *flip = &flips.items[i];
			const struct attribute before = decision.values[flip->attribute];
			struct str text = STR_INIT;
			flip_print(&text, policy, decision.values, flip);
			str_free(&text);
			decision.values[flip->attribute] = flip->to;
			if (policy_decide(policy, decision.values).verdict ==
				decision.outcome.verdict)
				BUG("a flip that changes nothing");
			decision.values[flip->attribute] = before;
		}
		flips_free(&flips);
		decision_free(&decision);
	}
	struct survey survey;
	survey_make(&survey, policy);
	survey_free(&survey);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct attributes *attributes =
		attributes_load_text("attributes", slice_of(attributes_text), &err);
	if (!attributes)
		BUG("%s", err.text);
	struct slice text = { (const char *)data, size };
	struct str whole = STR_INIT;
	if (size && data[0] == 0) { /* a condition, in single quotes as far as that goes */
		str_puts(&whole, "policy { title = x }\nparameter p { value = 2 }\n"
				 "rule r { order = 1 verdict = api reason = x when = \"");
		str_add(&whole, text.p + 1, text.n - 1);
		str_puts(&whole,
			"\" }\nrule s { order = 2 when = 'f' verdict = local reason = x }\n");
		text = str_as_slice(&whole);
	}
	struct policy *policy = policy_load_text(attributes, "fuzz", text, &err);
	if (policy && policy->rules_n <= 8)
		use(attributes, policy);
	else if (!policy && err.fault == FAULT_NONE)
		BUG("a failure without a sentence");
	policy_free(policy);
	str_free(&whole);
	attributes_free(attributes);
	return 0;
}
