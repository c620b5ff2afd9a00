"""A machine as LLVM code: `expand`, `check` and `check_step`, linked with the kernels of the search.

`expand(state, context)` computes every successor of a packed state and hands each to the kernel `emit`; parameters are
chosen from left to right, and a guard is tested as soon as the parameters that it needs are chosen. A step that would
leave a bound sets a bit and is not taken; a spec that fails makes `expand` return 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from indoubt.explorer.backends.native.builder import TRUE, Builder, const
from indoubt.explorer.backends.native.expressions import Expressions
from indoubt.explorer.backends.native.layout import Layout, Packing, Unsupported
from indoubt.explorer.backends.native.steps import Steps
from indoubt.explorer.backends.native.variables import Variables
from indoubt.explorer.ir.machine import Machine, Property
from indoubt.specs.language.universe import Universe

MOST_PROPERTIES = 62
KERNELS = (("emit", "ptr"), ("broke", "i64"))
"""What the search gives: what becomes of a successor, and of a step in which an assertion does not hold."""
COUNTED = """
define internal void @took(ptr %context, i64 %action) alwaysinline {
  %counts = load ptr, ptr %context
  %place = getelementptr i64, ptr %counts, i64 %action
  %before = load i64, ptr %place
  %after = add i64 %before, 1
  store i64 %after, ptr %place
  ret void
}
"""
"""Every enabled choice is counted, where the context of a worker has the address of the counters."""
NAMED = """
define internal void @took(ptr %context, i64 %action) alwaysinline {
  %field = getelementptr i8, ptr %context, i64 16
  store i64 %action, ptr %field
  ret void
}
"""
"""`emit` finds the action in the context, for searches that do not take every choice."""
REACHED = """
define internal void @reached(ptr %context, i64 %bound) alwaysinline {
  %field = getelementptr i8, ptr %context, i64 8
  %words = load ptr, ptr %field
  %number = lshr i64 %bound, 6
  %place = getelementptr i64, ptr %words, i64 %number
  %before = load i64, ptr %place
  %shift = and i64 %bound, 63
  %bit = shl i64 1, %shift
  %after = or i64 %before, %bit
  store i64 %after, ptr %place
  ret void
}
"""
"""Marks of bounds, where the context of a worker has their address."""
NOT_ADMITTED = 1 << 62
"""What `check` says of a state that a constraint does not admit."""
CANNOT = 1 << 63
"""What `check` says of a state in which a property cannot be computed."""


@dataclass(frozen=True)
class Model:
    """The code of a machine, and what its numbers mean."""

    machine: Machine
    layout: Layout
    text: str
    state_properties: tuple[int, ...]
    """The properties of states that are checked, by their position; a bit each."""
    step_properties: tuple[int, ...]
    bounds: tuple[tuple[str, str], ...]
    """The bound and the action that each bit of `bounds` stands for."""
    assertions: tuple[str, ...]


def model_of(
    machine: Machine,
    properties: frozenset[str] | None = None,
    constraints: frozenset[str] = frozenset(),
    *,
    took: str = COUNTED,
) -> Model:
    """The code of a machine that checks some of its properties, within some constraints. Raises Unsupported.

    `took` is what becomes of the action of an enabled choice: COUNTED or NAMED.
    """
    if machine.temporal and (properties is None or any(one.name in properties for one in machine.temporal)):
        raise Unsupported("properties of whole runs")
    layout = Layout(Packing(Universe(machine.sizes)), machine.variables)
    chosen = [
        position for position, one in enumerate(machine.properties) if properties is None or one.name in properties
    ]
    of_states = tuple(position for position in chosen if machine.properties[position].kind != "step_invariant")
    of_steps = tuple(position for position in chosen if machine.properties[position].kind == "step_invariant")
    if max(len(of_states), len(of_steps)) > MOST_PROPERTIES:
        raise Unsupported(f"more than {MOST_PROPERTIES} properties at once")
    steps = Steps(machine, layout)
    within = [one for one in machine.constraints if one.name in constraints]
    texts = [
        steps.text(),
        _check(layout, [machine.properties[position] for position in of_states], within, "check", "ptr %state"),
        _check(
            layout, [machine.properties[position] for position in of_steps], [], "check_step", "ptr %state, ptr %after"
        ),
    ]
    declared = "\n".join(sorted({line for text in texts for line in _intrinsics(text)}))
    externals = "\n".join(f"declare void @{name}(ptr, {type_})" for name, type_ in KERNELS)
    return Model(
        machine,
        layout,
        "\n".join([externals, declared, took, REACHED, *texts]),
        of_states,
        of_steps,
        tuple(steps.bounds),
        tuple(steps.assertions),
    )


def _check(layout: Layout, properties: list[Property], constraints: list[Property], name: str, parameters: str) -> str:
    """A function that says, with a bit each, which properties are violated, or reached.

    In a state that the constraints do not admit nothing counts as reached.
    """
    builder = Builder()
    variables = Variables(builder, layout, "%state", "%after")

    def stop(_bound: str | None) -> None:
        builder.leave(f"i64 {CANNOT - (1 << 64)}")

    expressions = Expressions(builder, layout.packing, variables.value, stop)
    found = builder.cell(64, const(0, 64))
    for bit, one in enumerate(properties):
        truth = expressions.expression(one.condition)
        said = truth if one.kind == "reachable" else builder.binary("xor", truth, TRUE)
        shifted = builder.binary("shl", builder.resized(said, 64), const(bit, 64))
        builder.store(builder.binary("or", builder.load(found), shifted), found)
    for constraint in constraints:
        with builder.when(builder.binary("xor", expressions.expression(constraint.condition), TRUE)):
            violated = sum(1 << bit for bit, one in enumerate(properties) if one.kind != "reachable")
            kept = builder.binary("and", builder.load(found), const(violated | NOT_ADMITTED, 64))
            builder.store(builder.binary("or", kept, const(NOT_ADMITTED, 64)), found)
    builder.leave(f"i64 {builder.load(found).text}")
    return builder.text(f"define i64 @{name}({parameters})")


def _intrinsics(text: str) -> list[str]:
    found: list[str] = []
    for line in text.splitlines():
        if "@llvm." in line:
            name = line.partition("@")[2].partition("(")[0]
            width = name.rpartition(".")[2]
            operands = f"{width}, i1" if "cttz" in name else width
            found.append(f"declare {width} @{name}({operands})")
    return found
