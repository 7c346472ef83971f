#!/usr/bin/env python3
r"""Runs every example of README, the man pages and --help, and compares what is printed with what they say.

    examples.py HLLM TOP FILE...        the examples of README and man pages; TOP is the source tree
    examples.py --help HLLM TOP         those that hllm COMMAND --help begins with

What is an example:

  README       a line "<tab>$ COMMAND"; the indented lines below it, up to the next of these, are what it prints.
               A line "<tab>hllm ...<tab>words" is one without output.
  man pages    a line "$ COMMAND" of a .Bd -literal block; the lines below it are what it prints. A backslash
               at its end goes on in the next line.
               .Dl $ COMMAND is one without output, and so is a line of a crontab in a literal block.
               A block below a comment .\" file: NAME is what stands in that file from there on.
  --help       "  hllm ...  # words", the words perhaps in lines of their own, without output

Where nothing is printed below a command, its output is not compared. An ellipsis stands for the rest of what is
between its neighbours in a line; alone in a line, for any lines. A command has to exit with 0, or with 3 where the
answer of check, --check, --within or --lint is no; the next command may ask for $?.

The examples of a page are run in its order, with one HOME, on the second of November 2026, in a folder with the files
that they name (see furnish): those of README and --help 80 columns wide, those of a man page 72, since it is indented.
A server of models is played by fakeserver.py: whatever an example says of one on port 8080 is said of that one. A
measurement that is not compared is not made, but its options are read.

UPDATE=1 rewrites what stands below a command with what it prints, unless there is an ellipsis: that one is shown as
a difference and has to be mended by hand.
"""
import difflib
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = "1793577600"  # 2026-11-02
REST = "\u2026"
CRONTAB = re.compile(r"^(?:[\d*/,-]+ +){5}(.*)$")


class Example:
    def __init__(self, path, number, command):
        self.path, self.number, self.command = path, number, command
        self.lines = []  # what is printed, as the page has it
        self.first = number + 1  # of them, from 0

    def add(self, line):
        """The next line of the page: of the command, if that goes on, or of what is printed."""
        if not self.lines and self.command.endswith("\\"):
            self.command = self.command[:-1] + line
            self.first += 1
        else:
            self.lines.append(line)

    def where(self):
        return f"{os.path.basename(self.path)}:{self.number + 1}"


# ---- pages ----


def decode(line):
    """A line of mdoc as it is shown."""
    line = re.sub(r"\\\[u([0-9A-F]+)\]", lambda found: chr(int(found.group(1), 16)), line)
    for name, text in ((r"\(<=", "\u2264"), (r"\(mi", "\u2212"), (r"\(dq", '"'), (r"\&", ""), (r"\-", "-"), (r"\e", "\\")):
        line = line.replace(name, text)
    return line


def encode(line):
    """The reverse, for a literal block."""
    line = line.replace("\\", "\\e")
    if line[:1] in (".", "'"):
        line = "\\&" + line
    return "".join(c if c < "\x7f" else r"\(<=" if c == "\u2264" else r"\[u%04X]" % ord(c) for c in line)


def of_man(path, lines):
    examples, literal, at, file = [], False, None, None
    for number, line in enumerate(lines):
        if line.startswith('.\\" file: '):
            file = Example(path, number, line.split(": ")[1])
        elif line.startswith(".Bd -literal"):
            literal, at = True, None
        elif line.startswith(".Ed"):
            literal = False
            if file:
                examples.append(written(file))
                file = None
        elif literal and file:
            file.add(decode(line))
        elif line.startswith(".Dl $ "):
            examples.append(Example(path, number, decode(line[6:])))
        elif literal and line.startswith("$ "):
            at = Example(path, number, decode(line[2:]))
            examples.append(at)
        elif literal and CRONTAB.match(line):
            examples.append(Example(path, number, decode(CRONTAB.match(line).group(1)).replace("\\%", "%")))
        elif literal and at:
            at.add(decode(line))
        elif literal and line.startswith("hllm ") or line.startswith(".Dl hllm "):
            sys.exit(f"{path}:{number + 1}: neither an example (\"$ hllm ...\") nor anything else that can be run: {line}")
    return examples


def written(file):
    """The command that writes a file as the page has it."""
    command = 'mkdir -p "$(dirname %s)"; cat >%s <<"=END="\n%s\n=END=' % (file.command, file.command, "\n".join(file.lines))
    return Example(file.path, file.number, command)


def of_readme(path, lines):
    examples, at = [], None
    for number, line in enumerate(lines):
        if line.startswith("\t$ "):
            at = Example(path, number, line[3:])
            examples.append(at)
        elif re.match(r"\thllm ", line):
            at = None
            examples.append(Example(path, number, line.strip().split("\t")[0]))
        elif at and line.startswith("\t"):
            at.add(line[1:])
        elif line:
            at = None
        elif at:
            at.add("")
    for example in examples:
        while example.lines and not example.lines[-1]:
            example.lines.pop()
    return examples


def of_help(hllm):
    """The examples that stand in --help, with the command whose help it is."""
    listed = subprocess.run([hllm, "--help"], capture_output=True, text=True, check=True).stdout
    examples = []
    for name in re.findall(r"^  ([a-z]+) ", listed.split("\nCommands\n")[1].split("\n\n")[0], re.M):
        text = subprocess.run([hllm, name, "--help"], capture_output=True, text=True, check=True).stdout if name != "help" else ""
        part = text.split("\nExamples\n")[1].split("\n\n")[0] if "\nExamples\n" in text else ""
        if name != "help" and not part:
            sys.exit(f"hllm {name} --help: no examples")
        for number, line in enumerate(part.splitlines()):
            if line.startswith("      "):  # the words of the command above
                continue
            examples.append(Example(f"hllm {name} --help", number, re.sub(r"\s+#.*", "", line.strip())))
    return examples


# ---- the place where they are run ----


class Place:
    """A folder with what the examples name, and a server where one needs it."""

    def __init__(self, hllm, top, folder, columns):
        self.columns = str(columns)
        self.hllm, self.top, self.folder, self.server = os.path.abspath(hllm), top, folder, None
        self.status, self.port = 0, ""
        self.home = os.path.join(folder, "home")
        os.makedirs(os.path.join(folder, "bin"))
        os.symlink(self.hllm, os.path.join(folder, "bin", "hllm"))
        for name in ("mail", "sendmail"):
            path = os.path.join(folder, "bin", name)
            with open(path, "w", encoding="utf-8") as out:
                out.write("#!/bin/sh\nexec cat >mailed\n")
            os.chmod(path, 0o755)
        self.furnish()

    def furnish(self):
        data, samples = os.path.join(self.top, "data"), os.path.join(self.top, "tests", "data")
        for name in ("reports", "logs", "var/log/llm", "var/lib/node_exporter", ".zfunc", ".config/fish/completions"):
            os.makedirs(os.path.join(self.home, name))
        for name in ("earlier", "examples"):
            for to in (os.path.join(self.home, name), os.path.join(self.home, "data", name)):
                os.makedirs(to)
                for file in os.listdir(os.path.join(data, name)):  # without modes: the source may be read-only
                    shutil.copyfile(os.path.join(data, name, file), os.path.join(to, file))
        for source, name in (
            (f"{data}/examples/openai-cost.csv", "openai-cost.csv"), (f"{data}/examples/openai-cost.csv", "invoices.csv"),
            (f"{data}/examples/requests.jsonl.gz", "requests.jsonl.gz"), (f"{data}/examples/requests.jsonl.gz", "logs/requests.jsonl.gz"),
            (f"{samples}/samples/openai-chat-completions.jsonl", "requests.jsonl"),
            (f"{samples}/samples/openrouter-activity.csv", "var/log/llm/activity.csv"),
            (f"{samples}/samples/llama-bench.json", "bench.json"), (f"{samples}/prices/litellm.json", "litellm.json"),
        ):
            shutil.copyfile(source, os.path.join(self.home, name))
        with gzip.open(os.path.join(self.home, "export.csv.gz"), "wt") as out:
            out.write(open(f"{data}/examples/openai-cost.csv", encoding="utf-8").read())
        with gzip.open(os.path.join(self.home, "calls.gz"), "wt") as out:
            out.write('{"ts":"2026-10-01T10:00:00Z","prompt_tokens":100,"completion_tokens":20}\n')
        for name, text in (
            ("calls.csv", "When,Engine,In,Out\n2026-10-01T10:00:00Z,gpt-4o,1000,200\n2026-10-02T10:00:00Z,gpt-4o,3000,100\n"),
            ("plan.csv", "case,daily_requests,input_tokens,output_tokens,api_model,capex,monthly\nsmall,5000,800,400,gpt-4o-mini,1600,30\n"),
            ("mine.conf", 'policy { title = "Nothing is known yet" }\nrule "all" { order = 1 when = "TRUE" verdict = evaluate reason = "to be tried" }\n'),
        ):
            with open(os.path.join(self.home, name), "w", encoding="utf-8") as out:
                out.write(text)
        with open(os.path.join(self.home, "log.jsonl"), "w", encoding="utf-8") as out:
            for day in range(1, 32):
                for task, size in (("chat", 2000), ("support agent", 9000)):
                    out.write('{"timestamp":"2026-10-%02dT10:00:00Z","task":"%s","model":"gpt-4o","tokens_in":%d,"tokens_out":300}\n'
                              % (day, task, size + day))

        self.run("hllm import --quiet --ledger ledger.db.damaged log.jsonl")

    def port_of_server(self):
        if not self.server:
            self.server = subprocess.Popen(
                [sys.executable, "-B", os.path.join(HERE, "fakeserver.py"), "--log", os.path.join(self.folder, "log"),
                 "--for", "120", "dialect=llamacpp", "ttft=4", "tpot=1", "prefill=50000", "slots=4"],
                stdout=subprocess.PIPE, text=True)
            self.port = self.server.stdout.readline().strip()
        return self.port

    def line_for(self, command, compared):
        """The command as it can be run here."""
        line = re.sub(r"(?<![\w.])/var/", self.home + "/var/", command)
        probe = re.search(r"\bhllm probe\b", line)
        other = re.search(r"--(import|list|show|remove|compare|find|health)\b", line)
        if probe and not other and not compared:
            # seconds of measuring whose result nobody looks at; --help comes after all options are read
            return line + " --help"
        if probe and not re.search(r"--(import|list|show|remove|compare)\b", line) or ":8080" in line:
            port = self.port_of_server()
            line = line.replace(":8080", ":" + port)
            if ":" + port not in line:  # it is found at one of the usual ports
                line = line.replace("hllm probe", f"hllm probe --url http://127.0.0.1:{port}", 1)
            if not other:  # less time than it would take
                line = line.replace("hllm probe", "hllm probe --budget 2s", 1)
        return line

    def run(self, command, compared=True):
        """What is printed, as lines; the exit status is kept for the next one."""
        environment = {
            "HOME": self.home, "PATH": os.path.join(self.folder, "bin") + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC0",
            "COLUMNS": self.columns, "SOURCE_DATE_EPOCH": NOW, "HLLM_DATA_DIR": os.path.join(self.top, "data"), "TERM": "dumb",
        }
        environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
        done = subprocess.run(["bash", "-c", f"(exit {self.status}); {self.line_for(command, compared)}"], cwd=self.home, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.status = done.returncode
        text = done.stdout.decode("utf-8")
        for path, shown in ((self.home + "/var/", "/var/"), (self.home, "~"), (os.path.join(self.top, "data"), "/usr/share/hllm")):
            text = text.replace(path, shown)
        if self.port:
            text = re.sub(r":%s(  )?" % self.port, lambda found: ":8080" + (found.group(1) + " " if found.group(1) else ""), text)
        return text.splitlines()

    def close(self):
        if self.server:
            self.server.kill()
            self.server.wait()


# ---- comparing ----


def fits(want, got):
    """Are the lines got what is wanted, an ellipsis being anything?"""
    patterns = [None if line == REST else re.compile(".*?".join(map(re.escape, line.split(REST)))) for line in want]
    reach = {0}  # how many of got the patterns so far can stand for
    for pattern in patterns:
        if pattern is None:
            reach = set(range(min(reach), len(got) + 1))
        else:
            reach = {at + 1 for at in reach if at < len(got) and pattern.fullmatch(got[at])}
        if not reach:
            return False
    return len(got) in reach


def may_be_no(command):
    return re.search(r"\bhllm check\b|--lint\b|--within\b|\bprices import\b.* --check\b", command)


def try_one(place, example):
    """What is wrong, or None; and what it printed."""
    before = place.status
    got = place.run(example.command, bool(example.lines))
    if place.status == 1 and not shutil.which("gnuplot") and any("gnuplot" in line for line in got):
        place.status = 0  # what this machine lacks is said, and the picture drawn in characters
    if place.status not in (0, 3) or place.status == 3 and not may_be_no(example.command):
        return f"{example.where()}: $ {example.command}\nexit status {place.status} (before it {before})\n" + "\n".join(got), got
    if not example.lines or fits(example.lines, got):
        return None, got
    differences = difflib.unified_diff(example.lines, got, "the page", "the program", lineterm="", n=2)
    return f"{example.where()}: $ {example.command}\n" + "\n".join(differences), got


def rewrite(path, changes):
    """Puts what was printed in the place of what the page has."""
    lines = open(path, encoding="utf-8").read().splitlines()
    for example, got in sorted(changes, key=lambda change: -change[0].first):
        shown = ["\t" + line if line else "" for line in got] if path.endswith("README") else list(map(encode, got))
        lines[example.first:example.first + len(example.lines)] = shown
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


def run_page(hllm, top, path, examples):
    """The sentences about what is wrong in a page."""
    wrong, changes = [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Place(hllm, top, folder, 80 if path.endswith("README") else 72)
        try:
            for example in examples:
                problem, got = try_one(place, example)
                whole = example.lines and not any(REST in line for line in example.lines)
                if problem and os.environ.get("UPDATE") and whole and got and place.status in (0, 3):
                    changes.append((example, got))
                elif problem:
                    wrong.append(problem)
        finally:
            place.close()
    if changes:
        rewrite(path, changes)
    return wrong


def link_or_copy(source, target):
    """What no command writes to need not be copied."""
    (os.link if source.endswith((".gz", ".csv", ".json", ".jsonl")) and "/.config/" not in source else shutil.copy2)(source, target)


def run_help(hllm, top):
    """The examples of --help, each in a home of its own that the story of an audit has left."""
    examples, wrong = of_help(hllm), []
    with tempfile.TemporaryDirectory() as folder:
        place = Place(hllm, top, folder, 80)
        try:
            for command in ("hllm import earlier/*", "hllm import examples/*", "hllm import log.jsonl", "hllm report --ids",
                            *(f"sed s/2026-10-01T/2026-10-0{day}T/ bench.json >b.json; hllm probe --import b.json" for day in range(1, 6))):
                place.run(command)
                assert place.status == 0, command
            kept = os.path.join(folder, "kept")
            shutil.move(place.home, kept)
            for example in examples:
                shutil.copytree(kept, place.home, copy_function=link_or_copy)
                place.status = 0
                problem, _ = try_one(place, example)
                if problem:
                    wrong.append(problem)
                shutil.rmtree(place.home)
        finally:
            place.close()
    return examples, wrong


def main():
    if sys.argv[1] == "--help":
        examples, wrong = run_help(*sys.argv[2:4])
        if len(examples) < 45:
            wrong.append(f"only {len(examples)} examples were found")
    else:
        hllm, top = sys.argv[1:3]
        wrong = []
        for path in sys.argv[3:]:
            text = open(path, encoding="utf-8").read()
            lines = text.splitlines()
            examples = (of_readme if path.endswith("README") else of_man)(path, lines)
            # whatever looks like one has to be one
            looks = len(re.findall(r"^(?:\t|\.Dl )?\$ ", text, re.M)) + len(re.findall(r"^\thllm ", text, re.M))
            runs = sum(1 for e in examples if not CRONTAB.match(lines[e.number]) and not lines[e.number].startswith('.\\"'))
            if looks != runs:
                wrong.append(f"{path}: {looks} examples, of which {runs} can be run")
            wrong += run_page(hllm, top, path, examples)
            shown = {word for example in examples if example.lines for word in re.findall(r"\bhllm ([a-z]+)", example.command)}
            print(f"{os.path.basename(path)}: {len(examples)} examples; with output:", *sorted(shown))
    if wrong:
        print("\n\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
