"""Evaluation of expressions: each node becomes a closure over the closures of its operands.

A closure takes the state (a sequence of encoded values; of a step, those before and then those after) and the list of
locals. This is the definition of what an expression means; every other engine is compared with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations
from typing import Any

from indoubt.explorer.backends import sequences, unions
from indoubt.explorer.backends.closures import Evaluate, EvaluationFailed, Frame, teller
from indoubt.explorer.ir.arithmetic import OPERATIONS
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
    Generator,
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
    Remove,
    SetLiteral,
    Size,
    Span,
    Subset,
    Subsets,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.values import encoded_members
from indoubt.specs.language.sorts import Ring, size_of
from indoubt.specs.language.types import BagType, IntType, MapType, RecordType, SeqType, SetType, SortType, Type
from indoubt.specs.language.universe import BoundReached


class Evaluator:
    """Makes closures; knows the place of each variable in a state, and of each local in a frame."""

    def __init__(self, variables: Sequence[str]) -> None:
        self.variables = {name: place for place, name in enumerate(variables)}
        self.slots: dict[str, int] = {}

    def slot(self, local: Local) -> int:
        """The place of a local in the frame."""
        return self.slots.setdefault(local.name, len(self.slots))

    def expression(self, expr: Expr) -> Evaluate:
        """A closure that computes `expr`."""
        match expr:
            case Literal(value):
                return lambda _s, _f: value
            case Load(name, _, after):
                place = self.variables[name] + (len(self.variables) if after else 0)
                return lambda s, _f: s[place]
            case Local():
                slot = self.slot(expr)
                return lambda _s, f: f[slot]
            case Let(local, value, body):
                return self._let(self.slot(local), self.expression(value), self.expression(body))
            case Not(operand):
                inner = self.expression(operand)
                return lambda s, f: not inner(s, f)
            case And() | Or():
                return self._connective(expr)
            case Conditional(condition, then, otherwise):
                test, yes, no = self.expression(condition), self.expression(then), self.expression(otherwise)
                return lambda s, f: yes(s, f) if test(s, f) else no(s, f)
            case Equal() | Below() | Contains() | Subset():
                return self._relation(expr)
            case Exists() | ForAll() | Collect() | Fold():
                return self._ranging(expr)
            case Widen() | Narrow() | IsA():
                return unions.evaluated(expr, self.expression(expr.value))
            case Arithmetic() | Bounded() | Neighbour() | Size():
                return self._integer(expr)
            case Field() | Construct() | Lookup() | Tabulate():
                return self._product(expr)
            case SetLiteral(elements):
                parts = [self.expression(element) for element in elements]
                if len(parts) == 1:
                    only = parts[0]
                    return lambda s, f: frozenset((only(s, f),))
                return lambda s, f: frozenset([part(s, f) for part in parts])
            case Members(type_):
                everything = frozenset(encoded_members(type_.element))
                return lambda _s, _f: everything
            case Combine(operator, left, right):
                a, b = self.expression(left), self.expression(right)
                if operator == "|":
                    return lambda s, f: a(s, f) | b(s, f)
                if operator == "&":
                    return lambda s, f: a(s, f) & b(s, f)
                return lambda s, f: a(s, f) - b(s, f)
            case Subsets(collection):
                items = self.expression(collection)
                return lambda s, f: _subsets(items(s, f))
            case Remove(collection, element):
                assert isinstance(collection.type, SetType)
                items, item = self.expression(collection), self.expression(element)
                return _removed(items, item, teller(collection.type.element), expr.span)
            case _:
                return sequences.evaluated(expr, self.expression)

    def domain(self, expr: Expr) -> Evaluate:
        """A closure that computes the elements of a collection, those of a whole type in the order of the type."""
        if isinstance(expr, Members):
            everything = encoded_members(expr.type.element)
            return lambda _s, _f: everything
        items = self.expression(expr)
        if isinstance(expr.type, BagType):
            return lambda s, f: sequences.elements_of(items(s, f))
        return items

    def _let(self, slot: int, value: Evaluate, body: Evaluate) -> Evaluate:
        def let(s: Sequence[Any], f: Frame) -> Any:
            f[slot] = value(s, f)
            return body(s, f)

        return let

    def _connective(self, expr: And | Or) -> Evaluate:
        parts = [self.expression(operand) for operand in expr.operands]
        if len(parts) == 2:
            a, b = parts
            if isinstance(expr, And):
                return lambda s, f: a(s, f) and b(s, f)
            return lambda s, f: a(s, f) or b(s, f)

        stop = isinstance(expr, Or)

        def connective(s: Sequence[Any], f: Frame) -> bool:
            for part in parts:
                truth: bool = part(s, f)
                if truth is stop:
                    return stop
            return not stop

        return connective

    def _relation(self, expr: Equal | Below | Contains | Subset) -> Evaluate:
        match expr:
            case Equal(left, Literal(constant)):
                value = self.expression(left)
                return lambda s, f: value(s, f) == constant
            case Equal(left, right):
                a, b = self.expression(left), self.expression(right)
                return lambda s, f: a(s, f) == b(s, f)
            case Below(left, right):
                return self._below(left, right)
            case Contains(element, collection):
                item, items = self.expression(element), self.domain(collection)
                return lambda s, f: item(s, f) in items(s, f)
            case Subset(left, right):
                a, b = self.expression(left), self.expression(right)
                return lambda s, f: a(s, f) <= b(s, f)

    def _below(self, left: Expr, right: Expr) -> Evaluate:
        a, b = self.expression(left), self.expression(right)
        if isinstance(left.type, IntType | SortType) and isinstance(right.type, IntType | SortType):
            return lambda s, f: a(s, f) < b(s, f)

        def below(s: Sequence[Any], f: Frame) -> bool:
            low, high = a(s, f), b(s, f)
            return high is not None and (low is None or low < high)

        return below

    def _ranging(self, expr: Exists | ForAll | Collect | Fold) -> Evaluate:
        match expr:
            case Exists(local, domain, body) | ForAll(local, domain, body):
                slot, items, test = self.slot(local), self.domain(domain), self.expression(body)
                return _quantifier(slot, items, test, found=isinstance(expr, Exists))
            case Collect(element, generators, type_):
                value = self.expression(element)
                run = self._generators(generators, value)
                if isinstance(type_, ListType | SeqType):
                    return lambda s, f: tuple(run(s, f))
                return lambda s, f: frozenset(run(s, f))
            case Fold(kind, collection, _):
                items = self.domain(collection)
                return lambda s, f: _fold(kind, items(s, f), expr.span)

    def _generators(self, generators: tuple[Generator, ...], value: Evaluate) -> Callable[..., Iterator[Any]]:
        if not generators:

            def last(s: Sequence[Any], f: Frame) -> Iterator[Any]:
                yield value(s, f)

            return last
        first = generators[0]
        slot, items, test = self.slot(first.local), self.domain(first.domain), self.expression(first.condition)
        inner = self._generators(generators[1:], value)

        def generate(s: Sequence[Any], f: Frame) -> Iterator[Any]:
            for item in items(s, f):
                f[slot] = item
                if test(s, f):
                    yield from inner(s, f)

        return generate

    def _integer(self, expr: Arithmetic | Bounded | Neighbour | Size) -> Evaluate:
        match expr:
            case Arithmetic(operator, left, right):
                a, b, compute = self.expression(left), self.expression(right), OPERATIONS[operator]
                return lambda s, f: compute(a(s, f), b(s, f))
            case Bounded(inner, bound, type_):
                assert isinstance(type_, IntType)
                return _bounded(self.expression(inner), type_.low, type_.high, bound)
            case Neighbour(inner, offset, type_):
                assert isinstance(type_, SortType)
                name = f"{type_.cls.__name__}.{'next' if offset > 0 else 'prev'}()"
                value, size = self.expression(inner), size_of(type_.cls)
                if issubclass(type_.cls, Ring):
                    return lambda s, f: (value(s, f) + offset) % size
                return _bounded(lambda s, f: value(s, f) + offset, 0, size - 1, name)
            case Size(collection, _):
                items = self.domain(collection)
                return lambda s, f: len(items(s, f))

    def _product(self, expr: Field | Construct | Lookup | Tabulate) -> Evaluate:
        match expr:
            case Field(record, name, _):
                assert isinstance(record.type, RecordType)
                place = [field for field, _ in record.type.fields].index(name)
                value = self.expression(record)
                return lambda s, f: value(s, f)[place]
            case Construct(_, fields):
                parts = [self.expression(field) for field in fields]
                return lambda s, f: tuple([part(s, f) for part in parts])
            case Lookup(table, key, _):
                assert isinstance(table.type, MapType)
                values, at = self.expression(table), self.position(table.type.key, key, expr.span)
                return lambda s, f: values(s, f)[at(s, f)]
            case Tabulate(key, body, type_):
                slot, item = self.slot(key), self.expression(body)
                keys = encoded_members(type_.key)

                def tabulate(s: Sequence[Any], f: Frame) -> tuple[Any, ...]:
                    values: list[Any] = []
                    for one in keys:
                        f[slot] = one
                        values.append(item(s, f))
                    return tuple(values)

                return tabulate

    def position(self, type_: Type, key: Expr, span: Span | None = None) -> Evaluate:
        """A closure that computes the place of a key in the encoded values of a map."""
        value = self.expression(key)
        if isinstance(type_, SortType):
            return value
        places, tell = {member: place for place, member in enumerate(encoded_members(type_))}, teller(type_)

        def place(s: Sequence[Any], f: Frame) -> int:
            key = value(s, f)
            try:
                return places[key]
            except KeyError:
                raise EvaluationFailed("S402", f"the map has no key {tell(key)}", span) from None

        return place


def _quantifier(slot: int, items: Evaluate, test: Evaluate, *, found: bool) -> Evaluate:
    def quantifier(s: Sequence[Any], f: Frame) -> bool:
        for item in items(s, f):
            f[slot] = item
            truth: bool = test(s, f)
            if truth is found:
                return found
        return not found

    return quantifier


def _bounded(value: Evaluate, low: int, high: int, bound: str) -> Evaluate:
    def bounded(s: Sequence[Any], f: Frame) -> int:
        number: int = value(s, f)
        if low <= number <= high:
            return number
        raise BoundReached(bound)

    return bounded


def _subsets(items: frozenset[Any]) -> frozenset[frozenset[Any]]:
    chosen = (combinations(items, size) for size in range(len(items) + 1))
    return frozenset(map(frozenset, chain.from_iterable(chosen)))


def _removed(items: Evaluate, element: Evaluate, tell: Callable[[Any], str], span: Span | None) -> Evaluate:
    def removed(s: Sequence[Any], f: Frame) -> frozenset[Any]:
        whole: frozenset[Any] = items(s, f)
        item = element(s, f)
        if item not in whole:
            raise EvaluationFailed("S402", f"`.remove({tell(item)})` of an element that is not in the set", span)
        return whole - {item}

    return removed


def _fold(kind: str, items: Any, span: Span | None) -> Any:
    if kind == "sum":
        return sum(items)
    if not items:
        raise EvaluationFailed("S403", f"`{kind}` of an empty collection", span)
    order = [(-1 if item is None else item, item) for item in items]
    return (min(order) if kind == "min" else max(order))[1]
