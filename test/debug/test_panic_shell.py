"""After a panic that halts: the monitor's commands on the console."""

import re

import pytest
import stub
from machine import INITRD, KERNEL, qemu

PROMPT = "panic> "
KEYS = {"\n": "ret", " ": "spc"}


@pytest.fixture
def machine():
    settings = qemu.Settings(kernel=KERNEL, initrd=INITRD,
                             command_line="init=/nosuch")
    with stub.harness.Boot(settings) as booted:
        booted.expect("PANIC: the first program /nosuch can't be run")
        booted.expect(PROMPT)
        yield booted


def ask(machine, command):
    machine.send(command + "\r")
    machine.expect("\r\n")
    return machine.expect(PROMPT).replace("\r\n", "\n")


def test_commands(machine):
    kmain = stub.symbols()["kmain"]
    for command, wanted in (
            ("help", r"bytemap +\[FROM \[COUNT\]\] +large pages"),
            ("procs", r"^ +1 "),
            ("cpus", r"cpu0: kernel, at 0x\w+ gdb_panic_shell"),
            ("regs", r"cr3      [0-9a-f]{16}"),
            ("modules", r"-[0-9a-f]{12} "),
            ("dmesg 100", r"PANIC: the first program.*called by:"),
            ("bytemap 0 64", r"^\d+ large pages(.*\n){2}000000000000 s"),
            ("frames", r"KiB of RAM"),
            ("check", r"byte map and frames: sound"),
            (f"pt {kmain:#x}", rf"{kmain:#x} is at physical 0x\w+"),
            ("irq", r"^(IRQ.*\n)*$"),
            ("msr 0xc0000080", "0xc0000080 0{13}d01"),
            ("page -physical 0x1000", "large page 0: "),
            ("page 0x1000", "nothing is mapped at 0x1000"),
            ("page -physical 0xfffffffffffff000", r"large page \d+: ' '"),
            ("selftest", r"4 of 4\n"),
            ("nosuch", "no such command; `help` lists them"),
            ("", r"^$"),
            ("pagg\b\x7fgee\x7f 0", "mapped at 0\n")):
        assert re.search(wanted, ask(machine, command), re.DOTALL), command


def test_it_ends_when_told_to(machine):
    machine.send("poweroff\r")
    machine.wait_end()


def test_the_keyboard_works_without_interrupts(machine):
    machine.wait_screen(PROMPT.strip())
    for key in "stats\n":
        machine.execute("send-key", keys=[
            {"type": "qcode", "data": KEYS.get(key, key)}])
    machine.wait_screen("0 packets, 0 bad")


def test_only_a_halt_waits():
    settings = qemu.Settings(kernel=KERNEL, initrd=INITRD,
                             command_line="init=/nosuch panic=poweroff")
    with stub.harness.Boot(settings) as booted:
        booted.wait_end()
        assert PROMPT not in booted.output()
