/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger: its contents, who can read it, and where it lies. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "ledger/ledger.h"
#include "report/doctor.h"

/* An import needs room for what it adds and for the old state of the pages that it changes. */
enum { ROOM_LEAST = 16 << 20, FILES_NAMED = 3 };

/* ---- a ledger that is damaged ---- */

/* " --model 'x y'" of what is left of the options of a source, up to the next of them. */
static void
put_option(struct str *out, const char *options, const char *name, const char *const *all, size_t n)
{
	const char *at = strstr(options, name);
	if (!at || (at != options && at[-1] != ' '))
		return;
	const char *value = at + strlen(name), *end = options + strlen(options);
	for (size_t i = 0; i < n; i++) {
		const char *other = strstr(value, all[i]);
		if (other && other < end && other[-1] == ' ')
			end = other;
	}
	struct slice text = { value, (size_t)(end - value) };
	str_printf(out, " %s", name);
	str_shell(out, slice_trim(text));
}

/* As options_text() of the imports has written them. */
static void
put_options(struct str *out, const char *options)
{
	static const char *const names[] = { "--input-format ", "--map ", "--model " };
	for (size_t i = 0; i < HL_COUNT(names); i++)
		put_option(out, options, names[i], names, HL_COUNT(names));
}

/* One import for all files that were read with the same options and are still there. */
static void
put_imports(struct str *out, const struct doctor_facts *facts)
{
	const struct ledger_health *health = &facts->health;
	for (size_t i = 0; i < health->files_n; i++) {
		const struct ledger_file *file = &health->files[i];
		bool done = !file->there;
		for (size_t k = 0; k < i; k++)
			done |= health->files[k].there &&
				strcmp(health->files[k].options, file->options) == 0;
		if (done)
			continue;
		str_printf(out, " && hllm import%s", facts->again);
		put_options(out, file->options);
		for (size_t k = i; k < health->files_n; k++) {
			if (!health->files[k].there ||
				strcmp(health->files[k].options, file->options) != 0)
				continue;
			char *real = realpath(health->files[k].name, NULL);
			mend_path(out, real ? real : health->files[k].name);
			free(real);
		}
	}
}

static char *
name_aside(const char *path)
{
	char *to = xasprintf("%s.damaged", path);
	for (int i = 2; access(to, F_OK) == 0; i++) {
		free(to);
		to = xasprintf("%s.damaged%d", path, i);
	}
	return to;
}

/* Why it is damaged, without the advice to ask hllm doctor: that is who speaks. */
static void
put_damage(struct str *out, const struct doctor_facts *facts)
{
	struct slice why = slice_of(facts->health.why.text);
	ptrdiff_t advice = slice_find(why, LEDGER_MEND);
	char *known = xasprintf("%s: a damaged ledger", facts->ledger);
	if (advice >= 0)
		why.n = (size_t)advice;
	if (slice_is(why, known))
		str_slice(out, why);
	else
		str_printf(out, "a damaged ledger (" SLICE_FMT ")", SLICE_ARG(why));
	free(known);
}

/*
 * The old file is kept.  What can be imported again is: that is exact.  What is only in the ledger, files that are
 * gone and what was measured, is saved as far as it can be read.
 */
static void
say_damaged(struct doctor *doctor, const struct doctor_facts *facts)
{
	const struct ledger_health *health = &facts->health;
	struct str mend = STR_INIT, gone = STR_INIT, what = STR_INIT;
	char *aside = name_aside(facts->ledger);
	size_t gone_n = 0;
	for (size_t i = 0; i < health->files_n; i++)
		if (!health->files[i].there && gone_n++ < FILES_NAMED)
			str_printf(&gone, "%s%s", gone.n ? ", " : "", health->files[i].name);
	bool all = health->files_known && health->files_n && !gone_n && health->probes <= 0;
	str_puts(&mend, "mv");
	mend_path(&mend, facts->ledger);
	mend_path(&mend, aside);
	if (!all) {
		str_printf(&mend, " && hllm imports%s --rescue", facts->again);
		mend_path(&mend, aside);
	}
	put_imports(&mend, facts);
	put_damage(&what, facts);
	if (all)
		doctor_say(doctor, DOCTOR_BROKEN, facts->ledger, &mend,
			"%s; all that was imported is still there (%zu file%s): "
			"it can be imported into a new one",
			str_text(&what), health->files_n, health->files_n == 1 ? "" : "s");
	else
		doctor_say(doctor, DOCTOR_BROKEN, facts->ledger, &mend,
			"%s%s%s%s; what can be read of it is put into a new one", str_text(&what),
			gone.n ? "; files that are gone or shorter now: " : "", str_text(&gone),
			gone_n > FILES_NAMED ? ", …" : "");
	str_free(&what);
	str_free(&gone);
	free(aside);
}

/* ---- what state it is in ---- */

static void
say_none(struct doctor *doctor, const struct doctor_facts *facts)
{
	struct str mend = STR_INIT;
	str_printf(&mend, "hllm import%s FILE", facts->again);
	doctor_say(doctor, DOCTOR_NOTE, facts->ledger, &mend,
		"%s: there is none yet; it begins with the first import", facts->ledger);
}

static void
say_closed(struct doctor *doctor, const struct doctor_facts *facts)
{
	struct str mend = STR_INIT;
	if (facts->place.refused)
		return; /* check_place() says why */
	if (facts->health.exists)
		mend_own(&mend, facts, facts->ledger, facts->health.owner, "u+rw");
	doctor_say(doctor, DOCTOR_BROKEN, facts->ledger, &mend, "%s", facts->health.why.text);
}

/* Of hllm it is the end that is waited for, of others that is asked for: SQLite loses nothing by it. */
static void
say_held(struct doctor *doctor, const struct doctor_facts *facts)
{
	const struct ledger_health *health = &facts->health;
	bool ours = strcmp(health->holder_name, "hllm") == 0, busy = health->state == LEDGER_BUSY;
	struct str mend = STR_INIT;
	if (health->holder > 0)
		str_printf(&mend, "%s%ld%s", ours ? "tail --pid=" : "kill ", (long)health->holder,
			ours ? " -f /dev/null" : "");
	if (!health->holder)
		doctor_say(doctor, DOCTOR_BROKEN, facts->ledger, &mend, "%s", health->why.text);
	else if (health->holder < 0)
		doctor_say(doctor, DOCTOR_BROKEN, facts->ledger, &mend,
			"%s: a process that cannot be told is writing to it", facts->ledger);
	else
		doctor_say(doctor, ours ? DOCTOR_NOTE : DOCTOR_BROKEN, facts->ledger, &mend,
			"%s: process %ld (%s) is writing to it%s", facts->ledger,
			(long)health->holder,
			health->holder_name[0] ? health->holder_name : "of another user",
			busy ? ", so nobody can read it" : "");
}

static void
say_well(struct doctor *doctor, const struct doctor_facts *facts)
{
	const struct ledger_health *health = &facts->health;
	char first[WHEN_TEXT], last[WHEN_TEXT];
	struct str size = STR_INIT, span = STR_INIT;
	size_text(&size, health->bytes);
	if (health->first <= health->last)
		str_printf(&span, ", %s to %s", when_date(first, health->first * NS_PER_SECOND),
			when_date(last, health->last * NS_PER_SECOND));
	if (health->probes > 0)
		str_printf(&span, ", %lld probe%s", (long long)health->probes,
			health->probes == 1 ? "" : "s");
	doctor_say(doctor, DOCTOR_FOUND, facts->ledger, NULL,
		"%s: %s, %lld import%s%s; version %lld of its tables; %s", facts->ledger,
		str_text(&size), (long long)health->imports, health->imports == 1 ? "" : "s",
		str_text(&span), (long long)health->version,
		health->whole ? "all of it can be read"
			      : "what time allowed to look at can be read (all: --thorough)");
	str_free(&size);
	str_free(&span);
}

void
check_ledger(struct doctor *doctor, const struct doctor_facts *facts)
{
	const struct ledger_health *health = &facts->health;
	struct str mend = STR_INIT;
	if (!facts->ledger)
		return; /* check_home() has said why */
	if (health->holder || health->state == LEDGER_BUSY)
		say_held(doctor, facts);
	switch (health->state) {
	case LEDGER_WELL:
		say_well(doctor, facts);
		return;
	case LEDGER_NONE:
		say_none(doctor, facts);
		return;
	case LEDGER_CLOSED:
		say_closed(doctor, facts);
		return;
	case LEDGER_DAMAGED:
		say_damaged(doctor, facts);
		return;
	case LEDGER_NO_FILE:
	case LEDGER_FOREIGN:
	case LEDGER_NOTHING:
		mend_aside(&mend, facts->ledger);
		break;
	case LEDGER_NEWER:
		if (facts->packaged && strcmp(facts->installer, "apt-get") == 0)
			mend_run(&mend, facts, true, "apt-get install -y hllm");
		else
			mend_aside(&mend, facts->ledger);
		break;
	case LEDGER_UNFINISHED:
		str_printf(&mend, "hllm imports%s", facts->again);
		doctor_say(doctor, DOCTOR_NOTE, facts->ledger, &mend,
			"%s: an import was killed; the next command puts things back as they were",
			facts->ledger);
		return;
	case LEDGER_BUSY:
		return;
	}
	doctor_say(doctor, DOCTOR_BROKEN, facts->ledger, &mend, "%s", health->why.text);
}

/* ---- who else can read it ---- */

static bool
exists(const struct doctor_facts *facts)
{
	enum ledger_state state = facts->health.state;
	return facts->ledger && facts->health.exists && state != LEDGER_NONE &&
	       state != LEDGER_NO_FILE;
}

void
check_privacy(struct doctor *doctor, const struct doctor_facts *facts)
{
	struct str mend = STR_INIT;
	const struct place *place = &facts->place;
	if (facts->ledger && place->exists && (place->mode & 002) && !(place->mode & 01000)) {
		mend_own(&mend, facts, place->at, place->owner, "go-w");
		doctor_say(doctor, DOCTOR_BROKEN, place->at, &mend,
			"everybody may put another ledger into %s (mode %03o)", place->at,
			(unsigned)place->mode);
	} else if (exists(facts) && (facts->health.mode & 077)) {
		mend_own(&mend, facts, facts->ledger, facts->health.owner, "600");
		doctor_say(doctor, DOCTOR_BROKEN, facts->ledger, &mend,
			"others may open %s (mode %03o, expected 600)", facts->ledger,
			(unsigned)facts->health.mode);
	} else if (exists(facts)) {
		doctor_say(doctor, DOCTOR_FOUND, facts->ledger, NULL, "only its owner can read it");
	}
}

/* ---- where it lies ---- */

/* The ledger to where there is room, and a link in its place: no setting has to change. */
static void
mend_move(struct str *mend, const struct doctor_facts *facts)
{
	char folder[PLACE_PATH];
	if (!facts->ledger_instead)
		return;
	place_folder(facts->ledger_instead, folder);
	str_puts(mend, "mkdir -p -m 700");
	mend_path(mend, folder);
	str_puts(mend, " && mv");
	mend_path(mend, facts->ledger);
	mend_path(mend, facts->ledger_instead);
	str_puts(mend, " && ln -s");
	mend_path(mend, facts->ledger_instead);
	mend_path(mend, facts->ledger);
}

static void
say_refused(struct doctor *doctor, const struct doctor_facts *facts)
{
	const struct place *place = &facts->place;
	struct str mend = STR_INIT;
	const char *why = err_errno(place->refused);
	if (place->read_only) {
		mend_run(&mend, facts, true, "mount -o remount,rw");
		mend_path(&mend, place->mount);
		why = "the file system may only be read";
	} else if (!place->folder) {
		mend_aside(&mend, place->at);
	} else if (place->refused == EACCES) {
		mend_own(&mend, facts, place->at, place->owner, "u+rwx");
	}
	doctor_say(doctor, DOCTOR_BROKEN, place->at, &mend,
		"%s: %s, so the ledger cannot be %s there", place->at, why,
		exists(facts) ? "written" : "made");
}

void
check_place(struct doctor *doctor, const struct doctor_facts *facts)
{
	const struct place *place = &facts->place;
	struct str mend = STR_INIT, room = STR_INIT;
	if (!facts->ledger)
		return;
	if (place->refused) {
		say_refused(doctor, facts);
		return;
	}
	int64_t wanted = facts->health.bytes > ROOM_LEAST ? facts->health.bytes : ROOM_LEAST;
	size_text(&room, place->free_bytes);
	if (place->free_bytes >= 0 && place->free_bytes < wanted) {
		struct str size = STR_INIT;
		size_text(&size, wanted);
		mend_move(&mend, facts);
		if (!mend.n) {
			str_puts(&mend, "du -xh");
			mend_path(&mend, place->mount);
			str_puts(&mend, " 2>/dev/null | sort -h | tail -n 20");
		}
		doctor_say(doctor, DOCTOR_BROKEN, place->mount, &mend,
			"%s is full: %s free, an import may need %s%s", place->mount,
			str_text(&room), str_text(&size),
			facts->ledger_instead ? "" : "; this shows what fills it");
		str_free(&size);
	} else if (place->network) {
		mend_move(&mend, facts);
		doctor_say(doctor, DOCTOR_NOTE, place->mount, &mend,
			"%s is a network file system (%s): locks do not always work there, so only "
			"one machine should write the ledger",
			place->mount, place->network);
	} else {
		doctor_say(doctor, DOCTOR_FOUND, place->at, NULL, "%s can be written%s%s%s",
			place->at, place->free_bytes < 0 ? "" : ", ",
			place->free_bytes < 0 ? "" : str_text(&room),
			place->free_bytes < 0 ? "" : " free");
	}
	str_free(&room);
}
