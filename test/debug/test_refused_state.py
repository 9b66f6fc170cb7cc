"""What a process gets back with the CPU and the CPU refuses: gdb damages it
while the process waits for its child. The kernel goes on, and the process has
0 for a selector or a base, and SIGSEGV for its vector registers."""

import re

from gdb_session import Machine

# The shell waits for its child, which ends now.
PROGRAM = "init=/init -- /bin/sh -c malloc_test"
MOMENT = ("break process_exit", "continue", "set $shell = $current(2)->leader")

# A task's descriptor, a code segment that ring 3 may not have, one past the
# table's end, and one of a table that is not there.
SELECTORS = {"ds": 0x43, "es": 0x13, "fs": 0x1003, "gs": 0x87}


def run(*damage):
    """What gdb says before the shell goes on with its DAMAGE, and the log of
    what happens then."""
    line = f"{Machine.options} {PROGRAM}"
    with Machine(command_line=line, cpu="max") as machine:
        text = machine.gdb(
            *MOMENT, *(f"set var $shell->cpu.{name} = {value}"
                       for name, value in damage),
            "break context_switch if this_cpu()->thread == $shell",
            "continue", "info registers", "delete", "continue")
        return text, (machine.folder / "log").read_text()


def test_selectors_become_0():
    text, log = run(*((f"segments.{name}", value)
                      for name, value in SELECTORS.items()))
    for name in SELECTORS:
        assert re.search(rf"^{name} +0x0 ", text, re.MULTILINE), text
    assert "first program ended: exit status 0" in log, text + log


def test_vector_registers_are_a_signal():
    text, log = run(("fpu->header.xcomp_bv", 1))
    assert "(sh): its vector registers can't be restored" in log, text + log
    assert "first program ended: exit status 139" in log, text + log
