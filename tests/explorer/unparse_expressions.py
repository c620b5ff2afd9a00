"""The source of an expression of the machine; see `unparse`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from machine_types import has_containers

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
    Range,
    Remove,
    SetLiteral,
    Size,
    Subset,
    Subsets,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.sequences import (
    BagChange,
    Capped,
    Concat,
    Element,
    IsPrefix,
    Occurrences,
    RemoveAt,
    SeqLiteral,
    Slice,
)
from indoubt.explorer.ir.statements import Target
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import decode
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.collections import is_bag, is_seq
from indoubt.specs.language.sorts import Ordered, Sort, size_of
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    PermutationType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    type_text,
)
from indoubt.specs.language.values import Record, is_map, is_set

FRESH = (Collect, Combine, Concat, Literal, SeqLiteral, SetLiteral, Slice, Tabulate)


class Writer:
    """Writes expressions, and collects the helpers that they need."""

    def __init__(self) -> None:
        self.helpers: list[str] = []
        self._names = 0

    def fresh_name(self) -> str:
        """A name for a helper."""
        self._names += 1
        return f"helper{self._names}"

    def owned(self, value: Expr) -> str:
        """The text of a value that a name is given: Python's name must not see later changes in place."""
        is_shared = not isinstance(value.type, ListType) and has_containers(value.type) and not isinstance(value, FRESH)
        return f"copied({self.text(value)})" if is_shared else self.text(value)

    def domain(self, expr: Expr) -> str:
        """The text of what a `for` ranges over."""
        match expr:
            case Members(type_):
                return _members_text(type_.element)
            case SetLiteral(elements) if elements:
                return f"{{{self.comma(elements)}}}"
            case _:
                return self.text(expr)

    def text(self, expr: Expr) -> str:
        """The text of an expression, in parentheses where it needs some."""
        match expr:
            case Literal(value, SortType(cls)) if issubclass(cls, Ordered) and value in (0, size_of(cls) - 1):
                return f"{'first' if value == 0 else 'last'}({cls.__name__})"
            case Literal(value, type_):
                assert not isinstance(type_, ListType)
                return value_text(decode(value, type_))
            case Load(name, _, after):
                return f"after.{name}" if after else f"self.{name}"
            case Local(name):
                return name
            case Field(record, name):
                return f"{self.text(record)}.{name}"
            case Lookup(table, key):
                return f"{self.text(table)}[{self.text(key)}]"
            case Construct(type_, fields):
                return f"{type_.cls.__name__}({self.comma(fields)})"
            case Tabulate(key, body, type_):
                return f"Map({{{key.name}: {self.text(body)} for {key.name} in {_members_text(type_.key)}}})"
            case Members(type_):
                return f"Set({_members_text(type_.element)})"
            case Widen(value) | Narrow(value):
                return self.text(value)
            case IsA(value, alternative):
                return _test(self.text(value), alternative)
            case Not(operand):
                return f"(not {self.text(operand)})"
            case And(operands):
                return f"({' and '.join(map(self.text, operands))})"
            case Or(operands):
                return f"({' or '.join(map(self.text, operands))})"
            case Conditional(condition, then, otherwise):
                return f"({self.text(then)} if {self.text(condition)} else {self.text(otherwise)})"
            case Equal() | Below() | Contains() | Subset() | IsPrefix():
                return self._relation(expr)
            case Arithmetic(operator, left, right) | Combine(operator, left, right):
                return f"({self.text(left)} {operator} {self.text(right)})"
            case Neighbour(value, offset):
                return f"{self.text(value)}.{'next' if offset > 0 else 'prev'}()"
            case Bounded(value, _, type_):
                assert isinstance(type_, IntType)
                return f"in_interval({self.text(value)}, {type_.low}, {type_.high})"
            case Capped(value, _, capacity):
                return f"up_to({self.text(value)}, {capacity})"
            case Let():
                return self._let(expr)
            case Exists() | ForAll() | Collect() | Fold() | Size():
                return self._ranging(expr)
            case _:
                return self._collection(expr)

    def comma(self, parts: Sequence[Expr]) -> str:
        """Some expressions with commas between them."""
        return ", ".join(map(self.text, parts))

    def _relation(self, expr: Equal | Below | Contains | Subset | IsPrefix) -> str:
        match expr:
            case Equal(left, right):
                return f"({self.text(left)} == {self.text(right)})"
            case Below(left, right) if isinstance(left.type, UnionType) or isinstance(right.type, UnionType):
                return f"before({self.text(left)}, {self.text(right)})"
            case Below(left, right):
                return f"({self.text(left)} < {self.text(right)})"
            case Contains(element, collection):
                return f"({self.text(element)} in {self.domain(collection)})"
            case Subset(left, right):
                return f"({self.text(left)} <= {self.text(right)})"
            case IsPrefix(left, right):
                return f"{self.text(left)}.is_prefix_of({self.text(right)})"

    def _ranging(self, expr: Exists | ForAll | Collect | Fold | Size) -> str:
        match expr:
            case Exists(local, domain, body):
                return f"any({self.text(body)} for {local.name} in {self.domain(domain)})"
            case ForAll(local, domain, body):
                return f"all({self.text(body)} for {local.name} in {self.domain(domain)})"
            case Collect(element, generators, type_):
                inner = f"{self.text(element)} {' '.join(map(self._clause, generators))}"
                if isinstance(type_, SetType):
                    return f"Set([{inner}])"  # Python's own set is no element of another
                return f"Seq([{inner}])" if isinstance(type_, SeqType) else f"[{inner}]"
            case Fold(kind, collection):
                return f"{kind}({self.domain(collection)})"
            case Size(collection):
                return f"len({self.text(collection)})"

    def _clause(self, one: Generator) -> str:
        test = "" if one.condition == Literal(True, BoolType()) else f" if {self.text(one.condition)}"
        return f"for {one.local.name} in {self.domain(one.domain)}{test}"

    def _collection(
        self,
        expr: SetLiteral
        | SeqLiteral
        | Element
        | Slice
        | Concat
        | RemoveAt
        | Occurrences
        | Range
        | BagChange
        | Remove
        | Subsets,
    ) -> str:
        match expr:
            case SetLiteral(elements):
                return f"Set([{self.comma(elements)}])" if elements else "Set()"
            case SeqLiteral(elements):
                return f"Seq([{self.comma(elements)}])"
            case Element(sequence, index):
                return f"{self.text(sequence)}[{self.text(index)}]"
            case Slice(sequence, start, stop):
                ends = ["" if end is None else self.text(end) for end in (start, stop)]
                return f"{self.text(sequence)}[{':'.join(ends)}]"
            case Concat(left, right):
                return f"({self.text(left)} + {self.text(right)})"
            case RemoveAt(sequence, index):
                return f"without_index({self.text(sequence)}, {self.text(index)})"
            case Occurrences(collection, element):
                return f"{self.text(collection)}.count({self.text(element)})"
            case Range(start, stop):
                return f"range({self.text(start)}, {self.text(stop)})"
            case BagChange(operator, bag, element):
                return f"changed_bag({operator!r}, {self.text(bag)}, {self.text(element)})"
            case Remove(collection, element):
                return f"without({self.text(collection)}, {self.text(element)})"
            case Subsets(collection):
                return f"subsets_of({self.text(collection)})"
            case _:
                assert_never(expr)

    def _let(self, expr: Let) -> str:
        """A call of a helper; where two states are seen, of a function without a name."""
        if any(isinstance(part, Load) and part.after for part in walk(expr)):
            return f"(lambda {expr.local.name}: {self.text(expr.body)})({self.text(expr.value)})"
        name, free = self.fresh_name(), free_locals(expr)
        parameters = "".join(f", {local.name}: {annotation(local.type)}" for local in free)
        lines = [f"    {expr.local.name} = {self.text(expr.value)}", f"    return {self.text(expr.body)}"]
        self.helpers += ["", f"def {name}(self{parameters}) -> {annotation(expr.type)}:", *lines]
        return f"self.{name}({', '.join(local.name for local in free)})"


def free_locals(node: Any) -> list[Local]:
    """The locals that are read and not bound inside, in the order of their names."""
    bound = {part.local.name for part in walk(node) if isinstance(getattr(part, "local", None), Local)}
    bound |= {part.key.name for part in walk(node) if isinstance(part, Tabulate)}
    free = {part.name: part for part in walk(node) if isinstance(part, Local) and part.name not in bound}
    return [free[name] for name in sorted(free)]


def annotation(type_: AnyType) -> str:
    """The annotation of a parameter of a helper."""
    return f"list[{type_text(type_.element)}]" if isinstance(type_, ListType) else type_text(type_)


def is_read(value: Expr, target: Target) -> bool:
    """Whether `value` is what stands at `target` now."""
    path: list[Expr] = []
    while isinstance(value, Lookup | Element):
        if isinstance(value, Lookup):
            path.append(value.key)
            value = value.map
        else:
            path.append(value.index)
            value = value.sequence
    is_variable = isinstance(value, Load) and value.variable == target.variable and not value.after
    return is_variable and tuple(reversed(path)) == target.path


def value_text(value: Any) -> str:
    """The text of a value."""
    if isinstance(value, Sort):
        return f"{type(value).__name__}({value.index})"
    if isinstance(value, Record):
        fields = vars(value).values()  # in the order of their declaration
        return f"{type(value).__name__}({', '.join(map(value_text, fields))})"
    if is_map(value):
        return f"Map({{{', '.join(f'{value_text(key)}: {value_text(item)}' for key, item in value.items())}}})"
    if is_set(value) or is_seq(value) or is_bag(value):
        items = f"[{', '.join(map(value_text, value))}]" if len(value) else ""
        return f"{type(value).__name__}({items})"
    if isinstance(value, int) and value < 0:
        return f"({value})"
    return str(value)


def _members_text(type_: Type) -> str:
    """The text of a domain with all values of a type."""
    match type_:
        case EnumType(cls) | SortType(cls):
            return cls.__name__
        case QuorumType(sort):
            return f"quorums({sort.cls.__name__})"
        case _:
            return f"values_of({type_text(type_)!r})"


def _test(value: str, alternative: Type) -> str:
    match alternative:
        case NoneType():
            return f"({value} is None)"
        case EnumType(cls) | SortType(cls) | RecordType(cls, _):
            return f"isinstance({value}, {cls.__name__})"
        case _:
            return f"isinstance({value}, {_CLASSES[type(alternative)]})"


_CLASSES: dict[type[Type], str] = {
    BoolType: "bool",
    IntType: "int",
    MapType: "Map",
    SetType: "Set",
    SeqType: "Seq",
    BagType: "Bag",
    QuorumType: "Quorum",
    PermutationType: "Map",
}
