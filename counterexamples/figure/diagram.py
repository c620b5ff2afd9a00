"""The space-time diagram of a trace, drawn with matplotlib: PNG or SVG, the same bytes for the same trace.

Time runs downwards, one row for each step; the number in a mark is that of the step in the text. All coordinates are
inches. Nothing of matplotlib's global state is read or left changed: a user's own style does not alter the picture.
"""

# pyright: reportUnknownMemberType=false
# The stubs of matplotlib leave `**kwargs` untyped, which makes every method that has them "partially unknown".

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from indoubt.counterexamples.figure.legend import BAR, add_legend
from indoubt.counterexamples.figure.measuring import extent, fitted
from indoubt.counterexamples.figure.repetition import STRIP, draw_arrow_back, draw_standstill
from indoubt.counterexamples.labels import NAME_PT, label_of
from indoubt.counterexamples.palette import (
    ALARM,
    ARROW,
    DECISION_COLOURS,
    DECISION_SHAPES,
    DOWN,
    FAINT,
    GROUP_TINTS,
    INK,
    NO_PHASE,
    phase_colours,
)
from indoubt.counterexamples.placing import Box, Curve, Page, Point, bent_around
from indoubt.counterexamples.replay import ObservedTrace, observed
from indoubt.counterexamples.space_time import Decision, Diagram, Mark, Region, decision, diagram
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language.machine import Fault

SUFFIXES = (".png", ".svg")
DPI = 200  # twice the width of a README's column, for sharp text

WIDTH, LEAST_COLUMN, LARGEST_GUTTER, MARGIN = 9.0, 1.7, 1.0, 0.2
ROW, HEADER, LANE_HEADER, FOOTER = 0.4, 0.84, 0.3, 0.56
MESSAGE_PT = 7.6
MARK, GAP = 0.2, 0.05
WAYS = sorted((number / 40 for number in range(5, 36)), key=lambda way: abs(way - 0.5))  # along an arrow
LARGEST_PIXELS = 60_000  # of a side of a PNG, below what matplotlib can draw


def save(trace: Trace | ObservedTrace, path: str | Path) -> None:
    """Draw a trace into a file; its suffix, .png or .svg, says which kind. Raises ValueError for another one."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{path}: a figure is written as PNG or SVG; end its name in {' or '.join(SUFFIXES)}")
    with own_style():
        nothing = {"Software": None} if suffix == ".png" else {"Date": None, "Creator": None}
        figure = draw(trace)
        dpi = min(DPI, LARGEST_PIXELS / max(figure.get_size_inches()))
        figure.savefig(path, dpi=dpi, metadata=nothing)


def draw(trace: Trace | ObservedTrace) -> Figure:
    """The figure, for a notebook or for further drawing."""
    with own_style():
        return _Drawing(diagram(observed(trace))).figure


@contextmanager
def own_style() -> Generator[None, None, None]:
    """The style of our figures, whatever the user's own is."""
    with mpl.rc_context():
        mpl.rcdefaults()
        # Text stays text in an SVG; ids come from the content and not from the clock.
        mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "indoubt", "text.parse_math": False})
        yield


class _Drawing:
    """One figure in the making: the diagram, the axes in inches, and the page that labels are placed on."""

    def __init__(self, shown: Diagram) -> None:
        self.shown = shown
        self.colours = phase_colours(shown)
        lanes = len(shown.lanes)
        # Nothing arrives at the outer lanes from outside: the labels of their steps get the room that they need there.
        self.edge = MARGIN + (STRIP if shown.repeated else 0.0)  # the margin on the right
        whole = max((WIDTH - MARGIN - self.edge) / lanes, LEAST_COLUMN)
        self.room = whole - MARK - 0.2  # for a label, so that it ends before the next lane
        half = whole / 2
        self.gutter, right_gutter = (
            min(LARGEST_GUTTER, max(0.0, self._widest_label(lane) + 0.26 - half))
            for lane in (shown.lanes[0], shown.lanes[-1])
        )
        self.width = max(WIDTH, MARGIN + self.edge + self.gutter + LEAST_COLUMN * lanes + right_gutter)
        self.column = (self.width - MARGIN - self.edge - self.gutter - right_gutter) / lanes
        self.room = min(self.room, self.column - MARK - 0.2)
        self.height = self.y(shown.last_row) + 0.2 + FOOTER
        self.figure = Figure(figsize=(self.width, self.height), facecolor="white")
        FigureCanvasAgg(self.figure)
        self.axes: Axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(self.height, 0)
        self.page = Page(self.width)
        self._title()
        for region in shown.regions:
            self._region(region)
        self._lanes()
        self._final_phases()
        self.curves = self._curves()
        self.page.lines += [segment for curve in self.curves for segment in curve.segments()]
        self.page.boxes += [Box.around(self.at(mark.lane, mark.row), MARK, MARK) for mark in shown.marks if mark.lane]
        for mark in shown.marks:
            if mark.lane is None:
                self._network_fault(mark)
        for mark in shown.marks:
            if mark.lane is not None:
                self._mark(mark, self.at(mark.lane, mark.row))
        self._arrows()
        self._repetition()
        add_legend(self.axes, shown, self.colours, self.width, self.height)

    # ---- places

    def x(self, lane: str) -> float:
        return MARGIN + self.gutter + self.column * (self.shown.lanes.index(lane) + 0.5)

    def y(self, row: float) -> float:
        return HEADER + LANE_HEADER + 0.12 + ROW * row

    def at(self, lane: str, row: float) -> Point:
        return self.x(lane), self.y(row)

    # ---- text

    def write(self, at: Point, text: str, size: float, **style: Any) -> Box:
        """Write text centred at a point, or from it on with `ha="left"`; the rectangle that it covers."""
        look: dict[str, Any] = {"ha": "center", "va": "center", "color": INK, "zorder": 6} | style
        self.axes.text(*at, text, fontsize=size, parse_math=False, **look)
        width, height = extent(text, size, bold=style.get("weight") == "bold")
        left = {"left": at[0], "center": at[0] - width / 2, "right": at[0] - width}[look["ha"]]
        return Box(left, at[1] - height / 2, left + width, at[1] + height / 2)

    def _title(self) -> None:
        lines = [(self.shown.title, 13, "bold", INK), (self.shown.claim, 9.5, "normal", INK)]
        lines += [(self.shown.settings, 7.5, "normal", FAINT)]
        shown = [line for line in lines if line[0]]
        for y, (text, size, weight, colour) in zip((0.26, 0.51, 0.71), shown, strict=False):
            room, is_bold = self.width - 2 * MARGIN, weight == "bold"
            smaller = max(0.7 * size, size * min(1.0, room / extent(text, size, bold=is_bold)[0]))
            line = fitted(text, room + 0.01, smaller, bold=is_bold)
            self.write((MARGIN, y), line, smaller, weight=weight, ha="left", color=colour)

    # ---- lanes

    def _lanes(self) -> None:
        top = HEADER + LANE_HEADER / 2
        for lane in self.shown.lanes:
            self.page.boxes.append(self.write((self.x(lane), top), lane, 10, weight="bold"))
        for part in self.shown.stretches:
            x, top, bottom = self.x(part.lane), self.y(part.first), self.y(part.last)
            self.page.soft.append(Box.around((x, (top + bottom) / 2), BAR * 1.6, bottom - top))
            if part.is_down or part.is_lying:
                colour = ALARM if part.is_lying else DOWN
                self.axes.plot([x, x], [top, bottom], color=colour, lw=1.4, ls=(0, (2, 2)), zorder=2)
                continue
            colour = self.colours.get(part.phase, NO_PHASE) if part.phase else NO_PHASE
            self.axes.plot([x, x], [top, bottom], color=colour, lw=72 * BAR, solid_capstyle="butt", zorder=2)

    def _final_phases(self) -> None:
        y = self.y(self.shown.last_row) + 0.06
        for lane, phase in self.shown.final.items():
            is_down, is_shown = lane in self.shown.down, lane in self.shown.shown
            text = f"{phase.name}, down" if is_down else phase.name
            width, height = extent(text, 8, bold=True)
            ink = "white" if decision(phase) else INK
            self.axes.add_patch(
                FancyBboxPatch(
                    (self.x(lane) - width / 2, y - height / 2),
                    width,
                    height,
                    boxstyle="round,pad=0.055",
                    facecolor=self.colours[phase],
                    edgecolor=INK if is_shown else "white",
                    linewidth=2.0 if is_shown else 0.8,
                    zorder=5,
                )
            )
            self.write((self.x(lane), y), text, 8, weight="bold", color=ink, zorder=6)
            self.page.boxes.append(Box.around((self.x(lane), y), width + 0.11, height + 0.11))

    # ---- steps

    def _mark(self, mark: Mark, at: Point) -> None:
        decided = mark.decision
        number = str(mark.row)
        if mark.fault is Fault.CRASH:
            self.axes.plot(*at, "x", ms=11, mew=3.4, color=INK, zorder=4)
        elif mark.fault is Fault.RESTART:
            self.axes.plot(*at, "^", ms=11, mfc="white", mec=INK, mew=1.3, zorder=4)
        elif decided is not None:
            colour = DECISION_COLOURS[decided]
            size = 12.5 if decided is Decision.ABORT else 13.5
            self.axes.plot(*at, DECISION_SHAPES[decided], ms=size, mfc=colour, mec="white", mew=1, zorder=4)
            self.write(at, number, 7, color="white", weight="bold")
        else:
            self.axes.plot(*at, "o", ms=13, mfc="white", mec=INK, mew=1.1, zorder=4)
            self.write(at, number, 7)
        self._mark_label(mark, at)

    def _mark_label(self, mark: Mark, at: Point) -> None:
        lines = label_of(mark, self.room)
        width, height = self._label_size(mark)
        places: list[tuple[Box, str]] = []
        for raised in (0.0, -0.1, 0.1, -0.16, 0.16, -0.23, 0.23):
            for side in ("left", "right"):  # where the text begins
                x = at[0] + (MARK / 2 + 0.06) * (1 if side == "left" else -1)
                left = x if side == "left" else x - width
                top = at[1] - height / 2 + raised
                places.append((Box(left, top, left + width, top + height), side))
        box, side = places[self.page.place([box for box, _ in places])]
        x, y = (box.left if side == "left" else box.right), box.top
        for line in lines:
            line_height = extent(line.text, line.size)[1]
            look = {"weight": "bold" if line.is_bold else "normal", "style": "italic" if line.is_message else "normal"}
            self.write((x, y + line_height / 2), line.text, line.size, ha=side, color=line.colour, **look)
            y += line_height

    def _widest_label(self, lane: str) -> float:
        return max((self._label_size(mark)[0] for mark in self.shown.marks if mark.lane == lane), default=0.0)

    def _label_size(self, mark: Mark) -> tuple[float, float]:
        sizes = [extent(line.text, line.size, bold=line.is_bold) for line in label_of(mark, self.room)]
        return max(width for width, _ in sizes) + 0.04, sum(height for _, height in sizes)

    def _network_fault(self, mark: Mark) -> None:
        y = self.y(mark.row)
        name = mark.fault.name.lower() if mark.fault else ""
        label = f"{mark.row}  {mark.action}" if name in mark.action else f"{mark.row}  {name}: {mark.action}"
        label += f"({mark.arguments})" if mark.arguments else ""
        label += f", drops {mark.drops[0]}" if mark.drops else ""
        label = fitted(label, self.width - MARGIN - self.edge - 0.4, NAME_PT, bold=True)
        self.axes.plot([MARGIN, self.width - self.edge], [y, y], color=ALARM, lw=1.2, ls=(0, (5, 3)), zorder=3)
        width, height = extent(label, NAME_PT, bold=True)
        beginning = {region.first: self._edges(region) for region in self.shown.regions}.get(mark.row, [])
        between = [self.x(lane) + self.column / 2 for lane in self.shown.lanes[:-1]]
        places = [Box.around((x, y), width + 0.16, height + 0.14) for x in (*beginning, self.width / 2, *between)]
        box = places[self.page.place(places, over=self.page.lines)]
        style = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": ALARM, "linewidth": 1.0}
        self.write(box.centre, label, NAME_PT, weight="bold", color=ALARM, bbox=style)

    def _region(self, region: Region) -> None:
        top, bottom = self.y(region.first), self.y(region.last) + (0.0 if region.is_healed else 0.24)
        for number, group in enumerate(region.groups or (self.shown.lanes,)):
            # Lane by lane, since a second partition may cut groups that do not stand together.
            places = sorted(self.shown.lanes.index(lane) for lane in group)
            for place in places:
                left, right = (self.x(self.shown.lanes[place]) + side * self.column / 2 for side in (-1, 1))
                left = MARGIN if place == 0 else left + GAP * (place - 1 not in places)
                right = (
                    self.width - self.edge
                    if place + 1 == len(self.shown.lanes)
                    else right - GAP * (place + 1 not in places)
                )
                tint = GROUP_TINTS[number % len(GROUP_TINTS)]
                self.axes.fill_between([left, right], top, bottom, color=tint, lw=0, zorder=0)
        width, dashes = (1.6, (5, 3)) if region.is_complete else (1.2, (1, 2))
        for x in self._edges(region):
            self.axes.plot([x, x], [top, bottom], color=ALARM, lw=width, ls=(0, dashes), zorder=1)
            self.page.lines.append(((x, top), (x, bottom)))

    def _edges(self, region: Region) -> list[float]:
        """Where two groups meet."""
        side = {lane: number for number, group in enumerate(region.groups) for lane in group}
        pairs = pairwise(self.shown.lanes)
        return [self.x(a) + self.column / 2 for a, b in pairs if side.get(a) != side.get(b)]

    # ---- messages

    def _curves(self) -> list[Curve]:
        marks = [self.at(mark.lane, mark.row) for mark in self.shown.marks if mark.lane]
        curves: list[Curve] = []
        for arrow in self.shown.arrows:
            curves.append(bent_around(self.at(*arrow.source), self.at(*arrow.target), marks, curves))
        return curves

    def _arrows(self) -> None:
        for curve in self.curves:
            # arc3 puts the control point `rad` times the length off the line, the middle of the curve half as far.
            bow = f"arc3,rad={2 * curve.bend / curve.length:.4f}"
            look: dict[str, Any] = {
                "arrowstyle": "-|>",
                "mutation_scale": 9,
                "color": ARROW,
                "linewidth": 0.9,
                "zorder": 3,
            }
            ends: dict[str, Any] = {"shrinkA": 7, "shrinkB": 7.5, "connectionstyle": bow}
            self.axes.add_patch(FancyArrowPatch(curve.start, curve.end, **ends, **look))
        for arrow, curve in zip(self.shown.arrows, self.curves, strict=True):
            label = fitted(arrow.label, self.column - MARK - 0.24, MESSAGE_PT)
            width, height = extent(label, MESSAGE_PT)
            places = [Box.around(curve.point(t), width + 0.1, height + 0.08) for t in WAYS]
            places = [box for box in places if not self._covers_a_lane(box)] or places
            chosen = places[self.page.place(places, over=curve.segments())]
            style = {"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.88}
            self.write(chosen.centre, label, MESSAGE_PT, style="italic", bbox=style, zorder=5)

    def _covers_a_lane(self, box: Box) -> bool:
        return any(
            box.left < self.x(lane) + BAR / 2 and self.x(lane) - BAR / 2 < box.right for lane in self.shown.lanes
        )

    # ---- what is repeated

    def _repetition(self) -> None:
        if self.shown.repeated:
            first, last = self.shown.repeated
            steps = f"steps {first} to {last}" if first < last else f"step {first}"
            text = f"{steps}, for ever" if last - first > 1 else "for ever"
            draw_arrow_back(self.axes, self.width - self.edge + 0.18, self.y(first - 0.5), self.y(last + 0.5), text)
        if self.shown.stands_still:
            y = self.y(self.shown.last_row - 1)
            draw_standstill(self.axes, MARGIN, self.width - self.edge, y, "stands still for ever")
