"""The kernel's #defines, read from its headers, so that no number stands in
two places. Debug information has them only where a macro is in scope."""

import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]
HEADERS = ["kernel/lib/bits.h", "boot/boot_info.h", "kernel/abi/bytemap.h",
           "kernel/x86/gdt.h", "kernel/x86/paging.h", "mm/layout.h", "mm/area.h",
           "mm/area_priv.h", "mm/page_table.h", "mm/aspace_priv.h",
           "mm/byte_map_priv.h", "mm/free_runs.h"]

DEFINE = re.compile(r"^#define\s+(\w+)[ \t]+(.+)$", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?(\*/|$)")
SUFFIX = re.compile(r"\b(0x[0-9a-fA-F]+|\d+)[uUlL]+\b")
CAST = re.compile(r"\((paddr_t|uaddr_t|uint64_t)\)")
MASK_64 = (1 << 64) - 1


def evaluate(text, known):
    """The value of a constant expression of C, or None if it is none."""
    text = SUFFIX.sub(r"\1", CAST.sub("", COMMENT.sub("", text)))
    text = re.sub(r"(?<![/])/(?![/])", "//", text)
    try:
        value = eval(text, {"__builtins__": {}, "BIT": lambda n: 1 << n,
                            "UINT32_MAX": (1 << 32) - 1,
                            "SIZE_MAX": MASK_64}, known)
    except Exception:  # not a number: a function, a type, a string
        return None
    return value & MASK_64 if isinstance(value, int) else None


@functools.cache
def all_constants():
    known = {}
    for header in HEADERS:
        for name, text in DEFINE.findall((ROOT / header).read_text()):
            value = evaluate(text, known)
            if value is not None:
                known[name] = value
    return known


def constant(name):
    """The number that the kernel calls NAME."""
    return all_constants()[name]
