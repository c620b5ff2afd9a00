"""The messages of a step of a system of nodes: to whom it sends what, read off the links that it changes.

A link is a variable `network.rms.tm` with a collection of messages for each pair of addresses. Traces say `sends
Voted(True) to TM0` in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from indoubt.counterexamples.changes import Change
from indoubt.counterexamples.shape import collections_in
from indoubt.counterexamples.trace import State
from indoubt.specs.language.byzantine import HAS_BEGUN
from indoubt.specs.language.display import in_order, show
from indoubt.specs.language.layout import ADDRESS, link_name
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.steps import MESSAGE, RECEIVER, SENDER, Plan
from indoubt.specs.language.systems import System
from indoubt.specs.language.values import Message

CRASH = "crash."
"""What the names of parameters begin with that say where in a handler a node crashes: a trace tells the line."""
LINK = "network."
"""What the names of the variables begin with that are links."""

SAID = "said."


def is_system(spec: type[Spec]) -> bool:
    """Whether a spec is a system of nodes."""
    return issubclass(spec, System)


def is_link(spec: type[Spec], variable: str) -> bool:
    """Whether a variable holds what is under way between nodes."""
    return is_system(spec) and variable.startswith(LINK)


def is_cut(spec: type[Spec], variable: str) -> bool:
    """Whether a variable says which links a partition cuts: the step that cuts them tells the groups."""
    return is_system(spec) and variable.startswith("cut.")


def is_told_by_lies(spec: type[Spec], variable: str) -> bool:
    """Whether a variable is about Byzantine nodes, and the steps tell it: what was said to all alike, and the start."""
    return is_system(spec) and (variable.startswith(SAID) or variable == HAS_BEGUN)


def under_way(spec: type[Spec], state: State) -> Iterator[str]:
    """What is under way in a state, link by link: `RM0 -> TM0: Voted(True)`."""
    for name, value in state.items():
        if is_link(spec, name):
            for (sender, receiver), held in collections_in(value):
                if held:
                    shown = ", ".join(show(one) for one in (held if hasattr(held, "pop_first") else in_order(held)))
                    yield f"{show(sender)} -> {show(receiver)}: {shown}"


def sent(changes: Iterable[Change]) -> Iterator[str]:
    """What a step sends, and to whom: `Decided(True) to RM0, RM1`."""
    recipients: dict[str, list[str]] = {}
    for change in changes:
        more = _counted(change.after) - _counted(change.before)
        for message in in_order(more):
            times = f" {more[message]} times" if more[message] > 1 else ""
            recipients.setdefault(f"{show(message)}{times}", []).append(show(change.keys[1]))
    for message, whom in recipients.items():
        yield f"{message} to {', '.join(whom)}"


def link_of(spec: type[Spec], sender: Any, receiver: Any) -> tuple[str, tuple[Any, Any]]:
    """Where what is under way from a node to a node stands: the variable, and its keys."""
    assert issubclass(spec, System)
    names = [part.name for node in (sender, receiver) if (part := spec.__layout__.part_at(node)) is not None]
    return link_name(names[0], names[1]), (sender, receiver)


def _counted(messages: Iterable[Any]) -> Counter[Any]:
    return Counter(messages)


def sender_of(spec: type[Spec], action: str) -> str | None:
    """The parameter of a handler that is the sender of its message; None of any other step."""
    plan: Plan | None = getattr(getattr(spec, action, None), "__indoubt_plan__", None)
    if plan is None or plan.kind not in ("handle", "torn", "lie") or plan.handler is None or not plan.handler.messages:
        return None
    if plan.handler.gathers:
        return None
    return plan.handler.parameters[1]


def lie_of(spec: type[Spec], action: str, arguments: Mapping[str, Any]) -> tuple[Message, Any] | None:
    """What a Byzantine node says in a step, and who it is; None of any other step."""
    plan: Plan | None = getattr(getattr(spec, action, None), "__indoubt_plan__", None)
    if plan is None or plan.kind != "lie" or plan.handler is None:
        return None
    message, sender = plan.handler.parameters[:2]
    return arguments[message], arguments[sender]


def letter_of(spec: type[Spec], action: str, arguments: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """What a fault of the network does to a message, and to which on which link; None of any other step."""
    return _letter(action, arguments) if is_system(spec) else None


def _letter(action: str, arguments: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    if not action.startswith(LINK) or set(arguments) != {SENDER, RECEIVER, MESSAGE}:
        return None
    ends = f"{show(arguments[SENDER])} -> {show(arguments[RECEIVER])}"
    return f"network.{action.rpartition('.')[2]}", [show(arguments[MESSAGE]), ends]


def call_text(action: str, arguments: Mapping[str, Any]) -> str:
    """A step as a call: `rm_prepare(RM0)`; of one of several nodes `rms[RM0].on_prepare(Prepare(), TM0)`."""
    given = dict(arguments)
    if (letter := _letter(action, arguments)) is not None:
        return f"{letter[0]}({', '.join(letter[1])})"
    if ADDRESS in given:
        nodes, _, name = action.partition(".")
        action = f"{nodes}[{show(given.pop(ADDRESS))}].{name}"
    told = [show(value) for name, value in given.items() if not name.startswith(CRASH)]
    return f"{action}({', '.join(told)})"
