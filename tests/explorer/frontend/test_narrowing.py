"""What a test shows about a type holds behind it, and nowhere else."""

from __future__ import annotations

import pytest
from spec_texts import condition_text, lowered

from indoubt.explorer.frontend.diagnostics import SpecError

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
        (
            "(not (last is a None) and ((last narrowed to Hello | Bye) is a Hello)"
            " and ((last narrowed to Hello).color == RED))"
        ),
    ),
    (
        "isinstance(self.last, Bye) and self.last.rank == first(Rank)",
        "((last is a Bye) and ((last narrowed to Bye).rank == Rank0))",
    ),
    ("isinstance(self.last, (Hello, Bye))", "((last is a Hello) or (last is a Bye))"),
    (
        "self.last is None or isinstance(self.last, Bye) or self.last.sender in self.seen",
        (
            "((last is a None) or ((last narrowed to Hello | Bye) is a Bye)"
            " or ((last narrowed to Hello).sender in seen))"
        ),
    ),
]


@pytest.mark.parametrize(("source", "printed"), NARROWED, ids=[source for source, _ in NARROWED])
def test_a_test_narrows_what_stands_behind_it(source: str, printed: str) -> None:
    """In `and` by what held before, in `or` by what did not, in `if` by either; fields and orders need it."""
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


def test_a_name_keeps_what_both_branches_have_shown() -> None:
    """None in one branch, and replaced there: it is something where the branches meet, if what replaces it is."""
    members = """
    @action
    def step(self, given: Rank) -> None:
        known = self.rank
        if known is None:
            known = given
        require(known.next() == last(Rank))
        self.rank = known
    """
    lowered(members)
    with pytest.raises(SpecError, match="no method `next`"):
        lowered(
            members.replace("known = given", "known = self.other(given)")
            + """
    def other(self, given: Rank) -> Rank | None:
        return given if self.on else None
    """
        )


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
    assert [one.title.partition(" has ")[2] for one in caught.value.diagnostics] == ["no method `next`"]
