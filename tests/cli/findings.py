#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""findings.py log CASE [SEED] - writes a request log in which one kind of waste is planted, or none.
findings.py check CASE - holds hllm's answer (JSON on stdin) against what was planted.
findings.py total - the same for a log with several kinds on the same requests, whose savings are
worked out here once more, from prices written here."""
import datetime
import json
import random
import sys
from fractions import Fraction

START = datetime.datetime(2026, 9, 1)
DAYS = 42


def line(out, day, second, model, task, tokens_in, tokens_out, **more):
	when = START + datetime.timedelta(days=day, seconds=second)
	row = {"timestamp": when.isoformat() + "Z", "model": model, "task_type": task,
		"tokens_in": tokens_in, "tokens_out": tokens_out}
	row.update(more)
	out.append(row)


def ordinary(out, rng, task="chat", model="gpt-4.1", a_day=20, days=DAYS):
	"""People at work: sizes of all kinds, some minutes apart."""
	for day in range(days):
		for _ in range(a_day):
			line(out, day, rng.randrange(8 * 3600, 18 * 3600), model, task,
				int(rng.lognormvariate(8.5, 0.8)), int(rng.lognormvariate(5.5, 0.6)))


def clean(out, rng):
	ordinary(out, rng)
	ordinary(out, rng, "search", "gpt-5-mini", 60)
	# vectors of chunks that are all of one size are no duplicates
	for day in range(DAYS):
		for i in range(200):
			line(out, day, 36000 + i * 2, "text-embedding-3-large", "index", 8000, 0)
	# every fifth request of a busy workload goes to an API by design
	for day in range(DAYS):
		for _ in range(1500):
			local = rng.random() < 0.8
			line(out, day, rng.randrange(9 * 3600, 17 * 3600),
				"llama3.1:8b" if local else "gpt-4.1", "beta",
				rng.randrange(900, 1100), rng.randrange(5, 40),
				tier="local" if local else "api")


def asked_local(out, rng):
	ordinary(out, rng)
	for day in range(DAYS):
		for i in range(12):
			line(out, day, 40000 + i * 100, "gpt-4.1" if i % 4 == 0 else "llama3.1:8b",
				"delta", 20000 + i, 3000 + i, tier="local")


def pairs(out, rng):
	ordinary(out, rng)
	for day in range(DAYS):
		for i in range(6):
			size = rng.randrange(20000, 40000)
			line(out, day, 30000 + i * 3000, "llama3.1:8b", "delta", size, 40, tier="local")
			line(out, day, 30012 + i * 3000, "gpt-4.1", "delta", int(size * 0.93),
				rng.randrange(3000, 9000), tier="api")


def duplicates(out, rng):
	ordinary(out, rng)
	for day in range(DAYS):
		for i in range(8):
			size, answer = rng.randrange(20000, 40000), rng.randrange(3000, 9000)
			for again in (0, 3):
				line(out, day, 30000 + i * 2000 + again, "gpt-4.1", "epsilon", size, answer)


def failed(out, rng):
	ordinary(out, rng)
	for day in range(DAYS):
		for i in range(8):
			line(out, day, 30000 + i * 2000, "gpt-4.1", "epsilon", rng.randrange(20000, 40000),
				rng.randrange(3000, 9000), status="error" if i < 2 else "ok")


def retried(out, rng):
	ordinary(out, rng)
	for day in range(DAYS):
		for i in range(8):
			size = rng.randrange(20000, 40000)
			for again in range(2 if i < 4 else 1):
				line(out, day, 30000 + i * 2000 + again * 9, "gpt-4.1", "epsilon", size,
					rng.randrange(3000, 9000))


def cache_unused(out, rng):
	for day in range(DAYS):
		for i in range(60):
			line(out, day, 30000 + i * 120, "gpt-4.1", "assistant",
				rng.randrange(9000, 14000), rng.randrange(1500, 2500), cached_tokens=0)


def cache_missed(out, rng):
	for day in range(DAYS):
		for i in range(10):
			wrote = rng.randrange(20000, 40000)
			line(out, day, 20000 + i * 5000, "claude-sonnet-4-5", "assistant", wrote + 200,
				rng.randrange(4000, 6000), cache_read_input_tokens=0,
				cache_creation_1h_tokens=wrote, cache_creation_input_tokens=wrote)


def bloat(out, rng):
	for day in range(DAYS):
		for _ in range(60):
			line(out, day, rng.randrange(86400), "gpt-4.1", "gamma", 6000 + rng.randrange(900),
				rng.randrange(5, 30))


def growth(out, rng):
	for day in range(DAYS):
		for _ in range(20):
			line(out, day, rng.randrange(86400), "gpt-4.1", "assistant",
				int((3000 + 120 * day) * rng.uniform(0.2, 1.8)), rng.randrange(900, 1500))


def outlier_day(out, rng):
	ordinary(out, rng, a_day=10)
	for _ in range(400):
		line(out, 17, rng.randrange(86400), "gpt-4.1", "chat", int(rng.lognormvariate(8.5, 0.8)),
			int(rng.lognormvariate(5.5, 0.6)))


def outlier_request(out, rng):
	ordinary(out, rng, a_day=10)
	line(out, 20, 40000, "gpt-4.1", "chat", 900000, 30000)


def retired(out, rng):
	ordinary(out, rng, "chat", "gpt-4-turbo")


def withdrawn(out, rng):
	ordinary(out, rng, "chat", "gpt-4-32k")


def embeddings(out, rng):
	for day in range(DAYS):
		for _ in range(60):
			line(out, day, rng.randrange(86400), "gpt-4.1", "embed documents",
				rng.randrange(1000, 9000), 1)


def routine(out, rng):
	ordinary(out, rng, "ticket classification", "gpt-4.1")


def reasoning(out, rng):
	for day in range(DAYS):
		for _ in range(40):
			thought = rng.randrange(800, 2000)
			line(out, day, rng.randrange(86400), "o4-mini", "ticket classification",
				rng.randrange(500, 3000), thought + rng.randrange(5, 50),
				reasoning_tokens=thought)


# The kinds that each log has to show; what else a case may show rightly stands behind it.
CASES = {
	"clean": (clean, set(), set()),
	"asked-local": (asked_local, {"silent-fallback"}, set()),
	"pairs": (pairs, {"silent-fallback"}, set()),
	"duplicates": (duplicates, {"duplicates"}, set()),
	"failed": (failed, {"retries"}, set()),
	"retried": (retried, {"retries"}, set()),
	"cache-unused": (cache_unused, {"cache-unused"}, set()),
	"cache-missed": (cache_missed, {"cache-missed"}, set()),
	"bloat": (bloat, {"prompt-bloat"}, set()),
	"growth": (growth, {"prompt-growth"}, set()),
	"outlier-day": (outlier_day, {"outliers"}, set()),
	"outlier-request": (outlier_request, {"outliers"}, set()),
	"retired": (retired, {"retired-model"}, set()),
	"withdrawn": (withdrawn, {"retired-model"}, set()),
	"embeddings": (embeddings, {"embeddings-at-chat-price"}, {"prompt-bloat"}),
	"routine": (routine, {"cheaper-tier", "batch"}, set()),
	"reasoning": (reasoning, {"reasoning"}, {"cheaper-tier"}),
}


def check(case):
	want, allowed = CASES[case][1:]
	answer = json.load(sys.stdin)
	got = {finding["id"] for finding in answer["findings"]}
	assert want <= got <= want | allowed, (case, got, want)
	for finding in answer["findings"]:
		assert finding["evidence"] and finding["title"] and finding["records"] > 0, finding
		saving = finding["monthly_saving"]
		if saving is None:
			assert finding["monthly_saving_reason"], finding
			continue
		low = Fraction(saving["amount"])
		high = finding["monthly_saving_high"]
		high = Fraction(high["amount"]) if high else low
		spent = sum(Fraction(w["monthly_cost"]["amount"]) for w in answer["workloads"]
			if w["name"] == finding["workload"] and w["monthly_cost"])
		assert 0 <= low <= high <= spent, (finding, float(spent))
	if not got:
		assert answer["findings_total"] is None and answer["findings_total_reason"], answer


# ---- several kinds on the same requests ----

# Dollars per million tokens.
PRICES = {
	"gpt-4-turbo": {"in": "10", "out": "30"},
	"gpt-4o": {"in": "2.5", "out": "10"},
	"claude-sonnet-4-5": {"in": "3", "out": "15", "write_1h": "6", "read": "0.3"},
}


def cost(model, **tokens):
	return sum(Fraction(PRICES[model][kind]) * n for kind, n in tokens.items()) / 1000000


def mixed(out):
	"""Failed ones, repeated ones and a model that was replaced; beside them a cache that is never hit."""
	planted = {"failed": [0, 0], "twice": [0, 0], "all": [0, 0], "wrote": 0, "read": 0}
	for day in range(DAYS):
		for i in range(10):
			n = day * 10 + i
			size, answer = 5000 + 13 * n, 100 + n % 97
			status = "error" if i == 0 else "ok"
			times = 2 if i in (3, 7) and n % 3 else 1
			for again in range(times):
				line(out, day, 20000 + i * 4000 + again * 5, "gpt-4-turbo", "mixed", size, answer,
					status=status)
				planted["all"][0] += size
				planted["all"][1] += answer
			if status == "error":
				planted["failed"][0] += size
				planted["failed"][1] += answer
			if times == 2:
				planted["twice"][0] += size
				planted["twice"][1] += answer
		for i in range(5):
			wrote, read = 30000 + 11 * (day * 5 + i), 200 * i
			line(out, day, 20000 + i * 9000, "claude-sonnet-4-5", "cached", wrote + read + 50,
				700, cache_read_input_tokens=read, cache_creation_1h_tokens=wrote,
				cache_creation_input_tokens=wrote)
			planted["wrote"] += wrote
			planted["read"] += read
	return planted


def nanos(amount):
	"""Thirty days of it, rounded down to a billionth."""
	return Fraction(int(amount * 30 / DAYS * 10**9), 10**9)


def check_total():
	planted = mixed([])
	old = {name: cost("gpt-4-turbo", **{"in": planted[name][0], "out": planted[name][1]})
		for name in ("failed", "twice", "all")}
	new = {name: cost("gpt-4o", **{"in": planted[name][0], "out": planted[name][1]})
		for name in ("failed", "twice", "all")}
	uncached = cost("claude-sonnet-4-5", **{"write_1h": planted["wrote"], "read": planted["read"]}) \
		- cost("claude-sonnet-4-5", **{"in": planted["wrote"] + planted["read"]})
	alone = {
		"retries": old["failed"],
		"duplicates": old["twice"],
		"retired-model": old["all"] - new["all"],
		"cache-missed": uncached,
	}
	dropped_old, dropped_new = old["failed"] + old["twice"], new["failed"] + new["twice"]
	together = dropped_old + (old["all"] - dropped_old) - (new["all"] - dropped_new) + uncached
	answer = json.load(sys.stdin)
	got = {finding["id"]: Fraction(finding["monthly_saving"]["amount"])
		for finding in answer["findings"]}
	assert all(finding["monthly_saving_high"] is None for finding in answer["findings"]), answer
	want = {name: nanos(amount) for name, amount in alone.items()}
	assert got == want, ({k: float(v) for k, v in got.items()}, {k: float(v) for k, v in want.items()})
	total = Fraction(answer["findings_total"]["monthly_saving"]["amount"])
	assert total == nanos(together), (float(total), float(nanos(together)))
	assert total < sum(got.values()), "the total is no sum"


def main():
	if sys.argv[1] == "total":
		return check_total()
	if sys.argv[1] == "check":
		return check(sys.argv[2])
	out = []
	if sys.argv[2] == "mixed":
		mixed(out)
	else:
		CASES[sys.argv[2]][0](out, random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1))
	out.sort(key=lambda row: row["timestamp"])
	for row in out:
		print(json.dumps(row))


main()
