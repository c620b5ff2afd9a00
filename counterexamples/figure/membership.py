"""Sets of nodes as a picture: a row for each set, a column for each node, a disc where a node is a member.

Drawn with matplotlib: PNG or SVG, the same bytes for the same sets. Sizes are in inches.
"""

# As in `diagram`: the stubs of matplotlib leave `**kwargs` untyped.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from indoubt.counterexamples.figure.diagram import DPI, own_style
from indoubt.counterexamples.palette import BLUE, FAINT, GREEN, INK, VERMILLION

COLOURS = (BLUE, VERMILLION, GREEN, "#CC79A7", "#E69F00")
CELL, RADIUS, MARGIN, LINE = 0.5, 0.15, 0.3, 0.2
NARROWEST = 6.0
LETTERS_AN_INCH, BOLD_LETTERS_AN_INCH = 12.0, 9.5
HEAD, HEAD_OF_WEIGHTS = 0.3, 0.22
"""The rows above the sets: the names of the nodes, and their weights."""
COUNT = 1.6
"""Room behind a row for how many members its set has."""
MOST_NODES = 60

Sets = Sequence[tuple[str, Sequence[int]]]


def save_sets(path: Path, *, title: str, caption: str, nodes: int, sets: Sets, weights: Sequence[int] = ()) -> None:
    """Write the picture of some sets of the nodes 0 to `nodes - 1`; `weights` has one for each node, or none at all.

    Raises ValueError for more nodes than a picture can show.
    """
    if nodes > MOST_NODES:
        raise ValueError(f"{path}: {nodes} nodes are too many for a picture; it shows up to {MOST_NODES}")
    with own_style():
        figure = draw_sets(title=title, caption=caption, nodes=nodes, sets=sets, weights=weights)
        nothing = {"Software": None} if path.suffix.lower() == ".png" else {"Date": None, "Creator": None}
        figure.savefig(path, dpi=DPI, metadata=nothing)


def draw_sets(*, title: str, caption: str, nodes: int, sets: Sets, weights: Sequence[int] = ()) -> Figure:
    """The figure, for a notebook or for further drawing."""
    label = max([0.3, *(len(name) / BOLD_LETTERS_AN_INCH + 0.15 for name, _ in sets)])
    width = max(NARROWEST, 2 * MARGIN + label + nodes * CELL + COUNT)
    room = int((width - 2 * MARGIN) * LETTERS_AN_INCH)
    titles, captions = textwrap.wrap(title, room), textwrap.wrap(caption, room)
    top = MARGIN + LINE * len(titles) + 0.1
    rows = top + HEAD + HEAD_OF_WEIGHTS * bool(weights)
    height = rows + CELL * len(sets) + 0.1 + LINE * len(captions) + MARGIN
    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    axes: Axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)

    def x(node: int) -> float:
        return MARGIN + label + (node + 0.5) * CELL

    for number, one in enumerate(titles):
        axes.text(MARGIN, MARGIN + number * LINE, one, size=10, color=INK, weight="bold", va="center")
    for node in range(nodes):
        axes.text(x(node), top + HEAD / 2, f"n{node}", size=9, color=FAINT, ha="center", va="center")
        if weights:
            told = f"w {weights[node]}"
            axes.text(x(node), top + HEAD + HEAD_OF_WEIGHTS / 2, told, size=8, color=FAINT, ha="center", va="center")
    for row, (name, members) in enumerate(sets):
        y, colour = rows + (row + 0.5) * CELL, COLOURS[row % len(COLOURS)]
        corner = (MARGIN + label + 0.04, y - CELL / 2 + 0.06)
        lane = FancyBboxPatch(
            corner, nodes * CELL - 0.08, CELL - 0.12, boxstyle="round,pad=0,rounding_size=0.12", fc="#F4F6F8", ec="none"
        )
        axes.add_patch(lane)
        axes.text(MARGIN + label - 0.1, y, name, size=10, color=colour, weight="bold", ha="right", va="center")
        weighing = f", weight {sum(weights[node] for node in members)} of {sum(weights)}" if weights else ""
        count = f"{len(members)} of {nodes}{weighing}"
        axes.text(x(nodes) - CELL / 2 + 0.12, y, count, size=9, color=FAINT, va="center")
        for node in range(nodes):
            inside = node in members
            disc = Circle(
                (x(node), y), RADIUS if inside else 0.03, facecolor=colour if inside else "#C4CAD1", edgecolor="none"
            )
            axes.add_patch(disc)
    for number, one in enumerate(captions):
        place = rows + CELL * len(sets) + 0.2 + number * LINE
        axes.text(MARGIN, place, one, size=9, color=INK, va="center")
    return figure
