"""The block of memory that has the graph of a search: where each word of it lies, in bytes.

The nodes are the states, numbered from 0: those of the first worker in the order in which they were found, then those
of the next. Arrays have one item for each node, of the size that is said.
"""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import constant, fixed64, fixed_ptr, kernel, load64, ptr, u64

W: u64 = constant()
"""Words of a state."""
SHARED: u64 = constant()
"""Whether several workers have stored states."""

NODES = 0
"""How many nodes there are."""
PARTS = 8
"""Address of two words for each worker: its first node, and the address of that state."""
PART_COUNT = 16
STOPS = 24
"""Not 0 when Python wants the kernel to return."""
NEXT_NODE = 32
"""The node where a kernel goes on that has returned before its end."""

# The edges: those of a node side by side, in the order of the steps.
OFFSETS = 40
"""Address of a word for each node, and one more: where its edges begin."""
EDGES = 48
"""Address of a word for each edge: the node in its lower half, 1 + the promise in its upper one, or 0 for none."""
EDGE_COUNT = 56
EDGE_ROOM = 64
"""How many edges there may be before memory has to grow."""
SLOTS = 72
"""Address of the table by which the node of a state is found: the upper half of its hash, and 1 + the node."""
SLOT_COUNT = 80
WAITING = 88
"""How many successors wait in the batch."""
WAITING_ROOM = 96
SUCCESSORS = 104
"""Address of the batch: words of the state, its hash, 1 + what the step keeps."""
OVERFLOW = 112
"""Not 0 when a successor found neither room in the batch nor among the edges."""
LOST = 120
"""Not 0 when a successor is no node: a defect, or a state that fingerprints have confused with another."""

# Promises of fairness.
KINDS = 128
"""Address of 32 bits for each step that fairness may demand: the kind of step that keeps the same promise."""
PROMISES = 136
"""How many promises some edge keeps."""
ORDER = 144
"""Address of 32 bits for each promise: the kind of step that keeps it."""
STRONG = 152
"""Address of a bit for each promise that is a strong one."""
PROMISE_WORDS = 160
"""How many words have a bit for each promise."""
BITS = 168
"""Address of five times as many words, for sets of promises."""

# Arrays for the search for fair components, and for ways.
NUMBER = 176
"""32 bits: 1 + when a node was met, 0 if it was not."""
LOW = 184
"""32 bits."""
PATH = 192
"""32 bits."""
CALLS = 200
"""Two times 32 bits."""
PLACES = 208
"""Two times 32 bits."""
ZONE = 216
"""32 bits: nodes of one zone may belong to one component; 0 if a node is in none, or decided."""
ZONES = 224
HOME = 232
"""32 bits: the fair component of a node, from 1 on; 0 if it has none."""
COMPONENTS = 240
MET = 248
"""Address of 32 bits for each component, and one more: how many conditions its nodes meet."""
TRIED = 256
"""Address of a byte for each component, and one more."""
FITTING = 264
"""How many components meet all conditions."""

# What is said of the nodes: a byte for each, with the bits TRIGGERS and REACHES_GOAL.
SAID = 272
TURN_MASK = 280
TURN_VALUE = 288
"""A run turns where what is said, masked, has this value."""
STAY_MASK = 296
STAY_VALUE = 304
"""And from there on stays where it has that one."""
TRIGGERS = 1
REACHES_GOAL = 2

# Where a search for ways is.
HEAD = 312
TAIL = 320
FOUND_FROM = 328
FOUND_TO = 336
FOUND_PROMISE = 344
"""The move that was looked for; 1 + the promise."""

NAMES = 352
"""Address of 32 bits for each kind of step: 1 + the promise, 0 where no edge has it."""
STEP_TAIL = 360
"""How many nodes the last search for a step has met."""
CONDITION = 368
"""Address of what is said of the nodes, where a step is looked for to one whose goal fails."""

GRAPH_BYTES = 512
LOWER = (1 << 32) - 1
START = LOWER
"""Stands for what comes before the first place of a way."""


@kernel
def state_of(graph: ptr, node: u64) -> ptr:
    """The address of the state of a node."""
    parts = fixed_ptr(graph + PARTS)
    if SHARED:
        more = fixed64(graph + PART_COUNT) - 1
        while more > 0 and node >= fixed64(parts + 16):
            parts = parts + 16
            more -= 1
    return fixed_ptr(parts + 8) + (node - fixed64(parts)) * (8 * W)


@kernel
def edges_from(graph: ptr, node: u64) -> u64:
    """Where the edges of a node begin; those of the node before end there."""
    return load64(fixed_ptr(graph + OFFSETS) + 8 * node)
