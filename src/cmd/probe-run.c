/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `hllm probe` measures a server. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "cmd/output.h"
#include "cmd/probe.h"
#include "cmd/study.h"
#include "probe/match.h"
#include "probe/outcome.h"
#include "probe/talk.h"
#include "work/sizes.h"

enum {
	PROMPT_TOKENS = 512,
	OUTPUT_TOKENS = 128,
	LENGTH_MOST = 1 << 20,
	BUDGET_SECONDS = 120,
	RUNS_EXPECTED = 6, /* where nobody lists them: each may take so much of the time */
	STALL_MS = 30000,  /* between two pieces of an answer */
	BUDGET_MOST = 86400,
	LOOK_MS = 400,
	IDLE_MS = 4000, /* of which the first 1.5 s do not count: clocks and fans slow down */
};

/* Ctrl-C.  A handler can reach nothing that is not global. */
static volatile sig_atomic_t stopped;

static void
on_signal(int number)
{
	(void)number;
	stopped = 1;
}

/* The second Ctrl-C ends the program as it always would. */
static void
listen_to_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* All of a measurement. */
struct measuring {
	struct app *app;
	const struct probe_options *options;
	const struct server *server;
	int list[SWEEP_POINTS];
	struct length_pool pool; /* of --workload */
	char *workload;          /* its name as the ledger has it; NULL: none */
	struct measure_options how;
	struct power_options power;
	struct power_watch *watch;
	struct machine machine;
	struct gpus gpus;
	bool remote;
	bool shown; /* there is a line of progress on the screen */
};

/* ---- options ---- */

static bool
is_listed(const struct measuring *m, int n)
{
	for (size_t i = 0; i < m->how.list_n; i++)
		if (m->list[i] == n)
			return true;
	return false;
}

static bool
parse_list(struct measuring *m, const char *text, struct err *err)
{
	struct slice rest = slice_of(text), part;
	int64_t n;
	if (!text || strcmp(text, "auto") == 0)
		return true;
	while (slice_cut(&rest, ',', &part)) {
		if (num_int(part, &n) != NUM_OK || n < 1 || n > SWEEP_CONCURRENCY_MOST ||
			m->how.list_n == SWEEP_POINTS)
			return err_set(err, FAULT_USAGE,
				"--concurrency %.100s: expected auto, or up to %d numbers from 1 "
				"to %d "
				"such as 1,2,4,8",
				text, (int)SWEEP_POINTS, (int)SWEEP_CONCURRENCY_MOST);
		if (!is_listed(m, (int)n))
			m->list[m->how.list_n++] = (int)n;
		else if (m->server) /* not of the check before there is one */
			app_say(m->app, "--concurrency %.100s: %lld is there twice, measured once",
				text, (long long)n);
	}
	m->how.list = m->list;
	return m->how.list_n > 0 || err_set(err, FAULT_USAGE,
					    "--concurrency: empty, expected auto or numbers such "
					    "as 1,2,4,8");
}

/* "60", "60s", "2m" */
static bool
parse_budget(const char *text, int64_t *ms, struct err *err)
{
	struct slice number = slice_of(text ? text : "");
	int64_t seconds, unit = 1;
	*ms = (int64_t)BUDGET_SECONDS * 1000;
	if (!text)
		return true;
	if (slice_ends(number, "m"))
		unit = 60;
	if (slice_ends(number, "m") || slice_ends(number, "s"))
		number.n--;
	if (num_int(number, &seconds) != NUM_OK || seconds < 1 || seconds > BUDGET_MOST / unit)
		return err_set(err, FAULT_USAGE,
			"--budget %.100s: expected a time such as 60s or 2m, at most a day", text);
	*ms = seconds * unit * 1000;
	return true;
}

static bool
check_lengths(const struct probe_options *o, struct err *err)
{
	const struct {
		const char *name;
		int64_t value;
		bool given;
	} lengths[] = { { "--prompt-tokens", o->prompt_tokens, o->prompt_given },
		{ "--output-tokens", o->output_tokens, o->output_given } };
	for (size_t i = 0; i < HL_COUNT(lengths); i++) {
		if (lengths[i].given && o->workload)
			return err_set(err, FAULT_USAGE,
				"%s and --workload both say how long requests are: expected one of "
				"the two",
				lengths[i].name);
		if (lengths[i].given && (lengths[i].value < 1 || lengths[i].value > LENGTH_MOST))
			return err_set(err, FAULT_USAGE, "%s %lld: expected 1 to %d",
				lengths[i].name, (long long)lengths[i].value, (int)LENGTH_MOST);
	}
	return true;
}

/* Its name as the audit has it; "": there is none, err says which comes near. */
static struct slice
find_workload(struct study *study, const char *name, struct err *err)
{
	const struct tallies *all = &study->audit.workloads;
	for (size_t i = 0; i < all->n; i++)
		if (slice_is_nocase(all->items[i].name, name))
			return all->items[i].name;
	workload_missing(name, &all->items->name, all->n, sizeof(*all->items), err);
	return SLICE_NONE;
}

/* What was typed is measured as it is, or not at all; only what nobody asked for is shortened. */
static bool
check_room(const struct measuring *m, struct err *err)
{
	const struct probe_options *o = m->options;
	int64_t context = m->how.lengths.context;
	int64_t prompt = o->prompt_given ? o->prompt_tokens : 1,
		output = o->output_given ? o->output_tokens : 1;
	if (!context || (!o->prompt_given && !o->output_given) || prompt + output <= context)
		return true;
	return err_set(err, FAULT_USAGE,
		"%s %lld: %s has room for %lld tokens of prompt and answer together, expected "
		"fewer",
		o->prompt_given ? "--prompt-tokens" : "--output-tokens",
		(long long)(o->prompt_given ? prompt : output), m->server->url, (long long)context);
}

/* How long the requests of a workload of the ledger are. */
static bool
find_lengths(struct measuring *m, struct study *study, struct err *err)
{
	const char *name = m->options->workload;
	struct request_sizes sizes = { 0 };
	const struct sizes_query query = { .ledger = study->taken.ledger,
		.sources = &study->taken.sources,
		.rules = &study->rules,
		.period = &study->period,
		.collapsed = study->pool.collapsed,
		.workload = find_workload(study, name, err) };
	bool good = query.workload.n && request_sizes(&query, &sizes, err);
	if (good && !sizes.n)
		good = err_set(err, FAULT_INPUT,
			"workload \"%s\": how long its requests are is not known, expected a log "
			"of single requests",
			name);
	if (good)
		length_pool_make(&m->pool, &sizes);
	if (good)
		m->workload = xasprintf(SLICE_FMT, SLICE_ARG(query.workload));
	request_sizes_free(&sizes);
	return good;
}

static bool
take_workload(struct measuring *m, struct err *err)
{
	struct study study = { 0 };
	const struct study_options usual = { 0 };
	if (!m->options->workload)
		return true;
	bool good = study_open(m->app, 0, &study, err) && study_run(m->app, &usual, &study, err) &&
		    find_lengths(m, &study, err);
	study_free(&study);
	if (good) {
		m->how.lengths.pool = &m->pool;
		m->how.lengths.prompt = llround(m->pool.prompt);
		m->how.lengths.output = llround(m->pool.output);
	}
	return good;
}

static double
limit(femto_t value, bool given)
{
	return given ? (double)value / (double)FEMTO_PER_UNIT : MISSING;
}

static bool
take_options(struct measuring *m, struct err *err)
{
	const struct probe_options *o = m->options;
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	m->power = (struct power_options){ .typed_idle = MISSING, .typed_busy = MISSING };
	m->how = (struct measure_options){ .max_ttft_ms = limit(o->max_ttft, o->ttft_given),
		.max_tpot_ms = limit(o->max_tpot, o->tpot_given),
		.seed = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec,
		.stop = &stopped };
	m->how.lengths = (struct lengths){
		.prompt = o->prompt_given ? o->prompt_tokens : PROMPT_TOKENS,
		.output = o->output_given ? o->output_tokens : OUTPUT_TOKENS,
		.context = m->server && m->server->context > 0 ? m->server->context : 0,
	};
	bool good =
		check_lengths(o, err) && check_room(m, err) && parse_list(m, o->concurrency, err) &&
		parse_budget(o->budget, &m->how.total_ms, err) &&
		(!o->watts ||
			power_typed(o->watts, &m->power.typed_idle, &m->power.typed_busy, err)) &&
		(!o->samples || output_check(o->samples, err));
	m->how.stall_ms = STALL_MS;
	/* the first request may be what loads the model */
	int64_t wait_ms = (o->wait_given ? o->wait : PROBE_WAIT_SECONDS) * 1000;
	m->how.load_ms = wait_ms > m->how.total_ms ? wait_ms : m->how.total_ms;
	m->how.budget_ms =
		m->how.total_ms / (int64_t)(m->how.list_n ? m->how.list_n : RUNS_EXPECTED);
	return good;
}

bool
probe_run_check(struct app *app, const struct probe_options *options, struct err *err)
{
	struct measuring m = { .app = app, .options = options };
	return take_options(&m, err);
}

/* ---- while it runs ---- */

static void
tell_progress(void *arg, const struct measure_progress *progress)
{
	struct measuring *m = arg;
	if (!m->app->progress)
		return;
	m->shown = true;
	if (progress->concurrency)
		fprintf(stderr, "\r\033[Khllm: %d at once: %zu answers, %.0f %% of its time",
			progress->concurrency, progress->requests, progress->share * 100);
	else
		fprintf(stderr, "\r\033[Khllm: %s", progress->stage);
}

static int
other_programs(const struct gpus *gpus)
{
	int distinct = 0;
	for (size_t i = 0; i < gpus->processes_n; i++) {
		bool known = false;
		for (size_t k = 0; k < i && !known; k++)
			known = gpus->processes[k].pid == gpus->processes[i].pid;
		distinct += !known;
	}
	return distinct > 0 ? distinct - 1 : 0; /* one of them is the server */
}

static bool
has_nvidia(const struct gpus *gpus)
{
	for (size_t i = 0; i < gpus->n; i++)
		if (gpus->items[i].vendor == GPU_NVIDIA)
			return true;
	return false;
}

static void
look_at_gpus(struct measuring *m, struct doubt_facts *facts)
{
	const struct gpu_options options = { .machine = &m->machine };
	struct gpus now = { 0 };
	facts->throttled = m->watch ? power_throttled(m->watch, &facts->throttle) : MISSING;
	gpus_look(&now, &options);
	facts->gpu_others = other_programs(&now);
	gpus_free(&now);
}

/* The load of a minute has in it what ended since, the probe before this one for instance: where it is high, it is
 * looked whether processors are at work now. */
static void
look_at_load(struct machine *machine)
{
	const struct timespec pause = { 0, (long)LOOK_MS * 1000000 };
	if (!(machine->load > 0.5))
		return;
	double before = machine_busy_seconds(NULL);
	nanosleep(&pause, NULL);
	double busy = (machine_busy_seconds(NULL) - before) * 1000 / LOOK_MS;
	if (busy < machine->load)
		machine->load = busy;
}

static void
look_around(struct measuring *m, bool after, struct doubt_facts *facts)
{
	facts->slots = m->server->slots;
	facts->context = m->server->context;
	facts->model_bytes = m->server->model_bytes;
	facts->gpu_bytes = m->server->gpu_bytes;
	facts->remote = m->remote;
	if (m->remote)
		return;
	facts->load = m->machine.load; /* before the server had work */
	facts->processors = machine_workers(&m->machine);
	if (after && has_nvidia(&m->gpus))
		look_at_gpus(m, facts);
}

static void
tell_facts(void *arg, bool after, struct doubt_facts *facts)
{
	struct measuring *m = arg;
	look_around(m, after, facts);
	if (m->watch) /* what it saw of this phase is asked before it ends */
		power_phase(m->watch, after ? POWER_PAUSE : POWER_BUSY);
}

/* ---- power ---- */

static bool
can_measure_power(const struct measuring *m)
{
	return m->gpus.n > 0 || access("/sys/class/powercap/intel-rapl:0/energy_uj", R_OK) == 0;
}

/* Idle with the model loaded: right after the work. */
static void
end_power(struct measuring *m, struct power *power)
{
	const struct timespec pause = { IDLE_MS / 1000, (long)(IDLE_MS % 1000) * 1000000 };
	if (m->watch && isnan(m->power.typed_idle) && can_measure_power(m) && !stopped) {
		power_phase(m->watch, POWER_IDLE);
		nanosleep(&pause, NULL);
	}
	power_stop(m->watch, power);
	m->watch = NULL;
}

/* ---- what it was measured on ---- */

static void
name_hardware(struct measuring *m, const struct hardwares *list, struct probe *probe)
{
	struct match matches[MATCHES_MOST];
	int n = match_machine(&m->machine, &m->gpus, list, matches);
	probe->host = probe_text(probe, m->machine.host);
	for (int i = 0; i < n; i++)
		if (matches[i].hardware) {
			probe->hardware = probe_text(probe, matches[i].hardware->id);
			probe->units = matches[i].units > 0 ? matches[i].units : 1;
			return;
		}
	probe->hardware = probe_text(probe, n > 0 ? matches[0].name : m->machine.cpu);
}

static bool
describe(struct measuring *m, struct probe *probe, struct err *err)
{
	struct hardwares list = { 0 };
	bool good = app_hardwares(m->app, &list, err);
	if (good && !m->remote)
		name_hardware(m, &list, probe);
	hardwares_free(&list);
	return good && probe_rename(m->app, m->options, probe, err);
}

static enum ask_dialect
dialect_of(enum server_kind kind)
{
	static const enum ask_dialect dialects[SERVER_KINDS] = { [SERVER_LLAMACPP] = ASK_LLAMACPP,
		[SERVER_OLLAMA] = ASK_OLLAMA,
		[SERVER_VLLM] = ASK_VLLM,
		[SERVER_LMSTUDIO] = ASK_LMSTUDIO,
		[SERVER_OPENAI] = ASK_OPENAI };
	return dialects[kind];
}

static bool
measure_it(struct measuring *m, struct http *http, struct measurement *measurement,
	struct probe *probe, struct err *err)
{
	const struct talk_options options = { .http = http,
		.url = m->server->url,
		.model = m->server->model,
		.dialect = dialect_of(m->server->kind) };
	struct carrier carrier;
	struct power power;
	struct talk *talk = talk_new(&options, &carrier);
	m->how.facts = tell_facts;
	m->how.progress = tell_progress;
	m->how.arg = m;
	m->power.elsewhere = m->remote;
	if (!m->remote || !isnan(m->power.typed_busy))
		m->watch = power_start(&m->power);
	bool good = measure(measurement, &carrier, &m->how, err);
	if (m->watch)
		end_power(m, &power);
	else
		power = (struct power){ .watts = { MISSING, MISSING },
			.why = "the server is on another machine" };
	if (m->shown)
		fputs("\r\033[K", stderr);
	talk_free(talk);
	if (!good)
		return false;
	outcome_probe(probe, measurement, &m->how, m->server);
	outcome_power(probe, measurement, &power);
	return true;
}

static bool
keep_samples(const struct measuring *m, const struct measurement *measurement, struct err *err)
{
	struct str text = STR_INIT;
	if (!m->options->samples)
		return true;
	outcome_samples(measurement, &text);
	bool good = output_file(m->options->samples, str_as_slice(&text), err);
	str_free(&text);
	return good;
}

bool
probe_measure(struct app *app, const struct probe_options *options, const struct server *server,
	struct http *http, struct probe *probe, struct answer *answer, struct err *err)
{
	struct measuring m = { .app = app,
		.options = options,
		.server = server,
		.remote = !http_is_loopback(server->url) };
	struct measurement *measurement = xcalloc(1, sizeof(*measurement));
	bool good = take_options(&m, err) && take_workload(&m, err);
	bool begun = good;
	probe_init(probe);
	machine_look(&m.machine, NULL);
	const struct gpu_options gpu_options = { .machine = &m.machine };
	if (good && !m.remote) {
		look_at_load(&m.machine);
		gpus_look(&m.gpus, &gpu_options);
	}
	if (good) {
		listen_to_signals();
		good = measure_it(&m, http, measurement, probe, err);
	}
	probe->time = app->now;
	if (m.workload)
		probe->workload = probe_text(probe, slice_of(m.workload));
	good = good && describe(&m, probe, err) && keep_samples(&m, measurement, err) &&
	       probe_save(app, options, probe, answer, err);
	if (begun)
		measurement_free(measurement);
	free(measurement);
	gpus_free(&m.gpus);
	machine_free(&m.machine);
	length_pool_free(&m.pool);
	free(m.workload);
	return good && probe_tell(app, probe, answer, err);
}
