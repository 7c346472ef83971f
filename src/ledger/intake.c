/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/when.h"

enum { PROBE = 4096, SMALL_FILE = 4 << 20 };

struct job {
	struct intake *intake;
	struct fold *fold;
	const char *name;
	uint64_t size;
	/* by thread, each in a cache line of its own; no more is added beyond LOAD_MOST */
	struct {
		_Alignas(64) uint64_t sum;
	} loads[THREADS_MOST];
};

static void
on_begin(void *arg, struct slice head)
{
	struct job *job = arg;
	fold_prefix(job->fold, head);
}

static void
on_record(void *arg, int thread, const struct record *rec)
{
	struct job *job = arg;
	if (job->loads[thread].sum <= LOAD_MOST)
		job->loads[thread].sum += record_load(rec);
	fold_record(job->fold, thread, rec);
}

static void
on_progress(void *arg, uint64_t bytes)
{
	struct job *job = arg;
	if (job->intake->progress)
		job->intake->progress(job->intake->progress_arg, job->name, bytes, job->size);
}

/* Hashes of the first bytes and of those before 'end': to know a file again. */
static bool
probe_file(const char *path, int64_t end, uint64_t *head, uint64_t *tail)
{
	char buf[PROBE];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	size_t n = end < PROBE ? (size_t)end : PROBE;
	ssize_t first = pread(fd, buf, n, 0);
	*head = first == (ssize_t)n ? hash_64(buf, n, 0) : 0;
	ssize_t last = pread(fd, buf, n, end - (int64_t)n);
	*tail = last == (ssize_t)n ? hash_64(buf, n, 0) : 0;
	close(fd);
	return first == (ssize_t)n && last == (ssize_t)n;
}

static void
describe_file(struct source *source, const struct intake *intake, const struct input *input,
	const char *path)
{
	const struct stat *st = input_stat(input);
	source->plain = input_plain(input);
	source->options = xstrdup(intake->options ? intake->options : "");
	if (strcmp(path, "-") == 0)
		return;
	source->dev = (int64_t)st->st_dev;
	source->inode = (int64_t)st->st_ino;
	source->size = st->st_size;
	source->mtime_ns = st->st_mtim.tv_sec * NS_PER_SECOND + st->st_mtim.tv_nsec;
	if (!probe_file(path, source->size, &source->head_hash, &source->tail_hash))
		source->inode = 0;
}

static void
fill_counts(struct source *source, const struct source_report *report, const struct folded *folded)
{
	source->reader = xstrdup(report->reader->name);
	source->title = xstrdup(report->reader->title);
	source->reason = xstrdup(report->reason);
	source->origin = report->reader->origin;
	source->rows = report->rows;
	source->records = folded->records;
	source->reemits = report->notes[NOTE_REEMIT];
	source->replayed = report->notes[NOTE_REPLAYED];
	source->duplicate_rows = folded->duplicate_rows + source->reemits + source->replayed;
	source->errors = report->notes[NOTE_ERROR];
	source->without_usage = report->notes[NOTE_WITHOUT_USAGE];
	source->skipped = report->notes[NOTE_SKIPPED];
	source->rejected = report->rejected;
	memcpy(source->rejects, report->rejects, sizeof(source->rejects));
	source->rejects_n = report->rejects_n;
	source->warnings = report->warnings.n ? xstrdup(str_text(&report->warnings)) : NULL;
	source->header_only = report->header_only;
	source->lines = (int64_t)report->lines;
	/* bills number lines that look alike by size, over the whole file */
	source->resumable = report->resumable && source->plain && source->origin != ORIGIN_INVOICE;
	source->unterminated = report->unterminated;
	source->collapsed = folded->collapsed;
	for (size_t i = 0; i < folded->bins.n; i++) {
		const struct bin *bin = &folded->bins.items[i];
		if (folded->keys.items[bin->key].how & HOW_WITHOUT_USAGE) {
			source->records -= (uint64_t)bin->records;
			continue;
		}
		source->first = bin->first < source->first ? bin->first : source->first;
		source->last = bin->last > source->last ? bin->last : source->last;
	}
}

/* Sums of what was read would be wrong: nothing has been summed yet. */
static bool
is_overloaded(const struct job *job)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < HL_COUNT(job->loads); i++)
		sum += job->loads[i].sum;
	return sum > LOAD_MOST;
}

/* Reads the file that the input stands at; 'before' is the part of it that is known, or NULL. */
static bool
read_source(struct intake *intake, struct input *input, const char *path,
	const struct source *before, struct source *source, struct err *err)
{
	struct source_report report;
	struct reading_options reading = intake->reading;
	describe_file(source, intake, input, path);
	source->name = xstrdup(input_name(input));
	if (before) {
		reading.resume_at = before->size;
		reading.resume_line = (uint64_t)before->lines;
		source->chain = before->chain;
	}
	if (input_plain(input) && source->size - reading.resume_at < SMALL_FILE)
		reading.threads = 1;
	struct job job = { .intake = intake, .name = source->name, .size = (uint64_t)source->size };
	job.fold = fold_new(reading.threads, intake->secret);
	const struct sink sink = { &job, on_begin, on_record, on_progress };
	bool good = reading_run(input, &reading, &sink, &report, err);
	if (good && is_overloaded(&job))
		good = err_set(err, FAULT_INPUT,
			"%s: its tokens or requests add up to more than 2^53, expected what "
			"somebody can be billed for",
			source->name);
	if (good) {
		source->folded = fold_finish(job.fold);
		fill_counts(source, &report, source->folded);
	} else {
		fold_free(job.fold);
	}
	source_report_free(&report);
	return good;
}

/* Is this stored source the very file, or (its own size) how it began? */
static bool
is_start_of(const struct source *known, const struct source *file, const char *path)
{
	uint64_t head, tail;
	if (known->size == file->size)
		return known->mtime_ns == file->mtime_ns && known->head_hash == file->head_hash &&
		       known->tail_hash == file->tail_hash;
	return known->resumable && known->size > 0 && known->size < file->size &&
	       probe_file(path, known->size, &head, &tail) && head == known->head_hash &&
	       tail == known->tail_hash;
}

/* Is 'part' stored of the same reading of the file as 'last', and no later? */
static bool
belongs_to(const struct source *part, const struct source *last)
{
	if (last->plain)
		return part->plain && part->chain == last->chain && part->size <= last->size;
	return part->size == last->size && part->mtime_ns == last->mtime_ns;
}

/* Takes over what is stored of the file that known[at] ends: it, and the parts before it. */
static void
take_known(struct sources *known, size_t at, const char *path, struct sources *out)
{
	const struct source last = known->items[at];
	for (size_t i = known->n;
		i-- > 0;) { /* the list has the longest first: parts come in order */
		if (!belongs_to(&known->items[i], &last))
			continue;
		struct source *taken = sources_add(out);
		*taken = known->items[i];
		known->items[i] = (struct source){ .size = INT64_MAX };
		if (taken->plain) { /* the name that was asked for, not the one it was stored under */
			free(taken->name);
			taken->name = xstrdup(path);
		}
	}
}

enum known { KNOWN_NOT, KNOWN_PART, KNOWN_WHOLE, KNOWN_FAILED };

/* What the ledger holds of this file already, appended to 'out'. */
static enum known
find_known(struct intake *intake, const struct input *input, const char *path, struct sources *out,
	struct err *err)
{
	struct source file = { 0 };
	struct sources known = { 0 };
	enum known found = KNOWN_NOT;
	describe_file(&file, intake, input, path);
	bool good = !file.inode || ledger_find_file(intake->ledger, &file, &known, err);
	for (size_t i = 0; i < known.n && good && found == KNOWN_NOT; i++) {
		if (!is_start_of(&known.items[i], &file, path))
			continue;
		found = known.items[i].size == file.size ? KNOWN_WHOLE : KNOWN_PART;
		take_known(&known, i, path, out);
	}
	source_clear(&file);
	sources_free(&known);
	if (!good)
		err->fault =
			FAULT_SYSTEM; /* of the ledger, not of this file, which a folder may leave out */
	return good ? found : KNOWN_FAILED;
}

/* All members of one file; of a file that grew only what is new. */
static bool
intake_file(struct intake *intake, const char *path, struct sources *out, struct err *err)
{
	struct input *input = input_open(path, err);
	if (!input)
		return false;
	size_t before = out->n;
	enum known known = KNOWN_NOT;
	if (intake->ledger && strcmp(path, "-") != 0 && !intake->reading.rejects)
		known = find_known(intake, input, path, out, err);
	int got = known == KNOWN_FAILED ? -1 : known == KNOWN_WHOLE ? 0 : 1;
	while (got > 0 && (got = input_next(input, err)) > 0) {
		struct source source = { .first = INT64_MAX, .last = INT64_MIN };
		if (read_source(intake, input, path,
			    known == KNOWN_PART ? &out->items[out->n - 1] : NULL, &source, err)) {
			*sources_add(out) = source;
		} else {
			source_clear(&source);
			got = -1;
		}
	}
	input_close(input);
	if (got == 0 && out->n == before)
		return err_set(err, FAULT_INPUT,
			"%s: an archive without files, expected bills, usage exports or request "
			"logs",
			path);
	return got == 0;
}

bool
intake_path(struct intake *intake, const char *path, struct sources *out, struct err *err)
{
	struct paths paths = { 0 };
	bool directory, good = paths_expand(&paths, path, &directory, err);
	for (size_t i = 0; i < paths.n && good; i++) {
		struct err why = { 0 };
		if (intake_file(intake, paths.items[i], out, &why))
			continue;
		if (directory && why.fault == FAULT_INPUT) {
			str_printf(&intake->skipped, "%s\n", why.text);
			intake->skipped_n++;
			continue;
		}
		*err = why;
		good = false;
	}
	if (good && directory && !out->n)
		good = err_set(err, FAULT_INPUT,
			"%s: no bill, usage export or request log among its %zu file%s; audit one "
			"of them to hear why",
			path, paths.n, paths.n == 1 ? "" : "s");
	paths_free(&paths);
	return good;
}
