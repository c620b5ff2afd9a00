"""`python -m benchmarks`: rows of the count table, and the same models through several checkers.

No time is measured here, and no other checker has to be there: what Spin, rumur and TLC print was recorded.
"""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import benchmarks_importable
import pytest
from benchmarks import chart, compare, growth, memory, pieces, report, startup, timing
from benchmarks.comparison import CountsDiffer, Measured, measured
from benchmarks.instances import COMPARED, MODELS, QUICK, ROOT, SMALL, Instance, two_phase
from benchmarks.processes import Failed, run as run_process
from benchmarks.tools.indoubt import PROPERTIES, Indoubt
from benchmarks.tools.rumur import Rumur, UnknownConstant, with_constants
from benchmarks.tools.spin import Spin
from benchmarks.tools.stateright import Stateright
from benchmarks.tools.tlc import Tlc, configuration
from benchmarks.tools.tool import Prepared, Tool, Unreadable
from counts.table import ROWS

from indoubt import check
from indoubt.explorer.frontend.lower import lower, settle
from indoubt.explorer.search.memory import Memory
from indoubt.finding.specs import find_spec

INSTANCES = (SMALL, *QUICK, *COMPARED)

SPIN = """
State-vector 20 byte, depth reached 10, errors: 0
      288 states, stored
      858 states, matched
     1146 transitions (= stored+matched)
        0 atomic steps
"""
RUMUR = """
Status:

\tNo error found.

State Space Explored:

\t288 states, 1145 rules fired in 0s.
"""
TLC = """
Model checking completed. No error has been found.
1146 states generated, 288 distinct states found, 0 states left on queue.
The depth of the complete state graph search is 11.
"""
STATERIGHT = """
Checking. states=1, unique=1, depth=1
Done. states=1146, unique=288, depth=11, sec=1
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The benchmarks as somebody runs them from the root of a checkout."""
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=benchmarks_importable.FOLDER.parent, capture_output=True, text=True, check=False)


# ---- rows of the count table


def test_the_rows_that_are_chosen_are_timed() -> None:
    """Each has a line with the counts of the table and a time."""
    done = run("counts", "OnePhase", "RM=3", "--runs", "1")
    assert done.returncode == 0, done.stderr
    assert "| OnePhase RM=3 | 14 | 9 | 0." in done.stdout


def test_a_word_that_fits_no_row_is_told() -> None:
    """A misspelt protocol times nothing, and says where the names are."""
    done = run("counts", "TwoFase")
    assert done.returncode == 2
    assert "no row of the count table contains TwoFase; --list prints the names" in done.stderr


def test_a_wrong_count_prints_no_time(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The last of three rows is wrong, and the times of the first two are not printed either."""
    right = [row for row in ROWS if row.name in ("OnePhase RM=1", "OnePhase RM=2", "OnePhase RM=3")]
    assert len(right) == 3
    wrong = dataclasses.replace(right[2], expected=dataclasses.replace(right[2].expected, distinct=10))
    monkeypatch.setattr(timing, "ROWS", (*right[:2], wrong))
    with pytest.raises(SystemExit, match="wrong count, so no times are printed: OnePhase RM=3"):
        timing.main(["OnePhase", "--runs", "1"])
    assert capsys.readouterr().out == ""


def test_every_row_that_is_timed_by_default_is_in_the_table() -> None:
    """The choice names rows by what the table calls them."""
    done = run("counts", "--list")
    assert done.stdout.split("\n")[:-1] == [row.name for row in ROWS if row.name in done.stdout.split("\n")]
    assert len(done.stdout.split("\n")[:-1]) == 5


def test_without_a_command_there_is_help() -> None:
    """The commands are named."""
    done = run()
    assert done.returncode == 2
    assert "COMMAND" in done.stderr


# ---- models


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda one: one.name)
def test_models_know_the_sizes_of_an_instance(instance: Instance) -> None:
    """A size that a model does not read would compare two different spaces."""
    promela = (MODELS / f"{instance.model}.pml").read_text()
    for name in instance.sizes:
        assert re.search(rf"^#ifndef {name}$", promela, re.MULTILINE), f"{instance.model}.pml does not read {name}"
    murphi = with_constants((MODELS / f"{instance.model}.m").read_text(), instance)
    for name, value in instance.constants.items():
        assert f"{name}: {value};" in murphi
    for name in instance.tlc:
        module = (MODELS / f"{instance.model}.tla").read_text()
        assert re.search(rf"\bMODULE {instance.model}\b", module)
        assert re.search(rf"^CONSTANTS?\b(.|\n)*\b{name}\b(.|\n)*^VARIABLES", module, re.MULTILINE)


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda one: one.name)
def test_specs_take_the_settings_of_an_instance(instance: Instance) -> None:
    """The spec lowers with them, and has the properties that the other models check."""
    path = instance.spec if "::" not in instance.spec else f"{ROOT / instance.spec.partition('::')[0]}::"
    spec = find_spec(path + instance.spec.partition("::")[2])
    machine = lower(spec, settle(spec, dict(instance.settings)))
    known = {one.name for one in machine.checked}
    assert set(PROPERTIES.get(instance.model, ())) <= known


def test_a_constant_that_a_model_has_not_is_refused() -> None:
    """Otherwise rumur would explore the size that stands in the file."""
    other = dataclasses.replace(SMALL, constants={"Sites": 3})
    with pytest.raises(UnknownConstant, match=r"models/two_phase\.m has no constant Sites"):
        with_constants((MODELS / "two_phase.m").read_text(), other)


@pytest.mark.parametrize(("messages", "distinct"), [(1, 5_014), (2, 68_377)])
def test_the_spec_with_a_bag_has_these_states(messages: int, distinct: int) -> None:
    """Spin and rumur find as many in their models."""
    path = f"{MODELS / 'replication.py'}::Replication"
    result = check(path, S=3, MAX_TERM=2, MAX_LOG=1, log=1, net=messages, capacity=messages)
    assert result.verdict.name == "HOLDS"
    assert result.counts.distinct == distinct


# ---- what tools print


@pytest.mark.parametrize(
    ("tool", "output"),
    [(Spin(), SPIN), (Rumur(), RUMUR), (Tlc(), TLC), (Stateright(), STATERIGHT)],
    ids=("Spin", "rumur", "TLC", "Stateright"),
)
def test_counts_are_read_from_what_a_tool_prints(tool: Tool, output: str) -> None:
    """And what is no complete run without error has no counts."""
    assert tool.distinct(output) == 288
    with pytest.raises(Unreadable):
        tool.distinct("Segmentation fault")


@pytest.mark.parametrize(
    ("tool", "output"),
    [
        (Spin(), SPIN.replace("errors: 0", "errors: 1")),
        (Spin(), f"error: max search depth too small\n{SPIN}"),
        (Rumur(), RUMUR.replace("No error found", "1 error(s) found")),
        (Tlc(), TLC.replace("No error has been found", "Error: Invariant Consistent is violated")),
        (Tlc(), TLC.replace("0 states left", "12 states left")),
        (Indoubt(), '{"verdict": "violated", "reasons": [], "counts": {"distinct": 288, "generated": 1146}}'),
    ],
    ids=("Spin error", "Spin too deep", "rumur error", "TLC error", "TLC stopped", "indoubt violated"),
)
def test_a_verdict_other_than_holds_has_no_counts(tool: Tool, output: str) -> None:
    """A run that stopped early has seen fewer states, and took less time for them."""
    with pytest.raises(Unreadable):
        tool.distinct(output)


def test_tools_that_are_not_installed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, with the way to get them; indoubt is always here."""
    monkeypatch.setenv("PATH", "")
    for name in ("TLA2TOOLS_JAR", "STATERIGHT_EXAMPLES"):
        monkeypatch.delenv(name, raising=False)
    told = {tool.name: tool.missing() for tool in compare.tools()}
    assert told.pop("indoubt") is None
    told.pop("indoubt, 2 workers", None)
    assert sorted(told) == ["Spin", "Stateright", "TLC", "rumur"]
    for name, why in told.items():
        assert why is not None, name
        assert "PATH" in why


def test_a_configuration_of_tlc_names_constants_and_invariants() -> None:
    """As TLC reads them."""
    assert configuration({"RM": "{r1}"}, ("Consistent",)) == (
        "INIT Init\nNEXT Next\nCONSTANTS\n  RM = {r1}\nINVARIANTS Consistent\n"
    )


# ---- the comparison


@dataclasses.dataclass(frozen=True)
class Echo:
    """A tool that prints a number of states."""

    name: str
    states: int
    most_runs: int | None = None

    def missing(self) -> str | None:
        return None

    def lacks(self, instance: Instance) -> str | None:
        return "it has no ballots" if "Paxos" in instance.name else None

    def prepare(self, instance: Instance, folder: Path) -> Prepared:
        return Prepared((sys.executable, "-c", f"print({self.states})  # {instance.name}"), folder, 0.5)

    def distinct(self, output: str) -> int:
        return int(output)

    def version(self) -> str:
        return f"{self.name} 1"


def test_tools_take_turns_and_one_may_run_less_often() -> None:
    """A B A B A: what slows the machine down for a while slows both down."""
    told: list[str] = []
    rows = measured(SMALL, [Echo("a", 288), Echo("b", 288, most_runs=2)], 3, told.append)
    assert told == [
        "TwoPhase RM=3: a compiles",
        "TwoPhase RM=3: b compiles",
        "TwoPhase RM=3: a runs, 1 of 3",
        "TwoPhase RM=3: b runs, 1 of 2",
        "TwoPhase RM=3: a runs, 2 of 3",
        "TwoPhase RM=3: b runs, 2 of 2",
        "TwoPhase RM=3: a runs, 3 of 3",
    ]
    assert [(one.tool, one.distinct, len(one.cpu_s), one.compile_s) for one in rows] == [
        ("a", 288, 3, 0.5),
        ("b", 288, 2, 0.5),
    ]
    assert all(one.peak_bytes > 1 << 20 and min(one.wall_s) > 0 for one in rows)
    assert rows[0].first_verdict_s == 0.5 + rows[0].median_s


def test_different_counts_end_the_comparison() -> None:
    """Nothing is returned that could be printed."""
    with pytest.raises(CountsDiffer, match=r"TwoPhase RM=3: b finds 287 states, there are 288"):
        measured(SMALL, [Echo("a", 288), Echo("b", 287)], 1, lambda _: None)


def test_what_is_not_run_is_in_the_report() -> None:
    """With the reason; all others are."""
    done = compare.compare([SMALL, QUICK[1]], [Echo("a", 288)], 1, lambda _: None)
    assert done.skipped == (f"{QUICK[1].name} with a: it has no ballots",)
    assert [one.instance for one in done.measured] == ["TwoPhase RM=3"]
    assert done.versions == {"a": "a 1"}


def test_a_command_that_fails_is_told_with_its_end(tmp_path: Path) -> None:
    """Status and output."""
    with pytest.raises(Failed, match=r"(?s)exit status 3 .*no such spec"):
        run_process((sys.executable, "-c", "print('no such spec'); exit(3)"), tmp_path)


def test_instances_are_chosen_by_words() -> None:
    """Each model is compared, in both lengths of the run."""
    for quick in (False, True):
        assert {one.model for one in compare.chosen([], quick=quick)} == {
            "two_phase",
            "paxos_m",
            "raft_lite",
            "replication",
        }
    assert [one.name for one in compare.chosen(["twophase", "RM=9"], quick=False)] == ["TwoPhase RM=9"]
    assert compare.chosen(["TwoFase"], quick=False) == []


# ---- tables and charts from recorded figures


def figures(tool: str, cpu_s: Sequence[float], peak: int, **idle: float | int) -> Measured:
    """A row of TwoPhase with eight members."""
    size = two_phase(8)
    wall = tuple(2 * seconds for seconds in cpu_s)
    start = (idle.get("idle_s"), idle.get("idle_wall_s"), idle.get("idle_bytes"))
    bytes_ = None if start[2] is None else int(start[2])
    return Measured(size.name, tool, size.distinct, 0.2, 1.25, tuple(cpu_s), wall, peak, start[0], start[1], bytes_)


RECORDED = report.Report(
    {"processor": "2 x Example"},
    {"Spin": "Spin Version 6.5.2"},
    ("TLC: there is no `tlc` on the PATH",),
    (
        figures("indoubt", (0.5, 0.4, 0.6), 120 << 20, idle_s=0.3, idle_wall_s=0.3, idle_bytes=80 << 20),
        figures("indoubt, 2 workers", (0.5, 0.5, 0.55), 130 << 20, idle_s=0.3, idle_wall_s=0.5, idle_bytes=80 << 20),
        figures("Spin", (2.5, 2.6, 2.4), 174_540_800),
    ),
)


def test_the_table_has_medians_and_ratios() -> None:
    """Of whole processes, and of the search alone in the lines below."""
    text = report.table(RECORDED)
    assert "- not run: TLC: there is no `tlc` on the PATH" in text
    assert "## TwoPhase RM=8: 1,745,408 states" in text
    assert "| Spin | 3 | 2.50 | 2.40 | 2.60 | 0.70 | 5.0 | 100 | 0.20 | 1.25 |" in text
    assert "the search alone 0.20 s (8.73 million states/s) and 24.0 bytes a state." in text
    assert "Times the search alone: Spin 12.5." in text
    assert "With 2 workers, 1.00 s pass instead of 1.00 s; the search alone is 1.40 times as fast." in text


def test_a_report_is_written_and_read_again(tmp_path: Path) -> None:
    """As JSON, with a table and a chart beside it."""
    compare.save(RECORDED, tmp_path)
    assert report.read(tmp_path / "comparison.json") == RECORDED
    assert (tmp_path / "comparison.md").read_text() == report.table(RECORDED)
    drawn = (tmp_path / "comparison.svg").read_text()
    assert "</svg>" in drawn
    (tmp_path / "other.json").write_text(json.dumps({"schema": "indoubt/verdict/1"}))
    with pytest.raises(ValueError, match="is no report of the benchmarks"):
        report.read(tmp_path / "other.json")


def test_a_growth_curve_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With nanoseconds per transition and bytes per state."""
    points = [
        growth.Point(7, 296_448, 2_744_706, 0.1, 9_000_000),
        growth.Point(8, 1_745_408, 18_507_778, 0.5, 44_000_000),
    ]
    growth.save(points, tmp_path)
    assert "| 8 | 1,745,408 | 18,507,778 | 0.50 | 27.0 | 3.49 | 25.2 |" in capsys.readouterr().out
    assert json.loads((tmp_path / "growth.json").read_text())["points"][0]["members"] == 7
    assert "</svg>" in (tmp_path / "growth.svg").read_text()


def test_a_chart_is_drawn_from_a_report_without_other_tools(tmp_path: Path) -> None:
    """One tool alone has bars as well."""
    alone = dataclasses.replace(RECORDED, measured=RECORDED.measured[:1])
    chart.draw(alone, tmp_path / "alone.png")
    assert (tmp_path / "alone.png").read_bytes().startswith(b"\x89PNG")


def test_startup_is_told_as_a_ratio() -> None:
    """To Python's own start."""
    told = startup.table({"python -c pass": [0.02, 0.01, 0.03], "import indoubt": [0.06, 0.05, 0.08]})
    assert "| `import indoubt` | 60 | 50 | 3.0 | 100 |" in told


def test_the_limit_of_memory_is_measured_with_keys_that_are_all_found_again() -> None:
    """As plain Python and as machine code, which both count the keys that were new."""
    slots, count = 512, 256
    held = Memory(8 * (slots + memory.SPARE), huge=False)
    assert memory.insert_random(held.address, slots, count, 1) == count
    assert memory.insert_random(held.address, slots, count, 1) == 0
    held.close()
    (small,) = memory.measure([1 << 14], lambda _: None)
    assert small.insert_ns > 0
    assert small.find_ns > 0
    assert "| 1,024 MiB | 20.0 | 50 | 18.5 |" in memory.table([memory.Access(1 << 30, 20.0, 18.5)])


def test_the_pieces_of_a_search_are_measured_over_the_states_that_it_finds() -> None:
    """Each is a part of the whole; what is left is the table."""
    (small,) = pieces.measure([SMALL], lambda _: None)
    assert (small.states, small.transitions) == (288, 1146)
    parts = (small.successors_s, small.filters_s, small.properties_s, small.pages_s)
    assert min(small.search_s, *parts) >= 0
    assert small.rest_s == pytest.approx(small.search_s - sum(parts))
    one = pieces.Pieces("some", 10, 2_000_000_000, 2.0, 0.5, 0.3, 0.2, 0.4)
    assert "| some | 2.00 | 1.0 | 25 % | 15 % | 10 % | 20 % | 30 % |" in pieces.table([one])
