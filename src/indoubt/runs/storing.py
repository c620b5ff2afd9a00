"""How native code stores states, as a run asks for it: exactly or by fingerprints, in what memory, and where else."""

from __future__ import annotations

import os
from pathlib import Path

from indoubt.explorer.search.folders import disk_folder
from indoubt.explorer.search.result import Storage
from indoubt.finding.specs import UsageError, did_you_mean
from indoubt.specs.language.frozen import dataclass

STORES = ("exact", "fingerprint")
BITS = 64
NOTE = "a state is one word here, its own fingerprint"


@dataclass(frozen=True, slots=True)
class Storing:
    """What is stored of a state, and where logs go that do not fit memory."""

    fingerprints: bool = False
    folder: Path | None = None
    """The folder that was asked for."""
    huge_pages: bool = True

    @property
    def asked(self) -> list[str]:
        """The options that differ from the defaults."""
        given = {"--store fingerprint": self.fingerprints, "--disk": self.folder, "--no-hugepages": not self.huge_pages}
        return [name for name, is_given in given.items() if is_given]

    @property
    def disk(self) -> Path | None:
        """Where logs go: the folder that was asked for, or one for temporary files on a disk; None if there is none."""
        return self.folder or disk_folder()


def storing_of(store: str, disk: str | os.PathLike[str] | None, *, hugepages: bool) -> Storing:
    """How states are stored. Raises UsageError."""
    if store not in STORES:
        raise UsageError(f"unknown store {store!r}; there are: {', '.join(STORES)}{did_you_mean(store, STORES)}")
    if disk is not None and not os.fspath(disk):
        raise UsageError("--disk without a folder is not possible; name one that there is")
    folder = None if disk is None else Path(disk)
    if folder is not None and not folder.is_dir():
        raise UsageError(f"--disk {folder} is no folder; name one that there is")
    if folder is not None and not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"--disk {folder} cannot be written to; name another folder")
    return Storing(store == "fingerprint", folder, hugepages)


def omission(distinct: int) -> float:
    """At most how probable it is that one of as many states was taken for another one, and so left out.

    Two states have the same fingerprint with probability 2**-64, if the hash is as good as chance, and there are
    n * (n - 1) / 2 pairs of n states: less than n**2 / 2**65. Source: Wolper and Leroy, "Reliable Hashing without
    Collision Detection" (1993), section 4; Stern and Dill, "Improved Probabilistic Verification by Hash Compaction"
    (1995), section 3.
    """
    return distinct**2 / 2.0 ** (BITS + 1)


def probability_text(probability: float) -> str:
    """A probability, rounded up to one digit: `3e-4`."""
    digit, _, exponent = f"{probability:.0e}".partition("e")
    power = int(exponent)
    if float(f"{digit}e{power}") < probability:
        digit, power = ("1", power + 1) if digit == "9" else (str(int(digit) + 1), power)
    return f"{digit}e{power}"


def told(storage: Storage | None, distinct: int, otherwise: str) -> str:
    """The search as a verdict tells it, where `otherwise` is said of a search that stores states exactly."""
    if storage is None or storage.seed is None:
        return otherwise
    if storage.is_exact:
        return f"{otherwise} ({NOTE})"
    probability = probability_text(omission(distinct))
    rest = otherwise.replace("every state stored exactly", f"{BITS}-bit fingerprints of the states stored")
    if rest == otherwise:
        rest = f"{otherwise}, by {BITS}-bit fingerprints"
    formula = f"n^2 / 2^{BITS + 1} for n states; seed {storage.seed:#x}"
    return f"{rest}; with a probability of at most {probability} one was omitted ({formula})"
