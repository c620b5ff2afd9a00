"""How a file of the user becomes a module, whatever its name: none of it takes the place of a module that others need.

A spec may be called `queue.py` or `token.py`, as a module of the standard library is. Its classes look their names up
in `sys.modules`, so it stands there as well, under a name that no import can write.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

MARK = "#"
"""What stands between the name of a file and its number, where another module has the name."""


def module_name(path: Path) -> str:
    """The name under which a file is a module: its own, unless another module has or may need that."""
    name = path.stem
    if name not in sys.modules and not is_standard(name) and not _is_installed(name, path):
        return name
    return next(one for number in itertools.count(2) if (one := f"{name}{MARK}{number}") not in sys.modules)


def name_of_file(module: ModuleType) -> str:
    """The name that the author gave a module."""
    return module.__name__.rpartition(".")[2].partition(MARK)[0]


def is_standard(name: str) -> bool:
    """Whether a name is that of a module of the standard library, or in one."""
    return name.partition(".")[0] in sys.stdlib_module_names


@contextmanager
def imports_from(folder: Path) -> Generator[None]:
    """Let files of a folder import each other, while the standard library stays what it is."""
    finder, place = _Folder(folder), str(folder)
    sys.meta_path.insert(0, finder)
    sys.path.append(place)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        sys.path.remove(place)


def _is_installed(name: str, path: Path) -> bool:
    """Whether an import of the name would find another file than this one."""
    if "." in name:
        return False
    found = find_spec(name)
    return found is not None and found.has_location and Path(str(found.origin)).resolve() != path.resolve()


class _Folder:
    """Finds the modules of a folder before those that are installed, as Python does for a script."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The file of the folder that a name means; None in a package, and for the names of the standard library."""
        if path is not None or is_standard(name):
            return None
        found = PathFinder.find_spec(name, [str(self.folder)], target)
        return found if found is not None and found.loader is not None else None
