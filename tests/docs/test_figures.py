"""The pictures of the documentation are those that the commands beside them draw; `pytest --update-golden` writes them.

The picture of README.md is compared in test_readme.py.
"""

# pyright: reportUnknownMemberType=false
# `MonkeyPatch.syspath_prepend` has a parameter without a type.

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from pictures import is_kept

from indoubt.cli import run

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FILE = re.compile(r"^```python\n# (\w+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DRAWN = (
    (
        "faults.md",
        "frontier three_phase_commit Participant=2 --crashes 0..2 restarts=0..1 partitions=0..1",
        "frontier.png",
    ),
    (
        "replicated-counter.md",
        "check deaf.py Client=2 Replica=2 --detector timeout --partitions 1 -k distinct",
        "counter.png",
    ),
)
"""The page, the command as it stands there, and the picture."""


@pytest.mark.parametrize(("page", "command", "name"), DRAWN, ids=[name for _, _, name in DRAWN])
def test_a_picture_is_what_its_command_draws(
    page: str,
    command: str,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Whoever runs the command has the picture of the page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    assert f"$ indoubt {command}" in text
    assert f"(figures/{name})" in text
    for file, source in FILE.findall(text):
        (tmp_path / file).write_text(source, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert run([*shlex.split(command), "--figure", "drawn.png"]) == 1
    updating = bool(request.config.getoption("--update-golden"))
    assert is_kept(DOCS / "figures" / name, tmp_path / "drawn.png", updating=updating)
