# SPDX-License-Identifier: GPL-3.0-or-later
"""endless.py array|page|line|csv|quote MEGABYTES - one element that never seems to end,
between good ones, on standard output."""
import sys

GOOD = b'{"timestamp":"2026-10-05T08:00:0%dZ","model":"gpt-4o-mini","tokens_in":1000,"tokens_out":100}'
ROW = b"2026-10-05T08:00:0%dZ,gpt-4o-mini,1000,100"
HEAD = b"timestamp,model,tokens_in,tokens_out\n"
WRAP = {
    "array": (b"[" + GOOD % 1 + b',\n{"text":"', b'"},\n' + GOOD % 2 + b"]\n"),
    "page": (b'{"data":[' + GOOD % 1 + b',{"text":"', b'"},' + GOOD % 2 + b"]}\n"),
    "line": (GOOD % 1 + b'\n{"text":"', b'"}\n' + GOOD % 2 + b"\n"),
    "csv": (HEAD + ROW % 1 + b"\n", b"\n" + ROW % 2 + b"\n"),
    "quote": (HEAD + ROW % 1 + b'\n2026-10-05T08:00:03Z,"', b'",1,1\n' + ROW % 2 + b"\n"),
}

head, tail = WRAP[sys.argv[1]]
out = sys.stdout.buffer
out.write(head)
block = b"a" * (1 << 20)
for _ in range(int(sys.argv[2])):
    out.write(block)
out.write(tail)
