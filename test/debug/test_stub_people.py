"""gdb on the kernel's stub as people use it: at a terminal, with ^C, and with
more than one way to leave."""

import pexpect
import pytest
import stub
from machine import KERNEL

PROMPT = "(gdb) "
LIMIT = 30
INTERRUPTS = 20


class Terminal:
    """gdb at a terminal, connected to MACHINE."""

    def __init__(self, machine, *words):
        machine.wait_door()
        self.gdb = pexpect.spawn(
            "gdb", ["-nx", "-q", str(KERNEL), "-ex", "set style enabled off",
                    "-ex", "set pagination off",
                    "-ex", "set serial baud 115200", *words,
                    "-ex", f"target remote {machine.door}"],
            timeout=LIMIT, encoding="latin-1", dimensions=(24, 200))
        self.gdb.setecho(False)
        self.gdb.expect_exact("Remote debugging using")
        self.gdb.expect_exact(PROMPT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gdb.close(force=True)

    def ask(self, command):
        """What gdb says to COMMAND."""
        self.gdb.sendline(command)
        self.gdb.expect_exact(PROMPT)
        return self.gdb.before

    def go(self):
        self.gdb.sendline("continue")
        self.gdb.expect_exact("Continuing.")

    def interrupt(self):
        self.gdb.sendintr()
        self.gdb.expect_exact(PROMPT)
        return self.gdb.before

    def quit(self):
        self.gdb.sendline("quit")
        self.gdb.expect_exact("will be detached.")
        self.gdb.expect_exact("(y or n)")
        self.gdb.sendline("y")
        self.gdb.expect(pexpect.EOF)


def assert_alive(machine):
    machine.send("echo alive\r")
    machine.expect("\nalive")


@pytest.fixture
def machine():
    """In the shell, and nobody has connected yet."""
    with stub.StubMachine("") as running:
        running.expect(stub.harness.PROMPT)
        yield running


def test_interrupt_twenty_times(machine):
    """The shell is there in between."""
    with Terminal(machine) as terminal:
        for _ in range(INTERRUPTS):
            terminal.go()
            assert "SIGINT" in terminal.interrupt()
        terminal.go()
        assert_alive(machine)


def test_after_quit_the_kernel_goes_on(machine):
    with Terminal(machine) as terminal:
        terminal.ask("break sys_brk")
        terminal.quit()
    machine.send("malloc_test\r")
    machine.expect("checks")


def test_disconnect_and_connect_again(machine):
    """It says nothing to the stub, which stands still until the next time."""
    with Terminal(machine) as terminal:
        terminal.ask("break sys_brk")
        assert "Ending remote debugging" in terminal.ask("disconnect")
        assert "int3" not in terminal.ask("x/2i sys_brk")
        terminal.ask(f"target remote {machine.door}")
        assert "#0" in terminal.ask("bt")
        terminal.ask("delete 1")
        terminal.quit()
    assert_alive(machine)


def test_a_terminal_as_the_line():
    """As a USB adapter looks: plain gdb, by the name of a device."""
    with stub.TerminalMachine("") as machine:
        machine.expect(stub.harness.PROMPT)
        for _ in range(2):
            with Terminal(machine) as terminal:
                assert "init[1]" in terminal.ask("info threads")
                terminal.ask("tbreak sys_uname")
                terminal.go()
                machine.send("uname\r")
                terminal.gdb.expect_exact(PROMPT)
                assert "sys_uname" in terminal.gdb.before
                terminal.go()
                assert "SIGINT" in terminal.interrupt()
                terminal.quit()
            assert_alive(machine)


def test_console_and_debugger_on_one_line():
    """With gdb=com1 what the console prints comes out in gdb; when gdb is gone
    the line is the console's again."""
    with stub.StubMachine(gdb="com1") as machine:
        with Terminal(machine) as terminal:
            terminal.go()
            terminal.gdb.expect_exact(stub.harness.PROMPT)
            assert "SIGINT" in terminal.interrupt()
            assert "init" in terminal.ask("monitor procs")
            terminal.quit()
        console = machine.client()
        console.send_raw(b"echo alive\r")
        stub.read_until(console, b"\nalive")
