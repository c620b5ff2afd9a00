"""What a run has to choose for a spec: a walk over its annotations, methods and helpers."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any, get_args, get_origin

from indoubt.specs.language.bounds import ComputedBound, NamedBound
from indoubt.specs.language.collections import Bag, Seq
from indoubt.specs.language.definitions import names_in_text
from indoubt.specs.language.marks import PerNode
from indoubt.specs.language.sorts import Ordered, Quorum, Ring, Sort, quorums
from indoubt.specs.language.values import Record


@dataclass
class Survey:
    """The sorts and named bounds that a spec mentions, in the order of appearance, and whether it has collections."""

    sorts: dict[type[Sort], None] = field(default_factory=dict)
    bounds: dict[str, NamedBound] = field(default_factory=dict)
    has_collections: bool = False
    has_quorums: bool = False
    seen: set[int] = field(default_factory=set)

    def visit(self, thing: Any, scope: Mapping[str, Any], name: str = "") -> None:
        """Take note of what `thing` mentions: an annotation, a class, a function, a name in a scope."""
        if isinstance(thing, str):
            for mentioned in _names_in_text(thing):
                self.visit(scope.get(mentioned), scope, mentioned)
            return
        if isinstance(thing, PerNode):
            self.visit(thing.key, scope)
            self.visit(thing.value, scope)
            return
        if isinstance(thing, ComputedBound):
            for operand in thing.operands:
                if isinstance(operand, NamedBound):
                    self.visit(operand, scope, _name_of(operand, scope))
            return
        if isinstance(thing, NamedBound):
            self.bounds[thing.learn_name(name)] = thing
            return
        if id(thing) in self.seen:
            return
        self.seen.add(id(thing))
        if thing is Quorum or thing is quorums:
            self.has_quorums = True
        elif thing in (Seq, Bag):
            self.has_collections = True
        elif isinstance(thing, type) and issubclass(thing, Sort):
            if thing not in (Sort, Ordered, Ring):
                self.sorts[thing] = None
        elif isinstance(thing, type) and issubclass(thing, Record) and dataclasses.is_dataclass(thing):
            inner = {**scope, **thing.__names__, **thing.__scope__}
            for declared in dataclasses.fields(thing):
                self.visit(declared.type, inner)
        elif isinstance(thing, FunctionType):
            self._visit_function(thing, scope)
        else:
            self._visit_generic(thing, scope)

    def _visit_function(self, function: FunctionType, scope: Mapping[str, Any]) -> None:
        original = inspect.unwrap(function)
        assert isinstance(original, FunctionType)
        inner = {**scope, **original.__globals__, **closure(original)}  # what its names mean
        for annotation in function.__annotations__.values():
            self.visit(annotation, inner)
        in_code = dict.fromkeys(_names_in_code(original.__code__))
        for mentioned in in_code:
            self.visit(inner.get(mentioned), inner, mentioned)
        if not original.__module__.startswith(LANGUAGE):
            for mentioned in sorted(names_in_text(original.__code__) - in_code.keys() - _local(original.__code__)):
                self.visit(inner.get(mentioned), inner, mentioned)

    def _visit_generic(self, thing: Any, scope: Mapping[str, Any]) -> None:
        origin = get_origin(thing)
        if origin is not None:
            self.visit(origin, scope)
        for argument in get_args(thing):
            self.visit(argument, scope)
        for end in ("low", "high"):  # an interval
            if isinstance(getattr(thing, end, None), NamedBound):
                self.visit(getattr(thing, end), scope, _name_of(getattr(thing, end), scope))


def closure(function: FunctionType) -> dict[str, Any]:
    """The names that a function takes from the functions around it."""
    found: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            found[name] = cell.cell_contents
        except ValueError:
            continue  # not bound yet: a class that is being made
    return found


def _name_of(bound: Any, scope: Mapping[str, Any]) -> str:
    return next((name for name, value in scope.items() if value is bound), "")


def _names_in_text(annotation: str) -> list[str]:
    try:
        return [node.id for node in ast.walk(ast.parse(annotation, mode="eval")) if isinstance(node, ast.Name)]
    except SyntaxError:
        return []  # `finite_type` reports it, with the place


LANGUAGE = "indoubt.specs.language."


def _local(code: CodeType) -> set[str]:
    """The names that a function, or one in it, gives a value of its own."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return {*code.co_varnames, *code.co_cellvars}.union(*map(_local, inner))


def _names_in_code(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    yield from code.co_freevars
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in_code(constant)
