"""The representative of an orbit: the least of the images of a state that `explorer.search.symmetry` describes.

Members stand in a row, block after block, and states are renamed by exchanging neighbours in it. So a cell is a run of
places with one colour, which is the number of its first place. Each state on the way is in a *frame*: its words, the
colours and the keys of all places, the first place of the cell that is divided there, and the one to be tried next.
Nearly always the columns decide, or leave twins, and one frame is enough.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    constant,
    defined_elsewhere,
    external,
    fixed_ptr,
    kernel,
    load64,
    ptr,
    rare,
    store64,
    u64,
)
from indoubt.explorer.search.kernels.context import ORBITS
from indoubt.explorer.search.kernels.words import copy, same

W: u64 = constant()
"""Words of a state."""
MEMBERS: u64 = constant()
"""How many places there are in the row."""

MARK = 1 << 32
"""The colour of the member whose column is looked at."""


@external
def exchange(state: ptr, place: u64) -> None:
    """Exchange the members at a place and the next one."""
    defined_elsewhere()


@external
def columns(state: ptr, keys: ptr) -> None:
    """Write what a state says of each member, where all others of a block are alike."""
    defined_elsewhere()


@external
def signature(state: ptr, colours: ptr) -> u64:
    """A hash of a state in which colours stand for members."""
    defined_elsewhere()


@kernel
def frame_at(context: ptr, depth: u64) -> ptr:
    """A frame; the colours of a state of which nothing is known stand before the first one."""
    return fixed_ptr(context + ORBITS) + (8 * MEMBERS) + depth * (8 * W + 16 * MEMBERS + 16)


@kernel
def representative(context: ptr, state: ptr) -> ptr:
    """Where the representative of a state is, until this is called again."""
    frame = frame_at(context, 0)
    colours = frame + 8 * W
    copy(frame, state)
    columns(frame, colours + 8 * MEMBERS)
    place = 0
    while place < MEMBERS:
        store64(colours + 8 * place, load64(fixed_ptr(context + ORBITS) + 8 * place))
        place += 1
    if sort_cells(frame) == MEMBERS:
        return frame
    if settle(context, frame) == MEMBERS:
        return frame
    return least_image(context)


@kernel
def sort_cells(frame: ptr) -> u64:
    """Sort the members of each cell by their keys, and give those with different ones different colours.

    Returns how many cells there are.
    """
    colours = frame + 8 * W
    keys = colours + 8 * MEMBERS
    place = 1
    while place < MEMBERS:
        at = place
        while at > 0:
            if load64(colours + 8 * at) != load64(colours + 8 * (at - 1)):
                break
            before = load64(keys + 8 * (at - 1))
            key = load64(keys + 8 * at)
            if before <= key:
                break
            store64(keys + 8 * (at - 1), key)
            store64(keys + 8 * at, before)
            exchange(frame, at - 1)
            at -= 1
        place += 1
    cells = 1
    old = load64(colours)
    colour = 0
    store64(colours, 0)
    place = 1
    while place < MEMBERS:
        now = load64(colours + 8 * place)
        if now != old or load64(keys + 8 * place) != load64(keys + 8 * (place - 1)):
            colour = place
            cells += 1
        old = now
        store64(colours + 8 * place, colour)
        place += 1
    return cells


@kernel
def cell_end(frame: ptr, start: u64) -> u64:
    """The end of the cell that begins at a place."""
    colours = frame + 8 * W
    end = start + 1
    while end < MEMBERS:
        if load64(colours + 8 * end) != start:
            break
        end += 1
    return end


@kernel
def settle(context: ptr, frame: ptr) -> u64:
    """Give all members of a cell colours of their own where they are twins: their order does not matter.

    Returns how many cells there are.
    """
    colours = frame + 8 * W
    cells = 0
    start = 0
    while start < MEMBERS:
        end = cell_end(frame, start)
        place = start + 1
        while place < end:
            if not are_twins(context, frame, place - 1, place):
                break
            place += 1
        if place == end:
            while place > start:
                place -= 1
                store64(colours + 8 * place, place)
            cells += end - start
        else:
            cells += 1
        start = end
    return cells


@kernel
def are_twins(context: ptr, frame: ptr, one: u64, other: u64) -> bool:
    """Whether the state stays the same when the members at two places change places."""
    image = frame_at(context, MEMBERS + 1)
    copy(image, frame)
    place = other
    while place > one:
        place -= 1
        exchange(image, place)
    place = one + 1
    while place < other:
        exchange(image, place)
        place += 1
    return same(image, frame)


@rare
def refine(frame: ptr) -> None:
    """Divide cells by the columns of their members, the others being known by their colours, again and again."""
    colours = frame + 8 * W
    keys = colours + 8 * MEMBERS
    cells = 0
    while True:
        place = 0
        while place < MEMBERS:
            colour = load64(colours + 8 * place)
            key = 0
            if cell_end(frame, colour) - colour > 1:
                store64(colours + 8 * place, MARK)
                key = signature(frame, colours)
                store64(colours + 8 * place, colour)
            store64(keys + 8 * place, key)
            place += 1
        now = sort_cells(frame)
        if now == cells:
            return
        cells = now


@rare
def least_image(context: ptr) -> ptr:
    """Where the least image of the state in the first frame is."""
    best = frame_at(context, MEMBERS + 2)
    has_best = False
    depth = 0
    begin_cell(context, 0)
    while True:
        frame = frame_at(context, depth)
        start = load64(frame + (8 * W + 16 * MEMBERS))
        candidate = load64(frame + (8 * W + 16 * MEMBERS + 8))
        is_done = start == MEMBERS
        if is_done:
            if not has_best or is_less(frame, best):
                copy(best, frame)
                has_best = True
        else:
            is_done = candidate == cell_end(frame, start)
        if is_done:
            if depth == 0:
                return best
            depth -= 1
        else:
            store64(frame + (8 * W + 16 * MEMBERS + 8), candidate + 1)
            if not has_twin_before(context, frame, start, candidate):
                depth += 1
                try_first(context, depth, start, candidate)
                begin_cell(context, depth)


@rare
def begin_cell(context: ptr, depth: u64) -> None:
    """Divide the cells of a frame as far as columns and twins do, and choose the first one that is left."""
    frame = frame_at(context, depth)
    refine(frame)
    settle(context, frame)
    start = 0
    while start < MEMBERS:
        end = cell_end(frame, start)
        if end - start > 1:
            break
        start = end
    store64(frame + (8 * W + 16 * MEMBERS), start)
    store64(frame + (8 * W + 16 * MEMBERS + 8), start)


@rare
def has_twin_before(context: ptr, frame: ptr, start: u64, candidate: u64) -> bool:
    """Whether a member that was tried before leads to the same images."""
    other = candidate
    while other > start:
        other -= 1
        if are_twins(context, frame, other, candidate):
            return True
    return False


@rare
def try_first(context: ptr, depth: u64, start: u64, candidate: u64) -> None:
    """Fill a frame with what the one before has, with one member of a cell before the others."""
    before = frame_at(context, depth - 1)
    frame = frame_at(context, depth)
    copy(frame, before)
    colours = frame + 8 * W
    end = cell_end(before, start)
    place = 0
    while place < MEMBERS:
        store64(colours + 8 * place, load64(before + 8 * W + 8 * place))
        place += 1
    place = candidate
    while place > start:
        place -= 1
        exchange(frame, place)
    place = start + 1
    while place < end:
        store64(colours + 8 * place, start + 1)
        place += 1


@kernel
def is_less(left: ptr, right: ptr) -> bool:
    """Whether one state stands before another one in the order of their words."""
    word = 0
    while word < W:
        one = load64(left + 8 * word)
        other = load64(right + 8 * word)
        if one != other:
            return one < other
        word += 1
    return False
