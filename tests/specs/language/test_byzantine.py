"""Byzantine nodes in plain Python: who turns, and what is heard."""

from __future__ import annotations

import copy
from itertools import permutations

import pytest
from counts.orbits import orbits
from rumours import Boss, Hearing, OfBoss, Peer, Rumour, Say, Speaking, Word

from indoubt import Verdict, check
from indoubt.counterexamples.replay import enabled
from indoubt.counterexamples.shape import shape_of
from indoubt.specs.language import (
    Faults,
    Map,
    Network,
    Node,
    NotEnabled,
    System,
    invariant,
    on_message,
    on_timeout,
    require,
)
from indoubt.specs.language.machine import state_of
from indoubt.specs.language.models import fail_arbitrary
from indoubt.specs.language.systems import configured
from indoubt.specs.language.universe import BoundReached


def state(spec: type[Rumour] = OfBoss, **faults: int | bool | str) -> Rumour:
    """The initial state of two peers."""
    return spec(Peer=2, faults=Faults(**faults))  # type: ignore[arg-type]


def take(of: Rumour, step: str, *given: object) -> None:
    """Take a step."""
    getattr(of, step)(*given)


def test_a_byzantine_node_says_what_it_likes_to_whom_it_likes() -> None:
    """Nothing is under way, and it takes no step of its own any more."""
    found = state(byzantine=1)
    take(found, "boss.byzantine")
    assert found.boss.is_byzantine
    assert not found.boss.is_correct
    assert found.boss.is_up
    take(found, "peers.on_say.lie", Peer(0), Boss(0), Say(Word.YES))
    take(found, "peers.on_say.lie", Peer(1), Boss(0), Say(Word.NO))
    assert [p.heard for p in found.peers.values()] == [Word.YES, Word.NO]
    assert not found.same()
    with pytest.raises(NotEnabled):
        take(found, "boss.say", Word.YES)


def test_nobody_turns_once_a_node_has_taken_a_step() -> None:
    """What a later turn could lead to, an earlier one does."""
    found = state(byzantine=1)
    take(found, "boss.say", Word.YES)
    with pytest.raises(NotEnabled):
        take(found, "boss.byzantine")


def test_nobody_but_a_byzantine_node_lies_and_no_more_of_them_than_the_budget() -> None:
    """The receiver knows who has sent a message."""
    found = state(Rumour, byzantine=1)
    with pytest.raises(NotEnabled):
        take(found, "peers.on_say.lie", Peer(0), Boss(0), Say(Word.YES))
    take(found, "peers.byzantine", Peer(1))
    with pytest.raises(NotEnabled):
        take(found, "boss.byzantine")
    with pytest.raises(NotEnabled):
        take(found, "peers.on_say.lie", Peer(1), Peer(1), Say(Word.YES))
    take(found, "peers.on_say.lie", Peer(0), Peer(1), Say(Word.YES))
    take(found, "peers.gossip", Peer(0))
    held = state_of(found)["network.peers.peers"]
    assert all(not link for links in held.values() for link in links.values()), "a Byzantine node is told nothing"


def test_without_equivocation_all_hear_the_same_in_the_same_order() -> None:
    """Whoever hears a message first decides what it is; nobody may be more than two messages ahead."""
    found = state(byzantine=1, equivocation=False)
    take(found, "boss.byzantine")
    take(found, "peers.on_say.lie", Peer(0), Boss(0), Say(Word.YES))
    with pytest.raises(NotEnabled):
        take(found, "peers.on_say.lie", Peer(1), Boss(0), Say(Word.NO))
    take(found, "peers.on_say.lie", Peer(0), Boss(0), Say(Word.NO))
    with pytest.raises(BoundReached, match=r"said\.boss\.peers=2"):
        take(found, "peers.on_say.lie", Peer(0), Boss(0), Say(Word.NO))
    take(found, "peers.on_say.lie", Peer(1), Boss(0), Say(Word.YES))
    take(found, "peers.on_say.lie", Peer(1), Boss(0), Say(Word.NO))
    assert found.same()


@pytest.mark.parametrize("network", ["soup", "bag", "fifo"])
def test_equivocation_is_what_breaks_a_rumour(network: str) -> None:
    """On any network: with it two peers hear different words first, without it they do not."""
    lies = Faults(byzantine=1)
    told = check(
        OfBoss, Peer=2, network=network, faults=lies, properties=["same"], engine="reference", minimal="faults"
    )
    assert len(told.property("same").trace or ()) == 4
    assert told.property("same").faults == 1, "who lies is a fault, each lie is not"
    faults = Faults(byzantine=1, equivocation=False)
    alike = check(OfBoss, Peer=2, network=network, faults=faults, properties=["same"], engine="reference")
    assert alike.verdict is Verdict.HOLDS


class Lying(Node[Boss]):
    """A Byzantine boss as one would write it: it puts whatever it likes into its links."""

    @on_timeout
    def lie(self, said: Say, to: Peer) -> None:
        self.send(said, to=to)


class Stored(System):
    boss: Lying
    peers: Map[Peer, Hearing]

    @invariant
    def fine(self) -> bool:
        return len(self.peers) > 0


def reached(first: System) -> set[tuple[object, ...]]:
    """What the peers hold in the states that can be reached, found by the plain Python meaning alone."""
    shape, found, waiting = shape_of(type(first), first.__settings__), {str(first): first}, [first]
    while waiting:
        state = waiting.pop()
        for action, arguments in list(enabled(shape, state)):
            after = copy.copy(state)
            getattr(after, action)(**arguments)
            if str(after) not in found:
                found[str(after)] = after
                waiting.append(after)
    return {tuple(state_of(one)["peers.heard"].items()) for one in found.values()}


@pytest.mark.parametrize("network", [Network.soup(), Network.bag(capacity=1)])
def test_correct_nodes_reach_what_they_reach_where_lies_are_sent_like_any_message(network: Network) -> None:
    """Neither more, which would be false alarms, nor less, which would be false peace."""
    lied = OfBoss(Peer=2, network=network, faults=Faults(byzantine=1))
    take(lied, "boss.byzantine")
    assert reached(lied) == reached(Stored(Peer=2, network=network))


class Once(Node[Peer]):
    heard: Word | None = None

    @on_message
    def on_say(self, said: Say, sender: Boss) -> None:
        require(self.heard is None)
        self.heard = said.word


class HeardOnce(System):
    boss: Speaking
    peers: Map[Peer, Once]

    @invariant
    def fine(self) -> bool:
        return len(self.peers) > 0


@pytest.mark.parametrize("equivocation", [True, False])
def test_peers_are_as_interchangeable_as_before(*, equivocation: bool) -> None:
    """Symmetry stores one state for all that renamings turn into each other, of those that brute force finds."""
    faults = Faults(byzantine=2, equivocation=equivocation)
    stored = check(HeardOnce, Peer=3, symmetry=True, faults=faults, engine="reference").counts.distinct
    renamings = tuple(permutations(range(3)))
    assert stored == orbits(configured(HeardOnce, None, faults), {Peer: renamings}, Peer=3)


def test_an_own_field_may_have_the_name() -> None:
    """A protocol that was written before keeps its meaning."""

    class Own(Node[Peer]):
        is_correct: bool = False

        @on_timeout
        def mend(self) -> None:
            self.is_correct = True  # pyright: ignore[reportIncompatibleMethodOverride]

    class Owned(System):
        peers: Map[Peer, Own]

        @invariant
        def never(self) -> bool:
            return not any(p.is_correct for p in self.peers.values())

    assert len(check(Owned, Peer=1, engine="reference").property("never").trace or ()) == 2


@pytest.mark.parametrize(
    ("faults", "sets"),
    [
        (Faults(byzantine=2), 7),
        (Faults(byzantine=1, who="one"), 4),
        (Faults(byzantine=2, who="majority"), 7),
        (Faults(byzantine=1, crashes=1, who="one"), 7),
        (Faults(byzantine=1, crashes=1, pauses=0), 13),
        (Faults(byzantine=2, who="is_quiet"), 4),
    ],
)
def test_who_fails_is_counted_by_hand(faults: Faults, sets: int) -> None:
    """Sets of Byzantine and of crashed nodes, of a boss and two peers that do nothing else."""

    class Idle(Node[Boss]):
        is_deaf: bool = True

        @on_message
        def on_say(self, said: Say, sender: Peer) -> None:
            require(not self.is_deaf)

    class Silent(Node[Peer]):
        is_deaf: bool = True

        @on_message
        def on_say(self, said: Say, sender: Boss) -> None:
            require(not self.is_deaf)

        def is_quiet(self) -> bool:
            return True

    class Still(System):
        boss: Idle
        peers: Map[Peer, Silent]

        @invariant
        def fine(self) -> bool:
            return len(self.peers) > 0

    result = check(Still, Peer=2, faults=faults, engine="reference")
    assert result.counts.distinct == sets


def test_the_model_of_the_textbook() -> None:
    """Fail-arbitrary: Byzantine processes, and authenticated perfect links."""
    model = fail_arbitrary()
    assert (model.network, model.faults, model.detector) == (Network.bag(), Faults(byzantine=1), None)
    assert fail_arbitrary(byzantine=2).faults.byzantine == 2
