# SPDX-License-Identifier: GPL-3.0-or-later
"""formulas.py ANSWER WHY - holds what `hllm why` says of all numbers of an answer against the answer.

ANSWER was printed with --ids --format json, WHY is of all its ids, as JSON.  Checked:
every number of the answer has an id of its own, and can be asked about; every formula gives its number,
worked out anew in exact fractions, as exactly as its inputs are; and following the inputs leads from every
number to a root (records, a file, a catalogue, an assumption, …), never in a circle.

formulas.py --ids ANSWER prints the ids.
"""
import json
import re
import sys
from fractions import Fraction

FEMTO = Fraction(1, 10**15)


class Span:
    """All values that a rounded number can stand for."""

    def __init__(self, low, high=None):
        self.low, self.high = low, low if high is None else high
        assert self.low <= self.high

    def __add__(self, other):
        return Span(self.low + other.low, self.high + other.high)

    def __neg__(self):
        return Span(-self.high, -self.low)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(ends), max(ends))

    def __truediv__(self, other):
        assert other.low > 0 or other.high < 0, "divided by what may be nothing"
        return self * Span(1 / other.high, 1 / other.low)

    def __pow__(self, other):
        # of a growth or discount factor, to an exact power; in floating point where it is no whole one
        if other.low == other.high and other.low.denominator == 1:
            ends = [self.low**int(other.low), self.high**int(other.low)]
            return Span(min(ends), max(ends))
        ends = [float(a) ** float(b) for a in (self.low, self.high) for b in (other.low, other.high)]
        slack = Fraction(1, 10**12)
        return Span(Fraction(min(ends)) * (1 - slack), Fraction(max(ends)) * (1 + slack))


def least(*spans):
    return Span(min(s.low for s in spans), min(s.high for s in spans))


def most(*spans):
    return Span(max(s.low for s in spans), max(s.high for s in spans))


def down(span, places):
    unit = Fraction(1, 10 ** int(places.low))
    cut = lambda x: (abs(x) // unit) * unit * (1 if x >= 0 else -1)
    return Span(cut(span.low), cut(span.high))


def size(span):
    ends = [abs(span.low), abs(span.high)]
    return Span(0 if span.low < 0 < span.high else min(ends), max(ends))


def total(*spans):
    out = Span(Fraction(0))
    for span in spans:
        out = out + span
    return out


FUNCTIONS = {
    "sum": total,
    "others": total,
    "count": lambda *s: Span(Fraction(len(s))),
    "min": least,
    "max": most,
    "down": down,
    "abs": size,
}


class Reader:
    """A formula: sums of products of powers of signed terms."""

    def __init__(self, tokens):
        self.tokens, self.at = tokens, 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, wanted=None):
        token = self.peek()
        assert token is not None and (wanted is None or token == wanted), (token, wanted, self.tokens)
        self.at += 1
        return token

    def whole(self):
        value = self.sum()
        assert self.peek() is None, self.tokens[self.at:]
        return value

    def sum(self):
        value = self.product()
        while self.peek() in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self):
        value = self.power()
        while self.peek() in ("*", "/"):
            value = value * self.power() if self.take() == "*" else value / self.power()
        return value

    def power(self):
        value = self.term()
        if self.peek() == "^":
            self.take()
            return value ** self.power()
        return value

    def term(self):
        token = self.take()
        if token == "-":
            return -self.power()
        if token == "(":
            value = self.sum()
            self.take(")")
            return value
        if isinstance(token, list):
            assert len(token) == 1, "several values where one is due"
            return token[0]
        if token in FUNCTIONS:
            return self.function(FUNCTIONS[token])
        return Span(Fraction(token))

    def function(self, function):
        values = []
        self.take("(")
        while self.peek() != ")":
            if isinstance(self.peek(), list):
                column = self.take()
                if len(column) != 1 or self.peek() in (",", ")"):
                    values += column
                else:  # the first term of an expression
                    self.tokens[self.at - 1:self.at] = [column]
                    self.at -= 1
                    values.append(self.sum())
            else:
                values.append(self.sum())
            if self.peek() == ",":
                self.take()
        self.take(")")
        return function(*values)


def span_of(number):
    value = Fraction(number["value"])
    if number["rounded_to"] is None:
        return Span(value)
    half = Fraction(1, 2 * 10 ** number["rounded_to"])
    return Span(value - half, value + half)


def tokens_of(formula, inputs):
    """References first: their names may hold anything."""
    values = {}
    for one in inputs:
        values.setdefault(one["reference"], []).append(span_of(one))
    tokens, at = [], 0
    names = sorted(values, key=len, reverse=True)
    while at < len(formula):
        if formula[at] == "{":
            name = next((n for n in names if formula.startswith("{" + n + "}", at)), None)
            if name is None:  # a column without a number
                name = formula[at + 1:formula.index("}", at)]
            tokens.append(values.get(name, []))
            at += len(name) + 2
            continue
        found = re.compile(r"\s*([0-9.]+|[a-z]+|[-+*/^(),])\s*").match(formula, at)
        assert found, formula[at:]
        tokens.append(found.group(1))
        at = found.end()
    return tokens


def check_formula(number):
    got = Reader(tokens_of(number["formula"], number["inputs"])).whole()
    want = span_of(number)
    slack = 2 * FEMTO  # amounts and shares are rounded at the 15th decimal
    assert got.low <= want.high + slack and got.high >= want.low - slack, (
        "%s %s: %s gives %s to %s, but it is %s"
        % (number["id"], number["name"], number["formula"][:300], float(got.low), float(got.high), number["value"]))


def numbers_in(value, path):
    """Where the numbers of an answer are."""
    if isinstance(value, dict):
        if set(value) == {"amount", "currency"}:
            yield path
            return
        for key, inner in value.items():
            if path or key not in ("ids", "schema", "headline", "notes", "next"):
                yield from numbers_in(inner, path + "." + key if path else key)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from numbers_in(inner, "%s[%d]" % (path, i))
    elif not isinstance(value, bool) and not isinstance(value, str) and value is not None:
        yield path


def check(answer, why):
    ids = answer["ids"]
    assert len(ids) == len(set(ids.values())), "two numbers of one id"
    for one in ids.values():
        assert re.fullmatch(r"[a-hjkmnp-z][a-hjkmnp-z2-9]{3,11}", one) and re.search(r"[2-9]", one[:4]), one
    there = list(numbers_in(answer, ""))
    assert set(there) == set(ids), sorted(set(there) ^ set(ids))[:9]
    told = {n["id"]: n for n in why["numbers"]}
    assert set(told) == set(ids.values()), sorted(set(told) ^ set(ids.values()))[:9]
    for number in told.values():
        if number["formula"]:
            check_formula(number)
        assert number["inputs"] or number["roots"], "from nowhere: %s" % number["name"]
        for one in number["inputs"]:
            assert one["id"] in told, "%s: nobody can ask about %s" % (number["name"], one["name"])
    rooted = {}

    def reach(one, above):
        assert one not in above, "a circle: %s" % [told[x]["name"] for x in above + [one]]
        if one not in rooted:
            number = told[one]
            found = [reach(i["id"], above + [one]) for i in number["inputs"]]
            rooted[one] = bool(number["roots"]) or any(found)
        return rooted[one]

    sys.setrecursionlimit(10000)
    for one in told:
        assert reach(one, []), "no root: %s" % told[one]["name"]
    for number in told.values():
        for root in number["roots"]:
            assert root["text"] and root["kind"], number["name"]
    print("%d numbers, %d formulas" % (len(told), sum(1 for n in told.values() if n["formula"])))


if __name__ == "__main__":
    if sys.argv[1] == "--ids":
        print("\n".join(json.load(open(sys.argv[2]))["ids"].values()))
    else:
        check(*(json.load(open(path), parse_float=Fraction) for path in sys.argv[1:3]))
