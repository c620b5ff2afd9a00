"""Termination detection on a ring: a token goes round and asks whether everybody is still passive.

Source: Dijkstra, Feijen, van Gasteren, "Derivation of a Termination Detection Algorithm for Distributed Computations"
(EWD840, 1983; IPL 16:5); names and atomicity of Merz's TLA+ module EWD840 (tlaplus/examples). Messages arrive at once,
and the token travels from the last node down to the first. Nodes work as they like, and the token goes on when it can:
weak fairness of the two steps of the token together, as in the module, under which termination is detected.

Checked, against a search in plain Python, for Node=2 to 5: 38, 206, 1054, 5182 distinct states; 122, 1161, 9586, 70307
generated; depth 6, 9, 12, 15. Broken variants: ``WhiteSenders`` leaves the invariant in a trace of 4 states, and in
``LazyToken`` nothing need ever be detected.
"""

from __future__ import annotations

from enum import Enum
from typing import Self

from indoubt.specs.language import (
    Map,
    Ordered,
    Spec,
    action,
    first,
    initial,
    invariant,
    last,
    leads_to,
    reachable,
    require,
    step_invariant,
    weak,
)


class Node(Ordered):
    """A node; the first one starts the probe."""


class Color(Enum):
    """Black is what has to be looked at once more."""

    WHITE, BLACK = range(2)


class EWD840(Spec):
    """Termination detection by a coloured token."""

    active: Map[Node, bool]
    color: Map[Node, Color]
    tpos: Node
    """Where the token is."""
    tcolor: Color = Color.BLACK

    @initial
    def init(self, active: Map[Node, bool], color: Map[Node, Color]) -> None:
        """Anybody may be active, with any colour; the token is with the first node, and black."""
        self.active = active
        self.color = color
        self.tpos = first(Node)

    @action(fairness=weak(group="token"))
    def initiate_probe(self, i: Node) -> None:
        """The first node starts a new probe, as the last one has failed."""
        require(i == first(Node) and self.tpos == i)
        require(self.tcolor is Color.BLACK or self.color[i] is Color.BLACK)
        self.tpos = last(Node)
        self.tcolor = Color.WHITE
        self.color[i] = Color.WHITE

    def passes(self, i: Node) -> bool:
        """Whether a node may pass the token on: it is passive, or the probe has failed anyhow."""
        return not self.active[i] or self.color[i] is Color.BLACK or self.tcolor is Color.BLACK

    @action(fairness=weak(group="token"))
    def pass_token(self, i: Node) -> None:
        """A node passes the token on, blackens it if it is black itself, and whitens itself."""
        require(i != first(Node) and self.tpos == i and self.passes(i))
        self.tpos = i.prev()
        if self.color[i] is Color.BLACK:
            self.tcolor = Color.BLACK
        self.color[i] = Color.WHITE

    @action
    def send_msg(self, i: Node, j: Node) -> None:
        """An active node activates another one, and is black if that one is behind the token."""
        require(self.active[i] and i != j)
        self.active[j] = True
        if j > i:
            self.color[i] = Color.BLACK

    @action
    def deactivate(self, i: Node) -> None:
        """A node becomes passive."""
        require(self.active[i])
        self.active[i] = False

    def terminated(self) -> bool:
        """What is to be detected: everybody is passive, and so no message is sent any more."""
        return all(not self.active[i] for i in Node)

    def termination_detected(self) -> bool:
        """What the first node sees when all have terminated."""
        return (
            self.tpos == first(Node)
            and self.tcolor is Color.WHITE
            and self.color[first(Node)] is Color.WHITE
            and not self.active[first(Node)]
        )

    @invariant
    def termination_detection(self) -> bool:
        """What is detected is true."""
        return not self.termination_detected() or self.terminated()

    @invariant
    def inv(self) -> bool:
        """Dijkstra's invariant, P0 or P1 or P2."""
        return (
            all(not self.active[i] for i in Node if self.tpos < i)
            or any(self.color[j] is Color.BLACK for j in Node if j <= self.tpos)
            or self.tcolor is Color.BLACK
        )

    @step_invariant
    def stays_detected(self, after: Self) -> bool:
        """Termination is for good."""
        return not self.termination_detected() or after.termination_detected()

    @leads_to
    def termination_leads_to_detection(self) -> tuple[bool, bool]:
        """What is true is detected: `Liveness` of the module."""
        return self.terminated(), self.termination_detected()

    @reachable
    def it_is_detected(self) -> bool:
        """Termination can be detected."""
        return self.termination_detected()


class WhiteSenders(EWD840):
    """Broken on purpose: a sender stays white."""

    @action
    def send_msg(self, i: Node, j: Node) -> None:
        """An active node activates another one."""
        require(self.active[i] and i != j)
        self.active[j] = True


class LazyToken(EWD840):
    """Broken on purpose: a node may keep the token for ever."""

    @action
    def pass_token(self, i: Node) -> None:
        """A node passes the token on, if it likes."""
        require(i != first(Node) and self.tpos == i and self.passes(i))
        self.tpos = i.prev()
        if self.color[i] is Color.BLACK:
            self.tcolor = Color.BLACK
        self.color[i] = Color.WHITE
