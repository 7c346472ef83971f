# SPDX-License-Identifier: GPL-3.0-or-later
"""chart.py labels FILE.svg TEXT... - are these texts in the picture, as an XML parser reads it?
chart.py evil FILE.svg NAMES - is the picture harmless, and are the names still in it?
chart.py harmless FILE.svg... - are they, whatever is in them?
chart.py text FILE NAMES - the same for a chart in characters."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "data"))
import corpus  # noqa: E402
import harmless  # noqa: E402


def plain(name):
    """What a name may at least be looked for by: how it begins."""
    return harmless.shown(name).strip()[:3]


def check_names(texts, path):
    """Without what cJSON, which tests/cli/draw.c reads them with, cuts or refuses."""
    text = "\n".join(texts)
    missing = [name for name in corpus.read(path) if corpus.is_text(name) and plain(name) not in text]
    assert not missing, missing


what, picture, more = sys.argv[1], pathlib.Path(sys.argv[2]).read_bytes(), sys.argv[3:]
if what == "labels":
    got = harmless.read_svg(picture)
    lost = [text for text in more if text not in got]
    assert not lost, (lost, got)
elif what == "harmless":
    for path in sys.argv[2:]:
        harmless.read_svg(pathlib.Path(path).read_bytes())
elif what == "evil":
    check_names(harmless.read_svg(picture), more[0])
else:
    check_names(harmless.read_text(picture), more[0])
