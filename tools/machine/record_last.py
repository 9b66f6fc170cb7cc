"""The last part of a record: a file like that of record_file.py, which begins in
the middle of the run with what was there by then."""

import collections
import dataclasses

from machine import record
from machine.record_file import Keeper
from machine.summary import Summary

LAST_MAX = 16 << 20  # bytes of events
STATES_MAX = 1 << 25  # large pages in 64 TiB


class Before(Summary):
    """What events that are forgotten leave behind: threads, the calls that they
    are in, and the byte map."""

    def __init__(self):
        super().__init__(None, "")
        self.states = bytearray()
        self.begun = {}  # events of the call that a thread is in

    def take(self, event):
        if event.type == record.PAGES:
            self.change(event.number, *record.RUN.unpack_from(event.body))
        else:
            super().take(event)
            self.keep_call(event)
        self.programs.clear()  # those that live are in `threads`

    def keep_call(self, event):
        if event.type == record.CALL:
            self.begun[event.tid] = [event]
        elif event.type == record.REFUSAL and event.tid in self.begun:
            self.begun[event.tid].append(event)
        elif event.type in (record.RESULT, record.END):
            self.begun.pop(event.tid, None)
        elif event.type == record.TAKE_OVER:
            self.begun[event.number] = self.begun.pop(event.tid, [])

    def change(self, first, count, state):
        if first + count > STATES_MAX or state > 0xff:
            raise record.Damaged(f"{count} large pages from {first} on")
        missing = first + count - len(self.states)
        self.states += bytes(max(missing, 0))
        self.states[first:first + count] = bytes([state]) * count

    def about(self):
        """What record_file.py has of each thread."""
        return [(tid, program.pid, program.name,
                 *dataclasses.astuple(program.asked.now))
                for tid, program in self.threads.items()]

    def events(self):
        yield from self.runs()
        for events in self.begun.values():
            yield from events

    def runs(self):
        """The byte map."""
        start = 0
        while start < len(self.states):
            state = self.states[start]
            rest = self.states[start:]
            count = len(rest) - len(rest.lstrip(bytes([state])))
            yield record.Event(record.PAGES, 0, 0, start,
                               record.RUN.pack(count, state))
            start += count


class LastKeeper(Keeper):
    """Takes events, and gives the file of the last of them to WRITE at the end."""

    def __init__(self, write, ticks, kernel, most=LAST_MAX):
        super().__init__(write, ticks, kernel)
        self.most = most
        self.last = collections.deque()
        self.size = 0
        self.before = Before()

    def take(self, event):
        packed = event.packed()
        self.last.append(packed)
        self.size += len(packed)
        while self.size > self.most:
            oldest = self.last.popleft()
            self.size -= len(oldest)
            self.before.take(record.event_at(oldest, 0, len(oldest)))

    def finish(self):
        self.begin(self.before.about())
        for event in self.before.events():
            super().take(event)
        while self.last:
            packed = self.last.popleft()
            super().take(record.event_at(packed, 0, len(packed)))
        super().finish()
