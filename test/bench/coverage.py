#!/usr/bin/python3
"""coverage.py DIRECTORY FILE...: what share of the lines and branches of each
FILE the tests under DIRECTORY have run, all tests together, by gcov. Fails
when a line was never run."""

import collections
import glob
import json
import subprocess
import sys


def read_counts(directory):
    """How often each line ran, and each branch of it, by file."""
    lines = collections.defaultdict(collections.Counter)
    branches = collections.defaultdict(collections.Counter)
    for data in glob.glob(directory + "/*/*.gcda"):
        report = subprocess.run(
            ["gcov", "--json-format", "--stdout", "--branch-probabilities", data],
            check=True, capture_output=True).stdout
        for text in report.splitlines():
            for file in json.loads(text)["files"]:
                for line in file["lines"]:
                    number = line["line_number"]
                    lines[file["file"]][number] += line["count"]
                    for i, branch in enumerate(line["branches"]):
                        branches[file["file"]][number, i] += branch["count"]
    return lines, branches


def share(counts):
    ran = sum(count > 0 for count in counts.values())
    return f"{ran}/{len(counts)} {100 * ran / max(len(counts), 1):6.1f} %"


def main():
    lines, branches = read_counts(sys.argv[1])
    missed = []
    print(f"{'file':28}{'lines':>20}{'branches':>20}")
    for file in sys.argv[2:]:
        print(f"{file:28}{share(lines[file]):>20}{share(branches[file]):>20}")
        missed += [f"{file}:{number}" for number, count
                   in sorted(lines[file].items()) if count == 0]
    for place in missed:
        print("never run:", place)
    return 1 if missed else 0


sys.exit(main())
