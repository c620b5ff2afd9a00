"""Golden files: expected output that is too long for a test, kept in tests/golden and changed by `--update-golden`.

And Ctrl-C, which tests send to processes of theirs: where the tests run in the background of a script it is ignored,
and so it would be in all that they start.
"""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"
settings.register_profile("patient", deadline=None)  # how long an example takes is the machine's business
settings.load_profile("patient")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes golden files anew."""
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name in tests/golden: `golden(text, "two_phase.lowered.ir")`."""

    def compare(text: str, name: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"there is no {path}; write it with --update-golden and read it"
        assert text == path.read_text(encoding="utf-8")

    return compare
