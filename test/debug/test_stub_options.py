"""Options of the stub that don't fit together, or mean nothing: the kernel says
so and boots on."""

import pytest
import stub
from machine import INITRD, KERNEL, qemu

NO_LINE = "option: gdbwait: there is no line to wait on without gdb=com2, " \
    "gdb=com1 or gdb=usb; not waiting"
NO_CHOICE = "option: gdb=com9: not one of none|com2|com1|qemu|usb; taking none"


@pytest.mark.parametrize("options, complaints", [
    ("gdbwait", [NO_LINE]),
    ("gdb=none gdbwait", [NO_LINE]),
    ("gdb=com9", [NO_CHOICE]),
    ("gdb=com9 gdbwait", [NO_LINE, NO_CHOICE]),
    ("gdb=com2", []),
])
def test_what_does_not_fit_is_said(options, complaints):
    settings = qemu.Settings(kernel=KERNEL, initrd=INITRD,
                             command_line=options)
    with stub.harness.Boot(settings) as machine:
        before = machine.expect(stub.harness.PROMPT)
    assert [complaint for complaint in (NO_LINE, NO_CHOICE)
            if complaint in before] == complaints, before
