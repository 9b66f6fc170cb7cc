"""Ordinary programs in C, built as a stranger would build them, print on Brix
what they print on Linux and end in the same way. The oracle is the Linux that
this test runs on."""

import random
import subprocess

import pytest
from machine import BUILD, ROOT

VARIANTS = ["static", "static-pie", "musl", "i386", "i386-pie"]
TIME_LIMIT = 60
SIGNAL_BASE = 128

FAULTS = ["null", "constant", "kernel", "canonical", "execute", "divide",
          "instruction", "privilege", "port", "breakpoint", "stack",
          "protection", "abort", "raise"]

SIGNALS = ["actions", "calls", "ends", "faults", "frames", "registers",
           "stack"]

ALL_BYTES = bytes(range(256)) * 40
TEXT = b"two words\n\tand three more\n\nno newline"
LARGE = random.Random(1).randbytes(100_000)

# (program, arguments, standard input)
CASES = [
    ("hello", [], b""),
    ("arguments", [], b""),
    ("arguments", ["", "a b", 'quo"te', "--", "$x", "\xfc", "-x=y"], b""),
    ("cat", [], b""),
    ("cat", [], ALL_BYTES),
    ("cat", [], LARGE),
    ("wc", [], TEXT),
    ("large_output", [], b""),
    ("malloc_torture", [], b""),
    ("mmap8", [], b""),
    ("mmap8", ["more"], b""),
    ("break_walk", [], b""),
    ("memory_map", [], b""),
    ("device_maps", [], b""),
    ("floating", [], b""),
    ("strings", [], b""),
    ("errors", [], b""),
    ("children", [], b""),
    ("files", [], b""),
    ("runtime", [], b""),
    ("segments", [], b""),
    *[(f"signal_{name}", [], b"") for name in SIGNALS],
    *[("status", [str(status)], b"") for status in (0, 1, 125, 255, 256, -1)],
    *[("faults", [fault], b"") for fault in FAULTS],
]


def case_name(case):
    program, arguments, input = case
    words = [program, *(repr(word) if not word.isalnum() else word
                        for word in arguments)]
    return "-".join(words) + (f"-{len(input)}-bytes" if input else "")


def on_linux(program, arguments, input):
    """(output, exit status as a shell sees it); both outputs are one file."""
    done = subprocess.run([program, *arguments], input=input,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    is_signal = done.returncode < 0
    status = SIGNAL_BASE - done.returncode if is_signal else done.returncode
    return done.stdout, status


def on_brix(program, arguments, input, log, options=()):
    """The same, and what tools/run said."""
    done = subprocess.run(
        [ROOT / "tools/run", "--log", log, "--timeout", str(TIME_LIMIT),
         *options, program, *arguments], input=input, capture_output=True)
    return done.stdout, done.returncode, done.stderr.decode()


def check_same(program, arguments, input, log, options=()):
    output, status, said = on_brix(program, arguments, input, log, options)
    expected, expected_status = on_linux(program, arguments, input)
    report = log.read_text(errors="replace") if log.exists() else "no log"
    assert output == expected, said + report
    assert status == expected_status, said + report


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_as_on_linux(case, variant, tmp_path):
    name, arguments, input = case
    program = BUILD / "test/programs" / variant / name
    check_same(program, arguments, input, tmp_path / "log")


@pytest.mark.parametrize("variant", VARIANTS)
def test_reads_a_file_of_the_initrd(variant, tmp_path):
    file = tmp_path / "text"
    file.write_bytes(TEXT)
    program = BUILD / "test/programs" / variant / "file"
    check_same(program, [file], b"", tmp_path / "log",
               ["--add", f"{file}={file}"])


@pytest.mark.parametrize("boot", ["iso", "uefi"])
def test_other_boots_of_tools_run(boot, tmp_path):
    program = BUILD / "test/programs/static/cat"
    check_same(program, [], ALL_BYTES, tmp_path / "log", ["--boot", boot])


@pytest.mark.parametrize("options", [
    ["--machine", "q35"], ["--machine", "microvm"], ["--icount"],
    ["--memory", "32M"], ["--cpu", "qemu64"], ["--append", "norandmaps"]],
    ids=" ".join)
def test_other_machines_of_tools_run(options, tmp_path):
    program = BUILD / "test/programs/static/arguments"
    check_same(program, ["x"], b"", tmp_path / "log", options)
