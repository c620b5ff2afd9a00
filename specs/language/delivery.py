"""Links by what they promise: which of the messages that are sent are delivered, and how often.

Source: Cachin, Guerraoui, Rodrigues, "Introduction to Reliable and Secure Distributed Programming" (2011), sec. 2.4. A
promise is about two nodes that are correct: neither is down for ever.

What holds in every state knows no links but those of the network: a message that never arrives is as good as lost. It
is whole runs that a promise is about, and there it is strong fairness: a message that can be received again and again
is received again and again, for each receiver, message and sender that is up. The network says what can be received.

* fair loss: a soup that forgets. A message that was sent is there until `network.lose`, a step that no run puts off for
  ever, so that what is sent finitely often is delivered finitely often; what is sent again and again is there again and
  again, and delivered so.
* stubborn: a soup, which forgets nothing, so that what is sent once is delivered again and again.
* perfect: a bag or a fifo that loses and repeats nothing, so that what is sent is delivered, once.
"""

from __future__ import annotations

from typing import Literal

from indoubt.specs.language.fairness import Fairness
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.network import Network

Promise = Literal["fair_loss", "stubborn", "perfect"]

PROMISES: dict[Promise, str] = {
    "fair_loss": "a message may be lost, and one that is sent again and again is received again and again",
    "stubborn": "a message that is sent is received again and again",
    "perfect": "a message that is sent is received, once, and no other is",
}
NAMES: tuple[Promise, ...] = tuple(PROMISES)


@dataclass(frozen=True, slots=True)
class Link:
    """What the links of a system promise; made by `Link.fair_loss()`, `Link.stubborn()` or `Link.perfect()`."""

    kind: Promise

    @classmethod
    def fair_loss(cls) -> Link:
        """What is sent infinitely often is delivered infinitely often, what is sent finitely often is not."""
        return cls("fair_loss")

    @classmethod
    def stubborn(cls) -> Link:
        """What is sent once is delivered infinitely often."""
        return cls("stubborn")

    @classmethod
    def perfect(cls) -> Link:
        """What is sent is delivered, and once; nothing else is."""
        return cls("perfect")

    @property
    def loses(self) -> bool:
        """Whether a message can be gone before it is received."""
        return self.kind == "fair_loss"

    @property
    def told(self) -> str:
        """The links in words."""
        return f"{self.kind}: {PROMISES[self.kind]}; between nodes that do not stay down"

    def over(self, own: Network) -> Network:
        """The network that such links need: a system's own, if it will do."""
        if self.kind == "perfect":
            return own if own.is_consuming and own.full != "drop" else Network.bag()
        return Network.soup()

    def refuse(self, network: Network) -> None:
        """Raise ValueError where a network that is asked for cannot have such links."""
        if self.kind != "perfect" and network.is_consuming:
            verb = "may arrive again, and be overtaken"
            what = f"network={network.kind} is not possible with links={self.kind}, on which a message {verb}"
            raise ValueError(f"{what}; leave network out, or ask for links=perfect")
        if self.kind == "perfect" and not network.is_consuming:
            what = "network=soup is not possible with links=perfect: a soup repeats every message"
            raise ValueError(f"{what}; leave network out, or ask for a bag or a fifo")
        if self.kind == "perfect" and network.full == "drop":
            raise ValueError('full="drop" is not possible with links=perfect, which lose nothing; leave full out')

    def refuse_faults(self, faults: Faults) -> None:
        """Raise ValueError for faults that such links do not have."""
        for name, budget in (("losses", faults.losses), ("duplicates", faults.duplicates)):
            if budget and self.kind == "perfect":
                verb = "lose nothing" if name == "losses" else "repeat nothing"
                what = f"{name}={budget} is not possible with links=perfect, which {verb}"
                raise ValueError(f"{what}; leave {name} out, or ask for links=fair_loss")
            if budget:
                verb = "a message may be lost" if name == "losses" and self.loses else "every message may be late"
                verb = "a message may arrive again" if name == "duplicates" else verb
                what = f"{name}={budget} is not possible with links={self.kind}, on which {verb} as often as it likes"
                raise ValueError(f"{what}; leave {name} out, or leave links out and ask for a bag or a fifo")
        if faults.partitions is not None and faults.partitions.in_flight == "lost":
            what = f'in_flight="lost" is not possible with links={self.kind}: what they promise outlasts a partition'
            raise ValueError(f'{what}; write in_flight="kept", or leave it out')

    def __str__(self) -> str:
        return self.kind


def link_of(given: object) -> Link:
    """Links by their name. Raises ValueError naming what was asked and what there is."""
    if isinstance(given, Link):
        return given
    for one in NAMES:
        if given == one:
            return Link(one)
    raise ValueError(f"unknown links {given!r}; there are: {', '.join(NAMES)}")


def delivery(receiver: str, parameters: tuple[str, ...]) -> Fairness:
    """What a run owes to the nodes `receiver`: the messages told apart by these parameters, whichever handler runs."""
    return Fairness("strong", parameters, f"{DELIVERY}{receiver}", is_kept_still=True)


DELIVERY = "delivery to "
"""How the group of the handlers that receive at the same nodes begins."""
