"""Floating point and vector registers of programs, on the kernel's stub and on
QEMU's."""

import re

import gdb_session
import pytest
import stub

ST0, FCTRL, XMM0, MXCSR = 24, 32, 49, 65
FCW, MXCSR_START = 0x37f, 0x1f80
REGISTERS = 8  # of x87

# fld1; fldpi; fldz; mov eax, 0x12345678; movd xmm5, eax; pshufd xmm5, xmm5, 0
CODE = "d9e8 d9eb d9ee b878563412 660f6ee8 660f70ed00"
STEPS = 6


def words(text, pattern):
    return re.findall(pattern, text, re.MULTILINE)


def values(text):
    """Of each register what gdb prints."""
    return dict(words(text, r"^(xmm\d+|mxcsr|f\w+) +(.*)$"))


def stack(text):
    return [float(value) for value in words(text, r"^\$\d+ = ([-\d.e]+)$")]


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """gdb commands for a machine that is stopped at a program's start."""
    code = tmp_path_factory.mktemp("float") / "code"
    code.write_bytes(bytes.fromhex(CODE))
    return [f"restore {code} binary $pc", f"stepi {STEPS}",
            *(f"print $st{number}" for number in range(REGISTERS)),
            "info registers xmm0 xmm5 xmm15 mxcsr fctrl fstat fop",
            "ptype $xmm5"]


def test_the_same_as_on_qemu(commands):
    """But for two faults of QEMU's stub: the x87 registers are the physical
    ones, which do not turn with the top of the stack, and it has no tags."""
    with stub.StubMachine("gdbwait norandmaps init=/bin/hello64") as machine:
        ours = machine.gdb("break _start", "continue", *commands, "info float",
                           "detach")
    with gdb_session.Machine(program="/bin/hello64") as machine:
        qemus = machine.gdb("thbreak kmain", "continue", "break _start",
                            "continue", *commands)
    assert len(values(qemus)) == 7 and values(ours) == values(qemus), qemus
    assert "0x12345678, 0x12345678" in values(ours)["xmm5"]
    top = int(values(ours)["fstat"].split()[-1]) >> 11 & 7
    assert top == REGISTERS - 3
    assert stack(ours)[:3] == [0, pytest.approx(3.14159265358979), 1], ours
    assert stack(ours) == [stack(qemus)[(number + top) % REGISTERS]
                           for number in range(REGISTERS)]
    assert words(ours, "^type = union.*{[^}]*}$") == words(
        qemus, "^type = union.*{[^}]*}$")
    for line in (r"R6: Valid   0x4000c90fdaa22168c235", "=>R5: Zero ",
                 "R4: Empty ", "Tag Word:            0x07ff"):
        assert re.search(line, ours), ours


def test_what_is_written_stays():
    with stub.StubMachine("gdbwait norandmaps init=/bin/hello64") as machine:
        text = machine.gdb(
            "break _start", "continue", "set $xmm3.v2_int64[1] = -2",
            "set $st0 = 1.5", "set $ftag = 0xfffc", "set $mxcsr = 0x9fc0",
            "set $mxcsr = 0xffffffff", "stepi", "print $xmm3.v2_int64",
            "print $st0", "print/x $ftag", "print/x $mxcsr", "detach")
        machine.wait_end()
    assert "remote failure reply 'E16'" in text, text
    assert words(text, r"^\$\d+ = (.*)$") == \
        ["{0, -2}", "1.5", "0xfffc", "0x9fc0"], text


def test_who_has_none_says_so():
    """The kernel, before there is a program; a program that waits has its own.
    """
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        for number in (ST0, FCTRL, XMM0, MXCSR):
            unavailable = "x" * stub.DIGITS[number]
            assert client.ask(f"p{number:x}") == unavailable
            assert client.ask(f"P{number:x}={unavailable}") == "E01"
        client.send("vCont;c")
        machine.expect(stub.harness.PROMPT)
        client.interrupt()
        assert client.ask("Hg3e9") == "OK"
        assert client.register(FCTRL) == FCW
        assert client.register(MXCSR) == MXCSR_START
        # All at once, as gdb writes them back when it has changed one.
        assert client.ask("G" + client.ask("g")) == "OK"
        client.set_register(XMM0, 1 << 127)
        assert client.register(XMM0) == 1 << 127
        assert client.ask("D") == "OK"
        machine.send("echo alive\r")
        machine.expect("\nalive")
