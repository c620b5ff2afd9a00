"""The guard of a partition that leaves each set of links to one choice, where several choices cut the same.

Before: `action network.partition(side: Set[Peer])`, which is enabled for `{Peer0}` and for `{Peer1, Peer2}`
After:  the same with `require not (1 < len(side))`

What is left is the same in plain Python, `specs.language.once`. The guard may name nodes in a system whose nodes are
alike otherwise: where the step leads does not depend on it (`Require.of_alike`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from indoubt.explorer.ir.expressions import (
    And,
    Below,
    Combine,
    Contains,
    Equal,
    Expr,
    Literal,
    Local,
    Lookup,
    Not,
    Or,
    Size,
)
from indoubt.explorer.ir.machine import Action, Machine
from indoubt.explorer.ir.statements import Require, Statement
from indoubt.explorer.ir.values import decode, encode, encoded_members
from indoubt.explorer.ir.walk import locals_in, rewrite
from indoubt.specs.language.cuts import ACROSS, BRIDGE, RING, SIDE, Chosen
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.groups import named_groups
from indoubt.specs.language.layout import Layout
from indoubt.specs.language.once import has_equal_halves, has_two_directions, joined, neighbours, repeated
from indoubt.specs.language.partition import Shape
from indoubt.specs.language.types import IntType, PermutationType, SetType, Type
from indoubt.specs.language.universe import Universe, within

PARTITION = "network.partition"


def with_each_cut_once(machine: Machine, layout: Layout, faults: Faults) -> Machine:
    """The machine in which no two choices of a partition cut the same links."""
    how = faults.partitions
    if how is None or not how.times or not how.is_open:
        return machine
    bridge = named_groups(layout, how)[0][0] if how.groups else None
    with within(Universe(machine.sizes)):
        links = frozenset(
            (one, other)
            for sender, receiver in layout.links
            for one in layout.parts[sender].sort
            for other in layout.parts[receiver].sort
        )
        actions = [
            _Choices(one, how.shape, links, bridge).guarded(asks=faults.predicate is not None)
            if one.name == PARTITION
            else one
            for one in machine.actions
        ]
    return dataclasses.replace(machine, actions=tuple(actions))


class _Choices:
    def __init__(self, action: Action, shape: Shape, links: frozenset[tuple[Any, Any]], bridge: Any) -> None:
        self.bridge = bridge
        self.action = action
        self.shape: Shape = shape
        self.links = links
        self.locals = {one.local.name.partition("#")[0]: one.local for one in action.choices}
        self.types: dict[str, Type] = {one.local.name.partition("#")[0]: one.range for one in action.choices}
        self.type = _of_node(self.types[SIDE] if SIDE in self.types else self.types[RING])
        self.nodes = tuple(decode(one, self.type) for one in encoded_members(self.type))

    def guarded(self, *, asks: bool) -> Action:
        """The action with the guard behind its own; `asks` says that a helper decides which choices are possible."""
        place = next(at for at, one in enumerate(self.action.body) if not isinstance(one, Require))
        before, behind = self.action.body[:place], self.action.body[place:]
        excluded = list(self._swapped())
        for key, first in repeated(self.shape, self.nodes, self.links, self.bridge).items():
            is_this = self._is_choice(self._chosen(key))
            excluded.append(_all([is_this, *self._possible(before, first)]) if asks else is_this)
        guards = [Require(Not(one), self.action.span, of_alike=True) for one in excluded]
        return dataclasses.replace(self.action, body=(*before, *guards, *behind))

    def _swapped(self) -> Iterator[Expr]:
        """Where an earlier choice is this one with its sides, or the directions of its ring, changed about."""
        match self.shape:
            case "split":
                for group in joined(self.nodes, self.links):
                    yield from self._second_half(group)
            case "partial":
                sizes = self._size(SIDE), self._size(ACROSS)
                yield Below(sizes[1], sizes[0])
                yield And((Equal(*sizes), self._begins_across(self.nodes)))
                yield from self._idle()
            case "bridge" if has_equal_halves(self.nodes) and self.bridge is not None:
                first = next(node for node in self.nodes if node != self.bridge)
                yield Not(self._is_in(first, SIDE))
            case "bridge" if has_equal_halves(self.nodes):
                first, second, *_ = self.nodes
                is_first = Equal(self.locals[BRIDGE], self._node(first))
                yield And((Not(is_first), Not(self._is_in(first, SIDE))))
                yield And((is_first, Not(self._is_in(second, SIDE))))
            case "majorities_ring" if has_two_directions(self.nodes):
                first, *rest = self.nodes
                for place, before in enumerate(rest):
                    later = [self._follows(first, node) for node in rest[place + 1 :]]
                    yield from (And((self._follows(before, first), one)) for one in later)
            case _:
                pass

    def _idle(self) -> Iterator[Expr]:
        """Whether a node on a side has no link to the other one; of nodes that all talk to each other there is none."""
        for node, near in neighbours(self.nodes, self.links).items():
            if len(near) < len(self.nodes) - 1:
                for side, across in ((SIDE, ACROSS), (ACROSS, SIDE)):
                    there = tuple(self._is_in(other, across) for other in near)
                    yield _all([self._is_in(node, side), *(Not(one) for one in there)])

    def _second_half(self, group: Sequence[Any]) -> Iterator[Expr]:
        """Whether the rest of a group of nodes comes before the part of it that is on the side."""
        half, is_odd = divmod(len(group), 2)
        size = self._size(SIDE, None if len(group) == len(self.nodes) else group)
        yield Below(_number(half), size)
        if not is_odd:
            yield And((Equal(size, _number(half)), Not(self._is_in(group[0], SIDE))))

    def _size(self, side: str, among: Iterable[Any] | None = None) -> Expr:
        """How many nodes are on a side, of all or of some."""
        type_, held = self.types[side], self.locals[side]
        some: Expr = held if among is None else Combine("&", held, self._constant(side, frozenset(among)), type_)
        return Size(some, IntType(0, len(self.nodes)))

    def _begins_across(self, nodes: Sequence[Any]) -> Expr:
        """Whether the first of the nodes on either side is on the second."""
        first, *others = nodes
        is_across = self._is_in(first, ACROSS)
        if not others:
            return is_across
        return Or((is_across, And((Not(self._is_in(first, SIDE)), self._begins_across(others)))))

    def _chosen(self, key: tuple[Any, ...]) -> Chosen:
        """A choice by its key, `specs.language.once.frozen`."""
        if self.shape == "majorities_ring":
            return {RING: dict(key)}
        names = [name for name in (BRIDGE, SIDE, ACROSS) if name in self.locals or name == self.shape]
        return {name: value for name, value in zip(names, key, strict=True) if name in self.locals}

    def _is_choice(self, chosen: Chosen) -> Expr:
        if self.shape == "majorities_ring":
            return _all([self._follows(node, after) for node, after in chosen[RING].items()])
        return _all([Equal(self.locals[name], self._constant(name, value)) for name, value in chosen.items()])

    def _possible(self, guards: Iterable[Statement], chosen: Chosen) -> Iterator[Expr]:
        """The guards of the action with other choices."""
        values = {self.locals[name].name: self._constant(name, value) for name, value in chosen.items()}

        def other(part: Expr) -> Expr:
            return values.get(part.name, part) if isinstance(part, Local) else part

        for guard in guards:
            if isinstance(guard, Require) and locals_in(guard.condition) & values.keys():
                yield rewrite(guard.condition, other)

    def _constant(self, name: str, value: Any) -> Literal:
        if isinstance(self.types[name], SetType):
            return Literal(frozenset(encode(one, self.type) for one in value), self.types[name])
        return self._node(value)

    def _node(self, node: Any) -> Literal:
        return Literal(encode(node, self.type), self.type)

    def _is_in(self, node: Any, side: str) -> Expr:
        return Contains(self._node(node), self.locals[side])

    def _follows(self, node: Any, after: Any) -> Expr:
        return Equal(Lookup(self.locals[RING], self._node(node), self.type), self._node(after))


def _of_node(type_: Type) -> Type:
    """The type of the nodes that a parameter is about."""
    match type_:
        case SetType(element):
            return element
        case PermutationType(of):
            return of
        case _:
            return type_


def _number(value: int) -> Literal:
    return Literal(value, IntType(value, value))


def _all(tests: list[Expr]) -> Expr:
    return tests[0] if len(tests) == 1 else And(tuple(tests))
