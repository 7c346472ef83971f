# SPDX-License-Identifier: GPL-3.0-or-later
"""damage.py FIRST SEEDS HLLM LEDGER - answers from LEDGER with bytes of it damaged at random.

Of each of SEEDS copies, from number FIRST on, a few bytes are another.  Whatever a command then
makes of it, it ends by itself: with an answer (most bytes are never looked at, or say how many),
or with status 1 and one sentence.  It neither crashes nor hangs.
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys

first, seeds, hllm, base = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
LEDGER = "damaged.db"
COMMANDS = ["audit", "breakeven --gpu rtx4090", "report --period 2026-10", "report --period 2026-09 --gpu rtx4090",
            "chart spend", "chart workloads", "chart tokens", "chart breakeven --gpu rtx4090", "check",
            "export --format focus", "export --format csv --by month"]


def flip(rng):
    """Any bytes of the file, most of which are some number of some bin."""
    with open(LEDGER, "r+b") as file:
        size = os.path.getsize(LEDGER)
        for _ in range(rng.choice((1, 1, 2, 5, 20))):
            file.seek(rng.randrange(100, size))
            file.write(bytes([rng.randrange(256)]))


def change_column(rng):
    """Bytes of one column that holds packed numbers; the database around it is whole."""
    table, column = rng.choice((("series", "totals"), ("series", "totals"), ("series", "slots"), ("series", "slots"),
                                ("series", "dists"), ("series", "minutes"), ("key", "numbers"), ("tap", "data")))
    with sqlite3.connect(LEDGER) as db:
        rows = db.execute(f"SELECT rowid, {column} FROM {table} WHERE length({column}) > 0").fetchall()
        for rowid, blob in rng.sample(rows, min(len(rows), rng.choice((1, 3, 30)))):
            blob = bytearray(blob)
            for _ in range(rng.choice((1, 2, 5))):
                blob[rng.randrange(len(blob))] = rng.randrange(256)
            db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (bytes(blob), rowid))
    db.close()


bad = 0
for seed in range(first, first + seeds):
    rng = random.Random(seed)
    shutil.copyfile(base, LEDGER)
    rng.choice((flip, change_column))(rng)
    for command in COMMANDS:
        try:
            done = subprocess.run([hllm, *command.split(), "--ledger", LEDGER, "--as-of", "2026-11-02"],
                                  capture_output=True, timeout=120)
        except subprocess.TimeoutExpired:
            print(f"seed {seed}: hllm {command} hangs")
            bad += 1
            continue
        said = done.stderr.decode(errors="replace")
        sentences = said.splitlines()  # what could not be looked at may stand before what went wrong
        good = done.returncode == 0 or command == "check" and done.returncode == 3 or done.returncode == 1 and sentences and all(
            line.startswith("hllm: ") for line in sentences)
        if not good or "runtime error" in said:
            print(f"seed {seed}: hllm {command}: status {done.returncode}: {said[:3000]}")
            bad += 1
sys.exit(bad > 0)
