"""Ways through a graph: from an initial node to fair components, and from node to node within one.

They are those of `search/liveness.py`: nodes are met in the same order, so that the runs that are found are the same.
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
    store8,
    store32,
    store64,
    u64,
)
from indoubt.explorer.search.kernels.context import COMPLETE, STOPPED, UNCOMPUTABLE
from indoubt.explorer.search.kernels.graph import (
    CALLS,
    CONDITION,
    EDGES,
    FOUND_FROM,
    FOUND_PROMISE,
    FOUND_TO,
    HEAD,
    HOME,
    LOW,
    LOWER,
    NEXT_NODE,
    NODES,
    NUMBER,
    PATH,
    PLACES,
    REACHES_GOAL,
    SAID,
    START,
    STAY_MASK,
    STAY_VALUE,
    STEP_TAIL,
    STOPS,
    TAIL,
    TRIED,
    TURN_MASK,
    TURN_VALUE,
    edges_from,
    state_of,
)
from indoubt.explorer.search.kernels.spec import judge

LOOK_EVERY = 4096
"""Nodes between two looks at whether to stop."""

# What a step that is looked for does.
MEETS = 1
"""It leads where the goal fails, as CONDITION says."""
PAYS = 2
"""It keeps the promise that is the argument."""
PAYS_WEAKLY = 3
"""It keeps the promise that is the argument, or leads where no step would."""
RETURNS = 4
"""It leads to the node that is the argument."""


@kernel
def judge_nodes(graph: ptr, property_: u64, arguments: ptr, said: ptr) -> u64:
    """Say of each node whether trigger and goal of a property hold; STOPPED before a node that cannot be judged."""
    nodes = fixed64(graph + NODES)
    node = load64(graph + NEXT_NODE)
    while node < nodes:
        found = judge(property_, state_of(graph, node), arguments)
        if found & UNCOMPUTABLE != 0:
            store64(graph + NEXT_NODE, node)
            return STOPPED
        store8(said + node, found)
        node += 1
        if node % LOOK_EVERY == 0 and load_acquire(graph + STOPS) != 0:
            store64(graph + NEXT_NODE, node)
            return STOPPED
    store64(graph + NEXT_NODE, node)
    return COMPLETE


@kernel
def begin_ways(graph: ptr, initial: u64, only_turning: u64) -> None:
    """Begin at the first nodes; only where a run turns at once, if that is said."""
    nodes = fixed64(graph + NODES)
    came = fixed_ptr(graph + CALLS)
    node = 0
    while node < 2 * nodes:
        store32(came + 4 * node, 0)
        node += 1
    node = 0
    while node < nodes:
        store32(fixed_ptr(graph + NUMBER) + 4 * node, 0)
        node += 1
    store64(graph + HEAD, 0)
    store64(graph + TAIL, 0)
    node = 0
    while node < initial:
        reach(graph, 2 * node + 1, START, turns(graph, node))
        reach(graph, 2 * node, START, only_turning == 0)
        node += 1


@kernel
def turns(graph: ptr, node: u64) -> bool:
    """Whether a run may turn at a node."""
    return load8(load_ptr(graph + SAID) + node) & load64(graph + TURN_MASK) == load64(graph + TURN_VALUE)


@kernel
def stays(graph: ptr, node: u64) -> bool:
    """Whether a run that has turned may be at a node."""
    return load8(load_ptr(graph + SAID) + node) & load64(graph + STAY_MASK) == load64(graph + STAY_VALUE)


@kernel
def reach(graph: ptr, place: u64, before: u64, may: bool) -> None:
    """Come to a place for the first time: twice the node, plus 1 if the run has turned, which it `may`."""
    came = fixed_ptr(graph + CALLS) + 4 * place
    if not may or load32(came) != 0:
        return
    if place & 1 != 0 and not stays(graph, place >> 1):
        return
    store32(came, before)
    tail = load64(graph + TAIL)
    store32(fixed_ptr(graph + PLACES) + 4 * tail, place)
    store64(graph + TAIL, tail + 1)


@kernel
def next_way(graph: ptr) -> u64:
    """The next place that lies in a fair component where no way has led; MASK if there is none, MASK - 1 to stop."""
    places = fixed_ptr(graph + PLACES)
    home = fixed_ptr(graph + HOME)
    edges = fixed_ptr(graph + EDGES)
    while load64(graph + HEAD) < load64(graph + TAIL):
        head = load64(graph + HEAD)
        if head % LOOK_EVERY == 0 and load_acquire(graph + STOPS) != 0:
            return MASK - 1
        place = load32(places + 4 * head)
        store64(graph + HEAD, head + 1)
        has_turned = place & 1 != 0
        node = place >> 1
        edge = edges + 8 * edges_from(graph, node)
        end = edges + 8 * edges_from(graph, node + 1)
        while edge != end:
            to = load64(edge) & LOWER
            if has_turned:
                reach(graph, 2 * to + 1, place + 1, True)
            else:
                reach(graph, 2 * to + 1, place + 1, turns(graph, to))
                reach(graph, 2 * to, place + 1, True)
            edge = edge + 8
        component = load32(home + 4 * node)
        if has_turned and component != 0:
            tried = load_ptr(graph + TRIED) + component
            if load8(tried) == 0:
                store8(tried, 1)
                return place
    return MASK


@kernel
def find_step(graph: ptr, start: u64, kind: u64, argument: u64) -> u64:
    """Look for the nearest step of a kind, from a node, within its component: COMPLETE if there is one.

    Each node that is met has 1 + the one before it in NUMBER, and 1 + the promise of that step in LOW.
    """
    number = fixed_ptr(graph + NUMBER)
    low = fixed_ptr(graph + LOW)
    queue = fixed_ptr(graph + PATH)
    home = fixed_ptr(graph + HOME)
    edges = fixed_ptr(graph + EDGES)
    component = load32(home + 4 * start)
    store32(number + 4 * start, START)
    store32(queue, start)
    head = 0
    tail = 1
    while head < tail:
        node = load32(queue + 4 * head)
        head += 1
        edge = edges + 8 * edges_from(graph, node)
        end = edges + 8 * edges_from(graph, node + 1)
        while edge != end:
            to = load64(edge) & LOWER
            promise = load64(edge) >> 32
            edge = edge + 8
            if load32(home + 4 * to) == component:
                if is_wanted(graph, to, promise, kind, argument):
                    store64(graph + FOUND_FROM, node)
                    store64(graph + FOUND_TO, to)
                    store64(graph + FOUND_PROMISE, promise)
                    store64(graph + STEP_TAIL, tail)
                    return COMPLETE
                if load32(number + 4 * to) == 0:
                    store32(number + 4 * to, node + 1)
                    store32(low + 4 * to, promise)
                    store32(queue + 4 * tail, to)
                    tail += 1
        if head % LOOK_EVERY == 0 and load_acquire(graph + STOPS) != 0:
            break
    store64(graph + STEP_TAIL, tail)
    return STOPPED


@kernel
def is_wanted(graph: ptr, to: u64, promise: u64, kind: u64, argument: u64) -> bool:
    """Whether a step is one that is looked for."""
    if kind == RETURNS:
        return to == argument
    if kind == MEETS:
        return load8(load_ptr(graph + CONDITION) + to) & REACHES_GOAL == 0
    if promise == argument + 1:
        return True
    return kind == PAYS_WEAKLY and not is_possible(graph, to, argument)


@kernel
def is_possible(graph: ptr, node: u64, promise: u64) -> bool:
    """Whether some edge of a node keeps a promise."""
    edge = fixed_ptr(graph + EDGES) + 8 * edges_from(graph, node)
    end = fixed_ptr(graph + EDGES) + 8 * edges_from(graph, node + 1)
    while edge != end:
        if load64(edge) >> 32 == promise + 1:
            return True
        edge = edge + 8
    return False


@kernel
def forget_steps(graph: ptr) -> None:
    """Forget what the last search for a step has met."""
    place = fixed_ptr(graph + PATH)
    end = place + 4 * load64(graph + STEP_TAIL)
    while place != end:
        store32(fixed_ptr(graph + NUMBER) + 4 * load32(place), 0)
        place = place + 4
