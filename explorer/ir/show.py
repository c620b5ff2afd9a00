"""The printed form of a machine: one syntax for `indoubt show`, for golden files and for reports of defects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from indoubt.explorer.ir.expressions import (
    And,
    Arithmetic,
    Below,
    Bounded,
    Collect,
    Combine,
    Conditional,
    Construct,
    Contains,
    Equal,
    Exists,
    Expr,
    Field,
    Fold,
    ForAll,
    IsA,
    Let,
    Literal,
    Load,
    Local,
    Lookup,
    Members,
    Narrow,
    Neighbour,
    Not,
    Or,
    Range,
    Remove,
    SetLiteral,
    Size,
    Subset,
    Subsets,
    Tabulate,
    Widen,
)
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.sequences import (
    BagChange,
    Capped,
    Concat,
    Element,
    IsPrefix,
    Occurrences,
    RemoveAt,
    SeqLiteral,
    Slice,
)
from indoubt.explorer.ir.statements import (
    Assert,
    Assign,
    Bind,
    Block,
    ForEach,
    Require,
    Return,
    Statement,
    Target,
    When,
)
from indoubt.explorer.ir.types import AnyType, ListType
from indoubt.explorer.ir.values import decode
from indoubt.specs.language.display import show as show_value
from indoubt.specs.language.types import type_text
from indoubt.specs.language.universe import Universe, within


def shown(machine: Machine) -> str:
    """A machine as text, without a final newline."""
    with within(Universe(machine.sizes)):
        lines = [f"machine {machine.name} " + " ".join(f"{name}={size}" for name, size in machine.sizes.items()), ""]
        for variable in machine.variables:
            value = "" if variable.value is None else f" = {expression(variable.value)}"
            lines.append(f"var {variable.name}: {type_text(variable.type)}{value}")
        for kind, actions in (("initial", machine.initial), ("action", machine.actions)):
            for action in actions:
                lines += ["", *_action(kind, action)]
        for one in machine.properties:
            lines += ["", f"{one.kind} {one.name}:", f"    {expression(one.condition)}"]
        for promise in machine.temporal:
            over = ", ".join(f"{one.local.name}: {type_text(one.range)}" for one in promise.choices)
            trigger = [f"    when {expression(promise.trigger)}"] if promise.kind == "leads_to" else []
            lines += ["", f"{promise.kind} {promise.name}({over}):", *trigger, f"    {expression(promise.goal)}"]
        for one in machine.constraints:
            lines += ["", f"constraint {one.name}:", f"    {expression(one.condition)}"]
        for view in machine.views:
            lines += ["", f"view {view.name}:", f"    {_comma(view.parts)}"]
    return "\n".join(lines)


def expression(expr: Expr) -> str:
    """An expression as text; needs the universe of its sorts."""
    match expr:
        case Literal(value, type_):
            return str(value) if isinstance(type_, ListType) else show_value(decode(value, type_))
        case Load(name, _, after):
            return f"{name}'" if after else name
        case Local(name):
            return name
        case Field(record, name):
            return f"{expression(record)}.{name}"
        case Lookup(table, key):
            return f"{expression(table)}[{expression(key)}]"
        case Construct(type_, fields):
            return f"{type_.cls.__name__}({_comma(fields)})"
        case Tabulate(key, body):
            return f"{{{key.name}: {expression(body)} for {key.name} in {_type(key.type)}}}"
        case SetLiteral(elements):
            return f"{{{_comma(elements)}}}"
        case Members(type_):
            return type_text(type_.element)
        case Widen(value, type_):
            return f"({expression(value)} as {type_text(type_)})"
        case Narrow(value, type_):
            return f"({expression(value)} narrowed to {type_text(type_)})"
        case IsA(value, alternative):
            return f"({expression(value)} is a {type_text(alternative)})"
        case Not(operand):
            return f"not {expression(operand)}"
        case And(operands):
            return "(" + " and ".join(map(expression, operands)) + ")"
        case Or(operands):
            return "(" + " or ".join(map(expression, operands)) + ")"
        case Conditional(condition, then, otherwise):
            return f"({expression(then)} if {expression(condition)} else {expression(otherwise)})"
        case Equal(left, right):
            return f"({expression(left)} == {expression(right)})"
        case Below(left, right):
            return f"({expression(left)} < {expression(right)})"
        case Contains(element, collection):
            return f"({expression(element)} in {expression(collection)})"
        case Subset(left, right):
            return f"({expression(left)} subset of {expression(right)})"
        case Arithmetic(operator, left, right) | Combine(operator, left, right):
            return f"({expression(left)} {operator} {expression(right)})"
        case Subsets(collection):
            return f"subsets({expression(collection)})"
        case Remove(collection, element):
            return f"({expression(collection)} without {expression(element)})"
        case Bounded(value, _, type_):
            return f"({expression(value)} within {type_text(type_)})"
        case Neighbour(value, offset):
            return f"{expression(value)}.{'next' if offset > 0 else 'prev'}()"
        case Size(collection):
            return f"len({expression(collection)})"
        case Exists(local, domain, body):
            return f"any({expression(body)} for {local.name} in {expression(domain)})"
        case ForAll(local, domain, body):
            return f"all({expression(body)} for {local.name} in {expression(domain)})"
        case Collect(element, generators, type_):
            clauses = " ".join(
                f"for {one.local.name} in {expression(one.domain)} if {expression(one.condition)}" for one in generators
            )
            opening, closing = "[]" if isinstance(type_, ListType) else "{}"
            return f"{opening}{expression(element)} {clauses}{closing}"
        case SeqLiteral(elements):
            return f"<{_comma(elements)}>"
        case Element(sequence, index):
            return f"{expression(sequence)}[{expression(index)}]"
        case Slice(sequence, start, stop):
            ends = ["" if end is None else expression(end) for end in (start, stop)]
            return f"{expression(sequence)}[{':'.join(ends)}]"
        case Concat(left, right):
            return f"({expression(left)} + {expression(right)})"
        case RemoveAt(sequence, index):
            return f"({expression(sequence)} without index {expression(index)})"
        case IsPrefix(left, right):
            return f"({expression(left)} prefix of {expression(right)})"
        case Occurrences(collection, element):
            return f"({expression(collection)} count {expression(element)})"
        case Range(start, stop):
            return f"range({expression(start)}, {expression(stop)})"
        case BagChange(operator, bag, element):
            return f"({expression(bag)} {operator} {expression(element)})"
        case Capped(value, bound, capacity):
            return f"({expression(value)} up to {bound}={capacity})"
        case Fold(kind, collection):
            return f"{kind}({expression(collection)})"
        case Let(local, value, body):
            return f"(let {local.name} = {expression(value)} in {expression(body)})"
        case _:
            assert_never(expr)


def _action(kind: str, action: Action) -> list[str]:
    choices = [
        f"{choice.local.name}: {type_text(choice.range)}"
        + ("" if choice.among is None else f" in {expression(choice.among)}")
        for choice in action.choices
    ]
    return [f"{kind} {action.name}({', '.join(choices)}):", *_body(action.body, 1)]


def _body(body: tuple[Statement, ...], depth: int) -> list[str]:
    lines = [line for statement in body for line in _statement(statement, depth)]
    return lines or ["    " * depth + "pass"]


def _statement(statement: Statement, depth: int) -> list[str]:
    indent = "    " * depth
    match statement:
        case Require(condition):
            return [f"{indent}require {expression(condition)}"]
        case Assign(target, value):
            return [f"{indent}{_target(target)} := {expression(value)}"]
        case Bind(local, value):
            return [f"{indent}let {local.name} = {expression(value)}"]
        case When(condition, then, otherwise):
            lines = [f"{indent}if {expression(condition)}:", *_body(then, depth + 1)]
            return lines + ([f"{indent}else:", *_body(otherwise, depth + 1)] if otherwise else [])
        case ForEach(local, domain, body):
            return [f"{indent}for {local.name} in {expression(domain)}:", *_body(body, depth + 1)]
        case Block(body):
            return [f"{indent}block:", *_body(body, depth + 1)]
        case Assert(condition, name, _):
            return [f"{indent}assert {expression(condition)}  # {name}"]
        case Return():
            return [f"{indent}return"]
        case _:
            assert_never(statement)


def _target(target: Target) -> str:
    return target.variable + "".join(f"[{expression(key)}]" for key in target.path)


def _comma(parts: Iterable[Any]) -> str:
    return ", ".join(map(expression, parts))


def _type(type_: AnyType) -> str:
    return f"list[{type_text(type_.element)}]" if isinstance(type_, ListType) else type_text(type_)
