"""Ways to gdb but its command line: the machine interface, as the set-up for an
editor uses it."""

import json
import re
import subprocess

from gdb_session import TIME_LIMIT, Machine
from machine import KERNEL, ROOT


def start_gdb(door):
    """A gdb that is told what .vscode/launch.json says, with another door."""
    text = (ROOT / ".vscode/launch.json").read_text()
    text = text.replace("${workspaceFolder}", str(ROOT))
    setup, = json.loads(text)["configurations"]
    assert setup["program"] == str(KERNEL)
    words = [setup["miDebuggerPath"], "-nx", "-q", "--interpreter=mi2"]
    gdb = subprocess.Popen(words, stdin=subprocess.PIPE, text=True,
                           stdout=subprocess.PIPE, cwd=setup["cwd"])
    commands = [f"-file-exec-and-symbols {setup['program']}"]
    commands += [f'-interpreter-exec console "{command["text"]}"'
                 for command in setup["setupCommands"]]
    return gdb, [*commands, f"-target-select remote {door}"]


def ask(gdb, commands):
    """The answers to COMMANDS. Each that lets the machine run is waited for."""
    said = []
    for command in commands:
        wanted = r"\*stopped" if command.startswith("-exec") else r"\^"
        gdb.stdin.write(f"{command}\n")
        gdb.stdin.flush()
        for line in gdb.stdout:
            said.append(line)
            if re.match(wanted, line) or line.startswith("^error"):
                break
    return "".join(said)


def test_machine_interface():
    with Machine(program="/bin/malloc_test") as machine:
        gdb, begin = start_gdb(machine.door)
        try:
            text = ask(gdb, [
                *begin, "-break-insert -f main", "-exec-continue",
                "-stack-list-variables --simple-values", "-exec-next",
                '-interpreter-exec console "info page main"'])
            gdb.communicate("-gdb-exit\n", timeout=TIME_LIMIT)
        finally:
            gdb.kill()
    for wanted in ('name="argc",arg="1",type="int",value="1"',
                   'reason="end-stepping-range"', "mapped by process 1"):
        assert wanted in text, text
    assert "^error" not in text, text
