/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/formats-logs.h"
#include "read/formats.h"
#include "read/reader.h"

/* In the order of detection: the first whose signature fits is it, so the narrow ones come first. */
const struct reader *const readers[] = {
	&reader_openrouter_activity,
	&reader_anthropic_console_tokens,
	&reader_anthropic_console_cost,
	&reader_openai_costs,
	&reader_openai_usage,
	&reader_deepseek_amount,
	&reader_deepseek_cost,
	&reader_litellm_spendlogs,
	&reader_litellm_ui_usage,
	&reader_langfuse,
	&reader_helicone,
	&reader_cursor_usage,
	&reader_aws_cur,
	&reader_focus_own,
	&reader_focus,
	&reader_azure_cost,
	&reader_gcp_cost_table,
	&reader_anthropic_usage_api,
	&reader_anthropic_cost_api,
	&reader_openrouter_generation,
	&reader_openrouter_activity_api,
	&reader_openrouter_credits,
	&reader_otel,
	&reader_openai_batch,
	&reader_bedrock_log,
	&reader_codex,
	&reader_codex_exec,
	&reader_claude_code_result,
	&reader_claude_code,
	&reader_gemini_cli,
	&reader_litellm_logging,
	&reader_portkey,
	&reader_gcp_billing_export,
	&reader_gemini_generate,
	&reader_ollama,
	&reader_llamacpp,
	&reader_openai_response,
	&reader_openai_chat,
	&reader_anthropic_message,
	&reader_llama_bench,
	&reader_vllm_bench,
	&reader_workload_table,
	&reader_request_log,
};
const size_t readers_n = HL_COUNT(readers);

const struct reader *
reader_find(struct slice name)
{
	for (size_t i = 0; i < readers_n; i++)
		if (slice_is_nocase(name, readers[i]->name))
			return readers[i];
	return NULL;
}
