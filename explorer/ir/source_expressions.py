"""Expressions of the typed machine as Python source in the language, which can be lowered again."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from indoubt.explorer.ir.expressions import (
    And,
    Arithmetic,
    Below,
    Bounded,
    Collect,
    Combine,
    Conditional,
    Construct,
    Contains,
    Equal,
    Exists,
    Expr,
    Field,
    Fold,
    ForAll,
    IsA,
    Let,
    Literal,
    Load,
    Local,
    Lookup,
    Members,
    Narrow,
    Neighbour,
    Not,
    Or,
    Range,
    SetLiteral,
    Size,
    Subset,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.sequences import Capped, Concat, Element, IsPrefix, Occurrences, SeqLiteral, Slice
from indoubt.explorer.ir.types import BOOL, AnyType, ListType
from indoubt.explorer.ir.values import decode
from indoubt.specs.language.collections import is_bag, is_seq
from indoubt.specs.language.display import in_order
from indoubt.specs.language.sorts import Ordered, Ring, Sort
from indoubt.specs.language.types import (
    EnumType,
    IntType,
    MapType,
    NoneType,
    QuorumType,
    SetType,
    SortType,
    Type,
    UnionType,
    type_text,
)
from indoubt.specs.language.values import Record, is_map, is_set


class NoSource(Exception):
    """What has no form in the language, and why."""


def identifier(name: str) -> str:
    """A name of the machine as one that an author may write: `tm.phase` as `tm_phase`, `vote#3` as `vote_3`."""
    return re.sub(r"\W+", "_", name).strip("_") or "x"


def local_name(local: Local) -> str:
    """The name of a local, without what marks it as one of ours: `self.address#17` as `address_17`."""
    text = identifier(local.name.removeprefix("self."))
    return text if text.isidentifier() else f"x_{text}"


def is_enum_like(sort: type[Sort]) -> bool:
    """Whether a sort is written as an enum: it has one member, which the machine may name."""
    return sort.fixed_size == 1 and not issubclass(sort, Ordered | Ring)


def value_text(value: Any) -> str:
    """A constant: members of a sort have names in an enum, as which it is written then. Raises NoSource for a ring."""
    match value:
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case Ordered():
            return f"first({type(value).__name__})" if value.index == 0 else f"{type(value).__name__}({value.index})"
        case Sort() if not isinstance(value, Ring):
            return f"{type(value).__name__}.{value}"
        case Sort():
            raise NoSource(f"{value} is one member of a sort, and members have no names in the language")
        case Record():
            return f"{type(value).__name__}({', '.join(value_text(getattr(value, name)) for name in _fields(value))})"
        case _ if is_map(value):
            return _map_text(dict(value.items()))
        case _ if is_set(value):
            return "{" + ", ".join(map(value_text, in_order(value))) + "}" if len(value) else "empty()"
        case _ if is_seq(value) or is_bag(value):
            if len(value):
                raise NoSource(f"a {type(value).__name__} that is not empty at first has no constant form")
            return "Seq()" if is_seq(value) else "Bag()"
        case _:
            return repr(value)


def _fields(value: Record) -> list[str]:
    return list(type(value).__dataclass_fields__)  # type: ignore[attr-defined]  # records are dataclasses


def _map_text(items: Mapping[Any, Any]) -> str:
    values = [value_text(one) for one in items.values()]
    if len(set(values)) == 1:
        return f"every({values[0]})"
    return "Map({" + ", ".join(f"{value_text(key)}: {one}" for key, one in zip(items, values, strict=True)) + "})"


class Writer:
    """Writes expressions; `variables` are the names of the state variables, `known` the texts of `let` names."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.known: dict[str, str] = {}
        self.types: list[Type] = []
        """The types of constants and records that were written, whose classes have to be declared."""

    def plain(self, expr: Expr) -> str:
        """An expression without the parentheses that it can do without. Raises NoSource."""
        return _without_doubles(ast.unparse(ast.parse(self.text(expr), mode="eval")))

    def text(self, expr: Expr) -> str:
        """An expression. Raises NoSource."""
        match expr:
            case Literal(value, type_):
                if isinstance(type_, ListType):
                    raise NoSource("a list is no value of the language")
                self.types.append(type_)
                return value_text(decode(value, type_))
            case Load(name, _, after):
                return f"{'after' if after else 'self'}.{self.variables[name]}"
            case Local():
                return self.known.get(expr.name) or local_name(expr)
            case Field(record, name):
                return f"{self.text(record)}.{name}"
            case Lookup(table, key):
                return f"{self.text(table)}[{self.text(key)}]"
            case Construct(type_, fields):
                self.types.append(type_)
                return f"{type_.cls.__name__}({', '.join(map(self.text, fields))})"
            case Widen(value) | Narrow(value) | Bounded(value) | Capped(value):
                return self.text(value)
            case Let(local, value, body):
                self.known[local.name] = self.text(value)
                return self.text(body)
            case Not() | And() | Or() | Equal() | Below() | Contains() | Subset() | IsA() | Exists() | ForAll():
                return self._truth(expr)
            case Conditional(condition, then, otherwise):
                return f"({self.text(then)} if {self.text(condition)} else {self.text(otherwise)})"
            case Arithmetic(operator, left, right) | Combine(operator, left, right):
                return f"({self.text(left)} {operator} {self.text(right)})"
            case Neighbour(value, offset):
                return f"{self.text(value)}.{'next' if offset > 0 else 'prev'}()"
            case Fold(kind, Collect(element, generators, ListType())):
                return f"{kind}({self._comprehension(element, generators)})"
            case Fold(kind, collection):
                return f"{kind}({self.text(collection)})"
            case _:
                return self._collection(expr)

    def _truth(self, expr: Expr) -> str:
        match expr:
            case Not(IsA(value, NoneType())):
                return f"({self.text(value)} is not None)"
            case Not(Equal(left, right)) if not are_apart(_within(left), _within(right)):
                return f"({self.text(left)} != {self.text(right)})"
            case Not(Not(operand)):
                return self.text(operand)
            case Not(operand):
                return f"(not {self.text(operand)})"
            case And(operands):
                return "(" + " and ".join(map(self.text, operands)) + ")"
            case Or(operands):
                return "(" + " or ".join(map(self.text, operands)) + ")"
            case Equal(left, right) if are_apart(_within(left), _within(right)):
                return "False"
            case Equal(left, right) if _is_the_same(_within(left), _within(right)):
                return "True"
            case Equal(left, right):
                return f"({self.text(left)} == {self.text(right)})"
            case Below(left, right):
                answer = _decided(_within(left), _within(right))
                if answer is not None:
                    return str(answer)
                one, other = self.text(left), self.text(right)
                has_none = isinstance(left.type, UnionType) or isinstance(right.type, UnionType)
                return f"before({one}, {other})" if has_none else f"({one} < {other})"
            case Contains(element, collection):
                return f"({self.text(element)} in {self.text(collection)})"
            case Subset(left, right):
                return f"({self.text(left)} <= {self.text(right)})"
            case IsA(value, alternative):
                return self._is_a(value, alternative)
            case Exists(local, domain, body):
                return f"any({self.text(body)} for {local_name(local)} in {self.domain(domain)})"
            case ForAll(local, domain, body):
                return f"all({self.text(body)} for {local_name(local)} in {self.domain(domain)})"
            case _:
                raise AssertionError(expr)

    def _is_a(self, value: Expr, alternative: Type) -> str:
        text = self.text(value)
        if isinstance(alternative, NoneType):
            return f"({text} is None)"
        others = value.type.alternatives if isinstance(value.type, UnionType) else ()
        if isinstance(alternative, UnionType):
            return "(" + " or ".join(self._is_a(value, one) for one in alternative.alternatives) + ")"
        if len(others) == 2 and NoneType() in others:
            return f"({text} is not None)"
        if isinstance(alternative, MapType | IntType | QuorumType):
            raise NoSource(f"whether a value is a {type_text(alternative)} has no test in the language")
        return f"isinstance({text}, {type_text(alternative)})"

    def _collection(self, expr: Expr) -> str:
        match expr:
            case SetLiteral(elements):
                return "{" + ", ".join(map(self.text, elements)) + "}" if elements else "empty()"
            case Tabulate(key, body):
                return f"Map({{{local_name(key)}: {self.text(body)} for {local_name(key)} in {self._keys(key.type)}}})"
            case Members():
                return "{one for one in " + self.domain(expr) + "}"
            case Range(start, stop):
                return f"range({self.text(start)}, {self.text(stop)})"
            case Size(collection):
                return f"len({self.domain(collection)})"
            case Collect(element, generators, type_):
                inner = self._comprehension(element, generators)
                if isinstance(type_, ListType):
                    return f"[{inner}]"
                return f"{{{inner}}}" if isinstance(type_, SetType) else f"Seq({inner})"
            case SeqLiteral(elements):
                return f"Seq([{', '.join(map(self.text, elements))}])" if elements else "Seq()"
            case Element(sequence, index):
                return f"{self.text(sequence)}[{self.text(index)}]"
            case Slice(sequence, start, stop):
                ends = ["" if end is None else self.text(end) for end in (start, stop)]
                return f"{self.text(sequence)}[{':'.join(ends)}]"
            case Concat(left, right):
                return f"({self.text(left)} + {self.text(right)})"
            case IsPrefix(left, right):
                return f"{self.text(left)}.is_prefix_of({self.text(right)})"
            case Occurrences(collection, element):
                return f"{self.text(collection)}.count({self.text(element)})"
            case _:
                raise NoSource(f"a {type(expr).__name__} has no form as an expression")

    def _comprehension(self, element: Expr, generators: Any) -> str:
        clauses = [
            f"for {local_name(one.local)} in {self.domain(one.domain)}"
            + ("" if one.condition == TRUE else f" if {self.text(one.condition)}")
            for one in generators
        ]
        return " ".join([self.text(element), *clauses])

    def domain(self, expr: Expr) -> str:
        """What a loop goes through."""
        return self._keys(expr.type.element) if isinstance(expr, Members) else self.text(expr)

    def _keys(self, type_: AnyType) -> str:
        match type_:
            case SortType(cls) | EnumType(cls):
                return cls.__name__
            case IntType(low, high):
                return f"range({low}, {high + 1})"
            case QuorumType(sort, _, phase):
                return f"quorums({sort.cls.__name__}{'' if phase is None else f', phase={phase!r}'})"
            case _:
                text = "a list" if isinstance(type_, ListType) else type_text(type_)
                raise NoSource(f"no loop goes through all values of {text}")


def _within(expr: Expr) -> AnyType:
    """The type of an expression, for an integer the interval that its parts leave it."""
    match expr:
        case Literal(int() as value, IntType()):
            return IntType(value, value)
        case Arithmetic(operator, left, right, IntType(low, high)):
            one, other = _within(left), _within(right)
            if isinstance(one, IntType) and isinstance(other, IntType) and operator in "+-":
                ends = (other.low, other.high) if operator == "+" else (-other.high, -other.low)
                return IntType(max(low, one.low + ends[0]), min(high, one.high + ends[1]))
            return expr.type
        case _:
            return expr.type


def _without_doubles(text: str) -> str:
    """`all((x for x in y))` with one pair of parentheses."""
    start = 0
    while (found := re.search(r"\b(?:any|all|sum|min|max)\(\(", text[start:])) is not None:
        opening = start + found.end() - 1
        depth, place = 0, opening
        while True:
            depth += {"(": 1, ")": -1}.get(text[place], 0)
            if depth == 0:
                break
            place += 1
        if text[place + 1] == ")" and " for " in text[opening:place]:
            text = text[:opening] + text[opening + 1 : place] + text[place + 1 :]
        start = opening
    return text


def _decided(left: AnyType, right: AnyType) -> bool | None:
    """Whether an integer is below another one, where their intervals say it: the language refuses to ask."""
    if not (isinstance(left, IntType) and isinstance(right, IntType)):
        return None
    return True if left.high < right.low else False if left.low >= right.high else None


def are_apart(one: AnyType, other: AnyType) -> bool:
    """Whether two intervals have no integer in common."""
    return isinstance(one, IntType) and isinstance(other, IntType) and (one.high < other.low or other.high < one.low)


def _is_the_same(one: AnyType, other: AnyType) -> bool:
    """Whether two intervals hold one integer, the same."""
    return isinstance(one, IntType) and one == other and one.low == one.high


TRUE = Literal(value=True, type=BOOL)
