"""tools/run --why: refused memory calls and deadly faults, each in a sentence."""

import subprocess

import pytest
from machine import BUILD, ROOT, why


def reasons(program, file, *options):
    subprocess.run([ROOT / "tools/run", "--timeout", "60", f"--why={file}",
                    "--log", f"{file}.log", *options, program],
                   stdin=subprocess.DEVNULL, capture_output=True)
    return file.read_text().splitlines()


@pytest.mark.parametrize("call, rule", [
    ("mmap(NULL, 0, PROT_READ, ", ": the length is 0"),
    ("mmap(NULL, 4611686018427387904, ", ": longer than the address space"),
    ("munmap(0x1, 4096) = -1 EINVAL", "the address is no multiple of 4096"),
    ("mprotect(0xf0000000, ", ": nothing is mapped at the address"),
    ("brk(0x1) = ", ": below the start of the heap, or wraps")])
def test_the_rule_is_told(call, rule, tmp_path):
    lines = reasons(BUILD / "user/error_rule", tmp_path / "why")
    assert any(call in line and rule in line for line in lines)
    assert not any("write(" in line for line in lines)


def test_a_deadly_fault_is_told(tmp_path):
    line, = reasons(BUILD / "user/mmap8_fault", tmp_path / "why")
    assert "killed by SIGSEGV at 0x" in line
    assert line.endswith(": nothing is mapped there")


def test_the_limit_is_told_with_what_is_left(tmp_path):
    line, *_ = reasons(BUILD / "user/malloc_test", tmp_path / "why", "--limit",
                       "as=1M")
    assert "brk(0x" in line and "RLIMIT_AS or RLIMIT_DATA is reached" in line
    assert "RLIMIT_AS: " in line and " mapped of 1 MiB, " in line
    assert "RLIMIT_MEMLOCK" not in line


def test_both_traces_are_written(tmp_path):
    trace = tmp_path / "strace"
    lines = reasons(BUILD / "user/error_rule", tmp_path / "why",
                    f"--strace={trace}")
    assert lines and "why:" not in trace.read_text()


def test_a_file_that_cannot_be_written_is_named():
    run = subprocess.run(
        [ROOT / "tools/run", "--why=/none/why", BUILD / "user/hello64"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert run.returncode == 125
    assert "--why=/none/why: No such file or directory" in run.stderr


@pytest.mark.parametrize("size, text", [
    (0, "0 bytes"), (4097, "4097 bytes"), (8192, "8 KiB"), (3 << 20, "3 MiB"),
    (why.UNLIMITED, "no limit")])
def test_amounts(size, text):
    assert why.amount(size) == text
