"""Whether a machine without dead messages takes the same steps: both are walked through side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from indoubt.explorer.backends.backend import Broken, Refused, State
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine

Steps = dict[tuple[str, tuple[object, ...]], State | str]


def in_step(whole: Machine, erased: Machine, most: int, *, quiet: bool) -> int:
    """Compare the first `most` pairs of states that the same steps lead to; how many of them differ.

    Raises AssertionError where the steps differ, or anything but the network does. With `quiet`, the erased machine may
    lack steps that change nothing.
    """
    is_link = [one.name.startswith("network.") for one in whole.variables]
    all_, some = Reference(whole), Reference(erased)
    (start,) = (state for _, state in _states(all_.initial()))
    pairs, known = [(start, start)], {(start, start)}
    for number, (full, small) in enumerate(pairs):
        if number == most:
            break
        for left, right, link in zip(full, small, is_link, strict=True):
            assert _within(right, left) if link else left == right, f"{small} is no part of {full}"
        steps, fewer = _steps(all_, full), _steps(some, small)
        assert fewer.keys() <= steps.keys(), f"only without dead messages: {fewer.keys() - steps.keys()}"
        for taken, after in steps.items():
            if taken not in fewer:
                assert quiet, f"{taken} is lost"
                assert after == full, f"{taken} is lost, and leads from {full} to {after}"
            elif isinstance(after, tuple):
                other = fewer[taken]
                assert isinstance(other, tuple), f"{taken} is {other}"
                if (after, other) not in known:
                    known.add((after, other))
                    pairs.append((after, other))
            else:
                assert fewer[taken] == after
    return sum(full != small for full, small in pairs)


def _states(found: Iterable[object]) -> list[tuple[object, State]]:
    return [one for one in found if isinstance(one, tuple)]


def _steps(backend: Reference, state: State) -> Steps:
    found: Steps = {}
    for outcome in backend.steps(state):
        match outcome:
            case Refused(action, bound):
                found[action.name, ("refused", bound)] = "refused"
            case Broken(taken, name):
                found[taken.action.name, taken.arguments] = f"breaks {name}"
            case (taken, after):
                found[taken.action.name, taken.arguments] = after
    return found


def _within(small: object, full: object) -> bool:
    """Whether links hold no more than others."""
    if isinstance(small, frozenset):
        return isinstance(full, frozenset) and small <= full
    assert isinstance(small, tuple)
    assert isinstance(full, tuple)
    ours, theirs = cast("tuple[object, ...]", small), cast("tuple[object, ...]", full)
    return all(map(_within, ours, theirs))
