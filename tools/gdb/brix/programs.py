"""Symbols of programs, loaded by themselves: those of the program that runs.

Programs lie at the same addresses, so only one has its symbols loaded at a
time. They change when a program is executed and when one ends, after the
address space has changed, and are checked at each stop."""

import collections
import pathlib
import re
import struct

import gdb

from brix import processes, program32
from brix.constants import ROOT, constant

PROGRAMS = ROOT / "build/user"
ALIASES = {"init": "sh"}  # user/user.mk copies the shell to /init
ELFCLASS32 = 1
ET_DYN = 3
PT_LOAD = 1

Symbols = collections.namedtuple("Symbols", "path bias is_32")
loaded = None


class BrixPrograms(gdb.Parameter):
    """Where programs with their symbols are: files and folders with : between
them. A program is known by its name. build/user is always looked into."""

    set_doc = "Set where programs with their symbols are."
    show_doc = "Show where programs with their symbols are."

    def __init__(self):
        super().__init__("brix-programs", gdb.COMMAND_FILES,
                         gdb.PARAM_OPTIONAL_FILENAME)
        self.value = ""

    def get_set_string(self):
        return ""

    def get_show_string(self, value):
        return f"Programs are looked for in {value or 'no other place than'} " \
               f"and {PROGRAMS}."


places = BrixPrograms()


def guest_name(path):
    """The name on Brix of a program of the host: machine/program.py."""
    return re.sub(r"[^\w.+-]", "_", path.name, flags=re.ASCII)


def find_file(name):
    """The file of the host that is the program NAME, or None."""
    for place in filter(None, (places.value or "").split(":")):
        path = pathlib.Path(place)
        if path.is_dir() and (path / name).is_file():
            return path / name
        if path.is_file() and guest_name(path) == name:
            return path.absolute()
    path = PROGRAMS / ALIASES.get(name, name)
    return path if path.is_file() else None


def read_header(path):
    """(32-bit?, PIE?, first page of the first segment) of an ELF file."""
    data = path.read_bytes()
    is_32 = data[4] == ELFCLASS32
    kind, = struct.unpack_from("<H", data, 16)
    table, = struct.unpack_from("<I", data, 28) if is_32 \
        else struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 42 if is_32 else 54)
    at, form = (8, "<I") if is_32 else (16, "<Q")
    addresses = [struct.unpack_from(form, data, table + index * size + at)[0]
                 for index in range(count)
                 if data[table + index * size] == PT_LOAD]
    page = constant("PAGE_SIZE")
    return is_32, kind == ET_DYN, min(addresses) // page * page


def find_symbols(process):
    """The Symbols for the program of PROCESS, or None."""
    program = process["program"]
    if int(program) == 0 or int(process["aspace"]) == 0 or \
            int(program["name"]) == 0:
        return None
    path = find_file(processes.name_text(program["name"]))
    if path is None:
        return None
    is_32, is_pie, first = read_header(path)
    if is_32:
        path = program32.translate(path)
    starts = [int(area["start"]) for area in processes.areas(process)
              if int(area["file"]) and area["file"]["inode"] == program["inode"]]
    if not starts:
        return None
    bias = min(starts) - first if is_pie else 0
    return Symbols(path, bias, is_32)


def unload():
    global loaded
    try:
        gdb.execute(f"remove-symbol-file {loaded.path}", to_string=True)
    except gdb.error:
        pass  # the user was quicker
    loaded = None


def reset_breakpoints():
    """Lets gdb place its breakpoints again. add-symbol-file does so before it
    knows that it may read the program's code from the file, and code that is
    not in memory yet has no prologue to be skipped."""
    path = gdb.parameter("solib-search-path") or ""
    gdb.execute(f"set solib-search-path {path}", to_string=True)


def load(symbols):
    global loaded
    if symbols is None or symbols == loaded:
        return
    if loaded is not None:
        unload()
    offset = f" -o {symbols.bias}" if symbols.bias else ""
    gdb.execute(f"add-symbol-file {symbols.path}{offset}", to_string=True)
    reset_breakpoints()
    loaded = symbols


def is_32_bit(address):
    """Is ADDRESS code of the 32-bit program whose symbols are loaded?"""
    return (loaded is not None and loaded.is_32
            and address < constant("USER_END_32"))


class ActivateBreakpoint(gdb.Breakpoint):
    """At aspace_activate, when a program has been executed or has ended: the
    process that the address space belongs to goes on. Disabled otherwise,
    because every turn of a process comes by here."""

    def __init__(self):
        super().__init__("*aspace_activate", internal=True)
        self.silent = True
        self.enabled = False

    def stop(self):
        try:
            aspace = int(gdb.selected_frame().read_register("rdi"))
            aspace &= (1 << 64) - 1
            for process in processes.processes():
                if aspace and int(process["aspace"]) == aspace:
                    load(find_symbols(process))
                    self.enabled = False
                    break
        except (gdb.error, OSError, ValueError):
            pass  # no symbols are no reason to stop
        return False


class ChangeBreakpoint(gdb.Breakpoint):
    """At PLACE, after which another program goes on."""

    def __init__(self, place, activation):
        super().__init__(f"*{place}", internal=True)
        self.silent = True
        self.activation = activation

    def stop(self):
        self.activation.enabled = True
        return False


def check_at_stop(_=None):
    try:
        pointer = processes.current()
        if int(pointer) != 0:
            load(find_symbols(pointer.dereference()))
    except (gdb.error, OSError, ValueError, IndexError):
        pass  # before the kernel runs there is nothing to be found


_activation = ActivateBreakpoint()
ChangeBreakpoint("exec_finish", _activation)
ChangeBreakpoint("process_exit", _activation)
gdb.events.stop.connect(check_at_stop)
