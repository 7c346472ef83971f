#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""zsh.py FOLDER - what zsh makes of each line of stdin, with a tab behind it; FOLDER holds _hllm.

A zsh of its own runs on a pseudo-terminal.  After the tab, a key writes the line as it now stands to a file.
"""
import os
import pty
import select
import sys
import time

SETUP = """PS1='' RPS1=''
fpath=({folder} $fpath)
autoload -Uz compinit
compinit -u -D
setopt no_list_beep no_beep no_auto_menu no_list_ambiguous no_auto_remove_slash
unsetopt auto_list
tell() {{ print -r -- "$BUFFER" >>lines; BUFFER= }}
zle -N tell
bindkey '^T' tell
bindkey '^I' complete-word
print ready >lines
"""


def lines():
    try:
        with open("lines", encoding="utf-8") as f:
            return f.read().split("\n")[:-1]
    except FileNotFoundError:
        return []


def wait(fd, n):
    """Until there are n lines; what the terminal shows is read away."""
    end = time.monotonic() + 20
    while len(lines()) < n:
        if time.monotonic() > end:
            sys.exit("zsh.py: zsh does not answer: %r" % lines())
        if select.select([fd], [], [], 0.01)[0]:
            os.read(fd, 65536)


def main():
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp("zsh", ["zsh", "-f", "-i"])
    with open("setup.zsh", "w", encoding="utf-8") as f:
        f.write(SETUP.format(folder=sys.argv[1]))
    os.write(fd, b". ./setup.zsh\n")
    wait(fd, 1)
    n = 1
    for line in sys.stdin:
        os.write(fd, line.rstrip("\n").encode() + b"\t\x14")
        n += 1
        wait(fd, n)
    os.write(fd, b"exit\n")
    os.close(fd)
    os.waitpid(pid, 0)
    for line in lines()[1:]:
        print(line.rstrip(" "))


main()
