"""A step whose guard comes after writes, as a text can say it: first without the writes, then with them.

Whether a crash inside a handler is possible is known when the handler has been run: it does less on some paths than on
others. No guard of the language stands behind a write, so what decides is run ahead, on names in place of variables:

    let done = 0; let stopped = False                       done = 0; stopped = False
    if done == crash.after: stopped = True; return          if done == crash_after: stopped = True
    rms.phase[...] := PREPARED                      ==>     else: done = done + 1
    let done = done + 1                                     require(done == crash_after)
    require done == crash.after                             ... and all of it again, with the writes
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal as Choose

from indoubt.explorer.ir.expressions import (
    Arithmetic,
    Bounded,
    Combine,
    Conditional,
    Contains,
    Equal,
    Exists,
    Expr,
    ForAll,
    Literal,
    Load,
    Local,
    Lookup,
    Members,
    Range,
    Remove,
    SetLiteral,
    Size,
    Tabulate,
)
from indoubt.explorer.ir.late_disks import with_copies
from indoubt.explorer.ir.machine import Action, Choice
from indoubt.explorer.ir.returns import own_statements
from indoubt.explorer.ir.sequences import BagChange, Capped, Concat, Occurrences, RemoveAt, Slice
from indoubt.explorer.ir.source_expressions import NoSource
from indoubt.explorer.ir.statements import Assign, Bind, Block, ForEach, Require, Return, Statement, Target, When
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.walk import rewrite, walk
from indoubt.specs.language.sorts import size_of
from indoubt.specs.language.types import (
    BagType,
    IntType,
    MapType,
    PermutationType,
    SetType,
    SortType,
    Type,
    type_text,
)

TURNS = "crash.turns."
"""How the parameters begin that say in which order a crash has loops go through nodes."""


def as_it_can_be_written(action: Action) -> Action:
    """An action that means the same, in which no guard comes after a write and no order is that of a sort.

    Raises NoSource where there is none.
    """
    return _rehearsed(with_copies(_in_numbered_turns(action)))


# ---- the turns of a loop


def _in_numbered_turns(action: Action) -> Action:
    """The action with the order of the nodes as a map from numbers, which has an order that a sort has not."""
    turns: dict[str, Local] = {}
    choices, guards = list[Choice](), list[Statement]()
    for one in action.choices:
        of = one.range.of if isinstance(one.range, PermutationType) else None
        if not isinstance(of, SortType) or not one.local.name.startswith(TURNS):
            choices.append(one)
            continue
        type_ = MapType(IntType(0, size_of(of.cls) - 1), of)
        turns[one.local.name] = Local(one.local.name, type_)
        choices.append(Choice(turns[one.local.name], type_))
        guards.append(_is_onto(turns[one.local.name], type_, action))
    if not turns:
        return action
    return dataclasses.replace(action, choices=tuple(choices), body=(*guards, *_numbered(action.body, turns)))


def _is_onto(turns: Local, type_: MapType, action: Action) -> Statement:
    assert isinstance(type_.key, IntType)
    assert isinstance(type_.value, SortType)
    turn, node = Local(f"{turns.name}.turn", type_.key), Local(f"{turns.name}.node", type_.value)
    has_turn = Exists(turn, _numbers(type_.key), Equal(Lookup(turns, turn, type_.value), node))
    return Require(ForAll(node, Members(SetType(type_.value)), has_turn), action.span)


def _numbers(of: IntType) -> Range:
    start, stop = (Literal(one, IntType(one, one)) for one in (of.low, of.high + 1))
    return Range(start, stop, ListType(of, is_ordered=True))


def _numbered(body: Iterable[Statement], turns: Mapping[str, Local]) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for one in body:
        match one:
            case ForEach(turn, _, (Bind(member, Lookup(Local(name), _, of)), *rest)) if name in turns:
                type_ = turns[name].type
                assert isinstance(type_, MapType)
                assert isinstance(type_.key, IntType)
                number = Local(turn.name, type_.key)
                bound = Bind(member, Lookup(turns[name], number, of))
                found.append(ForEach(number, _numbers(type_.key), (bound, *_numbered(rest, turns))))
            case When(condition, then, otherwise):
                found.append(When(condition, _numbered(then, turns), _numbered(otherwise, turns)))
            case ForEach(local, domain, inner):
                found.append(ForEach(local, domain, _numbered(inner, turns)))
            case Block(inner):
                found.append(Block(_numbered(inner, turns)))
            case _:
                found.append(one)
    return tuple(found)


# ---- a guard after writes


def _rehearsed(action: Action) -> Action:
    body = tuple(_spliced(action.body))
    last = max((at for at, one in enumerate(body) if isinstance(one, Require) and _writes(body[:at])), default=None)
    if last is None:
        return action
    often = _bound_often(body)
    first = next(
        at
        for at, one in enumerate(body)
        if not isinstance(one, Require | Bind) or (isinstance(one, Bind) and one.local.name in often)
    )
    guard = body[last]
    before, run, behind = body[:first], body[first:last], body[last + 1 :]
    rehearsal = _Rehearsal(action.name, _without_aliases((*run, guard), action.choices)).statements()
    return dataclasses.replace(action, body=(*before, *rehearsal, *run, *behind))


def _spliced(body: Iterable[Statement]) -> Iterator[Statement]:
    """Statements with those of blocks in their places, where no `return` ends a block."""
    for one in body:
        if isinstance(one, Block) and not any(isinstance(part, Return) for part in own_statements(one.body)):
            yield from _spliced(one.body)
        else:
            yield one


def _writes(body: Iterable[Statement]) -> bool:
    return any(isinstance(one, Assign) for one in walk(tuple(body)))


def _bound_often(body: Iterable[Statement]) -> set[str]:
    names = [one.local.name for one in walk(tuple(body)) if isinstance(one, Bind)]
    return {name for name in names if names.count(name) > 1}


def _without_aliases(body: tuple[Statement, ...], choices: Iterable[Choice]) -> tuple[Statement, ...]:
    """Statements in which the parameters of helpers are what they were given, where that is a parameter of the step."""
    meant: dict[Expr, Expr] = {}
    often, given = _bound_often(body), {one.local for one in choices}
    for one in walk(body):
        if isinstance(one, Bind) and one.local.name not in often:
            value = meant.get(one.value, one.value)
            if isinstance(value, Literal) or (isinstance(value, Local) and value in given):
                meant[one.local] = value
    return rewrite(body, lambda part: meant.get(part, part) if isinstance(part, Local) else part)


class _Rehearsal:
    """What decides about the guards of a run, on names in place of the variables that it writes."""

    def __init__(self, name: str, run: tuple[Statement, ...]) -> None:
        self.name = name
        self.needed: set[str] = set()
        """The variables and locals whose values decide."""
        self.run = run
        self.keys = 0
        self.places: dict[str, tuple[Local, tuple[Expr, ...]]] = {}
        """The name that stands for a variable, or for what is under the same keys of it in the whole run."""
        self.counted: set[Local] = set()
        """The names that stand for how many elements the bags have in which a variable keeps them."""

    def statements(self) -> tuple[Statement, ...]:
        """The run without what decides nothing, and without writes."""
        while (found := self._kept(self.run), _reads(found))[1] != self.needed:
            self.needed = _reads(found)
        written = dict.fromkeys(one.target.variable for one in walk(found) if isinstance(one, Assign))
        first: list[Statement] = []
        for variable in written:
            value, keys, type_ = self._whole(variable, found)
            local = Local(f"next.{variable}", type_)
            self.places[variable] = local, keys
            if isinstance(_innermost(type_), BagType):
                self.counted.add(local)
                value = _sizes(value, type_, f"next.{variable}")
            first.append(Bind(local, value))
        return (*first, *self._renamed(found))

    def _kept(self, body: Iterable[Statement]) -> tuple[Statement, ...]:
        found: list[Statement] = []
        for one in body:
            match one:
                case Require() | Return():
                    found.append(one)
                case Bind(local, value) if local == value:
                    pass  # a parameter of a helper that is one of the step
                case Bind(local) if local.name in self.needed:
                    found.append(one)
                case Assign(target) if target.variable in self.needed:
                    found.append(one)
                case When(condition, then, otherwise):
                    branches = self._kept(then), self._kept(otherwise)
                    found += [When(condition, *branches)] if any(branches) else []
                case ForEach(local, domain, inner):
                    kept = self._kept(inner)
                    found += [ForEach(local, domain, kept)] if kept else []
                case Block(inner):
                    found.append(Block(self._kept(inner)))
                case _:
                    pass
        return tuple(found)

    def _whole(self, variable: str, body: tuple[Statement, ...]) -> tuple[Expr, tuple[Expr, ...], Type]:
        """What a name stands for: what is under the one key that the run uses everywhere, or the whole variable."""
        targets = [one.target for one in walk(body) if isinstance(one, Assign) and one.target.variable == variable]
        type_ = targets[0].containers[0] if targets[0].containers else targets[0].type
        whole = Load(variable, type_)
        key = targets[0].path[0] if targets[0].path else None
        if isinstance(type_, MapType) and isinstance(key, Local | Literal):
            loads = sum(isinstance(one, Load) and one.variable == variable for one in walk(body))
            own = sum(isinstance(one, Lookup) and one.map == whole and one.key == key for one in walk(body))
            if loads == own and all(one.path[0] == key for one in targets):
                return Lookup(whole, key, type_.value), (key,), type_.value
        return whole, (), type_

    def _renamed(self, body: Iterable[Statement]) -> tuple[Statement, ...]:
        found: list[Statement] = []
        for one in body:
            match one:
                case Assign(target, value) if target.variable in self.places:
                    local, keys = self.places[target.variable]
                    at = len(keys)
                    path, containers = self._read(target.path[at:]), target.containers[at:]
                    found.append(Bind(local, self._changed(local, path, containers, self._made(self._read(value)))))
                case When(condition, then, otherwise):
                    found.append(When(self._read(condition), self._renamed(then), self._renamed(otherwise)))
                case ForEach(local, domain, inner):
                    found.append(ForEach(local, self._read(domain), self._renamed(inner)))
                case Block(inner):
                    found.append(Block(self._renamed(inner)))
                case Bind(local, value):
                    found.append(Bind(local, self._read(value)))
                case Require(condition, span, of_alike):
                    found.append(Require(self._read(condition), span, of_alike))
                case _:
                    found.append(one)
        return tuple(found)

    def _read(self, part: Any) -> Any:
        """An expression, or a path, that reads the names."""

        def named(expr: Expr) -> Expr:
            match expr:
                case Lookup(Load(variable), key) if variable in self.places and self.places[variable][1] == (key,):
                    return self.places[variable][0]
                case Load(variable) if variable in self.places and not self.places[variable][1]:
                    return self.places[variable][0]
                case Size(Lookup(held, key), type_) if _root(held) in self.counted:
                    return Lookup(held, key, type_)
                case Contains(_, held) | Occurrences(held) if _root(held) in self.counted:
                    raise self._no("what is in a bag")
                case _:
                    return expr

        return rewrite(part, named)

    def _changed(self, base: Expr, path: tuple[Expr, ...], containers: tuple[Type, ...], value: Expr) -> Expr:
        """`base` with `value` at a path."""
        if not path:
            return value
        key, container = path[0], containers[0]
        if isinstance(container, MapType):
            self.keys += 1
            one = Local(f"step.key#{self.keys}", container.key)
            there: Expr = Lookup(base, one, container.value)
            inner = self._changed(there, path[1:], containers[1:], value)
            return Tabulate(one, Conditional(Equal(one, key), inner, there, container.value), container)
        raise self._no(f"an element of a `{type_text(container)}`")

    def _made(self, value: Expr) -> Expr:
        """A value as an expression, where the language says it by a method that changes a variable."""
        match value:
            case Remove(base, element, type_) if isinstance(type_, SetType):
                return Combine("-", base, SetLiteral((element,), type_), type_)
            case RemoveAt(base, index, type_):
                behind = Arithmetic("+", index, Literal(1, IntType(1, 1)), COUNT)
                return Concat(Slice(base, None, index, type_), Slice(base, behind, None, type_), type_)
            case BagChange("add" | "remove" as operator, Lookup(held, key), _):
                sign: Choose["+", "-"] = "+" if operator == "add" else "-"
                return Arithmetic(sign, Lookup(held, key, COUNT), Literal(1, IntType(1, 1)), COUNT)
            case BagChange():
                raise self._no("a bag")
            case Bounded(inner) | Capped(inner):
                return self._made(inner)  # whether it is in its bounds is found where it is written
            case _:
                return value

    def _no(self, what: str) -> NoSource:
        return NoSource(f"how far `{self.name}` comes depends on {what} that it has changed before")


COUNT = IntType(0, 10**6)
"""The type of the number of elements of a bag, which nothing asks for."""


def _innermost(type_: Type) -> Type:
    return _innermost(type_.value) if isinstance(type_, MapType) else type_


def _sizes(value: Expr, type_: Type, name: str) -> Expr:
    """How many elements the bags have that a value holds."""
    if not isinstance(type_, MapType):
        return Size(value, COUNT)
    key = Local(f"{name}.key", type_.key)
    return Tabulate(key, _sizes(Lookup(value, key, type_.value), type_.value, f"{name}.key"), type_)


def _root(expr: Expr) -> Expr:
    return _root(expr.map) if isinstance(expr, Lookup) else expr


def _reads(body: Iterable[Statement]) -> set[str]:
    """The variables and locals that statements read."""
    found: set[str] = set()
    for one in body:
        match one:
            case Require(condition):
                found |= _names(condition)
            case Bind(_, value):
                found |= _names(value)
            case Assign(Target(_, path), value):
                found |= _names(value).union(*map(_names, path))
            case When(condition, then, otherwise):
                found |= _names(condition) | _reads(then) | _reads(otherwise)
            case ForEach(_, domain, inner):
                found |= _names(domain) | _reads(inner)
            case Block(inner):
                found |= _reads(inner)
            case _:
                pass
    return found


def _names(expr: Expr) -> set[str]:
    parts = [one for one in walk(expr) if isinstance(one, Load | Local)]
    return {one.variable if isinstance(one, Load) else one.name for one in parts}
