"""The end of the machine: what gdb is told when it is off, and no way to wait
for it after that.

Under `make debug` QEMU stays when the machine goes off, so that memory can be
looked at, and says so by SIGQUIT, which it does for nothing else."""

import re

import gdb

from brix import dmesg

OFF_SIGNAL = "SIGQUIT"
OFF_STATUS = "(shutdown)"  # QEMU's `info status`
# What lets the machine run, and would wait for a stop that never comes.
RESUMING = ("continue", "step", "stepi", "next", "nexti", "finish", "until",
            "advance", "jump", "signal")
HOOK = """define hook-{command}
refuse-when-off
end
document hook-{command}
Brix: refuses when the machine is off.
end"""
# The last words of init, of the kernel of its first program, or of a panic.
LAST_WORDS = re.compile(r"^\[[^\]]*\] (?:process \d+ \(.*?\): )?((?:first )?"
                        r"program (?:ended|not run|stopped): .*|PANIC: .*)$",
                        re.MULTILINE)
is_off = False


def last_words():
    """How the first program, or the kernel, has ended, as the log has it."""
    try:
        found = LAST_WORDS.findall(dmesg.log_text())
    except gdb.error:
        return ""
    return f" {found[-1]}." if found else ""


def look_at_stop(event):
    global is_off
    is_off = isinstance(event, gdb.SignalEvent) \
        and event.stop_signal == OFF_SIGNAL
    if is_off:
        print(f"The machine is off:{last_words()} Its memory can be read.")


def is_still_off():
    """`monitor system_reset` switches it on again."""
    try:
        return OFF_STATUS in gdb.execute("monitor info status",
                                         to_string=True)
    except gdb.error:
        return False


class RefuseWhenOff(gdb.Command):
    """What the hooks of commands run: a hook that fails stops its command."""

    def __init__(self):
        super().__init__("refuse-when-off", gdb.COMMAND_RUNNING)

    def invoke(self, text, from_tty):
        if is_off and is_still_off():
            raise gdb.GdbError(f"The machine is off:{last_words()} "
                               "`monitor system_reset` starts it again.")


RefuseWhenOff()
for _command in RESUMING:
    gdb.execute(HOOK.format(command=_command))
gdb.events.stop.connect(look_at_stop)
