"""What differs between two states, place by place: `state[Participant0]` went from WAITING to PRECOMMIT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from indoubt.counterexamples.shape import is_map, is_set
from indoubt.counterexamples.trace import State
from indoubt.specs.language.display import in_order, show
from indoubt.specs.language.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One place with its values in two states; a set says which members came and went instead.

    `variable` is the state variable, `keys` lead through its maps.
    """

    variable: str
    keys: tuple[Any, ...]
    before: Any
    after: Any

    @property
    def place(self) -> str:
        """The place as its author would write it: `rm_state[RM0]`."""
        return place_text(self.variable, self.keys)

    @property
    def is_set(self) -> bool:
        """Whether both values are sets, so that members come and go."""
        return is_set(self.before) and is_set(self.after)

    @property
    def added(self) -> list[Any]:
        """The members that a set gained, in order."""
        return in_order([item for item in self.after if item not in self.before]) if self.is_set else []

    @property
    def removed(self) -> list[Any]:
        """The members that a set lost, in order."""
        return in_order([item for item in self.before if item not in self.after]) if self.is_set else []

    def text(self) -> str:
        """The difference itself: `WAITING -> PRECOMMIT`, `+ Ack(Participant0)`."""
        if self.is_set:
            gone = [f"- {show(item)}" for item in self.removed]
            return "  ".join([*gone, *(f"+ {show(item)}" for item in self.added)])
        return f"{show(self.before)} -> {show(self.after)}"


def place_text(variable: str, keys: tuple[Any, ...]) -> str:
    """A place as its author would write it: `rm_state[RM0]`; the node without a sort is `None`."""
    if variable.startswith("network.") and len(keys) == 2:  # a link of a system of nodes
        return f"network[{show(keys[0])} -> {show(keys[1])}]"
    return variable + "".join(f"[{show(key)}]" for key in keys)


def changes_between(before: State, after: State) -> list[Change]:
    """Every place that differs, in the order of declaration and of keys."""
    return [
        Change(name, keys, old, new)
        for name, value in before.items()
        for keys, old, new in _differences(value, after.get(name), ())
    ]


def _differences(before: Any, after: Any, keys: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    if before == after:
        return
    if is_map(before) and is_map(after) and list(before.keys()) == list(after.keys()):
        for key, value in before.items():
            yield from _differences(value, after[key], (*keys, key))
    else:
        yield keys, before, after
