"""Which budgets of crashes and restarts are possible, with these nodes."""

from __future__ import annotations

from collections.abc import Mapping

from indoubt.specs.language.faults import WHO, Faults
from indoubt.specs.language.layout import Layout, durable_fields
from indoubt.specs.language.network import Network
from indoubt.specs.language.partition import Partition, why_too_few
from indoubt.specs.language.selectors import crashing_parts, lying_parts, most_failed, predicates_of


def refuse_unknown_predicate(layout: Layout, faults: Faults) -> None:
    """Raise ValueError where `who` names neither a group of nodes nor a helper of those that may fail."""
    if faults.predicate is None or crashing_parts(layout, faults) or lying_parts(layout, faults):
        return
    failing = {*(layout.may_crash if faults.stops else ()), *(layout.may_lie if faults.byzantine else ())}
    named = [layout.parts[name] for name in layout.parts if name in (failing or layout.may_crash)]
    helpers = [f"{name} of {one.cls.__name__}" for one in named for name in predicates_of(one)]
    there_are = ", ".join([*WHO, *helpers])
    what = f"who={faults.who!r} is neither a group of nodes nor a helper of theirs; there are: {there_are}"
    raise ValueError(f"{what}; a helper is written as `def {faults.predicate}(self) -> bool`")


def refuse_impossible_stops(system: str, nodes: Mapping[str, int], faults: Faults) -> None:
    """Raise ValueError for crashes and restarts that cannot happen; `nodes` are those that may crash, by part."""
    stops = {name: budget for name in ("crashes", "torn") if (budget := getattr(faults, name))}
    returns = {name: budget for name in ("restarts", "amnesias") if (budget := getattr(faults, name))}
    asked = " and ".join(f"{name}={budget}" for name, budget in stops.items())
    verb = "are" if len(stops) > 1 else "is"
    if stops and not nodes and faults.who != "any":
        raise ValueError(f"who={faults.who} is not possible: {system} has no {faults.who} of nodes that may crash")
    if stops and not nodes:
        raise ValueError(f"{asked} {verb} not possible: no node of {system} may crash (`crashes = ()`)")
    count, down = sum(nodes.values()), most_failed(faults, nodes)
    if faults.who != "any" and not stops and not faults.byzantine:
        raise ValueError(f"who={faults.who} is not possible without crashes: it says which nodes may; add crashes=1")
    if stops and not down:
        who = ", ".join(f"{many} in {name}" for name, many in nodes.items())
        raise ValueError(
            f"who={faults.who} is not possible: {system} has no {faults.who} of nodes that may crash ({who})"
        )
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


def refuse_impossible_partition(system: str, nodes: Mapping[str, int], network: Network, partition: Partition) -> None:
    """Raise ValueError for a partition of a network that cannot be cut so; `nodes` are those that use it, by sort."""
    why = why_too_few(partition, sum(nodes.values()))
    if why is not None:
        there_are = ", ".join(f"{name}={count}" for name, count in nodes.items()) or "no messages"
        raise ValueError(f"partition={partition.shape} is not possible in {system} ({there_are}): {why}")
    if partition.in_flight == "lost" and not network.is_consuming:
        raise ValueError('in_flight="lost" is not possible: a soup keeps every message; ask for a bag or a fifo')
