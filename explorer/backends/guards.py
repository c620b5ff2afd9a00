"""When the guards of an action are tested, while its parameters are chosen from left to right."""

from __future__ import annotations

from indoubt.explorer.ir.expressions import Local
from indoubt.explorer.ir.machine import Action
from indoubt.explorer.ir.statements import Require, Statement
from indoubt.explorer.ir.walk import walk


def guards_by_level(action: Action) -> tuple[list[list[Require]], tuple[Statement, ...]]:
    """Guards of an action by the number of parameters that must be chosen for them, and what follows them."""
    levels: list[list[Require]] = [[] for _ in range(len(action.choices) + 1)]
    places = {choice.local.name: place + 1 for place, choice in enumerate(action.choices)}
    level = 0
    for position, statement in enumerate(action.body):
        if not isinstance(statement, Require):
            return levels, action.body[position:]
        needs = [places.get(part.name, 0) for part in walk(statement.condition) if isinstance(part, Local)]
        level = max([level, *needs])
        levels[level].append(statement)
    return levels, ()
