"""A trace as text that an engineer reads without a manual: each step with its parameters, then only what changed.

`to_text` is for pipes and files, `to_rich` has the same characters with colours for a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indoubt.counterexamples.changes import changes_between
from indoubt.counterexamples.cutting import shape_of_cut, told_of_cut
from indoubt.counterexamples.drops import drops_told
from indoubt.counterexamples.evidence import evidence
from indoubt.counterexamples.lanes import Lanes, groups_of, lanes_of
from indoubt.counterexamples.letters import call_text, is_cut, is_link, is_system, is_told_by_lies, sent, under_way
from indoubt.counterexamples.replay import ObservedStep, ObservedTrace, observed
from indoubt.counterexamples.trace import Trace
from indoubt.counterexamples.traffic import Receipt
from indoubt.specs.language.display import show
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import COMES_BACK, Fault
from indoubt.specs.language.watching import OTHER

if TYPE_CHECKING:
    from rich.text import Text


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line and the rich style that it is shown in, if any."""

    text: str
    style: str = ""


Line = tuple[Span, ...]

INDENT = " " * 6
SENDING = (None, *COMES_BACK, Fault.TORN)
"""Steps in which a node acts, and may send: of all others it is told what they do to the links."""
DIM, BOLD, FAULT, ADDED, REMOVED = "dim", "bold", "bold red", "green", "yellow"


def to_text(trace: Trace | ObservedTrace) -> str:
    """The trace as plain text, without a final newline."""
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines_of(trace))


def to_rich(trace: Trace | ObservedTrace) -> Text:
    """The trace as styled text of the library rich."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    text = Text()
    for number, line in enumerate(lines_of(trace)):
        text.append("\n" if number else "")
        for span in line:
            text.append(span.text, span.style or None)
    text.rstrip()
    return text


def lines_of(trace: Trace | ObservedTrace) -> list[Line]:
    """The lines of the text, with styles."""
    seen = observed(trace)
    lanes = lanes_of(seen.trace)
    lines = [*_initial(seen.trace)]
    for step in seen.steps:
        lines += [(), *_step(lanes, step)]
    if conclusion := [*_conclusion(seen.trace)]:
        lines += [(), *conclusion]
    return lines


def verdict(trace: Trace) -> str:
    """What the trace shows, in one clause: `consistent is violated after 6 steps`."""
    count = len(trace.steps)
    after = f"after {count} step{'s' * (count != 1)}" if count else "in the initial state"
    match trace.kind:
        case "deadlock":
            return f"no step is enabled {after}"
        case "step_invariant":
            return f"{trace.property} is violated by step {count}"
        case "refinement":
            return f"{trace.property} is violated {f'by step {count}' if count else after}"
        case "reachable":
            return f"{trace.property} is reached {after}"
        case "invariant":
            return f"{trace.property} is violated {after}"
        case "eventually" | "leads_to" | "infinitely_often" | "eventually_always":
            return f"{trace.shows} is violated: {_for_ever(trace)}"
        case _:
            return f"a run of {count} steps"


def _for_ever(trace: Trace) -> str:
    """How a run goes on that breaks a temporal property."""
    if trace.back_to is None or trace.back_to == len(trace.steps):
        return "the run may stand still for ever" + (
            f" after {len(trace.steps)} steps" if trace.steps else " at its start"
        )
    return f"state {len(trace.steps)} is state {trace.back_to} again, and so on for ever"


def claim_of(trace: Trace) -> str:
    """What the property says, unless its name or the verdict says it already."""
    return "" if trace.kind == "deadlock" or trace.claim == trace.property else trace.claim


def _initial(trace: Trace) -> Iterator[Line]:
    yield Span("  0  ", DIM), Span("initial state", BOLD), Span(_choice(trace))
    told = (is_link, is_cut, is_told_by_lies)  # in other words, where they matter
    shown = {name: value for name, value in trace.initial.items() if not any(one(trace.spec, name) for one in told)}
    width = max(map(len, shown), default=0)
    for name, value in shown.items():
        yield (Span(f"{INDENT}{name:<{width}}  {show(value)}"),)
    yield from ((Span(f"{INDENT}under way  {one}"),) for one in under_way(trace.spec, trace.initial))


def _choice(trace: Trace) -> str:
    chosen = ", ".join(f"{name} = {show(value)}" for name, value in trace.choice.items())
    return f" with {chosen}" if chosen else ""


def _step(lanes: Lanes, observed_step: ObservedStep) -> Iterator[Line]:
    step, number = observed_step.step, observed_step.number
    lane = lanes.of_step[number - 1]
    call = call_text(step.action, step.arguments)
    yield Span(f"{number:>3}  ", DIM), Span(call, BOLD), Span(f"   by {lane}" if lane and not step.fault else "", DIM)
    if step.summary:
        yield (Span(f"{INDENT}{step.summary}", DIM),)
    if step.fault is not None:
        yield (Span(f"{INDENT}!! {_fault(lanes, observed_step, step.fault)}", FAULT),)
    spec = lanes.shape.spec
    verb = "receives" if is_system(spec) else "reads"
    yield from (
        (Span(f"{INDENT}{verb} {show(receipt.message)}{_origin(lanes, receipt)}", DIM),)
        for receipt in observed_step.receipts
    )
    every_change = [one for one in changes_between(step.before, step.after) if not is_told_by_lies(spec, one.variable)]
    # What is sent, and what is lost, has a line of its own.
    is_told = step.fault in (*SENDING, Fault.PARTITION, Fault.LOSS)
    letters = [change for change in every_change if is_told and is_link(spec, change.variable)]
    changes = [one for one in every_change if one not in letters and not is_cut(spec, one.variable)]
    width = max((len(change.place) for change in changes), default=0)
    for change in changes:
        place = Span(f"{INDENT}{change.place:<{width}}  ")
        if change.is_set:
            # Members stand one below the other: states and messages may be long.
            members = [(f"- {show(item)}", REMOVED) for item in change.removed]
            members += [(f"+ {show(item)}", ADDED) for item in change.added]
            for position, (member, style) in enumerate(members):
                yield place if position == 0 else Span(" " * len(place.text)), Span(member, style)
        else:
            yield place, Span(f"{show(change.before)} -> "), Span(show(change.after), BOLD)
    yield from ((Span(f"{INDENT}sends {one}", ADDED),) for one in sent(letters))
    yield from ((Span(f"{INDENT}drops {one}", REMOVED),) for one in drops_told(observed_step.drops))
    if not every_change and not observed_step.drops:
        yield (Span(f"{INDENT}(nothing changes)", DIM),)


def _fault(lanes: Lanes, observed_step: ObservedStep, fault: Fault) -> str:
    if fault is Fault.TORN:
        handler = observed_step.step.action.split(".")[1]
        inside = f"{lanes.of_step[observed_step.number - 1]} in {handler}"
        return f"{Fault.CRASH.name}: {inside}, {observed_step.crashed}"
    cut = shape_of_cut(lanes.shape.spec, observed_step.step) if fault is Fault.PARTITION else None
    if cut is not None:
        return f"{fault.name}: {told_of_cut(lanes.shape.spec, cut, observed_step.step, lanes.names)}"
    groups = groups_of(lanes, observed_step.step) if fault is Fault.PARTITION else ()
    lane = lanes.of_step[observed_step.number - 1]
    if fault is Fault.MISTAKE and OTHER in observed_step.step.arguments:
        return f"{fault.name}: {lane} takes {show(observed_step.step.arguments[OTHER])} for crashed"
    what = " | ".join(", ".join(group) for group in groups) or lane
    return f"{fault.name}: {what}" if what else fault.name


def _origin(lanes: Lanes, receipt: Receipt) -> str:
    origin = receipt.origin
    if receipt.said_by is not None:
        return f", said by {lanes.of_node(receipt.said_by)}, which is Byzantine"
    if origin is None:
        return ""
    sender = lanes.of_step[origin.step - 1]
    sent = f", sent by {sender} in step {origin.step}" if sender else f", put there by step {origin.step}"
    return f"{sent}, duplicated in step {origin.copied_by}" if origin.copied_by else sent


def _conclusion(trace: Trace) -> Iterator[Line]:
    if trace.kind == "scenario":
        return
    style = "bold green" if trace.kind == "reachable" else FAULT
    yield Span(verdict(trace), style), Span(f": {claim_of(trace)}" if claim_of(trace) else "")
    shown = evidence(trace)
    width = max((len(item.place) for item in shown), default=0)
    yield from ((Span(f"{INDENT}{item.place:<{width}}  {item.text()}"),) for item in shown)
