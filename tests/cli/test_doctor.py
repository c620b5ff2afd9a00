"""`indoubt doctor`: all mistakes of a spec, or else its smells, with the place and what to do about each."""

from __future__ import annotations

from pathlib import Path

import pytest

from indoubt.cli import run

SICK = """from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Parameter, Set, Sort, Spec, action, empty, invariant, require


class P(Sort): ...


class Sick(Spec):
    strict: Parameter[bool] = True
    may_rest: Parameter[bool] = False
    unread: Annotated[int, Between(0, 3)] = 0
    fixed: bool = False
    asked: Set[P] = empty()
    done: Set[P] = empty()

    @action
    def ask(self, p: P, q: P) -> None:
        require(p not in self.asked)
        require(not self.fixed)
        self.asked.add(p)
        self.unread = 1

    @action
    def finish(self, p: P) -> None:
        require(p in self.done)
        self.done.add(p)

    @action
    def wait(self) -> None:
        pass

    @action
    def rest(self) -> None:
        require(self.may_rest)
        self.asked = empty()

    @action
    def never(self) -> None:
        require(self.fixed is None)
        self.asked = empty()

    def spare(self) -> bool:
        return self.fixed

    def fixed_for(self, p: P) -> Set[P]:
        return self.done

    @invariant
    def calm(self) -> bool:
        return all(p not in self.done or p in self.asked for p in P)
"""
HEALTHY = """from __future__ import annotations

from indoubt.specs.language import Set, Sort, Spec, action, empty, invariant, require


class P(Sort): ...


class Healthy(Spec):
    asked: Set[P] = empty()
    done: Set[P] = empty()

    @action
    def ask(self, p: P) -> None:
        require(p not in self.asked)
        self.asked.add(p)

    @action
    def finish(self, p: P) -> None:
        require(p in self.asked)
        self.done.add(p)

    @invariant
    def asked_first(self) -> bool:
        return all(p not in self.done or p in self.asked for p in P)
"""
WRITTEN = [
    ("parameter `strict` has no effect", "strict: Parameter[bool]", "let a guard depend on it"),
    ("nothing reads `unread`", "unread: Annotated", "state a property of it"),
    ("no action writes `fixed`", "fixed: bool", "make it a constant of the module"),
    ("parameter `q` of `ask` has no effect", "def ask", "every choice of it is one more step"),
    ("`wait` changes nothing", "def wait", "so that a final state is no deadlock"),
    ("`never` is never enabled", "require(self.fixed is None)", "mend the guard"),
    ("nothing calls the helper `spare`", "def spare", "unless a refinement maps to it"),
    ("nothing calls the helper `fixed_for`", "def fixed_for", "decorate it if it is an action or a property"),
]
EXPLORED = [
    ("no state enables `finish`", "def finish", "look at its guards one by one"),
    ("`calm` is true without its last part being needed", "def calm", "state as `@reachable`"),
]


def doctored(text: str, *settings: str) -> int:
    """The exit status of the doctor who has seen a spec."""
    Path("seen.py").write_text(text, encoding="utf-8")
    return run(["doctor", "seen.py", *settings])


def warning(printed: str, title: str) -> str:
    """The warning with this title."""
    found = [part for part in printed.split("\n\n") if part.startswith(f"warning: {title}\n")]
    assert len(found) == 1, printed
    return found[0]


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("title", "line", "help_"), WRITTEN, ids=[title for title, _, _ in WRITTEN])
def test_a_smell_is_seen_without_exploring(
    capsys: pytest.CaptureFixture[str], title: str, line: str, help_: str
) -> None:
    """Each is a warning with its place and what to do, and the exit status stays 0."""
    assert doctored(SICK) == 0
    found = warning(capsys.readouterr().out, title)
    assert line in found
    assert help_ in found


@pytest.mark.parametrize(("title", "line", "help_"), EXPLORED, ids=[title for title, _, _ in EXPLORED])
def test_a_smell_is_seen_in_the_states(capsys: pytest.CaptureFixture[str], title: str, line: str, help_: str) -> None:
    """Where sizes are given, the states are looked at as well."""
    assert doctored(SICK, "P=2") == 0
    found = warning(capsys.readouterr().out, title)
    assert line in found
    assert "the 4 reachable states" in found
    assert help_ in found


def test_the_last_line_counts_the_warnings_and_says_what_was_explored(capsys: pytest.CaptureFixture[str]) -> None:
    """There is no word about states that nobody has looked at."""
    doctored(SICK)
    *_, last = capsys.readouterr().out.splitlines()
    assert last == f"Sick: no mistakes, {len(WRITTEN)} warnings; not explored: no sizes are given, as in P=2"
    doctored(SICK, "P=2")
    *_, last = capsys.readouterr().out.splitlines()
    assert last == f"Sick: no mistakes, {len(WRITTEN) + len(EXPLORED)} warnings; all 4 states explored"


def test_a_healthy_spec_has_no_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    """One line says so."""
    assert doctored(HEALTHY, "P=2") == 0
    assert capsys.readouterr().out == "Healthy: no mistakes, no warnings; all 9 states explored\n"


def test_mistakes_end_it_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them, in the order of the file, and no warnings beside them."""
    wrong = SICK.replace("self.unread = 1", "self.unread = 0.5").replace("return self.fixed\n", "return self.fixd\n")
    assert doctored(wrong.replace("    def spare", "    @invariant\n    def spare")) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.index("error[S311]") < printed.err.index("error[S101]")
    assert "warning" not in printed.err


def test_a_spec_that_fails_while_it_runs_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    """With the way to the state in which it fails."""
    wrong = HEALTHY.replace(
        "        require(p in self.asked)\n        self.done.add(p)", "        self.asked.remove(p)"
    )
    assert doctored(wrong, "P=2") == 2
    printed = capsys.readouterr().err
    assert "error[S402]: Healthy.finish(P0)" in printed
    assert "The way to that state:" in printed


def test_an_action_that_parameters_switch_off_is_no_smell(capsys: pytest.CaptureFixture[str]) -> None:
    """The run has chosen so: it is told in one line, also where the guard spans several lines."""
    spread = SICK.replace(
        "require(self.may_rest)", "require(\n            self.may_rest\n            and True\n        )"
    )
    for text in (SICK, spread):
        assert doctored(text) == 0
        printed = capsys.readouterr().out
        assert "note: `rest` is switched off by may_rest\n" in printed
        assert "`rest` is never enabled" not in printed
    doctored(SICK, "may_rest=true")
    assert "note:" not in capsys.readouterr().out


BUDGETED = """from __future__ import annotations

from typing import Annotated

from indoubt.specs.language import Between, Fault, Parameter, Set, Sort, Spec, action, empty, invariant, require


class P(Sort): ...


class Budgeted(Spec):
    crashes: Parameter[Annotated[int, Between(0, 1)]] = 0
    asked: Set[P] = empty()
    crashed: Set[P] = empty()

    @action
    def ask(self, p: P) -> None:
        require(p not in self.asked)
        self.asked.add(p)

    @action(fault=Fault.CRASH)
    def crash(self, p: P) -> None:
        require(p in self.asked and len(self.crashed) < self.crashes)
        self.crashed.add(p)

    @action
    def replace(self, p: P) -> None:
        require(p in self.asked and p in self.crashed)
        self.crashed.remove(p)

    @invariant
    def few(self) -> bool:
        return len(self.crashed) <= len(self.asked)
"""


@pytest.mark.parametrize(
    ("text", "why"),
    [(BUDGETED, "crashes=0"), (BUDGETED.replace("crashes", "outages"), "no `crash`")],
    ids=["crashes", "outages"],
)
def test_an_action_that_needs_a_fault_of_another_run_is_no_smell(
    capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    """It is a note; where every fault happens, an action that no state enables is a warning again."""
    assert doctored(text, "P=1") == 0
    printed = capsys.readouterr().out
    reason = f"switched off, or in need of a fault that this run does not allow ({why})"
    assert f"note: no state enables `replace`: {reason}\n" in printed
    assert ": no mistakes, no warnings; " in printed
    allowed = ("P=1", "crashes=1" if text is BUDGETED else "outages=1")
    assert doctored(text, *allowed) == 0
    assert "no state enables" not in capsys.readouterr().out
    dead = text.replace("p in self.asked and p in self.crashed", "p not in self.asked and p in self.crashed")
    assert doctored(dead, *allowed) == 0
    warning(capsys.readouterr().out, "no state enables `replace`")


CONTENT = """from __future__ import annotations

from indoubt.specs.language import Fault, Set, Sort, Spec, action, empty, initial, invariant, require


class P(Sort): ...


class Content(Spec):
    leader: P
    up: Set[P] = empty()
    crashed: bool = False

    @initial
    def start(self, p: P) -> None:
        self.leader = p

    @action
    def rise(self, p: P) -> None:
        require(p not in self.up)
        self.up.add(p)

    @action(fault=Fault.CRASH)
    def crash(self) -> None:
        require(len(self.up) > len(P))
        self.crashed = True

    @action
    def done(self) -> None:
        require(self.up == Set(P) or self.crashed)

    def leaders(self) -> Set[P]:
        return {p for p in self.up if p == self.leader}

    @invariant
    def one_leader(self) -> bool:
        return len({p for p in P if p == self.leader}) == 1
"""


def test_what_has_a_purpose_is_no_smell(capsys: pytest.CaptureFixture[str]) -> None:
    """A choice of `@initial`, a fault that cannot happen, a last step that waits, a helper for a refinement."""
    assert doctored(CONTENT, "P=2") == 0
    assert capsys.readouterr().out == "Content: no mistakes, no warnings; all 8 states explored\n"


@pytest.mark.parametrize(
    "spec",
    [
        "consensus Value=3",
        "tcommit RM=2",
        "two_phase RM=2",
        "paxos Acceptor=2 Ballot=2 Value=2",
        "two_phase_commit",
        "three_phase_commit Participant=2",
    ],
)
def test_the_library_is_healthy(capsys: pytest.CaptureFixture[str], spec: str) -> None:
    """A doctor who warns of specs that are right is not listened to."""
    name, *settings = spec.split()
    assert run(["doctor", name, *settings]) == 0
    assert ": no mistakes, no warnings; " in capsys.readouterr().out


def test_a_parameter_of_a_node_is_used_by_its_handlers(capsys: pytest.CaptureFixture[str]) -> None:
    """A system has the parameters of its nodes; and what no author has written is nobody's mistake."""
    for name in ("paxos_nodes", "three_phase_nodes"):
        assert run(["doctor", name]) == 0
        assert "no warnings" in capsys.readouterr().out


@pytest.mark.parametrize("network", ["Network.bag()", "Network.fifo()"])
def test_without_sizes_a_system_on_links_is_looked_at_and_not_explored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], network: str
) -> None:
    """The network sets the capacities of links, so none is made up; mistakes are told where sizes are missing too."""
    text = (Path(__file__).parents[1] / "examples" / "nodes_two_phase.py").read_text(encoding="utf-8")
    text = text.replace("Network.SET", network)
    path = tmp_path / "on_links.py"
    path.write_text(text, encoding="utf-8")
    assert run(["doctor", str(path)]) == 0
    assert capsys.readouterr().out.endswith("not explored: no sizes are given, as in RM=2\n")
    path.write_text(
        text.replace(
            "@invariant", "@invariant\n    def wrong(self) -> bool:\n        return self.nothing\n\n    @invariant", 1
        ),
        encoding="utf-8",
    )
    assert run(["check", str(path)]) == 2
    assert "S101" in capsys.readouterr().err
