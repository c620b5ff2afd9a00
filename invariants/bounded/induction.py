"""k-induction at fixed sizes: properties that hold at every depth, because they follow from k levels before.

Level t is the state after t steps, with the step to it and whatever its predecessor lets one ask. The first k levels
are searched from the initial states; then a path that begins anywhere and has k levels on which everything holds must
have it hold on the next one, too. All properties are assumed together. One that fails is given up, and with it the
assumption, until those that are left follow from each other. What has been given up for want of others alone is told
apart: it is asked for once more, with all of them assumed. Source: Sheeran, Singh, Stalmarck, "Checking Safety
Properties Using Induction and a SAT-Solver" (FMCAD 2000); the giving up is Flanagan and Leino's "Houdini" (FME 2001).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indoubt.invariants.bounded.circuit import negated
from indoubt.invariants.bounded.model import Model, State
from indoubt.invariants.bounded.search import BoundedSearch, Report, Searched
from indoubt.invariants.bounded.unrolling import Found, Unrolling, Way
from indoubt.invariants.quorums.solver import INTERRUPTED
from indoubt.specs.language.frozen import dataclass

COMPUTABLE = "can be computed"
"""What has to be shown besides the properties of the spec: nothing else means anything where it does not hold."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A path from some state, reachable or not, at whose end a property fails, though all `assumed` ones held before.

    Where `in_step`, it is a step from the last state that fails, and has no state after it.
    """

    name: str
    way: Way
    assumed: tuple[str, ...]
    in_step: bool = False


@dataclass(frozen=True, slots=True)
class Induction:
    """What k-induction answers: the names that are proved, and what speaks against the others.

    `base` is the search of the first levels, in which a violation is a real one; `undecided` are the names of which
    the solver did not know, with its reason. `without` has the names that would follow from all that was to be proved,
    each with those that it cannot do without, and that are not proved.
    """

    base: Searched
    proved: tuple[str, ...]
    against: Mapping[str, Counterexample]
    undecided: Mapping[str, str]
    without: Mapping[str, tuple[str, ...]]
    is_interrupted: bool = False


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
        return Induction(base, (), {}, dict.fromkeys(names, reason), {}, base.is_interrupted)
    if base.is_stuck:
        return Induction(base, names, {}, {}, {})
    asking = _Asking(model, depth, simple, timeout_s, report)
    active, against, undecided = list(names), dict[str, Counterexample](), dict[str, str]()
    without: dict[str, tuple[str, ...]] = {}
    settled, is_inductive = set[str](), False
    try:
        while active:
            found = asking.given_up([one for one in wanted if one.name in active])
            if found is None:
                break
            name, why = found
            active.remove(name)
            if isinstance(why, Counterexample):
                against[name] = why
            else:
                undecided[name] = why
        is_inductive = True
        for name, one in list(against.items()):
            missing = tuple(other for other in names if other not in one.assumed)
            again = asking.given_up(wanted, name) if missing else (name, one)
            if again is None:
                broken = _broken_on(model, one, wanted, missing)
                without[name] = broken or missing
            elif isinstance(again[1], Counterexample):
                against[name] = again[1]
            settled.add(name)
    except KeyboardInterrupt:  # those that are left may follow from each other, or from what was given up, and may not
        settled |= {name for name, one in against.items() if set(one.assumed) == set(names)}
        open_ = [*(() if is_inductive else active), *(name for name in against if name not in settled)]
        against = {name: one for name, one in against.items() if name in settled}
        undecided |= dict.fromkeys(open_, INTERRUPTED)
        proved = tuple(active) if is_inductive else ()
        return Induction(base, proved, against, undecided, without, is_interrupted=True)
    return Induction(base, tuple(active), against, undecided, without)


def _broken_on(
    model: Model, against: Counterexample, wanted: Sequence[_Obligation], names: Sequence[str]
) -> tuple[str, ...]:
    """Which of some properties fail on the way of a counterexample, before its end."""
    states = [against.way.start, *(state for _, state in against.way.steps)]
    if not against.in_step:
        states.pop()
    broken: dict[str, None] = {}
    for number, state in enumerate(states):
        after = states[number + 1] if number + 1 < len(states) else None
        truths = model.circuit.evaluated(_inputs(model, state, after))
        for one in wanted:
            is_asked = one.name in names and (one.place != "step" or after is not None)
            if is_asked and not truths[one.literal]:
                broken[one.name] = None
    return tuple(name for name in names if name in broken)


def _inputs(model: Model, state: State, after: State | None) -> dict[int, bool]:
    """The inputs of a state, and of one after it."""
    rows = [(model.before, state), *([] if after is None else [(model.after, after)])]
    return {literal >> 1: bit for inputs, one in rows for literal, bit in zip(inputs, model.bits(one), strict=True)}


def _obligations(model: Model, properties: Sequence[str] | None) -> list[_Obligation]:
    circuit, steps = model.circuit, model.steps
    asked = [one for one in model.claims if properties is None or one.property.name in properties]
    of_step = [one for one in model.step_claims if properties is None or one.property.name in properties]
    found = [_Obligation(one.property.name, one.holds, "state") for one in asked if one.property.kind == "invariant"]
    found += [_Obligation(one.property.name, one.holds, "step") for one in of_step]
    for name in model.assertions:
        broken = circuit.any(one.literal for one in steps.broken if one.name == name)
        found.append(_Obligation(name, negated(broken), "before"))
    failing = circuit.any(one.failed for one in asked)
    found += [
        _Obligation(COMPUTABLE, negated(failing), "state"),
        _Obligation(COMPUTABLE, negated(circuit.any([model.lost, *steps.failed.values()])), "before"),
        _Obligation(COMPUTABLE, negated(circuit.any(one.failed for one in of_step)), "step"),
    ]
    return found


@dataclass(frozen=True, slots=True)
class _Asking:
    """The step of the induction: what is asked of paths that begin anywhere."""

    model: Model
    depth: int
    is_simple: bool
    timeout_s: float
    report: Report | None

    def given_up(
        self, wanted: Sequence[_Obligation], only: str | None = None
    ) -> tuple[str, Counterexample | str] | None:
        """The first property that does not follow from all of `wanted`, and why; None where all do.

        With `only`, that property alone is asked for.
        """
        paths, assumed = Unrolling(self.model, self.timeout_s), tuple(dict.fromkeys(one.name for one in wanted))
        paths.begin_anywhere()

        def asked(place: str) -> tuple[str, Counterexample | str] | None:
            for one in wanted:
                if one.place == place and only in (None, one.name):
                    if self.report is not None:
                        self.report(f"step of the induction: {one.name}")
                    answer = paths.find(negated(one.literal), of_step=place == "step")
                    if answer is Found.YES:
                        return one.name, Counterexample(one.name, paths.way_or_raise(), assumed, place == "before")
                    if answer is Found.UNKNOWN:
                        return one.name, paths.unknown_reason or "no reason given"
            return None

        for level in range(self.depth):
            for one in wanted:
                if one.place == "state":
                    paths.require(one.literal, level)
            if level == self.depth - 1:
                found = asked("before")
                if found is not None:
                    return found
            for one in wanted:
                if one.place == "before" and one.name != only and (level < self.depth - 1 or only is not None):
                    paths.require(one.literal, level)
            paths.extend()
            if level < self.depth - 1:
                # The last state may be an earlier one: a step property can fail of a step back, or of standing still.
                if self.is_simple:
                    paths.require_distinct()
                for one in wanted:
                    if one.place == "step":
                        paths.require(one.literal, level, of_step=True)
        return asked("step") or asked("state")
