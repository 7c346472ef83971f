/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/bill.h"

static bool
in_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '.' || (unsigned char)c >= 0x80;
}

/* Cuts the next word off 'rest'. */
static bool
next_word(struct slice *rest, struct slice *word)
{
	if (!rest->n)
		return false;
	while (rest->n && !in_word(rest->p[0])) {
		rest->p++;
		rest->n--;
	}
	size_t n = 0;
	while (n < rest->n && in_word(rest->p[n]))
		n++;
	*word = (struct slice){ rest->p, n };
	rest->p += n;
	rest->n -= n;
	return n > 0;
}

bool
bill_has_word(struct slice text, const char *word)
{
	struct slice found;
	while (next_word(&text, &found))
		if (slice_is_nocase(found, word))
			return true;
	return false;
}

bool
bill_holds(struct slice text, const char *const *parts)
{
	for (; *parts; parts++)
		if (slice_find_nocase(text, *parts) >= 0)
			return true;
	return false;
}

static bool
holds(struct slice text, const char *part)
{
	return slice_find_nocase(text, part) >= 0;
}

/* The number in front of a unit, with commas between thousands; 1 when there is none. */
static int64_t
take_scale(struct slice *text)
{
	const int64_t most = 1000000000000;
	int64_t value = 0;
	size_t n = 0;
	for (; n < text->n; n++) {
		char c = text->p[n];
		if (c >= '0' && c <= '9')
			value = value < most ? value * 10 + (c - '0') : most;
		else if (c != ',' || !n)
			break;
	}
	text->p += n;
	text->n -= n;
	return n && value ? value : 1;
}

struct unit
bill_unit(struct slice text)
{
	static const struct {
		const char *word;
		int64_t scale;
	} powers[] = { { "k", 1000 }, { "m", 1000000 }, { "b", 1000000000 }, { "thousand", 1000 },
		{ "million", 1000000 }, { "billion", 1000000000 } };
	text = slice_trim(text);
	struct unit unit = { .scale = take_scale(&text) };
	struct slice rest = text, word;
	if (next_word(&rest, &word))
		for (size_t i = 0; i < HL_COUNT(powers); i++)
			if (slice_is_nocase(word, powers[i].word)) {
				unit.scale *= powers[i].scale;
				text = rest;
				break;
			}
	unit.word = slice_trim(text);
	return unit;
}

bool
bill_unit_is_tokens(struct unit unit)
{
	return (bill_has_word(unit.word, "token") || bill_has_word(unit.word, "tokens")) &&
	       !holds(unit.word, "hour");
}

enum token_kind
bill_kind(struct slice meter)
{
	static const char *const uncached[] = { "uncached", "non-cached", "noncached", "no_cache",
		NULL };
	static const char *const cached[] = { "cache", "caching", NULL };
	static const char *const output[] = { "output", "outp", "response", "completion", NULL };
	static const char *const input[] = { "input", "prompt", "embed", NULL };
	bool cache = (bill_holds(meter, cached) && !bill_holds(meter, uncached)) ||
		     bill_has_word(meter, "cchd") || bill_has_word(meter, "cd");
	if (cache && holds(meter, "storage"))
		return TOKEN_KINDS;
	if (cache && (holds(meter, "writ") || holds(meter, "creat"))) {
		bool hour = holds(meter, "1h") || holds(meter, "1 hour") || holds(meter, "1-hour");
		return hour ? TOKEN_CACHE_WRITE_1H : TOKEN_CACHE_WRITE_5M;
	}
	if (cache)
		return TOKEN_CACHE_READ;
	if (bill_holds(meter, output) || bill_has_word(meter, "opt") || bill_has_word(meter, "out"))
		return TOKEN_OUTPUT;
	if (bill_holds(meter, input) || bill_has_word(meter, "inp") || bill_has_word(meter, "in"))
		return TOKEN_UNCACHED_INPUT;
	return TOKEN_KINDS;
}

/* Which part of the tokens was no text. */
static void
add_modality(struct slice meter, enum token_kind kind, int64_t tokens, struct record *rec)
{
	if (holds(meter, "audio") && kind != TOKEN_KINDS)
		record_measure(rec,
			kind == TOKEN_OUTPUT ? MEASURE_AUDIO_OUTPUT : MEASURE_AUDIO_INPUT, tokens);
	else if (bill_has_word(meter, "image") && kind != TOKEN_OUTPUT && kind != TOKEN_KINDS)
		record_measure(rec, MEASURE_IMAGE_INPUT, tokens);
}

void
bill_tokens(
	struct row *row, struct slice meter, femto_t quantity, int64_t scale, struct record *rec)
{
	const femto_t most = (femto_t)1 << 61;
	femto_t amount;
	if (quantity < 0)
		return;
	if (!num_mul(quantity, scale, &amount) || amount / FEMTO_PER_UNIT >= most) {
		row_bad(row, "the quantity of tokens is larger than any bill's");
		return;
	}
	int64_t tokens = (int64_t)(num_round(amount, 0) / FEMTO_PER_UNIT);
	enum token_kind kind = bill_kind(meter);
	rec->has_tokens = true;
	rec->line_kind = kind;
	if (kind == TOKEN_KINDS)
		record_measure(rec, MEASURE_UNSPLIT, tokens);
	else
		rec->tokens[kind] = tokens;
	if (kind == TOKEN_CACHE_WRITE_5M && !holds(meter, "5m"))
		rec->how |= HOW_LIFETIME_ASSUMED;
	add_modality(meter, kind, tokens, rec);
}

enum tier
bill_tier(struct slice meter)
{
	if (holds(meter, "batch"))
		return TIER_BATCH;
	if (bill_has_word(meter, "flex"))
		return TIER_FLEX;
	if (bill_has_word(meter, "priority") || bill_has_word(meter, "pp"))
		return TIER_PRIORITY;
	return TIER_STANDARD;
}

static bool
ends_model(struct slice word)
{
	static const char *const words[] = { "uncached", "inp", "in", "outp", "opt", "out", "cchd",
		"cd", "batch", "pp", "priority", "flex", "short", "long", "text", "thinking",
		"token", "tokens", "count", "image", "audio", "video", "prompt", "completion",
		"response", "predictions", "mantle", "cross", "glbl", "gl", "global", "dz", "dzone",
		"regnl", "regional", "ga", "native", "grounding", "usage" };
	static const char *const starts[] = { "input", "output", "cache", "caching" };
	for (size_t i = 0; i < HL_COUNT(words); i++)
		if (slice_is_nocase(word, words[i]))
			return true;
	for (size_t i = 0; i < HL_COUNT(starts); i++)
		if (slice_find_nocase(word, starts[i]) == 0)
			return true;
	return false;
}

struct slice
bill_model(struct slice text)
{
	text = slice_trim(text);
	struct slice rest = text, word;
	const char *end = text.p;
	while (next_word(&rest, &word)) {
		/* a name may begin with such a word: text-embedding-3-small */
		if (ends_model(word) && word.p != text.p)
			return (struct slice){ text.p, (size_t)(end - text.p) };
		if (ends_model(word) && slice_find_nocase(word, "text") != 0)
			return SLICE_NONE;
		end = word.p + word.n;
	}
	return (struct slice){ text.p, (size_t)(end - text.p) };
}
