"""Breakpoints and calls in programs as students compile them (-g -O0), on both
stubs: a breakpoint stops once, behind the prologue, and what gdb calls comes
back."""

import re
import subprocess

import gdb_session
import pytest
import stub
from machine import ROOT, cpio

SOURCE = ROOT / "test/debug/calls.c"
PROGRAM = "/bin/calls"
KINDS = {"static": ["-static"], "pie": ["-static-pie"],
         "32-bit": ["-m32", "-static"]}
UNWIND = "set unwindonsignal on"
# In the program; then where marker calls write, in the kernel.
CALLS = ("print leaf(3)", "print nested(4)", "finish", UNWIND,
         "print leaf(20)", "print bad(0)", "print leaf(21)")
KERNEL_CALLS = ("delete", "break sys_write", "continue", "print errno_name(2)",
                "print errno_name(3)", UNWIND,
                "print ((long (*)(long))0x10)(1)", "print errno_name(4)",
                "info symbol $pc")


def build(folder, kind):
    """The program, and an initrd that has it."""
    program = folder / "calls"
    subprocess.run(["gcc", "-g", "-O0", *KINDS[kind], "-o", program, SOURCE],
                   check=True)
    (folder / "initrd").write_bytes(
        cpio.archive({PROGRAM: program.read_bytes()}))
    return program


def on_qemu(folder, *commands):
    with gdb_session.Machine(program=PROGRAM, initrd=folder / "initrd",
                             memory="128M") as machine:
        return machine.gdb(f"set brix-programs {folder / 'calls'}", *commands)


def on_stub(folder, *commands):
    with stub.StubMachine(f"gdbwait init={PROGRAM}",
                          initrd=folder / "initrd") as machine:
        return machine.gdb(*commands)


def assert_in_order(text, *wanted):
    at = 0
    for words in wanted:
        found = text.find(words, at)
        assert found >= 0, f"no {words} behind the others in\n{text}"
        at = found + len(words)


@pytest.mark.parametrize("kind", KINDS)
def test_breakpoints_on_qemu(tmp_path, kind):
    build(tmp_path, kind)
    text = on_qemu(tmp_path, "break main", "break marker", "continue",
                   "continue", "continue")
    assert re.findall(r"^Breakpoint \d, (\w+ \(.*\)) at", text, re.M) == [
        "main ()", "marker (a=5)", "marker (a=7)"], text


@pytest.mark.parametrize("kind", ["static", "pie"])
def test_breakpoints_on_the_stub(tmp_path, kind):
    build(tmp_path, kind)
    text = on_stub(tmp_path, "break main", "break marker", "continue",
                   "continue", "continue")
    assert re.findall(r"hit Breakpoint \d, (\w+ \(.*\)) at", text) == [
        "main ()", "marker (a=5)", "marker (a=7)"], text


def assert_calls(text):
    assert_in_order(text, "marker (a=5)", "$1 = 6", "marker (a=4)",
                    "stopped while in a function called from GDB",
                    "Value returned is $2 = 5", "$3 = 40")


@pytest.mark.parametrize("kind", ["static", "pie"])
def test_calls_on_the_stub(tmp_path, kind):
    build(tmp_path, kind)
    text = on_stub(tmp_path, "break marker", "continue", *CALLS)
    assert_calls(text)
    assert_in_order(text, "$3 = 40", "SIGSEGV", "bad (where=0x0)",
                    "restored the context", "$4 = 42")


def test_calls_on_qemu(tmp_path):
    """A fault of what is called ends the program there: QEMU's stub hears of
    no signals."""
    build(tmp_path, "static")
    assert_calls(on_qemu(tmp_path, "break marker", "continue", *CALLS[:5]))


def test_calls_of_the_kernel(tmp_path):
    build(tmp_path, "static")
    for text in (on_stub(tmp_path, *KERNEL_CALLS[1:]),
                 on_qemu(tmp_path, *KERNEL_CALLS[1:5])):
        assert_in_order(text, 'sys_write (fd=1', '"ENOENT"', '"ESRCH"')
    text = on_stub(tmp_path, *KERNEL_CALLS[1:])
    assert_in_order(text, '"ESRCH"', "SIGSEGV", "restored the context",
                    '"EINTR"', "sys_write")
