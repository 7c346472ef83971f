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

/* How the names of models that only their maker sells begin, by their first letter; the first that
 * fits counts. */
enum { FAMILIES_MOST = 10 }; /* of a letter, and a NULL behind the last */
static const struct word families[26][FAMILIES_MOST] = {
	['b' - 'a'] = {
		{ "babbage-0", "openai" },
	},
	['c' - 'a'] = {
		{ "chatgpt-", "openai" },
		{ "codex-mini", "openai" },
		{ "computer-use-preview", "openai" },
		{ "claude", "anthropic" },
		{ "codestral", "mistral" },
		{ "command-", "cohere" },
	},
	['d' - 'a'] = {
		{ "davinci-0", "openai" },
		{ "dall-e", "openai" },
		{ "deepseek-", "deepseek" },
		{ "devstral", "mistral" },
	},
	['e' - 'a'] = {
		{ "embed-english", "cohere" },
		{ "embed-multilingual", "cohere" },
		{ "embed-v4", "cohere" },
	},
	['f' - 'a'] = {
		{ "ft:gpt-", "openai" },
	},
	['g' - 'a'] = {
		{ "gpt-oss", "" }, /* open weights: anybody can serve it */
		{ "gpt-", "openai" },
		{ "gemini", "google" },
		{ "grok-", "xai" },
	},
	['m' - 'a'] = {
		{ "mistral-large", "mistral" },
		{ "mistral-medium", "mistral" },
		{ "mistral-small", "mistral" },
		{ "mistral-tiny", "mistral" },
		{ "mistral-embed", "mistral" },
		{ "mistral-ocr", "mistral" },
		{ "mistral-saba", "mistral" },
		{ "magistral", "mistral" },
		{ "ministral", "mistral" },
	},
	['o' - 'a'] = {
		{ "o1", "openai" },
		{ "o3", "openai" },
		{ "o4", "openai" },
		{ "omni-moderation", "openai" },
		{ "open-mi", "mistral" }, /* open-mistral-…, open-mixtral-… */
	},
	['p' - 'a'] = {
		{ "pixtral", "mistral" },
	},
	['r' - 'a'] = {
		{ "rerank-", "cohere" },
	},
	['s' - 'a'] = {
		{ "sonar", "perplexity" },
	},
	['t' - 'a'] = {
		{ "text-embedding-3", "openai" },
		{ "text-embedding-ada", "openai" },
		{ "text-embedding-0", "google" },
		{ "text-moderation", "openai" },
		{ "text-davinci", "openai" },
		{ "tts-1", "openai" },
	},
	['v' - 'a'] = {
		{ "voyage-", "voyage" },
	},
	['w' - 'a'] = {
		{ "whisper-1", "openai" },
	},
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
	if (!provider.n)
		return SLICE("");
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
	if (first < 'a' || first > 'z')
		return SLICE("");
	for (const struct word *word = families[first - 'a']; word->text; word++) {
		const char *text = word->text;
		if (text[1] != second)
			continue;
		size_t n = strlen(text), k = 2;
		while (k < n && k < model.n && lower(model.p[k]) == text[k])
			k++;
		/* "o1" is a name of its own, not the beginning of any word */
		bool ends = n > 2 || model.n == n || model.p[n] == '-';
		if (k == n && ends)
			return slice_of(word->means);
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
	static const char *const regions[] = { "us", "eu", "global", "apac", "jp", "au", "us-gov" };
	static const char *const makers[] = { "anthropic", "amazon", "meta", "mistral", "cohere",
		"deepseek", "openai", "ai21", "qwen" };
	const char *dot = memchr(model.p, '.', model.n);
	/* "gpt-4.1" is no such name */
	if (!dot ||
		(memchr(model.p, '-', (size_t)(dot - model.p)) && !slice_starts(model, "us-gov.")))
		return false;
	struct slice rest = model, first;
	slice_cut(&rest, '.', &first);
	for (size_t i = 0; i < HL_COUNT(regions); i++)
		if (slice_is(first, regions[i])) {
			slice_cut(&rest, '.', &first);
			break;
		}
	for (size_t i = 0; rest.n && i < HL_COUNT(makers); i++)
		if (slice_is(first, makers[i])) {
			*maker = slice_of(makers[i]);
			return true;
		}
	return false;
}

/* Paths before a model: routes of gateways say who bills; a company's own name does when the
 * model is one that only it sells ("google/gemini-…", not "google/gemma-…"); others are places
 * of weights. */
static struct slice
biller_of_path(struct slice path, struct slice maker)
{
	static const char *const routes[] = { "azure", "azure_ai", "bedrock", "vertex_ai", "gemini",
		"ollama", "ollama_chat", "hosted_vllm", "lm_studio", "openrouter", "groq",
		"together_ai", "fireworks_ai", "xai", "anthropic", "cohere" };
	static const char *const sellers[] = { "openai", "google", "mistral", "deepseek", "x-ai",
		"perplexity" };
	struct slice first;
	slice_cut(&path, '/', &first);
	for (size_t i = 0; i < HL_COUNT(routes); i++)
		if (slice_is_nocase(first, routes[i]))
			return known_provider(first);
	for (size_t i = 0; i < HL_COUNT(sellers); i++)
		if (slice_is_nocase(first, sellers[i]))
			return maker;
	return slice_starts(first, "arn:aws") ? SLICE("aws") : SLICE("");
}

/* What a model's name says by itself. */
struct companies {
	struct slice biller, maker;
};

static struct companies
companies_of(struct slice model)
{
	struct companies known = { SLICE(""), SLICE("") };
	struct slice path, name = last_part(model, &path);
	if (!name.n)
		return known;
	bool bedrock = bedrock_name(name, &known.maker);
	if (!bedrock)
		known.maker = family_of(name);
	/* "deepseek-r1:8b" is a tag of a local server */
	bool tagged = memchr(name.p, ':', name.n) && !slice_starts(name, "ft:");
	if (path.n)
		known.biller = biller_of_path(path, known.maker);
	else if (bedrock)
		known.biller = SLICE("aws");
	else if (!tagged)
		known.biller = known.maker;
	return known;
}

struct slice
maker_of(struct slice model)
{
	return companies_of(model).maker;
}

struct slice
biller_of(struct slice provider, struct slice model)
{
	struct slice biller = known_provider(provider);
	if (biller.n)
		return biller;
	return provider.n ? provider : companies_of(model).biller;
}

bool
only_hosted(struct slice model)
{
	static const char *const names[] = { "gpt-3", "gpt-4", "gpt-5", "gpt-6", "chatgpt-", "o1-",
		"o3-", "o4-", "text-embedding-3", "text-embedding-ada", "claude-", "gemini-" };
	struct slice path, name = last_part(model, &path), maker = SLICE("");
	if (name.n && bedrock_name(name, &maker))
		return slice_is(maker, "anthropic");
	if (!name.n || memchr(name.p, ':', name.n)) /* a tag of a local server */
		return false;
	for (size_t i = 0; i < HL_COUNT(names); i++)
		if (name.n >= strlen(names[i]) &&
			slice_is_nocase((struct slice){ name.p, strlen(names[i]) }, names[i]))
			return true;
	return slice_is_nocase(name, "o1") || slice_is_nocase(name, "o3");
}

void
record_fill_biller(struct record *rec, struct slice provider)
{
	struct slice model = rec->response_model.n ? rec->response_model : rec->request_model;
	struct companies known = companies_of(model);
	struct slice said = known_provider(provider);
	rec->provider = known.maker;
	rec->biller = said.n ? said : provider.n ? provider : known.biller;
	if (slice_is(rec->biller, "local")) {
		rec->pay = PAY_LOCAL;
		rec->how |= HOW_LOCAL;
	}
}
