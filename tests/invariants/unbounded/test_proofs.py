"""What is proved for every size: the library, its mutations with one guard dropped, and random specs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest
from agreement import spec_of
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from indoubt.explorer.backends.reference import Reference
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.ir.machine import Machine
from indoubt.explorer.ir.statements import Require
from indoubt.explorer.passes.pipeline import prepared
from indoubt.explorer.search.breadth_first import explore
from indoubt.explorer.search.result import Limits
from indoubt.finding.specs import find_spec
from indoubt.invariants.unbounded.execution import LocatedRefusal
from indoubt.invariants.unbounded.obligations import Proof, prove
from indoubt.invariants.unbounded.solver import Outcome
from indoubt.invariants.unbounded.theory import Theory
from indoubt.specs.language.declarations import sorts_of
from indoubt.specs.language.machine import Spec


def at(spec: type[Spec], size: int) -> Machine:
    """The machine of a spec with one size for every sort."""
    sizes = {sort.__name__: size for sort in sorts_of(spec) if sort.fixed_size is None}
    return prepared(lower(spec, settle(spec, sizes)))


def violated(machine: Machine) -> set[str]:
    """The properties that the explorer finds to be violated, one after the other."""
    found: set[str] = set()
    names = {one.name for one in machine.properties if one.kind != "reachable"}
    while True:
        answers = explore(Reference(machine), Limits(max_states=3000), properties=frozenset(names - found)).answers
        new = {one.property for one in answers if one.path is not None and one.kind != "reachable"}
        if not new:
            return found
        found |= new


@pytest.mark.parametrize("name", ["consensus", "toy_consensus", "lock_server", "two_phase_proved"])
def test_the_library_is_proved(name: str) -> None:
    """Every invariant and step invariant, and nothing speaks against any of them."""
    spec = find_spec(name)
    proof = prove(Theory(at(spec, 4), at(spec, 5)))
    wanted = {one.name for one in proof.machine.properties if one.kind != "reachable"}
    assert set(proof.proved) == wanted
    assert proof.against == ()


@pytest.mark.slow
def test_paxos_is_proved() -> None:
    """Agreement, and the four invariants behind it."""
    spec = find_spec("paxos_proved")
    proof = prove(Theory(at(spec, 4), at(spec, 5)))
    assert {"agreement", "proposals_are_safe", "chosen_once"} <= set(proof.proved)
    assert proof.against == ()


def without_guard(machine: Machine, action: int, guard: int) -> Machine:
    """The machine with one guard less."""
    one = machine.actions[action]
    guards = [place for place, statement in enumerate(one.body) if isinstance(statement, Require)]
    body = tuple(statement for place, statement in enumerate(one.body) if place != guards[guard])
    actions = list(machine.actions)
    actions[action] = dataclasses.replace(one, body=body)
    return dataclasses.replace(machine, actions=tuple(actions))


def mutations() -> list[Any]:
    """Every spec with every guard of it."""
    found: list[Any] = []
    for name in ("toy_consensus", "lock_server", "two_phase_proved"):
        for number, action in enumerate(at(find_spec(name), 4).actions):
            guards = sum(isinstance(statement, Require) for statement in action.body)
            found += [pytest.param(name, number, guard, id=f"{name} {action.name} {guard}") for guard in range(guards)]
    return found


@pytest.mark.parametrize(("name", "action", "guard"), mutations())
def test_a_dropped_guard_is_refuted_where_it_matters(name: str, action: int, guard: int) -> None:
    """What the explorer violates is never proved; and where something is violated, there is a counterexample."""
    spec = find_spec(name)
    broken = violated(without_guard(at(spec, 2), action, guard))
    theory = Theory(without_guard(at(spec, 4), action, guard), without_guard(at(spec, 5), action, guard))
    proof = prove(theory, timeout_s=10)
    assert not broken & set(proof.proved)
    assert all(query.answer.outcome is Outcome.POSSIBLE for query in proof.against)
    if broken:
        assert any(query.answer.model is not None for query in proof.against)


GUARDS = (
    "n in self.inside",
    "n not in self.inside",
    "self.owner is None",
    "self.owner == n",
    "not self.flag[n]",
    "self.flag[n]",
    "self.mode is Mode.IDLE",
    "all(not self.flag[m] for m in Node)",
    "m != n",
    "self.heard[n] == m",
    "Note(n, m) in self.notes",
)
EFFECTS = (
    "self.inside.add(n)",
    "self.inside.discard(n)",
    "self.owner = n",
    "self.owner = None",
    "self.flag[n] = True",
    "self.flag[n] = not self.flag[m]",
    "self.mode = Mode.BUSY",
    "self.heard[n] = m",
    "self.notes.add(Note(n, m))",
    "self.notes.discard(Note(n, m))",
    "self.inside = Set(x for x in self.inside if x != m)",
    "if self.owner is None:\n            self.owner = m",
)
CLAIMS = (
    "all(x == y for x in self.inside for y in self.inside)",
    "all(self.owner == x for x in self.inside)",
    "all(self.flag[x] for x in self.inside)",
    "self.mode is Mode.IDLE or len(self.inside) > 0",
    "all(m.sender in self.inside for m in self.notes)",
    "all(self.flag[x] or self.heard[x] is None for x in Node)",
    "self.owner is None or self.flag[self.owner]",
    "len(self.inside) <= 1",
    "all(not any(m.sender == x for m in self.notes) for x in Node if not self.flag[x])",
    "self.mode is Mode.IDLE or self.owner is not None",
)
TEXT = """from __future__ import annotations
from enum import Enum
from indoubt.specs.language import Map, Record, Set, Sort, Spec, action, empty, every, invariant, require


class Node(Sort): ...


class Mode(Enum):
    IDLE, BUSY, GONE = range(3)


class Note(Record):
    sender: Node
    about: Node | None


class Random(Spec):
    inside: Set[Node] = empty()
    owner: Node | None = None
    flag: Map[Node, bool] = every(False)
    heard: Map[Node, Node | None] = every(None)
    mode: Mode = Mode.IDLE
    notes: Set[Note] = empty()
"""


def is_possible(guards: Sequence[str]) -> bool:
    """What has been shown to be None is never compared with a node: such a spec is refused."""
    return not {"self.owner is None", "self.owner == n"} <= set(guards)


@st.composite
def specs(draw: Any) -> str:
    """The source of a small spec, with actions and claims put together at random."""
    text = TEXT
    for number in range(draw(st.integers(1, 3))):
        guards = draw(st.lists(st.sampled_from(GUARDS), max_size=2, unique=True).filter(is_possible))
        effects = draw(st.lists(st.sampled_from(EFFECTS), min_size=1, max_size=2, unique=True))
        lines = [*(f"require({guard})" for guard in guards), *effects]
        text += f"\n    @action\n    def act{number}(self, n: Node, m: Node) -> None:\n"
        text += "".join(f"        {line}\n" for line in lines)
    for number, claim in enumerate(draw(st.lists(st.sampled_from(CLAIMS), min_size=1, max_size=4, unique=True))):
        text += f"\n    @invariant\n    def claim{number}(self) -> bool:\n        return {claim}\n"
    return text


@given(text=specs())
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.generate, Phase.explicit],
    suppress_health_check=list[Any](HealthCheck),
)
def test_what_is_proved_is_never_violated(text: str) -> None:
    """The explorer looks at one, two and three members; a counterexample is one for the reference, too."""
    spec = spec_of(text, "Random")
    try:
        proof: Proof = prove(Theory(at(spec, 4), at(spec, 5)), timeout_s=3)
    except LocatedRefusal as refusal:
        raise AssertionError(refusal.reason) from None
    for size in (1, 2, 3):
        assert not violated(at(spec, size)) & set(proof.proved), text
