"""Byzantine nodes in plain Python: how a node turns, and what it may say. Why so, `byzantine` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indoubt.specs.language import failures
from indoubt.specs.language.byzantine import HAS_BEGUN, IS_BYZANTINE, is_byzantine, said_name
from indoubt.specs.language.guards import enabled_if
from indoubt.specs.language.layout import Handler
from indoubt.specs.language.nodes import is_correct
from indoubt.specs.language.selectors import is_paused, require_selected
from indoubt.specs.language.steps import Plan

if TYPE_CHECKING:
    from indoubt.specs.language.nodes import Node
    from indoubt.specs.language.systems import System


def turn(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """A node turns Byzantine, before any node takes a step."""
    __tracebackhide__ = True
    assert plan.part is not None
    failures.spend(state, "byzantine")
    enabled_if(not getattr(state, HAS_BEGUN), "nodes turn Byzantine before any node takes a step")
    enabled_if(is_correct(node), failures.FAILED, node.address)
    enabled_if(not is_paused(state, plan.part, node.address), failures.PAUSED, node.address)
    require_selected(state, plan.part, node)
    failures.set_of_node(state, plan, IS_BYZANTINE, node, value=True)


def require_said(state: System, handler: Handler, own: Any, message: Any, sender: Any) -> None:
    """The guards of a lie: who says it is Byzantine, and says no other thing to the others where all hear the same."""
    __tracebackhide__ = True
    part = state.__layout__.part_at(sender)
    assert part is not None
    enabled_if(is_byzantine(state, part, sender), "{} is not Byzantine", sender)
    if state.__faults__.is_consistent:
        said = getattr(state, said_name(part.name, handler.part.name))[sender][own]
        enabled_if(not said or said[0] == message, "{} has said something else to another node", sender)


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
