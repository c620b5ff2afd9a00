"""Byzantine and hybrid faults, fast paths, lost disks: rows Q10 to Q14."""

from __future__ import annotations

from indoubt.invariants.quorums.stated import Nodes, theorem
from indoubt.specs.language.guards import require

PBFT = "Castro and Liskov, Practical Byzantine Fault Tolerance, OSDI 1999"
MALKHI_REITER = "Malkhi and Reiter, Byzantine Quorum Systems, Distributed Computing 11(4), 1998"
FAST_BYZANTINE = "Martin and Alvisi, Fast Byzantine Consensus, IEEE TDSC 3(3), 2006"
FAST = "Lamport, Fast Paxos, Distributed Computing 19(2), 2006"
EGALITARIAN = "Moraru, Andersen and Kaminsky, There Is More Consensus in Egalitarian Parliaments, SOSP 2013"
UPRIGHT = "Clement et al., UpRight Cluster Services, SOSP 2009"
KAFKA = "Apache Kafka, KIP-966: Eligible Leader Replicas"


def fast_of(failures: int) -> int:
    """The fast quorum of EPaxos, which survives so many failures."""
    return failures + (failures + 1) // 2


@theorem(row="Q10", source=PBFT)
def byzantine(N: int, f: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of 2f + 1 of 3f + 1 nodes share f + 1"""
    require(N == 3 * f + 1)
    require(len(A) >= 2 * f + 1 and len(B) >= 2 * f + 1)
    return len(A & B) >= f + 1


@theorem(row="Q10", source=PBFT)
def byzantine_correct(N: int, f: int, A: Nodes, B: Nodes, F: Nodes) -> bool:
    """Two quorums of 2f + 1 of 3f + 1 nodes share a correct node, whichever f nodes F are faulty"""
    require(N == 3 * f + 1 and len(F) <= f)
    require(len(A) >= 2 * f + 1 and len(B) >= 2 * f + 1)
    return len((A & B) - F) >= 1


@theorem(row="Q10", source="`byzantine-correct` with one node fewer", breaks="byzantine-correct")
def byzantine_of_3f(N: int, f: int, A: Nodes, B: Nodes, F: Nodes) -> bool:
    """Two quorums of 2f of 3f nodes share a correct node, whichever f nodes F are faulty"""
    require(N == 3 * f and len(F) <= f)
    require(len(A) >= 2 * f and len(B) >= 2 * f)
    return len((A & B) - F) >= 1


@theorem(row="Q10", source="`byzantine-correct` with a quorum of f + 1 on one side", breaks="byzantine-correct")
def byzantine_few_replies(N: int, f: int, A: Nodes, B: Nodes, F: Nodes) -> bool:
    """F + 1 replies and a quorum of 2f + 1 of 3f + 1 nodes share a correct node, whichever f nodes F are faulty"""
    require(N == 3 * f + 1 and len(F) <= f and f >= 1)
    require(len(A) >= f + 1 and len(B) >= 2 * f + 1)
    return len((A & B) - F) >= 1


@theorem(row="Q10a", source="Bracha and Toueg, Asynchronous Consensus and Broadcast Protocols, JACM 32(4), 1985")
def byzantine_bound(N: int, f: int, q: int) -> bool:
    """Quorums that survive f silent nodes and share more than f need more than 3f nodes"""
    require(q <= N - f)
    require(2 * q - N > f)
    return N > 3 * f


@theorem(row="Q10b", source=MALKHI_REITER)
def dissemination(N: int, f: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of ceil((N + f + 1)/2) nodes share f + 1, for every N"""
    require(len(A) >= (N + f + 2) // 2 and len(B) >= (N + f + 2) // 2)
    return len(A & B) >= f + 1


@theorem(row="Q10b", source="`dissemination` with (N + f + 1)/2 rounded down", breaks="dissemination")
def dissemination_rounded_down(N: int, f: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of floor((N + f + 1)/2) nodes share f + 1, for every N"""
    require(len(A) >= (N + f + 1) // 2 and len(B) >= (N + f + 1) // 2)
    return len(A & B) >= f + 1


@theorem(row="Q10b", source=MALKHI_REITER)
def masking(N: int, f: int, A: Nodes, B: Nodes, F: Nodes) -> bool:
    """Of the nodes that two quorums of ceil((N + 2f + 1)/2) share, more are correct than faulty, for every N"""
    require(len(F) <= f)
    require(len(A) >= (N + 2 * f + 2) // 2 and len(B) >= (N + 2 * f + 2) // 2)
    return len((A & B) - F) > len(A & B & F)


@theorem(row="Q10b", source="`masking` with the quorums of `dissemination`", breaks="masking")
def masking_too_small(N: int, f: int, A: Nodes, B: Nodes, F: Nodes) -> bool:
    """Of the nodes that two quorums of ceil((N + f + 1)/2) share, more are correct than faulty, for every N"""
    require(len(F) <= f)
    require(len(A) >= (N + f + 2) // 2 and len(B) >= (N + f + 2) // 2)
    return len((A & B) - F) > len(A & B & F)


@theorem(row="Q10c", source=FAST_BYZANTINE)
def fab(N: int, f: int, A: Nodes, B: Nodes, F: Nodes) -> bool:
    """Two quorums of 4f + 1 of 5f + 1 nodes share 2f + 1 correct ones, whichever f nodes F are faulty"""
    require(N == 5 * f + 1 and len(F) <= f)
    require(len(A) >= 4 * f + 1 and len(B) >= 4 * f + 1)
    return len((A & B) - F) >= 2 * f + 1


@theorem(row="Q10c", source="`fab` with one node fewer", breaks="fab")
def fab_of_5f(N: int, f: int, A: Nodes, B: Nodes, F: Nodes) -> bool:
    """Two quorums of 4f of 5f nodes share 2f + 1 correct ones, whichever f nodes F are faulty"""
    require(N == 5 * f and len(F) <= f)
    require(len(A) >= 4 * f and len(B) >= 4 * f)
    return len((A & B) - F) >= 2 * f + 1


@theorem(row="Q11", source=FAST)
def fast_paxos(N: int, qf: int, qc: int, F1: Nodes, F2: Nodes, C: Nodes) -> bool:
    """Two fast quorums and a classic one have a common node if 2 qf + qc > 2N"""
    require(len(F1) >= qf and len(F2) >= qf and len(C) >= qc)
    require(2 * qf + qc > 2 * N)
    return len(F1 & F2 & C) >= 1


@theorem(row="Q11", source="`fast-paxos` with its bound lowered to 2 qf + qc >= 2N", breaks="fast-paxos")
def fast_paxos_at_least(N: int, qf: int, qc: int, F1: Nodes, F2: Nodes, C: Nodes) -> bool:
    """Two fast quorums and a classic one have a common node if 2 qf + qc >= 2N"""
    require(len(F1) >= qf and len(F2) >= qf and len(C) >= qc)
    require(2 * qf + qc >= 2 * N and qf >= 1 and qc >= 1)
    return len(F1 & F2 & C) >= 1


@theorem(row="Q11a", source=FAST)
def fast_paxos_three_quarters(N: int, F1: Nodes, F2: Nodes, C: Nodes) -> bool:
    """Two fast quorums of at least 3N/4 nodes and a classic majority have a common node, for every N"""
    require(4 * len(F1) >= 3 * N and 4 * len(F2) >= 3 * N)
    require(2 * len(C) > N)
    return len(F1 & F2 & C) >= 1


@theorem(row="Q11a", source="`fast-paxos-three-quarters`, rounded down", breaks="fast-paxos-three-quarters")
def fast_paxos_rounded_down(N: int, F1: Nodes, F2: Nodes, C: Nodes) -> bool:
    """Two fast quorums of floor(3N/4) nodes and a classic majority have a common node, for every N from 4"""
    require(N >= 4)
    require(len(F1) >= 3 * N // 4 and len(F2) >= 3 * N // 4)
    require(2 * len(C) > N)
    return len(F1 & F2 & C) >= 1


@theorem(row="Q12", source=EGALITARIAN)
def epaxos(N: int, f: int, A: Nodes, B: Nodes) -> bool:
    """A fast quorum of EPaxos and a recovery quorum of f + 1 of 2f + 1 nodes share floor((f + 1)/2)"""
    require(N == 2 * f + 1)
    require(len(A) >= fast_of(f) and len(B) >= f + 1)
    return len(A & B) >= (f + 1) // 2


@theorem(row="Q12", source="`epaxos`, asked what Fast Paxos rests on", breaks="epaxos")
def epaxos_three(N: int, f: int, F1: Nodes, F2: Nodes, R: Nodes) -> bool:
    """Two fast quorums of EPaxos and a recovery quorum have a common node"""
    require(N == 2 * f + 1 and f >= 1)
    require(len(F1) >= fast_of(f) and len(F2) >= fast_of(f) and len(R) >= f + 1)
    return len(F1 & F2 & R) >= 1


@theorem(row="Q13", source=UPRIGHT)
def hybrid(N: int, u: int, r: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of N - u nodes share r + 1 if N >= 2u + r + 1"""
    require(N >= 2 * u + r + 1 and r <= u)
    require(len(A) >= N - u and len(B) >= N - u)
    return len(A & B) >= r + 1


@theorem(row="Q13", source="`hybrid` with one node fewer", breaks="hybrid")
def hybrid_too_few(N: int, u: int, r: int, A: Nodes, B: Nodes) -> bool:
    """Two quorums of N - u nodes share r + 1 if N >= 2u + r"""
    require(N >= 2 * u + r and r <= u)
    require(len(A) >= N - u and len(B) >= N - u)
    return len(A & B) >= r + 1


@theorem(row="Q14", source=KAFKA)
def min_insync(N: int, m: int, S: Nodes, L: Nodes) -> bool:
    """A record on m of the replicas S survives the loss of any m - 1 disks L"""
    require(len(S) >= m and len(L) <= m - 1)
    require(1 <= m <= N)
    return len(S - L) >= 1


@theorem(row="Q14", source="`min-insync` as before KIP-966: committed with one replica fewer", breaks="min-insync")
def below_min_insync(N: int, m: int, S: Nodes, L: Nodes) -> bool:
    """A record on m - 1 of the replicas S survives the loss of any m - 1 disks L"""
    require(len(S) >= m - 1 and len(L) <= m - 1)
    require(2 <= m <= N)
    return len(S - L) >= 1


THEOREMS = (
    byzantine,
    byzantine_correct,
    byzantine_of_3f,
    byzantine_few_replies,
    byzantine_bound,
    dissemination,
    dissemination_rounded_down,
    masking,
    masking_too_small,
    fab,
    fab_of_5f,
    fast_paxos,
    fast_paxos_at_least,
    fast_paxos_three_quarters,
    fast_paxos_rounded_down,
    epaxos,
    epaxos_three,
    hybrid,
    hybrid_too_few,
    min_insync,
    below_min_insync,
)
