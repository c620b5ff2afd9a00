"""What the nodes of a system ask their failure detector, and about whom.

Whom a question is about is read off the source: from the annotations of parameters and fields, and from the sorts that
are ranged over. Where those do not say it, it may be about any node.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from indoubt.specs.language.annotations import evaluated
from indoubt.specs.language.declarations import OURS
from indoubt.specs.language.detectors import QUESTIONS, Question
from indoubt.specs.language.layout import Layout, Part, layout_of, names_of, own_annotations
from indoubt.specs.language.nodes import Node
from indoubt.specs.language.types import NotFinite

Targets = Mapping[str, tuple[str, ...]]
"""The names of the parts that ask, and of those that they ask about."""


def questions_of(layout: Layout) -> Mapping[Question, Targets]:
    """For each question, the parts that ask it, and whom each may ask about."""
    found: Any = layout.system  # to mypy, a class whose instances change is no key
    return _questions(found)


@cache
def _questions(system: type) -> Mapping[Question, Targets]:
    layout = layout_of(system)
    return {
        question: {
            part.name: tuple(name for name in layout.parts if name in named)
            for part in layout.parts.values()
            if (named := _asked_by(layout, part, question))
        }
        for question in QUESTIONS
    }


def is_own_name(cls: type, name: str) -> bool:
    """Whether the author of a class of nodes means something else by the name of a question."""
    return inspect.getattr_static(cls, name, None) is not inspect.getattr_static(Node, name)


def _asked_by(layout: Layout, part: Part, question: Question) -> set[str]:
    if is_own_name(part.cls, question):
        return set()
    found = set[str]()
    for method in _methods(part.cls):
        if question in _names_in(method.__code__):
            found |= _About(layout, part, method).asked(question)
    if question == "suspects" and not part.is_many:
        found.discard(part.name)  # no node suspects itself
    return found


def _methods(cls: type) -> Iterator[FunctionType]:
    owners = [owner for owner in cls.__mro__ if owner is not object and owner.__module__ not in OURS]
    for name in dict.fromkeys(name for owner in owners for name in vars(owner)):
        method = inspect.getattr_static(cls, name)
        if isinstance(method, FunctionType):
            original = inspect.unwrap(method)
            assert isinstance(original, FunctionType)
            yield original


def _names_in(code: CodeType) -> set[str]:
    inner = (_names_in(one) for one in code.co_consts if isinstance(one, CodeType))
    return set(code.co_names).union(*inner)


class _About:
    """Reads off a method whom its questions may be about."""

    def __init__(self, layout: Layout, part: Part, method: FunctionType) -> None:
        self.part = part
        self.everybody = set(layout.parts)
        self.sorts: dict[Any, str] = {one.sort: one.name for one in layout.parts.values()}
        self.known = names_of(part, method)
        self.fields = {name: annotation for name, _, annotation in own_annotations(part.cls)}
        try:
            self.tree: ast.AST | None = ast.parse(textwrap.dedent(inspect.getsource(method)))
        except (OSError, SyntaxError):
            self.tree = None
        self.given: dict[str, list[ast.expr | None]] = {}
        """What each local name is, as far as it can be read: expressions, annotations and ranges; None is unknown."""
        if self.tree is not None:
            self._note(self.tree)

    def asked(self, question: Question) -> set[str]:
        """The names of the parts that the questions may be about."""
        if self.tree is None:
            return self.everybody
        found = set[str]()
        for node in ast.walk(self.tree):
            match node:
                case ast.Call(ast.Attribute(ast.Name(), asked), [argument]) if asked == question:
                    found |= self._about(argument, ()) or self.everybody
                case _:
                    pass
        return found

    def _note(self, tree: ast.AST) -> None:
        read = set[int]()
        for node in ast.walk(tree):
            match node:
                case ast.arg(name, annotation):
                    self.given.setdefault(name, []).append(annotation)
                case (
                    ast.comprehension(ast.Name(name) as target, source)
                    | ast.For(ast.Name(name) as target, source)
                    | ast.Assign([ast.Name(name) as target], source)
                ):
                    read.add(id(target))
                    self.given.setdefault(name, []).append(source)
                case _:
                    pass
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in read:
                self.given.setdefault(node.id, []).append(None)

    def _about(self, node: ast.expr | None, seen: tuple[str, ...]) -> set[str] | None:
        """The parts that an expression, an annotation or a range may be about; None where it does not say it."""
        match node:
            case ast.Attribute(ast.Name(), "address"):
                return {self.part.name}
            case ast.Attribute(ast.Name(), name) if name in self.fields:
                return self._named(self.fields[name])
            case ast.Name(name) if name in self.given:
                if name in seen:
                    return None
                found = [self._about(one, (*seen, name)) for one in self.given[name]]
                return None if None in found else set[str]().union(*(one for one in found if one))
            case ast.Name() | ast.BinOp() | ast.Subscript() | ast.Constant():
                return self._named(ast.unparse(node))
            case _:
                return None

    def _named(self, annotation: Any) -> set[str] | None:
        """The parts whose sorts an annotation names."""
        if isinstance(annotation, str):
            try:
                annotation = evaluated(annotation, self.known)
            except (NotFinite, LookupError):
                return None
        return {name for sort, name in self.sorts.items() if _mentions(annotation, sort)} or None


def _mentions(annotation: Any, sort: type) -> bool:
    return annotation is sort or any(_mentions(one, sort) for one in getattr(annotation, "__args__", ()))
