"""`python -m indoubt` is the command `indoubt`, and this is where both begin."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

from indoubt.explorer.search.interruption import interrupted, note_interruptions

FEW_COLLECTIONS = 100_000
"""How many objects more there are before Python looks for those that only refer to each other; 700 by itself.

Loading makes many objects that all stay, and looking through them again and again takes a twentieth of a short check.
"""


def main() -> NoReturn:
    """Run the command line and leave with its exit status."""
    gc.set_threshold(FEW_COLLECTIONS)
    note_interruptions()
    try:
        from indoubt import cli  # noqa: PLC0415 - what it loads is what is to be loaded without collections
    except KeyboardInterrupt:
        sys.exit(interrupted())
    cli.main()


if __name__ == "__main__":
    main()
