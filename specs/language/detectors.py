"""Failure detectors: oracles that tell a node which others have crashed, and may be as wrong as their class permits.

The classes are those of Chandra and Toueg, "Unreliable Failure Detectors for Reliable Distributed Systems" (JACM 43:2,
1996), sec. 2, and Omega of Chandra, Hadzilacos and Toueg, "The Weakest Failure Detector for Solving Consensus" (JACM
43:4, 1996). The run chooses one (`check(..., detector=Detector.perfect())`), the system may have a default; a handler
asks it: `require(self.suspects(coordinator))`, `if self.trusts(self.address)`.
"""

from __future__ import annotations

from typing import Literal

from indoubt.specs.language.frozen import dataclass

Class = Literal["P", "eventually-P", "S", "eventually-S", "Omega", "timeout"]
Question = Literal["suspects", "trusts"]
QUESTIONS: tuple[Question, ...] = ("suspects", "trusts")
"""What a handler may ask: `self.suspects(address)`, and of Omega `self.trusts(address)`."""
MOST = 64
FEW = "each one that is left makes other states: ask for few"
"""Why there is a most."""

NAMES: dict[str, Class] = {
    "P": "P",
    "perfect": "P",
    "eventually-P": "eventually-P",
    "eventually-perfect": "eventually-P",
    "S": "S",
    "strong": "S",
    "eventually-S": "eventually-S",
    "eventually-strong": "eventually-S",
    "Omega": "Omega",
    "omega": "Omega",
    "timeout": "timeout",
}
"""The names of the command line."""
Nobody = Literal["none"]
NOBODY: Nobody = "none"
"""No failure detector, where a system has one of its own."""
CLASSES = tuple(dict.fromkeys(NAMES.values()))

PROMISES: dict[Class, str] = {
    "P": "whom a node suspects has crashed, and who has crashed is suspected in the end",
    "eventually-P": "until gst a node may suspect anyone; then as P",
    "S": "a node may suspect anyone but one that is spared; who has crashed is suspected in the end",
    "eventually-S": "until gst a node may suspect anyone; then anyone but one that is spared",
    "Omega": "until gst a node may trust anyone; then all trust the same node, which does not crash",
    "timeout": "a node may suspect whom it cannot hear: those that have crashed, or are beyond a link that is cut",
}


@dataclass(frozen=True, slots=True)
class Detector:
    """What nodes are told of crashes; made by `Detector.perfect()` and the like.

    `mistakes` bounds how often nodes in all suspect one that is up; None is no bound, as the classes have none.
    """

    kind: Class
    mistakes: int | None = None

    @classmethod
    def perfect(cls) -> Detector:
        """P: strong completeness, strong accuracy; nobody is suspected before it crashes."""
        return cls("P")

    @classmethod
    def eventually_perfect(cls, *, mistakes: int | None = None) -> Detector:
        """Eventually P: as P from an unknown moment on, `gst`. Raises ValueError for what is no budget of mistakes."""
        return cls("eventually-P", _budget(mistakes))

    @classmethod
    def strong(cls, *, mistakes: int | None = None) -> Detector:
        """S: strong completeness, weak accuracy; some correct node is never suspected. Raises ValueError."""
        return cls("S", _budget(mistakes))

    @classmethod
    def eventually_strong(cls, *, mistakes: int | None = None) -> Detector:
        """Eventually S: from `gst` on some correct node is never suspected. Raises ValueError."""
        return cls("eventually-S", _budget(mistakes))

    @classmethod
    def omega(cls) -> Detector:
        """Omega: from `gst` on all nodes trust the same correct node; it answers `trusts`, the others `suspects`."""
        return cls("Omega")

    @classmethod
    def timeout(cls) -> Detector:
        """A timeout takes for crashed whom it does not hear: the crashed, and those beyond a partition."""
        return cls("timeout")

    @property
    def question(self) -> Question:
        """What a handler asks it."""
        return "trusts" if self.kind == "Omega" else "suspects"

    @property
    def has_gst(self) -> bool:
        """Whether its promise begins at an unknown moment, which is a step of the run."""
        return self.kind in ("eventually-P", "eventually-S", "Omega")

    @property
    def needs_correct(self) -> bool:
        """Whether its promise is about a node that never crashes, so that there has to be one."""
        return self.kind in ("S", "eventually-S", "Omega")

    @property
    def told(self) -> str:
        """The detector in words."""
        times = f"{self.mistakes} time{'s' * (self.mistakes != 1)}"
        bound = "" if self.mistakes is None else f"; nodes suspect one that is up {times} at most"
        return f"{self}: {PROMISES[self.kind]}{bound}"

    def __str__(self) -> str:
        return self.kind if self.mistakes is None else f"{self.kind}(mistakes={self.mistakes})"


def detector_of(name: object, mistakes: int | None = None) -> Detector:
    """A detector by its name. Raises ValueError naming what was asked and what there is."""
    if isinstance(name, Detector):
        return name
    if not isinstance(name, str) or name not in NAMES:
        raise ValueError(f"unknown detector {name!r}; there are: {', '.join(CLASSES)}")
    kind = NAMES[name]
    if mistakes is not None and kind not in ("eventually-P", "S", "eventually-S"):
        why = "it makes none" if kind == "P" else "a partition is its budget" if kind == "timeout" else "it trusts"
        raise ValueError(f"mistakes={mistakes} is not possible with {kind}: {why}; leave mistakes out")
    return Detector(kind, _budget(mistakes))


def _budget(mistakes: object) -> int | None:
    if mistakes is None:
        return None
    if isinstance(mistakes, bool) or not isinstance(mistakes, int) or not 0 <= mistakes <= MOST:
        what = f"mistakes={mistakes!r} is not possible: a budget is a whole number from 0 to {MOST}"
        raise ValueError(f"{what}; {FEW}, as in mistakes=2")
    return mistakes
