/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What hllm doctor makes of surroundings that no test can build for real: made-up facts in, lines out. */
#include "config.h"

#include "report/doctor.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/when.h"
#include "ledger/rescue.h"

/* Surroundings in which nothing is wrong. */
struct world {
	struct doctor_facts facts;
	struct machine machine;
	struct gpus gpus;
	struct doctor_port port;
	struct doctor_file files[2];
	struct doctor doctor;
};

static void
begin(struct world *w)
{
	static const char *const formats[] = { "svg", "png" }, *const terminals[] = { "svg",
		"pngcairo" };
	*w = (struct world){
		.machine = { .cpus_n = 4, .memory_bytes = (double)NAN, .limit_bytes = (double)NAN }
	};
	w->facts = (struct doctor_facts){
		.program = "/usr/bin/hllm",
		.user = 1000,
		.home = "/home/me",
		.config_home = "/home/me/.config",
		.data_dir = "/usr/share/hllm",
		.installer = "apt-get",
		.has_sudo = true,
		.in_cron_path = true,
		.now = 1793577600 * NS_PER_SECOND,
		.clock_from = "the clock",
		.clock_fault = "",
		.config_fault = "",
		.again = "",
		.ledger = "/home/me/ledger.db",
		.health = { .exists = true,
			.bytes = 1 << 20,
			.mode = 0600,
			.owner = 1000,
			.imports = 1,
			.first = INT64_MAX,
			.last = INT64_MIN,
			.whole = true },
		.place = { .at = "/home/me",
			.exists = true,
			.folder = true,
			.mode = 0700,
			.owner = 1000,
			.free_bytes = (int64_t)1 << 40,
			.mount = "/home" },
		.has_prices = true,
		.newest_price = 1793577600 * NS_PER_SECOND - 5 * NS_PER_DAY,
		.price_age = 60,
		.drawer = { .path = "/usr/bin/gnuplot",
			.version = "5.4",
			.terminals = " dumb pngcairo svg " },
		.formats = formats,
		.terminals = terminals,
		.formats_n = HL_COUNT(formats),
		.utf8 = true,
		.temporary = "/tmp",
		.temporary_wanted = "",
		.manual = "/usr/share/man/man1/hllm.1.gz",
		.completion = "/usr/share/bash-completion/completions/hllm",
	};
	w->facts.ports = &w->port;
	w->facts.machine = &w->machine;
	w->facts.gpus = &w->gpus;
}

/* The one line of the check in this state; its text has 'text', its mend is 'mend'. */
static void
says(struct world *w, enum doctor_state state, const char *check, const char *text,
	const char *mend)
{
	size_t found = 0, broken = 0;
	doctor_examine(&w->doctor, &w->facts);
	for (size_t i = 0; i < w->doctor.n; i++) {
		const struct doctor_line *line = &w->doctor.items[i];
		broken += line->state == DOCTOR_BROKEN;
		if (line->state != state || strcmp(line->check, check) != 0 ||
			slice_find(line->text, text) < 0)
			continue;
		found++;
		if (!slice_is(line->mend, mend))
			fail_msg("%s: mend \"%s\", not \"%s\"", text, line->mend.p, mend);
	}
	if (found != 1)
		fail_msg("%zu lines of %s: %s", found, check, text);
	assert_int_equal(broken, state == DOCTOR_BROKEN);
	assert_int_equal(doctor_is_broken(&w->doctor), state == DOCTOR_BROKEN);
	doctor_free(&w->doctor);
}

static void
test_well(void **state)
{
	struct world w;
	(void)state;
	begin(&w);
	says(&w, DOCTOR_FOUND, "ledger", "1.0 MiB, 1 import; version 0 of its tables; all of it",
		"");
	doctor_examine(&w.doctor, &w.facts);
	/* every check has something to say, but for the one about files: there are none in this world */
	for (size_t i = 0; i < doctor_checks_n; i++) {
		size_t lines = 0;
		for (size_t k = 0; k < w.doctor.n; k++)
			lines += strcmp(w.doctor.items[k].check, doctor_checks[i].id) == 0;
		assert_int_equal(lines == 0, strcmp(doctor_checks[i].id, "config") == 0);
	}
	doctor_free(&w.doctor);
}

static void
test_places(void **state)
{
	struct world w;
	(void)state;
	begin(&w);
	w.facts.place.network = "NFS";
	says(&w, DOCTOR_NOTE, "disk", "/home is a network file system (NFS)", "");
	w.facts.ledger_instead = "/data/hllm/ledger.db";
	says(&w, DOCTOR_NOTE, "disk", "network file system",
		"mkdir -p -m 700 '/data/hllm' && mv '/home/me/ledger.db' '/data/hllm/ledger.db' && "
		"ln -s '/data/hllm/ledger.db' '/home/me/ledger.db'");
	begin(&w);
	w.facts.place.free_bytes = 3 << 20;
	says(&w, DOCTOR_BROKEN, "disk", "/home is full: 3.0 MiB free, an import may need 16 MiB",
		"du -xh '/home' 2>/dev/null | sort -h | tail -n 20");
	w.facts.health.bytes = (int64_t)3 << 30;
	says(&w, DOCTOR_BROKEN, "disk", "an import may need 3.0 GiB",
		"du -xh '/home' 2>/dev/null | sort -h | tail -n 20");
	begin(&w);
	w.facts.place.refused = EROFS;
	w.facts.place.read_only = true;
	says(&w, DOCTOR_BROKEN, "disk", "the file system may only be read",
		"sudo mount -o remount,rw '/home'");
	w.facts.place.read_only = false;
	w.facts.place.refused = EACCES;
	w.facts.place.owner = 0;
	says(&w, DOCTOR_BROKEN, "disk", "Permission denied, so the ledger cannot be written",
		"sudo chown 1000 '/home/me' && chmod u+rwx '/home/me'");
}

static void
set_holder(struct world *w, const char *name)
{
	snprintf(w->facts.health.holder_name, sizeof(w->facts.health.holder_name), "%s", name);
}

static void
test_ledgers(void **state)
{
	struct world w;
	(void)state;
	begin(&w);
	w.facts.health.holder = 42;
	set_holder(&w, "hllm");
	says(&w, DOCTOR_NOTE, "ledger", "process 42 (hllm) is writing to it",
		"tail --pid=42 -f /dev/null");
	set_holder(&w, "sqlite3");
	says(&w, DOCTOR_BROKEN, "ledger", "process 42 (sqlite3) is writing to it", "kill 42");
	w.facts.health.holder = -1;
	says(&w, DOCTOR_BROKEN, "ledger", "a process that cannot be told", "");
	begin(&w);
	w.facts.health.state = LEDGER_NEWER;
	w.facts.packaged = true;
	err_set(&w.facts.health.why, FAULT_INPUT, "ledger.db: written by a newer hllm");
	says(&w, DOCTOR_BROKEN, "ledger", "newer hllm", "sudo apt-get install -y hllm");
	begin(&w);
	w.facts.health.whole = false;
	says(&w, DOCTOR_FOUND, "ledger", "(all: --thorough)", "");
	begin(&w);
	/* one file of three is gone; options of an import are said again, each as one word of a shell */
	char a[] = "/no/a.csv", b[] = "/no/b.csv", gone[] = "/no/gone.csv", none[] = "",
	     options[] = "--map model=m,input=i --model it's 4 ";
	struct ledger_file files[] = { { a, options, true }, { b, none, true },
		{ gone, none, false } };
	w.facts.health.state = LEDGER_DAMAGED;
	w.facts.health.files = files;
	w.facts.health.files_n = 3;
	w.facts.health.files_known = true;
	says(&w, DOCTOR_BROKEN, "ledger", "files that are gone or shorter now: /no/gone.csv",
		"mv '/home/me/ledger.db' '/home/me/ledger.db.damaged' && hllm imports --rescue "
		"'/home/me/ledger.db.damaged' && hllm import --map 'model=m,input=i' --model "
		"'it'\\''s 4' '/no/a.csv' && hllm import '/no/b.csv'");
	w.facts.health.files_n = 2;
	says(&w, DOCTOR_BROKEN, "ledger", "all that was imported is still there (2 files)",
		"mv '/home/me/ledger.db' '/home/me/ledger.db.damaged' && hllm import --map "
		"'model=m,input=i' --model 'it'\\''s 4' '/no/a.csv' && hllm import '/no/b.csv'");
	/* what was measured is nowhere else */
	w.facts.health.probes = 2;
	says(&w, DOCTOR_BROKEN, "ledger", "what can be read of it is put into a new one",
		"mv '/home/me/ledger.db' '/home/me/ledger.db.damaged' && hllm imports --rescue "
		"'/home/me/ledger.db.damaged' && hllm import --map 'model=m,input=i' --model "
		"'it'\\''s 4' '/no/a.csv' && hllm import '/no/b.csv'");
}

static void
test_servers(void **state)
{
	struct world w;
	(void)state;
	begin(&w);
	w.facts.ports_n = 1;
	w.port = (struct doctor_port){ .port = 11434,
		.silent = true,
		.listener = { .pid = 7, .name = "ollama", .unit = "ollama.service" } };
	says(&w, DOCTOR_BROKEN, "servers", "ollama listens at 127.0.0.1:11434 but does not answer",
		"sudo systemctl restart ollama.service");
	w.port.listener.user = true;
	says(&w, DOCTOR_BROKEN, "servers", "ollama listens",
		"systemctl --user restart ollama.service");
	w.port.listener = (struct listener){ 0 };
	says(&w, DOCTOR_BROKEN, "servers", "something listens", "");
	w.port.silent = false;
	w.port.answers = true;
	w.port.server = (struct server){ .kind = SERVER_VLLM,
		.url = "http://127.0.0.1:8000",
		.model = "m",
		.open_to_all = true };
	says(&w, DOCTOR_NOTE, "servers", "others on this network may use it", "");
	begin(&w);
	w.gpus.why = SLICE("nvidia-smi: failed with status 9");
	w.facts.has_nvidia_smi = true;
	says(&w, DOCTOR_MISSING, "machine", "status 9", "sudo modprobe nvidia");
	w.facts.has_nvidia_smi = false;
	says(&w, DOCTOR_NOTE, "machine", "no graphics processor", "");
}

static void
test_installers(void **state)
{
	static const struct {
		const char *installer, *mend;
	} cases[] = {
		{ "apt-get", "sudo apt-get install -y gnuplot-nox" },
		{ "dnf", "sudo dnf install -y gnuplot" },
		{ "pacman", "sudo pacman -S --noconfirm gnuplot" },
		{ "apk", "sudo apk add gnuplot" },
		{ "zypper", "sudo zypper install -y gnuplot" },
		{ "brew", "brew install gnuplot" },
		{ "", "" },
	};
	struct world w;
	(void)state;
	begin(&w);
	w.facts.drawer = (struct drawer){ 0 };
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		w.facts.installer = cases[i].installer;
		says(&w, DOCTOR_MISSING, "gnuplot", "no gnuplot in PATH", cases[i].mend);
	}
	w.facts.installer = "apt-get";
	w.facts.user = 0;
	says(&w, DOCTOR_MISSING, "gnuplot", "no gnuplot in PATH", "apt-get install -y gnuplot-nox");
	w.facts.manual = "";
	w.facts.packaged = true;
	says(&w, DOCTOR_MISSING, "manual", "man hllm finds nothing",
		"apt-get install -y --reinstall hllm");
	for (int i = 0; i < 2; i++)
		w.files[i] = (struct doctor_file){ .path = "/usr/share/hllm/models.csv",
			.role = DOCTOR_SHIPPED };
	w.facts.files = w.files;
	w.facts.files_n = 2;
	err_set(&w.files[0].fault, FAULT_SYSTEM, "/usr/share/hllm/models.csv: No such file");
	says(&w, DOCTOR_BROKEN, "data", "models.csv", "apt-get install -y --reinstall hllm");
	w.files[1].fault = w.files[0].fault;
	says(&w, DOCTOR_BROKEN, "data", "/usr/share/hllm: none of the files",
		"apt-get install -y --reinstall hllm");
	w.facts.data_instead = "/usr/share/hllm";
	says(&w, DOCTOR_BROKEN, "data", "another installation has it", "unset HLLM_DATA_DIR");
}

/* A made-up /proc: who listens at a port, and of which unit it is. */
static void
test_listener(void **state)
{
	char root[] = "/tmp/hllm-doctor-XXXXXX";
	struct listener found;
	(void)state;
	assert_non_null(mkdtemp(root));
	char *make = xasprintf(
		"cd %s && mkdir -p proc/net proc/12/fd proc/345/fd proc/self/fd && "
		"echo '  0: 0100007F:1F90 00000000:0000 01 0:0 0:0 0 0 0 777 1' >proc/net/tcp && "
		"echo '  1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 "
		" 1000   0 4711 1' >>proc/net/tcp && "
		"echo '  0: 0:1F91 0:0 0A 0:0 0:0 0 0 0 99 1' >proc/net/tcp6 && "
		"ln -s 'socket:[777]' proc/12/fd/3 && ln -s /dev/null proc/345/fd/1 && "
		"ln -s 'socket:[4711]' proc/345/fd/5 && echo llama-server >proc/345/comm && "
		"echo '0::/user.slice/user-1000.slice/user@1000.service/app.slice/llama.service' "
		">proc/345/cgroup",
		root);
	assert_int_equal(system(make), 0); // NOLINT(cert-env33-c)
	assert_true(listener_find(root, 8080, &found));
	assert_int_equal(found.pid, 345);
	assert_string_equal(found.name, "llama-server");
	assert_string_equal(found.unit, "llama.service");
	assert_true(found.user);
	assert_true(listener_find(root, 8081, &found));
	assert_int_equal(found.pid, 0);
	assert_false(listener_find(root, 8082, &found));
	char *unmake = xasprintf("rm -r %s", root);
	assert_int_equal(system(unmake), 0); // NOLINT(cert-env33-c)
	free(make);
	free(unmake);
}

static void
test_place(void **state)
{
	struct place place;
	char folder[PLACE_PATH];
	(void)state;
	place_folder("ledger.db", folder);
	assert_string_equal(folder, ".");
	place_folder("/ledger.db", folder);
	assert_string_equal(folder, "/");
	place_folder("a/b", folder);
	assert_string_equal(folder, "a");
	place_look("/tmp/no-such-folder/below/it", &place);
	assert_false(place.exists);
	assert_string_equal(place.at, "/tmp");
	assert_int_equal(place.refused, 0);
	assert_true(place.free_bytes >= 0);
	place_look("no-such-folder/below", &place);
	assert_string_equal(place.at, ".");
	place_look("/dev/null/below", &place);
	assert_string_equal(place.at, "/dev/null");
	assert_int_equal(place.refused, ENOTDIR);
	place_look("/", &place);
	assert_true(place.exists);
	assert_string_equal(place.mount, "/");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_well),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_ledgers),
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_installers),
		cmocka_unit_test(test_listener),
		cmocka_unit_test(test_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
