"""Arguments of the public functions: of the kind that they are for, or refused with what to give."""

from __future__ import annotations

import math
import os
import reprlib
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from indoubt.finding.specs import UsageError
from indoubt.specs.language.settings import QUORUMS
from indoubt.specs.language.sorts import Sort

P = ParamSpec("P")
R = TypeVar("R")


class Kind(NamedTuple):
    """What an argument has to be."""

    fits: Callable[[Any], bool]
    text: str


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def _are_names(value: Any) -> bool:
    return _is_several(value) and all(isinstance(one, str) for one in value)


def _is_several(value: Any) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)


def _is_sort(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, type) and issubclass(value, Sort))


def _are_sorts(value: Any) -> bool:
    return (
        isinstance(value, bool)
        or _is_sort(value)
        or (_is_several(value) and len(value) > 0 and all(map(_is_sort, value)))
    )


def _is_mapping_to(kind: type) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if not isinstance(value, Mapping):
            return False
        given: Mapping[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return all(isinstance(name, str) and isinstance(one, kind) for name, one in given.items())

    return fits


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_size(value: Any) -> bool:
    return _is_whole(value) or _is_text(value)


def _is_path(value: Any) -> bool:
    return isinstance(value, str | os.PathLike)


WHOLE, NUMBER = Kind(_is_whole, "a whole number"), Kind(_is_number, "a number of seconds")
TRUTH, TEXT = Kind(_is_truth, "True or False"), Kind(_is_text, "a text")
PATH = Kind(_is_path, "the path of a folder")
CALLABLE = Kind(callable, "a function")
KINDS = {
    "max_states": WHOLE,
    "max_depth": WHOLE,
    "timeout": NUMBER,
    "checkpoint_every": NUMBER,
    "seed": WHOLE,
    "runs": WHOLE,
    "depth": WHOLE,
    "bmc": WHOLE,
    "induction": WHOLE,
    "workers": WHOLE,
    "memory": Kind(_is_size, 'a size as "4G", or a number of bytes'),
    "deadlock": TRUTH,
    "hugepages": TRUTH,
    "run_all": TRUTH,
    "keep_dead": TRUTH,
    "properties": Kind(_are_names, 'the names of properties, as ["agreement"]'),
    "constraints": Kind(_are_names, 'the names of constraints, as ["small"]'),
    "view": TEXT,
    "minimal": TEXT,
    "engine": TEXT,
    "store": TEXT,
    "partition": TEXT,
    "in_flight": TEXT,
    "bounds": Kind(_is_mapping_to(int), 'whole numbers by name, as {"log": 2}'),
    "mapping": Kind(_is_mapping_to(str), 'names by variable, as {"chosen": "decided"}'),
    "symmetry": Kind(_are_sorts, 'True, False, or the names of sorts, as ["RM"]'),
    "disk": PATH,
    "progress": CALLABLE,
    "told": CALLABLE,
}
"""The arguments that are looked at here; the others say themselves what is wrong with them."""


def _read(quorums: Any) -> Any:
    """Quorum systems, where texts stand for them."""
    from indoubt.runs.settings_text import quorums_of  # noqa: PLC0415 - few runs choose one

    if isinstance(quorums, str):
        return quorums_of(quorums)
    if isinstance(quorums, Mapping):
        given: Mapping[Any, Any] = quorums  # pyright: ignore[reportUnknownVariableType]
        return {sort: quorums_of(one) if isinstance(one, str) else one for sort, one in given.items()}
    return quorums


def of_their_kinds(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which is called with named arguments of their kinds only. An argument may be its default.

    Quorum systems may be texts, as on the command line. Raises UsageError, and SettingError for such a text.
    """
    defaults: Mapping[str, Any] = getattr(function, "__kwdefaults__", None) or {}

    @wraps(function)
    def called(*arguments: P.args, **named: P.kwargs) -> R:
        for name, value in named.items():
            if name in defaults and name in KINDS and value is not defaults[name] and not KINDS[name].fits(value):
                raise UsageError(f"{name}={reprlib.repr(value)} is not possible; give {KINDS[name].text}")
        if QUORUMS in named:
            named[QUORUMS] = _read(named[QUORUMS])
        return function(*arguments, **named)

    return called
