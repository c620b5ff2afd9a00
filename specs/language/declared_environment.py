"""What a system says of its environment: network and links, failure detector, and which of its nodes may fail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, cast

from indoubt.specs.language.declarations import OURS
from indoubt.specs.language.delivery import Link
from indoubt.specs.language.detectors import Detector
from indoubt.specs.language.network import Network
from indoubt.specs.language.wrong_systems import Wrong

if TYPE_CHECKING:
    from indoubt.specs.language.layout import Part


def network_of_system(system: type, mistakes: list[Wrong]) -> Network:
    """The network that a system names."""
    network = getattr(system, "network", None)
    if isinstance(network, Network):
        return network
    title = f"the network of `{system.__name__}` is {shown_thing(network)}, which is no network"
    help_ = "write `network = Network.soup()`, `Network.bag()` or `Network.fifo()`"
    mistakes.append(Wrong("S509", title, system, "network", "no network", help_))
    return Network.soup()


def links_of_system(system: type, fields: Collection[str], mistakes: list[Wrong]) -> Link | None:
    """What the links of a system promise, and over its own network; `links` may be one of its fields."""
    links = None if "links" in fields else getattr(system, "links", None)
    if links is None or isinstance(links, Link):
        return _over(system, links, mistakes)
    title = f"the links of `{system.__name__}` are {shown_thing(links)}, which is no link"
    help_ = "write `links = Link.fair_loss()`, `Link.stubborn()` or `Link.perfect()`"
    mistakes.append(Wrong("S509", title, system, "links", "what do they promise?", help_))
    return None


def _over(system: type, links: Link | None, mistakes: list[Wrong]) -> Link | None:
    """Links, where the class that names them, or one that inherits it, does not name a network without them."""
    named = next((one for one in system.__mro__ if "links" in vars(one) or "network" in vars(one)), system)
    network = vars(named).get("network")
    try:
        if links is not None and isinstance(network, Network) and named.__module__ not in OURS:
            links.refuse(network)
    except ValueError as error:
        title, _, help_ = str(error).partition("; ")
        mistakes.append(Wrong("S509", title, system, "network", "not of these links", help_))
    return links


def refuse_wrong_detector(system: type, mistakes: list[Wrong]) -> None:
    """Note a failure detector that is none."""
    detector = getattr(system, "detector", None)
    if detector is not None and not isinstance(detector, Detector):
        title = f"the detector of `{system.__name__}` is {shown_thing(detector)}, which is no failure detector"
        help_ = "write `detector = Detector.perfect()`, or `strong`, `eventually_perfect`, `omega` and so on"
        mistakes.append(Wrong("S509", title, system, "detector", "no failure detector", help_))


def parts_that_fail(
    system: type, name: str, question: str, parts: Mapping[str, Part], mistakes: list[Wrong]
) -> tuple[str, ...]:
    """The parts whose nodes may fail in a way: those that `crashes`, say, names, all where it is left out."""
    given = getattr(system, name, None)
    if given is None:
        return tuple(parts)
    named = cast("tuple[object, ...]", given if isinstance(given, tuple) else (given,))
    chosen: list[str] = []
    for one in named:
        found = [part.name for part in parts.values() if one is part.sort or one is part.cls]
        if not found:
            there_are = ", ".join(f"`{part.sort.__name__}`" for part in parts.values())
            title = f"`{name}` of `{system.__name__}` names {shown_thing(one)}, which is no class of nodes"
            help_ = f"name sorts of addresses, in a tuple: {there_are}"
            mistakes.append(Wrong("S509", title, system, name, question, help_))
        chosen += found
    return tuple(dict.fromkeys(chosen))


def shown_thing(thing: object) -> str:
    """What an author wrote where something else is wanted."""
    return f"`{thing.__name__}`" if isinstance(thing, type) else f"`{thing!r}`"
