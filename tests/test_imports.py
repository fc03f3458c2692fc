"""Asking and serving must start fast and small: what they import is a promise."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "pandas",
    "scipy",
    "lxml",
    "selectolax",
    "onnx",
    "huggingface_hub",
}

# What answering a question loads besides Python's own library, and nothing else: each more costs
# every `plainsearch ask` its import.
ASKING = {
    "annotated_types", "click", "dotenv", "faiss", "indexer", "numpy", "onnxruntime", "packaging",
    "pydantic", "pydantic_core", "pydantic_settings", "search_api", "Stemmer", "tokenizers",
    "typing_extensions", "typing_inspection",
}  # fmt: skip


def _top_level(script: str) -> set[str]:
    """The packages that a script of its own process has loaded at its end."""
    report = "\nprint('\\n', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{script}{report}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "module", ["search_api.cli", "search_api.searcher", "search_api.http.server"]
)
def test_the_query_side_imports_nothing_heavy(module: str) -> None:
    assert not HEAVY & _top_level(f"import {module}")


def test_answering_a_question_loads_only_what_it_needs(corpus_index: Path) -> None:
    asked = ["ask", "my lower back hurts", "--index", str(corpus_index)]
    loaded = _top_level(f"from search_api.cli import main\nmain({asked!r}, standalone_mode=False)")
    assert not HEAVY & loaded
    compiled = {"cython_runtime"} | {name for name in loaded if name.startswith(("_", "swig_"))}
    assert loaded - set(sys.stdlib_module_names) - compiled <= ASKING
