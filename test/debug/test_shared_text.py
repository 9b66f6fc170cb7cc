"""Breakpoints are in the program that they were set in, and in no other that
runs the same file, nor in a copy that fork made, nor in the file."""

import re
import subprocess

import gdb_session
from machine import ROOT, cpio

INT3 = 0xCC


def test_breakpoints_stay_in_their_program(tmp_path):
    program = tmp_path / "shared_text"
    subprocess.run(["gcc", "-g", "-O1", "-static", "-o", program,
                    ROOT / "test/debug/shared_text.c"], check=True)
    initrd = tmp_path / "initrd"
    initrd.write_bytes(cpio.archive({"/shared_text": program.read_bytes()}))
    with gdb_session.StubMachine(program="/shared_text",
                                 initrd=initrd) as machine:
        text = machine.gdb("hbreak first_program_start", "continue", "delete",
                           "break stop_here", "continue", "continue",
                           "print child_status >> 8", "print in_file",
                           "print child_status & 255",
                           "print copy_status >> 8",
                           "print copy_status & 255", "kill")
    seen, in_file, signal, copied, copy_signal = (int(value) for value in re.findall(
        r"^\$\d+ = (\d+)$", text, re.MULTILINE))
    assert text.count("hit Breakpoint 2, stop_here") == 2, text
    assert seen == in_file != INT3 and signal == 0, text
    assert copied == in_file and copy_signal == 0, text
