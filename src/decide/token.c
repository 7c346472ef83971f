/* SPDX-License-Identifier: GPL-3.0-or-later */
/* token - the text of a condition cut into names, numbers, words and signs. */
#include "config.h"

#include "decide/tree.h"

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* All that could belong to a number or a name, so that "10k" and "1..2" are one wrong token. */
static size_t
run_of(struct slice text, size_t at)
{
	size_t end = at;
	while (end < text.n &&
		(is_letter(text.p[end]) || is_digit(text.p[end]) || text.p[end] == '.'))
		end++;
	return end - at;
}

static bool
take_string(struct slice text, size_t *at, struct token *out, struct err *err)
{
	size_t end = *at + 1;
	while (end < text.n && text.p[end] != '\'')
		end++;
	if (end == text.n)
		return err_set(err, FAULT_INPUT, "the quote before \"" SLICE_FMT "\" is not closed",
			SLICE_ARG(((struct slice){ text.p + *at + 1, end - *at - 1 })));
	*out = (struct token){ TOKEN_STRING, { text.p + *at + 1, end - *at - 1 } };
	*at = end + 1;
	if (*at < text.n && text.p[*at] == '\'')
		return err_set(err, FAULT_INPUT, "a quote inside of a word; no attribute has one");
	return true;
}

static bool
take_sign(struct slice text, size_t *at, struct token *out, struct err *err)
{
	static const char *const signs[] = { "<=", ">=", "<>", "!=", "==", "<", ">", "=", "(", ")",
		",", "+", "-", "*" };
	struct slice rest = { text.p + *at, text.n - *at };
	if (slice_starts(rest, "--") || slice_starts(rest, "/*"))
		return err_set(err, FAULT_INPUT,
			"a comment inside of a condition, expected it outside of the quotes");
	for (size_t i = 0; i < HL_COUNT(signs); i++)
		if (slice_starts(rest, signs[i])) {
			*out = (struct token){ TOKEN_SIGN, { rest.p, strlen(signs[i]) } };
			*at += strlen(signs[i]);
			return true;
		}
	if (slice_starts(rest, "${"))
		return err_set(err, FAULT_INPUT,
			"\"${\": nothing is expanded here; give the policy a parameter and write "
			"its name");
	if (rest.p[0] == '"')
		return err_set(err, FAULT_INPUT,
			"a double quote; a word stands in single quotes, as in quality = "
			"'standard'");
	if (rest.p[0] == '/' || rest.p[0] == '%')
		return err_set(err, FAULT_INPUT,
			"\"%c\": there is no division, which by 0 would be unknown; multiply the "
			"other side",
			rest.p[0]);
	return err_set(err, FAULT_INPUT,
		"\"" SLICE_FMT "\" is no part of a condition, expected attributes, numbers, "
		"'words' and comparisons",
		SLICE_ARG(((struct slice){ rest.p, rest.n < 8 ? rest.n : 8 })));
}

bool
token_next(struct slice text, size_t *at, struct token *out, struct err *err)
{
	while (*at < text.n && memchr(" \t\r\n", text.p[*at], 4))
		(*at)++;
	*out = (struct token){ TOKEN_END, { text.p + *at, 0 } };
	if (*at == text.n)
		return true;
	char c = text.p[*at];
	if (c == '\'')
		return take_string(text, at, out, err);
	if (!is_letter(c) && !is_digit(c) && c != '.')
		return take_sign(text, at, out, err);
	size_t n = run_of(text, *at);
	/* 1e-3 */
	if (!is_letter(c) && (text.p[*at + n - 1] == 'e' || text.p[*at + n - 1] == 'E') &&
		*at + n + 1 < text.n && memchr("+-", text.p[*at + n], 2) &&
		is_digit(text.p[*at + n + 1]))
		n += 1 + run_of(text, *at + n + 1);
	*out = (struct token){ is_letter(c) ? TOKEN_NAME : TOKEN_NUMBER, { text.p + *at, n } };
	*at += n;
	return true;
}

bool
token_is_word(const struct token *token, const char *word)
{
	return token->kind == TOKEN_NAME && slice_is_nocase(token->text, word);
}
