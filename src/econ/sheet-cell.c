/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/sheet-cell.h"

#include "record/record.h"

/* ISO 4217, the codes of money in use. */
static const char currencies[] =
	"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN "
	"BWP "
	"BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
	"GBP "
	"GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
	"KHR "
	"KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
	"MWK "
	"MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
	"SAR "
	"SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
	"TZS "
	"UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG ";

/* Letters lowered, blanks, dashes and underscores as one '_'. */
static size_t
plain_word(struct slice cell, char *word, size_t size)
{
	size_t n = 0;
	for (size_t i = 0; i < cell.n && n + 1 < size; i++) {
		char c = cell.p[i];
		if (c == ' ' || c == '-' || c == '_')
			c = '_';
		if (c == '_' && n && word[n - 1] == '_')
			continue;
		word[n++] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
	}
	word[n] = '\0';
	return n;
}

const char *
sheet_row_kind(struct slice cell, enum row_kind *kind)
{
	static const struct {
		const char *name;
		enum row_kind kind;
	} others[] = { { "api", ROW_API_NOW }, { "before", ROW_API_NOW },
		{ "remaining", ROW_API_LEFT }, { "remaining_api", ROW_API_LEFT },
		{ "component", ROW_HARDWARE }, { "sum", ROW_TOTAL } };
	char word[32];
	plain_word(cell, word, sizeof(word));
	for (int i = 0; i < ROW_KINDS; i++)
		if (strcmp(row_kinds[i], word) == 0) {
			*kind = (enum row_kind)i;
			return NULL;
		}
	for (size_t i = 0; i < HL_COUNT(others); i++)
		if (strcmp(others[i].name, word) == 0) {
			*kind = others[i].kind;
			return NULL;
		}
	return "expected plan, api_now, api_left, local, hardware, total or price";
}

static const char per_expected[] =
	"expected month, day, year, once, request, 1000 requests, 1M tokens, 1M input tokens, "
	"1M output tokens, or words in place of tokens";

/* "1000", "1,000", "1K", "1M", "million": how many of what follows; 1 for nothing. */
static double
take_count(char **word)
{
	double count = 0;
	char *p = *word;
	for (; (*p >= '0' && *p <= '9') || *p == ','; p++)
		if (*p != ',')
			count = count * 10 + (*p - '0');
	while (*p == '_')
		p++;
	if (strncmp(p, "million_", 8) == 0 || strncmp(p, "m_", 2) == 0 ||
		strncmp(p, "mtok", 4) == 0) {
		count = (count > 0 ? count : 1) * 1e6;
		p = strncmp(p, "mtok", 4) == 0 ? p + 1 : strchr(p, '_');
	} else if (strncmp(p, "k_", 2) == 0) {
		count = (count > 0 ? count : 1) * 1e3;
		p++;
	}
	while (*p == '_')
		p++;
	*word = p;
	return count > 0 ? count : 1;
}

const char *
sheet_per(struct slice cell, struct per *per)
{
	static const struct {
		const char *name;
		struct per per;
	} names[] = {
		{ "month", { .what = PER_MONTH } },
		{ "day", { .what = PER_DAY } },
		{ "year", { .what = PER_YEAR } },
		{ "once", { .what = PER_ONCE } },
		{ "request", { .what = PER_REQUESTS } },
		{ "call", { .what = PER_REQUESTS } },
		{ "task", { .what = PER_REQUESTS } },
		{ "token", { .what = PER_TOKENS } },
		{ "tok", { .what = PER_TOKENS } },
		{ "input_token", { .what = PER_TOKENS, .side = SIDE_INPUT } },
		{ "output_token", { .what = PER_TOKENS, .side = SIDE_OUTPUT } },
		{ "word", { .what = PER_TOKENS, .words = true } },
		{ "input_word", { .what = PER_TOKENS, .side = SIDE_INPUT, .words = true } },
		{ "output_word", { .what = PER_TOKENS, .side = SIDE_OUTPUT, .words = true } },
	};
	char text[48] = "", *word = text;
	size_t n = plain_word(cell, text, sizeof(text));
	if (n && text[n - 1] == 's')
		text[n - 1] = '\0';
	double count = take_count(&word);
	for (size_t i = 0; i < HL_COUNT(names); i++)
		if (strcmp(names[i].name, word) == 0) {
			*per = names[i].per;
			per->count = count;
			return count == 1 || per->what >= PER_REQUESTS ? NULL : per_expected;
		}
	return per_expected;
}

const char *
sheet_currency(struct slice cell)
{
	bool code = cell.n == 3;
	for (size_t i = 0; i < cell.n; i++)
		code = code && cell.p[i] >= 'A' && cell.p[i] <= 'Z';
	if (code)
		for (size_t i = 0; i + 3 < sizeof(currencies); i += 4)
			if (memcmp(currencies + i, cell.p, 3) == 0)
				return NULL;
	return "not a currency, expected an ISO 4217 code such as USD or EUR";
}

const char *
sheet_tier(struct slice cell)
{
	return tier_parse(cell) != TIER_UNKNOWN ? NULL
						: "expected standard, batch, flex or priority";
}
