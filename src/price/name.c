/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/name.h"

#include "price/provider.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct slice
after(struct slice text, size_t n)
{
	return (struct slice){ text.p + n, text.n - n };
}

/* Amazon's geographic profiles, and the vendor words of its ids. */
static const char *const profiles[] = { "us.", "eu.", "apac.", "au.", "jp.", "ca.", "us-gov.",
	"global." };
static const char *const vendors[] = { "anthropic.", "amazon.", "meta.", "mistral.", "cohere.",
	"deepseek.", "ai21.", "openai.", "qwen.", "writer.", "moonshot.", "google.", "minimax.",
	"nvidia.", "zai." };

static size_t
starts_with_any(struct slice text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(words[i]);
		if (text.n > len && slice_is_nocase((struct slice){ text.p, len }, words[i]))
			return len;
	}
	return 0;
}

static bool
strip_dotted(struct slice *name, struct name_place *place)
{
	size_t profile = starts_with_any(*name, profiles, HL_COUNT(profiles));
	if (profile && starts_with_any(after(*name, profile), vendors, HL_COUNT(vendors))) {
		place->region = (struct slice){ name->p, profile - 1 };
		place->platform = "bedrock";
		*name = after(*name, profile);
		return true;
	}
	size_t vendor = starts_with_any(*name, vendors, HL_COUNT(vendors));
	if (!vendor)
		return false;
	if (!place->platform)
		place->platform = "bedrock";
	*name = after(*name, vendor);
	return true;
}

/* arn:aws:bedrock:REGION:ACCOUNT:inference-profile/ID or …:foundation-model/ID; others hide the model. */
static bool
strip_arn(struct slice *name, struct name_place *place)
{
	struct slice rest = *name, part[5], resource;
	for (int i = 0; i < 5; i++)
		if (!slice_cut(&rest, ':', &part[i]) || !rest.p)
			return false;
	if (!slice_is(part[2], "bedrock") || !slice_cut(&rest, '/', &resource) || !rest.n)
		return false;
	if (!slice_is(resource, "inference-profile") && !slice_is(resource, "foundation-model"))
		return false;
	place->platform = "bedrock";
	place->region = part[3];
	*name = rest;
	return true;
}

/* "us", "eu", "global", "us-east-1", "europe-west4" behind a platform's name. */
static bool
is_region(struct slice text)
{
	if (slice_is(text, "us") || slice_is(text, "eu") || slice_is(text, "global") ||
		slice_is(text, "global-standard"))
		return true;
	bool dash = false, digit = false;
	for (size_t i = 0; i < text.n; i++) {
		dash |= text.p[i] == '-';
		digit |= is_digit(text.p[i]);
		if (!is_digit(text.p[i]) && text.p[i] != '-' &&
			(text.p[i] < 'a' || text.p[i] > 'z'))
			return false;
	}
	return dash && digit && text.n <= 20 && !is_digit(text.p[0]) &&
	       is_digit(text.p[text.n - 1]);
}

static bool
strip_path(struct slice *name, struct name_place *place)
{
	struct slice rest = *name, first;
	const char *known;
	if (!slice_cut(&rest, '/', &first) || !rest.n)
		return false;
	if (slice_is(first, "publishers")) {
		struct slice maker, models;
		if (!slice_cut(&rest, '/', &maker) || !slice_cut(&rest, '/', &models) ||
			!slice_is(models, "models") || !rest.n)
			return false;
	} else if (!slice_is(first, "models")) {
		switch (provider_kind(first, &known)) {
		case SELLER_MAKER:
		case SELLER_HOST:
			place->seller = known;
			break;
		case SELLER_PLATFORM:
		case SELLER_GATEWAY:
			place->platform = known;
			break;
		case SELLER_LOCAL:
			place->local = true;
			break;
		case SELLER_UNKNOWN:
			if (!place->platform || !is_region(first))
				return false;
			place->region =
				slice_is(first, "global-standard") ? SLICE("global") : first;
			break;
		}
	}
	*name = rest;
	return true;
}

bool
name_strip(struct slice *name, struct name_place *place)
{
	if (slice_starts(*name, "arn:"))
		return strip_arn(name, place);
	return strip_path(name, place) || strip_dotted(name, place);
}

/* Does 'text' look like the pattern, where '0' stands for any digit? */
static bool
looks_like(struct slice text, const char *pattern)
{
	if (text.n != strlen(pattern))
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (pattern[i] == '0' ? !is_digit(text.p[i]) : text.p[i] != pattern[i])
			return false;
	return true;
}

static int
two_digits(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static bool
is_month_day(const char *month, const char *day)
{
	int m = two_digits(month), d = two_digits(day);
	return m >= 1 && m <= 12 && d >= 1 && d <= 31;
}

/* The length of a date at the end, its mark included. */
static size_t
date_suffix(struct slice name)
{
	static const struct {
		const char *pattern;
		size_t year, month, day; /* where they stand; year 0: none */
	} forms[] = {
		{ "-0000-00-00", 1, 6, 9 },
		{ "@0000-00-00", 1, 6, 9 },
		{ "-00000000", 1, 5, 7 },
		{ "@00000000", 1, 5, 7 },
		{ "-0000", 0, 1, 3 },
	};
	for (size_t i = 0; i < HL_COUNT(forms); i++) {
		size_t n = strlen(forms[i].pattern);
		if (name.n <= n)
			continue;
		struct slice end = after(name, name.n - n);
		if (looks_like(end, forms[i].pattern) &&
			(!forms[i].year || two_digits(end.p + forms[i].year) == 20) &&
			is_month_day(end.p + forms[i].month, end.p + forms[i].day))
			return n;
	}
	return 0;
}

/* ":0", and "-v2:0" before it. */
static size_t
version_suffix(struct slice name)
{
	size_t i = name.n;
	while (i > 0 && is_digit(name.p[i - 1]))
		i--;
	if (i == name.n || i < 2 || name.p[i - 1] != ':')
		return 0;
	size_t colon = i - 1;
	for (i = colon; i > 0 && is_digit(name.p[i - 1]);)
		i--;
	if (i < colon && i > 2 && name.p[i - 1] == 'v' && name.p[i - 2] == '-')
		return name.n - (i - 2);
	return name.n - colon;
}

bool
name_drop(struct slice *name)
{
	size_t n = date_suffix(*name);
	if (!n)
		n = version_suffix(*name);
	name->n -= n;
	return n > 0;
}

enum name_variant
name_take_variant(struct slice *name, enum tier *tier)
{
	static const struct {
		const char *suffix;
		enum tier tier;
	} variants[] = {
		{ ":free", TIER_UNKNOWN },
		{ ":batch", TIER_BATCH },
		{ ":flex", TIER_FLEX },
		{ ":priority", TIER_PRIORITY },
	};
	for (size_t i = 0; i < HL_COUNT(variants); i++) {
		size_t n = strlen(variants[i].suffix);
		if (name->n <= n || !slice_is_nocase(after(*name, name->n - n), variants[i].suffix))
			continue;
		name->n -= n;
		*tier = variants[i].tier;
		return *tier == TIER_UNKNOWN ? VARIANT_FREE : VARIANT_TIER;
	}
	return VARIANT_NONE;
}
