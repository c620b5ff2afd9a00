"""Limit faults: a machine in which at most some number of fault steps are taken, of whatever kind.

Before: `action crash [CRASH]: require(self.up); self.up = False`
After:  `action crash [CRASH]: require(0 < self.#left); require(self.up); self.up = False; self.#left -= 1`

Its runs are those of the machine that take no more faults than that. A state in which one more would be possible may
then have no step, though, and a run that is fair may owe that step. Where states without a step or whole runs are
looked for, one fault too many is taken for this reason and leads `beyond`: there nothing is claimed, and nothing
happens any more but a step that changes nothing.
"""

from __future__ import annotations

import dataclasses

from indoubt.explorer.ir.expressions import Arithmetic, Below, Bounded, Expr, Literal, Load, Not, Or
from indoubt.explorer.ir.machine import Action, Machine, Temporal, Variable
from indoubt.explorer.ir.statements import Assert, Assign, Bind, Block, ForEach, Require, Statement, Target, When
from indoubt.explorer.ir.types import BOOL
from indoubt.specs.language.types import IntType

LEFT, BEYOND, STAY = "#left", "#beyond", "#stay"
ZERO = Literal(0, IntType(0, 0))


def limit_faults(machine: Machine, most: int, ever: int, *, beyond: bool = False) -> Machine:
    """`machine` with at most `most` fault steps in a run; its new variables are the last ones.

    `ever` is the largest number that will be asked for: machines that differ in `most` alone have the same code.
    """
    limit = _Limit(IntType(0, ever), beyond)
    new = [Variable(LEFT, limit.type, Literal(most, limit.type))]
    actions = tuple(map(limit.action, machine.actions))
    if beyond:
        new.append(Variable(BEYOND, BOOL, Literal(False, BOOL)))
        span = machine.actions[0].span
        stay = (Require(Load(BEYOND, BOOL), span), Assign(Target(BEYOND, (), BOOL), Load(BEYOND, BOOL), span))
        actions = (*actions, Action(STAY, (), stay, "", span))
    return dataclasses.replace(
        machine,
        variables=(*machine.variables, *new),
        actions=actions,
        temporal=tuple(map(limit.temporal, machine.temporal)),
    )


@dataclasses.dataclass(frozen=True)
class _Limit:
    """What becomes of the parts of a machine."""

    type: IntType
    beyond: bool

    @property
    def is_left(self) -> Expr:
        """Whether one more fault may be taken."""
        return Below(ZERO, Load(LEFT, self.type))

    def action(self, action: Action) -> Action:
        """An action that takes a fault from what is left, if it is one."""
        span = action.span
        first: list[Statement] = [Require(Not(Load(BEYOND, BOOL)), span)] if self.beyond else []
        if action.fault is None:
            return dataclasses.replace(action, body=(*first, *action.body))
        one_less = Arithmetic("-", Load(LEFT, self.type), Literal(1, IntType(1, 1)), IntType(-1, self.type.high - 1))
        spend = Assign(Target(LEFT, (), self.type), Bounded(one_less, LEFT, self.type), span)
        guards, rest = _head(action.body)
        if not self.beyond:
            return dataclasses.replace(action, body=(Require(self.is_left, span), *guards, Block(rest), spend))
        leave = Assign(Target(BEYOND, (), BOOL), Literal(True, BOOL), span)
        body = (*first, *guards, Block(self._assertions(rest)), When(self.is_left, (spend,), (leave,)))
        return dataclasses.replace(action, body=body)

    def _assertions(self, body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """Statements whose assertions say nothing of a fault too many."""
        return tuple(map(self._statement, body))

    def _statement(self, statement: Statement) -> Statement:
        match statement:
            case Assert(condition, name, span):
                return Assert(Or((Not(self.is_left), condition)), name, span)
            case When(condition, then, otherwise):
                return When(condition, self._assertions(then), self._assertions(otherwise))
            case ForEach(local, domain, body):
                return ForEach(local, domain, self._assertions(body))
            case Block(body):
                return Block(self._assertions(body))
            case _:
                return statement

    def temporal(self, one: Temporal) -> Temporal:
        """A property that no run breaks which leads beyond."""
        return dataclasses.replace(one, goal=Or((Load(BEYOND, BOOL), one.goal))) if self.beyond else one


def _head(body: tuple[Statement, ...]) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The guards at the head of an action, which choices are tried by, and what comes behind them.

    What comes behind may hold a `return`, which ends a block and not the step.
    """
    for position, statement in enumerate(body):
        if not isinstance(statement, Require | Bind):
            return body[:position], body[position:]
    return body, ()
