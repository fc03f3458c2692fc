"""Asking and serving must start fast and small: what they import is a promise."""

import subprocess
import sys

import pytest

HEAVY = {"torch", "transformers", "sentence_transformers", "pandas", "scipy", "trafilatura"}


@pytest.mark.parametrize(
    "module", ["search_api.cli", "search_api.searcher", "search_api.http.server"]
)
def test_the_query_side_imports_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not HEAVY & {name.partition(".")[0] for name in loaded}
