"""Where a spec is written: the syntax trees and the places of its class, methods and helpers."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.ir.expressions import Span
from indoubt.specs.language.definitions import definitions, is_defined_at


class Function:
    """A function of the author with its syntax tree and file."""

    # No dataclass: to a type checker, a function that is a field of one reads as a bound method.
    def __init__(self, function: FunctionType, tree: ast.FunctionDef, file: str) -> None:
        self.object = function
        self.tree = tree
        self.file = file


def span_of(node: ast.AST, file: str) -> Span:
    """The place of a node in a file; columns count characters, where `ast` counts bytes."""
    line = getattr(node, "lineno", 1)
    end_line = getattr(node, "end_lineno", None) or line
    column, end_column = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None) or 0
    return Span(file, line, _characters(file, line, column), end_line, _characters(file, end_line, end_column))


def _characters(file: str, line: int, column: int) -> int:
    text = linecache.getline(file, line)
    return column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))


def header_span(tree: ast.FunctionDef | ast.ClassDef, file: str) -> Span:
    """The place of the `def` or `class` line alone."""
    line = linecache.getline(file, tree.lineno).rstrip("\n")
    return Span(file, tree.lineno, tree.col_offset, tree.lineno, len(line))


def function_source(method: Callable[..., Any]) -> Function:
    """The source of a method or helper, found by the line that Python recorded for its code.

    Raises SpecError where the source is not on file.
    """
    function = inspect.unwrap(method)
    assert isinstance(function, FunctionType)
    made: tuple[ast.FunctionDef, str] | None = getattr(function, "__indoubt_source__", None)
    if made is not None:  # of a method of a node, see `desugar`
        return Function(function, *made)
    code = function.__code__
    for tree in definitions(code.co_filename):
        if isinstance(tree, ast.FunctionDef) and tree.name == function.__name__:
            starts = [tree.lineno, *(decorator.lineno for decorator in tree.decorator_list)]
            if min(starts) == code.co_firstlineno:
                return Function(function, tree, code.co_filename)
    raise SpecError([_no_definition(function)])


def class_source(spec: type) -> tuple[ast.ClassDef, str]:
    """The syntax tree and the file of a class. Raises SpecError where the source is not on file."""
    spec = vars(spec).get("__system__") or spec  # a system under a network, and its translation
    for value in vars(spec).values():
        function = inspect.unwrap(value) if isinstance(value, FunctionType) else None
        if isinstance(function, FunctionType) and function.__qualname__.startswith(f"{spec.__qualname__}."):
            file = function.__code__.co_filename
            for tree in definitions(file):
                if isinstance(tree, ast.ClassDef) and tree.name == spec.__name__:
                    if any(is_defined_at(child, function.__code__.co_firstlineno) for child in tree.body):
                        return tree, file
    module_file = _file_of(spec)
    trees = [] if module_file is None else definitions(module_file)
    for tree in reversed(trees):
        if isinstance(tree, ast.ClassDef) and tree.name == spec.__name__ and module_file is not None:
            return tree, module_file
    raise SpecError([_no_source(spec.__qualname__)])


def _file_of(spec: type) -> str | None:
    """The file of the module that defines a class, even where another of that name has been imported before."""
    names: Mapping[str, Any] = vars(spec).get("__names__", {})
    if names.get("__name__") == spec.__module__:
        return names.get("__file__")
    try:
        return inspect.getsourcefile(spec)
    except (TypeError, OSError):
        return None


def _no_definition(function: FunctionType) -> Diagnostic:
    code = function.__code__
    text = linecache.getline(code.co_filename, code.co_firstlineno)
    if not text.strip() or (function.__name__ != "<lambda>" and not code.co_flags & inspect.CO_COROUTINE):
        return _no_source(function.__qualname__)
    line, is_async = code.co_firstlineno, bool(code.co_flags & inspect.CO_COROUTINE)
    while is_async and not text.lstrip().startswith("async") and text:  # below its decorators
        line += 1
        text = linecache.getline(code.co_filename, line)
    indent = len(text) - len(text.lstrip())
    span = Span(code.co_filename, line, indent, line, len(text.rstrip()))
    what = "`async def`" if is_async else "`lambda`"
    return Diagnostic("S200", f"{what} is outside the language", span, "not understood", "write a plain `def`")


def _no_source(name: str) -> Diagnostic:
    return Diagnostic(
        "S001", f"the source of `{name}` is not available", None, help="put the spec into a file of its own"
    )
