# SPDX-License-Identifier: GPL-3.0-or-later
"""bad-input.py - makes the files that bad-input.bats reads, in the current folder;
bad-input.py many N prints N good lines instead."""
import base64
import bz2
import gzip
import io
import json
import lzma
import sys
import zipfile

LINE = {
    "timestamp": "2026-10-05T08:00:01Z",
    "task_type": "extraction",
    "model": "gpt-4o-mini",
    "tokens_in": 1000,
    "tokens_out": 100,
    "duration_ms": 900,
}
# One line "hello" in inside.txt, encrypted by zip -P secret.
ENCRYPTED = (
    "UEsDBAoACQAAAAAAIVwgMDo2EgAAAAYAAAAKAAAAaW5zaWRlLnR4dKVSnEi7mNAwDYOPJVZVGZwTa1BLBwgg"
    "MDo2EgAAAAYAAABQSwECHgMKAAkAAAAAACFcIDA6NhIAAAAGAAAACgAAAAAAAAABAAAApIEAAAAAaW5zaWRl"
    "LnR4dFBLBQYAAAAAAQABADgAAABKAAAAAAA="
)
# A few lines of a request log in zstd, some bits of them turned.
DAMAGED_ZST = (
    "KLUv/QRY1QoAVpQ8IGBJqwNYLAVq/H1GKvTjETrSYUB/P3pJpHhXUjkUnRYMNwA0ADAAMxF5jcN0cYhcFIM4sNgm"
    "1WB7T0FEqMegryXx6WHaKG7qMegS3WyJI3BStpfoYaowCBMxkG2qQgWvQYk4piWtmQcKwIL+7A9YW/Q57dnP1gWK"
    "oy868FkPUwa2KRVopG11mEqINAmEHsNxmAbuvZYgL8a5rf4nXrZFOm9zG2sTXNN1TMgr3j1Sc+ofq3q/dtci46j5"
    "jNziIIqNJhMG7/uQdplSaf+rF8baTduMn3iLXks1CiJC/q+K9GZ8JKUWG6s4+HC0ltgQII5pBUsoIJDCkdE7Ch+s"
    "sR/mw6c5fhAUdEE5aJTQmRGJeHokWTxnPehvijPWGyHa8wCASMAjF2cRlwJ9TSFhMeHmRsjulPggL+IU4nOEgoG9"
    "EcGRZiNzmUixrbqU3eatxVd4FbOGroQHBZUu/6s="
)


def line(**changes):
    """A good line of a request log, with changes."""
    return json.dumps({**LINE, **changes})


def good(n, second=0):
    """n different good lines."""
    return "".join(
        line(timestamp=f"2026-10-05T{8 + i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}Z", tokens_in=1000 + i) + "\n"
        for i in range(second, second + n)
    )


def write(name, data):
    with open(name, "wb") as out:
        out.write(data.encode() if isinstance(data, str) else data)


def text_files():
    write("empty.csv", "")
    write("blanks.jsonl", " \n\t\r\n  \n")
    write("bom.csv", b"\xef\xbb\xbf")
    write("header.csv", "timestamp,model,tokens_in,tokens_out\n")
    write("prose.txt", "Dear all,\nthe bill is attached.\n")
    write("binary.csv", b"timestamp,model\x00\x01\x02\x03\n" + bytes(range(256)))
    write("elf.jsonl", b"\x7fELF\x02\x01\x01" + bytes(64))
    write("bill.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
    write("utf16.csv", "timestamp,model,tokens_in\n".encode("utf-16"))
    write("utf16be.csv", b"\xfe\xff" + "timestamp,model,tokens_in\n".encode("utf-16-be"))
    write("utf16raw.csv", "timestamp,model,tokens_in\n".encode("utf-16-le"))
    write("brace.json", "{")
    write("deep.json", "[" * 100000)
    write("scalar.json", "42\n")
    write("object.json", "{}\n")
    write("array.json", "[]\n")
    write("other.json", '{"name": "value"}\n')
    write("other.csv", "a,b,c\n1,2,3\n")
    write("page.html", "<!DOCTYPE html>\n<html><body>Please log in</body></html>\n")
    write("error.json", '{"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}\n')


def containers():
    data = good(2000).encode()
    packed = gzip.compress(data, mtime=0)
    write("cut.jsonl.gz", packed[: len(packed) // 2])
    write("head.gz", packed[:5])
    noise = bytearray(packed)
    noise[len(noise) // 2] ^= 0x55
    write("flip.jsonl.gz", noise)
    write("junk.gz", packed + b"junk")
    write("cut.xz", lzma.compress(data)[:1000])
    write("flip.zst", base64.b64decode(DAMAGED_ZST))
    blanks = (line() + "\n").encode() + b" " * (100 << 20)
    write("bomb.bz2", bz2.compress(blanks))
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("bomb.jsonl", blanks)
    with zipfile.ZipFile("empty.zip", "w"):
        pass
    with zipfile.ZipFile("folder.zip", "w") as z:
        z.writestr("logs/", "")
    with zipfile.ZipFile("office.xlsx", "w") as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", "<workbook/>")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.jsonl", data)
    write("cut.zip", buffer.getvalue()[: buffer.tell() // 2])
    noise = bytearray(buffer.getvalue())
    noise[len(noise) // 2] ^= 0x55
    write("flip.zip", noise)
    write("encrypted.zip", base64.b64decode(ENCRYPTED))


def changed(**changes):
    return good(1) + line(**changes) + "\n" + good(1, 1)


def replaced(old, new):
    return (good(1) + line().replace(old, new) + "\n" + good(1, 1)).encode()


def bad_lines():
    """A good line, a bad one, a good one."""
    write("int64.jsonl", changed(tokens_in=2**63))
    write("huge.jsonl", replaced("1000", "1e400"))
    write("many.jsonl", changed(tokens_in=2**62))
    write("tera.jsonl", changed(tokens_in=2**40 + 1))
    write("negative.jsonl", changed(tokens_in=-5))
    write("float.jsonl", changed(tokens_in=1.5))
    write("text.jsonl", changed(tokens_in="n/a"))
    write("nan.jsonl", replaced("1000", "NaN"))
    write("1970.jsonl", changed(timestamp="1970-01-01T00:00:00Z"))
    write("2100.jsonl", changed(timestamp="2100-01-01T00:00:00Z"))
    write("9999.jsonl", changed(timestamp="9999-12-31T23:59:59Z"))
    write("february.jsonl", changed(timestamp="2026-02-30T00:00:00Z"))
    write("epoch.jsonl", changed(timestamp=0))
    write("cutline.jsonl", good(1) + line()[:60] + "\n" + good(1, 1))
    write("deep.jsonl", good(1) + line(x=0).replace(": 0}", ": " + "[" * 2000 + "]" * 2000 + "}") + "\n" + good(1, 1))
    write("control.jsonl", replaced("extraction", "a\x01z"))
    row = "2026-10-05T08:00:0%dZ,%s,1000,100\n"
    head = "timestamp,model,tokens_in,tokens_out\n"
    write("stray.csv", head + row % (1, "gpt-4o-mini") + row % (2, '"gpt-4o-mini') + row % (3, "gpt-4o-mini"))
    write("cells.csv", head + row % (1, "gpt-4o-mini") + "2026-10-05T08:00:02Z,gpt-4o-mini,5\n" + row % (3, "gpt-4o-mini"))
    write("more.csv", head + row % (1, "gpt-4o-mini") + row % (2, "gpt,mini") + row % (3, "gpt-4o-mini"))
    write("money.csv", "timestamp,model,tokens_in,tokens_out,cost\n2026-10-05T08:00:01Z,gpt-4o,1,2,0.5\n"
          "2026-10-05T08:00:02Z,gpt-4o,1,2,1e30\n2026-10-05T08:00:03Z,gpt-4o,1,2,0.5\n")


def odd_lines():
    """Unusual, but each line counts."""
    write("surrogate.jsonl", replaced("extraction", "a\\ud83dz"))
    write("nul.jsonl", replaced("extraction", "a\\u0000z"))
    write("utf8.jsonl", replaced("extraction", "QQQ").replace(b"QQQ", b"a\xff\xfez"))
    write("zeros.jsonl", replaced("1000", "01000"))
    write("twice.jsonl", replaced("}", ', "tokens_in": 1000}'))
    write("bom.jsonl", b"\xef\xbb\xbf" + replaced("1000", "1000"))
    write("crlf.jsonl", replaced("1000", "1000").replace(b"\n", b"\r\n"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["many"]:
        for first in range(0, int(sys.argv[2]), 50000):
            sys.stdout.write(good(min(50000, int(sys.argv[2]) - first), first))
        sys.exit()
    text_files()
    containers()
    bad_lines()
    odd_lines()
