"""Disks: what they hold of a node, which need not be what the node holds, and when that is known."""

from __future__ import annotations

from types import CodeType, FunctionType

from indoubt.specs.language.declarations import OURS
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.layout import Layout, Part, durable_fields, methods_with_roles


def synced_fields(layout: Layout, part: Part, faults: Faults) -> tuple[str, ...]:
    """The durable fields of a node that its disk may hold otherwise than the node does, if a crash can tell."""
    is_late = part.cls.__sync__ == "explicit" or faults.has_late_disks
    is_told = is_late and part.name in layout.may_crash and faults.restarts
    return durable_fields(part) if is_told else ()


def asked_fields(layout: Layout, part: Part, faults: Faults) -> tuple[str, ...]:
    """The durable fields of which a late disk keeps what they held at the last `self.sync()`."""
    is_explicit = part.cls.__sync__ == "explicit" and faults.has_late_disks
    return synced_fields(layout, part, faults) if is_explicit else ()


def asked_name(field_: str) -> str:
    """What a late disk was asked to hold of a field, as a field of its own."""
    return f"asked.{field_}"


def synced_name(field_: str) -> str:
    """What the disk holds of a field, as a field of its own."""
    return f"synced.{field_}"


def refuse_unknown_disk(layout: Layout, part: Part, faults: Faults, asked: str) -> None:
    """Raise ValueError where nobody says what is on a disk before the first `self.sync()`."""
    if not synced_fields(layout, part, faults):
        return
    durable = durable_fields(part)
    if _may_start_with(layout, durable) or not all(hasattr(part.cls, name) for name in durable):
        why = "the disks of this run are late" if faults.has_late_disks else f'{part.cls.__name__} has sync="explicit"'
        what = f"{asked} is not possible: {why}, and nobody says what its disk holds"
        raise ValueError(f"{what} at first; give its durable fields values where they are declared, without `@initial`")


def _may_start_with(layout: Layout, durable: tuple[str, ...]) -> bool:
    """Whether an `@initial` method may write one of these fields: it names one, or calls a function that might."""
    for method, role in methods_with_roles(layout.system):
        if role.kind != "initial":
            continue
        named = _named(method.__code__)
        known = [getattr(layout.system, name, None) for name in named], map(method.__globals__.get, named)
        calls = any(isinstance(one, FunctionType) and one.__module__ not in OURS for found in known for one in found)
        if calls or named & set(durable):
            return True
    return False


def _named(code: CodeType) -> set[str]:
    """The names that a function mentions: globals, attributes and methods."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*map(_named, inner))
