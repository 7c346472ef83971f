/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fake inference server (tests/data/fakeserver.py) for a test: started, its log read, ended. */
#ifndef HLLM_TESTS_UNIT_FAKES_H
#define HLLM_TESTS_UNIT_FAKES_H

#include <cjson/cJSON.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"

enum { FAKE_OPTIONS = 12 };

struct fake {
	pid_t pid;
	int port;
	char url[64]; /* http://127.0.0.1:PORT */
	char log[64]; /* a file */
	char *cert;   /* of a server that speaks TLS */
	char *program;
};

extern char **environ;

/* Options are KEY=VALUE, up to a NULL; the first may be "tls". */
static inline void
fake_start(struct fake *fake, const char *const *options)
{
	const char *folder = getenv("TESTDIR");
	bool tls = options && *options && strcmp(*options, "tls") == 0;
	int ends[2];
	char text[16] = "";
	posix_spawn_file_actions_t actions;
	*fake = (struct fake){ .pid = 0 };
	fake->program = xasprintf("%s/data/fakeserver.py", folder ? folder : "tests");
	fake->cert = xasprintf("%s/data/fakeserver.pem", folder ? folder : "tests");
	snprintf(fake->log, sizeof(fake->log), "/tmp/fakeserver-XXXXXX");
	close(mkstemp(fake->log));
	const char *argv[FAKE_OPTIONS + 10] = { "python3", "-B", fake->program, "--for", "120",
		"--log", fake->log, "--cert", fake->cert };
	size_t n = tls ? 9 : 7;
	for (size_t i = tls; options && options[i] && n < FAKE_OPTIONS + 9; i++)
		argv[n++] = options[i];
	argv[n] = NULL;
	if (pipe2(ends, O_CLOEXEC) < 0 || posix_spawn_file_actions_init(&actions) ||
		posix_spawn_file_actions_adddup2(&actions, ends[1], 1) ||
		posix_spawnp(
			&fake->pid, argv[0], &actions, NULL, (char **)(uintptr_t)argv, environ))
		fail_msg("the fake server does not start");
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	for (size_t at = 0; at < sizeof(text) - 1; at++)
		if (read(ends[0], text + at, 1) != 1 || text[at] == '\n')
			break;
	close(ends[0]);
	fake->port = (int)strtol(text, NULL, 10);
	assert_true(fake->port > 0);
	snprintf(fake->url, sizeof(fake->url), "http%s://127.0.0.1:%d", tls ? "s" : "", fake->port);
}

/* It writes its log, and ends. */
static inline void
fake_end(struct fake *fake)
{
	if (fake->pid > 0) {
		kill(fake->pid, SIGTERM);
		waitpid(fake->pid, NULL, 0);
	}
	fake->pid = 0;
}

static inline void
fake_free(struct fake *fake)
{
	fake_end(fake);
	unlink(fake->log);
	free(fake->program);
	free(fake->cert);
}

/* The log as an array of its lines; for cJSON_Delete().  After fake_end(). */
static inline cJSON *
fake_log(const struct fake *fake)
{
	FILE *file = fopen(fake->log, "r");
	cJSON *lines = cJSON_CreateArray();
	char *line = NULL;
	size_t size = 0;
	if (!file)
		fail_msg("no log of the fake server");
	while (getline(&line, &size, file) > 0) {
		cJSON *object = cJSON_Parse(line);
		assert_non_null(object);
		cJSON_AddItemToArray(lines, object);
	}
	free(line);
	fclose(file);
	return lines;
}

/* A number of a line, or -1. */
static inline int64_t
fake_number(const cJSON *line, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, key);
	return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : -1;
}

static inline bool
fake_is(const cJSON *line, const char *what)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(line, "what");
	return cJSON_IsString(item) && strcmp(item->valuestring, what) == 0;
}

#endif
