"""Paths of a model, step by step, in Z3: every state is a row of Boolean constants.

The step from one row to the next is written once and renamed for each step. One instance of an action is chosen by a
constant of its own, so that a model of the solver says which action was taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from indoubt.invariants.bounded.circuit import FALSE, TRUE
from indoubt.invariants.bounded.execution import Instance
from indoubt.invariants.bounded.model import Model, State
from indoubt.invariants.quorums.solver import reason_unknown, z3
from indoubt.specs.language.frozen import dataclass


class Found(Enum):
    """What the solver says of a query."""

    YES = "satisfiable"
    NO = "unsatisfiable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Way:
    """A path that the solver found: a state, then an instance and its successor for each step."""

    start: State
    steps: tuple[tuple[Instance, State], ...]


class Unrolling:
    """A path that grows; what is asked of its last state or step is a conjunction of literals of the model."""

    def __init__(self, model: Model, timeout_s: float) -> None:
        self.model = model
        self.length = 0
        """How many steps the path has."""
        self.unknown_reason = ""
        self.is_interrupted = False
        """Whether somebody pressed Ctrl-C while an earlier path was looked for."""
        self._timeout_s = timeout_s
        self._terms: dict[int, Any] = {FALSE: z3.BoolVal(False), TRUE: z3.BoolVal(True)}
        self._solver = z3.SolverFor("QF_FD")
        self._solver.set("timeout", max(1, int(1000 * min(timeout_s, 1_000_000))))
        self._before = [self._term(literal) for literal in model.before]
        self._after = [self._term(literal) for literal in model.after]
        self._chosen = [z3.Bool(f"choice!{number}") for number in range(len(model.written))]
        self._rows = [self._row(0)]
        self._choices: list[list[Any]] = []
        self._step: Any = None

    def begin_anywhere(self) -> None:
        """The path begins in any state that the types allow."""
        self._solver.add(self._renamed(self._term(self.model.is_valid), 0))

    def begin_initially(self) -> None:
        """The path begins in an initial state."""
        states = [
            z3.And(
                [row if bit else z3.Not(row) for row, bit in zip(self._rows[0], self.model.bits(state), strict=True)]
            )
            for _, state in self.model.initial
        ]
        self._solver.add(z3.Or(states))

    def extend(self) -> None:
        """One step more."""
        if self._step is None:
            self._step = z3.And(self._transition())
        self.length += 1
        self._rows.append(self._row(self.length))
        self._choices.append([z3.Bool(f"choice!{number}!{self.length}") for number in range(len(self._chosen))])
        self._solver.add(self._renamed(self._step, self.length - 1, with_step=True))

    def require(self, literal: int, at: int, *, of_step: bool = False) -> None:
        """A literal is true of the state, or of the step that begins, after `at` steps."""
        self._solver.add(self._renamed(self._term(literal), at, with_step=of_step))

    def require_distinct(self) -> None:
        """The last state is none of those before it."""
        differ = self._term(self.model.differ(self.model.after))
        last = list(zip(self._after, self._rows[-1], strict=True))
        for row in self._rows[:-1]:
            self._solver.add(z3.substitute(differ, *zip(self._before, row, strict=True), *last))

    def find(self, literal: int, *, of_step: bool = False, by: Sequence[int] | None = None) -> Found:
        """Whether the path can be such that a literal is true of its last state, or of its last step.

        `by` are the numbers of the instances that the last step may be of.
        """
        at = self.length - 1 if of_step else self.length
        terms = [self._renamed(self._term(literal), at, with_step=of_step)]
        if by is not None:
            terms.append(z3.Or([self._choices[-1][number] for number in by]))
        self._asked, self._answer = (), None
        if any(z3.is_false(term) for term in terms):
            return Found.NO
        self._solver.push()
        self._solver.add(*terms)
        answer = self._checked()
        if answer == z3.sat:
            self._asked, self._answer = terms, self._solver.model()
        self._solver.pop()
        return Found.YES if answer == z3.sat else Found.NO if answer == z3.unsat else Found.UNKNOWN

    def _checked(self, *given: Any) -> Any:
        """Z3's answer. Raises KeyboardInterrupt where somebody pressed Ctrl-C, now or before."""
        if self.is_interrupted:
            raise KeyboardInterrupt
        started = time.monotonic()
        answer = self._solver.check(*given)
        if answer == z3.unknown:
            is_early = time.monotonic() - started < self._timeout_s / 2
            self.unknown_reason = reason_unknown(self._solver, is_early=is_early)
        return answer

    def needed(
        self, literal: int, given: Mapping[str, int], *, of_step: bool = False, by: Sequence[int] | None = None
    ) -> tuple[str, ...] | None:
        """Which of some literals, true of the first state, keep `literal` from being true, as few as can be left.

        The latter is one of the last state, or of the last step, which is of the instances `by`. None where it can be
        true all the same, or the solver does not know.
        """
        at = self.length - 1 if of_step else self.length
        self._solver.push()
        self._solver.add(self._renamed(self._term(literal), at, with_step=of_step))
        if by is not None:
            self._solver.add(z3.Or([self._choices[-1][number] for number in by]))
        names = list(given)
        marks = {name: z3.Bool(f"given!{number}") for number, name in enumerate(names)}
        for name, mark in marks.items():
            self._solver.add(z3.Implies(mark, self._renamed(self._term(given[name]), 0)))
        is_enough = self._checked(*marks.values()) == z3.unsat
        for name in list(names) if is_enough else ():
            fewer = [one for one in names if one != name]
            if name in names and self._checked(*(marks[one] for one in fewer)) == z3.unsat:
                core = {str(one) for one in self._solver.unsat_core()}
                names = [one for one in fewer if str(marks[one]) in core]
        self._solver.pop()
        return tuple(names) if is_enough else None

    _asked: Sequence[Any] = ()
    _answer: Any = None

    def way(self) -> Way:
        """The first path that the last satisfiable query is true of, by its first state and then by its instances.

        Which path the solver happens to find depends on all that it was asked before, so it would be another one from
        run to run. Where the solver gives up looking for an earlier one, the path is some path of the same length; so
        it is after Ctrl-C, which ends what is asked next.
        """
        assert self._answer is not None
        answer = self._answer
        self._solver.push()
        try:
            self._solver.add(*self._asked)
            answer = self._first(answer)
        except KeyboardInterrupt:
            self.is_interrupted = True  # and the solver may be left with what was asked of it
        else:
            self._solver.pop()

        def is_true(term: Any) -> bool:
            return bool(z3.is_true(answer.eval(term, model_completion=True)))

        states = [
            self.model.read({literal: is_true(term) for literal, term in zip(self.model.before, row, strict=True)})
            for row in self._rows
        ]
        taken = [self.model.steps.instances[self._taken(choices, is_true)] for choices in self._choices]
        return Way(states[0], tuple(zip(taken, states[1:], strict=True)))

    def way_or_raise(self) -> Way:
        """The same, where nobody presses Ctrl-C meanwhile, which is KeyboardInterrupt then."""
        way = self.way()
        if self.is_interrupted:
            raise KeyboardInterrupt
        return way

    @staticmethod
    def _taken(choices: Sequence[Any], is_true: Callable[[Any], bool]) -> int:
        return next(number for number, choice in enumerate(choices) if is_true(choice))

    def _first(self, answer: Any) -> Any:
        """The answer whose first state has the fewest leading bits, and whose instances come first."""

        def is_true(term: Any) -> bool:
            return bool(z3.is_true(answer.eval(term, model_completion=True)))

        def improved(*terms: Any) -> bool:
            nonlocal answer
            self._solver.push()
            self._solver.add(*terms)
            found = bool(self._checked() == z3.sat)
            if found:
                answer = self._solver.model()
            self._solver.pop()
            return found

        for bit in self._rows[0]:
            is_set = is_true(bit) and not improved(z3.Not(bit))
            self._solver.add(bit if is_set else z3.Not(bit))
        for choices in self._choices:
            taken = self._taken(choices, is_true)
            while taken and improved(z3.Or(choices[:taken])):
                taken = self._taken(choices, is_true)
            self._solver.add(choices[taken])
        return answer

    def _transition(self) -> list[Any]:
        model, chosen = self.model, self._chosen
        if not chosen:
            return [z3.BoolVal(False)]
        parts = [z3.Or(chosen), z3.AtMost(*chosen, 1)] if len(chosen) > 1 else [chosen[0]]
        for choice, instance in zip(chosen, model.steps.instances, strict=True):
            parts.append(z3.Implies(choice, self._term(instance.enabled)))
        for place, (old, new) in enumerate(zip(model.before, self._after, strict=True)):
            touching = [(c, w[place]) for c, w in zip(chosen, model.written, strict=True) if w[place] != old]
            ways = [z3.And(choice, self._term(literal)) for choice, literal in touching if literal != FALSE]
            kept = z3.And(self._term(old), *(z3.Not(choice) for choice, _ in touching))
            parts.append(new == z3.Or([*ways, kept]))
        return parts

    def _row(self, number: int) -> list[Any]:
        return [z3.Bool(f"state!{place}!{number}") for place in range(len(self.model.before))]

    def _renamed(self, term: Any, at: int, *, with_step: bool = False) -> Any:
        pairs = list(zip(self._before, self._rows[at], strict=True))
        if with_step:
            pairs += zip(self._after, self._rows[at + 1], strict=True)
            pairs += zip(self._chosen, self._choices[at], strict=True)
        return z3.substitute(term, *pairs) if pairs else term

    def _term(self, literal: int) -> Any:
        """The term of a literal; gates below are written first, without recursion."""
        terms, gates = self._terms, self.model.circuit.gates
        waiting = [literal]
        while waiting:
            one = waiting[-1]
            if one in terms:
                waiting.pop()
                continue
            gate = gates[one >> 1]
            if one & 1:
                if one ^ 1 in terms:
                    terms[one] = z3.Not(terms[one ^ 1])
                else:
                    waiting.append(one ^ 1)
            elif gate is None:
                terms[one] = z3.Bool(f"input!{one >> 1}")
            elif gate[0] in terms and gate[1] in terms:
                terms[one] = z3.And(terms[gate[0]], terms[gate[1]])
            else:
                waiting += [side for side in gate if side not in terms]
        return terms[literal]
