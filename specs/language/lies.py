"""Byzantine nodes in plain Python: how a node turns, and what it may say. Why so, `byzantine` says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from indoubt.specs.language import failures, links
from indoubt.specs.language.byzantine import IS_BYZANTINE, heard_links, is_byzantine, said_name
from indoubt.specs.language.layout import Handler, durable_fields
from indoubt.specs.language.machine import require
from indoubt.specs.language.nodes import place_of
from indoubt.specs.language.selectors import require_selected
from indoubt.specs.language.steps import Plan, synced_fields, synced_name

if TYPE_CHECKING:
    from indoubt.specs.language.nodes import Node
    from indoubt.specs.language.systems import System


def turn(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """A node turns Byzantine, before anything is under way from it or to it; its fields have their first values."""
    part, place = plan.part, place_of(node)
    assert part is not None
    failures.spend(state, "byzantine")
    require(node.is_correct)
    require(not failures.is_paused(state, part, node.address))
    require_selected(state, part, node)
    require(all(not held for held in _links_at(state, node.address)))
    failures.set_of_node(state, plan, IS_BYZANTINE, node, value=True)
    first = [name for name in type(state).__volatile__[part.name] if hasattr(part.cls, name)]
    for name in (*first, *(name for name in durable_fields(part) if hasattr(part.cls, name))):
        place.set(name, getattr(part.cls, name))
    for name in synced_fields(state.__layout__, part, state.__faults__):
        place.set(synced_name(name), getattr(part.cls, name))


def require_said(state: System, handler: Handler, own: Any, message: Any, sender: Any) -> None:
    """The guards of a lie: who says it is Byzantine, and says no other thing to the others where all hear the same."""
    part = state.__layout__.part_at(sender)
    assert part is not None
    require(is_byzantine(state, part, sender))
    if state.__faults__.is_consistent:
        said = getattr(state, said_name(part.name, handler.part.name))[sender][own]
        require(not said or said[0] == message)


def heard(state: System, handler: Handler, own: Any, message: Any, sender: Any) -> None:
    """Note what a node has heard, where all of its class hear the same: the others have it before them."""
    part = state.__layout__.part_at(sender)
    if not state.__faults__.is_consistent or part is None:
        return
    said = getattr(state, said_name(part.name, handler.part.name))[sender]
    if said[own]:
        said[own].pop_first()
        return
    for other in handler.part.sort:
        if other != own and not is_byzantine(state, handler.part, other):
            said[other].append(message)


def _links_at(state: System, address: Any) -> Iterator[Any]:
    """What is under way from a node, and to it."""
    layout = state.__layout__
    part = layout.part_at(address)
    assert part is not None
    for sender, receiver in layout.links:
        if sender == part.name:
            yield from (links.link(state, address, other) for other in layout.parts[receiver].sort)
        if receiver == part.name:
            yield from (links.link(state, other, address) for other in layout.parts[sender].sort)
    if state.__faults__.is_consistent:
        for sender, receiver in heard_links(layout, state.__faults__):
            if receiver == part.name:
                said = getattr(state, said_name(sender, receiver))
                yield from (said[other][address] for other in layout.parts[sender].sort)
