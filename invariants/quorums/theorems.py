"""Quorum theorems, as data: which node sets, what is assumed of them, and what follows for every number of nodes.

To add one, add a row to `THEOREMS`; `quorums_proof` decides it. A threshold is a function of a quorum, so that the
theorems and their broken variants say it in the same words.
"""

import difflib

from indoubt.invariants.quorums.arithmetic import NODES, Condition, Encoding, Linear, number, size
from indoubt.specs.language.frozen import dataclass


class UnknownTheorem(ValueError):
    """No theorem has the name that was asked for; says which there are."""


@dataclass(frozen=True, slots=True)
class Theorem:
    """Sets that meet `given` also meet `goal`, for every number of nodes from 1.

    `statement` is one sentence without a full stop, and so is `failure`, which says what a counterexample shows.
    `encoding` is the one that decides it with N unbounded.
    """

    name: str
    statement: str
    source: str
    given: tuple[Condition, ...]
    goal: Condition
    failure: str
    sets: tuple[str, ...] = ("A", "B")
    encoding: Encoding = Encoding.CARDINALITIES

    @property
    def negation(self) -> tuple[Condition, ...]:
        """What a counterexample satisfies."""
        return (*self.given, self.goal.negated)


A, B = size("A"), size("B")
THEY_MEET = size("A", "B") >= 1
_q1, _q2 = number("q1"), number("q2")
_phases = (A >= _q1, B >= _q2, _q1 >= 1, _q2 >= 1)


def more_than_half(quorum: Linear) -> Condition:
    """The threshold of a majority."""
    return 2 * quorum > NODES


def at_least_half(quorum: Linear) -> Condition:
    """The threshold that is one node short of a majority when N is even."""
    return 2 * quorum >= NODES


THEOREMS = (
    Theorem(
        name="majority",
        statement="two quorums of more than half of the nodes intersect, for every N",
        source="Thomas, A Majority Consensus Approach to Concurrency Control, ACM TODS 4(2), 1979",
        given=(more_than_half(A), more_than_half(B)),
        goal=THEY_MEET,
        failure="both contain more than half of the nodes, and they share none",
    ),
    Theorem(
        name="half",
        statement="two quorums of at least half of the nodes intersect, for every N",
        source="`majority` with its threshold lowered from more than N/2 to N/2",
        given=(at_least_half(A), at_least_half(B)),
        goal=THEY_MEET,
        failure="both contain at least half of the nodes, and they share none",
    ),
    Theorem(
        name="flexible",
        statement="a quorum of q1 nodes and a quorum of q2 nodes intersect if q1 + q2 > N, for every N",
        source="Howard, Malkhi and Spiegelman, Flexible Paxos: Quorum Intersection Revisited, OPODIS 2016",
        given=(*_phases, _q1 + _q2 > NODES),
        goal=THEY_MEET,
        failure="A has q1 nodes and B has q2, and they share none",
    ),
    Theorem(
        name="flexible-at-least",
        statement="a quorum of q1 nodes and a quorum of q2 nodes intersect if q1 + q2 >= N, for every N",
        source="`flexible` with its bound lowered from q1 + q2 > N to q1 + q2 >= N",
        given=(*_phases, _q1 + _q2 >= NODES),
        goal=THEY_MEET,
        failure="A has q1 nodes and B has q2, and they share none",
    ),
)


def find(name: str) -> Theorem:
    """The theorem called `name`.

    Raises `ValueError` with the known names, and the closest one, if there is none.
    """
    known = {theorem.name: theorem for theorem in THEOREMS}
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"; did you mean '{close[0]}'?" if close else ""
    raise UnknownTheorem(f"unknown theorem '{name}'; there are: {', '.join(known)}{hint}")
