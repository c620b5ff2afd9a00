"""Which budgets of crashes and restarts are possible, with these nodes."""

from __future__ import annotations

from collections.abc import Mapping

from indoubt.specs.language.faults import Faults


def refuse_impossible_stops(system: str, nodes: Mapping[str, int], faults: Faults) -> None:
    """Raise ValueError for crashes and restarts that cannot happen; `nodes` are those that may crash, by part."""
    stops = {name: budget for name in ("crashes", "torn") if (budget := getattr(faults, name))}
    returns = {name: budget for name in ("restarts", "amnesias") if (budget := getattr(faults, name))}
    asked = " and ".join(f"{name}={budget}" for name, budget in stops.items())
    verb = "are" if len(stops) > 1 else "is"
    if stops and not nodes:
        raise ValueError(f"{asked} {verb} not possible: no node of {system} may crash (`crashes = ()`)")
    count = sum(nodes.values())
    most = count + faults.returns
    if faults.stops > most:
        who = ", ".join(f"{many} in {name}" for name, many in nodes.items())
        what = f"{asked} {verb} not possible: {count} node{'s' * (count != 1)} may crash ({who})"
        back = " and ".join(f"{name}={budget}" for name, budget in returns.items()) or "restarts=0"
        which = f"{next(iter(stops))}={most}" if len(stops) == 1 else f"{most} of both together"
        raise ValueError(f"{what}, with {back}; the most is {which}")
    if faults.returns > faults.stops:
        back = " and ".join(f"{name}={budget}" for name, budget in returns.items())
        first = "restarts" if "restarts" in returns else "amnesias"
        fits = f"{first}={faults.stops}" if len(returns) == 1 else f"{faults.stops} of both together"
        what = f"{back} {'are' if len(returns) > 1 else 'is'} not possible with {asked or 'crashes=0'}"
        raise ValueError(f"{what}: a node that is up does not restart; the most is {fits}")
