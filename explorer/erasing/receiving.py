"""What has to be true of a node, a message and its sender for the message to be received.

Read off the guards of a handler. A condition counts if it speaks of nothing but fields of the node itself, the message,
its sender and the address of the node, and has a value in every state: whatever else a handler asks, it does not run
where one of these is false. Where a step that changes nothing may be left out, a handler that returns at once does not
run either, and its test counts as a guard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indoubt.explorer.erasing.own import Own
from indoubt.explorer.erasing.skeletons import TooMuch, skeleton_of
from indoubt.explorer.ir.expressions import Expr, Load, Local, Not
from indoubt.explorer.ir.machine import Action
from indoubt.explorer.ir.statements import Bind, Block, Require, Return, Statement, When
from indoubt.explorer.ir.walk import free_locals, rewrite, walk
from indoubt.explorer.passes.total import is_total
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.steps import Plan


@dataclass(frozen=True)
class Receiving:
    """How an action receives messages; `message` is None where it reads a quorum of them."""

    plan: Plan
    action: Action
    address: Expr
    message: Local | None
    sender: Local | None
    conditions: tuple[Expr, ...]


def receiving(plan: Plan, action: Action, own: Own, *, quiet: bool) -> Receiving:
    """How an action receives. With `quiet`, a step that changes nothing counts as none."""
    handler = plan.handler
    assert handler is not None
    locals_ = [choice.local for choice in action.choices]
    address: Expr = locals_.pop(0) if own.part.is_many else own.only
    message = sender = None
    if not handler.gathers:
        message, sender = locals_[:2]
    found = _conditions(action.body, quiet=quiet and plan.kind == "handle")
    known = {one.name for one in (address, message, sender) if isinstance(one, Local)}
    return Receiving(
        plan, action, address, message, sender, tuple(one for one in found if _speaks_of(one, own, address, known))
    )


def _conditions(body: Iterable[Statement], *, quiet: bool) -> Iterator[Expr]:
    """The conditions on the way to the first effect, as far as each has a value in every state."""
    return _leading(list(body), {}, quiet=quiet)


def _leading(statements: list[Statement], names: dict[str, Expr], *, quiet: bool) -> Iterator[Expr]:
    for place, statement in enumerate(statements):
        match statement:
            case Require(condition) if is_total(condition):
                yield _without(condition, names)
            case Bind(local, value) if is_total(value):
                names[local.name] = _without(value, names)
            case When(condition, (Return(),), ()) if quiet and is_total(condition):
                asked = _without(condition, names)
                yield asked.operand if isinstance(asked, Not) else Not(asked)
            case When(condition, _, ()) if quiet and is_total(condition) and place + 1 == len(statements):
                yield _without(condition, names)
                return
            case Block(inner):
                yield from _leading(list(inner), names, quiet=False)
                return
            case _:
                return


def _without(expr: Expr, names: dict[str, Expr]) -> Expr:
    return rewrite(expr, lambda part: names.get(part.name, part) if isinstance(part, Local) else part)


def _speaks_of(condition: Expr, own: Own, address: Expr, known: set[str]) -> bool:
    """Whether a condition speaks of the node, the message and its sender alone."""
    try:
        things = skeleton_of(condition, own, address).things
    except TooMuch:
        return False
    return free_locals(condition) <= known and not any(isinstance(part, Load) for part in walk(things))
