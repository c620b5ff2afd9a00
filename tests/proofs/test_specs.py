"""`indoubt prove SPEC` and `indoubt.prove(Spec)`: what is told, the exit status, and what is refused with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from agreement import spec_of

import indoubt
from indoubt import SpecError, SpecFailed, Verdict
from indoubt.cli import run
from indoubt.finding.specs import UsageError
from indoubt.invariants.quorums import Flexible
from indoubt.proofs import SpecProof, Status, prove_spec
from indoubt.specs.commit.two_phase import ImpatientTwoPhase, TwoPhase
from indoubt.specs.consensus.toy_consensus import FickleToyConsensus, ToyConsensus

HEAD = """from __future__ import annotations
from typing import Annotated
from indoubt.specs.language import *


class P(Sort): ...


class B(Ordered): ...


class Demo(Spec):
    seen: Set[P] = empty()
    ballot: B | None = None
    round: Annotated[int, Between(0, 3)] = 0
    log: Map[P, bool] = every(False)
"""
ADD = """
    @action
    def add(self, p: P, b: B) -> None:
"""
CLAIM = """
    @invariant
    def claim(self) -> bool:
        return {}
"""


FORGETFUL = """from indoubt.specs.consensus.paxos import Accepted, Acceptor, Propose
from indoubt.specs.consensus.paxos_proved import PaxosProved
from indoubt.specs.language import action, require


class Forgetful(PaxosProved):
    @action
    def phase_2b(self, a: Acceptor, m: Propose) -> None:
        require(m in self.proposals)
        self.max_bal[a] = m.vote.bal
        self.last_vote[a] = m.vote
        self.accepts.add(Accepted(a, m.vote))
"""


def demo(*body: str, claim: str = "True", fields: str = "") -> type[Any]:
    """A spec with one action and one invariant."""
    return spec_of(HEAD + fields + ADD + "".join(f"        {line}\n" for line in body) + CLAIM.format(claim), "Demo")


def test_a_proof_tells_every_property(capsys: pytest.CaptureFixture[str]) -> None:
    """In JSON: status, queries with answer and time, and the alternation that leaves the fragment with its line."""
    assert run(["prove", "toy_consensus", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "indoubt/spec-proof/1"
    assert data["verdict"] == "holds"
    assert {one["name"]: one["status"] for one in data["properties"]} == {
        "agreement": "proved",
        "decisions_have_a_quorum": "proved",
        "something_is_decided": "not asked",
    }
    assert all(one["answer"] == "unsatisfiable" and one["seconds"] >= 0 for one in data["queries"])
    leaving = [one["leaves_the_decidable_fragment"] for one in data["queries"]]
    assert any("toy_consensus.py:" in (one or "") for one in leaving)


def test_a_failure_has_a_smallest_counterexample_and_says_whether_it_is_reachable() -> None:
    """Two members do where two are needed; the explorer does not reach the state, and the verdict is inconclusive."""
    proof = indoubt.prove(TwoPhase)
    assert (proof.verdict, proof.exit_status) == (Verdict.INCONCLUSIVE, 3)
    shown = proof.property("consistent").against
    assert shown is not None
    assert shown.sizes == {"RM": 2}
    assert shown.reachable == "is not reachable at RM=2"
    assert proof.property("unanimous").against is not None
    assert proof.property("irrevocable").status is Status.DEPENDS


def test_an_assert_that_fails_is_a_violation_with_its_trace() -> None:
    """The explorer finds it at two members, and the counterexample to induction is told too."""
    proof = indoubt.prove(demo("assert p not in self.seen", "self.seen.add(p)"))
    (broken,) = [one for one in proof.properties if one.result.kind == "assertion"]
    assert (proof.verdict, broken.status) == (Verdict.VIOLATED, Status.VIOLATED)
    assert broken.result.trace is not None
    assert len(broken.result.trace) == 2
    assert broken.against is not None
    assert broken.against.sizes == {"P": 1, "B": 1}


def test_a_spec_with_nothing_to_prove_says_so() -> None:
    """Exit status 5, as where there is nothing to check; a proof at fixed sizes looks for witnesses."""
    some = "\n    @{}\n    def full(self) -> bool:\n        return all(p in self.seen for p in P)\n"
    for text, named in (("", ""), ("reachable", "; not asked: full"), ("eventually", "; not asked: full")):
        spec = spec_of(HEAD + ADD + "        self.seen.add(p)\n" + (some.format(text) if text else ""), "Demo")
        proof = indoubt.prove(spec)
        assert proof.why == f"there is no property to prove{named}"
        assert (proof.verdict, proof.exit_status) == (Verdict.INCONCLUSIVE, 5)
        at_sizes = indoubt.prove(spec, P=1, B=1, bmc=2)
        assert at_sizes.exit_status == (3 if text == "reachable" else 5)
        assert at_sizes.why.startswith("there is no property to prove") is (text != "reachable")


@pytest.mark.slow
def test_flexible_paxos_is_proved() -> None:
    """With nothing but that quorums of different phases meet; no violation is claimed of a system that was not run."""
    proof = indoubt.prove("paxos_proved", quorums=Flexible(q1=3, q2=2))
    assert proof.verdict is Verdict.HOLDS
    condition = "wherever flexible(q1=3, q2=2) has quorums and quorums of phases 1 and 2 share a member"
    assert proof.scope.endswith(condition)
    assert any(
        text.endswith("any of Quorum[Acceptor, phase 1] and any of Quorum[Acceptor, phase 2] share a member")
        for title, text in proof.rows
        if title == "axioms"
    )


@pytest.mark.parametrize(
    ("fields", "body", "claim"),
    [
        ("    n: Annotated[int, Between(0, len(P) // 2)] = 0\n", ["require(self.n < 8)", "self.n += 1"], "self.n <= 2"),
        ("    n: bool = False\n", ["require(first(B) == last(B))", "self.n = True"], "not self.n"),
    ],
)
def test_what_depends_on_a_size_is_not_proved_for_all(fields: str, body: list[str], claim: str) -> None:
    """Also where it is the same at four and five members."""
    with pytest.raises(SpecError, match="S802"):
        indoubt.prove(demo(*body, claim=claim, fields=fields))


@pytest.mark.slow
def test_paxos_without_the_guard_of_votes_is_refuted() -> None:
    """For every number of acceptors the question is hard; a step that breaks the invariants is found at few."""
    proof = indoubt.prove(spec_of(FORGETFUL, "Forgetful"))
    assert proof.verdict is Verdict.VIOLATED
    assert proof.property("agreement").status is Status.VIOLATED
    kept = proof.property("reported_votes_are_the_last").against
    assert kept is not None
    assert kept.sizes == {"Acceptor": 1, "Ballot": 2, "Value": 1}


def test_a_real_violation_is_told_with_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown like the counterexample of a check: the shortest, where several properties are violated."""
    assert run(["prove", "toy_consensus::FickleToyConsensus"]) == 1
    text = capsys.readouterr().out
    assert text.startswith(
        "FickleToyConsensus for every number of Node and Value  VIOLATED  "
        "decisions_have_a_quorum at Node=1 Value=2: A decided value has the votes of a quorum."
    )
    assert "a shortest counterexample at Node=1 Value=2 has 4 states" in text
    assert "A shortest counterexample at Node=1 Value=2 to decisions_have_a_quorum: 4 states, 3 steps" in text
    proof = indoubt.prove(FickleToyConsensus, properties=["agreement"])
    assert proof.property("agreement").status is Status.VIOLATED
    assert [one.name for one in proof.properties] == ["agreement"]


def test_bounded_model_checking_shows_what_check_shows(capsys: pytest.CaptureFixture[str]) -> None:
    """A trace of the same length, replayed by the source; without a violation, a limit is no pass."""
    assert run(["prove", "two_phase::ImpatientTwoPhase", "RM=2", "--bmc", "12"]) == 1
    assert "A shortest counterexample to unanimous: 5 states, 4 steps" in capsys.readouterr().out
    proof = indoubt.prove(ImpatientTwoPhase, RM=2, bmc=9, properties=["consistent"])
    trace = proof.property("consistent").result.trace
    assert trace is not None
    assert len(trace) == 6
    assert indoubt.prove(TwoPhase, RM=2, bmc=3).exit_status == 3


def test_induction_proves_at_every_depth_and_finds_violations_deeper_than_its_base() -> None:
    """What is not inductive has a counterexample to induction; a violation behind it is found by the explorer."""
    assert indoubt.prove(ToyConsensus, Node=3, Value=2, induction=1).verdict is Verdict.HOLDS
    proof = indoubt.prove(ImpatientTwoPhase, RM=2, induction=2)
    assert {one.name for one in proof.properties if one.status is Status.VIOLATED} >= {"consistent", "unanimous"}


def test_a_step_that_cannot_be_computed_is_a_mistake_of_the_spec() -> None:
    """As in a check: located, with the state that leads there."""
    spec = demo("self.seen.remove(p)")
    with pytest.raises(SpecFailed, match="not in the set"):
        indoubt.prove(spec, P=2, B=1, bmc=2)
    with pytest.raises(SpecFailed, match="not in the set"):
        indoubt.prove(spec)
    unreachable = demo("require(self.round == 3)", "self.seen.remove(p)")
    proof = indoubt.prove(unreachable)
    assert proof.property("can be computed").status is Status.NOT_INDUCTIVE
    assert proof.verdict is Verdict.INCONCLUSIVE


def test_bounds_are_those_of_a_check() -> None:
    """A step beyond a bound is not taken, and the bound is named."""
    spec = demo("self.round += 1", claim="self.round < 4")
    proof = indoubt.prove(spec, P=1, B=1, bmc=6)
    assert proof.verdict is Verdict.HOLDS
    assert "in add" in dict(proof.rows)["bounds"]
    everywhere = indoubt.prove(spec)
    assert everywhere.property("claim").status is Status.PROVED
    assert dict(everywhere.rows)["bounds"] == "a bound may refuse a step of add"


REFUSED = (
    (("require(len(self.seen) == len(P))", "self.round = 1"), "", "a number of elements"),
    (("self.ballot = last(B)",), "", "depends on the size"),
    (("self.ballot = b.next()",), "", "`.next()`"),
    (("for q in P:", "    self.log[q] = True"), "", "a loop has as many turns"),
    (("require(B(1) < b)", "self.ballot = b"), "", "named by its number"),
    (("self.queue.append(p)",), "    queue: Seq[P] = Seq()\n", "first-order logic"),
    (("self.count = len(P)",), "    count: Annotated[int, Between(0, len(P))] = 0\n", "at another one"),
)


@pytest.mark.parametrize(("body", "fields", "reason"), REFUSED, ids=[reason for _, _, reason in REFUSED])
def test_what_has_no_counterpart_is_refused(body: tuple[str, ...], fields: str, reason: str) -> None:
    """Never taken for something else: the error says what and where, and what to do instead."""
    bounds: dict[str, Any] = {"queue": 2} if "queue" in fields else {}
    with pytest.raises(SpecError) as caught:
        prove_spec(demo(*body, fields=fields), **bounds)
    (mistake,) = caught.value.diagnostics
    assert mistake.code == "S802"
    assert reason in mistake.title
    assert mistake.help


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["prove", "two_phase", "RM=3"], "this proof is for every size"),
        (["prove", "two_phase", "--bmc", "3"], "RM"),
        (["prove", "two_phase", "RM=2", "--bmc", "3", "--induction", "2"], "leave one of them out"),
        (["prove", "no_such_thing"], "nor is there a theorem"),
        (["prove", "paxos", "quorums=epaxos"], "for an odd number of members, and this proof is for every number"),
    ],
)
def test_wrong_usage_says_what_to_write(arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2, and no frame of ours."""
    assert run(arguments) == 2
    told = capsys.readouterr().err
    assert text in told
    assert "Traceback" not in told


def test_settings_are_for_specs() -> None:
    """A theorem has none."""
    with pytest.raises(UsageError, match="bmc is for proofs of specs; majority is about every number of nodes"):
        indoubt.prove("majority", bmc=3)
    with pytest.raises(UsageError, match="RM is for proofs of specs"):
        indoubt.prove("majority", RM=3)


def test_a_spec_is_named_as_for_check() -> None:
    """By a name of the library, with a class where there are several; what is neither spec nor theorem is told so."""
    proof = indoubt.prove("toy_consensus::FickleToyConsensus", properties=["agreement"], bmc=1, Node=2, Value=2)
    assert isinstance(proof, SpecProof)
    assert (proof.spec, [one.name for one in proof.properties]) == ("FickleToyConsensus", ["agreement"])
    with pytest.raises(ValueError, match=r"did you mean two_phase_proved\?; nor is there a theorem 'two_phase_provd'"):
        indoubt.prove("two_phase_provd")
    with pytest.raises(TypeError, match="is no theorem and no spec"):
        indoubt.prove(3)  # type: ignore[call-overload]


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), True, "60", None])
@pytest.mark.parametrize("what", ["majority", TwoPhase])
def test_a_limit_is_a_number_of_seconds_above_0(timeout: Any, what: Any) -> None:
    """Anything else is refused, as `check` does, for theorems and for specs."""
    with pytest.raises(ValueError, match=r"timeout=.* is not possible; give a number of seconds"):
        indoubt.prove(what, timeout=timeout)


@pytest.mark.parametrize("depth", [0, -3, True, 2.0, "3"])
def test_a_number_of_steps_is_whole(depth: Any) -> None:
    """From 1 up."""
    for name in ("bmc", "induction"):
        with pytest.raises(ValueError, match=rf"{name}=.* is not possible; give a whole number"):
            indoubt.prove(TwoPhase, RM=2, **{name: depth})


def test_some_properties_are_asked_for_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """With -k, as for check; a name that there is not is answered with those there are."""
    assert run(["prove", "two_phase", "RM=2", "--bmc", "2", "-k", "everybody_aborts", "-k", "consistent"]) == 3
    told = capsys.readouterr().out
    assert "A shortest way to everybody_aborts: 3 states, 2 steps" in told
    assert "unanimous" not in told
    assert run(["prove", "two_phase", "RM=2", "--bmc", "1", "-k", "consistnt"]) == 2
    assert "did you mean consistent?" in capsys.readouterr().err
    assert run(["prove", "two_phase", "RM=2", "--bmc", "1", "--allow-inconclusive"]) == 0
    nothing = "there is no property to prove; not asked: everybody_aborts"
    assert indoubt.prove(TwoPhase, properties=["everybody_aborts"]).why == nothing
    assert indoubt.prove(TwoPhase, RM=2, induction=1, properties=["everybody_aborts"]).why == "reached"
