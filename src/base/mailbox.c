/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/mailbox.h"

#include <arpa/inet.h>
#include <sys/socket.h>

/* RFC 5321, 4.5.3.1, and RFC 1035; a name is as long as somebody may want it. */
enum { LOCAL_MOST = 64, DOMAIN_MOST = 253, LABEL_MOST = 63, NAME_MOST = 200 };

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* atext of RFC 5322, 3.2.3. */
static bool
is_atom(char c)
{
	return is_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool
is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return false;
	return true;
}

static bool
wrong(struct err *err, const char *what)
{
	return err_set(err, FAULT_USAGE, "%s", what);
}

/* ---- the address ---- */

static bool
check_domain(struct slice domain, struct err *err)
{
	struct slice rest = domain, label;
	bool good = domain.n > 0 && domain.n <= DOMAIN_MOST && domain.p[domain.n - 1] != '.';
	if (!is_ascii(domain))
		return wrong(err,
			"the domain has letters that mail cannot carry, expected its other "
			"spelling, which begins with xn--");
	while (good && slice_cut(&rest, '.', &label)) {
		good = label.n > 0 && label.n <= LABEL_MOST && label.p[0] != '-' &&
		       label.p[label.n - 1] != '-';
		for (size_t i = 0; i < label.n && good; i++)
			good = is_alnum(label.p[i]) || label.p[i] == '-';
	}
	return good || wrong(err, "what is behind the @ is no domain, expected one such as "
				  "example.com");
}

/* "[192.0.2.1]", "[IPv6:2001:db8::1]" */
static bool
check_literal(struct slice literal, struct err *err)
{
	unsigned char number[16];
	char text[64] = "";
	bool closed = literal.n > 2 && literal.n < sizeof(text) && literal.p[literal.n - 1] == ']';
	if (closed)
		memcpy(text, literal.p + 1, literal.n - 2);
	bool six = slice_same_nocase(text, "IPv6:", 5);
	bool good =
		closed && inet_pton(six ? AF_INET6 : AF_INET, six ? text + 5 : text, number) == 1;
	return good || wrong(err, "what is behind the @ is no internet address, expected one such "
				  "as [192.0.2.1]");
}

/* Where the local part ends; 0: it is none. */
static size_t
end_of_local(struct slice text)
{
	size_t n = 0;
	if (text.n && text.p[0] == '"') {
		for (n = 1; n < text.n && text.p[n] != '"'; n++)
			n += text.p[n] == '\\';
		return n < text.n ? n + 1 : 0;
	}
	while (n < text.n && (is_atom(text.p[n]) || text.p[n] == '.'))
		n++;
	struct slice local = { text.p, n };
	bool dots =
		n && (local.p[0] == '.' || local.p[n - 1] == '.' || slice_find(local, "..") >= 0);
	return dots ? 0 : n;
}

static bool
check_local(struct slice local, struct slice rest, struct err *err)
{
	if (!is_ascii(local) || (rest.n && !is_ascii((struct slice){ rest.p, 1 })))
		return wrong(err,
			"before the @ are letters outside ASCII, which not every mailer can "
			"carry, expected an address without them");
	if (rest.n && strchr(",;", rest.p[0]))
		return wrong(err, "more than one address, or a name with a comma and no quotes; "
				  "expected one address, give each by itself");
	if (local.n > LOCAL_MOST)
		return err_set(err, FAULT_USAGE,
			"before the @ are %zu characters, expected at most %d", local.n,
			LOCAL_MOST);
	if (!local.n || !rest.n || rest.p[0] != '@')
		return wrong(err, "no mail address, expected one such as finance@example.com, or "
				  "root@localhost on this machine");
	return true;
}

static bool
parse_address(struct slice text, struct mailbox *out, struct err *err)
{
	size_t n = end_of_local(text);
	struct slice local = { text.p, n }, rest = { text.p + n, text.n - n };
	if (!check_local(local, rest, err))
		return false;
	out->address = text;
	out->domain = (struct slice){ rest.p + 1, rest.n - 1 };
	for (size_t i = 0; i < out->domain.n; i++)
		if (strchr(",; <", out->domain.p[i]))
			return wrong(
				err, "more than one address, expected one; give each by itself");
	return out->domain.n && out->domain.p[0] == '[' ? check_literal(out->domain, err)
							: check_domain(out->domain, err);
}

/* ---- the name before it ---- */

/* Takes a name in quotes off 'rest'; false: they are not closed. */
static bool
take_quoted(struct arena *arena, struct slice *rest, struct slice *name)
{
	struct str text = STR_INIT;
	size_t n = 1;
	for (; n < rest->n && rest->p[n] != '"'; n++) {
		n += rest->p[n] == '\\' && n + 1 < rest->n;
		str_putc(&text, rest->p[n]);
	}
	bool closed = n < rest->n;
	*name = slice_copy(arena, str_as_slice(&text));
	str_free(&text);
	if (closed)
		*rest = slice_trim((struct slice){ rest->p + n + 1, rest->n - n - 1 });
	return closed;
}

/* A name without quotes, of atoms, blanks, points and letters of any script. */
static bool
is_plain_name(struct slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_atom(name.p[i]) && !strchr(" .", name.p[i]) &&
			(unsigned char)name.p[i] < 0x80)
			return false;
	return true;
}

/* Cuts the name off 'rest', which then is <local@domain>. */
static bool
take_name(struct arena *arena, struct slice *rest, struct mailbox *out, struct err *err)
{
	ptrdiff_t at = slice_find(*rest, "<");
	if (rest->n && rest->p[0] == '"')
		return take_quoted(arena, rest, &out->name) ||
		       wrong(err, "a quote is opened and not closed");
	if (at < 0)
		return wrong(
			err, "a > without a <, expected an address such as finance@example.com");
	out->name = slice_trim((struct slice){ rest->p, (size_t)at });
	*rest = (struct slice){ rest->p + at, rest->n - (size_t)at };
	return is_plain_name(out->name) ||
	       wrong(err, "more than one address, or a name that needs quotes around it, expected "
			  "one such as \"Doe, Jane\" <jane@example.com>");
}

static bool
check_bytes(struct slice text, struct err *err)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7F)
			return wrong(err, "a line break or another control character, expected one "
					  "address in one line");
	return slice_is_utf8(text) || wrong(err, "no UTF-8");
}

bool
mailbox_parse(struct arena *arena, struct slice text, struct mailbox *out, struct err *err)
{
	struct slice rest = slice_trim(text);
	*out = (struct mailbox){ .name = SLICE_NONE };
	if (!check_bytes(text, err))
		return false;
	rest = slice_copy(arena, rest);
	if (!rest.n || rest.p[rest.n - 1] != '>')
		return parse_address(rest, out, err);
	if (!take_name(arena, &rest, out, err))
		return false;
	if (out->name.n > NAME_MOST)
		return err_set(err, FAULT_USAGE, "a name of %zu bytes, expected at most %d",
			out->name.n, NAME_MOST);
	if (rest.n < 2 || rest.p[0] != '<')
		return wrong(err, "no mail address, expected one such as \"Doe, Jane\" "
				  "<jane@example.com>");
	return parse_address((struct slice){ rest.p + 1, rest.n - 2 }, out, err);
}
