"""The space-time diagram of a trace as data: lanes, one row for each step, arrows, phases, faults. No drawing library.

Lanes run downwards, a row is a step, and an arrow goes from the step that sent a message to one that received it. Lanes
stand in their usual order except that those on one side of a partition stand together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from typing import Any

from indoubt.counterexamples.cutting import COMPLETE, shape_of_cut, told_of_cut
from indoubt.counterexamples.evidence import evidence
from indoubt.counterexamples.lanes import Lanes, groups_of, lanes_of
from indoubt.counterexamples.letters import CRASH, letter_of, sender_of
from indoubt.counterexamples.replay import ObservedStep, ObservedTrace
from indoubt.counterexamples.text import claim_of, verdict
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language.display import show
from indoubt.specs.language.environment_words import environment_words
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.layout import ADDRESS
from indoubt.specs.language.machine import COMES_BACK, STOPS, Fault
from indoubt.specs.language.values import Message
from indoubt.specs.language.watching import GST_STEP, LEADER, OTHER, SPARE_STEP


class Decision(Enum):
    """How a node has decided, by the name of its phase."""

    COMMIT, ABORT, OTHER = range(3)


DRAWN: dict[Fault | None, Fault] = {Fault.TORN: Fault.CRASH, Fault.AMNESIA: Fault.RESTART}
"""The faults that are drawn as others are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A step on its lane, or across all lanes where `lane` is None. `row` is the number of the step.

    `arguments` are those that the place of the mark does not show, `unread` the messages that no step reads, `drops`
    those that the step drops itself, with whom they were for.
    """

    row: int
    lane: str | None
    action: str
    arguments: str
    unread: tuple[str, ...]
    fault: Fault | None
    phase: Enum | None
    is_new_phase: bool
    drops: tuple[str, ...] = ()

    @property
    def decision(self) -> Decision | None:
        """The decision that the step takes."""
        return decision(self.phase) if self.is_new_phase else None


@dataclass(frozen=True, slots=True)
class Arrow:
    """A message from a step to a step, each given by lane and row."""

    label: str
    source: tuple[str, int]
    target: tuple[str, int]
    message: Message


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a lane, from a row to a row, in one phase."""

    lane: str
    first: int
    last: int
    phase: Enum | None
    is_down: bool
    is_lying: bool = False
    """Whether the node is Byzantine: it has no phase then."""


@dataclass(frozen=True, slots=True)
class Region:
    """The rows of a partition, with the groups of lanes that it separates, as far as the spec shows them.

    Where it is not complete, some messages pass from a group to the next: the step that cuts the network says which.
    """

    first: int
    last: int
    is_healed: bool
    groups: tuple[tuple[str, ...], ...]
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Diagram:
    """All of a diagram. Row 0 is the initial state, `last_row` is below the last step.

    A run that goes on for ever does the steps of `repeated`, from a row to a row, again and again; where `stands_still`
    says so, nothing happens any more in the row after the last step.
    """

    title: str
    claim: str
    settings: str
    lanes: tuple[str, ...]
    last_row: int
    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
    stretches: tuple[Stretch, ...]
    regions: tuple[Region, ...]
    final: dict[str, Enum]
    """The phase that each lane ends in."""
    down: frozenset[str]
    """The lanes that are down in the end."""
    lying: frozenset[str]
    """The lanes of Byzantine nodes."""
    shown: frozenset[str]
    """The lanes whose final phase decides the property."""
    repeated: tuple[int, int] | None = None
    stands_still: bool = False


def diagram(seen: ObservedTrace) -> Diagram:
    """Lay out a trace."""
    trace, lanes = seen.trace, lanes_of(seen.trace)
    stands_still = trace.back_to == len(trace.steps)
    last_row = len(seen.steps) + 1 + stands_still
    regions = _regions(seen, lanes, last_row)
    phases = {name: lanes.phase(name, trace.last) for name in lanes.names}
    arrows = tuple(_arrows(seen, lanes))
    read = {
        (receipt.message, receipt.origin.step) for step in seen.steps for receipt in step.receipts if receipt.origin
    }
    decided_by = {(item.variable, item.keys) for item in evidence(trace)}
    shown = {
        name
        for name, (variable, key) in lanes.phase_variables.items()
        if (variable, (key,)) in decided_by or (variable, ()) in decided_by
    }
    stretches = tuple(stretch for name in lanes.names for stretch in _stretches(seen, lanes, name, last_row))
    lying = frozenset(part.lane for part in stretches if part.is_lying)
    return Diagram(
        title=f"{trace.spec.__name__}: {verdict(trace)}",
        claim=claim_of(trace),
        settings=_settings(trace),
        lanes=_side_by_side(lanes.names, regions),
        last_row=last_row,
        marks=tuple(_mark(lanes, step, read, arrows) for step in seen.steps),
        arrows=arrows,
        stretches=stretches,
        regions=regions,
        final={name: phase for name, phase in phases.items() if phase is not None and name not in lying},
        down=frozenset(part.lane for part in stretches if part.is_down and part.last == last_row),
        lying=lying,
        shown=frozenset(shown),
        repeated=None if trace.back_to is None or stands_still else (trace.back_to + 1, len(trace.steps)),
        stands_still=stands_still,
    )


def _settings(trace: Trace) -> str:
    """The sizes and parameters of the run, and of a system of nodes what the run chooses of its environment."""
    given = (f"{name}={value}" for name, value in trace.settings.given().items())
    return "  ".join([*given, *environment_words(trace.spec)])


def decision(phase: Enum | None) -> Decision | None:
    """The decision that the name of a phase tells: it begins with COMMIT, ABORT, DECIDED or CHOSEN."""
    name = phase.name.upper() if phase else ""
    if name.endswith("ING"):
        return None  # COMMITTING is on the way
    if name.startswith("COMMIT"):
        return Decision.COMMIT
    if name.startswith("ABORT"):
        return Decision.ABORT
    return Decision.OTHER if name.startswith(("DECIDED", "CHOSEN")) else None


def _mark(lanes: Lanes, observed: ObservedStep, read: set[tuple[Message, int]], arrows: tuple[Arrow, ...]) -> Mark:
    step, lane = observed.step, lanes.of_step[observed.number - 1]
    types = lanes.shape.parameters[step.action]
    sender = sender_of(lanes.shape.spec, step.action)  # whom an arrow shows
    arguments = [
        show(value)
        for name, value in step.arguments.items()
        if not any(arrow.message == value and arrow.target[1] == observed.number for arrow in arrows)
        and not (name != OTHER and lanes.shape.is_node(value, types[name]) and lanes.of_node(value) == lane)
        and name != ADDRESS
        and not name.startswith(CRASH)
        and not (name == sender and any(arrow.target[1] == observed.number for arrow in arrows))
    ]
    if step.fault is Fault.PARTITION and groups_of(lanes, step):
        cut = shape_of_cut(lanes.shape.spec, step)
        arguments = [] if cut is None or cut in COMPLETE else [told_of_cut(lanes.shape.spec, cut, step, lanes.names)]
    if step.action in (GST_STEP, SPARE_STEP) and arguments:
        arguments = [f"{'all trust' if LEADER in step.changes else 'spares'} {arguments[0]}"]
    if observed.crashed:
        arguments.append(observed.crashed)
    # What a step has just received and puts somewhere else is mostly kept, and an arrow shows it.
    unread = tuple(
        _label(lanes, message, lane or "", "")
        for message in observed.sent
        if (message, observed.number) not in read and message not in observed.received
    )
    action = step.action
    if (letter := letter_of(lanes.shape.spec, action, step.arguments)) is not None:
        action, arguments = letter
    before, after = (lanes.phase(lane, state) if lane else None for state in (step.before, step.after))
    text = ", ".join(arguments)
    return Mark(
        observed.number,
        lane,
        action,
        text,
        unread,
        DRAWN.get(step.fault, step.fault),
        after,
        is_new_phase=before is not after,
        drops=() if letter is not None else tuple(_drops(lanes, observed)),
    )


def _drops(lanes: Lanes, observed: ObservedStep) -> Iterator[str]:
    """What a step drops, short: `Prepare to RM0, RM1`; of a fault of the network, how many if they are several."""
    if lanes.of_step[observed.number - 1] is None and len(observed.drops) > 1:
        yield f"{len(observed.drops)} messages"
        return
    whom: dict[str, list[str]] = {}
    for one in (drop.dropped for drop in observed.drops):
        label = _label(lanes, one.message, lanes.of_node(one.sender), lanes.of_node(one.receiver))
        whom.setdefault(label, []).append(lanes.of_node(one.receiver))
    yield from (f"{label} to {', '.join(nodes)}" for label, nodes in whom.items())


def _arrows(seen: ObservedTrace, lanes: Lanes) -> list[Arrow]:
    arrows: list[Arrow] = []
    for step in seen.steps:
        lane = lanes.of_step[step.number - 1]
        for receipt in step.receipts:
            message, origin = receipt.message, receipt.origin
            if lane and receipt.said_by is not None:  # as if it were sent just before it is heard
                liar = lanes.of_node(receipt.said_by)
                arrows.append(
                    Arrow(_label(lanes, message, liar, lane), (liar, step.number), (lane, step.number), message)
                )
                continue
            sender = lanes.of_step[origin.step - 1] if origin else None
            # A node that looks at what it sent itself needs no arrow.
            if origin and lane and sender and sender != lane:
                label = _label(lanes, message, sender, lane)
                arrows.append(Arrow(label, (sender, origin.step), (lane, step.number), message))
    return list(dict.fromkeys(arrows))


def _label(lanes: Lanes, message: Message, sender: str, receiver: str) -> str:
    """The message without the sender and receiver, which the ends of the arrow show."""
    ends = [sender, receiver]
    fields: list[str] = []
    for field in dataclasses.fields(message):
        value: Any = getattr(message, field.name)
        is_node = isinstance(value, lanes.shape.node_sorts) or (value is None and lanes.shape.none_is_node)
        if is_node and lanes.of_node(value) in ends:
            ends.remove(lanes.of_node(value))
        else:
            fields.append(show(value))
    name = type(message).__name__
    return f"{name}({', '.join(fields)})" if fields else name


def _stretches(seen: ObservedTrace, lanes: Lanes, name: str, last_row: int) -> list[Stretch]:
    found: list[Stretch] = []
    first, phase, is_down = 0, lanes.phase(name, seen.trace.initial), False
    for step in seen.steps:
        if lanes.of_step[step.number - 1] == name and step.step.fault is Fault.BYZANTINE:
            honest = Stretch(name, first, step.number, phase, is_down)
            return [*found, honest, Stretch(name, step.number, last_row, None, is_down=False, is_lying=True)]
        now, down = lanes.phase(name, step.step.after), is_down
        if lanes.of_step[step.number - 1] == name and step.step.fault in (*STOPS, *COMES_BACK):
            down = step.step.fault in STOPS
        if (now, down) != (phase, is_down):
            found.append(Stretch(name, first, step.number, phase, is_down))
            first, phase, is_down = step.number, now, down
    return [*found, Stretch(name, first, last_row, phase, is_down)]


def _regions(seen: ObservedTrace, lanes: Lanes, last_row: int) -> tuple[Region, ...]:
    found: list[Region] = []
    for step in seen.steps:
        if step.step.fault in (Fault.PARTITION, Fault.HEAL) and found and not found[-1].is_healed:
            found[-1] = dataclasses.replace(found[-1], last=step.number, is_healed=True)
        if step.step.fault is Fault.PARTITION:
            groups, cut = groups_of(lanes, step.step), shape_of_cut(lanes.shape.spec, step.step)
            is_complete = cut is None or cut in COMPLETE
            found.append(Region(step.number, last_row, is_healed=False, groups=groups, is_complete=is_complete))
    return tuple(found)


def _side_by_side(names: tuple[str, ...], regions: tuple[Region, ...]) -> tuple[str, ...]:
    for region in regions[:1]:
        if region.groups:
            grouped = [name for group in region.groups for name in group]
            return (*grouped, *(name for name in names if name not in grouped))
    return names
