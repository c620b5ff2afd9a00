"""Bounded model checking: is a property violated within a number of steps, and by which shortest path?

Levels are asked one after the other, as breadth-first search goes through them, so what is found first is shortest, and
everything that is violated at that depth is told. Source: Biere, Cimatti, Clarke, Zhu, "Symbolic Model Checking without
BDDs" (TACAS 1999). What cannot be computed in some state ends the search, as it ends an exploration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from indoubt.explorer.ir.machine import Action
from indoubt.invariants.bounded.circuit import FALSE, TRUE, negated
from indoubt.invariants.bounded.execution import Broken
from indoubt.invariants.bounded.model import Claim, Model
from indoubt.invariants.bounded.unrolling import Found, Unrolling, Way
from indoubt.invariants.quorums.solver import INTERRUPTED
from indoubt.specs.language.frozen import dataclass

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A property with the path that violates it, or reaches it; `breaking` is the step that breaks an assert."""

    name: str
    way: Way
    breaking: tuple[Action, tuple[Any, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A path to a state in which a step or a property cannot be computed."""

    name: str
    way: Way | None


@dataclass(frozen=True, slots=True)
class Searched:
    """What a bounded search found.

    `steps` is how many steps were looked at; `bounds` are those that a step would have left, with the action;
    `undecided` says why the search ended early, if the solver gave up or somebody pressed Ctrl-C; `whole` is within how
    many steps everything was looked at all the same, -1 where not even the initial states were.
    """

    violated: tuple[Shown, ...]
    reached: tuple[Shown, ...]
    failure: Failure | None
    bounds: tuple[tuple[str, str], ...]
    steps: int
    undecided: str = ""
    is_stuck: bool = False
    """Whether no path has more steps than that: every state was seen."""
    is_interrupted: bool = False
    whole: int = -1


class _GaveUp(Exception):
    """The solver does not know."""


class _Failed(Exception):
    """Something cannot be computed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.name)
        self.failure = failure


class BoundedSearch:
    """Looks through the paths of a model from its initial states."""

    def __init__(self, model: Model, names: Sequence[str] | None, timeout_s: float, report: Report | None) -> None:
        self.model = model
        self.paths = Unrolling(model, timeout_s)
        self._claims = [one for one in model.claims if names is None or one.property.name in names]
        self._step_claims = [one for one in model.step_claims if names is None or one.property.name in names]
        self._report = report
        self._violated: list[Shown] = []
        self._reached: dict[str, Shown] = {}
        self._bounds: dict[tuple[str, str], None] = {}
        self._whole = -1

    def run(self, most_steps: int) -> Searched:
        """Look at every path of up to `most_steps` steps, or until something is violated."""
        try:
            is_stuck = self._levels(most_steps)
        except _Failed as failed:
            return self._searched(failed.failure)
        except _GaveUp:
            reason = f"Z3 answered unknown at {self.paths.length} steps ({self.paths.unknown_reason or 'no reason'})"
            return self._searched(None, undecided=reason)
        except KeyboardInterrupt:
            return self._searched(None, undecided=INTERRUPTED, is_interrupted=True)
        return self._searched(None, is_stuck=is_stuck, is_interrupted=self.paths.is_interrupted)

    def _searched(
        self,
        failure: Failure | None,
        *,
        undecided: str = "",
        is_stuck: bool = False,
        is_interrupted: bool = False,
    ) -> Searched:
        found = tuple(self._violated), tuple(self._reached.values())
        seen = tuple(self._bounds), self.paths.length
        return Searched(*found, failure, *seen, undecided, is_stuck, is_interrupted, self._whole)

    def _levels(self, most_steps: int) -> bool:
        for name in self.model.initial_failed:
            raise _Failed(Failure(name, None))
        if not self.model.initial:
            return True
        self.paths.begin_initially()
        self._look_at_states()
        while not self._violated and self.paths.length < most_steps:
            if self._report is not None:
                self._report(f"{self.paths.length + 1} of {most_steps} steps")
            self._look_before_step()
            self.paths.extend()
            if self._found(TRUE) is Found.NO:
                return True
            self._look_at_steps()
            self._look_at_states()
        return False

    def _found(self, literal: int, *, of_step: bool = False) -> Found:
        if literal == FALSE:
            return Found.NO
        answer = self.paths.find(literal, of_step=of_step)
        if answer is Found.UNKNOWN:
            raise _GaveUp
        return answer

    def _look_before_step(self) -> None:
        """What ends a step in a state of the last level, before there is a successor."""
        steps = self.model.steps
        if self._found(self.model.lost) is Found.YES:
            raise AssertionError("a step makes a state that its encoding cannot hold")
        for name, literal in steps.failed.items():
            if self._found(literal) is Found.YES:
                raise _Failed(Failure(name, self.paths.way()))
        for place, literal in steps.refused.items():
            if place not in self._bounds and self._found(literal) is Found.YES:
                self._bounds[place] = None
        for name in self.model.assertions:
            self._look_at_assertion(name, [one for one in steps.broken if one.name == name])

    def _look_at_assertion(self, name: str, broken: Sequence[Broken]) -> None:
        if self._found(self.model.circuit.any(one.literal for one in broken)) is Found.YES:
            way = self.paths.way()
            bits = dict(
                zip(self.model.before, self.model.bits(way.steps[-1][1] if way.steps else way.start), strict=True)
            )
            truths = self.model.circuit.evaluated({literal >> 1: bit for literal, bit in bits.items()})
            one = next(one for one in broken if truths[one.literal])
            self._violated.append(Shown(name, way, (one.action, one.arguments)))

    def _look_at_steps(self) -> None:
        for one in self._step_claims:
            if self._found(one.failed, of_step=True) is Found.YES:
                raise _Failed(Failure(one.property.name, self.paths.way()))
        for one in self._step_claims:
            self._look_at_claim(one, of_step=True)

    def _look_at_states(self) -> None:
        for one in self._claims:
            if self._found(one.failed) is Found.YES:
                raise _Failed(Failure(one.property.name, self.paths.way()))
        for one in self._claims:
            if one.property.kind == "invariant":
                self._look_at_claim(one, of_step=False)
            elif one.property.name not in self._reached and self._found(one.holds) is Found.YES:
                self._reached[one.property.name] = Shown(one.property.name, self.paths.way())
        self._whole = self.paths.length

    def _look_at_claim(self, one: Claim, *, of_step: bool) -> None:
        if self._found(negated(one.holds), of_step=of_step) is Found.YES:
            self._violated.append(Shown(one.property.name, self.paths.way()))


def search(
    model: Model,
    most_steps: int,
    *,
    properties: Sequence[str] | None = None,
    timeout_s: float = 60,
    report: Report | None = None,
) -> Searched:
    """Look for violations within `most_steps` steps; `timeout_s` is for each query."""
    return BoundedSearch(model, properties, timeout_s, report).run(most_steps)
