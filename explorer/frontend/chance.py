"""First values and constants that chance, time or memory decide: another run would check another spec.

Steps and properties are looked at where they are lowered, see `refusals`; here is what Python computes before, while it
imports the module: `x: bool = random.random() < 0.5` in the class, `LIMIT = time.time_ns() % 4` beside it.
"""

from __future__ import annotations

import ast
import builtins
import linecache
import sys
from collections.abc import Iterator, Mapping

from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.refusals import is_of_chance
from indoubt.explorer.frontend.source import class_source, span_of
from indoubt.specs.language.declarations import OURS
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.nodes import is_node_class


def mistakes_in_declarations(spec: type[Spec]) -> Iterator[Diagnostic]:
    """One for each call by which a first value, a type or a constant that the module uses depends on chance."""
    nodes: tuple[type[object], ...] = getattr(spec, "__parts__", ())
    parts: tuple[type[object], ...] = (*nodes, getattr(spec, "__system__", None) or spec)  # as their authors wrote them
    for owner in [one for part in parts for one in _bases(part)]:
        if owner.__module__ in OURS or not (issubclass(owner, Spec) or is_node_class(owner)):
            continue
        try:
            tree, file = class_source(owner)
        except SpecError:
            continue  # told where the methods are looked for
        names = vars(sys.modules[owner.__module__])
        for node in tree.body:
            if isinstance(node, ast.AnnAssign):
                help_ = "write the value; one that varies is set by an `@initial` method with a parameter"
                yield from _mistakes(node, file, names, ast.unparse(node.target), help_)
        for constant, name in _constants(file):
            help_ = "write the value; one that the run may choose is a `Parameter[...]` of the spec"
            yield from _mistakes(constant, file, names, name, help_)


def _bases(cls: type[object]) -> tuple[type[object], ...]:
    return cls.__mro__


def _mistakes(node: ast.AST, file: str, names: Mapping[str, object], name: str, help_: str) -> Iterator[Diagnostic]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and is_of_chance(_meaning(call.func, names)):
            title = f"`{ast.unparse(call.func)}` would make `{name}` depend on chance or time"
            yield Diagnostic("S317", title, span_of(call, file), "differs from run to run", help_)


def _constants(file: str) -> Iterator[tuple[ast.stmt, str]]:
    """The assignments of a module to names that its functions and classes use."""
    module = ast.parse("".join(linecache.getlines(file)))
    inside = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    used = {part.id for node in inside for part in ast.walk(node) if isinstance(part, ast.Name)}
    for node in module.body:
        match node:
            case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)) if name in used:
                yield node, name
            case _:
                pass


def _meaning(node: ast.expr, names: Mapping[str, object]) -> object:
    """What a dotted name of a module stands for; None where it stands for nothing."""
    match node:
        case ast.Name(name):
            return names.get(name, getattr(builtins, name, None))
        case ast.Attribute(value, name):
            return getattr(_meaning(value, names), name, None)
        case _:
            return None
