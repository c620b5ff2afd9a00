"""Methods that are handed on without their objects.

What two objects know of each other is freed when Python looks for such circles, and that may be late: it counts objects
and not the memory that they have of the system, which may be gigabytes of states, or the code of a spec.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def weakly(method: Callable[P, R]) -> Callable[P, R]:
    """A method of an object that others keep alive as long as this is called."""
    kept = weakref.WeakMethod(method)

    def call(*arguments: P.args, **named: P.kwargs) -> R:
        found = kept()
        assert found is not None, "the object is gone"
        return found(*arguments, **named)

    return call
