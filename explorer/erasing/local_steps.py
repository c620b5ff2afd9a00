"""What a step may make of a few fields of one node, whatever else is in the state: never less than can happen.

Every action that writes one of these fields is run for each of their values, and for each value of the things that its
guards, branches and writes speak of. What cannot be enumerated may be anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from indoubt.explorer.backends.closures import EvaluationFailed
from indoubt.explorer.erasing.own import Own
from indoubt.explorer.erasing.skeletons import PLAIN, Skeleton, TooMuch, skeleton_of, values_of
from indoubt.explorer.ir.expressions import And, Expr, Literal, Load, Local, Lookup, Not
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Assert, Assign, Bind, Block, ForEach, Require, Return, Statement, When
from indoubt.explorer.ir.types import AnyType
from indoubt.explorer.ir.values import encoded_members
from indoubt.explorer.ir.walk import locals_in, rewrite, walk
from indoubt.specs.language.domains import cardinality
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.types import MapType, Type
from indoubt.specs.language.universe import BoundReached

Values = tuple[Any, ...]
MOST_DOMAIN = 64
MOST_WALKS = 1024
HELD = "held:"


class LocalSteps:
    """The values of some fields of a node of a part, and the steps between them."""

    def __init__(self, machine: Machine, own: Own, fields: Sequence[str]) -> None:
        """Raises TooMuch where the fields have too many values."""
        self.fields = tuple(fields)
        self.own = Own(own.part, {name: own.types[name] for name in self.fields})  # the others are things
        count = 1
        for name in self.fields:
            count *= cardinality(own.types[name])
        if count > MOST_DOMAIN:
            raise TooMuch
        self.domain: list[Values] = list(product(*(encoded_members(own.types[name]) for name in self.fields)))
        self._writers = [one for one in machine.actions if any(_writes(one.body, self.fields))]
        self._nodes = {one.name: list(dict.fromkeys(self._addresses(one))) for one in self._writers}
        self._effects: dict[int, Effect] = {}
        self._loads: dict[int, tuple[Expr, tuple[str, ...]]] = {}
        self._names: dict[int, tuple[Expr, frozenset[str]]] = {}
        self._readers: dict[tuple[int, Expr], tuple[Expr, bool]] = {}
        self._values: dict[AnyType, tuple[Any, ...]] = {}
        self._skeletons: dict[tuple[int, Expr], tuple[Expr, Skeleton]] = {}
        """By where an expression is: it is kept, so that no other one comes to be there."""
        self._resolved: dict[tuple[int, ...], tuple[Expr, Expr]] = {}
        self._interned: dict[Expr, Expr] = {}
        self._walks = 0
        self.successors: dict[Values, frozenset[Values]] = {one: self._from(one) for one in self.domain}

    def reached(self, start: Values) -> set[Values]:
        """All values that come after some values, themselves included."""
        found, todo = {start}, [start]
        while todo:
            for after in self.successors[todo.pop()] - found:
                found.add(after)
                todo.append(after)
        return found

    def _from(self, values: Values) -> frozenset[Values]:
        found: set[Values] = set()
        try:
            for action in self._writers:
                for address in self._nodes[action.name]:
                    found |= set(self._after(action, address, values))
        except TooMuch:
            return frozenset(self.domain)
        return frozenset(found)

    def _addresses(self, action: Action) -> Iterator[Expr]:
        """The nodes whose fields an action writes: parameters of it. Raises TooMuch where it writes others."""
        if not self.own.part.is_many:
            yield self.own.only
            return
        alias = {
            one.local.name: one.value.name
            for one in walk(action.body)
            if isinstance(one, Bind) and isinstance(one.value, Local)
        }
        chosen = {choice.local.name: choice.local for choice in action.choices}
        for target in _writes(action.body, self.fields):
            key = target.path[0] if target.path else None
            name = key.name if isinstance(key, Local) else ""
            while name in alias:
                name = alias[name]
            if name not in chosen:
                raise TooMuch
            yield chosen[name]

    def _after(self, action: Action, address: Expr, values: Values) -> Iterator[Values]:
        prefix: list[int] | None = []
        while prefix is not None:
            self._walks += 1
            if self._walks > MOST_WALKS:
                raise TooMuch
            walked = _Walk(self, address, values, prefix)
            try:
                walked.body(action.body)
            except NotTaken:
                pass
            else:
                yield tuple(walked.values[name] for name in self.fields)
            prefix = walked.next_prefix()

    def skeleton(self, expr: Expr, address: Expr) -> Skeleton:
        """An expression taken apart, once."""
        found = self._skeletons.get((id(expr), address))
        if found is None:
            found = self._skeletons[id(expr), address] = expr, skeleton_of(expr, self.own, address)
        return found[1]

    def interned(self, expr: Expr) -> Expr:
        """An expression that is equal, the same one each time: what is known of it is found by where it is."""
        return self._interned.setdefault(expr, expr)

    def resolved(self, expr: Expr, known: Mapping[str, Expr]) -> Expr:
        """An expression with interned others in place of the locals that are known, once for each of these."""
        names = [name for name in self.names(expr) if name in known]
        if not names:
            return expr
        key = (id(expr), *(id(known[name]) for name in names))
        found = self._resolved.get(key)
        if found is None:
            new = rewrite(expr, lambda part: known.get(part.name, part) if isinstance(part, Local) else part)
            found = self._resolved[key] = expr, self.interned(new)
        return found[1]

    def effect(self, statement: Statement) -> Effect:
        """What a statement may do, once."""
        found = self._effects.get(id(statement))
        if found is None:
            inner = list(walk((statement,)))
            found = self._effects[id(statement)] = Effect(
                any(isinstance(one, Return) for one in inner),
                any(isinstance(one, Require) for one in inner),
                any(_writes((statement,), self.fields)),
                tuple(one.target.variable for one in inner if isinstance(one, Assign)),
                tuple(one.local for one in inner if isinstance(one, Bind)),
            )
        return found

    def names(self, expr: Expr) -> frozenset[str]:
        """The names of the locals in an expression, once."""
        found = self._names.get(id(expr))
        if found is None:
            found = self._names[id(expr)] = expr, frozenset(locals_in(expr))
        return found[1]

    def reads_field(self, expr: Expr, address: Expr) -> bool:
        """Whether an expression reads a field of the node at `address`, once."""
        found = self._readers.get((id(expr), address))
        if found is None:
            parts = (part for part in walk(expr) if isinstance(part, Load | Lookup))
            reads = any(self.own.field_read(part, address) is not None for part in parts)
            found = self._readers[id(expr), address] = expr, reads
        return found[1]

    def values(self, expr: Expr) -> tuple[Any, ...]:
        """The values that a thing may have, once. Raises TooMuch."""
        found = self._values.get(expr.type)
        if found is None:
            found = self._values[expr.type] = values_of(expr)
        return found

    def loads(self, expr: Expr) -> tuple[str, ...]:
        """The variables that an expression reads, once."""
        found = self._loads.get(id(expr))
        if found is None:
            read = tuple(sorted({part.variable for part in walk(expr) if isinstance(part, Load)}))
            found = self._loads[id(expr)] = expr, read
        return found[1]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a statement may do: end the step or block, refuse it, write the fields, write variables, name locals."""

    returns: bool
    requires: bool
    writes: bool
    variables: tuple[str, ...]
    locals: tuple[Local, ...]


def _writes(body: Sequence[Statement], fields: Sequence[str]) -> Iterator[Any]:
    return (one.target for one in walk(tuple(body)) if isinstance(one, Assign) and one.target.variable in fields)


class NotTaken(Exception):
    """A guard does not hold, or a bound would be left."""


class _Walk:
    """One way through an action: `prefix` says which values the things have that are asked for first."""

    def __init__(self, steps: LocalSteps, address: Expr, values: Values, prefix: list[int]) -> None:
        self.steps = steps
        self.address = address
        self.values = dict(zip(steps.fields, values, strict=True))
        self.prefix = prefix
        self.trail: list[tuple[int, int]] = []
        self.locals: dict[str, Expr] = {}
        self.versions: Counter[str] = Counter()
        self.held: dict[object, str] = {}
        self.chosen: dict[object, Any] = {}

    def next_prefix(self) -> list[int] | None:
        """The next way, None after the last."""
        trail = self.trail
        while trail and trail[-1][0] + 1 == trail[-1][1]:
            trail = trail[:-1]
        return [*(index for index, _ in trail[:-1]), trail[-1][0] + 1] if trail else None

    def choose(self, options: Sequence[Any]) -> Any:
        """One of some values, another one in each walk."""
        place = len(self.trail)
        index = self.prefix[place] if place < len(self.prefix) else 0
        self.trail.append((index, len(options)))
        return options[index]

    def body(self, statements: Sequence[Statement]) -> bool:
        """Run statements; whether one of them returns. Raises NotTaken."""
        for statement in statements:
            match statement:
                case Require(condition):
                    self._require(condition)
                case Assign():
                    self._assign(statement)
                case Bind(local, value):
                    self.locals[local.name] = self.steps.interned(self._frozen(value, local.type))
                case When(condition, then, otherwise):
                    effect = self.steps.effect(statement)
                    if not (effect.returns or effect.requires or effect.writes):
                        self._forget(effect)
                    elif self.body(then if self._test(condition) else otherwise):
                        return True
                case ForEach():
                    if self._loop(statement):
                        return True
                case Block(inner):
                    self.body(inner)
                case Return():
                    return True
                case Assert():
                    pass
        return False

    def value(self, expr: Expr) -> Any:
        """What an expression comes to. Raises NotTaken where it has no value, TooMuch."""
        skeleton = self.steps.skeleton(self._resolved(expr), self.address)
        things = [self._thing(one) for one in skeleton.things]
        try:
            return skeleton.value([*(self.values[name] for name in skeleton.fields), *things])
        except (EvaluationFailed, BoundReached):
            raise NotTaken from None
        except (TypeError, ValueError, LookupError):
            raise TooMuch from None

    def _resolved(self, expr: Expr) -> Expr:
        return self.steps.resolved(expr, self.locals)

    def _thing(self, expr: Expr) -> Any:
        name = self._named(expr)
        if name not in self.chosen:
            self.chosen[name] = self.choose(self.steps.values(expr))
        return self.chosen[name]

    def _named(self, expr: Expr) -> object:
        """What a thing is known by: one that reads the state is another one after a write."""
        if isinstance(expr, Local) and expr.name.startswith(HELD):
            return expr.name
        loads = self.steps.loads(expr)
        if not loads:
            return expr
        key = (expr, tuple(self.versions[name] for name in loads))
        return self.held.setdefault(key, f"{HELD}{len(self.held)}")

    def _frozen(self, expr: Expr, type_: Any) -> Expr:
        """An expression with the values that it has now; what reads the rest of the state is something new."""
        resolved = self._resolved(expr)
        if not self._is_told(resolved):
            return self._fresh(type_)
        try:
            skeleton = self.steps.skeleton(resolved, self.address)
        except TooMuch:
            return self._fresh(type_)
        own = self.steps.own.types
        fields: dict[str, Expr] = {name: Literal(self.values[name], own[name]) for name in skeleton.fields}
        things: list[Expr] = []
        for one in skeleton.things:
            name = self._named(one)
            things.append(Local(name, one.type) if isinstance(name, str) else one)
        return skeleton.filled(fields, things)

    def _is_told(self, expr: Expr) -> bool:
        """Whether an expression without local names reads a field, or is made of parameters alone."""
        return self.steps.reads_field(expr, self.address) or not (
            self.steps.loads(expr) or any(name.startswith(HELD) for name in self.steps.names(expr))
        )

    def _fresh(self, type_: Any) -> Expr:
        return Local(self.held.setdefault(object(), f"{HELD}{len(self.held)}"), type_)

    def _require(self, condition: Expr) -> None:
        """Go on where a guard holds; one that says nothing of fields or parameters may hold, if it has not failed."""
        if isinstance(condition, And):
            for operand in condition.operands:
                self._require(operand)
            return
        guard, wanted = self._resolved(condition), True
        if self._is_told(guard):
            if not self.value(guard):
                raise NotTaken
            return
        if isinstance(guard, Not):
            guard, wanted = guard.operand, False
        if not isinstance(guard, PLAIN) and self.chosen.setdefault(self._named(guard), wanted) is not wanted:
            raise NotTaken

    def _test(self, condition: Expr) -> bool:
        """Whether a condition holds; either is possible of one that says nothing of fields or parameters."""
        resolved = self._resolved(condition)
        return bool(self.value(resolved) if self._is_told(resolved) else self._thing(resolved))

    def _assign(self, statement: Assign) -> None:
        target = statement.target
        if target.variable not in self.values:
            self.versions[target.variable] += 1
            return
        keys, containers = [self._resolved(key) for key in target.path], list(target.containers)
        if self.steps.own.part.is_many:
            if not keys or keys[0] != self.address:
                raise TooMuch
            keys, containers = keys[1:], containers[1:]
        new = self.value(statement.value)
        self.values[target.variable] = self._updated(self.values[target.variable], containers, keys, new)

    def _updated(self, old: Any, containers: list[Type], keys: list[Expr], new: Any) -> Any:
        if not keys:
            return new
        container = containers[0]
        if not isinstance(container, MapType):
            raise TooMuch
        place = encoded_members(container.key).index(self.value(keys[0]))
        inner = self._updated(old[place], containers[1:], keys[1:], new)
        return (*old[:place], inner, *old[place + 1 :])

    def _loop(self, loop: ForEach) -> bool:
        """A loop that ends the step, or not; what it writes is not known afterwards."""
        effect = self.steps.effect(loop)
        if effect.requires or effect.writes:
            raise TooMuch
        ends = effect.returns and self.choose((False, True))
        self._forget(effect)
        return bool(ends)

    def _forget(self, effect: Effect) -> None:
        self.versions.update(effect.variables)
        for local in effect.locals:
            self.locals[local.name] = self.steps.interned(self._fresh(local.type))
