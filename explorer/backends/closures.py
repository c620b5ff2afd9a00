"""What evaluation is made of: closures over a state and a frame of locals."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence, Sequence
from typing import Any

Frame = MutableSequence[Any]
Evaluate = Callable[[Sequence[Any], Frame], Any]


class EvaluationFailed(Exception):
    """An expression has no value here: the least element of an empty set, for example."""
