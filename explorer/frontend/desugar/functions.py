"""Functions made of syntax trees, for the frontend to lower as if an author had written them.

The nodes of a tree keep the lines and columns of the author's file, so that every message points there. Names that
no author can write, such as `self.address`, are names like any other to Python's compiler.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from types import CodeType, FunctionType
from typing import Any, TypeVar

from indoubt.specs.language.machine import Role, marked

N = TypeVar("N", bound=ast.AST)
Replacement = str | ast.expr


def made(
    tree: ast.FunctionDef, file: str, names: Mapping[str, Any], role: Role | None = None, summary: str | None = None
) -> FunctionType:
    """A function with the body of `tree`, in which `names` are known; its source is the tree itself."""
    bare = copy.deepcopy(tree)
    bare.decorator_list, bare.returns = [], None
    for argument in bare.args.args:
        argument.annotation = None
    module = ast.fix_missing_locations(ast.Module([bare], []))
    code = next(one for one in compile(module, file, "exec").co_consts if isinstance(one, CodeType))
    function = FunctionType(code, dict(names), tree.name)
    function.__annotations__ = {one.arg: ast.unparse(one.annotation) for one in tree.args.args if one.annotation}
    if tree.returns is not None:
        function.__annotations__["return"] = ast.unparse(tree.returns)
    function.__doc__ = summary
    function.__indoubt_source__ = (ast.fix_missing_locations(tree), file)  # type: ignore[attr-defined]
    return function if role is None else marked(function, role)


def statements(text: str, at: ast.AST, names: Mapping[str, Replacement]) -> list[ast.stmt]:
    """The statements of a text, placed where `at` is written; `names` says what some names stand for."""
    placed = _Named(at, names)
    return [placed.visit(one) for one in ast.parse(text).body]


def expression(text: str, at: ast.AST, names: Mapping[str, Replacement]) -> ast.expr:
    """The expression of a text, placed where `at` is written."""
    found = _Named(at, names).visit(ast.parse(text, mode="eval").body)
    assert isinstance(found, ast.expr)
    return found


def parameter(name: str, annotation: str, at: ast.AST) -> ast.arg:
    """A parameter that the author has not written."""
    return placed(ast.arg(name, placed(ast.Name(annotation, ast.Load()), at)), at)


def placed(node: N, at: ast.AST) -> N:
    """`node` as if it were written where `at` is."""
    return ast.copy_location(node, at)


def needs_names_of_its_own(tree: ast.FunctionDef) -> bool:
    """Whether what follows a handler in its step would not find there what it needs: it returns, or binds its names."""
    names = {one.arg for one in tree.args.args}
    return any(
        isinstance(one, ast.Return)
        or (isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id in names)
        or (isinstance(one, ast.MatchAs | ast.MatchStar) and one.name in names)
        for one in ast.walk(tree)
    )


class _Named(ast.NodeTransformer):
    """Puts names into a text, and the text into its place."""

    def __init__(self, at: ast.AST, names: Mapping[str, Replacement]) -> None:
        self.at = at
        self.names = names

    def visit(self, node: ast.AST) -> Any:
        match node:
            case ast.Name(name, context) if name in self.names:
                meant = self.names[name]
                if isinstance(meant, ast.expr):
                    return copy.deepcopy(meant)
                return ast.copy_location(ast.Name(meant, context), self.at)
            case ast.Attribute(_, name) if isinstance(renamed := self.names.get(name), str):
                node.attr = renamed
            case _:
                pass
        self.generic_visit(node)
        return ast.copy_location(node, self.at)
