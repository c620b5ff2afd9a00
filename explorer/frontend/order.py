"""Loops over collections without an order: what they do must not depend on which member comes first.

The turns of such a loop may happen in any order. They commute where every place that they change is one of these:

* a part of a map of its own for each turn: `self.voted[p] = ...` in a loop over `p`, reading no other part of that map;
* something that grows in one direction: `self.n += 1`, `self.seen.add(p)`, `ok = ok and ...`, `best = max(best, x)`;
* set to the same value by every turn: `self.full = True`;

and nothing else in the loop reads it. A loop that ends early does the same whichever turn ends it, and nothing before.
Anything else is refused, so that a member which an action means is named by a parameter of the action.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal as Choose

from indoubt.explorer.frontend import commuting
from indoubt.explorer.frontend.coercion import TRUE
from indoubt.explorer.frontend.comprehensions import is_ordered
from indoubt.explorer.frontend.scope import Scope
from indoubt.explorer.ir.expressions import (
    And,
    Arithmetic,
    Bounded,
    Combine,
    Conditional,
    Expr,
    Load,
    Local,
    Members,
    Or,
    Span,
)
from indoubt.explorer.ir.sequences import Capped
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
from indoubt.explorer.ir.types import AnyType
from indoubt.explorer.ir.walk import locals_in, rewrite, walk
from indoubt.specs.language.sorts import Ordered
from indoubt.specs.language.types import IntType, MapType, SetType, sorts_in


@dataclass
class _Turn:
    """What one turn of a loop does: its writes, the expressions that decide about it, and what locals stand for."""

    private: set[str]
    carried: set[str]
    names: dict[str, Expr] = field(default_factory=dict[str, Expr])
    writes: list[tuple[Target, Expr, Span]] = field(default_factory=list[tuple[Target, Expr, Span]])
    uses: list[Expr] = field(default_factory=list[Expr])
    unknown: int = 0

    def resolved(self, expr: Expr) -> Expr:
        """`expr` in terms of what there was when the turn began."""
        return rewrite(expr, lambda part: self.names.get(part.name, part) if isinstance(part, Local) else part)

    def something(self, type_: AnyType) -> Local:
        """A value that differs from turn to turn."""
        self.unknown += 1
        local = Local(f"?{self.unknown}", type_)
        self.private.add(local.name)
        return local

    def is_same_in_every_turn(self, expr: Expr) -> bool:
        """Whether the value of `expr` depends on nothing of the turn."""
        return not locals_in(expr) & (self.private | self.carried)


def refuse_unordered(scope: Scope, node: ast.For, loop: ForEach, carried: Iterable[Local]) -> None:
    """Raise Mistake where the order of the turns of a loop decides what it does.

    `carried` are the locals that one turn hands to the next.
    """
    if _has_order(loop.domain):
        return
    held = {local.name: local for local in carried}
    turn = _Turn(_bound_in(loop) - held.keys(), set(held))
    _run(turn, loop.body)
    if any(isinstance(part, Return) for part in _own(loop.body)):
        if not _ends_alike(turn, loop.body):
            span = turn.writes[0][2] if turn.writes else scope.span(node.iter)
            _fail(scope, node, span, "which turn ends the loop decides")
    else:
        for variable in dict.fromkeys(target.variable for target, _, _ in turn.writes):
            _check_variable(scope, node, turn, loop.local, variable)
    for name, local in held.items():
        kinds = commuting.kinds_of(turn.is_same_in_every_turn, turn.names.get(name, local), local)
        if kinds is None or len(kinds) > 1:
            title = name.partition("#")[0]
            _fail(scope, node, scope.span(node.iter), f"`{title}` depends on which turn comes last")
    _refuse_running_values(scope, node, turn, held)
    _refuse_two_ways_out(scope, node, loop.body)


def _refuse_running_values(scope: Scope, node: ast.For, turn: _Turn, held: Mapping[str, Local]) -> None:
    """Raise Mistake where a turn uses what a local has come to so far, other than to go on with it."""
    ends = {name: turn.names.get(name, local) for name, local in held.items()}
    changing = {name for name, value in ends.items() if value != held[name]}
    for target, value, span in turn.writes:
        running = locals_in((value, target.path)) & changing
        if running:
            _fail(scope, node, span, f"{_named(running)} is what the turns before have come to")
    used = {other for use in turn.uses for other in locals_in(use) & changing}
    used |= {other for name, value in ends.items() for other in locals_in(value) & (changing - {name})}
    if used:
        _fail(scope, node, scope.span(node.iter), f"a turn uses {_named(used)}, which the turns before it change")


def _named(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted({name.partition("#")[0] for name in names}))


def _refuse_two_ways_out(scope: Scope, node: ast.For, body: Sequence[Statement]) -> None:
    """Raise Mistake where one turn may fail an `assert`, and another find the action not enabled or a bound reached."""
    parts = list(walk(tuple(body)))
    asserted = next((part for part in parts if isinstance(part, Assert)), None)
    if asserted is not None and any(isinstance(part, Require | Bounded | Capped) for part in parts):
        label = "whether this is reached depends on the turns before it"
        _fail(scope, node, asserted.span, label, "assert in a loop of its own, behind the one that guards and writes")


def _has_order(domain: Expr) -> bool:
    if isinstance(domain, Members):  # the members of a type come in the order of the type
        return all(issubclass(sort, Ordered) for sort in sorts_in(domain.type.element))
    return is_ordered(domain.type)


def _fail(scope: Scope, node: ast.For, span: Span, label: str, help_: str | None = None) -> None:
    iterated = ast.unparse(node.iter)
    match node:
        case ast.For(ast.Name(name), ast.Name(sort)):
            parameter = f"`{name}: {sort}` a parameter of the action"
        case ast.For(ast.Name(name), ast.expr()) if not isinstance(node.iter, ast.Call):
            parameter = f"`{name}` a parameter of the action, with `require({name} in {iterated})`"
        case _:
            parameter = "the member that you mean a parameter of the action"
    scope.fail(
        "S216",
        span,
        f"the result of this loop depends on the order of `{iterated}`",
        label,
        help_ or f"let the explorer choose: make {parameter}",
        other=scope.span(node.iter) if span != scope.span(node.iter) else None,
        other_label="its members have no order",
    )


def _run(turn: _Turn, body: Sequence[Statement]) -> None:
    for statement in body:
        match statement:
            case Bind(local, value):
                turn.names[local.name] = turn.resolved(value)
            case Assign(target, value, span):
                path = tuple(turn.resolved(key) for key in target.path)
                place = Target(target.variable, path, target.type, target.containers)
                turn.writes.append((place, turn.resolved(value), span))
            case Require(condition, _) | Assert(condition, _, _):
                turn.uses.append(turn.resolved(condition))
            case When(condition, then, otherwise):
                _choose(turn, turn.resolved(condition), then, otherwise)
            case Block(inner):
                _run(turn, inner)
            case ForEach():
                _repeat(turn, statement)
            case Return():
                pass


def _choose(turn: _Turn, condition: Expr, then: Sequence[Statement], otherwise: Sequence[Statement]) -> None:
    extreme = _extreme(turn, condition, then) if not otherwise else None
    if extreme is not None:
        turn.writes.append(extreme)
        return
    if any(isinstance(part, Assign | Require | Assert | Return) for part in walk((*then, *otherwise))):
        turn.uses.append(condition)
    before = turn.names
    turn.names = dict(before)
    _run(turn, then)
    yes, turn.names = turn.names, dict(before)
    _run(turn, otherwise)
    no = turn.names
    for name in {**yes, **no}:
        a, b = yes.get(name), no.get(name)
        if a is not None and b is not None:
            turn.names[name] = a if a == b else Conditional(condition, a, b, a.type)
        elif name in turn.carried:
            changed = a or b
            assert changed is not None
            kept = Local(name, changed.type)
            turn.names[name] = Conditional(condition, a or kept, b or kept, changed.type)
        else:  # bound by one branch alone: the other has returned, or it is not read after the choice
            bound = a or b
            assert bound is not None
            turn.names[name] = bound


def _extreme(turn: _Turn, condition: Expr, then: Sequence[Statement]) -> tuple[Target, Expr, Span] | None:
    """`if self.m[p] > self.best: self.best = self.m[p]` as the write of the greater one."""
    match then:
        case [Assign()]:
            inner = _Turn(turn.private, turn.carried, turn.names)
            _run(inner, then)
            target, value, span = inner.writes[0]
            place = commuting.place_value(target)
            if commuting.is_extreme(condition, value, place, place):
                return target, Conditional(condition, value, place, value.type), span
            return None
        case _:
            return None


def _repeat(turn: _Turn, loop: ForEach) -> None:
    """A loop inside: what it accumulates goes on in the turn of the outer one."""
    turn.uses.append(turn.resolved(loop.domain))
    turn.names.pop(loop.local.name, None)
    before = dict(turn.names)
    bound = {part.local.name: part.local for part in walk(loop.body) if isinstance(part, Bind)}
    inner = _Turn(turn.private | {loop.local.name}, turn.carried | bound.keys(), {}, [], [], turn.unknown)
    outer = {name: value for name, value in before.items() if name not in bound}
    inner.names = dict(outer)
    _run(inner, loop.body)
    turn.unknown = inner.unknown
    turn.private |= inner.private
    turn.writes += inner.writes
    turn.uses += [_started(use, before) for use in inner.uses]
    turn.uses += [_started(use, before) for use in _decisive(inner, bound)]
    for name, local in bound.items():
        start = before.get(name, local)
        kinds = commuting.kinds_of(inner.is_same_in_every_turn, inner.names.get(name, local), local)
        if kinds is None or len(kinds) > 1:
            turn.uses.append(start)
            turn.names[name] = turn.something(local.type)
        elif kinds:
            turn.names[name] = _accumulated(turn, next(iter(kinds)), start)


def _decisive(inner: _Turn, bound: Mapping[str, Local]) -> list[Expr]:
    """What a loop inside adds to the locals that it binds, and those of them that its writes read."""
    running = [rewrite(inner.names.get(name, local), _without(name)) for name, local in bound.items()]
    written = {name for target, value, _ in inner.writes for name in locals_in((value, target.path))}
    return [*running, *(local for name, local in bound.items() if name in written)]


def _without(name: str) -> Callable[[Expr], Expr]:
    return lambda part: TRUE if isinstance(part, Local) and part.name == name else part


def _started(use: Expr, before: Mapping[str, Expr]) -> Expr:
    return rewrite(use, lambda part: before.get(part.name, part) if isinstance(part, Local) else part)


SET_SIGNS: tuple[Choose["|", "&", "-"], ...] = ("|", "&", "-")


def _accumulated(turn: _Turn, kind: commuting.Kind, start: Expr) -> Expr:
    """What stands for `start` after any number of changes of one kind."""
    more = turn.something(start.type)
    for sign in SET_SIGNS:
        if kind == (sign,) and isinstance(start.type, SetType):
            return Combine(sign, start, more, start.type)
    match kind:
        case ("+",) if isinstance(start.type, IntType):
            return Arithmetic("+", start, more, start.type)
        case ("and",):
            return And((start, more))
        case ("or",):
            return Or((start, more))
        case _:
            turn.uses.append(start)
            return more


def _check_variable(scope: Scope, node: ast.For, turn: _Turn, member: Local, variable: str) -> None:
    writes = [write for write in turn.writes if write[0].variable == variable]
    reads = [
        *turn.uses,
        *(key for target, _, _ in turn.writes for key in target.path),
        *(value for target, value, _ in turn.writes if target.variable != variable),
        *(value for name, value in turn.names.items() if name in turn.carried),
    ]
    if _has_a_part_for_each(member, writes, [*reads, *(value for _, value, _ in writes)]):
        return
    kinds: set[commuting.Kind] = set()
    for target, value, span in writes:
        found = commuting.kinds_of(turn.is_same_in_every_turn, value, commuting.place_value(target))
        if found is None or any(commuting.mentions(key, commuting.place_value(target)) for key in target.path):
            _fail(scope, node, span, "which turn comes last decides")
            return
        kinds |= {(*kind, len(target.path)) if kind[0] == "=" else kind for kind in found}
        if len(kinds) > 1:
            _fail(scope, node, span, "another turn may change it in another way")
    for read in reads:
        if any(isinstance(part, Load) and part.variable == variable for part in walk(read)):
            _fail(scope, node, writes[0][2], "other turns read what is written here")


def _has_a_part_for_each(member: Local, writes: Sequence[tuple[Target, Expr, Span]], reads: Sequence[Expr]) -> bool:
    """Whether every turn writes, and reads, a part of a map that no other turn touches."""
    first = writes[0][0]
    places = [place for place, key in enumerate(first.path) if commuting.stripped(key) == member]
    for place in places:
        prefix = first.path[: place + 1]
        if not all(isinstance(container, MapType) for container in first.containers[: place + 1]):
            continue
        if any(member.name in locals_in(key) for key in prefix[:-1]):
            continue
        if any(target.path[: place + 1] != prefix for target, _, _ in writes):
            continue
        part = commuting.place_value(Target(first.variable, prefix, first.type, first.containers[: place + 1]))
        inside = [*reads, *(key for target, _, _ in writes for key in target.path)]
        if all(_loads(read, first.variable) == sum(one == part for one in walk(read)) for read in inside):
            return True
    return False


def _loads(expr: Expr, variable: str) -> int:
    return sum(isinstance(part, Load) and part.variable == variable for part in walk(expr))


def _bound_in(loop: ForEach) -> set[str]:
    return {loop.local.name, *(part.local.name for part in walk(loop.body) if isinstance(part, Bind | ForEach))}


def _own(body: Sequence[Statement]) -> list[Statement]:
    """The statements of a loop that are not inside a helper: a `return` there ends the helper only."""
    found: list[Statement] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, When):
            found += _own((*statement.then, *statement.otherwise))
        elif isinstance(statement, ForEach):
            found += _own(statement.body)
    return found


def _ends_alike(turn: _Turn, body: Sequence[Statement]) -> bool:
    """Whether the turn that ends the loop does the same whichever it is, and the others do nothing."""
    endings: list[tuple[Statement, ...]] = []
    if not _collect_endings(body, endings):
        return False
    writes = [statement for ending in endings for statement in ending if isinstance(statement, Assign)]
    are_same = all(turn.is_same_in_every_turn(part) for write in writes for part in (write.value, *write.target.path))
    return are_same and len({tuple(_without_place(one) for one in ending) for ending in endings}) == 1


def _collect_endings(body: Sequence[Statement], endings: list[tuple[Statement, ...]]) -> bool:
    effects = tuple(statement for statement in body if not isinstance(statement, Bind | When))
    if effects and isinstance(effects[-1], Return) and all(isinstance(one, Assign) for one in effects[:-1]):
        endings.append(effects)
        return not any(isinstance(statement, When) for statement in body)
    if effects:
        return False
    return all(
        _collect_endings(branch, endings)
        for statement in body
        if isinstance(statement, When)
        for branch in (statement.then, statement.otherwise)
    )


def _without_place(statement: Statement) -> object:
    return (statement.target, statement.value) if isinstance(statement, Assign) else type(statement)
