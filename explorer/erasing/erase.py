"""Erase dead messages: a machine whose states have none, and which otherwise takes the same steps.

Before: `action acceptors.on_prepare(...): ...; acceptors.max_bal[a] := m.bal`
After:  `...; block: acceptors.max_bal[a] := m.bal`
        `for s in Proposer: network.proposers.acceptors[s][a] := {m for m in network...[s][a] if acceptors.max_bal[a] < m.bal}`

A message is not sent where it is dead on arrival, and a step of a node takes those out of the links to it that have
become dead. Nobody can tell: no handler would ever have received them, and no property sees the network. So each state
stands for all those that differ in dead messages alone, and has the steps that each of them has.

Soups alone are made smaller: what a bag or a queue holds takes up room in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import count

from indoubt.explorer.erasing.dead import Link, links_with_dead
from indoubt.explorer.erasing.stutters import holds_of_stutters
from indoubt.explorer.ir.expressions import (
    Collect,
    Combine,
    Expr,
    Generator,
    Literal,
    Load,
    Local,
    Lookup,
    Members,
    SetLiteral,
)
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Assign, Bind, Block, ForEach, Require, Statement, Target, When
from indoubt.explorer.ir.walk import mentions, walk
from indoubt.specs.language.systems import System, all_plans
from indoubt.specs.language.types import SetType
from indoubt.specs.language.universe import Universe, within

HANDLERS = ("handle", "torn", "restart", "amnesia")
"""The kinds of steps that run a handler."""


def erase_dead(machine: Machine, system: type[System], properties: Iterable[str], *, deadlock: bool) -> Machine:
    """`machine` without dead messages, for these properties and perhaps deadlocks; itself where there are none."""
    checked = set(properties)
    if system.__network__.is_consuming or any(one.name in checked for one in machine.temporal):
        return machine  # a run is fair or not by the messages that could be received
    quiet = not deadlock and all(
        holds_of_stutters(one.condition)
        for one in machine.properties
        if one.kind == "step_invariant" and one.name in checked
    )
    layout, faults = system.__layout__, system.__faults__
    plans = [*all_plans(layout, faults, system.__watch__, system.__promised__)]
    handlers = {plan.name for plan in plans if plan.kind in HANDLERS}
    with within(Universe(machine.sizes)):
        links = [
            one for one in links_with_dead(machine, layout, plans, quiet=quiet) if _is_private(machine, one, handlers)
        ]
        return _Erasing(machine, links).erased() if links else machine


def _is_private(machine: Machine, link: Link, handlers: set[str]) -> bool:
    """Whether handlers alone read and write a link, each in the way that is known."""
    claims = (machine.properties, machine.constraints)
    others = [
        *(one.condition for each in claims for one in each),
        *(part for one in machine.views for part in one.parts),
        *(part for one in machine.temporal for part in (one.trigger, one.goal)),
        *(one.body for one in machine.initial),
        *(one.body for one in machine.actions if one.name not in handlers),
    ]
    if any(mentions(one, link.name) for one in others):
        return False
    writes = [part for one in machine.actions for part in walk(one.body) if isinstance(part, Assign)]
    return all(_sent(one) is not None for one in writes if one.target.variable == link.name)


def _sent(statement: Assign) -> Expr | None:
    """The message that a statement puts into a link; None where it does something else."""
    match statement.value:
        case Combine("|", _, SetLiteral((message,))) if len(statement.target.path) == 2:
            return message
        case _:
            return None


class _Erasing:
    def __init__(self, machine: Machine, links: list[Link]) -> None:
        self.machine = machine
        self.links = {one.name: one for one in links}
        self.names = count()

    def erased(self) -> Machine:
        """The machine without dead messages."""
        return dataclasses.replace(self.machine, actions=tuple(map(self._action, self.machine.actions)))

    def _action(self, action: Action) -> Action:
        writes = [part.target for part in walk(action.body) if isinstance(part, Assign)]
        behind: list[Statement] = []
        for link in self.links.values():
            behind += self._taken_out(action, link, writes)
        body = self._sending(action.body)
        if behind:
            guards, rest = _head(body)
            body = (*guards, Block(rest), *behind)
        return dataclasses.replace(action, body=body)

    def _sending(self, body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(map(self._statement, body))

    def _statement(self, statement: Statement) -> Statement:
        match statement:
            case Assign(target) if target.variable in self.links:
                return self._sent(statement, self.links[target.variable])
            case When(condition, then, otherwise):
                return When(condition, self._sending(then), self._sending(otherwise))
            case ForEach(local, domain, body):
                return ForEach(local, domain, self._sending(body))
            case Block(body):
                return Block(self._sending(body))
            case _:
                return statement

    def _sent(self, statement: Assign, link: Link) -> Statement:
        """A message is sent unless it is dead; what a node sends to its own kind is looked at when the step ends."""
        if link.sender is link.receiver.part:
            return statement
        message = _sent(statement)
        assert message is not None
        sender, receiver = statement.target.path
        live = link.is_live(message, sender, receiver, self.names)
        return statement if live is None else When(live, (statement,), ())

    def _taken_out(self, action: Action, link: Link, writes: list[Target]) -> Iterator[Statement]:
        """What takes dead messages out of the links that an action changes, or whose receivers it does."""
        senders = SetType(link.ends[0].key)
        receivers = SetType(link.ends[1].key)
        sender, receiver = self._local("sender", senders), self._local("receiver", receivers)
        changed = [one for one in writes if one.variable in link.fields]
        if changed:
            only: Expr | None = link.receiver.only
            if link.receiver.part.is_many:
                only = _only_one((one.path[0] if one.path else None for one in changed), action)
            if only is None:
                inner = ForEach(receiver, Members(receivers), (self._filter(action, link, sender, receiver),))
                yield ForEach(sender, Members(senders), (inner,))
                return
            written = frozenset(one.variable for one in changed)
            yield ForEach(sender, Members(senders), (self._filter(action, link, sender, only, written),))
        if link.sender is link.receiver.part and (sent := [one for one in writes if one.variable == link.name]):
            only = _only_one((one.path[0] for one in sent), action)
            inner = ForEach(receiver, Members(receivers), (self._filter(action, link, only or sender, receiver),))
            yield inner if only is not None else ForEach(sender, Members(senders), (inner,))

    def _filter(
        self, action: Action, link: Link, sender: Expr, receiver: Expr, written: frozenset[str] | None = None
    ) -> Statement:
        """Take dead messages out of a link: those that a write of some fields may have made so, or all."""
        message = Local(f"message~{next(self.names)}", link.held.element)
        held = Lookup(Lookup(Load(link.name, link.ends[0]), sender, link.ends[1]), receiver, link.held)
        if written is None:
            live = link.is_live(message, sender, receiver, self.names)
        else:
            live = link.stays_live(message, sender, receiver, self.names, written)
        assert live is not None
        kept = Collect(message, (Generator(message, held, live),), link.held)
        return Assign(Target(link.name, (sender, receiver), link.held, link.ends), kept, action.span)

    def _local(self, name: str, type_: SetType) -> Local:
        return Local(f"{name}~{next(self.names)}", type_.element)


def _only_one(keys: Iterable[Expr | None], action: Action) -> Expr | None:
    """The parameter that names the only node whose places an action writes to; None where there may be several."""
    names = {
        one.local.name: one.value for one in walk(action.body) if isinstance(one, Bind) and isinstance(one.value, Local)
    }
    chosen = {choice.local for choice in action.choices}
    found: set[Expr | None] = set()
    for given in keys:
        key = given
        while isinstance(key, Local) and key.name in names:
            key = names[key.name]
        found.add(key if isinstance(key, Literal) or key in chosen else None)
    return found.pop() if len(found) == 1 else None


def _head(body: tuple[Statement, ...]) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The guards at the head of an action, and what comes behind them."""
    for position, statement in enumerate(body):
        if not isinstance(statement, Require | Bind):
            return body[:position], body[position:]
    return body, ()
