"""Single steps over each instruction that does something to the trap flag: the
step ends where it should, and the flag is seen nowhere."""

import struct

import pytest
import stub

KERNEL_CS, KERNEL_SS, USER_CS = 0x10, 0x18, 0x33
IF, FLAGS = 1 << 9, 0x2
GETPID_64, GETPID_32 = 39, 20
RCX, RSI, RDI = 2, 4, 5
BELOW_THE_STUB = 6144  # bytes of the stack, on which the stub runs too
ALL_BUT_COM2 = 0xf7  # of the first interrupt controller's lines

# Code, where the step ends from its beginning, and the signal.
KERNEL_STEPS = {
    "nop": ("90", [1], 5),
    "pushf": ("9c", [1], 5),
    "sti": ("fb 90", [1, 2], 5),  # QEMU steps over the next one too
    "cli": ("fa", [1], 5),
    "hlt": ("f4", [1], 5),
    "int3": ("cc", [1], 5),
    "mov ss": ("8ed0 90", [2, 3], 5),  # real CPUs step over the next one too
    "jmp": ("eb10", [0x12], 5),
    "call": ("e810000000", [0x15], 5),
    "ud2": ("0f0b", [0], 4),
    "div": ("31c9 f7f1", [2], 5),
    "in": ("e421", [2], 5),
    "cpuid": ("0fa2", [2], 5),
    "mov cr3": ("0f20d8 0f22d8", [3], 5),
}


@pytest.fixture(scope="module")
def symbols():
    return stub.symbols()


@pytest.fixture(scope="module")
def kernel(symbols):
    """A client of a machine that is stopped in the kernel."""
    with stub.StubMachine() as machine:
        client = machine.client()
        client.connect()
        client.break_at(symbols["schedule_begin"])
        client.go()
        yield client


@pytest.fixture
def scratch(kernel, symbols):
    """The place of code that nobody runs; all is put back."""
    at = symbols["panic"]
    registers, before = kernel.ask("g"), kernel.memory(at, 64)
    kernel.set_register(stub.RIP, at)
    kernel.set_register(stub.RAX, KERNEL_SS)
    yield at
    kernel.write(at, before)
    for number in list(range(16)) + [stub.RIP, stub.EFLAGS]:
        size = stub.DIGITS[number]
        start = sum(stub.DIGITS[:number])
        assert kernel.ask(
            f"P{number:x}={registers[start:start + size]}") == "OK"


def assert_clean(client, *more):
    for number in (stub.EFLAGS, *more):
        assert client.register(number) & stub.TF == 0


@pytest.mark.parametrize("name", KERNEL_STEPS)
def test_step_in_the_kernel(kernel, scratch, name):
    code, ends, signal = KERNEL_STEPS[name]
    kernel.write(scratch, bytes.fromhex(code))
    reply = kernel.step()
    assert reply.startswith(f"T{signal:02x}"), reply
    assert kernel.register(stub.RIP) - scratch in ends
    assert_clean(kernel)


def test_pushed_flags_are_clean(kernel, scratch):
    kernel.write(scratch, b"\x9c\x9d")
    rsp = kernel.register(stub.RSP)
    kernel.step()
    assert kernel.register(stub.RSP) == rsp - 8
    assert kernel.word(rsp - 8) & stub.TF == 0
    kernel.step()
    assert kernel.register(stub.RSP) == rsp
    assert_clean(kernel)


def test_faults_stop_where_they_happen(kernel, scratch):
    kernel.write(scratch, bytes.fromhex("31c9f7f1"))  # xor ecx, ecx; div ecx
    assert kernel.step().startswith("T05")
    assert kernel.step().startswith("T08")
    assert kernel.register(stub.RIP) == scratch + 2
    kernel.write(scratch, bytes.fromhex("488b00"))  # mov rax, [rax]
    kernel.set_register(stub.RAX, 0xdeadbeef000)
    kernel.set_register(stub.RIP, scratch)
    assert kernel.go().startswith("T0b")
    assert kernel.register(stub.RIP) == scratch


def test_iretq_in_the_kernel(kernel, scratch):
    rsp = kernel.register(stub.RSP) - BELOW_THE_STUB
    frame = [scratch + 32, KERNEL_CS, FLAGS, rsp + 128, KERNEL_SS]
    kernel.write(rsp, struct.pack("<5Q", *frame))
    kernel.set_register(stub.RSP, rsp)
    kernel.write(scratch, b"\x48\xcf" + b"\x90" * 40)
    assert kernel.step().startswith("T05")
    assert kernel.register(stub.RIP) - (scratch + 32) in (0, 1)
    assert kernel.register(stub.RSP) == rsp + 128
    assert_clean(kernel)


def test_rep_movsb_ends(kernel, scratch):
    kernel.write(scratch, bytes.fromhex("f3a490"))
    kernel.set_register(RCX, 4)
    kernel.set_register(RSI, scratch + 16)
    kernel.set_register(RDI, kernel.register(stub.RSP) - 64)
    for _ in range(6):
        kernel.step()
        if kernel.register(stub.RIP) != scratch:
            break
    assert kernel.register(stub.RIP) == scratch + 2
    assert kernel.register(RCX) == 0


def test_a_range_is_stepped_at_once(kernel, scratch):
    kernel.write(scratch, b"\x90" * 32)
    reply = kernel.ask(f"vCont;r{scratch:x},{scratch + 20:x}:1;c")
    assert reply.startswith("T05")
    assert kernel.register(stub.RIP) == scratch + 20


def test_a_range_ends_at_a_breakpoint(kernel, scratch):
    kernel.write(scratch, b"\x90" * 32)
    kernel.break_at(scratch + 7)
    reply = kernel.ask(f"vCont;r{scratch:x},{scratch + 20:x}:1;c")
    assert "swbreak:;" in reply
    assert kernel.register(stub.RIP) == scratch + 7
    kernel.clear(scratch + 7)


def test_a_thousand_steps(kernel, scratch):
    """A loop of two instructions, one of them a jump back."""
    kernel.write(scratch, bytes.fromhex("48ffc0ebfb"))  # inc rax; jmp
    start = kernel.register(stub.RAX)
    for _ in range(1000):
        kernel.step()
    assert kernel.register(stub.RAX) == start + 500


@pytest.fixture
def program(symbols):
    """A client of a machine that is stopped at a program's first instruction,
    and where that is."""
    with stub.StubMachine("gdbwait init=/bin/hello64") as machine:
        client = machine.client()
        client.connect()
        client.break_at(symbols["schedule_begin"])
        client.go()
        client.clear(symbols["schedule_begin"])
        client.ask("Hg3e9")
        entry = client.register(stub.RIP)
        client.ask("Hg0")
        client.break_at(entry)
        assert "swbreak:;" in client.go()
        client.clear(entry)
        client.monitor(f"out 0x21 {ALL_BUT_COM2:#x}")  # no timer in between
        yield client, entry, machine


def test_step_over_system_calls(program):
    client, entry, _ = program
    for code, number in (("0f05", GETPID_64), ("cd80", GETPID_32)):
        client.write(entry, bytes.fromhex(code + "90909090"))
        client.set_register(stub.RIP, entry)
        client.set_register(stub.RAX, number)
        assert client.step().startswith("T05")
        assert client.register(stub.RIP) == entry + 2
        assert client.register(stub.RAX) == 1
        assert_clean(client, stub.R11)


@pytest.mark.parametrize("door, code, number, leave", [
    ("64", "0f05", GETPID_64, "syscall_sysret"),
    ("32", "cd80", GETPID_32, "trap_return_iretq")])
def test_step_from_the_kernel_into_a_program(program, symbols, door, code,
                                             number, leave):
    client, entry, _ = program
    client.write(entry, bytes.fromhex(code + "90909090"))
    client.set_register(stub.RAX, number)
    client.break_at(symbols["syscall_dispatch_" + door])
    assert "swbreak:;" in client.go()
    client.clear(symbols["syscall_dispatch_" + door])
    client.break_at(symbols[leave])
    assert "swbreak:;" in client.go()
    assert client.register(stub.RIP) == symbols[leave]
    client.clear(symbols[leave])
    assert client.step().startswith("T05")
    assert client.register(stub.RIP) - (entry + 2) in (0, 1)
    assert client.register(stub.CS) == USER_CS
    assert_clean(client, stub.R11)


def test_break_at_the_system_call_entry(program, symbols):
    """Where rsp and GS are still the program's."""
    client, entry, machine = program
    before = client.memory(entry, 8)
    client.write(entry, bytes.fromhex("0f0590"))
    for kind in (0, 1):
        client.set_register(stub.RIP, entry)
        client.set_register(stub.RAX, GETPID_64)
        client.break_at(symbols["syscall_entry"], kind)
        assert "break:;" in client.go()
        assert client.register(stub.RIP) == symbols["syscall_entry"]
        client.clear(symbols["syscall_entry"], kind)
        for _ in range(20):
            assert client.step().startswith("T05")
        client.break_at(symbols["syscall_sysret"], kind)
        assert "break:;" in client.go()
        client.clear(symbols["syscall_sysret"], kind)
        assert client.step().startswith("T05")
        assert client.register(stub.RIP) == entry + 2
    client.write(entry, before)
    client.set_register(stub.RIP, entry)
    client.ask("D")
    machine.wait_end()


def test_program_steps_never_end_in_a_handler(program):
    """The timer ticks a hundred times a second meanwhile."""
    client, entry, _ = program
    client.monitor("out 0x21 0")
    client.write(entry, bytes.fromhex("48ffc0ebfb"))
    for _ in range(300):
        client.step()
        assert client.register(stub.RIP) in (entry, entry + 3)
