/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kinds - what hllm.conf may hold.  hllm.conf(5) has a paragraph for every kind. */
#include "config.h"

#include "conf/conf.h"

/* First what a record can be matched by, then what the decision frameworks ask for. */
static const char *const workload_keys[] = { "task", "project", "key", "agent", "endpoint",
	"environment", "tag", "user", "model", "biller", "provider", "origin", "type", "quality",
	"latency_tolerance_ms", "context", "data_class", "compliance", "tools", "reliability",
	"change_rate", "team", NULL };

/* The meanings of the generic request log; a test keeps the two the same. */
static const char *const mapping_keys[] = { "model", "request_model", "input", "output",
	"cache_read", "cache_write", "cache_write_1h", "reasoning", "total", "time", "id", "task",
	"project", "key", "agent", "endpoint", "environment", "tag", "user", "session", "cost",
	"currency", "latency_ms", "latency_s", "ttft_ms", "requests", "tier", "provider", "status",
	"success", "error", "local", NULL };

static const char *const discount_keys[] = { "biller", "model", "tier", "from", "to", "percent",
	NULL };

static const char *const subscription_keys[] = { "biller", "provider", "origin", "model", "task",
	"project", "key", "agent", "endpoint", "environment", "tag", "monthly", "currency", "from",
	"to", NULL };

static const char *const commitment_keys[] = { "biller", "model", "monthly", "currency", "from",
	"to", NULL };

static const char *const rate_keys[] = { "date", "value", "source", NULL };

static const char *const settings_keys[] = { "ledger", "timezone", "currency", "period", NULL };

const struct conf_kind conf_kinds[] = {
	{ .name = "workload", .titled = true, .keys = workload_keys },
	{ .name = "mapping", .titled = true, .keys = mapping_keys },
	{ .name = "discount", .titled = true, .keys = discount_keys },
	{ .name = "subscription", .titled = true, .keys = subscription_keys },
	{ .name = "commitment", .titled = true, .keys = commitment_keys },
	{ .name = "rate", .titled = true, .repeated = true, .keys = rate_keys },
	{ .name = "settings", .keys = settings_keys },
	{ .name = NULL },
};
