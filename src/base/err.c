/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
err_set(struct err *err, enum fault fault, const char *fmt, ...)
{
	if (!err)
		return false;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	err->fault = fault;
	return false;
}

bool
err_wrap(struct err *err, const char *fmt, ...)
{
	if (!err)
		return false;
	char rest[sizeof(err->text)];
	memcpy(rest, err->text, sizeof(rest));
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(err->text, sizeof(err->text) / 2, fmt, ap);
	va_end(ap);
	size_t used = n < 0                                ? 0
		      : (size_t)n >= sizeof(err->text) / 2 ? sizeof(err->text) / 2 - 1
							   : (size_t)n;
	size_t more = strnlen(rest, sizeof(rest) - used - 3);
	memcpy(err->text + used, ": ", 2);
	memcpy(err->text + used + 2, rest, more);
	err->text[used + 2 + more] = '\0';
	return false;
}

bool
err_add(struct err *err, const char *fmt, ...)
{
	if (!err)
		return false;
	size_t n = strlen(err->text);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text + n, sizeof(err->text) - n, fmt, ap);
	va_end(ap);
	return false;
}

const char *
err_errno(int number)
{
	const char *text = strerrordesc_np(number);
	return text ? text : "unknown error";
}

void
err_bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fprintf(stderr, "hllm: bug at %s:%d: ", file, line);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	abort();
}
