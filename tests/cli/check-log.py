# SPDX-License-Identifier: GPL-3.0-or-later
"""check-log.py - a request log for the tests of hllm check. Each line of standard input is

    FROM TO COUNT TASK [KEY=VALUE...]

so many requests on each of these days, the first at 08:00, a second after another. A request is of
400,000 tokens to gpt-4o, which is a dollar, unless KEY says else; weekdays=1 leaves weekends out.
"""
import datetime
import json
import sys

number = 0
for line in sys.stdin:
    words = line.split()
    if not words:
        continue
    first, last, count, task = words[:4]
    more = {}
    weekdays = False
    for word in words[4:]:
        key, value = word.split("=", 1)
        if key == "weekdays":
            weekdays = True
        else:
            more[key] = int(value) if value.isdigit() else value
    day, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    while day <= end:
        for i in range(0 if weekdays and day.weekday() >= 5 else int(count)):
            number += 1
            at = datetime.datetime.combine(day, datetime.time(8)) + datetime.timedelta(seconds=i)
            print(json.dumps({"id": f"r{number}", "timestamp": at.isoformat() + "Z", "task": task.replace("_", " "),
                              "model": "gpt-4o", "provider": "openai", "input_tokens": 400000, "output_tokens": 0}
                             | more))
        day += datetime.timedelta(days=1)
