"""`monitor selftest`: the stub's machine tried from within, wherever the stub
was entered, and with breakpoints of a debugger around."""

import stub

GOOD = "breakpoint: good, step: good, watchpoint: good, " \
    "bad addresses: good, 4 of 4\n"
WRITE = 2


def test_it_passes_and_leaves_nothing():
    symbols = stub.symbols()
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        text = client.memory(symbols["unbreakable_start"], 256)
        for place in ("memory_read", "watch_find", "schedule_begin"):
            client.break_at(symbols[place])
        for _ in range(3):
            assert client.monitor("selftest") == GOOD
        assert client.memory(symbols["unbreakable_start"], 256) == text
        # The debugger's breakpoints are still there, and hit.
        client.clear(symbols["memory_read"])
        assert "swbreak:;" in client.go()
        assert client.register(stub.RIP) == symbols["schedule_begin"]
        assert client.monitor("selftest") == GOOD
        client.clear(symbols["schedule_begin"])
        client.step()  # by the trap flag: another stack
        assert client.monitor("selftest") == GOOD
        assert ", 0 faults caught" in client.monitor("stats")
        client.send("vCont;c")
        machine.expect(stub.harness.PROMPT)
        client.interrupt()
        assert client.monitor("selftest") == GOOD
        assert client.ask("D") == "OK"
        machine.send("echo alive\r")
        machine.expect("\nalive")


def test_a_debugger_that_has_all_debug_registers():
    symbols = stub.symbols()
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        for slot in range(4):
            client.break_at(symbols["boot_stack"] + 8 * slot, WRITE, 8)
        said = client.monitor("selftest")
        assert "no debug register is free" in said and "3 of 4" in said


def test_a_command_that_faults_is_given_up():
    """What it looks at leads nowhere; the stub tells, and goes on."""
    symbols = stub.symbols()
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        before = client.memory(symbols["boot"], 8)
        client.write(symbols["boot"], b"\x10" * 8)
        assert client.ask("qRcmd," + b"modules".hex()) == "E0e"
        client.write(symbols["boot"], before)
        assert "-" in client.monitor("modules")
        assert "the stub itself faulted: vector 13" in client.monitor("dmesg 1")
        assert ", 1 faults caught" in client.monitor("stats")
        assert client.ask("D") == "OK"
        machine.expect(stub.harness.PROMPT)
