"""Every way to store states gives the same answers: exact or fingerprints, memory or disk, in one run or several."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from counts.row import Row
from counts.run import outcome
from counts.table import ROWS
from graph_searches import logs_on_disk

from indoubt import Verdict, check, resume
from indoubt.explorer.search.answers import DEADLOCK
from indoubt.finding.specs import UsageError
from indoubt.runs.result import EXACT, Result
from indoubt.specs.commit.two_phase import TwoPhase

CHOSEN = {
    ("TwoPhase", "RM=5"),
    ("ImpatientTwoPhase", "RM=3"),
    ("PaxosCommit", "RM=1 Acceptor=3 Ballot=2"),
    ("PaxosCommitIgnoringVotes", "RM=1 Acceptor=3 Ballot=2"),
    ("ThreePhaseCommit", "Participant=3 crashes=1 detector=perfect"),
    ("FairDuel", "P=3"),
    ("FairDuel", "P=3 leader=true"),
    ("RaftLog", "Server=2 Term=3 MOST=2 log=2"),
    ("CommitOldTerms", "Server=3 Term=4 MOST=1 log=1"),
}
TABLE = [row for row in ROWS if (row.spec.__name__, row.words) in CHOSEN and not row.symmetry]


def test_the_chosen_rows_are_in_the_table() -> None:
    """None was renamed."""
    assert {(row.spec.__name__, row.words) for row in TABLE} == CHOSEN
    assert {row.expected.verdict for row in TABLE} == {Verdict.HOLDS, Verdict.VIOLATED}


def _run(row: Row, **options: Any) -> Result:
    chosen = None if row.chosen is None else [name for name in row.chosen if name != DEADLOCK]
    deadlock = row.chosen is not None and DEADLOCK in row.chosen
    settings = {**row.settings, **options}
    return check(
        row.spec, properties=chosen, deadlock=deadlock, constraints=row.constraints, engine="native", **settings
    )


def _in_parts(row: Row, folder: Path, workers: int, options: dict[str, Any]) -> Result:
    """Stopped after a few states and again later, with one worker and with the other number in turn."""
    kept = folder / "kept"
    result = _run(row, max_states=5, checkpoint=kept, workers=workers, **options)
    most = 5
    while result.stopped is not None and result.storage is not None and result.storage.checkpoint is not None:
        assert result.verdict in (Verdict.INCONCLUSIVE, Verdict.VIOLATED)
        most *= 8
        workers = 3 - workers
        result = resume(kept, max_states=most, workers=workers)
    return result


WAYS = list(product([1, 2], ["exact", "fingerprint"], [False, True], [False, True]))


@pytest.mark.parametrize(("workers", "store", "on_disk", "in_parts"), WAYS)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_no_way_to_store_states_changes_an_answer(
    row: Row, workers: int, store: str, on_disk: bool, in_parts: bool, tmp_path: Path
) -> None:
    """Verdict, counts, and the length of the counterexample are those of the count table."""
    options: dict[str, Any] = {"store": store, "disk": tmp_path if on_disk else None}
    with logs_on_disk() if on_disk else nullcontext():
        if in_parts:
            result = _in_parts(row, tmp_path, workers, options)
        else:
            result = _run(row, workers=workers, **options)
    assert outcome(row, result) == row.expected
    assert result.storage is not None
    assert result.storage.is_on_disk == on_disk


def test_fingerprints_say_how_probable_an_omission_is() -> None:
    """Squared and divided by 2**65; a state of one word is its own fingerprint."""
    chosen = next(row for row in TABLE if row.words == "RM=1 Acceptor=3 Ballot=2")
    result = _run(chosen, store="fingerprint")
    assert result.envelope.search == (
        "breadth first, 64-bit fingerprints of the states stored, no reduction; "
        "with a probability of at most 6e-14 one was omitted (n^2 / 2^65 for n states; seed 0xa0761d6478bd642f)"
    )
    assert result.counts.distinct**2 / 2**65 <= 6e-14
    short = check(TwoPhase, RM=3, engine="native", store="fingerprint")
    assert short.envelope.search == f"{EXACT} (a state is one word here, its own fingerprint)"
    assert check(TwoPhase, RM=3, engine="native").envelope.search == EXACT


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"store": "hashes"}, "unknown store 'hashes'; there are: exact, fingerprint"),
        ({"store": "fingerprint", "engine": "reference"}, "--store fingerprint is for native code"),
        ({"hugepages": False, "engine": "reference"}, "--no-hugepages is for native code"),
        ({"checkpoint": "kept", "engine": "reference"}, "--checkpoint is for native code"),
        ({"checkpoint_every": 3.0}, "--checkpoint-every needs a folder to write to; add --checkpoint PATH"),
        ({"disk": "/nowhere/at/all"}, "--disk /nowhere/at/all is no folder; name one that there is"),
        ({"checkpoint": __file__}, "is a file, and a checkpoint is a folder; name another one"),
        ({"checkpoint": Path(__file__).parent}, "has other files, .* for one; name a folder of its own"),
    ],
)
def test_ways_to_store_are_asked_for_in_words_that_there_are(given: dict[str, Any], message: str) -> None:
    """What is not possible is told, with what to write."""
    options: dict[str, Any] = {"engine": "native", **given}
    with pytest.raises(UsageError, match=message):
        check(TwoPhase, RM=2, **options)


def test_huge_pages_change_nothing() -> None:
    """They can be done without."""
    assert check(TwoPhase, RM=4, engine="native", hugepages=False).counts.distinct == 1568
