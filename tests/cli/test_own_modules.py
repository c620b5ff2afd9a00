"""Specs in files that are named like modules of Python: both can be used, and each is itself."""

import importlib
import sys
from pathlib import Path

import pytest

from indoubt import Verdict, check
from indoubt.explorer.frontend.diagnostics import SpecError
from indoubt.finding.specs import UnknownSpec, find_spec
from indoubt.runs.checkpoints import address_of

SORTS = "class Client(Sort): ...\n"
SPEC = """
from indoubt.specs.language import Map, Message, Node, Sort, System, invariant, on_message, on_timeout, require
{sorts}
class Want(Message): ...

class User(Node[Client]):
    asked: bool = False

    @on_timeout
    def want(self) -> None:
        require(not self.asked)
        self.asked = True
        self.broadcast(Want(), to=Client)

    @on_message
    def on_want(self, _: Want, sender: Client) -> None:
        self.asked = False

class {name}(System):
    users: Map[Client, User]

    @invariant
    def nobody_asks(self) -> bool:
        return not any(user.asked for user in self.users.values())
"""


def written(path: Path, name: str = "Asking", sorts: str = SORTS) -> str:
    """The path of a new file with a system of this name."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(SPEC.format(name=name, sorts=sorts))
    return str(path)


@pytest.mark.parametrize("name", ["queue", "string", "token", "secrets"])
@pytest.mark.parametrize("is_loaded", [True, False])
def test_a_spec_may_have_the_name_of_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, is_loaded: bool
) -> None:
    """Whether Python has loaded that module or not: each finds its own names."""
    standard = importlib.import_module(name)
    file = written(tmp_path / f"{name}.py")
    if not is_loaded:
        monkeypatch.delitem(sys.modules, name)
    spec = find_spec(file)
    assert sys.modules[spec.__module__].__file__ == file
    assert address_of(spec) == f"{file}::Asking"
    assert check(spec, Client=1, engine="reference").verdict is Verdict.VIOLATED
    assert importlib.import_module(name).__file__ == standard.__file__
    assert str(tmp_path) not in sys.path


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    """The classes of each look their names up in their own file."""
    files = [written(tmp_path / name / "of_one_name.py", name.title()) for name in ("first", "second")]
    specs = [find_spec(file) for file in files]
    assert [sys.modules[spec.__module__].__file__ for spec in specs] == files
    for spec in specs:
        assert check(spec, Client=1, engine="reference").verdict is Verdict.VIOLATED


def test_files_of_a_folder_import_each_other_but_not_in_place_of_the_standard_library(tmp_path: Path) -> None:
    """What has such a name beside the spec has to be renamed."""
    for name in ("its_own_words", "types"):
        (tmp_path / f"{name}.py").write_text("from indoubt.specs.language import Sort\n" + SORTS)
    file = written(tmp_path / "queue.py", sorts="from its_own_words import Client")
    assert check(file, Client=1, engine="reference").verdict is Verdict.VIOLATED
    with pytest.raises(SpecError, match=r"types is a module of the standard library: rename types\.py"):
        find_spec(written(tmp_path / "other.py", sorts="from types import Client"))


def test_a_module_of_the_standard_library_is_no_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`queue:Asking` is Python's queue, and `queue.py` is the file."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "queue.py")
    with pytest.raises(UnknownSpec, match=r"for the file write queue\.py::Class"):
        find_spec("queue:Asking")
    assert find_spec("queue.py").__name__ == "Asking"


def test_a_spec_may_have_the_name_of_an_installed_module(tmp_path: Path) -> None:
    """Native code needs the module that is installed."""
    spec = find_spec(written(tmp_path / "llvmlite.py"))
    assert check(spec, Client=1).verdict is Verdict.VIOLATED
