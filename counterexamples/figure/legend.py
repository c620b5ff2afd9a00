"""The legend of a space-time diagram: the phases, faults and messages that occur in it."""

# pyright: reportUnknownMemberType=false
# As in `figure`: the stubs of matplotlib leave `**kwargs` untyped.

from __future__ import annotations

from enum import Enum

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from indoubt.counterexamples.figure.measuring import extent
from indoubt.counterexamples.palette import ALARM, ARROW, DECISION_SHAPES, INK, legend_phases
from indoubt.counterexamples.space_time import Diagram
from indoubt.specs.language.machine import Fault

LEGEND_PT = 7.5
BAR = 0.085  # how wide a lane is


def add_legend(axes: Axes, shown: Diagram, colours: dict[Enum, str], width: float, height: float) -> None:
    """Put the legend below a diagram, on a page of this size in inches."""
    marks: list[Line2D] = []
    for text, colour, kind in legend_phases(colours):
        if kind is not None:
            marks.append(Line2D([], [], marker=DECISION_SHAPES[kind], ms=8, color=colour, ls="", label=text))
        else:
            marks.append(Line2D([], [], color=colour, lw=72 * BAR, solid_capstyle="butt", label=text))
    faults = {mark.fault for mark in shown.marks}
    if Fault.CRASH in faults:
        marks.append(Line2D([], [], marker="x", ms=8, mew=2.5, color=INK, ls="", label="crash"))
    if Fault.RESTART in faults:
        marks.append(Line2D([], [], marker="^", ms=8, mfc="white", mec=INK, ls="", label="restart"))
    if shown.lying:
        marks.append(Line2D([], [], color=ALARM, lw=1.4, ls=(0, (2, 2)), label="Byzantine: says anything"))
    if shown.arrows:
        marks.append(Line2D([], [], marker=">", ms=4, color=ARROW, lw=0.9, label="message"))
    if any(region.is_complete for region in shown.regions):
        marks.append(Line2D([], [], color=ALARM, lw=1.4, ls=(0, (4, 2)), label="partition: nothing crosses"))
    if any(not region.is_complete for region in shown.regions):
        marks.append(Line2D([], [], color=ALARM, lw=1.2, ls=(0, (1, 2)), label="partition: some links are cut"))
    if marks:
        wide = max(extent(str(mark.get_label()), LEGEND_PT)[0] for mark in marks) + 0.5
        line = sum(extent(str(mark.get_label()), LEGEND_PT)[0] + 0.5 for mark in marks)
        columns = len(marks) if line < width else max(1, int(width / wide))
        axes.legend(
            handles=marks,
            loc="lower center",
            bbox_to_anchor=(0.5, 0.06 / height),
            ncols=columns,
            frameon=False,
            fontsize=LEGEND_PT,
            handlelength=1.5,
            columnspacing=1.4,
            handletextpad=0.5,
            borderaxespad=0,
        )
