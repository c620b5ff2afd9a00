"""Protocols as nodes: without dead messages, which is how they are searched, and with them."""

from __future__ import annotations

from typing import Any

from counts.row import OURS, Row, Source, When, holds, violated

from indoubt.specs.commit.three_phase_nodes import ThreePhaseNodes
from indoubt.specs.commit.two_phase_nodes import TwoPhaseNodes
from indoubt.specs.consensus.paxos_nodes import PaxosNodes
from indoubt.specs.language import Detector, Faults

BY_HAND = Source("the same protocol translated into a state machine by hand, tests/examples")
PAXOS_TLC = Source("TLC on Paxos.tla of Lamport", "2.4")
THREE_PHASE_TLC = Source("TLC on the reference module ThreePC", "2.2")
SAFE = ("consistent", "unanimous", "irrevocable")
ONE_CRASH: dict[str, Any] = {"faults": Faults(crashes=1, restarts=1)}
ONE: dict[str, Any] = {"Acceptor": 1, "Value": 2, "Ballot": 2}
THREE: dict[str, Any] = {"Acceptor": 3, "Value": 2, "Ballot": 2}
PERFECT = Detector.perfect()

TWO_PHASE: tuple[Row, ...] = (
    holds(TwoPhaseNodes, 13, 5, BY_HAND, generated=29, RM=1, keep_dead=True),
    holds(TwoPhaseNodes, 69, 8, BY_HAND, generated=275, RM=2, keep_dead=True),
    holds(TwoPhaseNodes, 415, 11, BY_HAND, generated=2448, RM=3, keep_dead=True),
    holds(TwoPhaseNodes, 10, 5, OURS, generated=21, RM=1),
    holds(TwoPhaseNodes, 44, 8, OURS, generated=147, RM=2),
    holds(TwoPhaseNodes, 196, 11, OURS, generated=912, RM=3),
    holds(TwoPhaseNodes, 896, 14, OURS, generated=5349, RM=4),
    holds(TwoPhaseNodes, 211, 10, BY_HAND, generated=853, properties=SAFE, RM=2, **ONE_CRASH, keep_dead=True),
    holds(TwoPhaseNodes, 136, 10, OURS, generated=481, properties=SAFE, RM=2, **ONE_CRASH),
    holds(TwoPhaseNodes, 596, 13, OURS, generated=2881, properties=SAFE, RM=3, **ONE_CRASH),
    violated(TwoPhaseNodes, "nonblocking", 4, OURS, RM=1, faults=Faults(crashes=1)),
    violated(TwoPhaseNodes, "nonblocking", 5, OURS, RM=2, faults=Faults(crashes=1)),
    violated(TwoPhaseNodes, "nonblocking", 6, OURS, RM=3, faults=Faults(crashes=1)),
    violated(TwoPhaseNodes, "consistent", 6, OURS, RM=2, hasty=True),
)

THREE_PHASE: tuple[Row, ...] = (
    holds(ThreePhaseNodes, 10, 8, THREE_PHASE_TLC, Participant=1, detector=PERFECT),
    holds(ThreePhaseNodes, 38, 13, OURS, generated=89, Participant=2, detector=PERFECT),
    holds(ThreePhaseNodes, 748, 19, OURS, generated=2124, Participant=2, detector=PERFECT, faults=Faults(crashes=1)),
    holds(ThreePhaseNodes, 3633, 22, OURS, generated=8731, Participant=2, detector=PERFECT, faults=Faults(crashes=2)),
    holds(ThreePhaseNodes, 5829, 23, OURS, generated=11_616, Participant=2, detector=PERFECT, faults=Faults(crashes=3)),
    holds(ThreePhaseNodes, 9188, 28, OURS, generated=41_962, Participant=3, detector=PERFECT, faults=Faults(crashes=1)),
    holds(
        ThreePhaseNodes,
        14_666,
        29,
        OURS,
        generated=60_126,
        Participant=3,
        detector=PERFECT,
        faults=Faults(crashes=1),
        keep_dead=True,
    ),
)

PAXOS: tuple[Row, ...] = (
    holds(PaxosNodes, 45, 9, PAXOS_TLC, generated=158, **ONE, keep_dead=True),
    holds(PaxosNodes, 73, 9, PAXOS_TLC, generated=314, Acceptor=3, Value=2, Ballot=1, keep_dead=True),
    holds(PaxosNodes, 1681, 17, PAXOS_TLC, generated=9855, Acceptor=3, Value=1, Ballot=2, keep_dead=True),
    holds(PaxosNodes, 3921, 17, PAXOS_TLC, generated=23_467, **THREE, keep_dead=True),
    holds(PaxosNodes, 40, 9, OURS, generated=142, **ONE),
    holds(PaxosNodes, 49, 8, OURS, generated=218, Acceptor=3, Value=2, Ballot=1),
    holds(PaxosNodes, 592, 15, OURS, generated=3774, Acceptor=3, Value=1, Ballot=2),
    holds(PaxosNodes, 1240, 15, OURS, generated=8337, **THREE),
    holds(PaxosNodes, 26_068, 22, OURS, generated=224_404, when=When.BY_HAND, Acceptor=3, Value=2, Ballot=3),
    violated(PaxosNodes, "agreement", 9, PAXOS_TLC, **ONE, ignore_votes=True),
    violated(PaxosNodes, "agreement", 13, PAXOS_TLC, **THREE, ignore_votes=True),
    violated(PaxosNodes, "agreement", 12, OURS, **THREE, faults=Faults(crashes=1, amnesias=1)),
)

ROWS: tuple[Row, ...] = (*TWO_PHASE, *THREE_PHASE, *PAXOS)
