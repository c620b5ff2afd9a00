"""Sizes and parameters from the command line: `NAME=VALUE` texts to the values that a spec takes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any

from indoubt.explorer.frontend.lower import settle
from indoubt.specs.language.declarations import capacities, sorts_of, survey
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.quorum_systems import QuorumSystem
from indoubt.specs.language.settings import QUORUMS, SettingError, choices_text, parameter_types
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.types import BoolType, EnumType, IntType, NotFinite, SetType, SortType, Type
from indoubt.specs.language.values import Set

WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,4000}")


class NoValue(ValueError):
    """A text that is no value of a type."""


def parsed(spec: type[Spec], texts: Iterable[str], budgets: dict[str, int]) -> dict[str, Any]:
    """The settings for a spec; `budgets` are those given as options of their own. Raises SettingError."""
    try:
        types = parameter_types(spec)
    except NotFinite:
        settle(spec, {})  # raises the located error
        raise
    sizes = [sort.__name__ for sort in sorts_of(spec) if sort.fixed_size is None]
    bounds = [*survey(spec).bounds, *capacities(spec)]
    given: dict[str, Any] = {}
    written: dict[str, str] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise SettingError(_no_setting(text, sizes, [*types, *bounds]))
        if name in given:
            what = f"{name} is given twice: {written[name]} and {text}"
            is_set = isinstance(types.get(name), SetType)
            # A shell takes `x={a,b}` apart into `x=a` and `x=b`.
            hint = f"a set is one setting, without braces or in quotes: {written[name]},{value}"
            raise SettingError(f"{what}; {hint if is_set else 'leave one of them out'}")
        written[name] = text
        if name == QUORUMS and name not in types and name not in bounds:
            given[name] = quorums_of(value)
            continue
        given[name] = _value(name, value, types.get(name), is_bound=name in bounds)
    for name, budget in budgets.items():
        if name not in types:
            has = ", ".join(one for one in ("crashes", "restarts", "partitions") if one in types)
            raise SettingError(
                f"{spec.__name__} declares no parameter {name}, so --{name} means nothing to it; "
                + (f"of the fault budgets it has: {has}" if has else "it has no fault budgets")
                + f"; leave --{name} out"
            )
        if name in given and given[name] != budget:
            raise SettingError(f"{name} is given twice: {written[name]} and --{name} {budget}; leave one of them out")
        given[name] = budget
    return given


def quorums_of(text: str) -> QuorumSystem | dict[str, QuorumSystem]:
    """The quorum system of a text, `flexible(q1=3, q2=2)`, or one for each sort, `Acceptor:grid(2,2);RM:majority()`."""
    from indoubt.invariants.quorums import written  # noqa: PLC0415 - few runs choose one

    parts = [part.strip() for part in text.split(";")]
    named = [re.fullmatch(r"(\w+)\s*:(.*)", part, re.DOTALL) for part in parts]
    found: dict[str, QuorumSystem] = {}
    for one in named:
        if one is not None and one[1] in found:
            raise SettingError(f"{QUORUMS} has {one[1]} twice: {found[one[1]]} and {one[2]}; leave one of them out")
        if one is not None:
            found[one[1]] = written.parsed(one[2])
    if len(found) == len(parts):
        return found
    if found or len(parts) > 1:
        raise SettingError(f"{QUORUMS}={text} is not possible; write one system, or SORT:SYSTEM;SORT:SYSTEM")
    return written.parsed(text)


def _no_setting(text: str, sizes: list[str], others: list[str]) -> str:
    """What to write instead of a text without a name or without a value."""
    name = re.split(r"[^\w]", text.lstrip("-="), maxsplit=1)[0]
    known = {one.lower(): one for one in [*sizes, *others]}
    value = (re.findall(r"[0-9]+", text) or ["3"])[0]
    wanted = known.get(name.lower()) or next(iter([*sizes, *others]), "RM")
    return f"{text!r} is no setting; write NAME=VALUE, for example {wanted}={value}"


def _value(name: str, text: str, type_: Type | None, *, is_bound: bool) -> Any:
    try:
        return _parsed(text, type_)
    except NoValue as error:
        if type_ is not None:
            what = f"{name} is {choices_text(type_)}"
        elif is_bound:
            what = f"a bound is a whole number from 0 up, as in {name}=2"
        else:
            what = f"the size of a sort is a whole number, as in {name}=3"
        reason = f"; {error}" if str(error) else ""
        raise SettingError(f"{name}={text} is not possible: {what}{reason}") from None


def _parsed(text: str, type_: Type | None) -> Any:
    match type_:
        case BoolType():
            if text.lower() not in WORDS:
                raise NoValue
            return WORDS[text.lower()]
        case EnumType(cls):
            return _enum_member(text, cls)
        case SortType(cls):
            return _sort_member(text, cls)
        case SetType(element):
            return _set(text, element)
        case _:
            if not WHOLE_NUMBER.fullmatch(text):
                raise NoValue
            return int(text)


def _enum_member(text: str, cls: type[Enum]) -> Enum:
    for member in cls:
        if member.name.lower() == text.lower().replace("-", "_"):
            return member
    raise NoValue


def _sort_member(text: str, cls: type[Sort]) -> Sort:
    """`Node2`; whether there is such a member is for the sizes to say."""
    index = re.fullmatch(rf"{cls.__name__}\(?([0-9]{{1,9}})\)?", text, re.IGNORECASE)
    if index is None:
        raise NoValue
    try:
        return cls(int(index[1]))
    except ValueError as error:  # a sort of a size that the spec fixes
        raise NoValue(str(error)) from None


def _set(text: str, element: Type) -> Set[Any]:
    """`a,b`, `{a,b}` or `{}`."""
    if not isinstance(element, BoolType | EnumType | IntType | SortType):
        raise NoValue
    inside = text.strip()
    if inside.startswith("{") and inside.endswith("}"):
        inside = inside[1:-1].strip()
        if not inside:
            return Set()
    elif not inside:
        raise NoValue("the empty set is written {}")
    values: list[Any] = []
    for part in inside.split(","):
        try:
            value = _parsed(part.strip(), element)
        except NoValue as error:
            raise NoValue(str(error) or f"{part.strip()!r} is none of them") from None
        if value in values:
            raise NoValue(f"{part.strip()} stands in it twice")
        values.append(value)
    return Set(values)
