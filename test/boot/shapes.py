"""ELF files of every shape that Linux's loader has a rule for, right ones and
wrong ones, of both classes. Each runs test/boot/shapes/shape.c."""

import random
import struct

from elf_file import (BASE, EXECUTE, HEADER_SIZE, PAGE, PT_GNU_STACK,
                      PT_INTERP, PT_LOAD, PT_NULL, READ, SEGMENT_SIZE, WRITE,
                      header, segment)
from machine import BUILD

ET_REL, ET_EXEC, ET_DYN, ET_CORE = 1, 2, 3, 4
EM_386, EM_486, EM_X86_64, EM_AARCH64 = 3, 6, 62, 183
PT_LOPROC = 0x70000000
FOLDER = BUILD / "test/shapes"
USER_END = {64: 0x7FFFFFFFF000, 32: 0xFFFFE000}
WORD = {64: "<Q", 32: "<I"}
DATA = 0x3000  # where the file's data are
DATA_SIZE = 0x1800
ADDRESS = BASE + 0x10000  # where most shapes have their second segment
LAST = 1  # ends the addresses that a shape looks at
FILL = b"\xaa" * DATA_SIZE
RW = READ | WRITE
MIB, GIB = 1 << 20, 1 << 30


def code(bits, addresses):
    bytes_ = (FOLDER / f"shape{bits}").read_bytes()
    return bytes_ + b"".join(struct.pack(WORD[bits], address)
                             for address in (*addresses, LAST))


def shape(bits, segments=(), look=(), kind=ET_EXEC, text=True, table=None,
          tail=FILL, **fields):
    """A file of SEGMENTS, arguments for elf_file.segment, behind one with the
    code unless TEXT is false. It prints the bytes at LOOK."""
    program = code(bits, look)
    base = 0 if kind == ET_DYN else BASE
    all_segments = [dict(address=base + PAGE, offset=PAGE,
                         file_size=len(program), size=len(program))] * text
    all_segments += segments
    table = HEADER_SIZE[bits] if table is None else table
    entry = fields.pop("entry", base + PAGE)
    image = bytearray(header(bits, kind=kind, entry=entry, table=table,
                             count=fields.pop("count", len(all_segments)),
                             **fields))
    headers = b"".join(segment(bits=bits, **one) for one in all_segments)
    for offset, part in ((table, headers), (PAGE, program), (DATA, tail)):
        if offset < 1 << 20:
            image.extend(bytes(max(0, offset + len(part) - len(image))))
            image[offset:offset + len(part)] = part
    return bytes(image)


def data(address=ADDRESS, offset=DATA, file_size=0x123, size=0x200, flags=RW,
         **more):
    return dict(address=address, offset=offset, file_size=file_size, size=size,
                flags=flags, **more)


def zeroes(bits):
    """What lies behind the file's part of a segment."""
    look = [ADDRESS, ADDRESS + 0x120, ADDRESS + PAGE]
    for name, flags in (("rw", RW), ("r", READ), ("none", 0), ("w", WRITE),
                        ("x", EXECUTE), ("rx", READ | EXECUTE),
                        ("rwx", RW | EXECUTE)):
        yield f"zeroes-in-page-{name}", shape(bits, [data(flags=flags)], look)
        yield f"zeroes-across-{name}", shape(
            bits, [data(size=0x1003, flags=flags)], look)
        yield f"zeroes-alone-{name}", shape(
            bits, [data(file_size=0, size=0x1003, flags=flags)], look)
    yield "zeroes-none", shape(bits, [data(size=0x123)], look)
    yield "zeroes-to-page", shape(bits, [data(size=PAGE)], look)
    yield "zeroes-from-page", shape(
        bits, [data(file_size=PAGE, size=2 * PAGE)], look)
    yield "zeroes-unaligned", shape(
        bits, [data(ADDRESS + 0x110, 0x99777, 0, 8)], look)
    yield "zeroes-large", shape(bits, [data(size=8 * MIB)],
                                [ADDRESS + 4 * MIB])
    yield "zeroes-more-than-memory", shape(bits, [data(size=3 * GIB)])
    for name, order in ("up", (0, 1)), ("down", (1, 0)):
        yield f"zeroes-beside-{name}", shape(
            bits, [data(ADDRESS + at * PAGE, 0, 0, PAGE) for at in order])


def sizes(bits):
    edge = 1 << bits
    look = [ADDRESS, ADDRESS + PAGE, ADDRESS + 2 * PAGE]
    for name, numbers in {
            "empty": (0, 0), "file-above-memory": (0x20, 0x10),
            "file-alone": (0x20, 0), "file-minus": (edge - 1, 0x200),
            "both-minus": (edge - 1, edge - 1),
            "memory-minus": (0x123, edge - 1),
            "memory-minus-page": (0x123, edge - PAGE),
            "memory-half": (0x123, edge // 2),
            "past-file": (3 * PAGE, 3 * PAGE), "past-file-zeroes": (
                0x2800, 4 * PAGE), "past-file-in-page": (0x1900, 0x1F00),
            "past-file-far": (64 * PAGE, 64 * PAGE)}.items():
        yield f"size-{name}", shape(
            bits, [data(file_size=numbers[0], size=numbers[1])], look)
    yield "size-empty-unaligned", shape(
        bits, [data(ADDRESS + 8, DATA + 8, 0, 0)], look)
    yield "size-empty-far", shape(bits, [data(1 << 30, DATA, 0, 0)])
    yield "size-no-code", shape(bits, [data(file_size=0, size=0)], text=False)


def offsets(bits):
    edge = 1 << bits
    for name, offset in {
            "half": edge // 2, "half-before": edge // 2 - PAGE,
            "minus": edge - PAGE, "end": DATA + 2 * PAGE, "1": DATA + 1,
            "page-rest": DATA + 0x800, "before": DATA - 1}.items():
        yield f"offset-{name}", shape(bits, [data(offset=offset)], [ADDRESS])
        yield f"offset-{name}-empty", shape(
            bits, [data(offset=offset, file_size=0)], [ADDRESS])
    yield "offset-half-sum", shape(
        bits, [data(offset=edge // 2 - PAGE, file_size=PAGE, size=PAGE)])
    yield "offset-rest", shape(
        bits, [data(ADDRESS + 0x10, DATA + 0x10, 0x10, 0x20)], [ADDRESS])
    yield "address-rest", shape(bits, [data(ADDRESS + 8)])


def addresses(bits):
    end, edge = USER_END[bits], 1 << bits
    for name, address, more in (
            ("0", 0, {}), ("page", PAGE, {}), ("below-64k", 0xF000, {}),
            ("end", end, {}), ("end-minus-1", end - 1, {}),
            ("end-to-end", end - PAGE, dict(size=PAGE)),
            ("end-past", end - PAGE, dict(size=PAGE + 1)),
            ("end-zeroes", end - PAGE, dict(file_size=0, size=PAGE)),
            ("edge", edge - PAGE, {}), ("edge-half", edge // 2, {}),
            ("edge-empty", edge - PAGE, dict(file_size=0, size=0)),
            ("end-empty", end, dict(file_size=0, size=0)),
            ("below-stack", end - MIB, {}),
            ("mmap-base", end - 128 * MIB - PAGE, {}),
            ("kernel", 0xFFFFFFFF80000000 % edge, {}),
            ("noncanonical", (1 << 50) % edge, {})):
        yield f"address-{name}", shape(bits, [data(address, **more)])
        yield f"address-{name}-first", shape(
            bits, [data(address, **more), dict(
                address=BASE + PAGE, offset=PAGE, file_size=PAGE, size=PAGE)],
            text=False)
    for name, flags in ("r", READ), ("rw", RW):
        for kind in ("zeroes", "file"):
            size = 0 if kind == "zeroes" else PAGE
            yield f"address-stack-{kind}-{name}", shape(
                bits, [data(end - 0x10000 & -PAGE, DATA, size, 0x10000,
                            flags=flags)])
    yield "brk-at-end", shape(
        bits, [data(end - 0x300000, file_size=0, size=0x100000)])
    yield "brk-in-way", shape(
        bits, [data(ADDRESS), data(ADDRESS - PAGE, file_size=0, size=PAGE)])


def overlaps(bits):
    look = [ADDRESS, ADDRESS + PAGE, ADDRESS + 2 * PAGE]
    whole = data(file_size=0, size=4 * PAGE, flags=0)
    yield "overlap-reserved", shape(
        bits, [whole, data(flags=RW), data(ADDRESS + 2 * PAGE, DATA + PAGE)],
        look)
    yield "overlap-reserved-after", shape(
        bits, [data(flags=RW), data(ADDRESS + 2 * PAGE), whole], look)
    yield "overlap-same", shape(bits, [data(), data(offset=DATA + PAGE)], look)
    yield "overlap-bytes", shape(
        bits, [data(file_size=0x1800, size=0x1800),
               data(ADDRESS + 0x1400, DATA + 0x400, 0x400, 0x2000)], look)
    yield "overlap-page", shape(
        bits, [data(), data(ADDRESS + 0x800, DATA + 0x800, 0x100, 0x100)],
        look)
    yield "overlap-code", shape(bits, [data(BASE + PAGE, PAGE, PAGE, PAGE)])
    yield "overlap-code-zeroes", shape(
        bits, [data(BASE + PAGE, 0, 0, PAGE, READ | EXECUTE)])
    yield "overlap-first-twice", shape(
        bits, [dict(address=BASE + PAGE, offset=PAGE, file_size=PAGE,
                    size=PAGE)])
    yield "order-down", shape(bits, [data(ADDRESS + PAGE * n)
                                     for n in (4, 2, 0)], look)
    yield "many", shape(bits, [
        data(ADDRESS + i * 0x2000 + i, DATA + i, 1, 1) for i in range(60)],
        [ADDRESS, ADDRESS + 59 * 0x2000], table=DATA + DATA_SIZE)


def alignments(bits):
    for align in (0, 1, 3, 0x800, 0x2000, 0x3000, 1 << 21, 1 << 29,
                  1 << (bits - 2), 1 << (bits - 1), (1 << bits) - 1):
        yield f"align-{align:x}", shape(bits, [data(alignment=align)])
        yield f"pie-align-{align:x}", shape(
            bits, [data(0x5000, alignment=align)], kind=ET_DYN)


def pies(bits):
    edge = 1 << bits
    make = {
        "plain": [],
        "data": [data(0x5000)],
        "hole": [data(0x1000000)],
        "out-of-order": [data(0)],
        "zeroes": [data(0x5000, size=0x3000)],
        "same-page": [data(0x1800, DATA + 0x800)],
        "file-past-end": [data(0x5000, file_size=0x4000, size=0x4000)],
        "too-large": [data(0x5000, size=USER_END[bits] - 0x5000)],
        "large": [data(0x5000, file_size=0, size=USER_END[bits] // 2)],
        "address-edge": [data(edge - PAGE)],
        "address-half": [data(edge // 2)],
        "empty-far": [data(0x1000000, file_size=0, size=0)],
    }
    for name, segments in make.items():
        yield f"pie-{name}", shape(bits, segments, kind=ET_DYN)
    for name, first in {
            "zeroes": data(0, file_size=0, size=PAGE),
            "zeroes-above": data(0x5000, file_size=0, size=PAGE),
            "empty": data(0, file_size=0, size=0),
            "above": data(0x5000), "aligned": data(0x200000, alignment=1 << 21),
            "aligned-rest": data(0x5000, alignment=1 << 21),
            "aligned-zeroes": data(0x5000, file_size=0, size=PAGE,
                                   alignment=1 << 21)}.items():
        last = dict(address=PAGE, offset=PAGE, file_size=PAGE, size=PAGE)
        yield f"pie-first-{name}", shape(bits, [first, last], kind=ET_DYN,
                                         text=False)
    for at in (0x7654000, 0x10000, USER_END[bits] // 2 & -PAGE):
        yield f"pie-at-{at:x}", shape(
            bits, [dict(address=at, offset=PAGE, file_size=PAGE, size=PAGE)],
            text=False, kind=ET_DYN, entry=at)
    yield "pie-all-empty", shape(bits, [data(0, file_size=0, size=0)],
                                 text=False, kind=ET_DYN)
    yield "pie-empty-rest", shape(
        bits, [data(8, DATA + 8, file_size=0, size=0)], text=False,
        kind=ET_DYN)
    yield "pie-nothing-to-load", shape(bits, [data(kind=PT_NULL)], text=False,
                                       kind=ET_DYN)
    yield "pie-headers-loaded", shape(
        bits, [dict(address=0, offset=0, file_size=2 * PAGE, size=2 * PAGE)],
        text=False, kind=ET_DYN)
    for entry in (0, USER_END[bits], edge - 1, edge // 2):
        yield f"pie-entry-{entry:x}", shape(bits, kind=ET_DYN, entry=entry)


def headers(bits):
    size = SEGMENT_SIZE[bits]
    most = PAGE // size
    nothing = [dict(kind=PT_NULL)]
    for kind in (0, ET_REL, ET_CORE, 5, 0xFE00, 0xFFFF):
        good = bytearray(shape(bits))
        good[16:18] = struct.pack("<H", kind)
        yield f"type-{kind:x}", bytes(good)
    for machine in (0, EM_386, EM_486, 7, EM_X86_64, EM_AARCH64, 0xFFFF):
        yield f"machine-{machine}", shape(bits, machine=machine)
    for name, fields in {
            "class-0": dict(ident_class=0), "class-7": dict(ident_class=7),
            "class-other": dict(ident_class=3 - bits // 32),
            "big-endian": dict(ident_data=2), "version-0": dict(version=0),
            "version-9": dict(version=9), "ehsize-0": dict(header_size=0),
            "magic": dict(magic=b"\x7fELG"),
            "entry-size-0": dict(segment_size=0),
            "entry-size-less": dict(segment_size=size - 1),
            "entry-size-more": dict(segment_size=size + 8),
            "entry-size-other": dict(segment_size=SEGMENT_SIZE[96 - bits]),
            "table-0": dict(table_field=0),
            "table-past": dict(table_field=0x100000),
            "table-half": dict(table_field=1 << (bits - 1)),
            "table-minus": dict(table_field=(1 << bits) - size),
            "table-minus-1": dict(table_field=(1 << bits) - 1)}.items():
        yield f"header-{name}", shape(bits, **fields)
    for count in (0, most + 1, 0x8000, 0xFFFF):
        yield f"count-{count}", shape(bits, count=count)
    for count in (most - 1, most, most + 1):
        yield f"table-of-{count}", shape(bits, nothing * (count - 1),
                                         table=DATA + DATA_SIZE)
    yield "table-at-end", shape(bits, table=DATA + DATA_SIZE)
    yield "table-cut", shape(bits, table=DATA + DATA_SIZE)[:-1]
    for length in (0, 1, 3, 4, 5, 16, 19, 20, 40, 51, 52, 53, 63, 64, 70, 119,
                   120, PAGE, PAGE + 1):
        yield f"cut-{length}", shape(bits)[:length]
    for segments in (nothing, [dict(kind=PT_LOPROC)], [dict(kind=0xFFFFFFFF)]):
        number = segments[0]["kind"]
        yield f"nothing-to-load-{number:x}", shape(bits, segments, text=False)
        yield f"and-type-{number:x}", shape(bits, segments)


def tiny(bits):
    """The smallest program: an ELF32 header that is a program header, too, from
    its fourth byte on, and code from the thirty-second. Exits with 42."""
    head = struct.pack("<4sIIIHHIII", b"\x7fELF", PT_LOAD, 0, 0x10000, ET_EXEC,
                       EM_386, 0x10020, 0x10020, 4)
    image = head + bytes.fromhex("b32a 31c0 40 cd80 00") + struct.pack(
        "<HHB", HEADER_SIZE[32], SEGMENT_SIZE[32], 1)
    if bits == 32:
        yield "tiny", image
        yield "tiny-whole-header", image.ljust(HEADER_SIZE[32], b"\0")
        yield "tiny-less", image[:-1]


def interpreters(bits):
    edge = 1 << bits
    name = b"/lib/none\0"

    def asks(offset=DATA, size=len(name), tail=name, **more):
        return shape(bits, [dict(kind=PT_INTERP, offset=offset, file_size=size,
                                 size=size, **more)], tail=tail)
    for size in (0, 1, 2, 9, 10, 11, 4096, 4097, edge // 2, edge - 1):
        yield f"interpreter-{size}", asks(size=size)
    yield "interpreter-4096-long", asks(size=4096,
                                        tail=b"a" * 4095 + b"\0")
    for offset in (DATA + 1, DATA + 8, DATA + 9, DATA + PAGE, edge // 2,
                   edge // 2 - 10, edge // 2 - 9, edge - 10, edge - 1):
        yield f"interpreter-at-{offset:x}", asks(offset)
    yield "interpreter-twice", shape(
        bits, [dict(kind=PT_INTERP, offset=DATA, file_size=10, size=10),
               dict(kind=PT_INTERP, offset=DATA, file_size=1, size=1)],
        tail=name)
    yield "interpreter-and-wrong", shape(
        bits, [data(1 << (bits - 1), size=1),
               dict(kind=PT_INTERP, offset=DATA, file_size=10, size=10)],
        tail=name)
    yield "interpreter-pie", shape(
        bits, [dict(kind=PT_INTERP, offset=DATA, file_size=10, size=10)],
        tail=name, kind=ET_DYN)


def stacks(bits):
    for name, flags in {"rw": [6], "rwx": [7], "none": [0], "x": [1],
                        "rw-rwx": [6, 7], "rwx-rw": [7, 6]}.items():
        gnu = [dict(kind=PT_GNU_STACK, flags=one, address=0, file_size=0,
                    size=0) for one in flags]
        yield f"stack-{name}", shape(bits, gnu + [data(flags=READ)])
    yield "stack-size", shape(
        bits, [dict(kind=PT_GNU_STACK, flags=6, size=1 << 30)])


def entries(bits):
    end, edge = USER_END[bits], 1 << bits
    for entry in (0, 8, BASE, ADDRESS, BASE + 0x9000, end - 1, end,
                  edge // 2, edge - 1):
        yield f"entry-{entry:x}", shape(bits, [data()], entry=entry)


SHAPES = (zeroes, sizes, offsets, addresses, overlaps, alignments, pies,
          headers, tiny, interpreters, stacks, entries)


def of_class(bits):
    """All shapes of one class, by name."""
    found = {}
    for group in SHAPES:
        for name, image in group(bits):
            assert name not in found, name
            found[name] = image
    return found


def by_chance(bits, seed):
    """A file of some segments whose fields are drawn: most are sensible, some
    are at an edge."""
    chance = random.Random(seed)
    edge, end = 1 << bits, USER_END[bits]
    edges = [0, 1, PAGE - 1, PAGE, PAGE + 1, end - PAGE, end - 1, end, end + 1,
             edge // 2 - PAGE, edge // 2, edge - PAGE, edge - 1]
    kind = chance.choice([ET_EXEC, ET_DYN])
    base = 0 if kind == ET_DYN else ADDRESS

    def number(sensible):
        return chance.choice(edges) if chance.random() < 0.05 else sensible

    def one():
        rest = chance.choice([0, 0, 8, 0x123, 0xFFF])
        file_size = chance.choice([0, 1, 0x123, PAGE - rest, PAGE, 0x1800])
        return dict(
            address=number(base + chance.randrange(8) * PAGE + rest),
            offset=number(DATA + chance.randrange(3) * PAGE + rest),
            file_size=number(file_size),
            size=number(file_size + chance.choice([0, 0, 1, 0x200, 3 * PAGE])),
            flags=chance.randrange(8),
            alignment=chance.choice([0, 1, PAGE, PAGE, PAGE, 1 << 21, edge // 2]),
            kind=chance.choice([PT_LOAD] * 9 + [PT_NULL, PT_GNU_STACK]))
    segments = [one() for _ in range(chance.randrange(5))]
    program = dict(address=(BASE if kind == ET_EXEC else 0x20000) + PAGE,
                   offset=PAGE, file_size=PAGE, size=PAGE)
    segments.insert(chance.randrange(len(segments) + 1), program)
    look = [ADDRESS + page * PAGE for page in range(4)] * (kind == ET_EXEC)
    return shape(bits, segments, look, kind=kind, text=False,
                 entry=program["address"])
