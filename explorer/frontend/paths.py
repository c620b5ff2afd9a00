"""Paths through a function: statements that none of them reaches, and variables that one leaves without a value."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from indoubt.explorer.frontend.diagnostics import Diagnostic
from indoubt.explorer.frontend.scope import Context
from indoubt.explorer.frontend.source import Function, header_span, span_of
from indoubt.explorer.ir.expressions import Expr, Load, Local, Members, Span
from indoubt.explorer.ir.machine import Action
from indoubt.explorer.ir.statements import Assert, Assign, Bind, Block, ForEach, Require, Return, Statement, When
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.types import MapType


def check_reachable(context: Context, function: Function) -> None:
    """Report, once for each function, what stands behind a `return`."""
    if function.object in context.examined:
        return
    context.examined.add(function.object)
    _check_block(context, function, function.tree.body)


def _check_block(context: Context, function: Function, body: Sequence[ast.stmt]) -> None:
    for position, node in enumerate(body):
        for inner in blocks_of(node):
            _check_block(context, function, inner)
        if _always_returns(node) and position + 1 < len(body):
            behind = body[position + 1]
            context.mistakes.append(
                Diagnostic(
                    "S215",
                    "nothing behind a `return` is reached",
                    span_of(behind, function.file),
                    "never reached",
                    "delete it, or return under an `if`",
                    other=span_of(node, function.file),
                    other_label="every path ends here",
                )
            )
            return


def blocks_of(node: ast.stmt) -> Iterable[Sequence[ast.stmt]]:
    """The blocks inside a statement."""
    match node:
        case ast.If(_, then, otherwise) | ast.For(_, _, then, otherwise):
            return (then, otherwise)
        case ast.Match(_, cases):
            return [case.body for case in cases]
        case _:
            return ()


def _always_returns(node: ast.stmt) -> bool:
    match node:
        case ast.Return():
            return True
        case ast.If(_, then, otherwise):
            return any(map(_always_returns, then)) and any(map(_always_returns, otherwise))
        case ast.Match(_, cases):
            is_complete = any(_takes_everything(case) for case in cases)
            return is_complete and all(any(map(_always_returns, case.body)) for case in cases)
        case _:
            return False


def _takes_everything(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


class Unset:
    """Follows the paths of an `@initial` method; variables without a first value have none at the beginning.

    Those `by_key` are maps that may be set key by key: a loop over all keys sets the whole of one.
    """

    def __init__(
        self,
        context: Context,
        action: Action,
        source: Function,
        open_names: frozenset[str],
        by_key: frozenset[str] = frozenset(),
    ) -> None:
        self._context = context
        self._by_key = by_key
        self._source = source
        self._left_open: set[str] = set()
        set_at_the_end = self._follow(action.body, frozenset(), open_names)
        if set_at_the_end is not None:
            self._left_open |= open_names - set_at_the_end
        for name in sorted(self._left_open & _written(action.body)):
            self._tell(name)

    @property
    def left_open(self) -> set[str]:
        """The variables that some path leaves without a value."""
        return self._left_open

    def _tell(self, name: str) -> None:
        self._context.mistakes.append(
            Diagnostic(
                "S108",
                f"`{name}` has no first value on some path of `{self._source.tree.name}`",
                header_span(self._source.tree, self._source.file),
                "a path leaves it without a value",
                f"set `self.{name}` on every path, or give it a value where it is declared",
            )
        )

    def _follow(self, body: Sequence[Statement], known: frozenset[str], names: frozenset[str]) -> frozenset[str] | None:
        """The variables that are set after `body`; None where every path has returned."""
        now: frozenset[str] | None = known
        for statement in body:
            if now is None:
                return None
            now = self._step(statement, now, names)
        return now

    def _step(self, statement: Statement, known: frozenset[str], names: frozenset[str]) -> frozenset[str] | None:
        match statement:
            case Assign(target, value, span):
                self._read((value, target.path), known, names, span)
                if target.path and target.variable in names - known - self._by_key:
                    self._refuse(target.variable, span)
                return known if target.path else known | {target.variable}
            case Require(condition, span) | Assert(condition, _, span):
                self._read(condition, known, names, span)
                return known
            case Bind(_, value):
                self._read(value, known, names, None)
                return known
            case When(condition, then, otherwise):
                self._read(condition, known, names, None)
                ends = [self._follow(branch, known, names) for branch in (then, otherwise)]
                rest = [end for end in ends if end is not None]
                return rest[0].intersection(*rest[1:]) if rest else None
            case ForEach(local, domain, inner):
                self._read(domain, known, names, None)
                self._follow(inner, known, names)
                return known | self._set_for_all(local, domain, inner)
            case Block(inner):
                after = self._follow(inner, known, names)
                return known if after is None else after
            case Return():
                self._left_open |= names - known
                return None

    def _set_for_all(self, local: Local, domain: Expr, inner: Sequence[Statement]) -> frozenset[str]:
        """The maps of which every turn of a loop over all keys sets the value at its own key."""
        if not isinstance(domain, Members):
            return frozenset()
        writes = [one.target for one in inner if isinstance(one, Assign) and one.target.path == (local,)]
        return frozenset(
            one.variable
            for one in writes
            if one.variable in self._by_key
            and one.containers
            and isinstance(one.containers[0], MapType)
            and one.containers[0].key == domain.type.element
        )

    def _read(self, expr: object, known: frozenset[str], names: frozenset[str], span: Span | None) -> None:
        for part in walk(expr):
            if isinstance(part, Load) and part.variable in names - known:
                self._refuse(part.variable, span)

    def _refuse(self, name: str, span: Span | None) -> None:
        place = span or header_span(self._source.tree, self._source.file)
        self._context.mistakes.append(
            Diagnostic(
                "S108",
                f"`{name}` has no value yet",
                place,
                "read before it is set",
                f"set `self.{name}` first, or give it a value where it is declared",
            )
        )


def _written(body: Sequence[Statement]) -> set[str]:
    return {part.target.variable for part in walk(tuple(body)) if isinstance(part, Assign)}
