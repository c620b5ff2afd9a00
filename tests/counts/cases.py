"""The rows of the count table as parameters of tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from counts.row import Row, When
from counts.table import of

from indoubt.specs.language import Spec


def named(rows: Iterable[Row]) -> list[Any]:
    """Rows as parameters of a test, named, the slow ones marked, without those that are run by hand."""
    return [
        pytest.param(row, id=row.name, marks=[pytest.mark.slow] if row.when is When.SLOW else [])
        for row in rows
        if row.when is not When.BY_HAND
    ]


def cases(*specs: type[Spec]) -> list[Any]:
    """The rows of some specs as parameters of a test."""
    return named(of(*specs))
