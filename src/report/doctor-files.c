/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is installed, and what is the user's own. */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "report/doctor.h"
#include "report/parts.h"

#define PRICE_LIST \
 "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json"

void
check_program(struct doctor *doctor, const struct doctor_facts *facts)
{
	struct str mend = STR_INIT;
	doctor_say(doctor, DOCTOR_FOUND, "hllm", NULL, "hllm %s%s%s", PACKAGE_VERSION,
		facts->program[0] ? ", " : "", facts->program);
	if (!facts->program[0] || facts->in_cron_path)
		return;
	mend_run(&mend, facts, true, "ln -s");
	mend_path(&mend, facts->program);
	mend_path(&mend, "/usr/bin/hllm");
	doctor_say(doctor, DOCTOR_NOTE, "cron", &mend,
		"not in /usr/bin or /bin: cron needs the whole path, %s, or a link",
		facts->program);
}

void
check_home(struct doctor *doctor, const struct doctor_facts *facts)
{
	struct str mend = STR_INIT;
	if (facts->home[0]) {
		doctor_say(doctor, DOCTOR_FOUND, "HOME", NULL, "%s", facts->home);
		return;
	}
	str_puts(&mend, "export HOME=\"$(getent passwd \"$(id -u)\" | cut -d: -f6)\"");
	doctor_say(doctor, DOCTOR_BROKEN, "HOME", &mend,
		"no home folder is known: there is no ledger and no hllm.conf without --ledger and "
		"--config");
}

/* ---- what was installed ---- */

static bool
is_shipped(const struct doctor_file *file)
{
	return file->role == DOCTOR_SHIPPED || file->role == DOCTOR_EXAMPLE;
}

/* They are as the package or the sources have them. */
static void
mend_shipped(struct str *mend, const struct doctor_facts *facts)
{
	if (facts->data_instead)
		str_puts(mend, "unset HLLM_DATA_DIR");
	else if (facts->packaged && strcmp(facts->installer, "apt-get") == 0)
		mend_run(mend, facts, true, "apt-get install -y --reinstall hllm");
	else
		mend_run(mend, facts, true, "make install");
}

static void
say_shipped(struct doctor *doctor, const struct doctor_facts *facts, enum doctor_state state,
	const char *subject, const char *text)
{
	struct str mend = STR_INIT;
	mend_shipped(&mend, facts);
	doctor_say(doctor, state, subject, &mend, "%s%s", text,
		facts->data_instead ? "; another installation has it"
		: facts->packaged   ? ""
				    : " (make install in the folder of hllm's sources)");
}

void
check_shipped(struct doctor *doctor, const struct doctor_facts *facts)
{
	size_t n = 0, wrong = 0;
	for (size_t i = 0; i < facts->files_n; i++) {
		n += is_shipped(&facts->files[i]);
		wrong += is_shipped(&facts->files[i]) && facts->files[i].fault.text[0];
	}
	if (wrong && wrong == n) {
		char *text = xasprintf(
			"%s: none of the files that come with hllm can be read", facts->data_dir);
		say_shipped(doctor, facts, DOCTOR_BROKEN, facts->data_dir, text);
		free(text);
		return;
	}
	for (size_t i = 0; i < facts->files_n; i++) {
		const struct doctor_file *file = &facts->files[i];
		if (is_shipped(file) && file->fault.text[0])
			say_shipped(doctor, facts,
				file->role == DOCTOR_SHIPPED ? DOCTOR_BROKEN : DOCTOR_MISSING,
				file->path, file->fault.text);
	}
	if (!wrong)
		doctor_say(doctor, DOCTOR_FOUND, facts->data_dir, NULL,
			"all %zu files of %s can be read", n, facts->data_dir);
}

/* ---- the user's own ---- */

/* Of a file that is there, but cannot be used. */
static void
say_fault(struct doctor *doctor, const struct doctor_facts *facts, const struct doctor_file *file)
{
	struct str mend = STR_INIT;
	if (file->no_file)
		mend_aside(&mend, file->path);
	else if (file->refused)
		mend_own(&mend, facts, file->path, file->owner, "u+rw");
	else if (file->there)
		mend_edit(&mend, file->path, file->fault.text);
	doctor_say(doctor, DOCTOR_BROKEN, file->path, &mend, "%s", file->fault.text);
}

void
check_config(struct doctor *doctor, const struct doctor_facts *facts)
{
	for (size_t i = 0; i < facts->files_n; i++) {
		const struct doctor_file *file = &facts->files[i];
		struct str mend = STR_INIT;
		if (file->role != DOCTOR_CONFIG)
			continue;
		if (file->fault.text[0]) {
			say_fault(doctor, facts, file);
		} else if (facts->config_fault[0]) {
			mend_edit(&mend, file->path, facts->config_fault);
			doctor_say(doctor, DOCTOR_BROKEN, file->path, &mend, "%s",
				facts->config_fault);
		} else {
			doctor_say(doctor, DOCTOR_FOUND, file->path, NULL, "%s%s", file->path,
				file->there ? "" : ": there is none, so all settings are defaults");
		}
	}
}

void
check_own(struct doctor *doctor, const struct doctor_facts *facts)
{
	size_t n = 0, wrong = 0;
	for (size_t i = 0; i < facts->files_n; i++) {
		const struct doctor_file *file = &facts->files[i];
		struct str mend = STR_INIT;
		if (file->role != DOCTOR_OWN && file->role != DOCTOR_GIVEN)
			continue;
		n += file->there;
		if (file->fault.text[0]) {
			wrong++;
			say_fault(doctor, facts, file);
		} else if (file->doubts) {
			str_puts(&mend, "hllm prices lint");
			mend_path(&mend, file->path);
			doctor_say(doctor, DOCTOR_NOTE, file->path, &mend,
				"%s: %zu price%s may be wrong", file->path, file->doubts,
				file->doubts == 1 ? "" : "s");
		}
	}
	if (!wrong && n)
		doctor_say(doctor, DOCTOR_FOUND, "own files", NULL,
			"%zu file%s of your own, all can be read", n, n == 1 ? "" : "s");
	else if (!wrong)
		doctor_say(
			doctor, DOCTOR_FOUND, "own files", NULL, "none: only what was installed");
}

void
check_prices(struct doctor *doctor, const struct doctor_facts *facts)
{
	char day[WHEN_TEXT];
	struct str mend = STR_INIT;
	if (facts->newest_price == INT64_MIN)
		return; /* check_shipped() has said why */
	int64_t age = (facts->now - facts->newest_price) / NS_PER_DAY;
	when_date(day, facts->newest_price);
	if (facts->price_age && age > facts->price_age) {
		str_puts(&mend, "hllm prices import " PRICE_LIST " --check");
		doctor_say(doctor, DOCTOR_BROKEN, "prices", &mend,
			"the newest list price is of %s, %lld days ago, more than %lld: newer "
			"models "
			"have no price",
			day, (long long)age, (long long)facts->price_age);
	} else {
		doctor_say(doctor, DOCTOR_FOUND, "prices", NULL,
			"the newest list price is of %s, %lld day%s ago", day, (long long)age,
			age == 1 ? "" : "s");
	}
}

/* ---- beside it ---- */

static void
say_installed(struct doctor *doctor, const struct doctor_facts *facts, const char *path,
	const char *subject, const char *without)
{
	struct str mend = STR_INIT;
	if (path[0]) {
		doctor_say(doctor, DOCTOR_FOUND, subject, NULL, "%s", path);
		return;
	}
	if (facts->packaged && strcmp(facts->installer, "apt-get") == 0)
		mend_run(&mend, facts, true, "apt-get install -y --reinstall hllm");
	else
		mend_run(&mend, facts, true, "make install");
	doctor_say(doctor, DOCTOR_MISSING, subject, &mend, "%s%s", without,
		facts->packaged ? "" : " (make install in the folder of hllm's sources)");
}

void
check_manual(struct doctor *doctor, const struct doctor_facts *facts)
{
	say_installed(doctor, facts, facts->manual, "manual", "man hllm finds nothing");
}

void
check_completion(struct doctor *doctor, const struct doctor_facts *facts)
{
	say_installed(doctor, facts, facts->completion, "completion",
		"the shell does not complete commands and options");
}
