"""The trace as JSON with a versioned schema."""

from __future__ import annotations

import json
from typing import Any

import pytest

from indoubt.counterexamples.export import SCHEMA, structured, to_data, to_json
from indoubt.counterexamples.trace import Trace
from indoubt.specs.commit.two_phase import RM, Prepared, RMState
from indoubt.specs.language import Map, Quorum, Set


@pytest.mark.parametrize("name", ["split", "storm", "desk", "closing", "stuck"])
def test_json_reads_back_as_the_same_data(name: str, request: pytest.FixtureRequest) -> None:
    """Nothing in it that JSON has not."""
    trace: Trace = request.getfixturevalue(name)
    data = json.loads(to_json(trace))
    assert data == to_data(trace)
    assert data["schema"] == SCHEMA == "indoubt/trace/1"
    assert len(data["states"]) == len(data["steps"]) + 1 == len(trace)


def test_the_fields_of_the_schema_are_all_there(split: Trace) -> None:
    """Those that the documentation of the schema lists, and no others."""
    data = to_data(split)
    assert list(data) == [
        *("schema", "spec", "module", "settings", "property", "kind", "claim"),
        *("arguments", "back_to", "choice"),
        *("lanes", "evidence", "states", "steps"),
    ]
    assert list(data["steps"][0]) == [
        *("number", "action", "arguments", "summary", "line", "lane", "fault", "groups", "changes", "sent", "received"),
        *("received_from", "dropped"),
    ]
    assert data["settings"] == {
        "sizes": {"Site": 3},
        "parameters": {"partitions": {"text": "1", "value": 1}},
        "bounds": {},
        "environment": [],
    }
    assert data["evidence"] == [
        {"place": "phase[Site0]", "text": "COMMITTED"},
        {"place": "phase[Site1]", "text": "ABORTED"},
    ]


def test_a_step_has_arguments_as_text_and_as_values(split: Trace) -> None:
    """Programs need not parse what people read."""
    cut, learn = to_data(split)["steps"][6], to_data(split)["steps"][8]
    assert cut["arguments"]["group"]["text"] == "{Site1, Site2}"
    assert cut["arguments"]["group"]["value"] == {"set": [{"sort": "Site", "index": 1}, {"sort": "Site", "index": 2}]}
    assert (cut["fault"], cut["lane"]) == ("PARTITION", None)
    assert cut["groups"] == [["coordinator", "Site0"], ["Site1", "Site2"]]
    assert learn["received"] == [
        {
            "text": "Decide(None, COMMITTED)",
            "value": {
                "record": "Decide",
                "fields": {"sender": None, "phase": {"enum": "Phase", "member": "COMMITTED"}},
            },
        }
    ]
    assert learn["changes"] == [
        {"place": "phase[Site0]", "before": "PRECOMMITTED", "after": "COMMITTED", "added": [], "removed": []}
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (3, 3),
        (None, None),
        (RMState.WORKING, {"enum": "RMState", "member": "WORKING"}),
        (RM(2), {"sort": "RM", "index": 2}),
        (Prepared(RM(0)), {"record": "Prepared", "fields": {"rm": {"sort": "RM", "index": 0}}}),
        (Quorum([RM(1), RM(0)]), {"set": [{"sort": "RM", "index": 0}, {"sort": "RM", "index": 1}]}),
        (Set([2, 1]), {"set": [1, 2]}),
        (Map({RM(0): Set([1])}), {"map": [[{"sort": "RM", "index": 0}, {"set": [1]}]]}),
    ],
)
def test_every_kind_of_value_has_a_structured_form(value: Any, expected: Any) -> None:
    """The union of the schema, case by case."""
    assert structured(value) == expected
