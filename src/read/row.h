/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row - the inside of a reading: what row_*() of reader.h work on. */
#ifndef HLLM_READ_ROW_H
#define HLLM_READ_ROW_H

#include "read/json.h"
#include "read/reading.h"
#include "read/shape.h"

struct worker;

struct row {
	struct worker *worker;
	const struct shape *shape;
	struct field *leaves;
	struct field self;
	struct row *
		owner; /* the row that is rejected when this one is bad: itself, or the one it is inside of */
	uint64_t line;
	bool bad;
	bool touched; /* something was emitted or noted */
	char reason[160];
};

enum { SHAPES_MOST = 24 };

/* One thread's part of a reading. */
struct worker {
	struct reading *reading;
	int thread;
	struct arena scratch; /* until row() returns */
	struct {
		const char *const *slots;
		struct shape *shape;
	} shapes[SHAPES_MOST];
	size_t shapes_n;
	struct source_report counts;
	uint64_t rejected_at_most; /* highest line kept among counts.rejects */
};

struct reading {
	const struct reader *reader;
	const struct reading_options *options;
	const struct sink *sink;
	struct shape *shape;   /* of reader->slots */
	uint16_t *column_leaf; /* CSV: for each column up to COLUMN_LEAVES leaves */
	size_t columns_n;
	/* CSV where no two columns feed one slot: which slots take which column's cell as it is; else NULL. */
	struct put {
		uint16_t column, slot;
	} * puts;
	size_t puts_n;
	void *state;
	struct arena state_arena;
};
enum { COLUMN_LEAVES = 4, LEAF_NONE = 0xFFFF };

/* What a slot holds, without a copy: most slots of a line hold nothing. */
static inline const struct field *
row_at(const struct row *row, int slot)
{
	return &row->leaves[row->shape->leaves_n + (size_t)slot];
}

void row_begin(struct row *row, struct worker *worker, uint64_t line);
/* Counts what became of it; 'text' is the whole element, for --rejects. */
void row_end(struct row *row, struct slice text);
void worker_reject(struct worker *worker, uint64_t line, const char *reason, struct slice text);

#endif
