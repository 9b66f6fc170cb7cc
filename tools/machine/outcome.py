"""What the kernel's log says about how a run ended."""

import re
import signal

ENDED = re.compile(r"first program ended: (exit status|signal) (\d+)")
PANIC = "PANIC:"
SIGNAL_BASE = 128  # the shell's: death by signal N is status 128 + N


def read(log):
    """The log as text; the kernel's words are ASCII, noise may not be."""
    try:
        with open(log, "rb") as file:
            return file.read().decode("latin-1").replace("\r", "")
    except FileNotFoundError:
        return ""


def find_end(text):
    """(exit status or None, signal or None) of the first program, or None if
    the log does not tell."""
    found = ENDED.findall(text)
    if not found:
        return None
    kind, number = found[-1]
    return (None, int(number)) if kind == "signal" else (int(number), None)


def find_panic(text):
    """The panic block, from its first line on, or None."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if PANIC in line:
            return "\n".join(lines[number:])
    return None


def tail(text, count=10):
    """The last COUNT lines of the log, for a message."""
    return "\n".join(text.splitlines()[-count:])


def death(number, log):
    """The line that a shell prints when signal NUMBER ends a program."""
    words = signal.strsignal(number) or f"signal {number}"
    return f"{words} (signal {number}); the kernel's report is in {log}"
