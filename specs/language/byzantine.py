"""Byzantine nodes: who may be one, the state and the steps that they need, and what is not possible with them.

A Byzantine node "may deviate arbitrarily from its algorithm"; links are authenticated, so that who receives a message
knows who has sent it. Source: Cachin, Guerraoui, Rodrigues, "Introduction to Reliable and Secure Distributed
Programming" (2011), sec. 2.2.6 and 2.4.6.

What such a node says is a step of those who hear it, `tm.on_vote.lie(RM1, Voted(True))`: the handler runs as if the
message had been under way. So nothing that it sends has to be kept, and nothing that is sent to it. Nodes turn
Byzantine before any node takes a step, and their fields stay as they are: what a later turn could lead to, an earlier
one does, since a Byzantine node may behave like a correct one for a while.

Without equivocation all nodes of a class hear the same from it in the same order, or the beginning of that: whoever is
the first to hear a message decides what it is, and the others have it before them, in `said.rms.tm`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from indoubt.specs.language.collections import Seq
from indoubt.specs.language.domains import UNBOUNDED, cardinality
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import ADDRESS, Handler, Layout, Part, link_name
from indoubt.specs.language.machine import Fault, Role
from indoubt.specs.language.marks import PerNode
from indoubt.specs.language.network import DEFAULT_CAPACITY, Network
from indoubt.specs.language.selectors import lying_parts, most_failed
from indoubt.specs.language.settings import Settings, variable_types
from indoubt.specs.language.steps import Plan, Variables, handling, of_node, size_of_part, union_of_classes
from indoubt.specs.language.types import BagType, MapType, SeqType, SetType, type_text
from indoubt.specs.language.universe import within
from indoubt.specs.language.values import Map, every

if TYPE_CHECKING:
    from indoubt.specs.language.systems import System

IS_BYZANTINE = "is_byzantine"
"""The field that says whether a node is Byzantine, in a run in which it may be."""
HAS_BEGUN = "faults.has_begun"
"""The state variable that says whether a node has taken a step: from then on none turns Byzantine."""
LIE = "lie"
MOST_SAID = 4096
"""How many messages a Byzantine node may choose from, at most: each is tried wherever it can be heard."""


def said_name(sender: str, receiver: str) -> str:
    """The state variable with what each node of a part has before it of what those of another one have said."""
    return f"said.{sender}.{receiver}"


def heard_links(layout: Layout, faults: Faults) -> list[tuple[str, str]]:
    """The names of the parts that hear Byzantine nodes, behind those of whom they hear."""
    lying = {part.name for part in lying_parts(layout, faults)}
    return [ends for ends in layout.links if ends[0] in lying]


def plans_of_turns(layout: Layout, faults: Faults) -> list[Plan]:
    """The steps with which nodes turn Byzantine. They are the first of a system, so that traces begin with them."""
    return [of_node(part, "byzantine", Fault.BYZANTINE) for part in lying_parts(layout, faults)]


def plans_of_lies(layout: Layout, faults: Faults) -> Iterator[Plan]:
    """The steps with which nodes receive what Byzantine ones say; no run owes any of them."""
    for handler in layout.handlers:
        if liars_of(handler, layout, faults):
            yield _lie(handler)


def liars_of(handler: Handler, layout: Layout, faults: Faults) -> list[Part]:
    """The senders of a handler that may be Byzantine."""
    lying = lying_parts(layout, faults)
    return [part for part in handler.senders if part in lying]


def _lie(handler: Handler) -> Plan:
    """A handler that runs with whatever a Byzantine node says; who says it is chosen first, to try nobody else's."""
    whole = handling(handler)
    message, sender = handler.parameters[:2]
    order = dict.fromkeys(name for name in (ADDRESS, sender, message, *whole.parameters) if name in whole.parameters)
    parameters = {name: whole.parameters[name] for name in order}
    role = Role("action", by=whole.role.by)
    return Plan(f"{whole.name}.{LIE}", "lie", role, parameters, whole.names, handler.part, handler)


def variables_of_byzantine(layout: Layout, faults: Faults, found: Variables) -> None:
    """Add to the state of a system which nodes are Byzantine, and what they have said to all alike."""
    if not faults.byzantine:
        return
    found.declarations[HAS_BEGUN] = (layout.system, bool)
    found.first[HAS_BEGUN] = False
    for part in lying_parts(layout, faults):
        name = part.variable(IS_BYZANTINE)
        found.declarations[name] = (layout.system, PerNode(part.sort, bool) if part.is_many else bool)
        found.first[name] = every(False) if part.is_many else False
    if faults.is_consistent:
        total: Any = Map
        held: Any = Seq
        for sender, receiver in heard_links(layout, faults):
            ends = layout.parts[sender].sort, layout.parts[receiver].sort
            messages = held[union_of_classes(layout.links[sender, receiver])]
            found.declarations[said_name(sender, receiver)] = (layout.system, total[ends[0], total[ends[1], messages]])
            found.first[said_name(sender, receiver)] = every(every(Seq[Any]()))


def capacities_of_said(layout: Layout, network: Network, faults: Faults) -> dict[str, int]:
    """How many messages of a Byzantine node others may have heard that a node has not, where all hear the same."""
    if not faults.is_consistent:
        return {}
    capacity = DEFAULT_CAPACITY if network.capacity is None else network.capacity
    return {said_name(*ends): capacity for ends in heard_links(layout, faults)}


def is_byzantine(state: System, part: Part, address: Any) -> bool:
    """Whether a node is Byzantine: never, where it may not be."""
    name = part.variable(IS_BYZANTINE)
    if name not in type(state).__declarations__:
        return False
    held = getattr(state, name)
    return bool(held[address] if part.is_many else held)


def refuse_byzantine(system: type[System], settings: Settings) -> None:
    """Raise ValueError for Byzantine nodes that there cannot be, with what was asked and what is possible."""
    layout, faults = system.__layout__, system.__faults__
    if faults.byzantine:
        _refuse_beside(faults)
        _refuse_gathering(layout, faults)
        _refuse_too_many(layout, faults, settings.sizes)
        _refuse_too_much_to_say(system, settings)
    elif not faults.equivocation:
        what = "equivocation=False is not possible without Byzantine nodes: it says how they lie"
        raise ValueError(f"{what}; add byzantine=1")


def _refuse_beside(faults: Faults) -> None:
    """Raise ValueError for other faults that are not told what to do with Byzantine nodes."""
    if faults.torn:
        what = f"byzantine={faults.byzantine} is not possible with torn={faults.torn}"
        why = "a crash inside a handler is one of a handler whose message is under way, and a lie never is"
        raise ValueError(f"{what}: {why}; leave one of them out, or ask for crashes={faults.torn} in place of torn")


def _refuse_gathering(layout: Layout, faults: Faults) -> None:
    """Raise ValueError where a node reads the messages of a quorum together, and some of them may be lies."""
    for handler in layout.handlers:
        if handler.gathers and liars_of(handler, layout, faults):
            who = f"`{handler.method.__name__}` of {handler.part.cls.__name__}"
            why = (
                f"{who} reads the messages of a quorum together, and a Byzantine node may say something to each reader"
            )
            edit = "receive them with `@on_message` and keep in a field who has sent, or name who else may be Byzantine"
            raise ValueError(f"byzantine={faults.byzantine} is not possible: {why}; {edit} (`byzantine = (...)`)")


def _refuse_too_many(layout: Layout, faults: Faults, sizes: Mapping[str, int]) -> None:
    asked, system = f"byzantine={faults.byzantine}", layout.system.__name__
    nodes = {part.name: size_of_part(part, sizes) for part in lying_parts(layout, faults)}
    if not nodes and faults.who != "any":
        raise ValueError(f"{asked} is not possible: {system} has no {faults.who} of nodes that may be Byzantine")
    if not nodes:
        raise ValueError(f"{asked} is not possible: no node of {system} may be Byzantine (`byzantine = ()`)")
    count, most = sum(nodes.values()), most_failed(faults, nodes)
    if faults.byzantine > most:
        who = ", ".join(f"{many} in {name}" for name, many in nodes.items())
        at_once = "" if faults.who == "any" else f", {most} of them with who={faults.who}"
        what = f"{asked} is not possible: {count} node{'s' * (count != 1)} may be Byzantine ({who}){at_once}"
        raise ValueError(f"{what}; the most is byzantine={most}")
    if not heard_links(layout, faults):
        what = f"{asked} is not possible: nobody takes a message from {', '.join(nodes)}, so that no lie is heard"
        raise ValueError(f"{what}; name in `byzantine = (...)` nodes that send something")


def _refuse_too_much_to_say(system: type[System], settings: Settings) -> None:
    """Raise ValueError where a message has more values than can be tried."""
    faults, types = system.__faults__, variable_types(system, settings)
    for sender, receiver in heard_links(system.__layout__, faults):
        ends = types[link_name(sender, receiver)]
        assert isinstance(ends, MapType)
        assert isinstance(ends.value, MapType)
        link = ends.value.value
        assert isinstance(link, SetType | BagType | SeqType)
        with within(settings.universe):
            count, told = cardinality(link.element), type_text(link.element)
        if count > MOST_SAID:
            many = f"{count:,} messages" if count < UNBOUNDED else "more messages than can be counted"
            what = f"a Byzantine node of {sender} could say any of {many} (`{told}`) to one of {receiver}"
            edit = "make the fields of messages smaller, or name in `byzantine = (...)` who else may be Byzantine"
            raise ValueError(
                f"byzantine={faults.byzantine} is not possible: {what}, and {MOST_SAID:,} is the most; {edit}"
            )
