"""Expressions of a spec as those of its machine: comparisons, quantifiers, arithmetic and its intervals."""

from __future__ import annotations

import pytest
from spec_texts import action_text, condition_text, lowered, section

CONDITIONS: list[tuple[str, str]] = [
    ("self.on", "on"),
    ("not self.on", "not on"),
    ("len(self.seen) > 0 and self.on", "((0 < len(seen)) and on)"),
    ("self.paint is None", "(paint is a None)"),
    ("self.paint is not None", "not (paint is a None)"),
    ("self.paint == Color.RED", "(paint == RED)"),
    ("self.color == self.paint", "((color as Color | None) == paint)"),
    ("self.paint is Color.RED", "(paint == RED)"),
    ("None is self.rank", "(rank is a None)"),
    ("before(self.rank, first(Rank))", "(rank < Rank0)"),
    (
        "not (self.rank is None) and self.rank <= Rank(1)",
        "(not (rank is a None) and not (Rank1 < (rank narrowed to Rank)))",
    ),
    ("self.last == Bye(first(Rank))", "(last == (Bye(Rank0) as Hello | Bye | None))"),
    (
        "any(m.rank == last(Rank) for m in self.msgs if isinstance(m, Bye))",
        "any(((m is a Bye) and ((m narrowed to Bye).rank == Rank2)) for m in msgs)",
    ),
    ("all(isinstance(m, Hello) for m in self.msgs)", "all((m is a Hello) for m in msgs)"),
    (
        "any(Hello(n, Color.RED) in self.msgs for n in Node)",
        "any(((Hello(n, RED) as Hello | Bye) in msgs) for n in Node)",
    ),
    ("all(self.ranks[n] is None for n in Node)", "all((ranks[n] is a None) for n in Node)"),
    (
        "any(r is not None and r > first(Rank) for r in self.ranks.values())",
        "any((not (ranks[key] is a None) and (Rank0 < (ranks[key] narrowed to Rank))) for key in Node)",
    ),
    (
        "all(before(self.ranks[a], self.ranks[b]) for a in Node for b in Node if a != b)",
        "all(all((not not (a == b) or (ranks[a] < ranks[b])) for b in Node) for a in Node)",
    ),
    ("any(p > 0 for n, p in self.points.items())", "any((0 < points[key]) for key in Node)"),
    ("len({n for n in Node if n in self.seen}) == 2", "(len({n for n in Node if (n in seen)}) == 2)"),
    ("self.seen <= {n for n in Node}", "(seen subset of {n for n in Node if True})"),
    ("self.seen.issubset(Node)", "(seen subset of Node)"),
    ("self.count + 1 > 3", "(3 < (count + 1))"),
    ("self.count * self.count - 2 < -1", "(((count * count) - 2) < -1)"),
    ("self.count // 2 == self.count % 3", "((count // 2) == (count % 3))"),
    ("sum(self.points[n] for n in Node) > self.count", "(count < sum([points[n] for n in Node if True]))"),
    ("sum(1 for n in Node if n in self.seen) <= 1", "not (1 < sum([1 for n in Node if (n in seen)]))"),
    (
        "min(self.count, 2) == max(self.points[n] for n in Node)",
        "((count if (count < 2) else 2) == max([points[n] for n in Node if True]))",
    ),
    ("-self.count < -1", "((0 - count) < -1)"),
    ("-3 // 2 == -(-3 % 2)", "((-3 // 2) == (0 - (-3 % 2)))"),
    ("abs(self.count) < 3", "(count < 3)"),
    (
        "abs(self.count - 2) < 3",
        "((let number = (count - 2) in ((0 - number) if (number < 0) else number)) < 3)",
    ),
    (
        "max((self.points[n] for n in self.seen), default=0) < 2",
        "((let elements = [points[n] for n in seen if True] in (max(elements) if (0 < len(elements)) else 0)) < 2)",
    ),
    (
        "min({r for r in Rank if r in {last(Rank)}}, default=None) == self.rank",
        (
            "((let elements = {r for r in Rank if (r in {Rank2})} in"
            " ((min(elements) as Rank | None) if (0 < len(elements)) else None)) == rank)"
        ),
    ),
    ("self.color in {Color.RED, Color.GREEN}", "(color in {RED, GREEN})"),
    ("self.paint in {Color.RED}", "((paint is a Color) and ((paint narrowed to Color) in {RED}))"),
    ("(self.color if self.on else None) == self.paint", "(((color as Color | None) if on else None) == paint)"),
    ("1 < self.count <= 3", "((1 < count) and not (3 < count))"),
]


@pytest.mark.parametrize(("source", "printed"), CONDITIONS, ids=[source for source, _ in CONDITIONS])
def test_a_condition_becomes_one_of_few_forms(source: str, printed: str) -> None:
    """Comparisons are `==` and `<`, both sides have one type, and what a union holds is written out."""
    assert condition_text(source) == printed


GENERIC = """
    def is_low(self, value: object) -> bool:
        if value is None:
            return True
        return value.next() == last(Rank)

    @invariant
    def fine(self) -> bool:
        return {condition}
"""


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("self.rank", "(True if (rank is a None) else ((rank narrowed to Rank).next() == Rank2))"),
        ("None", "True"),
        ("first(Rank)", "(Rank0.next() == Rank2)"),
    ],
)
def test_a_condition_that_the_types_decide_is_decided(value: str, printed: str) -> None:
    """What stands behind it is never computed, and need not make sense: a helper may test for None whatever it gets."""
    machine = lowered(GENERIC.format(condition=f"self.is_low({value})"))
    assert section(machine, "fine") == f"invariant fine:\n    {printed}"


INTERVALS: list[tuple[str, bool]] = [
    ("self.count", True),
    ("3 - self.count", True),
    ("self.count + 1", False),
    ("self.count - 1", False),
    ("self.count // 2 + 1", True),
    ("(self.count + 5) % 4", True),
    ("(self.count + 5) % 5", False),
    ("self.count * self.count", False),
    ("3", True),
    ("len(self.seen)", True),
    ("len(self.msgs)", False),
    ("sum(1 for n in Node if n in self.seen)", True),
    ("sum(1 for n in Node for m in Node)", False),
    ("sum(self.points[n] for n in Node)", False),
    ("max(self.points[n] for n in Node)", True),
    ("max(self.count, 4)", False),
    ("-self.count", False),
    ("3 + -self.count", True),
    ("-(-self.count)", True),
    ("abs(self.count - 3)", True),
    ("abs(self.count - 2) + 1", True),
    ("abs(1 - self.count * 2)", False),
    ("-self.count % 4", True),
    ("-self.count // 2 + 2", True),
    ("-self.count // 2 + 1", False),
    ("max((self.points[n] for n in self.seen), default=3)", True),
    ("max((self.points[n] for n in self.seen), default=-1)", False),
    ("self.count if self.on else 2", True),
    ("self.count if self.on else max(self.count, 4)", False),
]


@pytest.mark.parametrize(("source", "fits"), INTERVALS, ids=[source for source, _ in INTERVALS])
def test_a_write_is_guarded_by_a_bound_where_it_may_leave_the_interval(source: str, fits: bool) -> None:
    """An expression has the interval of all its results: two nodes, `count` from 0 to 3, points from 0 to 2."""
    assert ("within Annotated[int, Between(0, 3)]" not in action_text(f"self.count = {source}")) == fits
