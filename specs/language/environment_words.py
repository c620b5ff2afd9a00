"""What a run of a system chooses of its environment, in the words of `check`: `network=bag partition=bridge who=one`.

These words are the titles of verdicts: whoever reads one has to know what it was found under. What is as it always is,
unless somebody asks for something else, is left out.
"""

from __future__ import annotations

from indoubt.specs.language.detectors import Detector
from indoubt.specs.language.machine import Spec
from indoubt.specs.language.network import DEFAULT_CAPACITY, Network
from indoubt.specs.language.systems import System


def environment_words(spec: type[Spec]) -> tuple[str, ...]:
    """The network, links, detector and faults of a run, as `NAME=VALUE`; nothing of a state machine."""
    if not issubclass(spec, System):
        return ()
    faults = spec.__faults__.asked()
    return (*surrounding_words(spec), *(f"{name}={budget}" for name, budget in faults.items()), *manner_words(spec))


def surrounding_words(spec: type[Spec]) -> tuple[str, ...]:
    """The network, links and detector of a run."""
    if not issubclass(spec, System):
        return ()
    words = [*_network_words(spec.__network__)]
    if spec.__promised__ is not None:
        words.append(f"links={spec.__promised__.kind}")
    if spec.__watch__ is not None or unasked(spec) is not None:
        words.append(f"detector={spec.__detector__}")
    return tuple(words)


def unasked(spec: type[System]) -> Detector | None:
    """The failure detector that a run asks for in vain, since no node asks it; None of one that is the system's own."""
    if spec.__watch__ is not None or spec.__detector__ == (spec.__system__ or spec).detector:
        return None
    return spec.__detector__


def manner_words(spec: type[Spec]) -> tuple[str, ...]:
    """How the faults of a run happen: whom they befall, how the network is cut, what disks and liars do."""
    if not issubclass(spec, System):
        return ()
    faults, words = spec.__faults__, list[str]()
    cut = faults.partitions
    if cut is not None and cut.times:
        words += [] if cut.told_shape == "split" else [f"partition={cut.told_shape}"]
        is_kept = cut.in_flight == "kept" and spec.__network__.is_consuming and spec.__promised__ is None
        words += ["in_flight=kept"] if is_kept else []
    words += [] if faults.who == "any" else [f"who={faults.who}"]
    words += ["sync=late"] if faults.has_late_disks else []
    words += ["equivocation=false"] if faults.is_consistent else []
    return tuple(words)


def _network_words(network: Network) -> tuple[str, ...]:
    words = [f"network={network.kind}"]
    if network.is_consuming and network.capacity != DEFAULT_CAPACITY:
        words.append(f"capacity={network.capacity}")
    if network.is_consuming and network.full != "block":
        words.append(f"full={network.full}")
    return tuple(words)
