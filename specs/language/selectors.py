"""Selectors: which nodes may crash, be Byzantine, pause or be isolated, of those that the system says.

"minority" and "majority" speak of each class of nodes by itself, and of what has failed at the same time, which is
down, Byzantine or paused: a node that has come back counts no more. A minority are fewer than half of the nodes of a
class, a majority is the smallest number that is more than half of them; one that fails more is not possible. "one" is
one node of the whole system. A node that a partition isolates has not failed, and is one node in any case: it has to be
of a class in which one is a minority.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

from indoubt.specs.language.faults import Faults
from indoubt.specs.language.guards import enabled_if
from indoubt.specs.language.layout import Layout, Part, linked_parts
from indoubt.specs.language.machine import role_of
from indoubt.specs.language.nodes import is_correct

if TYPE_CHECKING:
    from indoubt.specs.language.nodes import Node
    from indoubt.specs.language.systems import System

TOO_MANY = "as many nodes have failed as `who={}` allows"


def crashing_parts(layout: Layout, faults: Faults) -> list[Part]:
    """The parts whose nodes may crash in a run."""
    return _selected(layout, faults, layout.may_crash)


def lying_parts(layout: Layout, faults: Faults) -> list[Part]:
    """The parts whose nodes may be Byzantine in a run; none where it asks for none."""
    return _selected(layout, faults, layout.may_lie) if faults.byzantine else []


def pausing_parts(layout: Layout, faults: Faults) -> list[Part]:
    """The parts whose nodes may pause in a run; none where it asks for none."""
    return _selected(layout, faults, layout.parts) if faults.pauses else []


def isolated_parts(layout: Layout, faults: Faults) -> list[Part]:
    """The parts of which a partition may isolate a node, whichever; none where it isolates none."""
    if not faults.isolates:
        return []
    return _selected(layout, faults, (part.name for part in linked_parts(layout)))


def failing_parts(layout: Layout, faults: Faults) -> list[Part]:
    """The parts whose nodes may crash, be Byzantine or pause in a run."""
    failing = [*(crashing_parts(layout, faults) if faults.stops else []), *lying_parts(layout, faults)]
    failing += pausing_parts(layout, faults)
    return [part for part in layout.parts.values() if part in failing]


def _selected(layout: Layout, faults: Faults, names: Iterable[str]) -> list[Part]:
    named = [layout.parts[name] for name in names]
    if faults.who == "minority":
        named = [one for one in named if one.is_many]  # of a single node there is none
    return [one for one in named if faults.predicate is None or faults.predicate in predicates_of(one)]


def predicates_of(part: Part) -> list[str]:
    """The helpers of a node that take nothing and say yes or no: `def is_leader(self) -> bool`."""
    found = inspect.getmembers_static(part.cls, lambda one: isinstance(one, FunctionType) and role_of(one) is None)
    return [
        name
        for name, one in found
        if inspect.unwrap(one).__code__.co_argcount == 1
        and inspect.unwrap(one).__annotations__.get("return") in ("bool", bool)
        and not name.startswith("_")
    ]


def most_failed(faults: Faults, nodes: Mapping[str, int]) -> int:
    """How many nodes may have failed at the same time, of so many in each part."""
    match faults.who:
        case "one":
            return min(1, sum(nodes.values()))
        case "minority":
            return sum((count - 1) // 2 for count in nodes.values())
        case "majority":
            return sum(count // 2 + 1 for count in nodes.values())
        case _:
            return sum(nodes.values())


def require_selected(state: System, part: Part, node: Node[Any]) -> None:
    """The guards of a fault that say which node it may befall."""
    __tracebackhide__ = True
    faults: Faults = state.__faults__
    if faults.predicate is not None:
        enabled_if(getattr(node, faults.predicate)(), "`{}` is not true of {}", faults.predicate, node.address)
    failed = {one.name: _failed(state, one, node.address) for one in failing_parts(state.__layout__, faults)}
    size = len(part.sort) if part.is_many else 1
    match faults.who:
        case "one":
            enabled_if(not any(failed.values()), TOO_MANY, faults.who)
        case "minority":
            enabled_if(2 * (failed[part.name] + 1) < size, TOO_MANY, faults.who)
        case "majority":
            enabled_if(2 * failed[part.name] <= size, TOO_MANY, faults.who)
        case _:
            pass


def require_isolated(state: System, part: Part, node: Node[Any]) -> None:
    """The guards of a partition that isolates a node: it is one of those who may be."""
    __tracebackhide__ = True
    faults: Faults = state.__faults__
    enabled_if(
        part in isolated_parts(state.__layout__, faults), "{} is none of those that may be isolated", node.address
    )
    if faults.predicate is not None:
        enabled_if(is_correct(node), "{} is down or Byzantine", node.address)
        enabled_if(getattr(node, faults.predicate)(), "`{}` is not true of {}", faults.predicate, node.address)
    if faults.who == "minority":
        enabled_if(len(part.sort) > 2, "one of {} nodes is no minority", len(part.sort))


def is_paused(state: System, part: Part, address: Any) -> bool:
    """Whether a node is paused: never, where the run asks for no pauses."""
    name = part.variable("is_paused")
    if name not in type(state).__declarations__:
        return False
    held = getattr(state, name)
    return bool(held[address] if part.is_many else held)


def _failed(state: System, part: Part, beside: Any) -> int:
    """How many nodes of a part are not correct or are paused, beside the one at an address."""
    nodes: Any = getattr(state, part.name)
    others = [one for one in (nodes.values() if part.is_many else [nodes]) if one.address != beside]
    return sum(not is_correct(one) or is_paused(state, part, one.address) for one in others)
