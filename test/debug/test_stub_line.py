"""Lines that are bad, shared, or full of nonsense."""

import os
import random
import re
import time

import pytest
import stub

# `make test-debug` asks for more.
FUZZ_SEEDS = range(int(os.environ.get("STUB_FUZZ_SEEDS", "2")))
FUZZ_PACKETS = int(os.environ.get("STUB_FUZZ_PACKETS", "300"))
CHECK_EVERY = 100
QUIET = 0.5  # seconds
PACKET_END = re.compile(rb"#[0-9a-f]{2}$")
REFUSED = b"-"
TEXT = re.compile(rb"\$O([0-9a-f]{2})+#")

# What is mutated: nothing that runs the machine, or writes where it hurts.
PHRASES = [
    "g", "p10", "mffffffff80200000,40", "m0,8", "xffffffff80200000,10",
    "Hg0", "Hg3e9", "T1", "qC", "qfThreadInfo", "qThreadExtraInfo,1",
    "qXfer:features:read:core.xml:0,200", "qXfer:threads:read::0,200",
    "qXfer:memory-map:read::0,200", "qXfer:libraries:read::0,200",
    "qCRC:ffffffff80200000,100", "vFile:open:2f696e6974,0,0",
    "qSearch:memory:ffffffff80200000;100;abc", "vFile:pread:0,100,0",
    "vFile:fstat:0", "vFile:close:0", "vCont?", "qSupported:x+",
    "Z2,ffffffff80200000,1", "z2,ffffffff80200000,1", "qAttached",
    "vMustReplyEmpty", "qRcmd,68656c70", "?",
]
ALPHABET = b"0123456789abcdefx,;:-+*}$#\x00\x03\xff"
# Verbs that go on, write or leave.
RUNS = (b"c", b"C", b"s", b"S", b"vC", b"D", b"k", b"vK", b"R", b"G", b"P",
        b"M", b"X", b"Z0", b"Z1", b"qRcmd", b"QStart")


def mutated(choose):
    body = bytearray(choose.choice(PHRASES).encode())
    for _ in range(choose.randrange(4)):
        at = choose.randrange(len(body) + 1)
        if choose.random() < 0.5:
            body[at:at] = bytes([choose.choice(ALPHABET)])
        else:
            del body[at:at + choose.randrange(3)]
    is_safe = not bytes(body).startswith(RUNS) or body == b"qRcmd,68656c70"
    # A mutation may begin a packet anew behind a '$'.
    return bytes(body) if is_safe and b"$" not in body else b"?"


def read_answer(client):
    """Takes what comes, to the end of a packet that is no text, and
    acknowledges each packet: a line that nobody reads stops the sender."""
    data = b""
    while more := client.receive_raw(QUIET):
        data += more
        if data == REFUSED:
            return
        if not PACKET_END.search(data):
            continue
        client.send_raw(b"+")
        if not TEXT.search(data):
            return
        data = b""


def drain(client):
    """What was refused may have been answered later, as a '-' in it asks for
    the last answer again."""
    client.send_raw(b"+#00")
    while client.receive_raw(QUIET):
        client.send_raw(b"+")
    client.received = b""


def check_health(client, known):
    drain(client)
    assert "PacketSize" in client.ask("qSupported")
    assert client.ask("?").startswith("T05")
    assert client.memory(*known[:2]) == known[2]
    assert len(client.ask("g")) == sum(stub.DIGITS)


@pytest.mark.parametrize("seed", FUZZ_SEEDS)
def test_random_packets_do_no_harm(seed):
    choose = random.Random(seed)
    at = stub.symbols()["kmain"]
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        known = (at, 16, client.memory(at, 16))
        for number in range(FUZZ_PACKETS):
            client.send(mutated(choose))
            read_answer(client)
            if number % CHECK_EVERY == 0:
                check_health(client, known)
        check_health(client, known)
        client.ask("D")
        machine.expect(stub.harness.PROMPT)


def test_the_console_and_a_debugger_share_a_line():
    with stub.StubMachine("", gdb="com1") as machine:
        client = machine.client()
        client.send_raw(b"")
        stub.read_until(client, b"brix$ ")
        client.send_raw(b"echo $HOME q\r")  # a '$' is typed like any key
        stub.read_until(client, b"q\r\n")
        stub.read_until(client, b"brix$ ")
        client.send("qSupported:swbreak+")
        stub.read_until(client, b"-")  # comes too early: once more
        client.connect()
        assert "init" in client.monitor("procs")
        # What is printed while a debugger is there are packets.
        client.break_at(stub.symbols()["sys_exit"])
        client.clear(stub.symbols()["sys_exit"])
        client.send("vCont;c")
        time.sleep(0.2)
        assert client.interrupt().startswith("T02")
        assert client.ask("D") == "OK"
        client.received = b""
        client.send_raw(b"echo again\r")
        stub.read_until(client, b"\r\nagain")


def test_com2_is_one_thing_at_a_time():
    with stub.StubMachine("log=com2") as machine:
        machine.expect(stub.harness.PROMPT)
        machine.send("cat /proc/kmsg\r")
        machine.expect("the log has this port (log=com2); no debugger")


def test_without_the_option_the_port_is_left_alone():
    """What arrives on COM2 stays there, and the machine boots."""
    with stub.StubMachine("", gdb="none") as machine:
        machine.wait_door()
        client = machine.client()
        client.send_raw(b"\x03$qSupported#37")
        machine.expect(stub.harness.PROMPT)
        assert client.receive_raw(0.5) == b""
