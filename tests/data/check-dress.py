#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that a sample in another dress reads the same and prints TAP.

usage: check-dress.py [SAMPLE...]

Dresses the samples in the current folder: columns and keys in another order,
unknown ones added, other line ends and delimiters, containers, pages, arrays, one
line or many, cut off. What hllm says about the dressed file has to be what it says
about the plain one, but for its name, its lines and how it was recognised.
"""
import bz2
import copy
import csv
import gzip
import io
import json
import lzma
import os
import random
import re
import subprocess
import sys
import zipfile

import reading

# Their order carries meaning: Codex writes running totals, of which the
# differences count.
ORDERED = {"codex.jsonl", "codex-fork.jsonl"}
# The key whose array holds the elements of a page.
PAGES = {"data", "messages", "resourceSpans", "results"}
BOM = b"\xef\xbb\xbf"
NOISE = ["", "0", "12", "a, \"b\"", "two\nlines", "état", "{\"x\": 1}", "1e9"]
rng = random.Random(20261120)


# ---- CSV ----

class Csv:
    """A CSV sample as cells: lines before the header, the header, rows."""

    def __init__(self, data):
        text = data.decode("utf-8-sig")
        rows = [r for r in csv.reader(io.StringIO(text, newline="")) if r]
        width = max(len(r) for r in rows)
        first = next(i for i, r in enumerate(rows) if len(r) == width)
        self.before, self.header = rows[:first], rows[first]
        self.rows = [r + [""] * (width - len(r)) for r in rows[first + 1:]]
        self.last_is_data = "Total" not in self.rows[-1]

    def write(self, delimiter=",", end="\n", quoting=csv.QUOTE_MINIMAL,
              rows=None, header=None):
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter, lineterminator=end,
                            quoting=quoting)
        writer.writerows(self.before)
        writer.writerow(header or self.header)
        writer.writerows(self.rows if rows is None else rows)
        return out.getvalue().encode()

    def columns(self, order, extra=()):
        """The file with its columns in this order, unknown ones among them."""
        def place(cells, fill):
            return [cells[i] if isinstance(i, int) else fill(i) for i in order]
        return self.write(header=place(self.header, str),
                          rows=[place(r, lambda _: rng.choice(NOISE))
                                for r in self.rows])


def spreadsheet(plain, point, group, delimiter, quoting):
    """The file as a spreadsheet of another country saves it: 1.234,56 and 31.10.2026.

    And whether a number of it can be read in one way only: if none can, 2,355 is refused.
    """
    def dress(name, cell):
        number = re.fullmatch(r"([$]?-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+(?:[eE]-?\d+)?))?", cell)
        if number and not name.lower().endswith("id"):
            sign, whole, rest = number.groups()
            whole = f"{int(whole.replace(',', '')):,}".replace(",", group)
            return sign + whole + (point + rest if rest else "")
        if group == "." and re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
            return ".".join(cell.split("-")[::-1])
        return cell
    rows = [[dress(n, c) for n, c in zip(plain.header, r)] for r in plain.rows]
    cells = [c for r in rows for c in r if re.fullmatch(r"[$\d.,\u202f\u2019]+", c)]
    tells = not any(re.search("[.,]", c) for c in cells) or \
        not all(re.fullmatch(r"\d+|[1-9]\d{0,2}[.,]\d{3}", c) for c in cells)
    return plain.write(delimiter=delimiter, quoting=quoting, rows=rows), tells


def csv_dresses(data):
    plain = Csv(data)
    order = list(range(len(plain.header)))
    rng.shuffle(order)
    more = order[:]
    for name in ("zz_one", "Zz Two", "zz three (€)"):
        more.insert(rng.randrange(len(more) + 1), name)
    crlf = plain.write(end="\r\n")
    yield "columns shuffled", plain.columns(order)
    yield "columns backwards", plain.columns(list(range(len(order)))[::-1])
    if len(order) > 4:      # an export without usage is known by having only these
        yield "unknown columns", plain.columns(more)
    yield "LF", plain.write()
    yield "CRLF", crlf
    yield "BOM", BOM + plain.write()
    yield "BOM and CRLF", BOM + crlf
    yield "TSV", plain.write(delimiter="\t")
    yield "semicolons", plain.write(delimiter=";")
    for country, point, group, delimiter, quoting in (
            ("German", ",", ".", ";", csv.QUOTE_MINIMAL),
            ("German, between commas", ",", ".", ",", csv.QUOTE_ALL),
            ("French", ",", "\u202f", ";", csv.QUOTE_MINIMAL),
            ("Swiss", ".", "\u2019", ";", csv.QUOTE_MINIMAL),
            ("English", ".", ",", ",", csv.QUOTE_MINIMAL)):
        text, tells = spreadsheet(plain, point, group, delimiter, quoting)
        if tells:
            yield "a spreadsheet, " + country, text
    yield "all quoted", plain.write(quoting=csv.QUOTE_ALL)
    yield "no newline at the end", plain.write()[:-1]
    yield "blank lines", plain.write().replace(b"\n", b"\n\n", 1) + b"\n\n"
    lines = plain.rows[:] if plain.last_is_data else plain.rows[:-1]
    tail = plain.rows[len(lines):]
    rng.shuffle(lines)
    yield "lines shuffled", plain.write(rows=lines + tail)


# ---- JSON ----

class Json:
    """A JSON sample as its values; 'shape' is lines, array, page or object."""

    def __init__(self, data):
        text = data.decode("utf-8-sig")
        self.bad = []
        try:
            value = json.loads(text)
            self.shape = "array" if isinstance(value, list) else "object"
            self.values = value if self.shape == "array" else [value]
            if self.shape == "object" and page_key(value):
                self.shape = "page"
        except ValueError:
            self.shape, self.values = "lines", []
            for line in text.splitlines():
                try:
                    self.values.append(json.loads(line))
                except ValueError:
                    self.bad.append(line)       # a sample has one, cut off


def page_key(value):
    return next((k for k in value if k in PAGES and
                 isinstance(value[k], list)), None)


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def lines_of(values, dump=compact):
    return "".join(dump(v) + "\n" for v in values).encode()


def shuffled(value):
    """The same with the keys of all objects in another order, and more of them."""
    if isinstance(value, list):
        return [shuffled(v) for v in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    rng.shuffle(keys)
    return {k: shuffled(value[k]) for k in keys}


def with_unknown(value):
    """The same with keys that no format knows at the top level."""
    if not isinstance(value, dict):
        return value
    more = {"zz_one": {"zz": [1, {"zz": None}]}, **value,
            "zz_two": "}\n{\"x\": [\\", "zz_\u00e9": -0.5e-7}
    key = page_key(more)
    if key:
        more[key] = [with_unknown(v) for v in more[key]]
    return more


def halves(page):
    """A page as two."""
    key = page_key(page)
    first, second = copy.deepcopy(page), copy.deepcopy(page)
    middle = len(page[key]) // 2
    first[key], second[key] = page[key][:middle], page[key][middle:]
    return [first, second]


def escaped(value):
    """JSON with every letter of its texts as an escape, keys too."""
    def one(text):
        return "".join("\\u%04x" % ord(c) if c.isalpha() and ord(c) < 0x10000
                       else json.dumps(c, ensure_ascii=False)[1:-1] for c in text)
    if isinstance(value, dict):
        return "{%s}" % ",".join('"%s":%s' % (one(k), escaped(v))
                                 for k, v in value.items())
    if isinstance(value, list):
        return "[%s]" % ",".join(escaped(v) for v in value)
    return '"%s"' % one(value) if isinstance(value, str) else json.dumps(value)


def json_dresses(name, data):
    plain = Json(data)
    values = plain.values
    text = data.decode("utf-8-sig")
    yield "keys shuffled", rebuild(plain, shuffled)
    yield "unknown keys", rebuild(plain, with_unknown)
    yield "BOM", BOM + data
    yield "CRLF", text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    yield "no newline at the end", text.rstrip().encode()
    yield "blank lines", b"\n\n" + data + b"\n\n"
    yield "escapes", rebuild(plain, lambda v: v, escaped)
    if plain.bad:
        return          # a line that is cut off cannot stand in an array
    yield "an array in one line", compact(values).encode()
    yield "a pretty array", json.dumps(values, indent=2).encode()
    yield "an array of one element a line", \
        ("[\n" + ",\n".join(map(compact, values)) + "\n]\n").encode()
    yield "one element a line", lines_of(values)
    yield "pretty values one after the other", \
        lines_of(values, lambda v: json.dumps(v, indent=4))
    yield "values without a newline between them", \
        "".join(map(compact, values)).encode()
    if plain.shape == "page":
        two = halves(values[0])
        yield "two pages, a line each", lines_of(two)
        yield "two pages in an array", compact(two).encode()
        yield "two pretty pages", lines_of(two, lambda v: json.dumps(v, indent=1))
        yield "two pages in a pretty array", json.dumps(two, indent="\t").encode()
    if len(values) > 1 and name not in ORDERED:
        mixed = values[:]
        rng.shuffle(mixed)
        yield "lines shuffled", lines_of(mixed)


def rebuild(plain, change, dump=compact):
    values = [change(v) for v in plain.values]
    if plain.shape == "array":
        return dump(values).encode() + b"\n"
    return lines_of(values, dump) + "".join(b + "\n" for b in plain.bad).encode()


# ---- containers ----

def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for inner, data in files:
            z.writestr(inner, data)
    return out.getvalue()


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, check=True,
                          capture_output=True).stdout


def containers(name, data):
    yield "gz", gzip.compress(data)
    yield "xz", lzma.compress(data)
    yield "bz2", bz2.compress(data)
    yield "zst", zstd(data)
    yield "zip", zipped([(name, data)])
    middle = len(data) // 2
    yield "gz in two members", \
        gzip.compress(data[:middle]) + gzip.compress(data[middle:])


# ---- comparing ----

FREE = ("schema", "sources", "notes", "next")
SOURCE = ("format", "title", "origin")


def essence(result):
    """What must not depend on the dress."""
    what = {k: v for k, v in result.json.items() if k not in FREE}
    what["counters"] = result.counters()
    # what another file has too is no duplicate within a file
    what["counters"]["records"] += what["counters"].pop("duplicates")
    what["sources"] = {k: [s[k] for s in result.json["sources"]][:1]
                       for k in SOURCE}
    periods = [s["period"] for s in result.json["sources"]
               if s["period"] and s["period"]["start"]]
    what["period"] = periods and {"start": min(p["start"] for p in periods),
                                  "end": max(p["end"] for p in periods)}
    return what


def difference(result, want):
    if result.broken or result.status:
        return result.broken or "status %d: %s" % (result.status,
                                                   result.err.strip())
    got = essence(result)
    for key in want:
        if got[key] != want[key]:
            return "%s is %s, expected %s" % (key, *leaf(got[key], want[key]))
    return None


def leaf(got, want):
    while isinstance(got, dict) and isinstance(want, dict):
        key = next(k for k in want if got.get(k) != want[k])
        got, want = got.get(key), want[key]
        if not isinstance(got, dict):
            return "... %s: %s" % (key, got), want
    return got, want


def write(folder, name, data):
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(data)
    return path


def compare(args):
    what, want, arguments, stdin = args
    bad = difference(reading.audit(*arguments, stdin=stdin), want)
    return "%s: %s" % (what, bad) if bad else None


def dresses(name, data):
    """What is done to it, arguments, stdin."""
    here = name.replace(".", "_")
    is_csv = name.endswith(".csv")
    made = list(csv_dresses(data) if is_csv else json_dresses(name, data))
    made += containers(name, data)
    for i, (what, text) in enumerate(made):
        yield what, [write(here, "%d.txt" % i, text)], None
    yield "standard input", ["-"], data
    yield "a compressed standard input", ["-"], gzip.compress(data)
    write(os.path.join(here, "folder", "deeper"), name, data)
    yield "a directory", [os.path.join(here, "folder")], None
    for threads in ("1", "2", "4"):
        yield threads + " threads", ["--threads", threads, write(here, name, data)], \
            None
    if name not in ORDERED:
        parts = in_two(name, data)
        for i, part in enumerate(parts):
            write(os.path.join(here, "parts"), "%d-%s" % (i, name), part)
        yield "two files in a directory", [os.path.join(here, "parts")], None
        yield "two files in a zip", \
            [write(here, "parts.zip", zipped([("a/" + str(i), part) for i, part
                                              in enumerate(parts)]))], None


def in_two(name, data):
    if name.endswith(".csv"):
        plain = Csv(data)
        middle = len(plain.rows) // 2
        return [plain.write(rows=plain.rows[:middle]),
                plain.write(rows=plain.rows[middle:])]
    plain = Json(data)
    if plain.shape == "page":
        return [compact(h).encode() for h in halves(plain.values[0])]
    middle = len(plain.values) // 2
    parts = [plain.values[:middle], plain.values[middle:]]
    bad = "".join(b + "\n" for b in plain.bad).encode()
    return [p for p in (lines_of(parts[0]), lines_of(parts[1]) + bad) if p]


def last_removed(name, data):
    """The sample cut off inside its last element, and without that element."""
    if name.endswith(".csv"):
        plain = Csv(data)
        rest, last = plain.rows[:-1], plain.write(rows=plain.rows[-1:],
                                                  header=plain.header)
        last = last.splitlines(True)[-1]
        return plain.write(rows=rest) + last[:last.index(b",") + 2], \
            plain.write(rows=rest)
    plain = Json(data)
    if plain.bad:
        return None, None
    if plain.shape == "page":
        page = dict(plain.values[0])
        key = page_key(page)
        elements = page.pop(key)
        page[key] = elements        # the last key, so that the cut is in it
        whole = json.dumps(page, indent=1)
        page[key] = elements[:-1]
        return whole[:whole.rindex("{")].encode() + b'{"x": "', \
            compact(page).encode()
    last = compact(plain.values[-1]).encode()
    rest = lines_of(plain.values[:-1])
    if plain.shape == "array":
        return b"[" + b",".join(rest.splitlines() + [last[:len(last) // 2]]), rest
    return rest + last[:len(last) // 2], rest


def cut_off(name):
    """Nothing but the element that is cut off is lost, and it is counted."""
    cut, rest = last_removed(name, reading.sample(name))
    if not cut:
        return None
    here = name.replace(".", "_")
    got = reading.audit(write(here, "cut", cut))
    want = reading.audit(write(here, "rest", rest))
    if got.broken or want.broken:
        return "%s: %s" % (name, got.broken or want.broken)
    if got.status:      # it was the only one, or the one that told the format
        return None if want.status or not want.place("sources.0.records") \
            else "%s: %s" % (name, got.err.strip())
    if got.place("sources.0.rejected") < 1:
        return "%s: no reject" % name
    if want.status == 0 and got.place("totals") != want.place("totals"):
        return "%s: %s is %s, expected %s" % (
            name, "totals", *leaf(got.place("totals"), want.place("totals")))
    return None


LARGE = 5 << 19     # more than two of the blocks that threads take


def large(name):
    """The sample again and again, in blocks for several threads."""
    data = reading.sample(name)
    if name.endswith(".csv"):
        plain = Csv(data)
        body = plain.write(rows=plain.rows)
        rows = plain.rows * (LARGE // len(body) + 1)
        return plain.write(rows=rows)
    if not data.endswith(b"\n"):
        data += b"\n"
    return data * (LARGE // len(data) + 1)


def same_bytes(name):
    """The JSON of 1, 2 and 4 threads, byte for byte."""
    path = write(name.replace(".", "_"), "large", large(name))
    results = [reading.audit("--threads", t, path) for t in ("1", "2", "4")]
    os.unlink(path)
    broken = [r.broken or r.err for r in results if r.broken or r.status]
    if broken:
        return "%s: %s" % (name, broken[0])
    return name if len({r.text for r in results}) > 1 else None


tap = reading.Tap()
chosen = sys.argv[1:] or reading.names()
for sample in chosen:
    content = reading.sample(sample)
    answer = reading.audit(os.path.join(reading.SAMPLES, sample))
    if answer.broken or answer.status:
        tap.check([answer.broken or answer.err], sample)
        continue
    wanted = essence(answer)
    jobs = [(w, wanted, a, s) for w, a, s in dresses(sample, content)]
    tap.check(filter(None, reading.parallel(compare, jobs)),
              "%s in %d dresses" % (sample, len(jobs)))
tap.check(filter(None, reading.parallel(cut_off, chosen)),
          "a file that is cut off loses one element, and says so")
tap.check(filter(None, reading.parallel(same_bytes, chosen)),
          "1, 2 and 4 threads print the same bytes of large files")
tap.end()
