"""The sessions of DEBUGGING.md: what is typed there is understood."""

import re

import stub
from gdb_session import Machine
from machine import ROOT
from test_backwards import record, replay

MANUAL = (ROOT / "DEBUGGING.md").read_text()
COMMAND = re.compile(r"^\(gdb\) (.+)$", re.MULTILINE)
COMPLAINT = re.compile(
    r"No symbol|Undefined|[Cc]annot|Error|Exception|warning: Error|No stack|"
    r"not being run|ambiguous|There is no|Usage|No frame")


def commands(title):
    """What is typed in gdb in the chapter TITLE."""
    chapter = MANUAL.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return COMMAND.findall(chapter)


def assert_understood(text, *wanted):
    assert not COMPLAINT.search(text), text
    for words in wanted:
        assert words in text, f"no {words} in\n{text}"


def test_session_in_qemu():
    with Machine(program="/bin/malloc_test") as machine:
        text = machine.gdb("thbreak *boot_start", "continue",
                           *commands("In QEMU"))
    assert_understood(text, "upper_half", "large pages of 2 MiB",
                      "process 1 (malloc_test) at 0x401020", "in malloc (",
                      "All rules hold.")


def test_session_over_a_serial_line():
    with stub.StubMachine("gdbwait init=/bin/malloc_test") as machine:
        text = machine.gdb(*commands("Over a serial line"))
        machine.wait_end()
    assert_understood(text, "Reading /bin/malloc_test from remote target",
                      "in malloc (", "r-xp", "large pages of 2 MiB",
                      "detached")


def test_session_backwards(tmp_path):
    record(tmp_path / "it")
    text = replay(tmp_path / "it", *commands("Backwards"))
    assert_understood(text, "in sys_munmap (", "$1 = ", "sys_mmap (address=0, "
                      "length=8")
