"""The space-time diagram of a trace, drawn with matplotlib: PNG or SVG, the same bytes for the same trace.

Time runs downwards, one row for each step; the number in a mark is that of the step in the text. All coordinates are
inches. Nothing of matplotlib's global state is read or left changed: a user's own style does not alter the picture.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.textpath import TextPath

from indoubt.counterexamples.placing import Box, Curve, Page, Point, bent_around
from indoubt.counterexamples.replay import ObservedTrace, observed
from indoubt.counterexamples.space_time import Decision, Diagram, Mark, Region, decision, diagram
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language.machine import Fault

SUFFIXES = (".png", ".svg")
DPI = 200  # twice the width of a README's column, for sharp text

# Okabe and Ito, "Color Universal Design" (2008): told apart by people with any kind of colour vision.
BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
DECISION_COLOURS = {Decision.COMMIT: BLUE, Decision.ABORT: VERMILLION, Decision.OTHER: GREEN}
DECISION_SHAPES = {Decision.COMMIT: "s", Decision.ABORT: "D", Decision.OTHER: "p"}
PHASE_COLOURS = ("#D2D2D2", "#F0E442", "#CC79A7", "#56B4E9", "#E69F00", "#8A6FB3", "#A6761D")
NO_PHASE, DOWN, INK, FAINT, ARROW, ALARM = "#B5BCC4", "#8C8C8C", "#1F2328", "#656D76", "#3D444D", "#A40E26"
GROUP_TINTS = ("#E8EEF4", "#FBEFD9", "#EAF3E6", "#F3E8F3")

WIDTH, LEAST_COLUMN, LARGEST_GUTTER, MARGIN = 9.0, 1.7, 1.0, 0.2
ROW, HEADER, LANE_HEADER, FOOTER = 0.4, 0.84, 0.3, 0.56
NAME_PT, PHASE_PT, MESSAGE_PT, LEGEND_PT = 8.5, 6.8, 7.6, 7.5
BAR, MARK = 0.085, 0.2
LONGEST_CALL, LONGEST_LINE = 18, 42  # characters
LARGEST_PIXELS = 60_000  # of a side of a PNG, below what matplotlib can draw


def save(trace: Trace | ObservedTrace, path: str | Path) -> None:
    """Draw a trace into a file; its suffix, .png or .svg, says which kind. Raises ValueError for another one."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{path}: a figure is written as PNG or SVG; end its name in {' or '.join(SUFFIXES)}")
    with _own_style():
        nothing = {"Software": None} if suffix == ".png" else {"Date": None, "Creator": None}
        figure = draw(trace)
        dpi = min(DPI, LARGEST_PIXELS / max(figure.get_size_inches()))
        figure.savefig(path, dpi=dpi, metadata=nothing)


def draw(trace: Trace | ObservedTrace) -> Figure:
    """The figure, for a notebook or for further drawing."""
    with _own_style():
        return _Drawing(diagram(observed(trace))).figure


@contextmanager
def _own_style() -> Iterator[None]:
    with mpl.rc_context():
        mpl.rcdefaults()
        # Text stays text in an SVG; ids come from the content and not from the clock.
        mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "indoubt", "text.parse_math": False})
        yield


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the label of a step."""

    text: str
    size: float
    colour: str
    is_bold: bool = False
    is_message: bool = False


class _Drawing:
    """One figure in the making: the diagram, the axes in inches, and the page that labels are placed on."""

    def __init__(self, shown: Diagram) -> None:
        self.shown = shown
        self.colours = phase_colours(shown)
        lanes = len(shown.lanes)
        # Nothing arrives at the first lane from its left: the labels of its steps get the room that they need there.
        first = [self._label_size(mark)[0] for mark in shown.marks if mark.lane and mark.lane == shown.lanes[0]]
        least = (WIDTH - 2 * MARGIN) / lanes
        self.gutter = min(LARGEST_GUTTER, max(0.0, max(first, default=0.0) + 0.2 - max(least, LEAST_COLUMN) / 2))
        self.width = max(WIDTH, 2 * MARGIN + self.gutter + LEAST_COLUMN * lanes)
        self.column = (self.width - 2 * MARGIN - self.gutter) / lanes
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
            if mark.lane is not None:
                self._mark(mark, self.at(mark.lane, mark.row))
            else:
                self._network_fault(mark)
        self._arrows()
        self._legend()

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
        look = {"ha": "center", "va": "center", "color": INK, "zorder": 6} | style
        self.axes.text(*at, text, fontsize=size, parse_math=False, **look)
        width, height = extent(text, size, bold=style.get("weight") == "bold")
        left = {"left": at[0], "center": at[0] - width / 2, "right": at[0] - width}[look["ha"]]
        return Box(left, at[1] - height / 2, left + width, at[1] + height / 2)

    def _title(self) -> None:
        self.write((MARGIN, 0.26), self.shown.title, 13, weight="bold", ha="left")
        if self.shown.claim:
            self.write((MARGIN, 0.51), self.shown.claim, 9.5, ha="left")
        self.write((MARGIN, 0.71 if self.shown.claim else 0.51), self.shown.settings, 7.5, ha="left", color=FAINT)

    # ---- lanes

    def _lanes(self) -> None:
        top = HEADER + LANE_HEADER / 2
        for lane in self.shown.lanes:
            self.page.boxes.append(self.write((self.x(lane), top), lane, 10, weight="bold"))
        for part in self.shown.stretches:
            x, top, bottom = self.x(part.lane), self.y(part.first), self.y(part.last)
            self.page.soft.append(Box.around((x, (top + bottom) / 2), BAR * 1.6, bottom - top))
            if part.is_down:
                self.axes.plot([x, x], [top, bottom], color=DOWN, lw=1.4, ls=(0, (2, 2)), zorder=2)
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
        number, colour = str(mark.row), INK
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
        self._mark_label(mark, at, colour)

    def _mark_label(self, mark: Mark, at: Point, colour: str) -> None:
        lines = self._label_lines(mark, colour)
        width, height = self._label_size(mark)
        places: list[tuple[Box, str]] = []
        for raised in (0.0, -0.1, 0.1, -0.16, 0.16):
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

    def _label_size(self, mark: Mark) -> tuple[float, float]:
        sizes = [extent(line.text, line.size, bold=line.is_bold) for line in self._label_lines(mark, INK)]
        return max(width for width, _ in sizes) + 0.04, sum(height for _, height in sizes)

    def _label_lines(self, mark: Mark, colour: str) -> list[_Line]:
        is_bold = mark.decision is not None or mark.fault is not None
        name = f"{mark.row} {mark.action}" if mark.fault in (Fault.CRASH, Fault.RESTART) else mark.action
        call = f"{name}({mark.arguments})" if mark.arguments else name
        lines = [_Line(call if len(call) <= LONGEST_CALL else name, NAME_PT, colour, is_bold=is_bold)]
        if len(call) > LONGEST_CALL and mark.arguments:
            wrapped = textwrap.wrap(f"({mark.arguments})", LONGEST_CALL + 6, break_long_words=False)
            lines += [_Line(_shortened(text), PHASE_PT, FAINT) for text in wrapped[:2]]
        if mark.phase and mark.is_new_phase:
            lines.append(_Line(mark.phase.name, PHASE_PT, colour if mark.decision else FAINT))
        lines += [_Line(_shortened(f"sends {message}"), PHASE_PT, FAINT, is_message=True) for message in mark.unread[:2]]
        return lines

    def _network_fault(self, mark: Mark) -> None:
        y = self.y(mark.row)
        name = mark.fault.name.lower() if mark.fault else ""
        label = f"{mark.row}  {mark.action}" if name in mark.action else f"{mark.row}  {name}: {mark.action}"
        label += f"({mark.arguments})" if mark.arguments else ""
        self.axes.plot([MARGIN, self.width - MARGIN], [y, y], color=ALARM, lw=1.2, ls=(0, (5, 3)), zorder=3)
        width, height = extent(label, NAME_PT, bold=True)
        box = Box.around((self.width / 2, y), width + 0.16, height + 0.06)
        style = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": ALARM, "linewidth": 1.0}
        self.write(box.centre, label, NAME_PT, weight="bold", color=ALARM, bbox=style)
        self.page.boxes.append(box)

    def _region(self, region: Region) -> None:
        top, bottom = self.y(region.first), self.y(region.last) + (0.0 if region.is_healed else 0.24)
        groups = region.groups or (self.shown.lanes,)
        edges: list[float] = []
        for number, group in enumerate(groups):
            places = sorted(self.shown.lanes.index(lane) for lane in group)
            for place in places:
                # Lane by lane, since a second partition may cut groups that do not stand together.
                left, right = (MARGIN + self.gutter + self.column * (place + side) for side in (0, 1))
                left -= self.gutter * (place == 0)
                is_first, is_last = place - 1 not in places, place + 1 not in places
                gap = 0.05
                left, right = left + gap * is_first, right - gap * is_last
                tint = GROUP_TINTS[number % len(GROUP_TINTS)]
                self.axes.fill_between([left, right], top, bottom, color=tint, lw=0, zorder=0)
                edges += [right + gap] if is_last and place + 1 < len(self.shown.lanes) else []
        for x in sorted(set(edges)):
            self.axes.plot([x, x], [top, bottom], color=ALARM, lw=1.6, ls=(0, (5, 3)), zorder=1)
            self.page.lines.append(((x, top), (x, bottom)))

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
            look = {"arrowstyle": "-|>", "mutation_scale": 9, "color": ARROW, "linewidth": 0.9, "zorder": 3}
            ends = {"shrinkA": 7, "shrinkB": 7.5, "connectionstyle": bow}
            self.axes.add_patch(FancyArrowPatch(curve.start, curve.end, **ends, **look))
        for arrow, curve in zip(self.shown.arrows, self.curves, strict=True):
            width, height = extent(arrow.label, MESSAGE_PT)
            ways = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8, 0.15, 0.85)
            places = [Box.around(curve.point(t), width + 0.1, height + 0.08) for t in ways]
            chosen = places[self.page.place(places, over=curve.segments())]
            style = {"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.88}
            self.write(chosen.centre, arrow.label, MESSAGE_PT, style="italic", bbox=style, zorder=5)

    # ---- legend

    def _legend(self) -> None:
        marks: list[Line2D] = []
        for text, colour, kind in legend_phases(self.colours):
            if kind is not None:
                marks.append(Line2D([], [], marker=DECISION_SHAPES[kind], ms=8, color=colour, ls="", label=text))
            else:
                marks.append(Line2D([], [], color=colour, lw=72 * BAR, solid_capstyle="butt", label=text))
        faults = {mark.fault for mark in self.shown.marks}
        if Fault.CRASH in faults:
            marks.append(Line2D([], [], marker="x", ms=8, mew=2.5, color=INK, ls="", label="crash"))
        if Fault.RESTART in faults:
            marks.append(Line2D([], [], marker="^", ms=8, mfc="white", mec=INK, ls="", label="restart"))
        if self.shown.arrows:
            marks.append(Line2D([], [], marker=">", ms=4, color=ARROW, lw=0.9, label="message"))
        if self.shown.regions:
            marks.append(Line2D([], [], color=ALARM, lw=1.4, ls=(0, (4, 2)), label="partition: nothing crosses"))
        if marks:
            wide = max(extent(str(mark.get_label()), LEGEND_PT)[0] for mark in marks) + 0.5
            line = sum(extent(str(mark.get_label()), LEGEND_PT)[0] + 0.5 for mark in marks)
            columns = len(marks) if line < self.width else max(1, int(self.width / wide))
            self.axes.legend(
                handles=marks,
                loc="lower center",
                bbox_to_anchor=(0.5, 0.06 / self.height),
                ncols=columns,
                frameon=False,
                fontsize=LEGEND_PT,
                handlelength=1.5,
                columnspacing=1.4,
                handletextpad=0.5,
                borderaxespad=0,
            )


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE - 1]}…"


def extent(text: str, size: float, *, bold: bool = False) -> tuple[float, float]:
    """The width and height of a line of text in inches."""
    if not text:
        return 0.0, 0.0
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")
    box = TextPath((0, 0), text, size=size, prop=font, usetex=False).get_extents()
    return float(box.width) / 72, 1.15 * size / 72


def phase_colours(shown: Diagram) -> dict[Enum, str]:
    """The colour of each phase that occurs: its decision's, or one by its place in its enum."""
    phases = {part.phase for part in shown.stretches if part.phase is not None}
    return {phase: _phase_colour(phase) for phase in sorted(phases, key=lambda p: (type(p).__name__, p.name))}


def _phase_colour(phase: Enum) -> str:
    decided = decision(phase)
    if decided is not None:
        return DECISION_COLOURS[decided]
    undecided = [other for other in type(phase) if decision(other) is None]
    return PHASE_COLOURS[undecided.index(phase) % len(PHASE_COLOURS)]


def legend_phases(colours: dict[Enum, str]) -> list[tuple[str, str, Decision | None]]:
    """The phases of each colour, in the order of their enum; those of two enums may share one."""
    ordered = sorted(colours, key=lambda phase: list(type(phase)).index(phase))
    texts: dict[tuple[str, Decision | None], list[str]] = {}
    for phase in ordered:
        names = texts.setdefault((colours[phase], decision(phase)), [])
        if phase.name not in names:
            names.append(phase.name)
    return [(" / ".join(names), colour, kind) for (colour, kind), names in texts.items()]
