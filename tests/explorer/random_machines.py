"""Random machines as trees, without a source: well typed, over all types, with every node of the machine.

`machines()` has them all. `machines(spoken=True)` keeps to what the language can say, so that the source that
`unparse` writes for such a machine can be lowered again. A new node belongs into `random_expressions`,
`random_collections` or `random_statements`; `test_random_machines` fails until it is there.
"""

from __future__ import annotations

import dataclasses

import random_expressions as single
import random_statements as statements
from hypothesis import strategies as st
from machine_types import (
    BOOL,
    CHOICES,
    Draw,
    choice_types,
    constant,
    is_small,
    is_speakable,
    sorts_of_members,
    variable_types,
)
from machine_vocabulary import Node, Place, Rank
from random_scope import Scope

from indoubt.explorer.ir.expressions import Combine, Literal, Load, Subsets
from indoubt.explorer.ir.machine import Action, Choice, Machine, Property, Temporal, Variable, View
from indoubt.explorer.ir.statements import Assign, Target
from indoubt.explorer.ir.types import AnyType
from indoubt.explorer.ir.values import holds_sequences
from indoubt.specs.language.machine import TEMPORAL, Fault
from indoubt.specs.language.types import (
    BagType,
    EnumType,
    IntType,
    MapType,
    PermutationType,
    QuorumType,
    RecordType,
    SetType,
    SortType,
    Type,
    UnionType,
    alternatives_of,
)
from indoubt.specs.language.universe import Universe, within

KINDS = ("invariant", "step_invariant", "reachable")


@st.composite
def machines(draw: Draw, *, spoken: bool = False) -> Machine:
    """A machine of one to four variables and one to three actions."""
    sizes = {sort.__name__: draw(st.sampled_from((2, 1, 3))) for sort in (Node, Rank, Place)} | {"Hub": 1}
    with within(Universe(sizes)):
        kinds = variable_types().filter(lambda type_: is_speakable(type_) or can_be_set(type_, spoken=spoken))
        drawn = draw(st.lists(kinds, min_size=1, max_size=4))
        types = {f"v{number}": type_ for number, type_ in enumerate(drawn)}
        capacities = {name: draw(st.integers(2, 3)) for name, type_ in types.items() if holds_sequences(type_)}
        everywhere = Scope(draw, types, capacities, spoken)
        declared = {
            name: type_
            for name, type_ in types.items()
            if is_speakable(type_) and (not can_be_set(type_, spoken=spoken) or draw(st.integers(0, 3)) != 3)
        }
        variables = tuple(
            Variable(name, type_, Literal(constant(draw, type_), type_) if name in declared else None)
            for name, type_ in types.items()
        )
        initial = _initial(everywhere, declared)
        actions = tuple(_action(everywhere, f"act{number}") for number in range(draw(st.integers(1, 3))))
        properties = tuple(
            _property(everywhere, kind, number) for kind in KINDS for number in range(draw(st.integers(0, 2)))
        )
        constraints = tuple(_property(everywhere, "constraint", n) for n in range(draw(st.integers(0, 1))))
        views = tuple(_view(everywhere, number) for number in range(draw(st.integers(0, 1))))
        temporal = tuple(_temporal(everywhere, number) for number in range(draw(st.integers(0, 1))))
    return Machine("Random", sizes, variables, initial, actions, properties, constraints, views, temporal)


def can_be_set(type_: Type, *, spoken: bool) -> bool:
    """Whether `@initial` can make a value of a type, from members that it chooses."""
    match type_:
        case MapType(key, value):
            return (isinstance(key, EnumType | SortType) or not spoken) and can_be_set(value, spoken=spoken)
        case RecordType(_, fields):
            return all(can_be_set(field, spoken=spoken) for _, field in fields)
        case UnionType(alternatives):
            return any(can_be_set(one, spoken=spoken) for one in alternatives)
        case _:
            return True


def _own(scope: Scope) -> Scope:
    """The scope of one action or property: names of locals are its own."""
    return Scope(scope.draw, scope.variables, scope.capacities, scope.is_spoken)


def _initial(everywhere: Scope, declared: dict[str, Type]) -> tuple[Action, ...]:
    draw, open_ = everywhere.draw, [name for name in everywhere.variables if name not in declared]
    most = 1 if everywhere.is_spoken else 2
    count = draw(st.integers(1, most)) if open_ else draw(st.integers(0, most))
    return tuple(_start(_own(everywhere), number, declared, open_) for number in range(count))


def _start(scope: Scope, number: int, declared: dict[str, Type], open_: list[str]) -> Action:
    """Sets the open variables one after the other, from choices of members and what is set already."""
    sorts = {sort for name in open_ for sort in sorts_of_members(scope.variables[name])}
    wanted = [type_ for type_ in CHOICES if getattr(type_, "cls", None) in sorts]
    extra = scope.draw(st.lists(choice_types(), max_size=1))
    locals_ = [(scope.fresh(seen(type_)), type_) for type_ in (*wanted, *extra)]
    choices = tuple(Choice(local, type_) for local, type_ in locals_)
    known = dataclasses.replace(scope, variables=declared).knowing(*(local for local, _ in locals_))
    guard, known = statements.guards(known, 1) if declared or choices else ((), known)
    writes: list[Assign] = []
    for name in open_:
        target = Target(name, (), scope.variables[name])
        value = single.expression(known, target.type, 1)
        full = dataclasses.replace(known, variables={**known.variables, name: target.type})
        checked = statements.checked(full, target, value)
        writes.append(Assign(target, checked, statements.HERE))
        known = full
    rest = statements.body(known, 1, may_end=False, may_assert=False)
    return Action(f"start{number}", choices, (*guard, *writes, *rest), "", statements.HERE)


def seen(type_: Type) -> Type:
    """The type that expressions give to a parameter: a quorum is a set, a permutation a map."""
    match type_:
        case QuorumType(sort):
            return SetType(sort)
        case PermutationType(of):
            return MapType(of, of)
        case _:
            return type_


def _action(everywhere: Scope, name: str) -> Action:
    scope = _own(everywhere)
    choices: list[Choice] = []
    for _ in range(scope.draw(st.integers(0, 2))):
        choice = _choice(scope)
        choices.append(choice)
        scope = scope.knowing(choice.local)
    guards, known = statements.guards(scope, 2)
    body = statements.body(known, 2, may_guard=True)
    fault = scope.draw(st.sampled_from((None, None, None, *Fault)))
    by = scope.draw(st.sampled_from((None, "hub")))
    return Action(name, tuple(choices), (*guards, *body), f"Does {name}.", statements.HERE, fault, by)


def _choice(scope: Scope) -> Choice:
    """A parameter, over its type or over what a set or bag of this state holds."""
    sets = [one for one in scope.readable() if _holds_choices(one.type)]
    if not sets or scope.draw(st.booleans()):
        type_ = scope.draw(choice_types())
        return Choice(scope.fresh(seen(type_)), type_)
    among = scope.draw(st.sampled_from(sets))
    assert isinstance(among.type, SetType | BagType)
    element = among.type.element
    kinds = [one for one in alternatives_of(element) if is_small(one, 9)]
    if isinstance(element, IntType):
        kinds.append(IntType(0, 1))
    type_ = scope.draw(st.sampled_from([element, *kinds]))
    if isinstance(among.type, SetType):
        match scope.draw(st.integers(0, 3)):
            case 2 if is_small(element, 4) and not scope.is_spoken:
                whole = among.type
                return Choice(scope.fresh(whole), whole, Subsets(among, SetType(whole)))
            case 3:
                among = Combine("|", among, among, among.type)
            case _:
                pass
    return Choice(scope.fresh(type_), type_, among)


def _holds_choices(type_: AnyType) -> bool:
    return isinstance(type_, SetType | BagType) and is_small(type_.element, 9)


def _property(everywhere: Scope, kind: str, number: int) -> Property:
    scope = dataclasses.replace(_own(everywhere), sees_after=kind == "step_invariant")
    return Property(f"{kind}{number}", kind, single.condition(scope, 3), "Claimed.", statements.HERE)


def _temporal(everywhere: Scope, number: int) -> Temporal:
    scope, kind = _own(everywhere), everywhere.draw(st.sampled_from(TEMPORAL))
    choices: list[Choice] = []
    if scope.draw(st.booleans()):
        type_ = scope.draw(choice_types())
        choices.append(Choice(scope.fresh(seen(type_)), type_))
        scope = scope.knowing(choices[0].local)
    trigger = single.condition(scope, 1) if kind == "leads_to" else Literal(True, BOOL)
    return Temporal(f"{kind}{number}", kind, tuple(choices), trigger, single.condition(scope, 2), "", statements.HERE)


def _view(everywhere: Scope, number: int) -> View:
    scope = _own(everywhere)
    count = scope.draw(st.integers(1, 2))
    loads = [Load(name, type_) for name, type_ in everywhere.variables.items()][:count]
    return View(f"view{number}", (*loads, single.condition(scope, 1)), "", statements.HERE)
