"""One session in the i386 program program32, run inside gdb on any stub that has
stopped before the program. Prints what it sees as lines "session: WHAT: VALUE",
which must be the same whatever the stub is."""

import re

import gdb


def run(command):
    return gdb.execute(command, to_string=True)


def say(what, value):
    print(f"session: {what}: {value}")


def names():
    """The functions of the back trace, from the inside out, to main."""
    found = []
    frame = gdb.newest_frame()
    while frame is not None:
        found.append(str(frame.name()))
        frame = frame.older()
    return " ".join(found)


def value(expression):
    return str(gdb.parse_and_eval(expression))


def go_to(place):
    """QEMU's stub stops before a page has been touched, and once more after."""
    run(f"tbreak {place}")
    run("continue")
    if "not mapped" in run("pagewalk $pc"):
        run("tbreak *$pc")
        run("continue")


def main_part():
    go_to("main")
    say("main", names())
    say("argc", value("argc"))
    say("its name", gdb.parse_and_eval("argv[0]").string())
    run("next")
    say("a line later", names())


def library_part():
    go_to("compare")
    say("compare", names())
    say("left", value("*(struct pair *)left"))
    run("select-frame function main")
    say("pairs", value("pairs"))
    go_to("half")
    say("half", names())
    say("whole", value("whole"))
    run("up")
    run("advance 40")
    say("behind half", names())


def depth_part():
    go_to("deep if level == 0")
    say("deep", names())
    run("up 2")
    say("level", value("level"))


def kernel_part():
    go_to("syscall_dispatch_32")
    say("system call", names())
    say("number", value("frame->error"))
    say("bt-program", " ".join(re.findall(r" (\w+) \(", run("bt-program"))))
    run("finish")  # interrupts come in the call, and have ways back, too
    run("tbreak *trap_return_iretq")
    run("continue")
    run("stepi")
    say("back", names())
    run("frame function deep")
    run("finish")
    say("finish", names())
    say("result", value("$"))


def main():
    for part in (main_part, library_part, depth_part, kernel_part):
        try:
            part()
        except gdb.error as error:
            say(part.__name__, f"FAILED: {error}")
    say("end", "reached")


main()
