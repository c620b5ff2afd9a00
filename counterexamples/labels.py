"""What stands beside a step in a space-time diagram: a few short lines, the name of the action first."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace

from indoubt.counterexamples.figure.measuring import fitted
from indoubt.counterexamples.palette import DECISION_COLOURS, FAINT, INK
from indoubt.counterexamples.space_time import Mark
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Fault

NAME_PT, DETAIL_PT = 8.5, 6.8
MOST_UNREAD = 2  # lines of messages that nobody reads, and as many of those that are dropped
LONGEST_CALL, LONGEST_ARGUMENTS = 18, 24  # characters


@dataclass(frozen=True, slots=True)
class LabelLine:
    """A line of the label of a step; `size` is in points."""

    text: str
    size: float
    colour: str
    is_bold: bool = False
    is_message: bool = False


def label_of(mark: Mark, room: float) -> list[LabelLine]:
    """The action, its arguments, the phase that it leads to, and messages that it drops, or sends and nobody reads.

    No line is wider than `room`, in inches.
    """
    is_bold = mark.decision is not None or mark.fault is not None
    colour = INK if mark.decision is None else DECISION_COLOURS[mark.decision]
    # A cross or a triangle has no room for the number of the step.
    name = f"{mark.row} {mark.action}" if mark.fault in (Fault.CRASH, Fault.RESTART) else mark.action
    call = f"{name}({mark.arguments})" if mark.arguments else name
    is_long = len(call) > LONGEST_CALL and bool(mark.arguments)
    lines = [
        LabelLine(part, NAME_PT, colour, is_bold=is_bold) for part in _parts(name if is_long else call, room, is_bold)
    ]
    if is_long:
        text = f"({mark.arguments})"
        wrapped = textwrap.wrap(text, LONGEST_ARGUMENTS, break_long_words=False, max_lines=2, placeholder="…")
        lines += [LabelLine(part, DETAIL_PT, FAINT) for part in wrapped]
    if mark.phase and mark.is_new_phase:
        lines.append(LabelLine(mark.phase.name, DETAIL_PT, FAINT if mark.decision is None else colour))
    told = [*_shortened("drops", mark.drops), *_shortened("sends", mark.unread)]
    lines += [LabelLine(text, DETAIL_PT, FAINT, is_message=True) for text in told]
    return [replace(line, text=fitted(line.text, room, line.size, bold=line.is_bold)) for line in lines]


def _parts(name: str, room: float, is_bold: bool) -> list[str]:
    """A name on one line, or what stands before its last dot on a line of its own where that is too narrow."""
    head, dot, _ = name.partition("(")[0].rpartition(".")
    if not head or fitted(name, room, NAME_PT, bold=is_bold) == name:
        return [name]
    return [f"{head}{dot}", name[len(head) + 1 :]]


def _shortened(verb: str, messages: Sequence[str]) -> list[str]:
    """A line for each message, as long as they are few."""
    lines = [f"{verb} {message}" for message in messages]
    if len(lines) > MOST_UNREAD:
        lines = [*lines[: MOST_UNREAD - 1], f"{verb} {len(lines) - MOST_UNREAD + 1} more messages"]
    return lines
