"""A crash inside a handler: what it has done stays, what comes after is not done.

The step is the handler, lowered like any other, in which `with_crash_points` then counts what outlives a crash: a write
of a durable field or of a link. The crash is chosen by a parameter, before the next of them or at the end:

    block:                                          let done = 0; let stopped = False
        rms.phase[...] := PREPARED                  block:
        network.rms.tm[...] := ...                      if done == crash.after: stopped = True; return
                                                        rms.phase[...] := PREPARED
                                                        let done = done + 1
                                                        ...
                                                    require done == crash.after
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable
from math import prod
from typing import Annotated, Any

from indoubt.explorer.frontend.desugar.functions import parameter
from indoubt.explorer.frontend.desugar.places import Places
from indoubt.explorer.ir.expressions import (
    Arithmetic,
    Bounded,
    Collect,
    Contains,
    Equal,
    Expr,
    Literal,
    Local,
    Lookup,
    Members,
    Range,
)
from indoubt.explorer.ir.machine import Action, Choice, Machine
from indoubt.explorer.ir.statements import Assign, Bind, Block, ForEach, Require, Return, Statement, When
from indoubt.explorer.ir.types import BOOL
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.disks import synced_name
from indoubt.specs.language.domains import cardinality
from indoubt.specs.language.layout import Layout, Part, durable_fields, link_name
from indoubt.specs.language.marks import Between
from indoubt.specs.language.settings import SettingError
from indoubt.specs.language.steps import AFTER, CRASH_POINTS, Plan, turns_name
from indoubt.specs.language.types import IntType, PermutationType, SetType, SortType, type_text
from indoubt.specs.language.values import Permutation

LONGEST = 16
POINTS = "_crash_points"
TURNS = "_turns_of_"
TRUE, FALSE = Literal(True, BOOL), Literal(False, BOOL)


def parameters(places: Places, at: ast.AST) -> list[ast.arg]:
    """Where the node crashes, and in which turns loops go through the nodes."""
    many = [one for one in places.layout.parts.values() if one.is_many]
    return [parameter(AFTER, POINTS, at), *(parameter(turns_name(one), f"{TURNS}{one.name}", at) for one in many)]


def names(places: Places) -> dict[str, Any]:
    """What the types of these parameters mean."""
    total: Any = Permutation
    turns = {f"{TURNS}{one.name}": total[one.sort] for one in places.layout.parts.values() if one.is_many}
    return {POINTS: Annotated[int, Between(0, CRASH_POINTS)], **turns}


def body(places: Places, plan: Plan, at: ast.AST, handler: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of the step; `handler` are the guards and what is done."""
    assert plan.part is not None
    up = places.field(plan.part, "is_up", at)
    left, spend = places.left("torn", at)
    return [*left, *handler, *spend, *places.placed("UP = False", at, UP=up)]


def with_crash_points(machine: Machine, plans: Iterable[Plan], layout: Layout) -> Machine:
    """The machine in whose crashes inside of handlers it is counted what is done."""
    torn = {plan.name: plan for plan in plans if plan.kind == "torn"}
    if not torn:
        return machine
    actions = [
        _Counting(one, torn[one.name].part, layout).counted() if one.name in torn else one for one in machine.actions
    ]
    return dataclasses.replace(machine, actions=tuple(actions))


class _Counting:
    def __init__(self, action: Action, part: Part | None, layout: Layout) -> None:
        assert part is not None
        self.action = action
        sent = {link_name(*ends) for ends in layout.links if ends[0] == part.name}
        durable = durable_fields(part)
        disk = {part.variable(synced_name(name)) for name in durable[:1]}  # the first of the writes of a `self.sync()`
        self.outliving = sent | disk | {part.variable(name) for name in durable}
        place = next(at for at, one in enumerate(action.body) if isinstance(one, Block))
        handler = action.body[place]
        assert isinstance(handler, Block)
        self.before, self.handler, self.behind = action.body[:place], handler, action.body[place + 1 :]
        self.type = IntType(0, self._most(handler.body))
        self.after = Local(AFTER, self.type)
        self.done = Local("crash.done", self.type)
        self.stopped = Local("crash.stopped", BOOL)
        self.turns = {
            one.range.of: one.local
            for one in action.choices
            if isinstance(one.range, PermutationType) and _is_ours(one)
        }
        self.used: set[str] = set()
        self.open: set[str] = set()
        """The turns of the loops that are being written."""
        self.loops = 0

    def counted(self) -> Action:
        """The action with its crash points."""
        inside = Block(self._counted(self.handler.body))
        start = (Bind(self.done, Literal(0, self.type)), Bind(self.stopped, FALSE))
        here = Require(Equal(self.done, self.after), self.action.span)
        choices = [self._choice(one) for one in self.action.choices]
        return dataclasses.replace(
            self.action,
            choices=tuple(one for one in choices if one is not None),
            body=(*self.before, *start, inside, here, *self.behind),
        )

    def _choice(self, choice: Choice) -> Choice | None:
        if choice.local.name.partition("#")[0] == AFTER:
            return Choice(self.after, self.type)
        return None if _is_ours(choice) and choice.local.name not in self.used else choice

    def _counted(self, statements: Iterable[Statement]) -> tuple[Statement, ...]:
        found: list[Statement] = []
        for one in statements:
            match one:
                case Assign(target) if target.variable in self.outliving:
                    more = Arithmetic("+", self.done, Literal(1, IntType(1, 1)), IntType(1, self.type.high + 1))
                    found += [self._crash(), one, Bind(self.done, Bounded(more, AFTER, self.type))]
                case When(condition, then, otherwise):
                    found.append(When(condition, self._counted(then), self._counted(otherwise)))
                case ForEach() if self._does(one):
                    found += self._loop(one)
                case Block(inner) if self._does(one):
                    found += [Block(self._counted(inner)), When(self.stopped, (Return(),), ())]
                case _:
                    found.append(one)
        return tuple(found)

    def _crash(self) -> Statement:
        return When(Equal(self.done, self.after), (Bind(self.stopped, TRUE), Return()), ())

    def _loop(self, loop: ForEach) -> list[Statement]:
        """A loop over nodes gives them their turns in the order that the crash chooses: each may be among the first."""
        domain = loop.domain
        element = domain.type.element if isinstance(domain.type, SetType) else None
        turns = self.turns.get(element) if isinstance(element, SortType) else None
        if isinstance(domain.type, SetType) and turns is None and cardinality(domain.type.element) > 1:
            self._refuse(f"over a set of `{type_text(domain.type.element)}`", "loop over the members of one sort")
        if turns is None or not isinstance(element, SortType):
            return [ForEach(loop.local, domain, self._counted(loop.body))]
        if turns.name in self.open:
            self._refuse(f"over `{type_text(element)}` inside of another one", "do one of them in a step of its own")
        self.open.add(turns.name)
        body = self._counted(loop.body)
        self.open.remove(turns.name)
        self.used.add(turns.name)
        self.loops += 1
        turn = Local(f"crash.turn#{self.loops}", element)
        member = Bind(loop.local, Lookup(turns, turn, element))
        everyone = Members(SetType(element))
        if isinstance(domain, Members):
            return [ForEach(turn, everyone, (member, *body))]
        held = Local(f"crash.among#{self.loops}", domain.type)
        among: Expr = Contains(loop.local, held)
        return [Bind(held, domain), ForEach(turn, everyone, (member, When(among, body, ())))]

    def _refuse(self, loop: str, edit: str) -> None:
        """Not every order of turns would be tried, and a crash that breaks a property might be left out."""
        name = self.action.name.removesuffix(".crash")
        told = f"torn crashes are not possible in {name}, which writes or sends in a loop {loop}"
        raise SettingError(f"{told}; {edit}, or leave torn out")

    def _does(self, statement: Statement) -> bool:
        """Whether something in a statement outlives a crash."""
        return any(isinstance(one, Assign) and one.target.variable in self.outliving for one in walk((statement,)))

    def _most(self, statements: Iterable[Statement]) -> int:
        """How much a handler does at most."""
        count = 0
        for one in statements:
            match one:
                case Assign(target):
                    count += target.variable in self.outliving
                case When(_, then, otherwise):
                    count += max(self._most(then), self._most(otherwise))
                case ForEach(_, domain, inner):
                    each = self._most(inner)
                    count += each and each * _longest(domain)
                case Block(inner):
                    count += self._most(inner)
                case _:
                    pass
        return count


def _is_ours(choice: Choice) -> bool:
    return choice.local.name.startswith("crash.turns.")


def _longest(domain: Expr) -> int:
    """How many turns a loop has at most; where that is not known, `LONGEST`, which would be told as a bound."""
    match domain:
        case Collect(_, generators):
            return prod(_longest(one.domain) for one in generators)
        case Range(start, stop) if isinstance(start.type, IntType) and isinstance(stop.type, IntType):
            return max(0, stop.type.high - start.type.low)
        case _:
            pass
    return cardinality(domain.type.element) if isinstance(domain.type, SetType) else LONGEST
