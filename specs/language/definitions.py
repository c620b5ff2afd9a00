"""The functions and classes of a file as syntax trees, and the names that the text of a function mentions.

Python leaves out of a function what it need not run: the body of `if False:`, the annotation of a local name. What is
compiled for a checker is the text.
"""

from __future__ import annotations

import ast
import linecache
from functools import cache
from types import CodeType

Definition = ast.FunctionDef | ast.ClassDef


def definitions(file: str) -> list[Definition]:
    """Every function and class of a file, as it is now. Raises SyntaxError."""
    return _parsed("".join(lines_of(file)))


def lines_of(file: str) -> list[str]:
    """The lines of a file as it is now, none where there is no such file: one list until the file changes."""
    linecache.checkcache(file)
    return linecache.getlines(file)


@cache
def _parsed(text: str) -> list[Definition]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def is_defined_at(tree: ast.AST, line: int) -> bool:
    """Whether a definition, or the first of its decorators, begins in a line."""
    decorators = getattr(tree, "decorator_list", [])
    return line in [getattr(tree, "lineno", 0), *(decorator.lineno for decorator in decorators)]


_named: dict[str, tuple[list[str], dict[tuple[int, str], frozenset[str]]]] = {}
"""Of each file its lines, and what the functions in it name, by their first line and name."""


def names_in_text(code: CodeType) -> frozenset[str]:
    """The names in the body of a function as it is written; nothing where its source is not on file."""
    lines = lines_of(code.co_filename)
    kept = _named.get(code.co_filename)
    if kept is None or kept[0] is not lines:
        kept = _named[code.co_filename] = (lines, {})
    place = (code.co_firstlineno, code.co_name)
    if place not in kept[1]:
        kept[1][place] = _names_at(code)
    return kept[1][place]


def _names_at(code: CodeType) -> frozenset[str]:
    for tree in definitions(code.co_filename):
        if isinstance(tree, ast.FunctionDef) and tree.name == code.co_name:
            starts = [tree.lineno, *(decorator.lineno for decorator in tree.decorator_list)]
            if min(starts) == code.co_firstlineno:
                inside = (node for part in tree.body for node in ast.walk(part))
                return frozenset(node.id for node in inside if isinstance(node, ast.Name))
    return frozenset()
