"""docs/counts.md is the count table."""

from __future__ import annotations

from pathlib import Path

import pytest
from counts.page import page

PAGE = Path(__file__).parents[2] / "docs" / "counts.md"


def test_the_page_of_counts_is_written_from_the_table(request: pytest.FixtureRequest) -> None:
    """What a reader sees is what the tests check; `--update-golden` writes the page anew."""
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()
