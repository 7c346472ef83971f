/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/near.h"
#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/cells.h"
#include "cmd/output.h"
#include "cmd/study.h"
#include "decide/finding.h"
#include "price/contract.h"
#include "read/formats-logs.h"
#include "read/mapping.h"
#include "work/profile.h"

enum { SHOW_AFTER = 1 }; /* seconds */

struct meter {
	bool on;
	time_t began, shown;
};

static void
on_progress(void *arg, const char *name, uint64_t bytes, uint64_t size)
{
	struct meter *meter = arg;
	time_t now = time(NULL);
	if (!meter->on || now - meter->began < SHOW_AFTER || now == meter->shown)
		return;
	meter->shown = now;
	uint64_t rate = bytes / (uint64_t)(now - meter->began);
	if (size > bytes && rate)
		fprintf(stderr, "\r%s: %llu of %llu MB, %llu MB/s, %llu s to go\033[K", name,
			(unsigned long long)(bytes / 1000000), (unsigned long long)(size / 1000000),
			(unsigned long long)(rate / 1000000),
			(unsigned long long)((size - bytes) / rate));
	else
		fprintf(stderr, "\r%s: %llu MB\033[K", name, (unsigned long long)(bytes / 1000000));
}

static void
end_progress(const struct meter *meter)
{
	if (meter->shown)
		fputs("\r\033[K", stderr);
}

/* Without a ledger user ids are still hashed: with something of this machine, so that it stays the same. */
static uint64_t
machine_secret(void)
{
	char id[64] = "";
	int fd = open("/etc/machine-id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, id, sizeof(id));
	if (fd >= 0)
		close(fd);
	return hash_64(id, n > 0 ? (size_t)n : 0, getuid());
}

static bool
find_format(const char *name, const struct reader **out, struct err *err)
{
	*out = name ? reader_find(slice_of(name)) : NULL;
	if (!name || *out)
		return true;
	const char **names = xcalloc(readers_n, sizeof(*names));
	char hint[NEAR_TEXT];
	for (size_t i = 0; i < readers_n; i++)
		names[i] = readers[i]->name;
	err_set(err, FAULT_USAGE, "--input-format %s: no such format%s", name,
		near_hint(hint, name, names, readers_n, NULL));
	free(names);
	return false;
}

static int
processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n < 1 ? 1 : n > 8 ? 8 : (int)n;
}

/* What of the options decides how a file is read: a file read otherwise is not the same source. */
static char *
options_text(const struct intake_options *options)
{
	struct str text = STR_INIT;
	if (options->input_format)
		str_printf(&text, "--input-format %s ", options->input_format);
	if (options->map)
		str_printf(&text, "--map %s ", options->map);
	if (options->model)
		str_printf(&text, "--model %s ", options->model);
	return text.p ? text.p : xstrdup("");
}

/* What would fail only at the end, when the files are read and saved. */
static bool
check_early(const struct app *app, const struct intake_options *options, const struct conf *conf,
	struct err *err)
{
	struct contract *contract = contract_load(conf, err);
	if (!contract)
		return false;
	contract_free(contract);
	struct finding_limits limits;
	if (!finding_limits_load(&limits, conf, err))
		return false;
	struct period ignored;
	if (app->period && !period_parse(app->period, app->now, app->now, &ignored, err))
		return false;
	if (app->tz && !zone_check(app->tz, err))
		return false;
	if (options->rejects && !output_check(options->rejects, err))
		return false;
	return !app->output || strcmp(app->output, "-") == 0 || output_check(app->output, err);
}

static bool
is_file(const char *path, const struct stat *st)
{
	struct stat other;
	return path && stat(path, &other) == 0 && S_ISREG(other.st_mode) &&
	       other.st_dev == st->st_dev && other.st_ino == st->st_ino;
}

/* Writing over what is to be read. */
static bool
check_paths(const struct app *app, const struct intake_options *options, int n, const char **paths,
	struct err *err)
{
	struct stat st;
	for (int i = 0; i < n; i++) {
		if (strcmp(paths[i], "-") == 0 ? fstat(STDIN_FILENO, &st) != 0
					       : stat(paths[i], &st) != 0)
			continue;
		if (is_file(options->rejects, &st) || is_file(app->output, &st))
			return err_set(err, FAULT_USAGE,
				"%s: to be read and to be written over, expected two files",
				paths[i]);
	}
	return true;
}

static const char *
option_or_setting(struct app *app, const char *option, const struct conf *conf, const char *key)
{
	struct slice value = conf_setting(conf, key);
	return option || !value.n ? option : slice_copy(&app->arena, value).p;
}

/* What hllm.conf says of workloads is checked before anything is done with it. */
static bool
check_attributes(struct app *app, const struct conf *conf, struct err *err)
{
	if (!conf_next(conf, "workload", NULL) && !conf_next(conf, "defaults", NULL))
		return true;
	struct attributes *attributes =
		attributes_load(app_shipped_path(app, "attributes.conf"), err);
	bool good = attributes && profile_check(conf, attributes, err);
	attributes_free(attributes);
	return good;
}

/* Of several values only one could count. */
static bool
check_settings(const struct conf *conf, struct err *err)
{
	const struct conf_section *settings = conf_next(conf, "settings", NULL);
	for (size_t i = 0; settings && i < settings->items_n; i++) {
		const struct conf_item *item = &settings->items[i];
		if (item->values_n != 1)
			return conf_wrong(settings, item, err, "%s has %zu values, expected one",
				item->key, item->values_n);
	}
	return true;
}

bool
check_conf(struct app *app, const struct conf *conf, struct err *err)
{
	return check_settings(conf, err) && check_attributes(app, conf, err);
}

bool
load_conf(struct app *app, struct conf **out, struct err *err)
{
	const char *path = app_config_path(app);
	*out = path ? conf_load(path, app->config != NULL, err) : NULL;
	if (path && !*out)
		return false;
	if (!check_conf(app, *out, err))
		return false;
	app->ledger = option_or_setting(app, app->ledger, *out, "ledger");
	app->tz = option_or_setting(app, app->tz, *out, "timezone");
	app->period = option_or_setting(app, app->period, *out, "period");
	return true;
}

/* Users are hashed as they were when the answer was printed; nothing else of the ledger is looked at. */
static uint64_t
secret_again(struct app *app, const struct intake_options *options)
{
	struct err ignored;
	const char *path = options->no_save ? NULL : app_ledger_path(app, &ignored);
	struct ledger *ledger = path ? ledger_open(path, LEDGER_READ, &ignored) : NULL;
	uint64_t secret = ledger ? ledger_secret(ledger) : machine_secret();
	ledger_close(ledger);
	return secret;
}

static bool
prepare(struct app *app, const struct intake_options *options, struct intake *intake,
	struct mapping *mapping, struct taken *out, struct err *err)
{
	if (!out->conf && !load_conf(app, &out->conf, err))
		return false;
	if (!find_format(options->input_format, &intake->reading.forced, err))
		return false;
	if (options->map) {
		if (!mapping_parse(out->conf, options->map, &app->arena, mapping, err))
			return false;
		if (intake->reading.forced && intake->reading.forced != &reader_request_log)
			return err_set(err, FAULT_USAGE,
				"--map names the columns of a file in no known format; it does not "
				"go with --input-format %s",
				options->input_format);
		intake->reading.mapping = mapping;
		intake->reading.forced = &reader_request_log;
	}
	if (options->threads_given && (options->threads < 1 || options->threads > THREADS_MOST))
		return err_set(err, FAULT_USAGE, "--threads %lld: expected 1 to %d",
			(long long)options->threads, THREADS_MOST);
	if (!check_early(app, options, out->conf, err))
		return false;
	intake->reading.model = slice_of(options->model);
	intake->reading.threads = options->threads ? (int)options->threads : processors();
	if (!options->no_save && !app->inquiry) {
		const char *path = app_ledger_path(app, err);
		out->ledger = path ? ledger_open(path, LEDGER_WRITE, err) : NULL;
		if (!out->ledger)
			return false;
	}
	intake->ledger = out->ledger;
	intake->secret = out->secret = out->ledger    ? ledger_secret(out->ledger)
				       : app->inquiry ? secret_again(app, options)
						      : machine_secret();
	if (options->rejects && !app->inquiry &&
		!(intake->reading.rejects = fopen(options->rejects, "we")))
		return err_set(err, FAULT_SYSTEM, "%s: %s", options->rejects, err_errno(errno));
	return true;
}

static bool
save(struct app *app, struct taken *out, struct err *err)
{
	out->import = ledger_same_import(out->ledger, &out->sources);
	if (out->import > 0) { /* the same command again */
		cells_keep(app, out->ledger, out->conf, out->catalog);
		return true;
	}
	if (!ledger_begin(out->ledger, err))
		return false;
	out->import = ledger_add_import(out->ledger, app->now, "", err);
	bool good = out->import > 0;
	for (size_t i = 0; i < out->sources.n && good; i++)
		good = ledger_add_source(out->ledger, out->import, &out->sources.items[i], err);
	good = good && ledger_settle(out->ledger, err) &&
	       cells_update(app, out->ledger, out->conf, out->catalog, err) &&
	       ledger_commit(out->ledger, err);
	if (!good)
		ledger_rollback(out->ledger);
	return good;
}

bool
take_in(struct app *app, const struct intake_options *options, int paths_n, const char **paths,
	struct taken *out, struct err *err)
{
	struct meter meter = { .on = app->progress, .began = time(NULL) };
	struct intake intake = { .progress = on_progress, .progress_arg = &meter };
	struct mapping mapping = { 0 };
	*out = (struct taken){ .conf = out->conf, .catalog = out->catalog };
	char *text = options_text(options);
	intake.options = text;
	bool good = check_paths(app, options, paths_n, paths, err) &&
		    prepare(app, options, &intake, &mapping, out, err);
	for (int i = 0; i < paths_n && good; i++)
		good = intake_path(&intake, paths[i], &out->sources, err);
	end_progress(&meter);
	if (intake.reading.rejects && fclose(intake.reading.rejects) != 0 && good)
		good = err_set(err, FAULT_SYSTEM, "%s: %s", options->rejects, err_errno(errno));
	out->skipped = intake.skipped;
	out->skipped_n = intake.skipped_n;
	free(text);
	if (good && options->strict && taken_rejected(out))
		for (size_t i = 0; i < out->sources.n && good; i++) {
			const struct source *source = &out->sources.items[i];
			if (source->rejected)
				good = err_set(err, FAULT_INPUT,
					"%s:%llu: %s (--strict: nothing was saved)", source->name,
					(unsigned long long)source->rejects[0].line,
					source->rejects[0].reason);
		}
	return good && (!out->ledger || save(app, out, err));
}

uint64_t
taken_rejected(const struct taken *taken)
{
	uint64_t n = 0;
	for (size_t i = 0; i < taken->sources.n; i++)
		n += taken->sources.items[i].rejected;
	return n;
}

void
taken_free(struct taken *taken)
{
	sources_free(&taken->sources);
	ledger_close(taken->ledger);
	conf_free(taken->conf);
	str_free(&taken->skipped);
}
