"""From a theorem in Python to conditions on sizes: what is assumed, and what is claimed.

The language is small: integers with `+`, `-`, `*` and `//` by a constant, `len` of sets, `&`, `|`, `-` and `^` of sets,
comparisons, `and`, `or`, `not`, `require(...)`, local names, and functions of one `return`. Everything else is a
located error with the edit that mends it; all errors of a theorem are told at once.
"""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any, NoReturn

from indoubt.explorer.frontend.diagnostics import Diagnostic, Mistake, SpecError
from indoubt.explorer.frontend.source import Function, function_source, header_span, span_of
from indoubt.invariants.quorums.arithmetic import (
    NODES,
    All,
    Condition,
    Floor,
    Formula,
    Linear,
    Monomial,
    Number,
    Relation,
    Size,
    Some,
    Weight,
    conditions_of,
    linear,
    number,
)
from indoubt.invariants.quorums.regions import Regions, measured
from indoubt.invariants.quorums.stated import ALL_NODES, Nodes, PositiveWeights, Theorem, Weights
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.guards import require

MOST_SETS = 5
"""Venn regions double with every set."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Sets, numbers and weights that meet `given` also meet `goal`.

    With `some`, there are sets and numbers of these names that meet it.
    """

    name: str
    sets: tuple[str, ...]
    numbers: tuple[str, ...]
    given: tuple[Formula, ...]
    goal: Formula
    weights: str = ""
    """The parameter that gives nodes their weights, if there is one."""
    least_weight: int = 0
    some: tuple[str, ...] = ()


Value = Linear | Regions | All | Some | Condition | Weights
RELATIONS: dict[type[ast.cmpop], Relation] = {
    ast.GtE: Relation.AT_LEAST,
    ast.Gt: Relation.MORE_THAN,
    ast.LtE: Relation.AT_MOST,
    ast.Lt: Relation.LESS_THAN,
    ast.Eq: Relation.EQUAL,
    ast.NotEq: Relation.UNEQUAL,
}
FORMS = "write sums and `len` of sets, compared with `<=`, `<`, `==`, and joined with `and`, `or`, `not`"


class _Told(Exception):
    """An expression has a part without a meaning, of which a mistake has been told already."""


def lowered(theorem: Theorem) -> Claim:
    """What a theorem assumes and claims. Raises SpecError with every mistake of its source."""
    lowering = _Lowering(theorem)
    claim = lowering.claim()
    if lowering.mistakes or claim is None:
        raise SpecError(lowering.mistakes)
    return claim


def stated(claim: Claim) -> str:
    """What a claim says, in formulas: for a theorem that has no words for it."""
    said = f"there are {', '.join(claim.some)} with {claim.goal}" if claim.some else str(claim.goal)
    return f"{said}, if {' and '.join(map(str, claim.given))}" if claim.given else said


class _Lowering:
    """The names of one theorem and what they stand for; collects its mistakes."""

    def __init__(self, theorem: Theorem) -> None:
        self.theorem = theorem
        source = function_source(theorem.function)
        self.source: Function = source
        self.mistakes: list[Diagnostic] = []
        self.names: dict[str, Value] = {}
        self.calls: list[FunctionType] = []
        self.unknown: list[str] = []
        """Parameters that have been refused; what is made of them is not told again."""
        self.sets: list[str] = []
        self.numbers: list[str] = []
        self.weights, self.least_weight = "", 0

    def claim(self) -> Claim | None:
        self._parameters()
        given: list[Formula] = []
        goal: Formula | None = None
        for statement in self.source.tree.body:
            try:
                if goal is not None:
                    self.fail(
                        "S703", statement, "nothing follows the claim", "after `return`", "delete it, or move it up"
                    )
                match statement:
                    case ast.Expr(ast.Constant(str())) | ast.Pass():
                        pass
                    case ast.Expr(ast.Call(ast.Name(name), [condition])) if self._global(name) is require:
                        given.append(self.formula(condition))
                    case ast.Assign([ast.Name(name)], value):
                        self.names[name] = self.value(value)
                    case ast.Return(ast.expr() as value):
                        goal = self.formula(value)
                    case _:
                        help_ = (
                            "write `require(...)` for what is assumed, `name = ...`, or `return` for what is claimed"
                        )
                        self.fail("S703", statement, "this statement is no part of a theorem", "not understood", help_)
            except (Mistake, _Told) as mistake:
                self.mistakes += [mistake.diagnostic] if isinstance(mistake, Mistake) else []
                if isinstance(statement, ast.Return):
                    goal = All(())
        if goal is None:
            span = header_span(self.source.tree, self.source.file)
            help_ = "end it with `return` and a condition, as in `return len(A & B) >= 1`"
            self.mistakes.append(Diagnostic("S703", "this theorem claims nothing", span, "no `return`", help_))
            return None
        some = self.theorem.some
        unknown = [one for one in some if one not in (*self.sets, *self.numbers)]
        if unknown or (some and not set(self.sets) <= set(some)):
            span = header_span(self.source.tree, self.source.file)
            title = f"`some` names {', '.join(some)}; it has to name parameters, and every set"
            has = ", ".join([*self.sets, *self.numbers])
            self.mistakes.append(Diagnostic("S703", title, span, f"its sets and numbers are {has}", "mend `some`"))
        assumed = [one for one in given if not _mentions(one, some)]
        claimed = All((*(one for one in given if _mentions(one, some)), goal)) if len(assumed) < len(given) else goal
        return Claim(
            self.theorem.name,
            tuple(self.sets),
            tuple(self.numbers),
            tuple(assumed),
            claimed,
            self.weights,
            self.least_weight,
            some,
        )

    def fail(self, code: str, node: ast.AST, title: str, label: str, help_: str) -> NoReturn:
        raise Mistake(Diagnostic(code, title, span_of(node, self.source.file), label, help_))

    def _parameters(self) -> None:
        function, arguments = self.source.object, self.source.tree.args
        hints = {name: _evaluated(one, function) for name, one in function.__annotations__.items()}
        odd = [*arguments.kwonlyargs, *arguments.posonlyargs, arguments.vararg, arguments.kwarg, *arguments.defaults]
        wrong = next((one for one in odd if one is not None), None)
        if wrong is not None:
            span = span_of(wrong, self.source.file)
            title = "the parameters of a theorem are plain names with types"
            self.mistakes.append(Diagnostic("S702", title, span, "not plain", "write `name: Nodes` or `name: int`"))
        for argument in arguments.args:
            match hints.get(argument.arg):
                case hint if hint == Nodes:
                    self.sets.append(argument.arg)
                case hint if hint is int:
                    is_all = argument.arg == ALL_NODES
                    self.names[argument.arg] = NODES if is_all else number(argument.arg)
                    self.numbers += [] if is_all else [argument.arg]
                case hint if isinstance(hint, type) and issubclass(hint, Weights) and not self.weights:
                    self.names[argument.arg] = Weights({})
                    self.weights, self.least_weight = argument.arg, PositiveWeights.least * (hint is PositiveWeights)
                case _:
                    title = f"parameter `{argument.arg}` has no type that theorems know"
                    help_ = "write `Nodes` for a set of nodes, `int` for a number, or once `Weights`"
                    span = span_of(argument, self.source.file)
                    self.mistakes.append(Diagnostic("S702", title, span, "neither set nor number", help_))
                    self.unknown.append(argument.arg)
        if len(self.sets) > MOST_SETS:
            span = header_span(self.source.tree, self.source.file)
            title = f"a theorem has at most {MOST_SETS} sets, and this one has {len(self.sets)}"
            self.mistakes.append(Diagnostic("S702", title, span, "too many", "split it into theorems about fewer sets"))
            self.unknown += self.sets[MOST_SETS:]
            del self.sets[MOST_SETS:]
        self.names |= {name: Regions.of(name, self.sets) for name in self.sets}

    def _global(self, name: str) -> Any:
        return self.source.object.__globals__.get(name)

    def value(self, node: ast.expr) -> Value:
        """What an expression stands for."""
        match node:
            case ast.Constant(bool() as truth):
                return All(()) if truth else Some(())
            case ast.Constant(int() as literal):
                return linear(literal)
            case ast.Name(name):
                return self._name(node, name)
            case ast.BinOp(left, operator, right):
                return self._operation(node, self.value(left), operator, self.value(right))
            case ast.UnaryOp(ast.USub(), operand):
                return -1 * self._sum(operand)
            case ast.UnaryOp(ast.Not(), operand):
                return self.formula(operand).negated
            case ast.BoolOp(operator, values):
                parts = tuple(map(self.formula, values))
                return All(parts) if isinstance(operator, ast.And) else Some(parts)
            case ast.Compare(left, operators, rights):
                return self._comparison(node, left, operators, rights)
            case ast.Call(function, arguments, []):
                return self._call(node, function, arguments)
            case _:
                self.fail("S701", node, "this form is outside the language of theorems", "not understood", FORMS)

    def formula(self, node: ast.expr) -> Formula:
        """A condition."""
        found = self.value(node)
        if isinstance(found, All | Some | Condition):
            return found
        what = "a number" if isinstance(found, Linear) else "a set" if isinstance(found, Regions) else "a weight"
        help_ = "compare it, as in `len(A) >= 1`"
        self.fail("S701", node, f"a condition is wanted, and this is {what}", "true or false?", help_)

    def _sum(self, node: ast.expr) -> Linear:
        found = self.value(node)
        if isinstance(found, Linear):
            return found
        help_ = "write `len(...)` of the set" if isinstance(found, Regions) else FORMS
        self.fail("S701", node, "a number is wanted here", "no number", help_)

    def _set(self, node: ast.expr) -> Regions:
        found = self.value(node)
        if isinstance(found, Regions):
            return found
        has = ", ".join(self.sets) or "none"
        self.fail("S701", node, "a set of nodes is wanted here", "no set", f"the sets of this theorem are: {has}")

    def _name(self, node: ast.expr, name: str) -> Value:
        if name in self.unknown:
            raise _Told
        if name in self.names:
            return self.names[name]
        outside = self._global(name)
        if isinstance(outside, int) and not isinstance(outside, bool):
            return linear(outside)
        help_ = f"the names of this theorem are: {', '.join(dict.fromkeys([*self.sets, *self.names])) or 'none'}"
        if name == ALL_NODES:
            help_ = "make it a parameter: `N: int` is the number of all nodes"
        self.fail("S701", node, f"theorems know no `{name}`", "not known here", help_)

    def _operation(self, node: ast.BinOp, left: Value, operator: ast.operator, right: Value) -> Value:
        match left, operator, right:
            case Regions(), ast.BitAnd(), Regions():
                return left & right
            case Regions(), ast.BitOr(), Regions():
                return left | right
            case Regions(), ast.Sub(), Regions():
                return left - right
            case Regions(), ast.BitXor(), Regions():
                return (left - right) | (right - left)
            case Linear(), ast.Add(), Linear():
                return left + right
            case Linear(), ast.Sub(), Linear():
                return left - right
            case Linear(), ast.Mult(), Linear():
                return left * right
            case Linear(), ast.FloorDiv(), Linear((), divisor) if divisor > 0:
                return left // divisor
            case Linear(), ast.FloorDiv() | ast.Div(), Linear():
                help_ = "write `//` and a positive number, or multiply both sides: `2 * len(A) > N`"
                self.fail(
                    "S701", node, "theorems divide by positive numbers only, and round down", "divided here", help_
                )
            case _:
                help_ = "numbers take `+`, `-`, `*` and `//`; sets take `&`, `|`, `-` and `^`"
                self.fail("S701", node, "this operation is outside the language of theorems", "not understood", help_)

    def _comparison(
        self, node: ast.Compare, left: ast.expr, operators: list[ast.cmpop], rights: list[ast.expr]
    ) -> Formula:
        parts: list[Formula] = []
        values = [self.value(left), *map(self.value, rights)]
        for one, operator, other in zip(values, operators, values[1:], strict=False):
            relation = RELATIONS.get(type(operator))
            match one, other:
                case Linear(), Linear() if relation is not None:
                    parts.append(Condition(one, relation, other))
                case Regions(), Regions() if relation in SUBSETS:
                    parts.append(_compared(one, relation, other))
                case _:
                    help_ = "compare two numbers, or two sets with `<=`, `>=`, `==`, `!=`"
                    self.fail("S701", node, "these two cannot be compared", "compared here", help_)
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _call(self, node: ast.Call, function: ast.expr, arguments: list[ast.expr]) -> Value:
        match function, arguments:
            case ast.Name("len"), [one]:
                return measured(self._set(one), Size)
            case ast.Attribute(one, "isdisjoint"), [other]:
                return Condition(measured(self._set(one) & self._set(other), Size), Relation.EQUAL, linear(0))
            case ast.Name(name), _ if isinstance(self.names.get(name), Weights):
                if not arguments:
                    return Linear(((1, (Weight(),)),))
                common = self._set(arguments[0])
                for other in arguments[1:]:
                    common &= self._set(other)
                return measured(common, Weight)
            case ast.Name(name), _ if isinstance(self._global(name), FunctionType):
                return self._helper(node, self._global(name), arguments)
            case _:
                called = ast.unparse(function)
                help_ = "there are `len(A)`, `A.isdisjoint(B)`, and functions of yours that are one `return`"
                self.fail("S701", node, f"theorems know no `{called}(...)`", "not known here", help_)

    def _helper(self, node: ast.Call, helper: FunctionType, arguments: list[ast.expr]) -> Value:
        source = function_source(helper)
        parameters = [one.arg for one in source.tree.args.args]
        body = [one for one in source.tree.body if not isinstance(one, ast.Expr)]
        match body:
            case [ast.Return(ast.expr() as result)] if len(parameters) == len(arguments):
                values = dict(zip(parameters, map(self.value, arguments), strict=True))
            case _:
                help_ = "write it as `def f(...): return ...`, and call it with all of its arguments"
                title = f"`{helper.__name__}` is not one `return`, or is called with other arguments"
                self.fail("S701", node, title, "called here", help_)
        outer, names = self.source, self.names
        if helper in self.calls:
            self.fail("S701", node, f"`{helper.__name__}` calls itself", "called here", "write it without recursion")
        self.source, self.names = source, values
        self.calls.append(helper)
        try:
            return self.value(result)
        finally:
            self.calls.pop()
            self.source, self.names = outer, names


SUBSETS = (Relation.AT_MOST, Relation.AT_LEAST, Relation.EQUAL, Relation.UNEQUAL)


def _compared(one: Regions, relation: Relation | None, other: Regions) -> Formula:
    """A subset, or equality, of two sets, as the emptiness of what is in one alone."""
    left = Condition(measured(one - other, Size), Relation.EQUAL, linear(0))
    right = Condition(measured(other - one, Size), Relation.EQUAL, linear(0))
    match relation:
        case Relation.AT_MOST:
            return left
        case Relation.AT_LEAST:
            return right
        case Relation.EQUAL:
            return All((left, right))
        case _:
            return All((left, right)).negated


def _evaluated(annotation: Any, function: FunctionType) -> Any:
    """The type that an annotation names; None where it names none."""
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, dict(function.__globals__))  # noqa: S307 - the author's own, in the author's own module
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the parameter has no type, and that is told
        return None


def _mentions(formula: Formula, names: tuple[str, ...]) -> bool:
    """Whether a formula speaks of a set or a number of these names."""

    def among(of: Monomial) -> bool:
        return any(
            any(map(among, (term for _, term in one.of.terms)))
            if isinstance(one, Floor)
            else one.name in names
            if isinstance(one, Number)
            else not names or bool(set(one.sets).intersection(names))
            for one in of
        )

    if not names:
        return False
    sides = [side for one in conditions_of(formula) for side in (one.left, one.right)]
    return any(among(of) for side in sides for _, of in side.terms)
