"""The source of a machine: a module whose spec behaves as the machine does.

Written are the forms of the language that mean a node at its place. A node that none means there becomes a call of a
function of `machine_vocabulary`, so that such a source runs as plain Python only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import machine_vocabulary
from unparse_expressions import Writer, annotation, free_locals, is_read, value_text

from indoubt.explorer.ir.expressions import Arithmetic, Bounded, Combine, Expr, Let, Literal, Remove, SetLiteral, Size
from indoubt.explorer.ir.machine import Action, Machine, Property, Temporal, View
from indoubt.explorer.ir.sequences import BagChange, Capped, Concat, RemoveAt, SeqLiteral, Slice
from indoubt.explorer.ir.statements import (
    Assert,
    Assign,
    Bind,
    Block,
    ForEach,
    Require,
    Return,
    Statement,
    When,
)
from indoubt.explorer.ir.values import decode
from indoubt.specs.language.types import BagType, SeqType, SetType, type_text
from indoubt.specs.language.universe import Universe, within

HEADER = f"""
from __future__ import annotations
from machine_vocabulary import {", ".join(machine_vocabulary.__all__)}


class Random(Spec):
"""
INDENT = "    "


def source_of(machine: Machine) -> str:
    """The text of a module with the spec `Random`."""
    with within(Universe(machine.sizes)):
        writer = _Module()
        lines: list[str] = []
        for variable in machine.variables:
            value = ""
            if isinstance(variable.value, Literal):  # a constant: no run has chosen the sizes yet
                value = f" = {value_text(decode(variable.value.value, variable.type))}"
            lines.append(f"{variable.name}: {type_text(variable.type)}{value}")
        for kind, actions in (("initial", machine.initial), ("action", machine.actions)):
            for action in actions:
                lines += writer.method(kind, action)
        for one in (*machine.properties, *machine.constraints):
            lines += writer.property(one)
        for view in machine.views:
            lines += writer.view(view)
        for temporal in machine.temporal:
            lines += writer.temporal(temporal)
        return HEADER + "\n".join(INDENT + line if line else "" for line in [*lines, *writer.helpers]) + "\n"


class _Module(Writer):
    """Writes the methods of the spec, and the helpers that they need."""

    is_set = False

    def method(self, kind: str, action: Action) -> list[str]:
        """An action or initial method."""
        self.is_set = kind == "action"  # in `@initial`, there may be nothing to clear yet
        decorator = f"@{kind}"
        if action.fault is not None or action.by is not None:
            decorator += f"(fault={'None' if action.fault is None else action.fault}, by={action.by!r})"
        parameters = "".join(f", {choice.local.name}: {type_text(choice.range)}" for choice in action.choices)
        found = [
            f"require({choice.local.name} in {self.text(choice.among)})"
            for choice in action.choices
            if choice.among is not None
        ]
        lines = [*found, *self.block(action.body)]
        return ["", decorator, f"def {action.name}(self{parameters}) -> None:", *_indented(lines)]

    def property(self, one: Property) -> list[str]:
        """A property or constraint; what it names first stands in statements of its own."""
        after = ", after: Self" if one.kind == "step_invariant" else ""
        lines: list[str] = []
        condition = one.condition
        while isinstance(condition, Let):
            lines.append(f"{condition.local.name} = {self.text(condition.value)}")
            condition = condition.body
        lines.append(f"return {self.text(condition)}")
        return ["", f"@{one.kind}", f"def {one.name}(self{after}) -> bool:", *_indented(lines)]

    def view(self, one: View) -> list[str]:
        """A view."""
        parts = ", ".join(map(self.text, one.parts))
        return ["", "@view", f"def {one.name}(self) -> object:", f"    return ({parts})"]

    def temporal(self, one: Temporal) -> list[str]:
        """A property of runs."""
        parameters = "".join(f", {choice.local.name}: {type_text(choice.range)}" for choice in one.choices)
        value, result = self.text(one.goal), "bool"
        if one.kind == "leads_to":
            value, result = f"{self.text(one.trigger)}, {value}", "tuple[bool, bool]"
        return ["", f"@{one.kind}", f"def {one.name}(self{parameters}) -> {result}:", f"    return {value}"]

    def block(self, body: Sequence[Statement]) -> list[str]:
        """The lines of some statements."""
        return [line for statement in body for line in self.statement(statement)] or ["pass"]

    def statement(self, statement: Statement) -> list[str]:
        """The lines of a statement."""
        match statement:
            case Require(condition):
                return [f"require({self.text(condition)})"]
            case Assert(condition):
                return [f"assert {self.text(condition)}"]
            case Bind(local, value):
                return [f"{local.name} = {self.owned(value)}"]
            case Assign():
                return [self.write(statement)]
            case When(condition, then, otherwise):
                lines = [f"if {self.text(condition)}:", *_indented(self.block(then))]
                return lines + (["else:", *_indented(self.block(otherwise))] if otherwise else [])
            case ForEach(local, domain, inner):
                return [f"for {local.name} in {self.domain(domain)}:", *_indented(self.block(inner))]
            case Block(inner):
                return [self.effect(inner)]
            case Return():
                return ["return"]
            case _:
                assert_never(statement)

    def effect(self, body: Sequence[Statement]) -> str:
        """A call of a helper without a result, whose parameters are the locals that it reads."""
        name = self.fresh_name()
        free = free_locals(body)
        parameters = "".join(f", {local.name}: {annotation(local.type)}" for local in free)
        self.helpers += ["", f"def {name}(self{parameters}) -> None:", *_indented(self.block(body))]
        return f"self.{name}({', '.join(local.name for local in free)})"

    def write(self, statement: Assign) -> str:
        """An assignment, or a change in place."""
        target, value = statement.target, statement.value
        place = f"self.{target.variable}" + "".join(f"[{self.text(key)}]" for key in target.path)
        if isinstance(value, Bounded | Capped):  # what a spec stores is checked where it is stored
            value = value.value
        match value:
            case Combine("|", now, SetLiteral([element])) if is_read(now, target):
                return f"{place}.add({self.text(element)})"
            case Combine("-", now, SetLiteral([element])) if is_read(now, target):
                return f"{place}.discard({self.text(element)})"
            case Combine(operator, now, more) if is_read(now, target):
                return f"{place} {operator}= {self.text(more)}"
            case Remove(now, element) if is_read(now, target):
                return f"{place}.remove({self.text(element)})"
            case Concat(now, SeqLiteral([element])) if is_read(now, target):
                return f"{place}.append({self.text(element)})"
            case Slice(now, Literal(0), stop) if stop is not None and is_read(now, target):
                return f"{place}.truncate({self.text(stop)})" if _is_count(stop) else f"{place} = {self.text(value)}"
            case RemoveAt(now, Literal(0)) if is_read(now, target):
                return f"{place}.pop_first()"
            case RemoveAt(now, Arithmetic("-", Size(items), Literal(1))) if items == now and is_read(now, target):
                return f"{place}.pop_last()"
            case RemoveAt(now, index) if is_read(now, target):
                return f"{place}.remove_at({self.text(index)})"
            case BagChange(operator, now, element) if is_read(now, target):
                return f"{place}.{operator}({self.text(element)})"
            case Literal(contents, SetType() | SeqType() | BagType()) if self.is_set and not contents:
                return f"{place}.clear()"
            case _:
                return f"{place} = {self.text(value)}"


def _is_count(stop: Expr) -> bool:
    """Whether `stop` is never negative: a slice counts such an end from behind, `.truncate` takes it for 0."""
    return getattr(stop.type, "low", -1) >= 0


def _indented(lines: Sequence[str]) -> list[str]:
    return [INDENT + line for line in lines]
