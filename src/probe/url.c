/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include "probe/exchange.h"
#include "probe/http.h"

struct origin {
	char scheme[8];
	char host[256]; /* lower case; an IPv6 address in brackets */
	char port[8];
	bool has_user;
};

static bool
take_part(CURLU *url, CURLUPart part, char *out, size_t size)
{
	char *text = NULL;
	bool fits = curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		    strlen(text) < size && *text;
	if (fits)
		memcpy(out, text, strlen(text) + 1);
	curl_free(text);
	return fits;
}

static bool
take_origin(const char *text, struct origin *origin)
{
	CURLU *url = curl_url();
	*origin = (struct origin){ .has_user = false };
	bool good = text && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
		    take_part(url, CURLUPART_SCHEME, origin->scheme, sizeof(origin->scheme)) &&
		    take_part(url, CURLUPART_HOST, origin->host, sizeof(origin->host)) &&
		    take_part(url, CURLUPART_PORT, origin->port, sizeof(origin->port)) &&
		    (strcmp(origin->scheme, "http") == 0 || strcmp(origin->scheme, "https") == 0);
	char *part = NULL;
	origin->has_user =
		good && (curl_url_get(url, CURLUPART_USER, &part, 0) == CURLUE_OK ||
				curl_url_get(url, CURLUPART_PASSWORD, &part, 0) == CURLUE_OK);
	curl_free(part);
	curl_url_cleanup(url);
	return good;
}

bool
exchange_url_is_good(const char *url)
{
	struct origin origin;
	return take_origin(url, &origin) && !origin.has_user;
}

bool
http_host(const char *url, char host[HTTP_HOST])
{
	struct origin origin;
	if (!take_origin(url, &origin))
		return false;
	snprintf(host, HTTP_HOST, "%s:%s", origin.host, origin.port);
	return true;
}

bool
http_same_origin(const char *a, const char *b)
{
	struct origin one, other;
	return take_origin(a, &one) && take_origin(b, &other) &&
	       strcmp(one.scheme, other.scheme) == 0 && strcasecmp(one.host, other.host) == 0 &&
	       strcmp(one.port, other.port) == 0;
}

bool
http_is_loopback(const char *url)
{
	struct origin origin;
	struct in_addr four;
	struct in6_addr six;
	if (!take_origin(url, &origin))
		return false;
	if (strcasecmp(origin.host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, origin.host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127 || four.s_addr == 0;
	size_t n = strlen(origin.host);
	if (n < 2 || origin.host[0] != '[' || origin.host[n - 1] != ']')
		return false;
	origin.host[n - 1] = '\0';
	return inet_pton(AF_INET6, origin.host + 1, &six) == 1 &&
	       (IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_UNSPECIFIED(&six));
}
