"""How many elements a set has: what a formula says of it is what Python counts, at every size, for every form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from agreement import spec_of
from finite_structures import Finite
from hypothesis import HealthCheck, given, settings, strategies as st

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.values import encoded_members
from indoubt.invariants.unbounded import counting
from indoubt.invariants.unbounded.execution import LocatedRefusal
from indoubt.invariants.unbounded.logic import Formula, Holds, Joined, Negation, Quantified, Same, pushed
from indoubt.invariants.unbounded.theory import Theory
from indoubt.specs.language.types import MapType, SetType, Type
from indoubt.specs.language.universe import Universe, within

TEXT = """from typing import Annotated
from enum import Enum
from indoubt.specs.language import *


class Node(Sort): ...


class Kind(Enum):
    A, B, C = range(3)


class Note(Record):
    src: Node
    kind: Kind


class Count(Spec):
    seen: Set[Node] = empty()
    other: Set[Node] = empty()
    kinds: Set[Kind | None] = empty()
    notes: Set[Note | Kind] = empty()
    digits: Set[Annotated[int, Between(0, 9)]] = empty()
    boss: Map[Node, Node]
    flag: bool = False

    @initial
    def start(self, n: Node) -> None:
        self.boss = Map({m: n for m in Node})

    @action
    def nothing(self) -> None:
        require(self.flag)
        self.flag = True
"""
SETS = (
    "self.seen",
    "self.seen | self.other",
    "self.seen - self.other",
    "self.kinds",
    "self.notes",
    "self.digits",
    "{n for n in Node if n in self.seen}",
    "{self.boss[n] for n in self.seen}",
    "{self.boss[n] for n in Node} | self.other",
    "{Note(n, k) for n in self.seen for k in Kind if k in self.kinds}",
    "{(m if m in self.other else self.boss[m]) for m in Node if m in self.seen or self.flag}",
    "(self.seen if self.flag else {self.boss[n] for n in self.other})",
    "{m.kind for m in self.notes if isinstance(m, Note)}",
)
COMPARED = ("len({}) <= 1", "len({}) == 2", "3 <= len({})", "len({}) < 5", "not len({}) != 0")


def drawn(data: Any, type_: Type) -> Any:
    """A random encoded value."""
    match type_:
        case SetType(element):
            every = list(encoded_members(element))
            return frozenset(data.draw(st.lists(st.sampled_from(every), max_size=6)))
        case MapType(key, element):
            return tuple(drawn(data, element) for _ in encoded_members(key))
        case _:
            return data.draw(st.sampled_from(list(encoded_members(type_))))


def machine_of(claims: Iterable[str], size: int) -> Machine:
    """A machine with these invariants, as it is before any pass."""
    text = TEXT
    for number, claim in enumerate(claims):
        text += f"\n    @invariant\n    def claim{number}(self) -> bool:\n        return {claim}\n"
    spec = spec_of(text, "Count")
    return lower(spec, settle(spec, {"Node": size}))


EVERY = [compared.format(f"({collection})") for collection in SETS for compared in COMPARED]
MACHINES = {size: machine_of(EVERY, size) for size in (1, 2, 3)}


@given(data=st.data(), size=st.sampled_from(list(MACHINES)))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_sizes_of_sets_are_compared_as_python_compares_them(data: Any, size: int) -> None:
    """Sets of members, of constants, of both, comprehensions, unions, values of functions, alternatives."""
    machine = MACHINES[size]
    reference = Reference(machine)
    with within(Universe(machine.sizes)):
        state = tuple(drawn(data, variable.type) for variable in machine.variables)
        theory = Theory(machine)
        finite = Finite(machine.sizes, [])
        for variable, value in zip(machine.variables, state, strict=True):
            finite.put(variable.type, value, variable.name)
        for position, (one, claim) in enumerate(zip(machine.properties, EVERY, strict=True)):
            formula = theory.says(one, theory.state)
            assert finite.true(formula) == reference.holds(position, state), claim
            assert finite.true(pushed(formula, is_true=False)) != reference.holds(position, state), claim


def length(formula: Formula) -> int:
    """How many atoms a formula has."""
    match formula:
        case bool():
            return 0
        case Holds() | Same():
            return 1
        case Negation(operand):
            return length(operand)
        case Joined(_, operands):
            return sum(map(length, operands))
        case Quantified(_, _, body):
            return length(body)


def test_formulas_stay_small() -> None:
    """Five of ten forms would be 100,000 ways to choose, and are not written one by one."""
    machine = machine_of(["len(self.digits) < 5"], 3)
    theory = Theory(machine)
    assert length(theory.says(machine.properties[0], theory.state)) < 4_000


def test_a_comparison_that_would_be_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its line and what to write; it is never begun."""
    machine = machine_of(["len(self.digits) <= 6"], 3)
    theory = Theory(machine)
    monkeypatch.setattr(counting, "MOST_PARTS", 50)
    with pytest.raises(LocatedRefusal, match="compared with 7, and there are 10 forms of elements") as refused:
        theory.says(machine.properties[0], theory.state)
    assert refused.value.help
