"""Refinement: every step of a machine, seen through a mapping, is a step of an abstract machine or changes nothing.

Source: Abadi and Lamport, "The Existence of Refinement Mappings" (1991); safety only, without history variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from indoubt.explorer.backends.backend import Backend, Outcome, State, Taken
from indoubt.explorer.backends.closures import EvaluationFailed
from indoubt.explorer.backends.evaluation import Evaluator
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.ir.expressions import Expr
from indoubt.explorer.ir.machine import Machine
from indoubt.specs.language.universe import BoundReached, Universe, within


class Refinement:
    """Asks an abstract backend whether it allows what a concrete machine does.

    `mapping` computes the abstract variables, in their order; `names` are those that the run has mapped by hand.
    """

    def __init__(
        self, concrete: Machine, mapping: tuple[Expr, ...], abstract: Backend, names: Mapping[str, str] | None = None
    ) -> None:
        self.name = f"refines {abstract.machine.name}"
        where = "".join(f", with {variable} = {name}" for variable, name in (names or {}).items())
        self.claim = f"every step is a step of {abstract.machine.name}, or changes nothing there{where}"
        self.mapping = mapping
        self._abstract = abstract
        with within(Universe(concrete.sizes)):
            evaluator = Evaluator([variable.name for variable in concrete.variables])
            self._mapping = [evaluator.expression(expr) for expr in mapping]
        self._names = [(one.name, (names or {}).get(one.name, one.name)) for one in abstract.machine.variables]
        self._frame: list[Any] = [None] * len(evaluator.slots)
        self._initial: frozenset[State] | None = None
        self._successors: dict[State, frozenset[State]] = {}

    def seen(self, state: State) -> State:
        """The abstract state that a concrete one stands for. Raises StepFailed where it cannot be computed."""
        seen: list[Any] = []
        try:
            for value in self._mapping:
                seen.append(value(state, self._frame))  # noqa: PERF401 - their number says which one failed
        except (EvaluationFailed, BoundReached) as error:
            variable, name = self._names[len(seen)]
            where = f"where it stands for {self._abstract.machine.name}.{variable}"
            failed = error if isinstance(error, EvaluationFailed) else EvaluationFailed("S404", str(error))
            raise StepFailed(name, f"{error}, {where}", state, code=failed.code, span=failed.span) from None
        return tuple(seen)

    def allows_initial(self, state: State) -> bool:
        """Whether the abstract machine may begin here. Raises StepFailed."""
        if self._initial is None:
            self._initial = self._reached(self._abstract.initial(), state)
        return self.seen(state) in self._initial

    def allows(self, before: State, after: State) -> bool:
        """Whether the abstract machine may take this step, or stands still. Raises StepFailed."""
        start, end = self.seen(before), self.seen(after)
        if start == end:
            return True
        known = self._successors.get(start)
        if known is None:
            known = self._successors[start] = self._reached(self._abstract.steps(start), before)
        return end in known

    def _reached(self, outcomes: Iterable[Outcome | tuple[Taken | None, State]], state: State) -> frozenset[State]:
        try:
            return frozenset(outcome[1] for outcome in outcomes if isinstance(outcome, tuple))
        except StepFailed as failure:
            reason = f"{self._abstract.machine.name}.{failure.name}: {failure.reason}"
            raise StepFailed(self.name, reason, state, code=failure.code, span=failure.span) from None
