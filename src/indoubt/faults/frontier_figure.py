"""The frontier of faults as a picture."""

from __future__ import annotations

from pathlib import Path

from indoubt.counterexamples.figure import staircase
from indoubt.counterexamples.figure.staircase import Colour, Panel, Picture, Place, Square
from indoubt.explorer.search.result import Verdict
from indoubt.faults.asking import Claim
from indoubt.faults.cells import Finding, Frontier
from indoubt.faults.frontier_report import divided, words_of
from indoubt.report import counted
from indoubt.specs.language.settings import setting_text

COLOURS = {Verdict.HOLDS: Colour.GOOD, Verdict.VIOLATED: Colour.BAD, Verdict.INCONCLUSIVE: Colour.OPEN}


def save(shown: Frontier, path: Path) -> None:
    """Draw a frontier into a .png or .svg file."""
    staircase.save(picture_of(shown), path)


def picture_of(shown: Frontier) -> Picture:
    """What is drawn: the properties that some budgets break and others do not; the others are named below."""
    asking = shown.asking
    settings = {**asking.settings, **asking.faults}
    title = " ".join([asking.spec.__name__, *(f"{name}={setting_text(value)}" for name, value in settings.items())])
    axes = tuple((axis.name, axis.values) for axis in shown.axes)
    with_frontier = divided(shown)
    panels = [Panel(one.name, one.claim, _squares(shown, one)) for one in with_frontier or shown.claims[:1]]
    subtitle = f"which budgets of faults break what; {len(shown.runs)} of {len(shown.cells)} cells were run"
    return Picture(title, subtitle, axes, panels, list(_remarks(shown, with_frontier)))


def _remarks(shown: Frontier, with_frontier: list[Claim]) -> list[str]:
    """What is the same in every cell."""
    told: list[str] = []
    for verdict, what in (
        (Verdict.HOLDS, "Hold in every cell"),
        (Verdict.VIOLATED, "Break in every cell"),
        (Verdict.INCONCLUSIVE, "Open in every cell"),
    ):
        first = shown.cells[0]
        rest = [one for one in shown.claims if one not in with_frontier]
        names = [one.name for one in rest if shown.verdict(one.name, first) is verdict]
        if names:
            told.append(f"{what}: {', '.join(names)}")
    return told


def _squares(shown: Frontier, one: Claim) -> dict[Place, Square]:
    squares = {cell: Square(Colour.NONE, "no run") for cell in shown.impossible}
    words = words_of(one)
    for cell in shown.cells:
        found = shown.findings.get((one.name, cell), Finding(Verdict.INCONCLUSIVE))
        is_broken = found.verdict is Verdict.VIOLATED and found.found is not None and found.found.trace is not None
        note = counted(len(found.found.trace), "state") if is_broken and found.found and found.found.trace else ""
        squares[cell] = Square(COLOURS[found.verdict], words[found.verdict], note, not found.is_inferred)
    return squares
