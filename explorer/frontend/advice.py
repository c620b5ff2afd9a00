"""What to write instead, where a mistake is a habit: methods of other collections, words of other languages.

Each function gives the edit that ends a message, or an empty text where it knows of none.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Mapping
from enum import Enum
from types import ModuleType
from typing import Any

from indoubt.explorer.ir.expressions import Expr, Literal
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.specs import language
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.sorts import Ordered, Sort
from indoubt.specs.language.types import (
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
    NoneType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    alternatives_of,
    type_text,
)
from indoubt.specs.language.values import is_map


def _each(edit: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, edit)


COUNTED = _each("write `len({x})`", "size", "length", "len", "cardinality")
ASKED = _each("write `... in {x}`", "contains", "has", "includes") | _each(
    "write `len({x}) == 0`", "is_empty", "isEmpty", "empty"
)
METHODS: dict[type[AnyType], dict[str, str]] = {
    SetType: {
        **COUNTED,
        **ASKED,
        **_each("write `{x}.add(...)`", "append", "push", "insert", "put", "send"),
        **_each("write `{x}.discard(...)`", "delete", "erase"),
        "union": "write `{x} | ...`",
        "intersection": "write `{x} & ...`",
        "difference": "write `{x} - ...`",
        "symmetric_difference": "write `(a - b) | (b - a)`",
        "isdisjoint": "write `len({x} & ...) == 0`",
        "extend": "write `{x}.update(...)`",
        "difference_update": "write `{x} -= ...`",
        "intersection_update": "write `{x} &= ...`",
        "copy": "write `Set({x})`",
    },
    SeqType: {
        **COUNTED,
        **ASKED,
        **_each("write `{x}.pop_first()` or `{x}.pop_last()`", "pop"),
        **_each("write `{x}.pop_first()`", "popleft", "dequeue", "shift", "receive"),
        **_each("write `{x}.append(...)`", "push", "add", "put", "enqueue", "send"),
        **_each("write `{x} = Seq([...]) + {x}`", "appendleft", "prepend", "unshift"),
        **_each("write `{x}[0]`", "first", "head", "peek", "front"),
        **_each("write `{x}[-1]`", "last", "back", "top"),
        "insert": "put it together anew: `{x} = {x}[:i] + Seq([...]) + {x}[i:]`",
        "remove": "write `{x}.remove_at(i)` with the position of the element",
        "discard": "write `{x}.remove_at(i)` with the position of the element",
        "index": "range over the positions: `any({x}[i] == v for i in range(len({x})))`",
        "startswith": "write `p.is_prefix_of({x})`",
        "update": "write `{x}.extend(...)`",
        "sort": "a sequence keeps the order in which it was filled",
        "reverse": "count down with an index: `{x}[len({x}) - 1 - i]`",
    },
    BagType: {
        **_each("write `len({x})`", "size", "length", "len"),
        **ASKED,
        **_each("write `{x}.add(...)`", "append", "push", "insert", "put", "send", "update"),
        "pop": "make the element a parameter of the action, with `require(x in ...)`, and `.remove(x)` it",
    },
    MapType: {
        "get": "write `{x}[k]`: a map has a value for every key",
        **_each("write `{x}[k] = v`", "update", "setdefault", "put", "set", "add"),
        **_each("a map is total: write `{x}[k] = v` with the value for nothing yet", "pop", "popitem", "remove"),
        "discard": "a map is total: write `{x}[k] = v` with the value for nothing yet",
        "clear": "write `{x} = every(v)` with the value for nothing yet",
        "copy": "write `{x}`: a map of the state is a value",
    },
    EnumType: _each("compare the members themselves: `x is {member}`", "value", "name"),
    SortType: _each("compare the members themselves: `a == b`", "name", "id", "value"),
}
"""What to write for a method or an attribute that a type has not; `{x}` is what it is asked of."""

WORDS = {
    "exists": "write `any(... for x in S)`",
    "forall": "write `all(... for x in S)`",
    "implies": "write `not a or b`",
    "unchanged": "delete the line: what is not assigned does not change",
    "choose": "make the member a parameter of the action, with `require(x in ...)`",
    "cardinality": "write `len(s)`",
    "subset": "write `a <= b`; for any subset make it a parameter, `s: Set[T]`",
    "domain": "write `m.keys()`, or range over the type of the keys",
    "append": "write `q.append(x)`",
    "head": "write `q[0]`",
    "tail": "write `q[1:]`",
    "majority": "make it a parameter, `q: Quorum[S]`",
    "quorum": "make it a parameter, `q: Quorum[S]`",
    "true": "did you mean `True`?",
    "false": "did you mean `False`?",
    "null": "did you mean `None`?",
    "none": "did you mean `None`?",
    "cls": "write `self`",
    "this": "write `self`",
}
"""Words of TLA+ and of other languages, in lower case."""


def for_method(type_: AnyType, name: str, owner: ast.expr) -> str:
    """What to write for `owner.name`, where values of `type_` have no such method or field."""
    edit = METHODS.get(type(type_), {}).get(name, "")
    member = f"{type_.cls.__name__}.{next(iter(type_.cls)).name}" if isinstance(type_, EnumType) else ""
    return edit.replace("{x}", ast.unparse(owner)).replace("{member}", member)


def for_union(type_: AnyType, value: ast.expr) -> str:
    """How to find out of which kind a value of a union is."""
    kinds = _kinds(type_)
    shown = ast.unparse(value)
    if NoneType() in kinds:
        return f"rule out None first, as in `require({shown} is not None)`"
    records = [kind for kind in kinds if isinstance(kind, RecordType)]
    kind = type_text(records[0]) if records else "C"
    return f"ask for its kind first, as in `require(isinstance({shown}, {kind}))`"


def for_empty(node: ast.expr, wanted: Type | None) -> str:
    """What to write for Python's `{}`, `{k: v}` or `[]` where a value of the type `wanted` is meant."""
    elements: list[Any] = [*node.keys] if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    match wanted:
        case MapType(key, _):
            return f"a map is total: write `every(v)`, or `Map({{k: ... for k in {type_text(key)}}})`"
        case SetType() if not elements:
            return "write `Set()` for the empty set"
        case SeqType() if not elements:
            return "write `Seq()` for the empty sequence"
        case BagType() if not elements:
            return "write `Bag()` for the empty bag"
        case RecordType(cls, fields) if cls.__name__:
            return f"write `{cls.__name__}({', '.join(name for name, _ in fields)})`"
        case _:
            return ""


def for_first_value(value: object, wanted: Type) -> str:
    """What to write for the first value of a variable, where `value` is none of its type."""
    shown = type_text(wanted)
    if isinstance(value, str):
        return for_text(value, wanted)
    if value is None:
        return f"annotate it `{shown} | None` where there may be nothing yet, or give a `{shown}`"
    match wanted:
        case MapType(_, of) if is_map(value) and not value.is_settled:
            return f"every key has a `{type_text(of)}`, and so in `every(...)`: {for_first_value(value.default, of)}"
        case MapType():
            return "write `every(v)` for one value of all keys, or `Map({k: ... for k in K})`"
        case SetType():
            return "write `empty()` for the empty set, or `Set({a, b})`"
        case SeqType():
            return "write `Seq()` for the empty sequence, or `Seq([a, b])`"
        case BagType():
            return "write `Bag()` for the empty bag, and add elements by a step"
        case BoolType():
            return "write `True` or `False`"
        case IntType(low, high):
            return f"give an integer from {low} to {high}, or widen the interval"
        case EnumType(cls):
            return f"name a member: `{cls.__name__}.{next(iter(cls)).name}`"
        case SortType(cls):
            return f"leave it out, and choose one by `@initial def start(self, x: {cls.__name__})`"
        case _:
            return f"give a `{shown}`"


def for_text(text: str, wanted: AnyType | None) -> str:
    """What to write for a text where a value of the type `wanted` is meant."""
    kinds = () if wanted is None else _kinds(wanted)
    for kind in kinds:
        if isinstance(kind, EnumType):
            member = close_to(text, kind.cls.__members__) or next(iter(kind.cls)).name
            return f"write `{kind.cls.__name__}.{member}`"
    for kind in kinds:
        if isinstance(kind, SortType):
            return f"name a member, for example by a parameter `x: {kind.cls.__name__}`"
    if any(isinstance(kind, BoolType) for kind in kinds):
        return "write `True` or `False`"
    if any(isinstance(kind, IntType) for kind in kinds):
        return f"write the integer: `{text}`" if text.isdigit() else "give an integer"
    return "declare an Enum with the strings that occur"


def for_name(name: str, spec: type[Spec], variables: Iterable[str], names: Mapping[str, Any]) -> str:
    """What to write for a name that means nothing in a method of `spec`, whose module has `names`."""
    if name in variables or (hasattr(spec, name) and not hasattr(object, name)):
        return f"did you mean `self.{name}`?"
    if name in language.__all__:
        return f"import it: `from indoubt.specs.language import {name}`"
    for found in [*names.values(), *vars(spec).values()]:
        if isinstance(found, type) and issubclass(found, Enum) and name in found.__members__:
            return f"did you mean `{found.__name__}.{name}`?"
    return WORDS.get(name.lower(), "")


def names_of_module(names: Mapping[str, Any]) -> list[str]:
    """The sorts, enums, records and constants among the names of a module, as a message lists them."""
    own = names.get("__name__")
    return [
        name
        for name, value in names.items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and not is_spec(value)
        and (getattr(value, "__module__", own) == own or isinstance(value, Sort))
    ]


def is_spec(value: object) -> bool:
    """Whether a Python object is a spec class."""
    return isinstance(value, type) and issubclass(value, Spec)


def close_to(name: str, known: Iterable[str]) -> str:
    """The known name that is closest to `name`, whatever its case; empty where none is close."""
    by_lower = {one.lower(): one for one in reversed([one for one in known if not one.startswith("__")])}
    exact = difflib.get_close_matches(name, by_lower.values(), n=1)
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return exact[0] if exact else by_lower[close[0]] if close else ""


OPERATORS = "there are `+`, `-`, `*`, `//` and `%` on integers, `|`, `&` and `-` on sets"


def for_operator(left: AnyType, operator: ast.operator, right: AnyType, a: ast.expr, b: ast.expr) -> str:
    """What to write for an operator that these types do not have."""
    x, y = ast.unparse(a), ast.unparse(b)
    both = (left, right)
    if all(isinstance(type_, SetType) for type_ in both):
        if isinstance(operator, ast.Add):
            return "write `|` for the union of two sets"
        if isinstance(operator, ast.BitXor):
            return "write `(a - b) | (b - a)` for what is in one of the two"
    if isinstance(left, SetType) and left.element == right:
        return f"put `{y}` into a set: `{{{y}}}`"
    if isinstance(left, SetType) and isinstance(right, ListType):
        return "write a set, `{... for ...}`"
    if all(isinstance(type_, BoolType) for type_ in both):
        return "write `a and b`, `a or b`, `a != b`, and `not a or b` where `a` implies `b`"
    if isinstance(left, BoolType) or isinstance(right, BoolType):
        return f"write `1 if {x if isinstance(left, BoolType) else y} else 0` to count with a bool"
    orders = [kind for kind in _kinds(left) if isinstance(kind, SortType) and issubclass(kind.cls, Ordered)]
    if orders and isinstance(operator, ast.Add | ast.Sub):
        step = "next" if isinstance(operator, ast.Add) else "prev"
        first = f", once it is not None: `require({x} is not None)`" if NoneType() in _kinds(left) else ""
        return f"write `{x}.{step}()`{first}"
    if NoneType() in _kinds(left) and len(_kinds(left)) > 1:
        return for_union(left, a)
    if NoneType() in _kinds(right) and len(_kinds(right)) > 1:
        return for_union(right, b)
    return OPERATORS


def for_range(type_: AnyType, node: ast.expr) -> str:
    """What to write where a value is ranged over that has no members."""
    if isinstance(type_, IntType):
        return f"give a collection, such as `range({ast.unparse(node)})` for the integers from 0 up"
    if isinstance(type_, UnionType):
        return for_union(type_, node)
    return "range over a sort, an enum, a set, a map, a sequence, or a list made by a comprehension"


def for_lookup(type_: AnyType, node: ast.Subscript) -> str:
    """What to write for `x[...]`, where `x` is neither a map nor a sequence."""
    if isinstance(node.value, ast.Name) and isinstance(type_, SetType) and isinstance(type_.element, EnumType):
        return f"name the member: `{node.value.id}.{next(iter(type_.element.cls)).name}`"
    if isinstance(type_, RecordType):
        key = str(node.slice.value) if isinstance(node.slice, ast.Constant) else "field"
        return f"write `{ast.unparse(node.value)}.{key}`"
    if isinstance(type_, SetType | BagType):
        return "a set has no positions: range over it, or ask with `in`; what has an order is a `Seq`"
    if isinstance(type_, UnionType):
        return for_union(type_, node.value)
    return "only a `Map` or a `Seq` is looked up with `[...]`"


def _kinds(type_: AnyType) -> tuple[Type, ...]:
    return () if isinstance(type_, ListType) else alternatives_of(type_)


def text_of(type_: AnyType) -> str:
    """A type as an author would write it."""
    return f"list[{type_text(type_.element)}]" if isinstance(type_, ListType) else type_text(type_)


def described(value: Expr, shown: str = "") -> str:
    """A value as a message names it: an integer that is known, or its type."""
    if isinstance(value.type, IntType) and isinstance(value, Literal):
        return f"the integer `{shown or value.value}`"
    return f"`{shown}`" if shown else f"a `{text_of(value.type)}`"


def never_inside(type_: AnyType, wanted: Type) -> IntType | None:
    """The interval of `wanted`, where an integer of `type_` always lies outside of it."""
    interval = next((kind for kind in alternatives_of(wanted) if isinstance(kind, IntType)), None)
    if interval is None or not isinstance(type_, IntType):
        return None
    return interval if type_.high < interval.low or interval.high < type_.low else None


def for_value(type_: AnyType, wanted: Type, node: ast.AST) -> str:
    """What to write for a value of a type that does not fit the type that is wanted."""
    shown = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) else "x"
    if isinstance(type_, UnionType) and wanted in type_.alternatives:
        rest = [other for other in type_.alternatives if other != wanted]
        if rest == [NoneType()]:
            return f"rule out None first, as in `require({shown} is not None)`"
        if isinstance(wanted, RecordType):
            return f"rule out the other kinds first, as in `require(isinstance({shown}, {type_text(wanted)}))`"
    match wanted:
        case SetType(element) if element == type_:
            return f"put it into a set: `{{{shown}}}`"
        case SetType(element) if isinstance(type_, ListType) and type_.element == element:
            return "write a set: `{... for ...}`"
        case SeqType(element) if element == type_:
            return f"put it into a sequence: `Seq([{shown}])`"
        case MapType(key, _):
            return f"give every key a value, as in `every(v)`, or change one: `m[k] = v` with a `{type_text(key)}` k"
        case _:
            pass
    if isinstance(type_, IntType):
        sorts = [kind.cls.__name__ for kind in alternatives_of(wanted) if isinstance(kind, SortType)]
        if sorts:
            return f"name a member, for example by a parameter `x: {sorts[0]}`"
    if wanted == BoolType() and isinstance(node, ast.Constant):
        return "write `True` or `False`"
    if wanted == BoolType() and isinstance(type_, SetType | SeqType | BagType):
        return f"give a `bool` here, as in `len({shown}) > 0`"
    if wanted == BoolType():
        test = "x is not None" if NoneType() in _kinds(type_) else "x > 0" if isinstance(type_, IntType) else "x == ..."
        return f"give a `bool` here, as in `{test.replace('x', shown, 1)}`"
    return f"give a `{type_text(wanted)}` here"
