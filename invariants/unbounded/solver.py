"""Z3 over uninterpreted sorts: whether formulas can be true together, and a model with the smallest sorts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import partial
from itertools import product
from typing import Any

from indoubt.invariants.quorums.solver import reason_unknown, z3
from indoubt.invariants.unbounded.logic import Formula, Holds, Joined, Negation, Quantified, Same, Term, symbols
from indoubt.invariants.unbounded.naming import named
from indoubt.invariants.unbounded.relational import flattened, relational
from indoubt.invariants.unbounded.symbols import below_name
from indoubt.invariants.unbounded.values import membership, sort_name
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import QuorumType

LARGEST_SUM = 14
"""The sum of the sizes of all sorts up to which a smallest model is looked for."""


class Outcome(Enum):
    """What the solver says of some formulas."""

    POSSIBLE = "satisfiable"
    IMPOSSIBLE = "unsatisfiable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query, how long it took, and a model with as small sorts as were found."""

    outcome: Outcome
    elapsed_s: float
    model: Structure | None = None
    reason: str = ""


class Structure:
    """A model: members of each sort are numbered, those of an order from the lowest; see `symbols.Reader`."""

    def __init__(self, writer: Writer, model: Any, ordered: Iterable[str]) -> None:
        self._writer = writer
        self._model = model
        self.members: dict[str, list[Any]] = {}
        for name, sort in writer.sorts.items():
            self.members[name] = list(model.get_universe(sort) or [z3.FreshConst(sort)])
        for name in ordered:
            if name in self.members:
                members = self.members[name]
                self.members[name] = sorted(members, key=lambda one: sum(self._is_below(name, x, one) for x in members))

    @property
    def sizes(self) -> dict[str, int]:
        """How many members each sort has."""
        return {name: len(members) for name, members in self.members.items()}

    def holds(self, name: str, members: tuple[int, ...]) -> bool:
        """Whether a relation holds of members; one that no formula mentions holds of none."""
        relation = self._writer.relations.get(name)
        if relation is None:
            return False
        return self._is_true(relation(*self._terms(relation, members)))

    def member(self, name: str, sort: str, members: tuple[int, ...]) -> int:
        """What a function gives; the first member, where no formula mentions it."""
        function = self._writer.functions.get(name)
        if function is None:
            return 0
        value = self._model.eval(function(*self._terms(function, members)), model_completion=True)
        return next((n for n, one in enumerate(self.members[sort]) if value.eq(one)), 0)

    def quorum(self, name: str, type_: QuorumType, members: tuple[int, ...]) -> frozenset[int]:
        """The members of the quorum that a function gives."""
        known = self.quorums(type_)
        return known[self.member(name, sort_name(type_), members)] if known else frozenset()

    def quorums(self, type_: QuorumType) -> list[frozenset[int]]:
        """The members of each quorum."""
        count = len(self.members.get(sort_name(type_), ()))
        fixed = type_.sort.cls.fixed_size
        if fixed is not None:
            name = membership(type_)
            return [
                frozenset(one for one in range(fixed) if self.holds(f"{name}:{one}", (quorum,)))
                for quorum in range(count)
            ]
        size = len(self.members.get(sort_name(type_.sort), ()))
        return [
            frozenset(one for one in range(size) if self.holds(membership(type_), (one, quorum)))
            for quorum in range(count)
        ]

    def _terms(self, function: Any, members: tuple[int, ...]) -> list[Any]:
        return [self.members[function.domain(at).name()][number] for at, number in enumerate(members)]

    def _is_below(self, sort: str, a: Any, b: Any) -> bool:
        relation = self._writer.relations.get(below_name(sort))
        return relation is not None and self._is_true(relation(a, b))

    def _is_true(self, term: Any) -> bool:
        return bool(z3.is_true(self._model.eval(term, model_completion=True)))


class Writer:
    """Writes formulas as terms of Z3."""

    def __init__(self, formulas: Sequence[Formula]) -> None:
        functions, relations = symbols(formulas)
        self.sorts: dict[str, Any] = {}
        self._variables: dict[Term, Any] = {}
        """Numbered as they come: a solver depends on names, and those of terms depend on all that was asked before."""
        self.functions: dict[str, Any] = {
            name: z3.Function(name, *(self.sort(one.sort) for one in term.arguments), self.sort(term.sort))
            for name, term in functions.items()
        }
        self.relations: dict[str, Any] = {
            name: z3.Function(name, *map(self.sort, sorts), z3.BoolSort()) for name, sorts in relations.items()
        }
        self.terms = [self.formula(one) for one in formulas]

    def sort(self, name: str) -> Any:
        """The sort of Z3 that has a name."""
        if name not in self.sorts:
            self.sorts[name] = z3.DeclareSort(name)
        return self.sorts[name]

    def formula(self, formula: Formula) -> Any:
        """A formula as a term."""
        match formula:
            case bool():
                return z3.BoolVal(formula)
            case Holds(name, arguments):
                return self.relations[name](*map(self.term, arguments))
            case Same(left, right):
                return self.term(left) == self.term(right)
            case Negation(operand):
                return z3.Not(self.formula(operand))
            case Joined(is_all, operands):
                return (z3.And if is_all else z3.Or)(*map(self.formula, operands))
            case Quantified(is_all, variables, body):
                bound = [self.term(one) for one in variables]
                return (z3.ForAll if is_all else z3.Exists)(bound, self.formula(body))

    def term(self, term: Term) -> Any:
        """A term of the logic as one of Z3."""
        if term.is_variable:
            if term not in self._variables:
                self._variables[term] = z3.Const(f"x{len(self._variables)}", self.sort(term.sort))
            return self._variables[term]
        function = self.functions[term.name]
        return function(*map(self.term, term.arguments))


FIRST_UNITS = 1_500_000
"""How much the first attempts at a query may cost, in Z3's own units: about a second. They do not depend on the load of
a machine, so a proof that is found once is found again; the seed of a solver can make a difference of a hundred."""
GROWTH = 1.5
SMALL_UNITS = 300_000
"""What a look for a model of given sizes may cost, as long as nobody knows that there is one."""
SMALL_EXTRA = 3
"""How many members more than one for each sort it may have then."""


def satisfy(
    formulas: Sequence[Formula],
    ordered: Iterable[str],
    timeout_s: float,
    stronger: Sequence[Sequence[Formula]] = (),
    *,
    wants_model: bool = True,
    rounds: int | None = None,
) -> Answer:
    """Whether formulas can be true together; if so, in a model with the smallest sum of sizes that was found in time.

    It is tried as it stands and with relations for functions, again and again with another seed and more time.
    `stronger` are other sets of formulas that would be impossible for the same reason: it is enough if one of them is.
    Without `wants_model` "possible" is not told from "unknown". `rounds` is how often all are tried at most: as long as
    there is time, or once where no model is wanted.
    """
    rounds = rounds if rounds is not None or wants_model else 1
    started = time.monotonic()
    deadline = started + timeout_s
    exact = Writer(_said(formulas))
    ways = list(_ways(exact, formulas, stronger))
    writers: dict[int, Writer | None] = {}
    units, seed, reason = float(FIRST_UNITS), 0, ""
    while True:
        for place, way in enumerate(ways):
            if place not in writers:
                if place and time.monotonic() >= deadline:
                    break  # to write one takes time as well
                writers[place] = way()
            writer = writers[place]
            if writer is None:
                continue
            answer, reason = _attempt(writer, int(units), seed, deadline)
            if answer == z3.unsat:
                return Answer(Outcome.IMPOSSIBLE, time.monotonic() - started)
            if not wants_model:
                continue
            if writer is exact and (answer == z3.sat or seed == 0):
                # A model of bounded size can be found even where the general question is too hard.
                smallest = _smallest(exact, ordered, deadline, is_known=answer == z3.sat)
                if smallest is not None:
                    return Answer(Outcome.POSSIBLE, time.monotonic() - started, smallest)
        if time.monotonic() >= deadline or seed + 1 == rounds:
            return Answer(Outcome.UNKNOWN, time.monotonic() - started, reason=reason or "timeout")
        units, seed = units * GROWTH, seed + 1


def _ways(
    exact: Writer, formulas: Sequence[Formula], stronger: Sequence[Sequence[Formula]]
) -> Iterator[Callable[[], Writer | None]]:
    """What is tried in turn, each written when its turn comes: the formulas with names, as they are, with relations."""

    def with_names(one: Sequence[Formula]) -> Writer | None:
        opaque = named(one)
        return None if opaque is None else Writer(_said(opaque))

    def without(one: Sequence[Formula]) -> Writer:
        return Writer(_said(one))

    yield partial(with_names, formulas)
    yield lambda: exact
    yield lambda: Writer(_said(flattened(relational(formulas))))
    for one in stronger:
        yield partial(with_names, one)
        yield partial(without, one)


def _said(formulas: Sequence[Formula]) -> list[Formula]:
    return [one for one in formulas if one is not True]


def _attempt(writer: Writer, units: int, seed: int, deadline: float) -> tuple[Any, str]:
    solver = z3.Solver()
    solver.set("timeout", _milliseconds(deadline))
    solver.set("rlimit", units)
    solver.set("random_seed", seed)
    solver.add(*writer.terms)
    answer = solver.check()
    return answer, "" if answer != z3.unknown else reason_unknown(solver)


def _milliseconds(deadline: float) -> int:
    return max(1, int(1000 * min(deadline - time.monotonic(), 1_000_000)))


def _smallest(writer: Writer, ordered: Iterable[str], deadline: float, *, is_known: bool) -> Structure | None:
    """A model with the smallest sum of sizes, or None where none was found in time."""
    solver = z3.Solver()
    solver.add(*writer.terms)
    names = list(writer.sorts)
    if not names:
        return Structure(writer, solver.model(), ordered) if _is_possible(solver) else None
    for sizes in _vectors(len(names)):
        if time.monotonic() >= deadline or (not is_known and sum(sizes) > len(sizes) + SMALL_EXTRA):
            return None
        solver.push()
        solver.set("timeout", _milliseconds(deadline))
        if not is_known:
            solver.set("rlimit", SMALL_UNITS)
        for name, size in zip(names, sizes, strict=True):
            sort = writer.sorts[name]
            members = [z3.Const(f"{name}!{number}", sort) for number in range(size)]
            one = z3.Const("any", sort)
            solver.add(z3.ForAll([one], z3.Or([one == member for member in members])))
        found = _is_possible(solver)
        model = solver.model() if found else None
        solver.pop()
        if found:
            return Structure(writer, model, ordered)
    return None


def _is_possible(solver: Any) -> bool:
    """Whether a solver has found a model. Raises KeyboardInterrupt where somebody pressed Ctrl-C."""
    answer = solver.check()
    if answer == z3.unknown:
        reason_unknown(solver)
    return bool(answer == z3.sat)


def _vectors(length: int) -> Iterator[tuple[int, ...]]:
    """Sizes of so many sorts, smallest sum first."""
    for total in range(length, max(LARGEST_SUM, length) + 1):
        yield from (sizes for sizes in product(range(1, total - length + 2), repeat=length) if sum(sizes) == total)
