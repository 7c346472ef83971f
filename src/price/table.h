/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table - one file of prices in any of three forms, as rows: our own prices.csv, the
 * JSON map of LiteLLM, the JSON list of simonw/llm-prices.
 *
 * Prices are exact: a number is taken from its decimal text, never from a binary one.
 * What makes no row (a price that is no whole number of pico-units a token, below zero,
 * too large, not a number) is a fault; prices of what is no text token (images, audio,
 * characters, hours) are only counted.  Everything lives in the table's arena.
 */
#ifndef HLLM_PRICE_TABLE_H
#define HLLM_PRICE_TABLE_H

#include "price/catalog.h"

enum table_form { TABLE_CSV, TABLE_LITELLM, TABLE_SIMONW };

/* A name in the file, and what is said of it beside its prices. */
struct table_key {
	size_t number;       /* its place in keys[] */
	struct slice key;    /* as written; "provider/model" of a prices.csv */
	struct slice seller; /* as prices.csv calls the provider */
	struct slice mode;   /* LiteLLM: "chat", "embedding"; "" not said */
	bool chat;           /* answers with text: it has to have prices of input and output */
	bool local;          /* runs on the user's own machine: nothing to pay */
	bool free;           /* declared free by its name, ":free" */
	bool twice;          /* the file had it before: this one is left out */
	bool other;          /* has prices of other units than text tokens */
	const char *bad;     /* why no file of ours may hold this name; NULL none */
	int64_t line;
};

/* A price.  'stored' is first: they share an address.  Its provider is the seller as prices.csv calls
 * it, its model the file's key. */
struct listed {
	struct stored stored;
	struct slice field; /* "input_cost_per_token_flex"; of a prices.csv as table_which() */
	const struct table_key *key;
	struct slice family; /* the bare name of the model, whoever sells it */
};

/* A stated price that made no row. */
struct table_fault {
	const struct table_key *key;
	struct slice field, text;
	const char *kind, *expected, *why;
};

struct price_table {
	struct arena arena;
	enum table_form form;
	struct slice file;
	struct listed **rows; /* sorted by stored_compare */
	size_t rows_n, rows_size;
	struct table_key **keys; /* in the order of the file */
	size_t keys_n, keys_size;
	struct table_fault *faults;
	size_t faults_n, faults_size;
	size_t others_n;     /* prices of other units left out */
	size_t other_keys_n; /* names without a text price: images, audio, … */
	struct words *words; /* of a prices.csv */
};

/* Reads a file and tells by its content which form it has.  NULL: err says file and reason. */
struct price_table *price_table_load(const char *path, struct err *err) hl_must_check;
/* The same from memory; 'file' is the name for messages. */
struct price_table *price_table_read(
	struct slice text, const char *file, struct err *err) hl_must_check;
void price_table_free(struct price_table *table);
/* "LiteLLM's map", "a list of simonw/llm-prices", "a prices.csv". */
const char *price_table_title(const struct price_table *table);

/* Which price of its model a row is: "output", "cache_read flex above 272000". */
struct slice table_which(struct arena *arena, const struct price_row *row);

/* ---- for the readers of the forms ---- */

/* litellm.c and simonw.c: the members of a root object that is one well-formed value. */
bool litellm_is(struct slice object);
void litellm_read(struct price_table *table, struct slice object);
bool simonw_is(struct slice object);
void simonw_read(struct price_table *table, struct slice object);

struct table_key *table_add_key(
	struct price_table *table, struct slice key, struct slice seller, int64_t line);
/* What one price says, but for the number; unset: base price of all time. */
struct table_price {
	const struct table_key *key;
	struct slice field;
	int kind;
	enum tier tier;
	int64_t above, from, to;
};
/* A number as written, times 10^power pico-units a token: a row, or a fault. */
void table_add_price(
	struct price_table *table, const struct table_price *price, struct slice number, int power);
void table_add_fault(struct price_table *table, struct table_fault fault);
/* The seller as prices.csv calls it, from any spelling. */
struct slice table_seller(struct price_table *table, struct slice text);
/* The line of a place in the text: counts on from the last one asked for. */
struct table_line {
	const char *p;
	int64_t line;
};
int64_t table_line(struct table_line *at, const char *p);

#endif
