"""Which messages are dead: no handler of their receiver can receive them any more, whatever happens.

A message is dead where each handler that takes it has a condition that is false and stays false (`lasting`). What is
dead stays so, since the fields of the receiver are all that these conditions speak of besides the message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indoubt.explorer.erasing.lasting import ALWAYS, Lasting
from indoubt.explorer.erasing.own import Own
from indoubt.explorer.erasing.receiving import Receiving, receiving
from indoubt.explorer.ir.expressions import And, Expr, IsA, Load, Local, Narrow, Not, Or, Widen
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.walk import binders_in, rewrite, walk
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.layout import Layout, Part, link_name
from indoubt.specs.language.steps import Plan
from indoubt.specs.language.types import MapType, RecordType, SetType, UnionType, alternatives_of

TAKES = ("handle", "torn")
"""The kinds of steps that receive messages."""


@dataclass(frozen=True)
class Way:
    """A way to receive a message, closed for ever where one of its conditions is false."""

    by: Receiving
    conditions: tuple[Expr, ...]


@dataclass(frozen=True)
class Link:
    """The links from the nodes of a part to those of a part; `ways` has the messages that can be dead."""

    name: str
    sender: Part
    receiver: Own
    ends: tuple[MapType, MapType]
    """The types of the variable and of its values."""
    held: SetType
    ways: Mapping[RecordType, tuple[Way, ...]]

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the receiver that decide."""
        return _fields(tuple(one for ways in self.ways.values() for way in ways for one in way.conditions))

    def is_live(self, message: Expr, sender: Expr, receiver: Expr, names: Iterator[int]) -> Expr | None:
        """Whether a message that is sent may be received at all; None where it always may."""
        clauses = tuple(self._clauses(message, sender, receiver, names, None))
        return clauses[0] if len(clauses) == 1 else And(clauses) if clauses else None

    def stays_live(
        self, message: Expr, sender: Expr, receiver: Expr, names: Iterator[int], written: frozenset[str]
    ) -> Expr | None:
        """Whether a message that could be received before a step which wrote some fields still can; None as above."""
        clauses = tuple(self._clauses(message, sender, receiver, names, written))
        return clauses[0] if len(clauses) == 1 else And(clauses) if clauses else None

    def _clauses(
        self, message: Expr, sender: Expr, receiver: Expr, names: Iterator[int], written: frozenset[str] | None
    ) -> Iterator[Expr]:
        """What has to be true of a message of each kind; of one whose kind is known, of that kind alone."""
        known = message.value.type if isinstance(message, Widen) else self.held.element
        for kind, ways in self.ways.items():
            if isinstance(known, RecordType) and kind != known:
                continue
            if isinstance(known, RecordType):
                content = message.value if isinstance(message, Widen) else message
            else:
                content = Narrow(message, kind)
            live = _any_of(ways, content, sender, receiver, names, written)
            if live is not None:
                yield live if isinstance(known, RecordType) else Or((Not(IsA(message, kind)), live))


def _any_of(
    ways: tuple[Way, ...],
    message: Expr,
    sender: Expr,
    receiver: Expr,
    names: Iterator[int],
    written: frozenset[str] | None,
) -> Expr | None:
    """Whether some way is open; None where none of the fields that were written decides that."""
    if written is not None and not any(_fields(way.conditions) & written for way in ways):
        return None
    found: list[Expr] = []
    for way in ways:
        placed = tuple(_placed(way, message, sender, receiver, names))
        if written is not None and len(ways) == 1:
            # The others were true before, and are what they were.
            asked = zip(way.conditions, placed, strict=True)
            placed = tuple(new for old, new in asked if _fields((old,)) & written)
        found.append(And(placed) if len(placed) > 1 else placed[0] if placed else ALWAYS)
    return found[0] if len(found) == 1 else Or(tuple(found))


def _fields(conditions: tuple[Expr, ...]) -> frozenset[str]:
    return frozenset(one.variable for one in walk(conditions) if isinstance(one, Load))


def _placed(way: Way, message: Expr, sender: Expr, receiver: Expr, names: Iterator[int]) -> Iterator[Expr]:
    """The conditions of a way for a message, with bound names of their own."""
    known: dict[str, Expr] = {}
    for local, expr in ((way.by.address, receiver), (way.by.message, message), (way.by.sender, sender)):
        if isinstance(local, Local):
            known[local.name] = expr if local.type == expr.type else _widened(expr, local)
    known |= {
        one.name: Local(f"{one.name}~{next(names)}", one.type)
        for one in dict.fromkeys(part for part in walk(way.conditions) if isinstance(part, Local))
        if one.name in binders_in(way.conditions)
    }
    for one in way.conditions:
        yield rewrite(one, lambda part: known.get(part.name, part) if isinstance(part, Local) else part)


def _widened(expr: Expr, like: Local) -> Expr:
    assert isinstance(like.type, UnionType)
    return Widen(expr, like.type)


def links_with_dead(machine: Machine, layout: Layout, plans: list[Plan], *, quiet: bool) -> list[Link]:
    """The links on which messages can be dead; with `quiet`, one that is received without effect is dead as well."""
    taking = [plan for plan in plans if plan.kind in TAKES and plan.handler is not None and plan.handler.messages]
    quiet = quiet and not any(plan.kind == "torn" for plan in taking)
    actions = {one.name: one for one in machine.actions}
    owns = {name: Own.of(machine, part) for name, part in layout.parts.items()}
    asking = {name: Lasting(machine, own) for name, own in owns.items()}
    ways: dict[str, Way] = {}
    for plan in taking:
        assert plan.handler is not None
        receiver = plan.handler.part.name
        by = receiving(plan, actions[plan.name], owns[receiver], quiet=quiet)
        found = (asking[receiver].may_come(one, by.address) for one in by.conditions)
        ways[plan.name] = Way(by, tuple(one for one in found if one is not None))
    types = {one.name: one.type for one in machine.variables}
    links: list[Link] = []
    for sender, receiver in layout.links:
        outer = types[link_name(sender, receiver)]
        assert isinstance(outer, MapType)
        assert isinstance(outer.value, MapType)
        held = outer.value.value
        if not isinstance(held, SetType):
            continue  # what a bag or a queue holds takes up room there
        dead: dict[RecordType, tuple[Way, ...]] = {}
        for kind in alternatives_of(held.element):
            assert isinstance(kind, RecordType)
            all_ = [ways[plan.name] for plan in taking if _takes(plan, kind, sender, receiver)]
            if all(way.conditions for way in all_):
                dead[kind] = tuple(all_)
        if dead:
            ends = (outer, outer.value)
            links.append(Link(link_name(sender, receiver), layout.parts[sender], owns[receiver], ends, held, dead))
    return links


def _takes(plan: Plan, kind: RecordType, sender: str, receiver: str) -> bool:
    handler = plan.handler
    assert handler is not None
    return (
        handler.part.name == receiver
        and kind.cls in handler.messages
        and any(one.name == sender for one in handler.senders)
    )
