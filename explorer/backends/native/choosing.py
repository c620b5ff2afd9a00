"""The parameters of actions as LLVM code: loops over the values that guards allow, as far as that is told at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from indoubt.explorer.backends.native.bits import TRUE, Bits, const
from indoubt.explorer.backends.native.expressions import Expressions
from indoubt.explorer.backends.native.packing import Unsupported, plain
from indoubt.explorer.ir.expressions import Expr, IsA, Local, Narrow, Or
from indoubt.explorer.ir.machine import Choice
from indoubt.explorer.ir.types import ListType
from indoubt.explorer.ir.walk import rewrite
from indoubt.specs.language.types import IntType, SetType, Type, UnionType, type_text

Chosen = Callable[[Sequence[Expr]], None]
"""What is written for a value of a parameter, given the guards that are left to be tested."""


class Choosing:
    """Writes what ranges over the values of parameters; one for each action, whose body has so many nodes."""

    def __init__(self, owner: Expressions, length: int) -> None:
        self._of, self._b = owner, owner.builder
        self._length = length

    def each(self, choice: Choice, guards: Sequence[Expr], chosen: Chosen) -> None:
        """`chosen` for each value that some of the guards allow. Raises Unsupported.

        Nothing is tested before a guard that may reach a bound and stands before it.
        """
        if choice.among is not None:
            self._among(choice, choice.among, guards, chosen)
            return
        mask, left = self._allowed(choice, guards)
        if mask is None:
            self._of.loops.each_value(choice.local, choice.range, lambda: chosen(left), self._length)
        else:
            self._of.loops.each_in(choice.local, mask, lambda: chosen(left), self._length)

    def _allowed(self, choice: Choice, guards: Sequence[Expr]) -> tuple[Bits | None, Sequence[Expr]]:
        """The values of a parameter that guards allow, and those guards that are left."""
        found: Bits | None = None
        left: list[Expr] = []
        for guard in guards:
            is_behind = any(map(self._of.may_stop, left))
            mask = None if is_behind else self._of.planes.masked(choice.local, guard)
            if mask is None:
                left.append(guard)
            else:
                found = mask if found is None else self._b.binary("and", found, mask)
        return found, left

    # ---- parameters that are members of a set

    def _among(self, choice: Choice, among: Expr, guards: Sequence[Expr], chosen: Chosen) -> None:
        of, b = self._of, self._b
        value: Bits | None = None
        type_ = plain(among.type)
        if not isinstance(type_, SetType):
            value, type_ = of.collections.as_set(of.expression(among), type_)
        member = Local(f"#member{b.fresh()}", type_.element)
        if value is None and self._among_allowed(choice, among, member, guards, chosen):
            return

        def narrowed() -> None:
            fits, made = self._as_choice(member, choice.range)
            with b.when(fits):
                of.bind(choice.local, made())
                chosen(guards)

        def one_of(found: Bits) -> None:
            of.bind(member, found)
            narrowed()

        if value is None:
            of.loops.each(member, among, narrowed, self._length)
        else:
            of.loops.each_of(value, type_, one_of, self._length)

    def _among_allowed(
        self, choice: Choice, among: Expr, member: Local, guards: Sequence[Expr], chosen: Chosen
    ) -> bool:
        """Range over the members that guards allow, where a mask says which; False where none does."""
        value, kinds = _as_range(member, choice.range)
        if value is None:
            return False
        of, put_in = self._of, value
        asked = [rewrite(guard, lambda one: put_in if one == choice.local else one) for guard in guards]
        sieved = of.filters.sieved(member, among, (*kinds, *asked))
        if sieved is None:
            return False
        mask, _, rest = sieved
        left = [guard for guard, one in zip(guards, asked, strict=True) if any(one is other for other in rest)]
        untested = [kind for kind in kinds if any(kind is other for other in rest)]

        def taken() -> None:
            with self._b.when(of.expression(untested[0]) if untested else TRUE):
                of.bind(choice.local, of.expression(value))
                chosen(left)

        of.loops.each_in(member, mask, taken, self._length)
        return True

    def _as_choice(self, member: Local, range_: Type) -> tuple[Bits, Callable[[], Bits]]:
        """Whether a member is a value of a parameter, and it as such a value."""
        of, element = self._of, member.type
        if plain(element) == plain(range_):
            return TRUE, lambda: of.expression(member)
        if isinstance(element, IntType) and isinstance(range_, IntType):
            number = of.number(of.expression(member), element)
            return of.lies_in(number, range_), lambda: of.interval(number, range_)
        if not isinstance(element, UnionType):
            given, wanted = type_text(element), type_text(range_)  # type: ignore[arg-type]  # no list
            raise Unsupported(f"a parameter of type `{wanted}` among values of type `{given}`")
        fits = const(0, 1)
        for kind in _kinds(range_):
            fits = self._b.binary("or", fits, of.expression(IsA(member, kind)))
        return fits, lambda: of.expression(Narrow(member, range_))


def _as_range(member: Local, range_: Type) -> tuple[Expr | None, list[Expr]]:
    """A member as a value of a parameter, and what it has to be for that; None where that is more than a kind."""
    element: Any = member.type
    if isinstance(element, ListType):
        return None, []
    if plain(element) == plain(range_):
        return member, []
    if not isinstance(element, UnionType) or not set(_kinds(range_)) <= set(element.alternatives):
        return None, []
    tests = tuple(IsA(member, kind) for kind in _kinds(range_))
    return Narrow(member, range_), [tests[0] if len(tests) == 1 else Or(tests)]


def _kinds(range_: Type) -> tuple[Type, ...]:
    return range_.alternatives if isinstance(range_, UnionType) else (range_,)
