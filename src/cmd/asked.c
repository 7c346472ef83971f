/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/asked.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/output.h"
#include "report/ids.h"
#include "view/cell.h"
#include "view/escape.h"

/* A file that is larger is none of ours. */
enum { LARGEST = 64 << 20 };

static bool
says(const struct app *app, const char *option)
{
	for (int i = 1; i < app->argc; i++) {
		if (strcmp(app->argv[i], "--") == 0)
			return false;
		if (strcmp(app->argv[i], option) == 0)
			return true;
	}
	return false;
}

/* JSON holds no other bytes, and the command could not be run again without them. */
static bool
is_text(const struct app *app)
{
	char *folder = getcwd(NULL, 0);
	bool good = folder && slice_is_utf8(slice_of(folder));
	for (int i = 1; i < app->argc && good; i++)
		good = slice_is_utf8(slice_of(app->argv[i]));
	free(folder);
	return good;
}

bool
asked_not_kept(const struct app *app)
{
	return says(app, "--no-save") || !app->state_home[0] || !is_text(app);
}

/* Quoted only where a shell would make something else of it. */
void
asked_put_word(struct str *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_./:,=+@%";
	str_puts(out, out->n ? " " : "");
	if (word[0] && strspn(word, plain) == strlen(word))
		str_puts(out, word);
	else
		str_shell(out, slice_of(word));
}

void
asked_command(const struct app *app, struct str *out)
{
	bool options = true;
	for (int i = 1; i < app->argc; i++) {
		options &= strcmp(app->argv[i], "--") != 0;
		if (options && strcmp(app->argv[i], "--ids") == 0)
			continue;
		asked_put_word(out, app->argv[i]);
	}
}

/* ---- writing ---- */

static void
put_string(struct str *out, struct slice text)
{
	str_putc(out, '"');
	escape_json(out, text);
	str_putc(out, '"');
}

static void
put_ids(struct str *out, struct answer *answer)
{
	struct str value = STR_INIT;
	bool first = true;
	for (size_t t = 0; t < answer->tables_n; t++) {
		const struct table *table = answer->tables[t];
		for (size_t i = 0; i < table->rows_n * table->columns_n; i++) {
			size_t column = i % table->columns_n;
			if (!table->ids[i] || table->columns[column].shows)
				continue;
			str_clear(&value);
			cell_human(&value, &table->columns[column], &table->cells[i]);
			str_printf(out, "%s\"%s\": ", first ? "" : ", ", table->ids[i]);
			put_string(out, str_as_slice(&value));
			first = false;
		}
	}
	str_free(&value);
}

static void
put_line(struct str *out, const struct app *app, struct answer *answer)
{
	char time[WHEN_TEXT], *folder = getcwd(NULL, 0);
	str_printf(out,
		"{\"time\": \"%s\", \"now\": \"%lld\", \"folder\": ", when_print(time, app->now),
		(long long)app->now);
	put_string(out, slice_of(folder ? folder : "/"));
	str_puts(out, ", \"arguments\": [");
	for (int i = 1; i < app->argc; i++) {
		str_puts(out, i > 1 ? ", " : "");
		put_string(out, slice_of(app->argv[i]));
	}
	str_puts(out, "], \"schema\": ");
	put_string(out, slice_of(answer->schema));
	str_puts(out, ", \"ids\": {");
	put_ids(out, answer);
	str_puts(out, "}}\n");
	free(folder);
}

/* What the file holds; nothing when it is not there, or no file. A pipe is not waited for. */
static void
read_all(const char *path, struct str *out)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat st;
	if (file && fstat(fileno(file), &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= LARGEST)
		for (size_t n = 1; n;) {
			enum { PART = 65536 };
			n = fread(str_reserve(out, PART), 1, PART, file);
			str_took(out, n);
		}
	if (file)
		fclose(file);
}

/* The last lines of it, at most so many. */
static struct slice
last_lines(const struct str *text, size_t most)
{
	struct slice all = str_as_slice(text);
	size_t at = all.n, lines = 0;
	while (at > 0 && lines <= most)
		lines += all.p[--at] == '\n';
	if (lines > most) /* behind the line break that ends the one before them */
		at++;
	return (struct slice){ all.p + at, all.n - at };
}

/* The folders on the way to it, for the owner alone.  0 or an errno. */
static int
make_folders(const char *path)
{
	char *copy = xstrdup(path);
	int number = 0;
	for (char *at = copy + 1; *at && !number; at++)
		if (*at == '/') {
			*at = '\0';
			number = mkdir(copy, 0700) == 0 || errno == EEXIST ? 0 : errno;
			*at = '/';
		}
	free(copy);
	return number;
}

/* A new file is the owner's alone, whatever the umask says. */
static bool
write_lines(const char *path, struct slice before, const struct str *line, struct err *err)
{
	struct str all = STR_INIT;
	str_slice(&all, before);
	str_slice(&all, str_as_slice(line));
	mode_t mask = umask(0077);
	bool good = output_file(path, str_as_slice(&all), err);
	umask(mask);
	str_free(&all);
	return good;
}

/* Nothing is written to what is no file, as a pipe that nobody reads. */
static bool
check_file(const char *path, struct err *err)
{
	struct stat st;
	return stat(path, &st) != 0 || S_ISREG(st.st_mode) ||
	       err_set(err, FAULT_SYSTEM, "%s: not a regular file", path);
}

void
asked_keep(const struct app *app, struct answer *answer)
{
	struct err err = { 0 };
	struct str before = STR_INIT, line = STR_INIT;
	const char *path = app_asked_path(app, &answer->arena);
	if (!path || asked_not_kept(app))
		return;
	int number = make_folders(path);
	bool good = number ? err_set(&err, FAULT_SYSTEM, "%s: %s", path, err_errno(number))
			   : check_file(path, &err);
	if (good) {
		int lock = output_lock(path);
		read_all(path, &before);
		if (before.n && before.p[before.n - 1] != '\n')
			str_clear(&before); /* cut short, or none of ours */
		put_line(&line, app, answer);
		good = write_lines(path, last_lines(&before, ASKED_MOST - 1), &line, &err);
		output_unlock(lock);
	}
	if (!good)
		app_say(app,
			"%s: hllm why will not know these ids by themselves; see: hllm why "
			"--help",
			err.text);
	str_free(&before);
	str_free(&line);
}

/* ---- reading ---- */

static char *
copy_string(const cJSON *item)
{
	return item && cJSON_IsString(item) ? xstrdup(item->valuestring) : NULL;
}

/* The id as it stands there, or one that begins like it: ids grow and shrink by a sign. */
static const cJSON *
find_id(const cJSON *ids, const char *id)
{
	const cJSON *item, *near = NULL;
	size_t n = strlen(id);
	cJSON_ArrayForEach(item, ids)
	{
		size_t own = strlen(item->string);
		if (strcmp(item->string, id) == 0)
			return item;
		if (own >= ID_LEAST && memcmp(item->string, id, own < n ? own : n) == 0)
			near = item;
	}
	return near;
}

static void
take_arguments(const cJSON *list, struct asked *out)
{
	const cJSON *item;
	out->arguments = xcalloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(char *));
	cJSON_ArrayForEach(item, list)
	{
		if (cJSON_IsString(item))
			out->arguments[out->arguments_n++] = xstrdup(item->valuestring);
	}
}

/* A command: at least one word. */
static bool
are_strings(const cJSON *list)
{
	const cJSON *item;
	if (!cJSON_IsArray(list))
		return false;
	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item))
			return false;
	}
	return cJSON_GetArraySize(list) > 0;
}

static bool
take_line(struct slice line, const char *id, struct asked *out)
{
	cJSON *object = cJSON_ParseWithLength(line.p, line.n);
	const cJSON *ids = cJSON_GetObjectItemCaseSensitive(object, "ids");
	const cJSON *printed = cJSON_IsObject(ids) ? find_id(ids, id) : NULL;
	const cJSON *now = cJSON_GetObjectItemCaseSensitive(object, "now");
	const cJSON *folder = cJSON_GetObjectItemCaseSensitive(object, "folder");
	const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(object, "arguments");
	bool good = cJSON_IsString(printed) && cJSON_IsString(now) && cJSON_IsString(folder) &&
		    are_strings(arguments) &&
		    num_int(slice_of(now->valuestring), &out->now) == NUM_OK &&
		    out->now > INT64_MIN / 16 * 15;
	if (good) {
		out->printed = copy_string(printed);
		out->folder = copy_string(folder);
		take_arguments(arguments, out);
	}
	cJSON_Delete(object);
	return good;
}

bool
asked_find(const struct app *app, struct slice id, struct asked *out)
{
	struct arena arena = { 0 };
	struct str text = STR_INIT;
	const char *path = app_asked_path(app, &arena);
	char *wanted = slice_dup(id);
	bool found = false;
	*out = (struct asked){ 0 };
	if (path)
		read_all(path, &text);
	struct slice rest = str_as_slice(&text);
	while (rest.n && !found) {
		size_t end = rest.n, at;
		while (end && rest.p[end - 1] == '\n')
			end--;
		for (at = end; at && rest.p[at - 1] != '\n';)
			at--;
		found = end > at && take_line((struct slice){ rest.p + at, end - at }, wanted, out);
		rest.n = at;
	}
	free(wanted);
	str_free(&text);
	arena_free(&arena);
	return found;
}

void
asked_free(struct asked *asked)
{
	for (int i = 0; i < asked->arguments_n; i++)
		free(asked->arguments[i]);
	free(asked->arguments);
	free(asked->folder);
	free(asked->printed);
	*asked = (struct asked){ 0 };
}
