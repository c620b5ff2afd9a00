"""The actions of a machine as one LLVM function, `expand`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from indoubt.explorer.backends.guards import guards_by_level
from indoubt.explorer.backends.native.builder import TRUE, Bits, Builder, const
from indoubt.explorer.backends.native.expressions import Expressions
from indoubt.explorer.backends.native.layout import Layout, Unsupported, plain
from indoubt.explorer.backends.native.variables import Variables
from indoubt.explorer.ir.expressions import Expr, IsA, Local, Narrow
from indoubt.explorer.ir.machine import Action, Choice, Machine
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
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.walk import walk
from indoubt.specs.language.types import MapType, SetType, Type, UnionType

MOST_CHOICES = 1 << 24
"""A parameter with more values is not enumerated."""


class Steps:
    """Writes `expand`; numbers the bounds and assertions as they come up."""

    def __init__(self, machine: Machine, layout: Layout) -> None:
        self._machine, self._layout = machine, layout
        self.bounds: list[tuple[str, str]] = []
        self.assertions: list[str] = []

    def text(self) -> str:
        """The function. Raises Unsupported."""
        b = Builder()
        scratch = b.words(self._layout.words)
        for number, action in enumerate(self._machine.actions):
            _Step(self, b, self._layout, number, action, scratch).write()
        b.leave("i64 0")
        return b.text("define i64 @expand(ptr %state, ptr %context)")

    def bound(self, bound: str, action: Action) -> int:
        """The number of a bound that an action reaches."""
        return _numbered(self.bounds, (bound, action.name))

    def assertion(self, name: str) -> int:
        """The number of an assertion."""
        return _numbered(self.assertions, name)


def _numbered(known: list[object] | list[tuple[str, str]] | list[str], item: object) -> int:
    if item not in known:
        known.append(item)  # type: ignore[arg-type]  # each list holds one kind of items
    return known.index(item)  # type: ignore[arg-type]


class _Step:
    """Writes one action."""

    def __init__(
        self, owner: Steps, builder: Builder, layout: Layout, number: int, action: Action, scratch: str
    ) -> None:
        self._owner, self._b, self._layout = owner, builder, layout
        self._number, self._action, self._scratch = number, action, scratch
        self._variables = Variables(builder, layout, "%state")
        self._of = Expressions(builder, layout.packing, self._variables.value, self._stop)
        self._guards, self._body = guards_by_level(action)
        self._exit = ""
        self._end_of_block = ""

    def write(self) -> None:
        """The code for every choice of the parameters."""
        self._exit = self._b.fresh("next")
        self._level(0)
        self._b.place(self._exit)

    def _stop(self, bound: str | None) -> None:
        """The step is not taken: a bound is reached; or the spec fails here."""
        if bound is None:
            self._b.leave("i64 1")
            return
        self._b.line(f"call void @reached(ptr %context, i64 {self._owner.bound(bound, self._action)})")
        self._b.jump(self._exit)

    def _level(self, level: int) -> None:
        for guard in self._guards[level]:
            self._demand(guard.condition)
        if level == len(self._action.choices):
            self._effect()
            return
        choice = self._action.choices[level]

        def chosen() -> None:
            outer, self._exit = self._exit, self._b.fresh("next")
            self._level(level + 1)
            self._b.place(self._exit)
            self._exit = outer

        if choice.among is not None:
            self._among(choice, choice.among, chosen)
            return
        if self._layout.packing.size(choice.range) > MOST_CHOICES:
            raise Unsupported(f"a parameter of a type with {self._layout.packing.size(choice.range):,} values")
        self._of.loops.each_value(choice.local, choice.range, chosen)

    def _among(self, choice: Choice, among: Expr, chosen: Callable[[], None]) -> None:
        """Range over the members of a set that the parameter can be."""
        type_ = plain(among.type)  # type: ignore[arg-type]  # a parameter does not range over lists
        if not isinstance(type_, SetType):
            raise Unsupported(f"a parameter that ranges over a `{among.type}`")
        element = type_.element
        if element == choice.range:
            self._of.loops.each(choice.local, among, chosen)
            return
        if not isinstance(element, UnionType):
            raise Unsupported("a parameter that ranges over a set of a wider interval")
        member = Local(f"#member{self._b.fresh()}", element)

        def narrowed() -> None:
            kinds: Sequence[Type] = (
                choice.range.alternatives if isinstance(choice.range, UnionType) else (choice.range,)
            )
            fits = const(0, 1)
            for kind in kinds:
                fits = self._b.binary("or", fits, self._of.expression(IsA(member, kind)))
            with self._b.when(fits):
                self._of.bind(choice.local, self._of.expression(Narrow(member, choice.range)))
                chosen()

        self._of.loops.each(member, among, narrowed)

    def _demand(self, condition: Expr) -> None:
        go = self._b.fresh("go")
        self._b.branch(self._of.expression(condition), go, self._exit)
        self._b.place(go)

    # ---- effects

    def _effect(self) -> None:
        b = self._b
        written = dict.fromkeys(part.target.variable for part in walk(self._body) if isinstance(part, Assign))
        cells = {name: b.cell(self._layout.widths[name]) for name in written}
        for name, cell in cells.items():
            b.store(self._variables.read(name, "%state"), cell)
        self._variables.cells = cells
        done = b.fresh("done")
        self._end_of_block = done
        self._statements(self._body)
        b.place(done)
        self._variables.store({name: b.load(cell) for name, cell in cells.items()}, self._scratch)
        self._variables.cells = None
        b.line(f"call void @took(ptr %context, i64 {self._number})")
        b.line(f"call void @emit(ptr %context, ptr {self._scratch})")

    def _statements(self, body: tuple[Statement, ...]) -> None:
        for statement in body:
            self._statement(statement)

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
                b.store(self._replaced(b.load(cell), target, 0, new), cell)
                of.forget_lists(target.variable)
            case Assert(condition, name):
                with b.when(b.binary("xor", of.expression(condition), TRUE)):
                    b.line(f"call void @broke(ptr %context, i64 {self._owner.assertion(name)})")
                    b.jump(self._exit)
            case Bind(Local(type=ListType()) as local, value):
                of.name_list(local, value)
            case Bind(local, value):
                of.bind(local, of.as_type(value, local.type))
            case When(condition, then, otherwise):
                self._when(of.expression(condition), then, otherwise)
            case ForEach(local, domain, body):
                of.loops.each(local, domain, lambda: self._statements(body))
            case Block(body):
                outer, self._end_of_block = self._end_of_block, b.fresh("end")
                self._statements(body)
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
            self._statements(body)
            if b.is_open:
                b.jump(end)
        b.place(end)

    def _replaced(self, whole: Bits, target: Target, depth: int, new: Bits) -> Bits:
        """A map with another value at the end of a path of keys."""
        if depth == len(target.path):
            return new
        container = target.containers[depth]
        if not isinstance(container, MapType):
            raise Unsupported(f"a write into a `{container}`")
        b, of = self._b, self._of
        place = of.place(container, target.path[depth])
        inner = b.part_at(whole, place, of.width(container.value))
        return b.with_part(whole, place, self._replaced(inner, target, depth + 1, new))
