# SPDX-License-Identifier: GPL-3.0-or-later
"""harmless - reads what hllm printed the way that its readers do, and says what in it could do harm.

Each reader takes bytes and returns the texts that it found in cells, elements or strings; it raises
AssertionError where somebody's name has become anything but text."""
import collections
import csv
import html.parser
import io
import json
import re
import shutil
import subprocess
import unicodedata
import xml.etree.ElementTree as ET

JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji need them
# Letters and marks that show nothing at all.
BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def hidden(char):
    """Does it change what is seen without being seen?"""
    if char in JOINERS:
        return False
    return char in BLANKS or unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs") or "\U000e0000" <= char <= "\U000e0fff"


def pattern():
    """All hidden characters, as ranges."""
    ranges, last = [], -2
    for code in (code for code in range(0x110000) if hidden(chr(code))):
        if code == last + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
        last = code
    return "[" + "".join(f"\\U{first:08x}-\\U{end:08x}" for first, end in ranges) + "]"


HIDDEN = re.compile(pattern())


def show(char):
    """A hidden character as hllm writes it."""
    if not hidden(char):
        return char
    return f"\\x{ord(char):02x}" if ord(char) < 128 or 0xDC80 <= ord(char) <= 0xDCFF else f"<U+{ord(char):04X}>"


def shown(name):
    """A name as people read it."""
    return "".join(map(show, name))


def csv_cell(name, separator):
    """A name as a program reads it from a cell."""
    formula = name[:1] in tuple(FORMULA) and not NUMBER.fullmatch(name)
    quoted = separator == "\t" and name[:1] == '"'
    kept = "".join(c if c in "\n\r\t" and separator == "," else " " if c in "\n\r\t" else show(c) for c in name)
    return "'" * (formula or quoted) + kept


def decoded(data, but=""):
    """UTF-8 without anything hidden."""
    return seen(data.decode("utf-8"), but)


def seen(text, but=""):
    """A text without anything hidden."""
    bad = sorted({f"U+{ord(char):04X}" for char in set(HIDDEN.findall(text)) if char != "\n" and char not in but})
    assert not bad, f"hidden characters {bad}"
    return text


def read_text(data, color=False):
    """For a terminal."""
    if color:
        data = re.sub(rb"\x1b\[[0-9;]*m", b"", data)
    return decoded(data).split("\n")


def once(pairs):
    """An object, each key of it once."""
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys), f"a key twice: {keys}"
    return dict(pairs)


def refuse(text):
    """NaN and the like are no JSON."""
    raise AssertionError(f"{text} is no JSON")


def strings(value):
    """All strings of a JSON value that are no keys."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def parse_json(data):
    """One value."""
    return json.loads(decoded(data), object_pairs_hook=once, parse_constant=refuse)


def read_json(data):
    """All its strings."""
    return list(strings(parse_json(data)))


def check_cells(rows):
    """No formulas; as many cells in each row."""
    assert rows and len({len(row) for row in rows}) == 1, "rows of different length"
    for row in rows:
        for cell in row:
            assert cell[:1] not in tuple(FORMULA) or NUMBER.fullmatch(cell), f"a formula: {cell}"
    return [cell for row in rows for cell in row]


def read_csv(data):
    """As RFC 4180 has it."""
    text = decoded(data, "\r\t")
    assert text.endswith("\n")
    return check_cells(list(csv.reader(io.StringIO(text, newline=""), strict=True)))


def read_tsv(data):
    """A tab ends a cell and nothing else does."""
    text = decoded(data, "\t")
    assert text.endswith("\n")
    rows = [line.split("\t") for line in text[:-1].split("\n")]
    assert not [cell for row in rows for cell in row if cell.startswith('"')], "a quote that opens"
    return check_cells(rows)


# ---- Markdown ----

MARKUP = "`*_~|<>[]"


def unescape(text):
    """Markdown's text, which has no markup."""
    out, i = "", 0
    while i < len(text):
        if text[i] == "\\" and i + 1 < len(text) and text[i + 1] in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~":
            out, i = out + text[i + 1], i + 2
            continue
        assert text[i] not in MARKUP, f"markup: {text}"
        entity = re.match(r"&(#?\w+);", text[i:])
        assert not entity or entity[1] == "amp", f"an entity: {text}"
        out, i = out + ("&" if entity else text[i]), i + (len(entity[0]) if entity else 1)
    return out


def read_row(line):
    """The cells of a row."""
    assert re.search(r"(?<!\\)(\\\\)*\|$", line), f"a row without its end: {line}"
    cells = re.findall(r"((?:\\.|[^\\|])*)\|", line[1:])
    assert sum(len(cell) + 1 for cell in cells) == len(line) - 1, f"no row: {line}"
    return [unescape(cell.strip(" ")) for cell in cells]


def read_md(data):
    """Tables, a headline, headings, notes; by GitHub's own parser too where it is installed."""
    texts, width, ruled = [], 0, False
    for line in decoded(data).split("\n"):
        if not line.startswith("|"):
            width = 0
            begin = re.match(r"\*\*(?=.*\*\*$)|## |- |", line)[0]
            rest = line[len(begin):len(line) - 2 if begin == "**" else None]
            assert not re.match(r" {4}| *(#{1,6}(\s|$)|[-+=]+(\s|$)|\d+[.)](\s|$))", rest), f"a block within a block: {line}"
            texts.append(unescape(rest))
            continue
        if width and not ruled:
            assert re.fullmatch(r"\|( -+:? \|)+", line) and line.count("|") == width + 1, f"not below its head: {line}"
            ruled = True
            continue
        row = read_row(line)
        assert not width or len(row) == width, f"a row of {len(row)} cells, not {width}: {line}"
        if not width:
            width, ruled = len(row), False
        texts += row
    return texts + read_github(data)


class Rendered(html.parser.HTMLParser):
    """Markdown made HTML."""

    TAGS = set("p strong h2 ul li table thead tbody tr th td".split())

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.texts, self.at = [], ""

    def handle_starttag(self, tag, attrs):
        assert tag in self.TAGS, f"<{tag}> of Markdown"
        assert all(name == "align" for name, _ in attrs), f"<{tag} {attrs}> of Markdown"
        if tag in ("td", "th", "p", "li"):
            self.at = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th", "p", "li"):
            self.texts.append(self.at)

    def handle_data(self, data):
        self.at += data

    def handle_comment(self, data):
        raise AssertionError("a comment of Markdown")

    handle_decl = handle_pi = unknown_decl = handle_comment


def read_github(data):
    """Its cells by cmark-gfm; what begins like an address is an address there, in plain sight."""
    if not shutil.which("cmark-gfm"):
        return []
    command = ["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough", "-e", "tasklist", "-e", "footnotes"]
    page = Rendered()
    page.feed(subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout.decode())
    page.close()
    seen("\n".join(page.texts))
    return page.texts


# ---- pages ----

PLAIN = {"class", "id"}
CHART = {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "width", "height", "points", "text-anchor", "class", "dx", "dy", "textlength",
         "lengthadjust"}
PAGE = {
    **{tag: PLAIN for tag in "main header footer p h1 h2 h3 section div table thead tbody tr summary details ul li pre code span "
       "strong figure figcaption caption a small".split()},
    **{tag: CHART for tag in "g path rect circle polygon polyline line text tspan".split()},
    "html": {"lang"}, "head": set(), "title": {"id"}, "desc": {"id"}, "style": set(), "body": set(),
    "meta": {"charset", "http-equiv", "content", "name"},
    "td": {"class", "colspan", "data-h"}, "th": {"class", "scope", "colspan", "data-h"},
    "svg": {"class", "viewbox", "role", "aria-labelledby", "xmlns", "width", "height"},
}
MORE = {"a": {"href"}, "main": {"tabindex"}, "section": {"aria-labelledby"}, "span": {"title"}, "small": {"title"}, "details": {"open"},
        "div": {"role", "tabindex", "aria-labelledby", "aria-label"}}
# What may hold words of others; all else is of the template.
WORDS = {"title", "data-h", "aria-label"}


class Page(html.parser.HTMLParser):
    """What a browser would make of it."""

    EMPTY = {"meta", "br"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.seen = [], [""], collections.Counter()

    def handle_starttag(self, tag, attrs):
        assert tag in PAGE, f"<{tag}>"
        for name, value in attrs:
            assert name in PAGE[tag] | MORE.get(tag, set()), f"{name}= of <{tag}>"
            assert name in WORDS or tag == "meta" or re.fullmatch(r"[\w\s#.,()/:-]*", value or ""), f"{name}={value}"
            if name in WORDS:
                self.texts.append(value)
        self.seen[tag] += 1
        self.end_text(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}>"
        self.end_text(tag)

    def end_text(self, tag):
        """A word that is kept together in prose stands in an element of its own, and ends nothing."""
        if tag not in ("span", "strong", "code"):
            self.texts.append("")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            assert not re.search(r"url\(|@import|expression|https?:", data), "the style sheet loads something"
        else:
            self.texts[-1] += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl):
        assert decl == "DOCTYPE html", decl

    handle_pi = unknown_decl = handle_comment


def read_html(data):
    """A page without anything that its template has not, and all of it closed."""
    text = decoded(data)
    assert text.count("<!DOCTYPE") == 1 and text.startswith("<!DOCTYPE html>\n"), "no page"
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open, f"<{page.open}> is never closed"
    seen("\n".join(page.texts))
    assert page.seen["html"] == page.seen["title"] - page.seen["svg"] == page.seen["style"] == 1, page.seen
    return page.texts


SHAPES = set("svg title desc g defs filter feFlood feComposite feOffset feBlend feMorphology path rect circle polygon text "
             "tspan use clipPath line polyline".split())


def read_svg(data):
    """A picture that draws and does nothing else."""
    decoded(data, "\t")
    root = ET.fromstring(data)
    texts = []
    for element in root.iter():
        shape = element.tag.split("}")[-1]
        assert shape in SHAPES, shape
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), (shape, name)
            assert not name.endswith("href") or value.startswith("#"), (shape, name, value)
            assert "script" not in value and "url(" not in value.replace("url(#", ""), (shape, name, value)
        if shape in ("text", "title", "desc"):
            texts.append("".join(element.itertext()).strip())
    assert texts[0] != "Gnuplot"
    seen("\n".join(texts), "\t")
    return texts


READERS = {"text": read_text, "json": read_json, "csv": read_csv, "tsv": read_tsv, "md": read_md, "html": read_html, "svg": read_svg}
