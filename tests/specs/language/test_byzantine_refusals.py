"""What there cannot be of Byzantine nodes is refused, with what there is."""

from __future__ import annotations

from typing import Annotated

import pytest
from rumours import OfBoss, Peer, Rumour, Word

from indoubt import check
from indoubt.finding.specs import UsageError
from indoubt.specs.language import (
    Between,
    Detector,
    Faults,
    Map,
    Message,
    Network,
    Node,
    Parameter,
    Seq,
    System,
    invariant,
    on_message,
    on_timeout,
    require,
)


class Log(Message):
    words: Seq[Word]


class Number(Message):
    value: Annotated[int, Between(0, 9999)]


class Chatting(Node[Peer]):
    most: Parameter[Annotated[int, Between(0, 9999)]] = 0

    @on_message
    def on_number(self, number: Number, sender: Peer) -> None:
        require(number.value > 9998)


class Chat(System):
    peers: Map[Peer, Chatting]

    @invariant
    def fine(self) -> bool:
        return len(self.peers) > 0


class Listening(Node[Peer]):
    @on_message
    def on_log(self, log: Log, sender: Peer) -> None:
        require(len(log.words) > 0)


class Logs(System):
    peers: Map[Peer, Listening]

    network = Network.bag()

    @invariant
    def fine(self) -> bool:
        return len(self.peers) > 0


class Nobody(Rumour):
    byzantine = ()


class Asking(Node[Peer]):
    @on_timeout
    def ask(self, other: Peer) -> None:
        require(self.suspects(other))


class Suspicious(System):
    peers: Map[Peer, Asking]

    detector = Detector.perfect()

    @invariant
    def fine(self) -> bool:
        return len(self.peers) > 0


@pytest.mark.parametrize(
    ("spec", "faults", "told"),
    [
        (OfBoss, Faults(byzantine=2), "1 node may be Byzantine (1 in boss); the most is byzantine=1"),
        (Rumour, Faults(byzantine=4), "3 nodes may be Byzantine (1 in boss, 2 in peers); the most is byzantine=3"),
        (
            Rumour,
            Faults(byzantine=2, who="one"),
            "(1 in boss, 2 in peers), 1 of them with who=one; the most is byzantine=1",
        ),
        (Rumour, Faults(byzantine=1, who="minority"), "the most is byzantine=0"),
        (Nobody, Faults(byzantine=1), "no node of Nobody may be Byzantine (`byzantine = ()`)"),
        (Rumour, Faults(equivocation=False), "equivocation=False is not possible without Byzantine nodes"),
        (Rumour, Faults(byzantine=1, torn=1), "byzantine=1 is not possible with torn=1"),
        (Suspicious, Faults(byzantine=1), "with the detector P: its class is defined for nodes that crash"),
        (
            Chat,
            Faults(byzantine=1),
            "any of 10,000 messages (`Number`) to one of peers, and 4,096 is the most",
        ),
        (Logs, Faults(byzantine=1), "could say any of more messages than can be counted (`Log`) to one of peers"),
    ],
)
def test_what_cannot_be_is_refused(spec: type[System], faults: Faults, told: str) -> None:
    """With what was asked and what is possible, by a check and by the class itself."""
    with pytest.raises(UsageError) as refused:
        check(spec, Peer=2, faults=faults)
    assert told in str(refused.value)
    with pytest.raises(ValueError, match=r"is not possible"):
        spec(Peer=2, faults=faults)


def test_a_detector_that_the_run_asks_for_is_refused_even_where_nobody_asks_it() -> None:
    """It would say nothing of Byzantine nodes."""
    with pytest.raises(UsageError, match="with the detector Omega"):
        check(Rumour, Peer=2, faults=Faults(byzantine=1), detector="Omega")


@pytest.mark.parametrize("wrong", [-1, 65])
def test_a_budget_is_a_whole_number(wrong: int) -> None:
    """As that of any fault."""
    with pytest.raises(ValueError, match=f"byzantine={wrong} is not possible"):
        Faults(byzantine=wrong)
    with pytest.raises(TypeError, match="equivocation='no' is neither True nor False"):
        Faults(byzantine=1, equivocation="no")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
