# SPDX-License-Identifier: GPL-3.0-or-later
"""corpus.py FOLDER - fills a folder with everything that hllm reads, all of it named after tests/data/evil.txt.
corpus.py line - many of the names as one; corpus.py words - those that can be typed, each with a NUL behind it.

evil.txt has a JSON string a line.  A surrogate from U+DC80 to U+DCFF stands for a byte that is no UTF-8
where bytes are written, and for itself, as a lone surrogate, where JSON escapes are."""
import csv
import io
import json
import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
NAME_MOST = 255  # bytes of a file's name
OLD_MOST = 20  # blocks of a kind that speak of a year from 2001 on each


def read(path=HERE / "evil.txt"):
    """The names."""
    with open(path, encoding="utf-8") as source:
        return [json.loads(line) for line in source if line.strip()]


NAMES = read()


def features(name):
    """What a name has that could do harm."""
    letters = re.compile("[A-Za-z0-9]")
    ends = {("first", letters.sub("a", name[:1])), ("last", letters.sub("a", name[-1:]))}
    return ends | set(letters.sub("", name)) | ({"long"} if len(name) > 1000 else set())


def choose():
    """Fewer names with all that the others have, for commands that take their time."""
    seen, chosen = set(), []
    for name in sorted(NAMES, key=lambda name: -len(features(name))):
        if features(name) - seen:
            chosen.append(name)
            seen |= features(name)
    return chosen


def raw(text):
    """As bytes, some of them no UTF-8; other lone surrogates as if they were characters."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def is_text(name):
    """Could it be typed: UTF-8, without NUL?"""
    return not re.search("[\0\ud800-\udfff]", name)


def is_line(name):
    """Could it be a value of hllm.conf: no control characters but the tab?"""
    return is_text(name) and name.strip() and not re.search("[\1-\10\12-\14\16-\37\177-\237]", name)


def file_names():
    """The names that a file can have."""
    for name in NAMES:
        data = raw(name)
        if data and b"/" not in data and b"\0" not in data and data not in (b".", b"..") and len(data) <= NAME_MOST - 6:
            yield data


def line(second, day="2026-10-05", **fields):
    """A request."""
    return {"timestamp": f"{day}T{8 + second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z", "model": "gpt-4",
            "tokens_in": 9000 + second, "tokens_out": 100 + second, "latency_ms": 300 + second, **fields}


def log(names):
    """Two months of requests in which everything that can have a name has one of these."""
    for second, name in enumerate(names):
        for day in ("2026-09-05", "2026-10-06"):
            yield line(second, day, task=name, project=name, agent=name, environment=name, endpoint=name,
                       key_name=name, tags=[name], user=name, prompt="not to be kept")
        yield line(second, "2026-10-07", task=name, project=name, model=name)
        if is_line(name):
            yield line(second, "2026-10-11", task=f"task{NAMES.index(name)}")


def write_logs(folder):
    """As JSON with escapes, as JSON with bytes, and as CSV."""
    for path, names in ("log.jsonl", NAMES), ("few.jsonl", choose()), ("tiny.jsonl", NAMES[:3]):
        (folder / path).write_text("".join(json.dumps(row) + "\n" for row in log(names)), encoding="ascii")
    with open(folder / "bytes.jsonl", "wb") as out:
        for second, name in enumerate(NAMES):
            text = json.dumps(line(second, "2026-10-08", task="@@")).encode()
            inside = b"".join(raw(c) if ord(c) > 127 else json.dumps(c)[1:-1].encode() for c in name)
            out.write(text.replace(b"@@", inside) + b"\n")
    with io.StringIO(newline="") as text:
        rows = csv.writer(text)
        rows.writerow(["timestamp", "model", "tokens_in", "tokens_out", "task", "project"])
        for second, name in enumerate(name for name in NAMES if "\0" not in name):
            row = line(second, "2026-10-09")
            rows.writerow([row["timestamp"], row["model"], row["tokens_in"], row["tokens_out"], name, name])
        (folder / "names.csv").write_bytes(raw(text.getvalue()))


def write_files(folder):
    """Files and folders of these names, each with a line that is good and one that is not."""
    for second, name in enumerate(file_names()):
        where = os.path.join(os.fsencode(folder), b"files", name if second % 3 == 0 else b"plain")
        os.makedirs(where, exist_ok=True)
        with open(os.path.join(where, name + b".jsonl"), "wb") as out:
            out.write(json.dumps(line(second, "2026-10-10", task="files")).encode() + b"\n" + b'{"timestamp": "2026"}\n')


def quoted(text):
    """A value of hllm.conf."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def conf():
    """Blocks of every kind with these titles."""
    blocks = {
        "workload": "task = task{1}\n\tquality_tested = {0}",
        "mapping": "model = {0}\n\tinput = \"x\"\n\ttime = ts",
        "discount": "biller = nobody\n\tfrom = {1}-01-01\n\tto = {1}-12-31\n\tpercent = 10",
        "subscription": "project = nothing\n\tbiller = nobody\n\tmonthly = 20",
        "commitment": "biller = nobody\n\tmonthly = 30\n\tfrom = {1}-01-01\n\tto = {1}-12-31",
        "budget": "month = 0.001{2}",
        "limit": "measure = cost_per_day\n\tabove = 0.000001\n\tdays = 31{2}",
    }
    chosen = set(choose())
    for kind, text in blocks.items():
        for i, name in enumerate(NAMES):
            if is_line(name) and (kind == "workload" or name in chosen if "{1}-" not in text else i < OLD_MOST):
                value = 2001 + i if "{1}-" in text else i
                match = "" if len(name) > 80 or re.search("[*?]", name) else f"\n\tworkload = {quoted(name)}"
                yield f"{kind} {quoted(name)} {{\n\t{text.format(quoted(name), value, match)}\n}}\n"


def write_tables(folder):
    """Prices, other names, hardware, models and a calculation."""
    names = [name for name in NAMES if is_line(name) and "\r" not in name]

    def table(path, head, row):
        with open(folder / path, "w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(head.split(","))
            for i, name in enumerate(names):
                rows.writerow(row(i, name))

    table("prices.csv", "provider,model,from,to,service_tier,kind,price,unit,source",
          lambda i, name: ["own", name, "", "", "standard", ("uncached_input", "output")[i % 2], 1 + i % 7, "1M tokens", name])
    table("plan.csv", "case,row,item,api_monthly,moved,capex,monthly,contains,stated_total,note",
          lambda i, name: [name, "plan", name, 100 + i, "80%", 500, 5, name, "$3", name])
    write_own(folder / "config" / "hllm", names)
    reasons = [name for name in names if "${" not in name]
    (folder / "policy.conf").write_text(
        "policy {\n\ttitle = " + quoted(names[0]) + "\n\tsource = " + quoted(names[1]) + "\n\tabout = "
        + quoted(names[2]) + "\n}\n" + "".join(
            f'rule "r{i}" {{\n\torder = {10 + i}\n\twhen = "calls_per_day > {i}"\n\tverdict = api\n\treason = {quoted(name)}\n}}\n'
            for i, name in enumerate(reasons)), encoding="utf-8")
    (folder / "local.conf").write_text(
        f"policy {{\n\ttitle = {quoted(names[0])}\n}}\nrule {quoted(names[1])} {{\n\torder = 1\n\twhen = \"calls_per_day > 0\"\n"
        "\tverdict = local\n\treason = why\n}\n", encoding="utf-8")
    with open(folder / "bench.jsonl", "w", encoding="ascii") as out:
        for i, name in enumerate(names[:40] + names[-12:]):
            out.writelines(json.dumps({
                "date": "20261001-100000", "backend": "vllm", "model_id": name, "num_prompts": 40, "max_concurrency": at_once,
                "duration": 20.0, "completed": 40, "total_input_tokens": 20000 + i, "total_output_tokens": 5000,
                "request_throughput": 2.0, "output_throughput": 100.0, "total_token_throughput": 500.0,
                "mean_ttft_ms": 50.0, "median_ttft_ms": 48.0, "p99_ttft_ms": 90.0, "mean_tpot_ms": 9.0,
                "median_tpot_ms": 9.0, "p99_tpot_ms": 12.0, "mean_itl_ms": 9.0, "median_itl_ms": 9.0,
                "p99_itl_ms": 12.0}) + "\n" for at_once in (1, 4))


def write_own(folder, names):
    """What stands beside hllm.conf: rows like those of the catalogues, under other names."""
    folder.mkdir(parents=True)
    data = pathlib.Path(os.environ.get("HLLM_DATA_DIR", HERE.parent.parent / "data"))
    for table, model in ("hardware.csv", "rtx-4090"), ("models.csv", "llama-3.1-8b"):
        with open(data / table, encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(line for line in source if not line.startswith("#")))
        row = next(row for row in rows if row["id"] == model)
        with open(folder / table, "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, row)
            writer.writeheader()
            for i, name in enumerate(names):
                writer.writerow({**row, "id": f"own-{i}", "name": name, "aliases": "", "source": name, "note": name})
    with open(folder / "aliases.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["name", "model", "from", "to", "source"])
        for name in names:
            writer.writerow(["other " + name, "gpt-4o", "", "", name])


def main():
    """What the command line says."""
    if sys.argv[1] == "line":
        print("|".join(name for name in choose() if is_line(name) and len(name) < 400 and not re.search("[\r?]", name)))
        return
    if sys.argv[1] == "words":
        sys.stdout.buffer.write(b"".join(raw(name) + b"\0" for name in NAMES if "\0" not in name and len(name) < 400))
        return
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_logs(folder)
    write_files(folder)
    write_tables(folder)
    (folder / "hllm.conf").write_text("".join(conf()), encoding="utf-8")


if __name__ == "__main__":
    main()
