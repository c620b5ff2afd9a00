"""The block of memory that a worker of a simulation, the compiled spec and Python share: where each word of it lies.

The first two words lie where the compiled spec expects them. What several workers share has a record of its own.
"""

from __future__ import annotations

TAKEN = 0
"""Address of one word for each action: how often a walk took it."""
BOUNDS = 8
"""Address of a bit for each bound, set when a step would have left it."""
ACTION = 16
"""The action of the successor that is being emitted; the compiled spec writes it."""

# What is asked.
RUN_SEED = 24
MOST_LENGTH = 32
"""How many states a walk may have."""
INITIAL = 40
"""Address of the initial states."""
INITIAL_COUNT = 48
OPEN = 56
"""The properties of states that are looked for; what is to be reached is so until it was."""
INVARIANTS = 64
"""Those of them whose violation ends a walk, and all walks."""
DEADLOCK = 72
"""Not 0 when a state without a step is a violation."""
END_RUN = 80
"""The run that is not taken any more."""
SHARED = 88
"""Address of the record that all workers share."""
STOP = 96
"""Not 0 when Python wants the kernel to return."""

# The walk.
CURRENT = 104
"""Address of the state that the walk has come to."""
CHOSEN = 112
"""Address of the successor with the lowest lot so far."""
CHOSEN_ACTION = 120
LOWEST = 128
"""Its lot."""
SALT = 136
"""What makes the lots of this state different from those of any other."""
EMITTED = 144
"""How many steps the state has."""
BROKE = 152
"""Not 0 when an assertion does not hold in a step of the state."""
LENGTH = 160
"""How many states the walk has."""
IS_LOGGED = 168
"""Not 0 when the states of the walk are to be written to LOG."""
LOG = 176
"""Address of as many states as a walk may have."""

# What was found.
RUNS = 184
"""How many walks have come to an end."""
ENDS = 192
"""Address of one word for each kind of end: how many walks ended so."""
LENGTHS = 200
"""Address of LENGTH_COUNT words: how many walks had a length, from 1 to MOST_LENGTH in equal parts."""
LENGTH_COUNT = 208
REGISTERS = 216
"""Address of a byte for each register that estimates how many states were visited."""
REACHED = 224
"""Address of a record of three words for each property that is to be reached: 1 when it was, the run, the length."""
DECIDING_RUN = 232
"""1 + the first run of this worker that ends all; 0 for none."""
DECIDING_END = 240
"""How it ended."""
MOVING = 248
"""Not 0 when a step of the state leads to another one."""
FAILED_CODE = 256
"""What `expand` returned where it failed."""

DROPS = 264
"""The links on which the successor that is being emitted has dropped a message, a bit each; the compiled spec says."""
CHOSEN_DROPS = 272
"""Those of the successor with the lowest lot so far."""
DROPPED = 280
"""Address of one word for each link: how many steps of a walk have dropped a message on it."""

CONTEXT_BYTES = 320

# The record that workers share; each word on a line of the cache of its own.
NEXT_RUN = 0
FIRST_DECIDING = 64
"""The lowest run so far that ends all; runs beyond it are not taken."""
SHARED_BYTES = 128

# How a walk ends.
AT_DEPTH = 0
"""It has as many states as it may have."""
STUCK = 1
"""No step is enabled."""
OUTSIDE = 2
"""A constraint does not admit the last state."""
STANDSTILL = 3
"""No step leads to another state."""
STATE_VIOLATES = 4
"""From here on, an end of all walks: an invariant does not hold in the last state."""
STEP_VIOLATES = 5
"""The last step breaks a property of steps."""
ASSERTION_BREAKS = 6
"""An assertion does not hold in a step that is enabled in the last state."""
DEADLOCKED = 7
"""No step is enabled, and that is a violation."""
STATE_FAILS = 8
"""A property of the last state cannot be computed."""
STEP_FAILS = 9
"""A property of the last step cannot be computed."""
EXPANSION_FAILS = 10
"""The steps of the last state cannot be computed."""
END_COUNT = 11
INTERRUPTED = 11
"""Python wanted the kernel to return; such a walk is not counted."""
GO_ON = 12
"""It has not ended."""

# Why `simulate` returns.
DONE = 0
"""No run is left to take."""
STOPPED = 1
"""Python wanted it."""

REGISTER_BITS = 12
REGISTER_COUNT = 1 << REGISTER_BITS
