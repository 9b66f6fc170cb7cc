"""Names of Linux's constants, out of kernel/abi/."""

import functools
import re

from machine import ROOT

DEFINE = re.compile(r"^#define ([A-Z_0-9a-z]+) +\(?(-?(?:0x[0-9a-fA-F]+|\d+))u?\)?"
                    r"(?: |$)", re.MULTILINE)
SIGNALS = re.compile(r"^ +X\( *(\d+), (\w+),", re.MULTILINE)
# Names that say something else than their prefix does; those of the auxiliary
# vector begin as flags of openat do.
OTHER_HEADERS = {"auxv.h"}
OTHER = {"MAP_TYPE", "MAP_HUGE_SHIFT", "MAP_HUGE_MASK", "O_ACCMODE",
         "MAP_HUGE_2MB", "MAP_HUGE_1GB", "FASYNC", "O_TMPFILE", "S_IFMT",
         "F_OK", "R_OK", "W_OK", "X_OK", "WAIT_CORE", "RLIMIT_COUNT"}

# Where strace has the other of two names.
AS_STRACE = {"WUNTRACED": "WSTOPPED"}


@functools.cache
def constants():
    """Values by names."""
    found = {}
    headers = (ROOT / "kernel/abi").glob("*.h")
    for header in sorted(headers, key=lambda path: path.name):
        if header.name in OTHER_HEADERS:
            continue
        for name, value in DEFINE.findall(header.read_text()):
            negative = value.startswith("-")
            number = int(value.lstrip("-"), 0 if "x" in value else 8
                         if re.match("-?0[0-7]", value) else 10)
            found[name] = -number if negative else number
    return found


@functools.cache
def named(prefix):
    """Names by values of those with PREFIX, the first of a value."""
    found = {}
    for name, value in constants().items():
        if name.startswith(prefix) and name not in OTHER:
            found.setdefault(value, AS_STRACE.get(name, name))
    return found


def name_of(prefix, value):
    name = named(prefix).get(value)
    return name or f"{value & 0xffffffff:#x} /* {prefix}??? */"


@functools.cache
def signal_names():
    text = (ROOT / "kernel/abi/signal.h").read_text()
    return {int(number): name for number, name in SIGNALS.findall(text)}


def signal_name(number):
    if 32 <= number <= 64:
        return "SIGRTMIN" if number == 32 else f"SIGRT_{number - 32}"
    return signal_names().get(number, str(number))


def flags_in_order(names, value, prefix):
    """VALUE by NAMES, pairs of bit and name in strace's order."""
    shown = []
    for bit, name in names:
        if value & bit:
            shown.append(name)
            value &= ~bit
    if value:
        shown.append(f"{value:#x}" if shown else f"{value:#x} /* {prefix}??? */")
    return "|".join(shown) or "0"


def flags_of(prefix, value, first=None):
    """VALUE as names joined by |, ascending, but FIRST and what is in no name."""
    names = [first] if first else []
    for bit, name in sorted(named(prefix).items()):
        if bit > 0 and bit & (bit - 1) == 0 and value & bit:
            names.append(name)
            value &= ~bit
    if value or not names:
        unknown = f"{value:#x}"
        if value and not names:
            unknown += f" /* {prefix}??? */"
        names.append(unknown if value else "0")
    return "|".join(names)
