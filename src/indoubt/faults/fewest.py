"""Counterexamples with the fewest faults, and among those with the fewest steps.

A search for shortest counterexamples has found some. Further searches allow 0 faults, then 1, and so on, of whatever
kind, and end where a counterexample of each property is known that takes no more than the search allowed. A search that
allows `k` faults and begins after one that allowed `k - 1` and found nothing has a shortest of all counterexamples with
`k` faults. Every step that the author marks as a fault counts as one: a crash, a restart, a cut.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from typing import Protocol

from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.passes.limit_faults import limit_faults
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Answer, Exploration, Limits, Path, Stopped, Verdict, number_text
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import TEMPORAL

ALONE = ("assertion", "refinement", DEADLOCK)
"""Kinds that the names of the properties to be checked do not leave out."""


class Searching(Protocol):
    """Explore a machine as the run asks, but for some properties only."""

    def __call__(
        self, machine: Machine, limits: Limits, properties: frozenset[str], /, *, deadlock: bool, refinement: bool
    ) -> Exploration:
        """Raises SearchFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Layer:
    """A search that allowed `most` faults in all, and the states that it saw; `stopped` says which limit ended it."""

    most: int
    distinct: int
    stopped: str | None


@dataclass(frozen=True, slots=True)
class Fewest:
    """How counterexamples with the fewest faults were looked for.

    `open` has the violated properties whose counterexample is not shown to have the fewest, and why.
    """

    layers: tuple[Layer, ...] = ()
    open: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def told(self) -> str:
        """The searches, as a part of a sentence."""
        counts: dict[int, int] = {}
        for layer in self.layers:
            counts[layer.most] = max(layer.distinct, counts.get(layer.most, 0))
        each = " and ".join(f"at most {most} ({states:,} states)" for most, states in counts.items())
        told = f"searched again with {each}" if counts else "the shortest counterexamples have none"
        doubts = [f"{name} is not shown to have the fewest, since {why}" for name, why in self.open.items()]
        return "; ".join([told, *doubts])


def faults_in(answer: Answer) -> int:
    """How many steps of a counterexample are faults; one that is repeated for ever counts once."""
    assert answer.path is not None
    failing = answer.failing is not None and answer.failing.action.fault is not None
    return sum(taken.action.fault is not None for taken, _ in answer.path.steps) + failing


def with_fewest(
    machine: Machine, found: Exploration, search: Searching, *, refinement: str | None
) -> tuple[Exploration, Fewest]:
    """What was found, with counterexamples that have the fewest faults; `refinement` names the one that is checked.

    Properties that are violated with fewer faults, but not by shortest counterexamples, are found violated as well.
    Raises SearchFailed where the spec cannot be computed in a state that the first search did not come to.
    """
    violated = [one for one in found.answers if one.verdict is Verdict.VIOLATED and one.path is not None]
    if not any(map(faults_in, violated)):
        return found, Fewest()
    return _Layers(machine, found, search, refinement).run(violated)


class _Layers:
    """Searches with more and more faults."""

    def __init__(self, machine: Machine, found: Exploration, search: Searching, refinement: str | None) -> None:
        self._machine, self._found, self._search, self._refinement = machine, found, search, refinement
        self._kinds = {one.property: one.kind for one in found.answers}
        self._ever = 0
        self._began = time.monotonic() - found.elapsed_s
        self._layers: list[Layer] = []
        self._doubts: dict[str, str] = {}
        self._ended: Stopped | None = None
        self.best: dict[str, Answer] = {}

    def run(self, violated: Iterable[Answer]) -> tuple[Exploration, Fewest]:
        self.best = {one.property: one for one in violated}
        self._ever = max(map(faults_in, self.best.values()))
        self._doubt({name for name, one in self.best.items() if _repeats_faults(one)}, "it takes faults for ever")
        for most in range(self._ever):
            if self._ended is not None or not self._worse_than(most):
                break
            self._layer(most)
        if any(action.fault is not None and action.fairness is not None for action in self._machine.actions):
            # A step that changes nothing is never owed, but takes one from what is left here.
            self._doubt({name for name in self.best if self._kinds[name] in TEMPORAL}, "a run may owe a fault")
        answers = tuple(self.best.get(one.property, one) for one in self._found.answers)
        doubts = {name: why for name, why in self._doubts.items() if name in self.best and faults_in(self.best[name])}
        stopped = self._ended if self._ended is not None and self._ended.is_interruption else self._found.stopped
        return replace(self._found, answers=answers, stopped=stopped), Fewest(tuple(self._layers), doubts)

    def _doubt(self, names: Iterable[str], why: str) -> None:
        for name in names:
            self._doubts.setdefault(name, why)

    def _worse_than(self, most: int) -> set[str]:
        """The properties with no counterexample of `most` faults yet that are known to be violated."""
        return {name for name, one in self.best.items() if faults_in(one) > most}

    def _layer(self, most: int) -> None:
        """Look for counterexamples with `most` faults: of states and steps, of being stuck, of whole runs."""
        is_safety = self._pending(most, lambda kind: kind not in (DEADLOCK, *TEMPORAL))
        while is_safety & self._worse_than(most):
            settled = self._searched(most, is_safety)
            if not settled or self._ended is not None:
                break
            is_safety -= settled
        for among in (self._pending(most, lambda kind: kind == DEADLOCK), *self._temporal(most)):
            if among & self._worse_than(most):
                self._searched(most, among)

    def _pending(self, most: int, wanted: Callable[[str], bool]) -> set[str]:
        """The properties of some kinds that may have a counterexample with `most` faults, and none is known."""
        settled = self.best.keys() - self._worse_than(most)
        return {name for name, kind in self._kinds.items() if kind != "reachable" and wanted(kind)} - settled

    def _temporal(self, most: int) -> Iterable[set[str]]:
        return ({name} for name in sorted(self._pending(most, lambda kind: kind in TEMPORAL)))

    def _searched(self, most: int, among: set[str]) -> set[str]:
        """Search for counterexamples; the properties that have one with `most` faults now."""
        kinds = {self._kinds[name] for name in among}
        beyond = DEADLOCK in kinds or bool(kinds & set(TEMPORAL))
        limited = limit_faults(self._machine, most, self._ever, beyond=beyond)
        named = frozenset(name for name in among if self._kinds[name] not in ALONE)
        worse = among & self._worse_than(most)
        limits = self._limits()
        if limits is None:
            self._doubt(worse, "no time is left")
            return set()
        try:
            found = self._search(
                limited, limits, named, deadlock=DEADLOCK in among, refinement=self._refinement in among
            )
        except SearchFailed as failed:
            failed.path = None if failed.path is None else _of_machine(failed.path, self._machine)
            raise
        stopped = found.stopped
        self._layers.append(Layer(most, found.counts.distinct, None if stopped is None else stopped.limit))
        if stopped is not None and stopped.is_interruption:
            self._ended = stopped
        violated = [one for one in found.answers if one.verdict is Verdict.VIOLATED and one.path is not None]
        for one in violated:
            assert one.path is not None
            if one.property in among:
                self._take(replace(one, path=_of_machine(one.path, self._machine)), most)
        settled = {one.property for one in violated} & among
        if not settled and stopped is not None:
            self._doubt(worse, f"the search with at most {most} ended early: {stopped.told}")
        elif not settled and violated:
            self._doubt(worse, f"{violated[0].property} fails sooner with at most {most}")
        return settled

    def _limits(self) -> Limits | None:
        """The limits of the next search; None where no time is left."""
        limits = self._found.limits
        if limits.timeout_s is None:
            return limits
        left_s = limits.timeout_s - (time.monotonic() - self._began)
        if left_s <= 0:
            self._ended = self._ended or Stopped(f"--timeout {number_text(limits.timeout_s)}", "")
            return None
        return replace(limits, timeout_s=left_s)

    def _take(self, answer: Answer, most: int) -> None:
        known = self.best.get(answer.property)
        if known is None or faults_in(known) > most:
            self.best[answer.property] = answer


def _repeats_faults(answer: Answer) -> bool:
    """Whether a run takes faults for ever, which no search with a number of them finds."""
    path = answer.path
    if path is None or path.back_to is None:
        return False
    return any(taken.action.fault is not None for taken, _ in path.steps[path.back_to :])


def _of_machine(path: Path, machine: Machine) -> Path:
    """A path through the limited machine, without the variables that it adds."""
    count = len(machine.variables)
    steps = tuple((taken, state[:count]) for taken, state in path.steps)
    return replace(path, initial=path.initial[:count], steps=steps)
