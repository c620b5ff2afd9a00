"""What native code and the reference interpreter say of a machine, to be compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from hypothesis import event

from indoubt.explorer.backends.native.packing import Unsupported
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.native_exploration import Asked, explore_natively
from indoubt.explorer.search.result import Exploration, Limits

MOST = Limits(max_states=400)


def told(machine: Machine, limits: Limits) -> tuple[object | None, object]:
    """What native code and the reference say of a machine; None where native code does not know it."""
    machine = dataclasses.replace(machine, temporal=(), views=())
    constraints = frozenset(one.name for one in machine.constraints)
    asked = Asked(limits, deadlock=True, properties=None, constraints=constraints)
    expected = said(lambda: explore(Reference(machine), limits, deadlock=True, constraints=constraints))
    try:
        return said(lambda: explore_natively(machine, asked)), expected
    except Unsupported as reason:
        event(str(reason)[:40])
        return None, expected


def said(explored: Callable[[], Exploration]) -> tuple[object, ...]:
    """What an exploration says, or what it fails with."""
    try:
        found = explored()
    except SearchFailed as failed:
        return failed.failure.code, None if failed.path is None else len(failed.path.steps)
    if found.stopped is not None:
        return (found.stopped.limit,)
    answers = [(one.property, one.verdict, None if one.path is None else len(one.path.steps)) for one in found.answers]
    return answers, found.counts, found.levels, dict(found.taken), dict(found.enabled), set(found.bounds)
