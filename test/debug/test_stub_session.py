"""Sessions with gdb itself on the kernel's stub."""

import re
import time

import pytest
import stub
from machine import INITRD, KERNEL, ROOT, qemu

STOP_TIME = 1  # seconds, for a machine to take a byte
SYSTEM_CALLS = 100


def test_plain_gdb_debugs_kernel_and_program():
    """No script at all: source lines of the kernel, then of a program whose
    symbols come over the line."""
    with stub.StubMachine("gdbwait norandmaps init=/bin/malloc_test") as machine:
        text = machine.gdb(
            "break first_program_start", "continue", "bt", "watch last_tid",
            "continue", "bt", "finish", "next", "delete", "break main",
            "continue", "bt", "info sharedlibrary", "next",
            "step", "info locals", "finish", "print argc", "info threads",
            "print/x $cs", "monitor maps",
            "x/3i $pc", "detach")
        machine.wait_end()
    for wanted in (r"Breakpoint 1, first_program_start \(\) at kernel/",
                   r"#1 .* in kmain \(", "#2 .* upper_half",
                   r"Hardware watchpoint \d+: last_tid", "New value = 1",
                   r"Reading /bin/malloc_test from remote target",
                   r"hit Breakpoint \d+, main \(argc=1",
                   r"Yes +target:/bin/malloc_test",
                   r"example_first_fit \(\) at user/malloc_test.c",
                   r"Thread 1001 \"malloc_test\[1\]\" \(running on cpu0\)",
                   r"\$\d+ = 0x33", r"000000401000-.* r-xp"):
        assert re.search(wanted, text), f"no {wanted} in\n{text}"


def test_a_program_that_may_be_anywhere():
    with stub.StubMachine("gdbwait init=/bin/hello_pie") as machine:
        text = machine.gdb("break _start", "continue", "info symbol $pc",
                           "x/i $pc", "detach")
    assert re.search(r"_start.* in section \.text of target:/bin/hello_pie",
                     text), text


def test_a_program_of_32_bits():
    """gdb takes no i386 library with a 64-bit machine, so it is told of none;
    a file of symbols can be added by hand."""
    symbols = ROOT / "build/user/hello32"
    with stub.StubMachine("gdbwait init=/bin/hello32") as machine:
        text = machine.gdb("break schedule_begin", "continue",
                           f"add-symbol-file {symbols}", "break _start",
                           "continue", "info symbol $pc", "print/x $cs",
                           "detach")
    assert "_start in section .text" in text and "= 0x23" in text, text


def test_break_at_a_system_call_a_hundred_times():
    place = stub.symbols()["syscall_dispatch_64"]
    with stub.StubMachine("gdbwait init=/bin/malloc_test") as machine:
        client = machine.client()
        client.connect()
        client.break_at(place)
        for _ in range(SYSTEM_CALLS):
            assert "swbreak:;" in client.go()
            assert client.register(stub.RIP) == place
        client.ask("D")
        machine.wait_end()
        assert "checks" in machine.output()


def test_an_interrupt_before_anybody_has_asked():
    """It stops the machine, and nobody is told."""
    with stub.StubMachine("") as machine:
        machine.wait_door()
        machine.expect(stub.harness.PROMPT)
        client = machine.client()
        client.send_raw(b"\x03")
        assert client.receive_raw(STOP_TIME) == b""
        assert client.connect().startswith("T02")
        client.ask("D")
        machine.send("echo alive\r")
        machine.expect("\nalive")


def test_an_interrupt_before_the_machine_goes_on():
    """gdb sends ^C first when it is pressed early. It is not lost, whatever
    way to go on comes after it."""
    ways = "vCont;c", "vCont;s:1;c", "vCont;r0,ffffffffffffffff:1;c"
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        for way in ways:
            here = client.register(stub.RIP)
            client.send_raw(b"\x03")
            assert client.ask(way).startswith("T02")
            assert client.register(stub.RIP) == here
        client.send(ways[-1])
        assert client.interrupt().startswith("T02")
        assert client.ask("D") == "OK"
        machine.expect(stub.harness.PROMPT)


def test_gdb_attaches_to_a_running_kernel():
    with stub.StubMachine("") as machine:
        machine.wait_door()
        machine.expect(stub.harness.PROMPT)
        text = machine.gdb("info threads", "bt", "detach")
        assert "init[1]" in text and "idle" in text, text
        machine.send("echo alive\r")
        machine.expect("\nalive")


def test_reconnect_after_a_killed_gdb():
    """Its breakpoints were planted; the next gdb finds them gone."""
    with stub.StubMachine("") as machine:
        machine.wait_door()
        machine.expect(stub.harness.PROMPT)
        for _ in range(2):
            first = machine.start_gdb("break sys_brk", "continue")
            for line in first.stdout:
                if "Breakpoint 1 at" in line:
                    break
            time.sleep(0.5)
            first.kill()
            first.communicate()
        text = machine.gdb("x/2i sys_brk", "info breakpoints", "detach")
        assert "int3" not in text and "No breakpoints" in text, text
        machine.send("malloc_test\r")
        machine.expect("checks")


def test_panic_stops_in_gdb():
    """After the panic screen; then the machine ends as it would have."""
    with stub.StubMachine("gdbwait init=/nosuch panic=poweroff") as machine:
        text = machine.gdb("continue", "bt", "continue")
        machine.wait_end()
        said = machine.output()
    assert "SIGABRT" in text, text
    assert re.search(r"panic \(.*first_program_start.*kmain", text,
                     re.DOTALL), text
    assert re.search(r"PANIC: the first program /nosuch can't be run.*"
                     r"called by:.*first_program_start\+0x.*kmain\+0x", said,
                     re.DOTALL), said


def test_a_debugger_may_come_after_the_panic():
    with stub.StubMachine("init=/nosuch") as machine:
        machine.wait_door()
        machine.expect("halted")
        text = machine.gdb("bt", "detach")
    assert re.search(r"panic \(.*first_program_start.*kmain", text,
                     re.DOTALL), text


def test_panic_without_a_debugger_names_functions():
    settings = qemu.Settings(kernel=KERNEL, initrd=INITRD,
                             command_line="init=/nosuch panic=poweroff")
    with stub.harness.Boot(settings) as machine:
        machine.wait_end()
        said = machine.output()
    assert re.search(r"[0-9a-f]{16}  first_program_start\+0x.*"
                     r"[0-9a-f]{16}  kmain\+0x", said, re.DOTALL), said


def stop_at_a_fault(machine):
    """A client of a machine whose rip leads nowhere; and where it was."""
    client = machine.client()
    client.connect()
    place = stub.symbols()["first_program_start"]
    client.break_at(place)
    client.go()
    client.clear(place)
    client.set_register(stub.RIP, 0x1234)
    assert client.go().startswith("T0b")
    assert client.register(stub.RIP) == 0x1234
    return client, place


def test_a_kernel_fault_can_be_put_right():
    with stub.StubMachine() as machine:
        client, place = stop_at_a_fault(machine)
        client.set_register(stub.RIP, place)
        client.send("vCont;c")
        machine.expect(stub.harness.PROMPT)


@pytest.mark.parametrize("command", ["poweroff", "reboot"])
def test_the_end_is_answered_before_it_comes(command):
    with stub.StubMachine("") as machine:
        machine.expect(stub.harness.PROMPT)
        client = machine.client()
        client.send_raw(b"\x03")
        client.connect()
        client.monitor(command)
        machine.wait_end()


def test_a_kernel_fault_passed_on_is_a_panic():
    with stub.StubMachine("gdbwait panic=poweroff") as machine:
        client, _ = stop_at_a_fault(machine)
        client.send("vCont;C0b:1")
        machine.expect("PANIC: page fault in the kernel")
        machine.expect("000000001234")
        machine.wait_end()
