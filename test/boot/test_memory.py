"""Machines from the smallest memory that will do to a terabyte and more, with
holes where real machines have them."""

import re

import pytest

MIB = 1024 * 1024
GIB = 1024 * MIB

# The least memory that the documents promise, by each way to boot.
FLOOR_KERNEL = "4M"
FLOOR_BIOS = "6M"
FLOOR_UEFI = "48M"

TOTAL = re.compile(r"memory: (\d+) KiB")


@pytest.mark.parametrize("memory", [FLOOR_KERNEL, "8M", "9M", "16M", "31M", "64M",
                                    "127M", "511M", "1G", "3G", "3584M"])
@pytest.mark.parametrize("machine", ["pc", "q35"])
def test_small_and_middling(hello, memory, machine):
    hello(memory=memory, machine=machine)


@pytest.mark.parametrize("memory", [FLOOR_BIOS, "64M"])
def test_small_from_the_iso(hello, hello_iso, memory):
    hello(memory=memory, iso=hello_iso())


def test_small_from_uefi(hello, hello_iso):
    hello(memory=FLOOR_UEFI, iso=hello_iso(), uefi=True)


# Intel: memory above 4 GiB is in one piece. AMD: QEMU moves what would cross
# the HyperTransport range below 1 TiB to above it.
INTEL, AMD = "Nehalem,phys-bits=46", "max,phys-bits=46"


@pytest.mark.parametrize("machine", ["pc", "q35"])
@pytest.mark.parametrize("cpu", [INTEL, AMD], ids=["intel", "amd"])
@pytest.mark.parametrize("memory", ["4G", "16G", "127G", "129G", "512G",
                                    "1000G", "1022G", "2000G"])
def test_large(hello, memory, cpu, machine):
    hello(memory=memory, cpu=cpu, machine=machine)


@pytest.mark.parametrize("uefi", [False, True], ids=["bios", "uefi"])
def test_a_terabyte_from_the_iso(hello, hello_iso, uefi):
    hello(iso=hello_iso(), uefi=uefi, memory="1000G", cpu=AMD,
          machine="q35")


def test_memory_that_the_cpu_cannot_address(hello):
    """36 bits of physical address reach 64 GiB: that much is there."""
    hello(memory="60G", cpu="max,phys-bits=36")


@pytest.mark.parametrize("machine, memory", [
    ("pc,max-ram-below-4g=1G", "3G"), ("q35,max-ram-below-4g=100M", "1G"),
    ("pc,max-ram-below-4g=2G", "2G"), ("q35,max-ram-below-4g=512M", "16G")])
def test_little_below_4_gib(hello, machine, memory):
    hello(machine=machine, memory=memory)


# GRUB can take memory away, as broken memory or firmware does.
@pytest.mark.parametrize("setup", ["badram 0x3000000,0xfffff000",
                                   "cutmem 0xF00000 0x1000000"])
@pytest.mark.parametrize("uefi", [False, True], ids=["bios", "uefi"])
def test_holes(hello, hello_iso, setup, uefi):
    hello(iso=hello_iso("multiboot2", setup), uefi=uefi)


@pytest.mark.parametrize("memory, size", [
    ("64M", 64 * MIB), ("3G", 3 * GIB), ("1000G", 1000 * GIB)])
def test_the_programs_see_nearly_all_of_it(boot, memory, size):
    """MemTotal is the machine's memory less what the kernel keeps: its image
    and tables, and one part in 64 at most for large machines."""
    machine = boot(command_line='log=com2 init=/bin/sh -- -c "cat '
                                '/proc/meminfo"', memory=memory, cpu=AMD)
    machine.wait_end()
    total = re.search(r"MemTotal: +(\d+) kB", machine.output())
    assert total is not None, machine.output() + machine.log()
    seen = int(total[1]) * 1024
    assert size - 8 * MIB - size // 64 <= seen <= size
