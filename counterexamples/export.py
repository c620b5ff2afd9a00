"""A trace as data for other programs: JSON with a versioned schema, GraphML and DOT.

The schema `indoubt/trace/1`:

    schema      "indoubt/trace/1"
    spec        the name of the class
    module      the module that it is in
    settings    {"sizes": {name: int}, "parameters": {name: valued}, "bounds": {name: int}, "environment": [text]}; the
                environment of a system is its network, detector and faults, as titles have them: ["network=bag"]
    property, kind, claim
                the property that the trace decides; kind is invariant, step_invariant, reachable, deadlock,
                refinement, eventually, leads_to, infinitely_often, eventually_always, or scenario where there is none
    arguments   those of a temporal property, {name: valued}
    back_to     the state, counted from 0, from which on the run repeats for ever; null where it ends
    choice      the arguments of @initial, {name: valued}
    lanes       the names of the lanes, in order
    evidence    [{"place": "state[P0]", "text": "COMMITTED"}]: the part of the last state that decides the property
    states      one for each state, the initial one first: {variable: valued}
    steps       one for each step; step n leads from states[n - 1] to states[n]:
        number      from 1
        action, arguments ({name: valued}), summary, line
        lane        who takes it, null for a fault of the network
        fault       null, or CRASH, RESTART, PARTITION, HEAL, LOSS, DUPLICATE
        groups      for a partition, the lanes that it separates: [[lane, ...], ...]
        changes     [{"place": "state[P0]", "before": text, "after": text, "added": [text], "removed": [text]}]
        sent, received
                    [valued, ...], the messages of the step; where two equal ones arrive, each counts
        received_from
                    [int or null, ...], the step that sent each of those received; null for one of the initial state
        dropped     [{"message": valued, "from": lane, "to": lane, "why": text, "sent_in": int or null}, ...], the
                    messages that are gone, as a link is "cut" or "full" or they are "lost", with the step that sent
                    them; null for one of the initial state

A *valued* is {"text": as people read it, "value": structured}. Structured values: true, false, null and numbers stand
for themselves; {"enum": class, "member": name}; {"sort": class, "index": int}; {"record": class, "fields": {name:
value}}; {"set": [value, ...]}, {"bag": [value, ...]} and {"map": [[key, value], ...]}, in a fixed order; {"seq":
[value, ...]}. Fields may be added under the same version; none is renamed or removed.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from indoubt.counterexamples.changes import changes_between
from indoubt.counterexamples.evidence import evidence
from indoubt.counterexamples.lanes import Lanes, groups_of, lanes_of
from indoubt.counterexamples.replay import ObservedStep, ObservedTrace, observed
from indoubt.counterexamples.shape import is_map, is_set
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language.collections import is_bag, is_seq
from indoubt.specs.language.display import in_order, show
from indoubt.specs.language.environment_words import environment_words
from indoubt.specs.language.sorts import Sort
from indoubt.specs.language.values import Record

SCHEMA = "indoubt/trace/1"


def to_json(trace: Trace | ObservedTrace) -> str:
    """The trace as a JSON document, with a final newline."""
    return json.dumps(to_data(trace), indent=2, ensure_ascii=False) + "\n"


def to_data(trace: Trace | ObservedTrace) -> dict[str, Any]:
    """The trace as plain lists and dicts, in the schema above."""
    seen = observed(trace)
    run, lanes = seen.trace, lanes_of(seen.trace)
    return {
        "schema": SCHEMA,
        "spec": run.spec.__name__,
        "module": run.spec.__module__,
        "settings": {
            "sizes": dict(run.settings.sizes),
            "parameters": _named(run.settings.parameters),
            "bounds": dict(run.settings.bounds),
            "environment": list(environment_words(run.spec)),
        },
        "property": run.property,
        "kind": run.kind,
        "claim": run.claim,
        "arguments": _named(run.arguments),
        "back_to": run.back_to,
        "choice": _named(run.choice),
        "lanes": list(lanes.names),
        "evidence": [{"place": item.place, "text": item.text()} for item in evidence(run)],
        "states": [_named(state) for state in run.states],
        "steps": [_step(lanes, step) for step in seen.steps],
    }


def to_graphml(trace: Trace | ObservedTrace) -> str:
    """The happened-before graph of the trace as GraphML."""
    from indoubt.counterexamples import graph  # noqa: PLC0415 - networkx is loaded when a graph is asked for

    return graph.to_graphml(graph.to_networkx(trace))


def to_dot(trace: Trace | ObservedTrace) -> str:
    """The happened-before graph of the trace in the language of Graphviz."""
    from indoubt.counterexamples import graph  # noqa: PLC0415 - networkx is loaded when a graph is asked for

    return graph.to_dot(graph.to_networkx(trace))


def structured(value: Any) -> Any:
    """A value of a spec as JSON has it."""
    if isinstance(value, Enum):
        return {"enum": type(value).__name__, "member": value.name}
    if isinstance(value, Sort):
        return {"sort": type(value).__name__, "index": value.index}
    if isinstance(value, Record):
        names = [field.name for field in dataclasses.fields(value)]  # type: ignore[arg-type]  # subclasses are dataclasses
        fields = {name: structured(getattr(value, name)) for name in names}
        return {"record": type(value).__name__, "fields": fields}
    if is_map(value):
        return {"map": [[structured(key), structured(item)] for key, item in value.items()]}
    if is_set(value):
        return {"set": [structured(item) for item in in_order(value)]}
    if is_seq(value):
        return {"seq": [structured(item) for item in value]}
    if is_bag(value):
        return {"bag": [structured(item) for item in in_order(value)]}
    return value


def _step(lanes: Lanes, seen: ObservedStep) -> dict[str, Any]:
    step = seen.step
    return {
        "number": seen.number,
        "action": step.action,
        "arguments": _named(step.arguments),
        "summary": step.summary,
        "line": step.line,
        "lane": lanes.of_step[seen.number - 1],
        "fault": step.fault.name if step.fault else None,
        "groups": [list(group) for group in groups_of(lanes, step)] if step.fault else [],
        "changes": [
            {
                "place": change.place,
                "before": show(change.before),
                "after": show(change.after),
                "added": [show(item) for item in change.added],
                "removed": [show(item) for item in change.removed],
            }
            for change in changes_between(step.before, step.after)
        ],
        "sent": _valued(seen.sent),
        "received": _valued(receipt.message for receipt in seen.receipts),
        "received_from": [receipt.origin.step if receipt.origin else None for receipt in seen.receipts],
        "dropped": [
            {
                "message": _valued([one.dropped.message])[0],
                "from": lanes.of_node(one.dropped.sender),
                "to": lanes.of_node(one.dropped.receiver),
                "why": one.dropped.why,
                "sent_in": seen.number if one.dropped.is_new else one.origin.step if one.origin else None,
            }
            for one in seen.drops
        ],
    }


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"text": show(value), "value": structured(value)} for name, value in values.items()}


def _valued(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"text": show(value), "value": structured(value)} for value in values]
