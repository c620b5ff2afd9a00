"""The part of the last state that shows why a property is violated there (or reached).

Found by asking the property itself: put one place after another back to its initial value, and keep it so where the
property is still decided the same way. What cannot be put back is the evidence. For atomicity, one node that committed
and one that aborted remain; who crashed and what was sent do not matter. This is the greedy part of delta debugging
(Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002): the result is minimal in that no
single place can be left out, not the smallest of all. The states in between need not be reachable.

What can be put back, or has never changed, may matter too: that `s` equals `saved` is no evidence without `s`. So such
a place is shown where some other value there would undo the decision.
"""

from __future__ import annotations

import copy
from typing import Any

from indoubt.counterexamples.changes import changes_between, place_text
from indoubt.counterexamples.remaining import Remaining
from indoubt.counterexamples.replay import in_state, initial_state, property_holds
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language.display import show
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.universe import within

MOST_PLACES = 2000
"""With more places than this the property would be asked too often: no evidence is looked for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place of the last state with its value, or, where `member` says so, one member of the set there."""

    variable: str
    keys: tuple[Any, ...]
    value: Any
    is_member: bool = False

    @property
    def place(self) -> str:
        """The place as its author would write it."""
        return place_text(self.variable, self.keys)

    def text(self) -> str:
        """What is there: `COMMITTED`, or `contains Commit()`."""
        return f"contains {show(self.value)}" if self.is_member else show(self.value)


def evidence(trace: Trace) -> list[Evidence]:
    """The places of the last state that decide an invariant or a reachability property; otherwise none."""
    if trace.kind not in ("invariant", "reachable"):
        return []
    is_reached = trace.kind == "reachable"
    state = in_state(initial_state(trace.spec, trace.settings, trace.choice), trace.last)
    places = _places(trace)
    if len(places) > MOST_PLACES or not _is_decided(state, trace.property, is_reached):
        return []
    needed: list[Evidence] = []
    for found, initial in places:
        without = copy.copy(state)
        try:
            with within(trace.settings.universe):
                _put(without, found, initial)
            is_decided = _is_decided(without, trace.property, is_reached)
        except Exception:  # noqa: BLE001 - the property may meet a state that it was not written for
            is_decided = False
        if is_decided:
            state = without
        else:
            needed.append(found)
    shown = frozenset((item.variable, item.keys) for item in needed)
    remaining = Remaining(trace, state, shown, lambda other: _is_decided(other, trace.property, is_reached))
    order = {name: number for number, name in enumerate(trace.last)}
    return sorted([*needed, *map(_as_evidence, remaining.needed())], key=lambda item: order[item.variable])


def _as_evidence(place: tuple[str, tuple[Any, ...], Any]) -> Evidence:
    variable, keys, value = place
    return Evidence(variable, keys, value)


def _is_decided(state: Spec, name: str, is_reached: bool) -> bool:
    return property_holds(state, name) is is_reached


def _places(trace: Trace) -> list[tuple[Evidence, Any]]:
    """What the last state has more than or different from the initial one, with the initial value of each place."""
    found: list[tuple[Evidence, Any]] = []
    for change in changes_between(trace.initial, trace.last):
        if change.is_set:
            found += [(Evidence(change.variable, change.keys, item, is_member=True), None) for item in change.added]
        else:
            found.append((Evidence(change.variable, change.keys, change.after), change.before))
    return found


def _put(state: Spec, place: Evidence, initial: Any) -> None:
    """Put one place back."""
    if not place.keys and not place.is_member:
        setattr(state, place.variable, initial)
        return
    holder = getattr(state, place.variable)
    for key in place.keys if place.is_member else place.keys[:-1]:
        holder = holder[key]
    if place.is_member:
        holder.discard(place.value)
    else:
        holder[place.keys[-1]] = initial
