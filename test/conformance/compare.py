"""Runs commands on Linux and on Brix, and finds the first difference."""

import concurrent.futures
import errno
import hashlib
import itertools
import json
import re

import debian
import guest
from machine import FAILED, Failure

HASH_EVERY = 100  # operations, HASH_EVERY of random.c
CONTEXT = 12      # lines before a difference
AFTER = 4         # and after it
TIME_LIMIT = 900  # seconds

CACHE = guest.FOLDER / "answers"
COMMAND, CASE = "=== /", "== "
ERROR = re.compile(r"= -(\d+)$")


def linux_answer(commands):
    """Linux's lines. They are kept, and found again for the same programs."""
    key = hashlib.sha256(guest.LINUX_OPTIONS.encode())
    key.update(debian.kernel().name.encode())
    for path, data in sorted(guest.linux_files(commands).items()):
        key.update(path.encode() + b"\0" + data)
    kept = CACHE / key.hexdigest()[:32]
    if kept.exists():
        return json.loads(kept.read_text())
    lines = guest.on_linux(commands, TIME_LIMIT)
    check_linux(commands, lines)
    CACHE.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{id(lines)}")
    draft.write_text(json.dumps(lines))
    draft.replace(kept)
    return lines


def check_linux(commands, lines):
    """An oracle that broke off tells nothing."""
    ends = [line for line in lines if line.startswith("=== ")][1::2]
    good = ["=== signal" if " death " in command else "=== exit 0"
            for command in commands]
    if not (len(ends) == len(good) and
            all(map(str.startswith, ends, good))):
        raise Failure(f"Linux did not run {commands} well:\n" +
                      "\n".join(lines[-AFTER:]), FAILED)


def split(lines, mark):
    """Lists of LINES, each from a line that begins with MARK on."""
    found = []
    for line in lines:
        if line.startswith(mark):
            found.append([])
        if found:
            found[-1].append(line)
    return found


def sections(lines):
    """What each command said, the command first."""
    return split(lines, COMMAND)


def brix_answer(commands):
    """(lines, complaint or None) of each command. After a panic the commands
    that it kept from running are run on a new machine."""
    answers = []
    while len(answers) < len(commands):
        lines, complaint = guest.on_brix(commands[len(answers):], TIME_LIMIT)
        new = sections(lines) or [[]]
        answers += [(section, None) for section in new]
        answers[-1] = (new[-1], complaint)
    return answers


def first_difference(linux, brix):
    """The number of the first line that differs, or None."""
    pairs = itertools.zip_longest(linux, brix)
    return next((number for number, (left, right) in enumerate(pairs)
                 if left != right), None)


def with_error_name(line):
    """LINE with ENOMEM for -12."""
    found = ERROR.search(line)
    if found is None:
        return line
    number = int(found[1])
    return line[:found.start()] + f"= -{errno.errorcode.get(number, number)}"


def place_of(lines, at):
    """The last lines before number AT that say which case it is."""
    heads = [line for line in lines[:at] if line.startswith(("=== /", CASE, "# "))]
    return " ".join([*heads[:1], *heads[1:][-1:]])


def describe(linux, brix, complaint):
    """None if the lines LINUX and BRIX are equal and Brix has no COMPLAINT, else
    a text that shows the first difference and what came before it."""
    at = first_difference(linux, brix)
    if at is None and complaint is None:
        return None
    text = []
    if at is not None:
        text.append(f"{place_of(linux, at + 1)}: line {at}")
        equal = [line for line in linux[:at] if not line.startswith("map ")]
        text += [f"  both   {with_error_name(line)}"
                 for line in equal[-CONTEXT:]]
        for name, lines in ("Linux", linux), ("Brix ", brix):
            text += [f"  {name}  {with_error_name(line)}"
                     for line in lines[at:at + AFTER]]
    return "\n".join(text + ([f"Brix: {complaint}"] if complaint else []))


def describe_cases(linux, brix, complaint):
    """As describe, for the output of fixed cases: each that differs."""
    answered = {case[0]: case for case in split(brix, CASE)}
    texts = [describe(case, answered.get(case[0], []), None)
             for case in split(linux, CASE)]
    texts = [text for text in texts if text]
    if not texts:
        return describe(linux, brix, complaint)
    return "\n".join(texts + ([f"Brix: {complaint}"] if complaint else []))


def compare(commands):
    """A list of (command, None or a text that shows the first difference).
    Linux and Brix run at the same time."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        linux = pool.submit(linux_answer, commands)
        brix = brix_answer(commands)
        expected = sections(linux.result())
    return [(command, describe_cases(lines, *answer)) for command, lines,
            answer in zip(commands, expected, brix, strict=True)]


def last_equal_hash(linux, brix):
    """After how many operations both still had the same hash."""
    at = first_difference(linux, brix)
    equal = [line.split() for line in linux[:at] if line.startswith("hash ")]
    return int(equal[-1][1]) if equal else 0


def compare_random(start, seed, count, kind="random"):
    """As compare, for COUNT operations of KIND, random or huge, of the program
    that the words START begin: where the hashes part, the operations run again,
    and are shown."""
    command = f"{start} {kind} {seed} {count}"
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answer = pool.submit(linux_answer, [command])
        (brix, complaint), = brix_answer([command])
        linux, = sections(answer.result())
    if linux == brix and complaint is None:
        return None
    equal = last_equal_hash(linux, brix)
    first, last = equal + 1, min(equal + HASH_EVERY, count)
    (_, shown), = compare([f"{start} {kind} {seed} {last} {first} {last}"])
    again = f"{command}: a difference in operations {first} to {last}"
    return f"{again}\n{shown}" if shown else (
        f"{again}, but not when they ran again\n"
        f"{describe(linux, brix, complaint)}")
