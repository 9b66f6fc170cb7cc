"""What the kernel's log says about how a run ended."""

import re
import signal

# The log's own lines. Those of init, process 1, come first where there is one.
STAMP = r"^\[ *\d+\.\d+\] "
INIT = STAMP + r"process 1 \(.*\): program "
ENDED = re.compile(rf"(?:{INIT}|{STAMP}first program )ended: "
                   r"(exit status|signal) (\d+)$", re.MULTILINE)
NOT_RUN = re.compile(INIT + r"not run: status (\d+): (.*)$", re.MULTILINE)
STOPPED = re.compile(INIT + r"stopped: signal (\d+)(;.*)$", re.MULTILINE)
PANIC = "PANIC:"
NOT_STARTED = re.compile(
    PANIC + r" (the first program.* can't be (?:run|read):.*)$", re.MULTILINE)
SIGNAL_BASE = 128  # the shell's: death by signal N is status 128 + N


def read(log):
    """The log as text; the kernel's words are ASCII, noise may not be."""
    try:
        with open(log, "rb") as file:
            return file.read().decode("latin-1").replace("\r", "")
    except FileNotFoundError:
        return ""


def find_end(text):
    """(exit status or None, signal or None) of the program, or None if the log
    does not tell. A first program that is not init is the program."""
    found = ENDED.search(text)
    if found is None:
        return None
    kind, number = found.groups()
    return (None, int(number)) if kind == "signal" else (int(number), None)


def find_refusal(text):
    """(exit status, why) of a program that init could not run, or that was
    stopped for ever, or None."""
    found = NOT_RUN.search(text)
    if found is not None:
        return int(found[1]), found[2]
    found = STOPPED.search(text)
    if found is not None:
        number = int(found[1])
        return SIGNAL_BASE + number, (
            f"{signal.strsignal(number)} (signal {number}){found[2]}")
    return None


def find_not_started(text):
    """Why there was no process 1, in a sentence, or None."""
    found = NOT_STARTED.search(text)
    return found and found[1]


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
