"""Systems whose nodes ask failure detectors, small enough to count their states by hand."""

from __future__ import annotations

from indoubt.specs.language import (
    Detector,
    Map,
    Message,
    Node,
    Ordered,
    Set,
    Sort,
    System,
    empty,
    eventually_always,
    invariant,
    leads_to,
    on_message,
    on_timeout,
    reachable,
    require,
    weak,
)


class P(Sort): ...


class Hello(Message): ...


class Peer(Node[P]):
    """It has no state of its own, so that the states are those of the detector and of its environment."""

    @on_timeout
    def look(self) -> None:
        require(any(self.suspects(other) for other in P if other != self.address))

    @on_message
    def on_hello(self, _: Hello, sender: P) -> None:
        pass


class Peers(System):
    nodes: Map[P, Peer]

    detector = Detector.perfect()

    @invariant
    def nobody_suspects_itself(self) -> bool:
        """It is up, and knows it."""
        return not any(one.suspects(p) for p, one in self.nodes.items())

    @invariant
    def accurate(self) -> bool:
        """Strong accuracy: nobody suspects a node that is up."""
        return not any(one.suspects(q) and self.nodes[q].is_up for one in self.nodes.values() for q in P)

    @invariant
    def somebody_is_spared(self) -> bool:
        """Weak accuracy, as far as a state tells it: some node is up, and suspected by nobody."""
        return any(self.nodes[q].is_up and not any(one.suspects(q) for one in self.nodes.values()) for q in P)

    @leads_to
    def complete(self, p: P, q: P) -> tuple[bool, bool]:
        """Strong completeness: who crashes is suspected by all others that stay up."""
        return p != q and not self.nodes[q].is_up, not self.nodes[p].is_up or self.nodes[p].suspects(q)

    @eventually_always
    def accurate_in_the_end(self) -> bool:
        """Eventual strong accuracy."""
        return self.accurate()

    @eventually_always
    def spared_in_the_end(self) -> bool:
        """Eventual weak accuracy, as far as a state tells it."""
        return self.somebody_is_spared()


class Voter(Node[P]):
    @on_timeout
    def lead(self) -> None:
        require(self.trusts(self.address))


class Voters(System):
    nodes: Map[P, Voter]

    detector = Detector.omega()

    @invariant
    def one_each(self) -> bool:
        """Nobody trusts two nodes."""
        return not any(one.trusts(p) and one.trusts(q) for one in self.nodes.values() for p in P for q in P if p != q)

    @invariant
    def one_leader(self) -> bool:
        """Nobody trusts itself while another one does."""
        return not any(self.nodes[p].trusts(p) and self.nodes[q].trusts(q) for p in P for q in P if p != q)

    @eventually_always
    def agreed(self) -> bool:
        """All nodes that are up trust the same one, which is up."""
        return any(
            self.nodes[q].is_up and all(one.trusts(q) or not one.is_up for one in self.nodes.values()) for q in P
        )


class Site(Ordered): ...


class Hub(Sort, size=1): ...


class Leaf(Node[Site]):
    boss: Site | None = None
    alone: bool = False

    @on_timeout(fairness=weak())
    def part(self) -> None:
        require(not self.alone)
        require(self.suspects(Hub) and self.rest_is_gone())
        self.alone = True

    @on_timeout
    def follow(self, whom: Site) -> None:
        require(not self.suspects(whom))
        self.boss = whom

    @on_message
    def on_hello(self, _: Hello, sender: Site | Hub) -> None:
        require(self.boss is None or not self.suspects(sender))
        self.send(Hello(), to=sender)

    def rest_is_gone(self) -> bool:
        """Whether it suspects all others of its kind."""
        return all(self.suspects(site) for site in Site if site != self.address)


class Centre(Node[Hub]):
    @on_timeout
    def greet(self) -> None:
        require(not any(self.suspects(site) for site in Site))
        self.broadcast(Hello(), to=Site)

    @on_message
    def on_hello(self, _: Hello, sender: Site) -> None:
        if not self.suspects(sender):
            self.send(Hello(), to=sender)


class Star(System):
    """Nodes of two kinds, which ask in every way that there is."""

    leaves: Map[Site, Leaf]
    hub: Centre

    crashes = (Site,)

    @invariant
    def never_alone(self) -> bool:
        return not any(leaf.alone for leaf in self.leaves.values())

    @reachable
    def suspected_by_the_hub(self) -> bool:
        return any(self.hub.suspects(site) for site in Site)


class Court(Node[Hub]):
    """A judge follows the leader of the others."""

    heard: bool = False

    @on_message
    def on_hello(self, _: Hello, sender: Site) -> None:
        require(self.trusts(sender))
        self.heard = True


class Candidate(Node[Site]):
    @on_timeout
    def claim(self) -> None:
        require(self.trusts(self.address))
        self.send(Hello(), to=self.rival())

    @on_message
    def on_hello(self, _: Hello, sender: Site) -> None:
        require(not self.trusts(sender))

    def rival(self) -> Site:
        """Itself."""
        return self.address


class Parliament(System):
    """Omega, over nodes of one kind that two kinds of nodes ask about."""

    candidates: Map[Site, Candidate]
    court: Court

    @invariant
    def quiet(self) -> bool:
        return not self.court.heard


class Own(Node[P]):
    """Its author has other things in mind with the names of the detector and of the faults."""

    suspects: Set[P] = empty()  # type: ignore[assignment]
    restart: bool = False

    @on_timeout
    def crash(self, other: P) -> None:
        require(other not in self.suspects)
        self.suspects.add(other)
        self.restart = True

    @on_timeout
    def trusts(self) -> None:  # type: ignore[override]
        self.suspects.clear()


class Guard(Node[Hub]):
    gone: bool = False

    @on_timeout
    def suspect(self, other: P) -> None:
        require(self.suspects(other))
        self.gone = True


class Namesakes(System):
    owners: Map[P, Own]
    guard: Guard

    @reachable
    def all_of_it(self) -> bool:
        """The handlers happen, whatever they are called."""
        return self.guard.gone and any(one.restart for one in self.owners.values())
