"""A frontier as a picture: a grid of budgets for each property, with a line where it begins to break.

All coordinates are inches, from the top left corner. Verdicts differ in their words as well as in colour.
"""

# pyright: reportUnknownMemberType=false
# As in `diagram`: the stubs of matplotlib leave `**kwargs` untyped.

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from indoubt.counterexamples.figure.diagram import LARGEST_PIXELS, SUFFIXES, own_style
from indoubt.counterexamples.figure.measuring import extent, fitted
from indoubt.counterexamples.palette import BLUE, FAINT, INK, VERMILLION
from indoubt.specs.language.frozen import dataclass

DPI = 200
MARGIN, CELL_HEIGHT, LEAST_CELL, GAP = 0.3, 0.46, 0.92, 0.14
TITLE_PT, NAME_PT, CLAIM_PT, LABEL_PT, WORD_PT, NOTE_PT = 14, 11, 9, 8.5, 9, 7.5
LEAST_WIDTH = 7.0
PALE_BLUE, PALE_VERMILLION, PALE = "#D3E5F1", "#F8DCC8", "#EEF0F2"


class Colour(Enum):
    """What a cell is filled with."""

    GOOD, BAD, OPEN, NONE = range(4)


@dataclass(frozen=True, slots=True)
class Square:
    """A cell: what it says, a note below that, and whether it was run itself."""

    colour: Colour
    word: str
    note: str = ""
    is_run: bool = True


Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The grid of a property; a square for each place, a value of each axis."""

    name: str
    claim: str
    squares: Mapping[Place, Square]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn: the axes with their values, a panel for each property that has a frontier, remarks below."""

    title: str
    subtitle: str
    axes: Sequence[tuple[str, tuple[int, ...]]]
    panels: Sequence[Panel]
    remarks: Sequence[str] = field(default_factory=tuple[str, ...])


def save(picture: Picture, path: str | Path) -> None:
    """Draw into a file; its suffix, .png or .svg, says which kind. Raises ValueError for another one."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{path}: a figure is written as PNG or SVG; end its name in {' or '.join(SUFFIXES)}")
    with own_style():
        nothing = {"Software": None} if suffix == ".png" else {"Date": None, "Creator": None}
        figure = _Drawing(picture).figure
        figure.savefig(path, dpi=min(DPI, LARGEST_PIXELS / max(figure.get_size_inches())), metadata=nothing)


class _Drawing:
    """One picture: axes go alternately down and to the right, the later ones inside of the earlier ones."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        count = len(picture.axes)
        split = count // 2 if count > 1 else 0
        self.down, self.right = range(split), range(split, count)
        words = [extent(one.word, WORD_PT, bold=True)[0] for panel in picture.panels for one in panel.squares.values()]
        notes = [extent(one.note, NOTE_PT)[0] for panel in picture.panels for one in panel.squares.values()]
        heads = [extent(f"{picture.axes[at][0]} = 0", LABEL_PT)[0] for at in self.right[-1:]]
        self.cell = max([LEAST_CELL, *(wide + 0.2 for wide in (*words, *notes, *heads))])
        rows = [self._label(self.down, place) for place in self._places(self.down)]
        self.gutter = max((extent(row, LABEL_PT)[0] for row in rows), default=0.0) + 0.16 if split else 0.0
        columns = list(self._places(self.right))
        self.xs = self._offsets(columns, self.cell)
        self.ys = self._offsets(list(self._places(self.down)), CELL_HEIGHT)
        grid = self.gutter + max(self.xs) + self.cell
        text = max(extent(picture.title, TITLE_PT, bold=True)[0], extent(picture.subtitle, CLAIM_PT)[0])
        self.width = max(LEAST_WIDTH, grid + 2 * MARGIN, min(text + 2 * MARGIN, 9.0))
        self.remarks = [line for one in picture.remarks for line in _wrapped(one, self.width - 2 * MARGIN, CLAIM_PT)]
        heads_height = 0.22 * len(self.right) + 0.04
        room = self.width - 2 * MARGIN
        self.claims = [list(_wrapped(panel.claim, room, CLAIM_PT)) for panel in picture.panels]
        self.claims_height = 0.2 * max((len(lines) - 1 for lines in self.claims), default=0)
        self.panel_height = 0.62 + self.claims_height + heads_height + max(self.ys) + CELL_HEIGHT + 0.22
        self.top = 0.98
        remarks_height = 0.2 * len(self.remarks) + 0.1
        self.height = self.top + self.panel_height * len(picture.panels) + remarks_height + 0.55
        self.figure = Figure(figsize=(self.width, self.height), facecolor="white")
        FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(self.height, 0)
        self.axes.axis("off")
        self._draw(heads_height)

    def _places(self, axes: Sequence[int]) -> Iterator[Place]:
        return itertools.product(*(self.picture.axes[at][1] for at in axes))

    def _label(self, axes: Sequence[int], place: Place) -> str:
        return "   ".join(f"{self.picture.axes[at][0]} = {value}" for at, value in zip(axes, place, strict=True))

    def _offsets(self, places: Sequence[Place], size: float) -> list[float]:
        """Where rows or columns begin, with a gap where an outer budget changes."""
        offsets = [0.0]
        for before, after in itertools.pairwise(places):
            offsets.append(offsets[-1] + size + (GAP if before[:-1] != after[:-1] else 0.0))
        return offsets

    def _write(self, x: float, y: float, text: str, size: float, colour: str = INK, **look: object) -> None:
        self.axes.text(x, y, text, fontsize=size, color=colour, **{"va": "center", "ha": "left", **look})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def _draw(self, heads_height: float) -> None:
        self._write(MARGIN, 0.36, self.picture.title, TITLE_PT, weight="bold")
        self._write(MARGIN, 0.64, fitted(self.picture.subtitle, self.width - 2 * MARGIN, CLAIM_PT), CLAIM_PT, FAINT)
        top = self.top
        for panel, claim in zip(self.picture.panels, self.claims, strict=True):
            room = self.width - 2 * MARGIN
            self._write(MARGIN, top + 0.08, fitted(panel.name, room, NAME_PT, bold=True), NAME_PT, weight="bold")
            for number, line in enumerate(claim):
                self._write(MARGIN, top + 0.32 + 0.2 * number, line, CLAIM_PT, FAINT)
            self._heads(top + 0.62 + self.claims_height)
            self._panel(panel, top + 0.5 + self.claims_height + heads_height)
            top += self.panel_height
        for number, line in enumerate(self.remarks):
            self._write(MARGIN, top + 0.1 + 0.2 * number, line, CLAIM_PT, FAINT)
        self._legend(self.height - 0.3)

    def _heads(self, top: float) -> None:
        """The budgets of the columns, the outer ones above."""
        columns = list(self._places(self.right))
        for depth, at in enumerate(self.right):
            for _, group in itertools.groupby(enumerate(columns), key=lambda one: one[1][: depth + 1]):
                found = list(group)
                left, right = self.xs[found[0][0]], self.xs[found[-1][0]] + self.cell
                text = f"{self.picture.axes[at][0]} = {found[0][1][depth]}"
                x = MARGIN + self.gutter + (left + right) / 2
                self._write(x, top + 0.22 * depth - 0.06, text, LABEL_PT, ha="center")

    def _panel(self, panel: Panel, top: float) -> None:
        rows, columns = list(self._places(self.down)), list(self._places(self.right))
        left = MARGIN + self.gutter
        for row, y in zip(rows, self.ys, strict=True):
            if row:
                self._write(left - 0.12, top + y + CELL_HEIGHT / 2, self._label(self.down, row), LABEL_PT, ha="right")
            for column, x in zip(columns, self.xs, strict=True):
                self._square(panel.squares[row + column], left + x, top + y)
        self._line(panel, left, top)

    def _square(self, square: Square, x: float, y: float) -> None:
        faces = {Colour.GOOD: (BLUE, PALE_BLUE), Colour.BAD: (VERMILLION, PALE_VERMILLION)}
        face = faces.get(square.colour, (PALE, PALE))[0 if square.is_run else 1]
        look = {"hatch": "////", "edgecolor": "#C3C9CF"} if square.colour is Colour.OPEN else {"edgecolor": "white"}
        if square.colour is Colour.NONE:
            face = "white"
        patch = Rectangle((x, y), self.cell, CELL_HEIGHT, facecolor=face, linewidth=1.2, zorder=1, **look)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        self.axes.add_patch(patch)
        is_strong = square.is_run and square.colour in faces
        ink = "white" if is_strong else FAINT if square.colour is Colour.NONE else INK
        middle = y + CELL_HEIGHT / 2
        weight = "bold" if square.is_run else "normal"
        box = {"boxstyle": "square,pad=0.15", "facecolor": PALE, "edgecolor": "none"}
        extra: dict[str, object] = {"bbox": box} if square.colour is Colour.OPEN else {}
        rise = 0.085 if square.note else 0.0
        self._write(
            x + self.cell / 2, middle - rise, square.word, WORD_PT, ink, ha="center", weight=weight, zorder=3, **extra
        )
        if square.note:
            self._write(x + self.cell / 2, middle + 0.1, square.note, NOTE_PT, ink, ha="center", zorder=3)

    def _line(self, panel: Panel, left: float, top: float) -> None:
        """The frontier: between budgets of which one is good and the other, with one fault more, bad."""
        rows, columns = list(self._places(self.down)), list(self._places(self.right))

        def differ(one: Place, other: Place) -> bool:
            return {panel.squares[one].colour, panel.squares[other].colour} == {Colour.GOOD, Colour.BAD}

        style = {"color": INK, "lw": 2.6, "solid_capstyle": "projecting", "zorder": 2}
        for row, y in zip(rows, self.ys, strict=True):
            for at, pairs in _borders(columns):
                if all(differ(row + one, row + other) for one, other in pairs):
                    x = left + (self.xs[at - 1] + self.cell + self.xs[at]) / 2
                    self.axes.plot([x, x], [top + y, top + y + CELL_HEIGHT], **style)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        for column, x in zip(columns, self.xs, strict=True):
            for at, pairs in _borders(rows):
                if all(differ(one + column, other + column) for one, other in pairs):
                    y = top + (self.ys[at - 1] + CELL_HEIGHT + self.ys[at]) / 2
                    self.axes.plot([left + x, left + x + self.cell], [y, y], **style)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def _legend(self, y: float) -> None:
        """What occurs in the picture."""
        used = {(one.colour, one.is_run) for panel in self.picture.panels for one in panel.squares.values()}
        texts = {
            (Colour.GOOD, True): (BLUE, "holds: run"),
            (Colour.GOOD, False): (PALE_BLUE, "holds: follows"),
            (Colour.BAD, True): (VERMILLION, "breaks: run"),
            (Colour.BAD, False): (PALE_VERMILLION, "breaks: follows"),
            (Colour.OPEN, True): (PALE, "open: not decided"),
        }
        x = MARGIN
        for key, (colour, text) in texts.items():
            if key not in used:
                continue
            hatch = "////" if key[0] is Colour.OPEN else None
            box = Rectangle((x, y - 0.07), 0.2, 0.14, facecolor=colour, edgecolor="#C3C9CF", linewidth=0.6, hatch=hatch)
            self.axes.add_patch(box)
            self._write(x + 0.28, y, text, NOTE_PT)
            x += 0.28 + extent(text, NOTE_PT)[0] + 0.28


def _borders(places: Sequence[Place]) -> Iterator[tuple[int, list[tuple[Place, Place]]]]:
    """Where one row or column ends and the next begins, with the pairs that differ by one value there.

    Where an outer budget changes, each place of the one group has its twin in the other.
    """
    for at, (before, after) in enumerate(itertools.pairwise(places), start=1):
        if before[:-1] == after[:-1]:
            yield at, [(before, after)]
            continue
        depth = next(number for number, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
        ends = [[one for one in places if one[: depth + 1] == end[: depth + 1]] for end in (before, after)]
        yield at, list(zip(*ends, strict=True))


def _wrapped(text: str, width: float, size: float) -> Iterator[str]:
    """The lines of a text that is as wide as this in inches."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and extent(longer, size)[0] > width:
            yield line
            line = word
        else:
            line = longer
    yield line
