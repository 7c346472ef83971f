#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""union HLLM FOLDER TRIALS [SEED] - however files are imported, the ledger is that of their union.

Each trial writes small logs, usage exports and bills that overlap in time, repeat each other, grow
and are renamed; imports them in any order, takes some imports back, and compares the audit of the
ledger, byte for byte, with that of a ledger that got one import of the union of what is left.

A line without an id in two files is one request; equal lines in one file are as many.  So the union
of files without ids is, for each line, as many as the file with most of them has.
"""
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys

HLLM, FOLDER, TRIALS = sys.argv[1], sys.argv[2], int(sys.argv[3])
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
T0 = 1788220800  # 2026-09-01
MODELS = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "gpt-4.1", "no-such-model"]


def iso(t, zone="Z"):
    days, rest = divmod(int(t), 86400)
    y, m, d = 2026, 9, 1 + days - T0 // 86400
    for n in (30, 31, 30, 31):
        if d > n:
            d -= n
            m += 1
    return "%04d-%02d-%02dT%02d:%02d:%02d%s" % (y, m, d, rest // 3600, rest // 60 % 60, rest % 60, zone)


def hllm(*args):
    done = subprocess.run([HLLM, *args], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit("hllm %s: status %d: %s" % (" ".join(args), done.returncode, done.stderr.decode()))
    return done.stdout


class Kind:
    """One stream of lines, of which every file holds a part."""

    suffix = "jsonl"

    def __init__(self, rng, name):
        self.rng, self.name = rng, name
        self.lines = self.make()  # (time, text) in order of time

    def parts(self, n):
        """Lists of lines: windows of time that overlap, some lines of twins left out."""
        times = sorted({t for t, _ in self.lines})
        for _ in range(n):
            a, b = sorted((self.rng.choice(times), self.rng.choice(times)))
            yield self.thin([x for t, x in self.lines if a <= t <= b])

    def thin(self, lines):
        return lines

    def text(self, lines):
        return "".join(x + "\n" for x in lines)

    def union(self, files):
        """The lines of one file that holds what these files hold."""
        return [x for lines in files for x in lines]


class WithIds(Kind):
    """A request log whose lines have ids; some are written twice, and larger the second time."""

    def make(self):
        out = []
        for i in range(self.rng.randint(3, 25)):
            t = T0 + self.rng.randrange(40 * 86400)
            row = {"id": "%s-%d" % (self.name, i), "timestamp": iso(t), "model": self.rng.choice(MODELS),
                   "input_tokens": self.rng.randrange(1, 150000), "output_tokens": self.rng.randrange(900),
                   "task_type": self.rng.choice(["sort", "write", "chat"]), "latency_ms": self.rng.randrange(1, 90000)}
            if self.rng.random() < 0.3:
                row["user"] = self.rng.choice(["ana", "bob"])
            if self.rng.random() < 0.3:
                row["reasoning_tokens"] = self.rng.randrange(row["output_tokens"] + 1)
            if self.rng.random() < 0.2:
                row["cost"] = self.rng.randrange(10**6) / 10**6
            out.append((t, json.dumps(row)))
            for _ in range(self.rng.choice([0, 0, 0, 1, 2])):
                t += self.rng.choice([0, 1, 3000, 90000])
                row["timestamp"] = iso(t)
                what = self.rng.randrange(4)
                if what == 0:
                    row["output_tokens"] += self.rng.randrange(50)
                elif what == 1:
                    row["latency_ms"] += 1000
                elif what == 2:
                    row["model"] = self.rng.choice(MODELS)
                else:
                    row["task_type"] = self.rng.choice(["sort", "write", "chat"])
                out.append((t, json.dumps(row)))
        return sorted(out)


class WithoutIds(Kind):
    """A request log without ids; some lines are twins."""

    def make(self):
        out = []
        for _ in range(self.rng.randint(3, 25)):
            t = T0 + self.rng.randrange(40 * 86400)
            row = {"timestamp": iso(t), "model": self.rng.choice(MODELS), "input_tokens": self.rng.randrange(1, 3000),
                   "output_tokens": self.rng.randrange(900), "project": self.name}
            if self.rng.random() < 0.5:
                row["user_id"] = self.rng.choice(["ana", "bob"])
            if self.rng.random() < 0.5:
                row["latency_ms"] = self.rng.randrange(1, 90000)
            out += [(t, json.dumps(row))] * self.rng.choice([1, 1, 1, 2, 3])
        return sorted(out)

    def thin(self, lines):
        return [x for x in lines if self.rng.random() < 0.9] or lines[:1]

    def union(self, files):
        most = collections.Counter()
        for lines in files:
            most |= collections.Counter(lines)
        return sorted(most.elements(), key=lambda x: self.rng.random())


class Table(WithoutIds):
    """The same as CSV."""

    suffix = "csv"

    def make(self):
        out = []
        for _ in range(self.rng.randint(3, 25)):
            t = T0 + self.rng.randrange(40 * 86400)
            line = '%s,%s,%d,%d,"say ""%s"", please"' % (iso(t, " UTC").replace("T", " "), self.rng.choice(MODELS),
                                                       self.rng.randrange(1, 3000), self.rng.randrange(900), self.name)
            out += [(t, line)] * self.rng.choice([1, 1, 1, 2, 3])
        return sorted(out)

    def text(self, lines):
        return "time,model,prompt_tokens,completion_tokens,task\n" + "".join(x + "\n" for x in lines)


class ClaudeCode(Kind):
    """Answers that grow from line to line, and side chains that repeat them."""

    def make(self):
        out = []
        for i in range(self.rng.randint(2, 12)):
            t = T0 + self.rng.randrange(40 * 86400)
            output, write = 1, self.rng.randrange(5000)
            usage = {"input_tokens": self.rng.randrange(50), "cache_read_input_tokens": self.rng.randrange(210000),
                     "cache_creation_input_tokens": write, "service_tier": "standard",
                     "cache_creation": {"ephemeral_5m_input_tokens": write // 2, "ephemeral_1h_input_tokens": write - write // 2}}
            for _ in range(self.rng.randint(1, 4)):
                usage["output_tokens"] = output
                row = {"type": "assistant", "timestamp": iso(t), "sessionId": "s", "uuid": "u", "requestId": "r%d" % i,
                       "isSidechain": self.rng.random() < 0.2, "cwd": "/home/jo/" + self.name,
                       "message": {"id": "msg_01%s%d" % (self.name, i), "role": "assistant",
                                   "model": "claude-sonnet-4-5-20250929", "usage": dict(usage)}}
                if self.rng.random() < 0.3:
                    row["message"]["usage"]["server_tool_use"] = {"web_search_requests": self.rng.randrange(3)}
                out.append((t, json.dumps(row)))
                t += self.rng.choice([0, 1, 2000, 100000])
                output += self.rng.randrange(300)
        return sorted(out)


class Snapshots(Kind):
    """Daily buckets fetched at several moments: the last day of each was not over."""

    suffix = "json"

    def make(self):
        self.days = []
        for day in range(self.rng.randint(2, 6)):
            groups = [(self.rng.choice(["p1", "p2"]), m) for m in MODELS[:2]]
            self.days.append([(g, [self.rng.randrange(1000, 10**6) for _ in range(4)]) for g in sorted(set(groups))])
        return []

    def parts(self, n):
        for _ in range(n):
            last = self.rng.randrange(len(self.days))
            yield [(d, 100 if d < last else self.rng.choice([20, 50, 100])) for d in range(self.rng.randint(0, last), last + 1)]

    def union(self, files):
        most = {}
        for buckets in files:
            for day, percent in buckets:
                most[day] = max(percent, most.get(day, 0))
        return sorted(most.items())

    def text(self, lines):
        return json.dumps({"object": "page", "has_more": False, "data": [self.bucket(d, p) for d, p in lines]}, indent=1)

    def bucket(self, day, percent):
        start = T0 + 86400 * day
        return {"object": "bucket", "start_time": start, "end_time": start + 86400, "start_time_iso": iso(start, "+00:00"),
                "end_time_iso": iso(start + 86400, "+00:00"),
                "results": [x for g, n in self.days[day] for x in self.results(g, n, percent)]}


class Usage(Snapshots):
    """The usage API of OpenAI."""

    def results(self, group, numbers, percent):
        tokens = [n * percent // 100 for n in numbers]
        return [{"object": "organization.usage.completions.result", "input_tokens": tokens[0] + tokens[1],
                 "output_tokens": tokens[2], "num_model_requests": tokens[3] // 1000, "project_id": self.name + group[0],
                 "user_id": None, "api_key_id": None, "model": group[1], "batch": False, "service_tier": "default",
                 "input_cached_tokens": tokens[1], "input_audio_tokens": 0, "output_audio_tokens": 0}]


class Bill(Snapshots):
    """The costs API of OpenAI; two lines of one day may share all their names."""

    def results(self, group, numbers, percent):
        return [{"object": "organization.costs.result", "line_item": group[1] + ", " + what, "project_id": self.name + group[0],
                 "amount": {"value": "%.18f" % (n * percent / 10**8), "currency": "usd"}, "quantity": None}
                for what, n in zip(["input", "input", "output"], numbers)]


class Trial:
    def __init__(self, number):
        self.rng = random.Random(SEED * 100000 + number)
        self.folder = os.path.join(FOLDER, "trial%d" % number)
        os.makedirs(self.folder)
        self.ledgers = 0
        self.log = []

    def path(self, name):
        return os.path.join(self.folder, name)

    def ledger(self):
        self.ledgers += 1
        return self.path("ledger%d" % self.ledgers)

    def write(self, name, kind, lines):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(kind.text(lines))
        return self.path(name)

    def steps(self, kinds):
        """What is imported, in order: (path, kind, lines); a path may come again with more lines."""
        steps = []
        for k, kind in enumerate(kinds):
            for i, lines in enumerate(kind.parts(self.rng.randint(1, 4))):
                name = "%d-%d.%s" % (k, i, kind.suffix)
                what = self.rng.random()
                if what < 0.25 and kind.suffix != "json" and len(lines) > 1:
                    cut = sorted({self.rng.randrange(1, len(lines)) for _ in range(2)})
                    steps.append([(name, kind, lines[:n]) for n in cut] + [(name, kind, lines)])
                elif what < 0.3 and lines:
                    other = list(lines)
                    self.rng.shuffle(other)
                    steps.append([(name, kind, lines), (name, kind, other[:self.rng.randint(1, len(lines))])])
                elif what < 0.4:
                    steps.append([(name, kind, lines), ("copy-" + name, kind, lines)])
                elif what < 0.5:
                    steps.append([(name, kind, lines), (name, kind, lines)])
                else:
                    steps.append([(name, kind, lines)])
        order = [i for i, s in enumerate(steps) for _ in s]
        self.rng.shuffle(order)
        return [steps[i].pop(0) for i in order]

    def imports(self, steps, ledger):
        """Imports them, one or several at a time; returns the steps of each import by its number."""
        done = {}
        while steps:
            now, names = [], set()
            while steps and len(now) < self.rng.choice([1, 1, 2, 3]) and steps[0][0] not in names:
                now.append(steps.pop(0))
                names.add(now[-1][0])
            paths = [self.write(*step) for step in now]
            said = hllm("--ledger", ledger, "import", *paths).decode()
            number = int(re.search(r"import (\d+)", said).group(1))
            self.log.append("import %d: %s" % (number, " ".join(paths)))
            done[number] = now
        return done

    def audit(self, ledger):
        # the same name for all: the answer names the ledger in the commands it ends with
        ledger = shutil.copyfile(ledger, self.path("audited"))
        wide = hllm("--ledger", ledger, "--period", "2026-08..2026-12", "audit", "--format", "json")
        model = hllm("--ledger", ledger, "audit", "--format", "json", "--by", "model")
        return wide + model

    def run(self):
        kinds = [c(self.rng, "k%d" % i) for i, c in enumerate(
            self.rng.sample([WithIds, WithoutIds, Table, ClaudeCode, Usage, Bill], self.rng.randint(1, 3)))]
        ledger = self.ledger()
        done = self.imports(self.steps(kinds), ledger)
        undone = [i for i in done if self.rng.random() < 0.3][:len(done) - 1]
        self.rng.shuffle(undone)
        for i in undone:
            self.log.append("undo %d" % i)
            hllm("--ledger", ledger, "imports", "--undo", str(i))
        left = [step for i, steps in done.items() if i not in undone for step in steps]
        paths = []
        for k, kind in enumerate(kinds):
            files = [lines for _, owner, lines in left if owner is kind]
            if files:
                paths.append(self.write("union-%d.%s" % (k, kind.suffix), kind, kind.union(files)))
        once = self.ledger()
        hllm("--ledger", once, "import", *paths)
        got, want = self.audit(ledger), self.audit(once)
        if got != want:
            self.fail(got, want, paths)
        self.check_order(paths)

    def check_order(self, paths):
        """The order of the arguments changes nothing but the order of the sources."""
        def totals(args):
            answer = json.loads(hllm("audit", "--no-save", "--format", "json", *args))
            return {k: v for k, v in answer.items() if k not in ("sources", "notes", "next")}
        if totals(paths) != totals(paths[::-1]) or totals(paths) != totals(paths):
            self.fail(b"another order of arguments, another answer", b"", paths)

    def fail(self, got, want, paths):
        for name, text in (("got", got), ("want", want)):
            with open(self.path(name), "wb") as file:
                file.write(text)
        print("trial of seed %d in %s" % (SEED, self.folder))
        print("\n".join(self.log) + "\nunion " + " ".join(paths))
        sys.stdout.flush()
        subprocess.run(["diff", "-u", self.path("want"), self.path("got")], check=False)
        raise SystemExit(1)


for trial in range(TRIALS):
    Trial(trial).run()
