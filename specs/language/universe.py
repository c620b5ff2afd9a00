"""The universe of a run: how many members each sort has while a spec is executed as plain Python.

A `Sort` class has no members of its own; the run chooses them. A method of a spec executes inside the
universe of its state, so `for rm in RM` means the same in a debugger, in a test and in the explorer.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field
from typing import TYPE_CHECKING, Any

from indoubt.specs.language.frozen import dataclass

if TYPE_CHECKING:
    from indoubt.specs.language.quorum_systems import QuorumSystem


class SettingError(ValueError):
    """A size, parameter or quorum system of a run is unknown, missing or out of range."""


class NoUniverse(LookupError):
    """Members of a sort were asked for where no run has chosen its size."""


class BoundReached(Exception):
    """A step would leave a bounded type, so it is not taken; `bound` names the bound."""

    def __init__(self, bound: str) -> None:
        super().__init__(f"the step would leave {bound}")
        self.bound = bound


@dataclass(frozen=True, slots=True)
class Universe:
    """What the run has chosen, by name: sizes of sorts, named bounds, parameters of the spec, and quorum systems.

    `quorums` has the system of each sort by its name, or under None that of every other sort.
    """

    sizes: Mapping[str, int]
    bounds: Mapping[str, int] = field(default_factory=dict[str, int])
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    quorums: Mapping[str | None, QuorumSystem] = field(default_factory=dict[str | None, "QuorumSystem"])


_current: ContextVar[Universe | None] = ContextVar("indoubt_universe", default=None)


def current_universe() -> Universe | None:
    """The universe of the method that is running, or None outside of one."""
    return _current.get()


@contextmanager
def within(universe: Universe) -> Generator[None]:
    """Give every sort the size that `universe` says for the duration of a `with` block."""
    token = _current.set(universe)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def sizes(**sizes: int) -> Generator[None]:
    """Give sorts a size by name, to enumerate them outside of a spec: `with sizes(RM=3): list(RM)`."""
    with within(Universe(sizes)):
        yield
