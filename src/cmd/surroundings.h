/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * surroundings - what `hllm doctor` has to know before it can judge: files, the ledger, other programs, the
 * environment.  Nothing is written, nothing is sent but to this machine's own ports, and nothing fails: what
 * cannot be had is a fact, too.
 */
#ifndef HLLM_CMD_SURROUNDINGS_H
#define HLLM_CMD_SURROUNDINGS_H

#include "cmd/cmd.h"
#include "conf/conf.h"
#include "local/hardware.h"
#include "report/doctor.h"

enum { DOCTOR_VARIABLES = 16 };

/* All that the facts are borrowed from; zeroed at first. */
struct surroundings {
	struct app *app;
	const char *flag_ledger, *flag_tz, *flag_period; /* as options gave them; NULL */
	struct conf *conf; /* NULL: there is none, or it cannot be read */
	struct doctor_file *files;
	size_t files_n, files_size;
	struct doctor_setting *settings;
	size_t settings_n, settings_size;
	struct doctor_port ports[SERVER_PORTS];
	struct doctor_variable variables[DOCTOR_VARIABLES];
	struct machine machine;
	struct gpus gpus;
	struct hardwares hardwares;
	struct match matches[MATCHES_MOST];
	struct str again;
	struct doctor_facts facts;
};

/* 'thorough': all of the ledger, however long that takes. */
void surroundings_look(struct surroundings *s, bool thorough);
void surroundings_free(struct surroundings *s);

/* The parts, in this order. */
void surroundings_files(struct surroundings *s);    /* each file that commands would read */
void surroundings_conf(struct surroundings *s);     /* hllm.conf as commands would take it */
void surroundings_settings(struct surroundings *s); /* where each setting comes from */

#endif
