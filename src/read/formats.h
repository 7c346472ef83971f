/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formats - the readers of providers' exports, cloud bills, tables and benchmarks. */
#ifndef HLLM_READ_FORMATS_H
#define HLLM_READ_FORMATS_H

#include "read/reader.h"

extern const struct reader reader_openai_usage;
extern const struct reader reader_openai_costs;
extern const struct reader reader_anthropic_console_tokens;
extern const struct reader reader_anthropic_console_cost;
extern const struct reader reader_anthropic_usage_api;
extern const struct reader reader_anthropic_cost_api;
extern const struct reader reader_openrouter_activity;
extern const struct reader reader_openrouter_activity_api;
extern const struct reader reader_openrouter_generation;
extern const struct reader reader_openrouter_credits;
extern const struct reader reader_litellm_ui_usage;
extern const struct reader reader_cursor_usage;
extern const struct reader reader_aws_cur;
extern const struct reader reader_azure_cost;
extern const struct reader reader_gcp_billing_export;
extern const struct reader reader_gcp_cost_table;
extern const struct reader reader_focus;
extern const struct reader reader_focus_own;
extern const struct reader reader_deepseek_amount;
extern const struct reader reader_deepseek_cost;
extern const struct reader reader_vllm_bench;
extern const struct reader reader_llama_bench;
extern const struct reader reader_workload_table;

#endif
