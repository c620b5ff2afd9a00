"""`indoubt explain`: each code of a mistake has a page, whose wrong program gives that code and whose right one checks.

`pytest --update-golden` writes the errors in the pages anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from indoubt import SpecError, SpecFailed, check, find_spec, prove
from indoubt.cli import run
from indoubt.command_line.explaining import Program, explained, programs_of
from indoubt.explorer.frontend.codes import PAGES, TITLES, page_of
from indoubt.proofs import prove_spec
from indoubt.runs.settings_text import parsed
from indoubt.specs.language.machine import methods_of

ROOT = Path(__file__).parents[2]
CODE = re.compile(r'"(S\d{3})"')
ERROR = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROOFS: dict[str, dict[str, Any]] = {"S801": {"bmc": 2}, "S802": {}}
"""The codes that a proof gives, and what it is asked for."""
CODES = sorted(page.stem for page in PAGES.glob("*.md"))


def told(program: Program, name: str, code: str) -> tuple[set[str], str]:
    """The codes of the mistakes in a program, and what its author is told; nothing where it is right."""
    Path(name).write_text(program.text, encoding="utf-8")
    try:
        if "@theorem" in program.text:
            return (set(), "") if prove(f"{name}::demo").exit_status == 0 else ({"refuted"}, "")
        spec = find_spec(f"{name}::Demo" if "class Base(" in program.text else name)
        if code in PROOFS:
            prove_spec(spec, **PROOFS[code], **parsed(spec, program.settings, {}))
        else:
            check(spec, **parsed(spec, program.settings, {}))
    except SpecError as error:
        return {mistake.code for mistake in error.diagnostics}, f"{error}\n"
    except SpecFailed as error:
        return {error.diagnostic.code}, f"{error}\n"
    return set(), ""


def test_every_code_in_the_source_has_a_title_and_a_page() -> None:
    """A code means one kind of mistake; none is without a page, and no page is left over."""
    folders = (ROOT / "explorer", ROOT / "src" / "indoubt", ROOT / "specs" / "language", ROOT / "invariants")
    sources = [path for folder in folders for path in folder.rglob("*.py") if path.name != "codes.py"]
    used = {code for path in sources for code in CODE.findall(path.read_text(encoding="utf-8"))}
    assert used == set(TITLES) == set(CODES)
    assert len(set(TITLES.values())) == len(TITLES)
    assert list(TITLES) == sorted(TITLES)


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_program_of_a_page_gives_its_code(
    code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The page shows exactly what the author of that program is told."""
    monkeypatch.chdir(tmp_path)
    page = page_of(code)
    wrong, _ = programs_of(code)
    codes, text = told(wrong, "demo.py", code)
    assert codes == {code}
    if request.config.getoption("--update-golden"):
        page = ERROR.sub(lambda _: f"```text\n{text}```", page)
        (PAGES / f"{code}.md").write_text(page, encoding="utf-8")
    assert ERROR.findall(page) == [text]


@pytest.mark.parametrize("code", CODES)
def test_the_right_program_of_a_page_checks(code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It has no mistake, and something happens in it."""
    monkeypatch.chdir(tmp_path)
    wrong, right = programs_of(code)
    assert told(right, "right.py", code) == (set(), "")
    assert right.text != wrong.text
    assert page_of(code).startswith(f"# {code}: {TITLES[code]}\n\n")
    assert "@theorem" in right.text or methods_of(find_spec("right.py::Demo"), "action")


def test_explain_prints_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    """As plain text, with the programs indented; the case of the code does not matter."""
    assert run(["explain", "s201"]) == 0
    printed = capsys.readouterr().out
    assert printed == explained("S201") + "\n"
    assert "    error[S201]: `require` after a write\n" in printed
    assert "```" not in printed


def test_explain_alone_lists_all_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """With their titles, by family."""
    assert run(["explain"]) == 0
    printed = capsys.readouterr().out
    assert "S2xx  statements\n" in printed
    for code, title in TITLES.items():
        assert f"  {code}  {title}\n" in printed


def test_an_unknown_code_is_told_with_those_close_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked, what there is, and how to see all."""
    assert run(["explain", "S299"]) == 2
    printed = capsys.readouterr().err
    assert "no code 'S299'" in printed
    assert "`indoubt explain` lists all" in printed
