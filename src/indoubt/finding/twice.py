"""Specs and theorems of one name in a file: Python keeps the last and forgets the first without a word."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.source import header_span
from indoubt.explorer.ir.expressions import Span
from indoubt.specs.language.machine import Spec


def refuse_twice(module: ModuleType) -> None:
    """Raise SpecError where a spec or a theorem of a module is hidden by another one of its name."""
    if module.__file__ is None or not module.__file__.endswith(".py"):
        return
    file = module.__file__
    found: list[Diagnostic] = []
    first: dict[str, Span] = {}
    for one in ast.parse(Path(file).read_bytes()).body:
        if not isinstance(one, ast.FunctionDef | ast.ClassDef):
            continue
        span = header_span(one, file)
        if one.name in first and not _extends(one, one.name):
            title = f"there are two definitions of `{one.name}`, and Python keeps the last"
            label, help_ = "hides the first", "give one of them another name"
            found.append(Diagnostic("S109", title, span, label, help_, first[one.name], "declared here first"))
        elif _is_meant(one, module):
            first[one.name] = span
    if found:
        raise SpecError(found)


def _is_meant(one: ast.FunctionDef | ast.ClassDef, module: ModuleType) -> bool:
    """Whether somebody may ask for it by name: a theorem, or a class with the name of a spec."""
    if isinstance(one, ast.ClassDef):
        named = getattr(module, one.name, None)
        return isinstance(named, type) and issubclass(named, Spec)
    decorators = [each.func if isinstance(each, ast.Call) else each for each in one.decorator_list]
    return any(ast.unparse(each).rpartition(".")[2] == "theorem" for each in decorators)


def _extends(one: ast.FunctionDef | ast.ClassDef, name: str) -> bool:
    """Whether a class inherits from the one that had its name, which is not lost then."""
    return isinstance(one, ast.ClassDef) and any(isinstance(base, ast.Name) and base.id == name for base in one.bases)
