"""Consistent broadcast: the checker, and a search of its own that knows nothing of nodes, networks or lies."""

from __future__ import annotations

import pytest
from counts.cases import cases
from counts.row import Row as Counted
from counts.run import observed

from indoubt import Verdict, check
from indoubt.specs.broadcast.consistent_broadcast import ConsistentBroadcast
from indoubt.specs.language import Faults

SAFE = ["consistency", "integrity", "no_duplication", "everybody_delivers"]
Row = tuple[str | None, ...]
State = tuple[frozenset[int], bool, str | None, Row, tuple[Row, ...], Row]
"""Who is Byzantine, whether it has begun, the sender's value; of each process its echo, those it got, its delivery."""


def put(row: Row, place: int, value: str) -> Row:
    """A row with one value more."""
    return (*row[:place], value, *row[place + 1 :])


def successors(state: State, count: int, byzantine: int, faulty: int) -> list[State]:
    """The algorithm of the book, written down without messages: what is sent is what its sender remembers."""
    liars, has_begun, proposed, echoed, echoes, delivered = state
    found: list[State] = []
    if not has_begun and len(liars) < byzantine:
        found += [(liars | {p}, False, *state[2:]) for p in range(count) if p not in liars]
    if 0 not in liars and proposed is None:
        found += [(liars, True, value, echoed, echoes, delivered) for value in "AB"]
    for p in set(range(count)) - liars:
        if echoed[p] is None:
            for value in "AB" if 0 in liars else proposed or "":
                found.append((liars, True, proposed, put(echoed, p, value), echoes, delivered))
        for q in range(count):
            if echoes[p][q] is None:
                for value in "AB" if q in liars else echoed[q] or "":
                    row = put(echoes[p], q, value)
                    enough = delivered[p] is None and 2 * row.count(value) > count + faulty
                    now = put(delivered, p, value) if enough else delivered
                    found.append((liars, True, proposed, echoed, (*echoes[:p], row, *echoes[p + 1 :]), now))
    return found


def searched(count: int, byzantine: int, faulty: int) -> tuple[int, int, int, int | None]:
    """Distinct and generated states, the depth, and the states on a shortest way to two different deliveries."""
    nothing: Row = (None,) * count
    first: State = (frozenset(), False, None, nothing, (nothing,) * count, nothing)
    seen, level = set[State]([first]), list[State]([first])
    depth, generated, shortest = 0, 1, None
    while level:
        depth += 1
        following: list[State] = []
        for state in level:
            for after in successors(state, count, byzantine, faulty):
                generated += 1
                if after not in seen:
                    seen.add(after)
                    following.append(after)
                    values = {value for p, value in enumerate(after[-1]) if p not in after[0]} - {None}
                    if len(values) > 1 and shortest is None:
                        shortest = depth + 1
        level = following
    return len(seen), generated, depth, shortest


@pytest.mark.parametrize("row", cases(ConsistentBroadcast))
def test_the_counts_are_those_of_the_table(row: Counted) -> None:
    """As many Byzantine processes as the protocol is made for do no harm, one more does, and so does one in three."""
    assert observed(row) == row.expected


@pytest.mark.parametrize("byzantine", [0, 1, 2])
def test_there_are_as_many_states_as_a_search_without_messages_finds(byzantine: int) -> None:
    """Neither what Byzantine processes say nor what they are told makes states of its own."""
    result = check(ConsistentBroadcast, Process=3, faults=Faults(byzantine=byzantine), properties=SAFE)
    counts = result.counts
    assert (counts.distinct, counts.generated, counts.depth) == searched(3, byzantine, 1)[:3]
    assert result.verdict is Verdict.HOLDS


def test_a_majority_is_no_quorum_where_a_process_lies() -> None:
    """Two majorities of three may have nobody in common but the liar: both engines and the search agree how soon."""
    shortest = searched(3, 1, 0)[-1]
    assert shortest == 8
    for engine in ("native", "reference"):
        found = check(
            ConsistentBroadcast,
            Process=3,
            faulty=0,
            faults=Faults(byzantine=1),
            properties=["consistency"],
            engine=engine,
        )
        trace = found.property("consistency").trace
        assert trace is not None
        assert len(trace) == shortest
        assert trace.steps[0].action == "members.byzantine"


def test_with_one_process_in_three_a_liar_can_keep_silent() -> None:
    """N = 3 f: a quorum takes all three, and one of them says nothing."""
    result = check(ConsistentBroadcast, Process=3, faults=Faults(byzantine=1), properties=["validity"])
    trace = result.property("validity").trace
    assert trace is not None
    assert "members.on_echo.lie" not in {step.action for step in trace.steps}
