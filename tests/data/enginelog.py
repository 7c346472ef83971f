#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""enginelog LOG SAMPLES PROBE - holds a probe of a real engine against the engine's own log.

LOG is that of engineserver.mjs, or what llama-server prints; SAMPLES is of `hllm probe --samples`, PROBE of
`--format json`.  Every answer has the tokens that the engine counted, and at each number of requests at once the
speed of an answer, the time to the first token and all tokens a second are those of the log, to 5 %.
"""
import collections
import csv
import json
import re
import statistics
import sys

WITHIN = 0.05
# beside WITHIN: what is between the engine's clock and ours, for each request (HTTP, JSON, the template)
BETWEEN_MS = 4
Answer = collections.namedtuple("Answer", "at first last prompt output")  # times in ms


def of_node(lines):
    for entry in map(json.loads, lines):
        times = entry["times"]
        if len(times) != entry["output"]:
            raise SystemExit("the engine counts %d tokens, and gave %d" % (entry["output"], len(times)))
        yield Answer(entry["at"] / 1e6, times[0] / 1e6, times[-1] / 1e6, entry["prompt"], entry["output"])


def of_llama_server(lines):
    """A slot's task begins with launch_slot_, and its end tells how long prompt and answer took."""
    number = r"\s*([0-9.]+) ms /\s*([0-9]+) tokens"
    begun, prompts = {}, {}
    for line in lines:
        head = re.match(r"(\d+)\.(\d+)\.(\d+)\.(\d+) . slot +(\S+): id +\d+ \| task (\d+) \| (.*)", line)
        if not head:
            continue
        minutes, seconds, ms, us = map(int, head.group(1, 2, 3, 4))
        now, task, text = (minutes * 60 + seconds) * 1e3 + ms + us / 1e3, head.group(6), head.group(7)
        if head.group(5) == "launch_slot_":
            begun[task] = now
        if found := re.match("prompt eval time =" + number, text):
            prompts[task] = float(found.group(1)), int(found.group(2))
        elif found := re.match(r" *eval time =" + number, text):
            took = float(found.group(1))
            yield Answer(begun[task], now - took, now, prompts[task][1], int(found.group(2)))


def read_log(name):
    with open(name, encoding="utf-8") as file:
        lines = file.read().splitlines()
    arrivals = lines[0].startswith("{")
    return arrivals, list(of_node(lines) if arrivals else of_llama_server(lines))


def written_by(answer, time):
    """Tokens, the first at its time and the others evenly."""
    if time < answer.first:
        return 0
    if time >= answer.last:
        return answer.output
    return 1 + (answer.output - 1) * (time - answer.first) / (answer.last - answer.first)


def counts(pairs):
    return sorted((int(prompt), int(output)) for prompt, output in pairs)


def judge(run, answers, arrivals):
    """(what, probe, log, allowed difference); arrivals: the log knows when requests came, not only when it turned
    to them, which with others at work can be a while later."""
    ttft = statistics.median(a.first - a.at for a in answers)
    speed = statistics.median(1e3 * (a.output - 1) / (a.last - a.first) for a in answers)
    start = min(a.at for a in answers)
    end = start + run["seconds"] * 1e3
    rate = sum(written_by(a, end) for a in answers) / run["seconds"]
    # what HTTP takes is time in which nothing is written
    lost = BETWEEN_MS / statistics.median(a.last - a.at for a in answers)
    if arrivals or run["concurrency"] == 1:
        yield "TTFT", run["ttft_ms"]["p50"], ttft, WITHIN * ttft + BETWEEN_MS
    yield "tokens/s of an answer", run["decode_tokens_per_second"]["p50"], speed, WITHIN * speed
    yield "tokens/s of all", run["output_tokens_per_second"], rate, (WITHIN + lost) * rate


def main():
    arrivals, log = read_log(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        samples = list(csv.DictReader(file))
    with open(sys.argv[3], encoding="utf-8") as file:
        probe = json.load(file)
    wrong = ["a request was %s" % s["end"] for s in samples if s["end"] != "answered"]
    log = log[-len(samples):]  # what came before is the calibration
    ours = counts((s["prompt_tokens"], s["output_tokens"]) for s in samples)
    theirs = counts((a.prompt, a.output) for a in log)
    print("%d answers, %d tokens" % (len(ours), sum(output for _, output in ours)))
    if ours != theirs:
        wrong.append("tokens are not those of the engine: %s, not %s" % (ours, theirs))
    for run in probe["runs"]:
        # both are in the order in which answers ended, and warm-ups are waited for
        part = [a for s, a in zip(samples, log) if int(s["concurrency"]) == run["concurrency"] and s["warmup"] == "0"]
        for what, got, want, most in judge(run, part, arrivals):
            said = "%d at once, %s: %.2f, by the log %.2f (%+.1f %%)" % (
                run["concurrency"], what, got, want, 100 * (got / want - 1))
            print(said)
            if abs(got - want) > most:
                wrong.append(said)
    print("\n".join("wrong: " + text for text in wrong) or "as the log has it")
    return 1 if wrong else 0


sys.exit(main())
