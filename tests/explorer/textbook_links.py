"""What links promise, judged by brute force from the definitions of the textbook, and by nothing else.

The steps are those of plain Python in a network without promises. A run ends in a set of steps that it takes again and
again; whether one that is fair avoids a goal is found by trying every set of messages that are sent again and again.
Source of the definitions: Cachin, Guerraoui, Rodrigues (2011), modules 2.1 to 2.3.
"""

# pyright: reportUnknownMemberType=false
# networkx has no types of its own.

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

import networkx as nx

from indoubt.specs.language import Network
from indoubt.specs.language.guards import NotEnabled
from indoubt.specs.language.machine import Role, role_of, state_of
from indoubt.specs.language.systems import System
from indoubt.specs.language.universe import BoundReached

Letter = tuple[str, Any]
"""A message on one of the links, by the name of the link."""
State = Any


@dataclass(frozen=True)
class Event:
    """A step: what it delivers and what it sends."""

    action: str
    delivered: Letter | None
    sent: frozenset[Letter]


class Graph:
    """Every state of a system of two single nodes `x` and `y`, with all steps, those that change nothing included."""

    def __init__(self, system: type[System], network: Network) -> None:
        self.steps: dict[State, list[tuple[Event, State]]] = {}
        self.made: dict[State, System] = {}
        self.fair: set[str] = set()
        start = system(network=network)
        self.first = _key(start)
        waiting = [start]
        for state in waiting:
            if _key(state) not in self.steps:
                self.made[_key(state)] = state
                found = list(self._from(state))
                self.steps[_key(state)] = [(event, _key(after)) for event, after in found]
                waiting += [after for _, after in found]

    def _from(self, state: System) -> Iterator[tuple[Event, System]]:
        for own, other in (("x", "y"), ("y", "x")):
            role = role_of(getattr(type(state), f"{own}.tick"))
            assert isinstance(role, Role)
            self.fair |= {f"{own}.tick"} if role.fairness is not None else set()
            yield from self._taken(state, f"{own}.tick", own, other, None)
            for message in list(_under_way(state, other, own)):
                yield from self._taken(state, f"{own}.on_{type(message).__name__.lower()}", own, other, message)

    def _taken(self, state: System, action: str, own: str, other: str, message: Any) -> Iterator[tuple[Event, System]]:
        probe, after = copy.copy(state), copy.copy(state)
        _under_way(probe, own, other).clear()
        given = () if message is None else (message, state.__layout__.parts[other].address)
        try:
            getattr(after, action)(*given)
            getattr(probe, action)(*given)
        except (NotEnabled, BoundReached):
            return
        link = f"{own}.{other}"
        sent = frozenset((link, one) for one in _under_way(probe, own, other))
        yield Event(action, None if message is None else (f"{other}.{own}", message), sent), after

    def letters(self, state: State) -> set[Letter]:
        """What is under way."""
        ends = (("x", "y"), ("y", "x"))
        return {(f"{a}.{b}", one) for a, b in ends for one in _under_way(self.made[state], a, b)}

    def can_avoid(self, links: str, goal: Callable[[System], bool], *, always: bool) -> bool:
        """Whether a run that such links allow keeps away from a goal: from some point on, or from the beginning."""
        bad = {state for state in self.steps if not goal(self.made[state])}
        whole = nx.DiGraph([(state, after) for state, steps in self.steps.items() for _, after in steps])
        whole.add_nodes_from(self.steps)
        if always and self.first not in bad:
            return False
        met = nx.descendants(whole.subgraph(bad) if always else whole, self.first) | {self.first}
        every = {letter for steps in self.steps.values() for event, _ in steps for letter in event.sent}
        sets = chain.from_iterable(combinations(every, size) for size in range(len(every) + 1))
        again = [frozenset(one) for one in sets] if links == "fair_loss" else [None]
        return any(self._stays(links, bad & met, letters) for letters in again)

    def _stays(self, links: str, among: set[State], letters: frozenset[Letter] | None) -> bool:
        """Whether a fair run can stay among some states, sending exactly these letters for ever, if any are named."""
        kept = {
            state: [
                (event, after)
                for event, after in self.steps[state]
                if after in among
                and (letters is None or (event.sent <= letters and {event.delivered} - {None} <= letters))
            ]
            for state in among
        }
        graph = nx.DiGraph([(state, after) for state, steps in kept.items() for _, after in steps])
        graph.add_nodes_from(among)
        return any(self._is_fair(links, found, kept, letters) for found in nx.strongly_connected_components(graph))

    def _is_fair(
        self,
        links: str,
        states: Collection[State],
        kept: dict[State, list[tuple[Event, State]]],
        letters: frozenset[Letter] | None,
    ) -> bool:
        events = [event for state in states for event, after in kept[state] if after in states]
        taken = {event.action for event in events}
        for action in self.fair:  # weak fairness
            possible = all(any(event.action == action for event, _ in self.steps[state]) for state in states)
            if possible and action not in taken:
                return False
        delivered = {event.delivered for event in events}
        under_way = [self.letters(state) for state in states]
        match links:
            case "fair_loss":  # sent infinitely often is delivered infinitely often, and the other way round
                assert letters is not None
                return letters <= delivered and letters <= {one for event in events for one in event.sent}
            case "stubborn":  # sent once is delivered infinitely often
                return set().union(*under_way) <= delivered
            case _:  # sent is delivered: no letter is always there and never taken
                always = (one for one in under_way[0] if all(one in letters for letters in under_way))
                return all(one in delivered for one in always)


def _under_way(state: System, sender: str, receiver: str) -> Any:
    parts = state.__layout__.parts
    return getattr(state, f"network.{sender}.{receiver}")[parts[sender].address][parts[receiver].address]


def _key(state: System) -> State:
    return str(sorted(state_of(state).items(), key=lambda item: item[0]))
