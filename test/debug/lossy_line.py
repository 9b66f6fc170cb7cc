"""A serial line that loses and spoils bytes, between gdb and the stub."""

import os
import random
import socket
import threading

PIECE = 4096


class LossyLine:
    """Listens at DOOR, and leads who calls, one after the other, to the socket
    TARGET. RATE of the bytes are dropped or changed, as SEED has it, in both
    directions."""

    def __init__(self, door, target, seed, rate):
        self.door = door
        self.target = target
        self.rate = rate
        self.harmed = 0
        self.directions = [random.Random(f"{seed} {name}")
                           for name in ("to the stub", "to gdb")]
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.fspath(door))
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        """gdb has ended by now, and with it the last call."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()

    def serve(self):
        while True:
            try:
                caller = self.listener.accept()[0]
            except OSError:
                return  # the listener was shut down
            with caller, socket.socket(socket.AF_UNIX) as machine:
                machine.connect(os.fspath(self.target))
                self.connect(caller, machine)

    def connect(self, caller, machine):
        there = threading.Thread(
            target=self.carry, args=(caller, machine, self.directions[0]))
        there.start()
        self.carry(machine, caller, self.directions[1])
        there.join()

    def carry(self, source, sink, choose):
        """Until one end is closed; the other learns of it."""
        try:
            while data := source.recv(PIECE):
                sink.sendall(self.spoil(data, choose))
            sink.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def spoil(self, data, choose):
        spoilt = bytearray()
        for byte in data:
            if choose.random() >= self.rate:
                spoilt.append(byte)
                continue
            self.harmed += 1
            if choose.random() < 0.5:
                spoilt.append(byte ^ 1 << choose.randrange(8))
        return bytes(spoilt)
