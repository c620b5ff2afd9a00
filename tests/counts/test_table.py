"""The count table as a whole: no row twice, none without a test, no figure of another kind."""

from __future__ import annotations

import re
from pathlib import Path

from counts.row import OURS, Row, When, holds, violated
from counts.run import observed
from counts.table import ROWS
from oracles.one_phase import OnePhase

from indoubt import Verdict

TESTS = Path(__file__).parents[1]
CASES = re.compile(r"\bcases\(([\w, ]+)\)")


def test_no_row_stands_twice() -> None:
    """Every row is a check of its own."""
    names = [row.name for row in ROWS]
    assert [name for name in names if names.count(name) > 1] == []


def test_every_row_is_run_by_a_test() -> None:
    """Ports are run all together, and so are examples; a spec of the library is named in the test of its protocol."""
    texts = [path.read_text(encoding="utf-8") for path in (TESTS / "specs").rglob("test_*.py")]
    run = {name.strip() for text in texts for found in CASES.findall(text) for name in found.split(",")}
    library = {row.spec.__name__ for row in ROWS if not row.spec.__module__.startswith(("oracles.", "examples."))}
    assert library - run == set()


def test_a_row_has_the_figures_of_its_kind() -> None:
    """A full search has counts and no counterexample; a violation has only a length."""
    for row in ROWS:
        counts = (row.expected.initial, row.expected.distinct, row.expected.depth)
        if row.symmetry:
            assert row.expected.distinct is not None, row.name
        elif row.about is None:
            assert row.expected.length is None, row.name
            assert row.when is When.BY_HAND or None not in counts, row.name
        else:
            assert counts == (None, None, None), row.name


def test_a_row_with_a_wrong_figure_is_found_out() -> None:
    """A count that is one off, a wrong length and a wrong verdict all differ from what is observed."""
    right = holds(OnePhase, 5, 4, OURS, generated=6, RM=2)
    wrong: list[Row] = [
        holds(OnePhase, 6, 4, OURS, RM=2),
        holds(OnePhase, 5, 5, OURS, RM=2),
        holds(OnePhase, 5, 4, OURS, generated=7, RM=2),
        holds(OnePhase, 5, 4, OURS, initial=2, RM=2),
        holds(OnePhase, 5, 4, OURS, RM=2, may_crash=True),
        violated(OnePhase, "atomicity", 5, OURS, RM=2, may_crash=True),
        violated(OnePhase, "atomicity", 4, OURS, RM=2),
    ]
    assert observed(right) == right.expected
    assert observed(right).verdict is Verdict.HOLDS
    assert [row.name for row in wrong if observed(row) == row.expected] == []
