"""Calls that are refused: functions outside the language, each with what to write instead."""

from __future__ import annotations

import ast
import builtins
import sys
from pathlib import Path
from types import FunctionType, ModuleType
from typing import NoReturn

from indoubt.explorer.frontend.scope import MISSING, Scope
from indoubt.specs.language import guards

RANDOM_MODULES = ("random", "time", "uuid", "secrets", "datetime", "_random", "os")
FOREIGN_MODULES = (*RANDOM_MODULES, "builtins", "math", "functools", "itertools", "operator", "copy", "collections")
LANGUAGE = guards.__name__.rpartition(".")[0]
GUARDS = (guards.require, guards.expect)
PARAMETER = "make the member a parameter of the action, with `require(x in ...)`"
NAMED = "name the variable itself: `self.x`"
LIBRARY = "delete it: a step computes with the state, and calls helpers and functions of your module"
CHANCE = (
    "not determined by the state",
    "make it a parameter of the action: parameters are the nondeterminism that is explored",
)

REFUSED: dict[str, tuple[str, str]] = {
    "sorted": ("a set has no order", "range over the set as it stands; what needs an order is a `Seq` or an `Ordered`"),
    "list": ("a list has an order, which a set has not", "range over the set as it stands; an order needs a `Seq`"),
    "tuple": ("a tuple has no names for its parts", "declare a `Record`, or use a `Seq`"),
    "dict": ("a dict is not total", "write `Map({k: ... for k in K})` over the whole key type"),
    "iter": ("which member comes first is not determined", PARAMETER),
    "next": ("which member comes first is not determined", PARAMETER),
    "reversed": ("not understood", "count down with an index: `q[len(q) - 1 - i]`"),
    "zip": ("not understood", "range over the indices: `for i in range(len(q))`"),
    "map": ("not understood", "write a comprehension: `{f(x) for x in s}`"),
    "filter": ("not understood", "write a comprehension: `{x for x in s if ...}`"),
    "print": ("a step has no output", "delete it; a state of the spec shows itself: `print(MySpec(...))`"),
    "input": ("a step has no input", "make it a parameter of the action"),
    "open": ("a step reads and writes the state alone", "delete it"),
    "pow": ("not understood", "multiply: `x * x`"),
    "divmod": ("not understood", "write `x // y` and `x % y`"),
    "round": ("there are no fractions", "delete it"),
    "int": ("not understood", "write `1 if x else 0` for a bool"),
    "bool": ("not understood", "compare: `x > 0`, `len(s) > 0`, `x is not None`"),
    "str": ("there are no texts", "declare an Enum with the texts that occur"),
    "float": ("there are no fractions", "use integers in an interval"),
    "type": ("not understood", "write `isinstance(x, C)`"),
    "getattr": ("not understood", NAMED),
    "setattr": ("not understood", NAMED),
    "hasattr": ("not understood", NAMED),
    "vars": ("not understood", NAMED),
    "super": ("not understood", "give the helper of the base class a name of its own, and call it by that"),
}
"""Builtins, by name: why, and what to write instead."""


def refuse_call(scope: Scope, node: ast.Call, function: object) -> NoReturn:
    """Raise Mistake for a call of a function that is outside the language."""
    name = ast.unparse(node.func)
    module = _module_of(function).partition(".")[0]
    if function in GUARDS:
        call = "require(...)" if function is guards.require else "m = expect(...)"
        help_ = f"write `{call}` as a line of its own, under an `if` where it is not always needed"
        scope.fail("S300", node, f"`{name}` stands inside an expression", "a guard has no value", help_)
    if function in (hash, id):
        scope.fail(
            "S317",
            node,
            f"`{name}` differs from one run of Python to the next",
            "not determined by the state",
            "compare the values themselves: `a == b`",
        )
    if module in RANDOM_MODULES or name.split(".")[0] in RANDOM_MODULES:
        scope.fail("S317", node, f"`{name}` would make a step depend on chance or time", *CHANCE)
    general = "call helpers of the spec, functions of your module, any, all, sum, len, min, max"
    known = getattr(function, "__name__", "")
    reason, help_ = REFUSED.get(known, ("", "")) if getattr(builtins, known, None) is function else ("", "")
    scope.fail("S318", node, f"`{name}` is outside the language", reason or "not understood", help_ or general)


def refuse_module(scope: Scope, node: ast.Attribute) -> None:
    """Raise Mistake for a part of a module of Python's library that is not imported: importing it helps nobody."""
    if not isinstance(node.value, ast.Name) or node.value.id in ("this", *scope.names):
        return
    name = node.value.id
    if scope.python_object(node.value) is not MISSING or (scope.function.object, name) in scope.context.lost:
        return
    if name in RANDOM_MODULES:
        scope.fail("S317", node, f"`{name}` would make a step depend on chance or time", *CHANCE)
    if name in (*sys.stdlib_module_names, "logger"):
        scope.fail("S318", node, f"`{name}` is outside the language", "a module of Python", LIBRARY)


def refuse_attribute(scope: Scope, node: ast.Attribute) -> None:
    """Raise Mistake where `module.name` is a Python object and no value, such as `os.environ` and `math.inf`."""
    owner, found = scope.python_object(node.value), scope.python_object(node)
    if isinstance(owner, ModuleType) and not isinstance(found, type | ModuleType):
        name = ast.unparse(node)
        if owner.__name__ in RANDOM_MODULES:
            scope.fail("S317", node, f"`{name}` would make a step depend on chance or time", *CHANCE)
        help_ = "constants are bools, integers, enum members, sort members and records"
        scope.fail("S106", node, f"`{name}` is no value of the language", f"a {type(found).__name__}", help_)


def is_foreign(function: object) -> bool:
    """Whether a function or class belongs to Python's library or to the language: its source is none of a spec."""
    module = _module_of(function)
    if isinstance(function, FunctionType) and module.startswith(LANGUAGE):
        return True
    top = module.partition(".")[0]
    return top in FOREIGN_MODULES or (top in sys.stdlib_module_names and _is_of_python(sys.modules.get(top)))


def is_of_chance(function: object) -> bool:
    """Whether what a function gives differs from one run of Python to the next."""
    is_of_memory = function is hash or function is id
    return function is not None and (is_of_memory or _module_of(function).partition(".")[0] in RANDOM_MODULES)


def _is_of_python(module: ModuleType | None) -> bool:
    """Whether a module with the name of one of Python's is that one, and no file of an author."""
    from sysconfig import get_path  # noqa: PLC0415 - few specs name a module of chance

    file = getattr(module, "__file__", None)
    return file is None or Path(file).is_relative_to(get_path("stdlib"))


def _module_of(function: object) -> str:
    """The module of a function, a class, or a method that is bound to a class or an object."""
    owner = getattr(function, "__self__", None)
    if owner is None or isinstance(owner, ModuleType):
        return str(getattr(function, "__module__", None) or getattr(owner, "__name__", ""))
    return str((owner if isinstance(owner, type) else type(owner)).__module__)
