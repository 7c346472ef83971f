/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands that mend, piece by piece.  Each does for root and for others what it says, and loses nothing. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "report/doctor.h"

void
mend_run(struct str *out, const struct doctor_facts *facts, bool as_root, const char *command)
{
	str_printf(out, "%s%s%s", out->n ? " && " : "",
		as_root && facts->user != 0 && facts->has_sudo ? "sudo " : "", command);
}

void
mend_path(struct str *out, const char *path)
{
	str_putc(out, ' ');
	if (path[0] == '-')
		str_puts(out, "./");
	str_shell(out, slice_of(path));
}

/* The line that a sentence names behind the path: "hllm.conf:12: …"; 0 none. */
static long
line_of(const char *path, const char *fault)
{
	size_t n = strlen(path);
	const char *at = strstr(fault, path);
	return at && at[n] == ':' ? strtol(at + n + 1, NULL, 10) : 0;
}

void
mend_edit(struct str *out, const char *path, const char *fault)
{
	long line = line_of(path, fault);
	str_puts(out, "${EDITOR:-vi}");
	if (line > 0)
		str_printf(out, " +%ld", line);
	mend_path(out, path);
}

void
mend_aside(struct str *out, const char *path)
{
	char *to = xasprintf("%s.old", path);
	for (int i = 2; access(to, F_OK) == 0; i++) {
		free(to);
		to = xasprintf("%s.old%d", path, i);
	}
	str_puts(out, out->n ? " && mv" : "mv");
	mend_path(out, path);
	mend_path(out, to);
	free(to);
}

/* What is called otherwise elsewhere. */
static const char *
package_of(const char *installer, const char *what)
{
	static const struct {
		const char *installer, *what, *package;
	} names[] = {
		{ "apt-get", "gnuplot", "gnuplot-nox" },
	};
	for (size_t i = 0; i < HL_COUNT(names); i++)
		if (strcmp(names[i].installer, installer) == 0 && strcmp(names[i].what, what) == 0)
			return names[i].package;
	return what;
}

void
mend_install(struct str *out, const struct doctor_facts *facts, const char *what)
{
	static const struct {
		const char *installer, *command;
	} commands[] = {
		{ "apt-get", "apt-get install -y" },
		{ "dnf", "dnf install -y" },
		{ "pacman", "pacman -S --noconfirm" },
		{ "apk", "apk add" },
		{ "zypper", "zypper install -y" },
		{ "brew", "brew install" },
	};
	for (size_t i = 0; i < HL_COUNT(commands); i++) {
		if (strcmp(commands[i].installer, facts->installer) != 0)
			continue;
		mend_run(out, facts, strcmp(facts->installer, "brew") != 0, commands[i].command);
		str_printf(out, " %s", package_of(facts->installer, what));
		return;
	}
}

/* Permissions of what is the user's are theirs to give; of what is not, root's. */
void
mend_own(struct str *out, const struct doctor_facts *facts, const char *path, uid_t owner,
	const char *mode)
{
	bool ours = owner == facts->user || facts->user == 0;
	if (!ours) {
		mend_run(out, facts, true, "chown");
		str_printf(out, " %ld", (long)facts->user);
		mend_path(out, path);
	}
	mend_run(out, facts, false, "chmod");
	str_printf(out, " %s", mode);
	mend_path(out, path);
}

void
size_text(struct str *out, int64_t bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	size_t unit = 0;
	double value = (double)bytes;
	for (; value >= 1024 && unit + 1 < HL_COUNT(units); unit++)
		value /= 1024;
	str_printf(out, "%.*f %s", unit && value < 10 ? 1 : 0, value, units[unit]);
}
