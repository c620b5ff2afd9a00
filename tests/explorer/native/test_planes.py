"""Conditions on members for all of them at once: the same answers as one after the other, however bits are gathered."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Annotated, Any, Self

import pytest

from indoubt import Verdict, check
from indoubt.explorer.backends.native import planes
from indoubt.explorer.backends.native.model import model_of
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language import (
    Between,
    Map,
    Message,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    invariant,
    reachable,
    require,
    step_invariant,
)


class Member(Sort):
    """Who takes part."""


class Color(Enum):
    """More values than two bits tell apart."""

    RED, GREEN, BLUE, WHITE, BLACK = range(5)


class Painted(Message):
    """A message whose member is not what it is counted by first."""

    color: Color
    who: Member


class Seen(Message):
    """And one whose member is."""

    who: Member
    twice: bool


class Crowd(Spec):
    """Maps of values of several widths, sets, and messages that differ in the member alone."""

    color: Map[Member, Color] = every(Color.RED)
    was: Map[Member, Color] = every(Color.RED)
    ready: Map[Member, bool] = every(False)
    friend: Map[Member, Member | None] = every(None)
    level: Map[Member, Annotated[int, Between(0, 2)]] = every(0)
    chosen: Set[Member] = empty()
    msgs: Set[Painted | Seen] = empty()

    @action
    def paint(self, m: Member, c: Color) -> None:
        """A member gets another color, and may be seen with the old one."""
        require(self.color[m] is not c and not self.ready[m])
        require(c in {Color.GREEN, Color.BLUE})
        self.was[m] = self.color[m]
        self.color[m] = c
        self.msgs.add(Painted(c, m))

    @action
    def see(self, m: Member) -> None:
        """A member that was painted is seen, by all whose color it has."""
        require(Painted(self.color[m], m) in self.msgs and Seen(m, False) not in self.msgs)
        self.msgs.add(Seen(m, len({o for o in Member if self.color[o] is self.color[m]}) > 1))
        self.msgs.add(Seen(m, False))

    @action
    def befriend(self, m: Member, o: Member) -> None:
        """Members of one color become friends."""
        require(self.friend[m] is None and m != o and self.color[o] is self.color[m])
        require(self.color[o] == self.color[m] or self.ready[o])
        self.friend[m] = o

    @action
    def be_ready(self, m: Member) -> None:
        """A member that was seen is ready, if nobody who is ready has been painted since."""
        require(Seen(m, True) in self.msgs and not self.ready[m])
        require(all(self.color[o] is self.was[o] or not self.ready[o] or o == m for o in Member))
        self.ready[m] = True
        self.level[m] += sum(1 for o in Member if self.ready[o] and self.color[o] is Color.BLUE)

    @action
    def choose(self, m: Member) -> None:
        """Whoever has a friend, or is ready when all others are, is chosen."""
        require(m not in self.chosen)
        require(self.friend[m] is not None if not self.ready[m] else all(self.ready[o] for o in Member))
        self.chosen.add(m)

    def colored(self, c: Color) -> AbstractSet[Member]:
        """The members of a color."""
        return {m for m in Member if self.color[m] is c}

    @invariant
    def few(self) -> bool:
        """Wrong: a chosen one is red, or not all are of one color."""
        return not any(self.color[m] is Color.GREEN for m in self.chosen) or len(self.colored(Color.GREEN)) <= 1

    @invariant
    def apart(self) -> bool:
        """Two quantifiers, of which each has a condition of its own."""
        return not any(
            self.level[m] == 2 and self.ready[m] and self.color[o] is Color.WHITE for m in Member for o in Member
        )

    @step_invariant
    def friends_stay(self, after: Self) -> bool:
        """Friends are for ever, and the chosen stay."""
        return {m for m in Member if self.friend[m] is not None} <= {
            m for m in Member if after.friend[m] is not None
        } and self.chosen <= after.chosen

    @step_invariant
    def colors_return(self, after: Self) -> bool:
        """Wrong: who was blue stays blue."""
        return self.colored(Color.BLUE) <= after.colored(Color.BLUE)

    @reachable
    def all_ready(self) -> bool:
        """Everybody is ready."""
        return all(self.ready[m] for m in Member)


@pytest.mark.parametrize("picks", [True, False])
@pytest.mark.parametrize("members", [2, 3, 5])
def test_the_answers_are_those_of_the_reference(members: int, picks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, actions, verdicts, lengths; with the instruction that gathers bits, if there is one, and without."""
    if not picks:
        monkeypatch.setattr(planes, "picks_bits", lambda: False)
    answers: list[object] = []
    for engine in ("reference", "native"):
        result = check(Crowd, Member=members, engine=engine, max_states=3_000)
        lengths = [(one.name, one.verdict, one.trace and len(one.trace)) for one in result.properties]
        answers.append((result.counts, lengths, dict(result.envelope.taken), result.levels))
    assert answers[0] == answers[1]


def test_a_step_in_which_a_property_is_read_is_told() -> None:
    """The property of steps is wrong after three steps: a member is painted blue, and then green."""
    result = check(Crowd, Member=2, engine="native")
    by_name: dict[str, Any] = {one.name: one for one in result.properties}
    assert by_name["colors_return"].verdict is Verdict.VIOLATED
    assert len(by_name["colors_return"].trace) == 3


def test_what_is_told_at_once_is_no_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The set of the green members is a few operations on the whole map."""
    monkeypatch.setattr(planes, "picks_bits", lambda: False)
    machine = prepared(lower(Crowd, settle(Crowd, {"Member": 9})))
    text = model_of(machine, frozenset({"few"})).text
    condition = text[text.index("@check(") : text.index("@check_step(")]
    assert "cttz" not in condition
    assert condition.count("br i1") <= 2


class Sums(Spec):
    """What is added up once for each member, and once for all of them."""

    ready: Map[Member, bool] = every(False)
    twice: Annotated[int, Between(0, 20)] = 0
    once: Annotated[int, Between(0, 20)] = 0
    number: Annotated[int, Between(0, 20)] = 0

    @action
    def get_ready(self, m: Member) -> None:
        """Count the others."""
        self.ready[m] = True
        self.twice = sum(2 for o in Member if self.ready[o])
        self.once = sum({3 for o in Member if self.ready[o]})
        self.number = len([o for o in Member if self.ready[o] or o == m])

    @invariant
    def counted(self) -> bool:
        """A set has three once."""
        return self.twice == 2 * self.number and self.once in {0, 3}


@pytest.mark.parametrize("engine", ["reference", "native"])
def test_sums_of_sets_and_of_lists_differ(engine: str) -> None:
    """A set has equal numbers once."""
    assert check(Sums, Member=4, engine=engine).verdict is Verdict.HOLDS
