"""The tests speak about the installed package, so it has to be the one in this checkout."""

from importlib import metadata
from pathlib import Path

import pytest

import indoubt

ROOT = Path(__file__).parents[2]
INSTALLED = Path(indoubt.__file__).parent
FOLDERS = {
    ".": ROOT / "src" / "indoubt",
    "specs": ROOT / "specs",
    "explorer": ROOT / "explorer",
    "invariants": ROOT / "invariants",
    "counterexamples": ROOT / "counterexamples",
}
REMEDY = "run `pip install '.[test]'` again, after removing build/, or work with `pip install -e '.[test]'`"


def sources(folder: Path, *, leave_out: frozenset[str]) -> dict[str, bytes]:
    """The modules under `folder` and their text; `leave_out` names folders directly below that do not belong to it."""
    paths = (path.relative_to(folder) for path in folder.rglob("*.py"))
    return {path.as_posix(): (folder / path).read_bytes() for path in paths if path.parts[0] not in leave_out}


@pytest.mark.parametrize("name", FOLDERS)
def test_installed_modules_are_those_of_the_checkout(name: str) -> None:
    """A stale installation would make every other test speak about code that is no longer there."""
    leave_out = frozenset(FOLDERS if name == "." else ())
    expected = sources(FOLDERS[name], leave_out=leave_out)
    found = sources(INSTALLED / name, leave_out=leave_out)
    different = sorted(path for path in expected.keys() | found.keys() if expected.get(path) != found.get(path))
    assert not different, f"{INSTALLED / name} differs from {FOLDERS[name]} in {', '.join(different)}: {REMEDY}"


def test_version_has_one_source() -> None:
    """What the package says of itself is what the installer knows."""
    assert metadata.version("indoubt") == indoubt.__version__
