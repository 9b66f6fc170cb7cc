"""Non-maskable interrupts: QEMU's `inject-nmi`, a button on a real machine. They
reach the debugger where ^C can't."""

import gdb_session
import stub
from machine import BUILD, INITRD, KERNEL, cpio, qemu

QUIET = 1  # seconds
WANTED, NMIS_MAX = 3, 500
LOOP = bytes.fromhex("faebfe")  # cli; jmp to itself
GOING_ON = "non-maskable interrupt, of no known reason, at rip"


def test_a_kernel_that_loops_with_interrupts_off():
    """gdb writes the loop over a function that nobody else runs."""
    symbols = stub.symbols()
    place, back = symbols["panic"], symbols["schedule_begin"]
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        client.break_at(back)
        client.go()
        client.clear(back)
        before = client.memory(place, len(LOOP))
        client.write(place, LOOP)
        client.set_register(stub.RIP, place)
        for _ in range(3):
            client.send("vCont;c")
            assert client.receive_raw() == b"+"
            client.send_raw(b"\x03")
            assert client.receive_raw(QUIET) == b""
            machine.execute("inject-nmi")
            assert client.receive().startswith("T02")
            assert client.register(stub.RIP) == place + 1
        client.write(place, before)
        client.set_register(stub.RIP, back)
        assert client.ask("D") == "OK"
        machine.expect(stub.harness.PROMPT)


def test_a_stopped_machine_takes_no_harm():
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        faults = client.monitor("stats").split(", ")[-1]
        for _ in range(3):
            machine.execute("inject-nmi")
            assert client.register(stub.CS) == 0x10
        assert client.monitor("stats").split(", ")[-1] == faults
        assert client.ask("D") == "OK"
        machine.expect(stub.harness.PROMPT)


def test_a_debugger_may_come_after_it():
    with stub.StubMachine("") as machine:
        machine.wait_door()
        machine.expect(stub.harness.PROMPT)
        machine.execute("inject-nmi")
        machine.expect("waiting for the debugger")
        text = machine.gdb("info threads", "detach")
        assert "init[1]" in text, text
        machine.send("echo alive\r")
        machine.expect("\nalive")


def test_without_a_debugger_it_is_logged():
    settings = qemu.Settings(kernel=KERNEL, initrd=INITRD)
    with stub.harness.Boot(settings) as machine:
        machine.expect(stub.harness.PROMPT)
        for _ in range(2):
            machine.execute("inject-nmi")
            machine.expect(GOING_ON)
        machine.send("echo alive\r")
        machine.expect("\nalive")




def start_base_of_kernel(folder):
    """A program whose GS base looks like the kernel's."""
    (folder / "initrd").write_bytes(cpio.archive({
        "/program":
            (BUILD / "test/programs/static/base_of_kernel").read_bytes()}))
    return stub.StubMachine("gdbwait init=/program", initrd=folder / "initrd")


def test_it_finds_the_kernels_base_where_gs_is_the_programs(tmp_path):
    """The stub, as all of the kernel, reaches what is the CPU's by GS."""
    entry = stub.symbols()["syscall_entry"]
    found = 0
    with start_base_of_kernel(tmp_path) as machine:
        client = machine.client()
        client.connect()
        client.send("vCont;c")
        machine.expect("begin")
        for _ in range(NMIS_MAX):
            machine.execute("inject-nmi")
            assert client.receive().startswith("T02")
            found += client.register(stub.RIP) == entry
            if found == WANTED:
                break
            client.send("vCont;c")
        assert found == WANTED
        assert client.ask("D") == "OK"
        machine.expect("kept")


def test_so_does_a_breakpoint(tmp_path):
    entry = stub.symbols()["syscall_entry"]
    with start_base_of_kernel(tmp_path) as machine:
        client = machine.client()
        client.connect()
        client.send("vCont;c")
        machine.expect("begin")
        assert client.interrupt().startswith("T02")
        client.break_at(entry)
        for _ in range(WANTED):
            assert client.go().startswith("T05")
            assert client.register(stub.RIP) == entry
        client.clear(entry)
        assert client.ask("D") == "OK"
        machine.expect("kept")


def test_the_hardwares_error_is_a_panic():
    """QEMU's register never has one: gdb, on QEMU's stub, answers for it."""
    options = f"{gdb_session.OPTIONS} panic=poweroff"
    with gdb_session.Machine(command_line=options) as machine:
        machine.gdb("thbreak schedule_begin", "continue", "break nmi_error",
                    "monitor nmi", "continue", "set confirm off",
                    "return 'kernel/report/trap_report.c'::names[2]", "continue")
        log = (machine.folder / "log").read_text()
    assert "PANIC: non-maskable interrupt" in log, log
