# Everything from nothing but Python 3.11 (or later) and make: each target sets up what it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DATA ?= ../shared/data

.PHONY: demo test serve lint bench fuzz

demo: index
	$(BIN)/plainsearch ask "my lower back hurts when I sit, what can I take?" -n 3

serve: index
	$(BIN)/plainsearch serve

test: .venv/dev
	$(BIN)/python -m pytest

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# DATA: a folder with the data sets that benchmarks/README.md names.
bench: .venv/dev
	$(BIN)/python benchmarks/embedding.py $(DATA)
	$(BIN)/python benchmarks/extraction.py $(DATA)
	$(BIN)/python benchmarks/install_weight.py
	$(BIN)/python benchmarks/query.py $(DATA)
	$(BIN)/python benchmarks/ranking.py $(DATA)
	$(BIN)/python benchmarks/splitting.py $(DATA)
	$(BIN)/python benchmarks/verdict.py $(DATA)

# Minutes of coverage-guided fuzzing of what reads documents; no part of the tests.
fuzz: .venv/dev
	$(BIN)/python -m pip install --quiet atheris
	for suffix in .html .txt .md; do $(BIN)/python tests/fuzz.py $$suffix; done

.PHONY: index
index: .venv/index
	$(BIN)/plainsearch index corpus

.venv/index: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[index]'
	touch $@

.venv/dev: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
