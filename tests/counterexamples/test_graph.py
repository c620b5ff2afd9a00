"""The trace as a graph: happened-before and the path of states, GraphML and DOT."""

# pyright: reportUnknownMemberType=false
# The stubs of networkx leave some parameters untyped, which makes what has them "partially unknown".

from __future__ import annotations

import io
from typing import Any, cast

import networkx as nx
import pytest

from indoubt.counterexamples import export, graph
from indoubt.counterexamples.trace import Trace


def test_the_default_view_has_an_event_for_each_step_and_lane(split: Trace) -> None:
    """Steps carry their action, arguments, lane and fault."""
    found = split.to_networkx()
    starts = {"start coordinator", "start Site0", "start Site1", "start Site2"}
    assert set(found.nodes) == starts | {str(number) for number in range(1, 13)}
    assert found.nodes["7"]["fault"] == "PARTITION"
    assert found.nodes["7"]["lane"] == ""
    assert found.nodes["9"]["arguments"] == "s=Site0, m=Decide(None, COMMITTED)"
    assert found.nodes["9"]["changes"] == "phase[Site0]: PRECOMMITTED -> COMMITTED"
    assert found.graph["property"] == "agreement"


def test_edges_are_the_order_on_a_lane_and_the_messages(split: Trace) -> None:
    """From the step that sent a message to the step that received it."""
    edges = {(a, b, data["kind"], data["message"]) for a, b, data in split.to_networkx().edges(data=True)}
    assert ("start Site0", "2", "lane", "") in edges
    assert ("2", "6", "lane", "") in edges
    assert ("1", "2", "message", "Ask()") in edges
    assert ("3", "5", "message", "Yes(Site1)") in edges
    assert ("11", "12", "message", "Moved(Site2)") in edges
    assert len([edge for edge in edges if edge[2] == "message"]) == 11


def test_ancestors_are_all_that_a_step_can_know_of(split: Trace) -> None:
    """The site that aborts in step 12 has heard nothing of the commit in step 8."""
    before = nx.ancestors(split.to_networkx(), "12")
    assert "8" not in before
    assert {"1", "3", "4", "10", "11"} <= before


def test_the_graph_of_events_has_no_cycle(storm: Trace) -> None:
    """Time runs in one direction."""
    assert nx.is_directed_acyclic_graph(storm.to_networkx())


def test_the_other_view_is_the_path_of_states(split: Trace) -> None:
    """Nodes carry the variables, edges the steps."""
    found = split.to_networkx("states")
    assert list(found.edges()) == [(str(number), str(number + 1)) for number in range(12)]
    assert found.nodes["12"]["phase"] == "{Site0: COMMITTED, Site1: ABORTED, Site2: WAITING}"
    (step,) = found.get_edge_data("1", "2").values()
    assert (step["action"], step["lane"], step["sent"], step["received"]) == (
        "vote_yes",
        "Site0",
        "Yes(Site0)",
        "Ask()",
    )


def test_an_unknown_view_is_told_with_those_there_are(split: Trace) -> None:
    """As for every wrong name."""
    with pytest.raises(ValueError, match="unknown view 'tree' of a trace; there are: space_time, states"):
        graph.to_networkx(split, cast("Any", "tree"))


@pytest.mark.parametrize("view", ["space_time", "states"])
def test_graphml_is_read_again_by_networkx(view: Any, split: Trace) -> None:
    """With the same nodes, edges and attributes; empty texts are left out of the file."""
    written = split.to_networkx(view)
    read = nx.read_graphml(io.BytesIO(graph.to_graphml(written).encode()), force_multigraph=True)
    assert {node: read.nodes[node] for node in read} == {node: said(written.nodes[node]) for node in written}
    edges = [(start, end, said(facts)) for start, end, facts in written.edges(data=True)]
    assert sorted(map(str, read.edges(data=True))) == sorted(map(str, edges))


def said(facts: dict[str, Any]) -> dict[str, Any]:
    """The attributes that say something."""
    return {name: fact for name, fact in facts.items() if fact != ""}


def test_dot_names_lanes_steps_and_messages(split: Trace) -> None:
    """One cluster for each lane; a fault of the network stands outside."""
    dot = export.to_dot(split)
    assert dot.startswith("digraph trace {")
    assert '    label="Site2";' in dot
    assert '  "7" [label="7 cut({Site1, Site2})"];' in dot
    assert '  "5" -> "6" [label="PreCommit()", style=dashed];' in dot
    assert dot.count("{") - dot.count("({") - dot.count(" {Site") == dot.count("}\n")


def test_dot_escapes_what_graphviz_would_misread() -> None:
    """Quotes, backslashes and line ends."""
    odd: graph.SpaceTimeGraph = nx.MultiDiGraph()
    odd.add_node('a"b', label="one\ntwo\\three")
    assert r'"a\"b" [label="one\ntwo\\three"];' in graph.to_dot(odd)
