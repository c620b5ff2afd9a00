"""A crash inside a handler in plain Python: what it has done stays, what comes after is not done.

What a handler *does* is what outlives a crash: a write of a durable field, a message put into the network, a
`self.sync()`. A handler that does n things has n + 1 points at which its node may crash: before each of them, and at
its end. In a loop over nodes, and in a broadcast, the nodes have their turns in any order.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from indoubt.specs.language.collections import is_seq
from indoubt.specs.language.effects import watched
from indoubt.specs.language.layout import durable_fields, link_name
from indoubt.specs.language.steps import AFTER, SYNC, Plan, turns_name
from indoubt.specs.language.values import is_map

if TYPE_CHECKING:
    from indoubt.specs.language.nodes import Node
    from indoubt.specs.language.systems import System

WHERE = "__crashed__"
"""The attribute of a state that says where in a handler its last step has crashed."""
OURS = ("indoubt.specs.language", "indoubt.counterexamples", "indoubt.explorer", "_collections_abc")
"""The modules that are no part of what an author wrote, although they may run within it."""


class Stopped(BaseException):
    """The node has crashed inside of its handler."""


class Crash:
    """A crash in a run of a handler, `after` so many things are `done`."""

    def __init__(self, state: System, plan: Plan, address: Any, after: int, ranks: Mapping[Any, int]) -> None:
        assert plan.part is not None
        self.state = state
        self.plan = plan
        self.part = plan.part
        self.address = address
        self.after = after
        self.ranks = ranks
        self.done = 0
        self.where = "at its end"
        self.lines: list[int] = []
        self.durable = {self.part.variable(name) for name in (*durable_fields(self.part), SYNC)}

    def run(self, node: Node[Any], **given: Any) -> None:
        """Run the handler up to the crash."""
        assert self.plan.handler is not None
        try:
            with watched(self._look, self.ranks):
                self.plan.handler.method(node, **given)
        except Stopped:
            pass
        if self.lines and self.done == len(self.lines):
            self.where = f"after line {self.lines[-1]}"

    def _look(self, container: object) -> None:
        if not self._outlives(container):
            return
        line = _line()
        if self.done == self.after:
            self.where = f"before line {line}"
            raise Stopped
        self.done += 1
        self.lines.append(line)

    def _outlives(self, changed: object) -> bool:
        """Whether a change is one that outlives a crash: of a durable field, or of what is under way."""
        if isinstance(changed, str):
            return changed in self.durable
        return any(changed is one for one in self._kept())

    def _kept(self) -> Iterator[object]:
        for name in durable_fields(self.part):
            held = getattr(self.state, self.part.variable(name))
            yield from _containers(held[self.address] if self.part.is_many else held)
        for sender, receiver in self.state.__layout__.links:
            if sender == self.part.name:
                yield from getattr(self.state, link_name(sender, receiver))[self.address].values()


def crash_of(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> Crash:
    """The crash that the arguments of a step choose, which are taken out of `given`."""
    ranks: dict[Any, int] = {}
    for part in state.__layout__.parts.values():
        turns = given.pop(turns_name(part), None)
        if part.is_many:
            members = list(part.sort)
            ranks |= {
                one: place for place, one in enumerate(members if turns is None else map(turns.__getitem__, members))
            }
        else:
            ranks[part.address] = 0
    return Crash(state, plan, node.address, given.pop(AFTER), ranks)


def _containers(value: Any) -> Iterator[object]:
    """A value, and what is inside of it that can be changed in place."""
    yield value
    if is_map(value):
        for one in value.values():
            yield from _containers(one)
    elif is_seq(value):
        for one in value:
            yield from _containers(one)


def _line() -> int:
    """The line of the author's that runs."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # documented, like `inspect`'s
    while str(frame.f_globals.get("__name__")).startswith(OURS) and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_lineno
