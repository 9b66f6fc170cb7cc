"""tools/run --record and tools/see: a run is kept, and shown as it was shown
while it ran; what is no record, or no longer, is said."""

import base64
import gzip
import json
import re
import shutil
import struct
import subprocess

import pytest
from machine import BUILD, ROOT, page, record
from machine.ranges import Ranges
from machine.record_file import MAGIC, RecordFile
from machine.record_last import LastKeeper

ASKED = BUILD / "test/programs/static/asked"
VIEWS = ("strace", "why", "summary")


def run(program, *options):
    return subprocess.run(
        [ROOT / "tools/run", "--timeout", "60", "--icount", "--no-randomize",
         *options, program], stdin=subprocess.DEVNULL, capture_output=True,
        text=True)


def see(file, *options):
    shown = subprocess.run([ROOT / "tools/see", *options, file],
                           capture_output=True, text=True)
    assert "Traceback" not in shown.stderr
    return shown


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A record, and beside it what was written while it was made."""
    folder = tmp_path_factory.mktemp("see")
    run(BUILD / "user/error_rule", "--record", folder / "record",
        f"--log={folder / 'log'}",
        *(f"--{view}={folder / view}" for view in VIEWS))
    return folder / "record"


@pytest.mark.parametrize("view", VIEWS)
def test_later_it_is_the_same(view, kept):
    shown = see(kept, f"--{view}")
    assert shown.returncode == 0
    assert len(shown.stdout) > 500
    assert shown.stdout == kept.with_name(view).read_text()


def test_without_options_it_is_the_summary(kept):
    assert see(kept).stdout == kept.with_name("summary").read_text()


def test_wherever_it_is_cut_off(kept, tmp_path):
    data, cut = kept.read_bytes(), tmp_path / "cut"
    file = RecordFile(kept)
    places = [file.at]
    for event in file.events():
        places.append(places[-1] + len(event.packed()))
    assert places[-1] == len(data)
    for size in range(file.at, file.at + 2000):
        cut.write_bytes(data[:size])
        found = []
        if size in places:
            found += RecordFile(cut).events()
        else:
            with pytest.raises(record.Damaged, match=" at "):
                found.extend(RecordFile(cut).events())
            found = [place for place in places[1:] if place <= size]
        assert len(found) == sum(place <= size for place in places[1:])


def test_what_is_there_is_shown_first(kept, tmp_path):
    cut = tmp_path / "cut"
    cut.write_bytes(kept.read_bytes()[:-5])
    shown = see(cut, "--strace")
    whole = kept.with_name("strace").read_text()
    assert shown.returncode == 125
    assert shown.stdout and whole.startswith(shown.stdout[:500])
    assert f"{cut} stops there: " in shown.stderr


def test_bytes_that_are_no_event(kept, tmp_path):
    start = RecordFile(kept).at
    bad = tmp_path / "bad"
    bad.write_bytes(kept.read_bytes()[:start] +
                    struct.pack("<IHHII", 16, 99, 0, 0, 0))
    shown = see(bad)
    assert shown.returncode == 125
    assert f"an event of type 99 and 16 bytes at {start}" in shown.stderr


@pytest.mark.parametrize("data, complaint", [
    (b"", "no record, or of another version"),
    (MAGIC.replace(b"1.", b"9."), "no record, or of another version"),
    (MAGIC, "what it says about the run is damaged"),
    (MAGIC + b"[]\n", "what it says about the run is damaged"),
    (MAGIC + b"{}\n", "what it says about the run is damaged")])
def test_what_is_no_record(data, complaint, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(data)
    shown = see(file)
    assert (shown.returncode, shown.stdout) == (125, "")
    assert complaint in shown.stderr


def test_files_that_are_not_there(tmp_path):
    assert "No such file" in see(tmp_path / "none").stderr
    assert "No such file" in run(BUILD / "user/hello64", "--record",
                                 "/none/x").stderr


@pytest.mark.parametrize("path, complaint", [
    ("/none/x", "/none/x: No such file"), ("/dev/full", "No space left")])
def test_a_page_that_cannot_be_written(path, complaint, kept):
    shown = see(kept, "--page", path)
    assert shown.returncode == 125
    assert complaint in shown.stderr


def test_a_full_disk_is_said(tmp_path):
    made = run(BUILD / "user/hello64", "--record", "/dev/full",
               f"--log={tmp_path / 'log'}")
    assert "can't be written: No space left on device" in made.stderr
    assert made.returncode == 0 and "ello" in made.stdout


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """A record, and what is kept of it where there is room for all but the first
    half."""
    folder = tmp_path_factory.mktemp("last")
    run(ASKED, "--record", folder / "all", f"--log={folder / 'log'}")
    whole = RecordFile(folder / "all")
    with open(folder / "last", "wb") as out:
        keeper = LastKeeper(out.write, whole.ticks, whole.kernel,
                            (len(whole.data) - whole.at) // 2)
        for event in whole.events():
            keeper.take(event)
        keeper.finish()
    return folder


def test_the_last_part_ends_as_the_whole_does(ends):
    last, whole = see(ends / "last", "--strace"), see(ends / "all", "--strace")
    assert last.returncode == 0
    assert f"{ends / 'last'} begins in the middle of the run" in last.stderr
    assert len(whole.stdout) / 4 < len(last.stdout) < len(whole.stdout)
    assert whole.stdout.endswith(last.stdout.split("\n", 1)[1])
    assert see(ends / "last", "--why").stdout in see(ends / "all", "--why").stdout


def test_the_last_part_has_the_byte_map(ends):
    """It is at each of its steps as it was in the whole record."""
    states = []
    for name in ("last", "all"):
        see(ends / name, "--page", ends / "page.html")
        now, then = {}, []
        for pages in data_of(ends / "page.html")["pages"]:
            for first, count, state, _ in zip(*[iter(pages)] * 4):
                now.update(dict.fromkeys(range(first, first + count), state))
            then.append(dict(now))
        states.append(then)
    last, whole = states
    assert 10 < len(last) < len(whole)
    assert last == whole[-len(last):]


def test_where_all_has_room_the_last_part_is_all(tmp_path):
    run(BUILD / "user/hello64", "--record", tmp_path / "all", "--record-last",
        tmp_path / "last", f"--log={tmp_path / 'log'}")
    assert (tmp_path / "all").read_bytes() == (tmp_path / "last").read_bytes()


CHROMIUM = shutil.which("chromium")
KEPT = 4 * 4096  # bytes that asked.c maps first, and its child unmaps


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """The page of asked.c, in the house's own words, and its path."""
    folder = tmp_path_factory.mktemp("page")
    run(ASKED, "--record", folder / "record", f"--log={folder / 'log'}")
    assert see(folder / "record", "--page", folder / "page.html").stdout == ""
    return folder / "page.html"


def data_of(html):
    packed, = re.findall('<script id="data"[^>]*>([^<]*)<', html.read_text())
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def end_of(data, program):
    """(mapped, touched) when PROGRAM has made its last step."""
    mapped, touched = Ranges(), Ranges()
    for number, changes in zip(data["program"], data["changes"]):
        for code, start, end in zip(*[iter(changes)] * 3):
            if number == program:
                ranges = mapped if code < page.TOUCHED else touched
                (ranges.remove if code % 2 else ranges.add)(start, end)
    return mapped, touched


def test_the_page_has_each_step(html):
    data = data_of(html)
    assert len({len(data[name]) for name in (
        "program", "text", "address", "access", "given", "ticks", "asked",
        "mapped", "resident", "large", "changes", "pages")}) == 1
    assert {data["programs"][number]["end"] for number in data["program"]} == \
        {"exited with 0", "exited with 3"}
    assert data["given"].count(page.LARGE) == 2
    assert max(data["asked"]) > 6 << 20 and max(data["large"]) == 1
    assert any(text and text.startswith("munmap(0x") and "EINVAL" in text
               for text in data["text"])


def test_the_page_knows_each_process(html):
    data = data_of(html)
    (parent, touched), (child, touched_in_child) = (
        end_of(data, program) for program in sorted(set(data["program"])))
    assert parent.total - child.total == KEPT
    assert touched.total > touched_in_child.total > 0


USED, FREE = 0x02, 0x01  # by a program; kernel/abi/bytemap.h


def test_the_page_has_the_byte_map(html):
    """Each large page that a fault gave is used from that step on, and free when
    its process has ended."""
    data, states, makers = data_of(html), {}, {}
    for number, given, pages in zip(data["program"], data["given"],
                                    data["pages"]):
        before = set(makers)
        for first, count, state, maker in zip(*[iter(pages)] * 4):
            for at in range(first, first + count):
                states[at] = state
                makers.pop(at, None)
                if state == USED:
                    makers[at] = maker
        fresh = set(makers) - before
        assert len(fresh) == (given == page.LARGE)
        assert {makers[at] for at in fresh} <= {number}
    assert len(states) == 128 and set(states) == set(range(128))
    assert list(states.values()).count(FREE) > 100
    assert not makers


def in_browser(html):
    return subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
         "--virtual-time-budget=5000", html], capture_output=True, text=True,
        timeout=120).stdout


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_the_page_tells_what_a_large_page_is(html, tmp_path):
    data, asking = data_of(html), tmp_path / "asking.html"
    step = data["given"].index(page.LARGE)
    (first, _, _, maker), = [part for part in zip(*[iter(data["pages"][step])] * 4)
                             if part[2] == USED]
    asking.write_text(html.read_text().replace("\nmain();\n", f"""
main().then(() => {{
  const {{side, columns}} = view.grid;
  document.body.dataset.told = tellCell(
      view, ({first} % columns + .5) * side,
      (Math.floor({first} / columns) + .5) * side);
}});
"""))
    shown = in_browser(f"{asking.as_uri()}#{step + 1}")
    told, = re.findall('data-told="([^"]*)"', shown)
    pid, name = (data["programs"][maker][key] for key in ("pid", "name"))
    assert told == (
        f"large page {first}, {first * 0x200000:#x} to "
        f"{(first + 1) * 0x200000:#x}: used whole by a program, which is [pid "
        f"{pid}] {name}, since step {step + 1}: fault: write at "
        f"{data['address'][step]:#x}")
    assert "used whole by the process shown" in shown


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_the_page_opens(html):
    shown = in_browser(html.as_uri())
    assert 'data-ready="' in shown
    assert f"step 1 of {len(data_of(html)['text'])}" in shown
    assert re.search(r'id="sentence">\[pid 2\] execve\(', shown)
