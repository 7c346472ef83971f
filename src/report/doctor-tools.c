/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is around hllm: other programs, the machine, the environment. */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/when.h"
#include "report/doctor.h"
#include "report/parts.h"

/* ---- pictures ---- */

static bool
has_terminal(const struct drawer *drawer, const char *name)
{
	char *word = xasprintf(" %s ", name);
	bool has = strstr(drawer->terminals, word);
	free(word);
	return has;
}

static void
say_formats(struct doctor *doctor, const struct doctor_facts *facts)
{
	static const char *const screens[] = { "sixelgd", "kittycairo", "dumb" };
	const struct drawer *drawer = &facts->drawer;
	struct str can = STR_INIT, cannot = STR_INIT, mend = STR_INIT;
	for (size_t i = 0; i < facts->formats_n; i++) {
		bool has = has_terminal(drawer, facts->terminals[i]);
		struct str *list = has ? &can : &cannot;
		str_printf(list, "%s%s", list->n ? ", " : "", facts->formats[i]);
	}
	for (size_t i = 0; i < HL_COUNT(screens); i++)
		if (has_terminal(drawer, screens[i]))
			str_printf(&can, "%s%s", can.n ? ", " : "", screens[i]);
	if (cannot.n) {
		mend_install(&mend, facts, "gnuplot");
		doctor_say(doctor, DOCTOR_MISSING, "gnuplot", &mend,
			"gnuplot %s, %s, cannot draw %s", drawer->version, drawer->path,
			str_text(&cannot));
	} else {
		doctor_say(doctor, DOCTOR_FOUND, "gnuplot", NULL, "gnuplot %s, %s: %s",
			drawer->version, drawer->path, str_text(&can));
	}
	str_free(&can);
	str_free(&cannot);
}

void
check_gnuplot(struct doctor *doctor, const struct doctor_facts *facts)
{
	const struct drawer *drawer = &facts->drawer;
	struct str mend = STR_INIT;
	if (!drawer->path[0]) {
		mend_install(&mend, facts, "gnuplot");
		doctor_say(doctor, DOCTOR_MISSING, "gnuplot", &mend,
			"no gnuplot in PATH: hllm chart draws in characters, but no svg, png or "
			"pdf");
	} else if (drawer->why.text[0] || drawer->old) {
		/* the system's own is looked for behind it, or put in its place */
		if (strncmp(drawer->path, "/usr/bin/", 9) == 0 ||
			strncmp(drawer->path, "/bin/", 5) == 0)
			mend_install(&mend, facts, "gnuplot");
		else
			mend_aside(&mend, drawer->path);
		doctor_say(doctor, DOCTOR_BROKEN, "gnuplot", &mend, "%s%s%s%s", drawer->path,
			drawer->old ? ": too old (" : ": ",
			drawer->old ? drawer->version : drawer->why.text,
			drawer->old ? "), expected 5.2 or later" : "");
	} else {
		say_formats(doctor, facts);
	}
}

/* ---- servers and the machine ---- */

static void
mend_listener(struct str *mend, const struct doctor_facts *facts, const struct listener *listener)
{
	if (listener->unit[0]) {
		mend_run(mend, facts, !listener->user,
			listener->user ? "systemctl --user restart" : "systemctl restart");
		str_printf(mend, " %s", listener->unit);
	} else if (listener->pid > 0) {
		mend_run(mend, facts, false, "kill");
		str_printf(mend, " %ld", (long)listener->pid);
	}
}

static void
say_server(struct doctor *doctor, const struct server *server)
{
	struct str text = STR_INIT;
	str_printf(&text, "%s %s at %s", server_titles[server->kind], server->version, server->url);
	if (server->model[0])
		str_printf(&text, ", %s", server->model);
	if (server->needs_key)
		str_puts(&text, "; it asks for a key");
	doctor_say(doctor, DOCTOR_FOUND, server->url, NULL, "%s", str_text(&text));
	str_free(&text);
	if (server->open_to_all)
		doctor_say(doctor, DOCTOR_NOTE, server->url, NULL,
			"%s listens on every interface and asks for no key: others on this network "
			"may use it",
			server->url);
}

void
check_servers(struct doctor *doctor, const struct doctor_facts *facts)
{
	size_t said = 0;
	for (size_t i = 0; i < facts->ports_n; i++) {
		const struct doctor_port *port = &facts->ports[i];
		struct str mend = STR_INIT;
		said += port->answers || port->silent;
		if (port->answers) {
			say_server(doctor, &port->server);
		} else if (port->silent) {
			mend_listener(&mend, facts, &port->listener);
			doctor_say(doctor, DOCTOR_BROKEN, "server", &mend,
				"%s listens at 127.0.0.1:%d but does not answer: hllm probe waits "
				"for "
				"it",
				port->listener.name[0] ? port->listener.name : "something",
				port->port);
		}
	}
	if (said)
		return;
	doctor_say(doctor, DOCTOR_NOTE, "server", NULL,
		"no server of models at 127.0.0.1, ports 11434, 8080, 8000, 8001 and 1234: hllm "
		"probe measures one that runs");
}

void
check_machine(struct doctor *doctor, const struct doctor_facts *facts)
{
	const struct machine *machine = facts->machine;
	struct str text = STR_INIT;
	if (machine->cpu.n)
		str_printf(&text, SLICE_FMT ", ", SLICE_ARG(machine->cpu));
	str_printf(&text, "%d processor%s, ", machine->cpus_n, machine->cpus_n == 1 ? "" : "s");
	double memory = machine_memory(machine);
	if (isnan(memory))
		str_puts(&text, "memory not told");
	else
		size_text(&text, (int64_t)memory);
	doctor_say(doctor, DOCTOR_FOUND, "machine", NULL, "%s", str_text(&text));
	str_free(&text);
	for (size_t i = 0; i < facts->gpus->n; i++) {
		const struct gpu *gpu = &facts->gpus->items[i];
		str_clear(&text);
		if (!isnan(gpu->memory_bytes)) {
			str_puts(&text, ", ");
			size_text(&text, (int64_t)gpu->memory_bytes);
		}
		doctor_say(doctor, DOCTOR_FOUND, "gpu", NULL, SLICE_FMT "%s", SLICE_ARG(gpu->name),
			str_text(&text));
	}
	for (int i = 0; i < facts->matches_n; i++)
		if (facts->matches[i].hardware)
			doctor_say(doctor, DOCTOR_FOUND, "hardware", NULL,
				"hardware.csv knows it as " SLICE_FMT,
				SLICE_ARG(facts->matches[i].hardware->id));
	str_free(&text);
	if (facts->gpus->why.n && facts->has_nvidia_smi) {
		struct str mend = STR_INIT;
		mend_run(&mend, facts, true, "modprobe nvidia");
		doctor_say(doctor, DOCTOR_MISSING, "gpu", &mend, SLICE_FMT,
			SLICE_ARG(facts->gpus->why));
	} else if (!facts->gpus->n) {
		doctor_say(doctor, DOCTOR_NOTE, "gpu", NULL,
			"no graphics processor that hllm can ask (nvidia-smi, /sys/class/drm)");
	}
}

/* ---- environment ---- */

void
check_clock(struct doctor *doctor, const struct doctor_facts *facts)
{
	char now[WHEN_TEXT], day[WHEN_TEXT];
	struct str mend = STR_INIT;
	if (facts->clock_fault[0]) {
		str_puts(&mend, "unset SOURCE_DATE_EPOCH");
		doctor_say(doctor, DOCTOR_BROKEN, "SOURCE_DATE_EPOCH", &mend,
			"%s; every command fails", facts->clock_fault);
		return;
	}
	when_print(now, facts->now);
	int64_t last = facts->health.last;
	bool data = last != INT64_MIN && last < INT64_MAX / NS_PER_SECOND;
	if (facts->has_prices && facts->newest_price == INT64_MIN)
		doctor_say(doctor, DOCTOR_BROKEN, "now", NULL,
			"it is %s (%s): no list price is as old as that", now, facts->clock_from);
	else if (data && facts->now < (last - 86400) * NS_PER_SECOND)
		doctor_say(doctor, DOCTOR_NOTE, "now", NULL,
			"it is %s (%s), but the ledger has data of %s", now, facts->clock_from,
			when_date(day, last * NS_PER_SECOND));
	else
		doctor_say(
			doctor, DOCTOR_FOUND, "now", NULL, "it is %s (%s)", now, facts->clock_from);
}

void
check_environment(struct doctor *doctor, const struct doctor_facts *facts)
{
	for (size_t i = 0; i < facts->variables_n; i++) {
		const struct doctor_variable *variable = &facts->variables[i];
		struct str mend = STR_INIT;
		/* the XDG base directory specification wants it so */
		if (strncmp(variable->name, "XDG_", 4) == 0 && variable->value[0] != '/') {
			str_printf(&mend, "unset %s", variable->name);
			doctor_say(doctor, DOCTOR_NOTE, variable->name, &mend,
				"%s=%s is not used: it is no path from / on", variable->name,
				variable->value);
		} else {
			doctor_say(doctor, DOCTOR_FOUND, variable->name, NULL, "%s=%s",
				variable->name, variable->value);
		}
	}
	if (!facts->variables_n)
		doctor_say(doctor, DOCTOR_FOUND, "environment", NULL,
			"no variable changes what hllm does");
}

void
check_locale(struct doctor *doctor, const struct doctor_facts *facts)
{
	struct str mend = STR_INIT;
	if (facts->utf8) {
		doctor_say(doctor, DOCTOR_FOUND, "locale", NULL, "UTF-8");
		return;
	}
	str_puts(&mend, "export LC_ALL=C.UTF-8");
	doctor_say(doctor, DOCTOR_NOTE, "locale", &mend,
		"not UTF-8: charts in characters are drawn with ASCII alone");
}

void
check_temporary(struct doctor *doctor, const struct doctor_facts *facts)
{
	const char *wanted = facts->temporary_wanted;
	struct str mend = STR_INIT;
	if (wanted[0] && strcmp(wanted, facts->temporary) != 0) {
		str_puts(&mend, "unset TMPDIR");
		doctor_say(doctor, DOCTOR_NOTE, "TMPDIR", &mend,
			"TMPDIR is %s, which cannot be written: %s is used", wanted,
			facts->temporary[0] ? facts->temporary : "nothing else");
	} else if (!facts->temporary[0]) {
		mend_run(&mend, facts, true, "chmod 1777 /tmp");
		doctor_say(doctor, DOCTOR_BROKEN, "temporary files", &mend,
			"neither TMPDIR nor /var/tmp nor /tmp can be written");
	} else {
		struct str room = STR_INIT;
		size_text(&room, facts->temporary_place.free_bytes);
		doctor_say(doctor, DOCTOR_FOUND, "temporary files", NULL, "%s, %s free",
			facts->temporary, str_text(&room));
		str_free(&room);
	}
}
