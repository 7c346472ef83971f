/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/provider.h"

/* Spellings of LiteLLM, OpenTelemetry, OpenRouter, Portkey and the vendors' own exports. */
static const struct {
	const char *spelling, *name;
	enum seller kind;
} sellers[] = {
	{ "openai", "openai", SELLER_MAKER },
	{ "text-completion-openai", "openai", SELLER_MAKER },
	{ "anthropic", "anthropic", SELLER_MAKER },
	{ "google", "google", SELLER_MAKER },
	{ "gemini", "google", SELLER_MAKER },
	{ "gcp.gemini", "google", SELLER_MAKER },
	{ "google ai studio", "google", SELLER_MAKER },
	{ "google_ai_studio", "google", SELLER_MAKER },
	{ "deepseek", "deepseek", SELLER_MAKER },
	{ "mistral", "mistral", SELLER_MAKER },
	{ "mistralai", "mistral", SELLER_MAKER },
	{ "mistral_ai", "mistral", SELLER_MAKER },
	{ "cohere", "cohere", SELLER_MAKER },
	{ "cohere_chat", "cohere", SELLER_MAKER },
	{ "xai", "xai", SELLER_MAKER },
	{ "x_ai", "xai", SELLER_MAKER },
	{ "x-ai", "xai", SELLER_MAKER },
	{ "voyage", "voyage", SELLER_MAKER },
	{ "voyageai", "voyage", SELLER_MAKER },
	{ "azure", "azure", SELLER_PLATFORM },
	{ "azure_ai", "azure", SELLER_PLATFORM },
	{ "azure-openai", "azure", SELLER_PLATFORM },
	{ "azure_openai", "azure", SELLER_PLATFORM },
	{ "azure openai", "azure", SELLER_PLATFORM },
	{ "azure.ai.openai", "azure", SELLER_PLATFORM },
	{ "az.ai.openai", "azure", SELLER_PLATFORM },
	{ "azure.ai.inference", "azure", SELLER_PLATFORM },
	{ "bedrock", "bedrock", SELLER_PLATFORM },
	{ "bedrock_converse", "bedrock", SELLER_PLATFORM },
	{ "aws", "bedrock", SELLER_PLATFORM },
	{ "aws.bedrock", "bedrock", SELLER_PLATFORM },
	{ "amazon-bedrock", "bedrock", SELLER_PLATFORM },
	{ "amazon bedrock", "bedrock", SELLER_PLATFORM },
	{ "amazon", "bedrock", SELLER_PLATFORM },
	{ "gcp", "vertex", SELLER_PLATFORM },
	{ "vertex", "vertex", SELLER_PLATFORM },
	{ "vertex_ai", "vertex", SELLER_PLATFORM },
	{ "vertex-ai", "vertex", SELLER_PLATFORM },
	{ "vertex_ai_beta", "vertex", SELLER_PLATFORM },
	{ "vertex_ai-anthropic_models", "vertex", SELLER_PLATFORM },
	{ "gcp.vertex_ai", "vertex", SELLER_PLATFORM },
	{ "openrouter", "openrouter", SELLER_GATEWAY },
	{ "litellm", "litellm", SELLER_GATEWAY },
	{ "litellm_proxy", "litellm", SELLER_GATEWAY },
	{ "groq", "groq", SELLER_HOST },
	{ "together", "together", SELLER_HOST },
	{ "together_ai", "together", SELLER_HOST },
	{ "togetherai", "together", SELLER_HOST },
	{ "together-ai", "together", SELLER_HOST },
	{ "fireworks", "fireworks", SELLER_HOST },
	{ "fireworks_ai", "fireworks", SELLER_HOST },
	{ "fireworks-ai", "fireworks", SELLER_HOST },
	{ "deepinfra", "deepinfra", SELLER_HOST },
	{ "cerebras", "cerebras", SELLER_HOST },
	{ "novita", "novita", SELLER_HOST },
	{ "ollama", "ollama", SELLER_LOCAL },
	{ "ollama_chat", "ollama", SELLER_LOCAL },
	{ "vllm", "vllm", SELLER_LOCAL },
	{ "hosted_vllm", "vllm", SELLER_LOCAL },
	{ "llamacpp", "llamacpp", SELLER_LOCAL },
	{ "llama.cpp", "llamacpp", SELLER_LOCAL },
	{ "llamafile", "llamacpp", SELLER_LOCAL },
	{ "lm_studio", "lmstudio", SELLER_LOCAL },
	{ "lmstudio", "lmstudio", SELLER_LOCAL },
	{ "local", "local", SELLER_LOCAL },
};

enum seller
provider_kind(struct slice text, const char **name)
{
	for (size_t i = 0; i < HL_COUNT(sellers); i++)
		if (slice_is_nocase(text, sellers[i].spelling)) {
			if (name)
				*name = sellers[i].name;
			return sellers[i].kind;
		}
	if (name)
		*name = NULL;
	return SELLER_UNKNOWN;
}
