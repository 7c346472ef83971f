#!/usr/bin/env python3
"""Holds hllm(1) against the help: every option of a command stands in its section, and no other.

    manuals.py HLLM MAN/hllm.1          what is wrong, a line each; status 1 if anything is
    manuals.py --removed HLLM MAN/hllm.1
                                        takes each option out of the page in turn, and each that does not exist into it:
                                        a line for every change that goes unnoticed
    manuals.py --words HLLM FILE...     every 'hllm COMMAND --option' that stands anywhere in pages or README

The program is asked, --help of each command; nothing is known here. What completes has a test of its own.

An option is in the page where its command's section (.Ss hllm COMMAND) has it in an item:

    .It Fl -gpu Ar hardware , Fl -policy Ar name

or where a paragraph of that section says of which command's section it is an item:

    .Fl -in , -by
    and
    .Fl -threads
    are those of
    .Cm audit .

Options of every command are items of "Global options".
"""
import re
import subprocess
import sys

ENDS = re.compile(r"\.(Pp|Bl|El|Ss|Sh|It|Bd|Ed)\b")


def run(hllm, *args):
    return subprocess.run([hllm, *args], capture_output=True, text=True, check=True).stdout


class Program:
    """What the program says that it takes."""

    def __init__(self, hllm):
        top = run(hllm, "--help")
        listed = top.split("\nCommands\n")[1].split("\n\n")[0]
        self.commands = [line.split()[0] for line in listed.splitlines() if re.match(r"  [a-z]", line)]
        self.options = {"": self.options_of(top)}
        for command in self.commands:
            if command != "help":
                self.options[command] = self.options_of(run(hllm, command, "--help"))

    @staticmethod
    def options_of(text):
        """Names by option: {"output": "o"}; "" where there is no letter."""
        found = re.findall(r"^  (?:-(.), |    )--([a-z0-9-]+)", text, re.M)
        return {name: letter for letter, name in found}

    def known(self, command, name):
        """Is this one, of one letter or more, of the command or of all?"""
        sets = (self.options.get(command, {}), self.options[""])
        return any(name in options or len(name) == 1 and name in options.values() for options in sets)


def flags(line):
    """The options that the Fl macros of a line name, without the dash of long ones: "o", "output"."""
    names, inside = [], False
    for word in line.split():
        if word in ("Fl", ".Fl"):
            inside = True
        elif re.fullmatch(r"\.?[A-Z][a-z]", word):
            inside = False
        elif inside and re.fullmatch(r"-?[a-z0-9][a-z0-9-]*", word):
            names.append(word.removeprefix("-") if len(word) > 1 else word)
    return names


class Page:
    """hllm(1): by section, the options that are items, and those that are said to be items elsewhere."""

    def __init__(self, text):
        self.items, self.borrowed, self.named, self.at = {}, {}, [], {}
        section, paragraph = "", []
        for number, line in enumerate(text.splitlines() + [".Sh"]):
            if ENDS.match(line):
                self.paragraph(section, paragraph)
                paragraph = []
            if line.startswith((".Ss", ".Sh")):
                words = line.split()
                section = words[2] if words[1:2] == ["hllm"] and len(words) > 2 else " ".join(words[1:])
            elif line.startswith(".It Fl"):
                for name in flags(line):
                    self.items.setdefault(section, []).append(name)
                    self.at.setdefault((section, name), []).append(number)
            else:
                paragraph.append((number, line))
            if " Fl " in line or line.startswith(".Fl"):
                self.named += [(number, section, name) for name in flags(line)]

    def paragraph(self, section, lines):
        text = "\n".join(line for _, line in lines)
        found = re.search(r"\b(?:is that|are those) of\n\.(?:Cm|Sx) ([A-Za-z ]+?) ?[.,;:]?$", text, re.M)
        if not found:
            return
        for number, line in lines:
            for name in flags(line) if line.startswith(".Fl") else []:
                self.borrowed.setdefault(section, {})[name] = found.group(1)
                self.at.setdefault((section, name), []).append(number)


def check(program, text):
    """What is wrong with the page."""
    page = Page(text)
    wrong = [f"{command}: no section" for command in program.commands
             if not re.search(r"^\.Ss hllm %s\b" % command, text, re.M)]
    for command, options in program.options.items():
        section = command or "Global options"
        items, borrowed = page.items.get(section, []), page.borrowed.get(section, {})
        for name, letter in options.items():
            if name in borrowed and name not in page.items.get(borrowed[name], []):
                wrong.append(f"{section}: --{name} is said to be one of {borrowed[name]}, whose section does not have it")
            elif name not in items and name not in borrowed:
                wrong.append(f"{section}: --{name} is not in the page")
            if letter and letter not in items:
                wrong.append(f"{section}: -{letter} is not in the page")
        for name in items + list(borrowed):
            if not program.known(command, name):
                wrong.append(f"{section}: there is no --{name}, which the page has")
        for name in set(items):
            if items.count(name) > 1 or name in borrowed:
                wrong.append(f"{section}: --{name} is in the page twice")
    for section in page.items:
        if section not in program.options and section != "Global options":
            wrong.append(f"{section}: no command has this section, and it has options")
    for number, section, name in page.named:
        if not any(program.known(command, name) for command in program.options):
            wrong.append(f"line {number + 1}: {section}: no command has --{name}")
    return wrong


def without(line, name):
    """The line without one option."""
    dash = "" if len(name) == 1 else "-"
    return re.sub(r"(?<= )%s%s(?= |$)" % (dash, re.escape(name)), "", line)


def removed(program, text):
    """Every option of the page taken out of it, and one that does not exist put into it: what of that is not noticed."""
    if check(program, text):
        return ["the page itself is wrong"]
    page, lines, unnoticed = Page(text), text.splitlines(), []
    tried = 0
    for (section, name), numbers in page.at.items():
        for number in numbers:
            less = "\n".join(lines[:number] + [without(lines[number], name)] + lines[number + 1:])
            more = "\n".join(lines[:number] + [lines[number].replace("Fl ", "Fl -no-such , ", 1)] + lines[number + 1:])
            tried += 1
            # what is another command's or a global one may be explained once more without having to be
            needed = section == "Global options" or name in program.options.get(section, {})
            if needed and not check(program, less):
                unnoticed.append(f"{section}: --{name} can be taken out")
            if not check(program, more):
                unnoticed.append(f"{section}: --no-such can stand beside --{name}")
    if tried < sum(len(options) for options in program.options.values()):
        unnoticed.append(f"only {tried} options were tried")
    return unnoticed


def words(program, path):
    """Commands with options as they stand in text: do they exist?"""
    wrong = []
    text = open(path, encoding="utf-8").read()
    for number, line in enumerate(text.splitlines(), 1):
        for command, rest in re.findall(r"\bhllm ([a-z]+)\b([^|;#&>]*)", line):
            if command not in program.commands:
                continue
            for name in re.findall(r"(?<=\s)--([a-z][a-z0-9-]*)", rest):
                if not program.known(command, name):
                    wrong.append(f"{path}:{number}: hllm {command} has no --{name}")
    return wrong


def main():
    how = sys.argv.pop(1) if sys.argv[1].startswith("--") else ""
    program = Program(sys.argv[1])
    if how == "--words":
        wrong = sum((words(program, path) for path in sys.argv[2:]), [])
    else:
        text = open(sys.argv[2], encoding="utf-8").read()
        wrong = (removed if how == "--removed" else check)(program, text)
    if wrong:
        print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
