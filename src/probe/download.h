/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * download - one document from an https address, whole or not at all.
 *
 * Redirects are followed, a few of them, as long as they stay on https; the certificate has to be good;
 * nothing is sent but the request itself: no key, no cookie, no name or password, whatever .netrc says.
 * A proxy that the environment names (https_proxy, ALL_PROXY, no_proxy) is used, since
 * the address is meant to be on the Internet.
 */
#ifndef HLLM_PROBE_DOWNLOAD_H
#define HLLM_PROBE_DOWNLOAD_H

#include "probe/http.h"

struct download_options {
	const char
		*ca_file; /* certificates to trust in place of the system's; NULL: the system's */
	size_t most;      /* bytes, unpacked where it comes gzipped */
	int64_t connect_ms, stall_ms, timeout_ms; /* the last one for all of it, redirects too */
	int redirects;                            /* at most */
};

/* Is it an address and no file: "https://…", "http://…", "ftp://…"? */
bool download_is_address(const char *text);
/* Fills 'body'.  False: err says host and cause, and 'body' is empty. */
bool download(const char *url, const struct download_options *options, struct str *body,
	struct err *err) hl_must_check;

#endif
