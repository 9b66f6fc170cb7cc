"""A process as a thread of the stub: its program's registers and back trace,
also while the CPU's thread is in the kernel for it."""

import re
import subprocess

import gdb_session
import pytest
from machine import ROOT, cpio

PROGRAM = "/bin/program32"


@pytest.mark.parametrize("bits, dispatch, cs", [
    ("-m64", "syscall_dispatch_64", 0x33),
    ("-m32", "syscall_dispatch_32", 0x23)])
def test_the_program_behind_a_system_call(tmp_path, bits, dispatch, cs):
    program = tmp_path / "program32"
    subprocess.run(["gcc", bits, "-static", "-g", "-O0", "-o", program,
                    ROOT / "test/debug/program32.c"], check=True)
    initrd = tmp_path / "initrd"
    initrd.write_bytes(cpio.archive({PROGRAM: program.read_bytes()}))
    with gdb_session.StubMachine(program=PROGRAM, initrd=initrd) as machine:
        text = machine.gdb(
            f"set brix-programs {program}", "tbreak deep if level == 0",
            "continue", "print/x $fs_base", f"tbreak {dispatch}", "continue",
            "thread 2", "print/x $fs_base", "print/x $cs", "backtrace",
            "print $st0", "thread 1", "print/x $cs", "detach")
    values = re.findall(r"^\$\d+ = (.*)$", text, re.MULTILINE)
    assert values[0] == values[1], text
    assert values[2:] == [f"{cs:#x}", "0", "0x10"], text
    assert re.search(r"in write \(\)(.|\n)*in puts \(\)(.|\n)*"
                     r"deep \(level=0, text=0x\w+ \"/bin/program32\"\)(.|\n)*"
                     r"deep \(level=3, .*\n.* main \(argc=1, ", text), text
