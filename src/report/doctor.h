/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * doctor - the answer of `hllm doctor`: what of its surroundings hllm found, what is missing, what is
 * broken, and the command that mends it.
 *
 * Facts in, lines out: whoever has looked around fills doctor_facts; each row of doctor_checks[] then says
 * what that means.  No check asks the system for anything but whether a name is taken, so a test can make
 * up any surroundings.
 *
 * A line is 'broken' when some command of hllm fails or says something wrong because of it, or when
 * others can read what is the user's; 'missing' when something that is not needed would be of use; a 'note'
 * when it is only good to know.
 */
#ifndef HLLM_REPORT_DOCTOR_H
#define HLLM_REPORT_DOCTOR_H

#include "base/place.h"
#include "ledger/health.h"
#include "probe/gpu.h"
#include "probe/listener.h"
#include "probe/match.h"
#include "probe/server.h"
#include "report/answer.h"
#include "report/drawer.h"

enum doctor_state { DOCTOR_BROKEN, DOCTOR_MISSING, DOCTOR_NOTE, DOCTOR_FOUND, DOCTOR_STATES };

/* One value that something was decided with, and who said so. */
struct doctor_setting {
	struct slice name, value, source; /* "timezone", "UTC", "default" */
	bool own;                         /* not the default */
};

enum doctor_role {
	DOCTOR_SHIPPED, /* installed with the program: must be there */
	DOCTOR_EXAMPLE, /* the same, but only examples need it */
	DOCTOR_OWN,     /* the user's, beside hllm.conf: need not be there */
	DOCTOR_CONFIG,  /* hllm.conf itself */
	DOCTOR_GIVEN,   /* named by an option: must be there */
};

/* A file that was looked for. */
struct doctor_file {
	const char *name; /* "prices.csv" */
	const char *path;
	enum doctor_role role;
	bool there;
	bool refused; /* it is there, but not ours to read */
	bool no_file; /* a folder stands in its place */
	uid_t owner;
	struct err fault; /* why it cannot be used; "" it can */
	size_t doubts;    /* of prices: what hllm prices lint would say */
};

/* What listens at one of the usual ports. */
struct doctor_port {
	int port;
	bool answers; /* it is a server of models, or asks for a key */
	bool silent;  /* something listens there, but says nothing */
	struct server server;
	struct listener listener;
	struct err why; /* where it does not answer */
};

struct doctor_variable {
	const char *name, *value;
};

struct doctor_facts {
	/* the program and its user */
	const char *program; /* its file; "" not told */
	const char *home, *config_home, *data_dir;
	const char
		*data_instead; /* where shipped files are complete, where data_dir is not; NULL */
	const char *installer; /* "apt-get", "dnf", …; "" none was found */
	/* the clock, in ns; 'clock_fault' is why SOURCE_DATE_EPOCH could not be taken, or "" */
	int64_t now;
	const char *clock_from, *clock_fault;
	/* files */
	const struct doctor_file *files;
	size_t files_n;
	const char *config_fault; /* what of hllm.conf no command would take, in its words; "" */
	const char *again;        /* " --ledger FILE" and the like, for commands */
	/* the ledger; NULL: no home, and nobody says where it is */
	const char *ledger;
	const char *ledger_instead; /* another place with room for it; NULL */
	struct ledger_health health;
	struct place place;
	/* prices */
	int64_t newest_price; /* ns, not after now; INT64_MIN: none */
	int64_t price_age;    /* days that it may be old; 0: any */
	/* pictures */
	struct drawer drawer;
	const char *const *formats, *const *terminals; /* "png" and what it takes of gnuplot */
	size_t formats_n;
	/* servers and the machine */
	const struct doctor_port *ports;
	size_t ports_n;
	const struct machine *machine;
	const struct gpus *gpus;
	const struct match *matches;
	/* environment */
	const struct doctor_variable *variables; /* those that are set and change something */
	size_t variables_n;
	const char *temporary_wanted; /* TMPDIR */
	const char *temporary;        /* where SQLite and others write; "" nowhere */
	struct place temporary_place;
	const char *manual, *completion; /* where they are installed; "" nowhere */
	/* what was decided with */
	const struct doctor_setting *settings;
	size_t settings_n;
	/* what takes few bytes, and so stands together */
	uid_t user; /* as whom hllm runs */
	int matches_n;
	bool packaged; /* hllm was installed by dpkg */
	bool has_sudo, has_nvidia_smi, in_cron_path;
	bool has_prices; /* the shipped list can be read */
	bool utf8;       /* the locale is */
};

struct doctor_line {
	const char *check; /* id of the check */
	enum doctor_state state;
	struct slice subject; /* of what: "gnuplot", a path */
	struct slice text;
	struct slice
		mend; /* for a shell; "" there is nothing to do, or nothing that one command does */
};

struct doctor {
	struct doctor_line *items; /* in the order of the checks */
	size_t n, size;
	const char *check; /* that is being made */
	struct arena arena;
};

struct doctor_check {
	const char *id, *about;
	void (*look)(struct doctor *doctor, const struct doctor_facts *facts);
};
extern const struct doctor_check doctor_checks[];
extern const size_t doctor_checks_n;

/* Makes all checks. */
void doctor_examine(struct doctor *doctor, const struct doctor_facts *facts);
void doctor_free(struct doctor *doctor);
bool doctor_is_broken(const struct doctor *doctor);
/* Fills the answer; 'settings': where each setting comes from, rather than what was found. */
void doctor_report(const struct doctor *doctor, const struct doctor_facts *facts, bool settings,
	struct answer *answer);

/* ---- for the checks ---- */

/* A new line; 'mend' NULL or an open str that is taken over. */
void doctor_say(struct doctor *doctor, enum doctor_state state, const char *subject,
	struct str *mend, const char *fmt, ...) hl_printf(5, 6);
/* What is to be typed, piece by piece. */
void mend_run(struct str *out, const struct doctor_facts *facts, bool as_root, const char *command);
void mend_path(struct str *out, const char *path);
void mend_edit(struct str *out, const char *path, const char *fault);
void mend_aside(struct str *out, const char *path);
void mend_install(struct str *out, const struct doctor_facts *facts, const char *what);
void mend_own(struct str *out, const struct doctor_facts *facts, const char *path, uid_t owner,
	const char *mode);
void size_text(struct str *out, int64_t bytes);

void check_program(struct doctor *doctor, const struct doctor_facts *facts);
void check_home(struct doctor *doctor, const struct doctor_facts *facts);
void check_shipped(struct doctor *doctor, const struct doctor_facts *facts);
void check_own(struct doctor *doctor, const struct doctor_facts *facts);
void check_config(struct doctor *doctor, const struct doctor_facts *facts);
void check_prices(struct doctor *doctor, const struct doctor_facts *facts);
void check_ledger(struct doctor *doctor, const struct doctor_facts *facts);
void check_privacy(struct doctor *doctor, const struct doctor_facts *facts);
void check_place(struct doctor *doctor, const struct doctor_facts *facts);
void check_gnuplot(struct doctor *doctor, const struct doctor_facts *facts);
void check_servers(struct doctor *doctor, const struct doctor_facts *facts);
void check_machine(struct doctor *doctor, const struct doctor_facts *facts);
void check_clock(struct doctor *doctor, const struct doctor_facts *facts);
void check_environment(struct doctor *doctor, const struct doctor_facts *facts);
void check_locale(struct doctor *doctor, const struct doctor_facts *facts);
void check_temporary(struct doctor *doctor, const struct doctor_facts *facts);
void check_manual(struct doctor *doctor, const struct doctor_facts *facts);
void check_completion(struct doctor *doctor, const struct doctor_facts *facts);

#endif
