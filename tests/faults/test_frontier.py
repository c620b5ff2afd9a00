"""`indoubt frontier`: what follows is what a run says, for every kind of property; the table, the data, the figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from budgeted import Deciding, Insistent, Mast, Odd, Waiting
from examples.nodes_talking import Peers
from examples.snapshot import Snapshot

from indoubt import Verdict, ablate, check, frontier
from indoubt.faults.asking import Decided
from indoubt.faults.cells import Frontier
from indoubt.faults.frontier_report import lines_of, plain, to_data
from indoubt.finding.specs import UsageError
from indoubt.runs.environment import BUDGETS
from indoubt.specs.commit.three_phase_commit import Detector, Termination
from indoubt.specs.language import Network

REFERENCE: dict[str, Any] = {"engine": "reference"}
NODES = Path(__file__).parents[1] / "examples" / "nodes_two_phase.py"


def verdicts(shown: Frontier) -> dict[tuple[str, tuple[int, ...]], Verdict]:
    """What is known of each property in each cell."""
    return {(one.name, cell): shown.verdict(one.name, cell) for one in shown.claims for cell in shown.cells}


@pytest.mark.parametrize(
    ("spec", "settings", "most_runs"),
    [
        (Mast, {"Node": 3, "cuts": range(5), "rots": range(4)}, 12),
        (Odd, {"Node": 3, "cuts": range(3), "rots": range(3)}, 9),
        (Deciding, {"Node": 3, "cuts": range(4), "rots": range(2)}, 8),
        (Waiting, {"losses": range(4)}, 3),
        (Insistent, {"losses": range(3)}, 3),
        ("three_phase_commit", {"Participant": 1, "crashes": range(3), "restarts": range(2)}, 6),
        ("two_phase_commit", {"Participant": 2, "crashes": range(3), "force_decision": False}, 3),
        ("two_phase_commit", {"Participant": 1, "coordinator_crashes": range(2), "participant_crashes": range(2)}, 4),
    ],
)
@pytest.mark.parametrize("deadlock", [False, True])
def test_what_follows_is_what_a_run_says(spec: Any, settings: dict[str, Any], most_runs: int, deadlock: bool) -> None:
    """Cell by cell, the answers are those of running every cell."""
    quick = frontier(spec, deadlock=deadlock, **REFERENCE, **settings)
    whole = frontier(spec, deadlock=deadlock, run_all=True, **REFERENCE, **settings)
    assert verdicts(quick) == verdicts(whole)
    assert len(whole.runs) == len(whole.cells)
    assert deadlock or len(quick.runs) <= most_runs
    for (name, _), found in quick.findings.items():
        if found.because is not None:
            assert found.because in quick.runs
            assert quick.findings[name, found.because].verdict is found.verdict


def test_the_frontier_of_three_phase_commit() -> None:
    """With a perfect detector crashes do no harm, and one partition breaks agreement with nobody dead."""
    shown = frontier("three_phase_commit", Participant=2, crashes=range(3), partitions=range(2))
    assert shown.breaks_with("agreement") == [(0, 1)]
    assert shown.survives("agreement") == [(2, 0)]
    assert shown.findings["agreement", (0, 1)].found is not None
    crashes = frontier(
        "three_phase_commit", Participant=2, detector=Detector.PERFECT, crashes=range(4), partitions=range(2)
    )
    assert not any(crashes.breaks_with(one.name) for one in crashes.claims)
    assert shown.exit_status == 1
    assert crashes.exit_status == 0


def test_the_frontier_of_the_textbook_rule() -> None:
    """One crash breaks it, whatever the detector."""
    shown = frontier(
        "three_phase_commit",
        Participant=2,
        rule=Termination.TEXTBOOK,
        detector=Detector.PERFECT,
        crashes=range(3),
        **REFERENCE,
    )
    assert shown.breaks_with("agreement") == [(1,)]
    assert shown.survives("agreement") == [(0,)]
    found = shown.findings["agreement", (1,)].found
    assert found is not None
    assert found.trace is not None
    assert len(found.trace) == 11


def test_what_is_reached_goes_the_other_way() -> None:
    """Two cuts are needed to have two ropes cut, and more do as well."""
    shown = frontier(Mast, Node=3, cuts=range(5), **REFERENCE)
    half = [shown.verdict("half_cut", (cuts,)) for cuts in range(5)]
    assert half == [Verdict.VIOLATED] * 2 + [Verdict.HOLDS] * 3


def test_a_cell_that_is_not_decided_says_nothing() -> None:
    """A limit leaves a cell open, and others are not taken for it."""
    shown = frontier("three_phase_commit", Participant=2, crashes=range(3), properties=["agreement"], max_states=200)
    assert [shown.verdict("agreement", (n,)) for n in range(3)] == [
        Verdict.HOLDS,
        Verdict.INCONCLUSIVE,
        Verdict.INCONCLUSIVE,
    ]
    assert shown.exit_status == 3
    assert all(not found.is_inferred for found in shown.findings.values())


def test_a_large_cell_waits_for_the_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a first try does not decide is run again with more, or follows from a cell that was smaller."""
    monkeypatch.setattr("indoubt.faults.grid.FIRST_TRY", {"native": 300, "reference": 300})
    settings: dict[str, Any] = {"Participant": 2, "crashes": range(4), "partitions": range(2)}
    shown = frontier("three_phase_commit", properties=["agreement"], **REFERENCE, **settings)
    assert shown.breaks_with("agreement") == [(0, 1)]
    assert shown.survives("agreement") == [(3, 0)]
    assert shown.findings["agreement", (3, 1)].is_inferred
    assert shown.runs[3, 1].is_postponed
    assert max(shown.runs[3, 1].distinct) <= 310
    assert not shown.open("agreement")


def test_a_size_of_a_quorum_is_run_cell_by_cell() -> None:
    """A parameter that is no budget of faults may be tried as well, and nothing follows."""
    sizes: dict[str, Any] = {"Acceptor": 2, "Value": 2, "Ballot": 2, "phase_2_quorum": 1, "phase_1_quorum": range(1, 3)}
    shown = frontier("paxos_with_faults", **sizes, properties=["agreement"])
    assert [shown.verdict("agreement", (n,)) for n in (1, 2)] == [Verdict.VIOLATED, Verdict.HOLDS]
    assert len(shown.runs) == 2


def test_a_system_of_nodes() -> None:
    """Its budgets are those of the run; a restart without a crash is no run."""
    shown = frontier(str(NODES), RM=2, crashes=range(2), restarts=range(2), losses=range(2), network="bag")
    assert [axis.name for axis in shown.axes] == ["crashes", "restarts", "losses"]
    assert set(shown.impossible) == {(0, 1, 0), (0, 1, 1)}
    assert shown.survives("consistent") == [(1, 1, 1)]
    assert len(shown.runs) == 2


def test_the_defaults_are_the_budgets_that_are_declared() -> None:
    """Up to two crashes, one of each other fault; what the run sets is left alone."""
    shown = frontier("three_phase_commit", Participant=1, heals=1, properties=["agreement"])
    assert [(axis.name, axis.values) for axis in shown.axes] == [
        ("crashes", (0, 1, 2)),
        ("restarts", (0, 1)),
        ("partitions", (0, 1)),
    ]


def test_with_many_budgets_single_faults_come_first() -> None:
    """Of eight budgets, each fault alone is decided before the largest cell, and the rest of the grid is cheap."""
    tried: list[dict[str, int]] = []

    def tell(values: Mapping[str, int], _: Decided) -> None:
        tried.append({name: value for name, value in values.items() if value})
        if len(tried) == 7:
            raise KeyboardInterrupt

    most = {"restarts": range(2), "amnesias": range(2), "pauses": range(2), "torn": range(2)}
    asked: dict[str, Any] = {**most, "losses": range(2), "duplicates": range(2), "partitions": range(2)}
    shown = frontier(
        "two_phase_nodes",
        RM=1,
        crashes=range(3),
        network="bag",
        properties=["consistent"],
        told=tell,
        **asked,
        **REFERENCE,
    )
    assert shown.is_interrupted
    assert len(shown.cells) > 200
    single = ["partitions", "duplicates", "losses", "torn", "pauses", "crashes"]
    assert tried == [{}, *({name: 1} for name in single)]
    assert not shown.breaks_with("consistent")
    assert shown.survives_so_far("consistent") == shown.survives("consistent")
    assert "crashes=1, so far" in plain(lines_of(shown, "two_phase_nodes"))
    assert shown.elapsed_s >= sum(one.elapsed_s for one in shown.runs.values())


def test_small_cells_come_first_where_the_largest_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """With many budgets, the sizes of the cells only rise from then on."""
    monkeypatch.setattr("indoubt.faults.grid.FIRST_TRY", {"native": 30, "reference": 30})
    monkeypatch.setattr("indoubt.faults.grid.FEW_AXES", 1)
    tried: list[int] = []

    def tell(values: Mapping[str, int], _: Decided) -> None:
        tried.append(sum(values.values()))
        if len(tried) == 8:
            raise KeyboardInterrupt

    asked: dict[str, Any] = {"Participant": 1, "crashes": range(3), "restarts": range(2), "partitions": range(2)}
    shown = frontier("three_phase_commit", properties=["agreement"], told=tell, **asked, **REFERENCE)
    assert shown.runs[2, 1, 1].is_postponed
    assert tried == [0, 1, 1, 1, 4, 2, 2, 2]


def test_what_is_smallest_or_largest_so_far_says_so() -> None:
    """As long as a cell on the other side is open; in text, and as data."""
    whole = frontier(Mast, Node=3, cuts=range(5), properties=["half_cut", "stands"], **REFERENCE)
    (broken,) = whole.breaks_with("stands")
    assert whole.breaks_with_so_far("stands") == whole.survives_so_far("stands") == []
    assert "so far" not in plain(lines_of(whole, "mast"))
    (held,) = whole.survives("stands")
    shown = replace(whole, findings={at: one for at, one in whole.findings.items() if at != ("stands", held)})
    below = (held[0] - 1,)
    assert shown.breaks_with("stands") == shown.breaks_with_so_far("stands") == [broken]
    assert shown.survives("stands") == shown.survives_so_far("stands") == [below]
    told = plain(lines_of(shown, "mast"))
    assert " states, so far  " in told
    assert "smaller budgets may break a property, or larger ones be survived: 1 verdict open" in told
    (data,) = [one for one in to_data(shown, "mast")["properties"] if one["name"] == "stands"]
    assert data["breaks_with_so_far"] == data["breaks_with"] == [{"cuts": broken[0]}]
    assert data["survives_so_far"] == data["survives"] == [{"cuts": below[0]}]


@pytest.mark.parametrize(("name", "kind"), [("Process", "size"), ("COINS", "bound")])
def test_sizes_and_bounds_have_no_range(name: str, kind: str) -> None:
    """A larger one is no larger budget; each value has a run of its own."""
    asked: dict[str, Any] = {"Process": 2, "channel": 1, "in_transit": 1, name: range(1, 3)}
    with pytest.raises(UsageError) as told:
        frontier(Snapshot, **asked)
    assert f"{name} has no range: it is a {kind}, and a larger {kind} asks another question" in str(told.value)
    assert str(told.value).endswith(f"; write {name}=2, and run each value on its own")


def test_a_spec_without_faults_has_no_frontier() -> None:
    """There is nothing to try."""
    with pytest.raises(UsageError, match="TwoPhase has no budget to try: it declares no fault budget"):
        frontier("two_phase", RM=2)


def test_a_fault_that_cannot_happen_is_named() -> None:
    """The ledger of a run knows the budgets by what they do, and not by their names."""
    result = check("three_phase_commit", Participant=1, heals=1, **REFERENCE)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.envelope.idle == {"heals": ("heal",)}
    assert "heals=1 was allowed, but no state enables heal" in result.reasons[0]
    spent = check("three_phase_commit", Participant=1, partitions=1, heals=1, properties=["agreement"], **REFERENCE)
    assert spent.envelope.idle == {}


def test_the_network_is_cut_as_the_run_says() -> None:
    """In every cell with a partition, and in the command that shows a counterexample."""
    asked: dict[str, Any] = {"Peer": 3, "partitions": range(2), "in_flight": "kept", "network": Network.bag(capacity=1)}
    found = frontier(Peers, partition="bridge", engine="reference", **asked)
    assert " --partition bridge --in-flight kept" in found.asking.command({"partitions": 1}, "all_greeted", "talking")
    assert "--partition" not in found.asking.command({"partitions": 0}, "all_greeted", "talking").split()
    with pytest.raises(UsageError, match="leave partition out"):
        frontier("two_phase_commit", Participant=2, partition="bridge")
    never: Any
    for never in (0, range(1)):
        asked["partitions"] = never
        with pytest.raises(UsageError, match="in_flight=kept is not possible with partitions=0"):
            frontier(Peers, **asked)
    with pytest.raises(UsageError, match="partition=bridge is not possible with partitions=0"):
        ablate(Peers, Peer=3, partitions=0, partition="bridge")


def test_a_budget_that_is_said_to_be_none_is_not_tried() -> None:
    """As that of a state machine is not: without ranges, those are tried that the run leaves open."""
    none: dict[str, Any] = dict.fromkeys(BUDGETS, 0)
    del none["pauses"]
    assert [axis.name for axis in frontier(Peers, Peer=2, **none, **REFERENCE).axes] == ["pauses"]


def test_reasons_that_differ_in_numbers_are_one_line() -> None:
    """The first of them stands for all, and it is said how many there are and of how many cells."""
    told = plain(lines_of(frontier(str(NODES), RM=3, crashes=range(3), restarts=range(3), **REFERENCE), "x.py"))
    assert len(re.findall("^  no run ", told, re.MULTILINE)) <= 2
    assert re.search(r"no run +restarts=1 is not possible with crashes=0.*, and \d reasons? alike \(\d cells\)", told)


def test_what_is_to_be_reached_is_told_from_below() -> None:
    """Not "breaks with no fault": it is not reached with fewer cuts than two, and with two it is."""
    shown = frontier(Mast, Node=3, cuts=range(5), **REFERENCE)
    text = plain(lines_of(shown, "mast.py"))
    assert re.search(r"^  half_cut +not reached with cuts=1 +reached with cuts=2$", text, re.MULTILINE)
    assert "-k half_cut" not in text
    assert (shown.misses_up_to("half_cut"), shown.reached_from("half_cut")) == ([(1,)], [(2,)])
