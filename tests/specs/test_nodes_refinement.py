"""A system of nodes implements an abstract spec, by a field of its nodes or a helper that says what a variable is."""

from __future__ import annotations

import pytest
from examples.nodes_two_phase import RM, Phase, ResourceManager, TwoPhaseCommit

from indoubt import Verdict, check
from indoubt.specs.language import Faults, Map, Network, Spec, action, every, require


class Outcome(Spec):
    """What resource managers may do together, not how they find out."""

    phase: Map[RM, Phase] = every(Phase.WORKING)

    @action
    def prepare(self, rm: RM) -> None:
        require(self.phase[rm] is Phase.WORKING)
        self.phase[rm] = Phase.PREPARED

    @action
    def commit(self, rm: RM) -> None:
        require(all(self.phase[r] is Phase.PREPARED or self.phase[r] is Phase.COMMITTED for r in RM))
        self.phase[rm] = Phase.COMMITTED

    @action
    def abort(self, rm: RM) -> None:
        require(all(self.phase[r] is not Phase.COMMITTED for r in RM))
        self.phase[rm] = Phase.ABORTED


class Told(TwoPhaseCommit):
    """The same, with a helper that says what the variable of the abstract spec is."""

    def outcome(self) -> Map[RM, Phase]:
        return Map({r: self.shown(self.rms[r]) for r in RM})

    def shown(self, rm: ResourceManager) -> Phase:
        return Phase.WORKING if rm.phase is Phase.WORKING else rm.phase


@pytest.mark.parametrize(("spec", "name"), [(TwoPhaseCommit, "rms.phase"), (Told, "outcome")])
def test_two_phase_commit_implements_what_is_abstract(spec: type[Spec], name: str) -> None:
    """Every step of a handler is a step of the abstract spec, or a stutter, with crashes and losses too."""
    faults = Faults(crashes=1, losses=1)
    result = check(spec, RM=2, network=Network.bag(), faults=faults, refines=Outcome, mapping={"phase": name})
    assert result.verdict is Verdict.HOLDS
