"""What a compiled spec defines, besides its initial states, which Python makes."""

from __future__ import annotations

from indoubt.explorer.backends.native.dialect import (
    defined_elsewhere,
    external,
    ptr,
    u64,
)


@external
def expand(state: ptr, context: ptr) -> u64:
    """Call `emit` or `emit_step` for each successor of a state; 0, or a code where the spec cannot be computed."""
    defined_elsewhere()


@external
def check(state: ptr) -> u64:
    """The properties that a state violates, or satisfies if they are to be reached, and NOT_ADMITTED, UNCOMPUTABLE."""
    defined_elsewhere()


@external
def check_step(state: ptr, successor: ptr) -> u64:
    """The properties of steps that a step violates, and UNCOMPUTABLE."""
    defined_elsewhere()


@external
def judge(property_: u64, state: ptr, arguments: ptr) -> u64:
    """Of a property of whole runs: the bits TRIGGERS and REACHES_GOAL of a state, or UNCOMPUTABLE."""
    defined_elsewhere()


@external
def see(state: ptr, abstract: ptr) -> u64:
    """Write the abstract state that a state stands for: 0, or more where it cannot be computed."""
    defined_elsewhere()
