"""Faults: what may go wrong in a run of a system, each with a budget.

`Faults(crashes=1, restarts=1)` belongs to the run and not to the spec. Each fault is a step of its own, and takes one
from its budget.
"""

from __future__ import annotations

from dataclasses import fields

from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.partition import Partition

MOST = 64
FEW = "what is left of it is part of a state, so that each one more makes other states: ask for few"
"""Why there is a most."""
SYNCS = ("prompt", "late")
"""When what is written is kept: at once, or from the next step of the node on."""
WHO = ("any", "one", "minority", "majority")
"""Who may crash, be Byzantine, pause or be isolated: any node that the system names, or so many at the same time."""
WORDS = ("who", "sync", "equivocation")
"""What is said of faults besides their budgets and partitions."""


@dataclass(frozen=True, slots=True)
class Faults:
    """How often each fault may happen: nothing goes wrong where nothing is asked for.

    A node that crashes stops; `torn` are crashes inside a handler, between two things that it does. `restarts` lets a
    node come back with its durable fields, `amnesias` without them; `pauses` stop it for a while. `losses` take a
    message from the network, `duplicates` add a copy of one; `partitions` cut links: `Partition.split(times=1)`.
    So many nodes may be `byzantine`: they say whatever their messages allow, to each what they like, or without
    `equivocation` to all alike. `who` may crash, be Byzantine, pause or be isolated by a partition: any node that the
    system says, or one, a minority or a majority of them at the same time, or those of which a helper of this name is
    true. With sync="late" a node that
    crashes has lost what its last step wrote to durable fields. Raises ValueError for what is no budget.
    """

    crashes: int = 0
    torn: int = 0
    restarts: int = 0
    amnesias: int = 0
    pauses: int = 0
    losses: int = 0
    duplicates: int = 0
    partitions: Partition | None = None
    who: str = "any"
    byzantine: int = 0
    equivocation: bool = True
    sync: str = "prompt"

    def __post_init__(self) -> None:
        if self.partitions is not None and not isinstance(self.partitions, Partition):  # pyright: ignore[reportUnnecessaryIsInstance]
            what = f"partitions={self.partitions!r} is no partition"
            raise TypeError(f"{what}; write partitions=Partition.split(times=1), or one_way or isolate")
        for name, budget in self.budgets().items():
            if isinstance(budget, bool) or not isinstance(budget, int):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(f"{name}={budget!r} is no budget: it is a whole number, as in {name}=1")
            if not 0 <= budget <= MOST:
                what = f"{name}={budget} is not possible: a budget is a whole number from 0 to {MOST}"
                raise ValueError(f"{what}; {FEW}, as in {name}=2")
        if not isinstance(self.equivocation, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
            what = f"equivocation={self.equivocation!r} is neither True nor False"
            raise TypeError(f"{what}: it says whether a Byzantine node may tell nodes of one class different things")
        if not isinstance(self.who, str) or not self.who.isidentifier():  # pyright: ignore[reportUnnecessaryIsInstance]
            there_are = ", ".join(WHO)
            raise ValueError(f"who={self.who!r} is not possible: it is {there_are}, or the name of a helper of nodes")

        if self.sync not in SYNCS:
            raise ValueError(f"sync={self.sync!r} is not possible; there are: {', '.join(SYNCS)}")

    @property
    def has_late_disks(self) -> bool:
        """Whether what a node writes is kept from its next step on alone."""
        return self.sync == "late"

    @property
    def predicate(self) -> str | None:
        """The helper that says of a node whether it may fail; None where all may."""
        return None if self.who in WHO else self.who

    def budgets(self) -> dict[str, int]:
        """Every budget by its name."""
        names = [field.name for field in fields(self) if field.name not in ("partitions", *WORDS)]
        own: dict[str, int] = {name: getattr(self, name) for name in names}
        return own | {"partitions": 0 if self.partitions is None else self.partitions.times}

    @property
    def is_consistent(self) -> bool:
        """Whether Byzantine nodes say the same to all nodes of a class."""
        return self.byzantine > 0 and not self.equivocation

    @property
    def isolates(self) -> bool:
        """Whether a partition cuts off one node, whichever."""
        cut = self.partitions
        return cut is not None and cut.times > 0 and cut.shape == "isolate" and not cut.groups

    @property
    def befalls(self) -> bool:
        """Whether any fault befalls a node, so that it can be said which: a crash, a lie, a pause, to be isolated."""
        return bool(self.stops or self.byzantine or self.pauses or self.isolates)

    @property
    def stops(self) -> int:
        """How often a node may stop for good, or until it comes back."""
        return self.crashes + self.torn

    @property
    def returns(self) -> int:
        """How often a node that has stopped may come back."""
        return self.restarts + self.amnesias

    def asked(self) -> dict[str, int]:
        """The budgets that are not empty."""
        return {name: budget for name, budget in self.budgets().items() if budget}


NO_FAULTS = Faults()
