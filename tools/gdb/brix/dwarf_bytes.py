"""Bytes of DWARF, read one thing after the other, and numbers as it has them."""

import struct


class Reader:
    """Reads DATA from AT on."""

    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def take(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, form):
        value, = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def u8(self):
        return self.number("B")

    def u16(self):
        return self.number("H")

    def u32(self):
        return self.number("I")

    def uleb(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def sleb(self):
        start = self.at
        value = self.uleb()
        bits = 7 * (self.at - start)
        return value - (1 << bits) if value >> (bits - 1) & 1 else value

    def text(self):
        end = self.data.index(0, self.at)
        value = bytes(self.data[self.at:end])
        self.at = end + 1
        return value


def uleb(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def sleb(value):
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out + bytes([value & 0x7f]))
