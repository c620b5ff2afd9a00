"""The steps of a system under a network and faults: handlers that run, and what the environment does.

A plan says what a step is called, what its parameters are and what it is about. Its two meanings are elsewhere: plain
Python in `systems`, the translation into a state machine in the frontend.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Annotated, Any, Literal

from indoubt.specs.language.collections import Bag, Seq
from indoubt.specs.language.cuts import BRIDGE, choices_of
from indoubt.specs.language.declarations import is_parameter
from indoubt.specs.language.delivery import Link, delivery
from indoubt.specs.language.disks import asked_fields, asked_name, refuse_unknown_disk, synced_fields, synced_name
from indoubt.specs.language.domains import UNSAID
from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.groups import refuse_wrong_groups
from indoubt.specs.language.layout import (
    ADDRESS,
    Handler,
    Layout,
    Part,
    durable_fields,
    link_name,
    linked_parts,
    methods_with_roles,
    names_of,
    own_annotations,
)
from indoubt.specs.language.machine import TEMPORAL, Fault, Role
from indoubt.specs.language.marks import Between, PerNode
from indoubt.specs.language.network import Network
from indoubt.specs.language.partition import Partition
from indoubt.specs.language.possible import (
    refuse_impossible_choice,
    refuse_impossible_partition,
    refuse_impossible_stops,
    refuse_late_disks,
    refuse_quorums,
    refuse_unknown_predicate,
)
from indoubt.specs.language.selectors import crashing_parts, isolated_parts, pausing_parts
from indoubt.specs.language.values import Map, Permutation, Set, empty, every

Told = Literal["suspect", "suspect_wrongly", "trust_again", "trust", "spare", "gst"]
"""The steps of a failure detector."""
Kind = (
    Told
    | Literal[
        "handle",
        "crash",
        "byzantine",
        "lie",
        "torn",
        "restart",
        "amnesia",
        "pause",
        "resume",
        "lose",
        "forget",
        "duplicate",
        "partition",
        "heal",
    ]
)
SENDER, RECEIVER, MESSAGE = "sender", "receiver", "message"
AFTER = "crash.after"
"""The parameter of a crash inside a handler: how much is done before it."""
SYNC = "sync"
RESTART_CRASH, AMNESIA_CRASH = "restart.crash", "amnesia.crash"
CRASH_POINTS = 16
"""How many of them are tried where the source of a system is asked; a machine knows how many a handler has."""


@dataclass(frozen=True)
class Plan:
    """A step; `part` takes it, `link` is what a fault of the network is about, `handler` what runs."""

    name: str
    kind: Kind
    role: Role
    parameters: Mapping[str, Any]
    """The annotations of the parameters: the node, where there are several, and the author's."""
    names: Mapping[str, Any]
    """What the names in those annotations mean."""
    part: Part | None = None
    handler: Handler | None = None
    link: tuple[Part, Part] | None = None


@dataclass(frozen=True)
class Variables:
    """The state variables of a system: the class that declares each, its annotation, and its first value, if any."""

    declarations: dict[str, tuple[type, Any]] = field(default_factory=dict[str, tuple[type, Any]])
    first: dict[str, Any] = field(default_factory=dict[str, Any])
    volatile: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The fields of each part that a crash takes back to their first values."""
    open: dict[str, None] = field(default_factory=dict[str, None])
    """The variables whose every value an `@initial` method has to set."""
    disks: dict[str, str] = field(default_factory=dict[str, str])
    """The variables with what is on a disk, and the field that each is of."""


def plans_of(layout: Layout, faults: Faults, promised: Link | None = None) -> list[Plan]:
    """The steps, in the order of the author's text, those of the environment last; `promised` are the links."""
    plans = [handling(one, promised) for one in layout.handlers if one.role.kind != "on_restart"]
    crashing = crashing_parts(layout, faults)
    if faults.crashes:
        plans += [of_node(one, "crash", Fault.CRASH) for one in crashing]
    if faults.torn:
        torn = [one for one in layout.handlers if one.part in crashing]
        plans += [_torn(one, layout, name) for one in torn for name in _names_of_crashes(one, faults)]
    if faults.restarts:
        plans += [of_node(one, "restart", Fault.RESTART, layout.restart_of(one)) for one in crashing]
    if faults.amnesias:
        plans += [of_node(one, "amnesia", Fault.AMNESIA, layout.restart_of(one)) for one in crashing]
    if faults.pauses:
        for part in pausing_parts(layout, faults):
            plans += [of_node(part, "pause", Fault.PAUSE), _resuming(part)]
    if faults.losses:
        plans += _of_links(layout, "lose", Fault.LOSS)
    if promised is not None and promised.loses and has_runs(layout):
        plans += _of_links(layout, "forget", Fault.LOSS)
    if faults.duplicates:
        plans += _of_links(layout, "duplicate", Fault.DUPLICATE)
    if faults.partitions is not None and faults.partitions.times:
        if not linked_parts(layout):
            what = f"partitions={faults.partitions.times} is not possible"
            raise ValueError(f"{what}: no node of {layout.system.__name__} takes a message; leave partitions out")
        chosen = _choices(layout, faults, faults.partitions)
        plans.append(Plan("network.partition", "partition", Role("action", fault=Fault.PARTITION), chosen, {}))
        last = None if promised is None else Fairness("weak")
        plans.append(Plan("network.heal", "heal", Role("action", fault=Fault.HEAL, fairness=last), {}, {}))
    return plans


def _choices(layout: Layout, faults: Faults, partition: Partition) -> dict[str, Any]:
    """The parameters of a partition: none where its nodes are named."""
    if not partition.is_open:
        return {}
    parts = isolated_parts(layout, faults) if faults.isolates else linked_parts(layout)
    chosen = choices_of(partition.shape, union_of_classes(tuple(one.sort for one in parts or linked_parts(layout))))
    return {name: one for name, one in chosen.items() if name != BRIDGE or not partition.groups}


def has_runs(layout: Layout) -> bool:
    """Whether a system claims something of whole runs, for which a lost message is not the same as a late one."""
    return any(role.kind in TEMPORAL for _, role in methods_with_roles(layout.system))


def is_lossy(network: Network, faults: Faults) -> bool:
    """Whether what is on a link that is cut is lost."""
    return faults.partitions is not None and network.is_consuming and faults.partitions.in_flight != "kept"


def cut_name(sender: str, receiver: str) -> str:
    """The state variable that says which links from a part to a part are cut."""
    return f"cut.{sender}.{receiver}"


def variables_of(layout: Layout, network: Network, faults: Faults) -> Variables:
    """The state: every field of every node, what is under way, who is up, and what is left of each budget."""
    found = Variables()
    for part in layout.parts.values():
        _fields(part, found)
        asked = asked_fields(layout, part, faults)
        for name in synced_fields(layout, part, faults):
            field_, disk = part.variable(name), part.variable(synced_name(name))
            for name_ in (disk, *([part.variable(asked_name(name))] if name in asked else ())):
                found.declarations[name_] = found.declarations[field_]
                found.first[name_] = found.first.get(field_)
                found.disks[name_] = field_
    nodes = set(layout.parts)
    for name, owner, annotation in own_annotations(layout.system):
        if name not in nodes:
            found.declarations[name] = (owner, annotation)
    for (sender, receiver), messages in layout.links.items():
        name = link_name(sender, receiver)
        held = union_of_classes(messages)
        kind: Any = {"soup": Set, "bag": Bag, "fifo": Seq}[network.kind]
        total: Any = Map
        of_one = total[layout.parts[receiver].sort, kind[held]]
        found.declarations[name] = (layout.system, total[layout.parts[sender].sort, of_one])
        found.first[name] = every(every({"soup": empty(), "bag": Bag[Any](), "fifo": Seq[Any]()}[network.kind]))
    if faults.stops:
        for part in crashing_parts(layout, faults):
            found.declarations[part.variable("is_up")] = (
                layout.system,
                PerNode(part.sort, bool) if part.is_many else bool,
            )
            found.first[part.variable("is_up")] = every(True) if part.is_many else True
    if faults.pauses:
        for part in pausing_parts(layout, faults):
            name = part.variable("is_paused")
            found.declarations[name] = (layout.system, PerNode(part.sort, bool) if part.is_many else bool)
            found.first[name] = every(False) if part.is_many else False
    if faults.partitions is not None and faults.partitions.times:
        for sender, receiver in layout.links:
            ends = layout.parts[sender].sort, layout.parts[receiver].sort
            name = cut_name(sender, receiver)
            found.declarations[name] = (layout.system, PerNode(ends[0], PerNode(ends[1], bool)))
            found.first[name] = every(every(False))
    for name, budget in faults.asked().items():
        found.declarations[budget_name(name)] = (layout.system, Annotated[int, Between(0, budget)])
        found.first[budget_name(name)] = budget
    return found


def budget_name(fault: str) -> str:
    """The state variable with what is left of a budget: `faults.crashes_left`."""
    return f"faults.{fault}_left"


def refuse_impossible(
    layout: Layout, network: Network, faults: Faults, sizes: Mapping[str, int], promised: Link | None = None
) -> None:
    """Raise ValueError for faults that cannot happen, with what was asked and what is possible."""
    if promised is not None:
        promised.refuse_faults(faults)
    refuse_unknown_predicate(layout, faults)
    refuse_late_disks(layout, faults)
    anybody = replace(faults, who="any")
    nodes = {one.name: size_of_part(one, sizes) for one in crashing_parts(layout, faults)}
    everybody = {one.name: size_of_part(one, sizes) for one in crashing_parts(layout, anybody)}
    system = layout.system.__name__
    refuse_quorums(layout, network, faults, promised)
    refuse_impossible_stops(system, nodes, everybody, faults)
    for selected, asked, what in (
        (pausing_parts, faults.pauses, "pause"),
        (isolated_parts, faults.isolates, "be isolated"),
    ):
        befallen = {one.name: size_of_part(one, sizes) for one in selected(layout, faults)}
        everybody = {one.name: size_of_part(one, sizes) for one in selected(layout, anybody)}
        if asked:
            refuse_impossible_choice(system, what, befallen, everybody, faults)
    for name, budget in (("losses", faults.losses), ("duplicates", faults.duplicates)):
        if budget and not network.is_consuming:
            what = f"{name}={budget} is not possible: a soup loses and repeats every message as often as it likes"
            raise ValueError(f"{what}; leave {name} out, or ask for a bag or a fifo")
        if budget and not layout.links:
            raise ValueError(f"{name}={budget} is not possible: no node of {system} takes a message")
    if faults.partitions is not None and faults.partitions.times:
        nodes = {one.sort.__name__: size_of_part(one, sizes) for one in linked_parts(layout)}
        refuse_impossible_partition(system, nodes, network, faults.partitions)
        refuse_wrong_groups(layout, faults.partitions, sizes)
    if faults.returns:
        _refuse_open(layout, faults)


def _refuse_open(layout: Layout, faults: Faults) -> None:
    """Raise ValueError for a field that a node which comes back could give no value to."""
    asked = f"amnesias={faults.amnesias}" if faults.amnesias else f"restarts={faults.restarts}"
    for part in (layout.parts[name] for name in layout.may_crash):
        refuse_unknown_disk(layout, part, faults, asked)
        kept = () if faults.amnesias else durable_fields(part)
        for name, _, annotation in own_annotations(part.cls):
            if not is_parameter(annotation) and name not in kept and not hasattr(part.cls, name):
                how = "an amnesia" if name in durable_fields(part) else "a crash"
                lost = f"`{name}` of {part.cls.__name__} is lost in {how} and has no value to go back to"
                is_mended_by_a_disk = how == "a crash" and not faults.amnesias  # which takes the disk as well
                edit = f"declare it with one, `{name}: ... = ...`" + ", or as `Durable[...]`" * is_mended_by_a_disk
                raise ValueError(f"{asked} is not possible: {lost}; {edit}")


def size_of_part(part: Part, sizes: Mapping[str, int]) -> int:
    """How many nodes a part has."""
    return sizes.get(part.sort.__name__) or len(part.sort)


def _fields(part: Part, found: Variables) -> None:
    durable, volatile = durable_fields(part), list[str]()
    for name, owner, annotation in own_annotations(part.cls):
        if is_parameter(annotation):
            found.declarations[name] = (owner, annotation)
            if hasattr(part.cls, name):
                found.first[name] = getattr(part.cls, name)
            continue
        variable = part.variable(name)
        found.declarations[variable] = (owner, PerNode(part.sort, annotation) if part.is_many else annotation)
        if hasattr(part.cls, name):
            first = getattr(part.cls, name)
            found.first[variable] = every(first) if part.is_many else first
        elif part.is_many:  # a map cannot be set key by key before it is one
            found.first[variable] = every(UNSAID)
            found.open[variable] = None
        if name not in durable:
            volatile.append(name)
    found.volatile[part.name] = tuple(volatile)


def handling(handler: Handler, promised: Link | None = None) -> Plan:
    """A handler that runs; `promised` are the links."""
    part, method = handler.part, handler.method
    told = handler.role.fairness
    fairness = None
    if promised is not None and handler.messages:
        fairness = delivery(part.name, (*([ADDRESS] if part.is_many else []), *handler.parameters[:2]))
    elif told is not None:
        one_by_one = handler.messages and not handler.gathers
        given = (*told.parameters, *(handler.parameters[:2] if one_by_one else ()))
        own = (*([ADDRESS] if part.is_many else []), *given)
        fairness = Fairness(told.kind, tuple(dict.fromkeys(own)), told.group)
    chosen = handler.parameters[1:] if handler.gathers else handler.parameters
    parameters = _own(part) | {name: method.__annotations__.get(name) for name in chosen}
    role = Role("action", by=_taker(part), fairness=fairness)
    return Plan(handler.name, "handle", role, parameters, names_of(part, method), part, handler)


def of_node(part: Part, kind: Kind, fault: Fault, handler: Handler | None = None) -> Plan:
    """A step that befalls a node."""
    role = Role("action", fault=fault, by=_taker(part))
    extra = {} if handler is None else {name: handler.method.__annotations__.get(name) for name in handler.parameters}
    names = {} if handler is None else names_of(part, handler.method)
    # A member of that name is the author's own, and neither may take the place of the other.
    is_taken = inspect.getattr_static(part.cls, kind, None) is not None
    name = part.variable(f"fault.{kind}" if is_taken else kind)
    return Plan(name, kind, role, _own(part) | extra, names, part, handler)


def turns_name(part: Part) -> str:
    """The parameter of a crash inside a handler that says in which order loops go through the nodes of a part."""
    return f"crash.turns.{part.name}"


def _torn(handler: Handler, layout: Layout, name: str) -> Plan:
    """A crash inside a handler."""
    whole = handling(handler)
    turning = {turns_name(one): _turns(one) for one in layout.parts.values() if one.is_many}
    points: Any = Annotated[int, Between(0, CRASH_POINTS)]
    parameters = {**whole.parameters, AFTER: points, **turning}
    role = Role("action", fault=Fault.TORN, by=_taker(handler.part))
    return Plan(name, "torn", role, parameters, whole.names, handler.part, handler)


def _turns(part: Part) -> Any:
    total: Any = Permutation
    return total[part.sort]


def _names_of_crashes(handler: Handler, faults: Faults) -> list[str]:
    """What crashes inside a handler are called: that of a node which comes back by how it does."""
    if handler.role.kind != "on_restart":
        return [f"{handling(handler).name}.crash"]
    ways = {RESTART_CRASH: faults.restarts, AMNESIA_CRASH: faults.amnesias}
    return [handler.part.variable(way) for way, budget in ways.items() if budget]


def is_crash_of_amnesia(plan: Plan) -> bool:
    """Whether a node comes back with nothing, and crashes as it does."""
    return plan.part is not None and plan.name == plan.part.variable(AMNESIA_CRASH)


def _resuming(part: Part) -> Plan:
    """The end of a pause, which no run puts off for ever."""
    fairness = Fairness("weak", (ADDRESS,) if part.is_many else ())
    role = Role("action", fault=Fault.RESUME, by=_taker(part), fairness=fairness)
    return Plan(part.variable("resume"), "resume", role, _own(part), {}, part)


def _of_links(layout: Layout, kind: Kind, fault: Fault) -> Iterator[Plan]:
    for (sender, receiver), messages in layout.links.items():
        ends = (layout.parts[sender], layout.parts[receiver])
        held = union_of_classes(messages)
        parameters = {SENDER: ends[0].sort, RECEIVER: ends[1].sort, MESSAGE: held}
        name = f"{link_name(sender, receiver)}.{'lose' if kind == 'forget' else kind}"
        owed = Fairness("weak", tuple(parameters)) if kind == "forget" else None
        yield Plan(name, kind, Role("action", fault=fault, fairness=owed), parameters, {}, link=ends)


def union_of_classes(classes: tuple[type, ...]) -> Any:
    """The annotation of a value that is of one of some classes."""
    first, *rest = classes
    union: Any = first
    for one in rest:
        union = union | one
    return union


def _own(part: Part) -> dict[str, Any]:
    return {ADDRESS: part.sort} if part.is_many else {}


def _taker(part: Part) -> str:
    return ADDRESS if part.is_many else str(part.address)
