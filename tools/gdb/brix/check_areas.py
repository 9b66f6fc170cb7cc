"""The rules of mm/area_validate.c, by reading memory: yields the rules that are
broken, in the kernel's words, and where."""

from brix import kernel
from brix.constants import constant

LOWER, HIGHER = 0, 1  # of vma.child: mm/area_priv.h
TOTALS = {"pages": "the total of pages is wrong",
          "data": "the total of data pages is wrong",
          "stack": "the total of stack pages is wrong",
          "locked": "the total of locked pages is wrong"}


class Area:
    """A copy of a struct vma. Links are addresses, 0 for none."""

    def __init__(self, value):
        self.address = int(value.address)
        for name in ("start", "end", "flags", "rank", "anon", "prev", "parent",
                     "gap", "max_gap"):
            setattr(self, name, int(value[name]))
        self.children = [int(child)
                         for child in kernel.elements(value["child"])]

    def has(self, flag):
        return self.flags & constant(flag) != 0

    def pages(self):
        return (self.end - self.start) // constant("PAGE_SIZE")


def check_place(area, before):
    below = before.end if before else 0
    if area.start >= area.end:
        yield "an area is empty"
    if (area.start | area.end) % constant("PAGE_SIZE") != 0:
        yield "an area is not aligned to pages"
    if area.start < below:
        yield "areas overlap or are out of order"
    elif area.gap != min(area.start - below, constant("AREA_GAP_CAP")):
        yield "a gap is wrong"


def check_node(area, areas):
    children = [areas.get(address) for address in area.children]
    lower, higher = children
    present = [child for child in children if child]
    if any(address and address not in areas for address in area.children):
        yield "a child is not in the list"
    if any(child.parent != area.address for child in present):
        yield "a child has another parent"
    if (lower and lower.end > area.start) or \
            (higher and higher.start < area.end):
        yield "a child is on the wrong side"
    if any(area.rank - (child.rank if child else 0) not in (1, 2)
           for child in children):
        yield "the tree is out of balance"
    if not present and area.rank != 1:
        yield "a leaf has a wrong rank"
    if area.max_gap != max([area.gap] + [child.max_gap for child in present]):
        yield "a largest gap is wrong"


def is_reached(root, area, areas):
    """Is AREA where a search for it from ROOT ends?"""
    node, steps = root, 0
    while node and node != area.address and steps <= len(areas):
        if node not in areas:
            return False
        side = HIGHER if area.start >= areas[node].end else LOWER
        node, steps = areas[node].children[side], steps + 1
    return node == area.address


def count_totals(areas):
    counted = dict.fromkeys(TOTALS, 0)
    for area in areas:
        is_stack = area.has("AREA_GROWSDOWN")
        counted["pages"] += area.pages()
        if is_stack:
            counted["stack"] += area.pages()
        elif area.has("AREA_WRITE") and not area.has("AREA_SHARED"):
            counted["data"] += area.pages()
        if area.has("AREA_LOCKED"):
            counted["locked"] += area.pages()
    return counted


def check_tree(tree, areas):
    ordered = list(areas.values())
    last = ordered[-1].address if ordered else 0
    if int(tree["last"]) != last:
        yield "the list ends elsewhere"
    if int(tree["count"]) != len(ordered):
        yield "the count of areas is wrong"
    if int(tree["cached"]) not in (0, *areas):
        yield "the cached area is gone"
    for name, count in count_totals(ordered).items():
        if int(tree["totals"][name]) != count:
            yield TOTALS[name]


def check(tree):
    """(rule, where) for the struct area_tree TREE."""
    found = [Area(value) for value in kernel.linked(tree["first"])]
    areas = {area.address: area for area in found}
    before = None
    for area in found:
        broken = list(check_place(area, before)) + list(check_node(area, areas))
        if area.prev != (before.address if before else 0):
            broken.append("the list is broken")
        if not is_reached(int(tree["root"]), area, areas):
            broken.append("an area is in the list and not in the tree")
        if area.anon > int(tree["last_anon"]):
            broken.append("an area has a number that was never given")
        for rule in broken:
            yield rule, f"area 0x{area.start:x}"
        before = area
    for rule in check_tree(tree, areas):
        yield rule, "the tree"
