/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe - the answers of `hllm probe`: one probe, the list of them, two side by side, the servers found.
 */
#ifndef HLLM_REPORT_PROBE_H
#define HLLM_REPORT_PROBE_H

#include "probe/known.h"
#include "probe/server.h"
#include "report/answer.h"
#include "report/chart.h"

/* One probe: what it is of, each run, warnings, power with the price of electricity (USD a kWh), and whether
 * plans use it. */
void probe_report(struct answer *answer, const struct probe *probe, const struct probe_known *known,
	struct estimate price_per_kwh);
/* The first line of that, and its table of power. */
void probe_headline(struct answer *answer, const struct probe *probe);
void probe_power(struct answer *answer, const struct probe *probe, struct estimate price_per_kwh);
/* The table of those before 'end' (ns), the newest first. */
struct table *probes_table(
	struct answer *answer, const char *title, const struct probes *probes, int64_t end);
/* All of the ledger, the newest first. */
void probes_report(struct answer *answer, const struct probes *probes);
/* What changed from the first to the second, for each number of requests at once that both have. */
void probes_compare(struct answer *answer, const struct probe *from, const struct probe *to);
/* What was found on this machine, or stands at a URL. */
void servers_report(struct answer *answer, const struct servers *servers);
/* It answered a request, and how long that took. */
void health_report(struct answer *answer, const struct server *server, double ms);

/* Tokens a second of all requests, or ms to the first token, against requests at once.  False: fewer than
 * two runs have it. */
bool probe_chart_rate(const struct probe *probe, struct chart *chart);
bool probe_chart_ttft(const struct probe *probe, struct chart *chart);

/* "qwen3-32b-q4_k_m.gguf in Q4_K_M on NVIDIA GeForce RTX 4090" */
void probe_subject(struct str *out, const struct probe *probe);
/* "llama.cpp b9910" */
void probe_server(struct str *out, const struct probe *probe);
/* The run of one request at a time with a decode speed; NULL: none. */
const struct probe_run *probe_alone(const struct probe *probe);
/* The middle of a figure: the median, else the mean; NAN: none. */
double probe_middle(const struct probe_figure *figure);
/* Output tokens/s of all requests of a run: as measured, else from the speed of one; NAN. */
double probe_rate(const struct probe_run *run);

#endif
