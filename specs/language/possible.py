"""Which faults are possible, with these nodes, and whom they can befall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indoubt.specs.language.delivery import Link
from indoubt.specs.language.faults import WHO, Faults
from indoubt.specs.language.layout import Layout, durable_fields, linked_parts
from indoubt.specs.language.network import Network
from indoubt.specs.language.partition import Partition, refuse_no_partition, why_too_few
from indoubt.specs.language.selectors import (
    crashing_parts,
    isolated_parts,
    lying_parts,
    most_failed,
    pausing_parts,
    predicates_of,
)


def refuse_unknown_predicate(layout: Layout, faults: Faults) -> None:
    """Raise ValueError where `who` names neither a group of nodes nor a helper of those that may fail."""
    selected = (crashing_parts, lying_parts, pausing_parts, isolated_parts)
    if faults.predicate is None or any(parts(layout, faults) for parts in selected):
        return
    failing = {*(layout.may_crash if faults.stops else ()), *(layout.may_lie if faults.byzantine else ())}
    failing |= {*(layout.parts if faults.pauses else ())}
    failing |= {part.name for part in linked_parts(layout)} if faults.isolates else set()
    named = [layout.parts[name] for name in layout.parts if name in (failing or layout.may_crash)]
    helpers = [f"{name} of {one.cls.__name__}" for one in named for name in predicates_of(one)]
    there_are = ", ".join([*WHO, *helpers])
    what = f"who={faults.who!r} is neither a group of nodes nor a helper of theirs; there are: {there_are}"
    raise ValueError(f"{what}; a helper is written as `def {faults.predicate}(self) -> bool`")


def refuse_impossible_stops(
    system: str, nodes: Mapping[str, int], everybody: Mapping[str, int], faults: Faults
) -> None:
    """Raise ValueError for crashes and restarts that cannot happen; `nodes` are those that may crash, by part.

    `everybody` are those that may where the run does not say who.
    """
    stops = {name: budget for name in ("crashes", "torn") if (budget := getattr(faults, name))}
    returns = {name: budget for name in ("restarts", "amnesias") if (budget := getattr(faults, name))}
    asked = " and ".join(f"{name}={budget}" for name, budget in stops.items())
    verb = "are" if len(stops) > 1 else "is"
    if stops and not everybody:
        raise ValueError(f"{asked} {verb} not possible: no node of {system} may crash (`crashes = ()`)")
    count, down = sum(nodes.values()), most_failed(faults, nodes)
    if faults.who != "any" and not faults.befalls:
        what = f"who={faults.who} is not possible without crashes, pauses, Byzantine nodes or partition=isolate"
        raise ValueError(f"{what}: it says which nodes they may befall; add crashes=1")
    if stops and not down:
        refuse_impossible_choice(system, "crash", nodes, everybody, faults)
    most = down + faults.returns
    if faults.stops > most:
        who = ", ".join(f"{many} in {name}" for name, many in nodes.items())
        at_once = "" if faults.who == "any" else f", {down} of them at the same time (who={faults.who})"
        what = f"{asked} {verb} not possible: {count} node{'s' * (count != 1)} may crash ({who}){at_once}"
        back = " and ".join(f"{name}={budget}" for name, budget in returns.items()) or "restarts=0"
        which = f"{next(iter(stops))}={most}" if len(stops) == 1 else f"{most} of both together"
        raise ValueError(f"{what}, with {back}; the most is {which}")
    if faults.returns > faults.stops:
        back = " and ".join(f"{name}={budget}" for name, budget in returns.items())
        first = "restarts" if "restarts" in returns else "amnesias"
        fits = f"{first}={faults.stops}" if len(returns) == 1 else f"{faults.stops} of both together"
        what = f"{back} {'are' if len(returns) > 1 else 'is'} not possible with {asked or 'crashes=0'}"
        edit = f"the most is {fits}" if stops else "ask for crashes as well, as in crashes=1"
        raise ValueError(f"{what}: a node that is up does not restart; {edit}")


def refuse_impossible_choice(
    system: str, what: str, nodes: Mapping[str, int], everybody: Mapping[str, int], faults: Faults
) -> None:
    """Raise ValueError where `who` says nobody whom a fault could befall; `nodes` are those it may, by part.

    `everybody` are those it may with who=any; `what` is that fault in words, "crash", "pause" or "be isolated".
    """
    is_possible = most_failed(faults, nodes) > 0 if faults.predicate is None else bool(nodes)
    if is_possible or faults.who == "any":
        return
    who = ", ".join(f"{many} in {name}" for name, many in everybody.items()) or "none of several"
    raise ValueError(
        f"who={faults.who} is not possible: {system} has no {faults.who} of nodes that may {what} ({who}); "
        "with who=any each of them may"
    )


def refuse_late_disks(layout: Layout, faults: Faults) -> None:
    """Raise ValueError for late disks that nobody could tell from prompt ones."""
    if not faults.has_late_disks:
        return
    if not faults.restarts:
        what = 'sync="late" is not possible with restarts=0: a disk is read when a node comes back'
        raise ValueError(f"{what}; ask for crashes and restarts as well, as in crashes=1 and restarts=1")
    if not any(durable_fields(layout.parts[name]) for name in layout.may_crash):
        what = f'sync="late" is not possible: no node of {layout.system.__name__} that may crash has a durable field'
        raise ValueError(f"{what}; declare one as `x: Durable[...] = ...`, or leave sync out")


def with_partitions_that_happen(faults: Faults) -> Faults:
    """The faults without a partition that never happens. Raises ValueError where it is said how it would."""
    cut = faults.partitions
    if cut is None or cut.times:
        return faults
    refuse_no_partition(None if cut.told_shape == "split" else cut.told_shape, cut.in_flight)
    return replace(faults, partitions=None)


def refuse_impossible_partition(system: str, nodes: Mapping[str, int], network: Network, partition: Partition) -> None:
    """Raise ValueError for a partition of a network that cannot be cut so; `nodes` are those that use it, by sort."""
    why = why_too_few(partition, sum(nodes.values()))
    if why is not None:
        there_are = ", ".join(f"{name}={count}" for name, count in nodes.items()) or "no messages"
        raise ValueError(f"partition={partition.shape} is not possible in {system} ({there_are}): {why}")
    if partition.in_flight == "lost" and not network.is_consuming:
        raise ValueError('in_flight="lost" is not possible: a soup keeps every message; ask for a bag or a fifo')


def refuse_quorums(layout: Layout, network: Network, faults: Faults, promised: Link | None) -> None:
    """Raise ValueError where messages that a handler reads of a quorum together come one by one."""
    lying = lying_parts(layout, faults)
    for handler in layout.handlers:
        if not handler.gathers:
            continue
        what, why, edit = "", "", "ask for a soup"
        if network.is_consuming and promised is not None:
            what, why = f"links={promised.kind}", f"the {network.kind} that such links need gives them out one by one"
            edit = "leave links out, or the model that brings them"
        elif network.is_consuming:
            what, why = f"network={network}", f"a {network.kind} gives them out one by one"
        elif promised is not None:
            what, why, edit = f"links={promised.kind}", "links owe each message on its own", "leave the links out"
        elif any(part in lying for part in handler.senders):
            liars = ", ".join(part.name for part in handler.senders if part in lying)
            what, why = f"byzantine={faults.byzantine}", f"what a Byzantine one of {liars} says is heard one by one"
            edit = "leave byzantine out, or say in the system who may lie (`byzantine = (...,)`)"
        if what:
            who = f"`{handler.method.__name__}` of {handler.part.cls.__name__}"
            instead = "or receive them with `@on_message` and keep in a field who has sent"
            together = f"{who} reads the messages of a quorum together, and {why}"
            raise ValueError(f"{what} is not possible: {together}; {edit}, {instead}")
