"""Calls that are refused: functions outside the language, each with what to write instead."""

from __future__ import annotations

import ast
import builtins
from typing import NoReturn

from indoubt.explorer.frontend.scope import Scope

RANDOM_MODULES = ("random", "time", "uuid", "secrets", "datetime", "_random", "os")
FOREIGN_MODULES = (*RANDOM_MODULES, "builtins", "math", "functools", "itertools", "operator", "copy", "collections")
PARAMETER = "make the member a parameter of the action, with `require(x in ...)`"
NAMED = "name the variable itself: `self.x`"

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
    "abs": ("not understood", "write `max(x, 0 - x)`"),
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
    module = str(getattr(function, "__module__", None) or type(getattr(function, "__self__", None)).__module__)
    if function in (hash, id):
        scope.fail(
            "S317",
            node,
            f"`{name}` differs from one run of Python to the next",
            "not determined by the state",
            "compare the values themselves: `a == b`",
        )
    if module in RANDOM_MODULES or name.split(".")[0] in RANDOM_MODULES:
        scope.fail(
            "S317",
            node,
            f"`{name}` would make a step depend on chance or time",
            "not determined by the state",
            "make it a parameter of the action: parameters are the nondeterminism that is explored",
        )
    general = "call helpers of the spec, functions of your module, any, all, sum, len, min, max"
    known = getattr(function, "__name__", "")
    reason, help_ = REFUSED.get(known, ("", "")) if getattr(builtins, known, None) is function else ("", "")
    scope.fail("S318", node, f"`{name}` is outside the language", reason or "not understood", help_ or general)


def is_foreign(function: object) -> bool:
    """Whether a function belongs to Python's own library, where its source is none of a spec."""
    return str(getattr(function, "__module__", "")).split(".")[0] in FOREIGN_MODULES
