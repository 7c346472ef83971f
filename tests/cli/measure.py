# SPDX-License-Identifier: GPL-3.0-or-later
"""measure.py COMMAND... - runs it; leaves its peak memory in KiB in the file
rss and its processor time in milliseconds in the file cpu."""
import resource
import subprocess
import sys

status = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open("rss", "w", encoding="ascii") as out:
    print(used.ru_maxrss, file=out)
with open("cpu", "w", encoding="ascii") as out:
    print(round((used.ru_utime + used.ru_stime) * 1000), file=out)
sys.exit(status)
