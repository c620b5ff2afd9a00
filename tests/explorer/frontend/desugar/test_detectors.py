"""Failure detectors: they do what their class permits, counted by hand, and the same in all three meanings."""

from __future__ import annotations

import pytest
from test_agreement import agree
from watched_nodes import Namesakes, Parliament, Peers, Star, Voters

from indoubt import check
from indoubt.specs.language import Detector, Faults, Network, Partition
from indoubt.specs.language.systems import System, configured

ALL = (
    Detector.perfect(),
    Detector.timeout(),
    Detector.strong(),
    Detector.eventually_perfect(),
    Detector.eventually_strong(),
    Detector.eventually_perfect(mistakes=1),
    Detector.strong(mistakes=2),
    Detector.eventually_strong(mistakes=0),
)
ENVIRONMENTS = (
    Faults(),
    Faults(crashes=1),
    Faults(crashes=1, partitions=Partition.split()),
    Faults(partitions=Partition.one_way()),
)


@pytest.mark.parametrize(
    ("system", "detector", "faults", "states"),
    [
        # Both up: nobody is suspected. One crashed: the other has noticed or not. Both: at most one had noticed before.
        (Peers, Detector.perfect(), Faults(crashes=2), 1 + 2 * 2 + 3),
        (Peers, Detector.timeout(), Faults(crashes=2), 1 + 2 * 2 + 3),
        # Whole: 00. Cut: each suspects the other or not. Whole again: what was suspected is, or is taken back.
        (Peers, Detector.timeout(), Faults(partitions=Partition.split()), 1 + 4 + 4),
        (Peers, Detector.perfect(), Faults(partitions=Partition.split()), 3),
        # Before gst all four; after it none, as long as both are up.
        (Peers, Detector.eventually_perfect(), Faults(), 4 + 1),
        # Before gst: who is up, and who suspects whom. After: of a crashed node alone.
        (Peers, Detector.eventually_perfect(), Faults(crashes=2), 4 * 4 + 1 + 2 * 2 + 4),
        # The budget, and a suspicion while it is spent: none, either; then gst.
        (Peers, Detector.eventually_perfect(mistakes=1), Faults(), (1 + 3) + 2),
        # Nobody is spared yet: as P with one crash. P0 is spared: P0 suspects P1 or not, which is up or not; or P1 is.
        (Peers, Detector.strong(), Faults(crashes=1), 5 + 4 + 4),
        # Before gst everything, with at most one crash. After it as S, once somebody is spared.
        (Peers, Detector.eventually_strong(), Faults(crashes=1), 3 * 4 + 4 + 4),
        # Each trusts nobody yet, P0 or P1; after gst all trust the leader, and the other one is up or not.
        (Voters, Detector.omega(), Faults(crashes=1), 3 * 9 + 2 * 2),
    ],
)
def test_states_are_those_counted_by_hand(
    system: type[System], detector: Detector, faults: Faults, states: int
) -> None:
    """Two nodes without a state of their own."""
    harmless = ["one_each" if system is Voters else "nobody_suspects_itself"]
    for engine in ("native", "reference"):
        result = check(system, P=2, detector=detector, faults=faults, engine=engine, properties=harmless)
        assert result.counts.distinct == states


@pytest.mark.parametrize("faults", ENVIRONMENTS, ids=str)
@pytest.mark.parametrize("detector", ALL, ids=str)
def test_source_and_machine_agree(detector: Detector, faults: Faults) -> None:
    """Plain Python and the interpreter take the same steps, whatever the detector."""
    for system, given in ((Peers, {"P": 3}), (Star, {"Site": 2})):
        assert agree(configured(system, Network.bag(), faults, detector), 40, given) > 0


@pytest.mark.parametrize("detector", [Detector.perfect(), Detector.strong(), Detector.eventually_perfect()], ids=str)
@pytest.mark.parametrize("faults", [Faults(torn=1), Faults(crashes=1, pauses=1)], ids=["torn", "pauses"])
def test_a_crash_inside_a_handler_and_a_pause_go_with_every_detector(detector: Detector, faults: Faults) -> None:
    """A node that is paused has not crashed; one that crashes in the middle of what it does has."""
    assert agree(configured(Star, Network.bag(), faults, detector), 40, {"Site": 2}) > 0


@pytest.mark.parametrize("faults", ENVIRONMENTS, ids=str)
def test_source_and_machine_agree_on_leaders(faults: Faults) -> None:
    """Omega answers nodes of several classes."""
    assert agree(configured(Voters, None, Faults(crashes=faults.crashes)), 40, {"P": 3}) > 20
    assert agree(configured(Parliament, Network.fifo(), faults, Detector.omega()), 40, {"Site": 2}) > 20


@pytest.mark.parametrize("detector", [*ALL, Detector.omega()], ids=str)
def test_native_code_and_the_interpreter_agree(detector: Detector) -> None:
    """Counts, steps and answers are the same, and so are those of orbits."""
    system = Parliament if detector.kind == "Omega" else Star
    faults = Faults(crashes=1, partitions=Partition.split())
    native, reference = (
        check(system, Site=2, detector=detector, faults=faults, engine=engine, max_depth=5)
        for engine in ("native", "reference")
    )
    assert native.counts == reference.counts
    assert native.envelope.taken == reference.envelope.taken
    assert [one.verdict for one in native.properties] == [one.verdict for one in reference.properties]


@pytest.mark.parametrize(
    ("detector", "kept"),
    [
        (
            Detector.perfect(),
            {"accurate", "somebody_is_spared", "complete", "accurate_in_the_end", "spared_in_the_end"},
        ),
        (Detector.strong(), {"somebody_is_spared", "complete", "spared_in_the_end"}),
        (Detector.eventually_perfect(), {"complete", "accurate_in_the_end", "spared_in_the_end"}),
        (Detector.eventually_strong(), {"complete", "spared_in_the_end"}),
    ],
    ids=["P", "S", "eventually-P", "eventually-S"],
)
def test_a_class_keeps_its_promises_and_no_others(detector: Detector, kept: set[str]) -> None:
    """Completeness and accuracy as Chandra and Toueg define them, one crash of two nodes."""
    claims = ["accurate", "somebody_is_spared", "complete", "accurate_in_the_end", "spared_in_the_end"]
    for claim in claims:
        result = check(Peers, P=2, detector=detector, faults=Faults(crashes=1), properties=[claim])
        assert (result.verdict.value == "holds") is (claim in kept), claim


def test_a_leader_is_agreed_on_in_the_end() -> None:
    """Before gst there may be two; after it all trust the same node, which is up."""
    result = check(Voters, P=2, faults=Faults(crashes=1), properties=["agreed"])
    assert result.verdict.value == "holds"
    result = check(Voters, P=2, properties=["one_leader"])
    assert result.verdict.value == "violated"


def test_names_of_the_author_are_his_own() -> None:
    """Handlers and fields that are called as steps and questions of the environment are not mixed up with them."""
    faults, detector = Faults(crashes=1), Detector.perfect()
    result = check(Namesakes, P=2, faults=faults, detector=detector)
    assert result.verdict.value == "holds"
    assert set(result.envelope.taken) == {
        "owners.crash",
        "owners.trusts",
        "guard.suspect",
        "owners.fault.crash",
        "guard.crash",
        "guard.detector.suspect",
    }
    assert all(result.envelope.taken.values())
    assert agree(configured(Namesakes, Network.soup(), faults, detector), 40, {"P": 2}) == 40


def test_orbits_have_the_verdicts_of_all_states() -> None:
    """The node that is spared is one of several that are alike."""
    for detector in (Detector.strong(), Detector.eventually_perfect()):
        whole, orbits = (
            check(
                Peers,
                P=3,
                detector=detector,
                faults=Faults(crashes=1),
                properties=["nobody_suspects_itself"],
                symmetry=symmetry,
            )
            for symmetry in (False, True)
        )
        assert orbits.verdict is whole.verdict
        assert whole.counts.distinct / 6 <= orbits.counts.distinct < whole.counts.distinct / 3
