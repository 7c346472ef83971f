/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/question.h"

#include <stdlib.h>

#include "decide/domain.h"

enum { OTHERS_MOST = 256, NAMES_SHOWN = 2 };

/* One attribute of one workload, with every value it could have and what each leads to. */
struct inquiry {
	const struct policy *policy;
	size_t attribute;
	struct attribute *values; /* of the workload, changed and restored */
	struct domain domain;
	enum verdict *verdicts, *best; /* by point */
	size_t best_score;
	int left;
};

/* How much the answers tell apart: the different verdicts, and of as many rather decided ones; 0 nothing. */
static size_t
score_of(const enum verdict *verdicts, size_t n)
{
	unsigned seen = 0;
	for (size_t i = 0; i < n; i++)
		seen |= 1U << verdicts[i];
	size_t different = (size_t)__builtin_popcount(seen);
	return different < 2 ? 0 : 2 * different + !(seen & 1U << VERDICT_UNDECIDED);
}

/* The verdicts of all answers, with the other values as they stand; the most telling ones are kept. */
static void
ask(struct inquiry *inquiry)
{
	const struct attribute before = inquiry->values[inquiry->attribute];
	size_t n = inquiry->domain.n;
	for (size_t i = 0; i < n; i++) {
		inquiry->values[inquiry->attribute] = inquiry->domain.points[i];
		inquiry->verdicts[i] = policy_decide(inquiry->policy, inquiry->values).verdict;
	}
	inquiry->values[inquiry->attribute] = before;
	inquiry->left--;
	size_t score = score_of(inquiry->verdicts, n);
	if (score > inquiry->best_score) {
		memcpy(inquiry->best, inquiry->verdicts, n * sizeof(*inquiry->best));
		inquiry->best_score = score;
	}
}

/* Where the policy requires others that are missing too, no answer alone decides: whatever they are. */
static void
ask_with_others(struct inquiry *inquiry, size_t from)
{
	const struct policy *policy = inquiry->policy;
	size_t a = from;
	while (a < policy->attributes->n && (a == inquiry->attribute || !policy->required[a] ||
						    inquiry->values[a].source != ATTRIBUTE_UNKNOWN))
		a++;
	if (a == policy->attributes->n) {
		ask(inquiry);
		return;
	}
	struct domain others = { 0 };
	const struct attribute before = inquiry->values[a];
	domain_points(policy, a, inquiry->values, &others);
	for (size_t i = 0; i < others.n && inquiry->left > 0; i++) {
		inquiry->values[a] = others.points[i];
		ask_with_others(inquiry, a + 1);
	}
	inquiry->values[a] = before;
	domain_free(&others);
}

/* "classification and 10 more"; what is assumed stands for its like. */
static void
say_words(struct str *out, const struct inquiry *inquiry, enum verdict verdict)
{
	const struct policy *policy = inquiry->policy;
	const struct attribute *now = &inquiry->values[inquiry->attribute];
	if (now->source == ATTRIBUTE_UNKNOWN)
		now = &policy->assumed[inquiry->attribute];
	struct slice word = SLICE_NONE, second = SLICE_NONE;
	size_t n = 0;
	for (size_t i = 0; i < inquiry->domain.n; i++) {
		struct slice one = inquiry->domain.points[i].word;
		if (inquiry->best[i] != verdict)
			continue;
		bool current = now->source != ATTRIBUTE_UNKNOWN && slice_eq(now->word, one);
		if (!word.p || current) {
			second = word;
			word = one;
		} else if (!second.p) {
			second = one;
		}
		n++;
	}
	str_slice(out, word);
	if (n == 2)
		str_printf(out, "/" SLICE_FMT, SLICE_ARG(second));
	else if (n > 2)
		str_printf(out, " (and %zu more)", n - 1);
}

/* "at most 99 calls/day", "exactly 100 calls/day", "at least 101 calls/day": points from..to, which are ascending. */
static void
say_run(struct str *out, const struct inquiry *inquiry, size_t from, size_t to)
{
	const struct domain *domain = &inquiry->domain;
	struct slice unit = inquiry->policy->attributes->items[inquiry->attribute].unit;
	bool first = from == 0, last = to + 1 == domain->n;
	if (first && !last)
		str_puts(out, "at most ");
	else if (last && !first)
		str_puts(out, "at least ");
	else if (to > from) {
		attribute_number_print(out, domain->points[from].number);
		str_puts(out, " to ");
	} else if (domain->n > 1) {
		str_puts(out, "exactly ");
	}
	attribute_unit_print(out, unit, domain->points[first ? to : last ? from : to].number);
}

/* Calls 'say' for every answer that leads elsewhere than the one before. */
static void
each_answer(const struct inquiry *inquiry,
	void (*say)(void *arg, struct slice text, enum verdict verdict), void *arg)
{
	const struct attribute_info *info = &inquiry->policy->attributes->items[inquiry->attribute];
	const enum verdict *verdicts = inquiry->best;
	unsigned said = 0;
	for (size_t i = 0; i < inquiry->domain.n; i++) {
		struct str text = STR_INIT;
		if (info->kind == ATTRIBUTE_NUMBER) {
			size_t from = i;
			while (i + 1 < inquiry->domain.n && verdicts[i + 1] == verdicts[from])
				i++;
			say_run(&text, inquiry, from, i);
		} else if (info->kind == ATTRIBUTE_FLAG) {
			str_puts(&text, inquiry->domain.points[i].number ? "yes" : "no");
		} else if (said & 1U << verdicts[i]) {
			continue;
		} else {
			say_words(&text, inquiry, verdicts[i]);
		}
		said |= 1U << verdicts[i];
		say(arg, str_as_slice(&text), verdicts[i]);
		str_free(&text);
	}
}

/* Both texts of a question; an "or" before the last answer is put in afterwards. */
struct texts {
	struct str answers, effects;
	size_t last; /* where the last answer begins */
	size_t n;
};

static void
take_answer(void *arg, struct slice text, enum verdict verdict)
{
	struct texts *texts = arg;
	if (texts->n)
		str_puts(&texts->answers, ", ");
	texts->last = texts->answers.n;
	str_slice(&texts->answers, text);
	str_printf(&texts->effects, "%s" SLICE_FMT ": %s", texts->n ? "; " : "", SLICE_ARG(text),
		verdict_names[verdict]);
	texts->n++;
}

static struct slice
join_answers(const struct texts *texts, struct arena *arena)
{
	struct str out = STR_INIT;
	struct slice all = str_as_slice(&texts->answers);
	if (texts->n > 1) {
		str_add(&out, all.p, texts->last - strlen(", "));
		str_puts(&out, " or ");
	}
	str_add(&out, all.p + texts->last, all.n - texts->last);
	struct slice kept = slice_copy(arena, str_as_slice(&out));
	str_free(&out);
	return kept;
}

/* Memory doubles: thousands of workloads may have the same question. */
static void
add_name(struct question *question, struct slice name, struct arena *arena)
{
	size_t from = question->subjects_n ? question->names.n + 1 : 0, n = from + name.n;
	if (n >= question->names_size) {
		char *larger = arena_take(arena, 2 * n + 1);
		if (from)
			memcpy(larger, question->names_text, question->names.n);
		question->names_text = larger;
		question->names_size = 2 * n + 1;
	}
	if (from)
		question->names_text[from - 1] = '\n';
	if (name.n)
		memcpy(question->names_text + from, name.p, name.n);
	question->names_text[n] = '\0';
	question->names = (struct slice){ question->names_text, n };
}

/* Adds a workload to the question, which may be new. */
static void
take_subject(struct question *question, const struct subject *subject, const char *currency,
	struct arena *arena)
{
	add_name(question, subject->name, arena);
	question->subjects_n++;
	if (!subject->has_monthly || strcmp(subject->currency, currency) != 0)
		return;
	question->has_monthly = true;
	question->monthly_low += subject->monthly_low;
	question->monthly_high += subject->monthly_high;
	memcpy(question->currency, subject->currency, sizeof(question->currency));
}

static void
keep_question(struct questions *questions, const struct inquiry *inquiry,
	const struct subject *subject, const char *currency)
{
	struct texts texts = { .answers = STR_INIT, .effects = STR_INIT };
	each_answer(inquiry, take_answer, &texts);
	struct question *found = NULL;
	for (size_t i = 0; i < questions->n && !found; i++)
		if (questions->items[i].attribute == inquiry->attribute &&
			slice_eq(questions->items[i].effects, str_as_slice(&texts.effects)))
			found = &questions->items[i];
	if (!found) {
		questions->items = xgrow(questions->items, &questions->size, questions->n,
			sizeof(*questions->items));
		found = &questions->items[questions->n++];
		*found = (struct question){ .attribute = inquiry->attribute,
			.source = inquiry->values[inquiry->attribute].source,
			.answers = join_answers(&texts, &questions->arena),
			.effects = slice_copy(&questions->arena, str_as_slice(&texts.effects)) };
	}
	take_subject(found, subject, currency, &questions->arena);
	str_free(&texts.answers);
	str_free(&texts.effects);
}

/* Only what is not known for sure is asked. */
static void
inquire(struct questions *questions, const struct policy *policy, const struct subject *subject,
	struct attribute *values, size_t attribute, const char *currency)
{
	enum attribute_source source = values[attribute].source;
	if (source == ATTRIBUTE_LOGGED || source == ATTRIBUTE_CONFIGURED ||
		(!policy_uses(policy, attribute) && !policy->required[attribute]))
		return;
	struct inquiry inquiry = {
		.policy = policy, .attribute = attribute, .values = values, .left = OTHERS_MOST
	};
	domain_points(policy, attribute, values, &inquiry.domain);
	if (inquiry.domain.n) {
		inquiry.verdicts = xcalloc(inquiry.domain.n, sizeof(*inquiry.verdicts));
		inquiry.best = xcalloc(inquiry.domain.n, sizeof(*inquiry.best));
		ask_with_others(&inquiry, 0);
		if (inquiry.best_score)
			keep_question(questions, &inquiry, subject, currency);
	}
	free(inquiry.verdicts);
	free(inquiry.best);
	domain_free(&inquiry.domain);
}

/* "quality of doc-class", "quality of a, b and 3 more", "ml_engineers" */
static void
say_about(struct question *question, const struct policy *policy, size_t subjects,
	struct arena *arena)
{
	const struct attribute_info *info = &policy->attributes->items[question->attribute];
	struct str text = STR_INIT;
	str_slice(&text, info->name);
	if (!info->shared) {
		struct slice rest = question->names, name;
		size_t n = question->subjects_n, shown = n <= NAMES_SHOWN + 1 ? n : NAMES_SHOWN;
		bool all = n == subjects && n > NAMES_SHOWN + 1;
		str_puts(&text, all ? " of all workloads" : " of ");
		for (size_t i = 0; i < shown && !all && slice_cut(&rest, '\n', &name); i++)
			str_printf(&text, "%s" SLICE_FMT,
				i == 0       ? ""
				: i + 1 == n ? " and "
					     : ", ",
				SLICE_ARG(name));
		if (shown < n && !all)
			str_printf(&text, " and %zu more", n - shown);
	}
	question->about = slice_copy(arena, str_as_slice(&text));
	str_free(&text);
}

static int
compare(const void *pa, const void *pb)
{
	static const int ranks[] = {
		[ATTRIBUTE_UNKNOWN] = 0, [ATTRIBUTE_ASSUMED] = 1, [ATTRIBUTE_INFERRED] = 2
	};
	const struct question *a = pa, *b = pb;
	if (a->monthly_low != b->monthly_low)
		return a->monthly_low > b->monthly_low ? -1 : 1;
	if (a->subjects_n != b->subjects_n)
		return a->subjects_n > b->subjects_n ? -1 : 1;
	if (ranks[a->source] != ranks[b->source])
		return ranks[a->source] < ranks[b->source] ? -1 : 1;
	if (a->attribute != b->attribute)
		return a->attribute < b->attribute ? -1 : 1;
	return slice_compare(a->effects, b->effects);
}

void
questions_find(struct questions *questions, const struct policy *policy,
	const struct subjects *subjects, bool assume)
{
	const char *currency = "";
	for (size_t i = 0; i < subjects->n && !currency[0]; i++)
		if (subjects->items[i].has_monthly)
			currency = subjects->items[i].currency;
	for (size_t i = 0; i < subjects->n; i++) {
		struct arena arena = { 0 };
		const struct subject *subject = &subjects->items[i];
		struct attribute *values = policy_values(policy, subject, assume, &arena);
		for (size_t a = 0; a < policy->attributes->n; a++)
			inquire(questions, policy, subject, values, a, currency);
		arena_free(&arena);
	}
	for (size_t i = 0; i < questions->n; i++)
		say_about(&questions->items[i], policy, subjects->n, &questions->arena);
	if (questions->n)
		qsort(questions->items, questions->n, sizeof(*questions->items), compare);
}

void
questions_free(struct questions *questions)
{
	free(questions->items);
	arena_free(&questions->arena);
	*questions = (struct questions){ 0 };
}
