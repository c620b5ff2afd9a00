"""A real run through the orbits that a search has stored one state of each of.

The stored states are representatives: no step need lead from one to the next. But from every state of an orbit some
step leads into the orbit of the next one, so the run is found from its beginning, a step at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from indoubt.explorer.backends.backend import Backend, State, Taken
from indoubt.explorer.search.result import Path

if TYPE_CHECKING:
    from indoubt.explorer.search.symmetry import Orbits


class Disagreement(Exception):
    """Native code and the reference interpreter say different things of one machine: a defect of indoubt."""


def retraced(backend: Backend, orbits: Orbits, states: Sequence[State], broken: int | None = None) -> Path:
    """A run from an initial state through the orbits of `states`.

    Where `broken` is given, its last step breaks the step property at that position: another step into the same orbit
    may keep it. Raises Disagreement where there is no such run.
    """
    wanted = [orbits.representative(state) for state in states]
    found = next(
        (one for one in backend.initial() if isinstance(one, tuple) and orbits.representative(one[1]) == wanted[0]),
        None,
    )
    if found is None:
        raise Disagreement(f"no initial state is one of {states[0]} with its members renamed")
    choice, here = found
    initial, steps = here, list[tuple[Taken, State]]()
    for number, (_, target) in enumerate(pairwise(wanted)):
        must_break = broken if number == len(wanted) - 2 else None
        step = _step_into(backend, orbits, here, target, must_break)
        if step is None:
            raise Disagreement(f"no step leads from {here} to a state like {states[number + 1]}")
        steps.append(step)
        here = step[1]
    return Path(choice, initial, tuple(steps))


def _step_into(
    backend: Backend, orbits: Orbits, here: State, target: State, broken: int | None
) -> tuple[Taken, State] | None:
    """The first step into an orbit that breaks a property, if one is given."""
    for one in backend.steps(here):
        if isinstance(one, tuple) and orbits.representative(one[1]) == target:
            if broken is None or not backend.holds(broken, here, one[1]):
                return one
    return None
