/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model - open models that can be run on hardware of one's own (models.csv): how large their files
 * are, what a token of context takes, and what kinds of task they are good for.
 *
 * "Good for" is what those who made or compared them say, by kind of task.  That a model is good
 * enough for a workload is never said here: it has to be compared on it.
 */
#ifndef HLLM_LOCAL_MODEL_H
#define HLLM_LOCAL_MODEL_H

#include "base/err.h"
#include "base/str.h"

/* How its weights are written, the smallest first. */
enum quant { QUANT_Q4_K_M, QUANT_Q8_0, QUANT_F16, QUANTS };
extern const char *const quant_names[QUANTS]; /* "q4_k_m", "q8_0", "f16" */
/* Also q4 (q4_k_m), q8 (q8_0), fp16 and bf16 (f16), in any case.  False: FAULT_USAGE. */
bool quant_parse(const char *text, enum quant *quant, struct err *err) hl_must_check;

/* The figures of a row that can be unverified. */
enum model_figure {
	MODEL_FILE_Q4, /* in the order of enum quant */
	MODEL_FILE_Q8,
	MODEL_FILE_F16,
	MODEL_READ_Q4,
	MODEL_READ_Q8,
	MODEL_READ_F16,
	MODEL_FIGURES
};
extern const char *const model_figures[MODEL_FIGURES]; /* names of columns: "q4_k_m_gb", … */

/* The same model, offered by an API in prices.csv. */
enum { HOSTED_MOST = 8 };
struct hosted {
	struct slice provider, model; /* "groq", "llama-3.1-8b-instant" */
};

/* A figure that is not known is NAN.  GB are 10^9 bytes.  All texts live as long as the list. */
struct local_model {
	struct slice id, name, aliases;
	double params_b, active_params_b; /* 10^9: all, and those a token goes through */
	int layers, kv_heads, head_dim;
	int64_t context;        /* tokens: the longest it was made for */
	int64_t window;         /* tokens that window_layers of the layers look back at, at most */
	int window_layers;      /* 0: all layers see all */
	double file_gb[QUANTS]; /* all of which is loaded; NAN: there is none */
	/* Read to make one token: the file without the table of input embeddings where that is kept
	 * apart, and without the experts that are not asked. */
	double read_gb[QUANTS];
	bool kv_bound;      /* it keeps no cache: what is counted for one is more than it takes */
	struct slice types; /* kinds of task it is good for, separated by blanks */
	struct slice good_for, license;
	struct hosted hosted[HOSTED_MOST]; /* as the row lists them */
	size_t hosted_n;
	unsigned unverified; /* bits of enum model_figure */
	struct slice source, note;
	struct slice file;
	int64_t line;
	int layer; /* of the file: 0 the first that was added, 1 the next */
};

struct local_models {
	struct local_model
		*items; /* in the order of the files; a row that replaces one takes its place */
	size_t n, size;
	int layers; /* files that were added */
	struct arena arena;
};

/* Adds a file's rows; one of an id that is there takes its place.  False: err names file and line,
 * and nothing may be used. */
bool local_models_add(struct local_models *list, const char *path, struct err *err) hl_must_check;
bool local_models_add_text(struct local_models *list, const char *file, struct slice text,
	struct err *err) hl_must_check;
void local_models_free(struct local_models *list);
/* Is every kind of task one of these (the words of the attribute "type")?  Else err names file and
 * line of the row. */
bool local_models_check_types(const struct local_models *list, const struct slice *types,
	size_t types_n, struct err *err) hl_must_check;

/* What a loose name means (naming.h): "llama3.1:8b", "Qwen2.5-7B-Instruct"; NULL: err has the
 * nearest, or the candidates.  FAULT_USAGE. */
const struct local_model *local_model_find(
	const struct local_models *list, const char *name, struct err *err) hl_must_check;

bool local_model_is_good_for(const struct local_model *model, struct slice type);
/* Bytes that a token of context takes in a cache of 16-bit floats: 2 (keys and values) * layers *
 * kv_heads * head_dim * 2 (Pope et al. 2022, "Efficiently Scaling Transformer Inference", 3.3). */
int64_t local_model_kv_bytes(const struct local_model *model);
/* Tokens that the layers with a window keep: the window, and the batch that is being read (512 with
 * llama.cpp's defaults); all of them without a window, or where the context is no longer. */
int64_t local_model_window_tokens(const struct local_model *model, int64_t context);
/* Bytes that the cache of one request takes at a context. */
double local_model_cache_bytes(const struct local_model *model, int64_t context);
/* NAN: not known. */
double local_model_figure(const struct local_model *model, enum model_figure figure);
bool local_model_is_unverified(const struct local_model *model, enum model_figure figure);

#endif
