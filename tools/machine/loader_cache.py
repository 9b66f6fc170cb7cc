"""Reads /etc/ld.so.cache, in which ldconfig notes where libraries are
(dl-cache.h of glibc)."""

import collections
import os
import struct

PATH = "/etc/ld.so.cache"
MAGIC = b"glibc-ld.so.cache1.1"
HEADER = struct.Struct("<20s2I20x")  # magic, entries, bytes of strings
ENTRY = struct.Struct("<i2I12x")  # flags, name, path; both are offsets
FLAGS = {32: 0x0003, 64: 0x0303}  # a library of glibc's, i386 or x86-64


def parse(cache):
    """{(name, bits): paths, the best last} of the bytes CACHE. What is no
    cache, or of another version, knows nothing."""
    found = collections.defaultdict(list)
    if len(cache) < HEADER.size or not cache.startswith(MAGIC):
        return found
    _, count, _ = HEADER.unpack_from(cache)
    rows = cache[HEADER.size:HEADER.size + count * ENTRY.size]
    for flags, name, path in ENTRY.iter_unpack(
            rows[:len(rows) - len(rows) % ENTRY.size]):
        for bits, wanted in FLAGS.items():
            if flags == wanted:
                found[string(cache, name), bits].append(string(cache, path))
    return found


def string(cache, at):
    end = cache.find(b"\0", at)
    return os.fsdecode(cache[at:end]) if end >= 0 else ""
