"""Build the package and compare its files with the folders: the usual fault is a wheel that silently lacks some."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "indoubt": "src/indoubt",
    "indoubt/specs": "specs",
    "indoubt/explorer": "explorer",
    "indoubt/invariants": "invariants",
    "indoubt/counterexamples": "counterexamples",
}
LINKS = tuple(Path("src") / package for package in FOLDERS if "/" in package)
INPUTS = ("pyproject.toml", "setup.py", "README.md", "LICENSE", "tests", "benchmarks", *FOLDERS.values())


def copy_of_the_tree(destination: Path, *, with_links: bool = True) -> Path:
    """What a build reads, without the build folders of earlier ones: setuptools would take old modules from there."""
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in INPUTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, destination / name, symlinks=True, ignore=ignore)
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, destination / name)
    for link in LINKS:
        (destination / link).unlink(missing_ok=True)
        if with_links:
            (destination / link).symlink_to(Path("../..") / link.name)
    return destination


def wheel_built_from(tree: Path, *what: str) -> Path:
    """The wheel that `python -m build` makes of `tree` without the network."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tree / "dist"), *what, str(tree)]
    build = subprocess.run(command, capture_output=True, text=True, check=False)
    assert build.returncode == 0, build.stdout + build.stderr
    (wheel,) = (tree / "dist").glob("*.whl")
    return wheel


def files_in(wheel: Path) -> list[str]:
    """The files of the package in a wheel, sorted; those about the wheel itself are left out."""
    with ZipFile(wheel) as archive:
        return sorted(name for name in archive.namelist() if ".dist-info/" not in name)


def files_in_the_folders() -> list[str]:
    """The files that the package consists of, under the names that they have in a wheel."""
    links = {ROOT / link for link in LINKS}
    return sorted(
        f"{package}/{path.relative_to(ROOT / folder).as_posix()}"
        for package, folder in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not links & set(path.parents)
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip install .` installs."""
    return wheel_built_from(copy_of_the_tree(tmp_path_factory.mktemp("tree")), "--wheel")


def test_wheel_has_exactly_the_files_of_the_folders(wheel: Path) -> None:
    """Nothing is lost, nothing is there twice, and neither tests nor benchmarks leak in."""
    built, expected = files_in(wheel), files_in_the_folders()
    assert len(built) == len(set(built))
    assert set(expected) - set(built) == set(), "lost: no __init__.py, or not in package-data?"
    assert set(built) - set(expected) == set(), "not ours"


def test_wheel_is_typed_and_has_the_command(wheel: Path) -> None:
    """Type checkers find py.typed, and the installer finds the name of the command."""
    with ZipFile(wheel) as archive:
        (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "indoubt/py.typed" in archive.namelist()
        assert "indoubt = indoubt.__main__:main" in archive.read(entry_points).decode()


def test_wheel_built_from_the_source_distribution_is_the_same(wheel: Path, tmp_path: Path) -> None:
    """Who installs from the source distribution gets no fewer modules."""
    assert files_in(wheel_built_from(copy_of_the_tree(tmp_path))) == files_in(wheel)


def test_wheel_built_without_the_symlinks_is_the_same(wheel: Path, tmp_path: Path) -> None:
    """The links in src/indoubt are for type checkers only: a checkout without them builds alike."""
    assert files_in(wheel_built_from(copy_of_the_tree(tmp_path, with_links=False), "--wheel")) == files_in(wheel)
