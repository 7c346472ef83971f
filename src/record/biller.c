/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "record/biller.h"

enum { SQUASHED = 32 };

struct word {
	const char *text;
	const char *means;
};

/* Names of providers without case and punctuation; '*' at the end: any name that begins so. */
static const struct word providers[] = {
	{ "openai", "openai" },
	{ "textcompletionopenai", "openai" },
	{ "anthropic*", "anthropic" },
	{ "azure*", "azure" },
	{ "azai*", "azure" },
	{ "bedrock*", "aws" },
	{ "aws*", "aws" },
	{ "amazon*", "aws" },
	{ "sagemaker*", "aws" },
	{ "vertex*", "google" },
	{ "gemini*", "google" },
	{ "google*", "google" },
	{ "gcp*", "google" },
	{ "palm", "google" },
	{ "mistral*", "mistral" },
	{ "codestral", "mistral" },
	{ "deepseek*", "deepseek" },
	{ "cohere*", "cohere" },
	{ "xai", "xai" },
	{ "grok", "xai" },
	{ "groq*", "groq" },
	{ "together*", "together" },
	{ "fireworks*", "fireworks" },
	{ "perplexity*", "perplexity" },
	{ "openrouter*", "openrouter" },
	{ "voyage*", "voyage" },
	{ "moonshot*", "moonshot" },
	{ "ollama*", "local" },
	{ "vllm*", "local" },
	{ "hostedvllm*", "local" },
	{ "sglang*", "local" },
	{ "llamacpp*", "local" },
	{ "llamafile*", "local" },
	{ "lmstudio*", "local" },
	{ "xinference*", "local" },
	{ "dockermodelrunner*", "local" },
	{ "local*", "local" },
	{ "selfhosted*", "local" },
	{ "onprem*", "local" },
};

/* How the names of models that only their maker sells begin; the first that fits counts. */
static const struct word families[] = {
	{ "gpt-oss", "" }, /* open weights: anybody can serve it */
	{ "gpt-", "openai" },
	{ "chatgpt-", "openai" },
	{ "ft:gpt-", "openai" },
	{ "o1", "openai" },
	{ "o3", "openai" },
	{ "o4", "openai" },
	{ "text-embedding-3", "openai" },
	{ "text-embedding-ada", "openai" },
	{ "text-embedding-0", "google" },
	{ "text-moderation", "openai" },
	{ "omni-moderation", "openai" },
	{ "text-davinci", "openai" },
	{ "davinci-0", "openai" },
	{ "babbage-0", "openai" },
	{ "codex-mini", "openai" },
	{ "computer-use-preview", "openai" },
	{ "whisper-1", "openai" },
	{ "tts-1", "openai" },
	{ "dall-e", "openai" },
	{ "claude", "anthropic" },
	{ "gemini", "google" },
	{ "deepseek-", "deepseek" },
	{ "mistral-large", "mistral" },
	{ "mistral-medium", "mistral" },
	{ "mistral-small", "mistral" },
	{ "mistral-tiny", "mistral" },
	{ "mistral-embed", "mistral" },
	{ "mistral-ocr", "mistral" },
	{ "mistral-saba", "mistral" },
	{ "open-mi", "mistral" }, /* open-mistral-…, open-mixtral-… */
	{ "codestral", "mistral" },
	{ "devstral", "mistral" },
	{ "magistral", "mistral" },
	{ "ministral", "mistral" },
	{ "pixtral", "mistral" },
	{ "grok-", "xai" },
	{ "command-", "cohere" },
	{ "embed-english", "cohere" },
	{ "embed-multilingual", "cohere" },
	{ "embed-v4", "cohere" },
	{ "rerank-", "cohere" },
	{ "voyage-", "voyage" },
	{ "sonar", "perplexity" },
};

static inline char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* The letters and digits of a name, in lower case, as far as there is room. */
static struct slice
squash(struct slice name, char out[SQUASHED])
{
	size_t n = 0;
	for (size_t i = 0; i < name.n && n < SQUASHED; i++) {
		char c = lower(name.p[i]);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
	}
	return (struct slice){ out, n };
}

static struct slice
find_provider(struct slice provider)
{
	char buf[SQUASHED];
	struct slice name = squash(provider, buf);
	if (!name.n)
		return SLICE("");
	for (size_t i = 0; i < HL_COUNT(providers); i++) {
		const char *text = providers[i].text;
		if (text[0] != name.p[0])
			continue;
		size_t n = strlen(text);
		bool open = text[n - 1] == '*';
		n -= open;
		if ((open ? name.n >= n : name.n == n) && memcmp(name.p, text, n) == 0)
			return slice_of(providers[i].means);
	}
	return SLICE("");
}

/* Some write the interface too: "openai.chat", "openai/responses". */
static struct slice
known_provider(struct slice provider)
{
	struct slice found = find_provider(provider);
	for (size_t i = 1; i < provider.n && !found.n; i++)
		if (provider.p[i] == '.' || provider.p[i] == '/')
			return find_provider((struct slice){ provider.p, i });
	return found;
}

/* The company by the beginning of a bare model name. */
static struct slice
family_of(struct slice model)
{
	if (model.n < 2)
		return SLICE("");
	char first = lower(model.p[0]), second = lower(model.p[1]);
	for (size_t i = 0; i < HL_COUNT(families); i++) {
		const char *text = families[i].text;
		if (text[0] != first || text[1] != second)
			continue;
		size_t n = strlen(text), k = 2;
		while (k < n && k < model.n && lower(model.p[k]) == text[k])
			k++;
		/* "o1" is a name of its own, not the beginning of any word */
		bool ends = n > 2 || model.n == n || model.p[n] == '-';
		if (k == n && ends)
			return slice_of(families[i].means);
	}
	return SLICE("");
}

/* Without the path before the last '/': of "openai/gpt-4o" the "gpt-4o". */
static struct slice
last_part(struct slice model, struct slice *path)
{
	const char *slash = model.n ? memrchr(model.p, '/', model.n) : NULL;
	*path = SLICE_NONE;
	if (!slash)
		return model;
	*path = (struct slice){ model.p, (size_t)(slash - model.p) };
	return (struct slice){ slash + 1, model.n - path->n - 1 };
}

/* Bedrock's form of a name: "anthropic.claude-…", with a region before it or not. */
static bool
bedrock_name(struct slice model, struct slice *maker)
{
	static const struct word makers[] = {
		{ "anthropic.", "anthropic" },
		{ "amazon.", "amazon" },
		{ "meta.", "meta" },
		{ "mistral.", "mistral" },
		{ "cohere.", "cohere" },
		{ "deepseek.", "deepseek" },
		{ "openai.", "openai" },
		{ "ai21.", "ai21" },
		{ "qwen.", "qwen" },
	};
	static const char *const regions[] = { "us.", "eu.", "global.", "apac.", "jp.", "au.",
		"us-gov." };
	if (!memchr(model.p, '.', model.n))
		return false;
	for (size_t i = 0; i < HL_COUNT(regions); i++)
		if (slice_starts(model, regions[i])) {
			size_t n = strlen(regions[i]);
			model = (struct slice){ model.p + n, model.n - n };
			break;
		}
	for (size_t i = 0; i < HL_COUNT(makers); i++)
		if (slice_starts(model, makers[i].text)) {
			*maker = slice_of(makers[i].means);
			return true;
		}
	return false;
}

struct slice
maker_of(struct slice model)
{
	struct slice path, maker;
	model = last_part(model, &path);
	if (!model.n)
		return SLICE("");
	if (bedrock_name(model, &maker))
		return maker;
	return family_of(model);
}

/* Paths before a model: routes of gateways say who bills; a company's own name does when the
 * model is one that only it sells ("google/gemini-…", not "google/gemma-…"); others are places
 * of weights. */
static const char *const routes[] = { "azure", "azure_ai", "bedrock", "vertex_ai", "gemini",
	"ollama", "ollama_chat", "hosted_vllm", "lm_studio", "openrouter", "groq", "together_ai",
	"fireworks_ai", "xai", "anthropic", "cohere" };
static const char *const sellers[] = { "openai", "google", "mistral", "deepseek", "x-ai",
	"perplexity" };

static bool
is_one_of(struct slice name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is_nocase(name, names[i]))
			return true;
	return false;
}

static struct slice
biller_of_model(struct slice model)
{
	struct slice path, maker, first;
	struct slice name = last_part(model, &path);
	if (slice_cut(&path, '/', &first)) {
		if (is_one_of(first, routes, HL_COUNT(routes)))
			return known_provider(first);
		return is_one_of(first, sellers, HL_COUNT(sellers)) ? family_of(name) : SLICE("");
	}
	if (!name.n)
		return SLICE("");
	if (bedrock_name(name, &maker))
		return SLICE("aws");
	/* "deepseek-r1:8b" is a tag of a local server */
	if (memchr(name.p, ':', name.n) && !slice_starts(name, "ft:"))
		return SLICE("");
	return family_of(name);
}

struct slice
biller_of(struct slice provider, struct slice model)
{
	struct slice biller = known_provider(provider);
	if (biller.n)
		return biller;
	return provider.n ? provider : biller_of_model(model);
}

void
record_fill_biller(struct record *rec, struct slice provider)
{
	struct slice model = rec->response_model.n ? rec->response_model : rec->request_model;
	rec->biller = biller_of(provider, model);
	rec->provider = maker_of(model);
	if (slice_is(rec->biller, "local")) {
		rec->pay = PAY_LOCAL;
		rec->how |= HOW_LOCAL;
	}
}
