"""Every command of tools/gdb/, on QEMU, on a core file of the same moment (the
two say the same), and on the kernel's own stub: what they say has the form that
is expected. A field of a structure that has another name fails here."""

import re

import pytest
from gdb_session import Machine, StubMachine, gdb_on_core

# The moment: malloc_test has touched memory and asks the kernel for more.
MOMENT = ("break brk", "continue", "continue", "delete",
          "break syscall_dispatch_64", "continue")
SEPARATOR = "=== "
LINE_LIMIT = 300  # seconds, for four million digits over a serial line
HEX = r"0x[0-9a-f]+"

# Each command, and what its lines look like, one after the other.
EXPECTED = {
    "info bytemap": [
        rf"{HEX} \|[ .PKTsShR]{{32}}\|$", "32 large pages of 2 MiB:",
        r"  \. +\d+ free$", r"  s +\d+ split \(frames, some free\)$"],
    "info bytemap -physical 0x200000 0x600000": [
        rf"{HEX} \| s\.\|$", "2 large pages of 2 MiB:"],
    "info bytemap -diff": ["No page has changed"],
    "info frames": [
        r"Large pages: 32 in the map, \d+ free in it, \d+ in magazines, "
        r"\d+ split\.", r"Frames: \d+ of \d+ free\.", "Split, from the top:",
        rf"  {HEX} +\d+ of 512 free, first split for kernel, CPU 0 takes",
        "Magazines:"],
    "info procs": [
        " +PID PARENT STATE", rf" +1 +0 running +\d+ +\d+ KiB +{HEX}  malloc_"],
    "info areas": [
        r"Process 1 \(malloc_test\):", "  START +END +RIGHTS",
        rf"  0x0+400000 {HEX} r--p +4 KiB +\S+ \S+ +malloc_test$",
        rf"  {HEX} {HEX} r-xp .* malloc_test$",
        rf"  {HEX} {HEX} rw-p +132 KiB +\d+ KiB  \[stack\]$"],
    "info areas 1": [r"Process 1 \(malloc_test\):"],
    "info page byte_map": [
        f"Virtual address {HEX} of the kernel:",
        "  in byte_map in section .bss", f"Physical address {HEX}:",
        rf"  large page {HEX}: split \(frames, some free\), byte 0x44",
        r"  frame \d+ of it: allocated",
        f"  the kernel's own: 0x200000 to {HEX}, as boot said",
        f"  mapped by the kernel at {HEX}, byte_map in section .bss"],
    "info page $current()": [
        "  in the direct map", f"Physical address {HEX}:",
        "  struct process of process 1"],
    "info page -physical $current()->aspace->root": ["  pml4 of process 1, for add"],
    "info page $current()->aspace->areas.first": [
        "  [0-9]+ areas of process 1"],
    "info page frame": ["  in kernel stack of process 1"],
    "info page main 1": [
        rf"Virtual address {HEX} of process 1 \(malloc_test\):",
        f"Physical address {HEX}:",
        rf"  mapped by process 1 \(malloc_test\) at {HEX}, area {HEX} r-xp"],
    "info page main": [
        rf"Virtual address {HEX} of process 1 \(malloc_test\):"],
    "info page -physical 0x200000": [
        "Physical address 0x200000:", "  the kernel's own: 0x200000 to"],
    "info page 0x200000": [
        r"Nothing is mapped at 0x200000 of process 1 \(malloc_test\): no area "
        r"is there\. For physical memory say -physical 0x200000\.$"],
    "info page 0x7000000": [
        r"Nothing is mapped at 0x7000000 of process 1 .*: no area is there\.$"],
    "info page 0x400000": [
        r"Nothing is mapped at 0x400000 of process 1 .*: it is in an area, but "
        r"has not been touched yet\.$"],
    "info page 0xfffffffffffff000": [
        r"Nothing is mapped at 0xfffffffffffff000 of the kernel\.$"],
    "info page 0x1000000401000": [
        "There is no address 0x1000000401000 on x86-64"],
    "pagewalk 0x1000000401000": [
        "There is no address 0x1000000401000 on x86-64"],
    "info bytemap 0x200000": ["The byte map is of physical memory: info "],
    "info page 1 2 3": [r"info page ADDRESS \[PID\] \| -physical ADDRESS$"],
    "pagewalk kmain": [
        f"{HEX} by the page tables at {HEX}:",
        rf"  pml4 +\[511\] {HEX}  present write accessed$",
        rf"  pdpt +\[510\] {HEX}", rf"  pd +\[ *\d+\] {HEX}",
        rf"  pt +\[ *\d+\] {HEX}  present accessed global$",
        f"  physical address {HEX}, in a page of 4 KiB"],
    "pagewalk main 1": [rf"  pt +\[ *\d+\] {HEX}  present user accessed"],
    "pagewalk 0x10000 1": ["  not mapped"],
    "info gdt": [
        f"GDT at {HEX}:", r"  \[ 2\] 0x10  code, 64-bit    ring 0  base 0x0",
        r"  \[ 4\] 0x23  code, 32-bit    ring 3  base 0x0",
        rf"  \[ 8\] 0x40  TSS, busy       ring 0  base {HEX}  limit 0x67$",
        f"  stack of ring 0: {HEX}, kernel stack of process 1",
        f"  IST 1: {HEX}, double fault"],
    "info idt": [
        f"IDT at {HEX}:", r"  0x00 +divide +interrupt +0  the kernel's +trap_",
        r"  0x02 +nmi +interrupt +0  IST 2, nmi +trap_stubs\+32$",
        r"  0x20-0x2f +IRQ +interrupt +0 .* trap_stubs\+512$",
        r"  0x80 +int80 +interrupt +3 .* int80_entry$",
        r"  0x81-0xff +interrupt +0"],
    "stack-use": [
        r"  boot +16384 +[1-9]\d+ +\d+ %$", r"  IST 1, double fault +8192 +0 +0",
        r"  process 1 \(malloc_test\) +16384 +[1-9]\d+ +\d+ %$"],
    "bt-process 1": [r"#0 +syscall_dispatch_64 \(", r"#1 .* syscall_entry "],
    "bt-program": [r"#1 +0x\w+ in .*", r"#\d+ .*main \("],
    "bt-process 2": ["There is no process 2."],
    "check memory": [
        "Byte map and frames: sound", r"Process 1 \(malloc_test\): sound",
        "All rules hold."],
    "dmesg": [
        r"\[ +0.000000\] Brix ", r"\[ +\d.\d+\] first program: /bin/malloc"],
    "dmesg 1": [r"\[ +\d.\d+\] first program: /bin/malloc_test$"],
    "p $current()->pid": [r"\$\d+ = 1$"],
    "p $current(1)->leader->name": [r'\$\d+ = "malloc_test'],
    "bt": [r"#0 +syscall_dispatch_64 \(", r"#1 .* syscall_entry \(\)",
           r"#\d+ .* in malloc \(", r"#\d+ .*main \("],
    "help brix": [f"{name} -- " for name in (
        "break-on-page", "bt-process", "bt-program", "check memory", "dmesg",
        "dump-machine", "info areas", "info bytemap", "info frames",
        "info gdt", "info idt", "info page", "info procs", "last-write",
        "pagewalk", "stack-use")]
    + [r"\$current\(\[PID\]\) -- "],
}


def ask_all():
    """The words for gdb that run all commands, each behind a separator."""
    commands = []
    for command in EXPECTED:
        commands += [f"echo {SEPARATOR}{command}\\n", command]
    return commands + [f"echo {SEPARATOR}end\\n"]


def answers(text):
    """Command to what was said."""
    parts = text.split(SEPARATOR)[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2]
            for part in parts}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """(answers on QEMU, answers on the core file)."""
    core = tmp_path_factory.mktemp("core") / "core"
    with Machine(program="/bin/malloc_test") as machine:
        live = machine.gdb(*MOMENT, *ask_all(), f"dump-machine {core}")
    assert "core: " in live, live
    return answers(live), answers(gdb_on_core(core, *ask_all()))


@pytest.fixture(scope="module")
def said_by_stub():
    with StubMachine(program="/bin/malloc_test") as machine:
        return answers(machine.gdb(*MOMENT, *ask_all(),
                                   time_limit=LINE_LIMIT))


def check(text, command):
    at = 0
    for line in EXPECTED[command]:
        found = re.compile(line, re.MULTILINE).search(text, at)
        assert found, f"no {line!r} in order in\n{text}"
        at = found.end()


@pytest.mark.parametrize("command", EXPECTED)
def test_command(said, command):
    live, dead = said
    check(live.get(command, "nothing"), command)
    assert without_numbers(dead[command]) == without_numbers(live[command])


@pytest.mark.long  # all that memory comes over a serial line
@pytest.mark.parametrize("command", EXPECTED)
def test_command_on_stub(said_by_stub, command):
    check(said_by_stub.get(command, "nothing"), command)


def without_numbers(text):
    """Values in gdb's history have other numbers in another session."""
    return re.sub(r"\$\d+ =", "$ =", text)


def test_all_commands_are_known(said):
    listed = re.findall(r"^([a-z-]+(?: [a-z]+)?) -- ", said[0]["help brix"],
                        re.MULTILINE)
    tested = set(EXPECTED) | {"break-on-call", "break-on-page", "dump-machine", "last-write"}
    assert listed and all(any(command.startswith(name) for command in tested)
                          for name in listed), listed


BROKEN = {
    "byte_map.free_count = byte_map.free_count + 1":
        "the free count is the number of free bytes",
    "byte_map.state[20] = 2":
        "a page is in the index where its byte says free",
    "byte_map.state[21] = 3": "a page has one state",
    "byte_map.magazines_hold = 0":
        "magazines are closed when nothing says that they hold",
    "byte_map.runs.bound = 0":
        "a bound is at least the longest run that it bounds",
    "byte_map.split.level[0][0] = 0":
        "a split page is in the index or some CPU",
    "byte_map.frames[31].word[0] = -1": "a mapped page is allocated",
    "$current()->aspace->areas.first->end = 0x600000":
        "areas overlap or are out of order",
    "$current()->aspace->areas.totals.stack = 0":
        "the total of stack pages is wrong",
    "$current()->aspace->areas.root->rank = 9": "the tree is out of balance",
    "$current()->aspace->areas.last->flags = 0":
        "the total of stack pages is wrong",
}


@pytest.fixture(scope="module")
def broken():
    """What check memory and the kernel itself say after each break, which is
    then mended."""
    commands = list(MOMENT)
    for change in BROKEN:
        place = change.split(" = ")[0]
        commands += [f"set $kept = {place}", f"set var {change}",
                     f"echo {SEPARATOR}{change}\\n", "check memory",
                     "print validate_all()",
                     f"set var {place} = $kept"]
    with Machine(program="/bin/malloc_test") as machine:
        return answers(machine.gdb(*commands, f"echo {SEPARATOR}end\\n",
                                   "check memory", "print validate_all()"))


@pytest.mark.parametrize("change", BROKEN)
def test_check_memory_finds(broken, change):
    assert f"{BROKEN[change]}" in broken[change], broken[change]
    assert "All rules hold." in broken["end"]


@pytest.mark.parametrize("change", BROKEN)
def test_the_kernel_finds(broken, change):
    assert re.search(r'= 0x\w+ .*"[^"]+"', broken[change]), broken[change]
    assert "= 0x0" in broken["end"]


def test_break_on_page():
    """The frame of main's stack page: who takes it, who gives it back."""
    with Machine(program="/bin/malloc_test") as machine:
        text = machine.gdb(
            *MOMENT, "delete", "break frame_alloc", "continue", "finish",
            "delete", "break-on-page -physical $", "continue", "bt 3")
    assert re.search(rf"frame {HEX}: released", text), text
    assert "frame_free" in text


def test_break_on_the_page_of_a_virtual_address():
    with Machine(program="/bin/malloc_test") as machine:
        text = machine.gdb(*MOMENT, "break-on-page $sp", "delete",
                           "break-on-page 0x7ffffffffff0",
                           "break-on-page main 1", "continue", "bt 2")
    assert "Nothing is mapped at 0x7ffffffffff0 of process 1" in text, text
    assert text.count("physical address") == 2, text
    assert re.search(rf"frame {HEX}: released\n(.*\n)+#0", text), text


def test_break_on_large_page():
    with Machine(program="/bin/malloc_test") as machine:
        text = machine.gdb("hbreak schedule_begin", "continue",
                           "set var byte_map.state[29] = 1",
                           "break-on-page -physical 29*0x200000",
                           "break-on-page -physical 0x40000000", "info watchpoints")
    assert text.count("hw watchpoint") == 2, text
    assert "There is no memory at the physical address 0x40000000" in text


def test_diff_shows_what_has_changed():
    with Machine(program="/bin/malloc_test") as machine:
        text = machine.gdb(
            *MOMENT, "set style enabled on", "info bytemap -diff",
            "info bytemap", "set var byte_map.state[20] = 2",
            "info bytemap -diff")
    assert "Nothing to compare with" in text
    assert "0x00002800000  free -> used (program)" in text, text
    assert "\x1b[34;1;7mP\x1b[0m" in text


def test_before_paging_there_is_a_clear_message():
    with Machine(program="/bin/hello64") as machine:
        text = machine.gdb("thbreak *boot_start", "continue", "info bytemap",
                           "hbreak kmain", "continue", "info bytemap",
                           "info procs", "info areas", "p $current()")
    assert "Paging is off" in text
    assert "The byte map is not laid out yet" in text
    assert "No process runs yet" in text
    assert "(struct process *) 0x0" in text
