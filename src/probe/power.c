/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/power.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/num.h"
#include "probe/gpu.h"
#include "probe/rapl.h"
#include "probe/sysfile.h"

enum { PERIOD_MS = 1000, SETTLE_MS = 1500, CARDS = 64, FAILURES_MOST = 3 };

const char *const power_sources[POWER_SOURCES] = { [POWER_TYPED] = "typed in",
	[POWER_NVIDIA] = "nvidia-smi",
	[POWER_AMD] = "hwmon",
	[POWER_RAPL] = "RAPL" };

/* How often clocks were held down. */
struct held {
	int told, held;
	unsigned throttle;
};

/* What comes in, by phase.  Cards are samples of watts, counters are joules over seconds. */
struct sums {
	double watts[POWER_PHASES];
	int samples[POWER_PHASES];
};

struct power_watch {
	struct power_options options;
	pthread_t thread;
	bool running;
	pthread_mutex_t lock; /* of everything below */
	pthread_cond_t wake;
	bool over;
	enum power_phase phase;
	int64_t since;   /* ns: this phase began */
	int64_t counted; /* ns: up to then joules have been counted */
	double joules[POWER_PHASES], joule_seconds[POWER_PHASES], seconds[POWER_PHASES];
	int joule_samples[POWER_PHASES];
	struct rapl rapl;
	bool rapl_lost;
	struct held held[POWER_PHASES], lately; /* lately: in this phase, since it began */

	/* Of the thread alone while it runs. */
	struct sums nvidia, amd;
	int nvidia_cards, nvidia_failures, amd_cards;
	char nvidia_why[256];
	const char *amd_sensors[CARDS];
	struct arena arena;
};

static int64_t
clock_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

bool
power_typed(const char *text, double *idle, double *busy, struct err *err)
{
	struct slice rest = slice_of(text), first = SLICE_NONE;
	femto_t values[2];
	const femto_t most = (femto_t)1000000 * FEMTO_PER_UNIT;
	bool good = slice_cut(&rest, ',', &first) && num_decimal(first, &values[0]) == NUM_OK &&
		    num_decimal(rest, &values[1]) == NUM_OK && values[0] >= 0 && values[1] > 0 &&
		    values[1] <= most;
	if (!good)
		return err_set(err, FAULT_USAGE,
			"--watts %.60s: expected IDLE,BUSY in watts as a meter at the plug shows "
			"them, such as 62,410",
			text);
	if (values[0] > values[1])
		return err_set(err, FAULT_USAGE,
			"--watts %.60s: idle takes more than busy, expected IDLE,BUSY", text);
	*idle = (double)values[0] / (double)FEMTO_PER_UNIT;
	*busy = (double)values[1] / (double)FEMTO_PER_UNIT;
	return true;
}

/* Up to now, for the phase that has been; with the lock. */
static void
count_joules(struct power_watch *watch, int64_t now)
{
	double joules = watch->rapl.n ? rapl_joules(&watch->rapl) : 0;
	double seconds = (double)(now - watch->counted) / 1e9;
	if (isnan(joules))
		watch->rapl_lost = true;
	else if (watch->phase < POWER_PHASES) {
		watch->joules[watch->phase] += joules;
		watch->joule_seconds[watch->phase] += seconds;
		watch->joule_samples[watch->phase]++;
	}
	if (watch->phase < POWER_PHASES)
		watch->seconds[watch->phase] += seconds;
	watch->counted = now;
}

/* The phase that a sample taken from 'begun' on belongs to; POWER_PAUSE: it straddles two, or the
 * phase is so young that the figure still holds what was before. */
static enum power_phase
phase_of(struct power_watch *watch, int64_t begun)
{
	pthread_mutex_lock(&watch->lock);
	enum power_phase phase = watch->phase;
	if (begun < watch->since + (int64_t)watch->options.settle_ms * 1000000)
		phase = POWER_PAUSE;
	pthread_mutex_unlock(&watch->lock);
	return phase;
}

static void
add_sample(struct sums *sums, enum power_phase phase, double watts)
{
	if (phase >= POWER_PHASES)
		return;
	sums->watts[phase] += watts;
	sums->samples[phase]++;
}

static void
add_held(struct held *held, unsigned throttle)
{
	held->told++;
	held->held += (throttle & THROTTLE_SLOWS) != 0;
	held->throttle |= throttle & THROTTLE_SLOWS;
}

/* Unlike watts, what holds the clocks down is told of this very moment. */
static void
watch_clocks(struct power_watch *watch, const struct gpu_sample *samples, int n, int64_t begun)
{
	unsigned throttle = 0;
	bool known = false;
	for (int i = 0; i < n; i++) {
		throttle |= samples[i].throttle;
		known = known || samples[i].throttle_known;
	}
	if (!known)
		return;
	pthread_mutex_lock(&watch->lock);
	if (begun >= watch->since) {
		add_held(&watch->lately, throttle);
		if (watch->phase < POWER_PHASES)
			add_held(&watch->held[watch->phase], throttle);
	}
	pthread_mutex_unlock(&watch->lock);
}

static void
sample_nvidia(struct power_watch *watch)
{
	struct gpu_sample samples[CARDS];
	double sum = 0;
	struct err err;
	int64_t begun = clock_ns();
	if (watch->nvidia_failures >= FAILURES_MOST)
		return;
	int n = gpu_nvidia_sample(samples, CARDS, watch->options.timeout_ms, &err);
	enum power_phase phase = phase_of(watch, begun);
	watch_clocks(watch, samples, n, begun);
	for (int i = 0; i < n; i++)
		sum += samples[i].watts;
	if (n > 0 && !isnan(sum)) {
		add_sample(&watch->nvidia, phase, sum);
		watch->nvidia_failures = 0;
		watch->nvidia_cards = n;
		return;
	}
	/* a card that does not tell its power may tell its clocks */
	watch->nvidia_failures = n > 0 ? 0 : watch->nvidia_failures + 1;
	if (n > 0)
		snprintf(watch->nvidia_why, sizeof(watch->nvidia_why),
			"nvidia-smi does not tell the power of %s",
			n > 1 ? "every card" : "this card");
	else if (n == 0)
		snprintf(watch->nvidia_why, sizeof(watch->nvidia_why), "nvidia-smi lists no card");
	else
		snprintf(watch->nvidia_why, sizeof(watch->nvidia_why), "%.250s", err.text);
	/* without the driver there is no such card to be missed, and none will come to be */
	if (n < 0 && slice_find(slice_of(err.text), "not found in PATH") >= 0) {
		watch->nvidia_failures = FAILURES_MOST;
		watch->nvidia_why[0] = '\0';
	}
}

static void
find_amd(struct power_watch *watch)
{
	const char *const *cards, *const *sensors;
	const char *root = watch->options.root;
	size_t n = sysfile_names(&watch->arena, root, "sys/class/drm", &cards);
	for (size_t i = 0; i < n && watch->amd_cards < CARDS; i++) {
		char folder[SYSFILE_PATH];
		if (!slice_is(sysfile_line(&watch->arena, root, "sys/class/drm/%s/device/vendor",
				      cards[i]),
			    "0x1002"))
			continue;
		snprintf(folder, sizeof(folder), "sys/class/drm/%s/device/hwmon", cards[i]);
		if (!sysfile_names(&watch->arena, root, folder, &sensors))
			continue;
		for (int k = 0; k < 2; k++) {
			const char *path = slice_printf(&watch->arena, "%s/%s/power1_%s", folder,
				sensors[0], k ? "input" : "average")
						   .p;
			if (!isnan(sysfile_number(root, "%s", path))) {
				watch->amd_sensors[watch->amd_cards++] = path;
				break;
			}
		}
	}
}

static void
sample_amd(struct power_watch *watch)
{
	double sum = 0;
	int64_t begun = clock_ns();
	for (int i = 0; i < watch->amd_cards; i++)
		sum += sysfile_number(watch->options.root, "%s", watch->amd_sensors[i]) / 1e6;
	if (watch->amd_cards && !isnan(sum))
		add_sample(&watch->amd, phase_of(watch, begun), sum);
}

static void *
run_watch(void *arg)
{
	struct power_watch *watch = arg;
	int64_t next = clock_ns();
	pthread_mutex_lock(&watch->lock);
	while (!watch->over) {
		count_joules(watch, clock_ns());
		pthread_mutex_unlock(&watch->lock);
		sample_nvidia(watch);
		sample_amd(watch);
		pthread_mutex_lock(&watch->lock);
		/* a slow nvidia-smi is not run after itself without a break */
		int64_t now = clock_ns(), period = (int64_t)watch->options.period_ms * 1000000;
		next = next + period > now ? next + period : now + period / 2;
		struct timespec until = { next / 1000000000, next % 1000000000 };
		while (!watch->over &&
			pthread_cond_timedwait(&watch->wake, &watch->lock, &until) == 0)
			continue;
	}
	count_joules(watch, clock_ns());
	pthread_mutex_unlock(&watch->lock);
	return NULL;
}

/* Signals are for whoever runs the probe. */
static void
start_thread(struct power_watch *watch)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	watch->running = pthread_create(&watch->thread, NULL, run_watch, watch) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct power_watch *
power_start(const struct power_options *options)
{
	struct power_watch *watch = xcalloc(1, sizeof(*watch));
	pthread_condattr_t attributes;
	watch->options = *options;
	if (!watch->options.period_ms)
		watch->options.period_ms = PERIOD_MS;
	if (!watch->options.settle_ms)
		watch->options.settle_ms = SETTLE_MS;
	else if (watch->options.settle_ms < 0)
		watch->options.settle_ms = 0;
	watch->phase = POWER_PAUSE;
	watch->since = watch->counted = clock_ns();
	pthread_mutex_init(&watch->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&watch->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	if (options->elsewhere)
		return watch;
	if (isnan(options->typed_busy)) {
		rapl_open(&watch->rapl, options->root);
		find_amd(watch);
	}
	start_thread(watch);
	return watch;
}

void
power_phase(struct power_watch *watch, enum power_phase phase)
{
	pthread_mutex_lock(&watch->lock);
	int64_t now = clock_ns();
	count_joules(watch, now);
	watch->phase = phase;
	watch->since = now;
	watch->lately = (struct held){ 0 };
	pthread_mutex_unlock(&watch->lock);
}

static double
held_share(const struct held *held)
{
	return held->told ? (double)held->held / held->told : MISSING;
}

double
power_throttled(struct power_watch *watch, unsigned *throttle)
{
	pthread_mutex_lock(&watch->lock);
	double share = held_share(&watch->lately);
	*throttle = watch->lately.throttle;
	pthread_mutex_unlock(&watch->lock);
	return share;
}

static void
put_samples(struct power_part *part, const struct sums *sums, int devices)
{
	part->devices = devices;
	for (int phase = 0; phase < POWER_PHASES; phase++) {
		part->samples[phase] = sums->samples[phase];
		part->watts[phase] =
			sums->samples[phase] ? sums->watts[phase] / sums->samples[phase] : MISSING;
		part->measured = part->measured || sums->samples[phase];
	}
}

static void
put_joules(const struct power_watch *watch, struct power_part *part)
{
	static const double least = 0.1; /* s: counters move a thousand times a second */
	part->devices = watch->rapl.packages;
	snprintf(part->why, sizeof(part->why), "%s", watch->rapl.why);
	if (watch->rapl_lost)
		snprintf(part->why, sizeof(part->why),
			"an energy counter of the processors could not be read at times");
	for (int phase = 0; phase < POWER_PHASES; phase++) {
		bool told = watch->rapl.n && watch->joule_seconds[phase] >= least;
		part->samples[phase] = told ? watch->joule_samples[phase] : 0;
		part->watts[phase] =
			told ? watch->joules[phase] / watch->joule_seconds[phase] : MISSING;
		part->measured = part->measured || told;
	}
}

/* Of all sources that told something in a phase; one that told of the other phase only is missing
 * in this one, and the sum with it. */
static void
add_up(struct power *out)
{
	for (int phase = 0; phase < POWER_PHASES; phase++) {
		out->watts[phase] = MISSING;
		for (int i = 0; i < POWER_SOURCES; i++) {
			const struct power_part *part = &out->parts[i];
			if (!part->measured)
				continue;
			if (isnan(part->watts[phase])) {
				out->watts[phase] = MISSING;
				break;
			}
			out->watts[phase] = isnan(out->watts[phase])
						    ? part->watts[phase]
						    : out->watts[phase] + part->watts[phase];
		}
	}
}

static void
put_devices(struct str *out, int n, const char *one, const char *many)
{
	if (n <= 0)
		return;
	str_puts(out, out->n ? " and " : "");
	if (n > 1)
		str_printf(out, "%d ", n);
	str_printf(out, "%s", n > 1 ? many : one);
}

/* "; the graphics card is not in it: …" */
static void
put_left_out(struct str *out, const char *what, const struct power_part *part)
{
	if (!part->measured && part->why[0])
		str_printf(out, "; %s is not in it: %s", what, part->why);
}

static void
put_measured(struct str *out, const struct power *power)
{
	const struct power_part *parts = power->parts;
	int cards = (parts[POWER_NVIDIA].measured ? parts[POWER_NVIDIA].devices : 0) +
		    (parts[POWER_AMD].measured ? parts[POWER_AMD].devices : 0);
	int packages = parts[POWER_RAPL].measured ? parts[POWER_RAPL].devices : 0;
	put_devices(out, cards, "the graphics card", "graphics cards");
	put_devices(out, packages, "the processor", "processors");
	str_printf(out, ", as %s; at the plug it is more",
		cards + packages > 1 ? "they measure themselves" : "it measures itself");
	put_left_out(out, "the processor", &parts[POWER_RAPL]);
	put_left_out(out, "the graphics card", &parts[POWER_NVIDIA]);
	if (isnan(power->watts[POWER_BUSY]))
		str_puts(out, "; the run was too short for a sample of it");
}

static void
explain(struct power *out)
{
	struct str text = STR_INIT;
	const struct power_part *parts = out->parts;
	if (parts[POWER_TYPED].measured)
		str_puts(&text, "the whole machine, as typed in with --watts");
	else if (parts[POWER_NVIDIA].measured || parts[POWER_AMD].measured ||
		 parts[POWER_RAPL].measured)
		put_measured(&text, out);
	else
		str_printf(&text, "not measured: %s%s%s", parts[POWER_RAPL].why,
			parts[POWER_RAPL].why[0] && parts[POWER_NVIDIA].why[0] ? "; " : "",
			parts[POWER_NVIDIA].why);
	if (slice_is(str_as_slice(&text), "not measured: "))
		str_puts(&text, "the run was too short for a sample");
	snprintf(out->why, sizeof(out->why), "%s", str_text(&text));
	str_free(&text);
}

static void
finish(struct power_watch *watch, struct power *out)
{
	*out = (struct power){ .whole = !isnan(watch->options.typed_busy) };
	for (int i = 0; i < POWER_SOURCES; i++)
		for (int phase = 0; phase < POWER_PHASES; phase++)
			out->parts[i].watts[phase] = MISSING;
	for (int phase = 0; phase < POWER_PHASES; phase++) {
		out->seconds[phase] = watch->seconds[phase];
		out->throttled[phase] = held_share(&watch->held[phase]);
		out->throttle[phase] = watch->held[phase].throttle;
	}
	if (out->whole) {
		struct power_part *typed = &out->parts[POWER_TYPED];
		typed->measured = true;
		typed->devices = 1;
		typed->watts[POWER_IDLE] = watch->options.typed_idle;
		typed->watts[POWER_BUSY] = watch->options.typed_busy;
	} else {
		put_samples(&out->parts[POWER_NVIDIA], &watch->nvidia, watch->nvidia_cards);
		put_samples(&out->parts[POWER_AMD], &watch->amd, watch->amd_cards);
		put_joules(watch, &out->parts[POWER_RAPL]);
		snprintf(out->parts[POWER_NVIDIA].why, sizeof(out->parts[POWER_NVIDIA].why), "%s",
			watch->nvidia_why);
	}
	add_up(out);
	explain(out);
}

void
power_stop(struct power_watch *watch, struct power *out)
{
	if (!watch)
		return;
	pthread_mutex_lock(&watch->lock);
	watch->over = true;
	if (!watch->running)
		count_joules(watch, clock_ns());
	pthread_cond_signal(&watch->wake);
	pthread_mutex_unlock(&watch->lock);
	if (watch->running)
		pthread_join(watch->thread, NULL);
	finish(watch, out);
	rapl_close(&watch->rapl);
	arena_free(&watch->arena);
	pthread_cond_destroy(&watch->wake);
	pthread_mutex_destroy(&watch->lock);
	free(watch);
}

double
power_joules_per_token(double watts, double seconds, double tokens)
{
	return tokens > 0 ? watts * seconds / tokens : MISSING;
}

struct estimate
power_cost_per_million(double joules_per_token, struct estimate price_per_kwh)
{
	return estimate_times(price_per_kwh, joules_per_token / 3.6);
}
