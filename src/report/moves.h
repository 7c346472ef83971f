/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * moves - the workloads of an audit as a machine of one's own would see them: what may move,
 * to which model, what it costs today in cash, and how much work it is.
 */
#ifndef HLLM_REPORT_MOVES_H
#define HLLM_REPORT_MOVES_H

#include "base/estimate.h"
#include "local/choice.h"
#include "report/verdicts.h"
#include "work/minutes.h"
#include "work/traffic.h"

/* Which of the three scenarios is the first to move it. */
enum move_class {
	MOVE_LOCAL,     /* the policy calls it local */
	MOVE_UNDECIDED, /* it calls it undecided, or something to evaluate, or contradicts itself */
	MOVE_REST,      /* it calls it api, but a model fits */
	MOVE_CLASSES,
	MOVE_NEVER = MOVE_CLASSES, /* 'stays' says why */
};

struct move {
	const struct tally *tally;
	struct slice name;
	enum move_class class;
	const char *verdict; /* of the policy, as a word */
	struct slice tested; /* what hllm.conf says of a comparison of quality; "" there was none */
	struct slice stays;  /* why it cannot move; "" it can */
	const struct local_model *wanted; /* by an option or hllm.conf; NULL: chosen here */
	struct choice choice;
	int64_t context; /* tokens: 95 of 100 prompts and answers together are shorter */
	const char
		*no_context;  /* why that is not known and a default was taken; NULL: it is known */
	struct estimate cash; /* a month, in the currency of the moves */
	double no_work; /* a month, billed on lines that name no model: it stays, whatever moves */
	bool scaled;    /* the biller bills less than list prices: so does this */
	/* a day; NAN: not known */
	double requests, prompt_tokens, output_tokens;
	bool unsplit; /* tokens whose direction is not known are counted as output, the slower one */
	double hosted; /* USD a month for the same open model from an API; NAN none */
	struct slice hosted_by;
};

struct moves {
	struct move *items; /* the dearest first */
	size_t n;
	char currency[4];
	double all_cash; /* a month of everything, what stays included */
	struct arena arena;
};

struct moves_question {
	const struct audit *audit;
	const struct rulings *rulings;
	const struct attributes *attributes;
	const struct subjects *subjects;
	const struct traffic *traffic;
	const struct catalog *catalog;
	const struct conf *conf;
	int64_t days;                  /* that the audit stands for; at least 1 */
	int64_t now;                   /* ns: hosted models are priced as of it */
	struct choice_question choice; /* but for type and context, which are the workload's */
	int64_t context;               /* for all of them; 0: each its own */
};
/* False: err; a model that hllm.conf names is not in the catalogue.  moves_free() in any case. */
bool moves_make(
	const struct moves_question *question, struct moves *moves, struct err *err) hl_must_check;
void moves_free(struct moves *moves);
/* Does a scenario move it? */
bool move_is_in(const struct move *move, enum move_class scenario);

/* The fallback where no context is known, unless the mean of a prompt and its answer is longer. */
enum { MOVES_CONTEXT = 4096 };

#endif
