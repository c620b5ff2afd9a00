"""The models of the textbook by name: what may fail, how the links are, and which failure detector there is.

Source: Cachin, Guerraoui, Rodrigues, "Introduction to Reliable and Secure Distributed Programming" (2011), sec. 2.7.

*Never say "fail-stop" without a book.* There it is crashes, perfect links and a perfect failure detector, as here. In
Dwork, Lynch and Stockmeyer (JACM 1988), and in much that was written since, it is a crash that nobody is told of: that
is `fail_silent` here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from indoubt.specs.language.delivery import Link
from indoubt.specs.language.detectors import Detector
from indoubt.specs.language.faults import Faults
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.network import Network


@dataclass(frozen=True, slots=True)
class Model:
    """What a run takes from a model: its `network`, `links`, `faults` and `detector`, as `check` has them."""

    name: str
    network: Network
    links: Link
    faults: Faults
    detector: Detector | None = None


def fail_stop(crashes: int = 1) -> Model:
    """Crashes, perfect links, and a perfect failure detector P: who is suspected has crashed, who has will be."""
    return Model("fail_stop", BAG, Link.perfect(), Faults(crashes=crashes), detector=Detector.perfect())


def fail_noisy(crashes: int = 1) -> Model:
    """Crashes, perfect links, and an eventually perfect failure detector: for a while it may suspect anybody."""
    return Model("fail_noisy", BAG, Link.perfect(), Faults(crashes=crashes), detector=Detector.eventually_perfect())


def fail_silent(crashes: int = 1) -> Model:
    """Crashes and perfect links; nobody is told who has crashed."""
    return Model("fail_silent", BAG, Link.perfect(), Faults(crashes=crashes))


def fail_recovery(crashes: int = 1, restarts: int | None = None) -> Model:
    """Nodes crash and come back with their durable fields; links are stubborn: what was sent may arrive again."""
    back = crashes if restarts is None else restarts
    return Model("fail_recovery", SOUP, Link.stubborn(), Faults(crashes=crashes, restarts=back))


def fail_arbitrary(byzantine: int = 1) -> Model:
    """Byzantine nodes, and authenticated perfect links: nobody speaks on a link but the node that it leads from."""
    return Model("fail_arbitrary", BAG, Link.perfect(), Faults(byzantine=byzantine))


BAG = Network.bag()
"""Of perfect links: each message arrives once, not in order."""
SOUP = Network.soup()
"""Of stubborn links: a message that was sent may arrive, again and again."""

MODELS: dict[str, Callable[..., Model]] = {
    one.__name__: one for one in (fail_stop, fail_noisy, fail_silent, fail_recovery, fail_arbitrary)
}
BUDGETS: dict[str, tuple[str, ...]] = {"fail_recovery": ("crashes", "restarts"), "fail_arbitrary": ("byzantine",)}
"""The budgets that belong to a model; of all others, crashes."""


def model_of(name: str, budgets: Mapping[str, int]) -> Model:
    """A model by its name, with these budgets of it. Raises ValueError with what there is."""
    own_budgets(name)
    return MODELS[name](**budgets)


def own_budgets(name: str) -> tuple[str, ...]:
    """The budgets of a model. Raises ValueError with the models that there are."""
    if name not in MODELS:
        raise ValueError(f"unknown model {name!r}; there are: {', '.join(MODELS)}")
    return BUDGETS.get(name, ("crashes",))
