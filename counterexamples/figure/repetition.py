"""How a figure shows that a run goes on for ever: it stands still, or does the last steps again and again."""

# pyright: reportUnknownMemberType=false
# As in `figure`: the stubs of matplotlib leave `**kwargs` untyped.

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from indoubt.counterexamples.palette import REPEATED

STRIP = 0.5  # of the page, at its right edge, for the arrow back
TICK, SIZE = 0.16, 7.6


def draw_arrow_back(axes: Axes, x: float, top: float, bottom: float, text: str) -> None:
    """An arrow from the last state up along the side to the equal one, with what it says beside it."""
    axes.plot([x - TICK, x, x], [bottom, bottom, top], color=REPEATED, lw=1.3, solid_capstyle="round", zorder=3)
    axes.add_patch(
        FancyArrowPatch(
            (x, top), (x - TICK - 0.05, top), arrowstyle="-|>", mutation_scale=10, color=REPEATED, lw=1.3, shrinkA=0
        )
    )
    middle = (top + bottom) / 2
    axes.text(x + 0.1, middle, text, fontsize=SIZE, color=REPEATED, rotation=90, ha="center", va="center")


def draw_standstill(axes: Axes, left: float, right: float, y: float, text: str) -> None:
    """A line across all lanes, below the last step."""
    axes.plot([left, right], [y, y], color=REPEATED, lw=1.2, ls=(0, (1, 2)), zorder=3)
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": REPEATED, "linewidth": 1.0}
    middle = (left + right) / 2
    axes.text(middle, y, text, fontsize=SIZE, color=REPEATED, ha="center", va="center", bbox=box, zorder=6)
