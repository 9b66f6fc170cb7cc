"""A session over a line that spoils bytes, run inside gdb with the kernel's
symbols. One command may fail, as gdb gives up after three tries; asked for again
it must come out right. Prints what it sees as lines "session: WHAT: VALUE".

    gdb build/brix -ex 'set $door = "SOCKET"' -x test/debug/bad_line.py
"""

import gdb

TRIES = 5
STEPS = 12
SECTIONS = (".boot", ".text", ".rodata")


def run(command):
    for left in reversed(range(TRIES)):
        try:
            return gdb.execute(command, to_string=True)
        except gdb.error as error:
            print(f"once more: {command}: {error}")
            if left == 0:
                raise


def say(what, value):
    print(f"session: {what}: {value}", flush=True)


def function():
    return gdb.newest_frame().name()


def steps():
    for _ in range(STEPS):
        run("stepi")


def go_to(place):
    """What was on the way when the breakpoint was set or hit may have been
    lost: gdb then reports a stop of its own."""
    run(f"break {place}")
    for _ in range(TRIES):
        run("continue")
        if function() == place:
            break
    say("stopped in", function())


def main():
    run("set remote noack-packet off")  # which the stub offers in QEMU
    run(f"target remote {gdb.convenience_variable('door').string()}")
    go_to("first_program_start")
    steps()
    say("after the steps", function())
    go_to("schedule_begin")
    run("delete")
    for section in SECTIONS:
        say(section, run(f"compare-sections {section}").strip())
    run("detach")
    say("end", "reached")


main()
