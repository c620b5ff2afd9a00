"""Messages in sequences and bags: who sent what a step receives, in text, graphs, JSON and figures."""

from __future__ import annotations

from typing import Annotated

import pytest

from indoubt.counterexamples.export import to_data
from indoubt.counterexamples.graph import to_dot, to_networkx
from indoubt.counterexamples.record import record
from indoubt.counterexamples.replay import replay
from indoubt.counterexamples.space_time import diagram
from indoubt.counterexamples.text import to_text
from indoubt.counterexamples.trace import Trace
from indoubt.specs.language import (
    Bag,
    Fault,
    Index,
    Map,
    Message,
    Seq,
    Set,
    Sort,
    Spec,
    action,
    empty,
    every,
    expect,
    require,
)


class Node(Sort): ...


class Ping(Message):
    to: Node


class Pong(Message): ...


class Post(Spec):
    """Every kind of channel, and every way to look into one."""

    link: Map[Node, Map[Node, Seq[Ping | Pong]]] = every(every(Seq()))
    box: Map[Node, Bag[Pong]] = every(Bag())
    shared: Bag[Ping] = Bag()
    board: Set[Pong] = empty()
    heard: Map[Node, bool] = every(False)

    @action(by="p")
    def ping(self, p: Node, q: Node) -> None:
        self.link[p][q].append(Ping(q))

    @action(by="p")
    def answer(self, p: Node, q: Node) -> None:
        expect(self.link[q][p][0], Ping)
        self.link[q][p].pop_first()
        self.link[p][q].append(Pong())
        self.box[q].add(Pong())

    @action(by="p")
    def skip(self, p: Node, q: Node, i: Annotated[int, Index("link")]) -> None:
        require(i < len(self.link[q][p]))
        self.link[q][p].remove_at(i)
        self.heard[p] = True

    @action
    def echo(self, p: Node) -> None:
        """An equal message goes in where one is taken out."""
        require(Pong() in self.box[p])
        self.box[p].remove(Pong())
        self.box[p].add(Pong())

    @action
    def peek(self, p: Node) -> None:
        require(any(m == Pong() for m in self.box[p]))
        self.heard[p] = True

    @action(by="p")
    def cut_off(self, p: Node, q: Node) -> None:
        self.link[q][p] = self.link[q][p][1:]

    @action
    def throw(self, p: Node) -> None:
        self.shared.add(Ping(p))

    @action(by="p")
    def catch(self, p: Node, m: Ping) -> None:
        require(m in self.shared)
        self.shared.remove(m)
        self.heard[p] = True

    @action
    def forget(self, p: Node) -> None:
        self.box[p] = empty()
        self.link[p] = every(Seq())

    @action(fault=Fault.LOSS)
    def lose(self, m: Ping) -> None:
        require(m in self.shared)
        self.shared.remove(m)

    @action(fault=Fault.DUPLICATE)
    def copy(self, m: Ping) -> None:
        require(m in self.shared)
        self.shared.add(m)


A, B = Node(0), Node(1)


def post(*calls: tuple[object, ...]) -> Trace:
    """A run of two nodes."""
    return record(Post(Node=2, link=3, box=3, shared=3), calls)


def receipts(trace: Trace) -> list[list[tuple[str, int | None]]]:
    """What each step receives, and from which step."""
    return [
        [(type(one.message).__name__, one.origin.step if one.origin else None) for one in step.receipts]
        for step in replay(trace).steps
    ]


def test_taking_out_of_a_sequence_receives_the_oldest_equal_message() -> None:
    """The same message is sent twice."""
    trace = post(("ping", A, B), ("ping", A, B), ("skip", B, A, 1), ("answer", B, A))
    assert receipts(trace) == [[], [], [("Ping", 1)], [("Ping", 2)]]


def test_a_nested_channel_keeps_the_two_directions_apart() -> None:
    """And the answer comes from the step that put it there."""
    trace = post(("ping", A, B), ("answer", B, A), ("skip", A, B, 0))
    assert receipts(trace) == [[], [("Ping", 1)], [("Pong", 2)]]


def test_what_an_assignment_takes_out_is_received_too() -> None:
    """No method of the sequence was called."""
    assert receipts(post(("ping", A, B), ("cut_off", B, A))) == [[], [("Ping", 1)]]


def test_an_equal_message_may_go_in_where_one_is_taken_out() -> None:
    """The two states are the same; the next receipt is of the new message."""
    trace = post(("ping", A, B), ("answer", B, A), ("echo", A), ("echo", A))
    assert receipts(trace)[2:] == [[("Pong", 2)], [("Pong", 3)]]


def test_a_look_receives_and_leaves_the_message_under_way() -> None:
    """It can be read again."""
    trace = post(("ping", A, B), ("answer", B, A), ("peek", A), ("peek", A), ("echo", A))
    assert receipts(trace)[2:] == [[("Pong", 2)]] * 3


def test_a_map_of_channels_may_be_assigned_as_a_whole_or_in_part() -> None:
    """`empty()` and `every(...)` settle to sequences and bags while they are watched."""
    trace = post(("ping", A, B), ("forget", A))
    assert replay(trace).trace.last["link"][A][B] == Seq()


def test_what_is_lost_is_not_received() -> None:
    """The fault has taken it, and the next receipt is of the other one."""
    trace = post(("throw", A), ("throw", A), ("lose", Ping(A)), ("catch", B, Ping(A)))
    assert receipts(trace) == [[], [], [], [("Ping", 2)]]


def test_a_copy_was_sent_by_the_sender_of_the_original() -> None:
    """The text says that the fault has duplicated it, and the graph knows both."""
    trace = post(("throw", A), ("copy", Ping(A)), ("catch", B, Ping(A)), ("catch", B, Ping(A)))
    assert receipts(trace) == [[], [], [("Ping", 1)], [("Ping", 1)]]
    assert "reads Ping(Node0), sent by Node0 in step 1, duplicated in step 2" in to_text(trace)
    edges = [(a, b) for a, b, facts in to_networkx(trace).edges(data=True) if facts["kind"] == "message"]
    assert edges == [("1", "3"), ("1", "4"), ("2", "4")]


def test_every_form_of_a_trace_knows_who_sent_what() -> None:
    """Text, graph, DOT, JSON and the arrows of a figure."""
    trace = post(("ping", A, B), ("answer", B, A))
    assert "reads Ping(Node1), sent by Node0 in step 1" in to_text(trace)
    assert '"1" -> "2" [label="Ping(Node1)", style=dashed];' in to_dot(to_networkx(trace))
    step = to_data(trace)["steps"][1]
    assert [one["text"] for one in step["received"]] == ["Ping(Node1)"]
    assert step["received_from"] == [1]
    assert [one["text"] for one in step["sent"]] == ["Pong()"]
    (arrow,) = diagram(replay(trace)).arrows
    assert (arrow.label, arrow.source, arrow.target) == ("Ping", ("Node0", 1), ("Node1", 2))


def test_sequences_and_bags_are_structured_in_json() -> None:
    """Values that JSON has no word for."""
    last = to_data(post(("ping", A, B), ("throw", A)))["states"][-1]
    node = {"sort": "Node", "index": 1}
    ping = {"record": "Ping", "fields": {"to": node}}
    assert last["link"]["value"]["map"][0][1]["map"][1] == [node, {"seq": [ping]}]
    assert last["shared"]["value"] == {"bag": [{"record": "Ping", "fields": {"to": {"sort": "Node", "index": 0}}}]}


@pytest.mark.parametrize(("taker", "arguments"), [(B, ""), (A, "Ping(Node0)")])
def test_a_message_without_an_arrow_is_shown_as_an_argument(taker: Node, arguments: str) -> None:
    """A node that catches what it threw itself has no arrow to show it."""
    shown = diagram(replay(post(("throw", A), ("catch", taker, Ping(A)))))
    assert (len(shown.arrows), shown.marks[1].arguments) == (0 if arguments else 1, arguments)


def test_a_fault_shows_the_message_that_it_loses() -> None:
    """No arrow leads to it."""
    shown = diagram(replay(post(("throw", A), ("lose", Ping(A)))))
    assert (shown.marks[1].lane, shown.marks[1].arguments) == (None, "Ping(Node0)")
    assert shown.marks[0].unread == ("Ping",)
