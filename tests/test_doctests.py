"""Run the examples in docstrings, as users see them: from the installed package, under its public names.

pytest's own `--doctest-modules` would import `specs/language/sorts.py` as `specs.language.sorts`, a second copy whose
classes differ from those of `indoubt.specs.language.sorts`.
"""

import doctest
import importlib
import pkgutil

import pytest

import indoubt

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = ["indoubt"] + [
    found.name for found in pkgutil.walk_packages(indoubt.__path__, "indoubt.") if not found.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_print_what_they_say(name: str) -> None:
    """Every `>>>` example of the module has the output that stands below it."""
    failures, _ = doctest.testmod(importlib.import_module(name), optionflags=OPTIONS)
    assert failures == 0, f"{failures} examples of {name} failed, see the captured output"
