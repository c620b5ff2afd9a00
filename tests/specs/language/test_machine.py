"""Driving a spec by hand: steps are taken in place, all or nothing, and a state prints as a reader wants it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from typing import Annotated, Any, Self

import pytest
from hypothesis import given, strategies as st

from indoubt.specs.language import (
    Between,
    BoundReached,
    Fault,
    Map,
    Message,
    NotEnabled,
    Ordered,
    Parameter,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    initial,
    invariant,
    reachable,
    require,
    sizes,
    step_invariant,
)
from indoubt.specs.language.machine import methods_of, role_of, state_of
from indoubt.specs.language.universe import NoUniverse


class Node(Sort): ...


class Round(Ordered): ...


class Phase(Enum):
    IDLE, BUSY = range(2)


class Ask(Message):
    node: Node
    round: Round


A, B, C = Node(0), Node(1), Node(2)


class Desk(Spec):
    """One clerk, several nodes, a variable of every kind."""

    limit: Parameter[Annotated[int, Between(1, 3)]] = 2
    phase: Phase = Phase.IDLE
    holder: Node | None = None
    served: Annotated[int, Between(0, limit)] = 0
    asked: Map[Node, Round | None] = every(None)
    seen: Map[Node, Set[Node]] = every(empty())
    msgs: Set[Ask] = empty()

    @action
    def ask(self, n: Node, r: Round) -> None:
        require(self.asked[n] is None)
        self.asked[n] = r
        self.msgs.add(Ask(n, r))

    @action(fault=Fault.CRASH, by="clerk")
    def serve(self, n: Node) -> None:
        require(self.phase is Phase.IDLE)
        require(any(m.node == n for m in self.msgs))
        self.holder = n
        self.phase = Phase.BUSY
        for other in Node:
            self.seen[other].add(n)
        self.msgs = Set(m for m in self.msgs if m.node != n)
        self.served += 1

    @action
    def stumble(self, n: Node) -> None:
        """Changes everything, then fails in whatever way it is told."""
        self.holder = n
        self.seen[n].add(n)
        self.seen[n] = Set(Node)
        self.asked[n] = Round(0)
        self.msgs.clear()
        self.trip()

    def trip(self) -> None:
        """What a test puts in here fails."""

    @action
    def idle(self) -> None:
        self.phase = Phase.IDLE

    @invariant
    def counted(self) -> bool:
        """Whoever was served has been seen by everybody."""
        return all(self.holder is None or self.holder in self.seen[n] for n in Node)

    @step_invariant
    def growing(self, after: Self) -> bool:
        """Nobody is forgotten."""
        return all(self.seen[n] <= after.seen[n] for n in Node)

    @reachable
    def busy(self) -> bool:
        """Work can be done."""
        return self.phase is Phase.BUSY


class Start(Spec):
    """The first state is chosen."""

    leader: Node
    count: Annotated[int, Between(0, 9)] = 3

    @initial
    def choose(self, n: Node) -> None:
        require(n != A)
        self.leader = n

    @action
    def step(self) -> None:
        self.count -= 1

    @action
    def follow(self) -> None:
        require(self.leader != A)
        self.count -= 1


class Prepared(Desk):
    """The first state is computed."""

    @initial
    def prepare(self) -> None:
        for n in Node:
            self.seen[n] = Set([n])


def desk() -> Desk:
    """A desk in the middle of its work."""
    state = Desk(Node=3, Round=2)
    state.ask(A, Round(1))
    state.ask(B, Round(0))
    state.serve(A)
    return state


def test_a_state_is_printed_with_a_line_for_each_variable() -> None:
    """In the order of declaration, in the words of the spec; sets in an order that does not depend on hashing."""
    assert str(desk()).splitlines() == [
        "Desk(Node=3, Round=2, limit=2)",
        "  phase   BUSY",
        "  holder  Node0",
        "  served  1",
        "  asked   {Node0: Round1, Node1: Round0, Node2: None}",
        "  seen    {Node0: {Node0}, Node1: {Node0}, Node2: {Node0}}",
        "  msgs    {Ask(Node1, Round0)}",
    ]
    assert repr(desk()) == "Desk(Node=3, Round=2, limit=2)"


def test_an_initial_state_holds_the_declared_values() -> None:
    """Nothing has happened in it."""
    state = Desk(Node=2, Round=1, limit=1)
    assert (state.phase, state.holder, state.served) == (Phase.IDLE, None, 0)
    assert list(state.asked.items()) == [(A, None), (B, None)]
    assert state.msgs == Set()
    assert state.limit == 1


def test_a_step_changes_only_what_it_names() -> None:
    """All other variables keep their values."""
    before, after = desk(), desk()
    after.idle()
    assert [name for name in state_of(after) if state_of(after)[name] != state_of(before)[name]] == ["phase"]


NOT_ENABLED: dict[str, Callable[[Desk], None]] = {
    "asked already": lambda desk: desk.ask(A, Round(0)),
    "busy": lambda desk: desk.serve(B),
    "busy and not asked": lambda desk: desk.serve(C),
}


@pytest.mark.parametrize("step", NOT_ENABLED.values(), ids=NOT_ENABLED.keys())
def test_a_step_that_is_not_enabled_changes_nothing(step: Callable[[Desk], None]) -> None:
    """It says that a guard does not hold."""
    state = desk()
    with pytest.raises(NotEnabled, match=r"^`require\(.*\)` does not hold here \(.*:\d+, in `\w+`\)$"):
        step(state)
    assert state == desk()


@pytest.mark.parametrize("error", [NotEnabled, BoundReached, KeyError, ZeroDivisionError, KeyboardInterrupt])
def test_a_step_that_fails_half_way_changes_nothing(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever went wrong, a step is taken as a whole or not at all; the state can be driven on."""
    state = desk()

    def trip(self: Desk) -> None:
        assert self.holder == C
        raise error("tripped")

    monkeypatch.setattr(Desk, "trip", trip)
    with pytest.raises(error):
        state.stumble(C)
    assert state == desk()
    assert str(state) == str(desk())
    state.idle()
    state.serve(B)
    assert state.holder == B


def test_a_step_beyond_a_bound_is_not_taken() -> None:
    """The bound is named with its place, and its end is the parameter of this run."""
    state = Desk(Node=3, Round=1, limit=1)
    for n in (A, B):
        state.ask(n, Round(0))
    state.serve(A)
    state.idle()
    before = copy.copy(state)
    with pytest.raises(BoundReached) as caught:
        state.serve(B)
    assert caught.value.bound == "served: Annotated[int, Between(0, 1)]"
    assert state == before


@given(choices=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), max_size=12))
def test_a_copy_and_its_original_go_separate_ways(choices: list[tuple[int, int, int]]) -> None:
    """Driving one of them leaves the other, whatever was shared when the copy was made."""

    def drive(state: Desk, choice: tuple[int, int, int]) -> None:
        verb, node, round_ = choice
        with suppress(NotEnabled, BoundReached):
            [lambda: state.ask(Node(node), Round(round_)), lambda: state.serve(Node(node)), state.idle][verb]()

    original, same = Desk(Node=3, Round=2), Desk(Node=3, Round=2)
    for choice in choices[::2]:
        drive(original, choice)
        drive(same, choice)
    for again in (copy.copy, copy.deepcopy):
        duplicate = again(original)
        assert duplicate == original
        for choice in choices:
            drive(duplicate, choice)
        assert original == same
        kept = copy.copy(duplicate)
        original.idle()
        same.idle()
        assert duplicate == kept


def test_a_state_equals_another_with_the_same_values() -> None:
    """Whatever led there; a state of another spec is another state, and a state that changes has no hash."""
    assert desk() == desk()
    assert desk() != Desk(Node=3, Round=2)
    assert desk() != "Desk"
    with pytest.raises(TypeError, match="unhashable"):
        hash(desk())


def test_initial_states_with_choices_are_left_to_the_caller() -> None:
    """A variable that is not set yet has no value to print: which method sets it is told."""
    state = Start(Node=2)
    what = "call the `@initial` method first, `state.choose(n)`"
    assert str(state) == f"Start(Node=2)\n  count  3\n  not set yet: leader; {what}"
    with pytest.raises(AttributeError, match=rf"^`leader` has no value yet: {re.escape(what)}$"):
        state.follow()
    with pytest.raises(AttributeError, match=r"^Start has no attribute 'folow'$"):
        getattr(state, "folow")  # noqa: B009 - a name that a type checker would refuse
    with pytest.raises(NotEnabled):
        state.choose(A)
    assert "leader" not in state_of(state)
    state.choose(B)
    assert str(state) == "Start(Node=2)\n  leader  Node1\n  count   3"


def test_an_initial_state_without_choices_is_computed() -> None:
    """`@initial` without parameters runs by itself, with the sizes of the run."""
    assert Prepared(Node=2, Round=1).seen == Map({A: Set([A]), B: Set([B])})


def test_a_name_that_is_no_variable_cannot_be_written() -> None:
    """A misspelt variable would otherwise be a new one, and a parameter is fixed for the run."""
    variables = "it has: phase, holder, served, asked, seen, msgs"
    state = desk()
    for name in ("hodler", "limit"):
        with pytest.raises(AttributeError, match=rf"^Desk has no state variable {name}; {variables}$"):
            setattr(state, name, 1)
    assert state == desk()


def test_a_value_of_another_type_cannot_be_written() -> None:
    """The error names the variable, its annotation and the value."""
    state = desk()
    with pytest.raises(TypeError, match=r"^holder is annotated Node \| None and cannot hold Round\(1\)$"):
        state.holder = Round(1)  # type: ignore[assignment]  # what is tested
    with pytest.raises(TypeError, match=r"^served is annotated Annotated\[int, Between.* and cannot hold True$"):
        state.served = True
    assert state == desk()


def test_methods_run_with_the_sizes_of_their_own_state() -> None:
    """A test may hold states of two runs, inside of a third universe or outside of all."""
    small, large = Desk(Node=1, Round=1), Desk(Node=3, Round=1)
    with sizes(Node=2):
        for state, members in ((small, [A]), (large, [A, B, C])):
            state.ask(A, Round(0))
            state.serve(A)
            assert [n for n in state.seen if A in state.seen[n]] == members
        assert len(Node) == 2
    with pytest.raises(NoUniverse):
        len(Node)


def test_properties_can_be_asked_by_hand() -> None:
    """Each is a method that answers True or False."""
    before, after = Desk(Node=3, Round=2), desk()
    assert (before.busy(), after.busy()) == (False, True)
    assert after.counted()
    assert before.growing(after)
    assert not after.growing(before)


def test_methods_keep_their_roles_names_and_docstrings() -> None:
    """Base classes first, in the order of definition; an override that repeats its decorator keeps its place."""

    class Busier(Desk):
        @action
        def idle(self) -> None:
            require(False)

        @action
        def later(self) -> None: ...

    assert list(methods_of(Busier, "action")) == ["ask", "serve", "stumble", "idle", "later"]
    assert list(methods_of(Busier, "step_invariant")) == ["growing"]
    assert Busier.stumble.__doc__ == "Changes everything, then fails in whatever way it is told."
    role = role_of(Busier.serve)
    assert role is not None
    assert (role.kind, role.fault, role.by) == ("action", Fault.CRASH, "clerk")
    assert role_of(Busier.trip) is None
    state = Busier(Node=1, Round=1)
    with pytest.raises(NotEnabled):
        state.idle()


@pytest.mark.parametrize("condition", [False, 0, None, Set[Any]()], ids=repr)
def test_require_takes_conditions_as_python_does(condition: object) -> None:
    """An empty set is false, like in an `if`."""
    with pytest.raises(NotEnabled):
        require(condition)
    require(not condition)
