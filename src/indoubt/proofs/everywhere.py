"""Proofs for every number of members: inductive invariants in first-order logic, told in the words of the spec."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from indoubt.asking import known_properties, spec_class
from indoubt.confirming import confirmed
from indoubt.counterexamples.letters import call_text
from indoubt.explorer.backends.backend import Refused, State, Taken
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.statements import Assert
from indoubt.explorer.ir.values import decode
from indoubt.explorer.ir.walk import types_of, walk
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.result import Answer, Verdict
from indoubt.finding import UsageError, find_spec
from indoubt.invariants.quorums.counted import EPaxos
from indoubt.invariants.quorums.solver import version
from indoubt.invariants.unbounded.execution import LocatedRefusal, parameter_symbol
from indoubt.invariants.unbounded.obligations import COMPUTABLE, INITIALLY, Concrete, Proof, Query, prove
from indoubt.invariants.unbounded.solver import Outcome
from indoubt.invariants.unbounded.symbols import ANY_SIZE, read
from indoubt.invariants.unbounded.theory import Theory
from indoubt.invariants.unbounded.values import sort_name
from indoubt.proofs.reaching import reachability, violations
from indoubt.proofs.results import (
    Asked,
    Property,
    Shown,
    SpecProof,
    Status,
    counted,
    values_of_run,
    values_row,
    verdict_of,
    with_not_asked,
)
from indoubt.proofs.small import SIZES, NotEnabled, SmallSizes, decoded, stepped
from indoubt.proofs.uncomputable import refuse_reached
from indoubt.result import PropertyResult
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.quorum_systems import QuorumSystem
from indoubt.specs.language.settings import LARGEST_SIZE, QUORUMS, Settings, sorts_of
from indoubt.specs.language.types import QuorumType, SetType
from indoubt.specs.language.universe import SettingError, within
from indoubt.traces import arguments_of

Report = Callable[[str], None]
LOWERED_AT = (4, 5)
"""Sizes at which a spec is lowered; the first is that of the theory."""
COMPARED_AT = (1, 2, 3, 6, 7, 8, 16, LARGEST_SIZE)
"""More sizes, at which it must be the same, as far as it is a spec there. What grows with a size, and is the same with
one member and with the most, is the same in between."""


def for_all_sizes(
    spec: type[Spec] | str,
    /,
    *,
    timeout: float = 60.0,
    properties: Collection[str] | None = None,
    progress: Report | None = None,
    **settings: Any,
) -> SpecProof:
    """Prove the invariants of a spec for every size of its sorts; `settings` are parameters.

    Raises what `check` does; UsageError where a size is given, SpecError where the spec is no theory in first-order
    logic.
    """
    named = find_spec(spec) if isinstance(spec, str) else spec_class(spec)
    free = [sort.__name__ for sort in sorts_of(named) if sort.fixed_size is None]
    for name in free:
        if name in settings:
            raise UsageError(
                f"{name}={settings[name]} is a size, and this proof is for every size; leave it out, or say how far to "
                "look: --bmc 12, or --induction 3"
            )
    _refuse_fixed(settings.get(QUORUMS))
    settled = [_settled(named, dict.fromkeys(free, size), settings) for size in LOWERED_AT]
    machines = [prepared(lower(named, one)) for one in settled]
    machines += [*_others(named, free, settings)] if free else []
    asked = None if properties is None else sorted(known_properties(machines[0], None, properties, deadlock=False))
    started = time.monotonic()
    try:
        theory = Theory(*machines)
        small = SmallSizes(named, settings, progress)
        proof = prove(theory, properties=asked, timeout_s=timeout, report=progress, look=small.look)
    except LocatedRefusal as refusal:
        raise _refused(named, refusal) from None
    answered = _Telling(named, small, theory, proof, progress).properties(asked)
    verdict = verdict_of(answered)
    like = [_condition(system) for system in settled[0].quorums.values()]
    sizes = f"every number of {' and '.join(free)}" if free else "all sizes"
    scope = ", ".join([sizes, *like, *values_of_run(settled[0])])
    return SpecProof(
        named.__name__,
        "all sizes",
        f"for {scope}",
        verdict,
        _why(answered),
        answered,
        (*values_row(settled[0]), *_rows(theory, proof)),
        tuple(map(_asked, proof.queries)),
        version(),
        time.monotonic() - started,
    )


def _refuse_fixed(quorums: Any) -> None:
    """Raise UsageError for quorum systems that are for one number of members."""
    named: Mapping[Any, Any] = quorums if isinstance(quorums, Mapping) else {None: quorums}  # pyright: ignore[reportUnknownVariableType]
    for system in named.values():
        if isinstance(system, QuorumSystem) and system.members is not None:
            raise UsageError(
                f"{QUORUMS}={system} is for {counted(system.members, 'member')}, and this proof is for every number; "
                "say how far to look: --bmc 12, or --induction 3, and the size of each sort"
            )
        if isinstance(system, EPaxos):
            raise UsageError(
                f"{QUORUMS}={system} is for an odd number of members, and this proof is for every number; "
                "say how far to look: --bmc 12, or --induction 3, and the size of each sort"
            )


def _others(spec: type[Spec], free: Sequence[str], settings: Mapping[str, Any]) -> Iterator[Machine]:
    """The machines at more sizes."""
    for size in COMPARED_AT:
        try:
            yield prepared(lower(spec, _settled(spec, dict.fromkeys(free, size), settings)))
        except (SpecError, SettingError):
            continue  # it is no spec there, so that nothing is said of this size


def _condition(system: QuorumSystem) -> str:
    """What a proof takes for granted of a quorum system: that it is what the protocol requires of it."""
    required = " and ".join(str(overlap) for overlap in system.overlaps(ANY_SIZE))
    return f"wherever {system} has quorums and {required}"


def _settled(spec: type[Spec], sizes: Mapping[str, int], settings: Mapping[str, Any]) -> Settings:
    return settle(spec, {**sizes, **settings})


def _refused(spec: type[Spec], refusal: LocatedRefusal) -> SpecError:
    title = f"{spec.__name__} cannot be proved for every size: {refusal.where}: {refusal.reason}"
    help_ = refusal.help or "decide it for some sizes, as with `--induction 3` and a size for each sort"
    return SpecError([Diagnostic("S802", title, refusal.span, "here", help_)])


def _why(properties: tuple[Property, ...]) -> str:
    violated = next((one for one in properties if one.status is Status.VIOLATED), None)
    if violated is not None:
        return f"{violated.name}: {violated.result.claim}"
    open_ = [
        one.name
        for one in properties
        if one.status.verdict is Verdict.INCONCLUSIVE and one.status is not Status.NOT_ASKED
    ]
    return f"not proved: {', '.join(open_)}" if open_ else with_not_asked("by induction", properties)


def _asked(query: Query) -> Asked:
    leaves = ""
    if query.circle is not None:
        by = dict.fromkeys(f"{label} ({_line(span)})" if span else label for _, label, span in query.circle.by)
        leaves = f"{' -> '.join(query.circle.sorts)}, by {', '.join(by)}"
    return Asked(query.property, query.action, query.answer.outcome.value, query.answer.elapsed_s, leaves)


def _line(span: Any) -> str:
    return f"{span.file.rpartition('/')[2]}:{span.line}"


def _rows(theory: Theory, proof: Proof) -> list[tuple[str, str]]:
    seconds = [query.answer.elapsed_s for query in proof.queries]
    queries = counted(len(seconds), "query").replace("querys", "queries")
    rows = [("queries", f"{queries}, the longest {max(seconds, default=0):.2f} s, all {sum(seconds):.2f} s")]
    assumed = dict.fromkeys(one.label for one in theory.axioms if not one.label.startswith("the values of"))
    rows.append(("axioms", "; ".join(assumed) or "none: sorts have a member, and nothing else is assumed of them"))
    circles = [query for query in proof.queries if query.circle is not None]
    if circles:
        rows.append(
            ("fragment", f"{len(circles)} of {queries} leave the decidable fragment: {_asked(circles[0]).leaves}")
        )
    else:
        rows.append(("fragment", "every query is in the decidable fragment: no alternation leads back to its sort"))
    if proof.bounded:
        rows.append(("bounds", f"a bound may refuse a step of {', '.join(proof.bounded)}"))
    return rows


class _Telling:
    """Turns the answers of the solver into what is known of each property."""

    def __init__(
        self, spec: type[Spec], small: SmallSizes, theory: Theory, proof: Proof, progress: Report | None
    ) -> None:
        self._spec, self._small, self._theory, self._proof = spec, small, theory, proof
        self._progress = progress
        self._violated: dict[str, PropertyResult] = {}

    def properties(self, asked: Collection[str] | None) -> tuple[Property, ...]:
        """Every property with its status."""
        proof = self._proof
        against: dict[str, Query] = {}
        for query in proof.against:
            known = against.get(query.property)
            if known is None or (query.is_refuted() and not known.is_refuted()):
                against[query.property] = query
        shown = {name: self._shown(query) for name, query in against.items() if query.is_refuted()}
        if shown:
            self._look_further()
        answers: list[Property] = []
        machine = self._theory.machine
        kinds = {one.name: (one.kind, one.claim) for one in machine.checked}
        names = [one.name for one in machine.checked if asked is None or one.name in asked]
        extra = [name for name in (*proof.proved, *against) if name not in kinds]
        for name in [*names, *dict.fromkeys(extra)]:
            claim = "every step can be computed" if name == COMPUTABLE else "it holds wherever the step is taken"
            kind, claim = kinds.get(name, ("assertion", claim))
            answers.append(self._answer(name, kind, claim, against.get(name), shown.get(name)))
        return tuple(answers)

    def _answer(self, name: str, kind: str, claim: str, query: Query | None, shown: Shown | None) -> Property:
        def bare(status: Status, remark: str) -> Property:
            return Property(PropertyResult(name, kind, claim, status.verdict, None), status, remark, shown)

        if name in self._violated:
            result = self._violated[name]
            states = counted(len(result.trace) if result.trace else 0, "state")
            return Property(result, Status.VIOLATED, f"the explorer has a counterexample of {states}", shown)
        if name in self._proof.proved:
            return bare(Status.PROVED, claim)
        if query is None:
            word = "a witness" if kind == "reachable" else "a property of whole runs"
            return bare(Status.NOT_ASKED, f"{word}: `indoubt check` decides it")
        if query.answer.outcome is Outcome.UNKNOWN:
            return bare(Status.UNKNOWN, f"Z3 gave no answer for {query.action}: {query.answer.reason}")
        without = self._proof.without.get(name)
        if without:
            are = "is" if len(without) == 1 else "are"
            return bare(Status.DEPENDS, f"not without {', '.join(without)}, which {are} not proved either")
        where = "it fails in an initial state" if query.action == INITIALLY else f"{query.action} breaks it"
        assert shown is not None
        return bare(
            Status.NOT_INDUCTIVE,
            f"{where} from a state that {shown.reachable.removesuffix(',')}" if shown.steps else where,
        )

    def _shown(self, query: Query) -> Shown:
        """The counterexample of a query, computed by the reference interpreter from the state that there is."""
        if query.action == INITIALLY:
            return self._of_initial(query)
        found = query.concrete
        if found is None and (self._has_quorums or not self._small.are_of_the_run):
            # The quorums of the solver's model may be none of a run.
            found = self._small.look(query.property, query.action, query.assumed)
        is_of_run = found is not None or not self._has_quorums
        found = found or self._concrete(query)
        quorums = {} if is_of_run else self._quorums_of(query)
        settled, machine = self._small.at(found.sizes)
        action = next(one for one in machine.actions if one.name == query.action)
        with within(settled.universe):
            call = call_text(action.name, arguments_of(Taken(action, found.arguments)))
        before = found.before
        try:
            after, ending = stepped(machine, action, found.arguments, before)
            if is_of_run:
                self._confirm(query, machine, before, after)
        except NotEnabled:
            if is_of_run:
                raise
            after, ending = None, f"{query.property} may fail, with quorums that are no majorities"
        self._tell(f"is the state before {query.action} reachable")
        if query.property == COMPUTABLE and self._small.are_of_the_run:
            refuse_reached(self._spec, settled, machine)
        reached = reachability(machine, settled, [before])
        self._note(settled, machine, violations(machine, self._open(machine)))
        with within(settled.universe):
            steps = ((call, None if after is None else quorums | decoded(machine, after)),)
            failing = ending or f"{query.property} fails"
            sizes = dict(found.sizes)
            told = reached.told_of(before)
            if not self._small.are_of_the_run:
                told = f"{told.removesuffix(',')} where quorums are majorities"
            return Shown(query.property, sizes, quorums | decoded(machine, before), steps, failing, told)

    def _concrete(self, query: Query) -> Concrete:
        """The state that the model of a query has, and the arguments of the step."""
        model = query.answer.model
        assert model is not None
        sizes = {name: model.sizes.get(name, 1) for name in self._small.free}
        settled, machine = self._small.at(sizes)[0], self._theory.machine  # which has the quorums of the model
        with within(settled.universe):
            before = tuple(read(model, one.type, one.name) for one in machine.variables)
            action = next(one for one in machine.actions if one.name == query.action)
            arguments = tuple(read(model, one.range, parameter_symbol(action, one)) for one in action.choices)
        return Concrete(sizes, before, arguments)

    def _quorums_of(self, query: Query) -> dict[str, Any]:
        """The quorums of the model of a query, by their kinds."""
        model, machine = query.answer.model, self._theory.machine
        assert model is not None
        kinds = {one for one in types_of((machine.actions, machine.properties)) if isinstance(one, QuorumType)}
        settled, _ = self._small.at({name: model.sizes.get(name, 1) for name in self._small.free})
        with within(settled.universe):
            return {
                sort_name(kind): frozenset(decode(one, SetType(kind.sort)) for one in model.quorums(kind))
                for kind in sorted(kinds, key=sort_name)
            }

    @property
    def _has_quorums(self) -> bool:
        """Whether the quorums of a model may be others than those of a run."""
        machine = self._theory.machine
        return any(isinstance(type_, QuorumType) for type_ in types_of((machine.actions, machine.properties)))

    def _of_initial(self, query: Query) -> Shown:
        model = query.answer.model
        assert model is not None
        settled, machine = self._small.at({name: model.sizes.get(name, 1) for name in self._small.free})
        reference = Reference(machine)
        position = next(n for n, one in enumerate(machine.properties) if one.name == query.property)
        for outcome in reference.initial():
            if isinstance(outcome, Refused):
                continue
            if not reference.holds(position, outcome[1]):
                self._note(settled, machine, violations(machine, self._open(machine)))
                with within(settled.universe):
                    state = decoded(machine, outcome[1])
                return Shown(query.property, model.sizes, state, (), f"{query.property} fails", "is an initial state")
        raise AssertionError(f"{query.property} holds in every initial state, though the solver says that it does not")

    def _confirm(self, query: Query, machine: Machine, before: State, after: State | None) -> None:
        """Ask the reference interpreter whether the counterexample is one."""
        reference = Reference(machine)
        places = {one.name: position for position, one in enumerate(machine.properties)}
        for name in query.assumed:
            if not reference.holds(places[name], before):
                raise AssertionError(f"{name} is assumed of a state in which it does not hold: {before}")
        if after is None or query.property not in places:
            return
        place = places[query.property]
        is_of_step = machine.properties[place].kind == "step_invariant"
        holds = reference.holds(place, before, after) if is_of_step else reference.holds(place, after)
        if holds:
            raise AssertionError(f"{query.property} holds after {query.action} from {before}, which Z3 denies")

    def _look_further(self) -> None:
        """Look for real violations at sizes a little larger."""
        if not self._small.are_of_the_run:
            return
        for size in SIZES:
            if not self._open(self._theory.machine):
                return
            self._tell(f"a violation at size {size}")
            settled, machine = self._small.at(dict.fromkeys(self._small.free, size))
            self._note(settled, machine, violations(machine, self._open(machine)))

    def _open(self, machine: Machine) -> set[str]:
        """The properties and asserts that are not proved, and of which no violation is known."""
        asked = {query.property for query in self._proof.against}
        names = {one.name for one in machine.properties}
        names |= {part.name for part in walk(tuple(one.body for one in machine.actions)) if isinstance(part, Assert)}
        return names & asked - set(self._violated)

    def _note(self, settled: Settings, machine: Machine, answers: Sequence[Answer]) -> None:
        for one in answers:
            if self._small.are_of_the_run and one.path is not None and one.property not in self._violated:
                self._violated[one.property] = confirmed(self._spec, settled, machine, None, one)

    def _tell(self, text: str) -> None:
        if self._progress is not None:
            self._progress(text)
