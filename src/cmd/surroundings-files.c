/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each file that commands read, opened as they would open it. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/catalog.h"
#include "cmd/prices.h"
#include "cmd/ruling.h"
#include "cmd/surroundings.h"
#include "local/model.h"
#include "local/speeds.h"
#include "price/price.h"
#include "price/sheet.h"
#include "price/successor.h"
#include "work/profile.h"

/* What attributes.conf says is wanted by files that come after it. */
struct reading {
	struct surroundings *s;
	struct attributes *attributes; /* NULL: they cannot be read, which is said once */
	struct speeds speeds;          /* of files that name each other */
};

/* As somebody who reads only this file of its kind. */
typedef bool read_file(struct reading *reading, struct doctor_file *file, struct err *err);

static bool
read_attributes(struct reading *reading, struct doctor_file *file, struct err *err)
{
	reading->attributes = attributes_load(file->path, err);
	return reading->attributes != NULL;
}

static bool
read_prices(struct reading *reading, struct doctor_file *file, struct err *err)
{
	struct catalog *catalog = catalog_load(&file->path, 1, NULL, 0, err);
	bool good = catalog != NULL;
	catalog_free(catalog);
	if (good && file->role != DOCTOR_SHIPPED) /* of that one a test is sure */
		file->doubts = prices_doubts(reading->s->app, file->path);
	return good;
}

static bool
read_aliases(struct reading *reading, struct doctor_file *file, struct err *err)
{
	const char *only = app_shipped_path(reading->s->app, "prices.csv");
	struct catalog *catalog = catalog_load(&only, 1, &file->path, 1, err);
	bool good = catalog != NULL;
	catalog_free(catalog);
	return good;
}

static bool
read_hardware(struct reading *reading, struct doctor_file *file, struct err *err)
{
	struct hardwares list = { 0 };
	(void)reading;
	bool good = hardwares_add(&list, file->path, err);
	hardwares_free(&list);
	return good;
}

static bool
read_models(struct reading *reading, struct doctor_file *file, struct err *err)
{
	struct local_models list = { 0 };
	const struct attributes *attributes = reading->attributes;
	int type = attributes ? attributes_find(attributes, SLICE("type")) : -1;
	bool good = local_models_add(&list, file->path, err) &&
		    (type < 0 || local_models_check_types(&list, attributes->items[type].words,
					 attributes->items[type].words_n, err));
	local_models_free(&list);
	return good;
}

static bool
read_successors(struct reading *reading, struct doctor_file *file, struct err *err)
{
	struct successors list = { 0 };
	(void)reading;
	bool good = successors_add(&list, file->path, err);
	successors_free(&list);
	return good;
}

static bool
read_types(struct reading *reading, struct doctor_file *file, struct err *err)
{
	if (!reading->attributes)
		return true;
	struct task_types *types = task_types_new(reading->attributes);
	bool good = task_types_load(types, file->path, true, err);
	task_types_free(types);
	return good;
}

static bool
read_speeds(struct reading *reading, struct doctor_file *file, struct err *err)
{
	bool good = true;
	for (int i = 0; i < SPEED_FILES && good; i++)
		if (strcmp(speed_files[i], file->name) == 0)
			good = speeds_add(&reading->speeds, (enum speed_file)i, file->path, err);
	return good;
}

static bool
read_policy(struct reading *reading, struct doctor_file *file, struct err *err)
{
	if (!reading->attributes)
		return true;
	struct policy *policy = policy_load(reading->attributes, file->path, err);
	bool good = policy != NULL;
	policy_free(policy);
	return good;
}

static bool
read_text(struct reading *reading, struct doctor_file *file, struct err *err)
{
	struct arena arena = { 0 };
	struct slice text;
	(void)reading;
	bool good = sheet_file(&arena, file->path, &text, err);
	arena_free(&arena);
	return good;
}

/* Those of data/, but for the policies, in an order in which each has what it needs; 'own': the user may have one. */
static const struct {
	const char *name;
	read_file *read;
	bool own, example;
} known[] = {
	{ "attributes.conf", read_attributes, false, false },
	{ "prices.csv", read_prices, true, false },
	{ "aliases.csv", read_aliases, true, false },
	{ "successors.csv", read_successors, true, false },
	{ "task-types.conf", read_types, true, false },
	{ "hardware.csv", read_hardware, true, false },
	{ "models.csv", read_models, true, false },
	{ "speed.csv", read_speeds, false, false },
	{ "throughput-hardware.csv", read_speeds, false, false },
	{ "throughput-models.csv", read_speeds, false, false },
	{ "throughput.csv", read_speeds, false, false },
	{ "gnuplot/common.gp", read_text, true, false },
	{ "gnuplot/lines.gp", read_text, true, false },
	{ "gnuplot/bars.gp", read_text, true, false },
	{ "gnuplot/columns.gp", read_text, true, false },
	{ "examples/openai-cost.csv", read_text, false, true },
	{ "examples/requests.jsonl.gz", read_text, false, true },
	{ "earlier/openai-cost.csv", read_text, false, true },
	{ "earlier/requests.jsonl.gz", read_text, false, true },
};
/* The policies that hllm comes with; those of the user's own are found by looking. */
static const char *const policies[] = { "default", "offline-first", "plan-execute", "playbook",
	"tree", "two-tier" };

/* What can be told without reading it. */
static void
look_at(struct doctor_file *file)
{
	struct stat st;
	int number = stat(file->path, &st) == 0 ? 0 : errno;
	bool needed = file->role != DOCTOR_OWN && file->role != DOCTOR_CONFIG;
	file->there = number == 0;
	if (number == 0) {
		file->owner = st.st_uid;
		file->no_file = S_ISDIR(st.st_mode);
		number = S_ISDIR(st.st_mode) ? EISDIR : access(file->path, R_OK) == 0 ? 0 : errno;
		file->refused = number == EACCES;
	} else if (!needed && (number == ENOENT || number == ENOTDIR)) {
		return;
	}
	if (number)
		err_set(&file->fault, FAULT_SYSTEM, "%s: %s", file->path, err_errno(number));
}

static struct doctor_file *
add_file(struct surroundings *s, const char *name, const char *path, enum doctor_role role)
{
	s->files = xgrow(s->files, &s->files_size, s->files_n, sizeof(*s->files));
	struct doctor_file *file = &s->files[s->files_n++];
	*file = (struct doctor_file){ .name = name, .path = path, .role = role };
	look_at(file);
	return file;
}

static void
read_it(struct reading *reading, struct doctor_file *file, read_file *read)
{
	if (file->there && !file->fault.text[0])
		(void)!read(reading, file, &file->fault);
}

static void
add_policies(struct reading *reading)
{
	struct surroundings *s = reading->s;
	size_t n;
	for (size_t i = 0; i < HL_COUNT(policies); i++) {
		char *name = xasprintf("policies/%s.conf", policies[i]);
		const char *kept = arena_copy(&s->app->arena, name, strlen(name));
		read_it(reading, add_file(s, kept, app_shipped_path(s->app, kept), DOCTOR_SHIPPED),
			read_policy);
		free(name);
	}
	const char **names = app_policy_names(s->app, &n);
	for (size_t i = 0; i < n; i++) {
		char *name = xasprintf("policies/%s.conf", names[i]);
		const char *kept = arena_copy(&s->app->arena, name, strlen(name)),
			   *own = app_own_path(s->app, kept);
		if (own && access(own, F_OK) == 0)
			read_it(reading, add_file(s, kept, own, DOCTOR_OWN), read_policy);
		free(name);
	}
}

/* Is there another installation that is whole, as far as its names tell? */
static const char *
find_instead(const struct surroundings *s)
{
	bool whole = strcmp(s->app->data_dir, PKGDATADIR) != 0 && getenv("HLLM_DATA_DIR");
	for (size_t i = 0; i < HL_COUNT(known) && whole; i++) {
		char *path = xasprintf("%s/%s", PKGDATADIR, known[i].name);
		whole = access(path, R_OK) == 0;
		free(path);
	}
	return whole ? PKGDATADIR : NULL;
}

void
surroundings_files(struct surroundings *s)
{
	struct reading reading = { .s = s };
	struct app *app = s->app;
	for (size_t i = 0; i < HL_COUNT(known); i++)
		read_it(&reading,
			add_file(s, known[i].name, app_shipped_path(app, known[i].name),
				known[i].example ? DOCTOR_EXAMPLE : DOCTOR_SHIPPED),
			known[i].read);
	for (size_t i = 0; i < HL_COUNT(known); i++) {
		const char *own = known[i].own ? app_own_path(app, known[i].name) : NULL;
		if (own)
			read_it(&reading, add_file(s, known[i].name, own, DOCTOR_OWN),
				known[i].read);
	}
	add_policies(&reading);
	for (size_t i = 0; i < app->prices.n; i++)
		read_it(&reading, add_file(s, "--prices", app->prices.items[i], DOCTOR_GIVEN),
			read_prices);
	attributes_free(reading.attributes);
	speeds_free(&reading.speeds);
	s->facts.data_instead = find_instead(s);
	const char *config = app_config_path(app);
	if (config)
		add_file(s, "hllm.conf", config, DOCTOR_CONFIG);
	s->facts.files = s->files;
	s->facts.files_n = s->files_n;
}
