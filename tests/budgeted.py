"""Small specs with budgets of faults, of which some are not what they look like."""

from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import (
    Between,
    Fault,
    Parameter,
    Set,
    Sort,
    Spec,
    action,
    empty,
    eventually,
    initial,
    invariant,
    reachable,
    require,
    weak,
)


class Node(Sort): ...


class Mast(Spec):
    """A mast that falls once two of its ropes are cut and no wedge is left, and can be mended."""

    cuts: Parameter[Annotated[int, Between(0, 4)]] = 0
    rots: Parameter[Annotated[int, Between(0, 4)]] = 0
    cut: Set[Node] = empty()
    rotten: Annotated[int, Between(0, rots)] = 0
    cuts_left: Annotated[int, Between(0, cuts)]

    @initial
    def start(self) -> None:
        """All ropes hold."""
        self.cuts_left = self.cuts

    @action(fault=Fault.CRASH)
    def cut_rope(self, n: Node) -> None:
        """A rope is cut."""
        require(self.cuts_left > 0 and n not in self.cut)
        self.cuts_left -= 1
        self.cut.add(n)

    @action(fault=Fault.LOSS)
    def rot(self) -> None:
        """The wood gets worse; what is counted here is what is spent."""
        require(self.rotten < self.rots)
        self.rotten += 1

    @action
    def mend(self, n: Node) -> None:
        """A rope is mended."""
        require(n in self.cut)
        self.cut.remove(n)

    @invariant
    def stands(self) -> bool:
        """It stands as long as fewer than three things are wrong, a cut counting once and rot too."""
        return len(self.cut) + self.rotten < 3

    @invariant
    def few_were_cut(self) -> bool:
        """No more than one rope is ever cut."""
        return self.cuts - self.cuts_left < 2

    @reachable
    def half_cut(self) -> bool:
        """Two ropes can be cut at once."""
        return len(self.cut) == 2


class Odd(Mast):
    """A larger budget takes steps away."""

    @action
    def tighten(self) -> None:
        """Only those who expect no cut tighten the ropes, too much."""
        require(self.cuts == 0 and self.rotten < self.rots)
        self.rotten += 1

    @invariant
    def not_rotten(self) -> bool:
        """No wood is rotten without a cut."""
        return self.cuts > 0 or self.rotten == 0

    @invariant
    def spare(self) -> bool:
        """Something is left of the budget."""
        return self.cuts == 0 or self.cuts_left > 0


class Deciding(Mast):
    """What is cut depends on what is left."""

    @action(fault=Fault.CRASH)
    def cut_rope(self, n: Node) -> None:
        """The last cut misses."""
        require(self.cuts_left > 0 and n not in self.cut)
        self.cuts_left -= 1
        if self.cuts_left > 0:
            self.cut.add(n)


class Waiting(Spec):
    """Waits for a message that may be lost, and sends it again if it can."""

    losses: Parameter[Annotated[int, Between(0, 3)]] = 0
    sent: bool = False
    lost: Annotated[int, Between(0, losses)] = 0
    come: bool = False

    @action(fairness=weak())
    def send(self) -> None:
        """Sends, once."""
        require(not self.sent and not self.come and self.lost == 0)
        self.sent = True

    @action(fairness=weak())
    def receive(self) -> None:
        """Receives."""
        require(self.sent)
        self.sent = False
        self.come = True

    @action(fault=Fault.LOSS)
    def lose(self) -> None:
        """The message is lost."""
        require(self.sent and self.lost < self.losses)
        self.sent = False
        self.lost += 1

    @eventually
    def comes(self) -> bool:
        """It comes."""
        return self.come


class Insistent(Waiting):
    """A run owes the loss, as long as there is some."""

    @action(fault=Fault.LOSS, fairness=weak())
    def lose(self) -> None:
        """The message is lost."""
        require(self.sent and self.lost < self.losses)
        self.sent = False
        self.lost += 1
