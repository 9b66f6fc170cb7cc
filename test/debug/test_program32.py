"""Programs for i386 under a gdb that debugs an x86-64 machine, on both stubs:
breakpoints, back traces out of the C library and the kernel, arguments, local
variables, steps."""

import subprocess

import gdb_session
import pytest
import test_session
from machine import ROOT, cpio

SOURCE = ROOT / "test/debug/program32.c"
SESSION = ROOT / "test/debug/session32.py"
PROGRAM = "/bin/program32"
KINDS = {
    "plain": ["-static", "-O0"],
    "optimised": ["-static", "-O2", "-fno-optimize-sibling-calls"],
    "no-frame-pointer": ["-static", "-O1", "-fomit-frame-pointer"],
    "dwarf-3": ["-static", "-O0", "-gdwarf-3", "-gstrict-dwarf"],
    "dwarf-4": ["-static", "-O2", "-fno-optimize-sibling-calls",
                "-gdwarf-4"],
    "pie": ["-static-pie", "-O0"],
}


@pytest.fixture(scope="module", params=KINDS)
def folder(request, tmp_path_factory):
    """With the program, and an initrd that has it."""
    folder = tmp_path_factory.mktemp("program32")
    program = folder / "program32"
    subprocess.run(["gcc", "-m32", "-g", *KINDS[request.param],
                    "-o", program, SOURCE], check=True)
    (folder / "initrd").write_bytes(
        cpio.archive({PROGRAM: program.read_bytes()}))
    return folder


def session(machine_type, folder, *before):
    with machine_type(program=PROGRAM, initrd=folder / "initrd") as machine:
        return machine.gdb(*before, f"set brix-programs {folder / 'program32'}",
                           scripts=[SESSION])


def test_a_session_on_both_stubs(folder):
    on_qemu = session(gdb_session.Machine, folder, "thbreak kmain", "continue")
    seen = test_session.facts(on_qemu)
    assert seen.get("end") == "reached" and "FAILED" not in on_qemu, on_qemu
    assert seen["main"].startswith("main"), on_qemu
    assert seen["argc"] == "1" and seen["its name"] == PROGRAM
    for what, wanted in (
            ("compare", ["compare", "qsort", "main"]),
            ("half", ["half", "main"]), ("behind half", ["main"]),
            ("deep", ["deep", "deep", "deep", "deep", "main"]),
            ("system call", ["syscall_dispatch_32", "int80_entry",
                             "_dl_sysinfo_int80"]),
            ("bt-program", ["_dl_sysinfo_int80", "write", "puts", "deep",
                            "deep", "deep", "deep", "main"]),
            ("back", ["_dl_sysinfo_int80", "puts", "deep", "main"]),
            ("finish", ["deep", "deep", "deep", "main"])):
        assert test_session.has_in_order(seen[what], *wanted), on_qemu
    assert seen["whole"] == "1" and seen["level"] == "2"
    on_stub = session(gdb_session.StubMachine, folder)
    assert test_session.facts(on_stub) == seen, on_stub
