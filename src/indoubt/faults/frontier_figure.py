"""The frontier of faults as a picture."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from indoubt.counterexamples.figure import staircase
from indoubt.counterexamples.figure.staircase import Colour, Panel, Picture, Place, Square
from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Claim
from indoubt.faults.cells import Finding, Frontier
from indoubt.faults.frontier_report import divided
from indoubt.faults.frontier_table import folded, folded_by, words_of
from indoubt.reports.report import counted

COLOURS = {Verdict.HOLDS: Colour.GOOD, Verdict.VIOLATED: Colour.BAD, Verdict.INCONCLUSIVE: Colour.OPEN}


def save(shown: Frontier, path: Path) -> None:
    """Draw a frontier into a .png or .svg file."""
    staircase.save(picture_of(shown), path)


def picture_of(shown: Frontier) -> Picture:
    """What is drawn: the properties that some budgets break and others do not; the others are named below.

    Budgets that change the verdict of none are left out.
    """
    with_frontier = divided(shown)
    told = with_frontier or shown.claims[:1]
    kept = sorted({at for one in told for at in folded(shown, one).axes})
    axes = tuple((shown.axes[at].name, shown.axes[at].values) for at in kept)
    panels = [Panel(one.name, one.claim, _squares(shown, one, kept)) for one in told]
    subtitle = f"which budgets of faults break what; {len(shown.runs)} of {len(shown.cells)} cells were run"
    others = [axis.name for at, axis in enumerate(shown.axes) if at not in kept]
    same = [f"The same with any {', '.join(others)}"] if others else []
    return Picture(shown.asking.title, subtitle, axes, panels, [*same, *_remarks(shown, with_frontier)])


def _remarks(shown: Frontier, with_frontier: list[Claim]) -> list[str]:
    """What is the same in every cell."""
    told: list[str] = []
    every = "every cell that is possible" if shown.impossible else "every cell"
    for verdict, what in (
        (Verdict.HOLDS, f"Hold in {every}"),
        (Verdict.VIOLATED, f"Break in {every}"),
        (Verdict.INCONCLUSIVE, f"Open in {every}"),
    ):
        first = shown.cells[0]
        rest = [one for one in shown.claims if one not in with_frontier]
        names = [one.name for one in rest if shown.verdict(one.name, first) is verdict]
        if names:
            told.append(f"{what}: {', '.join(names)}")
    return told


def _squares(shown: Frontier, one: Claim, axes: Sequence[int]) -> dict[Place, Square]:
    """The cells by their budgets on some axes, which tell all that there is to tell."""
    words, together = words_of(one), folded_by(shown, axes)
    squares: dict[Place, Square] = {}
    for place in itertools.product(*(shown.axes[at].values for at in axes)):
        cells = together.get(place)
        if cells is None:
            squares[place] = Square(Colour.NONE, "no run")
            continue
        found = [shown.findings.get((one.name, cell), Finding(Verdict.INCONCLUSIVE)) for cell in cells]
        verdict = found[0].verdict
        traces = [each.found.trace for each in found if each.found is not None and each.found.trace is not None]
        shortest = min(map(len, traces), default=0)
        note = counted(shortest, "state") if verdict is Verdict.VIOLATED and shortest else ""
        is_run = any(not each.is_inferred for each in found)
        squares[place] = Square(COLOURS[verdict], words[verdict], note, is_run)
    return squares
