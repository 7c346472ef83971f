/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/probe.h"

#include "cmd/chart-out.h"
#include "cmd/inquiry.h"
#include "cmd/intake.h"
#include "cmd/probe-machine.h"

#define AT(member) .offset = offsetof(struct probe_options, member)
static const struct option options[] = {
	{ 0, "url", OPTION_TEXT, AT(url), .arg = "URL",
		.help = "this server (default: those at the usual ports of this machine)" },
	{ 0, "model", OPTION_TEXT, AT(model), .arg = "NAME",
		.help = "of the server's models (default: the first that is loaded)" },
	{ 0, "api", OPTION_TEXT, AT(api), .arg = "KIND",
		.values = "llamacpp|ollama|vllm|lmstudio|openai",
		.help = "the kind of server, where it cannot be told" },
	{ 0, "allow-remote", OPTION_FLAG, AT(remote), .help = "--url may be on another machine" },
	{ 0, "key-file", OPTION_TEXT, AT(key_file), .arg = "FILE",
		.help = "the key of --url; only its owner may read the file (or HLLM_PROBE_KEY)" },
	{ 0, "wait", OPTION_COUNT, AT(wait), .arg = "SECONDS",
		.given = offsetof(struct probe_options, wait_given),
		.help = "for a server that is loading its model, and for the first answer (default "
			"120)" },
	{ 0, "health", OPTION_FLAG, AT(health),
		.help = "does it answer a request of five tokens: exit with 0 or 1" },
	{ 0, "find", OPTION_FLAG, AT(find), .help = "only say which servers there are" },
	{ 0, "machine", OPTION_FLAG, AT(machine),
		.help = "this machine itself, before there is any server" },
	{ 0, "concurrency", OPTION_TEXT, AT(concurrency), .arg = "N,N,...",
		.help = "requests at once, one run each; auto (default): as many as make it "
			"faster" },
	{ 0, "budget", OPTION_TEXT, AT(budget), .arg = "TIME",
		.help = "for all of it at most (default 2m); it ends sooner when it is sure" },
	{ 0, "prompt-tokens", OPTION_COUNT, AT(prompt_tokens), .arg = "N",
		.given = offsetof(struct probe_options, prompt_given),
		.help = "of a request (default 512)" },
	{ 0, "output-tokens", OPTION_COUNT, AT(output_tokens), .arg = "N",
		.given = offsetof(struct probe_options, output_given),
		.help = "of an answer (default 128)" },
	{ 0, "workload", OPTION_TEXT, AT(workload), .arg = "NAME", .names = "workloads",
		.help = "requests as long as those of this workload of the ledger" },
	{ 0, "max-ttft", OPTION_MONEY, AT(max_ttft), .arg = "MS",
		.given = offsetof(struct probe_options, ttft_given),
		.help = "goodput counts answers that begin by then" },
	{ 0, "max-tpot", OPTION_MONEY, AT(max_tpot), .arg = "MS",
		.given = offsetof(struct probe_options, tpot_given),
		.help = "goodput counts answers with no more between two tokens" },
	{ 0, "watts", OPTION_TEXT, AT(watts), .arg = "IDLE,BUSY",
		.help = "what a meter at the plug shows, idle and at work" },
	{ 0, "samples", OPTION_TEXT, AT(samples), .arg = "FILE",
		.help = "every request, with its times, as CSV" },
	{ 0, "import", OPTION_TEXT, AT(import), .arg = "FILE",
		.help = "what llama-bench (JSON, JSONL, CSV) or vllm bench serve measured" },
	{ 0, "on", OPTION_TEXT, AT(on), .arg = "HARDWARE", .names = "hardware",
		.help = "what it ran on, of hllm hardware (2xrtx4090)" },
	{ 0, "as", OPTION_TEXT, AT(as), .arg = "MODEL", .names = "local-models",
		.help = "what the model is, of hllm models" },
	{ 0, "quant", OPTION_TEXT, AT(quant), .arg = "QUANT",
		.help = "q4_k_m, q8_0 or f16, how its weights are written" },
	{ 0, "no-save", OPTION_FLAG, AT(no_save), .help = "keep nothing" },
	{ 0, "list", OPTION_FLAG, AT(list), .help = "what was measured so far" },
	{ 0, "show", OPTION_COUNT, AT(show), .arg = "ID",
		.given = offsetof(struct probe_options, show_given), .names = "probes",
		.help = "one of them" },
	{ 0, "compare", OPTION_FLAG, AT(compare),
		.help = "two of them, whose numbers follow: --compare 3 5" },
	{ 0, "remove", OPTION_COUNT, AT(remove), .arg = "ID",
		.given = offsetof(struct probe_options, remove_given), .names = "probes",
		.help = "forget one of them" },
	{ 0, "chart", OPTION_TEXT, AT(chart), .arg = "FILE|-",
		.help = "a picture of tokens a second against requests at once" },
	{ 0, "chart-ttft", OPTION_TEXT, AT(chart_ttft), .arg = "FILE|-",
		.help = "the same of the time to the first token" },
	OPTION_END,
};
#undef AT

/* ---- what goes together ---- */

static bool
one_of(const struct probe_options *o, struct err *err)
{
	const struct {
		const char *name;
		bool given;
	} modes[] = { { "--health", o->health }, { "--find", o->find }, { "--machine", o->machine },
		{ "--import", o->import != NULL }, { "--list", o->list },
		{ "--show", o->show_given }, { "--compare", o->compare },
		{ "--remove", o->remove_given } };
	const char *first = NULL;
	for (size_t i = 0; i < HL_COUNT(modes); i++) {
		if (modes[i].given && first)
			return err_set(err, FAULT_USAGE, "%s and %s: expected one of the two",
				first, modes[i].name);
		if (modes[i].given)
			first = modes[i].name;
	}
	return true;
}

static bool
check_server(const struct probe_options *o, struct err *err)
{
	bool kept = o->machine || o->import || o->list || o->show_given || o->compare ||
		    o->remove_given;
	const char *server = o->url          ? "--url"
			     : o->model      ? "--model"
			     : o->api        ? "--api"
			     : o->key_file   ? "--key-file"
			     : o->remote     ? "--allow-remote"
			     : o->wait_given ? "--wait"
					     : NULL;
	if (kept && server)
		return err_set(err, FAULT_USAGE,
			"%s: of a server, and nothing is asked of one here", server);
	return o->wait <= 86400 ||
	       err_set(err, FAULT_USAGE, "--wait %lld: expected at most 86400", (long long)o->wait);
}

/* What would be found out when all is measured. */
static bool
check_outputs(const struct probe_options *o, struct err *err)
{
	bool one = o->concurrency && strcmp(o->concurrency, "auto") != 0 &&
		   !strchr(o->concurrency, ',');
	if (o->samples && strcmp(o->samples, "-") == 0)
		return err_set(err, FAULT_USAGE,
			"--samples -: expected a file, since the answer goes to standard output");
	if (one && (o->chart || o->chart_ttft))
		return err_set(err, FAULT_USAGE,
			"%s with --concurrency %s: nothing to draw, expected at least two numbers "
			"of "
			"requests at once",
			o->chart ? "--chart" : "--chart-ttft", o->concurrency);
	if ((o->ttft_given && o->max_ttft <= 0) || (o->tpot_given && o->max_tpot <= 0))
		return err_set(err, FAULT_USAGE, "%s 0: no answer is that fast, expected above 0",
			o->ttft_given && o->max_ttft <= 0 ? "--max-ttft" : "--max-tpot");
	return true;
}

static bool
check(struct app *app, const struct probe_options *o, int args_n, struct err *err)
{
	const char *taken = o->on        ? "--on"
			    : o->as      ? "--as"
			    : o->quant   ? "--quant"
			    : o->no_save ? "--no-save"
					 : NULL;
	const char *live = o->concurrency    ? "--concurrency"
			   : o->budget       ? "--budget"
			   : o->prompt_given ? "--prompt-tokens"
			   : o->output_given ? "--output-tokens"
			   : o->workload     ? "--workload"
			   : o->ttft_given   ? "--max-ttft"
			   : o->tpot_given   ? "--max-tpot"
			   : o->watts        ? "--watts"
			   : o->samples      ? "--samples"
					     : NULL;
	bool measures = !(o->health || o->find || o->machine || o->import || o->list ||
			  o->show_given || o->compare || o->remove_given);
	if (!one_of(o, err) || !check_server(o, err))
		return false;
	if (o->compare ? args_n != 2 : args_n != 0)
		return err_set(err, FAULT_USAGE,
			o->compare ? "--compare: expected the numbers of two probes, as in "
				     "--compare 3 5"
				   : "probe: takes no arguments; a server is --url URL");
	if (live && !measures)
		return err_set(err, FAULT_USAGE,
			"%s: of a measurement, and nothing is measured here", live);
	if (taken && !measures && !o->import)
		return err_set(err, FAULT_USAGE,
			"%s: goes with a measurement or --import, and this is neither", taken);
	if ((o->chart || o->chart_ttft) && !measures && !o->import && !o->show_given)
		return err_set(err, FAULT_USAGE,
			"--chart: of one probe: measured now, of --import, or with --show ID");
	if (measures && !(probe_run_check(app, o, err) && check_outputs(o, err)))
		return false;
	return (!o->chart || app_chart_check(app, "--chart", o->chart, err)) &&
	       (!o->chart_ttft || app_chart_check(app, "--chart-ttft", o->chart_ttft, err));
}

/* ---- pictures ---- */

static int
draw(const struct app *app, const struct probe *probe, const char *target,
	bool (*make)(const struct probe *, struct chart *))
{
	struct chart chart;
	struct err err = { 0 };
	if (!target)
		return EXIT_DONE;
	if (!make(probe, &chart)) {
		err_set(&err, FAULT_INPUT,
			"nothing to draw: expected at least two numbers of requests at once, each "
			"once");
		return app_fail(app, &err);
	}
	int status = app_chart(app, &chart, target);
	chart_free(&chart);
	return status;
}

static int
draw_all(const struct app *app, const struct probe_options *o, const struct probe *probe)
{
	int status = draw(app, probe, o->chart, probe_chart_rate);
	return status == EXIT_DONE ? draw(app, probe, o->chart_ttft, probe_chart_ttft) : status;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct probe_options *o = values;
	struct err err = { 0 };
	struct conf *conf = NULL; /* it may say where the ledger is */
	struct probe probe;
	struct answer answer;
	bool good = check(app, o, args_n, &err) && load_conf(app, &conf, &err);
	if (good && (o->health || o->machine)) {
		int status = o->health ? probe_health(app, o, &err) : probe_machine(app, 0);
		conf_free(conf);
		return status;
	}
	probe_init(&probe);
	app_answer(app, &answer, "hllm.probe/1");
	if (good && o->list)
		good = probe_list(app, &answer, &err);
	else if (good && o->show_given)
		good = probe_show(app, o, &answer, &probe, &err);
	else if (good && o->compare)
		good = probe_compare(app, args, &answer, &err);
	else if (good && o->remove_given)
		good = app_not_again(app, "why: what was removed has no numbers any more", &err) &&
		       probe_remove(app, o->remove, &answer, &err);
	else if (good && o->import)
		good = probe_import(app, o, &answer, &probe, &err);
	else if (good && o->find)
		good = probe_servers(app, o, &answer, &err);
	else if (good && app->inquiry)
		good = probe_again(app, &answer, &probe, &err);
	else if (good)
		good = probe_live(app, o, &answer, &probe, &err);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	if (status == EXIT_DONE && !app->inquiry)
		status = draw_all(app, o, &probe);
	probe_free(&probe);
	answer_free(&answer);
	conf_free(conf);
	return status;
}

const struct command cmd_probe = {
	.name = "probe",
	.args = "[ID ID]",
	.help = "how fast a server of models on your own hardware is",
	.explains = true,
	.examples =
		"hllm probe                          # measure the server on this machine\n"
		"hllm probe --find                   # only say which servers there are\n"
		"hllm probe --workload chat          # with requests as long as that workload's\n"
		"hllm probe --health                 # does one answer: exit with 0 or 1\n"
		"hllm probe --machine                # before there is a server\n"
		"hllm probe --import bench.json      # of llama-bench or vllm bench serve\n"
		"hllm probe --list                   # what was measured\n"
		"hllm probe --compare 3 5            # what changed from one to the other\n",
	.options = options,
	.options_size = sizeof(struct probe_options),
	.run = run,
};
