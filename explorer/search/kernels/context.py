"""The block of memory that a worker, the compiled spec and Python share: where each word of it lies, in bytes.

Python makes it, points it to the memory of the search and calls a kernel with its address. A kernel returns a reason
whenever something has to be done that Python does, and goes on where it was when it is called again.
"""

from __future__ import annotations

# What the compiled spec uses.
TAKEN = 0
"""Address of one word for each action, how often it was taken, and behind them three for each fault: in how many states
it was enabled, which action it is, and how often it was taken before the state that is being expanded."""
BOUNDS = 8
"""Address of a bit for each bound, set when a step would have left it."""

# The memory of the search: addresses and sizes that stay as they are while a kernel runs.
STATES = 16
"""Address of the states, in the order in which they were found: archive and queue at once."""
PARENTS = 24
"""Address of 32 bits for each state: the index of the state that it was found from."""
TABLE = 32
"""Address of the table of known states."""
SLOTS = 40
"""How many slots the table has."""
RECENT = 48
"""Address of the states that were met last, at places given by their hash."""
BATCH = 56
"""Address of the successors that wait to be looked up."""
FOUND = 64
"""Address of one record for each property of states."""
FOUND_STEPS = 72
"""Address of one record for each property of steps."""
BROKEN = 80
"""Address of one word for each assertion: 1 + the index of the first state where it does not hold, or 0."""
LEVELS = 88
"""Address of one word for each level: how many states there were when it was complete."""
SPARE = 96
"""Address of as many words as are counted at TAKEN and BOUNDS together: what is counted a second time goes there."""
ROOM = 104
"""How many states there may be before memory has to grow."""
LEVELS_ROOM = 112
"""How many levels there may be before memory has to grow."""
MOST_STATES = 120
"""No state is expanded when there are more than these."""
MOST_LEVELS = 128
"""No level after this one is expanded."""
STOPPING = 136
"""The properties of states whose violation ends the search; those of steps always do."""

# Where the search is.
NEXT = 144
"""The first state that is not expanded."""
END = 152
"""The end of the level that is being expanded."""
COUNT = 160
"""How many states there are."""
LEVEL_COUNT = 168
"""How many levels are complete."""
GENERATED = 176
"""How many states were generated: the initial ones, and one for each enabled step."""
BATCH_SIZE = 184
"""How many successors wait."""
CURRENT = 192
"""Address of the state that is being expanded."""
CURRENT_INDEX = 200
"""Its index."""
MODE = 208
"""What becomes of a successor that finds the batch full: one of the modes below."""
OPEN = 216
"""The properties of states that were not found yet, and the two bits below."""
OPEN_STEPS = 224
"""The properties of steps that were not found yet, and UNCOMPUTABLE."""
VIOLATED = 232
"""Not 0 when a violation was found: the search ends with the level."""
STUCK = 240
"""1 + the index of the first state without a step, 0 if there is none."""
FAILURE = 248
"""What could not be computed, one of the failures below; 0 for nothing."""
FAILED_INDEX = 256
"""The state where something could not be computed."""
STOP = 264
"""Not 0 when Python wants the kernel to return."""
FAILED_CODE = 272
"""What `expand` returned where it failed."""

EXPANDED = 280
"""How many states this worker has expanded."""
DEADLOCK = 288
"""Not 0 when a state without a step is a violation."""

# Where several workers share the states of a level.
CHUNKS = 296
"""Address of a record of 64 bytes for each worker: the first of its states that nobody took yet, and their end."""
WORKERS = 304
"""How many workers there are."""
OWN = 312
"""The number of this worker: its states are taken first."""

# What properties of whole runs need, when the search is done.
GRAPH = 1024
"""Address of the graph that steps are collected for, or 0 while the search finds states."""
OWED = 1032
"""1 + the number of the step among those that fairness may demand, or 0; the compiled spec says so before `emit`."""

# What refinement needs.
PAIRS = 1040
"""Address of the pairs of abstract states that this worker has met."""

# What a state with very many choices needs.
OVER = 1048
"""Not 0 when the search is over, so that no state need be expanded to its end; STOP is set before it."""

# What states up to symmetry need.
ORBITS = 2048
"""Address of a word for each member, the first of its block, and of the frames behind them."""

CONTEXT_BYTES = 4096

# Bits of what `check` returns that stand for no property.
NOT_ADMITTED = 1 << 62
"""A constraint does not admit the state: it is neither stored nor expanded."""
UNCOMPUTABLE = 1 << 63
"""A property cannot be computed."""

# Modes.
LOOKED_UP = 0
"""The batch is looked up, and the successor goes into it."""
DROPPED = 1
"""The successor is dropped: the state is expanded once more when memory has grown."""
MUTED = 2
"""The successor is dropped: all that matters is whether there is one."""
HALTED = 3
"""The batch is looked up, and then the search ends: something cannot be computed."""

# Failures.
IN_EXPANSION = 1
IN_STATE = 2
IN_STEP = 3
IN_MAPPING = 4

# Reasons for which a kernel returns.
GO_ON = 0
COMPLETE = 1
"""Every state is expanded."""
FULL = 2
"""There is no room for the batch."""
LEVELS_FULL = 3
"""There is no room for another level."""
STOPPED = 4
"""Python wanted it."""
FAILED = 5
"""Something cannot be computed."""
ENDED = 6
"""The level of the first violation is complete."""
TOO_MANY = 7
"""MOST_STATES is exceeded."""
TOO_DEEP = 8
"""MOST_LEVELS is reached."""
LEVEL_ENDS = 9
"""No state of the level is left to take; only where there are several workers."""
UNDECIDED = 20
"""There are pairs of abstract states to decide."""

# A record of what was found: 0 or one of the kinds, the index of a state, and the words of a state.
RECORD_KIND = 0
RECORD_INDEX = 8
RECORD_WORDS = 16
IN_STORED = 1
"""The state with the index has the property."""
AFTER_STORED = 2
"""The state in the record has it; it is a successor of the state with the index, or an initial one (ROOT)."""

ROOT = (1 << 32) - 1
"""The parent of an initial state."""
