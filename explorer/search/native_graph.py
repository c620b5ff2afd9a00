"""The graph of a search in native code: memory for the kernels that collect steps and look for fair runs in them.

The kernels run one after the other, in a thread of their own where that may take long, so that the main one can take an
interruption and look at the clock.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from indoubt.explorer.backends.native.dialect import MASK
from indoubt.explorer.search.kernels import context as at, graph as of, ways
from indoubt.explorer.search.liveness import (
    NOTHING_OWED,
    Goal,
    Lasso,
    Meets,
    Move,
    Pays,
    Way,
    closed_cycle,
    smallest_lasso,
)
from indoubt.explorer.search.memory import Memory
from indoubt.specs.language.frozen import dataclass

BATCH = 1024
"""Successors that wait to be looked up together."""
NODE_BYTES = 8 + 3 * 4 + 2 * 8 + 2 * 4
"""What the arrays take for each node."""
FEW_NODES = 1 << 14
"""For so few, a kernel is not worth a thread."""
LOOK_EVERY_S = 0.05
MOST_NODES = 1 << 31


class Code(Protocol):
    """The kernels that judge whole runs, whether compiled or as plain Python."""

    @property
    def kernels(self) -> Mapping[str, Callable[..., int]]:
        """By name."""
        ...


class NoMemory(Exception):
    """The graph needs more memory than may be used."""


@dataclass(frozen=True, slots=True)
class Part:
    """States that one worker has stored side by side: how many, and the address of the first."""

    count: int
    address: int


@dataclass(frozen=True, slots=True)
class Sought:
    """Which runs break a property: they turn somewhere, and from there on stay where their goal fails.

    `turn` and `stay` are a mask of what is said of a state, and its value there.
    """

    turn: tuple[int, int]
    stay: tuple[int, int]
    begins_turned: bool = False
    """Whether the run has to turn in its initial state."""
    meets_all: bool = False
    """Whether its cycle has to meet a failing goal for each value of the parameter that means "there is"."""


FAILS = (of.REACHES_GOAL, 0)
ANYWHERE = (0, 0)
SOUGHT = {
    "eventually": Sought(FAILS, FAILS, begins_turned=True),
    "leads_to": Sought((of.TRIGGERS, of.TRIGGERS), FAILS),
    "infinitely_often": Sought(FAILS, FAILS),
    "eventually_always": Sought(ANYWHERE, ANYWHERE, meets_all=True),
}


class Graph:
    """The states of a complete search with the steps between them."""

    def __init__(self, code: Code, parts: Sequence[Part], words: int, free: int, look: Callable[[], None]) -> None:
        """`free` bytes may be used; `look` is called now and then, and raises what ends the work. Raises NoMemory."""
        self._code, self._words, self._free, self._look = code, words, free, look
        self.count = sum(part.count for part in parts)
        self._block = Memory(of.GRAPH_BYTES, huge=False)
        self._held: dict[int, Memory] = {}
        self._counted: dict[int, int] = {}
        if self.count >= MOST_NODES:
            raise NoMemory
        self._hold(of.PARTS, 16 * len(parts))
        first = 0
        for number, part in enumerate(parts):
            place = self._at(of.PARTS) + 16 * number
            (ctypes.c_uint64 * 2).from_address(place)[:] = [first, part.address]
            first += part.count
        self._write(of.PART_COUNT, len(parts))
        self._write(of.NODES, self.count)
        self._hold(of.OFFSETS, 8 * (self.count + 1))
        for field, size in ((of.NUMBER, 4), (of.LOW, 4), (of.PATH, 4), (of.CALLS, 8), (of.PLACES, 8)):
            self._hold(field, size * self.count)
        for field in (of.ZONE, of.HOME):
            self._hold(field, 4 * self.count)
        self.strong: Sequence[bool] = ()
        """Of each promise, whether it is a strong one."""

    # ---- memory

    @property
    def used_bytes(self) -> int:
        """How much memory is in use."""
        return sum(self._counted.values())

    def _read(self, field: int) -> int:
        return ctypes.c_uint64.from_address(self._block.address + field).value

    def _write(self, field: int, value: int) -> None:
        ctypes.c_uint64.from_address(self._block.address + field).value = value

    def _at(self, field: int) -> int:
        return self._held[field].address

    def _hold(self, field: int, size: int, reserved: int | None = None) -> None:
        """Memory of zeros for an array; what was there is given back."""
        if field in self._held:
            self._held.pop(field).close()
        self._counted[field] = size
        if self.used_bytes > self._free:
            raise NoMemory
        try:
            self._held[field] = Memory(max(8, size), reserved)
        except MemoryError:
            raise NoMemory from None
        self._write(field, self._held[field].address)

    def _drop(self, field: int) -> None:
        self._held.pop(field).close()
        del self._counted[field]
        self._write(field, 0)

    def _words32(self, field: int, values: Sequence[int]) -> None:
        self._hold(field, 4 * len(values))
        (ctypes.c_uint32 * len(values)).from_address(self._at(field))[:] = list(values)

    # ---- running

    def _run(self, name: str, *arguments: int, over: ctypes.c_uint64 | None = None) -> int:
        """Run a kernel to its end; raises what `look` raises.

        `over` is a word that tells it to stop for good, for one that is worth a thread even where nodes are few.
        """
        kernel = self._code.kernels[name]
        if self.count <= FEW_NODES and over is None:
            return kernel(*arguments)
        results: list[int] = []
        thread = threading.Thread(target=lambda: results.append(kernel(*arguments)), name="indoubt graph", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(LOOK_EVERY_S)
                self._look()
        except BaseException:
            self._write(of.STOPS, 1)
            if over is not None:
                over.value = 1
            thread.join()
            self._write(of.STOPS, 0)
            raise
        return results[0]

    # ---- steps

    def link(self, context: int, *, is_long: bool = False) -> None:
        """Collect the steps, with the kernels of the context that has found the states. Raises NoMemory.

        `is_long` says whether a single state may take long.
        """
        self._hold(of.SLOTS, 8 * max(8, self.count * 4 // 3 + 8))
        self._write(of.SLOT_COUNT, self._held[of.SLOTS].size // 8)
        self._hold(of.SUCCESSORS, BATCH * (8 * self._words + 16))
        self._write(of.WAITING_ROOM, BATCH)
        self._write(of.NEXT_NODE, 0)
        self._run("index_nodes", self._block.address)
        self._write(of.NEXT_NODE, 0)
        self._grow_edges(4 * self.count + BATCH)
        graph = ctypes.c_uint64.from_address(context + at.GRAPH)
        graph.value = self._block.address
        over = ctypes.c_uint64.from_address(context + at.OVER)
        over.value = 0
        try:
            while (reason := self._run("link_nodes", context, over=over if is_long else None)) == at.FULL:
                self._grow_edges(2 * self._read(of.EDGE_ROOM))
            if reason != at.COMPLETE:
                raise AssertionError("not every step is collected")
        finally:
            graph.value = 0
        if self._read(of.LOST):
            raise AssertionError("a step leads to a state that the search has not stored")
        self._drop(of.SLOTS)
        self._drop(of.SUCCESSORS)

    def _grow_edges(self, count: int) -> None:
        count = min(count, (self._free - self.used_bytes + self._counted.get(of.EDGES, 0)) // 8)
        if count <= self._read(of.EDGE_ROOM):
            raise NoMemory
        if of.EDGES not in self._held:
            self._hold(of.EDGES, 8 * count, max(8 * count, self._free))
        self._counted[of.EDGES] = 8 * count
        try:
            self._held[of.EDGES].grow(8 * count)
        except MemoryError:
            raise NoMemory from None
        self._write(of.EDGES, self._at(of.EDGES))
        self._write(of.EDGE_ROOM, count)

    def take(self, edges: Sequence[Sequence[tuple[int, int]]]) -> None:
        """Take steps as they are given: for each node its edges, with the promises that they keep."""
        self._grow_edges(sum(map(len, edges)) + 1)
        offsets = (ctypes.c_uint64 * (self.count + 1)).from_address(self._at(of.OFFSETS))
        place = 0
        for node, found in enumerate(edges):
            offsets[node] = place
            for to, kept in found:
                ctypes.c_uint64.from_address(self._at(of.EDGES) + 8 * place).value = to | (kept + 1) << 32
                place += 1
        offsets[self.count] = place
        self._write(of.EDGE_COUNT, place)

    def number_promises(self, kinds: Sequence[int], initial: int) -> list[int]:
        """Number the promises as a search by one worker meets them; `kinds` says which steps keep the same one.

        The kinds that are kept, in the order of their numbers.
        """
        self._words32(of.KINDS, kinds)
        self._hold(of.NAMES, 4 * len(kinds))
        self._hold(of.ORDER, 4 * len(kinds))
        self._run("number_promises", self._block.address, initial)
        count = self._read(of.PROMISES)
        return list((ctypes.c_uint32 * count).from_address(self._at(of.ORDER)))

    def demand(self, strong: Sequence[bool]) -> None:
        """Say of each promise whether it is a strong one."""
        self.strong = strong
        words = -(-len(strong) // 64)
        self._write(of.PROMISE_WORDS, words)
        self._hold(of.STRONG, 8 * words)
        self._hold(of.BITS, 5 * 8 * words)
        bits = sum(1 << number for number, is_strong in enumerate(strong) if is_strong)
        ctypes.memmove(self._at(of.STRONG), bits.to_bytes(8 * words, "little"), 8 * words)

    # ---- what is said of the states

    def said(self) -> Memory:
        """Room for what is said of the states, a byte for each."""
        if self.used_bytes + self.count > self._free:
            raise NoMemory
        return Memory(max(8, self.count))

    def judge(self, number: int, arguments: Sequence[int], said: Memory) -> int | None:
        """Say of each state whether trigger and goal of a property hold; the first that cannot be judged, if any."""
        words = (ctypes.c_uint64 * (len(arguments) + 1))(*arguments)
        self._write(of.NEXT_NODE, 0)
        self._run("judge_nodes", self._block.address, number, ctypes.addressof(words), said.address)
        reached = self._read(of.NEXT_NODE)
        return None if reached == self.count else reached

    # ---- runs

    def find_lasso(self, sought: Sought, said: Sequence[Memory], initial: int) -> Lasso | None:
        """A fair run that breaks a property; `said` has what is said for each value that means "there is"."""
        for fields, (mask, value) in (
            ((of.TURN_MASK, of.TURN_VALUE), sought.turn),
            ((of.STAY_MASK, of.STAY_VALUE), sought.stay),
        ):
            self._write(fields[0], mask)
            self._write(fields[1], value)
        self._write(of.SAID, said[0].address)
        block = self._block.address
        self._run("find_components", block)
        components = self._read(of.COMPONENTS)
        self._hold(of.MET, 4 * (components + 1))
        self._hold(of.TRIED, components + 1)
        conditions = said if sought.meets_all else ()
        for number, one in enumerate(conditions):
            self._run("meet_condition", block, one.address, number)
        self._run("drop_unmet", block, len(conditions))
        self._run("begin_ways", block, initial, int(sought.begins_turned))
        component = _Component(self, conditions)
        return smallest_lasso(self._ways(), self._read(of.FITTING), lambda entry: closed_cycle(component, entry))

    def _ways(self) -> Iterator[tuple[int, Way]]:
        while (place := self._run("next_way", self._block.address)) != MASK:
            way: list[Move] = []
            entry = place >> 1
            while (before := self._item(of.CALLS, place)) != of.START:
                way.append((before - 1 >> 1, place >> 1, NOTHING_OWED))
                place = before - 1
            yield entry, tuple(reversed(way))

    def _item(self, field: int, place: int) -> int:
        return ctypes.c_uint32.from_address(self._at(field) + 4 * place).value

    def possible(self, state: int) -> set[int]:
        """The promises that some step from a state would keep."""
        start, end = (ctypes.c_uint64 * 2).from_address(self._at(of.OFFSETS) + 8 * state)
        edges = (ctypes.c_uint64 * (end - start)).from_address(self._at(of.EDGES) + 8 * start)
        return {(word >> 32) - 1 for word in edges if word >> 32}

    def nearest(self, start: int, kind: int, argument: int, condition: int) -> list[Move]:
        """The shortest moves from a state within its component, the last of which is of a kind."""
        self._write(of.CONDITION, condition)
        if self._run("find_step", self._block.address, start, kind, argument) != at.COMPLETE:
            raise AssertionError("a fair component has a way between any two of its states")
        node = self._read(of.FOUND_FROM)
        moves: list[Move] = [(node, self._read(of.FOUND_TO), self._read(of.FOUND_PROMISE) - 1)]
        while node != start:
            before = self._item(of.NUMBER, node) - 1
            moves.append((before, node, self._item(of.LOW, node) - 1))
            node = before
        self._run("forget_steps", self._block.address)
        return moves[::-1]


class _Component:
    """The fair component that a cycle begins in, as far as its making asks for it."""

    def __init__(self, graph: Graph, said: Sequence[Memory]) -> None:
        self._graph, self._said = graph, said
        self.strong = graph.strong
        self.conditions = len(said)
        self.possible = graph.possible

    def meets(self, condition: int, state: int) -> bool:
        return not ctypes.c_uint8.from_address(self._said[condition].address + state).value & of.REACHES_GOAL

    def nearest(self, start: int, goal: Goal) -> list[Move]:
        match goal:
            case Meets(condition):
                return self._graph.nearest(start, ways.MEETS, 0, self._said[condition].address)
            case Pays(promise):
                kind = ways.PAYS if self.strong[promise] else ways.PAYS_WEAKLY
                return self._graph.nearest(start, kind, promise, 0)
            case _:
                return self._graph.nearest(start, ways.RETURNS, goal.entry, 0)
