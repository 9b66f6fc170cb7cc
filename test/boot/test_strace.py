"""tools/run --strace: the lines that Debian's strace prints for the same program
on Linux 6.1, but for addresses, pids, times, and what Brix has not."""

import pathlib
import re
import shutil
import subprocess

import oracle
import pytest
from machine import BUILD, ROOT, strace_names

TIME_LIMIT = 60

CASES = [
    *[BUILD / "user" / name for name in (
        "hello64", "hello_pie", "mmap8", "mmap8_fault", "sbrk",
        "hash_table")],
    *[BUILD / "test/programs" / name for name in (
        "static/dies_in_call", "static/hello", "musl/hello",
        "static/signal_actions", "musl/signal_actions")],
]

# Calls that Brix answers by -ENOSYS, and what is the machine's own.
OTHER_RESULT = {"set_robust_list", "rseq"}
OTHER = re.compile(r"^(rt_sigreturn|strace: |\[ Process)")
SHOWS_TEXT = {"write", "writev", "read", "execve"}
BRIX_PID = "2"  # of the program that init starts
PID = re.compile(r"^\[pid +(\d+)\] ")
CHANGING = [
    (re.compile(r"0x[0-9a-f]{5,}"), "ADDRESS"),
    (re.compile(r"/\* \d+ vars? \*/"), "VARS"),
    (re.compile(r"(?<=getrandom\()\"[^\"]*\""), "BYTES"),
    (re.compile(r"(?<=si_pid=)\d+"), "PID"),
    (re.compile(r"(?<=si_uid=)\d+"), "UID"),
    (re.compile(r"si_[us]time=\d+"), "TIME"),
    (re.compile(r"\s+= "), " = "),
]


def lines_of(text):
    """The lines of each process, in the order in which they begin, a call that
    was interrupted by others' as one."""
    first = re.match(r"\[pid +(\d+)\]", text)
    first = first[1] if first else BRIX_PID
    found, open_calls = {first: []}, {}
    for line in text.splitlines():
        match = PID.match(line)
        pid = match[1] if match else first
        line = PID.sub("", line)
        if OTHER.match(line):
            continue
        if line.endswith(" <unfinished ...>"):
            open_calls[pid] = line.removesuffix(" <unfinished ...>")
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", line)
        if resumed:
            line = open_calls.pop(pid) + resumed[1]
        found.setdefault(pid, []).append(shape(line, list(found)))
    return list(found.values())


def shape(line, pids):
    for pattern, word in CHANGING:
        line = pattern.sub(word, line)
    name = line.partition("(")[0]
    if name in OTHER_RESULT:
        return line.rpartition(" = ")[0]
    if name in SHOWS_TEXT:
        return line
    for place, pid in enumerate(pids):
        line = re.sub(rf"\b{pid}\b", f"PID{place}", line)
    return line


def on_brix(program, *options):
    return subprocess.run(
        [ROOT / "tools/run", "--timeout", str(TIME_LIMIT), *options, program],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)


def traced(program, file):
    done = on_brix(program, "--no-randomize", f"--strace={file}", "--log",
                   f"{file}.log")
    return file.read_text(), done


def strace_files():
    """strace, its libraries, and a shell to start it."""
    strace, busybox = shutil.which("strace"), shutil.which("busybox")
    said = subprocess.run(["ldd", strace], capture_output=True, text=True,
                          check=True).stdout
    paths = [*re.findall(r"/\S+(?= \(0x)", said), strace, busybox]
    return {path: pathlib.Path(path).read_bytes() for path in paths}


def strace_case(program):
    command = (f"exec 2>/dev/null; {shutil.which('strace')} -f -o /trace "
               f"{program} | cat >/dev/null; cat /trace")
    return oracle.Case(shutil.which("busybox"), ("sh", "-c", command))


@pytest.fixture(scope="module")
def linux():
    """What strace prints there, by case."""
    files = {str(program): program.read_bytes() for program in CASES}
    return oracle.answers([strace_case(program) for program in CASES],
                          {**files, **strace_files()}, "norandmaps")


@pytest.mark.parametrize("program", CASES,
                         ids=lambda path: "-".join(path.parts[-2:]))
def test_as_strace(program, linux, tmp_path):
    said = linux[strace_case(program)][0].decode("latin-1")
    there = re.sub(r"^(\d+) +", r"[pid \1] ", said, flags=re.M)
    brix, _ = traced(program, tmp_path / "brix")
    assert lines_of(brix) == lines_of(there)


@pytest.mark.parametrize("prefix, value, names", [
    ("W", 11, "WNOHANG|WSTOPPED|WCONTINUED"),
    ("PROT_", 0, "0"), ("PROT_", 7, "PROT_READ|PROT_WRITE|PROT_EXEC"),
    ("PROT_", 0x11, "PROT_READ|0x10"), ("PROT_", 0x10, "0x10 /* PROT_??? */"),
    ("AT_", 0x110, "AT_SYMLINK_NOFOLLOW|0x10")])
def test_names_of_flags(prefix, value, names):
    assert strace_names.flags_of(prefix, value) == names


def test_a_file_that_cannot_be_written(tmp_path):
    done = on_brix(CASES[0], f"--strace={tmp_path}/no/trace")
    assert done.returncode == 125
    assert b"no/trace: No such file or directory" in done.stderr
