"""The scripts of make check find what they are there to find: each runs on a
small tree with one fault, and on the same tree without it."""

import shutil
import subprocess

import pytest
from machine import ROOT

GOOD = {
    "mm/frame.c": '/* Frames. */\n#include "kernel/lib.h"\n',
    "kernel/main.c": '/* The kernel. */\n#include "mm/frame.h"\n',
    "kernel/lib/types.h": "/* Types. */\n",
    **{f"kernel/{room}.h": "/* A room. */\n" for room in (
        "lib", "x86", "base", "signal", "thread", "file", "process", "exec",
        "terminal", "proc", "report", "syscall", "gdb", "bench")},
    "mm/frame.h": "/* Frames. */\n",
    "user/sh.c": '/* The shell. */\n#include "kernel/abi/errno.h"\n',
    "kernel/abi/errno.h": "/* Errors. */\n",
    "Makefile": "all:\nrun: all\n",
    "README.md": "`make run`, [frames](mm/frame.c), `kernel/main.c x`\n",
    "ARCHITECTURE.md": "`frame.h`, `build/x`, `/proc/self/maps`, `a+b`\n",
    "DEBUGGING.md": "`make run`\n",
    "LESSONS.md": "```\nmap\n```\n",
}

LONG = "/* Long. */\nint f(void)\n{\n" + "    f();\n" * 70 + "}\n"

FAULTS = [
    ("check-layers", "mm/frame.c", '#include "kernel/main.h"\n'),
    ("check-layers", "mm/frame.c", '#include "boot/boot.h"\n'),
    ("check-layers", "kernel/lib/types.h", '#include "mm/frame.h"\n'),
    ("check-layers", "kernel/main.c", '#include "test/host/random.h"\n'),
    ("check-layers", "kernel/main.c", '#include "nowhere/x.h"\n'),
    ("check-layers", "user/sh.c", '#include "kernel/lib/types.h"\n'),
    ("check-layers", "kernel/file/x.c", '#include "kernel/proc/x.h"\n'),
    ("check-layers", "kernel/exec/x.c", '#include "kernel/proc/x.h"\n'),
    ("check-layers", "kernel/exec/x.c", '#include "kernel/file/x_priv.h"\n'),
    ("check-layers", "boot/start.asm", '%include "kernel/main.inc"\n'),
    ("check-sizes", "kernel/main.c", LONG),
    ("check-sizes", "kernel/main.c", "/* x */\n" + "int x;\n" * 400),
    ("check-sizes", "kernel/main.c", "int x;\n"),
    ("check-sizes", "tools/script", "#!/bin/sh\nexit 0\n"),
    ("check-docs", "README.md", "`make nothing`\n"),
    ("check-docs", "README.md", "    make nothing\n"),
    ("check-docs", "README.md", "[x](kernel/gone.c)\n"),
    ("check-docs", "ARCHITECTURE.md", "see `kernel/gone.c`\n"),
    ("check-docs", "ARCHITECTURE.md", "see `gone.h`\n"),
    ("check-docs", "DEBUGGING.md", "`make nothing`\n"),
    ("check-docs", "LESSONS.md", "`user/gone.c`\n"),
]


def check(tree, tool, files):
    """The script's exit status and output on a tree of FILES."""
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text)
    (tree / "tools").mkdir(exist_ok=True)
    shutil.copy(ROOT / "tools" / tool, tree / "tools")
    done = subprocess.run([tree / "tools" / tool], capture_output=True,
                          text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("tool", ["check-layers", "check-sizes", "check-docs"])
def test_nothing_is_wrong(tool, tmp_path):
    assert check(tmp_path, tool, GOOD) == (0, "")


@pytest.mark.parametrize("tool, path, text", FAULTS)
def test_a_fault_is_found(tool, path, text, tmp_path):
    status, said = check(tmp_path, tool, {**GOOD, path: text})
    assert status == 1
    assert said.startswith(f"{path}:") and len(said.splitlines()) == 1
