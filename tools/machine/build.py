"""Brings files under build/ up to date with make, quietly."""

import fcntl
import os
import subprocess
import sys

from machine import BUILD, FAILED, ROOT, Failure


def up_to_date(targets):
    made = subprocess.run(["make", "-q", *targets], cwd=ROOT,
                          capture_output=True)
    return made.returncode == 0


def make(*targets):
    """Makes the files TARGETS. Says nothing unless it fails. Several may call
    at once: one builds, the others wait for it."""
    targets = [os.path.relpath(target, ROOT) for target in targets]
    if up_to_date(targets):
        return
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(["make", *targets], cwd=ROOT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode != 0:
        sys.stderr.write(made.stdout)
        raise Failure(f"make {' '.join(targets)} failed", FAILED)
