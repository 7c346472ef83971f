/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/ask.h"

#include <inttypes.h>

const char *
ask_path(enum ask_dialect dialect)
{
	return dialect == ASK_OLLAMA ? "/api/chat" : "/v1/chat/completions";
}

enum sse_kind
ask_kind(enum ask_dialect dialect)
{
	return dialect == ASK_OLLAMA ? SSE_LINES : SSE_EVENTS;
}

static void
add_text(struct str *out, struct slice text)
{
	str_putc(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c == '"' || c == '\\')
			str_putc(out, '\\');
		if (c < ' ')
			str_printf(out, "\\u%04x", c);
		else
			str_putc(out, (char)c);
	}
	str_putc(out, '"');
}

void
ask_body(const struct ask *ask, struct str *out)
{
	str_puts(out, "{\"model\":");
	add_text(out, slice_of(ask->model));
	str_puts(out, ",\"messages\":[{\"role\":\"user\",\"content\":");
	add_text(out, ask->prompt);
	str_puts(out, "}],\"stream\":true");
	if (ask->dialect == ASK_OLLAMA) {
		str_printf(out, ",\"options\":{\"num_predict\":%" PRId64 ",\"temperature\":0}}",
			ask->output);
		return;
	}
	str_printf(out,
		",\"max_tokens\":%" PRId64 ",\"temperature\":0,"
		"\"stream_options\":{\"include_usage\":true}",
		ask->output);
	if (ask->dialect == ASK_LLAMACPP)
		str_puts(out, ",\"cache_prompt\":false");
	if (ask->dialect == ASK_LLAMACPP || ask->dialect == ASK_VLLM)
		str_puts(out, ",\"ignore_eos\":true");
	str_putc(out, '}');
}
