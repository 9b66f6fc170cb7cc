"""Input that is wrong: each is refused with words that say what is wrong, and
the kernel neither hangs nor crashes."""

import random

import elf_file
import pytest
from elf_file import BASE, PAGE, segment
from machine import BUILD, INITRD, program
from machine.qemu import Settings

OPTIONS = "log=com2 panic=poweroff"
U64 = 2 ** 64


def end_of(machine):
    """The log of a machine that goes off by itself."""
    machine.wait_end()
    return machine.log()


def test_no_module(boot):
    log = end_of(boot(initrd=None, command_line=OPTIONS))
    assert "PANIC:" in log and "initrd" in log


def test_no_module_is_said_on_the_console(boot):
    machine = boot(initrd=None, command_line="panic=poweroff")
    machine.expect("PANIC:")
    machine.wait_end()
    assert "initrd" in machine.output()


@pytest.mark.parametrize("size", [0, 1, 6, 109, 110, 113, 500, 5000, 0.5, 0.99])
def test_an_initrd_that_is_cut_off(boot, tmp_path, size):
    """SIZE bytes are left of it, or that part."""
    whole = INITRD.read_bytes()
    kept = size if isinstance(size, int) else int(len(whole) * size)
    path = tmp_path / "initrd"
    path.write_bytes(whole[:kept])
    log = end_of(boot(initrd=path, command_line=OPTIONS))
    assert "initrd" in log
    # What was whole before the cut may be there, or nothing; not half a file.
    assert "PANIC:" in log or "first program ended" in log


@pytest.mark.parametrize("data", [
    bytes(100_000), b"\xff" * 100_000, random.Random(2).randbytes(100_000),
    b"070701" + b"f" * 104 + bytes(1000)],
    ids=["zero", "ones", "random", "huge sizes"])
def test_an_initrd_that_is_none(boot, tmp_path, data):
    path = tmp_path / "initrd"
    path.write_bytes(data)
    log = end_of(boot(initrd=path, command_line=OPTIONS))
    assert "PANIC:" in log and "initrd" in log


def test_no_first_program(boot):
    log = end_of(boot(command_line=f"{OPTIONS} init=/bin/missing"))
    assert "PANIC:" in log and "/bin/missing" in log


def test_a_first_program_that_is_a_folder(boot):
    log = end_of(boot(command_line=f"{OPTIONS} init=/bin"))
    assert "PANIC:" in log and "/bin" in log


@pytest.mark.parametrize("option", ["nosuch", "nosuch=5", "loglevel=nosuch",
                                    "console=nosuch", "panic=", "==", '"'])
def test_options_that_are_wrong(hello, option):
    """They are named in the log, and Brix goes on without them."""
    machine = hello(append=option)
    if "nosuch" in option:
        assert "nosuch" in machine.log().split("\n", 1)[1]


def test_a_command_line_that_is_too_long(hello):
    hello(append="x" * 1000 + " " + "y=z " * 1000)


def test_arguments_that_are_too_long(tmp_path):
    """Linux gives the arguments a quarter of the stack's 8 MiB."""
    chosen = program.Program(
        name="/bin/hello64", image=(BUILD / "user/hello64").read_bytes(),
        arguments=["x" * 100_000] * 40, log=tmp_path / "log", time_limit=60)
    with open("/dev/null", "r+b") as null:
        end = program.run(chosen, Settings(), null.fileno(), null.fileno())
    status, message = program.exit_status(*end, chosen)
    assert status == program.FAILED
    assert "first program's arguments" in message and "E2BIG" in message


def test_an_initrd_larger_than_the_memory(boot, initrd):
    """QEMU loads it all the same, over its own ACPI tables, so that the
    machine cannot be switched off."""
    files = {"/init": elf_file.program(), "/large": bytes(24 * 1024 * 1024)}
    machine = boot(initrd=initrd(files), memory="16M", command_line=OPTIONS)
    machine.expect_log("PANIC:")
    assert "does not lie in RAM" in machine.log()


def test_an_initrd_that_fills_most_of_the_memory(boot, initrd):
    files = {"/init": elf_file.program(), "/large": bytes(24 * 1024 * 1024)}
    log = end_of(boot(initrd=initrd(files), memory="32M",
                      command_line=OPTIONS))
    assert "first program ended: exit status 0" in log


GOOD = elf_file.program()

# Files that Linux refuses, or ends by a signal before the first instruction.
WRONG = {
    "empty": b"",
    "magic alone": b"\x7fELF",
    "header cut off": GOOD[:40],
    "segments cut off": GOOD[:100],
    "text": b"echo this is no program\n",
    "wrong machine": elf_file.program(machine=183),
    "object file": elf_file.program(kind=1),
    "no segments": elf_file.program(segments=[]),
    "table past the end": elf_file.program(table=1 << 40),
    "table that wraps": elf_file.program(table=U64 - 56),
    "entry size 0": elf_file.program(segment_size=0),
    "entry size 57": elf_file.program(segment_size=57),
    "65535 segments": elf_file.program(count=65535),
    "offset past the end": elf_file.program([segment(offset=1 << 40)]),
    "offset that wraps": elf_file.program([segment(offset=U64 - PAGE)]),
    "more file than memory": elf_file.program([segment(size=100)]),
    "address unlike offset": elf_file.program([segment(BASE + 8)]),
    "wrapped": elf_file.program([segment(U64 - PAGE, size=2 * PAGE)]),
    "size that wraps": elf_file.program([segment(size=U64 - PAGE)]),
    "in the kernel": elf_file.program([segment(0xffffffff80000000)]),
    "not canonical": elf_file.program([segment(1 << 50)]),
    "interpreter": elf_file.program([segment(kind=elf_file.PT_INTERP),
                                     segment()]),
}

# Odd files: Linux runs some of them. Brix may, and must not be harmed.
ODD = {
    "huge": elf_file.program([segment(), segment(BASE + PAGE, 0, 0, 1 << 46)]),
    "wrong class": elf_file.program(ident_class=7),
    "32-bit class of a 64-bit file": elf_file.program(ident_class=1),
    "file past the end": elf_file.program([segment(file_size=1 << 30,
                                                   size=1 << 30)]),
    "overlapping": elf_file.program([segment(), segment()]),
    "overlapping in part": elf_file.program(
        [segment(size=3 * PAGE), segment(BASE + PAGE, flags=6)]),
    "out of order": elf_file.program([segment(BASE + PAGE), segment()]),
    "alignment 3": elf_file.program([segment(alignment=3)]),
    "alignment 2^63": elf_file.program([segment(alignment=1 << 63)]),
    "at address 0": elf_file.program([segment(0)]),
    "entry outside": elf_file.program(entry=0x10),
    "entry not canonical": elf_file.program(entry=1 << 63),
    "entry in the kernel": elf_file.program(entry=0xffffffff80000000),
    "no rights": elf_file.program([segment(flags=0)]),
    "not executable": elf_file.program([segment(flags=4)]),
    "4 GiB of zeroes": elf_file.program([segment(),
                                         segment(BASE + PAGE, 0, 0, 1 << 32)]),
}


def test_a_right_program_runs(boot, initrd):
    """The control: what elf_file makes is a program."""
    machine = boot(initrd=initrd({"/init": GOOD}), command_line=OPTIONS)
    assert "first program ended: exit status 0" in end_of(machine)


def run_script(boot, initrd, programs):
    """Boots a shell that tries to start each of PROGRAMS."""
    names = {f"p{number}": image for number, image in enumerate(programs)}
    shell = (BUILD / "initrd/bin/sh").read_bytes()
    commands = "; ".join([f"/{name}" for name in names] + ["echo alive"])
    arguments = f"-c\0{commands}\0".encode()
    machine = boot(
        initrd=initrd({"/init": shell, "/args": arguments, **names}),
        command_line=f"{OPTIONS} args=/args")
    machine.wait_end()
    return machine


def test_a_shell_survives_wrong_programs(boot, initrd):
    machine = run_script(boot, initrd, WRONG.values())
    assert "alive" in machine.output()
    assert "first program ended: exit status 0" in machine.log()


def test_a_shell_survives_odd_programs(boot, initrd):
    machine = run_script(boot, initrd, ODD.values())
    assert "alive" in machine.output()


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_first_program(boot, initrd, name):
    machine = boot(initrd=initrd({"/init": WRONG[name]}), command_line=OPTIONS)
    log = end_of(machine)
    is_refused = "PANIC:" in log and "/init" in log
    assert is_refused or "first program ended: signal" in log


@pytest.mark.parametrize("name", ODD)
def test_an_odd_first_program(boot, initrd, name):
    machine = boot(initrd=initrd({"/init": ODD[name]}), command_line=OPTIONS)
    log = end_of(machine)
    assert "PANIC:" in log or "first program ended" in log
