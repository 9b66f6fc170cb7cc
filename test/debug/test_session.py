"""The session of make debug, from the first 32-bit instruction into a program
and back, on QEMU's stub."""

import re

from gdb_session import OPTIONS, Machine, StubMachine
from machine import INITRD, KERNEL, ROOT, iso

SESSION = ROOT / "test/debug/session.py"
MULTIBOOT2 = 0x36d76289


def facts(text):
    """What session.py says, as a dict."""
    return dict(re.findall(r"^session: (.+?): (.*)$", text, re.MULTILINE))


def has_in_order(text, *names):
    """Are NAMES in TEXT, in this order, others between them?"""
    words = iter(text.split())
    return all(name in words for name in names)


def test_session_on_qemu():
    with Machine(program="/bin/malloc_test") as machine:
        text = machine.gdb("thbreak *boot_start", "continue",
                           "hbreak kmain", "continue", "delete",
                           scripts=[SESSION])
    seen = facts(text)
    assert seen.get("end") == "reached", text
    assert "FAILED" not in text and "Python Exception" not in text, text
    assert "warning" not in text, text
    assert seen["first program"] == "first_program_start kmain upper_half"
    assert seen["main"].startswith("main")
    assert seen["main's argument"] == "1"
    assert "malloc_test" in seen["program"]
    assert seen["syscall"].startswith("syscall_dispatch_64 syscall_entry ")
    assert has_in_order(seen["syscall"], "brk", "malloc", "main")
    assert seen["its number"] == "12"
    inside = seen["syscall"].split(" ", 2)[2]
    assert seen["finish"] == f"syscall_entry {inside}"
    assert seen["before sysret"] == f"syscall_sysret {inside}"
    # The system call's function is inlined up to the instruction, so one
    # name less may be left behind it.
    assert inside.endswith(seen["after sysret"])
    assert has_in_order(seen["fault"], "aspace_fault", "trap_entry[save]",
                        "main")
    interrupted = seen["fault"].split("trap_entry[save] ")[1]
    assert seen["after iretq"].endswith(interrupted)
    assert seen["where the fault was"] == "True"
    assert has_in_order(seen["watchpoint"], "aspace_fault", "main")
    assert seen["check memory"] == "All rules hold."
    assert seen["current"] == "1"


def test_session_is_the_same_on_both_stubs():
    """The same script, the same back traces."""
    with Machine(program="/bin/malloc_test") as machine:
        on_qemu = machine.gdb("thbreak kmain", "continue", scripts=[SESSION])
    with StubMachine(program="/bin/malloc_test") as machine:
        on_stub = machine.gdb(scripts=[SESSION])
    assert facts(on_stub).get("end") == "reached", on_stub
    assert facts(on_stub) == facts(on_qemu)


def test_code_of_three_modes():
    """32-bit code before the switch, 64-bit code behind it, low and high."""
    with Machine(program="/bin/hello64") as machine:
        text = machine.gdb("thbreak *boot_start", "continue", "x/4i $pc",
                           "thbreak *long_mode", "continue", "x/2i $pc",
                           "thbreak *upper_half", "continue", "x/i $pc", "bt",
                           "disassemble boot_start,+7")
    assert re.search(r"<boot_start>:\s+cli\n.*cld\n.*mov esp,0x\w+\n"
                     r".*mov ebp,eax\n", text), text
    assert re.search(r"<long_mode>:\s+xor +%eax,%eax\n.*mov +%eax,%ds", text)
    assert re.search(r"<upper_half>:\s+mov\w* +\$0xf+\w+,%rsp", text)
    assert "#0  upper_half () at boot/upper_half.asm" in text


# QEMU steps over the instruction behind `mov ss` too, mostly: no count is sure.
STEP_TO_UPPER_HALF = (
    "python exec(\"while int(gdb.parse_and_eval('(unsigned long)$pc')) < 2**32:"
    " gdb.execute('stepi')\")")


def test_steps_over_the_switch():
    """From the first 64-bit instruction to kmain, one instruction a time."""
    with Machine(program="/bin/hello64") as machine:
        text = machine.gdb(
            "thbreak *long_mode", "thbreak *boot_start", "continue",
            "continue", STEP_TO_UPPER_HALF, "info symbol $pc", "stepi 8", "bt")
    assert "jmp rax" in text, text
    assert "upper_half in section .text" in text, text
    assert "in kmain (magic=" in text and "upper_half ()" in text


def test_int80_goes_back_to_the_program():
    with Machine(program="/bin/hello_int80") as machine:
        text = machine.gdb("break int80_entry", "break syscall_dispatch_32",
                           "continue", "bt", "continue", "bt", "finish",
                           "thbreak *trap_return_iretq", "continue", "stepi",
                           "info symbol $pc")
    assert re.search(r"#0  int80_entry .*\n#1 .* in _start \(\)", text), text
    assert re.search(r"#0  syscall_dispatch_32 .*\n#1 .* in int80_entry .*\n"
                     r"#2 .* in _start \(\)", text), text
    assert "_start + " in text


def test_the_line_that_faulted():
    """gdb looks one byte before the address of an outer frame, which is right
    behind a call and wrong behind a fault."""
    with Machine(program="/bin/malloc_test") as machine:
        text = machine.gdb("break set_fence", "continue", "delete",
                           "tbreak aspace_fault", "continue", "bt")
    found = re.search(r"trap_entry.*\n#\d+ .* in (\w+) \(.* at "
                      r"user/lib/heap.c:(\d+)$", text, re.MULTILINE)
    assert found and found[1] == "set_fence", text
    lines = (ROOT / "user/lib/heap.c").read_text().splitlines()
    assert "fence = block" in lines[int(found[2]) - 1], text


def test_a_32_bit_program():
    """Its code is disassembled as what it is."""
    with Machine(program="/bin/hello32") as machine:
        text = machine.gdb("break _start", "continue", "x/3i $pc",
                           "p $cs")
    assert re.search(r"<_start>:\s+mov eax,0x4", text), text
    assert "= 35" in text


def test_symbols_follow_the_program():
    """The shell runs a program and goes on: each has its own main."""
    with Machine(command_line=f"{OPTIONS} init=/bin/sh -- -c crash"
                 ) as machine:
        text = machine.gdb(
            "break main", "continue", "info symbol main",
            "continue", "info symbol main", "delete", "tbreak process_exit",
            "continue", "tbreak process_exit", "continue",
            "info symbol main")
    assert re.findall(r"^main in section .text of .*/(\w+)$", text,
                      re.MULTILINE) == ["sh", "crash", "sh"], text


def test_a_breakpoint_hits_the_kernel_not_the_loader(tmp_path):
    """GRUB unpacks itself where many kernels are linked."""
    menu = iso.menu("init=/bin/hello64 log=com2", True, "multiboot2")
    image = iso.make_iso(tmp_path, KERNEL, INITRD, menu)
    with Machine(iso=image) as machine:
        text = machine.gdb("hbreak *boot_start", "continue", "p/x $eax",
                           "p/x $cr0")
    assert f"= 0x{MULTIBOOT2:x}" in text, text
