#!/usr/bin/python3
"""Compares the memory calls of Brix with Linux's: fixed cases, layouts, and
random operations. Prints the first difference of each, and fails."""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "test/linux")]

import compare  # noqa: E402
import plan  # noqa: E402
from machine import Failure, build  # noqa: E402


HUGE_PART = 10  # one of so many operations is of MAP_HUGETLB: they cost more


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    option = parser.add_argument
    option("--seed", type=int, default=1, help="the first seed (default 1)")
    option("--seeds", type=int, default=1, help="how many (default 1)")
    option("--operations", type=int, default=100000,
           help="random operations of each program and seed (default 100000)")
    option("--program", choices=plan.PROGRAMS, action="append",
           help="only this one")
    option("--built", action="store_true", help="run what is built already")
    option("--only-random", action="store_true", help="no cases, no layouts")
    return parser.parse_args()


def comparisons(options):
    """(what, None or a difference) of each comparison."""
    programs = options.program or plan.PROGRAMS
    random_programs = [program for program in plan.RANDOM_PROGRAMS
                       if program in programs]
    for program in programs if not options.only_random else ():
        yield from compare.compare(plan.fixed(program))
    for seed in range(options.seed, options.seed + options.seeds):
        for program in random_programs if options.operations > 0 else ():
            start = plan.beginning(program, seed)
            for kind, count in (("random", options.operations),
                                ("huge", options.operations // HUGE_PART)):
                yield (f"{start} {kind} {seed} {count}",
                       compare.compare_random(start, seed, count, kind))


def main():
    options = parse_arguments()
    failed = 0
    try:
        if not options.built:
            build.make(*plan.FILES)
        for what, difference in comparisons(options):
            print(f"{what}: {'equal' if difference is None else 'DIFFERENT'}",
                  flush=True)
            if difference is not None:
                failed += 1
                print(difference, flush=True)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.status
    return 1 if failed else 0


sys.exit(main())
