"""help brix: lists what this package adds to gdb."""

import gdb

from brix import kernel

FUNCTIONS = {"$current([PID])": "The process that runs, a struct process *."}


def first_line(text):
    return text.strip().splitlines()[0]


def overview():
    lines = ["Commands for Brix; `help NAME` tells more of each.", ""]
    for command in sorted(kernel.Command.commands, key=lambda c: c.name):
        lines.append(f"{command.name} -- {first_line(command.__doc__)}")
    lines += [f"{name} -- {text}" for name, text in FUNCTIONS.items()]
    return "\n".join(lines)


class Brix(gdb.Command):
    def __init__(self):
        super().__init__("brix", gdb.COMMAND_SUPPORT)

    def invoke(self, text, from_tty):
        print(overview())


# gdb takes the help text from the class when the command is made.
Brix.__doc__ = overview()
Brix()
