"""Which members of which sorts are interchangeable: what a search may rename without changing what happens.

A renaming of members is a symmetry of a machine if it turns initial states into initial states and steps into steps,
and if no property or constraint that is checked tells a state from its image (Clarke, Grumberg and Peled, "Model
Checking", 1999, chapter 14; Ip and Dill, "Better verification through symmetry", 1996). Expressions of the machine
compare members of a plain sort for equality only, so each of them commutes with every renaming, but for

* a literal with members in it, which some renamings change;
* an order: `<`, `min`, `max`, the next member, or a loop over all members whose turns have an order.

A guard that leaves one of several choices which lead to the same state (`Require.of_alike`) may do either: what steps
lead to does not depend on it.

An order makes all members of its sort different. A literal leaves those members interchangeable that may change places
without changing it: they form the *blocks* of a sort, and the symmetries are the renamings that keep each block. What
makes initial states may speak of members as it likes, as long as the set of initial states is closed under exchanges;
where it does, that is looked up in the set itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set as AbstractSet
from itertools import pairwise
from typing import Any

from indoubt.explorer.ir.expressions import Below, Expr, Fold, Literal, Members, Neighbour, Span
from indoubt.explorer.ir.machine import Action, Machine, Property
from indoubt.explorer.ir.renaming import Rename, renamer, swapped
from indoubt.explorer.ir.statements import Assert, Assign, Block, ForEach, Require, Statement, When
from indoubt.explorer.ir.symmetry import Peers, Symmetry
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import encoded_members
from indoubt.explorer.ir.walk import types_of, walk
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.quorum_systems import Counted
from indoubt.specs.language.sorts import Ordered, Ring, Sort, size_of
from indoubt.specs.language.types import BagType, QuorumType, SeqType, SetType, Type, sorts_in
from indoubt.specs.language.universe import Universe, within

Encoded = tuple[Any, ...]
"""A state: an encoded value for each variable."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What tells members of a sort apart, and where: an action, a property, a constraint, or the initial states."""

    sort: type[Sort]
    teller: str
    how: str
    span: Span | None
    name: str = ""
    """That of the property or constraint, if it is one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What `judge` finds: the symmetries, and what stands in the way of others.

    `apart` has what makes the members of a sort different for the machine, so that it is left out, or falls into
    blocks. `objections` are properties and constraints that tell members of one block apart: they forbid the symmetry.
    """

    symmetry: Symmetry
    apart: tuple[Telling, ...]
    objections: tuple[Telling, ...]


def sorts_of(machine: Machine) -> tuple[type[Sort], ...]:
    """The sorts that variables and parameters of a machine are made of, in the order of appearance."""
    types: list[Type] = [variable.type for variable in machine.variables]
    types += [choice.range for action in (*machine.initial, *machine.actions) for choice in action.choices]
    return tuple(dict.fromkeys(sort for type_ in types for sort in sorts_in(type_)))


def judge(
    machine: Machine,
    sorts: Iterable[type[Sort]],
    conditions: AbstractSet[str],
    initial: Callable[[], Iterable[Encoded]],
) -> Judged:
    """The symmetries of a machine in some sorts, where a run checks the properties and constraints `conditions`.

    `initial` gives the initial states; it is called only where what makes them speaks of members or their order.
    """
    with within(Universe(machine.sizes)):
        apart: list[Telling] = []
        blocks: dict[type[Sort], tuple[Peers, ...]] = {}
        for sort in dict.fromkeys(sorts):
            found = _Apart(sort)
            found.look_at_actions(machine)
            found.look_at_quorums(machine)
            found.look_at_initial(machine, initial)
            apart += found.told
            several = tuple(block for block in found.blocks if len(block) > 1)
            if several:
                blocks[sort] = several
        objections = [
            objection
            for sort, found_blocks in blocks.items()
            for one in (*machine.properties, *machine.constraints)
            if one.name in conditions
            for objection in _objections(sort, found_blocks, one)
        ]
    return Judged(Symmetry(tuple(blocks.items())), tuple(apart), tuple(objections))


class _Apart:
    """Divides the members of one sort into blocks."""

    def __init__(self, sort: type[Sort]) -> None:
        self._sort = sort
        self.blocks: list[Peers] = [tuple(range(size_of(sort)))]
        self.told: list[Telling] = []

    def look_at_actions(self, machine: Machine) -> None:
        """Divide by what actions say."""
        for action in machine.actions:
            for part, span in _parts(action):
                self._look_at(part, f"the action `{action.name}`", span)

    def look_at_quorums(self, machine: Machine) -> None:
        """Divide by the quorum systems: members that may change places are alike in all of their quorums."""
        for type_ in dict.fromkeys(types_of(machine)):
            if isinstance(type_, QuorumType) and type_.sort.cls is self._sort:
                every = set(encoded_members(type_))

                def keeps(one: int, other: int, every: set[frozenset[int]] = every) -> bool:
                    places = swapped(size_of(self._sort), one, other)
                    return all(frozenset(places[member] for member in quorum) in every for quorum in every)

                if not isinstance(type_.system, Counted):
                    how = f"gives members different places: {type_.system}"
                    self._divide(keeps, Telling(self._sort, "the quorum system", how, None))

    def look_at_initial(self, machine: Machine, initial: Callable[[], Iterable[Encoded]]) -> None:
        """Divide by the initial states, where what makes them speaks of members."""
        speaking: list[tuple[str, Span | None]] = [
            (f"the declared value of `{one.name}`", None)
            for one in machine.variables
            if one.value is not None and self._speaks(one.value)
        ]
        speaking += [
            (f"`{action.name}`, which makes the initial states,", span)
            for action in machine.initial
            for part, span in _parts(action)
            if self._speaks(part)
        ]
        if not speaking:
            return
        states = set(initial())
        rename = _state_renamer([one.type for one in machine.variables], self._sort)

        def keeps(one: int, other: int) -> bool:
            renaming = {self._sort: swapped(size_of(self._sort), one, other)}
            return all(rename(state, renaming) in states for state in states)

        teller, span = speaking[0]
        self._divide(keeps, Telling(self._sort, teller, "names members, or orders them", span))

    def _speaks(self, part: Any) -> bool:
        everybody = tuple(range(size_of(self._sort)))
        is_literal = isinstance(part, Literal) and not _keeps_all(part, self._sort, [everybody])
        return is_literal or _how_ordered(part, self._sort) is not None

    def _look_at(self, part: Any, teller: str, span: Span) -> None:
        how = _how_ordered(part, self._sort)
        if how is not None:
            self._divide(lambda _one, _other: False, Telling(self._sort, teller, how, span))
        elif isinstance(part, Literal) and not _keeps_all(part, self._sort, self.blocks):
            self._divide(_keeper(part, self._sort), Telling(self._sort, teller, "names members", span))

    def _divide(self, keeps: Callable[[int, int], bool], telling: Telling) -> None:
        """Divide every block into the members that `keeps` lets change places: that is an equivalence.

        For if (a b) and (b c) keep something, so does (a c), which is (b c) (a b) (b c).
        """
        finer: list[Peers] = []
        for block in self.blocks:
            parts: list[list[int]] = []
            for member in block:
                part = next((one for one in parts if keeps(one[0], member)), None)
                if part is None:
                    parts.append([member])
                else:
                    part.append(member)
            finer += map(tuple, parts)
        if len(finer) > len(self.blocks):
            self.blocks = sorted(finer)
            self.told.append(telling)


def _objections(sort: type[Sort], blocks: Iterable[Peers], one: Property) -> Iterator[Telling]:
    """The first way, if there is one, in which a condition tells members of a block apart."""
    what = "the constraint" if one.kind == "constraint" else "the property"
    for part in walk(one.condition):
        how = _how_ordered(part, sort)
        if how is None and isinstance(part, Literal) and not _keeps_all(part, sort, blocks):
            how = "names members"
        if how is not None:
            yield Telling(sort, f"{what} `{one.name}`", how, one.span, one.name)
            return


def _parts(action: Action) -> Iterator[tuple[Any, Span]]:
    """Every node of an action, each with the place of its statement."""
    for choice in action.choices:
        if choice.among is not None:
            yield from ((part, action.span) for part in walk(choice.among))
    yield from _statements(action.body, action.span)


def _statements(body: Iterable[Statement], around: Span) -> Iterator[tuple[Any, Span]]:
    for statement in body:
        match statement:
            case Require(of_alike=True):
                pass
            case Require(_, span) | Assign(_, _, span) | Assert(_, _, span):
                yield from ((part, span) for part in walk(statement))
            case When(condition, then, otherwise):
                yield from ((part, around) for part in walk(condition))
                yield from _statements((*then, *otherwise), around)
            case ForEach(_, domain, inner):
                yield statement, around
                yield from ((part, around) for part in walk(domain))
                yield from _statements(inner, around)
            case Block(inner):
                yield from _statements(inner, around)
            case _:
                yield from ((part, around) for part in walk(statement))


def _how_ordered(part: Any, sort: type[Sort]) -> str | None:
    """How a node uses an order of the members of a sort, if it does."""
    match part:
        case Below(left, right) if _holds(left.type, sort) or _holds(right.type, sort):
            return "compares members with `<`"
        case Neighbour(_, _, type_) if _holds(type_, sort):
            return "goes to the next member"
        case Fold(kind, collection) if kind != "sum" and _holds(_element_of(collection), sort):
            return f"takes the {kind} of members"
        case ForEach(_, Members(type_)) if issubclass(sort, (Ordered, Ring)) and _holds(type_.element, sort):
            return "goes through the members in their order"
        case _:
            return None


def _holds(type_: AnyType, sort: type[Sort]) -> bool:
    if isinstance(type_, ListType):
        return _holds(type_.element, sort)
    return sort in sorts_in(type_)


def _element_of(collection: Expr) -> AnyType:
    type_ = collection.type
    return type_.element if isinstance(type_, ListType | SetType | SeqType | BagType) else type_


def _keeps_all(literal: Literal, sort: type[Sort], blocks: Iterable[Peers]) -> bool:
    """Whether a constant stays as it is when members of a block change places."""
    if not _holds(literal.type, sort):
        return True
    keeps = _keeper(literal, sort)
    return all(keeps(one, other) for block in blocks for one, other in pairwise(block))


def _keeper(literal: Literal, sort: type[Sort]) -> Callable[[int, int], bool]:
    """Whether a constant stays as it is when two members change places."""
    rename = renamer(literal.type, frozenset({sort}))
    assert rename is not None
    return lambda one, other: bool(rename(literal.value, {sort: swapped(size_of(sort), one, other)}) == literal.value)


def _state_renamer(types: Iterable[Type], sort: type[Sort]) -> Rename:
    parts = [renamer(type_, frozenset({sort})) for type_ in types]
    return lambda state, renaming: tuple(
        [value if part is None else part(value, renaming) for part, value in zip(parts, state, strict=True)]
    )
