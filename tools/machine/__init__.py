"""Brix in QEMU, seen from the host: what tools/run, tools/debug and the boot
tests share. Python's standard library only."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
KERNEL = BUILD / "brix"
INITRD = BUILD / "initrd.cpio"
ISO = BUILD / "brix.iso"

FAILED = 125  # the exit status when the machine, not the program, failed


class Failure(Exception):
    """The machine cannot be started or used: a message for the user and the
    exit status that tells scripts which kind of failure it is."""

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status
