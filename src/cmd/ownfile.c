/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/ownfile.h"

#include <unistd.h>

#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/output.h"
#include "price/sheet.h"

static const char price_header[] = "provider,model,from,to,service_tier,kind,price,unit,source\n";
static const char tiered_header[] =
	"provider,model,from,to,service_tier,kind,price,unit,source,above_tokens\n";
static const char full_header[] =
	"provider,model,from,to,service_tier,kind,price,unit,source,above_tokens,region,"
	"hours_utc\n";
static const char alias_header[] = "name,model,from,to,source\n";

const char *
ownfile_header(enum ownfile file, enum ownfile_columns columns)
{
	return file == OWN_ALIASES        ? alias_header
	       : columns == COLUMNS_ALL   ? full_header
	       : columns == COLUMNS_ABOVE ? tiered_header
					  : price_header;
}

enum ownfile_columns
ownfile_columns_of(struct slice line)
{
	line = slice_trim(line);
	for (enum ownfile_columns columns = COLUMNS_SHORT; columns <= COLUMNS_ALL; columns++)
		if (slice_eq(line, slice_trim(slice_of(ownfile_header(OWN_PRICES, columns)))))
			return columns;
	return COLUMNS_NONE;
}

void
ownfile_cell(struct str *line, struct slice text, char after)
{
	bool plain = text.n && text.p[0] != '#' && text.p[0] != ' ' && text.p[text.n - 1] != ' ' &&
		     !memchr(text.p, ',', text.n) && !memchr(text.p, '"', text.n);
	if (!plain && text.n)
		str_putc(line, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			str_putc(line, '"');
		str_putc(line, text.p[i]);
	}
	if (!plain && text.n)
		str_putc(line, '"');
	str_putc(line, after);
}

void
ownfile_date(struct str *line, int64_t ns, char after)
{
	char text[WHEN_TEXT];
	if (ns != INT64_MIN && ns != INT64_MAX)
		str_puts(line, ns % NS_PER_DAY ? when_print(text, ns) : when_date(text, ns));
	str_putc(line, after);
}

bool
ownfile_lock(const struct app *app, const char *path, int *lock, struct err *err)
{
	*lock = -1;
	if (!path)
		return err_set(err, FAULT_SYSTEM,
			"no home folder for price files of your own: set HOME or XDG_CONFIG_HOME");
	if (!app_make_folder(app, err))
		return false;
	*lock = output_lock(path);
	return true;
}

bool
ownfile_read(
	struct app *app, const char *path, enum ownfile file, struct str *text, struct err *err)
{
	struct slice old;
	if (!path)
		return err_set(err, FAULT_SYSTEM,
			"no home folder for price files of your own: set HOME or XDG_CONFIG_HOME");
	if (access(path, F_OK) != 0) {
		str_puts(text, ownfile_header(file, COLUMNS_SHORT));
		return true;
	}
	if (!sheet_file(&app->arena, path, &old, err))
		return false;
	str_slice(text, old);
	if (old.n && old.p[old.n - 1] != '\n')
		str_putc(text, '\n');
	return true;
}

/* The columns of a file made by hand may stand in another order: then a line of ours does not fit. */
static bool
check_header(const char *path, const struct str *text, enum ownfile file, struct err *err)
{
	struct slice rest = str_as_slice(text), line;
	while (slice_cut(&rest, '\n', &line)) {
		line = slice_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		bool ours = file == OWN_PRICES ? ownfile_columns_of(line) != COLUMNS_NONE
					       : slice_eq(line, slice_trim(slice_of(alias_header)));
		return ours ||
		       err_set(err, FAULT_INPUT,
			       "%s: its header is not the one that hllm writes; add the line by "
			       "hand",
			       path);
	}
	return err_set(err, FAULT_INPUT, "%s: has no header, expected \"%s\"", path,
		ownfile_header(file, COLUMNS_SHORT));
}

bool
ownfile_save(const char *path, enum ownfile file, const struct str *text, struct err *err)
{
	struct slice all = str_as_slice(text);
	if (all.n > SHEET_LARGEST)
		return err_set(err, FAULT_LIMIT,
			"%s: would grow beyond 64 MiB, which no price file may; import less, with "
			"--only",
			path);
	struct catalog *check = check_header(path, text, file, err)
					? catalog_load_memory(file == OWN_PRICES ? all : SLICE(""),
						  file == OWN_PRICES ? SLICE("") : all, err)
					: NULL;
	catalog_free(check);
	return check && output_file(path, all, err);
}
