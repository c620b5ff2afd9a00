"""Sizes and parameters from the command line: `NAME=VALUE` texts to the values that a spec takes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from indoubt.explorer.frontend.lower import settle
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.settings import SettingError, choices_text, parameter_types, sorts_of
from indoubt.specs.language.types import BoolType, EnumType, NotFinite, Type

WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def parsed(spec: type[Spec], texts: Iterable[str], budgets: dict[str, int]) -> dict[str, Any]:
    """The settings for a spec; `budgets` are those given as options of their own. Raises SettingError."""
    try:
        types = parameter_types(spec)
    except NotFinite:
        settle(spec, {})  # raises the located error
        raise
    given: dict[str, Any] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator or not name:
            example = f"{next((sort.__name__ for sort in sorts_of(spec)), 'RM')}=3"
            raise SettingError(f"{text!r} is no setting; write NAME=VALUE, for example {example}")
        if name in given:
            raise SettingError(f"{name} is given twice: {name}={given[name]} and {text}")
        given[name] = _value(name, value, types.get(name))
    for name, budget in budgets.items():
        if name not in types:
            has = ", ".join(one for one in ("crashes", "restarts", "partitions") if one in types)
            raise SettingError(
                f"{spec.__name__} declares no parameter {name}, so --{name} means nothing to it; "
                + (f"of the fault budgets it has: {has}" if has else "it has no fault budgets")
            )
        if name in given and given[name] != budget:
            raise SettingError(f"{name} is given twice: {name}={given[name]} and --{name} {budget}")
        given[name] = budget
    return given


def _value(name: str, text: str, type_: Type | None) -> Any:
    match type_:
        case BoolType():
            if text.lower() not in WORDS:
                raise SettingError(f"{name}={text} is not possible: {name} is true or false")
            return WORDS[text.lower()]
        case EnumType(cls):
            return _member(name, text, cls)
        case _:
            try:
                return int(text)
            except ValueError:
                size = f"the size of a sort is a whole number, as in {name}=3"
                what = size if type_ is None else f"{name} is {choices_text(type_)}"
                raise SettingError(f"{name}={text} is not possible: {what}") from None


def _member(name: str, text: str, cls: type[Enum]) -> Enum:
    for member in cls:
        if member.name.lower() == text.lower().replace("-", "_"):
            return member
    raise SettingError(f"{name}={text} is not possible: {name} is {choices_text(EnumType(cls))}")
