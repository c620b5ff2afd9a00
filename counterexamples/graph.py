"""A trace as a graph of networkx: its happened-before relation, or the plain path of its states.

`to_networkx(trace)` has a node for each event of the diagram: the start of each lane (`start RM0`) and each
step (`1`, `2`, ...). Edges are Lamport's happened-before relation ("Time, Clocks, and the Ordering of Events in a
Distributed System", 1978): from each event to the next one on its lane (`kind="lane"`) and from the step that sent a
message to each step that received it (`kind="message"`). So `networkx.ancestors(graph, "7")` is all that step 7 can
have learnt of. A partition or another fault of the network stands on no lane.

    event   number, label, action, arguments, lane, fault, summary, changes
    edge    kind, message

`to_networkx(trace, "states")` has a node for each state, numbered from 0, with the text of each variable as attributes,
and an edge for each step with number, label, action, arguments, lane, fault, sent and received.

All attributes are strings and integers, so that `networkx.write_graphml` takes them; "" says that there is none.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import networkx as nx

from indoubt.counterexamples.changes import changes_between
from indoubt.counterexamples.lanes import Lanes, lanes_of
from indoubt.counterexamples.letters import call_text
from indoubt.counterexamples.replay import ObservedStep, ObservedTrace, observed
from indoubt.counterexamples.trace import Trace
from indoubt.counterexamples.traffic import Origin
from indoubt.specs.language.display import show

SpaceTimeGraph: TypeAlias = "nx.MultiDiGraph[str]"


def to_networkx(trace: Trace | ObservedTrace, view: Literal["space_time", "states"] = "space_time") -> SpaceTimeGraph:
    """The events of a trace and what happened before what, or its states and steps."""
    views = {"space_time": _add_events, "states": _add_states}
    if view not in views:
        raise ValueError(f"unknown view {view!r} of a trace; there are: {', '.join(views)}")
    seen = observed(trace)
    lanes = lanes_of(seen.trace)
    graph: SpaceTimeGraph = nx.MultiDiGraph()
    graph.graph.update(
        spec=seen.trace.spec.__name__,
        settings=" ".join(f"{name}={value}" for name, value in seen.trace.settings.given().items()),
        property=seen.trace.property,
        kind=seen.trace.kind,
        claim=seen.trace.claim,
    )
    views[view](graph, seen, lanes)
    return graph


def to_graphml(graph: SpaceTimeGraph) -> str:
    """A graph as GraphML; attributes that are empty texts are left out, since some readers lose them anyway."""
    told = graph.copy()
    attributes = [facts for _, facts in told.nodes(data=True)] + [facts for *_, facts in told.edges(data=True)]
    for facts in attributes:
        for name in [name for name, fact in facts.items() if fact == ""]:
            del facts[name]
    return "\n".join(nx.generate_graphml(told)) + "\n"


def to_dot(graph: SpaceTimeGraph) -> str:
    """A graph in the language of Graphviz; lanes become clusters, edges of messages are dashed and labelled."""
    lines = ["digraph trace {", "  rankdir=TB;", '  node [shape=box, style=rounded, fontname="Helvetica"];']
    clusters: dict[str, list[str]] = {}
    for node, attributes in graph.nodes(data=True):
        clusters.setdefault(str(attributes.get("lane", "")), []).append(
            f"{_quoted(node)} [label={_quoted(attributes.get('label', node))}];"
        )
    for number, (lane, nodes) in enumerate(clusters.items()):
        if lane:
            lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(lane)};"]
            lines += [*(f"    {node}" for node in nodes), "  }"]
        else:
            lines += [f"  {node}" for node in nodes]
    for source, target, attributes in graph.edges(data=True):
        label = attributes.get("message", "") or attributes.get("label", "")
        style = ", style=dashed" if attributes.get("kind") == "message" else ""
        shown = f" [label={_quoted(label)}{style}]" if label else ""
        lines.append(f"  {_quoted(source)} -> {_quoted(target)}{shown};")
    return "\n".join([*lines, "}"]) + "\n"


def _add_events(graph: SpaceTimeGraph, seen: ObservedTrace, lanes: Lanes) -> None:
    latest: dict[str, str] = {}
    for lane in lanes.names:
        latest[lane] = f"start {lane}"
        nothing: dict[str, Any] = {"action": "", "arguments": "", "fault": "", "summary": "", "changes": ""}
        graph.add_node(latest[lane], number=0, label=lane, lane=lane, **nothing)
    for step in seen.steps:
        event, taker = str(step.number), lanes.of_step[step.number - 1]
        changes = changes_between(step.step.before, step.step.after)
        text = "\n".join(f"{change.place}: {change.text()}" for change in changes)
        graph.add_node(event, **_facts(step, taker), summary=step.step.summary, changes=text)
        if taker is not None:
            graph.add_edge(latest[taker], event, kind="lane", message="")
            latest[taker] = event
        for receipt in step.receipts:
            sources = [str(source) for source in _sources(receipt.origin)]
            if receipt.said_by is not None:  # a Byzantine node takes no step but the one with which it turns
                sources = [latest[lanes.of_node(receipt.said_by)]]
            for source in sources:
                graph.add_edge(source, event, kind="message", message=show(receipt.message))


def _add_states(graph: SpaceTimeGraph, seen: ObservedTrace, lanes: Lanes) -> None:
    trace = seen.trace
    again = len(trace.steps) if trace.back_to not in (None, len(trace.steps)) else None  # a cycle ends where it begins
    for number, state in enumerate(trace.states):
        if number != again:
            graph.add_node(str(number), **{name: show(value) for name, value in state.items()})
    for step in seen.steps:
        after = trace.back_to if step.number == again else step.number
        messages = {"sent": _texts(step.sent), "received": _texts(step.received)}
        facts = _facts(step, lanes.of_step[step.number - 1])
        graph.add_edge(str(step.number - 1), str(after), **facts, **messages)


def _facts(step: ObservedStep, lane: str | None) -> dict[str, str | int]:
    arguments = ", ".join(f"{name}={show(value)}" for name, value in step.step.arguments.items())
    return {
        "number": step.number,
        "label": f"{step.number} {call_text(step.step.action, step.step.arguments)}",
        "action": step.step.action,
        "arguments": arguments,
        "lane": lane or "",
        "fault": step.step.fault.name if step.step.fault else "",
    }


def _sources(origin: Origin | None) -> list[int]:
    """The steps that a receipt has heard of: who sent the message, and the fault that made a second one of it."""
    if origin is None:
        return []
    return [origin.step] if origin.copied_by is None else [origin.step, origin.copied_by]


def _texts(messages: tuple[Any, ...]) -> str:
    return "\n".join(map(show, messages))


def _quoted(value: object) -> str:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
