"""CPUs old and new, of AMD and of Intel; and those that Brix cannot use, which
get a line that says why."""

import pytest
from machine import KERNEL

MODELS = [
    "qemu64", "kvm64", "core2duo", "Conroe", "Nehalem", "SandyBridge",
    "Haswell", "Skylake-Server", "Icelake-Server", "Denverton", "phenom",
    "Opteron_G1", "EPYC", "EPYC-Milan", "max",
    "max,-pdpe1gb", "max,la57=on", "max,phys-bits=36", "max,phys-bits=52",
    "max,-smep,-smap,-umip", "max,-xsave", "max,-apic",
    "max,-invtsc,-tsc-deadline", "max,-pge", "max,-rdrand,-rdseed",
]


@pytest.mark.parametrize("cpu", MODELS)
def test_runs_on(hello, cpu):
    hello(cpu=cpu)


@pytest.mark.parametrize("cpu", ["qemu64", "Haswell", "EPYC", "phenom"])
def test_runs_on_from_the_iso(hello, hello_iso, cpu):
    hello(cpu=cpu, iso=hello_iso())


REFUSED = [("max,-nx", "NX"), ("base,+lm", "NX"), ("qemu64,-lm", "long mode"),
           ("qemu32", "long mode"), ("athlon", "long mode"),
           ("486", "long mode")]


@pytest.mark.parametrize("cpu, what", REFUSED)
def test_refuses_in_one_line(boot, cpu, what):
    """On the serial line and on the screen, and the machine does not reset."""
    machine = boot(cpu=cpu, command_line="log=com2")
    machine.expect("Brix: ")
    machine.expect("\n")
    line = next(line for line in machine.output().splitlines()
                if "Brix: " in line)
    assert what in line
    assert line.strip() in machine.screen_text()
    assert machine.process.poll() is None


def test_refuses_a_wrong_magic(boot, tmp_path):
    """Whoever jumps to the entry without a protocol's magic is told so. The
    boot loader here is QEMU's multiboot 1 with another magic written over
    what the kernel compares with."""
    image = KERNEL.read_bytes()
    compare = b"\x3d" + bytes.fromhex("02b0ad2b")  # cmp eax, 0x2badb002
    assert image.count(compare) == 1
    kernel = tmp_path / "brix"
    kernel.write_bytes(image.replace(compare, b"\x3d" + bytes(4)))
    machine = boot(kernel=kernel)
    machine.expect("magic")
    machine.expect("\n")
    assert "magic" in machine.screen_text()
    assert machine.process.poll() is None
