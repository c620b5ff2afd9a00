"""Forms of Python that are outside the language: what they are called, and what to write instead."""

from __future__ import annotations

import ast
import sys
from typing import NoReturn

from indoubt.explorer.frontend.refusals import LIBRARY
from indoubt.explorer.frontend.scope import Scope

ANNOTATED = "declare variables in the class; write `self.x = value` for a write, `name: type = value` for a local name"
STATEMENTS: dict[type[ast.AST], tuple[str, str]] = {
    ast.While: ("`while`", "let several steps do it, or range over a finite collection with `for`"),
    ast.Break: ("`break`", "say with `if` in which turns something happens"),
    ast.Continue: ("`continue`", "put the rest of the loop into an `if`"),
    ast.Try: ("`try`", "rule out with `require` or `if` what could fail"),
    ast.Raise: ("`raise`", "a step that must not happen has a guard: `require(...)`"),
    ast.With: ("`with`", "a step reads and writes the state, and nothing else"),
    ast.Delete: ("`del`", "a map is total: assign the value that means nothing, such as None"),
    ast.Global: ("`global`", "what changes is state: declare a variable in the spec class"),
    ast.Nonlocal: ("`nonlocal`", "what changes is state: declare a variable in the spec class"),
    ast.Import: ("`import` in a method", "import at the top of the file"),
    ast.ImportFrom: ("`import` in a method", "import at the top of the file"),
    ast.FunctionDef: ("`def` in a method", "write a helper: a method without a decorator, or a function of the module"),
    ast.AsyncFunctionDef: ("`async`", "a step is atomic: write a plain `def`"),
    ast.ClassDef: ("`class` in a method", "declare it in the spec class or in the module"),
    ast.AnnAssign: ("this annotation", ANNOTATED),
    ast.Assign: ("an assignment to several targets", "write one assignment for each"),
    ast.Assert: ("`assert`", "state it in a property"),
}
"""Statements; what is not here is called by its name in Python's grammar."""

EXPRESSIONS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lambda: ("`lambda`", "write a helper: a method without a decorator, or a function of the module"),
    ast.NamedExpr: ("`:=`", "bind the name in a line of its own"),
    ast.JoinedStr: ("an f-string", "declare an Enum with the texts that occur"),
    ast.Tuple: ("a tuple", "write a set, `{a, b}`, or a record with named fields"),
    ast.List: ("a list", "write a set, `{a, b}`"),
    ast.Dict: ("a dict", "write `Map({k: ... for k in K})` over the whole key type"),
    ast.DictComp: ("a dict", "a `Map` is made by `Map({k: ... for k in K})` or `every(value)`"),
    ast.GeneratorExp: ("a generator", "write a set, `{... for ...}`"),
    ast.UnaryOp: ("this operator", "there are `-x` of an integer and `not x` of a bool"),
    ast.Starred: ("`*`", "put sets together with `|`, as in `s | {x}`, or name each value"),
    ast.Yield: ("`yield`", "a step is atomic: end one action here and begin another"),
    ast.YieldFrom: ("`yield`", "a step is atomic: end one action here and begin another"),
    ast.Await: ("`await`", "a step is atomic: end one action here and begin another"),
    ast.Slice: ("a slice", "only a `Seq` has slices"),
}
IN_FUNCTION: dict[type[ast.AST], tuple[str, str]] = {
    ast.For: ("a loop in a function with a result", "write a quantifier: `any(...)`, `all(...)`, `sum(...)`, or a set"),
    ast.Expr: ("a statement without effect", "a function with a result has locals, `if` and `return`"),
    ast.Assert: ("`assert` outside an action", "return the condition; an action may `assert` it where it stands"),
}


def refuse_idle(scope: Scope, node: ast.stmt | ast.expr) -> NoReturn:
    """Raise Mistake for a value that nothing is done with."""
    value = node.value if isinstance(node, ast.Expr) else node
    match value:
        case ast.Compare(ast.Attribute() | ast.Subscript() as place, [ast.Eq()], [new]):
            help_ = f"write `{ast.unparse(place)} = {ast.unparse(new)}` for a write, `require(...)` for a guard"
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(ast.Not()):
            help_ = f"write `require({ast.unparse(value)})` for a guard, `return` for a result"
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            clauses = ast.unparse(value.generators[0])
            help_ = f"write a loop: `{clauses.strip()}: ...`"
        case _:
            help_ = "use the value, as in `require(...)`, or delete the line"
    scope.fail("S212", node, "the value of this line is not used", "does nothing", help_)


def outside(node: ast.AST, *, in_function: bool = False) -> tuple[str, str, str]:
    """Title, label and help of the mistake of using a form that is outside the language."""
    if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Call):
        node = node.value
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        if any(str(module).partition(".")[0] in sys.stdlib_module_names for module in modules):
            return "`import` in a method is outside the language", "not understood", LIBRARY
    known = (
        (IN_FUNCTION if in_function else {}).get(type(node))
        or STATEMENTS.get(type(node))
        or EXPRESSIONS.get(type(node))
    )
    if known is None and isinstance(node, ast.For):
        known = "`else` of a loop", "write what follows after the loop"
    if known is None and isinstance(node, ast.expr):
        known = f"`{ast.unparse(node)}`", "give its value a name, or delete the line"
    title, help_ = known or (f"`{type(node).__name__.lower()}`", "rewrite it with the forms in docs/language.md")
    return f"{title} is outside the language", "not understood", help_
