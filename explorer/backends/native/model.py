"""A machine as LLVM code: `expand`, `check` and `check_step`, linked with the kernels of the search.

`expand(state, context)` computes every successor of a packed state and hands each to the kernel `emit`; parameters are
chosen from left to right, and a guard is tested as soon as the parameters that it needs are chosen. A step that would
leave a bound sets a bit and is not taken; a spec that fails makes `expand` return 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from indoubt.explorer.backends.native.bits import TRUE, const
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.canon import Canon
from indoubt.explorer.backends.native.expressions import Expressions, Reason
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.looking import is_long, is_over_text
from indoubt.explorer.backends.native.packing import Packing, Unsupported
from indoubt.explorer.backends.native.planes import PICK
from indoubt.explorer.backends.native.seeing import ViewedLayout, see_text
from indoubt.explorer.backends.native.slots import Slots, TooFewSlots, first_slots
from indoubt.explorer.backends.native.steps import Steps
from indoubt.explorer.backends.native.temporal import OWE, FairSteps, judge_text
from indoubt.explorer.backends.native.variables import Variables
from indoubt.explorer.ir.expressions import And, Expr
from indoubt.explorer.ir.machine import Machine, Property
from indoubt.explorer.ir.symmetry import Symmetry
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import Type
from indoubt.specs.language.universe import Universe

MOST_PROPERTIES = 62
MOST_DROPS = 64
KERNELS = (("emit", "ptr, ptr"), ("emit_step", "ptr, ptr, i64"), ("broke", "ptr, i64"))
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
DROPS_COUNTED = """
define internal void @dropped(ptr %context, i64 %number, i64 %times) alwaysinline {
  %counts = load ptr, ptr %context
  %place = getelementptr i64, ptr %counts, i64 %number
  %before = load i64, ptr %place
  %after = add i64 %before, %times
  store i64 %after, ptr %place
  ret void
}
"""
"""Steps that drop a message are counted behind the actions, by the link."""
DROPS_NAMED = """
define internal void @dropped(ptr %context, i64 %number, i64 %times) alwaysinline {
  %field = getelementptr i8, ptr %context, i64 264
  %before = load i64, ptr %field
  %bit = shl i64 %times, %number
  %after = or i64 %before, %bit
  store i64 %after, ptr %field
  ret void
}
"""
"""`emit` finds a bit for each link in the context, for searches that do not take every choice."""
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
OVER = 1048
"""The place in the context of a search of the word that says when it is over."""
CHECKED_STEP = "ptr %state, ptr %after"
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
    run_properties: tuple[int, ...] = ()
    """The properties of whole runs that are checked, by their position."""
    fair: FairSteps | None = None
    """The steps that fairness may demand; None where runs are not judged."""
    abstract_words: int = 0
    """Words of the abstract state that a mapping computes; 0 where there is none."""
    blocks: tuple[int, ...] = ()
    """Of a symmetry: for each interchangeable member the place of the first of its block."""
    crowded: tuple[Type, ...] = ()
    """The types that what `expand` returns stands for, from FIRST_CROWDED on: a value had too few slots."""
    crowded_in_checks: tuple[Type, ...] = ()
    """The types of which a value may have had too few slots where a property cannot be computed."""
    drops: tuple[str, ...] = ()
    """The links on which a step may drop a message, since they are full."""
    is_long: bool = False
    """Whether `expand` looks at whether the search is over, and is broken off then."""


def model_of(
    machine: Machine,
    properties: frozenset[str] | None = None,
    constraints: frozenset[str] = frozenset(),
    *,
    took: str = COUNTED,
    over: int = OVER,
    slots: Slots | None = None,
    symmetry: Symmetry | None = None,
    view: int | None = None,
    mapping: Sequence[Expr] = (),
) -> Model:
    """The code of a machine that checks some of its properties, within some constraints.

    `took` is what becomes of the action of an enabled choice: COUNTED or NAMED; `over` is the place of a word in the
    context that says when the search is over; `symmetry` adds what the search needs to store one state of each orbit;
    `view` is the position of the view that tells states apart, and `mapping` computes the abstract state that a state
    stands for. Raises Unsupported, and TooFewSlots for `slots.with_enough` to mend.
    """
    slots = first_slots(machine) if slots is None else slots
    packing = Packing(Universe(machine.sizes), slots)
    layout = Layout(packing, machine.variables) if view is None else ViewedLayout(packing, machine, view)
    chosen = [
        position for position, one in enumerate(machine.properties) if properties is None or one.name in properties
    ]
    of_states = tuple(position for position in chosen if machine.properties[position].kind != "step_invariant")
    of_steps = tuple(position for position in chosen if machine.properties[position].kind == "step_invariant")
    if max(len(of_states), len(of_steps) + bool(mapping)) > MOST_PROPERTIES:
        raise Unsupported(f"more than {MOST_PROPERTIES} properties at once")
    of_runs = tuple(
        position for position, one in enumerate(machine.temporal) if properties is None or one.name in properties
    )
    fair = FairSteps(machine, layout.packing) if of_runs and not constraints else None
    checked = [machine.properties[position] for position in of_steps]
    is_counted = took == COUNTED
    steps = Steps(machine, layout, fair, checked if is_counted else (), len(machine.actions) if is_counted else 0)
    if not is_counted and len(steps.drops) > MOST_DROPS:
        raise Unsupported(f"more than {MOST_DROPS} classes of links that drop messages, in walks")
    within = [one for one in machine.constraints if one.name in constraints]
    checks = _Checks(layout)
    texts = [
        steps.text(),
        checks.text([machine.properties[position] for position in of_states], within, "check", "ptr %state"),
        checks.text(checked, [], "check_step", CHECKED_STEP),
    ]
    canon = None if symmetry is None else Canon(layout, symmetry)
    if canon is not None:
        texts.append(canon.text())
    if fair is not None:
        texts += [OWE, judge_text(layout, [machine.temporal[position] for position in of_runs], checks.crowded)]
    abstract_words = 0
    if mapping:
        text, abstract_words = see_text(layout, mapping, checks.crowded)
        texts.append(text)
    declared = "\n".join(sorted({line for text in texts for line in _intrinsics(text)}))
    lines = [line for text in texts for line in text.splitlines()]
    tables = dict.fromkeys(line for line in lines if line.startswith("@"))
    code = [line for line in lines if line not in tables]
    drops = [DROPS_COUNTED if is_counted else DROPS_NAMED] * bool(steps.drops)
    externals = "\n".join(f"declare void @{name}({types})" for name, types in KERNELS)
    return Model(
        machine,
        layout,
        "\n".join([externals, declared, took, *drops, is_over_text(over), REACHED, *tables, *code, ""]),
        of_states,
        of_steps,
        tuple(steps.bounds),
        tuple(steps.assertions),
        of_runs,
        fair,
        abstract_words,
        () if canon is None else tuple(canon.starts),
        tuple(steps.crowded),
        tuple(checks.crowded),
        tuple(steps.drops),
        is_long(machine, packing),
    )


class _Checks:
    """Writes `check` and `check_step`."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.crowded: dict[Type, None] = {}

    def text(self, properties: list[Property], constraints: list[Property], name: str, parameters: str) -> str:
        """A function that says, with a bit each, which properties are violated, or reached.

        In a state that the constraints do not admit nothing counts as reached.
        """
        builder = Builder()
        variables = Variables(builder, self._layout, "%state", "%after")

        def stop(reason: Reason) -> None:
            if isinstance(reason, TooFewSlots):
                self.crowded |= dict.fromkeys(reason.types)
            builder.leave(f"i64 {CANNOT - (1 << 64)}")

        expressions = Expressions(builder, self._layout.packing, variables.value, stop)
        found = builder.cell(64, const(0, 64))

        def note(bit: int, one: Property) -> None:
            truth = expressions.expression(one.condition)
            said = truth if one.kind == "reachable" else builder.binary("xor", truth, TRUE)
            shifted = builder.binary("shl", builder.resized(said, 64), const(bit, 64))
            builder.store(builder.binary("or", builder.load(found), shifted), found)

        admits = [one.condition for one in constraints]
        is_admitted = expressions.expression(And(tuple(admits))) if admits else TRUE
        for bit, one in enumerate(properties):
            if one.kind != "reachable":
                note(bit, one)
        with builder.when(builder.binary("xor", is_admitted, TRUE)):
            outside = builder.binary("or", builder.load(found), const(NOT_ADMITTED, 64))
            builder.leave(f"i64 {outside.text}")
        for bit, one in enumerate(properties):
            if one.kind == "reachable":
                note(bit, one)
        builder.leave(f"i64 {builder.load(found).text}")
        return builder.text(f"define i64 @{name}({parameters})")


def _intrinsics(text: str) -> list[str]:
    found: list[str] = []
    for line in text.splitlines():
        if "@llvm." in line:
            name = line.partition("@")[2].partition("(")[0]
            if name == PICK:
                found.append(f"declare i64 @{name}(i64, i64)")
                continue
            width = name.rpartition(".")[2]
            operands = f"{width}, i1" if "cttz" in name else width
            found.append(f"declare {width} @{name}({operands})")
    return found
