"""What a search over packed states answers: counts, what was found where, and the states to rebuild a path from."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from enum import Enum

from indoubt.explorer.search.kernels.context import ROOT
from indoubt.explorer.search.log import Log
from indoubt.explorer.search.result import Counts, Stopped
from indoubt.specs.language.frozen import dataclass


class Failing(Enum):
    """What cannot be computed: the steps of a state, a property of it or of a step, or a mapping of one."""

    EXPANSION = 1
    STATE = 2
    STEP = 3
    MAPPING = 4


@dataclass(frozen=True, slots=True)
class Failure:
    """The spec cannot be computed in the state `index` (None: in an initial one); `code` is what `expand` returned."""

    failing: Failing
    index: int | None
    code: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The first state with a property: the one with the index, or `successor`, one step after it.

    An index of None says that `successor` is an initial state that is not stored.
    """

    index: int | None
    successor: int | None = None


class Store:
    """The states that were found, in that order, each with the one it was found from."""

    def __init__(self, words: int, states: Log, parents: Log) -> None:
        self._bytes = 8 * words
        self._states = states
        self._parents = parents

    def state(self, index: int) -> int:
        """The packed state, as one number; the first word is the lowest."""
        return int.from_bytes(ctypes.string_at(self._states.address + index * self._bytes, self._bytes), "little")

    def parent(self, index: int) -> int | None:
        """The state that this one was found from; None for an initial one."""
        found = ctypes.c_uint32.from_address(self._parents.address + 4 * index).value
        return None if found == ROOT else found

    def path(self, index: int) -> list[int]:
        """The packed states on a shortest way to a state, the initial one first."""
        way = [self.state(index)]
        before = self.parent(index)
        while before is not None:
            way.append(self.state(before))
            before = self.parent(before)
        return way[::-1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a search over packed states found out; properties, bounds, actions by their positions."""

    counts: Counts
    expanded: int
    levels: tuple[int, ...]
    taken: tuple[int, ...]
    bounds: frozenset[int]
    found: Mapping[int, Found]
    found_steps: Mapping[int, Found]
    broken: Mapping[int, int]
    """The index of the first state where each broken assertion does not hold."""
    stuck: int | None
    """The first state without a step, as far as the search looked for one."""
    failure: Failure | None
    stopped: Stopped | None
    is_violated: bool
    store: Store
    memory_bytes: int
    """What was in use when it was most."""
    is_on_disk: bool
    """Whether the states moved to disk."""
    elapsed_s: float
    is_kept: bool = False
    """Whether there is a checkpoint to go on from."""
    not_kept: str = ""
    """Why there is not, where there should be."""
