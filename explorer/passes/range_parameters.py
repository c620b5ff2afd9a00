"""Range parameters: a parameter that a first guard finds in a set ranges over that set, not over its whole type.

Before: `phase_1b(a: Acceptor, m: Prepare): require(m in self.prepares); ...`
After:  `phase_1b(a: Acceptor, m: Prepare in self.prepares): ...`

The choices that are enabled stay the same, and so do all counts; only the search for them gets shorter. The set is
computed before the guards above the test that need this parameter, so it is one that can be computed in every state, or
there is no such guard. The test is left out, unless a guard behind it relies on it. Other guards leave few values too,
which `narrow_parameters` reads off them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from indoubt.explorer.ir.expressions import Contains, Expr, Local, Widen
from indoubt.explorer.ir.machine import Action, Choice, Machine
from indoubt.explorer.ir.statements import Require, Statement
from indoubt.explorer.ir.walk import free_locals
from indoubt.explorer.passes.narrow_parameters import some_superset
from indoubt.explorer.passes.total import is_total
from indoubt.specs.language.types import BagType, IntType, SeqType, SetType, Type, alternatives_of
from indoubt.specs.language.universe import Universe, within


def range_parameters(machine: Machine) -> Machine:
    """`machine` with the sets that its parameters range over."""
    with within(Universe(machine.sizes)):
        return dataclasses.replace(machine, actions=tuple(map(_action, machine.actions)))


def _action(action: Action) -> Action:
    choices = list(action.choices)
    body: list[Statement] = list(action.body)
    guards = leading_guards(action.body)
    for position, choice in enumerate(choices):
        if choice.among is not None:
            continue  # it ranges over a set already
        earlier = {one.local.name for one in choices[:position]}
        later = {one.local.name for one in choices[position:]}
        for place, statement in enumerate(guards):
            among = _set_that_holds(choice, statement.condition, earlier)
            protected = any(free_locals(guard.condition) & later for guard in guards[:place])
            if among is not None and statement in body and (not protected or is_total(among)):
                choices[position] = dataclasses.replace(choice, among=among)
                if not _is_relied_on(statement, leading_guards(body), later):
                    body.remove(statement)
                break
        else:
            among = some_superset(tuple(choices), position, guards)
            choices[position] = dataclasses.replace(choice, among=among)
    return dataclasses.replace(action, choices=tuple(choices), body=tuple(body))


def _is_relied_on(test: Require, guards: Sequence[Require], later: set[str]) -> bool:
    """Whether a guard behind `test` may fail where the set is empty, and would be evaluated there.

    So is a guard that needs no parameter from this one on, unless one that does stands before it.
    """
    place = guards.index(test)
    for number, guard in enumerate(guards):
        if number != place and free_locals(guard.condition) & later:
            return False
        if number > place and not is_total(guard.condition):
            return True
    return False


def leading_guards(body: Sequence[Statement]) -> list[Require]:
    """The guards at the head of an action."""
    guards: list[Require] = []
    for statement in body:
        if not isinstance(statement, Require):
            break
        guards.append(statement)
    return guards


def _set_that_holds(choice: Choice, condition: Expr, earlier: set[str]) -> Expr | None:
    match condition:
        case Contains(Local(name) | Widen(Local(name)), collection) if name == choice.local.name:
            if isinstance(collection.type, SetType | BagType | SeqType) and free_locals(collection) <= earlier:
                return collection if _is_found_in(choice.range, collection.type.element) else None
        case _:
            pass
    return None


def _is_found_in(range_: Type, element: Type) -> bool:
    """Whether the values of a parameter can be read off the elements of a collection."""
    if isinstance(range_, IntType) and isinstance(element, IntType):
        return True
    return set(alternatives_of(range_)) <= set(alternatives_of(element))
