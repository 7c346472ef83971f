# SPDX-License-Identifier: GPL-3.0-or-later
"""kill.py SEED TIMES HLLM LEDGER FILE - kills `HLLM import FILE` at random moments.

The ledger starts each time as a copy of LEDGER (or as none, where there is no such
file) and has to end as the old or as the new state, byte for byte of its content; the
import after it has to give the new state.  Prints how often each was seen.
"""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

seed, times, hllm, base, log = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
LEDGER = "killed.db"
ARGS = [hllm, "import", "--ledger", LEDGER, "--as-of", "2026-11-01", log]


def reset():
    for name in (LEDGER, LEDGER + "-journal"):
        if os.path.exists(name):
            os.unlink(name)
    if os.path.exists(base):
        shutil.copyfile(base, LEDGER)


def content(ledger):
    """All rows, but the secret of a ledger and what hangs on it is its own."""
    if not os.path.exists(ledger) or os.path.getsize(ledger) == 0:
        return []
    with sqlite3.connect(ledger) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [line for line in db.iterdump() if '"meta" VALUES(\'secret\'' not in line]


def answer(command):
    return subprocess.run(
        [hllm, *command, "--ledger", LEDGER, "--as-of", "2026-11-01", "--format", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def run():
    return subprocess.Popen(ARGS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


random.seed(seed)
old = content(base)
slowest = 0.0
for _ in range(3):
    reset()
    began = time.monotonic()
    assert run().wait() == 0
    slowest = max(slowest, time.monotonic() - began)
new = content(LEDGER)
audit = answer(["audit"]).stdout
imports = answer(["imports"]).stdout
seen = {"old": 0, "new": 0, "empty": 0, "journal": 0}
for turn in range(times):
    reset()
    # half of them where the ledger is written, near the end
    part = random.uniform(0, 1.05) if turn % 2 else random.uniform(0.6, 1.02)
    process = run()
    time.sleep(part * slowest)
    process.send_signal(signal.SIGKILL)
    process.wait()
    seen["journal"] += os.path.exists(LEDGER + "-journal")
    first = answer(["imports"])
    here = content(LEDGER)
    if here == new:
        seen["new"] += 1
        assert first.returncode == 0 and first.stdout == imports, first
    elif here == old and old:
        seen["old"] += 1
        assert first.returncode == 0, first
    elif not old and not [line for line in here if line.startswith("INSERT") and "meta" not in line]:
        seen["empty"] += 1 # no tables yet, or empty ones
    else:
        sys.exit(f"seed {seed}, turn {turn}: neither the old nor the new state")
    assert run().wait() == 0
    assert answer(["audit"]).stdout == audit, f"seed {seed}, turn {turn}: another answer"
print(" ".join(f"{name} {n}" for name, n in seen.items()))
