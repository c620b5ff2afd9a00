"""What a late disk is to hold, as it can be written: a copy of what the handler goes on to change.

A machine binds a name to what a field holds before the handler runs, and writes it to the disk behind it:

    let before.log = rms.log[self.address]
    block:
        ...
    rms.synced.log[self.address] := before.log

Values do not change in a machine. In Python the name and the field would be one container.
"""

from __future__ import annotations

import dataclasses

from indoubt.explorer.ir.expressions import Collect, Expr, Generator, Literal, Local, Lookup, Tabulate
from indoubt.explorer.ir.machine import Action
from indoubt.explorer.ir.statements import Assign, Bind, Statement
from indoubt.explorer.ir.types import BOOL
from indoubt.specs.language.types import BagType, MapType, SeqType, SetType

BEFORE = "before."
"""How the names begin of what a late disk is to hold."""


def with_copies(action: Action) -> Action:
    """The action in which such a name stands for a copy.

    Nothing in the language copies a bag but a write, so that of the disk comes first then: no handler reads a disk.
    """
    disks = _disks_with_bags(action)
    body = list[Statement]()
    for one in action.body:
        if isinstance(one, Bind) and one.local.name in disks:
            body.append(dataclasses.replace(disks[one.local.name], value=one.value))
        elif isinstance(one, Bind) and one.local.name.startswith(BEFORE):
            body.append(Bind(one.local, _copy(one.local, one.value)))
        elif one not in disks.values():
            body.append(one)
    return dataclasses.replace(action, body=tuple(body))


def _disks_with_bags(action: Action) -> dict[str, Assign]:
    """The writes of disks that are to hold bags, by the names that they are written from."""
    found: dict[str, Assign] = {}
    for one in action.body:
        if isinstance(one, Assign) and isinstance(one.value, Local) and isinstance(one.value.type, BagType):
            if one.value.name.startswith(BEFORE):
                found[one.value.name] = one
    return found


def _copy(local: Local, value: Expr) -> Expr:
    match value.type:
        case SetType(element) | SeqType(element):
            one = Local(f"{local.name}.one", element)
            return Collect(one, (Generator(one, value, Literal(True, BOOL)),), value.type)
        case MapType(key, of):
            one = Local(f"{local.name}.key", key)
            return Tabulate(one, Lookup(value, one, of), value.type)
        case _:
            return value
