"""The passes between the frontend and a backend, in order."""

from __future__ import annotations

from collections.abc import Callable

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.fold_constants import fold_constants
from indoubt.explorer.passes.fuse_comprehensions import fuse_comprehensions
from indoubt.explorer.passes.lift_guards import lift_guards
from indoubt.explorer.passes.range_parameters import range_parameters
from indoubt.explorer.passes.split_guards import split_guards

Pass = Callable[[Machine], Machine]

GUARDS: tuple[Pass, ...] = (fold_constants, split_guards, lift_guards)
"""The passes after which an action begins with its guards, each of them for itself."""
PIPELINE: tuple[Pass, ...] = (*GUARDS, range_parameters, fuse_comprehensions)


def prepared(machine: Machine, reduce: Pass | None = None) -> Machine:
    """`machine` after every pass; `reduce` comes behind those that put guards in order."""
    for rewrite in PIPELINE if reduce is None else (*GUARDS, reduce, *PIPELINE[len(GUARDS) :]):
        machine = rewrite(machine)
    return machine
