"""The end of the machine's work, as gdb hears of it: how the first program
ended, and no gdb that waits for ever."""

import re

import gdb_session
import pytest
import stub

# How the machine is booted, and what gdb says in the end.
ENDS = {
    "init=/bin/hello64": "exited normally",
    "init=/bin/mmap8_fault": "terminated with signal SIGSEGV",
    "init=/bin/hello64 exit=reboot": "exited normally",
    "init=/nosuch panic=poweroff": "terminated with signal SIGABRT",
}


@pytest.mark.parametrize("line", ENDS)
def test_the_stub_tells_the_end(line):
    with stub.StubMachine(f"gdbwait {line}") as machine:
        text = machine.gdb("continue", "continue", "continue")
    assert re.search(ENDS[line], text), text
    assert "The program is not being run." in text, text


def test_the_stub_tells_the_end_of_many_programs():
    with stub.StubMachine() as machine:
        gdb = machine.start_gdb("continue")
        machine.expect(stub.harness.PROMPT)
        machine.send("hello64\rmmap8_fault\rexit 3\r")
        machine.wait_end()
        text = gdb.communicate(timeout=stub.GDB_LIMIT)[0]
    assert "exited with code 03" in text, text


def test_who_has_left_a_halted_machine_may_come_again():
    with stub.StubMachine("gdbwait init=/bin/hello64 exit=halt") as machine:
        text = machine.gdb("break sys_exit_group", "continue", "continue")
        assert "exited normally" in text, text
        text = machine.gdb("bt", "monitor dmesg 1", "x/i sys_exit_group",
                           "detach")
    assert "machine_end" in text and "halted" in text, text
    assert "int3" not in text, text


OFF = "The machine is off: first program ended: "


def test_qemu_tells_the_end():
    """The machine is kept when it is off, as `make debug` does."""
    with gdb_session.Machine(program="/bin/mmap8_fault",
                             extra=("-no-shutdown",)) as machine:
        text = machine.gdb("continue", "continue", "stepi", "dmesg 1")
    assert text.count(f"{OFF}signal 11. Its memory can be read.") == 1, text
    assert text.count(f"{OFF}signal 11. `monitor system_reset`") == 2, text
