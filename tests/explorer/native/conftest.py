"""Compiled code of these tests is kept for one run of them, and not among that of whoever runs them."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An empty cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDOUBT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
