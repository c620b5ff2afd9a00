"""Systems that leave open which class of nodes they have, and what a variant of them puts there.

    N = TypeVar("N", bound=ResourceManager)

    class TwoPhaseCommit(System, Generic[N]):
        rms: Map[RM, N]

    class HastyCommit(TwoPhaseCommit[Hasty]): ...

A type variable that nobody has given a class stands for its default (PEP 696), or else for its bound. So type checkers
know of the nodes of a variant what they are, which a field that is declared anew does not tell them: to some of them a
field that may be written has one type, in all subclasses.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, ForwardRef, TypeVar, get_args, get_origin

from indoubt.specs.language.annotations import evaluated
from indoubt.specs.language.declarations import names_in_scope
from indoubt.specs.language.types import NotFinite


def meanings(system: type) -> dict[TypeVar, Any]:
    """What the type variables of a system and of its base classes stand for; None where they stand for nothing."""
    found: dict[TypeVar, Any] = {}
    _note(system, {}, found)
    return found


def _note(cls: type, given: Mapping[TypeVar, Any], found: dict[TypeVar, Any]) -> None:
    """Note what the type variables of a class and of its base classes stand for, where it is used with `given`."""
    own: tuple[Any, ...] = getattr(cls, "__parameters__", ())
    for one in own:
        found.setdefault(one, given.get(one) or _unless_given(one, cls))
    for base in vars(cls).get("__orig_bases__", cls.__bases__):
        origin: Any = get_origin(base) or base
        if origin is typing.Generic or not isinstance(origin, type):
            continue
        arguments = get_args(base)
        parameters: tuple[Any, ...] = getattr(origin, "__parameters__", ())
        passed = {
            one: found.get(argument) if isinstance(argument, TypeVar) else _meant(argument, cls)
            for one, argument in zip(parameters, arguments, strict=False)
        }
        _note(origin, passed, found)


def _unless_given(variable: TypeVar, owner: type) -> Any:
    default = getattr(variable, "__default__", None)
    if isinstance(default, type | str | ForwardRef):
        return _meant(default, owner)
    return _meant(variable.__bound__, owner)


def _meant(annotation: Any, owner: type) -> Any:
    """What an annotation means, which may be text."""
    text = annotation.__forward_arg__ if isinstance(annotation, ForwardRef) else annotation
    if not isinstance(text, str):
        return text
    try:
        return evaluated(text, names_in_scope(owner))
    except NotFinite:
        return None
