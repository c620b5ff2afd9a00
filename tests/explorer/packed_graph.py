"""Graphs as specs: what a compiled spec defines reads the graph from memory, so one compilation serves every graph.

The first word of a state is the number of its node in the lower 32 bits, and above them what `check` answers. The
others repeat it, mixed, so that states differ in every word.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

from indoubt.explorer.backends.native.dialect import (
    constant,
    defined_elsewhere,
    external,
    kernel,
    load64,
    load_ptr,
    ptr,
    store64,
    u64,
    wrapping_mul,
)
from indoubt.explorer.search.kernels.context import BOUNDS, NOT_ADMITTED, TAKEN, UNCOMPUTABLE

W: u64 = constant()
"""Words of a state."""

SCRATCH = 2048
GRAPH = 2040
"""Where the context block, beyond what the search uses, has room for a successor and the address of the graph."""

STEP, ASSERTION, BOUND = 0, 1, 2
"""What an edge is: a step, an assertion that breaks, or a step that would leave a bound."""
ODD = 0x9E3779B97F4A7C15

ADMITS_NOT = 1 << 36
FAILS = 1 << 37
LEAVES = 1 << 38
ENTERS = 1 << 39
STEP_FAILS = 1 << 40
"""Bits of a state: not admitted; `check` fails; a step from LEAVES to ENTERS is wrong, one to STEP_FAILS fails."""


@external
def emit_step(context: ptr, successor: ptr, found: u64) -> None:
    """The search takes a successor, and what is found in the step."""
    defined_elsewhere()


@external
def broke(context: ptr, assertion: u64) -> None:
    """The search notes an assertion that does not hold."""
    defined_elsewhere()


@kernel
def expand(state: ptr, context: ptr) -> u64:
    """The edges of a node: three words each, behind a table of where those of a node begin and what it returns."""
    graph = load_ptr(context + GRAPH)
    node = load64(state) & 0xFFFFFFFF
    edge = load64(graph + 16 * node)
    end = load64(graph + 16 * (node + 1))
    while edge < end:
        place = graph + edge
        number = load64(place + 8)
        if load64(place) == ASSERTION:
            broke(context, number)
        elif load64(place) == BOUND:
            bounds = load_ptr(context + BOUNDS) + number // 64 * 8
            store64(bounds, load64(bounds) | 1 << number % 64)
        else:
            taken = load_ptr(context + TAKEN) + 8 * number
            store64(taken, load64(taken) + 1)
            word = 0
            while word < W:
                store64(context + SCRATCH + 8 * word, spread(load64(place + 16), word))
                word += 1
            emit_step(context, context + SCRATCH, check_step(state, context + SCRATCH))
        edge += 24
    return load64(graph + 16 * node + 8)


@kernel
def spread(first: u64, word: u64) -> u64:
    """A word of the state whose first word is given."""
    if word == 0:
        return first
    return wrapping_mul(first ^ word, ODD)


@kernel
def check(state: ptr) -> u64:
    """Properties 0 to 3, and what stands for no property."""
    bits = load64(state)
    answer = bits >> 32 & 15
    if bits & ADMITS_NOT != 0:
        answer = answer | NOT_ADMITTED
    if bits & FAILS != 0:
        answer = answer | UNCOMPUTABLE
    return answer


@kernel
def check_step(state: ptr, successor: ptr) -> u64:
    """Property 0 of steps; it cannot be computed where the successor says so."""
    if load64(successor) & STEP_FAILS != 0:
        return UNCOMPUTABLE
    if load64(state) & LEAVES != 0 and load64(successor) & ENTERS != 0:
        return 1
    return 0


@dataclass(frozen=True)
class Edge:
    """A step to a node (`number` is its action), or an assertion or bound of that number."""

    target: int
    kind: int = STEP
    number: int = 0


@dataclass(frozen=True)
class Graph:
    """Nodes with their bits, codes that their expansion returns, and edges; some nodes are initial."""

    bits: Sequence[int]
    codes: Sequence[int]
    edges: Sequence[Sequence[Edge]]
    initial: Sequence[int]

    def first_word(self, node: int) -> int:
        """The first word of a state."""
        return node | self.bits[node]

    def packed(self, node: int, words: int) -> int:
        """A node as a packed state."""
        first = self.first_word(node)
        rest = (((first ^ word) * ODD) % (1 << 64) << 64 * word for word in range(1, words))
        return first + sum(rest)

    def memory(self) -> ctypes.Array[ctypes.c_uint64]:
        """What `expand` reads."""
        table: list[int] = []
        lists: list[int] = []
        start = 16 * (len(self.edges) + 1)
        for code, edges in zip(self.codes, self.edges, strict=True):
            table += [start + 8 * len(lists), code]
            for edge in edges:
                lists += [edge.kind, edge.number, self.first_word(edge.target)]
        content = [*table, start + 8 * len(lists), 0, *lists]
        return (ctypes.c_uint64 * len(content))(*content)
