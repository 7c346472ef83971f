/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/prompts.h"

#include <math.h>

#include "base/compiler.h"

enum { NONCES = 1000000, NONCE_DIGITS = 6 };
/* About NONCES divided by the golden ratio, and coprime to it: neighbours are far apart, and none comes
 * twice in NONCES. */
enum { NONCE_STEP = 618033 };

/* With a blank before it, each is one token for the tokenizers of GPT-2, GPT-4, Llama 2 and 3, Mistral, Qwen,
 * Gemma and Phi: among the most frequent words of English. */
static const char *const words[] = { "time", "year", "people", "way", "day", "man", "thing",
	"woman", "life", "child", "world", "school", "state", "family", "group", "country",
	"problem", "hand", "part", "place", "case", "week", "company", "system", "program",
	"question", "work", "number", "night", "point", "home", "water", "room", "mother", "area",
	"money", "story", "fact", "month", "lot", "right", "study", "book", "eye", "job", "word",
	"business", "issue", "side", "kind", "head", "house", "service", "friend", "father",
	"power", "hour", "game", "line", "end", "member", "law", "car", "city" };

void
prompts_init(struct prompts *prompts, uint64_t seed)
{
	*prompts = (struct prompts){ .seed = seed };
}

/* Steele, Lea and Flood's SplitMix64 (2014). */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t x = *state += 0x9E3779B97F4A7C15u;
	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
	x = (x ^ x >> 27) * 0x94D049BB133111EBu;
	return x ^ x >> 31;
}

void
prompts_write(struct prompts *prompts, int64_t count, struct str *out)
{
	uint64_t state = prompts->seed;
	uint64_t start = next_random(&state) % NONCES;
	uint64_t nonce = (start + prompts->made * NONCE_STEP) % NONCES;
	uint64_t unit = NONCES / 10;
	for (int i = 0; i < NONCE_DIGITS; i++, unit /= 10) {
		if (i)
			str_putc(out, '-');
		str_putc(out, (char)('0' + nonce / unit % 10));
	}
	state ^= prompts->made * 0xD6E8FEB86659FD93u;
	prompts->made++;
	for (int64_t i = 0; i < count && i < PROMPT_WORDS_MOST; i++) {
		str_putc(out, ' ');
		str_puts(out, words[next_random(&state) % HL_COUNT(words)]);
	}
}

int64_t
prompts_words(const struct prompts *prompts, int64_t tokens)
{
	double slope = prompts->slope > 0 ? prompts->slope : 1;
	double count = round(((double)tokens - prompts->overhead) / slope);
	if (!(count > 0))
		return 0;
	return count < PROMPT_WORDS_MOST ? (int64_t)count : PROMPT_WORDS_MOST;
}

int64_t
prompts_tokens(const struct prompts *prompts, int64_t count)
{
	double slope = prompts->slope > 0 ? prompts->slope : 1;
	return llround(prompts->overhead + slope * (double)count);
}

static void
fit(struct prompts *prompts, int64_t count, int64_t tokens)
{
	prompts->slope =
		(double)(tokens - prompts->first_tokens) / (double)(count - prompts->first_words);
	prompts->overhead =
		(double)prompts->first_tokens - prompts->slope * (double)prompts->first_words;
}

bool
prompts_calibrate(struct prompts *prompts, int64_t words_a, int64_t tokens_a, int64_t words_b,
	int64_t tokens_b)
{
	if (tokens_a <= 0 || words_b <= words_a || tokens_b <= tokens_a)
		return false;
	prompts->first_words = words_a;
	prompts->first_tokens = tokens_a;
	fit(prompts, words_b, tokens_b);
	return true;
}

bool
prompts_correct(struct prompts *prompts, int64_t count, int64_t tokens)
{
	if (prompts->slope <= 0 || count <= prompts->first_words || tokens <= prompts->first_tokens)
		return false;
	double expected = prompts->overhead + prompts->slope * (double)count;
	if (fabs((double)tokens - expected) > expected / 10)
		return false;
	fit(prompts, count, tokens);
	return true;
}
