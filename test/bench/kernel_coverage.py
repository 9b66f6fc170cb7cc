#!/usr/bin/python3
"""kernel_coverage.py KERNEL FOLDER FILE...: what share of the lines of each FILE
the kernel in QEMU has run, and which it never has. FOLDER has what QEMU said of
its runs (KERNEL_COVERAGE in tools/machine/qemu.py): the instructions that it
translated, each when it was about to run."""

import collections
import pathlib
import re
import subprocess
import sys

INSTRUCTION = re.compile(r"^0x([0-9a-f]+): ", re.M)
ROW = re.compile(r"^\S+ +\d+ +0x([0-9a-f]+)", re.M)
PLACE = re.compile(r"(?:\./)?(\S+):(\d+)")
COLUMNS = 28, 20


def addresses_run(folder):
    """Of all runs together."""
    found = set()
    for log in pathlib.Path(folder).glob("*.log"):
        with log.open() as lines:
            for line in lines:
                match = INSTRUCTION.match(line)
                if match:
                    found.add(int(match[1], 16))
    return found


def addresses_of_lines(kernel):
    """Where the compiler says that the code of some line begins."""
    table = subprocess.run(["objdump", "--dwarf=decodedline", kernel],
                           check=True, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True).stdout
    return sorted({int(address, 16) for address in ROW.findall(table)})


def places(kernel, addresses):
    """(file, line) of each address, in their order."""
    answer = subprocess.run(
        ["addr2line", "-e", kernel], check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        input="".join(f"{address:#x}\n" for address in addresses)).stdout
    root = str(pathlib.Path.cwd()) + "/"
    for line in answer.splitlines():
        match = PLACE.match(line.removeprefix(root))
        yield (match[1], int(match[2])) if match else (line, 0)


def main():
    kernel, folder, *files = sys.argv[1:]
    addresses = addresses_of_lines(kernel)
    has_run = addresses_run(folder)
    lines = collections.defaultdict(dict)
    for address, (file, line) in zip(addresses, places(kernel, addresses)):
        known = lines[file].get(line, False)
        lines[file][line] = known or address in has_run
    total = ran = 0
    for file in files:
        count, of_all = sum(lines[file].values()), len(lines[file])
        share = f"{count}/{of_all} {100 * count / max(of_all, 1):6.1f} %"
        print(f"{file:{COLUMNS[0]}}{share:>{COLUMNS[1]}}")
        total, ran = total + of_all, ran + count
    for file in files:
        missed = [str(line) for line, was_run in sorted(lines[file].items())
                  if not was_run]
        if missed:
            print(f"never run: {file}: {' '.join(missed)}")
    print(f"all together: {ran}/{total} lines, "
          f"{100 * ran / max(total, 1):.1f} %")


main()
