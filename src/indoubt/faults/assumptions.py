"""What a protocol rests on, as far as a run can take it away: each assumption with the run in which it is not there.

`KINDS` is the table of them; a kind looks at what is asked and yields its assumptions. A new kind is a function more.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from indoubt.explorer.frontend.source import class_source
from indoubt.faults.asking import Asking
from indoubt.faults.budgets import Budgets
from indoubt.invariants.quorums.counted import Threshold
from indoubt.runs.environment import BUDGETS as OF_SYSTEMS, under
from indoubt.runs.quorum_choice import quorums_of
from indoubt.specs.language.declarations import declarations
from indoubt.specs.language.delivery import Link
from indoubt.specs.language.domains import members
from indoubt.specs.language.frozen import dataclass
from indoubt.specs.language.layout import durable_fields
from indoubt.specs.language.settings import QUORUMS, parameter_types, setting_text
from indoubt.specs.language.systems import System
from indoubt.specs.language.types import BoolType, EnumType, IntType
from indoubt.specs.language.universe import within


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that is taken for granted, and the run in which it is not.

    `off` names the change as the run takes it, `said` is the sentence about it; `asking` and `values` are the run
    without the assumption. `needs` are faults without which nothing can come of it; `why_not` says why there is no such
    run, where there is none.
    """

    off: str
    said: str
    asking: Asking
    values: Mapping[str, Any]
    needs: tuple[str, ...] = ()
    name: str = ""
    """What the literature calls it, in two or three words, if it has a name."""
    has_command: bool = True
    """Whether the command line can ask for this run as well."""
    why_not: str = ""


Kind = Callable[[Asking, Budgets], Iterator[Assumption]]

SAID = {
    "crashes": ("no crash", "nobody crashes"),
    "torn": ("whole handlers", "nobody crashes inside a handler"),
    "restarts": ("crash-stop", "who crashed stays away"),
    "amnesias": ("stable storage", "who comes back has its durable fields"),
    "pauses": ("no pause", "nobody pauses"),
    "byzantine": ("no lies", "every node follows the protocol"),
    "losses": ("no loss", "no message is lost"),
    "duplicates": ("no duplicates", "no message arrives twice"),
    "partitions": ("no partition", "the network is whole"),
}
"""What is assumed where a fault has no budget: its name, and a sentence."""


def faults(asking: Asking, budgets: Budgets) -> Iterator[Assumption]:
    """No fault happens: each budget that is 0, allowed once; and those that are not, taken away."""
    settled = asking.chosen({})[1]
    for name in budgets:
        own = asking.faults.get(name, 0) if asking.is_system else settled.parameters[name]
        short, said = SAID.get(name) or ("", said_of(asking.spec, name))
        if not own:
            values = {"crashes": max(1, asking.faults.get("crashes", 0))} if _needs_crash(asking, name) else {}
            why_not = asking.why_impossible({**values, name: 1}) or ""
            yield Assumption(f"{name}=1", said, asking, {**values, name: 1}, name=short, why_not=why_not)
        elif not asking.is_system and name not in asking.settings:
            yield Assumption(f"{name}=0", said, asking, {name: 0})


def _needs_crash(asking: Asking, name: str) -> bool:
    return asking.is_system and name in ("restarts", "amnesias")


def order(asking: Asking, budgets: Budgets) -> Iterator[Assumption]:
    """Links are FIFO: messages are delivered once, but in any order."""
    if issubclass(asking.spec, System):
        network = asking.chosen({})[0]
        assert issubclass(network, System)
        own = network.__network__
        if network.__promised__ is not None:
            yield from _weaker_links(asking, network.__promised__)
            return
        if own.kind == "fifo":
            bag = {"kind": "bag", "capacity": own.capacity, "full": own.full}
            changed = dataclasses.replace(asking, network=bag)
            said = "messages arrive in the order in which they were sent"
            yield Assumption("network=bag", said, changed, {}, name="FIFO")
        if own.is_consuming:
            cuts = {name: how for name, how in asking.cuts.items() if how != "lost"}
            faults = _of_a_soup(asking.faults)
            changed = dataclasses.replace(asking, network={"kind": "soup"}, faults=faults, cuts=cuts)
            said = "a message is delivered once, unless the run says otherwise"
            yield Assumption("network=soup", said, changed, {}, name="each message once")


def _weaker_links(asking: Asking, promised: Link) -> Iterator[Assumption]:
    """Links that promise less: what is received once may be received again, and what is sent once may be lost."""
    said = {
        "stubborn": ("each message once", "a message is received once"),
        "fair_loss": ("no loss", "a message that is sent once is received"),
    }
    for kind in {"perfect": ("stubborn", "fair_loss"), "stubborn": ("fair_loss",)}.get(promised.kind, ()):
        changed = dataclasses.replace(
            asking,
            spec=under(asking.spec, None, None, links=kind),
            network=None,
            faults=_of_a_soup(asking.faults),
        )
        name, sentence = said[kind]
        yield Assumption(f"links={kind}", sentence, changed, {}, name=name)


def _of_a_soup(given: Mapping[str, int]) -> dict[str, int]:
    """The faults that a soup has not anyway."""
    return {name: budget for name, budget in given.items() if name not in ("losses", "duplicates")}


def durability(asking: Asking, budgets: Budgets) -> Iterator[Assumption]:
    """A durable field survives a crash: each of them forgotten, one at a time."""
    if not issubclass(asking.spec, System):
        return
    found = asking.chosen({})[0]
    assert issubclass(found, System)
    layout = found.__layout__
    for part in (layout.parts[name] for name in layout.may_crash):
        for field in durable_fields(part):
            whose = f"`{field}` of {part.cls.__name__}"
            why_not = "" if hasattr(part.cls, field) else f"{whose} has no value to go back to"
            forgetful = _forgetting(found, part.name, field)
            # What the run chooses is in `found` already; chosen again, it would be of the system that forgets nothing.
            changed = dataclasses.replace(asking, spec=forgetful, network=None, faults={}, detector=None)
            off, said, needs = f"{part.name}.{field} volatile", f"{whose} survives a crash", ("crashes", "restarts")
            yield Assumption(off, said, changed, {}, needs, name="durable log", has_command=False, why_not=why_not)


def _forgetting(found: type[System], part: str, field: str) -> type[System]:
    """A system, under its network and faults, in which a crash takes a durable field too."""
    volatile = {**found.__volatile__, part: (*found.__volatile__[part], field)}
    made: Any = type(found.__name__, (found,), {"__volatile__": volatile, "__module__": found.__module__})
    made.__names__ = found.__names__
    made.__qualname__ = found.__qualname__
    made.__doc__ = found.__doc__
    if "__scope__" in vars(made):
        del made.__scope__
    changed: type[System] = made
    return changed


def disks(asking: Asking, budgets: Budgets) -> Iterator[Assumption]:
    """What a handler writes is on the disk before what it sends arrives: written later, with the node's next step."""
    if not asking.is_system or asking.faults.get("sync") == "late":
        return
    values = {"sync": "late"}
    needs = ("crashes", "restarts")
    beside = {name: max(1, asking.faults.get(name, 0)) for name in needs}
    why_not = asking.why_impossible({**beside, **values}) or ""
    said = "what a node writes is on its disk before anybody hears of it"
    yield Assumption("sync=late", said, asking, values, needs, name="fsync before send", why_not=why_not)


WEAKER = {
    "P": "eventually-P",
    "timeout": "eventually-P",
    "S": "eventually-S",
    "eventually-P": "eventually-S",
}
"""The class of detectors that lacks the accuracy of another one, for a while or for good."""
ACCURATE = {
    "P": "nobody is suspected before it crashes",
    "timeout": "nobody is suspected that can be heard",
    "S": "some node that never crashes is never suspected",
    "eventually-P": "from some moment on nobody is suspected before it crashes",
}


def accuracy(asking: Asking, budgets: Budgets) -> Iterator[Assumption]:
    """The failure detector is as accurate as its class says: the next weaker class in its place."""
    if not issubclass(asking.spec, System):
        return
    found = asking.chosen({})[0]
    assert issubclass(found, System)
    own = found.__detector__
    if found.__watch__ is None or own is None or own.kind not in WEAKER:
        return
    changed = dataclasses.replace(asking, detector=WEAKER[own.kind])
    name = "perfect detector" if own.kind == "P" else "accurate detector"
    yield Assumption(f"detector={WEAKER[own.kind]}", ACCURATE[own.kind], changed, {}, name=name)


def intersection(asking: Asking, budgets: Budgets) -> Iterator[Assumption]:
    """Two quorums intersect: of each sort, sets with one member fewer than a majority are quorums as well."""
    found = asking.chosen({})[0]
    machine = asking.machine({})
    sorts = list(dict.fromkeys(one.sort for one in quorums_of(found, machine)))
    for sort in sorts:
        smaller = machine.sizes[sort] // 2
        if smaller:
            few = Threshold(smaller)
            given: Any = asking.settings.get(QUORUMS)
            others: dict[str, Any] = {}
            if given is not None:
                others = {**given} if isinstance(given, Mapping) else dict.fromkeys(sorts, given)
            value = few if len(sorts) == 1 else {**others, sort: few}
            said = f"any two quorums of {sort} have a member in common"
            off = f"{QUORUMS}={setting_text(value)}"
            yield Assumption(off, said, asking, {QUORUMS: value}, name="quorum intersection")


def switches(asking: Asking, budgets: Budgets) -> Iterator[Assumption]:
    """Every parameter that is no budget keeps its value: each changed alone."""
    found, settled = asking.chosen({})
    with within(settled.universe):
        types = parameter_types(found)
        for name, type_ in types.items():
            if name in budgets or (asking.is_system and name in OF_SYSTEMS):
                continue
            own = settled.parameters[name]
            others: list[Any] = []
            if isinstance(type_, BoolType | EnumType):
                others = [one for one in members(type_) if one != own]
            elif isinstance(type_, IntType):
                others = [one for one in (own - 1, own + 1) if type_.low <= one <= type_.high]
            for one in others:
                yield Assumption(f"{name}={setting_text(one)}", said_of(found, name), asking, {name: one})


KINDS: tuple[Kind, ...] = (faults, order, durability, disks, accuracy, intersection, switches)
"""Faults come first: what the protocol survives of them is there when the others are taken away."""


def said_of(spec: type, name: str) -> str:
    """What the author says of a parameter: the text below its declaration."""
    found = declarations(spec).get(name)
    if found is None:
        return ""
    tree, _ = class_source(found[0])
    for node, behind in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            if isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant):
                return " ".join(str(behind.value.value).split())
    return ""
