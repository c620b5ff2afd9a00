"""From the source of a spec to its machine: conditions, narrowing and intervals, as printed machines."""

from __future__ import annotations

from typing import Any

import pytest
from spec_texts import action_text, condition_text, lowered, section

from indoubt.explorer.frontend.diagnostics import SpecError

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
    ("self.color in {Color.RED, Color.GREEN}", "(color in {RED, GREEN})"),
    ("self.paint in {Color.RED}", "((paint is a Color) and ((paint narrowed to Color) in {RED}))"),
    ("(self.color if self.on else None) == self.paint", "(((color as Color | None) if on else None) == paint)"),
    ("1 < self.count <= 3", "((1 < count) and not (3 < count))"),
]


@pytest.mark.parametrize(("source", "printed"), CONDITIONS, ids=[source for source, _ in CONDITIONS])
def test_a_condition_becomes_one_of_few_forms(source: str, printed: str) -> None:
    """Comparisons are `==` and `<`, both sides have one type, and what a union holds is written out."""
    assert condition_text(source) == printed


NARROWED: list[tuple[str, str]] = [
    (
        "self.rank < last(Rank) if self.rank is not None else self.on",
        "(((rank narrowed to Rank) < Rank2) if not (rank is a None) else on)",
    ),
    (
        "self.rank is not None and self.rank.next() == last(Rank)",
        "(not (rank is a None) and ((rank narrowed to Rank).next() == Rank2))",
    ),
    (
        "self.rank is None or self.rank.prev() > first(Rank)",
        "((rank is a None) or (Rank0 < (rank narrowed to Rank).prev()))",
    ),
    (
        "self.last is not None and isinstance(self.last, Hello) and self.last.color is Color.RED",
        "(not (last is a None) and ((last narrowed to Hello | Bye) is a Hello) and ((last narrowed to Hello).color == RED))",
    ),
    (
        "isinstance(self.last, Bye) and self.last.rank == first(Rank)",
        "((last is a Bye) and ((last narrowed to Bye).rank == Rank0))",
    ),
    ("isinstance(self.last, (Hello, Bye))", "((last is a Hello) or (last is a Bye))"),
    (
        "self.last is None or isinstance(self.last, Bye) or self.last.sender in self.seen",
        "((last is a None) or ((last narrowed to Hello | Bye) is a Bye) or ((last narrowed to Hello).sender in seen))",
    ),
]


@pytest.mark.parametrize(("source", "printed"), NARROWED, ids=[source for source, _ in NARROWED])
def test_a_test_narrows_what_stands_behind_it(source: str, printed: str) -> None:
    """In `and` by what held before, in `or` by what did not, in `if` by either; fields and orders need it."""
    assert condition_text(source) == printed


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("self.color is not None", "True"),
        ("isinstance(self.color, Color)", "True"),
        ("self.on if self.color is not None else self.missing", "on"),
        ("self.color is None and self.missing", "(False)"),
        ("self.color is not None or self.missing", "(True)"),
    ],
)
def test_a_condition_that_the_types_decide_is_a_constant(source: str, printed: str) -> None:
    """What stands behind it is never computed, and need not make sense: a generic helper tests for None."""
    assert condition_text(source) == printed


@pytest.mark.parametrize(
    "source",
    [
        "self.rank.next() == last(Rank)",
        "self.rank is None and self.rank > first(Rank) and self.rank.next() is None",
        "self.rank is not None or self.rank.next() == last(Rank)",
        "self.last is not None and self.last.color is Color.RED",
        "isinstance(self.last, Hello) or self.last.color is Color.RED",
        "self.rank == self.color",
        "self.seen < self.count",
    ],
)
def test_without_a_test_there_is_no_narrowing(source: str) -> None:
    """What may be None, or of another kind, has neither fields nor neighbours."""
    with pytest.raises(SpecError):
        condition_text(source)


ACTIONS: list[tuple[str, str, str, str]] = [
    (
        "a guard",
        "",
        """\
require(self.rank is not None)
self.rank = self.rank.next()""",
        """\
require not (rank is a None)
rank := ((rank narrowed to Rank).next() as Rank | None)""",
    ),
    (
        "an early return",
        "n: Node",
        """\
if self.rank is None:
    return
self.ranks[n] = self.rank.next()""",
        """\
if (rank is a None):
    return
ranks[n] := ((rank narrowed to Rank).next() as Rank | None)""",
    ),
    (
        "two branches",
        "",
        """\
if self.rank is None:
    self.rank = first(Rank)
else:
    self.rank = self.rank.next()""",
        """\
if (rank is a None):
    rank := Rank0
else:
    rank := ((rank narrowed to Rank).next() as Rank | None)""",
    ),
    (
        "the last kind that is left",
        "",
        """\
require(self.last is not None)
if isinstance(self.last, Hello):
    self.seen.add(self.last.sender)
    return
self.rank = self.last.rank""",
        """\
require not (last is a None)
if ((last narrowed to Hello | Bye) is a Hello):
    seen := (seen | {(last narrowed to Hello).sender})
    return
rank := ((last narrowed to Bye).rank as Rank | None)""",
    ),
    (
        "values of a map",
        "",
        """\
for n, p in self.points.items():
    if p > 0:
        self.points[n] = p - 1""",
        """\
for key in Node:
    let p = points[key]
    if (0 < p):
        points[key] := ((p - 1) within Annotated[int, Between(0, 2)])""",
    ),
    (
        "sets and maps",
        "n: Node",
        """\
self.seen = Set(n for n in Node if self.points[n] == 0)
self.seen |= {n}
self.seen.update(Node)
self.seen.remove(n)
self.seen.clear()
self.ranks = every(None)
self.points = Map({m: 2 if m == n else self.points[m] for m in Node})""",
        """\
seen := {n for n in Node if (points[n] == 0)}
seen := (seen | {n})
seen := (seen | Node)
seen := (seen without n)
seen := {}
ranks := {key: None for key in Node}
points := {m: (2 if (m == n) else points[m]) for m in Node}""",
    ),
    (
        "records in a union",
        "n: Node, c: Color",
        """\
self.paint = c
self.last = Hello(n, c) if self.on else Bye(first(Rank))
self.msgs.add(Bye(rank=last(Rank)))""",
        """\
paint := (c as Color | None)
last := ((Hello(n, c) as Hello | Bye | None) if on else (Bye(Rank0) as Hello | Bye | None))
msgs := (msgs | {(Bye(Rank2) as Hello | Bye)})""",
    ),
]


@pytest.mark.parametrize(
    ("parameters", "source", "printed"), [one[1:] for one in ACTIONS], ids=[one[0] for one in ACTIONS]
)
def test_statements_become_guards_and_writes(parameters: str, source: str, printed: str) -> None:
    """One line of the machine for each of the source, with the types that hold there."""
    assert action_text(source, parameters) == printed


@pytest.mark.parametrize("write", ["self.rank = None", "self.forget()"])
def test_a_write_ends_what_a_test_has_shown(write: str) -> None:
    """Here or in a helper: the variable may be None again."""
    members = f"""
    def forget(self) -> None:
        self.rank = None

    @action
    def step(self) -> None:
        require(self.rank is not None)
        {write}
        self.rank = self.rank.next()
    """
    with pytest.raises(SpecError) as caught:
        lowered(members)
    assert [one.title for one in caught.value.diagnostics] == ["a `Rank | None` has no method `next`"]


INTERVALS: list[tuple[str, str | None]] = [
    ("self.count", None),
    ("3 - self.count", None),
    ("self.count + 1", "(count + 1)"),
    ("self.count - 1", "(count - 1)"),
    ("self.count // 2 + 1", None),
    ("(self.count + 5) % 4", None),
    ("(self.count + 5) % 5", "((count + 5) % 5)"),
    ("self.count * self.count", "(count * count)"),
    ("-1", "-1"),
    ("4", "4"),
    ("len(self.seen)", None),
    ("len(self.msgs)", "len(msgs)"),
    ("sum(1 for n in Node if n in self.seen)", None),
    ("sum(self.points[n] for n in Node)", "sum([points[n] for n in Node if True])"),
    ("sum(1 for n in Node for m in Node)", "sum([1 for n in Node if True for m in Node if True])"),
    ("min(self.count, 9)", "(count if (count < 9) else 9)"),
    ("max(self.points[n] for n in Node)", None),
    ("self.count if self.on else 2", None),
    ("self.count if self.on else 4", "(count if on else 4)"),
]


@pytest.mark.parametrize(("source", "guarded"), INTERVALS, ids=[source for source, _ in INTERVALS])
def test_a_write_is_bounded_only_where_the_interval_may_be_left(source: str, guarded: str | None) -> None:
    """The interval of an expression is that of all its possible results: two nodes, `count` from 0 to 3, points to 2."""
    printed = action_text(f"self.count = {source}")
    if guarded is None:
        assert "within" not in printed
    else:
        assert printed == f"count := ({guarded} within Annotated[int, Between(0, 3)])"


HELPERS = lowered(
    """
    def is_seen(self, n: Node, at_least: int = 1) -> bool:
        if not self.on:
            return False
        enough = self.points[n] >= at_least
        return n in self.seen and enough

    def reset(self, color: Color) -> None:
        if color is Color.RED:
            return
        self.color = color
        self.forget()

    def forget(self) -> None:
        self.seen.clear()

    @action
    def step(self, n: Node) -> None:
        require(self.is_seen(n, 2))
        self.reset(Color.BLUE)
        self.on = False

    @step_invariant
    def grows(self, after: Self) -> bool:
        return self.count <= after.count or any(after.is_seen(n=m) for m in Node)
    """
)


def test_helpers_are_inlined() -> None:
    """One with a result becomes an expression, one without a block that its `return` ends."""
    assert (
        section(HELPERS, "step")
        == """\
action step(n: Node):
    require (False if not on else (let enough = not (points[n] < 2) in ((n in seen) and enough)))
    block:
        let color = BLUE
        if (color == RED):
            return
        color := color
        block:
            seen := {}
    on := False"""
    )


def test_a_helper_of_the_state_after_a_step_reads_that_state() -> None:
    """`after.count` is printed as `count'`."""
    called = (
        "any((False if not on' else (let enough = not (points'[m] < 1) in ((m in seen') and enough))) for m in Node)"
    )
    assert section(HELPERS, "grows") == f"step_invariant grows:\n    (not (count' < count) or {called})"


def test_parameters_of_the_spec_are_constants_of_the_run() -> None:
    """In conditions, and at the ends of intervals."""
    members = """
    most: Parameter[Annotated[int, Between(0, 9)]] = 5
    level: Annotated[int, Between(0, most)] = 0

    @action
    def step(self) -> None:
        require(self.level < self.most)
        self.level += 1
    """

    def step_of(**given: Any) -> list[str]:
        return section(lowered(members, **given), "step").splitlines()[1:]

    for most in (5, 7):
        assert step_of(**{} if most == 5 else {"most": most}) == [
            f"    require (level < {most})",
            f"    level := ((level + 1) within Annotated[int, Between(0, {most})])",
        ]
