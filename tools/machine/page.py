"""A page for a browser that goes through a record to and fro: page.html, with
the steps of the run in it. A step is a call that has ended, a page fault that
got memory, or the end of a process. What becomes of the byte map between two is
part of the second."""

import base64
import gzip
import json
import pathlib

from machine import record
from machine.asked import PAGE
from machine.ranges import Ranges
from machine.strace import Lines
from machine.summary import Summary

TEMPLATE = pathlib.Path(__file__).with_name("page.html")
MAP_SCRIPT = TEMPLATE.with_name("page_map.js")
DATA, MAP = "@DATA@", "@MAP@"
MAPPED, UNMAPPED, TOUCHED, UNTOUCHED = range(4)
ACCESSES = {1: "read", 2: "write", 4: "fetch"}
NOTHING, FRAME, LARGE = range(3)
NOBODY = -1
PAGES_END = 1 << 25  # of large pages: the kernel knows no more than 64 TiB


class Told(Ranges):
    """RANGES, told to LOG, and from then on each change: CODE when there are more
    addresses, the code behind it when there are fewer."""

    def __init__(self, ranges, log, code):
        super().__init__(ranges)
        self.log, self.code, self.is_changed = log, code, False
        for start, end in self.all():
            log((code, start, end))

    def replace(self, first, last, parts):
        before = self.total
        super().replace(first, last, parts)
        self.is_changed = self.total != before

    def change(self, code, change, start, end):
        self.is_changed = False
        change(start, end)
        if self.is_changed:
            self.log((code, start, end))

    def add(self, start, end):
        self.change(self.code, super().add, start, end)

    def remove(self, start, end):
        self.change(self.code + 1, super().remove, start, end)


class Page(Summary):
    """Takes events, and gives the page to WRITE at the end."""

    def __init__(self, write, ticks, title):
        super().__init__(write, ticks)
        self.title = str(title)
        self.lines_of_calls = Lines()
        self.changes = []  # since the last step
        self.pages = []  # the same, of the byte map
        self.ended = None  # who ends, until what he had is free
        self.begun = []  # all programs, as they began
        self.columns = {name: [] for name in (
            "program", "text", "address", "access", "given", "ticks", "asked",
            "mapped", "resident", "large", "changes", "pages")}

    def begin(self, program):
        program.number = len(self.begun)
        self.begun.append(program)
        asked = program.asked
        if not isinstance(asked.mapped, Told):
            asked.mapped = Told(asked.mapped, self.changes.append, MAPPED)
            asked.touched = Told(asked.touched, self.changes.append, TOUCHED)
            if self.changes:
                self.step(program, "begins with the memory of its parent")
        super().begin(program)

    def go_on(self, before):
        super().go_on(before)
        self.lines_of_calls.strace.go_on(before)

    def take(self, event):
        if event.type == record.PAGES:
            self.change_pages(event)
            return
        self.tell_end()
        line = self.lines_of_calls.take(event)
        was_open = event.tid in self.open
        super().take(event)
        program = self.threads.get(event.tid)
        if program is not None and event.type == record.RESULT and was_open:
            _, ticks, *_ = record.ANSWER.unpack_from(event.body)
            self.step(program, line, ticks=ticks)

    def change_pages(self, event):
        count, state = record.RUN.unpack_from(event.body)
        if event.number + count > PAGES_END or state > 0xff:
            raise record.Damaged(f"{count} large pages from {event.number} on "
                                 f"in the state {state:#x}")
        maker = self.threads.get(event.tid)
        self.pages += (event.number, count, state,
                       maker.number if maker else NOBODY)

    def end(self, event):
        program = self.threads.get(event.tid)
        super().end(event)
        if program is not None and not program.threads:
            self.ended = program

    def tell_end(self):
        program, self.ended = self.ended, None
        if program is not None:
            self.step(program, program.end)

    def fault(self, event):
        program = self.threads.get(event.tid)
        if program is None:
            return
        large, frames = program.large_pages, program.frames
        program.fault(event)
        address, ticks, *_ = record.TOUCH.unpack_from(event.body)
        given = LARGE if program.large_pages > large else \
            FRAME if program.frames > frames else NOTHING
        self.step(program, None, address, ACCESSES.get(event.number, "touch"),
                  given, ticks)

    def step(self, program, text, address=0, access=None, given=NOTHING,
             ticks=0):
        now = program.asked.now
        row = (program.number, text, address, access, given, ticks,
               program.asked.asked.total, now.mapped * PAGE,
               now.resident * PAGE, now.large,
               [part for change in self.changes for part in change],
               list(self.pages))
        self.changes.clear()
        self.pages.clear()
        for column, value in zip(self.columns.values(), row):
            column.append(value)

    def finish(self):
        self.tell_end()
        programs = [{"pid": program.pid, "name": program.name,
                     "end": program.end} for program in self.begun]
        data = json.dumps({"title": self.title, "unit": self.ticks,
                           "programs": programs, **self.columns},
                          separators=(",", ":"))
        packed = base64.b64encode(gzip.compress(data.encode(), 6)).decode()
        page = TEMPLATE.read_text().replace(MAP, MAP_SCRIPT.read_text())
        self.write(page.replace(DATA, packed))
