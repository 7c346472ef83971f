/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formats-logs - the readers of gateways, observability tools, agents, raw answers and logs. */
#ifndef HLLM_READ_FORMATS_LOGS_H
#define HLLM_READ_FORMATS_LOGS_H

#include "read/reader.h"

extern const struct reader reader_litellm_spendlogs;
extern const struct reader reader_litellm_logging;
extern const struct reader reader_langfuse;
extern const struct reader reader_helicone;
extern const struct reader reader_portkey;
extern const struct reader reader_otel;
extern const struct reader reader_claude_code;
extern const struct reader reader_claude_code_result;
extern const struct reader reader_codex;
extern const struct reader reader_codex_exec;
extern const struct reader reader_gemini_cli;
extern const struct reader reader_gemini_generate;
extern const struct reader reader_bedrock_log;
extern const struct reader reader_openai_batch;
extern const struct reader reader_openai_response;
extern const struct reader reader_openai_chat;
extern const struct reader reader_anthropic_message;
extern const struct reader reader_ollama;
extern const struct reader reader_llamacpp;

/* Any file with usable columns or keys under common names: the last in the order of detection. */
extern const struct reader reader_request_log;
/* What each of its slots means ("model", "input", …), by number, for --map; NULL-terminated. */
extern const char *const request_log_meanings[];

#endif
