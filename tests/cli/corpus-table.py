# SPDX-License-Identifier: GPL-3.0-or-later
"""corpus-table.py CASES... - in a folder that tests/data/corpus.py has filled: runs hllm with a table of commands, in
every format, and reads back what it prints.  A line a fault, and status 1."""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data"))
import corpus  # noqa: E402
import harmless  # noqa: E402

HLLM = os.environ["HLLM"]
NAME_MOST = 200  # bytes of a name of a log
SIZE_MOST = 3 << 20  # bytes of a text
FORMATS = {
    "color": (["--format", "text", "--color", "always"], {"COLUMNS": "80"}),
    "narrow": (["--format", "text"], {"COLUMNS": "40"}),
    "endless": (["--format", "text", "--verbose"], {"COLUMNS": "0", "LC_ALL": "C.UTF-8"}),
    "json": (["--format", "json"], {}),
    "csv": (["--format", "csv"], {}),
    "tsv": (["--format", "tsv"], {}),
    "md": (["--format", "md"], {}),
    "html": (["--format", "html", "--verbose"], {}),
}


class Run:
    """What one run of hllm did."""

    def __init__(self, words, env=None, stdin=b""):
        done = subprocess.run([HLLM, *words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120,
                              env={**os.environ, **(env or {})})
        self.out, self.err, self.status = done.stdout, done.stderr, done.returncode

    def check_error(self):
        """Messages are lines of text, each of them hllm's."""
        text = harmless.decoded(self.err)
        assert not text or text.endswith("\n"), "half a line"
        for line in text.splitlines():
            assert line.startswith("hllm: "), f"no message: {line}"
            assert len(line.encode()) < 4000, f"a message of {len(line)} characters"


def read(data, shape):
    """The texts of an answer."""
    if shape in ("narrow", "endless", "color"):
        assert len(data) < SIZE_MOST or shape == "endless", f"{len(data)} bytes"
        return harmless.read_text(data, shape == "color")
    return harmless.READERS[shape](data)


def show(words):
    """A command as somebody would repeat it."""
    return "hllm " + " ".join(shlex.quote(os.fsdecode(word)) if isinstance(word, bytes) else shlex.quote(word) for word in words)[:300]


def tables_of(words):
    """The tables that csv can print."""
    said = Run([*words, "--format", "csv", "--table", "nosuch"]).err.decode()
    tables = re.search(r"there are: (.*)", said)
    assert tables, f"{show(words)}: {said[:300]}"
    return tables[1].split(", ")


def check(words, shape, table=None, status=(0,)):
    """A run in one format; the texts in it."""
    more, env = FORMATS[shape]
    done = Run([*words, *more, *(["--table", table] if table else [])], env)
    try:
        done.check_error()
        if done.status == 2 and b"there is none" in done.err:
            return []
        assert done.status in status, f"status {done.status}: {done.err.decode(errors='replace')[:300]}"
        return read(done.out, shape)
    except (AssertionError, UnicodeDecodeError, ValueError) as fault:
        raise AssertionError(f"{show(words)} ({shape}{' ' + table if table else ''}): {str(fault)[:500]}") from fault


def normal(name):
    """A name as it is kept: with U+FFFD for half a surrogate pair, and for what ends a text in C, and cut."""
    kept = re.sub("[\0\ud800-\udfff]", "\ufffd", name).encode()[:NAME_MOST].decode(errors="ignore")
    return kept if kept.strip(" ") else "(unnamed)"


def missing(texts, wanted):
    """The first few names that are not among the texts."""
    texts = set(texts)
    return sorted(text for text in wanted if text not in texts)[:5]


def check_case(words, whole=None, names=(), status=(0,)):
    """All formats of a command.  'whole': the JSON key of a table that must hold all of these names."""
    faults = []
    tables = tables_of(words) if words in MANY_TABLES else []
    jobs = [(shape, None) for shape in FORMATS] + [("csv", table) for table in tables]
    for shape, table in jobs:
        try:
            texts = check(words, shape, table, status)
            if whole and shape in ("json", "csv", "tsv", "html") and table in (None, whole):
                wanted = {normal(name) for name in names}
                if shape in ("csv", "tsv"):
                    wanted = {harmless.csv_cell(name, "," if shape == "csv" else "\t") for name in wanted}
                elif shape != "json":
                    wanted = {harmless.shown(name) for name in wanted}
                lost = missing(texts, wanted)
                assert not lost, f"{show(words)} ({shape}): without {lost}"
        except AssertionError as fault:
            faults.append(str(fault))
    return faults


COMMON = ["--config", "hllm.conf", "--prices", "prices.csv", "--as-of", "2026-11-02"]
ALL = ["--ledger", "ledger.db", *COMMON]
FEW = ["--ledger", "few.db", *COMMON]
GPU = ["--gpu", "rtx4090", "--set", "engineer-rate=0"]
MANY_TABLES = [["audit", *FEW], ["decide", *FEW, "--explain"], ["report", *FEW, "--gpu", "rtx4090"], ["breakeven", *FEW, *GPU, "--explain"]]
CASES = [
    (["audit", *FEW], "workloads", corpus.choose()),
    (["audit", *FEW, "--by", "model"], None),
    (["audit", *FEW, "--by", "tag"], None),
    (["audit", "--no-save", *COMMON, "names.csv", "bytes.jsonl"], None),
    (["workloads", *FEW], "workloads", corpus.choose()),
    (["imports", *ALL], None),
    (["decide", *FEW], None),
    (["decide", *FEW, "--policy", "all"], None),
    (["decide", *FEW, "--explain"], None),
    (["decide", *FEW, corpus.choose()[0]], None),
    (["report", *FEW, "--gpu", "rtx4090"], None),
    (["breakeven", *FEW, *GPU], None),
    (["breakeven", *FEW, *GPU, "--explain"], None),
    (["breakeven", "--plan", "plan.csv"], None),
    (["breakeven", "--lint", "plan.csv"], None, (), (3,)),
    (["why", *FEW, "total"], None),
    (["prices", "list", *COMMON], None),
    (["prices", "lint", "prices.csv", *COMMON], None),
    (["hardware", *COMMON], None),
    (["models", *COMMON], None),
    (["policies", "show", "policy.conf"], None),
    (["policies", "check", "policy.conf"], None),
    (["probe", "--list", *FEW], None),
    *((["chart", kind, *FEW], None) for kind in ("spend", "workloads", "models", "tokens", "latency")),
    (["chart", "breakeven", *FEW, *GPU], None),
    (["chart", "tornado", *FEW, *GPU, "--policy", "local.conf"], None),
    (["chart", "probe", *FEW], None),
]


def main():
    faults = []
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(check_case, *case) for case in CASES]
    for job in jobs:
        try:
            faults += job.result()
        except AssertionError as fault:
            faults.append(str(fault))
    for fault in faults:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
