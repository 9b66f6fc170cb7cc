"""break-on-call: programs stop at a system call, by name or number, at both
doors, on both stubs."""

import re
import subprocess

import gdb_session
import pytest
from machine import ROOT, cpio

MACHINES = (gdb_session.Machine, gdb_session.StubMachine)
START = ("hbreak first_program_start", "continue", "delete")
TOLD = re.compile(r"^system call (\w+) \((\d+)\) by the (\S+) door", re.M)


def session(machine_type, program, *commands, **settings):
    with machine_type(program=program, **settings) as machine:
        return machine.gdb(*START, *commands)


@pytest.mark.parametrize("machine_type", MACHINES)
def test_by_name_and_number(machine_type):
    """mmap8 calls mmap three times, and munmap; hello64 nothing of the kind."""
    text = session(machine_type, "/bin/mmap8", "break-on-call mmap",
                   "continue", "print frame->rsi", "bt 3", "delete",
                   "break-on-call 11", "continue", "info breakpoints",
                   "delete", "info breakpoints", "kill")
    assert TOLD.findall(text) == [("mmap", "9", "64-bit"),
                                  ("munmap", "11", "64-bit")], text
    assert re.search(r"= 8$", text, re.M) and "in _start ()" in text, text
    assert "No breakpoints or watchpoints." in text, text


@pytest.mark.parametrize("machine_type", MACHINES)
def test_conditions(machine_type):
    text = session(machine_type, "/bin/mmap8",
                   "break-on-call write if frame->rdi == 7",
                   "break-on-call mmap 99", "break-on-call munmap 1",
                   "continue", "kill")
    assert TOLD.findall(text) == [("munmap", "11", "64-bit")], text


@pytest.mark.parametrize("machine_type", MACHINES)
def test_a_program_of_32_bits(machine_type, tmp_path):
    """Its C library calls mmap2 and write."""
    program = tmp_path / "calls"
    subprocess.run(["gcc", "-m32", "-g", "-static", "-o", program,
                    ROOT / "test/debug/calls.c"], check=True)
    initrd = tmp_path / "initrd"
    initrd.write_bytes(cpio.archive({"/bin/calls": program.read_bytes()}))
    text = session(machine_type, "/bin/calls", "break-on-call mmap",
                   "break-on-call 4 1", "continue", "kill", initrd=initrd)
    assert TOLD.findall(text) == [("write", "4", "32-bit")], text


def test_what_is_no_call():
    text = session(gdb_session.Machine, "/bin/hello64", "break-on-call nosuch",
                   "break-on-call 99999", "break-on-call",
                   "info breakpoints")
    assert "There is no system call nosuch." in text, text
    assert "There is no system call 99999." in text, text
    assert "break-on-call NAME|NUMBER [PID] [if CONDITION]" in text, text
    assert "No breakpoints or watchpoints." in text, text
