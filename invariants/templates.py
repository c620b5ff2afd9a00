"""Properties of commit and consensus under their textbook names, to be called from the properties of a spec.

Atomic commit: AC1 to AC5 as numbered by Bernstein, Hadzilacos, Goodman, "Concurrency Control and Recovery in Database
Systems" (1987), sec. 7.3, here [BHG]; non-blocking also by Skeen, "Nonblocking Commit Protocols" (SIGMOD 1981), here
[S]. Consensus: Cachin, Guerraoui, Rodrigues, "Introduction to Reliable and Secure Distributed Programming" (2011),
ch. 5, here [CGR].

AC1 and AC3 are invariants. AC2 and integrity speak of steps and take the sets before and after one. AC4 and AC5 promise
that something happens in the end; what stands here is the part that a finite trace can refute, and the docstring says
what is left for a temporal property. The sets are of processes, decisions or values: a spec says which, in its terms.
"""

from collections.abc import Set as AbstractSet
from typing import TypeVar

P = TypeVar("P")
Q = TypeVar("Q")
V = TypeVar("V")


def ac1_agreement(committed: AbstractSet[P], aborted: AbstractSet[P]) -> bool:
    """AC1: all processes that reach a decision reach the same one.

    Source: [BHG] AC1. It binds processes that crashed after their decision as well, so it is uniform agreement.
    """
    return not committed or not aborted


def ac2_irrevocable(
    committed: AbstractSet[P], aborted: AbstractSet[P], committed_after: AbstractSet[P], aborted_after: AbstractSet[P]
) -> bool:
    """AC2: a process cannot reverse its decision after it has reached one.

    Source: [BHG] AC2; a property of each step, from `committed` and `aborted` to the same sets after it.
    """
    return committed <= committed_after and aborted <= aborted_after


def ac3_unanimity(committed: AbstractSet[P], without_yes: AbstractSet[Q]) -> bool:
    """AC3: a process decides to commit only if all processes voted Yes.

    Source: [BHG] AC3. `without_yes` are the processes that have not voted Yes, be it that they voted No or not at all.
    """
    return not committed or not without_yes


def ac4_no_needless_abort(aborted: AbstractSet[P], voted_no: AbstractSet[Q], excused: bool) -> bool:
    """AC4, safety part: while nothing has failed, nobody has timed out and nobody has voted No, nobody has aborted.

    Source: [BHG] AC4, "if there are no failures and all processes voted Yes, then the decision will be to Commit".
    `excused` says that something failed or that some process ran out of patience. The temporal form adds that the
    decision is reached.
    """
    return excused or not aborted or len(voted_no) > 0


def ac5_nonblocking(in_doubt: AbstractSet[P], may_decide: AbstractSet[Q]) -> bool:
    """AC5, safety part: no operational process is in doubt while nobody it can hear knows the outcome or may decide.

    Source: blocking in [S] and [BHG] sec. 7.3. `in_doubt` are operational processes that may not decide by themselves,
    `may_decide` the operational ones they can hear that have decided or may. AC5 of [BHG] is temporal and adds that
    all processes decide once failures are repaired and stay so for long enough.
    """
    return not in_doubt or len(may_decide) > 0


def skeen_nonblocking(uncommittable: AbstractSet[P], committed: AbstractSet[Q]) -> bool:
    """No process is in a state from which it must not commit while another has committed already.

    Source: [S], the second condition of the fundamental nonblocking theorem (the first is AC1 between local states).
    The theorem reads it of executions without failures; a protocol that breaks it, as two-phase commit does, can block.
    """
    return not uncommittable or not committed


def uniform_agreement(decisions: AbstractSet[V]) -> bool:
    """No two processes decide differently, whether they are correct or fail later.

    Source: [CGR] uniform consensus, UC4. `decisions` are the values that any process has ever decided.
    """
    return len(decisions) <= 1


def integrity(decisions: AbstractSet[V], decisions_after: AbstractSet[V]) -> bool:
    """No process decides twice: once it has decided, its decision stays what it is.

    Source: [CGR] uniform consensus, UC3. The sets are those of ONE process, or of the abstract register, before and
    after a step. As an invariant over pairs of processes ("no two nodes decide twice") it would say something else.
    """
    return len(decisions_after) <= 1 and decisions <= decisions_after


def validity(decisions: AbstractSet[V], proposals: AbstractSet[V]) -> bool:
    """Whatever is decided was proposed by some process.

    Source: [CGR] uniform consensus, UC2.
    """
    return decisions <= proposals
