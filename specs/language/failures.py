"""Faults in plain Python: crashes, restarts, losses and duplicates as steps of the environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from indoubt.specs.language import links, suspicions
from indoubt.specs.language.byzantine import HAS_BEGUN
from indoubt.specs.language.collections import is_bag
from indoubt.specs.language.cuts import BRIDGE, CUTS, FITS, SIDE, Chosen
from indoubt.specs.language.disks import asked_fields, asked_name, synced_fields, synced_name
from indoubt.specs.language.display import in_order
from indoubt.specs.language.dropping import dropping
from indoubt.specs.language.groups import fixed_choices, is_cut_between, named_groups
from indoubt.specs.language.guards import NotEnabled, enabled_if
from indoubt.specs.language.layout import Part, durable_fields, linked_parts
from indoubt.specs.language.nodes import is_correct, place_of
from indoubt.specs.language.once import earlier, is_swapped
from indoubt.specs.language.partition import Partition
from indoubt.specs.language.selectors import is_paused, isolated_parts, require_isolated, require_selected
from indoubt.specs.language.steps import MESSAGE, RECEIVER, SENDER, Plan, budget_name, cut_name, is_lossy
from indoubt.specs.language.values import copied

if TYPE_CHECKING:
    from indoubt.specs.language.nodes import Node
    from indoubt.specs.language.systems import System


FAILED = "{} is down or Byzantine"
PAUSED = "{} is paused"
AGAIN = "the links that this cuts are cut by choices that are tried before it"


def is_up(state: System, part: Part, address: Any) -> bool:
    """Whether a node is up: always, where it may not crash."""
    name = part.variable("is_up")
    if name not in type(state).__declarations__:
        return True
    held = getattr(state, name)
    return bool(held[address] if part.is_many else held)


def is_owed(state: System, plan: Plan, given: Mapping[str, Any]) -> bool:
    """Whether a step is one that fairness may demand: links promise nothing of a message whose sender is down."""
    handler = plan.handler
    if type(state).__promised__ is None or plan.kind != "handle" or handler is None or not handler.messages:
        return True
    sender = given[handler.parameters[1]]
    part = state.__layout__.part_at(sender)
    return part is None or is_up(state, part, sender)


def crash(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """The node stops; its fields stay as they are until it comes back, if it does."""
    __tracebackhide__ = True
    assert plan.part is not None
    spend(state, "crashes")
    enabled_if(is_correct(node), FAILED, node.address)
    enabled_if(suspicions.may_crash(state, plan.part, node.address), suspicions.NEEDED, node.address)
    require_selected(state, plan.part, node)
    set_up(state, plan, node, up=False)
    begin(state)
    if is_paused(state, plan.part, node.address):
        set_of_node(state, plan, "is_paused", node, value=False)


def restart(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """The node comes back: what is not durable has its first value again, then its `@on_restart` runs."""
    __tracebackhide__ = True
    assert plan.part is not None
    spend(state, "restarts")
    place, disk = place_of(node), synced_fields(state.__layout__, plan.part, state.__faults__)
    enabled_if(not node.is_up, "{} is up", node.address)
    for name in disk:
        place.set(name, copied(place.get(synced_name(name))))
    for name in asked_fields(state.__layout__, plan.part, state.__faults__):
        place.set(asked_name(name), copied(place.get(name)))
    _come_back(state, plan, node, type(state).__volatile__[plan.part.name], given)


def amnesia(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """The node comes back with nothing: every field has its first value again, then its `@on_restart` runs."""
    __tracebackhide__ = True
    assert plan.part is not None
    spend(state, "amnesias")
    lost = [*type(state).__volatile__[plan.part.name], *durable_fields(plan.part)]
    enabled_if(not node.is_up, "{} is up", node.address)
    for name in synced_fields(state.__layout__, plan.part, state.__faults__):
        place_of(node).set(synced_name(name), getattr(plan.part.cls, name))
    for name in asked_fields(state.__layout__, plan.part, state.__faults__):
        place_of(node).set(asked_name(name), getattr(plan.part.cls, name))
    _come_back(state, plan, node, lost, given)


def _come_back(state: System, plan: Plan, node: Node[Any], lost: Iterable[str], given: dict[str, Any]) -> None:
    __tracebackhide__ = True
    enabled_if(not node.is_up, "{} is up", node.address)
    set_up(state, plan, node, up=True)
    for name in lost:
        assert plan.part is not None
        place_of(node).set(name, getattr(plan.part.cls, name))
    if plan.handler is not None:
        plan.handler.method(node, **given)


def on_late_disk(state: System, part: Part, node: Node[Any]) -> dict[str, Any]:
    """What a late disk holds of a node after its next step: what it has been asked to hold. Empty without one."""
    layout, faults = state.__layout__, state.__faults__
    names = synced_fields(layout, part, faults) if faults.has_late_disks else ()
    asked = asked_fields(layout, part, faults)
    return {name: copied(place_of(node).get(asked_name(name) if name in asked else name)) for name in names}


def keep(node: Node[Any], values: dict[str, Any]) -> None:
    """Write values of durable fields to the disk of a node."""
    for name, value in values.items():
        place_of(node).set(synced_name(name), value)


def pause(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """The node takes no steps until it resumes, and forgets nothing."""
    __tracebackhide__ = True
    assert plan.part is not None
    spend(state, "pauses")
    enabled_if(is_correct(node), FAILED, node.address)
    require_selected(state, plan.part, node)
    enabled_if(not is_paused(state, plan.part, node.address), PAUSED, node.address)
    set_of_node(state, plan, "is_paused", node, value=True)


def resume(state: System, plan: Plan, node: Node[Any], given: dict[str, Any]) -> None:
    """The node goes on where it was."""
    __tracebackhide__ = True
    assert plan.part is not None
    enabled_if(is_paused(state, plan.part, node.address), "{} is not paused", node.address)
    set_of_node(state, plan, "is_paused", node, value=False)


def lose(state: System, plan: Plan, given: dict[str, Any]) -> None:
    """A message is lost: any of a bag, the first one of a queue."""
    __tracebackhide__ = True
    spend(state, "losses")
    held = _there(state, given)
    dropping(state, [given[MESSAGE]], (given[SENDER], given[RECEIVER]), "lost", is_new=False)
    links.take(held, given[MESSAGE])


def forget(state: System, plan: Plan, given: dict[str, Any]) -> None:
    """A link with fair loss has lost a message, and is as if it had not been sent."""
    __tracebackhide__ = True
    held = _there(state, given)
    dropping(state, [given[MESSAGE]], (given[SENDER], given[RECEIVER]), "lost", is_new=False)
    held.remove(given[MESSAGE])


def duplicate(state: System, plan: Plan, given: dict[str, Any]) -> None:
    """There is a second copy of a message: of any in a bag, of the first one in a queue."""
    __tracebackhide__ = True
    spend(state, "duplicates")
    held = _there(state, given)
    enabled_if(
        links.has_room(state.__network__, held), "the link from {} to {} is full", given[SENDER], given[RECEIVER]
    )
    links.repeat(held, given[MESSAGE])


def partition(state: System, plan: Plan, given: dict[str, Any]) -> None:
    """The network is cut, by the sides on which the ends of its links are."""
    __tracebackhide__ = True
    how = state.__faults__.partitions
    assert how is not None
    spend(state, "partitions")
    every_link = list(_links(state))
    enabled_if(not any(links.is_cut(state, *ends) for _, ends in every_link), "the network is cut")
    groups = named_groups(state.__layout__, how)
    if groups and how.is_open:  # the node that sees both halves is named, and they are tried
        given, groups = {**given, **fixed_choices(how.shape, groups)}, ()
    if how.shape in FITS and not groups:
        nodes = [address for part in linked_parts(state.__layout__) for address in part.sort]
        enabled_if(FITS[how.shape](given, nodes), "this is no {} of these nodes", how.shape)
    if state.__faults__.isolates:
        _require_isolated(state, given)
    if not groups:
        _require_first(state, how, given)
    cut = [
        (names, ends)
        for names, ends in every_link
        if (is_cut_between(how, groups, *ends) if groups else CUTS[how.shape](given, *ends))
    ]
    enabled_if(cut, "this cuts no link")
    for names, (one, other) in cut:
        getattr(state, cut_name(*names))[one][other] = True
        if is_lossy(state.__network__, state.__faults__):
            held = links.link(state, one, other)
            dropping(state, in_order(held) if is_bag(held) else held, (one, other), "cut", is_new=False)
            held.clear()


def _require_isolated(state: System, given: Chosen) -> None:
    __tracebackhide__ = True
    part = state.__layout__.part_at(given[SIDE])
    assert part is not None
    require_isolated(state, part, _node_at(state, part, given[SIDE]))


def _require_first(state: System, how: Partition, given: Chosen) -> None:
    """The guard that no earlier choice, if it is possible now, cuts the same links: each partition is one step."""
    __tracebackhide__ = True
    parts = isolated_parts(state.__layout__, state.__faults__) or linked_parts(state.__layout__)
    nodes = [address for part in parts for address in part.sort]
    ends = [one for _, one in _links(state)]
    enabled_if(not is_swapped(how.shape, given, nodes, ends), AGAIN)
    named = given[BRIDGE] if how.groups else None
    first = earlier(how.shape, given, nodes, ends, named)
    enabled_if(first is None or not _is_possible(state, first), AGAIN)


def _is_possible(state: System, given: Chosen) -> bool:
    """Whether a partition with these choices is none but for those that cut the same links."""
    try:
        if state.__faults__.isolates:
            _require_isolated(state, given)
    except NotEnabled:
        return False
    return True


def _node_at(state: System, part: Part, address: Any) -> Node[Any]:
    nodes: Any = getattr(state, part.name)
    found: Node[Any] = nodes[address] if part.is_many else nodes
    return found


def heal(state: System, plan: Plan, given: dict[str, Any]) -> None:
    """The network is whole again."""
    __tracebackhide__ = True
    cut = [(names, ends) for names, ends in _links(state) if links.is_cut(state, *ends)]
    enabled_if(cut, "the network is whole")
    for names, (one, other) in cut:
        getattr(state, cut_name(*names))[one][other] = False


def _links(state: System) -> Iterator[tuple[tuple[str, str], tuple[Any, Any]]]:
    """Every link, with the names of the parts that it joins and its ends."""
    layout = state.__layout__
    for sender, receiver in layout.links:
        for one in layout.parts[sender].sort:
            for other in layout.parts[receiver].sort:
                yield (sender, receiver), (one, other)


def _there(state: System, given: dict[str, Any]) -> Any:
    __tracebackhide__ = True
    held = links.link(state, given[SENDER], given[RECEIVER])
    links.require_there(state, held, given[MESSAGE], given[SENDER], given[RECEIVER])
    return held


def spend(state: System, fault: str) -> None:
    """Take one from a budget, if there is one left."""
    __tracebackhide__ = True
    left = getattr(state, budget_name(fault))
    enabled_if(left > 0, "no {} are left", fault)
    setattr(state, budget_name(fault), left - 1)


def begin(state: System) -> None:
    """Note that a node has taken a step, where it matters: from now on none turns Byzantine."""
    if state.__faults__.byzantine:
        setattr(state, HAS_BEGUN, True)


def set_up(state: System, plan: Plan, node: Node[Any], *, up: bool) -> None:
    """Note whether a node is up."""
    set_of_node(state, plan, "is_up", node, value=up)


def set_of_node(state: System, plan: Plan, field: str, node: Node[Any], *, value: bool) -> None:
    """Write what is kept of each node beside its own fields."""
    assert plan.part is not None
    name = plan.part.variable(field)
    if plan.part.is_many:
        getattr(state, name)[node.address] = value
    else:
        setattr(state, name, value)
