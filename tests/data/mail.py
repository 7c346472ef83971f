# SPDX-License-Identifier: GPL-3.0-or-later
"""mail.py FILE [TEXT] - reads a message of hllm report --email the way that mailers and mail programs do: says what is
wrong with it, a line a fault and status 1, else what is in it, as JSON.  TEXT: what hllm report prints for the same
month, which the message has to say too.  mail.py unpack FILE NAME - writes its page as NAME.html, for a browser, and its
pictures as files beside it."""
import collections
import email
import email.policy
import html.parser
import json
import pathlib
import re
import struct
import sys
import zlib

import harmless

LINE_MOST = 78  # RFC 5322, 2.1.1: "should"
PAGE_MOST = 100_000  # bytes as sent: Gmail clips one at 102 kB

PLAIN = {"style", "class"}
CELL = PLAIN | {"align", "valign", "nowrap", "colspan", "bgcolor", "scope"}
TAGS = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "name", "content"}, "title": set(), "style": set(), "body": PLAIN,
    "table": PLAIN | {"role", "border", "cellpadding", "cellspacing", "width", "bgcolor"}, "tr": {"valign"}, "td": CELL, "th": CELL,
    "h1": PLAIN, "h2": PLAIN, "p": PLAIN, "span": PLAIN, "img": {"width", "height", "style", "src", "alt"},
}
WORDS = {"alt"}  # what may hold words of others


class Page(html.parser.HTMLParser):
    """What a mail program would make of it."""

    EMPTY = {"meta", "img"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.cells, self.images, self.seen, self.sheet = [], [""], [], [], collections.Counter(), ""

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, f"<{tag}>"
        assert len(dict(attrs)) == len(attrs), f"<{tag}> has an attribute twice"
        for name, value in attrs:
            assert name in TAGS[tag], f"{name}= of <{tag}>"
            assert name in WORDS or tag == "meta" or re.fullmatch(r"[\w\s#.,%()/:;@+-]*", value or ""), f"{name}={value}"
            assert "url(" not in (value or "") or name in WORDS, value
        self.seen[tag] += 1
        self.end_text(tag)
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}>"
        if tag in ("td", "th"):
            self.cells.append(self.texts[-1])
        self.end_text(tag)

    def end_text(self, tag):
        """A word that is kept together, or may be broken, ends nothing."""
        if tag != "span":
            self.texts.append("")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.sheet += data
        else:
            self.texts[-1] += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl):
        assert decl == "DOCTYPE html", decl

    handle_pi = unknown_decl = handle_comment


def read_page(text):
    """A page without anything that loads, runs or has to be a browser's."""
    harmless.seen(text)
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open, f"<{page.open}> is never closed"
    harmless.seen("\n".join(page.texts))
    assert page.seen["html"] == page.seen["title"] == page.seen["h1"] == page.seen["style"] == 1, page.seen
    assert not re.search(r"url\(|@import|expression|https?:", page.sheet), "the style sheet loads something"
    # without the style sheet it is the same page: that is of dark screens, phones and paper alone
    assert re.fullmatch(r"(\s*@media[^{}]*\{([^{}]*\{[^{}]*\})*\s*\})*\s*", page.sheet), page.sheet
    return page


def read_png(data):
    """Its width and height; every chunk is whole."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, names = 8, []
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        assert zlib.crc32(name + body) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0], f"a broken {name}"
        names.append(name)
        at += 12 + size
    assert names[0] == b"IHDR" and names[-1] == b"IEND" and b"IDAT" in names, names
    return struct.unpack(">II", data[16:24])


def check_bytes(data):
    """Lines that every mailer hands on as they are."""
    data.decode("ascii")
    assert b"\r" not in data and b"\0" not in data and data.endswith(b"\n")
    for line in data.decode().split("\n"):
        assert len(line) <= LINE_MOST or re.fullmatch(r' ?<?[^ ]+@[^ ]+>?,?|(To|From): [^ ]+', line), f"a line of {len(line)}: {line}"
        assert line != "." and not line.startswith("From "), line


def check_headers(message):
    """Each once, and nothing wrong with any."""
    names = [name.lower() for name in message.keys()]
    assert len(set(names)) == len(names), names
    known = "date from to subject message-id mime-version auto-submitted x-auto-response-suppress x-mailer content-type"
    assert set(names) <= set(known.split()) and len(names) >= 9, names
    for part in message.walk():
        assert not part.defects, part.defects
        for name, value in part.items():
            assert not getattr(value, "defects", ()), (name, value.defects)
    assert message["mime-version"] == "1.0" and message["auto-submitted"] == "auto-generated"
    assert message["date"].datetime.utcoffset().total_seconds() == 0
    assert re.fullmatch(r"<[0-9a-f]{32}@[^@<>\s]+>", message["message-id"]), message["message-id"]


def check_parts(message):
    """The text, the page and the pictures."""
    assert message.get_content_type() == "multipart/alternative"
    text, rest = message.iter_parts()
    pictures = []
    if rest.get_content_type() == "multipart/related":
        assert rest.get_param("type") == "text/html"
        page, *pictures = rest.iter_parts()
        assert pictures
    else:
        page = rest
    for part, kind in (text, "text/plain"), (page, "text/html"):
        assert (part.get_content_type(), part.get_content_charset()) == (kind, "utf-8")
        assert part["content-transfer-encoding"] == "quoted-printable"
    boundaries = [part.get_boundary() for part in (message, rest) if part.is_multipart()]
    assert len(set(boundaries)) == len(boundaries)
    assert len(page.get_payload()) < PAGE_MOST, f"a page of {len(page.get_payload())} bytes"
    return text.get_content(), page.get_content(), pictures


def check_pictures(page, pictures):
    """Each is shown once, in its own proportions, and no other is."""
    found = {}
    for part in pictures:
        assert part.get_content_type() == "image/png" and part.get_content_disposition() == "inline"
        assert re.fullmatch(r"\d+-[a-z0-9-]+\.png", part.get_filename()), part.get_filename()
        found["cid:" + part["content-id"].strip("<>")] = read_png(part.get_content())
    assert len(found) == len(pictures)
    assert [image["src"] for image in page.images] == list(found), (page.images, found)
    for image in page.images:
        width, height = found[image["src"]]
        assert int(image["width"]) <= 600 and image["alt"].startswith("Chart: "), image
        assert abs(int(image["height"]) / int(image["width"]) - height / width) < 0.01, (image, width, height)
    return [{"file": part.get_filename(), "width": size[0], "height": size[1]}
            for part, size in zip(pictures, found.values())]


class Message:
    """A message that was read, and found good."""

    def __init__(self, data):
        check_bytes(data)
        self.message = email.message_from_bytes(data, policy=email.policy.default.clone(raise_on_defect=True))
        check_headers(self.message)
        self.text, html_text, pictures = check_parts(self.message)
        self.lines = harmless.read_text(self.text.encode())
        self.page = read_page(html_text)
        self.pictures = check_pictures(self.page, pictures)
        self.parts = {part.get_filename(): part.get_content() for part in pictures}
        self.html = html_text
        self.cids = {"cid:" + part["content-id"].strip("<>"): part.get_filename() for part in pictures}

    def addresses(self, name):
        """As a mailer takes them."""
        header = self.message[name]
        return [] if header is None else [[a.display_name, a.addr_spec] for a in header.addresses]


def numbers(text):
    """Those that somebody would compare, but for what an ellipsis cut."""
    return set(re.findall(r"\d[\d,.]*\d|\d", re.sub(r"\S*\u2026", "", text)))


def check_same(got, printed):
    """The text is the command's, and the page says the same as the text."""
    words = [word for word in got.text.split()]
    assert words == printed.split(), "the text is not what hllm report prints"
    for line in got.lines:
        assert len(line) <= LINE_MOST or line.startswith("hllm "), f"a line of {len(line)} in the text: {line}"
    text, page = numbers(got.text), numbers("\n".join(got.page.texts))
    assert numbers("\n".join(got.page.cells)) <= text, sorted(numbers("\n".join(got.page.cells)) - text)
    assert text <= page, sorted(text - page)


def read(data):
    """The texts of a message, for harmless.py's readers of everything else."""
    got = Message(data)
    return got.lines + got.page.texts + [str(got.message["subject"])]


def unpack(path, name):
    """A page with its pictures beside it."""
    got = Message(pathlib.Path(path).read_bytes())
    text = got.html
    for cid, file in got.cids.items():
        pathlib.Path(f"{name}-{file}").write_bytes(got.parts[file])
        text = text.replace(f'"{cid}"', f'"{name}-{file}"')
    pathlib.Path(name + ".html").write_text(text, encoding="utf-8")


def main():
    """See above."""
    if sys.argv[1] == "unpack":
        unpack(*sys.argv[2:])
        return
    try:
        got = Message(pathlib.Path(sys.argv[1]).read_bytes())
        if len(sys.argv) > 2:
            check_same(got, pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    except (AssertionError, ValueError, email.errors.MessageError) as fault:
        sys.exit(f"{sys.argv[1]}: {type(fault).__name__}: {str(fault)[:500]}")
    message = got.message
    print(json.dumps({"from": got.addresses("from"), "to": got.addresses("to"), "subject": str(message["subject"]),
                      "date": str(message["date"]), "id": str(message["message-id"]), "pictures": got.pictures,
                      "first": got.lines[0], "text": got.text}, ensure_ascii=False))


if __name__ == "__main__":
    main()
