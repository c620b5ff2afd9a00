"""Three-phase commit as nodes: what it survives and falls to, by its failure detector."""

from __future__ import annotations

import pytest
from counts.cases import cases
from counts.row import Row
from counts.run import observed_soon

from indoubt import check
from indoubt.specs.commit.three_phase_nodes import Termination, ThreePhaseNodes
from indoubt.specs.language import Detector, Faults, Partition

PERFECT, TIMEOUT = Detector.perfect(), Detector.timeout()
CUT = Partition.split(times=1)


@pytest.mark.parametrize("row", cases(ThreePhaseNodes))
def test_with_a_perfect_detector_every_number_of_crashes_does_no_harm(row: Row) -> None:
    """Skeen's theorem; for one participant without crashes, as many states as TLC finds of the state machine."""
    assert observed_soon(row) == row.expected


def test_a_timeout_is_a_perfect_detector_as_long_as_the_network_is_whole() -> None:
    """It suspects nobody but the crashed."""
    counts = [
        check(ThreePhaseNodes, Participant=2, detector=detector, faults=Faults(crashes=2)).counts
        for detector in (PERFECT, TIMEOUT)
    ]
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("detector", "faults", "rule", "length"),
    [
        (TIMEOUT, Faults(partitions=CUT), Termination.SKEEN, 16),
        (Detector.eventually_perfect(), Faults(), Termination.SKEEN, 14),
        (Detector.eventually_perfect(mistakes=2), Faults(), Termination.SKEEN, 16),
        (PERFECT, Faults(crashes=1), Termination.TEXTBOOK, 12),
        (Detector.eventually_perfect(), Faults(), Termination.TEXTBOOK, 11),
    ],
)
def test_what_breaks_it(detector: Detector, faults: Faults, rule: Termination, length: int) -> None:
    """One partition with nobody dead, a slow network, or one crash where everybody decides by itself."""
    result = check(
        ThreePhaseNodes, Participant=2, detector=detector, faults=faults, rule=rule, properties=["agreement"]
    )
    violation = result.first_violation()
    assert violation is not None
    assert violation.trace is not None
    assert len(violation.trace) == length
    dead = [step.action for step in violation.trace.steps if step.action.endswith("crash")]
    assert len(dead) == faults.crashes


@pytest.mark.parametrize("faults", [Faults(), Faults(partitions=CUT)])
def test_a_perfect_detector_is_not_fooled_by_a_partition(faults: Faults) -> None:
    """Nobody is suspected who is up; a participant that is cut off waits."""
    assert check(ThreePhaseNodes, Participant=2, detector=PERFECT, faults=faults).verdict.value == "holds"


def test_it_takes_two_wrong_suspicions() -> None:
    """With a single one a participant takes over that still waits for the other."""
    detector = Detector.eventually_perfect(mistakes=1)
    result = check(ThreePhaseNodes, Participant=2, detector=detector, properties=["agreement"])
    assert result.verdict.value == "holds"
