"""What a spec class declares: the statements of its body, the decorators of its methods, and names used twice.

These are mistakes of the class as a whole, found in its source and that of its base classes before a method is lowered.
A member that a mistake leaves without a meaning is refused, so that its uses repeat that mistake and add no other.
"""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
from collections.abc import Iterator
from dataclasses import field
from types import FunctionType
from typing import Any

from indoubt.explorer.frontend import forms
from indoubt.explorer.frontend.diagnostics import Diagnostic, SpecError
from indoubt.explorer.frontend.source import class_source, header_span, span_of
from indoubt.explorer.ir.expressions import Span
from indoubt.specs.language import handlers
from indoubt.specs.language.declarations import OURS, names_in_scope
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.handlers import HANDLERS
from indoubt.specs.language.machine import Role, Spec, role_of
from indoubt.specs.language.nodes import RESERVED, Node
from indoubt.specs.language.systems import System

OWN_NAMES = frozenset(vars(Spec)) | frozenset(vars(object))
OF_SYSTEMS = frozenset({"network", "links", "crashes", "byzantine", "detector"})
"""What a system says in its class without an annotation."""
ROLES = (Spec.__module__, handlers.__name__)
"""Where decorators come from that give a method its role."""
KINDS_OF_METHODS = ("property", "staticmethod", "classmethod", "cached_property", "lambda")
PLAIN_HELP = "write a plain method: a helper needs no decorator"
DECLARATIONS = (ast.FunctionDef, ast.AnnAssign, ast.Assign, ast.ClassDef, ast.Pass)


@dataclass
class Declared:
    """The mistakes of a class, and the members that they leave without a meaning."""

    mistakes: list[Diagnostic] = field(default_factory=list[Diagnostic])
    refused: dict[str, Diagnostic] = field(default_factory=dict[str, Diagnostic])

    def refuse(self, name: str, mistake: Diagnostic) -> None:
        """Note a mistake that leaves the member `name` without a meaning."""
        self.mistakes.append(mistake)
        self.refused.setdefault(name, mistake)


@dataclass(frozen=True)
class _Member:
    """What a name of the class stands for: a variable, a parameter of the spec, or a method with its role."""

    is_method: bool
    role: Role | None
    span: Span


def check_class(spec: type) -> Declared:
    """Everything that is wrong with a class of a spec or of nodes, apart from the bodies of its methods."""
    found = Declared()
    members: dict[str, _Member] = {}
    for owner in reversed(spec.__mro__):
        if owner is object or owner.__module__ in OURS:
            continue
        try:
            tree, file = class_source(owner)
        except SpecError:
            continue  # told where a method of it is lowered
        _check_imports(found, file)
        _check_functions(found, owner, file)
        _check_decorators_of_class(found, tree, file)
        _check_attributes(found, owner, tree, file)
        names: dict[str, Span] = {}
        for node in tree.body:
            _check_statement(found, owner, node, file)
            for name in _bound_names(node):
                _check_name(found, owner, name, _header(node, file), names)
        _check_against_bases(found, owner, tree, file, members)
    return found


def _check_imports(found: Declared, file: str) -> None:
    for node in _imports("".join(linecache.getlines(file))):
        if any(alias.name == "*" for alias in node.names) and node.module != "indoubt.specs.language":
            found.mistakes.append(
                Diagnostic(
                    "S008",
                    f"`from {node.module} import *` brings names that nobody can see",
                    span_of(node, file),
                    "which names?",
                    f"name what you use: `from {node.module} import ...`",
                )
            )


def _check_functions(found: Declared, owner: type, file: str) -> None:
    """Refuse functions of the module that have a role: outside of a class they would be forgotten."""
    names = names_in_scope(owner)
    for node in _functions("".join(linecache.getlines(file))):
        role = role_of(names.get(node.name))
        if role is not None and getattr(names[node.name], "__module__", None) == owner.__module__:
            title = f"`{node.name}` is {_article(role.kind)} outside of a spec class"
            help_ = "indent it into the class, or take the decorator away"
            found.mistakes.append(Diagnostic("S007", title, header_span(node, file), "belongs to no spec", help_))


@functools.cache
def _functions(text: str) -> tuple[ast.FunctionDef, ...]:
    return tuple(node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))


@functools.cache
def _imports(text: str) -> tuple[ast.ImportFrom, ...]:
    return tuple(node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom))


def _check_decorators_of_class(found: Declared, tree: ast.ClassDef, file: str) -> None:
    for decorator in tree.decorator_list:
        found.mistakes.append(
            Diagnostic(
                "S007",
                f"`@{ast.unparse(decorator)}` on a spec is outside the language",
                span_of(decorator, file),
                "not understood",
                "delete it: a spec class has no decorator",
            )
        )


def _check_attributes(found: Declared, owner: type, tree: ast.ClassDef, file: str) -> None:
    annotated = vars(owner).get("__annotations__", {})
    for name, value in vars(owner).items():
        if name.startswith("__") or name in annotated or isinstance(value, type):
            continue
        if isinstance(value, FunctionType) and inspect.unwrap(value).__name__ != "<lambda>":
            continue
        nodes = [node for node in tree.body if name in _bound_names(node)]
        if name in OF_SYSTEMS and issubclass(owner, System):
            continue
        if not nodes:
            continue  # a statement that is outside the language has made it
        kind = "lambda" if isinstance(value, FunctionType) else type(value).__name__
        if isinstance(nodes[0], ast.FunctionDef):
            continue  # its decorator is told
        if kind in KINDS_OF_METHODS:
            title, help_ = f"`{name}` is a {kind}", PLAIN_HELP
        else:
            title = f"`{name}` has no annotation"
            help_ = (
                f"annotate it: `{name}: <type> = ...` is a variable, `Parameter[...]` a parameter; "
                "constants go to the module"
            )
        found.refuse(name, Diagnostic("S005", title, span_of(nodes[0], file), "not understood", help_))


def _check_statement(found: Declared, owner: type, node: ast.stmt, file: str) -> None:
    match node:
        case ast.FunctionDef():
            _check_decorators(found, owner, node, file)
            _check_self(found, owner, node, file)
        case ast.AsyncFunctionDef(name):
            title, label, help_ = forms.outside(node)
            found.refuse(name, Diagnostic("S200", title, _header(node, file), label, help_))
        case ast.Expr(ast.Constant()):
            pass
        case _ if not isinstance(node, DECLARATIONS):
            what = type(node).__name__.lower()
            mistake = Diagnostic(
                "S009",
                f"`{what}` has no place in a spec class",
                _first_line(node, file),
                "not understood",
                "a spec declares variables and methods; compute constants in the module",
            )
            found.mistakes.append(mistake)
            for name in {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and _is_stored(part)}:
                found.refused.setdefault(name, mistake)
        case _:
            pass


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _check_decorators(found: Declared, owner: type, method: ast.FunctionDef, file: str) -> None:
    """Refuse decorators that would change, in Python alone, what a method does, and two that contradict each other."""
    ours: list[ast.expr] = []
    for decorator in method.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        meant = _object_named(owner, called)
        name = ast.unparse(called)
        if getattr(meant, "__module__", None) in ROLES:
            ours.append(decorator)
        elif getattr(meant, "__name__", "") not in ("override", "final"):
            if name.rpartition(".")[2] in KINDS_OF_METHODS:
                help_ = PLAIN_HELP
            else:
                help_ = "delete it: methods of a spec have the decorators of the language, helpers have none"
            title = f"decorator `{name}` is outside the language"
            found.refuse(method.name, Diagnostic("S007", title, span_of(decorator, file), "not understood", help_))
    role = role_of(vars(owner).get(method.name))
    if role is not None and role.kind in HANDLERS and not issubclass(owner, Node):
        title = f"`@{role.kind}` on a method of `{owner.__name__}`, which is no node"
        help_ = "handlers stand in a class of nodes: `class MyNode(Node[Address])`"
        found.refuse(method.name, Diagnostic("S504", title, span_of(ours[0], file), "handled by whom?", help_))
    if role is not None and role.kind == "action" and issubclass(owner, System):
        title = f"`{method.name}` is an action of a system"
        help_ = "a step is one of a node: write a handler, `@on_timeout`, in the class of the node"
        found.refuse(method.name, Diagnostic("S504", title, span_of(ours[0], file), "taken by whom?", help_))
    if len(ours) > 1:
        found.mistakes.append(
            Diagnostic(
                "S007",
                f"`{method.name}` has two roles",
                span_of(ours[1], file),
                "the second",
                "keep one of the two decorators",
                other=span_of(ours[0], file),
                other_label="the first",
            )
        )


def _check_self(found: Declared, owner: type, method: ast.FunctionDef, file: str) -> None:
    """Refuse methods whose first parameter is not the state."""
    arguments = [*method.args.posonlyargs, *method.args.args]
    first = arguments[0] if arguments else None
    annotation = None if first is None or first.annotation is None else ast.unparse(first.annotation).strip("'\"")
    if method.name in found.refused:
        return
    if first is not None and (annotation is None or annotation in ("Self", "typing.Self", owner.__name__)):
        return
    parameters = ", ".join(["self", *(argument.arg for argument in arguments)])
    found.refuse(
        method.name,
        Diagnostic(
            "S334",
            f"`{method.name}` has no `self`",
            header_span(method, file),
            "the first parameter is the state",
            f"write `def {method.name}({parameters})`",
        ),
    )


def _object_named(owner: type, node: ast.expr) -> Any:
    first, *rest = ast.unparse(node).split(".")
    found: Any = names_in_scope(owner).get(first, vars(owner).get(first))
    for name in rest:
        found = getattr(found, name, None)
    return found


def _check_name(found: Declared, owner: type, name: str, span: Span, names: dict[str, Span]) -> None:
    if name in names:
        found.mistakes.append(
            Diagnostic(
                "S109",
                f"`{name}` is declared twice",
                span,
                "hides the first",
                "give one of them another name",
                other=names[name],
                other_label="declared here first",
            )
        )
    names.setdefault(name, span)
    own = frozenset(vars(object)) | RESERVED if issubclass(owner, Node) else OWN_NAMES
    if name in own or name.startswith("__"):
        base = "Node" if issubclass(owner, Node) else "Spec"
        what = f"a name of `{base}` itself" if name in own else "a name that Python changes inside a class"
        help_ = "the first values are those of the declarations, or set by an `@initial` method"
        found.refuse(
            name,
            Diagnostic(
                "S110",
                f"`{name}` is {what}",
                span,
                "declared here",
                help_ if name == "__init__" else "choose another name",
            ),
        )


def _check_against_bases(
    found: Declared, owner: type, tree: ast.ClassDef, file: str, members: dict[str, _Member]
) -> None:
    for node in tree.body:
        for name in _bound_names(node):
            if name.startswith("__") or isinstance(node, ast.ClassDef):
                continue
            is_method = isinstance(node, ast.FunctionDef)
            role = role_of(vars(owner).get(name)) if is_method else None
            member = _Member(is_method, role, _header(node, file))
            base = members.get(name)
            if base is not None and base.span != member.span:
                _compare(found, name, base, member)
            members[name] = member


def _compare(found: Declared, name: str, base: _Member, member: _Member) -> None:
    if base.is_method != member.is_method:
        kinds = {True: "a method", False: "a variable"}
        found.refuse(
            name,
            Diagnostic(
                "S109",
                f"`{name}` is {kinds[member.is_method]} here and {kinds[base.is_method]} of a base class",
                member.span,
                "hides the other",
                "give one of them another name",
                other=base.span,
                other_label="declared here first",
            ),
        )
    elif base.role is not None and (member.role is None or member.role.kind != base.role.kind):
        lost = f"`@{base.role.kind}`"
        found.mistakes.append(
            Diagnostic(
                "S010",
                f"`{name}` overrides {_article(base.role.kind)} without {lost}",
                member.span,
                f"no {lost} here",
                f"repeat {lost} above it, or give the method another name",
                other=base.span,
                other_label=f"{_article(base.role.kind)} of the base class",
            )
        )


def _article(kind: str) -> str:
    words = {"action": "an action", "initial": "what makes the initial states", "invariant": "an invariant"}
    return words.get(kind, f"a handler, `@{kind}`," if kind in HANDLERS else f"a {kind.replace('_', ' ')}")


def _bound_names(node: ast.stmt) -> Iterator[str]:
    """The names that a statement of a class body declares."""
    match node:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            yield name
        case ast.AnnAssign(ast.Name(name)):
            yield name
        case ast.Assign(targets):
            yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
        case _:
            pass


def _header(node: ast.stmt, file: str) -> Span:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return header_span(node, file)
    return _first_line(node, file)


def _first_line(node: ast.stmt, file: str) -> Span:
    span = span_of(node, file)
    if span.end_line == span.line:
        return span
    line = linecache.getline(file, span.line).rstrip("\n")
    return Span(file, span.line, span.column, span.line, len(line))
