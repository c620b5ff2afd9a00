"""Every example in README.md and docs/ is run, in the order of its page and in a folder of its own.

    ```python       runs as part of a module that the page builds up; with `>>>`, prints what it says
    ```python       with `# name.py` in its first line, becomes a file of that name
    ```console      `$ indoubt ...` prints what it says, on either stream; `$ echo $?` is the exit status
    ```sh           installs; the first one of the README is run by .ci/run and tests/docs/test_readme.py
    ```text         output that tests/docs/test_readme.py compares
    ```             a picture, in characters

`pytest --update-golden` writes the output of the console blocks anew.
"""

# pyright: reportUnknownMemberType=false
# `MonkeyPatch.syspath_prepend` has a parameter without a type.

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from indoubt.cli import run

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# (\w+\.py)\n")
VARYING = (
    (re.compile(r"\b\d+\.\d\d s\b"), "0.00 s"),
    (re.compile(r"\b[\d,]+ steps/s"), "0 steps/s"),
    (re.compile(r"\bZ3 [\d.]+"), "Z3 0.0.0"),
    (re.compile(r", cvc5 [\d.]+ agrees"), ""),
)
"""What differs from run to run: how long it took, how fast it was, and which solvers are installed."""


def normalised(text: str) -> str:
    """Output without what differs from run to run."""
    for varying, fixed in VARYING:
        text = varying.sub(fixed, text)
    return text


@dataclass
class Reader:
    """Somebody who tries out a page from top to bottom."""

    module: ModuleType
    folder: Path
    files: list[str] = field(default_factory=list)

    def python(self, text: str, place: str) -> None:
        """Run a block, or keep it as the file that it says it is."""
        if ">>>" in text:
            self.session(text, place)
            return
        named = FILE_NAME.match(text)
        path = self.folder / (named[1] if named else f"{place.replace(':', '_').replace('.', '_')}.py")
        path.write_text(text, encoding="utf-8")
        if named:
            self.files.append(path.stem)
        else:
            # Specs are lowered from their source, so it has to be on file.
            exec(compile(text, str(path), "exec", dont_inherit=True), vars(self.module))

    def session(self, text: str, place: str) -> None:
        """Type in what follows `>>>`, and compare what is printed."""
        session = doctest.DocTestParser().get_doctest(text, vars(self.module), place, place, 0)
        told = io.StringIO()
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(session, out=told.write, clear_globs=False)
        vars(self.module).update(session.globs)
        assert not told.getvalue(), told.getvalue()

    def console(self, text: str) -> str:
        """The block as it reads when its commands are run now."""
        lines: list[str] = []
        status = 0
        for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
            lines.append(f"$ {command}")
            if command == "echo $?":
                lines.append(str(status))
                continue
            program, *arguments = shlex.split(command)
            assert program == "indoubt", f"{command}: only indoubt is run here"
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                status = run(arguments)
            lines += printed.getvalue().rstrip("\n").split("\n")
        return "\n".join(lines) + "\n"


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """A reader with an empty folder, whose modules are forgotten afterwards."""
    module = ModuleType("page")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    reader = Reader(module, tmp_path)
    yield reader
    for name in reader.files:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_the_examples_of_a_page_do_what_they_say(page: Path, reader: Reader, request: pytest.FixtureRequest) -> None:
    """A reader who copies the examples in order sees the output that the page shows."""
    text = page.read_text(encoding="utf-8")
    written, end = "", 0
    for block in FENCED.finditer(text):
        language, body = block.groups()
        place = f"{page.name}:{text.count(chr(10), 0, block.start()) + 1}"
        if language == "python":
            reader.python(body, place)
        elif language == "console":
            printed = reader.console(body)
            if not request.config.getoption("--update-golden"):
                assert normalised(body) == normalised(printed), place
            elif normalised(body) != normalised(printed):
                written += text[end : block.start(2)] + printed
                end = block.end(2)
    if end:
        page.write_text(written + text[end:], encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_no_example_escapes(page: Path) -> None:
    """Every block is of a kind that is run or compared, and every fence is closed."""
    text = page.read_text(encoding="utf-8")
    languages = {block[1] for block in FENCED.finditer(text)}
    allowed = {"python", "console", ""}
    assert languages <= (allowed | {"sh", "text"} if page.name == "README.md" else allowed)
    assert len(re.findall(r"^\s*```", text, re.MULTILINE)) == 2 * len(FENCED.findall(text))


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link names a file or folder of the repository."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r'src="([^":]+)"', text):
        assert (page.parent / target).exists(), target
