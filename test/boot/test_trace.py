"""The option trace=: each system call in the log, or each refused memory call
with the rule that refused it."""

import subprocess

import pytest
from machine import BUILD, ROOT


def trace(kind, log):
    subprocess.run([ROOT / "tools/run", "--log", log, "--append",
                    f"trace={kind}", BUILD / "user/error_rule"],
                   stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return log.read_text()


@pytest.mark.parametrize("call, rule", [
    ("mmap(0x0, 0x0, ", "-EINVAL: the length is 0"),
    ("mmap(0x0, 0x1000, 0x1, 0x20, ",
     "-EINVAL: neither MAP_SHARED nor MAP_PRIVATE"),
    ("mmap(0x0, 0x4000000000000000, ",
     "-ENOMEM: longer than the address space"),
    ("munmap(0x1, ", "-EINVAL: the address is no multiple of 4096"),
    ("mprotect(0xf0000000, ", "-ENOMEM: nothing is mapped at the address"),
    ("brk(0x1, ", "below the start of the heap")])
def test_why_names_the_rule(call, rule, tmp_path):
    lines = trace("why", tmp_path / "log").splitlines()
    assert any(call in line and rule in line for line in lines)


def test_why_leaves_out_what_succeeds(tmp_path):
    assert "write(" not in trace("why", tmp_path / "log")


def test_syscalls_shows_all(tmp_path):
    log = trace("syscalls", tmp_path / "log")
    assert "syscall: write(0x3e8, " in log and "= -EBADF" in log
    assert "syscall: munmap(0xf0000000, 0x1000, " in log
