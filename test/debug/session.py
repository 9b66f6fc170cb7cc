"""One session, run inside gdb on any stub that is connected and has stopped
before first_program_start(), with malloc_test as the first program and
`norandmaps`. Prints what it sees as lines "session: WHAT: VALUE", which must be
the same whatever the stub is.

    gdb build/brix -x tools/gdb/load.py -ex 'target remote ...' \\
        -x test/debug/session.py
"""

import gdb

PROGRAM_END = 1 << 47
TRIES = 3
PAGE_FAULT_STUB = 14 * 16  # kernel/x86/trap_entry.asm


def run(command):
    return gdb.execute(command, to_string=True)


def say(what, value):
    print(f"session: {what}: {value}")


def names():
    """The functions of the back trace, from the inside out."""
    found = []
    frame = gdb.newest_frame()
    while frame is not None and frame.pc() != 0:
        found.append(str(frame.name()))
        frame = frame.older()
    return " ".join(found)


def continue_to(place, temporary=True):
    run(f"{'tbreak' if temporary else 'break'} {place}")
    run("continue")


def is_there(address):
    try:
        gdb.selected_inferior().read_memory(address, 1)
        return "not mapped" not in run(f"pagewalk {address}")
    except gdb.error:
        return False


def kernel_part():
    continue_to("first_program_start")
    say("first program", names())
    say("kernel text", run("x/i kmain").split(":", 1)[1].strip())


def program_part():
    """The breakpoint was set when nothing of the program was there. Where a
    stub stops before the page of main has been touched, it stops once more."""
    run("break main")
    run("continue")
    pc = gdb.newest_frame().pc()
    for _ in range(TRIES):
        if is_there(pc):
            break
        run("continue")
    run("delete")
    say("main", names())
    say("main's argument", gdb.newest_frame().read_var("argc"))
    run("next")
    say("line after main's first", gdb.newest_frame().find_sal().line)
    say("program", run("p $current()->leader->name").split("=")[1].strip())


def syscall_part():
    continue_to("syscall_dispatch_64")
    say("syscall", names())
    say("its number", gdb.parse_and_eval("frame->error"))
    run("finish")
    say("finish", names())
    continue_to("*syscall_sysret")
    say("before sysret", names())
    run("stepi")
    say("after sysret", names())


def program_frame():
    """The innermost frame that is the program's."""
    frame = gdb.newest_frame()
    while frame.pc() >= PROGRAM_END:
        frame = frame.older()
    return frame


def fault_part():
    """In through the entry and out by iretq, where a stub in the kernel comes
    by itself."""
    continue_to(f"*trap_stubs + {PAGE_FAULT_STUB}")
    continue_to("trap_dispatch")
    say("trap", names())
    continue_to("aspace_fault")
    say("fault", names())
    touching = program_frame().pc()
    continue_to("*trap_return_iretq")
    say("before iretq", names())
    run("stepi")
    say("after iretq", names())
    say("where the fault was", gdb.newest_frame().pc() == touching)


def watch_part():
    """A hardware watchpoint: who counts the pages that were touched?"""
    run("watch -l $current()->aspace->resident_pages")
    run("continue")
    say("watchpoint", names())
    run("delete")


def commands_part():
    say("check memory", run("check memory").splitlines()[-1])
    say("current", gdb.parse_and_eval("$current()->pid"))


def main():
    for part in (kernel_part, program_part, syscall_part, fault_part,
                 watch_part, commands_part):
        try:
            part()
        except gdb.error as error:
            say(part.__name__, f"FAILED: {error}")
    say("end", "reached")


main()
