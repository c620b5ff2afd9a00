"""Majorities, thresholds of two phases, reads and writes, weights: rows Q1 to Q5."""

from __future__ import annotations

from indoubt.invariants.quorums.stated import Nodes, PositiveWeights, Weights, theorem
from indoubt.specs.language.guards import require

THOMAS = "Thomas, A Majority Consensus Approach to Concurrency Control, ACM TODS 4(2), 1979"
GIFFORD = "Gifford, Weighted Voting for Replicated Data, SOSP 1979"
FLEXIBLE = "Howard, Malkhi and Spiegelman, Flexible Paxos: Quorum Intersection Revisited, OPODIS 2016"
LOWERED = "`majority` with its threshold lowered"


def majority_of(n: int) -> int:
    """The smallest majority of n nodes."""
    return n // 2 + 1


def tolerance(n: int) -> int:
    """How many of n nodes may crash so that a majority is left."""
    return n - majority_of(n)


@theorem(row="Q1", source=THOMAS)
def majority(N: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of more than half of the nodes intersect, for every N"""
    require(2 * len(A) > N)
    require(2 * len(B) > N)
    return len(A & B) >= 1


@theorem(row="Q1", source=f"{LOWERED} from more than N/2 to N/2", breaks="majority")
def half(N: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of at least half of the nodes intersect, for every N"""
    require(2 * len(A) >= N)
    require(2 * len(B) >= N)
    return len(A & B) >= 1


@theorem(row="Q1", source=f"{LOWERED} to floor(N/2)", breaks="majority")
def floor_half(N: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of at least floor(N/2) nodes intersect, for every N from 2"""
    require(N >= 2)
    require(len(A) >= N // 2 and len(B) >= N // 2)
    return len(A & B) >= 1


@theorem(row="Q1", source=f"{LOWERED} to floor(N/2)", breaks="majority")
def floor_half_of_odd(N: int, k: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of at least floor(N/2) nodes intersect, for every odd N from 3"""
    require(N == 2 * k + 1 and k >= 1)
    require(len(A) >= N // 2 and len(B) >= N // 2)
    return len(A & B) >= 1


@theorem(row="Q1", source=THOMAS)
def half_of_odd(N: int, k: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of at least half of the nodes intersect, for every odd N"""
    require(N == 2 * k + 1)
    require(2 * len(A) >= N)
    require(2 * len(B) >= N)
    return len(A & B) >= 1


@theorem(row="Q1", source=THOMAS)
def threshold(N: int, q: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of q nodes intersect if 2q > N, for every N"""
    require(len(A) >= q and len(B) >= q)
    require(2 * q > N)
    return len(A & B) >= 1


@theorem(row="Q2", source=THOMAS)
def smallest_majority(N: int, q: int) -> bool:
    """The smallest whole number q with 2q >= N + 1 is floor(N/2) + 1"""
    require(2 * q >= N + 1)
    require(not 2 * (q - 1) >= N + 1)
    return q == N // 2 + 1


@theorem(row="Q2", source="`smallest-majority` with (N + 1)/2 rounded down", breaks="smallest-majority")
def majority_rounded_down(N: int, q: int) -> bool:
    """The smallest whole number q with 2q >= N + 1 is floor((N + 1)/2)"""
    require(2 * q >= N + 1)
    require(not 2 * (q - 1) >= N + 1)
    return q == (N + 1) // 2


@theorem(row="Q2a", source=THOMAS)
def tolerance_of_odd(N: int, k: int) -> bool:
    """A majority of 2k + 1 nodes survives k crashes, and not k + 1"""
    require(N == 2 * k + 1)
    return N - k >= majority_of(N) and N - k - 1 < majority_of(N)


@theorem(row="Q2b", source=THOMAS)
def tolerance_of_even(N: int, k: int) -> bool:
    """A majority of 2k nodes survives k - 1 crashes, and not k"""
    require(N == 2 * k)
    return N - (k - 1) >= majority_of(N) and N - k < majority_of(N)


@theorem(row="Q2c", source=THOMAS)
def even_adds_nothing(N: int, k: int) -> bool:
    """2k nodes survive no more crashes than 2k - 1 nodes do"""
    require(N == 2 * k)
    return tolerance(N) == tolerance(N - 1)


@theorem(row="Q2d", source=THOMAS)
def three_tolerate_one(N: int) -> bool:
    """Majorities survive a crash of any node if and only if there are 3 nodes or more"""
    return (tolerance(N) >= 1 and N >= 3) or (tolerance(N) < 1 and N < 3)


@theorem(row="Q2e", source=THOMAS, some=("A", "B"))
def lower_bound(N: int, q: int, A: Nodes, B: Nodes) -> bool:
    """For every q up to floor(N/2) there are two disjoint sets of q nodes"""
    require(q <= N // 2)
    return len(A) == q and len(B) == q and A.isdisjoint(B)


@theorem(row="Q2e", source="`lower-bound` with its bound raised by one", breaks="lower-bound", some=("A", "B"))
def lower_bound_raised(N: int, q: int, A: Nodes, B: Nodes) -> bool:
    """For every q up to floor(N/2) + 1 there are two disjoint sets of q nodes"""
    require(q <= N // 2 + 1)
    return len(A) == q and len(B) == q and A.isdisjoint(B)


@theorem(row="Q2f", source="Lamport, The Part-Time Parliament, ACM TOCS 16(2), 1998")
def majority_needed(N: int, f: int, q: int) -> bool:
    """Quorums that survive f crashes and intersect need more than 2f nodes"""
    require(q <= N - f)
    require(2 * q > N)
    return N > 2 * f


@theorem(row="Q2g", source=THOMAS)
def odd_beats_its_neighbours(k: int) -> bool:
    """2k + 1 nodes survive a larger part of them than 2k nodes do, and than 2k + 2 nodes do"""
    require(k >= 1)
    return k * (2 * k) > (k - 1) * (2 * k + 1) and k * (2 * k + 2) > k * (2 * k + 1)


@theorem(row="Q2g", source="`odd-beats-its-neighbours` without its neighbours", breaks="odd-beats-its-neighbours")
def odd_beats_every_even(N: int, M: int, k: int, m: int) -> bool:
    """N nodes survive a larger part of them than M nodes do, for every odd N from 3 and every even M"""
    require(N == 2 * k + 1 and k >= 1)
    require(M == 2 * m and m >= 1)
    return k * M > (m - 1) * N


@theorem(row="Q3", source=FLEXIBLE)
def flexible(N: int, q1: int, q2: int, A: Nodes, B: Nodes) -> bool:
    """A quorum of q1 nodes and a quorum of q2 nodes intersect if q1 + q2 > N, for every N"""
    require(len(A) >= q1 and len(B) >= q2)
    require(q1 >= 1 and q2 >= 1)
    require(q1 + q2 > N)
    return len(A & B) >= 1


@theorem(row="Q3", source="`flexible` with its bound lowered from q1 + q2 > N to q1 + q2 >= N", breaks="flexible")
def flexible_at_least(N: int, q1: int, q2: int, A: Nodes, B: Nodes) -> bool:
    """A quorum of q1 nodes and a quorum of q2 nodes intersect if q1 + q2 >= N, for every N"""
    require(len(A) >= q1 and len(B) >= q2)
    require(q1 >= 1 and q2 >= 1)
    require(q1 + q2 >= N)
    return len(A & B) >= 1


@theorem(
    row="Q3", source="`flexible` with its bound lowered, for four nodes and thresholds that differ", breaks="flexible"
)
def flexible_of_four(N: int, q1: int, q2: int, A: Nodes, B: Nodes) -> bool:
    """A quorum of q1 of 4 nodes and a smaller quorum of q2 intersect if q1 + q2 = 4"""
    require(len(A) >= q1 and len(B) >= q2)
    require(q1 > q2 and q2 >= 1)
    require(q1 + q2 == N and N == 4)
    return len(A & B) >= 1


@theorem(row="Q4", source=GIFFORD)
def read_write(N: int, R: int, W: int, A: Nodes, B: Nodes) -> bool:
    """A read of R nodes meets every write of W nodes if W + R > N, for every N"""
    require(len(A) >= R and len(B) >= W)
    require(R >= 1 and W >= 1)
    require(W + R > N)
    return len(A & B) >= 1


@theorem(row="Q4", source="`read-write`, for two writes", breaks="read-write")
def write_write(N: int, W: int, R: int, A: Nodes, B: Nodes) -> bool:
    """Two writes of W nodes meet if W + R > N and a read takes R, so that writes are ordered"""
    require(len(A) >= W and len(B) >= W)
    require(N >= R and R >= 1 and W >= 1)
    require(W + R > N)
    return len(A & B) >= 1


@theorem(row="Q5", source=GIFFORD)
def weighted(N: int, w: Weights, A: Nodes, B: Nodes) -> bool:
    """Two quorums with more than half of all weight intersect, for all weights from 0 and every N"""
    require(2 * w(A) > w() and 2 * w(B) > w())
    return len(A & B) >= 1


@theorem(row="Q5", source="`weighted` with its threshold lowered to half of all weight", breaks="weighted")
def weighted_half(N: int, w: PositiveWeights, A: Nodes, B: Nodes) -> bool:
    """Two quorums with at least half of all weight intersect, for all weights from 1 and every N"""
    require(2 * w(A) >= w() and 2 * w(B) >= w())
    return len(A & B) >= 1


@theorem(row="Q5", source="`weighted` with its threshold lowered, where one node has it alone", breaks="weighted")
def weighted_half_of_five(N: int, w: PositiveWeights, A: Nodes, B: Nodes) -> bool:
    """One of five nodes with at least half of all weight is a quorum, and meets every other"""
    require(N == 5 and len(B) == 1)
    require(2 * w(A) >= w() and 2 * w(B) >= w())
    return len(A & B) >= 1


THEOREMS = (
    majority,
    half,
    floor_half,
    floor_half_of_odd,
    half_of_odd,
    threshold,
    smallest_majority,
    majority_rounded_down,
    tolerance_of_odd,
    tolerance_of_even,
    even_adds_nothing,
    three_tolerate_one,
    lower_bound,
    lower_bound_raised,
    majority_needed,
    odd_beats_its_neighbours,
    odd_beats_every_even,
    flexible,
    flexible_at_least,
    flexible_of_four,
    read_write,
    write_write,
    weighted,
    weighted_half,
    weighted_half_of_five,
)
