#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""measured PROGRAM [RUNS [NAME...]] - measures fakeserver.py and holds the answer against its log.

PROGRAM is tests/unit/talk.  The server writes down when it wrote which byte; by that log the times to
the first token must be right to 2 % or 2 ms (whichever is more), times per token and output tokens a
second to 2 %, in each of the runs; the knee must be the number of slots; and each contamination that the
server is told to have, and no other, must be named.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent

# name, what the server is told, prompt tokens, output tokens, requests at once, doubts, slots that are known
SCHEDULES = [
    ("plain", "ttft=40 tpot=8", 200, 24, [1], [], -1),
    ("many", "ttft=230 tpot=8 prefill=20000", 400, 24, [8], [], -1),
    ("role first", "ttft=60 tpot=8 role_at=2 dialect=vllm", 100, 24, [2], [], -1),
    ("progress", "ttft=60 tpot=8 progress=1", 100, 24, [1], [], -1),
    ("reasoning", "ttft=40 tpot=8 reasoning=10", 100, 24, [2], [], -1),
    ("chunks of four", "ttft=40 tpot=8 per=4", 100, 24, [2], [], -1),
    ("blank tokens", "ttft=40 tpot=8 blank=5", 100, 24, [1], [], -1),
    ("zeros first", "ttft=40 tpot=8 usage=zero dialect=openai cachedcount=0", 100, 24, [1], [], -1),
    ("varied a little", "ttft=40 tpot=8 vary=0.1", 100, 24, [3], [], -1),
    ("two tokens a word", "ttft=40 tpot=8 slope=2 overhead=31", 501, 24, [1], [], -1),
    ("ollama", "ttft=40 tpot=8 dialect=ollama", 150, 24, [1], [], -1),
    ("lm studio", "ttft=40 tpot=8 dialect=lmstudio", 150, 24, [2], [], -1),
    ("queued", "ttft=40 tpot=8 slots=2", 100, 24, [1, 4], ["queued"], -1),
    ("queued, known", "ttft=40 tpot=8 slots=2 dialect=openai", 100, 24, [4], ["queued"], 2),
    ("cached", "ttft=40 tpot=8 cache=80", 200, 24, [1], ["cached"], -1),
    ("truncated", "ttft=40 tpot=8 context=300 truncate=1", 900, 24, [1], ["truncated"], -1),
    ("uneven", "ttft=40 tpot=8 vary=0.6", 100, 24, [1], ["variation"], -1),
    ("no counts", "ttft=40 tpot=8 usage=no dialect=openai", 100, 24, [1], ["uncounted"], -1),
    ("short", "ttft=40 tpot=8 eos=12 dialect=openai", 100, 24, [1], ["short"], -1),
    ("gone", "ttft=40 tpot=8 die=10", 100, 24, [1], ["failures", "partial"], -1),
]
TRIES = 3
REFUSED = {"cached", "truncated", "buffered"}
# said of the schedule or not, as chance has it
CHANCE = {"unsure", "few", "drift"}


class Fake:
    """The server, for the time of a with."""

    def __init__(self, said, folder):
        self.log = os.path.join(folder, "log")
        dialect = [] if "dialect=" in said else ["dialect=llamacpp"]
        self.dialect = dict(p.split("=") for p in said.split() + dialect)["dialect"]
        self.process = subprocess.Popen([sys.executable, "-B", str(HERE / "fakeserver.py"), "--log", self.log,
                                         *said.split(), *dialect], stdout=subprocess.PIPE, text=True)
        self.url = "http://127.0.0.1:" + self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def requests(self):
        """(arrival, [(time, tokens so far)…]) of each request, times in ns."""
        found = {}
        with open(self.log, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                one = found.setdefault(line["req"], {"at": None, "tokens": []})
                if line["what"] == "request":
                    one["at"] = line["t"]
                elif line["what"] in ("text", "reasoning", "role") and line.get("tokens", 0):
                    one["tokens"].append((line["t"], line["tokens"]))
        return [one for one in found.values() if one["tokens"]]


def ask(program, fake, schedule, budget=4000):
    _, _, prompt, output, at_once, _, slots = schedule
    words = [program, "live", fake.url, fake.dialect, prompt, output, budget, slots, *at_once]
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, text=True, timeout=300, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def matched(run, log):
    """Each sample with the request of the log whose first and last token are nearest to its own."""
    pairs, left = [], list(log)
    for sample in run["samples"]:
        near = min(left, key=lambda r: abs(r["tokens"][0][0] - sample[1]) + abs(r["tokens"][-1][0] - sample[2]))
        left.remove(near)
        pairs.append((sample, near))
    return pairs


def truth(run, log):
    """Medians and the rate as the log has them."""
    pairs = matched(run, log)
    ttft = [(r["tokens"][0][0] - r["at"]) / 1e6 for _, r in pairs]
    tpot = [(r["tokens"][-1][0] - r["tokens"][0][0]) / 1e6 / (r["tokens"][-1][1] - 1) for _, r in pairs]
    start = min(r["at"] for _, r in pairs)
    end = start + run["window_s"] * 1e9
    written = 0
    for _, r in pairs:
        so_far = 0
        for t, tokens in r["tokens"]:
            if t <= end + 1e6:
                so_far = tokens
        written += so_far
    spread = max(statistics.stdev(times) / statistics.mean(times) for times in (ttft, tpot)) if len(pairs) > 1 else 0
    return statistics.median(ttft), statistics.median(tpot), written / run["window_s"], spread


def off(value, expected, share, least=0):
    return value is None or abs(value - expected) > max(share * expected, least)


def judge(schedule, answers, log):
    name, _, prompt, _, at_once, doubts, _ = schedule
    bad = []
    run = [a for a in answers if "c" in a][-1]
    if run["c"] != at_once[-1]:
        return ["not measured at %d" % at_once[-1]]
    ttft, tpot, rate, spread = truth(run, log)
    # a busy machine makes the server uneven, and then it is right to say so
    chance = CHANCE | ({"variation"} if spread > 0.09 else set())
    if [d for d in run["doubts"] if d not in chance or d in doubts] != doubts:
        bad.append("doubts %s, not %s" % (run["doubts"], doubts))
    if run["refused"] != bool(REFUSED & set(doubts)):
        bad.append("refused: %s" % run["refused"])
    if off(run["ttft_ms"], ttft, 0.02, 2):
        bad.append("TTFT %s, by the log %.2f" % (run["ttft_ms"], ttft))
    if off(run["tpot_ms"], tpot, 0.02):
        bad.append("TPOT %s, by the log %.3f" % (run["tpot_ms"], tpot))
    if off(run["output_per_second"], rate, 0.02):
        bad.append("%s tokens a second, by the log %.1f" % (run["output_per_second"], rate))
    if "truncated" not in doubts and name != "no counts" and abs(run["prompt"] - prompt) > 1:
        bad.append("prompts of %s tokens, not %d" % (run["prompt"], prompt))
    return bad


def attempt(program, schedule):
    """What is wrong with one run of a schedule."""
    with tempfile.TemporaryDirectory() as folder:
        with Fake(schedule[1], folder) as fake:
            answers = ask(program, fake, schedule)
            fake.process.terminate()
            fake.process.wait()
        return judge(schedule, answers, fake.requests())


def settled(tries, check):
    """In the suite other programs may disturb a single run, the server's as much as ours: of some tries the
    last counts.  Who asks for a number of runs wants each of them."""
    for number in range(tries):
        wrong = check()
        if not wrong:
            break
    return wrong


def schedules(program, runs, names):
    bad = 0
    tries = 1 if len(sys.argv) > 2 else TRIES
    for schedule in SCHEDULES:
        if names and schedule[0] not in names:
            continue
        for number in range(runs):
            for why in settled(tries, lambda: attempt(program, schedule)):
                print("%s, run %d: %s" % (schedule[0], number + 1, why))
                bad += 1
    return bad


def knee(program, slots):
    with tempfile.TemporaryDirectory() as folder, Fake("ttft=30 tpot=4 slots=%d" % slots, folder) as fake:
        answers = ask(program, fake, ("", "", 64, 24, [], [], -1))
    return [] if answers[-1]["knee"] == slots else ["%d slots, but the knee is %s" % (slots, answers[-1]["knee"])]


def knees(program, names):
    bad = 0
    for slots in (1, 2, 4):
        if names and "knee" not in names:
            continue
        for why in settled(TRIES, lambda: knee(program, slots)):
            print(why)
            bad += 1
    return bad


# What the server is told, and words of the sentence that the measurement ends with.
FAILURES = [
    ("fault=401", "401"), ("fault=404", "404"), ("fault=429", "429"), ("fault=500", "500"),
    ("fault=redirect", "127.0.0.1"), ("fault=notjson", "not with the stream"), ("fault=html", "text/html"),
    ("fault=empty", "empty"),
    ("fault=badevent", ""), ("fault=errorevent", "CUDA error: out of memory"), ("fault=garbage", ""),
    ("fault=reset", ""), ("fault=cut", ""), ("fault=cut after=2", ""), ("fault=headers", ""),
    ("fault=drip tpot=200", "3 s"), ("fault=huge", ""),
]


def failures(program, names):
    """No answer from the start: an error with the host in it, in time."""
    bad = 0
    for said, word in FAILURES:
        if names and "failures" not in names:
            continue
        with tempfile.TemporaryDirectory() as folder, Fake(said, folder) as fake:
            began = time.monotonic()
            answers = ask(program, fake, ("", "", 64, 8, [1], [], -1), budget=2000)
            took = time.monotonic() - began
        why = answers[0].get("error", "")
        if os.environ.get("SHOW"):
            print("%s: %s" % (said, why))
        if "127.0.0.1:" not in why or word not in why or took > 6:
            print("%s: %r after %.1f s" % (said, why, took))
            bad += 1
    return bad


def dying(program, names):
    """The Nth request fails, in each way: the others are measured, and it is said."""
    bad = 0
    for said in ("fault=500", "fault=cut after=4", "fault=reset after=4", "fault=badevent after=4",
                 "fault=hang after=4"):
        if names and "dying" not in names:
            continue
        with tempfile.TemporaryDirectory() as folder, Fake(said + " once=8 ttft=20 tpot=4", folder) as fake:
            run = ask(program, fake, ("", "", 64, 16, [1], [], -1), budget=2500)[0]
        # what hangs is not answered when time is up
        wanted = (0, "partial") if "hang" in said else (1, "failures")
        if run.get("failures") != wanted[0] or wanted[1] not in run["doubts"] or run["tpot_ms"] is None:
            print("%s, once: %s" % (said, {key: run[key] for key in run if key != "samples"}))
            bad += 1
    return bad


# What the server is told, requests at once; what makes requests wait longer than an answer may be silent.
PATIENCE = [("slots=1 ttft=300 tpot=8", 4), ("slots=1 ttft=300 tpot=8 early=1", 3),
            ("ttft=900 tpot=8 dialect=vllm role_at=2", 1)]


def queued(program, names):
    """Who waits in a queue for longer than an answer may be silent has not stalled; one that stops has."""
    bad = 0
    for said, at_once in PATIENCE:
        if names and "queued" not in names:
            continue
        with tempfile.TemporaryDirectory() as folder, Fake(said, folder) as fake:
            run = ask(program, fake, ("", "", 64, 16, ["stall=400", at_once], [], -1), budget=3000)[0]
        if run["failures"] or run["requests"] < 3 or run["ttft_ms"] < 800:
            print("%s, at most 400 ms of silence: %s" % (said, {key: run[key] for key in run if key != "samples"}))
            bad += 1
    return bad


def cold(program, names):
    """A model that is loaded first: the first request's time, less a warm one's."""
    if names and "cold" not in names:
        return 0
    wrong = settled(TRIES, lambda: cold_start(program))
    for why in wrong:
        print(why)
    return len(wrong)


def cold_start(program):
    with tempfile.TemporaryDirectory() as folder, Fake("dialect=ollama load=900 ttft=40", folder) as fake:
        answers = ask(program, fake, ("", "", 64, 8, [1], [], -1), budget=2000)
    return ["a cold start of 900 ms: %s" % answers[-1]] if off(answers[-1]["cold_start_ms"], 900, 0.05) else []


def main():
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    bad = schedules(sys.argv[1], runs, sys.argv[3:])
    bad += sum(part(sys.argv[1], sys.argv[3:]) for part in (knees, failures, dying, queued, cold))
    print("%d wrong" % bad)
    return 1 if bad else 0


sys.exit(main())
