"""The space-time figure: what is in it, and that the same trace gives the same bytes."""

# pyright: reportUnknownMemberType=false
# The stubs of matplotlib leave some parameters untyped, which makes what has them "partially unknown".

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.lines import Line2D

from indoubt.counterexamples import figure
from indoubt.counterexamples.figure.measuring import extent, fitted
from indoubt.counterexamples.labels import label_of
from indoubt.counterexamples.palette import ALARM, BLUE, DECISION_SHAPES, GREEN, PHASE_COLOURS, REPEATED, VERMILLION
from indoubt.counterexamples.placing import BENDS, CLEARANCE, Box, Curve, Page, bent_around
from indoubt.counterexamples.record import record
from indoubt.counterexamples.replay import replay
from indoubt.counterexamples.space_time import Decision, Mark, decision, diagram
from indoubt.counterexamples.trace import Trace
from indoubt.specs.commit.two_phase import RM, RMState, TwoPhase
from indoubt.specs.language import (
    Map,
    Message,
    Set,
    Sort,
    Spec,
    action,
    empty,
    eventually,
    eventually_always,
    every,
    require,
)
from indoubt.specs.language.machine import Fault


def svg(trace: Trace, folder: Path) -> str:
    """The figure as SVG."""
    figure.save(trace, folder / "figure.svg")
    return (folder / "figure.svg").read_text(encoding="utf-8")


def words(drawn: str) -> list[str]:
    """The texts of an SVG."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawn)


def test_a_png_is_a_png_at_twice_the_width_of_a_column(split: Trace, tmp_path: Path) -> None:
    """The signature, then the header with the size in pixels."""
    figure.save(split, tmp_path / "figure.png")
    content = (tmp_path / "figure.png").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20]) == 1800


def test_an_svg_has_lanes_actions_messages_and_the_verdict_as_text(split: Trace, tmp_path: Path) -> None:
    """Text that can be searched and selected."""
    shown = words(svg(split, tmp_path))
    assert "SplitCommit: agreement is violated after 12 steps" in shown
    assert "No site commits while another aborts." in shown
    assert {"coordinator", "Site0", "Site1", "Site2"} <= set(shown)
    assert {"ask", "vote_yes", "precommit", "obey", "commit", "learn", "take_over", "follow", "give_up"} <= set(shown)
    assert {"Ask", "Yes", "PreCommit", "Ack", "Decide(COMMITTED)", "MoveTo", "Moved"} <= set(shown)
    assert {str(number) for number in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)} <= set(shown)


def test_decisions_differ_in_colour_and_in_shape(split: Trace, tmp_path: Path) -> None:
    """Blue squares commit and vermillion diamonds abort."""
    drawn = svg(split, tmp_path).upper()
    assert BLUE in drawn
    assert VERMILLION in drawn
    assert len(set(DECISION_SHAPES.values())) == len(Decision)


def test_no_phase_has_the_colour_of_a_decision() -> None:
    """Nor of another phase."""
    assert len({*PHASE_COLOURS, BLUE, VERMILLION, GREEN}) == len(PHASE_COLOURS) + 3


def test_a_partition_is_drawn_only_where_there_is_one(split: Trace, desk: Trace, tmp_path: Path) -> None:
    """With the dashed line between the groups, and a line in the legend."""
    assert "partition: nothing crosses" in words(svg(split, tmp_path))
    assert ALARM.lower() in svg(split, tmp_path)
    assert "partition: nothing crosses" not in words(svg(desk, tmp_path))
    assert ALARM.lower() not in svg(desk, tmp_path)


def test_the_groups_of_a_partition_stand_together(storm: Trace) -> None:
    """The lane that is cut off moves to the edge; the region ends where the partition heals."""
    shown = diagram(replay(storm))
    assert shown.lanes == ("coordinator", "Site0", "Site2", "Site1")
    (region,) = shown.regions
    assert (region.first, region.last, region.is_healed) == (6, 9, True)


def test_a_lane_is_down_from_its_crash_to_its_restart(storm: Trace) -> None:
    """And to the end where it does not come back."""
    shown = diagram(replay(storm))
    down = [(part.lane, part.first, part.last) for part in shown.stretches if part.is_down]
    assert down == [("coordinator", 15, 17), ("Site0", 13, 17), ("Site1", 4, 10)]
    assert shown.down == {"coordinator", "Site0"}


def test_crashes_and_restarts_are_drawn_with_their_numbers(storm: Trace, tmp_path: Path) -> None:
    """Their marks have no room for one."""
    shown = words(svg(storm, tmp_path))
    assert {"4 crash", "10 restart", "9  heal", "COMMITTED, down", "crash", "restart"} <= set(shown)


def test_the_lanes_that_decide_the_property_are_marked(split: Trace) -> None:
    """Those in the evidence."""
    assert diagram(replay(split)).shown == {"Site0", "Site1"}


def test_a_message_that_nobody_reads_is_named_beside_its_step(split: Trace, tmp_path: Path) -> None:
    """There is no arrow to put it on."""
    assert "sends Decide(ABORTED)" in words(svg(split, tmp_path))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("COMMITTED", Decision.COMMIT), ("ABORTED", Decision.ABORT), ("WORKING", None), ("PREPARED", None)],
)
def test_the_name_of_a_phase_tells_the_decision(name: str, expected: Decision | None) -> None:
    """By how it begins."""
    assert decision(RMState[name]) is expected


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_same_trace_gives_the_same_bytes(suffix: str, split: Trace, tmp_path: Path) -> None:
    """No dates, no random ids."""
    for name in ("one", "two"):
        figure.save(split, (tmp_path / name).with_suffix(suffix))
    assert (tmp_path / "one").with_suffix(suffix).read_bytes() == (tmp_path / "two").with_suffix(suffix).read_bytes()


def test_hash_randomisation_does_not_change_a_figure(tmp_path: Path) -> None:
    """Sets are drawn in an order of their own."""
    program = (
        "import sys; from indoubt.counterexamples import figure, record; from indoubt.specs.commit.two_phase import *;"
        "calls = [('rm_prepare', RM(n)) for n in range(3)] + [('tm_rcv_prepared', RM(n)) for n in range(3)];"
        "figure.save(record.record(TwoPhase(RM=3), [*calls, ('tm_commit',)]), sys.argv[1])"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / f"{seed}.svg")],
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        )
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()


def test_the_style_of_the_user_neither_changes_nor_is_changed(split: Trace, tmp_path: Path) -> None:
    """Whatever was set in matplotlib before."""
    plain = svg(split, tmp_path)
    with mpl.rc_context({"font.size": 22.0, "font.family": ["serif"], "svg.fonttype": "path"}):
        assert svg(split, tmp_path) == plain
        assert mpl.rcParams["font.size"] == 22.0


def test_another_suffix_is_told_what_is_possible(split: Trace, tmp_path: Path) -> None:
    """Before anything is drawn."""
    with pytest.raises(
        ValueError, match=r"figure\.jpg: a figure is written as PNG or SVG; end its name in \.png or \.svg"
    ):
        figure.save(split, tmp_path / "figure.jpg")


def test_a_trace_without_steps_or_nodes_can_be_drawn(tmp_path: Path) -> None:
    """Nothing happens on the lanes."""
    assert "TwoPhase: a run of 0 steps" in words(svg(record(TwoPhase(RM=1), []), tmp_path))


def test_many_lanes_make_the_figure_wider(tmp_path: Path) -> None:
    """Rather than the labels smaller."""
    drawn = figure.draw(record(TwoPhase(RM=9), [("rm_prepare", RM(8))]))
    assert drawn.get_size_inches()[0] > 9
    drawn.savefig(tmp_path / "figure.png")


@pytest.mark.parametrize("name", ["split", "storm", "desk"])
def test_no_two_labels_cover_each_other(name: str, request: pytest.FixtureRequest) -> None:
    """Measured as they are drawn, with a tolerance of a third of a point."""
    drawn = figure.draw(request.getfixturevalue(name))
    (axes,) = drawn.axes
    boxes = [(text.get_text(), text.get_window_extent().padded(-0.5)) for text in axes.texts if text.get_text()]
    covered = [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.overlaps(other)]
    assert covered == []


def points(line: Line2D) -> list[list[float]]:
    """The ends and corners of a line."""
    found: list[list[float]] = np.asarray(line.get_xydata(), dtype=float).tolist()
    return found


class Peer(Sort): ...


class Announcement(Message):
    source: Peer
    origin: Peer
    previous: Peer
    repeated: Peer


class Wordy(Spec):
    """Sends messages whose names are wider than a column."""

    wire: Set[Announcement] = empty()
    known: Map[Peer, Set[Announcement]] = every(empty())

    @action(by="p")
    def announce(self, p: Peer, q: Peer) -> None:
        self.wire.add(Announcement(p, q, q, q))

    @action
    def learn_of_an_announcement(self, p: Peer, m: Announcement) -> None:
        require(m in self.wire)
        self.known[p].add(m)


def test_no_text_of_a_step_or_a_message_covers_a_lane_that_is_not_its_own() -> None:
    """Long ones end in an ellipsis."""
    far, near = (Announcement(Peer(0), Peer(n), Peer(n), Peer(n)) for n in (4, 3))
    calls = [("announce", Peer(n), Peer(m)) for n, m in ((0, 4), (0, 3), (1, 3))]
    learnt = [("learn_of_an_announcement", Peer(4), far), ("learn_of_an_announcement", Peer(1), near)]
    drawn = figure.draw(record(Wordy(Peer=5), [*calls, *learnt]))
    (axes,) = drawn.axes
    bars = [line.get_window_extent() for line in axes.lines if len({x for x, _ in points(line)}) == 1]
    texts = [text for text in axes.texts if "(" in text.get_text() or "…" in text.get_text()]
    assert any("…" in text.get_text() for text in texts)
    covered = [text.get_text() for text in texts for bar in bars if text.get_window_extent().overlaps(bar)]
    assert covered == []


class Light(Spec):
    """Goes on and off, and is to stay on."""

    broken: bool = False
    is_on: bool = False

    @action
    def light(self) -> None:
        self.is_on = True

    @action
    def darken(self) -> None:
        require(self.is_on)
        self.is_on = False

    @eventually_always
    def it_stays_on(self) -> bool:
        return self.is_on

    @eventually
    def it_breaks(self) -> bool:
        """Sooner or later."""
        return self.broken


def forever(calls: list[tuple[object, ...]], shows: str, kind: str, back_to: int) -> Trace:
    """A run that breaks a temporal property."""
    return dataclasses.replace(record(Light(), calls), property=shows, kind=kind, back_to=back_to)


def test_a_cycle_is_drawn_from_the_last_row_back(tmp_path: Path) -> None:
    """The arrow spans the rows of the steps that are repeated, and says which they are."""
    trace = forever([("light",), ("light",), ("darken",), ("light",)], "it_stays_on", "eventually_always", 1)
    shown = diagram(replay(trace))
    assert (shown.repeated, shown.stands_still, shown.last_row) == ((2, 4), False, 5)
    assert "steps 2 to 4, for ever" in words(svg(trace, tmp_path))
    (axes,) = figure.draw(trace).axes
    rows = [float(text.get_position()[1]) for text in axes.texts if text.get_text() in ("1", "2", "4")]
    (arrow,) = [line for line in axes.lines if line.get_color() == REPEATED]
    heights = [y for _, y in points(arrow)]
    assert rows[0] < min(heights) < rows[1] < rows[2] < max(heights)


def test_a_run_that_stands_still_says_so_after_its_last_step(tmp_path: Path) -> None:
    """In a row of its own; there is no arrow back."""
    trace = forever([("light",)], "it_breaks", "eventually", 1)
    shown = diagram(replay(trace))
    assert (shown.repeated, shown.stands_still, shown.last_row) == (None, True, 3)
    assert "stands still for ever" in words(svg(trace, tmp_path))


@pytest.mark.parametrize("name", ["split", "desk"])
def test_a_trace_that_ends_has_nothing_that_is_for_ever(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Nor has its figure the colour of it."""
    assert REPEATED.lower() not in svg(request.getfixturevalue(name), tmp_path).lower()


def test_a_text_is_shortened_to_the_room_that_there_is() -> None:
    """As much as fits, with an ellipsis; one that fits stays as it is."""
    text = "AppendEntries(Term2, 0, None)"
    width = extent(text, 8)[0]
    assert fitted(text, width, 8) == text
    short = fitted(text, width / 2, 8)
    assert short.endswith("…")
    assert text.startswith(short[:-1])
    assert width / 2 - 0.1 < extent(short, 8)[0] <= width / 2
    assert fitted(text, 0.0, 8) == "…"


def test_an_arrow_keeps_clear_of_marks_that_are_not_its_own() -> None:
    """Three steps in a line: the arrow from the first to the third goes around the second, and never back in time."""
    curve = bent_around((0.0, 0.0), (4.0, 0.8), [(0.0, 0.0), (2.0, 0.4), (4.0, 0.8)], [])
    assert curve.bend in BENDS[1:]
    x, y = curve.point(0.5)
    assert ((x - 2.0) ** 2 + (y - 0.4) ** 2) ** 0.5 >= CLEARANCE
    assert all(upper <= lower for (_, upper), (_, lower) in pairwise(curve.points()))


def test_a_straight_arrow_stays_straight() -> None:
    """Where nothing is in its way."""
    assert bent_around((0.0, 0.0), (4.0, 0.8), [(2.0, 2.0)], []) == Curve((0.0, 0.0), (4.0, 0.8), 0.0)


def test_a_label_takes_the_first_place_that_is_free() -> None:
    """And is then in the way of others."""
    page = Page(10)
    places = [Box(1, 1, 2, 2), Box(3, 1, 4, 2)]
    assert [page.place(places), page.place(places)] == [0, 1]


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [((0, 1.5), (3, 1.5), 1.0), ((1.5, 0), (1.5, 1.5), 0.5), ((0, 0), (3, 0.5), 0.0), ((1, 1), (2, 2), 2**0.5)],
)
def test_the_part_of_a_line_inside_a_box_is_measured(
    start: tuple[float, float], end: tuple[float, float], length: float
) -> None:
    """Across, into, past, and corner to corner."""
    assert Box(1, 1, 2, 2).within(start, end) == pytest.approx(length)


def test_a_name_that_is_too_long_for_one_line_has_two() -> None:
    """The nodes above the handler, so that nothing of either is left out."""
    mark = Mark(10, "P1", "participants.suspect_wrongly", "Coordinator0", (), Fault.MISTAKE, None, is_new_phase=False)
    assert [line.text for line in label_of(mark, 3.0)] == ["participants.suspect_wrongly", "(Coordinator0)"]
    assert [line.text for line in label_of(mark, 1.5)] == ["participants.", "suspect_wrongly", "(Coordinator0)"]
