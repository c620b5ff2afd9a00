"""The arrows of the dependency picture in docs/architecture.md, checked against the imports of every module.

`ALLOWED` is that picture as data. Imports are read from the source, so those inside functions and those for type
checkers count as well.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = {
    "indoubt": ROOT / "src" / "indoubt",
    "indoubt.specs": ROOT / "specs",
    "indoubt.explorer": ROOT / "explorer",
    "indoubt.invariants": ROOT / "invariants",
    "indoubt.counterexamples": ROOT / "counterexamples",
}
BARE_NAMES = {package.removeprefix("indoubt.") for package in FOLDERS} - {"indoubt"}

LANGUAGE = "indoubt.specs.language"
IR = "indoubt.explorer.ir"

# Package or module -> what it may import of us besides itself. The longest entry that fits a module counts.
BELOW = ("indoubt.specs", "indoubt.explorer", "indoubt.invariants", "indoubt.counterexamples")
ALLOWED: dict[str, tuple[str, ...]] = {
    LANGUAGE: (),
    "indoubt.specs": ("indoubt.invariants.templates",),
    "indoubt.invariants.templates": (LANGUAGE,),
    IR: (LANGUAGE,),
    "indoubt.explorer.frontend": (LANGUAGE, IR),
    "indoubt.explorer.passes": (LANGUAGE, IR),
    "indoubt.explorer.backends": (LANGUAGE, IR),
    "indoubt.explorer": (LANGUAGE,),
    "indoubt.invariants": (LANGUAGE, IR, "indoubt.explorer.frontend", "indoubt.explorer.backends.guards"),
    "indoubt.counterexamples": (LANGUAGE, "indoubt.explorer.search", "indoubt.explorer.replay"),
    "indoubt.finding": BELOW,
    "indoubt.runs": (*BELOW, "indoubt.finding", "indoubt.faults.fewest", "indoubt.faults.budgets"),
    "indoubt.reports": (*BELOW, "indoubt.finding", "indoubt.runs", "indoubt.faults.fewest"),
    "indoubt.faults": (*BELOW, "indoubt.finding", "indoubt.runs", "indoubt.reports"),
    "indoubt.proofs": (*BELOW, "indoubt.finding", "indoubt.runs", "indoubt.reports"),
    "indoubt": (),
}

# Each has one module that imports it, and that module is imported when it is needed and not before.
SINGLE_USER = ("llvmlite", "matplotlib", "networkx", "numba", "ray", "z3")


@dataclass(frozen=True)
class Import:
    """One imported module, with the place of the import for the message of a failure."""

    importer: str
    imported: str
    place: str


def is_within(module: str, package: str) -> bool:
    """Whether `module` is `package` or lies below it."""
    return module == package or module.startswith(f"{package}.")


def modules() -> dict[str, Path]:
    """The source of every module of the package, by dotted name; symlinks are not followed."""
    found: dict[str, Path] = {}
    for package, folder in FOLDERS.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            if package == "indoubt" and f"indoubt.{parts[0]}" in FOLDERS:
                continue  # Python 3.11 and 3.12 follow the links for type checkers
            found[".".join([package, *(part for part in parts if part != "__init__")])] = path
    return found


MODULES = modules()


def imports_of(module: str) -> Iterator[Import]:
    """What `module` imports; `from package import name` means the module `package.name` where there is one."""
    path = MODULES[module]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                targets = [alias.name for alias in names]
            case ast.ImportFrom(module=str(source), names=names, level=0):
                targets = [f"{source}.{alias.name}" for alias in names]
                targets = sorted({target if target in MODULES else source for target in targets})
            case ast.ImportFrom():
                targets = ["a relative import"]
            case _:
                continue
        for target in targets:
            yield Import(module, target, f"{path.relative_to(ROOT)}:{node.lineno}")


def box_of(module: str) -> str:
    """The entry of `ALLOWED` that speaks about `module`."""
    return max((box for box in ALLOWED if is_within(module, box)), key=len)


def offence(found: Import) -> str | None:
    """What is wrong with one import, or `None`."""
    if found.imported == "a relative import" or found.imported.split(".")[0] in BARE_NAMES:
        return f"{found.place}: imports are absolute and begin with `indoubt`"
    if not is_within(found.imported, "indoubt"):
        return None
    box = box_of(found.importer)
    if any(is_within(found.imported, target) for target in (box, *ALLOWED[box])):
        return None
    return f"{found.place}: {found.importer} imports {found.imported}"


def test_imports_point_the_way_the_architecture_says() -> None:
    """No module imports one that the picture gives it no arrow to."""
    assert MODULES, f"no modules under {ROOT}"
    offences = [text for module in MODULES for found in imports_of(module) if (text := offence(found))]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize(
    ("importer", "imported", "is_allowed"),
    [
        (f"{LANGUAGE}.machine", f"{LANGUAGE}.sorts", True),
        (f"{LANGUAGE}.machine", "indoubt.specs.commit.two_phase", False),
        ("indoubt.specs.commit.two_phase", LANGUAGE, True),
        ("indoubt.specs.commit.two_phase", "indoubt.invariants.templates", True),
        ("indoubt.specs.commit.two_phase", "indoubt.invariants.quorums", False),
        ("indoubt.specs.commit.two_phase", "indoubt", False),
        ("indoubt.invariants.templates", "indoubt.invariants.quorums", False),
        ("indoubt.invariants.smt", f"{IR}.nodes", True),
        ("indoubt.invariants.smt", "indoubt.explorer.search", False),
        ("indoubt.explorer.search.bfs", "indoubt.explorer.backends.reference", True),
        ("indoubt.explorer.search.bfs", "indoubt.specs.commit.two_phase", False),
        ("indoubt.explorer.frontend.lower", "indoubt.explorer.search", False),
        ("indoubt.counterexamples.text", "indoubt.explorer.search.result", True),
        ("indoubt.counterexamples.text", IR, False),
        ("indoubt.cli", "indoubt.counterexamples.figure", True),
        ("indoubt.cli", "specs.commit.two_phase", False),
        ("indoubt.cli", "click", True),
    ],
)
def test_the_picture_separates_good_imports_from_bad_ones(importer: str, imported: str, *, is_allowed: bool) -> None:
    """The rules themselves say yes and no where a reader of the picture would."""
    assert (offence(Import(importer, imported, "here:1")) is None) == is_allowed


@pytest.mark.parametrize("library", SINGLE_USER)
def test_a_heavy_library_has_at_most_one_importer(library: str) -> None:
    """Who wants to replace a library has one module to read, or one folder."""
    users = {module for module in MODULES for found in imports_of(module) if is_within(found.imported, library)}
    folders = {module.rpartition(".")[0] for module in users}
    if len(folders) == 1 and folders.isdisjoint(FOLDERS):
        return  # one folder that is about nothing else
    if library == "z3" and all(is_within(module, "indoubt.invariants") for module in users):
        return  # theorems about sets and about specs, each in a folder of its own
    assert len(users) <= 1, f"{library} is imported by {', '.join(sorted(users))}"


@pytest.mark.parametrize("module", ["indoubt", "indoubt.specs.language", "indoubt.cli"])
def test_an_import_loads_no_heavy_library(module: str) -> None:
    """Someone who only writes or lists specs does not wait for Z3 or matplotlib."""
    program = f"import sys, {module}; print(*sorted(set(sys.modules) & {set(SINGLE_USER) | {'numpy'}!r}))"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert loaded == []


# What a check that asks for nothing special has no use for, and which other runs load when they need it.
SPECIAL = (
    "importlib.metadata",
    "rich",
    "indoubt.runs.refining",
    "indoubt.runs.viewing",
    "indoubt.runs.symmetric",
    "indoubt.runs.simulating",
    "indoubt.command_line.simulation_command",
    "indoubt.command_line.diagnosing",
    "indoubt.command_line.explaining",
    "indoubt.faults.ablation",
    "indoubt.faults.budgets",
    "indoubt.faults.fewest",
    "indoubt.faults.frontier",
    "indoubt.explorer.passes.budget_licence",
    "indoubt.explorer.passes.limit_faults",
    "indoubt.counterexamples.export",
    "indoubt.counterexamples.figure",
    "indoubt.counterexamples.graph",
    "indoubt.counterexamples.text",
    "indoubt.explorer.backends.source",
    "indoubt.explorer.frontend.refinement",
    "indoubt.explorer.passes.view_licence",
    "indoubt.explorer.search.liveness",
    "indoubt.explorer.search.native_refinement",
    "indoubt.explorer.search.native_runs",
    "indoubt.explorer.search.promises",
    "indoubt.explorer.search.simulation",
    "indoubt.explorer.search.symmetry",
    "indoubt.explorer.search.walks",
)
NATIVE = ("llvmlite", "indoubt.explorer.search.native_exploration", "indoubt.explorer.backends.native.model")


def loaded_by(program: str) -> set[str]:
    """The modules that a program loads, apart from those that Python itself begins with."""
    around = f"import sys; before = set(sys.modules); {program}; print(*set(sys.modules) - before, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", around], check=True, capture_output=True, text=True)
    return set(done.stderr.split())


def test_importing_the_package_loads_none_of_its_modules() -> None:
    """They come when a name is first used."""
    loaded = loaded_by("import indoubt")
    assert "indoubt" in loaded
    assert [one for one in sorted(loaded) if one.startswith("indoubt.")] == []
    assert not loaded & set(SPECIAL)


@pytest.mark.parametrize("engine", ["native", "reference"])
def test_a_plain_check_loads_what_it_needs(engine: str) -> None:
    """Nobody waits for what other runs need; and what is named here is spelt as it is."""
    check = f"from indoubt.cli import run; run(['check', 'two_phase', 'RM=2', '--engine', {engine!r}])"
    loaded = loaded_by(check)
    assert {"indoubt.runs.checking", "indoubt.counterexamples.replay", "indoubt.explorer.frontend.lower"} <= loaded
    assert sorted(loaded & {*SPECIAL, *SINGLE_USER, "numpy"} - {"llvmlite"}) == []
    assert loaded >= set(NATIVE) if engine == "native" else not loaded & set(NATIVE)
    assert {one for one in SPECIAL if one.startswith("indoubt.")} <= MODULES.keys()


@pytest.mark.parametrize(
    ("options", "module"),
    [
        (["--symmetry"], "indoubt.explorer.search.symmetry"),
        (["-o", "dot=/dev/null"], "indoubt.counterexamples.export"),
        (["--format", "json"], "indoubt.counterexamples.export"),
        (["-k", "everybody_aborts"], "indoubt.counterexamples.text"),
    ],
)
def test_a_check_that_asks_for_more_loads_more(options: list[str], module: str) -> None:
    """So the test above looks at the right names."""
    check = f"from indoubt.cli import run; run(['check', 'two_phase', 'RM=2', '--engine', 'reference', *{options!r}])"
    assert module in loaded_by(check)
