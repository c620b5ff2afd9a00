"""The actions of a machine as one LLVM function, `expand`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeVar

from indoubt.explorer.backends.guards import guards_by_level
from indoubt.explorer.backends.native.bits import FALSE, TRUE, Bits, Cell
from indoubt.explorer.backends.native.builder import Builder
from indoubt.explorer.backends.native.choosing import Choosing
from indoubt.explorer.backends.native.expressions import Expressions, Reason
from indoubt.explorer.backends.native.filters import conjuncts
from indoubt.explorer.backends.native.layout import Layout
from indoubt.explorer.backends.native.looking import has_many, leave_if_over
from indoubt.explorer.backends.native.loops import nodes_in
from indoubt.explorer.backends.native.seeing import ViewedLayout
from indoubt.explorer.backends.native.slots import FIRST_CROWDED, TooFewSlots
from indoubt.explorer.backends.native.temporal import FairSteps
from indoubt.explorer.backends.native.variables import Variables
from indoubt.explorer.ir.expressions import Expr, Load, Local
from indoubt.explorer.ir.machine import Action, Machine, Property
from indoubt.explorer.ir.statements import (
    DROPPED,
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
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.walk import drops_in, walk
from indoubt.specs.language.types import MapType, Type

T = TypeVar("T")
FAILS = 1
"""What `expand` returns where the spec fails."""


class Steps:
    """Writes `expand`; numbers the bounds and assertions as they come up."""

    def __init__(
        self,
        machine: Machine,
        layout: Layout,
        fair: FairSteps | None = None,
        checked: Sequence[Property] = (),
        first_drop: int = 0,
    ) -> None:
        """`fair` numbers the steps that fairness may demand, where runs are judged; `checked` are those of steps.

        `first_drop` is the number of the first link on which messages may be dropped.
        """
        self._machine, self._layout = machine, layout
        self.fair = fair
        self.checked = checked
        self.read = frozenset(
            part.variable for one in checked for part in walk(one.condition) if isinstance(part, Load)
        )
        """The variables that properties of steps read."""
        self.seen: dict[str, Expr] = layout.computed if isinstance(layout, ViewedLayout) else {}
        """What a view computes of a successor, by the names of the places that it has in a state."""
        self.drops = {
            link: first_drop + place for place, link in enumerate(drops_in(tuple(one.body for one in machine.actions)))
        }
        """The links on which messages may be dropped, with the number of each."""
        self.bounds: list[tuple[str, str]] = []
        self.assertions: list[str] = []
        self.crowded: list[Type] = []
        """The types of which a value may have more elements than slots."""

    def text(self) -> str:
        """The function. Raises Unsupported."""
        b = Builder()
        scratch = b.words(self._layout.words)
        for number, action in enumerate(self._machine.actions):
            _Step(self, b, self._layout, number, action, scratch).write()
        b.leave("i64 0")
        # No state changes while its successors are made.
        return b.text("define i64 @expand(ptr noalias readonly %state, ptr %context)")

    def bound(self, bound: str, action: Action) -> int:
        """The number of a bound that an action reaches."""
        return _numbered(self.bounds, (bound, action.name))

    def assertion(self, name: str) -> int:
        """The number of an assertion."""
        return _numbered(self.assertions, name)


def _numbered(known: list[T], item: T) -> int:
    if item not in known:
        known.append(item)
    return known.index(item)


class _Step:
    """Writes one action."""

    def __init__(
        self, owner: Steps, builder: Builder, layout: Layout, number: int, action: Action, scratch: str
    ) -> None:
        self._owner, self._b, self._layout = owner, builder, layout
        self._number, self._action, self._scratch = number, action, scratch
        self._variables = Variables(builder, layout, "%state")
        self._of = Expressions(builder, layout.packing, self._variables.value, self._stop)
        guards, self._body = guards_by_level(action)
        self._guards = [[part for one in at for part in conjuncts(one.condition)] for at in guards]
        """What has to hold, by how many parameters are chosen."""
        self._drops: dict[str, Cell] = {}
        """Of each link whether this step has dropped a message on it."""
        self._exit = ""
        self._end_of_block = ""
        self._depth = 0
        self._choosing = Choosing(self._of, nodes_in(action.body))
        self._has_many = has_many(action, layout.packing)

    def write(self) -> None:
        """The code for every choice of the parameters."""
        self._exit = self._b.fresh("next")
        self._level(0, self._guards[0])
        self._b.place(self._exit)

    def _stop(self, reason: Reason) -> None:
        """The step is not taken: a bound is reached, or `expand` ends with a code."""
        if reason is None:
            self._b.leave(f"i64 {FAILS}")
        elif isinstance(reason, TooFewSlots):
            self._b.leave(f"i64 {FIRST_CROWDED + _numbered(self._owner.crowded, reason.types[0])}")
        else:
            self._b.line(f"call void @reached(ptr %context, i64 {self._owner.bound(reason, self._action)})")
            self._b.jump(self._exit)

    def _level(self, level: int, guards: Sequence[Expr]) -> None:
        for guard in guards:
            self._demand(guard)
            if not self._b.is_open:  # it never holds
                return
        if level == len(self._action.choices):
            self._effect()
            return

        def chosen(left: Sequence[Expr]) -> None:
            outer, self._exit = self._exit, self._b.fresh("next")
            if self._has_many:
                leave_if_over(self._b)
            self._level(level + 1, left)
            self._b.place(self._exit)
            self._exit = outer

        self._choosing.each(self._action.choices[level], self._guards[level + 1], chosen)

    def _demand(self, condition: Expr) -> None:
        go, test = self._b.fresh("go"), self._of.expression(condition)
        self._b.branch(test, go, self._exit)
        if test.constant != 0:
            self._b.place(go)

    # ---- effects

    def _effect(self) -> None:
        b = self._b
        written = dict.fromkeys(part.target.variable for part in walk(self._body) if isinstance(part, Assign))
        cells = {name: b.cell(self._layout.widths[name]) for name in written}
        for name, cell in cells.items():
            b.store(self._variables.read(name, "%state"), cell)
        self._variables.cells = cells
        self._drops = {link: b.cell(1, FALSE) for link in drops_in(self._body)}
        done = b.fresh("done")
        self._end_of_block = done
        self._statements(self._body)
        b.place(done)
        seen = {name: self._seen(expr) for name, expr in self._owner.seen.items()}
        self._variables.store({name: b.load(cell) for name, cell in cells.items()} | seen, self._scratch)
        self._variables.cells = None
        b.line(f"call void @took(ptr %context, i64 {self._number})")
        for link, cell in self._drops.items():
            happened = b.resized(b.load(cell), 64)
            b.line(f"call void @dropped(ptr %context, i64 {self._owner.drops[link]}, i64 {happened.text})")
        if self._owner.fair is not None:
            step = self._owner.fair.number(b, self._action, self._of.expression, self._of.ordinal)
            b.line(f"call void @owe(ptr %context, i64 {step.text})")
        if self._owner.checked:
            found = b.result("i64 @check_step", f"ptr %state, ptr {self._after(written)}")
            b.line(f"call void @emit_step(ptr %context, ptr {self._scratch}, i64 {found})")
        else:
            b.line(f"call void @emit(ptr %context, ptr {self._scratch})")

    def _after(self, written: Iterable[str]) -> str:
        """A state that properties of steps take for the successor: this one where nothing that they read changes."""
        return "%state" if self._owner.read.isdisjoint(written) else self._scratch

    def _seen(self, expr: Expr) -> Bits:
        """What a view computes of the successor; a bound that it reaches is no reason to leave a step out."""
        of = Expressions(
            self._b,
            self._layout.packing,
            self._variables.value,
            lambda reason: self._stop(None if isinstance(reason, str) else reason),
        )
        return of.expression(expr)

    def _statements(self, body: tuple[Statement, ...]) -> None:
        for statement in body:
            self._statement(statement)

    def _inner(self, body: tuple[Statement, ...]) -> None:
        """Statements that are not always run, or more than once."""
        self._depth += 1
        self._statements(body)
        self._depth -= 1

    def _statement(self, statement: Statement) -> None:
        b, of = self._b, self._of
        match statement:
            case Require(condition):
                self._demand(condition)
            case Assign(target, value):
                new = of.as_type(value, target.type)
                cells = self._variables.cells
                assert cells is not None
                cell = cells[target.variable]
                keys = [self._key(*pair) for pair in zip(target.containers, target.path, strict=True)]
                b.store(self._replaced(b.load(cell), target, keys, new), cell)
            case Assert(condition, name):
                with b.when(b.binary("xor", of.expression(condition), TRUE)):
                    b.line(f"call void @broke(ptr %context, i64 {self._owner.assertion(name)})")
                    b.jump(self._exit)
            case Bind(local) if local.name.startswith(DROPPED):
                b.store(TRUE, self._drops[local.name.removeprefix(DROPPED)])
            case Bind(local, value):
                stays = not self._changes(local, value)
                of.bind_to(local, value, stays=stays, is_kept=self._depth > 0 or not stays)
            case When(condition, then, otherwise):
                self._when(of.expression(condition), then, otherwise)
            case ForEach(local, domain, body):
                of.loops.each(local, domain, lambda: self._inner(body), nodes_in(body))
            case Block(body):
                outer, self._end_of_block = self._end_of_block, b.fresh("end")
                self._inner(body)
                b.place(self._end_of_block)
                self._end_of_block = outer
            case Return():
                b.jump(self._end_of_block)

    def _when(self, test: Bits, then: tuple[Statement, ...], otherwise: tuple[Statement, ...]) -> None:
        b = self._b
        if test.constant is not None:
            self._statements(then if test.constant else otherwise)
            return
        yes, no, end = b.fresh("yes"), b.fresh("no"), b.fresh("end")
        b.branch(test, yes, no)
        for label, body in ((yes, then), (no, otherwise)):
            b.place(label)
            self._inner(body)
            if b.is_open:
                b.jump(end)
        b.place(end)

    def _changes(self, local: Local, value: Expr) -> bool:
        """Whether what a local is made of may change while it stands for it, or another thing is bound to it."""
        changing = self._changing
        if local.name in changing:
            return True
        return isinstance(local.type, ListType) and any(
            (part.variable if isinstance(part, Load) else part.name) in changing
            for part in walk(value)
            if isinstance(part, Load | Local)
        )

    @cached_property
    def _changing(self) -> set[str]:
        """The variables that are written, and the locals that are bound more than once, or in a loop."""
        parts = list(walk(self._body))
        bound = Counter(part.local.name for part in parts if isinstance(part, Bind))
        found = {part.target.variable for part in parts if isinstance(part, Assign)}
        found |= {part.local.name for part in parts if isinstance(part, ForEach)}
        return found | {name for name, count in bound.items() if count > 1}

    def _key(self, container: Type, key: Expr) -> Bits:
        """The place of a key in a map, or an index as a number."""
        if isinstance(container, MapType):
            return self._of.place(container, key)
        return self._of.number(self._of.expression(key), key.type)

    def _replaced(self, whole: Bits, target: Target, keys: Sequence[Bits], new: Bits) -> Bits:
        """A map or sequence with another value at the end of a path of keys."""
        depth = len(target.path) - len(keys)
        if not keys:
            return new
        b, of, container = self._b, self._of, target.containers[depth]
        if isinstance(container, MapType):
            inner = b.part_at(whole, keys[0], of.width(container.value))
            return b.with_part(whole, keys[0], self._replaced(inner, target, keys[1:], new))
        shape = of.packing.shape(container)
        place = of.sequences.place(whole, shape, keys[0], target.path[depth])
        inner = of.slotted.element(whole, shape, place)
        return of.slotted.replaced(whole, shape, place, self._replaced(inner, target, keys[1:], new))
