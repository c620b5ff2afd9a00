"""`indoubt check --checkpoint` and `indoubt resume`: runs that are stopped, interrupted or killed go on as if never."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indoubt.cli import run
from indoubt.runs import checkpoints

SPEC = """
from typing import Annotated

from indoubt.specs.language import Between, Spec, action, invariant, require


class Lamps(Spec):
    count: Annotated[int, Between(0, 3000)] = 0

    @action
    def up(self) -> None:
        require(self.count < MOST)
        self.count += 1

    @invariant
    def some(self) -> bool:
        return self.count >= 0
"""


def data_of(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> dict[str, Any]:
    """The JSON of a command that exits with `status`."""
    assert run([*arguments, "--format", "json"]) == status
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


def same(data: dict[str, Any]) -> tuple[Any, ...]:
    """What does not depend on how often a run was stopped; which of several shortest traces is found, may."""
    answers = [(one["name"], one["verdict"], one["states"]) for one in data["properties"]]
    return data["verdict"], answers, data["counts"], data["levels"], data["envelope"]["taken"]


def check(*arguments: str) -> list[str]:
    """The command."""
    return ["check", "two_phase", *arguments, "--engine", "native"]


def test_a_run_that_a_limit_ends_prints_the_line_to_go_on_with(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """And the line works, from another folder, with a new limit, in the end without one."""
    kept = tmp_path / "run one"
    whole = same(data_of(capsys, *check("RM=5")))
    assert run(check("RM=5", "--max-states", "500", "--checkpoint", str(kept))) == 3
    assert f"go on with  indoubt resume '{kept}' --max-states 5000" in capsys.readouterr().out
    stopped = data_of(capsys, "resume", str(kept), "--max-states", "4000", status=3)
    assert 4000 < stopped["counts"]["distinct"] < 4100
    assert stopped["checkpoint"] == {"path": str(kept), "resume": f"indoubt resume '{kept}' --max-states 40000"}
    with_more = data_of(capsys, "resume", str(kept), "--max-states", "100000", "--workers", "2")
    assert same(with_more) == whole
    assert with_more["checkpoint"] is None


def test_a_run_goes_on_within_the_limits_that_it_had(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The one that ended it has to be given anew, and larger."""
    kept = str(tmp_path / "kept")
    assert run(check("RM=4", "--max-depth", "5", "--max-states", "1000", "--checkpoint", kept)) == 3
    capsys.readouterr()
    assert run(["resume", kept]) == 2
    assert (
        f"stopped by --max-depth 5, and would be again; give it more: indoubt resume {kept}" in capsys.readouterr().err
    )
    assert run(["resume", kept, "--max-depth", "4"]) == 2
    capsys.readouterr()
    stopped = data_of(capsys, "resume", kept, "--max-depth", "100", status=3)
    assert stopped["stopped"]["limit"] == "--max-states 1000"


def test_a_violation_is_found_at_the_same_depth(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its trace goes through states of both runs, and the Python source confirms it."""
    broken = ["check", "two_phase::ImpatientTwoPhase", "RM=3", "-k", "consistent", "--engine", "native"]
    whole = same(data_of(capsys, *broken, status=1))
    kept = str(tmp_path / "kept")
    assert run([*broken, "--max-states", "50", "--checkpoint", kept]) == 3
    capsys.readouterr()
    gone_on = data_of(capsys, "resume", kept, "--max-states", "100000", status=1)
    assert same(gone_on) == whole
    assert run(["resume", kept, "--max-states", "100000"]) == 1
    assert "A shortest counterexample to consistent" in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--workers", "2"], ["--store", "fingerprint"]])
@pytest.mark.parametrize(
    "spec", [["two_phase", "RM=7"], ["paxos_commit", "RM=2", "Acceptor=1", "Ballot=2", "-k", "consistent"]]
)
def test_a_run_that_is_killed_goes_on_from_its_last_checkpoint(
    spec: list[str], options: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Killed again and again without a warning, it ends with what one run says."""
    whole = same(data_of(capsys, "check", *spec, "--engine", "native"))
    kept = tmp_path / "kept"
    every = ["--checkpoint-every", "0.001", "--format", "json"]
    start = command = ["check", *spec, *options, "--engine", "native", "--checkpoint", str(kept), *every]
    chance = random.Random(" ".join([*spec, *options]))
    kills = 0
    while kills < 3:
        kill(command, kept, chance.randrange(1, 5))
        if (kept / "control.json").exists():
            kills += 1
            command = ["resume", str(kept), *every]
        else:  # it ended before, and took its checkpoint away
            kills, command = 0, start
    assert same(data_of(capsys, "resume", str(kept))) == whole


def kill(command: list[str], kept: Path, after: int) -> None:
    """Run a command and kill it when it has written as many checkpoints, if it does not end before."""
    process = subprocess.Popen([sys.executable, "-m", "indoubt", *command], stdout=subprocess.DEVNULL)
    control, seen, last = kept / "control.json", 0, None
    while process.poll() is None and seen < after:
        now = control.stat().st_ino if control.exists() else None
        seen, last = seen + (now is not None and now != last), now
    process.kill()
    process.wait()


def test_an_interrupted_run_is_kept_and_says_where(tmp_path: Path) -> None:
    """Ctrl-C: exit status 130, the verdict so far, and a checkpoint in the default place if the run was long enough."""
    program = (
        "import sys; from indoubt.runs import checkpoints; checkpoints.WORTH_KEEPING_S = 0.0; "
        "from indoubt.cli import main; sys.argv = ['indoubt', *sys.argv[1:]]; main()"
    )
    command = [sys.executable, "-c", program, *check("RM=10", "-k", "consistent"), "--log-jsonl", "log"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    log = tmp_path / "log"
    while not (log.exists() and log.read_text(encoding="utf-8")) and process.poll() is None:
        pass
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    assert process.returncode == 130
    line = next(line for line in out.splitlines() if "go on with" in line)
    words = line.split()[3:]
    assert words[0] == "indoubt"
    assert words[2].startswith(".indoubt/checkpoints/TwoPhase-")
    assert (tmp_path / words[2] / ".gitignore").read_text(encoding="ascii") == "*\n"
    gone_on = [sys.executable, "-m", *words, "--max-states", "100", "--format", "json"]
    again = subprocess.run(gone_on, stdout=subprocess.PIPE, text=True, cwd=tmp_path, check=False)
    assert again.returncode == 3
    counts = json.loads(again.stdout)["counts"]
    assert f"{counts['distinct']:,} distinct" in out


def test_a_short_run_is_not_worth_a_checkpoint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one that a limit ends, where nobody asked for one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checkpoints, "WORTH_KEEPING_S", 0.0)
    data = data_of(capsys, *check("RM=4", "--max-states", "100"), status=3)
    assert data["checkpoint"] is None
    assert not (tmp_path / ".indoubt").exists()


@pytest.fixture
def kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A checkpoint of a spec in a file."""
    file = tmp_path / "lamps.py"
    file.write_text(SPEC.replace("MOST", "2000"), encoding="utf-8")
    folder = tmp_path / "kept"
    command = ["check", str(file), "--engine", "native", "--max-states", "500", "--checkpoint", str(folder)]
    assert run(command) == 3
    capsys.readouterr()
    return folder


def refused(kept: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said of a checkpoint that nothing can go on from."""
    assert run(["resume", str(kept), "--max-states", "100000"]) == 2
    return capsys.readouterr().err


def test_a_spec_that_has_changed_since_is_refused(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its states may mean something else."""
    spec = kept.parent / "lamps.py"
    spec.write_text(SPEC.replace("MOST", "2001"), encoding="utf-8")
    told = refused(kept, capsys)
    assert "has changed since" in told
    assert f"start again with `indoubt check {spec}::Lamps" in told


def test_a_comment_is_no_change(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what the spec means counts."""
    spec = kept.parent / "lamps.py"
    spec.write_text("# Lamps.\n" + spec.read_text(encoding="utf-8"), encoding="utf-8")
    assert data_of(capsys, "resume", str(kept), "--max-states", "100000")["counts"]["distinct"] == 2001


def test_another_version_is_refused(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may pack states in another way."""
    import hashlib  # noqa: PLC0415 - for this test alone

    control = kept / "control.json"
    body = control.read_text(encoding="utf-8").partition("\n")[2].rstrip("\n")
    data = json.loads(body)
    data["about"]["version"] = "0.0.7"
    body = json.dumps(data)
    control.write_text(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n", encoding="utf-8")
    assert "was written by indoubt 0.0.7, and this is" in refused(kept, capsys)


@pytest.mark.parametrize("log", ["states.1.0", "parents.1.0"])
def test_a_damaged_log_is_refused(log: str, kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One wrong bit, or a file that is cut off."""
    path = kept / log
    content = bytearray(path.read_bytes())
    path.write_bytes(bytes(content[:-1]))
    assert f"{log} is cut off: it has {len(content) - 1:,} bytes of {len(content):,}" in refused(kept, capsys)
    content[len(content) // 2] ^= 4
    path.write_bytes(bytes(content))
    assert f"{log} is damaged" in refused(kept, capsys)
    path.unlink()
    assert f"{log} cannot be read" in refused(kept, capsys)


def test_a_damaged_control_block_is_refused(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever it is damaged."""
    control = kept / "control.json"
    text = control.read_text(encoding="utf-8")
    for place in (0, 70, len(text) // 2, len(text) - 3):
        wrong = "0" if text[place] != "0" else "1"
        control.write_text(text[:place] + wrong + text[place + 1 :], encoding="utf-8")
        assert "control.json is damaged" in refused(kept, capsys)
    control.unlink()
    assert "is no checkpoint: it has no control.json" in refused(kept, capsys)
    shutil.rmtree(kept)
    assert "there is no checkpoint" in refused(kept, capsys)


def test_what_a_killed_run_left_behind_is_no_part_of_the_checkpoint(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Records after the last that count, and half a control block."""
    with (kept / "states.1.0").open("ab") as file:
        file.write(b"\1" * 1000)
    (kept / "control.json.new").write_text("half", encoding="utf-8")
    assert data_of(capsys, "resume", str(kept), "--max-states", "700", status=3)["counts"]["distinct"] == 701
    assert data_of(capsys, "resume", str(kept), "--max-states", "100000")["counts"]["distinct"] == 2001


def test_two_runs_do_not_write_to_one_checkpoint(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second goes on, and says that its end is not kept."""
    holder = os.open(kept / "lock", os.O_RDWR)
    import fcntl  # noqa: PLC0415 - for this test alone

    fcntl.flock(holder, fcntl.LOCK_EX)
    assert run(["resume", str(kept), "--max-states", "700"]) == 3
    os.close(holder)
    told = capsys.readouterr().out
    assert f"not kept    there is no checkpoint of the end: {kept} is in use by another run" in told
    assert "go on with" not in told
