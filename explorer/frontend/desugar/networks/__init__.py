"""Networks in the translation: for each kind, what is there to be received, what receiving does, and what sending does.

`THERE`, `TAKE` and `REPEAT` are texts in which `LINK` stands for a link and `MESSAGE` for a message; `EMPTY` makes a
link without one, `put` is the link with one more.
"""

from types import ModuleType

from indoubt.explorer.frontend.desugar.networks import bag, fifo, soup
from indoubt.specs.language.network import Network

KINDS: dict[str, ModuleType] = {"soup": soup, "bag": bag, "fifo": fifo}


def meaning_of(network: Network) -> ModuleType:
    """The module with the meaning of a kind of network."""
    return KINDS[network.kind]
