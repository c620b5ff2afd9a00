"""Proofs at fixed sizes: bounded model checking and k-induction, told like a check."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from indoubt.asking import known_properties, spec_class
from indoubt.confirming import confirmed
from indoubt.counterexamples.letters import call_text
from indoubt.explorer.backends.backend import Refused, Taken
from indoubt.explorer.backends.reference import Reference, StepFailed
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.values import decode
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.failed import SearchFailed
from indoubt.explorer.search.result import Answer, Path, Verdict
from indoubt.failing import spec_failed
from indoubt.finding import find_spec
from indoubt.invariants.bounded.induction import COMPUTABLE, Counterexample, Induction, induct
from indoubt.invariants.bounded.model import CannotEncode, Model
from indoubt.invariants.bounded.search import Failure, Searched, Shown as Found, search
from indoubt.invariants.bounded.unrolling import Way
from indoubt.invariants.quorums.solver import version
from indoubt.proofs.reaching import reachability, violations
from indoubt.proofs.results import Property, Shown, SpecProof, Status, values_row, verdict_of
from indoubt.result import PropertyResult
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings, setting_text
from indoubt.specs.language.universe import within
from indoubt.traces import arguments_of

Report = Callable[[str], None]


def bounded(
    spec: type[Spec] | str,
    /,
    *,
    steps: int | None = None,
    induction: int | None = None,
    timeout: float = 60.0,
    properties: Collection[str] | None = None,
    progress: Report | None = None,
    **settings: Any,
) -> SpecProof:
    """Look for a violation within so many steps, or prove by k-induction for k = `induction`, at the sizes given.

    Raises what `check` does; SpecError for a spec that cannot be encoded.
    """
    named = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    settled = settle(named, settings)
    machine = prepared(lower(named, settled))
    asked = None if properties is None else sorted(known_properties(machine, None, properties, deadlock=False))
    started = time.monotonic()
    try:
        with within(settled.universe):
            model = Model(machine)
    except CannotEncode as refusal:
        raise _refused(named, refusal) from None
    telling = _Telling(named, settled, machine, model)
    if induction is None:
        assert steps is not None
        found = search(model, steps, properties=asked, timeout_s=timeout, report=progress)
        answered, method, is_open = telling.searched(found, asked), "bounded", not found.is_stuck
        scope = f"within {counted(found.steps if found.is_stuck else steps, 'step')}"
        why, rows = telling.why_searched(found, steps), telling.rows(found)
    else:
        proof = induct(model, induction, properties=asked, timeout_s=timeout, report=progress)
        answered, method, is_open = telling.induced(proof, asked), "induction", False
        scope = f"by {induction}-induction"
        why, rows = _why_induced(answered), telling.rows(proof.base, induction=True)
    verdict = verdict_of(answered)
    if verdict is Verdict.HOLDS and is_open:
        verdict = Verdict.INCONCLUSIVE  # a limit is no pass, also where all that was asked for is a witness
    return SpecProof(
        named.__name__,
        method,
        f"{telling.sizes} {scope}".strip(),
        verdict,
        why,
        answered,
        rows,
        (),
        version(),
        time.monotonic() - started,
    )


def counted(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number} {noun}{'s' * (number != 1)}"


def _refused(spec: type[Spec], refusal: CannotEncode) -> SpecError:
    title = f"{spec.__name__} cannot be encoded for a proof: {refusal.part}: {refusal.reason}"
    help_ = "choose smaller sizes or bounds, or decide it with `indoubt check`, which has no such limit"
    return SpecError([Diagnostic("S801", title, refusal.span, "in this method", help_)])


def _why_induced(properties: tuple[Property, ...]) -> str:
    open_ = [one.name for one in properties if one.status in (Status.NOT_INDUCTIVE, Status.UNKNOWN)]
    violated = [one for one in properties if one.status is Status.VIOLATED]
    if violated:
        return f"{violated[0].name}: {violated[0].result.claim}"
    return f"not proved: {', '.join(open_)}" if open_ else "at every depth"


class _Telling:
    """Turns what the solver found into answers in the words of the spec, confirmed by its source."""

    def __init__(self, spec: type[Spec], settings: Settings, machine: Machine, model: Model) -> None:
        self._spec, self._settings, self._machine, self._model = spec, settings, machine, model
        changed = [name for name, value in settings.parameters.items() if value != getattr(spec, name, None)]
        values = {**settings.sizes, **settings.own_bounds, **settings.parameters}
        names = [*settings.sizes, *settings.own_bounds, *changed]
        self.sizes = " ".join(f"{name}={setting_text(values[name])}" for name in names)

    def rows(self, found: Searched, *, induction: bool = False) -> tuple[tuple[str, str], ...]:
        """The envelope."""
        model = self._model
        bounds = "; ".join(f"{bound}, in {action}" for bound, action in found.bounds)
        size = f"{len(model.before)} bits a state, {len(model.written)} choices of a step"
        reached = f"reached: {bounds}" if bounds else "none reached"
        if induction:
            reached = (
                f"{reached} in the first steps; a step beyond a bound is not taken, and the proof may rest on that"
            )
        return (
            *values_row(self._settings),
            ("bounds", reached),
            ("encoding", f"{size}, {len(model.circuit.gates):,} gates"),
        )

    def why_searched(self, found: Searched, steps: int) -> str:
        """The verdict of a bounded search in a line."""
        if found.violated:
            first = found.violated[0].name
            return next((f"{first}: {one.claim}" for one in self._machine.properties if one.name == first), first)
        if found.undecided:
            return found.undecided
        if found.is_stuck:
            return f"no path has more than {counted(found.steps - 1, 'step')}"
        return f"no violation within {counted(steps, 'step')}; deeper states are not seen"

    def searched(self, found: Searched, asked: Collection[str] | None) -> tuple[Property, ...]:
        """What a bounded search says of each property."""
        if found.failure is not None:
            raise self._failed(found.failure)
        by_name = {one.name: one for one in (*found.violated, *found.reached)}
        answers: list[Property] = []
        for name, kind, claim in self._properties(asked):
            shown = by_name.get(name)
            if shown is not None:
                status = Status.REACHED if kind == "reachable" else Status.VIOLATED
                answers.append(self._confirmed(name, kind, claim, shown, status))
            elif found.undecided:
                answers.append(_bare(name, kind, claim, Status.UNKNOWN, found.undecided))
            elif found.is_stuck and kind == "reachable":
                answers.append(_bare(name, kind, claim, Status.VIOLATED, "no reachable state is one where it holds"))
            elif found.is_stuck:
                answers.append(_bare(name, kind, claim, Status.PROVED, claim))
            else:
                word = "not reached" if kind == "reachable" else "not violated"
                remark = f"{word} within {counted(found.steps, 'step')}"
                status = Status.NOT_REACHED if kind == "reachable" else Status.WITHIN
                answers.append(_bare(name, kind, claim, status, remark))
        return (*answers, *self._temporal(asked))

    def induced(self, proof: Induction, asked: Collection[str] | None) -> tuple[Property, ...]:
        """What k-induction says of each property."""
        if proof.base.failure is not None or proof.base.violated:
            return self.searched(proof.base, asked)
        answers: list[Property] = []
        reached = {one.name: one for one in proof.base.reached}
        violated = {one.property: one for one in violations(self._machine, set(proof.against) - {COMPUTABLE})}
        told = reachability(self._machine, self._settings, [one.way.start for one in proof.against.values()])
        for name, kind, claim in self._properties(asked):
            if name in reached:
                answers.append(self._confirmed(name, kind, claim, reached[name], Status.REACHED))
            elif kind == "reachable":
                answers.append(_bare(name, kind, claim, Status.NOT_ASKED, "induction does not look for witnesses"))
            elif name in proof.proved:
                answers.append(_bare(name, kind, claim, Status.PROVED, claim))
            elif name in violated:
                result = confirmed(self._spec, self._settings, self._machine, None, violated[name])
                states = counted(len(result.trace) if result.trace else 0, "state")
                answers.append(Property(result, Status.VIOLATED, f"the explorer has a counterexample of {states}"))
            elif name in proof.against:
                one = proof.against[name]
                shown = self._shown(one, told.told_of(one.way.start))
                status = Status.NOT_INDUCTIVE
                answers.append(
                    _bare(name, kind, claim, status, f"a step from a state that {shown.reachable} breaks it", shown)
                )
            else:
                answers.append(_bare(name, kind, claim, Status.UNKNOWN, proof.undecided.get(name, "Z3 does not know")))
        if COMPUTABLE in proof.against:
            one = proof.against[COMPUTABLE]
            shown = self._shown(one, told.told_of(one.way.start))
            answers.append(_bare(COMPUTABLE, "assertion", COMPUTABLE, Status.NOT_INDUCTIVE, "it may fail", shown))
        elif COMPUTABLE in proof.undecided:
            answers.append(_bare(COMPUTABLE, "assertion", COMPUTABLE, Status.UNKNOWN, proof.undecided[COMPUTABLE]))
        return (*answers, *self._temporal(asked))

    def _properties(self, asked: Collection[str] | None) -> list[tuple[str, str, str]]:
        found = [
            (one.name, one.kind, one.claim) for one in self._machine.properties if asked is None or one.name in asked
        ]
        return [
            *found,
            *((name, "assertion", "it holds wherever the step is taken") for name in self._model.assertions),
        ]

    def _temporal(self, asked: Collection[str] | None) -> list[Property]:
        remark = "a property of whole runs: `indoubt check` decides it"
        return [
            _bare(one.name, one.kind, one.claim, Status.NOT_ASKED, remark)
            for one in self._machine.temporal
            if asked is None or one.name in asked
        ]

    def _confirmed(self, name: str, kind: str, claim: str, shown: Found, status: Status) -> Property:
        failing = None if shown.breaking is None else Taken(*shown.breaking)
        answer = Answer(name, kind, claim, status.verdict, self._path(shown.way), failing)
        result = confirmed(self._spec, self._settings, self._machine, None, answer)
        states = counted(len(shown.way.steps) + 1, "state")
        how = f"after {counted(len(shown.way.steps), 'step')}, and no sooner"
        remark = how if status is Status.REACHED else f"a shortest counterexample has {states}"
        return Property(result, status, remark)

    def _path(self, way: Way) -> Path:
        choice = next((one for one, state in self._model.initial if state == way.start), None)
        taken = None if choice is None else Taken(choice.action, choice.arguments)
        return Path(taken, way.start, tuple((Taken(one.action, one.arguments), state) for one, state in way.steps))

    def _shown(self, one: Counterexample, reachable: str) -> Shown:
        with within(self._settings.universe):
            before = self._decoded(one.way.start)
            steps = tuple(
                (call_text(i.action.name, arguments_of(Taken(i.action, i.arguments))), self._decoded(state))
                for i, state in one.way.steps
            )
        return Shown(one.name, dict(self._settings.sizes), before, steps, f"{one.name} fails", reachable)

    def _decoded(self, state: tuple[Any, ...]) -> Mapping[str, Any]:
        pairs = zip(self._machine.variables, state, strict=True)
        return {variable.name: decode(value, variable.type) for variable, value in pairs}

    def _failed(self, failure: Failure) -> Exception:
        """The error of the spec that the solver has found, told by the reference interpreter in that very state."""
        reference = Reference(self._machine)
        path = None if failure.way is None else self._path(failure.way)
        try:
            if path is None:
                list(reference.initial())
            else:
                self._provoke(reference, failure.name, path)
        except StepFailed as error:
            return spec_failed(self._spec, self._settings, self._machine, SearchFailed(error, path))
        raise AssertionError(f"{failure.name} can be computed, though the solver says that it cannot")

    def _provoke(self, reference: Reference, name: str, path: Path) -> None:
        state = path.steps[-1][1] if path.steps else path.initial
        for position, one in enumerate(self._machine.properties):
            if one.name == name and one.kind == "step_invariant":
                before = path.steps[-2][1] if len(path.steps) > 1 else path.initial
                reference.holds(position, before, state)
            elif one.name == name:
                reference.holds(position, state)
        for outcome in reference.steps(state):
            assert isinstance(outcome, Refused) or outcome


def _bare(name: str, kind: str, claim: str, status: Status, remark: str, against: Shown | None = None) -> Property:
    return Property(PropertyResult(name, kind, claim, status.verdict, None), status, remark, against)
