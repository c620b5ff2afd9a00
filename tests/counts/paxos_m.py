"""Paxos with a switch for each rule to break: the reference module PaxosM.

TLC counts a step for each set of promises that lets a leader propose, and the port one for all of them, so `generated`
is not compared.
"""

from __future__ import annotations

from typing import Any

from counts.row import Row, Source, When, holds, violated
from oracles.paxos_m import PaxosM

TLC = Source("TLC on the reference module PaxosM", "2.4")


def sizes(acceptors: int, values: int, ballots: int, *quorums: int) -> dict[str, Any]:
    """The settings of PaxosM, with majorities unless `quorums` gives the sizes for both phases."""
    q1, q2 = quorums or (acceptors // 2 + 1,) * 2
    return {"A": acceptors, "V": values, "MaxB": ballots, "q1": q1, "q2": q2}


def disagrees(length: int, settings: dict[str, Any], *, when: When = When.ALWAYS, **switches: Any) -> Row:
    """A run of PaxosM in which two values are chosen after so many states."""
    return violated(PaxosM, "agreement", length, TLC, when=when, **settings, **switches)


ONE = sizes(1, 2, 2)
TWO = sizes(2, 2, 2)
THREE = sizes(3, 2, 2)
PAXOS_M: tuple[Row, ...] = (
    holds(PaxosM, 5, 5, TLC, **sizes(1, 1, 1)),
    holds(PaxosM, 45, 9, TLC, **ONE),
    holds(PaxosM, 13, 7, TLC, **sizes(2, 2, 1)),
    holds(PaxosM, 145, 13, TLC, **TWO),
    holds(PaxosM, 41, 9, TLC, **sizes(3, 1, 1)),
    holds(PaxosM, 73, 9, TLC, **sizes(3, 2, 1)),
    holds(PaxosM, 1681, 17, TLC, **sizes(3, 1, 2)),
    holds(PaxosM, 3921, 17, TLC, **THREE),
    holds(PaxosM, 6801, 17, TLC, **sizes(3, 3, 2)),
    holds(PaxosM, 20_609, 21, TLC, **sizes(4, 2, 2, 3, 2)),
    holds(PaxosM, 20_609, 21, TLC, **sizes(4, 2, 2, 3, 3)),
    holds(PaxosM, 97_793, 21, TLC, when=When.BY_HAND, **sizes(4, 2, 2, 2, 3)),
    holds(PaxosM, 185_369, 25, TLC, when=When.BY_HAND, **sizes(3, 2, 3)),
    disagrees(11, sizes(3, 2, 2, 1, 2)),
    disagrees(11, sizes(3, 2, 2, 2, 1)),
    holds(PaxosM, 721, 13, TLC, **sizes(2, 2, 2, 1, 2)),
    disagrees(9, sizes(2, 2, 2, 1, 1)),
    disagrees(9, sizes(3, 2, 2, 1, 1)),
    disagrees(13, sizes(4, 2, 2, 2, 2)),
    disagrees(10, ONE, forget=1),
    holds(PaxosM, 1070, 15, TLC, **TWO, forget=1),
    disagrees(14, THREE, forget=1),
    disagrees(10, ONE, forget_bal=1),
    disagrees(14, THREE, forget_bal=1),
    disagrees(9, ONE, any1b=True),
    disagrees(13, THREE, any1b=True),
    holds(PaxosM, 3921, 17, TLC, **THREE, low_val=True),
    disagrees(18, sizes(3, 2, 3), when=When.SLOW, low_val=True),
    disagrees(9, ONE, no2b_check=True),
    disagrees(13, THREE, no2b_check=True),
    disagrees(7, sizes(1, 2, 1), same_bal=True),
    disagrees(10, sizes(3, 2, 1), same_bal=True),
    disagrees(8, ONE, mix_bal=True),
    disagrees(11, THREE, mix_bal=True),
    holds(PaxosM, 8985, 17, TLC, **THREE, no_bump=True),
    disagrees(18, sizes(3, 2, 3), when=When.SLOW, no_bump=True),
)

ROWS: tuple[Row, ...] = PAXOS_M
