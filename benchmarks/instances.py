"""The instances that are compared: a model, its sizes for each tool, and how many states there are.

The numbers of states of small instances stand in the count table (docs/counts.md), where TLC or a search in plain
Python confirms them. Those of large ones are what Spin, rumur and indoubt have agreed on; every tool has to reach them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODELS = Path(__file__).parent / "models"


@dataclass(frozen=True, slots=True)
class Instance:
    """A model with sizes."""

    name: str
    model: str
    """The stem of its files in models/: `.pml` for Spin, `.m` for rumur, `.tla` for TLC."""
    spec: str
    """What `indoubt check` is given, from the root of a checkout."""
    distinct: int
    settings: Mapping[str, int]
    """For indoubt, NAME=VALUE."""
    sizes: Mapping[str, int]
    """For Spin, macros; the constants of rumur have the same names in another case, see `constants`."""
    constants: Mapping[str, int]
    """For rumur."""
    tlc: Mapping[str, str] = field(default_factory=dict[str, str])
    """Constants for TLC; empty if there is no module."""
    stateright: tuple[str, ...] = ()
    """The example of Stateright with its arguments, empty if there is none."""


def two_phase(members: int) -> Instance:
    """Two-phase commit; there are as many states as lines of `TWO_PHASE` say."""
    names = ", ".join(f"rm{number}" for number in range(1, members + 1))
    return Instance(
        f"TwoPhase RM={members}",
        "two_phase",
        "two_phase",
        TWO_PHASE[members],
        {"RM": members},
        {"RM": members},
        {"RM": members},
        {"RM": f"{{{names}}}"},
        ("2pc", "check", str(members)),
    )


TWO_PHASE = {
    3: 288,
    4: 1_568,
    5: 8_832,
    6: 50_816,
    7: 296_448,
    8: 1_745_408,
    9: 10_340_352,
    10: 61_515_776,
}
"""Distinct states of TwoPhase for 3 to 10 resource managers."""


def paxos(ballots: int, distinct: int) -> Instance:
    """Paxos with three acceptors, two values and quorums of two."""
    switches = ["Forget", "ForgetBal"]
    rules = ["Any1b", "LowVal", "No2bCheck", "Strict2b", "SameBal", "MixBal", "NoBump"]
    return Instance(
        f"PaxosM A=3 V=2 MaxB={ballots}",
        "paxos_m",
        "tests/oracles/paxos_m.py::PaxosM",
        distinct,
        {"A": 3, "V": 2, "MaxB": ballots, "q1": 2, "q2": 2},
        {"MAXB": ballots},
        {"MaxB": ballots},
        {
            "A": "{a1, a2, a3}",
            "V": "{v1, v2}",
            "MaxB": str(ballots),
            "Q1": "2",
            "Q2": "2",
            **dict.fromkeys(switches, "0"),
            **dict.fromkeys(rules, "FALSE"),
        },
    )


def raft(terms: int, entries: int, restarts: int, distinct: int) -> Instance:
    """Raft with three servers and majorities."""
    return Instance(
        f"RaftLite S=3 terms={terms} log={entries} restarts={restarts}",
        "raft_lite",
        "tests/oracles/raft_lite.py::RaftLite",
        distinct,
        {"S": 3, "max_term": terms, "max_log": entries, "log": entries, "restarts": restarts, "maj": 2},
        {"MAXTERM": terms, "MAXLOG": entries, "RESTARTS": restarts},
        {"MaxTerm": terms, "MaxLog": entries, "Restarts": restarts},
        {
            "S": "{1, 2, 3}",
            "MaxTerm": str(terms),
            "MaxLog": str(entries),
            "Restarts": str(restarts),
            "KeepVote": "TRUE",
            "KeepTerm": "TRUE",
            "KeepLog": "TRUE",
            "UpToDate": '"raft"',
            "OldTermCommit": "FALSE",
            "Heartbeats": "FALSE",
            "Maj": "2",
        },
    )


def replication(terms: int, entries: int, messages: int, distinct: int) -> Instance:
    """Log replication by three servers, with records in a bag of so many."""
    return Instance(
        f"Replication S=3 terms={terms} log={entries} net={messages}",
        "replication",
        "benchmarks/models/replication.py::Replication",
        distinct,
        {
            "S": 3,
            "MAX_TERM": terms,
            "MAX_LOG": entries,
            "log": entries,
            "net": messages,
            "capacity": messages,
        },
        {"MAX_TERM": terms, "MAX_LOG": entries, "NET": messages},
        {"MaxTerm": terms, "MaxLog": entries, "Net": messages},
    )


COMPARED = (
    two_phase(9),
    paxos(4, 8_220_065),
    raft(3, 2, 1, 8_632_502),
    replication(2, 1, 4, 3_103_270),
)
"""What `compare` runs."""

QUICK = (two_phase(6), paxos(3, 185_369), raft(3, 1, 0, 299_194), replication(2, 2, 1, 48_349))
"""What `compare --quick` runs: every model, a minute or two in all."""

SMALL = two_phase(3)
"""For the time to the first verdict, which is that of compilers for most tools."""
