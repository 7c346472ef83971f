/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/policy.h"

#include <stdlib.h>

#include "base/near.h"

const char *const verdict_names[] = {
	[VERDICT_UNDECIDED] = "undecided",
	[VERDICT_LOCAL] = "local",
	[VERDICT_API] = "api",
	[VERDICT_EVALUATE] = "evaluate",
	[VERDICT_CONFLICT] = "conflict",
};
const char *const modifier_names[] = {
	[MODIFIER_NONE] = "",
	[MODIFIER_FALLBACK] = "with fallback",
	[MODIFIER_CHEAPER] = "cheaper tier",
};

enum { RULES_MOST = 200, PARAMETERS_MOST = 100, ORDER_MOST = 1000000 };

static const char *const policy_keys[] = { "title", "source", "about", "requires", NULL };
static const char *const parameter_keys[] = { "value", "unit", "about", NULL };
static const char *const rule_keys[] = { "order", "when", "verdict", "modifier", "hard", "reason",
	NULL };

/* The kinds of sections; the keys of an assume block are the attributes. */
static const struct conf_kind *
make_kinds(const struct attributes *attributes, struct arena *arena)
{
	const char **assume = arena_take(arena, (attributes->n + 1) * sizeof(*assume));
	for (size_t i = 0; i < attributes->n; i++)
		assume[i] = attributes->items[i].name.p;
	const struct conf_kind made[] = {
		{ .name = "policy", .keys = policy_keys },
		{ .name = "parameter", .titled = true, .keys = parameter_keys },
		{ .name = "assume", .keys = assume },
		{ .name = "rule", .titled = true, .keys = rule_keys },
		{ .name = NULL },
	};
	struct conf_kind *kinds = arena_take(arena, sizeof(made));
	memcpy(kinds, made, sizeof(made));
	return kinds;
}

/* Nothing is expanded; who writes ${…} expects that it is. */
static bool
check_plain(const struct conf *conf, struct err *err)
{
	for (const struct conf_section *at = NULL; (at = conf_next(conf, NULL, at));) {
		if (slice_find(at->title, "${") >= 0)
			return conf_wrong(at, NULL, err, "\"${\": nothing is expanded here");
		for (size_t i = 0; i < at->items_n; i++)
			for (size_t k = 0; k < at->items[i].values_n; k++)
				if (slice_find(at->items[i].values[k], "${") >= 0)
					return conf_wrong(at, &at->items[i], err,
						"\"${\" in %s: nothing is expanded here, expected "
						"the value itself",
						at->items[i].key);
	}
	return true;
}

static bool
read_requires(struct policy *policy, const struct conf_section *section, struct err *err)
{
	const struct conf_item *item = conf_item(section, "requires");
	for (size_t i = 0; item && i < item->values_n; i++) {
		struct slice name = item->values[i];
		int found = attributes_find(policy->attributes, name);
		if (found < 0) {
			char hint[NEAR_TEXT];
			return conf_wrong(section, item, err,
				"requires \"" SLICE_FMT "\", which is no attribute%s",
				SLICE_ARG(name),
				near_hint_in(hint, name, &policy->attributes->items->name,
					policy->attributes->n, sizeof(*policy->attributes->items),
					"; hllm-policy(5) lists them"));
		}
		policy->required[found] = true;
	}
	return true;
}

static bool
read_head(struct policy *policy, struct err *err)
{
	const struct conf_section *section = conf_next(policy->conf, "policy", NULL);
	if (!section)
		return err_set(err, FAULT_INPUT,
			"%s: no section \"policy\", expected one with a title: policy { title = "
			"\"…\" }",
			policy->file);
	policy->source = policy->about = SLICE("");
	return conf_need(section, "title", err) &&
	       conf_text(section, "title", &policy->title, err) &&
	       conf_text(section, "source", &policy->source, err) &&
	       conf_text(section, "about", &policy->about, err) &&
	       read_requires(policy, section, err);
}

static bool
is_identifier(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!((text.p[i] >= 'a' && text.p[i] <= 'z') || text.p[i] == '_' ||
			    (i && text.p[i] >= '0' && text.p[i] <= '9')))
			return false;
	return text.n > 0 && text.n <= 64;
}

/* The kind is that of the value: a number, yes or no, or a word.  False: something like 010. */
static bool
parse_value(struct slice text, struct parameter *out, struct err *err)
{
	out->kind = ATTRIBUTE_WORD;
	out->word = text;
	bool yes = slice_is(text, "yes") || slice_is(text, "true");
	if (yes || slice_is(text, "no") || slice_is(text, "false")) {
		out->kind = ATTRIBUTE_FLAG;
		out->number = yes;
		return true;
	}
	if (is_identifier(text))
		return true;
	out->kind = ATTRIBUTE_NUMBER;
	return attribute_number(text, &out->number, err);
}

static bool
read_parameter(struct policy *policy, const struct conf_section *section, struct err *err)
{
	struct parameter *parameter = &policy->parameters[policy->parameters_n];
	*parameter =
		(struct parameter){ .name = section->title, .unit = SLICE(""), .about = SLICE("") };
	if (!is_identifier(parameter->name))
		return conf_wrong(section, NULL, err, "expected a name of a-z, 0-9 and _");
	if (attributes_find(policy->attributes, parameter->name) >= 0)
		return conf_wrong(section, NULL, err,
			"this is the name of an attribute, expected another one");
	if (!conf_need(section, "value", err) ||
		!conf_text(section, "value", &parameter->shipped, err) ||
		!conf_text(section, "unit", &parameter->unit, err) ||
		!conf_text(section, "about", &parameter->about, err))
		return false;
	struct err wrong;
	const struct conf_item *item = conf_item(section, "value");
	if (!parse_value(parameter->shipped, parameter, &wrong))
		return conf_wrong(section, item, err, "value is %s", wrong.text);
	char *from = xasprintf("%s:%d", section->file, item->line);
	parameter->from = slice_copy(&policy->arena, slice_of(from));
	free(from);
	policy->parameters_n++;
	return true;
}

static bool
read_assume(struct policy *policy, struct err *err)
{
	const struct conf_section *section = conf_next(policy->conf, "assume", NULL);
	for (size_t i = 0; section && i < section->items_n; i++) {
		const struct conf_item *item = &section->items[i];
		int found = attributes_find(policy->attributes, slice_of(item->key));
		struct attribute *value = &policy->assumed[found];
		struct err wrong;
		if (item->values_n != 1)
			return conf_wrong(section, item, err, "%s has %zu values, expected one",
				item->key, item->values_n);
		if (!attribute_parse(
			    &policy->attributes->items[found], item->values[0], value, &wrong))
			return conf_wrong(section, item, err, "%s is %s", item->key, wrong.text);
		value->source = ATTRIBUTE_ASSUMED;
		char *why = xasprintf(
			"by policy " SLICE_FMT ", line %d", SLICE_ARG(policy->name), item->line);
		value->why = slice_copy(&policy->arena, slice_of(why));
		free(why);
	}
	return true;
}

/* One of 'names', with the nearest when it is none. */
static bool
read_choice(const struct conf_section *section, const char *key, const char *const *names, size_t n,
	int *out, struct err *err)
{
	struct slice text = SLICE_NONE;
	if (!conf_text(section, key, &text, err))
		return false;
	if (!text.p)
		return true;
	for (size_t i = 0; i < n; i++)
		if (slice_is(text, names[i])) {
			*out = (int)i;
			return true;
		}
	const char **known = xcalloc(n + 1, sizeof(*known));
	char *word = slice_dup(text), hint[NEAR_TEXT];
	size_t known_n = 0;
	for (size_t i = 0; i < n; i++)
		if (names[i][0])
			known[known_n++] = names[i];
	conf_wrong(section, conf_item(section, key), err, "%s is \"%s\"%s", key, word,
		near_hint(hint, word, known, known_n, NULL));
	free(word);
	free(known);
	return false;
}

static bool
read_order(const struct conf_section *section, struct rule *rule, struct err *err)
{
	femto_t order = 0;
	if (!conf_need(section, "order", err) || !conf_decimal(section, "order", &order, err))
		return false;
	if (order % FEMTO_PER_UNIT || order < 0 || order > FEMTO_PER_UNIT * ORDER_MOST)
		return conf_wrong(section, conf_item(section, "order"), err,
			"order is \"" SLICE_FMT "\", expected a whole number from 0 to %d",
			SLICE_ARG(conf_item(section, "order")->values[0]), ORDER_MOST);
	rule->order = (int64_t)(order / FEMTO_PER_UNIT);
	return true;
}

static bool
read_condition(struct policy *policy, const struct conf_section *section, struct rule *rule,
	struct err *err)
{
	if (!conf_need(section, "when", err))
		return false;
	const struct conf_item *item = conf_item(section, "when");
	struct err wrong = { 0 };
	return condition_compile(&rule->condition, item->values, item->values_n,
		       &policy->vocabulary, policy->sandbox, &policy->arena, &wrong) ||
	       conf_wrong(section, item, err, "when: %s", wrong.text);
}

static bool
read_rule(struct policy *policy, const struct conf_section *section, struct err *err)
{
	static const char *const flags[] = { "no", "yes" };
	struct rule *rule = &policy->rules[policy->rules_n++];
	int verdict = 0, modifier = 0, hard = 0;
	*rule = (struct rule){ .id = section->title, .file = section->file, .line = section->line };
	if (!rule->id.n)
		return conf_wrong(section, NULL, err, "a rule without a name");
	/* a rule says no conflict: two of them make one */
	if (!read_order(section, rule, err) || !conf_need(section, "verdict", err) ||
		!read_choice(section, "verdict", verdict_names, VERDICT_CONFLICT, &verdict, err) ||
		!read_choice(section, "modifier", modifier_names, HL_COUNT(modifier_names),
			&modifier, err) ||
		!read_choice(section, "hard", flags, HL_COUNT(flags), &hard, err) ||
		!conf_need(section, "reason", err) ||
		!conf_text(section, "reason", &rule->reason, err))
		return false;
	rule->verdict = (enum verdict)verdict;
	rule->modifier = (enum modifier)modifier;
	rule->hard = hard == 1;
	return read_condition(policy, section, rule, err);
}

static size_t
count(const struct conf *conf, const char *kind)
{
	size_t n = 0;
	for (const struct conf_section *at = NULL; (at = conf_next(conf, kind, at));)
		n++;
	return n;
}

/* By order, those of the same order as they are written: few enough to be inserted. */
static void
sort_rules(struct policy *policy)
{
	for (size_t i = 1; i < policy->rules_n; i++)
		for (size_t k = i; k && policy->rules[k].order < policy->rules[k - 1].order; k--) {
			struct rule swap = policy->rules[k];
			policy->rules[k] = policy->rules[k - 1];
			policy->rules[k - 1] = swap;
		}
}

static bool
read_sections(struct policy *policy, struct err *err)
{
	size_t rules = count(policy->conf, "rule");
	size_t parameters = count(policy->conf, "parameter");
	if (rules == 0)
		return err_set(err, FAULT_INPUT, "%s: no section \"rule\", expected at least one",
			policy->file);
	if (rules > RULES_MOST || parameters > PARAMETERS_MOST)
		return err_set(err, FAULT_LIMIT, "%s: expected at most %d rules and %d parameters",
			policy->file, RULES_MOST, PARAMETERS_MOST);
	policy->rules = arena_take(&policy->arena, rules * sizeof(*policy->rules));
	policy->parameters =
		arena_take(&policy->arena, (parameters + 1) * sizeof(*policy->parameters));
	for (const struct conf_section *at = NULL; (at = conf_next(policy->conf, "parameter", at));)
		if (!read_parameter(policy, at, err))
			return false;
	policy->vocabulary =
		(struct vocabulary){ policy->attributes, policy->parameters, policy->parameters_n };
	if (!read_assume(policy, err))
		return false;
	for (const struct conf_section *at = NULL; (at = conf_next(policy->conf, "rule", at));)
		if (!read_rule(policy, at, err))
			return false;
	sort_rules(policy);
	return true;
}

/* "data/policies/tree.conf" is "tree". */
static struct slice
name_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	struct slice name = slice_of(slash ? slash + 1 : file);
	if (slice_ends(name, ".conf"))
		name.n -= strlen(".conf");
	return name;
}

/* From a path when there is no text. */
static struct policy *
load(const struct attributes *attributes, const char *file, const struct slice *text,
	struct err *err)
{
	struct policy *policy = xcalloc(1, sizeof(*policy));
	policy->attributes = attributes;
	policy->sandbox = sandbox_open();
	policy->file = arena_copy(&policy->arena, file, strlen(file));
	policy->name = slice_copy(&policy->arena, name_of(file));
	policy->required =
		arena_take(&policy->arena, (attributes->n + 1) * sizeof(*policy->required));
	policy->assumed =
		arena_take(&policy->arena, (attributes->n + 1) * sizeof(*policy->assumed));
	const struct conf_kind *kinds = make_kinds(attributes, &policy->arena);
	policy->conf = text ? conf_load_kinds(kinds, file, *text, err)
			    : conf_load_file(kinds, file, true, err);
	if (policy->conf && check_plain(policy->conf, err) && read_head(policy, err) &&
		read_sections(policy, err))
		return policy;
	policy_free(policy);
	return NULL;
}

struct policy *
policy_load(const struct attributes *attributes, const char *path, struct err *err)
{
	return load(attributes, path, NULL, err);
}

struct policy *
policy_load_text(
	const struct attributes *attributes, const char *file, struct slice text, struct err *err)
{
	return load(attributes, file, &text, err);
}

void
policy_free(struct policy *policy)
{
	if (!policy)
		return;
	for (size_t i = 0; i < policy->rules_n; i++)
		condition_free(&policy->rules[i].condition);
	sandbox_close(policy->sandbox);
	conf_free(policy->conf);
	arena_free(&policy->arena);
	free(policy);
}

struct parameter *
policy_parameter(const struct policy *policy, struct slice name)
{
	for (size_t i = 0; i < policy->parameters_n; i++)
		if (slice_eq(policy->parameters[i].name, name))
			return &policy->parameters[i];
	return NULL;
}

static bool
no_parameter(const struct policy *policy, const struct policy_setting *setting, struct err *err)
{
	char hint[NEAR_TEXT];
	return err_set(err, FAULT_INPUT,
		SLICE_FMT ": policy " SLICE_FMT " has no parameter \"" SLICE_FMT "\"%s",
		SLICE_ARG(setting->from), SLICE_ARG(policy->name), SLICE_ARG(setting->name),
		near_hint_in(hint, setting->name, &policy->parameters->name, policy->parameters_n,
			sizeof(*policy->parameters),
			policy->parameters_n ? NULL : ", expected none: it has no parameters"));
}

bool
policy_set(struct policy *policy, const struct policy_setting *setting, struct err *err)
{
	static const char *const kinds[] = { [ATTRIBUTE_NUMBER] = "a number",
		[ATTRIBUTE_WORD] = "a word",
		[ATTRIBUTE_FLAG] = "yes or no" };
	struct parameter *parameter = policy_parameter(policy, setting->name);
	if (!parameter)
		return no_parameter(policy, setting, err);
	const struct parameter before = *parameter;
	struct parameter after = before;
	if (!parse_value(setting->value, &after, err) || after.kind != before.kind)
		return err_set(err, FAULT_INPUT,
			SLICE_FMT ": " SLICE_FMT " is \"" SLICE_FMT
				  "\", expected %s like " SLICE_FMT,
			SLICE_ARG(setting->from), SLICE_ARG(setting->name),
			SLICE_ARG(setting->value), kinds[before.kind], SLICE_ARG(before.shipped));
	*parameter = after;
	parameter->from = slice_copy(&policy->arena, setting->from);
	parameter->word = slice_copy(&policy->arena, after.word);
	parameter->overridden = true;
	for (size_t i = 0; i < policy->rules_n; i++)
		if (!condition_check_words(&policy->rules[i].condition, &policy->vocabulary, err)) {
			*parameter = before;
			return err_wrap(err, SLICE_FMT, SLICE_ARG(setting->from));
		}
	return true;
}

void
parameter_print(struct str *out, const struct parameter *parameter)
{
	switch (parameter->kind) {
	case ATTRIBUTE_NUMBER:
		attribute_unit_print(out, parameter->unit, parameter->number);
		return;
	case ATTRIBUTE_WORD:
		str_slice(out, parameter->word);
		return;
	case ATTRIBUTE_FLAG:
		str_puts(out, parameter->number ? "yes" : "no");
		return;
	}
}

bool
policy_uses(const struct policy *policy, size_t attribute)
{
	for (size_t i = 0; i < policy->rules_n; i++)
		if (policy->rules[i].condition.uses[attribute])
			return true;
	return false;
}

bool
policy_samples(const struct policy *policy, size_t attribute)
{
	for (size_t i = 0; i < policy->rules_n; i++)
		if (policy->rules[i].condition.sampled[attribute])
			return true;
	return false;
}
