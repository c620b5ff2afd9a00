"""Collects the edges between the states that a search has found, by expanding each of them once more.

The table of the search knows that a state is stored and not always where, so there is one of its own for that, which is
given back when all edges are found. A step to its own state is no edge, unless it keeps a promise all the same.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    constant,
    fixed64,
    fixed_ptr,
    kernel,
    load32,
    load64,
    load_acquire,
    load_ptr,
    prefetch,
    ptr,
    rare,
    store32,
    store64,
    store_ptr,
    u64,
)
from indoubt.explorer.backends.native.temporal import KEPT_STILL
from indoubt.explorer.search.kernels.context import (
    BOUNDS,
    COMPLETE,
    CURRENT,
    FULL,
    GO_ON,
    GRAPH,
    OWED,
    SPARE,
    STOPPED,
    TAKEN,
)
from indoubt.explorer.search.kernels.graph import (
    EDGE_COUNT,
    EDGE_ROOM,
    EDGES,
    KINDS,
    LOST,
    LOWER,
    NAMES,
    NEXT_NODE,
    NODES,
    NUMBER,
    OFFSETS,
    ORDER,
    OVERFLOW,
    PATH,
    PROMISES,
    SLOT_COUNT,
    SLOTS,
    STOPS,
    SUCCESSORS,
    WAITING,
    WAITING_ROOM,
    edges_from,
    state_of,
)
from indoubt.explorer.search.kernels.spec import expand
from indoubt.explorer.search.kernels.words import copy, hash_of, same

W: u64 = constant()
"""Words of a state."""

TAG = LOWER << 32
AHEAD = 16
"""So many states before its own turn the slot of a state is fetched."""
LOOK_EVERY = 4096
"""Nodes between two looks at whether to stop."""


@kernel
def home_of(graph: ptr, hashed: u64) -> ptr:
    """The slot where the search for a hash begins."""
    return fixed_ptr(graph + SLOTS) + 8 * ((hashed >> 32) * fixed64(graph + SLOT_COUNT) >> 32)


@kernel
def index_nodes(graph: ptr) -> u64:
    """Put every node into the table."""
    nodes = fixed64(graph + NODES)
    slots = fixed_ptr(graph + SLOTS)
    end = slots + 8 * fixed64(graph + SLOT_COUNT)
    node = load64(graph + NEXT_NODE)
    while node < nodes:
        if node + AHEAD < nodes:
            prefetch(home_of(graph, hash_of(state_of(graph, node + AHEAD))))
        hashed = hash_of(state_of(graph, node))
        place = home_of(graph, hashed)
        while load64(place) != 0:
            place = place + 8
            if place == end:
                place = slots
        node += 1
        store64(place, hashed & TAG | node)
        if node % LOOK_EVERY == 0 and load_acquire(graph + STOPS) != 0:
            store64(graph + NEXT_NODE, node)
            return STOPPED
    store64(graph + NEXT_NODE, node)
    return COMPLETE


@kernel
def node_of(graph: ptr, state: ptr, hashed: u64) -> u64:
    """1 + the node of a state, or 0 if there is none."""
    slots = fixed_ptr(graph + SLOTS)
    end = slots + 8 * fixed64(graph + SLOT_COUNT)
    place = home_of(graph, hashed)
    while True:
        found = load64(place)
        if found == 0:
            return 0
        if found & TAG == hashed & TAG and same(state_of(graph, (found & LOWER) - 1), state):
            return found & LOWER
        place = place + 8
        if place == end:
            place = slots


@rare
def link(context: ptr, successor: ptr) -> None:
    """Take a successor of the current state, which is a node."""
    graph = load_ptr(context + GRAPH)
    owed = load64(context + OWED)
    if same(load_ptr(context + CURRENT), successor) and owed & KEPT_STILL == 0:
        return
    waiting = load64(graph + WAITING)
    if waiting == fixed64(graph + WAITING_ROOM):
        if not find_nodes(graph):
            store64(graph + OVERFLOW, 1)
            return
        waiting = 0
    place = fixed_ptr(graph + SUCCESSORS) + waiting * (8 * W + 16)
    hashed = hash_of(successor)
    copy(place, successor)
    store64(place + 8 * W, hashed)
    store64(place + (8 * W + 8), owed & LOWER)
    prefetch(home_of(graph, hashed))
    store64(graph + WAITING, waiting + 1)


@rare
def find_nodes(graph: ptr) -> bool:
    """Make an edge of every successor in the batch; False, and nothing done, if there is no room for all."""
    left = load64(graph + WAITING)
    count = load64(graph + EDGE_COUNT)
    if count + left > load64(graph + EDGE_ROOM):
        return False
    place = fixed_ptr(graph + SUCCESSORS)
    while left > 0:
        hashed = load64(place + 8 * W)
        found = load64(home_of(graph, hashed))
        if found & TAG == hashed & TAG and found != 0:
            prefetch(state_of(graph, (found & LOWER) - 1))
        place = place + (8 * W + 16)
        left -= 1
    place = fixed_ptr(graph + SUCCESSORS)
    left = load64(graph + WAITING)
    edge = load_ptr(graph + EDGES) + 8 * count
    store64(graph + EDGE_COUNT, count + left)
    while left > 0:
        node = node_of(graph, place, load64(place + 8 * W))
        if node == 0:
            store64(graph + LOST, 1)
        else:
            node -= 1
        store64(edge, load64(place + (8 * W + 8)) << 32 | node)
        edge = edge + 8
        place = place + (8 * W + 16)
        left -= 1
    store64(graph + WAITING, 0)
    return True


@kernel
def link_nodes(context: ptr) -> u64:
    """Collect the edges of every node: COMPLETE, or FULL when their memory has to grow, or STOPPED."""
    graph = load_ptr(context + GRAPH)
    taken = load_ptr(context + TAKEN)
    bounds = load_ptr(context + BOUNDS)
    store_ptr(context + TAKEN, load_ptr(context + SPARE))
    store_ptr(context + BOUNDS, load_ptr(context + SPARE))
    reason = GO_ON
    while reason == GO_ON:
        reason = link_some(context, graph)
    store_ptr(context + TAKEN, taken)
    store_ptr(context + BOUNDS, bounds)
    return reason


@kernel
def link_some(context: ptr, graph: ptr) -> u64:
    """Expand nodes until the batch is half full, and look it up."""
    nodes = fixed64(graph + NODES)
    node = load64(graph + NEXT_NODE)
    half = fixed64(graph + WAITING_ROOM) // 2
    offsets = fixed_ptr(graph + OFFSETS)
    tried = 0
    while node < nodes and load64(graph + WAITING) < half and tried < LOOK_EVERY:
        start = load64(graph + EDGE_COUNT) + load64(graph + WAITING)
        store64(offsets + 8 * node, start)
        state = state_of(graph, node)
        store_ptr(context + CURRENT, state)
        is_broken_off = expand(state, context) != 0  # it did not fail before
        if is_broken_off or load64(graph + OVERFLOW) != 0:
            take_back(graph, start)
            store64(graph + NEXT_NODE, node)
            return STOPPED if is_broken_off else FULL
        node += 1
        tried += 1
    store64(graph + NEXT_NODE, node)
    if not find_nodes(graph):
        return FULL
    if node == nodes:
        store64(offsets + 8 * node, load64(graph + EDGE_COUNT))
        return COMPLETE
    return STOPPED if load_acquire(graph + STOPS) != 0 else GO_ON


@kernel
def take_back(graph: ptr, start: u64) -> None:
    """Forget the edges from a place on: the node that they belong to is expanded again."""
    count = load64(graph + EDGE_COUNT)
    if count > start:
        store64(graph + EDGE_COUNT, start)
        store64(graph + WAITING, 0)
    else:
        store64(graph + WAITING, start - count)
    store64(graph + OVERFLOW, 0)


@kernel
def number_promises(graph: ptr, initial: u64) -> u64:
    """Number the promises in the order in which a search by one worker meets them, and put the numbers on the edges."""
    number = fixed_ptr(graph + NUMBER)
    queue = fixed_ptr(graph + PATH)
    kinds = fixed_ptr(graph + KINDS)
    names = fixed_ptr(graph + NAMES)
    head = 0
    tail = 0
    while tail < initial:
        store32(number + 4 * tail, 1)
        store32(queue + 4 * tail, tail)
        tail += 1
    promises = 0
    while head < tail:
        node = load32(queue + 4 * head)
        head += 1
        edge = fixed_ptr(graph + EDGES) + 8 * edges_from(graph, node)
        end = fixed_ptr(graph + EDGES) + 8 * edges_from(graph, node + 1)
        while edge != end:
            word = load64(edge)
            to = word & LOWER
            kept = word >> 32
            if kept != 0:
                kind = load32(kinds + 4 * (kept - 1))
                name = load32(names + 4 * kind)
                if name == 0:
                    store32(fixed_ptr(graph + ORDER) + 4 * promises, kind)
                    promises += 1
                    name = promises
                    store32(names + 4 * kind, name)
                store64(edge, name << 32 | to)
            if load32(number + 4 * to) == 0:
                store32(number + 4 * to, 1)
                store32(queue + 4 * tail, to)
                tail += 1
            edge = edge + 8
        if head % LOOK_EVERY == 0 and load_acquire(graph + STOPS) != 0:
            return STOPPED
    store64(graph + PROMISES, promises)
    return COMPLETE
