"""Breakpoints in the code that the stub itself comes through: the kernel's own
entries, the serial port, the stub. They hit for everybody else; the little code
that can't have one is refused with a word."""

import re

import pytest
import stub

PAGE_FAULT, TIMER = 14, 32
STUB_SIZE = 16  # of an entry in trap_stubs
HARDWARE, WRITE = 1, 2
IST_STACK, IST_DEBUG = 12 << 10, 4  # kernel/x86/stack.h, with the guard
RDI, VECTOR = 5, 15 * 8  # the argument of trap_dispatch, and a word of it
REFUSED = "E.the stub comes by there itself"


def test_breakpoints_in_the_entry_and_in_the_stub():
    with stub.StubMachine("gdbwait norandmaps init=/bin/malloc_test") as machine:
        text = machine.gdb(
            f"break *trap_stubs + {STUB_SIZE * PAGE_FAULT}", "continue",
            "stepi", "info symbol $pc", "delete",
            "break trap_dispatch", "continue", "print frame->vector", "delete",
            "break *trap_return_iretq", "continue", "x/i $pc", "stepi",
            "print/x $cs", "delete",
            "break uart_read", "continue", "bt", "finish", "delete",
            "break gdb_poll", "continue", "next", "delete",
            "detach")
        machine.wait_end()
    for wanted in (rf"trap_stubs \+ {STUB_SIZE * PAGE_FAULT + 2} in section",
                   rf"hit Breakpoint 2, trap_dispatch .*\n.*\n\$1 = {PAGE_FAULT}",
                   r"=> 0x\w+ <trap_return_iretq>:\tiretq",
                   r"\$2 = 0x33",
                   r"hit Breakpoint 4, uart_read",
                   r"Value returned is \$3 = 0",
                   r"hit Breakpoint 5, gdb_poll"):
        assert re.search(wanted, text), f"no {wanted} in\n{text}"


@pytest.mark.parametrize("kind", [0, HARDWARE])
def test_a_breakpoint_stops_before_each_interrupt(kind):
    """A hundred times, and each is the timer's or the console's: the stub's own
    trap is not among them."""
    symbols = stub.symbols()
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        for _ in range(100):
            client.break_at(symbols["trap_dispatch"], kind)
            reply = client.go()
            assert ("hwbreak:;" if kind else "swbreak:;") in reply
            assert client.register(stub.RIP) == symbols["trap_dispatch"]
            vector = client.word(client.register(RDI) + VECTOR)
            assert vector == PAGE_FAULT or vector >= TIMER
            client.clear(symbols["trap_dispatch"], kind)
            client.step()
        assert client.ask("D") == "OK"
        machine.expect(stub.harness.PROMPT)


def test_what_can_have_no_breakpoint_is_refused():
    symbols = stub.symbols()
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        client.ask("qSupported:error-message+")
        for name in ("debug_entry", "breakpoint_entry", "trap_debug"):
            for kind in (0, HARDWARE):
                assert client.ask(f"Z{kind},{symbols[name]:x},1") == REFUSED
        # The frame of the stub's own exception lies there.
        top = symbols["ist_stacks"] + IST_STACK * (IST_DEBUG + 1)
        assert client.ask(f"Z{WRITE},{top - 8:x},8") == REFUSED
        client.ask("qSupported")
        assert client.ask(f"Z0,{symbols['debug_entry']:x},1") == "E01"
        assert "no breakpoint at" in client.monitor("dmesg 1")
        for edge in ("unbreakable_start", "unbreakable_end"):
            outside = symbols[edge] - (edge == "unbreakable_start")
            client.break_at(outside)
            client.clear(outside)
        assert client.ask("D") == "OK"
        machine.expect(stub.harness.PROMPT)
