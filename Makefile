# Five targets; CI runs `check`.
PYTHON ?= .venv/bin/python

.PHONY: check lint test docs data

check: lint test docs data

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m pytest

docs:
	$(PYTHON) -m sphinx -W --keep-going -q -b html docs docs/_build/html

data:  # the shipped elections are what the script makes of the pinned package
	$(PYTHON) tools/build_embedded.py --check
