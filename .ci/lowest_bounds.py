"""Print each dependency of the package at its lower bound, for pip: `click>=8.1.0` becomes `click==8.1.0`."""

import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def main() -> None:
    """Write one requirement a line to standard output."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    print(*(requirement.replace(">=", "==") for requirement in project["dependencies"]), sep="\n")


if __name__ == "__main__":
    main()
