"""Colours and shapes of a space-time diagram, for every kind of colour vision.

Source: Okabe and Ito, "Color Universal Design" (2008). Decisions differ in shape as well, and every phase is also named
where it begins and where it ends.
"""

from __future__ import annotations

from enum import Enum

from indoubt.counterexamples.space_time import Decision, Diagram, decision

BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
DECISION_COLOURS = {Decision.COMMIT: BLUE, Decision.ABORT: VERMILLION, Decision.OTHER: GREEN}
DECISION_SHAPES = {Decision.COMMIT: "s", Decision.ABORT: "D", Decision.OTHER: "p"}
PHASE_COLOURS = ("#D2D2D2", "#F0E442", "#CC79A7", "#56B4E9", "#E69F00", "#8A6FB3", "#A6761D")
GROUP_TINTS = ("#E8EEF4", "#FBEFD9", "#EAF3E6", "#F3E8F3")
NO_PHASE, DOWN, INK, FAINT, ARROW, ALARM = "#B5BCC4", "#8C8C8C", "#1F2328", "#656D76", "#3D444D", "#A40E26"
REPEATED = "#6639BA"


def phase_colours(shown: Diagram) -> dict[Enum, str]:
    """The colour of each phase that occurs: its decision's, or one by its place in its enum."""
    phases = {part.phase for part in shown.stretches if part.phase is not None}
    return {phase: _colour(phase) for phase in sorted(phases, key=lambda phase: (type(phase).__name__, _place(phase)))}


def legend_phases(colours: dict[Enum, str]) -> list[tuple[str, str, Decision | None]]:
    """The text, colour and decision of each line of the legend; phases of two enums may share a colour."""
    texts: dict[tuple[str, Decision | None], list[str]] = {}
    for phase in sorted(colours, key=_place):
        names = texts.setdefault((colours[phase], decision(phase)), [])
        if phase.name not in names:
            names.append(phase.name)
    return [(" / ".join(names), colour, kind) for (colour, kind), names in texts.items()]


def _colour(phase: Enum) -> str:
    decided = decision(phase)
    if decided is not None:
        return DECISION_COLOURS[decided]
    undecided = [other for other in type(phase) if decision(other) is None]
    return PHASE_COLOURS[undecided.index(phase) % len(PHASE_COLOURS)]


def _place(phase: Enum) -> int:
    return [*type(phase).__members__.values()].index(phase)
