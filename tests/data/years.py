# SPDX-License-Identifier: GPL-3.0-or-later
"""years.py [FIRST LAST [WORKLOADS]] - a request log as CSV: every day from FIRST to LAST (three years), more at the
end than at the beginning and less at weekends, of 16 workloads, the first of which is half as large again as the
second, and so on.  The same each time."""
import csv
import datetime
import sys

NAMES = ["support chat", "contract summaries", "ticket routing", "invoice fields", "search answers", "release notes",
         "code review", "meeting minutes", "product texts", "translation", "moderation", "onboarding", "survey tags",
         "alerts", "quality checks", "experiments"]


def model_on(day, workload):
    if workload % 3 == 2:
        return "gpt-3.5-turbo" if day < datetime.date(2024, 8, 1) else "gpt-4o-mini"
    return "gpt-4-1106-preview" if day < datetime.date(2024, 6, 1) else "gpt-4o"


def main():
    first, last = (datetime.date.fromisoformat(arg) for arg in sys.argv[1:3] or ["2024-01-01", "2026-12-31"])
    workloads = int(sys.argv[3]) if len(sys.argv) > 3 else len(NAMES)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow("timestamp model task input_tokens cached_tokens output_tokens latency_ms".split())
    seed = 1
    for n in range((last - first).days + 1):
        day = first + datetime.timedelta(n)
        if day.weekday() == 6:
            continue
        growth = 1 + (day - datetime.date(2024, 1, 1)).days / 365
        for workload in range(workloads):
            seed = (seed * 1103515245 + 12345) % 2**31
            odds = seed >> 8
            size = growth * 1.5**-workload * (0.4 if day.weekday() == 5 else 1) * (0.8 + odds % 1000 / 2500)
            tokens = int(400000 * size)
            if tokens < 1:
                continue
            cached = int(tokens * min(0.6, max(0, growth - 1.5) / 4))
            out.writerow([f"{day}T{8 + workload % 10:02}:{odds % 60:02}:00Z", model_on(day, workload),
                          NAMES[workload] if workload < len(NAMES) else f"workload {workload}", tokens, cached, tokens // 8,
                          (300 + odds % 1400) * (1 + workload % 5)])


main()
