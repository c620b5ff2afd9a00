"""`dataclass`, as in the standard library, for frozen classes; they are made some ten times faster.

The standard library compiles seven methods for each class when it is made, 0.3 ms, and a check needs two hundred
classes but few of their methods. Here a method is compiled when it is first called, with the same text, and from then
on it costs the same. For type checkers this is the `dataclass` of the standard library, and `fields`, `replace`,
`match`, equality, hashes, printing, copying and pickling are as there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from functools import partial
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

__all__ = ["dataclass", "frozen"]

C = TypeVar("C")

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, **options):
        """Make a dataclass: here if it is to be frozen, with slots or without, by the standard library otherwise."""
        slots = options.pop("slots", False)
        if options != {"frozen": True}:
            return dataclasses.dataclass(cls, slots=slots, **options)
        return partial(frozen, slots=slots) if cls is None else frozen(cls, slots=slots)


def frozen(cls: type[C], *, slots: bool) -> type[C]:
    """The class, with slots for its fields or without, and with methods that are compiled when they are first called.

    Raises TypeError for what is not known here: methods that take the place of generated ones, other than `__repr__`,
    and fields that are not plain parameters.
    """
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    for taken in ("__init__", "__eq__", "__hash__", "__setattr__", "__delattr__", "__getstate__", "__setstate__"):
        if taken in vars(cls):
            raise TypeError(f"{cls.__name__}.{taken} would be replaced; take the dataclass of the standard library")
    for one in fields(made):
        if not one.init or one.kw_only or one.hash is not None:
            raise TypeError(f"{cls.__name__}.{one.name} is a special field; take the dataclass of the standard library")
    for name, method in (SHARED | FOR_SLOTS if slots else SHARED).items():
        if name not in vars(cls):
            setattr(made, name, method)
    for name, text_of in COMPILED.items():
        setattr(made, name, _when_called(made, name, text_of))
    whole: type[C] = made
    return whole


def _when_called(cls: type[Any], name: str, text_of: Callable[[type[Any]], str]) -> Callable[..., Any]:
    """A method that puts the compiled one into its place."""

    def first_call(self: object, /, *arguments: Any, **named: Any) -> Any:
        known: dict[str, Any] = {"__name__": cls.__module__, "_set": object.__setattr__, "_unset": UNSET}
        for one in fields(cls):
            known[f"_default_{one.name}"] = one.default
            known[f"_new_{one.name}"] = one.default_factory
        exec(text_of(cls), known)  # as the standard library does; the text is of names of fields alone
        method = known[name]
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, method)
        return method(self, *arguments, **named)

    return first_call


UNSET: Final = object()
"""An argument that is not given, where each instance has a default of its own."""


def _init(cls: type[Any]) -> str:
    parameters = ", ".join(map(_parameter, fields(cls)))
    lines = [f"_set(self, {one.name!r}, {_argument(one)})" for one in fields(cls)]
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    return f"def __init__(self, {parameters}):\n " + "\n ".join(lines or ["pass"])


def _parameter(one: Field[Any]) -> str:
    if one.default_factory is not MISSING:
        return f"{one.name}=_unset"
    return one.name if one.default is MISSING else f"{one.name}=_default_{one.name}"


def _argument(one: Field[Any]) -> str:
    if one.default_factory is MISSING:
        return one.name
    return f"_new_{one.name}() if {one.name} is _unset else {one.name}"


def _eq(cls: type[Any]) -> str:
    equal = f"{_values(cls, 'self')} == {_values(cls, 'other')}"
    return f"def __eq__(self, other):\n if other.__class__ is self.__class__:\n  return {equal}\n return NotImplemented"


def _hash(cls: type[Any]) -> str:
    return f"def __hash__(self):\n return hash({_values(cls, 'self')})"


def _values(cls: type[Any], owner: str) -> str:
    return f"({''.join(f'{owner}.{one.name}, ' for one in fields(cls) if one.compare)})"


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _set_state(self: Any, state: Iterable[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)


SHARED: Final[dict[str, Any]] = {
    "__repr__": _repr,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
}
"""Methods that are the same for all classes."""
FOR_SLOTS: Final[dict[str, Any]] = {"__getstate__": _state, "__setstate__": _set_state}
"""And for those with slots: copying and pickling would set the fields one by one."""
COMPILED: Final[dict[str, Callable[[type[Any]], str]]] = {"__init__": _init, "__eq__": _eq, "__hash__": _hash}
"""The text of those that are not."""
