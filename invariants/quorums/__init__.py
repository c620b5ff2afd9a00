"""Quorum systems, and theorems about quorums with their proofs."""

from indoubt.invariants.quorums.counted import (
    Byzantine as Byzantine,
    Dissemination as Dissemination,
    EPaxos as EPaxos,
    FaB as FaB,
    FastPaxos as FastPaxos,
    Flexible as Flexible,
    Hybrid as Hybrid,
    Masking as Masking,
    ReadWrite as ReadWrite,
    Threshold as Threshold,
)
from indoubt.invariants.quorums.results import Proof as Proof, Proofs as Proofs, Verdict as Verdict
from indoubt.invariants.quorums.stated import (
    Nodes as Nodes,
    PositiveWeights as PositiveWeights,
    Theorem as Theorem,
    Weights as Weights,
    theorem as theorem,
)
from indoubt.invariants.quorums.structured import (
    FlexibleGrid as FlexibleGrid,
    Grid as Grid,
    Hierarchical as Hierarchical,
    Joint as Joint,
    SingleServer as SingleServer,
    Weighted as Weighted,
)
from indoubt.specs.language.guards import require as require
from indoubt.specs.language.quorum_systems import Majority as Majority, QuorumSystem as QuorumSystem
