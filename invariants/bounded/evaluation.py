"""What an expression of the machine means where the state is not known yet: the reading of `backends.evaluation`.

An evaluation may end early: in a bound, or because an expression has no value. `alive` is where it has not. What
follows is told apart as the reference tells it: operands from left to right, up to the one that decides.
"""

from __future__ import annotations

from collections.abc import Callable, Generator as Yields, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, combinations
from typing import Any, assert_never, cast

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
    Subset,
    Subsets,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.invariants.bounded import sequences, unions
from indoubt.invariants.bounded.algebra import Algebra, NotEncoded, Scalar, Value, refuse_many, some_value, structure
from indoubt.invariants.bounded.circuit import FALSE, TRUE, negated
from indoubt.specs.language.sorts import Ring, size_of
from indoubt.specs.language.types import BagType, IntType, MapType, RecordType, SeqType, SetType, SortType, Type


class Evaluation:
    """Evaluates in one state, or in the two of a step; collects where that ends early."""

    def __init__(self, algebra: Algebra, state: Mapping[str, Value], after: Mapping[str, Value] | None = None) -> None:
        self.algebra = algebra
        self.circuit = algebra.circuit
        self.state = dict(state)
        self.after = after
        self.frame: dict[str, Value] = {}
        self.alive = TRUE
        self.failed = FALSE
        """Where an expression has no value."""
        self.refused: dict[str, int] = {}
        """The bounds that would be left, and where."""

    @contextmanager
    def where(self, condition: int) -> Yields[None]:
        """Inside, evaluation happens only where `condition` is true."""
        before = self.alive
        self.alive = begun = self.circuit.both(before, condition)
        yield
        if self.alive == begun:
            self.alive = before
        else:
            self.alive = self.circuit.either(self.circuit.both(before, negated(condition)), self.alive)

    def fail(self, condition: int) -> None:
        """There is no value where `condition` is true."""
        self.failed = self.circuit.either(self.failed, self.circuit.both(self.alive, condition))
        self.alive = self.circuit.both(self.alive, negated(condition))

    def refuse(self, condition: int, bound: str) -> None:
        """A bound would be left where `condition` is true."""
        found = self.circuit.both(self.alive, condition)
        if found != FALSE:
            self.refused[bound] = self.circuit.either(self.refused.get(bound, FALSE), found)
            self.alive = self.circuit.both(self.alive, negated(condition))

    def expression(self, expr: Expr) -> Value:
        """The value of `expr`."""
        algebra = self.algebra
        algebra.spend()
        match expr:
            case Literal(value, type_):
                return algebra.constant(value, type_)
            case Load(name, _, after):
                if not after:
                    return self.state[name]
                assert self.after is not None
                return self.after[name]
            case Local(name):
                return self.frame[name]
            case Let(local, value, body):
                self.frame[local.name] = self.expression(value)
                return self.expression(body)
            case Not(operand):
                return negated(self.expression(operand))
            case And(operands):
                return self._first(operands, FALSE)
            case Or(operands):
                return self._first(operands, TRUE)
            case Conditional(condition, then, otherwise):
                test = self.expression(condition)
                return self._either(test, then, otherwise, expr.type)
            case Equal() | Below() | Contains() | Subset():
                return self._relation(expr)
            case Exists() | ForAll() | Collect() | Fold():
                return self._ranging(expr)
            case Widen() | Narrow() | IsA():
                return unions.evaluated(algebra, expr, self.expression(expr.value))
            case Arithmetic() | Bounded() | Neighbour() | Size():
                return self._integer(expr)
            case Field() | Construct() | Lookup() | Tabulate():
                return self._product(expr)
            case SetLiteral() | Members() | Combine() | Subsets() | Remove():
                return self._set(expr)
            case _:
                return sequences.evaluated(self, expr)

    def domain(self, expr: Expr) -> list[tuple[int, Value]]:
        """The elements of a collection, those of a whole type in the order of the type."""
        if isinstance(expr, Members):
            element = expr.type.element
            return [(TRUE, self.algebra.constant(one, element)) for one in self.algebra.members(element)]
        return self.algebra.elements(self.expression(expr), expr.type)

    def _either(self, test: int, then: Expr, otherwise: Expr, type_: AnyType) -> Value:
        if test in (TRUE, FALSE):
            return self.expression(then if test == TRUE else otherwise)
        with self.where(test):
            yes = self.expression(then)
        with self.where(negated(test)):
            no = self.expression(otherwise)
        return self.algebra.merged([(test, yes), (negated(test), no)], type_)

    def _first(self, operands: Sequence[Expr], decisive: int) -> int:
        """A connective: operands up to the first one that is `decisive`."""
        return self._decided([partial(self.expression, one) for one in operands], decisive)

    def _decided(self, parts: Sequence[Callable[[], int]], decisive: int) -> int:
        circuit, before, open_ = self.circuit, self.alive, TRUE  # `open_`: nothing has decided yet
        for part in parts:
            self.alive = begun = circuit.both(before, open_)
            value = part()
            if self.alive != begun:
                before = circuit.both(before, negated(circuit.both(begun, negated(self.alive))))
            open_ = circuit.both(open_, value if decisive == FALSE else negated(value))
            if open_ == FALSE:
                break
        self.alive = before
        return open_ if decisive == FALSE else negated(open_)

    def _relation(self, expr: Equal | Below | Contains | Subset) -> int:
        algebra, circuit = self.algebra, self.circuit
        match expr:
            case Equal(left, right):
                a, b = self.expression(left), self.expression(right)
                return algebra.equal(a, b, left.type)
            case Below(left, right):
                a, b = (
                    algebra.cases(self.expression(left), left.type),
                    algebra.cases(self.expression(right), right.type),
                )
                return circuit.any(
                    circuit.both(g, h)
                    for low, g in a
                    for high, h in b
                    if high is not None and (low is None or low < high)
                )
            case Contains(element, collection):
                item = self.expression(element)
                if isinstance(collection, Members):
                    return algebra.holds_member(
                        item, _single(element.type), dict.fromkeys(algebra.members(collection.type.element), TRUE)
                    )
                items = self.expression(collection)
                if isinstance(structure(collection.type), SetType):
                    return algebra.holds_member(item, _single(element.type), items)
                elements = algebra.elements(items, collection.type)
                return circuit.any(circuit.both(g, algebra.equal(item, one, element.type)) for g, one in elements)
            case Subset(left, right):
                a, b = self.expression(left), self.expression(right)
                return circuit.all(circuit.either(negated(g), b.get(key, FALSE)) for key, g in a.items())

    def _ranging(self, expr: Exists | ForAll | Collect | Fold) -> Value:
        match expr:
            case Exists(local, domain, body) | ForAll(local, domain, body):
                items = self.domain(domain)
                is_some = isinstance(expr, Exists)
                parts = [partial(self._instance, local, g, item, body, is_some=is_some) for g, item in items]
                return self._decided(parts, TRUE if is_some else FALSE)
            case Collect(element, generators, type_):
                found = list(self._generated(generators, element, TRUE))
                return self._collected(found, element.type, type_)
            case Fold(kind, collection, type_):
                return self._folded(kind, self.domain(collection), _element_of(collection.type), type_)

    def _instance(self, local: Local, there: int, item: Value, body: Expr, is_some: bool) -> int:
        self.frame[local.name] = item
        with self.where(there):
            truth = self.expression(body)
        both = self.circuit.both(there, truth if is_some else negated(truth))
        return both if is_some else negated(both)

    def _generated(self, generators: Sequence[Generator], element: Expr, there: int) -> Iterator[tuple[int, Value]]:
        if not generators:
            with self.where(there):
                value = self.expression(element)
            yield there, value
            return
        first = generators[0]
        with self.where(there):
            items = self.domain(first.domain)
        for guard, item in items:
            self.frame[first.local.name] = item
            here = self.circuit.both(there, guard)
            with self.where(here):
                condition = self.expression(first.condition)
            here = self.circuit.both(here, condition)
            if here != FALSE:
                yield from self._generated(generators[1:], element, here)

    def _collected(self, found: list[tuple[int, Value]], element: AnyType, type_: AnyType) -> Value:
        algebra, circuit = self.algebra, self.circuit
        match type_:
            case ListType():
                return found
            case SeqType(of):
                return sequences.compacted(algebra, found, of)
            case _:
                literals: dict[Any, list[int]] = {}
                for guard, item in found:
                    for key, literal in algebra.cases(item, element):
                        literals.setdefault(key, []).append(circuit.both(guard, literal))
                return {key: circuit.any(some) for key, some in literals.items()}

    def _folded(self, kind: str, items: list[tuple[int, Value]], element: Type, type_: Type) -> Value:
        algebra, circuit = self.algebra, self.circuit
        if kind == "sum":
            total: dict[Any, int] = {0: TRUE}
            for guard, item in items:
                numbers = {key: circuit.both(guard, literal) for key, literal in algebra.cases(item, element)}
                numbers[0] = circuit.either(numbers.get(0, FALSE), negated(guard))
                total = algebra.combined(total, numbers, int.__add__)
            return total
        self.fail(circuit.all(negated(guard) for guard, _ in items))
        there: dict[Any, list[int]] = {}
        for guard, item in items:
            for key, literal in algebra.cases(item, element):
                there.setdefault(key, []).append(circuit.both(guard, literal))
        ranked = sorted(there, key=lambda key: -1 if key is None else key, reverse=kind == "max")
        open_, cases = TRUE, list[tuple[Any, int]]()
        for key in ranked:
            found = circuit.any(there[key])
            cases.append((key, circuit.both(open_, found)))
            open_ = circuit.both(open_, negated(found))
        return algebra.of_cases(cases, type_) if cases else algebra.constant(some_value(type_), type_)

    def _integer(self, expr: Arithmetic | Bounded | Neighbour | Size) -> Value:
        algebra = self.algebra
        match expr:
            case Arithmetic(operator, left, right):
                a, b = self.expression(left), self.expression(right)
                if operator in ("//", "%"):
                    self.fail(b.get(0, FALSE))
                    b = {key: literal for key, literal in b.items() if key} or {1: TRUE}
                return algebra.combined(a, b, OPERATIONS[operator])
            case Bounded(inner, bound, type_):
                assert isinstance(type_, IntType)
                return self._bounded(self.expression(inner), type_.low, type_.high, bound)
            case Neighbour(inner, offset, type_):
                assert isinstance(type_, SortType)
                value, size = self.expression(inner), size_of(type_.cls)
                if issubclass(type_.cls, Ring):
                    return algebra.combined(value, {offset: TRUE}, lambda x, y: (x + y) % size)
                moved = {key + offset: literal for key, literal in value.items()}
                name = f"{type_.cls.__name__}.{'next' if offset > 0 else 'prev'}()"
                return self._bounded(moved, 0, size - 1, name)
            case Size(collection, _):
                if isinstance(collection, Members):
                    return {len(algebra.members(collection.type.element)): TRUE}
                items = self.expression(collection)
                if isinstance(collection.type, SeqType):
                    return {length: guard for length, (guard, _) in items.items()}
                if isinstance(collection.type, BagType):
                    return algebra.count(g for g, _ in algebra.elements(items, collection.type))
                if isinstance(items, dict):
                    return algebra.count(cast("Scalar", items).values())
                return algebra.count(g for g, _ in items)

    def _bounded(self, value: Mapping[int, int], low: int, high: int, bound: str) -> Value:
        self.refuse(self.circuit.any(g for key, g in value.items() if not low <= key <= high), bound)
        inside = {key: literal for key, literal in value.items() if low <= key <= high}
        return inside or {low: TRUE}

    def _product(self, expr: Field | Construct | Lookup | Tabulate) -> Value:
        match expr:
            case Field(record, name, _):
                assert isinstance(record.type, RecordType)
                return self.expression(record)[[field for field, _ in record.type.fields].index(name)]
            case Construct(_, fields):
                return [self.expression(field) for field in fields]
            case Lookup(table, key, type_):
                assert isinstance(table.type, MapType)
                values = self.expression(table)
                places = self.places(table.type.key, key)
                return self.algebra.merged([(g, values[place]) for place, g in places] or [(FALSE, values[0])], type_)
            case Tabulate(key, body, type_):
                found: list[Value] = []
                for one in self.algebra.members(type_.key):
                    self.frame[key.name] = self.algebra.constant(one, type_.key)
                    found.append(self.expression(body))
                return found

    def places(self, keys: Type, key: Expr) -> list[tuple[int, int]]:
        """The places in a map that a key may have; it fails where the map has no such key."""
        cases = self.algebra.cases(self.expression(key), key.type)
        if isinstance(keys, SortType):
            return cases
        known = {member: place for place, member in enumerate(self.algebra.members(keys))}
        self.fail(self.circuit.any(g for one, g in cases if one not in known))
        return [(known[one], g) for one, g in cases if one in known]

    def _set(self, expr: SetLiteral | Members | Combine | Subsets | Remove) -> Value:
        algebra, circuit = self.algebra, self.circuit
        match expr:
            case SetLiteral(elements, type_):
                found = [(TRUE, self.expression(element)) for element in elements]
                parts = [self._collected([one], e.type, type_) for one, e in zip(found, elements, strict=True)]
                keys = dict.fromkeys(key for part in parts for key in part)
                return {key: circuit.any(part.get(key, FALSE) for part in parts) for key in keys}
            case Members(type_):
                return dict.fromkeys(algebra.members(type_.element), TRUE)
            case Combine(operator, left, right):
                a, b = self.expression(left), self.expression(right)
                if operator == "|":
                    return {key: circuit.either(a.get(key, FALSE), b.get(key, FALSE)) for key in {**a, **b}}
                if operator == "&":
                    return {key: circuit.both(g, b[key]) for key, g in a.items() if key in b}
                return {key: circuit.both(g, negated(b.get(key, FALSE))) for key, g in a.items()}
            case Subsets(collection):
                items = {key: g for key, g in self.expression(collection).items() if g != FALSE}
                refuse_many(1 << len(items), collection.type)
                chosen = chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))
                return {frozenset(some): circuit.all(items[key] for key in some) for some in chosen}
            case Remove(collection, element):
                assert isinstance(collection.type, SetType)
                items, item = self.expression(collection), self.expression(element)
                taken = dict(algebra.cases(item, element.type))
                self.fail(negated(circuit.any(circuit.both(g, items.get(key, FALSE)) for key, g in taken.items())))
                return {key: circuit.both(g, negated(taken.get(key, FALSE))) for key, g in items.items()}
            case _:
                assert_never(expr)


def _single(type_: AnyType) -> Type:
    if isinstance(type_, ListType):
        raise NotEncoded("a list is an element of a set")
    return type_


def _element_of(type_: AnyType) -> Type:
    match structure(type_):
        case SetType(element) | SeqType(element) | BagType(element) | ListType(element):
            return element
        case _:
            raise AssertionError(f"{type_} is no collection")
