"""Orbits by brute force: every renaming of every state. What a reduction must come to, without being one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from indoubt.explorer.backends.backend import Backend, State
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.renaming import Renaming, renamer
from indoubt.explorer.ir.symmetry import Symmetry
from indoubt.explorer.passes.symmetry import judge, sorts_of
from indoubt.specs.language.universe import Universe, within


def reachable(backend: Backend, most: int) -> list[State] | None:
    """Every reachable state, in the order in which they are found; None where there are more."""
    states = [outcome[1] for outcome in backend.initial() if isinstance(outcome, tuple)]
    known = dict.fromkeys(states)
    queue = list(known)
    for state in queue:
        if len(queue) > most:
            return None
        for outcome in backend.steps(state):
            if isinstance(outcome, tuple) and outcome[1] not in known:
                known[outcome[1]] = None
                queue.append(outcome[1])
    return queue


def renamings(machine: Machine, symmetry: Symmetry) -> Iterator[Renaming]:
    """Every renaming that keeps the blocks."""
    for chosen in product(*(permutations(block) for _, blocks in symmetry.blocks for block in blocks)):
        renaming = {sort: list(range(machine.sizes[sort.__name__])) for sort in symmetry.sorts}
        moves = iter(chosen)
        for sort, blocks in symmetry.blocks:
            for block in blocks:
                for member, number in zip(block, next(moves), strict=True):
                    renaming[sort][member] = number
        yield renaming


def images(machine: Machine, symmetry: Symmetry, state: State) -> set[State]:
    """The orbit of a state."""
    sorts = frozenset(symmetry.sorts)
    with within(Universe(machine.sizes)):
        renamers = [renamer(one.type, sorts) for one in machine.variables]
    return {
        tuple(
            value if rename is None else rename(value, renaming) for value, rename in zip(state, renamers, strict=True)
        )
        for renaming in renamings(machine, symmetry)
    }


def orbits(machine: Machine, symmetry: Symmetry, states: list[State]) -> list[set[State]]:
    """The orbits of some states."""
    left = dict.fromkeys(states)
    found: list[set[State]] = []
    while left:
        orbit = images(machine, symmetry, next(iter(left)))
        found.append(orbit)
        for image in orbit:
            left.pop(image, None)
    return found


def symmetry_of(machine: Machine) -> tuple[Symmetry, frozenset[str]]:
    """The symmetry of a machine, and the properties and constraints that do not forbid it."""
    backend = Reference(machine)

    def initial() -> list[tuple[object, ...]]:
        return [outcome[1] for outcome in backend.initial() if isinstance(outcome, tuple)]

    every = {one.name for one in (*machine.properties, *machine.constraints)}
    objections = judge(machine, sorts_of(machine), every, initial).objections
    allowed = every - {one.name for one in objections}
    judged = judge(machine, sorts_of(machine), allowed, initial)
    assert not judged.objections
    return judged.symmetry, frozenset(allowed)
