"""What a search asks of a backend: initial states, steps, and whether a property holds.

A state is a tuple with one encoded value for each variable of the machine (`ir.values`). A backend is deterministic:
it gives states and steps in the same order every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from indoubt.explorer.ir.machine import Action, Machine
from indoubt.specs.language.frozen import dataclass

State = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """An action with an encoded value for each of its parameters."""

    action: Action
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A step that is not taken because it would leave `bound`."""

    action: Action
    bound: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A step in which an `assert` of the author does not hold; `name` is that of the property which it stands for."""

    taken: Taken
    name: str


Outcome = tuple[Taken, State] | Refused | Broken
"""What becomes of an enabled choice."""


class Backend(Protocol):
    """Executes a machine."""

    @property
    def machine(self) -> Machine:
        """The machine that is executed."""
        ...

    def initial(self) -> Iterable[tuple[Taken | None, State] | Refused]:
        """Every initial state, with the choice of `@initial` that makes it (None where there is nothing to choose).

        A choice that would leave a bounded type makes none, and is refused by name.
        """
        ...

    def steps(self, state: State) -> Iterator[Outcome]:
        """Every enabled choice of an action in `state` with its successor, in the order of the spec."""
        ...

    def dropped(self) -> tuple[str, ...]:
        """The links on which the last of the steps that were asked for has dropped a message, where that is counted."""
        ...

    def owes(self, taken: Taken, state: State) -> bool:
        """Whether fairness may demand a step of an action to which something is owed, where `state` enables it."""
        ...

    def watch(self, look: Callable[[], None]) -> None:
        """Call `look` now and then while the steps of a state are searched for: there may be many choices to try."""
        ...

    def admits(self, position: int, state: State) -> bool:
        """Whether the state constraint at `position` admits `state`."""
        ...

    def view(self, position: int, state: State) -> State:
        """What the view at `position` sees of `state`."""
        ...

    def instances(self, position: int) -> Iterable[tuple[Any, ...]]:
        """The arguments for which the temporal property at `position` is checked."""
        ...

    def promised(self, position: int, arguments: tuple[Any, ...], state: State) -> tuple[bool, bool]:
        """Whether trigger and goal of the temporal property at `position` hold in `state`."""
        ...

    def holds(self, position: int, state: State, after: State | None = None) -> bool:
        """Whether the property at `position` holds in `state`, or of the step to `after`."""
        ...
