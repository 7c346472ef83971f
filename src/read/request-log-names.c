/* SPDX-License-Identifier: GPL-3.0-or-later */
/* request-log-names - under which names logs keep what; the first one that is there counts. */
#include "config.h"

#include "read/formats-logs.h"
#include "read/request-log.h"

const char *const request_log_meanings[] = {
	[S_MODEL] = "model",
	[S_REQUEST_MODEL] = "request_model",
	[S_INPUT] = "input",
	[S_OUTPUT] = "output",
	[S_CACHE_READ] = "cache_read",
	[S_CACHE_WRITE] = "cache_write",
	[S_CACHE_WRITE_1H] = "cache_write_1h",
	[S_REASONING] = "reasoning",
	[S_TOTAL] = "total",
	[S_TIME] = "time",
	[S_ID] = "id",
	[S_TASK] = "task",
	[S_PROJECT] = "project",
	[S_KEY] = "key",
	[S_AGENT] = "agent",
	[S_ENDPOINT] = "endpoint",
	[S_ENVIRONMENT] = "environment",
	[S_TAG] = "tag",
	[S_USER] = "user",
	[S_SESSION] = "session",
	[S_COST] = "cost",
	[S_CURRENCY] = "currency",
	[S_LATENCY_MS] = "latency_ms",
	[S_LATENCY_S] = "latency_s",
	[S_TTFT_MS] = "ttft_ms",
	[S_REQUESTS] = "requests",
	[S_TIER] = "tier",
	[S_PROVIDER] = "provider",
	[S_STATUS] = "status",
	[S_SUCCESS] = "success",
	[S_ERROR] = "error",
	[S_LOCAL] = "local",
	[MEANINGS] = NULL,
};

/* At most 16 places a slot.  "input" and "output" alone are not here: in most logs they are
 * texts. */
const char *const request_log_slots[] = {
	[S_MODEL] = "model|response_model|model_name|model_id|modelName|modelId|llm_model|ai_model|"
		    "deployment|"
		    "engine|model name|response.model|request.model|model_version",
	[S_REQUEST_MODEL] = "request_model|requested_model|model_requested|model_group",
	[S_INPUT] = "input_tokens|prompt_tokens|tokens_in|inputTokens|promptTokens|tokens_input|"
		    "tokens_prompt|"
		    "num_input_tokens|num_prompt_tokens|context_tokens|ContextTokens|input "
		    "tokens|prompt tokens|"
		    "usage.input_tokens|usage.prompt_tokens",
	[S_OUTPUT] = "output_tokens|completion_tokens|tokens_out|outputTokens|completionTokens|"
		     "tokens_output|"
		     "tokens_completion|num_output_tokens|num_completion_tokens|generated_tokens|"
		     "GeneratedTokens|"
		     "output tokens|completion tokens|usage.output_tokens|usage.completion_tokens",
	[S_CACHE_READ] =
		"cached_tokens|cache_read_tokens|cache_read_input_tokens|cached_input_tokens|"
		"input_cached_tokens|cachedTokens|cacheReadTokens|cachedInputTokens|tokens_cached|"
		"prompt_cache_hit_tokens|cached tokens|usage.prompt_tokens_details.cached_tokens|"
		"usage.input_tokens_details.cached_tokens|usage.cached_tokens|"
		"usage.prompt_cache_hit_tokens",
	[S_CACHE_WRITE] = "cache_write_tokens|cache_creation_input_tokens|cache_creation_tokens|"
			  "cache_write_input_tokens|cacheWriteTokens|cacheCreationInputTokens|"
			  "cacheCreationTokens|"
			  "cache write "
			  "tokens|usage.cache_creation_input_tokens|usage.cacheCreationInputTokens|"
			  "usage.prompt_tokens_details.cache_write_tokens|tokens.cache_write|"
			  "response.usage.cache_creation_input_tokens",
	[S_CACHE_WRITE_1H] =
		"cache_write_1h_tokens|cache_write_1h|cache_creation_1h_tokens|"
		"ephemeral_1h_input_tokens|usage.cache_creation.ephemeral_1h_input_tokens",
	[S_REASONING] = "reasoning_tokens|reasoning_output_tokens|thinking_tokens|thoughts_tokens|"
			"reasoningTokens|"
			"tokens_reasoning|usage.reasoning_tokens|usage.completion_tokens_details."
			"reasoning_tokens|"
			"usage.output_tokens_details.reasoning_tokens|completion_tokens_details."
			"reasoning_tokens",
	[S_TOTAL] = "total_tokens|tokens_total|totalTokens|token_count|tokens_used|num_tokens|"
		    "total_token_count|"
		    "total "
		    "tokens|usage.total_tokens|usage.totalTokens|tokens.total|response.usage.total_"
		    "tokens|tokens",
	[S_TIME] = "timestamp|time|created_at|datetime|date|ts|start_time|startTime|createdAt|"
		   "request_time|"
		   "event_time|@timestamp|logged_at|started_at|created",
	[S_ID] = "request_id|requestId|req_id|generation_id|completion_id|response_id|message_id|"
		 "call_id|event_id|"
		 "log_id|uuid|id|response.id",
	[S_TASK] = "task_type|task|task_name|taskType|use_case|usecase|feature|workload|workflow|"
		   "job_type|"
		   "operation_type|metadata.task_type|metadata.task|metadata.feature|metadata.use_"
		   "case",
	[S_PROJECT] = "project|project_name|project_id|app|app_name|application|service|service_"
		      "name|product|team|"
		      "department|metadata.project|metadata.app|metadata.service|metadata.team",
	[S_KEY] = "api_key_name|key_name|key_alias|api_key_alias|api_key_id|key_id|api_key|"
		  "metadata.api_key_name",
	[S_AGENT] = "agent|agent_name|agent_id|assistant|bot|metadata.agent",
	[S_ENDPOINT] = "endpoint|route|path|request_path|operation|call_type|url|metadata.endpoint",
	[S_ENVIRONMENT] =
		"environment|env|stage|deployment_environment|metadata.environment|metadata.env",
	[S_TAG] = "tags|tag|request_tags|labels|label|metadata.tags",
	[S_USER] = "user|user_id|userId|username|user_name|user_email|email|end_user|customer|"
		   "customer_id|tenant|"
		   "tenant_id|metadata.user|metadata.user_id",
	[S_SESSION] = "session_id|sessionId|session|conversation_id|conversationId|thread_id|chat_"
		      "id|trace_id",
	[S_COST] = "cost_usd|cost|total_cost|total_cost_usd|costUSD|costUsd|spend|spend_usd|"
		   "response_cost|"
		   "amount_usd|estimated_cost|cost (usd)|cost ($)|usage.cost|usage.total_cost",
	[S_CURRENCY] = "currency|cost_currency|currency_code|billing_currency",
	[S_LATENCY_MS] = "latency_ms|duration_ms|latencyMs|durationMs|response_time_ms|elapsed_ms|"
			 "request_duration_ms|total_duration_ms|response_ms|processing_time_ms|"
			 "total_time_ms|"
			 "generation_time_ms|latency (ms)|duration (ms)",
	[S_LATENCY_S] =
		"latency_s|duration_s|latency_seconds|duration_seconds|elapsed_seconds|elapsed_s|"
		"response_time_s|latency_sec|duration_sec|response_time_seconds",
	[S_TTFT_MS] =
		"ttft_ms|time_to_first_token_ms|first_token_ms|ttftMs|timeToFirstTokenMs|ttfb_ms",
	[S_REQUESTS] =
		"requests|num_requests|request_count|calls|num_calls|call_count|api_requests|"
		"num_model_requests|n_requests",
	[S_TIER] = "tier|service_tier|serviceTier|processing_tier|model_tier|routing_tier|usage."
		   "service_tier",
	[S_PROVIDER] = "provider|custom_llm_provider|llm_provider|provider_name|providerName|"
		       "vendor|api_provider|"
		       "backend|platform|ai_org",
	[S_STATUS] = "status|status_code|statusCode|http_status|http_status_code|response_status|"
		     "response_status_code|outcome",
	[S_SUCCESS] = "success|is_success|isSuccess|succeeded|ok",
	[S_ERROR] = "error|error_message|error_type|error_code|errorCode|exception|err",
	[S_LOCAL] = "local|is_local|isLocal|on_prem|self_hosted|local_model",
	[S_MORE_INPUT] =
		"usage.inputTokens|usage.promptTokens|tokens.input|tokens.prompt|tokensIn|"
		"response.usage.input_tokens|response.usage.prompt_tokens|token_usage.prompt_"
		"tokens|"
		"input_token_count|prompt_token_count|n_prompt_tokens|in_tokens|request_tokens|"
		"usage.tokens_in|tokens in",
	[S_MORE_OUTPUT] =
		"usage.outputTokens|usage.completionTokens|tokens.output|tokens.completion|"
		"tokensOut|"
		"response.usage.output_tokens|response.usage.completion_tokens|"
		"token_usage.completion_tokens|output_token_count|completion_token_count|"
		"n_completion_tokens|out_tokens|response_tokens|usage.tokens_out|tokens out",
	[S_MORE_CACHE_READ] =
		"usage.cache_read_input_tokens|usage.cacheReadInputTokens|cacheReadInputTokens|"
		"cache_read|prompt_tokens_details.cached_tokens|input_tokens_details.cached_tokens|"
		"tokens.cached|tokens.cache_read|response.usage.cache_read_input_tokens|"
		"response.usage.prompt_tokens_details.cached_tokens",
	[S_ANTHROPIC] =
		"usage.cache_read_input_tokens|usage.cache_creation_input_tokens|"
		"response.usage.cache_read_input_tokens|response.usage.cache_creation_input_tokens",
	NULL,
};
