/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kinds - what hllm.conf may hold.  hllm.conf(5) has a paragraph for every kind. */
#include "config.h"

#include "conf/conf.h"

/* What the decision frameworks ask for; attributes.conf says what each means, a test keeps both the same. */
#define ATTRIBUTE_KEYS                                                                             \
 "type", "quality", "latency_tolerance_ms", "context_tokens", "context_p95_tokens",                \
	 "output_tokens", "calls_per_day", "monthly_cost", "total_monthly_cost", "tool_calling",   \
	 "reliability", "change_rate", "complexity", "reasoning_hops", "data_class", "compliance", \
	 "customer_facing", "current_knowledge", "batchable", "engineers", "ml_engineers", "local"

/* First what a record can be matched by. */
static const char *const workload_keys[] = { "task", "project", "key", "agent", "endpoint",
	"environment", "tag", "user", "model", "biller", "provider", "origin", "local_model",
	"quality_tested", ATTRIBUTE_KEYS, NULL };

static const char *const defaults_keys[] = { ATTRIBUTE_KEYS, NULL };

static const char *const parameter_keys[] = { "value", NULL };

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

static const char *const finding_keys[] = { "silence", "threshold", "days", "requests", "floor",
	NULL };

/* The inputs of a plan, in both spellings; a test keeps them and figure_kinds[] of econ the same. */
#define FIGURE_KEYS                                                                             \
 "api-monthly", "api_monthly", "api-staying", "api_staying", "commitment", "commitment-months", \
	 "commitment_months", "growth", "api-decline", "api_decline", "ramp", "fallback",       \
	 "overflow", "busy-hours", "busy_hours", "utilization", "capacity-hours",               \
	 "capacity_hours", "capex", "units", "spare", "setup-hours", "setup_hours", "monthly",  \
	 "rent", "busy-watts", "busy_watts", "idle-watts", "idle_watts", "pue", "electricity",  \
	 "upkeep", "engineer-hours", "engineer_hours", "engineer-rate", "engineer_rate",        \
	 "review-hours", "review_hours", "residual", "life", "horizon", "discount"

static const char *const assume_keys[] = { FIGURE_KEYS, NULL };

static const char *const plan_keys[] = { "hardware", "parts", "model", "quant", FIGURE_KEYS, NULL };

static const char *const budget_keys[] = { "month", "soft", "currency", "workload", "biller",
	NULL };

static const char *const limit_keys[] = { "workload", "measure", "above", "below", "days", NULL };

static const char *const check_keys[] = { "spike", "spike_floor", "fallback", "price_age",
	"data_age", "flips", "servers", NULL };

static const char *const settings_keys[] = { "ledger", "timezone", "currency", "period", "policy",
	NULL };

static const char *const prices_keys[] = { "url", "only", "ca_file", NULL };

static const char *const report_keys[] = { "gpu", "to", "from", NULL };

const struct conf_kind conf_kinds[] = {
	{ .name = "workload", .titled = true, .keys = workload_keys },
	{ .name = "defaults", .keys = defaults_keys },
	{ .name = "parameter", .titled = true, .keys = parameter_keys },
	{ .name = "mapping", .titled = true, .keys = mapping_keys },
	{ .name = "discount", .titled = true, .keys = discount_keys },
	{ .name = "subscription", .titled = true, .keys = subscription_keys },
	{ .name = "commitment", .titled = true, .keys = commitment_keys },
	{ .name = "rate", .titled = true, .repeated = true, .keys = rate_keys },
	{ .name = "finding", .titled = true, .keys = finding_keys },
	{ .name = "assume", .keys = assume_keys },
	{ .name = "plan", .titled = true, .keys = plan_keys },
	{ .name = "budget", .titled = true, .keys = budget_keys },
	{ .name = "limit", .titled = true, .keys = limit_keys },
	{ .name = "check", .keys = check_keys },
	{ .name = "prices", .keys = prices_keys },
	{ .name = "report", .keys = report_keys },
	{ .name = "settings", .keys = settings_keys },
	{ .name = NULL },
};
