"""Programs with interpreters: the shapes of test/boot/shapes.py are these, and
what is none."""

from elf_file import PAGE, PT_INTERP
from shapes import (ADDRESS, DATA, DATA_SIZE, ET_DYN, ET_EXEC, MIB, data,
                    of_class, shape)


def interpreted(bits, path, kind=ET_EXEC, extra=0):
    """A program whose interpreter is PATH, with EXTRA bytes of zeros."""
    name = path.encode() + b"\0"
    ask = dict(kind=PT_INTERP, offset=DATA, file_size=len(name), size=len(name))
    address = 0x5000 if kind == ET_DYN else ADDRESS
    return shape(bits, [data(address, size=0x200 + extra), ask],
                 tail=name.ljust(DATA_SIZE, b"\xaa"), kind=kind)


def with_interpreters(bits, folder):
    """Programs whose interpreters are the shapes of the class, in FOLDER, what
    is no program, and themselves."""
    kinds = {"exec": ET_EXEC, "pie": ET_DYN}
    paths = {name: f"{folder}/{name}" for name in of_class(bits)}
    for number, (name, path) in enumerate(paths.items()):
        kind = list(kinds)[number % 2]
        yield f"by-{name}-{kind}", interpreted(bits, path, kinds[kind])
    for kind, type_ in kinds.items():
        yield f"by-itself-{kind}", interpreted(
            bits, f"{folder}/by-itself-{kind}", type_)
        yield f"by-interpreted-{kind}", interpreted(
            bits, f"{folder}/by-pie-plain-exec", type_)
        for at in 0x1000, 0x20000, 0x7654000:
            image = shape(bits, [dict(address=at, offset=PAGE, file_size=PAGE,
                                      size=PAGE)],
                          text=False, kind=ET_DYN, entry=at)
            yield f"moved-{at:x}-{kind}", image
            yield f"by-moved-{at:x}-{kind}", interpreted(
                bits, f"{folder}/moved-{at:x}-{kind}", type_)
        yield f"by-pie-and-zeroes-{kind}", interpreted(
            bits, paths["pie-plain"], type_, extra=8 * MIB)
    for name, path in {"folder": folder, "none": "/no/such", "empty": "",
                       "device": "/dev/null", "no-right": "/proc/self/maps",
                       "file-below": f"{paths['pie-plain']}/x",
                       "relative": "shapes/pie-plain", "long": "a" * 300,
                       "other-class": f"{folder}/other-class"}.items():
        yield f"by-{name}", interpreted(bits, path)
    yield "other-class", shape(96 - bits, kind=ET_DYN)
