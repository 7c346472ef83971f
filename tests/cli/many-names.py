# SPDX-License-Identifier: GPL-3.0-or-later
"""many-names.py N USERS PROJECTS - N lines of a request log by so many users and projects."""
import sys

n, users, projects = (int(word) for word in sys.argv[1:4])
write = sys.stdout.write
for i in range(n):
    write(f'{{"timestamp":"2026-10-{i // 3600 % 31 + 1:02d}T{i // 60 % 24:02d}:{i % 60:02d}:{i * 7 % 60:02d}.{i % 1000:03d}Z",'
          f'"id":"r{i}","model":"gpt-4o-mini","task":"task{i % 7}","user":"user{i % users}","project":"project{i % projects}",'
          f'"tokens_in":{500 + i % 3000},"tokens_out":{i % 700},"duration_ms":{i % 5000}}}\n')
