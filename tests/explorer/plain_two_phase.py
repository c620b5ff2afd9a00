"""nodes_two_phase.py in plain Python: all states, on every network and with faults, by nothing but the definitions.

A state is a tuple: the phase of the TM, who has voted yes, the phases of the RMs, what is under way to each RM and from
each, whether the TM is up, and what is left of the budgets. What is under way on a link is a frozenset on a soup, a
sorted tuple on a bag, and a tuple in order on a fifo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

WORKING, PREPARED, COMMITTED, ABORTED = "WORKING", "PREPARED", "COMMITTED", "ABORTED"
Link = Any


@dataclass(frozen=True)
class State:
    """One state; `left` are crashes, restarts, losses and duplicates."""

    tm: str
    yes: frozenset[int]
    rms: tuple[str, ...]
    to_rm: tuple[Link, ...]
    to_tm: tuple[Link, ...]
    up: bool
    left: tuple[int, int, int, int]


class Full(Exception):
    """A link has no room, so the step is not taken."""


@dataclass(frozen=True)
class Net:
    """A network: `capacity` is of a bag or a fifo."""

    kind: str
    capacity: int = 2

    def empty(self) -> Link:
        """A link with nothing on it."""
        nothing: frozenset[str] = frozenset()
        return nothing if self.kind == "soup" else ()

    def with_one(self, link: Link, message: str) -> Link:
        """A link with one message more. Raises Full."""
        if self.kind == "soup":
            return link | {message}
        if len(link) == self.capacity:
            raise Full
        return tuple(sorted((*link, message))) if self.kind == "bag" else (*link, message)

    def offered(self, link: Link) -> set[str]:
        """What can be received."""
        return set(link[:1]) if self.kind == "fifo" else set(link)

    def without(self, link: Link, message: str) -> Link:
        """A link from which a message was received."""
        if self.kind == "soup":
            return link
        place = link.index(message)
        return (*link[:place], *link[place + 1 :])


def at(items: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    """A tuple with another value at one place."""
    return (*items[:place], value, *items[place + 1 :])


def reachable(rms: int, net: Net, left: tuple[int, int, int, int]) -> set[State]:
    """Every state that can be reached."""
    links = (net.empty(),) * rms
    start = State(WORKING, frozenset(), (WORKING,) * rms, links, links, True, left)
    found, new = {start}, [start]
    while new:
        state = new.pop()
        for step in steps(state, net):
            try:
                after = step()
            except Full:
                continue
            if after not in found:
                found.add(after)
                new.append(after)
    return found


def steps(state: State, net: Net) -> Iterator[Callable[[], State]]:
    """Every step of a state; a step that does not fit the network raises Full when it is taken."""
    everyone = range(len(state.rms))

    def sent(now: State, message: str) -> State:
        return replace(now, to_rm=tuple(net.with_one(link, message) for link in now.to_rm))

    def decided(now: State, commit: bool) -> State:
        return sent(replace(now, tm=COMMITTED if commit else ABORTED), f"Decided({commit})")

    def voted(rm: int, message: str) -> State:
        now = state
        if state.tm == WORKING and message == "Voted(False)":
            now = decided(state, commit=False)
        elif state.tm == WORKING:
            now = replace(state, yes=state.yes | {rm})
            now = decided(now, commit=True) if len(now.yes) == len(everyone) else now
        return replace(now, to_tm=at(now.to_tm, rm, net.without(now.to_tm[rm], message)))

    def prepared(rm: int, can: bool) -> State:
        now = replace(state, rms=at(state.rms, rm, PREPARED if can else ABORTED))
        now = replace(now, to_tm=at(now.to_tm, rm, net.with_one(now.to_tm[rm], f"Voted({can})")))
        return replace(now, to_rm=at(now.to_rm, rm, net.without(now.to_rm[rm], "Prepare()")))

    def obeyed(rm: int, message: str) -> State:
        phase = COMMITTED if message == "Decided(True)" else ABORTED
        now = replace(state, rms=at(state.rms, rm, phase))
        return replace(now, to_rm=at(now.to_rm, rm, net.without(now.to_rm[rm], message)))

    if state.up and state.tm == WORKING:
        yield lambda: sent(state, "Prepare()")
        yield lambda: decided(state, commit=False)
    for rm in everyone:
        if state.up:
            for message in net.offered(state.to_tm[rm]):
                yield lambda rm=rm, message=message: voted(rm, message)  # type: ignore[misc]
        for message in net.offered(state.to_rm[rm]):
            if message != "Prepare()":
                yield lambda rm=rm, message=message: obeyed(rm, message)  # type: ignore[misc]
            elif state.rms[rm] == WORKING:
                yield lambda rm=rm: prepared(rm, can=True)  # type: ignore[misc]
                yield lambda rm=rm: prepared(rm, can=False)  # type: ignore[misc]
    yield from faults(state, net)


def faults(state: State, net: Net) -> Iterator[Callable[[], State]]:
    """What may go wrong; a TM that comes back has forgotten who voted."""
    crashes, restarts, losses, duplicates = state.left
    if state.up and crashes:
        yield lambda: replace(state, up=False, left=at(state.left, 0, crashes - 1))
    if not state.up and restarts:
        yield lambda: replace(state, up=True, yes=frozenset(), left=at(state.left, 1, restarts - 1))
    for at_rms in (True, False):
        links = state.to_rm if at_rms else state.to_tm
        for place, link in enumerate(links):
            for message in net.offered(link) if net.kind != "soup" else ():
                if losses:
                    less = at(links, place, net.without(link, message))
                    yield partial(travelling, state, less, at(state.left, 2, losses - 1), at_rms=at_rms)
                if duplicates:
                    yield partial(copied, state, net, (place, message), at_rms=at_rms)


def copied(state: State, net: Net, one: tuple[int, str], *, at_rms: bool) -> State:
    """A state with a second copy of a message. Raises Full."""
    place, message = one
    links = state.to_rm if at_rms else state.to_tm
    more = at(links, place, twice(links[place], message, net))
    return travelling(state, more, at(state.left, 3, state.left[3] - 1), at_rms=at_rms)


def travelling(state: State, links: tuple[Link, ...], left: Any, *, at_rms: bool) -> State:
    """A state with something else under way, to the RMs or from them."""
    return replace(state, to_rm=links, left=left) if at_rms else replace(state, to_tm=links, left=left)


def twice(link: Link, message: str, net: Net) -> Link:
    """A link with a second copy of a message, in a queue right behind the first one. Raises Full."""
    if net.kind == "bag":
        return net.with_one(link, message)
    if len(link) == net.capacity:
        raise Full
    return (message, *link)
