"""Charts of a report: rates and memory of the tools, and the growth of time and memory with the states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("agg")  # before pyplot: no screen is needed

import matplotlib.pyplot as plt

from benchmarks.growth import Point
from benchmarks.report import Report, instances

COLOURS = {"indoubt": "#0b6e4f", "Spin": "#c8553d", "rumur": "#3d5a80", "TLC": "#8d8741", "Stateright": "#7b4f9d"}
SEVERAL = "#6cc3a0"
LEAST = 10_000
"""States of an instance that is drawn; for a smaller one, a process is mostly its start."""


def draw(report: Report, path: Path) -> None:
    """Bars for each instance: states a second, and bytes a state, the first on a logarithmic scale."""
    figure, panels = _panels(2)
    tools = list(dict.fromkeys(one.tool for one in report.measured))
    by_instance = {name: rows for name, rows in instances(report.measured).items() if rows[0].distinct >= LEAST}
    width = 0.8 / len(tools)
    for place, tool in enumerate(tools):
        colour = COLOURS.get(tool, SEVERAL)
        for position, rows in enumerate(by_instance.values()):
            for one in rows:
                if one.tool == tool:
                    at = position + (place - (len(tools) - 1) / 2) * width
                    values = (one.distinct / one.median_s / 1e6, one.bytes_per_state)
                    for panel, value in zip(panels, values, strict=True):
                        panel.bar(at, value, width, color=colour, label=tool)
                        panel.text(at, value, f"{value:.3g}", ha="center", va="bottom", fontsize=7)
    titles = ("million states a second of processor time", "bytes a state, peak resident memory")
    for panel, title in zip(panels, titles, strict=True):
        panel.set_title(title, fontsize=10)
        panel.set_xticks(range(len(by_instance)), [name.replace(" ", "\n", 1) for name in by_instance], fontsize=8)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_yscale("log")
    panels[0].set_ylim(bottom=0.01)
    handles, labels = panels[0].get_legend_handles_labels()
    unique = dict(zip(labels, handles, strict=True))
    figure.legend(unique.values(), unique.keys(), loc="outside lower center", ncols=len(unique), frameon=False)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def draw_growth(points: list[Point], path: Path) -> None:
    """Search time against transitions, and memory against states, for growing sizes of one spec."""
    figure, panels = _panels(2)
    axes = (
        ([point.generated for point in points], [point.search_s for point in points], "transitions", "seconds"),
        ([point.distinct for point in points], [point.stored_bytes / 1e6 for point in points], "states", "megabytes"),
    )
    for panel, (across, up, horizontal, vertical) in zip(panels, axes, strict=True):
        panel.plot(across, up, "o-", color=COLOURS["indoubt"], label="measured")
        slope = up[-1] / across[-1]
        panel.plot(across, [slope * value for value in across], ":", color="grey", label="linear, through the last")
        for point, x, y in zip(points, across, up, strict=True):
            panel.annotate(str(point.members), (x, y), textcoords="offset points", xytext=(6, -10), fontsize=8)
        panel.set(xscale="log", yscale="log", xlabel=horizontal, ylabel=vertical)
        panel.legend(frameon=False, fontsize=8)
        panel.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"TwoPhase with {points[0].members} to {points[-1].members} resource managers", fontsize=10)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _panels(count: int) -> tuple[Any, Any]:
    return plt.subplots(1, count, figsize=(11, 4.6), layout="constrained")
