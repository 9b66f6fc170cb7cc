"""The stub in the machine, spoken to in raw packets."""

import pytest
import stub

# A packet as it is on the line, and what the line must carry back.
RAW = [
    (b"$qC#b4", b"+$QC1#c5"),
    (b"noise$qC#b4", b"+$QC1#c5"),
    (b"$qC#b5$qC#b4", b"-+$QC1#c5"),  # a wrong checksum, then the right one
    (b"$m12,$qC#b4", b"+$QC1#c5"),  # begun anew in the middle
    (b"$qC#B4", b"+$QC1#c5"),
    (b"$#00", b"+$#00"),
    (b"\x00\xff#$$$qC#b4", b"+$QC1#c5"),
]


@pytest.fixture
def machine():
    with stub.StubMachine() as running:
        yield running


@pytest.fixture
def client(machine):
    connected = machine.client()
    connected.connect()
    yield connected
    connected.close()


@pytest.fixture(scope="module")
def symbols():
    return stub.symbols()


def receive_exactly(client, wanted):
    data = b""
    while len(data) < len(wanted):
        more = client.receive_raw()
        assert more, f"{data} is not {wanted}"
        data += more
    assert data == wanted


def test_framing(client):
    client.received = b""
    client.receive_raw(0.2)
    for packet, answer in RAW:
        client.send_raw(packet)
        receive_exactly(client, answer)
        client.send_raw(b"+")
    assert client.ask("qC") == "QC1"


def test_negative_acknowledgement_sends_again(client):
    client.receive_raw(0.2)
    client.send_raw(b"$qC#b4")
    receive_exactly(client, b"+$QC1#c5")
    client.send_raw(b"-")
    receive_exactly(client, b"$QC1#c5")
    client.send_raw(b"+")
    assert "1 sent again" in client.monitor("stats")


def test_a_packet_that_is_too_long(client):
    assert client.ask("m" + "0" * 5000) == "E16"
    assert client.ask("qC") == "QC1"


def test_a_new_session_after_one_without_acks(machine, client):
    """gdb's disconnect says nothing; the next one begins with acks."""
    assert client.ask("QStartNoAckMode") == "OK"
    client.has_acks = False
    assert client.ask("qC") == "QC1"
    client.close()
    again = machine.client()
    again.connect()
    assert again.ask("qC") == "QC1"
    again.close()


def test_any_address_may_be_asked_for(client):
    for address in (0, 0x1000, 0x7ffffffff000, 0x800000000000,
                    0xffff7fffffffffff, 0xfffffffffffffff8,
                    0xffff900000000000, 0xffffd00000000000):
        for size in range(1, 9):
            data = client.memory(address, size)
            assert data is None or len(data) <= size, hex(address)
    for address in (0x800000000000, 0xffff7fffffffffff, 0xffffd00000000000):
        assert client.ask(f"m{address:x},8") == "E0e"
        assert client.ask(f"M{address:x},1:00") == "E0e"


def test_memory_ends_where_it_ends(client, symbols):
    """A read that begins in the image and runs over its end is cut short."""
    end = symbols["data_end"]
    assert client.memory(end - 4, 4) is not None
    assert len(client.memory(end - 4, 64)) in range(4, 65)


def test_text_is_written_and_breakpoints_are_hidden(client, symbols):
    at = symbols["first_program_start"]
    before = client.memory(at, 16)
    client.break_at(at)
    assert client.memory(at, 16) == before
    client.write(at, before)
    assert client.memory(at, 16) == before
    reply = client.go()
    assert reply.startswith("T05") and "swbreak:;" in reply
    assert client.register(stub.RIP) == at
    client.clear(at)
    assert client.memory(at, 16) == before


def test_registers_are_written(client):
    for number in range(16):
        if number != stub.RSP:
            value = 0x0123456789abcdef ^ number
            old = client.register(number)
            client.set_register(number, value)
            assert client.register(number) == value
            client.set_register(number, old)
    digits = client.ask("g")
    assert len(digits) == sum(stub.DIGITS)
    assert client.ask("G" + digits) == "OK"
    assert client.ask("g") == digits


def test_debug_registers_are_four(client, symbols):
    variable = symbols["last_tid"] & ~7
    for slot in range(4):
        client.break_at(variable + 8 * slot, kind=2, size=8)
    assert client.ask(f"Z2,{variable + 32:x},8") == "E1c"
    assert client.ask(f"Z2,{variable:x},8") == "OK"  # again: no matter
    client.clear(variable, kind=2, size=8)
    assert client.ask(f"Z2,{variable + 1:x},4") == "E16"
    assert client.ask(f"Z2,{variable:x},3") == "E16"
    assert client.ask(f"Z3,{variable:x},8") == ""


def test_watchpoints_and_hardware_breakpoints(client, symbols):
    pid = symbols["last_tid"]
    client.break_at(pid, kind=2, size=4)
    reply = client.go()
    assert f"watch:{pid:x};" in reply, reply
    assert client.memory(pid, 4) == b"\1\0\0\0"
    client.clear(pid, kind=2, size=4)
    at = symbols["announce_start"] if "announce_start" in symbols \
        else symbols["schedule_begin"]
    client.break_at(at, kind=1)
    reply = client.go()
    assert "hwbreak:;" in reply
    assert client.register(stub.RIP) == at
    client.clear(at, kind=1)
    client.break_at(symbols["runnable"], kind=4, size=8)  # read by schedule_begin
    assert "awatch:" in client.go()


def test_software_breakpoints_run_out(client, symbols):
    text = symbols["unbreakable_end"]
    for number in range(64):
        client.break_at(text + 16 * number)
    assert client.ask(f"Z0,{text + 16 * 64:x},1") == "E1c"
    client.ask("?")  # forgets them
    client.break_at(text + 16 * 64)


def test_detached_the_machine_boots(machine, client):
    client.break_at(stub.symbols()["first_program_start"])
    assert client.ask("D") == "OK"
    machine.expect(stub.harness.PROMPT)


def test_killed_the_machine_boots(machine, client):
    client.send("k")
    machine.expect(stub.harness.PROMPT)


def test_threads_are_cpus_and_processes(client, symbols):
    client.break_at(symbols["schedule_begin"])
    client.go()
    assert client.ask("qfThreadInfo") == "m1,3e9"
    xml = client.ask("qXfer:threads:read::0,1000")
    assert 'name="cpu0" core="0"' in xml and 'name="init[1]"' in xml
    assert client.ask("Hg3e9") == "OK"
    entry = client.register(stub.RIP)
    assert 0x400000 <= entry < 0x500000  # the program's first instruction
    assert client.memory(entry, 4) is not None
    assert client.ask("vCont;s:3e9").startswith("E")


def test_every_monitor_command_answers(client, symbols):
    client.break_at(symbols["schedule_begin"])
    client.go()
    for command, wanted in (
            ("help", "bytemap"), ("maps", "r-xp"), ("maps 1", "r-xp"),
            ("maps 77", "no such process"), ("pt 0xffffffff80200000", "pml4"),
            ("pt 0x1", "nothing is mapped"), ("bytemap", "large pages"),
            ("bytemap 0 1", "000000000000 "), ("frames", "KiB free"),
            ("page -physical 0x200000", "large page 1"), ("check", "sound"),
            ("procs", "init"), ("cpus", "cpu0"), ("irq", "IRQ  0"),
            ("regs", "gdtr"), ("modules", "initrd"), ("dmesg 5", "first"),
            ("in 0x21", "0x21: "), ("in 0x21 3", "1, 2 or 4"),
            ("out 0x80 0", ""), ("msr 0xc0000080", "d01"), ("msr", "NUMBER"),
            ("catch user on", "user is on"), ("catch user off", "is off"),
            ("stepirq", "is off"), ("stats", "packets"), ("", "no such"),
            ("nosuch", "no such command")):
        assert wanted in client.monitor(command), command
