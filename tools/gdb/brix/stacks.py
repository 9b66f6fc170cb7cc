"""stack-use: how deep each of the kernel's stacks has ever been.

Stacks begin filled with zeros: those of the image as all of .bss, those of
processes by kernel_stack_alloc()."""

import gdb

from brix import descriptors, kernel, processes
from brix.constants import constant


def stacks():
    """(name, address, size) of each."""
    boot = kernel.variable("boot_stack")["stack"]
    yield "boot", int(boot.address), boot.type.sizeof
    names = descriptors.stack_names()
    for number, place in enumerate(
            kernel.elements(kernel.variable("ist_stacks"))):
        if number:
            stack = place["stack"]
            yield (f"IST {number}, {names[number]}", int(stack.address),
                   stack.type.sizeof)
    size = constant("KERNEL_STACK_SIZE")
    for process in processes.processes():
        yield (f"process {int(process['pid'])} ({processes.name_of(process)})",
               int(process["leader"]["stack_end"]) - size, size)


def used_bytes(address, size):
    return len(kernel.read(address, size).lstrip(b"\0"))


@kernel.register
class StackUse(kernel.Command):
    """Show how many bytes of each kernel stack have ever been used.
Usage: stack-use"""

    name = "stack-use"
    category = gdb.COMMAND_STATUS

    def run(self, arguments):
        print("  STACK                             SIZE    USED")
        for name, address, size in stacks():
            used = used_bytes(address, size)
            print(f"  {name:30} {size:7} {used:7}  {100 * used // size:3} %")
