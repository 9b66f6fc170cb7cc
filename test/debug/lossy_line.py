"""A serial line that loses and spoils bytes, between gdb and the stub."""

import os
import random
import socket
import threading

PIECE = 4096


class LossyLine:
    """Listens at DOOR for one caller and leads it to the socket TARGET. RATE of
    the bytes are dropped or changed, as SEED has it, in both directions."""

    def __init__(self, door, target, seed, rate):
        self.door = door
        self.rate = rate
        self.harmed = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(os.fspath(door))
        self.listener.listen()
        self.machine = socket.socket(socket.AF_UNIX)
        self.machine.connect(os.fspath(target))
        self.threads = [threading.Thread(target=self.serve, args=(seed,))]

    def __enter__(self):
        self.threads[0].start()
        return self

    def __exit__(self, *_):
        for end in (self.listener, self.machine):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # nobody is there any more
            end.close()
        for thread in self.threads:
            thread.join()

    def serve(self, seed):
        try:
            caller = self.listener.accept()[0]
        except OSError:
            return  # nobody called
        there = threading.Thread(target=self.carry, args=(
            caller, self.machine, random.Random(f"{seed} to the stub")))
        there.start()
        self.carry(self.machine, caller, random.Random(f"{seed} to gdb"))
        there.join()
        caller.close()

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
