"""Statements without `return` and without blocks: what a source says with `if` and with names.

A `return` inside a helper ends the helper, and the step goes on behind it; one inside a loop ends the loop as well. So

    block:                                     if self.phase != WORKING:
        if self.phase != WORKING: return           pass
        self.phase := DONE                     else:
    network := ...                                 self.phase = DONE
                                               self.network = ...

and where it is not known from the text alone whether a path has returned, a name says it: `left = True`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from indoubt.explorer.ir.expressions import And, Exists, Expr, Let, Literal, Local, Members, Not, Or
from indoubt.explorer.ir.source_expressions import NoSource, is_enum_like
from indoubt.explorer.ir.statements import Bind, Block, ForEach, Return, Statement, When
from indoubt.explorer.ir.types import BOOL, ListType
from indoubt.explorer.ir.walk import locals_in, walk
from indoubt.specs.language.sorts import Ordered
from indoubt.specs.language.types import SeqType, SetType, SortType, sorts_in

TRUE, FALSE = Literal(True, BOOL), Literal(False, BOOL)


class Leaves(Enum):
    """Whether statements return before what follows them."""

    NEVER, MAYBE, ALWAYS = range(3)


def without_returns(body: Iterable[Statement], known: Iterable[str]) -> tuple[Statement, ...]:
    """The statements of an action without returns and blocks; `known` are the names of its parameters.

    Raises NoSource for a loop over a set that does more in some turns and ends in others.
    """
    return _Flattening(known).block(tuple(body))


class _Flattening:
    def __init__(self, known: Iterable[str]) -> None:
        self.known = set(known)
        """The locals that have a value whichever path was taken."""
        self.blocks = 0

    def block(self, body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """A body in which a `return` ends this body and no more."""
        self.blocks += 1
        flag = Local(f"step.left#{self.blocks}", BOOL)
        found, _ = self._sequence(body, flag)
        if _is_read(found, flag):
            return (Bind(flag, FALSE), *found)
        return _without_binds(found, flag)

    def _sequence(self, body: tuple[Statement, ...], flag: Local) -> tuple[tuple[Statement, ...], Leaves]:
        found: list[Statement] = []
        for position, one in enumerate(body):
            rest = body[position + 1 :]
            match one:
                case Return():
                    return (*found, Bind(flag, TRUE)), Leaves.ALWAYS
                case Block(inner):
                    found += self.block(inner)
                case When():
                    choice, how = self._choice(one, rest, flag)
                    found += choice
                    if how is not None:
                        return tuple(found), how
                case ForEach(local, domain, inner) if any(isinstance(part, Return) for part in own_statements(inner)):
                    if not has_order(domain):
                        ends = When(Exists(local, domain, _returns(inner)), _ending(inner), ())
                        choice, how = self._choice(ends, rest, flag)
                        return (*found, *choice), how or Leaves.NEVER
                    turn, _ = self._within(inner, flag)
                    found.append(ForEach(local, domain, (When(Not(flag), turn, ()),)))
                    follows, how = self._if_not_left(rest, flag)
                    return (*found, *follows), how
                case ForEach(local, domain, inner):
                    found.append(ForEach(local, domain, self._within(inner, flag)[0]))
                case Bind(local):
                    self.known.add(local.name)
                    found.append(one)
                case _:
                    found.append(one)
        return tuple(found), Leaves.NEVER

    def _choice(
        self, choice: When, rest: tuple[Statement, ...], flag: Local
    ) -> tuple[tuple[Statement, ...], Leaves | None]:
        """A choice, with what follows it where it may return; None as the second where that is still to come."""
        then, one = self._within(choice.then, flag)
        otherwise, other = self._within(choice.otherwise, flag)
        how = {one, other}
        if how == {Leaves.NEVER}:
            self.known |= _bound(then) & _bound(otherwise)
            return (When(choice.condition, then, otherwise),), None
        if how == {Leaves.ALWAYS}:
            return (When(choice.condition, then, otherwise),), Leaves.ALWAYS
        if (_bound(then) | _bound(otherwise)) - self.known - {flag.name} & locals_in(rest):
            # What follows uses a name that has a value on the paths that go on alone: it is put into each of them.
            whole = When(choice.condition, (*choice.then, *rest), (*choice.otherwise, *rest))
            then, one = self._within(whole.then, flag)
            otherwise, other = self._within(whole.otherwise, flag)
            return (When(choice.condition, then, otherwise),), one if one is other else Leaves.MAYBE
        if Leaves.ALWAYS in how:
            goes_on = other if one is Leaves.ALWAYS else one
            follows, end = (self._if_not_left if goes_on is Leaves.MAYBE else self._within)(rest, flag)
            end = Leaves.ALWAYS if end is Leaves.ALWAYS else Leaves.MAYBE
            if one is Leaves.ALWAYS:
                return (When(choice.condition, then, (*otherwise, *follows)),), end
            return (When(choice.condition, (*then, *follows), otherwise),), end
        follows, end = self._if_not_left(rest, flag)
        return (When(choice.condition, then, otherwise), *follows), end

    def _within(self, body: tuple[Statement, ...], flag: Local) -> tuple[tuple[Statement, ...], Leaves]:
        """Statements on one of several paths: the names that they bind are not known on the others."""
        known = set(self.known)
        found = self._sequence(body, flag)
        self.known = known
        return found

    def _if_not_left(self, rest: tuple[Statement, ...], flag: Local) -> tuple[tuple[Statement, ...], Leaves]:
        follows, how = self._within(rest, flag)
        end = Leaves.ALWAYS if how is Leaves.ALWAYS else Leaves.MAYBE
        return ((When(Not(flag), follows, ()),) if follows else ()), end


def has_order(domain: Expr) -> bool:
    """Whether the order in which a loop goes through its domain means something."""
    if isinstance(domain.type, SetType) and isinstance(domain.type.element, SortType):
        if is_enum_like(domain.type.element.cls):
            return True  # it has one member, and is written as an enum
    if isinstance(domain, Members):  # the members of a type come in the order of the type
        return all(issubclass(sort, Ordered) for sort in sorts_in(domain.type.element))
    return isinstance(domain.type, SeqType) or (isinstance(domain.type, ListType) and domain.type.is_ordered)


def own_statements(body: Iterable[Statement]) -> Iterable[Statement]:
    """The statements of a body and of those inside of it, without those of helpers."""
    for one in body:
        yield one
        match one:
            case When(_, then, otherwise):
                yield from own_statements((*then, *otherwise))
            case ForEach(_, _, inner):
                yield from own_statements(inner)
            case _:
                pass


def _returns(body: tuple[Statement, ...]) -> Expr:
    """Whether a turn of a loop ends it; the order of turns does not matter, so every end does the same."""
    for position, one in enumerate(body):
        rest = body[position + 1 :]
        match one:
            case Return():
                return TRUE
            case Bind(local, value):
                return Let(local, value, _returns(rest), BOOL)
            case When(condition, then, otherwise):
                ends = (_and(condition, _returns(then)), _and(Not(condition), _returns(otherwise)), _returns(rest))
                chosen = tuple(part for part in ends if part != FALSE)
                return Or(chosen) if len(chosen) > 1 else chosen[0] if chosen else FALSE
            case _ if isinstance(body[-1], Return) and not any(isinstance(part, When) for part in rest):
                continue  # what the end does before it ends
            case _:
                raise NoSource("a loop over a set does something in some turns, and ends in others")
    return FALSE


def _and(condition: Expr, ends: Expr) -> Expr:
    return FALSE if ends == FALSE else condition if ends == TRUE else And((condition, ends))


def _ending(body: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """What a loop does where it ends."""
    for position, one in enumerate(body):
        match one:
            case Return():
                return (*(part for part in body[:position] if not isinstance(part, Bind | When)), one)
            case When(_, then, otherwise):
                found = _ending(then) or _ending(otherwise)
                if found:
                    return found
            case _:
                pass
    return ()


def _bound(body: Iterable[Statement]) -> set[str]:
    return {one.local.name for one in walk(tuple(body)) if isinstance(one, Bind)}


def _is_read(body: Iterable[Statement], flag: Local) -> bool:
    return any(isinstance(one, When) and one.condition == Not(flag) for one in walk(tuple(body)))


def _without_binds(body: tuple[Statement, ...], flag: Local) -> tuple[Statement, ...]:
    """Statements without those that give a value to a local which nobody reads."""
    found: list[Statement] = []
    for one in body:
        match one:
            case Bind(local) if local == flag:
                pass
            case When(condition, then, otherwise):
                found.append(When(condition, _without_binds(then, flag), _without_binds(otherwise, flag)))
            case ForEach(local, domain, inner):
                found.append(ForEach(local, domain, _without_binds(inner, flag)))
            case _:
                found.append(one)
    return tuple(found)
