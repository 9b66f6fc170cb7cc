"""A process that does not run, looked at on QEMU, on the kernel's stub and in a
core file: the shell waits for the program that ends now, and that has taken
many turns of the CPU."""

import re

from gdb_session import Machine, StubMachine, gdb_on_core

PROGRAM = "init=/bin/sh -- -c malloc_test"
MOMENT = ("break process_exit", "continue")
LOOK = ("echo look\\n", "info procs", "bt-process 1", "info symbol main",
        "echo end\\n")

EXPECTED = re.compile(r"""
 +1 +0 waiting .* sh
 +2 +1 running .* malloc_test
(#\d+ .* in (?:switch_to|thread_block) .*
)+#\d+ +.* in thread_wait \(queue=.*\) at kernel/thread/wait.c:\d+
(#.*
)+#\d+ +0x\w+ in syscall_dispatch_64 \(frame=0x\w+\) at kernel/syscall/syscall_64.c:\d+
#\d+ +0x\w+ in syscall_entry \(\) at kernel/x86/syscall_entry.asm:\d+
(#.* at user/.*
)*#\d+ +0x\w+ in jobs_wait \(\) at user/sh/jobs.c:\d+
main in section .text of \S+malloc_test$""", re.MULTILINE)


def looked(text):
    return text.partition("look\n")[2].partition("end\n")[0]


def test_on_qemu_and_in_a_core_file(tmp_path):
    core = tmp_path / "core"
    with Machine(command_line=f"{Machine.options} {PROGRAM}") as machine:
        live = machine.gdb(*MOMENT, *LOOK, f"dump-machine {core}")
    assert EXPECTED.search(looked(live)), live
    assert looked(gdb_on_core(core, *LOOK)) == looked(live)


def test_on_the_stub():
    with StubMachine(command_line=f"{StubMachine.options} {PROGRAM}"
                     ) as machine:
        text = machine.gdb(*MOMENT, *LOOK)
    assert EXPECTED.search(looked(text)), text


def test_a_process_that_has_not_run():
    with Machine(program="/bin/hello64") as machine:
        text = machine.gdb("hbreak thread_start", "continue", "bt-process 1",
                           "finish", "bt-process 1")
    assert re.search(r"It has not been started yet\.\n(.*\n)+"
                     r"It has not run yet: it begins at 0x401000\.", text), text


def test_the_line_that_faults():
    """One instruction a line: the line before is another one."""
    commands = ("hbreak first_program_start", "continue",
                "break sys_munmap", "continue", "delete",
                "break aspace_fault", "continue", "bt-program", "bt",
                "info line *((struct trap_frame *)$current()->leader->stack_end - 1)"
                "->rip", "kill")
    for machine_type in (Machine, StubMachine):
        with machine_type(program="/bin/mmap8_fault") as machine:
            text = machine.gdb(*commands)
        line = re.search(r"^Line (\d+) of", text, re.MULTILINE)
        told = re.findall(r"in _start \(\) at user/mmap8_fault.asm:(\d+)", text)
        assert line and told[-2:] == [line[1]] * 2, text
