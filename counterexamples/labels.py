"""What stands beside a step in a space-time diagram: a few short lines, the name of the action first."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from indoubt.counterexamples.palette import DECISION_COLOURS, FAINT, INK
from indoubt.counterexamples.space_time import Mark
from indoubt.specs.language.machine import Fault

NAME_PT, DETAIL_PT = 8.5, 6.8
LONGEST_CALL, LONGEST_ARGUMENTS, LONGEST_LINE = 18, 24, 42  # characters


@dataclass(frozen=True, slots=True)
class LabelLine:
    """A line of the label of a step; `size` is in points."""

    text: str
    size: float
    colour: str
    is_bold: bool = False
    is_message: bool = False


def label_of(mark: Mark) -> list[LabelLine]:
    """The action, its arguments, the phase that it leads to, and messages that it sends and nobody reads."""
    is_bold = mark.decision is not None or mark.fault is not None
    colour = INK if mark.decision is None else DECISION_COLOURS[mark.decision]
    # A cross or a triangle has no room for the number of the step.
    name = f"{mark.row} {mark.action}" if mark.fault in (Fault.CRASH, Fault.RESTART) else mark.action
    call = f"{name}({mark.arguments})" if mark.arguments else name
    is_long = len(call) > LONGEST_CALL and bool(mark.arguments)
    lines = [LabelLine(name if is_long else call, NAME_PT, colour, is_bold=is_bold)]
    if is_long:
        wrapped = textwrap.wrap(f"({mark.arguments})", LONGEST_ARGUMENTS, break_long_words=False)
        lines += [LabelLine(shortened(text), DETAIL_PT, FAINT) for text in wrapped[:2]]
    if mark.phase and mark.is_new_phase:
        lines.append(LabelLine(mark.phase.name, DETAIL_PT, FAINT if mark.decision is None else colour))
    unread = [shortened(f"sends {message}") for message in mark.unread[:2]]
    return lines + [LabelLine(text, DETAIL_PT, FAINT, is_message=True) for text in unread]


def shortened(text: str) -> str:
    """A text that is not longer than a line."""
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"
