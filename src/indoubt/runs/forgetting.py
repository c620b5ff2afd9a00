"""What a link forgets matters to whole runs alone, and is left out where none is asked about.

In a soup, a state with fewer messages enables fewer steps, and no property reads what is under way: a message that is
lost is as good as one that is never received. Only a deadlock, an abstract spec and a whole run can tell the two apart.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from indoubt.explorer.ir.machine import Machine
from indoubt.specs.language.machine import Fault, Spec
from indoubt.specs.language.systems import System


def forgetting_less(
    spec: type[Spec], machine: Machine, properties: Collection[str] | None, *, deadlock: bool
) -> Machine:
    """The machine without the losses of links with fair loss, where no property that is checked can tell."""
    if not issubclass(spec, System) or spec.__promised__ is None or not spec.__promised__.loses or deadlock:
        return machine
    if any(properties is None or one.name in properties for one in machine.temporal):
        return machine
    return dataclasses.replace(machine, actions=tuple(one for one in machine.actions if one.fault is not Fault.LOSS))
