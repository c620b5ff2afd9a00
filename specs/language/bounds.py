"""Named bounds: a constant of a module that the run may set, as `MAX_CLOCK = Bound(default=6)`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from indoubt.specs.language.universe import current_universe


class NamedBound:
    """An integer that is the default until a run sets it; learns its name from the module that it stands in."""

    def __init__(self, default: int) -> None:
        self.default = default
        self.name = ""

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


def _delegate(name: str) -> Callable[[NamedBound, Any], Any]:
    operate = getattr(operator, name)

    def run(self: NamedBound, other: Any) -> Any:
        return operate(self.value, other.value if isinstance(other, NamedBound) else other)

    return run


def _delegate_reversed(name: str) -> Callable[[NamedBound, Any], Any]:
    operate = getattr(operator, name)

    def run(self: NamedBound, other: Any) -> Any:
        return operate(other, self.value)

    return run


def _delegate_alone(name: str) -> Callable[[NamedBound], Any]:
    operate = getattr(operator, name)

    def run(self: NamedBound) -> Any:
        return operate(self.value)

    return run


for _name in ("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "floordiv", "mod"):
    setattr(NamedBound, f"__{_name}__", _delegate(_name))
for _name in ("add", "sub", "mul", "floordiv", "mod"):
    setattr(NamedBound, f"__r{_name}__", _delegate_reversed(_name))

for _name in ("neg", "pos", "abs"):
    setattr(NamedBound, f"__{_name}__", _delegate_alone(_name))

if TYPE_CHECKING:

    def Bound(default: int) -> int:  # noqa: N802 - reads as a type where it is used
        """A named bound with its default."""
        return default

else:
    Bound = NamedBound
