# SPDX-License-Identifier: GPL-3.0-or-later
"""mail-names.py FOLDER - in a folder that tests/data/corpus.py has filled, with tiny.db: names that mean harm as those of
people, as addresses, as subjects and in hllm.conf.  Every message is read back; FOLDER is for files.  A line a fault, and
status 1."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "data"))
import corpus  # noqa: E402
import harmless  # noqa: E402
import mail  # noqa: E402

NAME_MOST, SUBJECT_MOST = 200, 250  # bytes
REPORT = ["report", "--in", "tiny.jsonl", "--gpu", "rtx4090", "--as-of", "2026-11-02", "--email"]


def run(*words):
    """Status, stdout, stderr."""
    done = subprocess.run([os.environ["HLLM"], *REPORT, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout, harmless.decoded(done.stderr)


def quoted(name):
    """As the name before an address."""
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '" <a@example.com>'


def is_name(name):
    """Can it stand there?  Letters of a line, and not too many of them."""
    return corpus.is_text(name) and not re.search("[\0-\37\177]", name) and len(name.encode()) <= NAME_MOST


def bare(text):
    """Without blanks, which mail does not keep and Python sees more of between words that are encoded; and with what no
    terminal could show as it was."""
    return re.sub("<U\\+([0-9A-F]{4,6})>", lambda found: chr(int(found[1], 16)), "".join(text.split()))


def same(got, want):
    """Is it that name?"""
    return bare(got) == bare(want)


def check_people(names):
    """All at once: each its own name, with one address."""
    status, out, err = run(*(word for name in names for word in ("--to", quoted(name))))
    assert status == 0, err
    got = mail.Message(out).addresses("to")
    assert [address for _, address in got] == ["a@example.com"] * len(names), got
    wrong = [(shown, name) for (shown, _), name in zip(got, names) if not same(shown, harmless.shown(name))]
    assert not wrong, wrong[:3]


def check_one(option, text):
    """It is refused, or is one address."""
    status, out, err = run(option, text, *(["--to", "b@example.com"] if option == "--from" else []))
    if status:
        assert status == 2 and not out and err.startswith("hllm: ") and err.count("\n") == 1, (status, out, err)
        return False
    got = mail.Message(out)
    assert len(got.addresses(option[2:])) == 1, got.addresses(option[2:])
    assert option == "--to" or got.addresses("to") == [["", "b@example.com"]], got.addresses("to")
    return True


def check_subject(text):
    """It is the subject, and nothing else."""
    status, out, err = run("--to", "a@example.com", "--subject", text)
    assert status == 0, err
    got = mail.Message(out)
    assert same(str(got.message["subject"]), harmless.shown(text)), (str(got.message["subject"]), text)
    assert got.addresses("to") == [["", "a@example.com"]]
    return True


def check_conf(folder, names):
    """A list of hllm.conf."""
    path = pathlib.Path(folder, "names.conf")
    path.write_text("report {\n\tto = { " + ", ".join(corpus.quoted(quoted(name)) for name in names) + " }\n}\n", encoding="utf-8")
    status, out, err = run("--config", path)
    assert status == 0, err
    got = mail.Message(out).addresses("to")
    assert len(got) == len(names) and {address for _, address in got} == {"a@example.com"}, got
    wrong = [(shown, name) for (shown, _), name in zip(got, names) if not same(shown, harmless.shown(name))]
    assert not wrong, wrong[:3]


def subjects(names):
    """The names, as few texts."""
    text = ""
    for name in names:
        more = (text + " " + name).strip()
        if len(more.encode()) > SUBJECT_MOST:
            yield text
            more = name
        text = more
    yield text


def main():
    """All of it, some at once."""
    typed = [name for name in corpus.NAMES if "\0" not in name and corpus.is_text(name)]
    people = [name for name in typed if is_name(name)]
    assert len(people) > 150
    few = [name for name in corpus.choose() if name in typed]
    if os.environ.get("SANITIZERS", "no") != "no":  # four times as slow
        few = few[::3]
    forms = ("{}", "{}@example.com", "{} <a@example.com>", "a@{}", '"{}"@example.com', "a@example.com{}")
    jobs = [(check_people, people), (check_conf, sys.argv[1], [name for name in people if corpus.is_line(name)])]
    jobs += [(check_one, ("--to", "--from")[i % 2], forms[i % len(forms)].format(name)) for i, name in enumerate(few)]
    jobs += [(check_one, "--to", quoted(name)) for name in few if not is_name(name)]
    jobs += [(check_subject, text) for text in subjects([name for name in few if name.strip() and len(name.encode()) <= SUBJECT_MOST])]
    faults, accepted = [], 0
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        for job, done in [(job, pool.submit(*job)) for job in jobs]:
            try:
                accepted += bool(done.result())
            except (AssertionError, ValueError, UnicodeDecodeError) as fault:
                faults.append(f"{job[0].__name__} {str(job[1:])[:200]}: {type(fault).__name__} {str(fault)[:500]}")
    for fault in faults:
        print(fault)
    sys.exit(bool(faults) or accepted < 5)


if __name__ == "__main__":
    main()
