"""Which node takes a step, so that any spec has a space-time diagram without annotations.

The rules, the first that answers wins:

1. the author has said it: `@action(by="p")` is the value of the parameter `p`, `@action(by="coordinator")` the lane of
   that name where there is no such parameter;
2. a crash or restart acts on the first of its parameters that is a node; other faults are of the network, on no lane;
3. where one node is given as a parameter, that node takes the step, whatever it writes;
4. a step that changes maps over nodes at exactly one node is a step of that node; where several nodes are given, an
   element that is added to or taken out of a set of nodes is a change at that node too. A channel from a node to a
   node tells nothing, and neither does an inbox that something is put into;
5. a step that changes a variable that belongs to no node is a step of the spec's own lane, unless the author has named
   the nodes without a sort by rule 1 elsewhere in the spec, and rule 6 answers;
6. the first parameter that is a node;
7. the spec's own lane.

`shape` says what a node is. The own lane has the name that the variables of no node begin with (`tm_state`,
`tm_prepared`: TM), or else "system"; a node that is `None` is the node named by `by`, or else the own lane.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field
from enum import Enum
from typing import Any

from indoubt.counterexamples.changes import Change, changes_between
from indoubt.counterexamples.cutting import groups_of_cut, shape_of_cut
from indoubt.counterexamples.shape import Shape, is_budget, is_map, is_set, role_named, shape_of
from indoubt.counterexamples.trace import State, Step, Trace
from indoubt.specs.language.display import show
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.layout import Part
from indoubt.specs.language.machine import COMES_BACK, STOPS, Fault
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import EnumType, MapType, SetType, Type, alternatives_of
from indoubt.specs.language.universe import within
from indoubt.specs.language.watching import GST_STEP, SPARE_STEP

OF_NODES = (*STOPS, *COMES_BACK, Fault.PAUSE, Fault.RESUME, Fault.BYZANTINE)
NETWORK_FAULTS = (Fault.PARTITION, Fault.HEAL, Fault.LOSS, Fault.DUPLICATE)


@dataclass(frozen=True)
class Lanes:
    """The lanes of a trace: their `names` in order, and the lane of each step, None for a fault of the network."""

    shape: Shape
    names: tuple[str, ...]
    of_step: tuple[str | None, ...]
    own: str
    named: tuple[str, ...]
    phase_variables: dict[str, tuple[str, Any]] = field(default_factory=dict[str, tuple[str, Any]])
    """The enum that a lane is coloured by: the variable, and the key in it or `OWN` for a variable of no node."""

    def of_node(self, node: Any) -> str:
        """The lane of a node."""
        return self.name_of_none if node is None else show(node)

    @property
    def name_of_none(self) -> str:
        """The lane of the node that has no sort."""
        return self.named[0] if self.named else self.own

    def phase(self, lane: str, state: State) -> Enum | None:
        """The phase that a lane is in, where it keeps one."""
        if lane not in self.phase_variables:
            return None
        variable, key = self.phase_variables[lane]
        value = state[variable] if key is OWN else state[variable][key]
        return value if isinstance(value, Enum) else None


OWN = object()
"""In `Lanes.phase_variables`, in the place of a key: the variable belongs to no node."""


def lanes_of(trace: Trace) -> Lanes:
    """Find the lanes of a trace."""
    shape = shape_of(trace.spec, trace.settings)
    own = _own_name(shape)
    roles = {action: role_named(trace.spec, action) for action in shape.parameters}
    fixed = [role.by for action, role in roles.items() if role.by is not None and shape.taker_of(action) is None]
    named = tuple(dict.fromkeys(fixed))
    bare = Lanes(shape, (), (), own, named)
    of_step = tuple(_lane(bare, step) for step in trace.steps)
    taken = {*of_step} | ({bare.name_of_none} if shape.none_is_node else set[str]())
    nodes = [bare.of_node(node) for node in shape.nodes() if node is not None]
    if issubclass(shape.spec, System):  # in the order in which the system has them
        nodes, named = [show(node) for _, node in _addresses(shape, shape.spec)], ()
    ordered = dict.fromkeys((*named, own, *nodes, *(name for name in of_step if name is not None)))
    names = tuple(name for name in ordered if name in nodes or name in taken) or (own,)
    phases = {name: found for name in names if (found := _phase_variable(bare, name, of_step, trace))}
    return Lanes(shape, names, of_step, own, named, phases)


def groups_of(lanes: Lanes, step: Step) -> tuple[tuple[str, ...], ...]:
    """The groups of lanes that a partition separates; empty where the spec does not show them.

    They are read off a changed variable or a parameter: a set of nodes is one group and all others the other, a map
    over nodes puts nodes with equal values together.
    """
    shape = lanes.shape
    if (cut := shape_of_cut(shape.spec, step)) is not None:
        return groups_of_cut(shape.spec, cut, step, lanes.names)
    changed = [(shape.variables[name], after) for name, (_, after) in step.changes.items()]
    given = [(shape.parameters[step.action][name], value) for name, value in step.arguments.items()]
    for type_, value in (*changed, *given):
        sides = _sides(lanes, type_, value)
        if len(sides) > 1:
            return sides
    return ()


def _sides(lanes: Lanes, type_: Type, value: Any) -> tuple[tuple[str, ...], ...]:
    shape = lanes.shape
    if isinstance(type_, SetType) and shape.is_of_nodes(type_.element) and is_set(value):
        cut_off = {lanes.of_node(node) for node in value}
        return _grouped(lanes, {name: name in cut_off for name in lanes.names})
    if isinstance(type_, MapType) and shape.is_of_nodes(type_.key) and is_map(value):
        side = {lanes.of_node(node): item for node, item in value.items()}
        heard = all(is_set(item) for item in side.values())
        if heard and len(_grouped(lanes, side)) == len(side) > 2:
            # Each node knows all others of its group, but not itself.
            side = {lanes.of_node(node): frozenset({*item, node}) for node, item in value.items()}
        return _grouped(lanes, side)
    return ()


def _grouped(lanes: Lanes, side: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    groups: dict[Any, list[str]] = {}
    for name in lanes.names:
        if name in side:
            groups.setdefault(side[name], []).append(name)
    return tuple(tuple(group) for group in groups.values())


def _lane(lanes: Lanes, step: Step) -> str | None:
    shape = lanes.shape
    taker = shape.taker_of(step.action)
    if taker is not None:
        return lanes.of_node(step.arguments[taker])
    if step.by is not None:
        return step.by
    if step.fault in NETWORK_FAULTS or step.action in (SPARE_STEP, GST_STEP):
        return None
    types = shape.parameters[step.action]
    given = [value for name, value in step.arguments.items() if shape.is_node(value, types[name])]
    first = lanes.of_node(given[0]) if given else None
    is_of_one = bool(given) and all(node == given[0] for node in given)
    if step.fault in OF_NODES or is_of_one:
        return first or lanes.own
    changes = [
        change for change in changes_between(step.before, step.after) if not is_budget(shape.variables[change.variable])
    ]
    at = {change.keys[0] for change in changes if _is_kept_by_node(shape, change)}
    if given:
        at |= {node for change in changes for node in _nodes_moved(shape, change)}
    if len(at) == 1:
        return lanes.of_node(next(iter(at)))
    if first and lanes.named:
        return first
    if any(change.variable in shape.own_variables for change in changes):
        return lanes.own
    return first or lanes.own


def _is_kept_by_node(shape: Shape, change: Change) -> bool:
    """Whether a change tells whose step it is; who puts a message into an inbox is not the owner of the inbox."""
    type_ = shape.variables[change.variable]
    if not isinstance(type_, MapType) or not shape.is_of_nodes(type_.key) or not change.keys:
        return False
    if change.variable not in shape.message_variables:
        return True
    is_channel = isinstance(type_.value, MapType) and shape.is_of_nodes(type_.value.key)
    return not is_channel and not Counter(change.after) - Counter(change.before)


def _nodes_moved(shape: Shape, change: Change) -> list[Any]:
    """The nodes that a change adds to a set of nodes which belongs to no node, or takes out of it."""
    type_ = shape.variables[change.variable]
    is_of_nodes = isinstance(type_, SetType) and shape.is_of_nodes(type_.element)
    return [*change.added, *change.removed] if is_of_nodes else []


def _own_name(shape: Shape) -> str:
    names = [name for name in shape.own_variables if not is_budget(shape.variables[name])]
    prefixes = {name.partition("_")[0] if "_" in name else None for name in names}
    if len(prefixes) != 1 or None in prefixes:
        return "system"
    prefix = str(prefixes.pop())
    return prefix.upper() if len(prefix) <= 3 else prefix


def _phase_variable(lanes: Lanes, lane: str, of_step: Iterable[str | None], trace: Trace) -> tuple[str, Any] | None:
    shape = lanes.shape
    enums = {name: type_ for name, type_ in shape.variables.items() if _is_enum(type_)}
    if issubclass(shape.spec, System):
        return _phase_of_node(shape, shape.spec, lane, enums)
    for node in shape.nodes():
        if lanes.of_node(node) == lane:
            for name, type_ in enums.items():
                is_kept = isinstance(type_, MapType) and shape.is_of_nodes(type_.key)
                if is_kept and node in trace.initial[name]:
                    return name, node
    if any(isinstance(node, Sort) and str(node) == lane for node in shape.nodes()):
        return None
    loose = [name for name, type_ in enums.items() if not isinstance(type_, MapType)]
    changed = [
        name
        for step, taker in zip(trace.steps, of_step, strict=True)
        for name in step.changes
        if taker == lane and name in loose and step.fault is None
    ]
    chosen = [*changed, *loose]
    return (chosen[0], OWN) if chosen else None


def _phase_of_node(shape: Shape, system: type[System], lane: str, enums: Iterable[str]) -> tuple[str, Any] | None:
    """The first enum among the fields of a node of a system."""
    for part, node in _addresses(shape, system):
        if show(node) == lane:
            own = next((name for name in enums if name.startswith(f"{part.name}.")), None)
            return None if own is None else (own, node if part.is_many else OWN)
    return None


def _addresses(shape: Shape, system: type[System]) -> Iterator[tuple[Part, Any]]:
    """The addresses of all nodes of a system, with the parts that they belong to."""
    with within(shape.settings.universe):
        yield from [(part, node) for part in system.__layout__.parts.values() for node in part.sort]


def _is_enum(type_: Type) -> bool:
    value = type_.value if isinstance(type_, MapType) else type_
    return any(isinstance(kind, EnumType) for kind in alternatives_of(value))
