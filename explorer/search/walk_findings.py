"""What the walks of a simulation have found, in the words of the machine.

Both engines note runs and lengths. The states of a noted run are judged once more by the reference interpreter, which
finds every property that is broken there and the steps that lead along; what it does not confirm is a defect of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from indoubt.explorer.backends.backend import Backend, Broken, Outcome, Refused, State
from indoubt.explorer.backends.reference import StepFailed
from indoubt.explorer.search.answers import DEADLOCK, Findings, assertions_of
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.kernels import walk_context as at
from indoubt.explorer.search.native_exploration import Disagreement
from indoubt.explorer.search.result import Answer, Path, Stopped, Verdict
from indoubt.explorer.search.shortening import BUDGET, Target, path_along, shortened, without_circles
from indoubt.explorer.search.walks import Plan, Simulation, Tally

StatesOf = Callable[[int, int], Sequence[State]]
"""The states of a run, at least as many as the given length; 0 for all of them."""


def told(
    backend: Backend, plan: Plan, tally: Tally, states_of: StatesOf, stopped: Stopped | None, elapsed_s: float
) -> Simulation:
    """Everything that some walks have found out. Raises SearchFailed where the spec cannot be computed."""
    machine = backend.machine
    findings = _Findings(backend, plan)
    walked = None
    if tally.deciding is not None:
        run, end = tally.deciding
        states = states_of(run, 0)
        walked = len(states)
        findings.decide(list(states), end)
    for position, (run, length) in tally.reached.items():
        findings.found[position] = path_along(backend, without_circles(states_of(run, length)[:length]))
    found = Findings(findings.found, findings.broken, is_complete=False, is_constrained=bool(plan.constraints))
    chosen = plan.chosen(machine, "invariant", "step_invariant", "reachable")
    answers = [found.answer(machine, position) for position in chosen]
    answers += found.of_assertions(machine)
    if plan.deadlock:
        answers.append(found.of_deadlock())
    return Simulation(
        machine,
        plan,
        tuple(answers),
        tally.runs,
        tally.steps,
        tally.distinct,
        tuple(tally.ends),
        tuple(tally.lengths),
        {action.name: count for action, count in zip(machine.actions, tally.taken, strict=True)},
        tuple(sorted(tally.bounds)),
        None if tally.deciding is None else tally.deciding[0],
        walked,
        stopped,
        elapsed_s,
        dropped=dict(tally.dropped),
    )


class _Findings:
    """What the deciding run breaks, with a way to each."""

    def __init__(self, backend: Backend, plan: Plan) -> None:
        self._backend, self._plan = backend, plan
        self._machine = backend.machine
        self._constraints = [
            position for position, one in enumerate(self._machine.constraints) if one.name in plan.constraints
        ]
        self.found: dict[int | str, Path] = {}
        self.broken: dict[str, Answer] = {}

    def decide(self, states: list[State], end: int) -> None:
        """Find what is wrong at the end of a run. Raises SearchFailed, Disagreement if nothing is."""
        if end in (at.STATE_FAILS, at.STEP_FAILS, at.EXPANSION_FAILS):
            raise self._failed(states, end)
        if end == at.STEP_VIOLATES:  # the step counts, even where it leads back
            path = path_along(self._backend, [*without_circles(states[:-1]), states[-1]])
        else:
            path = path_along(self._backend, without_circles(states))
        targets = self._targets(states, end)
        if not targets:
            raise Disagreement(f"nothing is violated at the end of the run, in {states[-1]}")
        for target, found in targets:
            found(shortened(self._backend, path, target, BUDGET // len(targets)))

    def _targets(self, states: list[State], end: int) -> list[tuple[Target, Callable[[Path], None]]]:
        """Everything that is violated, with what becomes of the way to it."""
        backend, last = self._backend, states[-1]
        match end:
            case at.STATE_VIOLATES:
                violated = [p for p in self._plan.chosen(self._machine, "invariant") if not backend.holds(p, last)]
                return [(self._state(position), self._at(position)) for position in violated]
            case at.STEP_VIOLATES:
                chosen = self._plan.chosen(self._machine, "step_invariant")
                violated = [position for position in chosen if not backend.holds(position, states[-2], last)]
                return [(self._step(position), self._at(position)) for position in violated]
            case at.ASSERTION_BREAKS:
                names = {one.name for one in backend.steps(last) if isinstance(one, Broken)}
                ordered = [name for name in assertions_of(self._machine) if name in names]
                return [(self._assertion(name), self._breaking(name)) for name in ordered]
            case _:
                is_stuck = _is_stuck(list(backend.steps(last)))
                stuck = Target(has_outcome=_is_stuck, admits=self._admits)
                return [(stuck, self._at(DEADLOCK))] if is_stuck else []

    def _state(self, position: int) -> Target:
        def violates(state: State) -> bool:
            return not self._backend.holds(position, state)

        return Target(is_state=violates, admits=self._admits)

    def _step(self, position: int) -> Target:
        def violates(before: State, after: State) -> bool:
            return not self._backend.holds(position, before, after)

        return Target(is_step=violates, admits=self._admits)

    def _assertion(self, name: str) -> Target:
        def breaks(outcomes: Sequence[Outcome]) -> bool:
            return any(isinstance(one, Broken) and one.name == name for one in outcomes)

        return Target(has_outcome=breaks, admits=self._admits)

    def _admits(self, state: State) -> bool:
        return all(self._backend.admits(position, state) for position in self._constraints)

    def _at(self, place: int | str) -> Callable[[Path], None]:
        def keep(path: Path) -> None:
            self.found[place] = path

        return keep

    def _breaking(self, name: str) -> Callable[[Path], None]:
        def keep(path: Path) -> None:
            last = path.steps[-1][1] if path.steps else path.initial
            failing = next(one for one in self._backend.steps(last) if isinstance(one, Broken) and one.name == name)
            self.broken[name] = Answer(name, "assertion", "", Verdict.VIOLATED, path, failing.taken)

        return keep

    def _failed(self, states: list[State], end: int) -> SearchFailed:
        """What the reference interpreter says of a state or a step that cannot be computed."""
        if end == at.STEP_FAILS:
            path = path_along(self._backend, [*without_circles(states[:-1]), states[-1]])
        else:
            path = path_along(self._backend, without_circles(states))
        try:
            self._compute(states, end)
        except StepFailed as failure:
            return SearchFailed(failure, path)
        raise Disagreement(f"everything can be computed at the end of the run, in {states[-1]}")

    def _compute(self, states: list[State], end: int) -> None:
        last = states[-1]
        if end == at.STATE_FAILS:
            kinds = ("invariant", "reachable") if self._admits(last) else ("invariant",)
            for position in self._plan.chosen(self._machine, *kinds):
                self._backend.holds(position, last)
        elif end == at.STEP_FAILS:
            for position in self._plan.chosen(self._machine, "step_invariant"):
                self._backend.holds(position, states[-2], last)
        else:
            for _ in self._backend.steps(last):
                pass


def _is_stuck(outcomes: Sequence[Outcome]) -> bool:
    return all(isinstance(one, Refused) for one in outcomes)
