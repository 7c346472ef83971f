/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/surroundings.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/again.h"
#include "cmd/catalog.h"
#include "price/price.h"
#include "report/limits.h"
#include "view/chart.h"

#ifndef MANDIR
# define MANDIR "/usr/local/share/man"
#endif
#ifndef BASHCOMPLETIONDIR
# define BASHCOMPLETIONDIR "/usr/local/share/bash-completion/completions"
#endif

/* A healthy machine answers in far less; a sick one is not waited for. */
enum { LEDGER_MS = 1000, GNUPLOT_MS = 1500, SERVER_MS = 700, GPU_MS = 1500 };

static const char *
keep(struct surroundings *s, const char *text)
{
	return arena_copy(&s->app->arena, text, strlen(text));
}

static const char *
variable(const char *name)
{
	const char *value = getenv(name);
	return value ? value : "";
}

/* ---- the program ---- */

static const char *
find_program(struct surroundings *s)
{
	char path[PLACE_PATH];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n <= 0)
		return "";
	path[n] = '\0';
	return keep(s, path);
}

static const char *
find_installer(void)
{
	static const char *const names[] = { "apt-get", "dnf", "pacman", "apk", "zypper", "brew" };
	char path[PLACE_PATH];
	for (size_t i = 0; i < HL_COUNT(names); i++) {
		place_program(names[i], path);
		if (path[0])
			return names[i];
	}
	return "";
}

static bool
has_program(const char *name)
{
	char path[PLACE_PATH];
	place_program(name, path);
	return path[0];
}

/* As it was installed, or beside a program that lies in its own tree. */
static const char *
find_installed(struct surroundings *s, const char *folder, const char *beside, const char *name)
{
	static const char *const ends[] = { "", ".gz", ".xz", ".zst", ".bz2" };
	const char *slash = strrchr(s->facts.program, '/');
	char *near = xasprintf(
		"%.*s%s", slash ? (int)(slash - s->facts.program) : 0, s->facts.program, beside);
	const char *folders[] = { folder, near }, *found = "";
	for (size_t i = 0; i < HL_COUNT(folders) && !found[0]; i++)
		for (size_t k = 0; k < HL_COUNT(ends) && !found[0]; k++) {
			char *path = xasprintf("%s/%s%s", folders[i], name, ends[k]);
			if (access(path, R_OK) == 0)
				found = keep(s, path);
			free(path);
		}
	free(near);
	return found;
}

static void
look_at_program(struct surroundings *s)
{
	struct doctor_facts *facts = &s->facts;
	facts->program = find_program(s);
	facts->user = geteuid();
	facts->home = s->app->home;
	facts->config_home = s->app->config_home;
	facts->data_dir = s->app->data_dir;
	/* Every package brings this file and make install does not; dpkg's own files are not ours to read. */
	facts->packaged = access("/usr/share/doc/hllm/copyright", F_OK) == 0;
	facts->installer = find_installer();
	facts->has_sudo = has_program("sudo");
	facts->has_nvidia_smi = has_program("nvidia-smi");
	facts->in_cron_path = access("/usr/bin/hllm", X_OK) == 0 || access("/bin/hllm", X_OK) == 0;
	facts->manual = find_installed(s, MANDIR "/man1", "/../share/man/man1", "hllm.1");
	facts->completion = find_installed(
		s, BASHCOMPLETIONDIR, "/../share/bash-completion/completions", "hllm");
}

/* ---- the clock and the environment ---- */

static void
look_at_clock(struct surroundings *s)
{
	struct doctor_facts *facts = &s->facts;
	facts->now = s->app->now;
	facts->clock_fault = s->app->clock_fault ? s->app->clock_fault : "";
	facts->clock_from = s->app->as_of                    ? "--as-of"
			    : *facts->clock_fault            ? "the clock"
			    : *variable("SOURCE_DATE_EPOCH") ? "SOURCE_DATE_EPOCH"
							     : "the clock";
}

static void
look_at_environment(struct surroundings *s)
{
	static const char *const names[] = { "HLLM_DATA_DIR", "HLLM_PROBE_KEY", "XDG_CONFIG_HOME",
		"XDG_DATA_HOME", "SOURCE_DATE_EPOCH", "NO_COLOR", "COLUMNS", "TMPDIR",
		"SQLITE_TMPDIR", "EDITOR" };
	static const char *const folders[] = { "SQLITE_TMPDIR", "TMPDIR" };
	static const char *const usual[] = { "/var/tmp", "/usr/tmp", "/tmp", "." };
	struct doctor_facts *facts = &s->facts;
	size_t n = 0;
	for (size_t i = 0; i < HL_COUNT(names); i++)
		if (*variable(names[i]))
			s->variables[n++] = (struct doctor_variable){ names[i],
				strcmp(names[i], "HLLM_PROBE_KEY") == 0 ? "(a key, not shown)"
									: variable(names[i]) };
	facts->variables = s->variables;
	facts->variables_n = n;
	locale_t users = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	facts->utf8 = users && strcmp(nl_langinfo_l(CODESET, users), "UTF-8") == 0;
	if (users)
		freelocale(users);
	facts->temporary = "";
	facts->temporary_wanted = variable("TMPDIR");
	for (size_t i = 0; i < HL_COUNT(folders) + HL_COUNT(usual) && !*facts->temporary; i++) {
		const char *folder =
			i < HL_COUNT(folders) ? variable(folders[i]) : usual[i - HL_COUNT(folders)];
		if (!*folder)
			continue;
		place_look(folder, &facts->temporary_place);
		if (facts->temporary_place.exists && !facts->temporary_place.refused)
			facts->temporary = folder;
	}
}

/* ---- the ledger ---- */

/* Where else it could lie: on another file system, with room, and where nothing of that name is. */
static const char *
find_other_place(struct surroundings *s, const struct place *place, int64_t bytes)
{
	const char *places[] = { s->app->data_home, s->app->home };
	for (size_t i = 0; i < HL_COUNT(places); i++) {
		struct place other;
		if (!places[i][0])
			continue;
		char *file = xasprintf("%s/hllm/ledger.db", places[i]);
		place_look(places[i], &other);
		bool good = !other.refused && !other.network &&
			    strcmp(other.mount, place->mount) != 0 &&
			    other.free_bytes > 2 * bytes + (64 << 20) && access(file, F_OK) != 0;
		const char *kept = good ? keep(s, file) : NULL;
		free(file);
		if (kept)
			return kept;
	}
	return NULL;
}

static void
look_at_ledger(struct surroundings *s, bool thorough)
{
	struct doctor_facts *facts = &s->facts;
	struct err ignored;
	char folder[PLACE_PATH];
	facts->ledger = app_ledger_path(s->app, &ignored);
	if (!facts->ledger)
		return;
	ledger_examine(facts->ledger, thorough ? 0 : LEDGER_MS, &facts->health);
	char *real = realpath(facts->ledger, NULL);
	place_folder(real ? real : facts->ledger, folder);
	free(real);
	place_look(folder, &facts->place);
	if (facts->health.state != LEDGER_NONE)
		facts->ledger_instead = find_other_place(s, &facts->place, facts->health.bytes);
}

/* ---- programs and servers ---- */

static void
look_at_gnuplot(struct surroundings *s)
{
	const struct chart_plotter plotter = {
		.program = "gnuplot", .timeout_ms = GNUPLOT_MS, .remedy = "install it"
	};
	chart_look_at_drawer(&plotter, &s->facts.drawer);
	const char **names = arena_take(&s->app->arena, CHART_FORMATS * sizeof(*names));
	for (int i = 0; i < CHART_FORMATS; i++)
		names[i] = chart_terminal((enum chart_format)i);
	s->facts.formats = chart_formats;
	s->facts.terminals = names;
	s->facts.formats_n = CHART_FORMATS;
}

static void
look_at_port(const struct server_options *options, struct doctor_port *port)
{
	char url[SERVER_URL];
	double ms;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", port->port);
	int64_t began = http_now();
	bool answers = server_answers(options, url, &ms);
	/* where nothing listens, that is known at once */
	bool waited = http_now() - began >= SERVER_MS * NS_PER_SECOND / 1000 / 2;
	port->answers = answers && (server_identify(options, url, &port->server, &port->why) ||
					   port->server.needs_key);
	port->silent = waited && !answers && listener_find(NULL, port->port, &port->listener);
	if (port->answers)
		port->server.open_to_all =
			!port->server.needs_key && server_listens_to_all(NULL, port->port);
}

static void
look_at_servers(struct surroundings *s)
{
	const struct http_options http = { .connect_ms = SERVER_MS };
	struct err ignored;
	const struct server_options options = {
		.http = http_new(&http, &ignored), .kind = -1, .ask_ms = SERVER_MS
	};
	for (int i = 0; i < SERVER_PORTS; i++) {
		s->ports[i].port = server_ports[i];
		if (options.http)
			look_at_port(&options, &s->ports[i]);
	}
	http_free(options.http);
	s->facts.ports = s->ports;
	s->facts.ports_n = SERVER_PORTS;
}

static void
look_at_machine(struct surroundings *s)
{
	const struct gpu_options options = { .machine = &s->machine, .timeout_ms = GPU_MS };
	struct err ignored;
	machine_look(&s->machine, NULL);
	gpus_look(&s->gpus, &options);
	if (hardwares_add(&s->hardwares, app_shipped_path(s->app, "hardware.csv"), &ignored))
		s->facts.matches_n =
			match_machine(&s->machine, &s->gpus, &s->hardwares, s->matches);
	s->facts.machine = &s->machine;
	s->facts.gpus = &s->gpus;
	s->facts.matches = s->matches;
}

/* ---- all ---- */

static void
look_at_prices(struct surroundings *s)
{
	struct err ignored;
	struct check_settings settings, usual;
	bool good = check_settings_load(&usual, NULL, &ignored);
	if (check_settings_load(&settings, s->conf, &ignored) || !good)
		usual = settings;
	s->facts.price_age = usual.price_age;
	s->facts.newest_price = INT64_MIN;
	struct catalog *catalog = app_catalog(s->app, &ignored);
	const char *only = app_shipped_path(s->app, "prices.csv");
	if (!catalog) /* one's own has a mistake */
		catalog = catalog_load(&only, 1, NULL, 0, &ignored);
	s->facts.has_prices = catalog != NULL;
	if (catalog)
		s->facts.newest_price = catalog_newest_until(catalog, s->app->now);
	catalog_free(catalog);
}

void
surroundings_look(struct surroundings *s, bool thorough)
{
	struct app *app = s->app;
	s->flag_ledger = app->ledger;
	s->flag_tz = app->tz;
	s->flag_period = app->period;
	look_at_program(s);
	look_at_clock(s);
	look_at_environment(s);
	surroundings_files(s);
	surroundings_conf(s);
	again_option(&s->again, "config", app->config);
	again_option(&s->again, "ledger", s->flag_ledger);
	s->facts.again = str_text(&s->again);
	look_at_prices(s);
	look_at_ledger(s, thorough);
	look_at_gnuplot(s);
	look_at_servers(s);
	look_at_machine(s);
	surroundings_settings(s);
}

void
surroundings_free(struct surroundings *s)
{
	ledger_health_free(&s->facts.health);
	hardwares_free(&s->hardwares);
	gpus_free(&s->gpus);
	machine_free(&s->machine);
	conf_free(s->conf);
	free(s->files);
	free(s->settings);
	str_free(&s->again);
}
