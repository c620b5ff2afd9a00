"""What names mean at a place in a spec, and what tests have shown about values there."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import field
from enum import Enum
from types import FunctionType, MethodType
from typing import Any, NoReturn, TypeGuard

from indoubt.explorer.frontend.diagnostics import Diagnostic, Mistake
from indoubt.explorer.frontend.source import Function, span_of
from indoubt.explorer.ir.expressions import Expr, Literal, Local, Span
from indoubt.explorer.ir.statements import Statement
from indoubt.explorer.ir.types import AnyType
from indoubt.explorer.ir.values import encode
from indoubt.specs.language.annotations import record_type
from indoubt.specs.language.bounds import NamedBound
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import Settings
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.types import BoolType, EnumType, IntType, NoneType, SortType, Type
from indoubt.specs.language.values import Record

MISSING = object()
ABOUT_TYPES = ("S107", "S301", "S304", "S307", "S308", "S309")


@dataclass(frozen=True, slots=True)
class StateName:
    """What `self` (or `after`, in a step invariant) stands for."""

    after: bool = False


@dataclass
class Context:
    """What is the same in all methods of a spec; collects the mistakes."""

    spec: type[Spec]
    settings: Settings
    variables: Mapping[str, Type]
    mistakes: list[Diagnostic] = field(default_factory=list)
    names_used: int = 0
    inlining: list[FunctionType] = field(default_factory=list)
    shared: dict[str, frozenset[tuple[str, int]]] = field(default_factory=dict)
    """What of the state each local shares, see `aliases`."""
    lost: dict[tuple[FunctionType, str], Diagnostic] = field(default_factory=dict)
    """Names that a statement would have bound, had it been understood."""
    examined: set[FunctionType] = field(default_factory=set[FunctionType])
    """Functions whose paths have been looked at, see `paths`."""
    fixed_intervals: frozenset[Type] = frozenset()
    """The intervals of variables whose ends no run sets."""
    parameters: set[str] = field(default_factory=set[str])
    """The locals that are parameters of actions: a step is told by their values, so that none gets another one."""
    refused: dict[str, Diagnostic] = field(default_factory=dict[str, Diagnostic])
    """Members of the spec that a mistake leaves without a meaning."""
    sending: Callable[[Scope, ast.Expr, ast.Call], list[Statement]] | None = None
    """What `self.send(...)` and `self.broadcast(...)` mean in a node; None in a state machine, which sends nothing."""

    def refuse_member(self, name: str) -> None:
        """Raise the Mistake that leaves the member `name` of the spec without a meaning, if there is one."""
        if name in self.refused:
            raise Mistake(self.refused[name])

    def fresh(self, name: str, type_: AnyType) -> Local:
        """A local with a name that no other local of the spec has."""
        self.names_used += 1
        return Local(f"{name}#{self.names_used}", type_)


@dataclass
class Scope:
    """The names of one function body.

    `facts` are the narrower types that tests have shown, `first_write` is the first write on the path that leads here,
    `reuse` holds locals of the other branch of an `if`, for names that both branches bind; `stale` are locals that
    share a part of the state which has changed since, with the place of the change.
    """

    context: Context
    function: Function
    names: dict[str, Expr | StateName] = field(default_factory=dict)
    facts: dict[Expr, Type] = field(default_factory=dict)
    writable: bool = False
    first_write: Span | None = None
    reuse: dict[str, Local] = field(default_factory=dict)
    stale: dict[str, Span] = field(default_factory=dict)
    is_uncertain: bool = False

    def inner(self) -> Scope:
        """A scope for a nested block, whose names and facts end with it."""
        inner = Scope(self.context, self.function, dict(self.names), dict(self.facts), self.writable, self.first_write)
        inner.stale = dict(self.stale)
        inner.is_uncertain = self.is_uncertain
        return inner

    def report(self, node: ast.stmt, mistake: Diagnostic) -> None:
        """Note the mistake of a statement, and what is not known after it: its names, and what it may have tested.

        Where a test was not understood, a value that may be None is no mistake of its own.
        """
        is_about_a_union = mistake.code in ABOUT_TYPES and " | " in mistake.title.rpartition("not a `")[2]
        if not (self.is_uncertain and is_about_a_union):
            self.context.mistakes.append(mistake)
        self.is_uncertain = True
        for name in bound_names(node):
            self.context.lost.setdefault((self.function.object, name), mistake)

    @contextmanager
    def assuming(self, facts: Mapping[Expr, Type]) -> Generator[None]:
        """Narrow the types of expressions for the duration of a `with` block."""
        before = dict(self.facts)
        self.facts.update(facts)
        try:
            yield
        finally:
            self.facts = before

    def span(self, node: ast.AST) -> Span:
        """The place of a node of this function."""
        return span_of(node, self.function.file)

    def fail(
        self,
        code: str,
        node: ast.AST | Span,
        title: str,
        label: str = "",
        help: str = "",  # noqa: A002 - the word the reader of an error sees
        **more: Any,
    ) -> NoReturn:
        """Give up the statement that `node` stands in. Raises Mistake."""
        span = node if isinstance(node, Span) else self.span(node)
        raise Mistake(Diagnostic(code, title, span, label, help, **more))

    def python_object(self, node: ast.expr) -> Any:
        """What a dotted name outside of the state stands for: a class, a function, a constant; MISSING if nothing."""
        match node:
            case ast.Name(name):
                return MISSING if name in self.names else self._global(name)
            case ast.Attribute(ast.Name(name), attribute) if isinstance(self.names.get(name), StateName):
                found = getattr(self.context.spec, attribute, MISSING)
                return found if isinstance(found, type) else MISSING
            case ast.Attribute(value, attribute):
                owner = self.python_object(value)
                return MISSING if owner is MISSING else getattr(owner, attribute, MISSING)
            case _:
                return MISSING

    def _global(self, name: str) -> Any:
        function = self.function.object
        if name in function.__code__.co_varnames + function.__code__.co_cellvars:
            return MISSING  # a local that has no value yet: Python does not look further either
        for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
            if free == name:
                return cell.cell_contents
        return function.__globals__.get(name, getattr(builtins, name, MISSING))


def bound_names(node: ast.stmt) -> set[str]:
    """The local names that a statement gives a value."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    parts = list(ast.walk(node))
    captured = {part.name for part in parts if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name}
    return captured | {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def constant(value: Any) -> Literal | None:
    """A module-level constant as a literal, a named bound as its value; None where it is no value of the language."""
    value = value.value if isinstance(value, NamedBound) else value
    type_ = type_of_constant(value)
    return None if type_ is None else Literal(encode(value, type_), type_)


def type_of_constant(value: Any) -> Type | None:
    """The smallest type of a constant of the language."""
    if value is None:
        return NoneType()
    if isinstance(value, bool):
        return BoolType()
    if isinstance(value, int) and not isinstance(value, Enum):
        return IntType(value, value)
    if isinstance(value, Enum):
        return EnumType(type(value))
    if isinstance(value, Sort):
        return SortType(type(value))
    if isinstance(value, Record):
        return record_type(type(value))
    return None


def is_function(value: object) -> TypeGuard[FunctionType | MethodType]:
    """Whether a value is a function that could be inlined."""
    return isinstance(value, (FunctionType, MethodType))
