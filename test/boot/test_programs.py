"""Ordinary programs in C, built as a stranger would build them, print on Brix
what they print on Linux and end in the same way."""

import difflib
import pathlib
import random
import re
import signal
import subprocess

import oracle
import pytest
from machine import BUILD, ROOT

VARIANTS = ["static", "static-pie", "musl", "i386", "i386-pie"]
TIME_LIMIT = 60
NO_SMAP = "max,-smap"
NO_KEYS = b"""\
xgetbv: 21f, smallest stack: 3632
read: signal 4
write: signal 4
restore: xrstor
frame: offered: keys
returned
"""
TEXT_FILE = "/text"  # on both
WRITTEN_FILE = "/written"  # that a program changes

FAULTS = ["null", "constant", "kernel", "canonical", "execute", "divide",
          "instruction", "privilege", "port", "breakpoint", "stack",
          "protection", "abort", "raise"]

SIGNALS = ["actions", "calls", "ends", "faults", "flags", "frames", "places",
           "registers", "stack", "state"]

SAID = re.compile(rb"tools/run: [^\n]*\n")

ALL_BYTES = bytes(range(256)) * 40
TEXT = b"two words\n\tand three more\n\nno newline"
LARGE = random.Random(1).randbytes(100_000)
FILES = {TEXT_FILE: TEXT, WRITTEN_FILE: LARGE[:10_000]}

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
    ("asked", [], b""),
    ("memfd", [], b""),
    ("vector_positions", [], b""),
    ("tree_names", [], b""), ("tree_renames", [], b""),
    ("tree_users", [], b""), ("file_locks", [], b""), ("full_tree", [], b""),
    ("written_files", [], b""),
    ("badness", [], b""),
    ("mmap8", [], b""),
    ("mmap8", ["more"], b""),
    ("break_walk", [], b""),
    ("memory_map", [], b""),
    ("device_maps", [], b""),
    ("page_map", [], b""),
    ("mapped_files", [], b""),
    ("floating", [], b""),
    ("strings", [], b""),
    ("errors", [], b""),
    ("children", [], b""),
    ("clone_shared", [], b""),
    ("threads", [], b""),
    ("forks", [], b""),
    ("thread_ends", [], b""),
    ("sessions", [], b""),
    ("identity", [], b""),
    ("files", [], b""),
    ("pipes", [], b""),
    ("pipe_ends", [], b""),
    ("fifos", [], b""), ("file_copies", [], b""),
    ("polls", [], b""),
    ("path_files", [], b""), ("permissions", [], b""),
    ("sockets", [], b""),
    ("cpu_limit", [], b""),
    ("tasks", [], b""),
    ("socket_rights", [], b""),
    ("epolls", [], b""),
    ("timers", [], b""),
    ("cpu_clocks", [], b""),
    ("cpu_sleeps", [], b""),
    ("usage", [], b""),
    ("memory_shares", [], b""),
    ("priorities", [], b""),
    ("own_words", [], b""),
    ("time_files", [], b""),
    ("segments_shared", [], b""), ("semaphores", [], b""),
    ("semaphore_states", [], b""),
    ("many", [], b""),
    ("kernel_settings", [], b""),
    ("setting_effects", [], b""),
    ("huge_pool", [], b""),
    ("no_bytes", [], b""),
    ("runtime", [], b""),
    ("proc_changing", [], b""),
    ("entries", [], b""),
    ("forbidden", [], b""),
    ("local_table", [], b""),
    ("segments", [], b""),
    ("stack_minimum", [], b""),
    ("doors", [], b""),
    *[(f"signal_{name}", [], b"") for name in SIGNALS],
    *[("status", [str(status)], b"") for status in (0, 1, 125, 255, 256, -1)],
    *[("faults", [fault], b"") for fault in FAULTS],
]

# What these do reaches tools/run and the console: its output, input, status and
# the kernel's log.
ALONE = ["hello", "arguments", "cat", "wc", "large_output", "malloc_torture",
         "children", "sessions", "status", "faults"]

FILE_CASE = ("file", [TEXT_FILE], b"")
OTHER_CASE = ("arguments", ["x"], b"")
MANY_CASE = ("many", ["at once"], b"")


def case_name(case):
    program, arguments, input = case
    words = [program, *(repr(word) if not word.isalnum() else word
                        for word in arguments)]
    return "-".join(words) + (f"-{len(input)}-bytes" if input else "")


def path_of(name, variant):
    return BUILD / "test/programs" / variant / name


def asked(cases, variant):
    return [oracle.Case(str(path_of(name, variant)), tuple(arguments), input)
            for name, arguments, input in cases]


def programs_of(cases):
    return {case.program: pathlib.Path(case.program).read_bytes()
            for case in cases}


def difference(case, linux, brix):
    """What Brix' answer has otherwise, as diff shows it."""
    name = " ".join([case.program, *case.arguments])
    if brix is None:
        return f"{name}: the machine ended before it did"
    outputs = [repr(output)[2:-1].replace("\\n", "\n").splitlines()
               for output, _ in (linux, brix)]
    lines = difflib.unified_diff(*outputs, f"{name} on Linux, {linux[1]}",
                                 f"on Brix, {brix[1]}", lineterm="")
    return "\n".join(lines) or f"{name}: status {brix[1]}, not {linux[1]}"


@pytest.fixture(scope="module")
def linux():
    """What all programs of this file do on Linux, by case."""
    cases = [case for variant in VARIANTS
             for case in asked([*CASES, FILE_CASE, OTHER_CASE, MANY_CASE],
                               variant)]
    return oracle.answers(cases, {**programs_of(cases), **FILES})


@pytest.fixture(scope="module")
def linux_without_smap():
    """What forbidden does there with an argument."""
    cases = [oracle.Case(str(path_of("forbidden", variant)), ("stacks",))
             for variant in VARIANTS]
    return oracle.answers(cases, programs_of(cases), cpu=NO_SMAP)


def on_brix(program, arguments, input, log, options=()):
    """The same, and what tools/run said in between."""
    done = subprocess.run(
        [ROOT / "tools/run", "--log", log, "--timeout", str(TIME_LIMIT),
         *options, program, *arguments], input=input,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = b"".join(SAID.findall(done.stdout))
    return SAID.sub(b"", done.stdout), done.returncode, said.decode()


@pytest.fixture
def check_same(linux, tmp_path):
    """check_same(name, variant, arguments, input, options) runs a program on
    Brix, and compares."""
    log = tmp_path / "log"

    def check(name, variant, arguments, input, options=()):
        program = path_of(name, variant)
        case = oracle.Case(str(program), tuple(arguments), input)
        output, status, said = on_brix(program, arguments, input, log, options)
        report = log.read_text(errors="replace") if log.exists() else "no log"
        assert (output, status) == linux[case], said + report
    return check


@pytest.mark.parametrize("variant", ["static", "i386"])
@pytest.mark.parametrize("case", [case for case in CASES if case[0] in ALONE],
                         ids=case_name)
def test_alone_in_a_machine(case, variant, check_same):
    name, arguments, input = case
    check_same(name, variant, arguments, input)


@pytest.mark.parametrize("variant", VARIANTS)
def test_one_after_the_other(variant, linux, tmp_path):
    """All in one machine, which is looked over after each."""
    cases = asked([*CASES, FILE_CASE], variant)
    files = {**programs_of(cases), **FILES}
    found = oracle.answers_of_brix(cases, files, "validate", tmp_path / "log")
    differ = [difference(case, linux[case], found.get(case))
              for case in cases if found.get(case) != linux[case]]
    if differ:
        log = (tmp_path / "log").read_text(errors="replace")
        pytest.fail("\n\n".join([*differ, log]), pytrace=False)


@pytest.mark.parametrize("variant", ["static", "i386"])
def test_many_at_once(variant, check_same):
    """With as much memory as Linux has, for so many processes there may be."""
    name, arguments, input = MANY_CASE
    check_same(name, variant, arguments, input, ["--memory", "1G"])


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_frame_with_wrong_mxcsr_kills(variant, tmp_path):
    output, status, said = on_brix(path_of("signal_mxcsr", variant), [], b"",
                                   tmp_path / "log")
    assert (output, status) == (b"signal 10\n", 128 + signal.SIGSEGV), said


@pytest.mark.parametrize("variant", VARIANTS)
def test_forbidden_stacks(variant, linux_without_smap, tmp_path):
    program = path_of("forbidden", variant)
    case = oracle.Case(str(program), ("stacks",))
    output, status, said = on_brix(program, case.arguments, b"",
                                   tmp_path / "log", ["--cpu", NO_SMAP])
    assert (output, status) == linux_without_smap[case], said


@pytest.mark.parametrize("variant", ["static", "i386"])
def test_protection_keys_mean_nothing(variant, tmp_path):
    """Linux has them. Its smallest stack is the same."""
    output, status, said = on_brix(path_of("protection_keys", variant), [], b"",
                                   tmp_path / "log")
    assert (output, status) == (NO_KEYS, 0), said


@pytest.mark.parametrize("cpu,size", [("max", 3632), ("max,-pku", 2032)])
def test_smallest_stack_by_cpu(cpu, size, tmp_path):
    """As Linux has it, of which all frames and vector state decide."""
    output, _, said = on_brix(path_of("protection_keys", "static"), [], b"",
                              tmp_path / "log", ["--cpu", cpu])
    assert f"smallest stack: {size}\n".encode() in output, said


@pytest.mark.parametrize("boot", ["iso", "uefi"])
def test_other_boots_of_tools_run(boot, check_same):
    check_same("cat", "static", [], ALL_BYTES, ["--boot", boot])


@pytest.mark.parametrize("options", [
    ["--machine", "q35"], ["--machine", "microvm"], ["--icount"],
    ["--memory", "32M"], ["--cpu", "qemu64"], ["--append", "norandmaps"]],
    ids=" ".join)
def test_other_machines_of_tools_run(options, check_same):
    name, arguments, input = OTHER_CASE
    check_same(name, "static", arguments, input, options)
