"""How values are written for people: `Participant0`, `COMMITTED`, `Promise(Acceptor1, Ballot0, None)`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any

from indoubt.specs.language.collections import is_bag, is_seq
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.values import Record, is_map, is_set


def show(value: Any) -> str:
    """A value of a spec in its short form."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Sort):
        return str(value)
    if isinstance(value, Record):
        fields = dataclasses.fields(value)  # type: ignore[arg-type]  # subclasses are dataclasses
        return f"{type(value).__name__}({', '.join(show(getattr(value, field.name)) for field in fields)})"
    if is_map(value):
        return "{" + ", ".join(f"{show(key)}: {show(item)}" for key, item in value.items()) + "}"
    if is_set(value):
        return "{" + ", ".join(show(item) for item in in_order(value)) + "}"
    if is_seq(value):
        return "<" + ", ".join(map(show, value)) + ">"
    if is_bag(value):
        return "{|" + ", ".join(show(item) for item in in_order(value)) + "|}"
    return str(value)


def in_order(items: Any) -> list[Any]:
    """The members of a set in an order that does not depend on hashing."""
    return sorted(items, key=_key)


def state_lines(state: Mapping[str, Any]) -> list[str]:
    """One line for each variable of a state; a map of nodes gets a column for each key."""
    width = max((len(name) for name in state), default=0)
    return [f"  {name:<{width}}  {show(value)}" for name, value in state.items()]


def _key(value: Any) -> tuple[Any, ...]:
    if isinstance(value, Enum):
        return (type(value).__name__, list(type(value)).index(value))
    if isinstance(value, Sort):
        return (type(value).__name__, value.index)
    if isinstance(value, Record):
        fields = dataclasses.fields(value)  # type: ignore[arg-type]  # subclasses are dataclasses
        return (type(value).__name__, *(_key(getattr(value, field.name)) for field in fields))
    if is_set(value):
        return ("Set", *(_key(item) for item in in_order(value)))
    if is_map(value):
        return ("Map", *(_key(item) for item in value.values()))
    if is_seq(value):
        return ("Seq", *(_key(item) for item in value))
    if is_bag(value):
        return ("Bag", *(_key(item) for item in in_order(value)))
    return (type(value).__name__, value if value is not None else 0)
