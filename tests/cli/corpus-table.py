# SPDX-License-Identifier: GPL-3.0-or-later
"""corpus-table.py answers|charts|errors|settings|server URL - in a folder that tests/data/corpus.py has filled and in which ledger.db
and few.db hold its logs: runs hllm with a table of commands, in every format, and reads back what it prints.
A line a fault, and status 1."""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "data"))
import corpus  # noqa: E402
import harmless  # noqa: E402
import mail  # noqa: E402

HLLM = os.environ["HLLM"]
NAME_MOST = 200  # bytes of a name of a log
OWN = (b"own-", b"other ")  # what the files beside hllm.conf speak of; with all of them everything is slow
BARS = 12  # that a chart has room for
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
    "prometheus": (["--format", "prometheus"], {}), # of check alone
    "mail": (["--email", "--to", "a@example.com"], {}), # of report alone
    "focus": (["--format", "focus"], {}), # of export alone
}


ONLY = {"prometheus": "check", "mail": "report", "focus": "export"}  # and of no other command


class Run:
    """What one run of hllm did."""

    def __init__(self, words, env=None):
        own = any(os.fsencode(word).startswith(OWN) for word in words)
        done = subprocess.run([HLLM, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False, env={**os.environ, **({"XDG_CONFIG_HOME": os.path.abspath("config")} if own else {}), **(env or {})})
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
    if shape == "prometheus":
        harmless.decoded(data)
        done = subprocess.run([sys.executable, HERE / "prometheus.py"], input=data, stdout=subprocess.PIPE, check=True)
        return [label for line in done.stdout.splitlines() for label in json.loads(line)[1].values()]
    if shape == "mail":
        return mail.read(data)
    return harmless.READERS["csv" if shape == "focus" else shape](data)


def show(words):
    """A command as somebody would repeat it."""
    return "hllm " + " ".join(shlex.quote(os.fsdecode(word)) if isinstance(word, bytes) else shlex.quote(word) for word in words)[:300]


def tables_of(words):
    """The tables that csv can print."""
    said = Run([*words, "--format", "csv", "--table", "nosuch"]).err.decode()
    tables = re.search(r"expected one of (.*)", said)
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
    shapes = [shape for shape in FORMATS if ONLY.get(shape, words[0]) == words[0]]
    jobs = [(shape, None) for shape in shapes] + [("csv", table) for table in tables]
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
EXPLAIN = ["decide", *FEW, "--explain", *(name for name in corpus.choose()[:6] if corpus.is_text(name)), "# heading19"]
MANY_TABLES = [["audit", *FEW], EXPLAIN, ["report", *FEW, "--gpu", "rtx4090"], ["breakeven", *FEW, *GPU, "--explain"],
               ["check", *FEW]]
CASES = [
    (["audit", *FEW], "workloads", corpus.choose()),
    (["audit", *FEW, "--by", "model"], None),
    (["audit", *FEW, "--no-save", "--ids"], "workloads", corpus.choose()),
    (["audit", *FEW, "--by", "tag"], None),
    (["audit", "--no-save", *COMMON, "names.csv", "bytes.jsonl"], None),
    (["audit", "--no-save", *COMMON, "files"], None),
    (["workloads", *FEW], "workloads", corpus.choose()),
    (["imports", *ALL], None),
    (["doctor", *FEW], None, (), (0, 3)),
    (["--config", "hllm.conf", "doctor", "--ledger", "few.db", "--config"], None, (), (0, 3)),
    (["decide", *FEW], None),
    (["decide", *FEW, "--policy", "all"], None),
    (EXPLAIN, None),
    (["decide", *FEW, corpus.choose()[0]], None),
    (["report", *FEW, "--gpu", "rtx4090"], None),
    (["check", *FEW], None, (), (3,)),
    (["breakeven", *FEW, *GPU], None),
    (["breakeven", *FEW, *GPU, "--explain"], None),
    (["breakeven", "--plan", "plan.csv"], None),
    (["breakeven", "--lint", "plan.csv"], None, (), (3,)),
    (["why", *FEW, "total"], None),
    (["export", *FEW], None),
    (["prices", "list", *COMMON], None),
    (["prices", "lint", "prices.csv", *COMMON], None),
    (["prices", "import", "prices.csv", "--check", "--dry-run", "--verbose", "--ledger", "few.db", "--config", "hllm.conf",
      "--as-of", "2026-11-02"], None),
    (["hardware", "own-3"], None),
    (["models", "own-5"], None),
    (["models", "own-5", "--on", "own-7"], None),
    (["breakeven", *FEW, "--gpu", "own-9", "--model", "own-11"], None),
    (["prices", "show", "other <script>alert(1)</script>", *COMMON], None),
    (["policies", "show", "policy.conf"], None),
    (["policies", "check", "policy.conf"], None),
    (["probe", "--list", *FEW], None),
    (["probe", "--show", "20", *FEW], None),
    (["probe", "--compare", "30", "40", *FEW], None),
    *((["chart", kind, *FEW], None) for kind in ("spend", "workloads", "models", "tokens", "latency")),
    (["chart", "breakeven", *FEW, *GPU], None),
    (["chart", "tornado", *FEW, *GPU, "--policy", "local.conf"], None),
    (["chart", "probe", *FEW], None),
]


# ---- charts ----

CHARTS = [
    *([kind] for kind in ("spend", "workloads", "models", "tokens", "latency")),
    ["breakeven", *GPU],
    ["tornado", *GPU, "--policy", "local.conf"],
    ["probe", "1"],
]


def check_chart(words, part):
    """A chart of a few names: in characters, as a picture, and by the script that anybody may run."""
    kind, log = words[0], ["--ledger", "few.db"] if words[0] in ("probe", "breakeven", "tornado") else ["--in", part]
    faults = []
    command = ["chart", *words, *log, "--as-of", "2026-11-02"]
    stem = f"{kind}-{part}"
    try:
        for columns in "80", "40":
            done = Run(command, {"COLUMNS": columns, "LC_ALL": "C.UTF-8"})
            done.check_error()
            assert done.status == 0, done.err.decode()
            harmless.read_text(done.out)
        if shutil.which("gnuplot"):
            done = Run([*command, "--output", stem + ".svg", "--emit-gnuplot", stem + ".d"])
            done.check_error()
            assert done.status == 0, done.err.decode()
            harmless.read_svg(pathlib.Path(stem + ".svg").read_bytes())
            for script in pathlib.Path(stem + ".d").glob("*.gp"):
                if not script.name.endswith("-data.gp"):
                    subprocess.run(["gnuplot", "-d", script.name], cwd=stem + ".d", stdin=subprocess.DEVNULL, check=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (AssertionError, ET.ParseError, subprocess.CalledProcessError) as fault:
        faults.append(f"{show(command)}: {str(fault)[:500]}")
    return faults


def charts():
    """Those that show names, for a few names at a time, so that each is drawn; all kinds once."""
    names = [name for name in corpus.NAMES if name.strip()]
    jobs = []
    for first in range(0, len(names), BARS):
        part = f"part{first}.jsonl"
        rows = [corpus.line(i, f"2026-10-{5 + i:02d}", task=name, model="gpt-4", latency_ms=100 + i)
                for i, name in enumerate(names[first:first + BARS])]
        pathlib.Path(part).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="ascii")
        jobs += [(check_chart, words, part) for words in (CHARTS if first == 0 else [["workloads"]])]
    return jobs


# ---- errors ----

def joined():
    """All that can be said on a command line, in pieces that are not too long for an argument of somebody's."""
    names = [name for name in corpus.NAMES if name and corpus.is_text(name)]
    whole = [corpus.raw(name) for name in corpus.NAMES if name and "\0" not in name]
    return ["".join(names[i::40]) for i in range(3)] + [b"|".join(whole[i::60]) for i in range(2)] + ["\x1b]52;c;Y2FuYXJ5\x07", "-\u202e"]


REFUSED = """
@
--@
audit -- @
audit --@
audit --by @ names.csv
audit --period @ names.csv
audit --format @ names.csv
audit --table @ --format csv --no-save names.csv
audit --tz @ names.csv
audit --as-of @ names.csv
audit --map @ names.csv
audit --map model=@ names.csv
audit --input-format @ names.csv
audit --tolerance @ names.csv
audit --policy @ names.csv
audit --output @/x --no-save names.csv
audit --config @ names.csv
audit --prices @ names.csv
audit --days @ names.csv
audit --color @ names.csv
imports --undo @
imports --ledger @
decide @ --ledger tiny.db
decide --set @=1 --ledger tiny.db
decide --set @ --ledger tiny.db
workloads @ --ledger tiny.db
why @ --ledger tiny.db
why total @ --ledger tiny.db
report @ --ledger tiny.db --gpu rtx4090
report --period @ --ledger tiny.db
report --to @ --email --ledger tiny.db
report --from @ --email --to a@example.com --ledger tiny.db
report --subject @ --email --to a@example.com --ledger tiny.db
report --output @.html/%Y --ledger tiny.db --gpu rtx4090
report --output x%@ --gpu rtx4090 --ledger tiny.db
breakeven --gpu @ --ledger tiny.db
breakeven --gpu rtx4090 --set @=1 --ledger tiny.db
breakeven --gpu rtx4090 --model @ --ledger tiny.db
breakeven --plan @
breakeven --chart @.svg --gpu rtx4090 --in names.csv
chart @
chart spend --output @.gif
chart spend --emit-gnuplot @/x/y --in names.csv
chart probe @
prices show @
prices show gpt-4o --on @
prices @
prices add @ --input-price @
prices alias @ @
prices import @
prices lint @
hardware @
models @
models llama3.1:8b --on @
models llama3.1:8b --quant @
policies show @
policies check @
probe --url @
probe --url http://127.0.0.1:1/@
probe --show @
probe --import @
probe --workload @
probe --samples @/x --url http://127.0.0.1:1
prices show gpt-4o --provider @
audit --tz @ --no-save names.csv
audit --format @
demo @
help @
""".split("\n")


def check_refusal(line, texts):
    """No text makes more of a message than text, nor anything but a message."""
    faults = []
    for text in texts:
        words = [os.fsencode(word).replace(b"@", os.fsencode(text)) for word in line.split()]
        try:
            done = Run(words)
            done.check_error()
            assert done.status in (1, 2) and done.err or done.status == 0, f"status {done.status}"
            harmless.read_text(done.out)
        except (AssertionError, UnicodeDecodeError, ValueError) as fault:
            faults.append(f"{show(words)}: {str(fault)[:300]}")
    return faults


# ---- what is written for hllm itself, and for shells ----

def check_settings():
    """Blocks that hllm writes are read again as what they were."""
    faults = []
    pathlib.Path("init.conf").write_text("", encoding="ascii")
    few = ["--ledger", "few.db", "--as-of", "2026-11-02", "--config", "init.conf", "--format", "json"]
    before = {row["name"] for row in harmless.parse_json(Run(["workloads", *few]).out)["workloads"]}
    done = Run(["workloads", "--init", *few[:-2]])
    if done.status:
        faults.append(f"workloads --init: {done.err.decode()}")
    controls = re.findall("[\0-\10\13-\37\177-\237]", pathlib.Path("init.conf").read_text(encoding="utf-8"))
    if controls:
        faults.append(f"workloads --init wrote {controls}")
    done = Run(["workloads", *few])
    after = {row["name"] for row in harmless.parse_json(done.out)["workloads"]} if done.status == 0 else done.err.decode()
    if after != before:
        faults.append(f"with the blocks of --init: {after if isinstance(after, str) else sorted(before ^ after)}"[:500])
    return faults


def check_next():
    """The command that an answer proposes is one command, and runs nothing else, in a shell."""
    faults = []
    names = [name for name in corpus.choose() if name.strip() and "\0" not in name]
    told = []
    for words in [["audit", *FEW], ["report", *FEW, "--gpu", "rtx4090"], ["why", *FEW, "total"]] + \
            [["decide", *FEW, "--", name] for name in map(corpus.raw, names[::3])] + \
            [["audit", "--no-save", "--", b"files/plain/" + name + b".jsonl"] for name in list(corpus.file_names())[1::9]]:
        done = Run([*words[:1], "--format", "json", *words[1:]])
        if done.status == 0:
            told.append(harmless.parse_json(done.out)["next"])
    script = "hllm() { printf 'ran hllm\\n'; }\n" + "\n".join(text for text in told if text) + "\n"
    ran = subprocess.run(["sh"], input=script.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if ran.stdout != b"ran hllm\n" * len([text for text in told if text]) or ran.stderr or len(told) < 20:
        faults.append(f"{len(told)} proposals: {ran.stdout[-300:]} {ran.stderr[:300]}")
    return faults


def groups(name):
    """What to run, as functions with their arguments."""
    if name == "answers":
        return [(check_case, *case) for case in CASES]
    if name == "server":
        return [(check_case, ["probe", "--find", "--url", sys.argv[2]], None),
                (check_case, ["probe", "--health", "--url", sys.argv[2]], None)]
    if name == "charts":
        return charts()
    if name == "errors":
        texts = joined()
        return [(check_refusal, line, texts) for line in REFUSED if line]
    return [(check_settings,), (check_next,)]


def main():
    """A group, some of it at once."""
    faults = []
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        todo = list(groups(sys.argv[1]))
        # a build with sanitizers takes four times as long: a third of a long table
        if os.environ.get("SANITIZERS", "no") != "no" and len(todo) > 20:
            todo = todo[::3]
        jobs = [pool.submit(*job) for job in todo]
    for job in jobs:
        try:
            faults += job.result()
        except AssertionError as fault:
            faults.append(str(fault))
    canaries = [str(path) for path in pathlib.Path(".").rglob("*canary*") if "files" not in path.parts]
    for fault in faults + [f"{path} was made" for path in canaries]:
        print(fault)
    sys.exit(bool(faults or canaries))


if __name__ == "__main__":
    main()
