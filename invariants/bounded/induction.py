"""k-induction at fixed sizes: properties that hold at every depth, because they follow from k levels before.

Level t is the state after t steps, with the step to it and whatever its predecessor lets one ask. The first k levels
are searched from the initial states; then a path that begins anywhere and has k levels on which everything holds must have
it hold on the next one, too. All properties are assumed together. One that fails there is given up, and with it the
assumption, until those that are left follow from each other. Source: Sheeran, Singh, Stalmarck, "Checking Safety
Properties Using Induction and a SAT-Solver" (FMCAD 2000); the giving up is Flanagan and Leino's "Houdini" (FME 2001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indoubt.invariants.bounded.circuit import negated
from indoubt.invariants.bounded.model import Model
from indoubt.invariants.bounded.search import BoundedSearch, Report, Searched
from indoubt.invariants.bounded.unrolling import Found, Unrolling, Way
from indoubt.specs.language.frozen import dataclass

COMPUTABLE = "every step and property can be computed"
"""What has to be shown besides the properties of the spec: nothing else means anything where it does not hold."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A path from some state, reachable or not, at whose end a property fails, though all held before.

    `assumed` are the properties that held; `taken` is the step that fails at the end, where one does.
    """

    name: str
    way: Way
    assumed: tuple[str, ...]
    taken: tuple[str, tuple[Any, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Induction:
    """What k-induction answers: the names that are proved, and what speaks against the others.

    `base` is the search of the first levels, in which a violation is a real one; `undecided` are the names of which
    the solver did not know.
    """

    base: Searched
    proved: tuple[str, ...]
    against: Mapping[str, Counterexample]
    undecided: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Obligation:
    """A literal that must hold: of a state, of a state from which a step may begin, or of a step to a state."""

    name: str
    literal: int
    place: str


def induct(
    model: Model,
    depth: int,
    *,
    properties: Sequence[str] | None = None,
    simple: bool = True,
    timeout_s: float = 60,
    report: Report | None = None,
) -> Induction:
    """Prove by `depth`-induction; with `simple`, on paths without a repeated state, which are enough."""
    base = BoundedSearch(model, properties, timeout_s, report).run(depth - 1)
    wanted = _obligations(model, properties)
    names = tuple(dict.fromkeys(one.name for one in wanted))
    if base.violated or base.failure is not None or base.undecided:
        reason = base.undecided or "the first levels are not free of violations"
        return Induction(base, (), {}, dict.fromkeys(names, reason))
    active, against, undecided = list(names), dict[str, Counterexample](), dict[str, str]()
    while active:
        found = _given_up(model, depth, [one for one in wanted if one.name in active], simple, timeout_s, report)
        if found is None:
            break
        name, why = found
        active.remove(name)
        if isinstance(why, Counterexample):
            against[name] = why
        else:
            undecided[name] = why
    return Induction(base, tuple(active), against, undecided)


def _obligations(model: Model, properties: Sequence[str] | None) -> list[_Obligation]:
    circuit, steps = model.circuit, model.steps
    found = [
        _Obligation(one.property.name, one.holds, "state")
        for one in model.claims
        if one.property.kind == "invariant" and (properties is None or one.property.name in properties)
    ]
    found += [
        _Obligation(one.property.name, one.holds, "step")
        for one in model.step_claims
        if properties is None or one.property.name in properties
    ]
    for name in model.assertions:
        broken = circuit.any(one.literal for one in steps.broken if one.name == name)
        found.append(_Obligation(name, negated(broken), "before"))
    failing = circuit.any(one.failed for one in model.claims)
    found += [
        _Obligation(COMPUTABLE, negated(failing), "state"),
        _Obligation(COMPUTABLE, negated(circuit.any([model.lost, *steps.failed.values()])), "before"),
        _Obligation(COMPUTABLE, negated(circuit.any(one.failed for one in model.step_claims)), "step"),
    ]
    return found


def _given_up(
    model: Model,
    depth: int,
    wanted: Sequence[_Obligation],
    simple: bool,
    timeout_s: float,
    report: Report | None,
) -> tuple[str, Counterexample | str] | None:
    """The first property that does not follow, and why; None where all do."""
    paths, assumed = Unrolling(model, timeout_s), tuple(dict.fromkeys(one.name for one in wanted))
    paths.begin_anywhere()

    def asked(place: str) -> tuple[str, Counterexample | str] | None:
        for one in wanted:
            if one.place == place:
                if report is not None:
                    report(f"step of the induction: {one.name}")
                answer = paths.find(negated(one.literal), of_step=place == "step")
                if answer is Found.YES:
                    return one.name, Counterexample(one.name, paths.way(), assumed)
                if answer is Found.UNKNOWN:
                    return one.name, paths.unknown_reason or "Z3 answered unknown"
        return None

    for level in range(depth):
        for one in wanted:
            if one.place == "state":
                paths.require(one.literal, level)
        if level == depth - 1:
            found = asked("before")
            if found is not None:
                return found
        else:
            for one in wanted:
                if one.place == "before":
                    paths.require(one.literal, level)
        paths.extend()
        if level < depth - 1:
            # The last state may be an earlier one: a step property can fail of a step back, or of standing still.
            if simple:
                paths.require_distinct()
            for one in wanted:
                if one.place == "step":
                    paths.require(one.literal, level, of_step=True)
    return asked("step") or asked("state")
