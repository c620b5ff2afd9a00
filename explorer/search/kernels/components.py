"""Finds the fair components of a graph: the sets of nodes in which a fair run can stay for ever.

The nodes of a zone are split into strongly connected components. One that breaks a promise of weak fairness is given
up. Where a promise of strong fairness is possible and never kept, the nodes without it are a zone of the next round.

Sources: as in `search/liveness.py`, of which this is the same in native code.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    MASK,
    fixed64,
    fixed_ptr,
    kernel,
    load8,
    load32,
    load64,
    load_acquire,
    load_ptr,
    ptr,
    store32,
    store64,
    u64,
)
from indoubt.explorer.search.kernels.context import COMPLETE, STOPPED
from indoubt.explorer.search.kernels.graph import (
    BITS,
    CALLS,
    COMPONENTS,
    EDGES,
    FITTING,
    HOME,
    LOW,
    LOWER,
    MET,
    NODES,
    NUMBER,
    PATH,
    PROMISE_WORDS,
    REACHES_GOAL,
    SAID,
    STAY_MASK,
    STAY_VALUE,
    STOPS,
    STRONG,
    ZONE,
    ZONES,
    edges_from,
)

LOOK_EVERY = 4096
"""Nodes between two looks at whether to stop."""


@kernel
def find_components(graph: ptr) -> u64:
    """Give each node its fair component among the nodes where a run may stay."""
    nodes = fixed64(graph + NODES)
    zone = fixed_ptr(graph + ZONE)
    number = fixed_ptr(graph + NUMBER)
    said = load_ptr(graph + SAID)
    mask = load64(graph + STAY_MASK)
    value = load64(graph + STAY_VALUE)
    node = 0
    while node < nodes:
        store32(zone + 4 * node, 1 if load8(said + node) & mask == value else 0)
        store32(fixed_ptr(graph + HOME) + 4 * node, 0)
        node += 1
    store64(graph + COMPONENTS, 0)
    store64(graph + ZONES, 1)
    first = 1
    while first <= load64(graph + ZONES):
        last = load64(graph + ZONES)
        node = 0
        while node < nodes:
            store32(number + 4 * node, 0)
            node += 1
        node = 0
        count = 0
        while node < nodes:
            if load32(zone + 4 * node) >= first and load32(zone + 4 * node) <= last:
                if load32(number + 4 * node) == 0:
                    count = split(graph, node, count)
                    if count == MASK:
                        return STOPPED
            node += 1
        first = last + 1
    return COMPLETE


@kernel
def split(graph: ptr, root: u64, count: u64) -> u64:
    """Find the components that can be reached from a node, without recursion: how many nodes are met then, or MASK."""
    zone = fixed_ptr(graph + ZONE)
    number = fixed_ptr(graph + NUMBER)
    low = fixed_ptr(graph + LOW)
    path = fixed_ptr(graph + PATH)
    calls = fixed_ptr(graph + CALLS)
    edges = fixed_ptr(graph + EDGES)
    depth = 0
    length = 0
    opened = root
    is_new = True
    while True:
        if is_new:
            count += 1
            store32(number + 4 * opened, count)
            store32(low + 4 * opened, count)
            store32(path + 4 * length, opened)
            store32(calls + 8 * depth, opened)
            store32(calls + (8 * depth + 4), 0)
            length += 1
            depth += 1
            is_new = False
            if count % LOOK_EVERY == 0 and load_acquire(graph + STOPS) != 0:
                return MASK
        frame = calls + (8 * depth - 8)
        node = load32(frame)
        start = edges_from(graph, node)
        edge = start + load32(frame + 4)
        end = edges_from(graph, node + 1)
        own = load32(zone + 4 * node)
        lowest = load32(low + 4 * node)
        while edge < end:
            to = load64(edges + 8 * edge) & LOWER
            edge += 1
            if load32(zone + 4 * to) == own:  # a node of a finished component has another zone, or none
                met = load32(number + 4 * to)
                if met == 0:
                    opened = to
                    is_new = True
                    break
                if met < lowest:
                    lowest = met
        store32(low + 4 * node, lowest)
        if is_new:
            store32(frame + 4, edge - start)
            continue
        depth -= 1
        if depth > 0:
            caller = low + 4 * load32(calls + (8 * depth - 8))
            if lowest < load32(caller):
                store32(caller, lowest)
        if lowest == load32(number + 4 * node):
            bottom = length - 1
            while load32(path + 4 * bottom) != node:
                bottom -= 1
            judge_component(graph, path + 4 * bottom, path + 4 * length)
            length = bottom
        if depth == 0:
            return count


@kernel
def judge_component(graph: ptr, bottom: ptr, end: ptr) -> None:
    """Keep a component if it is fair, or make a zone of the part of it that may be; its nodes are listed."""
    home = fixed_ptr(graph + HOME)
    zone = fixed_ptr(graph + ZONE)
    words = load64(graph + PROMISE_WORDS)
    component = load64(graph + COMPONENTS) + 1
    place = bottom
    while place != end:
        store32(home + 4 * load32(place), component)
        place = place + 4
    verdict = 0
    if words > 0:
        verdict = unkept(graph, bottom, end, component)
    next_zone = 0
    if verdict == 0:
        store64(graph + COMPONENTS, component)
    elif verdict == STRONGLY:
        next_zone = load64(graph + ZONES) + 1
        store64(graph + ZONES, next_zone)
    place = bottom
    while place != end:
        node = load32(place)
        if verdict != 0:
            store32(home + 4 * node, 0)
        if next_zone != 0 and not owes(graph, node):
            store32(zone + 4 * node, next_zone)
        else:
            store32(zone + 4 * node, 0)
        place = place + 4


WEAKLY = 1
STRONGLY = 2


@kernel
def unkept(graph: ptr, bottom: ptr, end: ptr, component: u64) -> u64:
    """What is broken in a component: 0, a weak promise (WEAKLY), or only strong ones, which are among the bits then."""
    words = load64(graph + PROMISE_WORDS)
    home = fixed_ptr(graph + HOME)
    edges = fixed_ptr(graph + EDGES)
    some = fixed_ptr(graph + BITS)
    every = some + 8 * words
    kept = every + 8 * words
    here = kept + 8 * words
    broken = here + 8 * words
    word = 0
    while word < words:
        store64(some + 8 * word, 0)
        store64(every + 8 * word, MASK)
        store64(kept + 8 * word, 0)
        word += 1
    while bottom != end:
        node = load32(bottom)
        bottom = bottom + 4
        word = 0
        while word < words:
            store64(here + 8 * word, 0)
            word += 1
        edge = edges + 8 * edges_from(graph, node)
        last = edges + 8 * edges_from(graph, node + 1)
        while edge != last:
            found = load64(edge)
            edge = edge + 8
            promise = found >> 32
            if promise != 0:
                add(here, promise - 1)
                if load32(home + 4 * (found & LOWER)) == component:
                    add(kept, promise - 1)
        word = 0
        while word < words:
            possible = load64(here + 8 * word)
            store64(some + 8 * word, load64(some + 8 * word) | possible)
            store64(every + 8 * word, load64(every + 8 * word) & possible)
            word += 1
    weak = 0
    strong = 0
    word = 0
    while word < words:
        is_strong = load64(fixed_ptr(graph + STRONG) + 8 * word)
        open_ = load64(kept + 8 * word) ^ MASK
        weak = weak | load64(every + 8 * word) & open_ & (is_strong ^ MASK)
        store64(broken + 8 * word, load64(some + 8 * word) & open_ & is_strong)
        strong = strong | load64(broken + 8 * word)
        word += 1
    if weak != 0:
        return WEAKLY
    return STRONGLY if strong != 0 else 0


@kernel
def add(bits: ptr, promise: u64) -> None:
    """Put a promise into a set."""
    place = bits + 8 * (promise >> 6)
    store64(place, load64(place) | 1 << (promise & 63))


@kernel
def owes(graph: ptr, node: u64) -> bool:
    """Whether a node has an edge that would keep one of the promises that its component breaks."""
    broken = fixed_ptr(graph + BITS) + 32 * load64(graph + PROMISE_WORDS)
    edge = fixed_ptr(graph + EDGES) + 8 * edges_from(graph, node)
    last = fixed_ptr(graph + EDGES) + 8 * edges_from(graph, node + 1)
    while edge != last:
        promise = load64(edge) >> 32
        if promise != 0:
            if load64(broken + 8 * ((promise - 1) >> 6)) >> ((promise - 1) & 63) & 1 != 0:
                return True
        edge = edge + 8
    return False


@kernel
def meet_condition(graph: ptr, said: ptr, before: u64) -> None:
    """Count one condition more for each component with a node where the goal fails; `before` were met till now."""
    nodes = fixed64(graph + NODES)
    home = fixed_ptr(graph + HOME)
    met = load_ptr(graph + MET)
    node = 0
    while node < nodes:
        place = met + 4 * load32(home + 4 * node)
        if load8(said + node) & REACHES_GOAL == 0 and load32(place) == before:
            store32(place, before + 1)
        node += 1


@kernel
def drop_unmet(graph: ptr, conditions: u64) -> None:
    """Keep the components that meet so many conditions."""
    nodes = fixed64(graph + NODES)
    home = fixed_ptr(graph + HOME)
    met = load_ptr(graph + MET)
    fitting = 0
    component = 1
    while component <= load64(graph + COMPONENTS):
        if load32(met + 4 * component) == conditions:
            fitting += 1
        component += 1
    store64(graph + FITTING, fitting)
    node = 0
    while node < nodes:
        if load32(met + 4 * load32(home + 4 * node)) != conditions:
            store32(home + 4 * node, 0)
        node += 1
