"""A late disk: what a handler writes to durable fields is kept from the next step of its node on, and no sooner.

After lowering, each handler of a node that may crash gets, around what it does:

    let before = rms.phase[self.address]
    block:
        ...
    rms.synced.phase[self.address] := before

The disk then holds what the fields held before the last step, or where the class syncs explicitly, what
`self.sync()` had asked for by then, which is a field of its own, `rms.asked.phase`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from indoubt.explorer.ir.expressions import Expr, Load, Local, Lookup
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Assign, Bind, Block, Require, Statement, Target
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import ADDRESS, Layout, Part
from indoubt.specs.language.steps import Plan, asked_fields, asked_name, synced_fields, synced_name
from indoubt.specs.language.types import MapType, Type

HANDLING = ("handle", "lie", "torn")
"""The kinds of steps that run a handler."""


def with_late_disk(machine: Machine, plans: Iterable[Plan], layout: Layout, faults: Faults) -> Machine:
    """The machine in which disks are late, if the run asks for that."""
    if not faults.has_late_disks:
        return machine
    writing = {
        plan.name: plan.part
        for plan in plans
        if plan.kind in ("handle", "lie", "torn")
        and plan.handler is not None
        and plan.handler.role.kind != "on_restart"
    }
    types = {one.name: one.type for one in machine.variables}

    def late(action: Action) -> Action:
        part = writing.get(action.name)
        fields = () if part is None else synced_fields(layout, part, faults)
        if part is None or not fields:
            return action
        return _late(action, part, fields, asked_fields(layout, part, faults), types)

    return dataclasses.replace(machine, actions=tuple(map(late, machine.actions)))


def _late(action: Action, part: Part, fields: Iterable[str], asked: tuple[str, ...], types: dict[str, Type]) -> Action:
    first, last = list[Statement](), list[Statement]()
    for name in fields:
        held = part.variable(asked_name(name) if name in asked else name)
        disk = part.variable(synced_name(name))
        value: Expr = Load(held, types[held])
        path, containers, type_ = tuple[Expr, ...](), tuple[Type, ...](), types[held]
        if part.is_many:
            own = next(one.local for one in action.choices if one.local.name.partition("#")[0] == ADDRESS)
            assert isinstance(type_, MapType)
            path, containers, type_ = (own,), (type_,), type_.value
            value = Lookup(value, own, type_)
        before = Local(f"before.{name}", type_)
        first.append(Bind(before, value))
        last.append(Assign(Target(disk, path, type_, containers), before, action.span))
    place = next((at for at, one in enumerate(action.body) if not isinstance(one, Require | Bind)), len(action.body))
    guards, rest = action.body[:place], action.body[place:]
    return dataclasses.replace(action, body=(*guards, *first, Block(rest), *last))
