# SPDX-License-Identifier: GPL-3.0-or-later
"""chart.py labels FILE.svg TEXT... - are these texts in the picture, as an XML parser reads it?
chart.py names - a corpus of JSON strings for gnuplot, behind those of a file.
chart.py evil FILE.svg NAMES - is the picture harmless, and are the names still in it?
chart.py text FILE NAMES - the same for a chart in characters."""
import json
import re
import sys
import unicodedata
import xml.etree.ElementTree as ET

GNUPLOT = [
    "END", "EOD", "|END", "`touch canary1`", "$(touch canary2)", "'; system('touch canary3') #",
    "\"; system(\"touch canary4\"); x=\"", "\nsystem('touch canary5')\n", "\nEND\n!touch canary6\n",
    "@format", "$texts", "%s %n %d 10%", "{/Symbol a}", "x^2_3", "\\n\\t\\042", "\\", "\"", "'", "#", "a\tb",
    "]]></text><script>alert(1)</script>", "set output 'canary7'", "]]>", "--><!--", "&amp;&#60;",
    "1 2 NaN", "unset label", "exit", "\x1b[2Jcleared", "\u202egnp.exe", "\u05e9\u05dc\u05d5\u05dd", "",
]
SHAPES = {"svg", "title", "desc", "g", "defs", "filter", "feFlood", "feComposite", "feOffset", "feBlend",
          "feMorphology", "path", "rect", "circle", "polygon", "text", "tspan", "use", "clipPath"}


def hidden(char):
    return char not in "\n\t\u200c\u200d" and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp")


def plain(name):
    return max(re.findall(r"[A-Za-z0-9]+", name) or [""], key=len)[:8]


def texts_of(path):
    root = ET.parse(path).getroot()
    return root, ["".join(text.itertext()).strip() for text in root.iter("{http://www.w3.org/2000/svg}text")]


def read_names(path):
    """Without what cJSON, which tests/cli/draw.c reads them with, cuts or refuses."""
    with open(path, encoding="utf-8") as source:
        names = [json.loads(line) for line in source if line.strip()]
    return [name for name in names if not re.search("[\0\ud800-\udfff]", name)]


def check_names(text, names):
    bad = sorted({hex(ord(char)) for char in text if hidden(char)})
    assert not bad, f"hidden characters {bad}"
    missing = [name for name in names if plain(name) not in text]
    assert not missing, missing


def check_svg(path, names):
    root, texts = texts_of(path)
    for element in root.iter():
        shape = element.tag.split("}")[1]
        assert shape in SHAPES, shape
        bad = [name for name in element.attrib if name.lower().startswith("on") or name.endswith("href")
               and not element.attrib[name].startswith("#")]
        assert not bad, (shape, bad)
    check_names("\n".join(texts), names)
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title.text and title.text != "Gnuplot", title.text


if sys.argv[1] == "names":
    for evil in GNUPLOT:
        print(json.dumps(evil))
elif sys.argv[1] == "labels":
    got = texts_of(sys.argv[2])[1]
    lost = [text for text in sys.argv[3:] if text not in got]
    assert not lost, (lost, got)
elif sys.argv[1] == "evil":
    check_svg(sys.argv[2], read_names(sys.argv[3]))
else:
    with open(sys.argv[2], encoding="utf-8", newline="") as drawn:
        check_names(drawn.read(), read_names(sys.argv[3]))
