"""Breadth-first search of a graph in plain Python: what the native search has to answer, said as simply as possible."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from packed_graph import ADMITS_NOT, ASSERTION, BOUND, ENTERS, FAILS, LEAVES, STEP_FAILS, Graph

from indoubt.explorer.backends.native.slots import FIRST_CROWDED
from indoubt.explorer.search.native import Question
from indoubt.explorer.search.result import NO_STATES, Limits

FAULTS = (0, 2)
"""The actions of a graph that are faults."""


class Failed(Exception):
    """Something cannot be computed: what (as `Failing` numbers it), and in which state."""


@dataclass
class PlainSearch:
    """The states in the order in which they are found, and everything that is noted on the way."""

    graph: Graph
    question: Question
    limits: Limits
    states: list[int] = field(default_factory=list)
    parents: list[int | None] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)
    enabled: dict[int, set[int]] = field(default_factory=dict)
    bounds: set[int] = field(default_factory=set)
    found: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)
    found_steps: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)
    broken: dict[int, int] = field(default_factory=dict)
    generated: int = 0
    expanded: int = 0
    stuck: int | None = None
    is_violated: bool = False
    failure: tuple[int, int | None] | None = None
    limit: str | None = None

    def run(self) -> PlainSearch:
        """Search, and return what was found."""
        try:
            self.search()
        except Failed as failed:
            self.failure = failed.args
        return self

    def search(self) -> None:
        for node in self.graph.initial:
            self.generated += 1
            self.meet(node, None)
        if not self.states and not self.is_violated:
            self.limit = NO_STATES
            return
        ends = [len(self.states)]
        self.levels = [len(self.states)]
        while self.expanded < len(self.states) and not self.is_violated:
            if self.limits.max_depth is not None and len(ends) >= self.limits.max_depth:
                self.limit = f"--max-depth {self.limits.max_depth}"
                return
            while self.expanded < ends[-1]:
                if self.limits.max_states is not None and len(self.states) > self.limits.max_states:
                    self.limit = f"--max-states {self.limits.max_states}"
                    break
                self.expand(self.expanded)
                self.expanded += 1
            if len(self.states) > ends[-1]:
                self.levels.append(len(self.states) - ends[-1])
                ends.append(len(self.states))
            if self.limit:
                return
        if self.is_violated and self.question.deadlock and self.stuck is None:
            for index in range(self.expanded, len(self.states)):
                code = self.graph.codes[self.states[index]]
                if all(edge.kind == BOUND for edge in self.graph.edges[self.states[index]]):
                    if code >= FIRST_CROWDED:
                        raise Failed(1, index)
                    if not code:  # what cannot be computed is not stuck
                        self.stuck = index
                        return

    @property
    def ledger(self) -> tuple[int, ...]:
        """How often each action was taken, and in how many states each fault was."""
        return (*(self.taken[action] for action in range(3)), *(len(self.enabled.get(one, ())) for one in FAULTS))

    def depth(self, index: int) -> int:
        """How many states a shortest way to a state has."""
        before = self.parents[index]
        return 1 if before is None else 1 + self.depth(before)

    def expand(self, index: int) -> None:
        node = self.states[index]
        has_step = False
        for edge in self.graph.edges[node]:
            if edge.kind == BOUND:
                self.bounds.add(edge.number)
                continue
            has_step = True
            self.generated += 1
            if edge.kind == ASSERTION:
                self.is_violated = True
                self.broken.setdefault(edge.number, index)
                continue
            self.taken[edge.number] += 1
            self.enabled.setdefault(edge.number, set()).add(index)
            after = self.graph.bits[edge.target]
            if self.question.step_properties:
                if after & STEP_FAILS:
                    raise Failed(3, index)
                if self.graph.bits[node] & LEAVES and after & ENTERS:
                    self.is_violated = True
                    self.found_steps.setdefault(0, (index, edge.target))
            self.meet(edge.target, index)
        if self.graph.codes[node]:
            raise Failed(1, index)
        if not has_step and self.stuck is None:
            self.stuck = index
            self.is_violated |= self.question.deadlock

    def meet(self, node: int, parent: int | None) -> None:
        if node in self.states:
            return
        bits = self.graph.bits[node]
        is_admitted = not (bits & ADMITS_NOT and self.question.constraints)
        place = (len(self.states), None) if is_admitted else (parent, node)
        if is_admitted:
            self.states.append(node)
            self.parents.append(parent)
        for position in range(4):
            if bits >> 32 + position & self.question.properties >> position & 1:
                self.found.setdefault(position, place)
                self.is_violated |= bool(self.question.invariants >> position & 1)
        if bits & FAILS and (self.question.properties or self.question.constraints):
            raise Failed(2, place[0])
