"""What an expression of the machine means at every size at once: the reading of `backends.evaluation` in logic.

What may fail or leave a bound (`.remove`, an integer beyond its interval) is noted with the condition, except below a
quantifier or a comprehension, where it is refused: no condition of the state alone says when that happens.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator as Yields, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

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
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import is_option
from indoubt.invariants.unbounded import unions
from indoubt.invariants.unbounded.constants import literal
from indoubt.invariants.unbounded.counting import has_at_least
from indoubt.invariants.unbounded.logic import Formula, Term, both, either, negation, quantified
from indoubt.invariants.unbounded.no_counterpart import no_counterpart
from indoubt.invariants.unbounded.symbols import below
from indoubt.invariants.unbounded.values import (
    Collection,
    Datum,
    Generated,
    NotUnbounded,
    Value,
    cases,
    equal,
    forms,
    has_value,
    is_subset,
    merged,
    of_generated,
    value_of,
)
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import (
    IntType,
    MapType,
    RecordType,
    SetType,
    UnionType,
)

State = Mapping[str, Value]
MOST_EVALUATIONS = 200_000
"""How many expressions are evaluated for one action or property at most."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an expression is evaluated: a state, the one after it in a step property, and locals."""

    state: State
    after: State | None
    locals: Mapping[str, Value]

    def knowing(self, name: str, value: Value) -> Frame:
        """The same with one more local."""
        return dataclasses.replace(self, locals={**self.locals, name: value})


class Evaluation:
    """Evaluates expressions; `alive` is where nothing has ended the evaluation yet."""

    def __init__(self) -> None:
        self._spent = 0
        self.alive: Formula = True
        self.failed: list[Formula] = []
        """Where an expression has no value."""
        self.refused: list[Formula] = []
        """Where a bound would be left."""
        self._depth = 0

    @contextmanager
    def _inside(self) -> Yields[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def where(self, condition: Formula) -> Yields[None]:
        """Inside, evaluation happens only where `condition` is true."""
        before = self.alive
        self.alive = begun = both(before, condition)
        yield
        if self.alive == begun:
            self.alive = before
        else:
            self.alive = either(both(before, negation(condition)), self.alive)

    def _end(self, condition: Formula, ends: list[Formula], what: str) -> None:
        if condition is False:
            return
        if self._depth:
            raise NotUnbounded(f"{what} inside of a quantifier or comprehension")
        ends.append(both(self.alive, condition))
        self.alive = both(self.alive, negation(condition))

    def expression(self, expr: Expr, frame: Frame) -> Value:
        """The value of `expr`."""
        self._spent += 1
        if self._spent > MOST_EVALUATIONS:
            raise NotUnbounded(
                f"it takes more than {MOST_EVALUATIONS:,} evaluations to write out for every form of its values",
                "make intervals and enums smaller, or decide it at some sizes, as with `--induction 3`",
            )
        match expr:
            case Literal(value, type_):
                return literal(value, type_)
            case Load(name, _, after):
                state = frame.after if after else frame.state
                assert state is not None
                return state[name]
            case Local(name):
                return frame.locals[name]
            case Let(local, value, body):
                return self.expression(body, frame.knowing(local.name, self.expression(value, frame)))
            case Not(operand):
                return negation(self.expression(operand, frame))
            case And(operands) | Or(operands):
                return self._connective(operands, frame, is_all=isinstance(expr, And))
            case Conditional(condition, then, otherwise):
                test = self.expression(condition, frame)
                with self.where(test):
                    yes = self.expression(then, frame)
                with self.where(negation(test)):
                    no = self.expression(otherwise, frame)
                return merged([(test, yes), (negation(test), no)], expr.type)
            case Equal() | Below() | Contains() | Subset():
                return self._relation(expr, frame)
            case Exists(local, domain, body) | ForAll(local, domain, body):
                return self._quantifier(local, domain, body, frame, is_all=isinstance(expr, ForAll))
            case Widen() | Narrow() | IsA():
                return unions.evaluated(expr, self.expression(expr.value, frame))
            case Field(record, name, _):
                assert isinstance(record.type, RecordType)
                return self.expression(record, frame)[[field for field, _ in record.type.fields].index(name)]
            case Construct(_, fields):
                return [self.expression(field, frame) for field in fields]
            case Lookup() | Tabulate():
                return self._map(expr, frame)
            case SetLiteral() | Members() | Combine() | Remove() | Collect():
                return self._set(expr, frame)
            case Arithmetic(operator, left, right):
                return self._arithmetic(operator, self.expression(left, frame), self.expression(right, frame))
            case Bounded(value, _, type_):
                assert isinstance(type_, IntType)
                number = self.expression(value, frame)
                outside = either(*(f for f, atom in number if not type_.low <= atom <= type_.high))
                self._end(outside, self.refused, "a bound")
                return [(f, atom) for f, atom in number if type_.low <= atom <= type_.high] or [(True, type_.low)]
            case Size():
                raise NotUnbounded(
                    "a number of elements is more than compared with a constant",
                    "a proof for all sizes can say `len(s) == 0` or `len(s) <= 1`; for the rest, speak of the members",
                )
            case Neighbour():
                raise NotUnbounded(
                    "`.next()` and `.prev()` have no counterpart here",
                    "choose the member with a parameter, and compare it: `require(self.ballot < b)`",
                )
            case _:
                raise no_counterpart(expr)

    def _connective(self, operands: Sequence[Expr], frame: Frame, *, is_all: bool) -> Formula:
        before = self.alive
        open_: Formula = True
        found: list[Formula] = []
        for operand in operands:
            self.alive = begun = both(before, open_)
            value = self.expression(operand, frame)
            if self.alive != begun:
                before = both(before, negation(both(begun, negation(self.alive))))
            found.append(value)
            open_ = both(open_, value if is_all else negation(value))
        self.alive = before
        return both(*found) if is_all else either(*found)

    def _quantifier(self, local: Local, domain: Expr, body: Expr, frame: Frame, *, is_all: bool) -> Formula:
        found: list[Formula] = []
        for variables, guard, item in self._range(domain, frame):
            with self._inside():
                truth = self.expression(body, frame.knowing(local.name, item))
            inner = either(negation(guard), truth) if is_all else both(guard, truth)
            found.append(quantified(variables, inner, is_all=is_all))
        return both(*found) if is_all else either(*found)

    def _range(self, domain: Expr, frame: Frame) -> list[tuple[tuple[Term, ...], Formula, Value]]:
        collection = self.expression(domain, frame)
        return [
            (variables, guard, value_of(datum, collection.element)) for variables, guard, datum in collection.generate()
        ]

    def _relation(self, expr: Equal | Below | Contains | Subset, frame: Frame) -> Formula:
        match expr:
            case Equal(left, right):
                size = _size_compared(left, right)
                if size is not None:
                    items, number, _ = size
                    collection = self.expression(items, frame)
                    return both(has_at_least(collection, number), negation(has_at_least(collection, number + 1)))
                return equal(self.expression(left, frame), self.expression(right, frame), left.type)
            case Below(left, right):
                size = _size_compared(left, right)
                if size is not None:
                    items, number, is_left = size
                    collection = self.expression(items, frame)
                    return (
                        negation(has_at_least(collection, number)) if is_left else has_at_least(collection, number + 1)
                    )
                a, b = self.expression(left, frame), self.expression(right, frame)
                return either(
                    *(both(f, g, _below(x, y)) for f, x in _compared(a, left.type) for g, y in _compared(b, right.type))
                )
            case Contains(element, collection):
                item, items = self.expression(element, frame), self.expression(collection, frame)
                if isinstance(element.type, ListType):
                    raise NotUnbounded("a list is an element of a collection")
                return has_value(items, item, element.type)
            case Subset(left, right):
                return is_subset(self.expression(left, frame), self.expression(right, frame))

    def _map(self, expr: Lookup | Tabulate, frame: Frame) -> Value:
        match expr:
            case Lookup(table, key, type_):
                assert isinstance(table.type, MapType)
                values, at = self.expression(table, frame), self.expression(key, frame)
                assert not isinstance(key.type, ListType)
                found = cases(at, key.type)
                if isinstance(table.type.key, IntType) and table.type.key != key.type:
                    low, high = table.type.key.low, table.type.key.high
                    self._end(either(*(f for f, k in found if not low <= k <= high)), self.failed, "a missing key")
                    found = [(f, k) for f, k in found if low <= k <= high]
                return merged([(f, values(datum)) for f, datum in found], type_)
            case Tabulate(key, body, type_):

                def at_key(datum: Datum) -> Value:
                    with self._inside():
                        return self.expression(body, frame.knowing(key.name, value_of(datum, type_.key)))

                return at_key

    def _set(self, expr: SetLiteral | Members | Combine | Remove | Collect, frame: Frame) -> Value:
        match expr:
            case SetLiteral(elements, type_):
                values = [(self.expression(element, frame), element.type) for element in elements]
                data = [one for value, element in values for one in cases(value, element)]
                return of_generated(type_.element, lambda: [((), f, datum) for f, datum in data])
            case Members(type_):
                return Collection(
                    type_.element, lambda _: True, lambda: [(v, True, datum) for v, datum in forms(type_.element)]
                )
            case Combine(operator, left, right):
                return _combined(operator, self.expression(left, frame), self.expression(right, frame))
            case Remove(collection, element):
                items, item = self.expression(collection, frame), self.expression(element, frame)
                assert isinstance(collection.type, SetType)
                self._end(negation(has_value(items, item, collection.type.element)), self.failed, "a `.remove`")
                data = cases(item, element.type)
                taken = of_generated(items.element, lambda: [((), f, datum) for f, datum in data])
                return _combined("-", items, taken)
            case Collect(element, generators, type_):
                if not isinstance(type_, ListType | SetType):
                    raise NotUnbounded("a sequence has no counterpart in first-order logic")

                def generate() -> list[Generated]:
                    with self._inside():
                        return self._collected(element, generators, frame)

                return of_generated(type_.element, generate, is_list=isinstance(type_, ListType))

    def _collected(self, element: Expr, generators: Sequence[Generator], frame: Frame) -> list[Generated]:
        if not generators:
            return [((), f, datum) for f, datum in cases(self.expression(element, frame), element.type)]
        first, found = generators[0], list[Generated]()
        for variables, guard, item in self._range(first.domain, frame):
            inner = frame.knowing(first.local.name, item)
            condition = both(guard, self.expression(first.condition, inner))
            found += [
                ((*variables, *more), both(condition, f), datum)
                for more, f, datum in self._collected(element, generators[1:], inner)
            ]
        return found

    def _arithmetic(self, operator: str, left: Value, right: Value) -> Value:
        if operator in ("//", "%"):
            self._end(either(*(f for f, atom in right if atom == 0)), self.failed, "a division by zero")
        found: dict[int, list[Formula]] = {}
        for f, x in left:
            for g, y in right:
                if operator not in ("//", "%") or y:
                    found.setdefault(OPERATIONS[operator](x, y), []).append(both(f, g))
        return [(either(*formulas), number) for number, formulas in found.items()]


def _size_compared(left: Expr, right: Expr) -> tuple[Expr, int, bool] | None:
    """The collection whose size is compared with a number, the number, and whether the size stands on the left."""
    if isinstance(left, Size) and isinstance(right, Literal):
        return left.collection, int(right.value), True
    if isinstance(right, Size) and isinstance(left, Literal):
        return right.collection, int(left.value), False
    return None


def _compared(value: Value, type_: AnyType) -> list[tuple[Formula, Any]]:
    """The cases of an integer, of a member of an order, or of one that may be None: None for that."""
    if not isinstance(type_, UnionType):
        return cases(value, type_)
    assert is_option(type_)
    return [(f, None if place == 1 else atom) for f, (place, atom) in cases(value, type_)]


def _below(low: Any, high: Any) -> Formula:
    if high is None:
        return False
    if low is None:
        return True
    if isinstance(low, Term):
        return below(low, high)
    return bool(low < high)


def _combined(operator: str, a: Collection, b: Collection) -> Collection:
    def has(datum: Datum) -> Formula:
        if operator == "|":
            return either(a.has(datum), b.has(datum))
        return both(a.has(datum), b.has(datum) if operator == "&" else negation(b.has(datum)))

    def generate() -> list[Generated]:
        if operator == "|":
            return [*a.generate(), *b.generate()]
        return [
            (variables, both(guard, b.has(datum) if operator == "&" else negation(b.has(datum))), datum)
            for variables, guard, datum in a.generate()
        ]

    return Collection(a.element, has, generate)
