# SPDX-License-Identifier: GPL-3.0-or-later
"""evil.py make NAMES - a request log whose tasks, models and projects are the names of a
file (one JSON string a line); evil.py check NAMES json|csv|tsv|md|html|text - is what stands on
standard input harmless, and are the names still in it?"""
import csv
import html.parser
import io
import json
import re
import sys
import unicodedata

with open(sys.argv[2], encoding="utf-8") as source:
    NAMES = [json.loads(line) for line in source if line.strip()]


def make():
    for i, name in enumerate(NAMES):
        print(json.dumps({"timestamp": f"2026-10-05T08:{i // 60:02d}:{i % 60:02d}Z", "task": name, "project": name,
                          "model": name, "tokens_in": 1000 + i, "tokens_out": 10}))


def hidden(char):
    return char not in "\n\t\u200c\u200d" and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")


def plain(name):
    """What a cell may at least be looked for by: its longest run of harmless characters."""
    return max(re.findall(r"[A-Za-z0-9]+", name) or [""], key=len)


TAGS = set("html head meta title style body a main header footer p h1 h2 span section div table caption thead tbody tr th "
           "td details summary ul li pre code".split())
ATTRIBUTES = set("lang charset http-equiv content name class href id tabindex role aria-labelledby aria-label scope title "
                 "colspan data-h".split())


class Page(html.parser.HTMLParser):
    """What a browser would make of it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.texts = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.texts.append(data)


def check(shape):
    text = sys.stdin.buffer.read().decode("utf-8")
    bad = sorted({hex(ord(char)) for char in text if hidden(char) and not (shape == "csv" and char == "\r")})
    assert not bad, f"hidden characters {bad}"
    if shape == "json":
        answer = json.loads(text)
        got = [row["name"] for row in answer.get("workloads", [])] or [row["subject"] for row in answer["alerts"]]
        missing = [name for name in NAMES if name.strip() and plain(name)[:20] not in "".join(got)]
        assert not missing, missing
    elif shape in ("csv", "tsv"):
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="," if shape == "csv" else "\t",
                               quoting=csv.QUOTE_MINIMAL if shape == "csv" else csv.QUOTE_NONE))
        assert len({len(row) for row in rows}) == 1, "rows of different length"
        for row in rows:
            for cell in row:
                assert cell[:1] not in ("=", "@", "\t", "\r") , cell
                assert cell[:1] not in ("+", "-") or re.fullmatch(r"[-+][0-9.]*", cell), cell
        got = "".join(row[0 if rows[0][0] == "name" else rows[0].index("subject")] for row in rows)
        missing = [name for name in NAMES if plain(name)[:20] not in got]
        assert not missing, missing
    elif shape == "html":
        page = Page()
        page.feed(text)
        page.close()
        assert page.tags <= TAGS, page.tags - TAGS
        assert page.attributes <= ATTRIBUTES, page.attributes - ATTRIBUTES
        missing = [name for name in NAMES if plain(name)[:20] not in "".join(page.texts)]
        assert not missing, missing
    elif shape == "md":
        assert not re.search(r"(?<!\\)<[A-Za-z/!]", text), "markup"
        tables = [line for line in text.split("\n") if line.startswith("|")]
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in tables}
        assert len(widths) <= 4, "a name broke a table"


if sys.argv[1] == "make":
    make()
else:
    check(sys.argv[3])
