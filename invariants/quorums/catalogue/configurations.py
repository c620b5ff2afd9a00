"""Changes of the set of nodes: joint consensus, one server at a time, Raft's siblings: rows Q8 and Q9."""

from __future__ import annotations

from indoubt.invariants.quorums.stated import Nodes, theorem
from indoubt.specs.language.guards import require

RAFT = "Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, USENIX ATC 2014, section 6"
THESIS = "Ongaro, Consensus: Bridging Theory and Practice, Stanford 2014, section 4.1"
BUG = "Ongaro, bug in single-server membership changes, raft-dev, 10 July 2015"


def is_majority(quorum: Nodes, of: Nodes) -> bool:
    """Whether a quorum has more than half of a configuration, and nobody else."""
    return quorum <= of and 2 * len(quorum) > len(of)


def has_majority(quorum: Nodes, of: Nodes) -> bool:
    """Whether a quorum has more than half of a configuration."""
    return 2 * len(quorum & of) > len(of)


@theorem(row="Q8", source=RAFT)
def joint(Old: Nodes, New: Nodes, A: Nodes, B: Nodes) -> bool:
    """A majority of both configurations meets every majority of the old one"""
    require(has_majority(A, Old) and has_majority(A, New))
    require(is_majority(B, Old))
    return len(A & B) >= 1


@theorem(row="Q8", source=RAFT)
def joint_new(Old: Nodes, New: Nodes, A: Nodes, B: Nodes) -> bool:
    """A majority of both configurations meets every majority of the new one"""
    require(has_majority(A, Old) and has_majority(A, New))
    require(is_majority(B, New))
    return len(A & B) >= 1


@theorem(row="Q8", source=RAFT)
def joint_joint(Old: Nodes, New: Nodes, A: Nodes, B: Nodes) -> bool:
    """Two majorities of both configurations meet"""
    require(has_majority(A, Old) and has_majority(A, New))
    require(has_majority(B, Old) and has_majority(B, New))
    return len(A & B) >= 1


@theorem(row="Q8", source="`joint` without the joint configuration", breaks="joint")
def direct(Old: Nodes, New: Nodes, A: Nodes, B: Nodes) -> bool:
    """A majority of the old configuration meets every majority of the new one"""
    require(is_majority(A, Old) and is_majority(B, New))
    return len(A & B) >= 1


@theorem(row="Q8", source="`joint` without the joint configuration, from three nodes to five", breaks="joint")
def direct_three_to_five(Old: Nodes, New: Nodes, A: Nodes, B: Nodes) -> bool:
    """A majority of three nodes meets every majority of the five that they become"""
    require(Old <= New and len(Old) == 3 and len(New) == 5)
    require(is_majority(A, Old) and is_majority(B, New))
    return len(A & B) >= 1


@theorem(row="Q8", source="`joint` with one majority, of all nodes that are in either configuration", breaks="joint")
def majority_of_the_union(Old: Nodes, New: Nodes, A: Nodes, B: Nodes) -> bool:
    """A majority of the nodes of both configurations together meets every majority of the old one"""
    require(is_majority(A, Old | New) and is_majority(B, Old))
    return len(A & B) >= 1


@theorem(row="Q9", source=THESIS)
def single_server(C: Nodes, D: Nodes, A: Nodes, B: Nodes) -> bool:
    """Majorities of two configurations meet if they differ in one node at most"""
    require(len(C ^ D) <= 1)
    require(is_majority(A, C) and is_majority(B, D))
    return len(A & B) >= 1


@theorem(row="Q9", source="`single-server` with two nodes added at once", breaks="single-server")
def add_two(C: Nodes, D: Nodes, A: Nodes, B: Nodes) -> bool:
    """Majorities of a configuration and of the same with two more nodes meet"""
    require(C <= D and len(D) == len(C) + 2 and len(C) >= 1)
    require(is_majority(A, C) and is_majority(B, D))
    return len(A & B) >= 1


@theorem(row="Q9", source="`single-server` with one node of three or more replaced at once", breaks="single-server")
def replace_one(C: Nodes, D: Nodes, A: Nodes, B: Nodes) -> bool:
    """Majorities of a configuration of two or more and of the same with one node replaced meet"""
    require(len(C ^ D) <= 2 and len(C) == len(D) and len(C) >= 2)
    require(is_majority(A, C) and is_majority(B, D))
    return len(A & B) >= 1


@theorem(row="Q9a", source=BUG)
def two_removes(N: int, m: int, A: Nodes, B: Nodes) -> bool:
    """Of an odd number of nodes, majorities meet of those without one and those without another"""
    require(N == 2 * m + 1)
    require(2 * len(A) > N - 1 and 2 * len(B) > N - 1)
    return len(A & B) >= 1


@theorem(row="Q9a", source=BUG)
def add_and_remove(N: int, c: int, m: int, A: Nodes, B: Nodes) -> bool:
    """Of an odd number c of nodes, majorities meet of these and a new one, and of these without one"""
    require(c == 2 * m + 1 and N == c + 1)
    require(2 * len(A) > c + 1 and 2 * len(B) > c - 1)
    return len(A & B) >= 1


@theorem(row="Q9a", source=BUG)
def two_adds(N: int, c: int, m: int, A: Nodes, B: Nodes) -> bool:
    """Of an odd number c of nodes, majorities meet of these and a new one, and of these and another new one"""
    require(c == 2 * m + 1 and N == c + 2)
    require(2 * len(A) > c + 1 and 2 * len(B) > c + 1)
    return len(A & B) >= 1


@theorem(row="Q9a", source=BUG, breaks="two-removes")
def two_removes_of_even(C: Nodes, D: Nodes, E: Nodes, A: Nodes, B: Nodes) -> bool:
    """Of three or more nodes C, majorities meet of D, without one, and of E, without another"""
    require(D <= C and E <= C and len(C) >= 3 and len(D & E) == len(C) - 2)
    require(len(D) == len(C) - 1 and len(E) == len(C) - 1)
    require(is_majority(A, D) and is_majority(B, E))
    return len(A & B) >= 1


@theorem(row="Q9a", source=BUG, breaks="add-and-remove")
def add_and_remove_of_even(C: Nodes, D: Nodes, E: Nodes, A: Nodes, B: Nodes) -> bool:
    """Of three or more nodes C, majorities meet of D, with a new one, and of E, without one"""
    require(C <= D and E <= C and len(C) >= 3)
    require(len(D) == len(C) + 1 and len(E) == len(C) - 1)
    require(is_majority(A, D) and is_majority(B, E))
    return len(A & B) >= 1


@theorem(row="Q9a", source=BUG, breaks="two-adds")
def two_adds_of_even(C: Nodes, D: Nodes, E: Nodes, A: Nodes, B: Nodes) -> bool:
    """Of nodes C, majorities meet of D, with a new one, and of E, with another new one"""
    require(C <= D and C <= E and len(C) >= 1 and D & E == C)
    require(len(D) == len(C) + 1 and len(E) == len(C) + 1)
    require(is_majority(A, D) and is_majority(B, E))
    return len(A & B) >= 1


THEOREMS = (
    joint,
    joint_new,
    joint_joint,
    direct,
    direct_three_to_five,
    majority_of_the_union,
    single_server,
    add_two,
    replace_one,
    two_removes,
    add_and_remove,
    two_adds,
    two_removes_of_even,
    add_and_remove_of_even,
    two_adds_of_even,
)
