"""Conditions on elements of sets as masks: the same answers, and no loop where none is needed."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Annotated, Any

import pytest

from indoubt import check
from indoubt.explorer.backends.native.model import model_of
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.passes.pipeline import prepared
from indoubt.specs.language import (
    Between,
    Map,
    Message,
    Ordered,
    Set,
    Sort,
    Spec,
    action,
    before,
    empty,
    every,
    invariant,
    reachable,
    require,
)


class Voter(Sort):
    """Who votes."""


class Round(Ordered):
    """When."""


class Ask(Message):
    """Votes are asked for."""

    round: Round


class Vote(Message):
    """A vote, with the round of the one before it."""

    sender: Voter
    round: Round
    last: Round | None
    weight: Annotated[int, Between(0, 2)]


class Polls(Spec):
    """A network that only grows, and every way to look into it."""

    voted: Map[Voter, Round | None] = every(None)
    trusted: Set[Voter] = empty()
    msgs: Set[Ask | Vote] = empty()
    bar: Round | None = None

    def votes(self, r: Round) -> AbstractSet[Vote]:
        """The votes in a round."""
        return {m for m in self.msgs if isinstance(m, Vote) and m.round == r}

    @action
    def ask(self, r: Round) -> None:
        """Ask."""
        require(Ask(r) not in self.msgs)
        self.msgs.add(Ask(r))

    @action
    def vote(self, v: Voter, r: Round) -> None:
        """Vote, once in a round."""
        require(any(isinstance(m, Ask) and m.round == r for m in self.msgs))
        require(before(self.voted[v], r))
        weight = len({m.sender for m in self.msgs if isinstance(m, Vote) and m.weight == 0})
        require(weight <= 2)
        self.msgs.add(Vote(v, r, self.voted[v], weight))
        self.voted[v] = r

    @action
    def trust(self, v: Voter) -> None:
        """Somebody all of whose votes are light is trusted."""
        require(all(m.weight == 0 for m in self.msgs if isinstance(m, Vote) and m.sender == v))
        require(v not in self.trusted)
        self.trusted.add(v)

    @action
    def close(self, r: Round) -> None:
        """A round is closed by a trusted voter who has voted in it, after nothing or a round that is not above."""
        require(any(m.sender in self.trusted and (m.last is None or m.last <= m.round) for m in self.votes(r)))
        require(self.bar is None or all(m.round >= self.bar for m in self.votes(r)))
        require(sum(1 for m in self.votes(r) if m.weight > 0) <= 1)
        self.bar = r

    @invariant
    def once(self) -> bool:
        """Nobody votes twice in a round."""
        return all(
            m == n
            for m in self.msgs
            if isinstance(m, Vote)
            for n in self.msgs
            if isinstance(n, Vote) and n.sender == m.sender and n.round == m.round
        )

    @invariant
    def short(self) -> bool:
        """Wrong: everybody votes in a round, with weights that add up."""
        return not any(sum(m.weight for m in self.votes(r)) >= len(Voter) for r in Round)

    @reachable
    def all_closed(self) -> bool:
        """The last round is closed with votes from everybody."""
        return any(len({m.sender for m in self.votes(r)}) == len(Voter) and self.bar == r for r in Round)


@pytest.mark.parametrize("settings", [{"Voter": 2, "Round": 2}, {"Voter": 3, "Round": 2}, {"Voter": 2, "Round": 3}])
def test_the_answers_are_those_of_the_reference(settings: dict[str, Any]) -> None:
    """Counts, taken actions, verdicts, lengths."""
    answers: list[object] = []
    for engine in ("reference", "native"):
        result = check(Polls, engine=engine, max_states=4_000, **settings)
        lengths = [(one.name, one.verdict, one.trace and len(one.trace)) for one in result.properties]
        answers.append((result.counts, lengths, dict(result.envelope.taken), result.levels))
    assert answers[0] == answers[1]


class Heard(Spec):
    """One condition, on one message."""

    msgs: Set[Ask | Vote] = empty()

    @action
    def ask(self, r: Round) -> None:
        """Ask."""
        self.msgs.add(Ask(r))

    @invariant
    def nothing_late(self) -> bool:
        """All conditions are about one element."""
        return not any(isinstance(m, Vote) and m.weight == 2 and m.last is None for m in self.msgs)


def test_what_is_a_mask_is_no_loop() -> None:
    """The set is cut with a constant, once."""
    machine = prepared(lower(Heard, settle(Heard, {"Voter": 3, "Round": 3})))
    text = model_of(machine).text
    condition = text[text.index("@check(") : text.index("@check_step(")]
    assert "cttz" not in condition
    assert condition.count(" and i") == 1
