"""What a solver answered for every number of members, in the words of the spec: computed again at small sizes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from indoubt.counterexamples.letters import call_text
from indoubt.explorer.backends.backend import Refused, State, Taken
from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.values import decode
from indoubt.explorer.search.answers import assertions_of
from indoubt.explorer.search.result import INTERRUPTED
from indoubt.invariants.unbounded.execution import parameter_symbol
from indoubt.invariants.unbounded.obligations import Proof
from indoubt.invariants.unbounded.queries import COMPUTABLE, INITIALLY, Concrete, Query
from indoubt.invariants.unbounded.solver import Outcome
from indoubt.invariants.unbounded.symbols import read
from indoubt.invariants.unbounded.theory import Theory
from indoubt.invariants.unbounded.values import sort_name
from indoubt.proofs.looking import Looking
from indoubt.proofs.reaching import NOT_LOOKED_FOR, Patience, reachability
from indoubt.proofs.results import Property, Shown, Status, counted, sizes_text
from indoubt.proofs.small import NotEnabled, SmallSizes, decoded, stepped
from indoubt.proofs.uncomputable import refuse_reached
from indoubt.runs.result import PropertyResult
from indoubt.runs.traces import arguments_of
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.types import SetType
from indoubt.specs.language.universe import within

Report = Callable[[str], None]
IS_INITIAL = "is an initial state"


class TellingAll:
    """Turns the answers of the solver into what is known of each property."""

    def __init__(
        self, spec: type[Spec], small: SmallSizes, theory: Theory, proof: Proof, progress: Report | None
    ) -> None:
        self._spec, self._small, self._theory, self._proof = spec, small, theory, proof
        self._progress = progress
        self.patience = Patience()
        self._looking = Looking(spec, small, progress)
        self._near: list[Mapping[str, int]] = []
        """The sizes of the counterexamples to induction."""

    def properties(self, asked: Collection[str] | None) -> tuple[Property, ...]:
        """Every property with its status."""
        proof = self._proof
        against: dict[str, Query] = {}
        for query in proof.against:
            known = against.get(query.property)
            if known is None or (query.is_refuted() and not known.is_refuted()):
                against[query.property] = query
        self.patience.is_interrupted = proof.is_interrupted
        refuted = {name: query for name, query in against.items() if query.is_refuted()}
        found = {name: self._shown_or_interrupted(query) for name, query in refuted.items()}
        shown = {name: one for name, one in found.items() if one is not None}
        if shown:
            self.patience.at(lambda: self._looking.look(self._open(), self._near), None)
        answers: list[Property] = []
        machine = self._theory.machine
        kinds = {one.name: (one.kind, one.claim) for one in machine.checked}
        names = [one.name for one in machine.checked if asked is None or one.name in asked]
        extra = [name for name in (*proof.proved, *against, *proof.interrupted) if name not in kinds]
        for name in [*names, *dict.fromkeys(extra)]:
            claim = "every step can be computed" if name == COMPUTABLE else "it holds wherever the step is taken"
            kind, claim = kinds.get(name, ("assertion", claim))
            answers.append(self._answer(name, kind, claim, against.get(name), shown.get(name)))
        return tuple(answers)

    def _answer(self, name: str, kind: str, claim: str, query: Query | None, shown: Shown | None) -> Property:
        def bare(status: Status, remark: str) -> Property:
            return Property(PropertyResult(name, kind, claim, status.verdict, None), status, remark, shown)

        if name in self._looking.found:
            result, sizes = self._looking.found[name].result, self._looking.found[name].sizes
            states = counted(len(result.trace) if result.trace else 0, "state")
            at = f" at {sizes_text(sizes)}" if sizes else ""
            return Property(result, Status.VIOLATED, f"a shortest counterexample{at} has {states}", shown, sizes)
        if name in self._proof.proved:
            return bare(Status.PROVED, claim)
        is_refuted = query is not None and query.is_refuted()
        if name in self._proof.interrupted or (is_refuted and shown is None):
            return bare(Status.UNKNOWN, f"not decided: {INTERRUPTED}")
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

    def _shown_or_interrupted(self, query: Query) -> Shown | None:
        """The same; None where somebody pressed Ctrl-C before it was found."""
        try:
            return self._shown(query)
        except KeyboardInterrupt:
            self.patience.is_interrupted = True
            return None

    def _shown(self, query: Query) -> Shown:
        """The counterexample of a query, computed by the reference interpreter from the state that there is."""
        if query.action == INITIALLY:
            return self._of_initial(query)
        found = query.concrete
        if found is None and self._theory.quorums:
            # The quorums of the solver's model may be none of a run.
            if self.patience.is_interrupted:
                raise KeyboardInterrupt
            found = self._small.look(query.property, query.action, query.assumed)
            if found is None:
                return self._with_other_quorums(query)
        found = found or self._concrete(query)
        settled, machine = self._small.at(found.sizes)
        action = next(one for one in machine.actions if one.name == query.action)
        before = found.before
        after, ending = stepped(machine, action, found.arguments, before)
        self._confirm(query, machine, before, after)
        reachable = self.patience.at(lambda: self._reachable(query, found), NOT_LOOKED_FOR)
        with within(settled.universe):
            call = call_text(action.name, arguments_of(Taken(action, found.arguments)))
            steps = ((call, None if after is None else decoded(machine, after)),)
            failing = ending or f"{query.property} fails"
            return Shown(query.property, dict(found.sizes), decoded(machine, before), steps, failing, reachable)

    def _with_other_quorums(self, query: Query) -> Shown:
        """A counterexample of the solver for every size, with quorums that are none of the run at small sizes."""
        found, quorums = self._concrete(query), self._quorums_of(query)
        settled, machine = self._small.at(found.sizes)
        action = next(one for one in machine.actions if one.name == query.action)
        try:
            after, ending = stepped(machine, action, found.arguments, found.before)
        except NotEnabled:  # with the quorums of the run
            after, ending = None, ""
        failing = ending or f"{query.property} may fail, with other quorums than those of {self._small.systems_told}"
        unfit = self._small.unfit(found.sizes)
        reachable = (
            f"was not looked for: {unfit}"
            if unfit
            else self.patience.at(lambda: self._reachable(query, found), NOT_LOOKED_FOR)
        )
        with within(settled.universe):
            call = call_text(action.name, arguments_of(Taken(action, found.arguments)))
            steps = ((call, None if after is None else quorums | decoded(machine, after)),)
            before = quorums | decoded(machine, found.before)
            return Shown(query.property, dict(found.sizes), before, steps, failing, reachable)

    def _reachable(self, query: Query, found: Concrete) -> str:
        """What the explorer says of the state before a step."""
        settled, machine = self._small.at(found.sizes)
        self._tell(f"is the state before {query.action} reachable")
        if query.property == COMPUTABLE:
            refuse_reached(self._spec, settled, machine)
        reached = reachability(machine, settled, [found.before])
        self._near.append(found.sizes)
        return reached.told_of(found.before)

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
        model = query.answer.model
        assert model is not None
        settled, _ = self._small.at({name: model.sizes.get(name, 1) for name in self._small.free})
        with within(settled.universe):
            return {
                sort_name(kind): frozenset(decode(one, SetType(kind.sort)) for one in model.quorums(kind))
                for kind in sorted(self._theory.quorums, key=sort_name)
            }

    def _of_initial(self, query: Query) -> Shown:
        """An initial state in which a property fails; with the quorums of the model, where it does with no others."""
        model = query.answer.model
        assert model is not None
        of_model = {name: model.sizes.get(name, 1) for name in self._small.free}
        for sizes in [of_model] * (not self._small.unfit(of_model)) + self._small.levels:
            settled, machine = self._small.at(sizes)
            reference = Reference(machine)
            position = next(n for n, one in enumerate(machine.properties) if one.name == query.property)
            for outcome in reference.initial():
                if not isinstance(outcome, Refused) and not reference.holds(position, outcome[1]):
                    self._near.append(dict(sizes))
                    with within(settled.universe):
                        state = decoded(machine, outcome[1])
                    return Shown(query.property, dict(sizes), state, (), f"{query.property} fails", IS_INITIAL)
        if not self._theory.quorums:
            raise AssertionError(f"{query.property} holds in every initial state, which the solver denies")
        failing = f"{query.property} may fail, with other quorums than those of {self._small.systems_told}"
        return Shown(query.property, of_model, self._quorums_of(query), (), failing, IS_INITIAL)

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

    def _open(self) -> list[str]:
        """The properties and asserts that are not proved."""
        machine = self._theory.machine
        names = [*(one.name for one in machine.properties), *assertions_of(machine)]
        asked = {query.property for query in self._proof.against}
        return [name for name in names if name in asked]

    def looked(self) -> tuple[tuple[str, str], ...]:
        """The row that says where the explorer found no violation of what is not proved."""
        names = [name for name in self._open() if name not in self._looking.found]
        told = self._looking.told(names) if names else ""
        return (("explorer", told),) if told else ()

    def _tell(self, text: str) -> None:
        if self._progress is not None:
            self._progress(text)
