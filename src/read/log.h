/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log - what the readers of request logs have in common: models, identity, money,
 * cached answers, and what tags and metadata say about whose request it was.
 *
 * Texts given back are valid until row() returns; "" stands for nothing.
 */
#ifndef HLLM_READ_LOG_H
#define HLLM_READ_LOG_H

#include "read/reader.h"

/* The text of a string or number; "" for objects, arrays, true and false. */
struct slice log_word(struct row *row, int slot);
/* A count where formats may put anything: objects, arrays and booleans are as absent. */
int64_t log_count(struct row *row, int slot);

/* The member of an object, given as its text, under keys that are only known from the file. */
struct field log_member(struct slice object, const char *key);

/* Sets both models; each stands in for the other where one is missing. */
void log_models(struct row *row, int request, int response, struct record *rec);
void log_set_model(struct record *rec, struct slice model);

/* By id where there is one, else by content where there is a time, else by place. */
void log_identity(struct record *rec, struct slice id);

/* Sets billed from a number; false when there is none. */
bool log_billed(struct row *row, int slot, struct record *rec);
/* Money in a log that states it for some requests only. */
void log_claimed(struct row *row, int slot, struct record *rec);
/* Sets the currency from three letters; anything else is ignored. */
void log_currency(struct row *row, int slot, struct record *rec);
/* Sets the currency that an amount carries itself: "€ 2.50", "12 EUR"; "$" and none leave it. */
void log_currency_sign(struct slice amount, struct record *rec);
/* A gateway answered this out of its own cache. */
void log_cached_answer(struct record *rec);
/* Measures that are left out where they are 0. */
void log_searches(struct record *rec, int64_t calls);
void log_audio(struct record *rec, int64_t input, int64_t output);

/* Milliseconds from the start of the record to the time in 'slot'; -1 unknown. */
int64_t log_until(struct row *row, int slot, const struct record *rec);

/* Nothing stated, or only zeros. */
bool log_no_tokens(const struct stated_tokens *stated);

/* The last part of a path, with either slash: the name of a project's folder. */
struct slice log_folder(struct slice path);
/* "/v1/chat/completions" of an URL; what is no URL is given back without its query. */
struct slice log_url_path(struct slice url);
/* The name of a key; "" for what may be the secret itself. */
struct slice log_key_name(struct slice key);

/* The texts of an array (or of the JSON array in a text), joined by ','; a text is one tag. */
struct slice log_tags(struct row *row, int slot);

/* Dimensions from an object of free keys ("task", "Feature", "team", "_user"), or the JSON text
 * of one, into those that are still empty. */
void log_metadata(struct row *row, int slot, struct record *rec);
/* The same for one pair; 'ranks', zeroed at first, keeps the better of several keys. */
struct log_ranks {
	int dim[DIMS];
	int session;
};
void log_metadata_pair(
	struct log_ranks *ranks, struct slice key, struct slice value, struct record *rec);

#endif
