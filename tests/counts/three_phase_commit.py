"""Three-phase commit: the spec of the library, and the reference module ThreePC."""

from __future__ import annotations

from counts.row import OURS, Row, Source, When, holds, violated
from oracles.three_pc import Term, ThreePC

from indoubt.specs.commit.three_phase_commit import Detector, Termination, ThreePhaseCommit

TLC = Source("TLC on the reference module ThreePC", "2.2")

THREE_PHASE_COMMIT: tuple[Row, ...] = (
    holds(ThreePhaseCommit, 10, 7, TLC, Participant=1),
    holds(ThreePhaseCommit, 58, 10, TLC, Participant=1, crashes=1),
    holds(ThreePhaseCommit, 30, 10, TLC, Participant=2),
    holds(ThreePhaseCommit, 458, 16, TLC, Participant=2, crashes=1),
    holds(ThreePhaseCommit, 458, 16, TLC, Participant=2, crashes=1, detector=Detector.PERFECT),
    holds(ThreePhaseCommit, 1997, 18, TLC, Participant=2, crashes=2),
    holds(ThreePhaseCommit, 112, 13, TLC, Participant=3),
    holds(ThreePhaseCommit, 4608, 22, TLC, Participant=3, crashes=1, detector=Detector.PERFECT),
    holds(ThreePhaseCommit, 462, 16, TLC, Participant=2, crashes=1, rank_orders=False),
    holds(ThreePhaseCommit, 612, 16, OURS, generated=1319, Participant=2, crashes=1, restarts=1),
    holds(ThreePhaseCommit, 612, 16, OURS, generated=1319, Participant=2, crashes=1, restarts=9),
    violated(ThreePhaseCommit, "agreement", 11, TLC, Participant=2, crashes=1, rule=Termination.TEXTBOOK),
    violated(ThreePhaseCommit, "agreement", 12, TLC, Participant=3, crashes=1, rule=Termination.TEXTBOOK),
    violated(
        ThreePhaseCommit,
        "agreement",
        10,
        TLC,
        Participant=2,
        rule=Termination.TEXTBOOK,
        detector=Detector.UNRELIABLE,
    ),
    violated(ThreePhaseCommit, "agreement", 14, TLC, Participant=2, detector=Detector.UNRELIABLE),
    violated(ThreePhaseCommit, "agreement", 16, TLC, Participant=2, crashes=2, rank_orders=False),
    violated(ThreePhaseCommit, "coordinator_agrees", 14, TLC, Participant=2, crashes=2, restarts=2),
    violated(ThreePhaseCommit, "coordinator_agrees", 14, OURS, Participant=2, crashes=2, restarts=1),
    violated(ThreePhaseCommit, "agreement", 12, OURS, Participant=2, partitions=1),
    violated(ThreePhaseCommit, "agreement", 14, OURS, Participant=3, partitions=1),
    violated(ThreePhaseCommit, "agreement", 12, OURS, Participant=2, partitions=1, heals=1),
    holds(ThreePhaseCommit, 120, 11, OURS, generated=208, Participant=2, partitions=1, detector=Detector.PERFECT),
    holds(ThreePhaseCommit, 55, 10, OURS, generated=83, Participant=1, partitions=1),
)

REFERENCE: tuple[Row, ...] = (
    holds(ThreePC, 10, 7, TLC, generated=12, N=1),
    holds(ThreePC, 58, 10, TLC, generated=78, N=1, crashes=1),
    holds(ThreePC, 96, 11, TLC, generated=126, N=1, crashes=2),
    holds(ThreePC, 30, 10, TLC, generated=48, N=2),
    holds(ThreePC, 458, 16, TLC, generated=950, N=2, crashes=1),
    holds(ThreePC, 1997, 18, TLC, generated=3970, N=2, crashes=2),
    holds(ThreePC, 112, 13, TLC, generated=240, N=3),
    holds(ThreePC, 4608, 22, TLC, generated=14_524, N=3, crashes=1),
    holds(ThreePC, 52_484, 26, TLC, generated=175_012, N=3, crashes=2),
    holds(ThreePC, 462, 16, TLC, generated=976, N=2, crashes=1, rank=False),
    holds(ThreePC, 612, 16, TLC, generated=1379, N=2, crashes=1, recover=True),
    violated(ThreePC, "atomicity", 11, TLC, N=2, crashes=1, term=Term.NAIVE),
    violated(ThreePC, "atomicity", 12, TLC, N=3, crashes=1, term=Term.NAIVE),
    violated(ThreePC, "atomicity", 10, TLC, N=2, term=Term.NAIVE, pfd=False),
    violated(ThreePC, "atomicity", 14, TLC, N=2, pfd=False),
    violated(ThreePC, "atomicity", 17, TLC, when=When.BY_HAND, N=3, pfd=False),
    violated(ThreePC, "atomicity", 16, TLC, N=2, crashes=2, rank=False),
    violated(ThreePC, "atomicity", 14, TLC, N=2, crashes=2, recover=True),
)

ROWS: tuple[Row, ...] = (*THREE_PHASE_COMMIT, *REFERENCE)
