# SPDX-License-Identifier: GPL-3.0-or-later
"""prometheus.py - reads the Prometheus text format 0.0.4 on standard input as strictly as it is
written down, and prints each sample as a JSON line [name, {labels}, value].

Every metric has one HELP and one TYPE before its samples, which stand together; no series is there
twice; names, label names and escapes are well-formed; every line ends in a newline.
"""
import json
import re
import sys

METRIC = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r"[a-zA-Z_][a-zA-Z0-9_]*"
PAIR = re.compile(rf'({LABEL})="((?:[^"\\\n]|\\[\\"n])*)"')
SAMPLE = re.compile(rf"({METRIC})(?:\{{(.*)\}})? (-?[0-9]+(?:\.[0-9]+)?)")
UNITS = ("_usd", "_eur", "_seconds", "_ratio", "_value", "_up", "_alert")

text = sys.stdin.buffer.read().decode("utf-8")
assert text.endswith("\n"), "the last line has no end"
seen, done, helps, types, name = set(), set(), set(), {}, None
for number, line in enumerate(text[:-1].split("\n"), 1):
    where = f"line {number}: {line}"
    comment = re.fullmatch(rf"# (HELP|TYPE) ({METRIC}) (.+)", line)
    if comment:
        kind, about, rest = comment.groups()
        if kind == "HELP":
            assert about not in helps, f"{where}: a second HELP"
            assert re.fullmatch(r"(?:[^\\]|\\[\\n])+", rest), f"{where}: a bad escape"
            done.add(name)
            assert about not in done, f"{where}: its samples do not stand together"
            name = about
            helps.add(about)
        else:
            assert about == name and about not in types, f"{where}: TYPE without HELP before it, or twice"
            assert rest == "gauge", f"{where}: no such type here"
            types[about] = rest
        continue
    sample = SAMPLE.fullmatch(line)
    assert sample, f"{where}: no sample"
    about, labels, value = sample.groups()
    assert about == name and about in types, f"{where}: not below its own HELP and TYPE"
    assert about.endswith(UNITS), f"{where}: a name without a unit"
    pairs, rest = [], labels or ""
    while rest:
        pair = PAIR.match(rest)
        assert pair, f"{where}: bad labels at {rest}"
        pairs.append((pair[1], re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], pair[2])))
        rest = rest[pair.end():]
        assert not rest or (rest.startswith(",") and len(rest) > 1), f"{where}: bad labels at {rest}"
        rest = rest[1:]
    assert len(dict(pairs)) == len(pairs), f"{where}: a label twice"
    series = (about, tuple(sorted(pairs)))
    assert series not in seen, f"{where}: this series is there twice"
    seen.add(series)
    print(json.dumps([about, dict(pairs), float(value)]))
