"""Every quorum system against brute force: its quorums, what they share, and the crashes that it survives."""

from collections.abc import Iterator
from itertools import combinations, product
from math import comb

import pytest

from indoubt.command_line.quorums_command import described
from indoubt.invariants.quorums import written
from indoubt.invariants.quorums.tolerance import tolerances
from indoubt.specs.language.quorum_systems import QuorumError, QuorumSystem, common_part, shown_overlap

OVERLAPPING = {
    "majority": range(1, 7),
    "threshold(q=3)": range(3, 6),
    "flexible(q1=3, q2=2)": (3, 4),
    "readwrite(read=1, write=4)": (4,),
    "weighted(weights=(1, 1, 1, 1, 4))": (5,),
    "weighted(weights=(1, 2, 3, 1), votes=4)": (4,),
    "weighted(weights=(0, 3, 2, 2, 1))": (5,),
    "grid(rows=2, columns=3)": (6,),
    "grid(rows=3, columns=2)": (6,),
    "grid(rows=2, columns=2)": (4,),
    "grid(rows=1, columns=3)": (3,),
    "grid(rows=3, columns=1)": (3,),
    "flexiblegrid(rows=2, columns=3)": (6,),
    "hierarchical(groups=(1, 2, 3))": (6,),
    "hierarchical(groups=(2, 2))": (4,),
    "joint(old=(0, 1, 2), new=(2, 3, 4))": (5, 6),
    "singleserver(old=(0, 1, 2), new=(0, 1, 2, 3))": (4,),
    "joint(old=(0, 1, 3, 4), new=(5, 4, 3))": (6, 7),
    "joint(old=(0,), new=(1,))": (2,),
    "byzantine(f=1)": (4,),
    "dissemination(f=1)": range(4, 7),
    "masking(f=1)": range(5, 8),
    "fab(f=1)": (6,),
    "fastpaxos": range(1, 7),
    "fastpaxos(classic=4, fast=4)": (5,),
    "epaxos": (1, 3, 5, 7),
    "hybrid(u=2, r=1)": (6, 7),
}
"""Systems, as they are written, with numbers of members over which they overlap as they have to."""
MISSING = {
    "threshold(q=2)": 4,
    "flexible(q1=2, q2=2)": 4,
    "readwrite(read=1, write=2)": 3,
    "weighted(weights=(1, 1, 1, 1, 4), votes=4)": 5,
    "singleserver(old=(0,), new=(0, 1, 2))": 3,
    "byzantine(f=1)": 5,
    "fab(f=1)": 7,
    "fastpaxos(classic=3, fast=3)": 5,
    "hybrid(u=1, r=0)": 2,
}
"""Systems with a number of members over which some quorums share too little."""
SIZED = [(text, size) for text, sizes in OVERLAPPING.items() for size in sizes] + list(MISSING.items())


def subsets(size: int) -> Iterator[frozenset[int]]:
    """All sets of the members."""
    return (frozenset(one) for count in range(size + 1) for one in combinations(range(size), count))


def quorums(system: QuorumSystem, size: int, phase: int | str | None) -> list[frozenset[int]]:
    """The sets that the system says are quorums."""
    return [one for one in subsets(size) if system.is_quorum(one, range(size), phase)]


@pytest.mark.parametrize(("text", "size"), SIZED)
def test_minimal_quorums_are_the_quorums_without_a_smaller_one_inside(text: str, size: int) -> None:
    """For every phase, each once; and the supersets of them are all the quorums that there are."""
    system = written.parsed(text)
    for phase in system.phases or (None,):
        every = quorums(system, size, phase)
        least = {one for one in every if not any(other < one for other in every)}
        minimal = list(system.minimal(range(size), phase))
        assert len(minimal) == len(set(minimal)) == system.number(size, phase)
        assert set(minimal) == least
        assert set(system.every(range(size), phase)) == set(every)
        assert set(every) == {one for one in subsets(size) if any(quorum <= one for quorum in least)}


@pytest.mark.parametrize(("text", "size"), SIZED)
def test_what_quorums_share_is_what_trying_all_of_them_finds(text: str, size: int) -> None:
    """The overlaps that are required hold, or the quorums that are shown break one."""
    system = written.parsed(text)

    def least(phases: tuple[int | str | None, ...]) -> int:
        families = [list(system.minimal(range(size), phase)) for phase in phases]
        return min((len(common_part(chosen)) for chosen in product(*families)), default=size)

    holding = [least(overlap.phases) >= overlap.at_least for overlap in system.overlaps(size)]
    found = shown_overlap(system, size)
    assert (found is None) == all(holding) == ((text, size) not in MISSING.items())
    if found is not None:
        overlap, shown = found
        assert all(system.is_quorum(one, range(size), phase) for one, phase in zip(shown, overlap.phases, strict=True))
        assert len(common_part(shown)) < overlap.at_least


@pytest.mark.parametrize(("text", "size"), SIZED)
def test_the_crashes_that_a_system_survives_are_those_that_leave_a_quorum(text: str, size: int) -> None:
    """Whatever so many crash, a quorum is left; and each deadly set leaves none, and needs all of its crashes."""
    system = written.parsed(text)
    everyone = frozenset(range(size))
    for one in tolerances(system, size):
        alive = {crashed for crashed in subsets(size) if system.is_quorum(everyone - crashed, range(size), one.phase)}
        deadly = [crashed for crashed in subsets(size) if crashed not in alive]
        assert one.survives == min(map(len, deadly)) - 1
        assert one.deadly is not None
        assert set(one.deadly) == {crashed for crashed in deadly if not any(other < crashed for other in deadly)}
        assert one.number == len(one.deadly)


@pytest.mark.parametrize("text", OVERLAPPING)
def test_a_system_is_read_back_from_its_text(text: str) -> None:
    """The text of the verdict can be given to the next run."""
    system = written.parsed(text)
    assert str(system) == text
    assert written.parsed(str(system)) == system
    assert system.source


def test_every_system_is_tested() -> None:
    """A system that is not named above would go untested."""
    assert {text.partition("(")[0] for text in OVERLAPPING} == set(written.SYSTEMS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("flexible(2)", "flexible needs q2; q1 is given; write flexible(q1=3, q2=2)"),
        ("joint", "joint needs old and new; write joint(old=(0, 1, 2), new=(0, 1, 2, 3))"),
        ("joint((0, 0), (1,))", "joint: old=(0, 0) has member 0 twice; leave one of them out"),
        ("flexble(q1=1, q2=1)", "did you mean flexible(q1=3, q2=2)?"),
        ("flexible(1, 2, 3)", "flexible takes q1, q2, and 3 are given; write flexible(q1=3, q2=2)"),
        ("flexible[3, 2]", "'flexible[3, 2]' is no quorum system; write flexible(q1=3, q2=2)"),
        ("flexible(3, 2", "a bracket is not closed; write flexible(q1=3, q2=2)"),
        ("threshold(q=2, q=3)", "threshold has q twice, 2 and 3; leave one of them out"),
        ("threshold(2, q=3)", "threshold has q twice, 2 and 3; leave one of them out"),
        ("threshold(Q=3)", "threshold takes q, and no Q; did you mean q?"),
        ("threshold(*[3])", "threshold takes plain values, and none with a `*`; write threshold(q=2)"),
        ("majority(3)", "majority takes no values, and 1 is given; write majority"),
        ("Node:grid(2, 2)", "'Node:grid(2, 2)' is no quorum system; write grid(rows=2, columns=3)"),
        ("grid(rows=0, columns=3)", "grid: rows=0 is not possible; write a whole number from 1 up"),
        ("weighted(weights=3)", "weights=3 is not possible; write whole numbers from 0 up, as in weights=(3,)"),
        ("weighted((0, 0))", "nobody has a vote; give somebody 1 or more"),
        ("weighted((1, 2), votes=4)", "votes=4 is not possible: all weights are 3 together; ask for less"),
        ("threshold(q=True)", "threshold: q=True is not possible; write a whole number from 1 up"),
        ("3 of 5", "'3 of 5' is no quorum system; write NAME(...), for example flexible(q1=3, q2=2)"),
        (" ", "an empty text is no quorum system; write NAME(...), for example flexible(q1=3, q2=2)"),
        ("grid(__import__('os'), 2)", "grid: `__import__('os')` is no value of rows; write grid(rows=2, columns=3)"),
        ("(" * 400, "...' is no quorum system; a bracket is not closed; write NAME(...)"),
    ],
)
def test_a_text_that_is_no_system_is_told_with_the_edit(text: str, told: str) -> None:
    """What was asked, what there is, and what to write; nothing in the text is executed."""
    with pytest.raises(QuorumError) as caught:
        written.parsed(text)
    assert told in str(caught.value)


def test_large_systems_are_described_without_all_of_their_sets() -> None:
    """Quorums and sets of crashes that are too many are counted, or told to be too many; nothing takes for ever."""
    majority = described(written.parsed("majority"), 60)
    assert (majority.survives, majority.is_sound, majority.tolerances[0].deadly) == (29, True, None)
    assert (majority.quorums[0][1], majority.tolerances[0].number) == (comb(60, 31), comb(60, 30))
    grid = described(written.parsed("grid(7, 7)"))
    assert (grid.survives, grid.quorums[0][1], grid.tolerances[0].number) == (6, 49, None)
    heavy = described(written.parsed(f"weighted({(1,) * 15 + (9,)})"))
    assert (heavy.survives, heavy.is_sound) == (3, True)
    for text in ("hierarchical((9, 9, 9, 9, 9))", f"weighted({(1,) * 40})", "grid(40, 40)"):
        with pytest.raises(QuorumError, match=r"are too many to be listed|is too large to be described"):
            described(written.parsed(text))
    with pytest.raises(QuorumError, match="over 60 members are too many to be listed; take fewer members"):
        list(written.parsed("majority").minimal(range(60)))


def test_a_system_of_another_size_and_a_foreign_node_are_refused() -> None:
    """Nodes may be anything; there have to be as many as the system is for."""
    grid = written.parsed("grid(2, 2)")
    assert set(grid.minimal("abcd")) == {frozenset(one) for one in ("abc", "abd", "acd", "bcd")}
    assert grid.is_quorum({"a", "b", "d"}, "abcd")
    with pytest.raises(QuorumError, match="is for 4 members, and the set has 3"):
        list(grid.minimal("abc"))
    with pytest.raises(QuorumError, match="is for 2F \\+ 1 members, an odd number, and the set has 4; take 3 or 5"):
        list(written.parsed("epaxos").minimal("abcd"))
    with pytest.raises(ValueError, match="'x' is none of the 4 nodes"):
        grid.is_quorum({"x"}, "abcd")
    with pytest.raises(QuorumError, match="wants phase 'fast'; choose a system that has it"):
        written.parsed("flexible(1, 1)").is_quorum({"a"}, "a", "fast")
