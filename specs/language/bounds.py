"""Named bounds: a constant of a module that the run may set, as `MAX_CLOCK = Bound(default=6)`.

A module is read before there is a run. What it computes from a bound then, as the alias `Annotated[int, Between(0,
MAX_CLOCK - 1)]` does, is computed again when the run has set the bound.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from indoubt.specs.language.universe import current_universe


class NamedBound:
    """An integer that is the default until a run sets it; learns its name from the module that it stands in."""

    def __init__(self, default: int) -> None:
        if isinstance(default, bool) or not isinstance(default, int):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"the default of a bound is a whole number from 0 up, not {default!r}")
        if type(self) is NamedBound and default < 0:
            raise ValueError(f"the default of a bound is a whole number from 0 up, not {default}")
        self.default = default
        self.name = ""
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # documented, like `inspect`'s
        self._module = frame.f_globals

    def learn_name(self, seen: str) -> str:
        """Its name: what the module that it stands in calls it, or else, of a function's own, what it is `seen` as."""
        own = next((name for name, value in self._module.items() if value is self), seen)
        self.name = self.name or own
        return self.name

    @property
    def value(self) -> int:
        """The value in the current universe."""
        universe = current_universe()
        return self.default if universe is None else universe.bounds.get(self.name, self.default)

    def __index__(self) -> int:
        return self.value

    __int__ = __index__

    def __hash__(self) -> int:
        return hash(id(self))

    def __repr__(self) -> str:
        return f"Bound({self.default})"


class ComputedBound(NamedBound):
    """A number that a module computes from named bounds: the result of an operation on some of them and integers."""

    def __init__(self, operate: Callable[..., int], operands: tuple[Any, ...]) -> None:
        super().__init__(operate(*map(_value, operands)))
        self.operate, self.operands = operate, operands

    @property
    def value(self) -> int:
        """The value in the current universe."""
        return self.operate(*map(_value, self.operands))


def _value(operand: Any) -> Any:
    return operand.value if isinstance(operand, NamedBound) else operand


def _computed(operate: Callable[..., int], *operands: Any) -> Any:
    """The result of an operation: a number within a run, and before it what becomes one."""
    if current_universe() is not None:
        return operate(*map(_value, operands))
    return ComputedBound(operate, operands)


def _compare(name: str) -> Callable[[NamedBound, Any], bool]:
    operate = getattr(operator, name)
    return lambda self, other: operate(self.value, _value(other))


def _compute(name: str) -> Callable[..., Any]:
    operate = getattr(operator, name)
    return lambda *operands: _computed(operate, *operands)


def _compute_reversed(name: str) -> Callable[[NamedBound, Any], Any]:
    operate = getattr(operator, name)
    return lambda self, other: _computed(operate, other, self)


for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(NamedBound, f"__{_name}__", _compare(_name))
for _name in ("add", "sub", "mul", "floordiv", "mod"):
    setattr(NamedBound, f"__{_name}__", _compute(_name))
    setattr(NamedBound, f"__r{_name}__", _compute_reversed(_name))
for _name in ("neg", "pos", "abs"):
    setattr(NamedBound, f"__{_name}__", _compute(_name))

if TYPE_CHECKING:

    def Bound(default: int) -> int:  # noqa: N802 - reads as a type where it is used
        """A named bound with its default."""
        return default

else:
    Bound = NamedBound
